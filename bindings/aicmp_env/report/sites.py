"""Pictures of machines and of the sites that they are at: power, heat, time and money."""

import numpy as np
import pandas as pd

from aicmp_env.report.chart import Chart, Numbers, Series
from aicmp_env.report.folder import Results
from aicmp_env.report.network import DAY_S, ONE_SEED
from aicmp_env.report.page import Section
from aicmp_env.report.pay import estimates, seeds

_MOST_POINTS = 800
_BANDED = "(band: lowest to highest of {:.3g} hours)"

_TIMES = {
    "machines_stopped_fraction": "stopped by the controller",
    "machines_throttled_fraction": "throttled by heat",
    "machines_too_hot_fraction": "stopped by heat",
    "machines_faulty_fraction": "with a fault",
}
_MONEY = {
    "machines_revenue_usd": ("revenue before the pool's fee", 1),
    "machines_energy_cost_usd": ("energy", -1),
    "machines_demand_charge_usd": ("demand charges", -1),
    "machines_peak_charge_usd": ("charges for peaks", -1),
    "machines_response_usd": ("demand response", 1),
    "machines_restart_wear_usd": ("wear of restarts", -1),
    "machines_repair_cost_usd": ("repairs", -1),
    "machines_profit_usd": ("profit", 1),
}


def has_sites(results: Results) -> bool:
    return results.has("site_timeseries.csv")


def site_sections(results: Results) -> list[Section]:
    """Sites over time; of a run that has ended, also what machines did and earned."""
    if not has_sites(results):
        return []
    sections = [Section("sites", "Sites and energy", _over_time(results))]
    if results.ended:
        machines = [time_chart(results), hottest_chart(results), cost_chart(results)]
        money = [money_chart(results), profit_chart(results)]
        sections.append(Section("machines", "Machines", machines))
        sections.append(Section("profit", "What mining earned", money))
    return sections


def _over_time(results: Results) -> list[Chart]:
    table = results.table("site_timeseries.csv")
    charts = [
        _site_chart(table, "power_mw", "Power", "What did the sites draw?", "power, MW"),
        _site_chart(
            table,
            "price_usd_per_mwh",
            "Price of energy",
            "What did energy cost, and was anybody paid to draw it?",
            "USD per MWh",
        ),
        _site_chart(table, "air_c", "Air", "How warm was the air at the sites?", "temperature, C"),
    ]
    percent = table.assign(
        hot_part=100.0 * table["hot_part"], running_part=100.0 * table["running_part"]
    )
    unit = "% of the machines"
    if table["hot_part"].any():
        question = "Which part of the machines was throttled or stopped by heat?"
        charts.append(_site_chart(percent, "hot_part", "Held back by heat", question, unit))
    if (table["running_part"] < 1.0).any():
        question = "When did the owners let their machines run?"
        charts.append(_site_chart(percent, "running_part", "Machines that run", question, unit))
    if table["called"].any():
        question = "When did the grid ask for less load?"
        charts.append(_site_chart(table, "called", "Calls", question, "1 during a call"))
    return charts


def site_words(results: Results) -> list[str]:
    """What machines did and earned, in a sentence or two."""
    if not has_sites(results):
        return []
    world = results.summary["world"]

    def mean(name: str) -> float:
        return float(world[name]["mean"])

    sentence = (
        f"{mean('machines'):,.0f} machines hashed {100 * mean('machines_uptime'):.1f} % of the "
        f"time, drew {mean('machines_energy_mwh'):,.0f} MWh at {mean('machines_j_per_th'):.1f} J "
        f"per TH and {'earned' if mean('machines_profit_usd') >= 0 else 'lost'} "
        f"{abs(mean('machines_profit_usd')):,.0f} USD before the pool's fee."
    )
    hot = mean("machines_throttled_fraction") + mean("machines_too_hot_fraction")
    if hot == 0.0:
        return [sentence]
    return [sentence, f"Heat held them back for {100 * hot:.1f} % of the time."]


def _site_chart(table: pd.DataFrame, column: str, title: str, question: str, unit: str) -> Chart:
    series = []
    width_h = 0.0
    for site, rows in table.groupby("site", sort=False):
        t = rows["time_s"].to_numpy(dtype=np.float64) / DAY_S
        values = rows[column].to_numpy(dtype=np.float64)
        line, width_h = _in_bins(str(site), t, values)
        series.append(line)
    return Chart(
        key=f"site_{column}",
        title=title,
        question=f"{question} {_BANDED.format(width_h)}" if width_h > 0 else question,
        x_label="days since the start",
        y_label=unit,
        series=series,
        seeds=ONE_SEED,
    )


def _in_bins(name: str, t: Numbers, values: Numbers) -> tuple[Series, float]:
    """A line that keeps highs and lows when there are more points than a picture can show."""
    if len(t) <= _MOST_POINTS:
        return Series(name, t, values), 0.0
    edges = np.linspace(0, len(t), _MOST_POINTS + 1).astype(np.intp)[:-1]
    count = np.diff(edges, append=len(t))
    line = Series(
        name,
        np.add.reduceat(t, edges) / count,
        np.add.reduceat(values, edges) / count,
        low=np.minimum.reduceat(values, edges),
        high=np.maximum.reduceat(values, edges),
    )
    return line, 24.0 * float(t[-1] - t[0]) / _MOST_POINTS


def _machines(results: Results) -> pd.DataFrame:
    return results.table("machines.csv")


def time_chart(results: Results) -> Chart:
    mean, low, high = estimates(results.summary["world"], _TIMES)
    return Chart(
        key="machine_time",
        title="Lost time",
        question="Why did machines not do all that they could?",
        x_label="% of the time of all machines",
        y_label="reason",
        series=[
            Series(
                "lost time",
                list(_TIMES.values()),
                100 * mean,
                low=100 * low,
                high=100 * high,
                kind="points",
            )
        ],
        seeds=seeds(results),
        flipped=True,
    )


def hottest_chart(results: Results) -> Chart:
    """How many machines of each site were how warm, by their means and by their highs."""
    machines = _machines(results)
    columns = ["mean_c", "hottest_c"]
    low = np.floor(machines[columns].min().min())
    edges = np.arange(low, machines[columns].max().max() + 2.0)
    series = []
    for column, meaning in zip(columns, ("mean", "highest"), strict=True):
        count, _ = np.histogram(machines[column].to_numpy(dtype=np.float64), edges)
        part = 100.0 * count / max(1, len(machines))
        series.append(Series(meaning, edges[:-1] + 0.5, part, kind="bars"))
    return Chart(
        key="machine_temperature",
        title="Temperature of the boards",
        question="How warm were the machines, over the run and at the worst moment?",
        x_label="temperature of the boards, C",
        y_label="% of the machines",
        series=series,
        seeds=ONE_SEED,
    )


def cost_chart(results: Results) -> Chart:
    """Energy per hash that reached the pool, by model of machine."""
    kinds = _machines(results).dropna(subset=["j_per_th"]).groupby(["asic", "site"], sort=False)
    quantiles = kinds["j_per_th"].quantile(np.array([0.05, 0.5, 0.95])).unstack()
    low, middle, high = (quantiles[part].to_numpy(dtype=np.float64) for part in (0.05, 0.5, 0.95))
    names = [f"{asic}, {site}" for asic, site in quantiles.index]
    return Chart(
        key="machine_efficiency",
        title="Energy per hash",
        question="What did a hash that reached the pool take? (median; 5 to 95 % of the machines)",
        x_label="J per TH at the wall",
        y_label="machine and site",
        series=[
            Series(
                "median",
                names,
                middle,
                low=low,
                high=high,
                kind="points",
            )
        ],
        seeds=ONE_SEED,
        flipped=True,
    )


def money_chart(results: Results) -> Chart:
    mean, low, high = estimates(results.summary["world"], _MONEY)
    sign = np.array([sign for _, sign in _MONEY.values()], dtype=np.float64)
    return Chart(
        key="machine_money",
        title="Revenue and cost",
        question="What did all machines earn and pay? (before the pool's fee, without luck)",
        x_label="USD over the run",
        y_label="item",
        series=[
            Series(
                "mean and 95 % interval",
                [name for name, _ in _MONEY.values()],
                sign * mean,
                low=np.where(sign > 0, low, -high),
                high=np.where(sign > 0, high, -low),
                kind="points",
            )
        ],
        seeds=seeds(results),
        flipped=True,
    )


def profit_chart(results: Results) -> Chart:
    start = "site_profit_usd."
    measures = [name for name in results.summary["world"] if name.startswith(start)]
    mean, low, high = estimates(results.summary["world"], measures)
    return Chart(
        key="site_profit",
        title="Profit by site",
        question="Which site earns, and how surely? (before the pool's fee, without luck)",
        x_label="USD over the run",
        y_label="site",
        series=[
            Series(
                "mean and 95 % interval",
                [name.removeprefix(start) for name in measures],
                mean,
                low=low,
                high=high,
                kind="points",
            )
        ],
        seeds=seeds(results),
        flipped=True,
    )
