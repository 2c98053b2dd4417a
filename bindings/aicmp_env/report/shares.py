"""Pictures of shares: what became of them, and what they tell of hash rates."""

import numpy as np
import pandas as pd

from aicmp_env.report.chart import Chart, Series
from aicmp_env.report.folder import Results
from aicmp_env.report.network import ONE_SEED

# As shares.csv and miners.csv name them, with what they mean to a miner.
FATES = {
    "accepted": "accepted",
    "stale": "stale: of an old block",
    "superseded": "of a job that was replaced",
    "duplicate": "sent twice",
    "low_difficulty": "below the difficulty",
    "lost": "lost on the way",
}
_SHARES = "shares.csv"
_ESTIMATES = {
    "windowed_ths": "mean of a window",
    "decaying_ths": "decaying mean",
    "posterior_ths": "posterior",
}
_BINS_PER_DECADE = 4


def share_charts(results: Results) -> list[Chart]:
    charts = [fate_chart(results)]
    if results.has(_SHARES) and "windowed_ths" in results.table(_SHARES).columns:
        charts.append(estimate_chart(results))
    return charts


def fates(results: Results) -> pd.DataFrame:
    """Numbers of shares, a row for each account and a column for each fate that is known."""
    if results.has(_SHARES):
        table = results.table(_SHARES).set_index("miner")
        return table[list(FATES)]
    table = results.miners.set_index("miner")
    names = {"shares_accepted": "accepted", "shares_stale": "stale"}
    return table[list(names)].rename(columns=names)


def fate_chart(results: Results) -> Chart:
    count = fates(results).sum()
    found = float(count.sum())
    lost = count.drop("accepted")
    return Chart(
        key="shares",
        title="Shares that earned nothing",
        question=f"How many of {found:,.0f} shares found were not accepted, and why?",
        x_label="shares of a million",
        y_label="fate",
        series=[
            Series(
                "shares",
                [FATES[name] for name in lost.index],
                1e6 * lost.to_numpy(dtype=np.float64) / max(found, 1.0),
                kind="bars",
            )
        ],
        seeds=ONE_SEED,
        flipped=True,
    )


def estimate_chart(results: Results) -> Chart:
    """Estimates of the pool's monitor over the truth, for miners of like hash rate."""
    table = results.table(_SHARES)
    table = table[table["hash_rate_ths"] > 0]
    bins = np.floor(np.log10(table["hash_rate_ths"]) * _BINS_PER_DECADE)
    middle = 10.0 ** ((np.unique(bins) + 0.5) / _BINS_PER_DECADE)
    series = []
    for place, (column, name) in enumerate(_ESTIMATES.items()):
        grouped = (table[column] / table["hash_rate_ths"]).groupby(bins)
        low, mid, high = (
            grouped.quantile(part).to_numpy(dtype=np.float64) for part in (0.05, 0.5, 0.95)
        )
        # Beside each other, so that the intervals can be told apart.
        at = middle * 10.0 ** (0.03 * (place - 1))
        series.append(Series(name, at, mid, low=low, high=high, kind="points"))
    return Chart(
        key="estimates",
        title="Hash rate as the pool sees it",
        question="How well does the pool know its miners at the end? (median, 5 to 95 % of them)",
        x_label="true hash rate of a miner, TH/s",
        y_label="estimate over truth",
        series=series,
        seeds=ONE_SEED,
        x_log=True,
        levels=[(1.0, "the truth")],
    )
