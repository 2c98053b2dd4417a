"""A chart as Plotly data for the page, and as a table for those who do not see it."""

import json
import math
import textwrap
from typing import Any

import numpy as np

from aicmp_env.report.chart import COLOURS, Chart, Numbers, Series, thinned

_SYMBOLS = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "x")
_TABLE_ROWS = 40
_LABEL_WIDTH = 36
_FLIPPED_LABEL_WIDTH = 24
_NAME_WIDTH = 22
_FEW_POINTS = 40


def figure_json(chart: Chart) -> str:
    """``{"data": ..., "layout": ...}`` of Plotly, safe inside a script element."""
    data = [
        trace
        for place, series in enumerate(chart.series)
        for trace in _traces(chart, thinned(series), place)
    ]
    text = json.dumps({"data": data, "layout": _layout(chart)}, allow_nan=False)
    return text.replace("<", "\\u003c")


def _traces(chart: Chart, series: Series, place: int) -> list[dict[str, Any]]:
    colour = COLOURS[(place if series.colour is None else series.colour) % len(COLOURS)]
    x: list[Any] = _plain(series.x) if isinstance(series.x, np.ndarray) else list(series.x)
    y = _plain(series.y)
    along, across = ("y", "x") if chart.flipped else ("x", "y")
    trace: dict[str, Any] = {
        "name": series.name,
        along: x,
        across: y,
        "marker": {"color": colour, "symbol": _SYMBOLS[place % len(_SYMBOLS)], "size": 8},
    }
    if series.kind == "bars":
        return [trace | {"type": "bar", "orientation": "h" if chart.flipped else "v"}]
    trace["type"] = "scatter"
    drawn = "lines+markers" if len(y) <= _FEW_POINTS else "lines"
    trace["mode"] = drawn if series.kind == "line" else "markers"
    if chart.beside:
        trace |= {"offsetgroup": series.name, "orientation": "h" if chart.flipped else "v"}
    trace["line"] = {"color": colour, "width": 2, "dash": "dash" if series.dashed else "solid"}
    if series.low is None or series.high is None:
        return [trace]
    if series.kind == "points":
        errors = {
            "type": "data",
            "symmetric": False,
            "array": _plain(series.high - series.y),
            "arrayminus": _plain(series.y - series.low),
            "color": colour,
        }
        return [trace | {f"error_{across}": errors}]
    band = {
        "type": "scatter",
        "mode": "lines",
        "x": x + x[::-1],
        "y": _plain(series.high) + _plain(series.low)[::-1],
        "fill": "toself",
        "fillcolor": colour,
        "opacity": 0.2,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return [band, trace]


def _layout(chart: Chart) -> dict[str, Any]:
    width = _FLIPPED_LABEL_WIDTH if chart.flipped else _LABEL_WIDTH
    x_axis: dict[str, Any] = {"title": {"text": _wrapped(chart.x_label, width)}, "automargin": True}
    y_axis: dict[str, Any] = {"automargin": True}
    if chart.flipped:
        y_axis["autorange"] = "reversed"
        if all(series.kind == "points" for series in chart.series):
            x_axis["range"] = chart.span
    else:
        y_axis["title"] = {"text": _wrapped(chart.y_label, width)}
        if chart.constant:
            y_axis["range"] = chart.span  # or its ticks would show digits that nobody has
    if not chart.numeric:
        named = y_axis if chart.flipped else x_axis
        named["tickvals"] = chart.names
        named["ticktext"] = [_wrapped(name, _NAME_WIDTH) for name in chart.names]
    if chart.x_log:
        x_axis["type"] = "log"
    if chart.y_log:
        y_axis["type"] = "log"
    middle = sum(chart.span) / 2
    levels = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": level,
            "y1": level,
            "line": {"color": COLOURS[-1], "width": 1, "dash": "dot"},
            "label": {
                "text": meaning,
                "textposition": "start" if place % 2 else "end",
                # On the side where the data are, within the picture.
                "yanchor": "bottom" if level <= middle else "top",
                "font": {"size": 11},
            },
        }
        for place, (level, meaning) in enumerate(chart.levels)
    ]
    return {
        "xaxis": x_axis,
        "yaxis": y_axis,
        "shapes": levels,
        "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        "showlegend": len(chart.series) > 1,
        "bargap": 0.5,
        "scattermode": "group" if chart.beside else "overlay",
        "font": {"size": 13},
    }


def _wrapped(label: str, width: int) -> str:
    return "<br>".join(textwrap.wrap(label, width))


def numbers(chart: Chart) -> list[list[str]]:
    """The head and rows of a table of what the chart shows, thinned to what can be read."""
    head = ["series", chart.y_label if chart.flipped else chart.x_label]
    head.append(chart.x_label if chart.flipped else chart.y_label)
    interval = any(series.low is not None for series in chart.series)
    rows = [head + (["low", "high"] if interval else [])]
    per_series = max(2, _TABLE_ROWS // max(1, len(chart.series)))
    for series in chart.series:
        count = len(series.y)
        keep = range(count)
        if count > per_series:
            keep = np.unique(np.linspace(0, count - 1, per_series).astype(np.intp)).tolist()
        for i in keep:
            row = [series.name, _cell(series.x[i]), _cell(series.y[i])]
            if interval:
                row += [
                    "" if ends is None else _cell(ends[i]) for ends in (series.low, series.high)
                ]
            rows.append(row)
    return rows


def _plain(values: Numbers) -> list[float | None]:
    return [float(value) if math.isfinite(value) else None for value in values]


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else f"{float(value):.5g}"
