"""A chart as a PNG file, for paper and slides."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from aicmp_env.report.chart import COLOURS, Chart, Series, thinned

_MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def save(chart: Chart, folder: Path) -> Path:
    """Draws ``FOLDER/KEY.png`` and returns its path."""
    figure, axes = plt.subplots(figsize=(7.2, 4.4), dpi=150, layout="constrained")
    for place, series in enumerate(chart.series):
        _draw(axes, chart, thinned(series), place)
    for level, meaning in chart.levels:
        axes.axhline(level, color="0.5", linewidth=0.8, linestyle=":", label=meaning)
    if chart.x_log:
        axes.set_xscale("log")
    if chart.y_log:
        axes.set_yscale("log")
    axes.set(xlabel=chart.x_label, ylabel=chart.y_label)
    axes.set_title(f"{chart.question}\nseeds: {chart.seeds}", fontsize=10)
    axes.grid(alpha=0.25)
    if chart.flipped:
        axes.invert_yaxis()
    if len(chart.series) > 1:
        axes.legend(frameon=False, fontsize=9)
    target = folder / f"{chart.key}.png"
    figure.savefig(target)
    plt.close(figure)
    return target


def _draw(axes: Axes, chart: Chart, series: Series, place: int) -> None:
    colour = COLOURS[(place if series.colour is None else series.colour) % len(COLOURS)]
    x = list(series.x)
    if not chart.numeric:
        x = _names_apart(axes, chart, series, place)
    if series.kind == "bars":
        draw = axes.barh if chart.flipped else axes.bar
        draw(x, series.y, color=colour, label=series.name, alpha=0.8)
        return
    if series.kind == "line":
        dash = "--" if series.dashed else "-"
        axes.plot(x, series.y, color=colour, linestyle=dash, label=series.name)
        if series.low is not None and series.high is not None:
            axes.fill_between(x, series.low, series.high, color=colour, alpha=0.2, linewidth=0)
        return
    errors = None
    if series.low is not None and series.high is not None:
        errors = [series.y - series.low, series.high - series.y]
    marker = _MARKERS[place % len(_MARKERS)]
    if chart.flipped:
        axes.errorbar(series.y, x, xerr=errors, fmt=marker, color=colour, label=series.name)
    else:
        axes.errorbar(x, series.y, yerr=errors, fmt=marker, color=colour, label=series.name)


def _names_apart(axes: Axes, chart: Chart, series: Series, place: int) -> list[float]:
    """Where the names of a series are on their axis, beside those of the other series."""
    names = chart.names
    (axes.set_yticks if chart.flipped else axes.set_xticks)(range(len(names)), names)
    beside = 0.15 * (place - 0.5 * (len(chart.series) - 1))
    return [names.index(str(name)) + beside for name in series.x]
