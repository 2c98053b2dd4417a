"""Pictures of what miners are paid, by their size, and of what the operator keeps."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from aicmp_env.report.chart import Chart, Numbers, Series
from aicmp_env.report.folder import Results
from aicmp_env.report.network import ONE_SEED, column, days

_BINS_PER_DECADE = 6
_LORENZ_POINTS = 200
_GROUP_PAY = "group_pay_per_expected_value."


def seeds(results: Results) -> str:
    count = results.summary["replications"]
    return f"{count}, mean and 95 % interval" if count > 1 else "1, so without an interval"


def estimates(scheme: dict[str, Any], names: Iterable[str]) -> tuple[Numbers, Numbers, Numbers]:
    """Mean, low and high end of the intervals of several measures; NaN where there is no value."""
    found = [scheme.get(name) or {} for name in names]
    return tuple(  # type: ignore[return-value]
        np.array([_number(entry.get(key)) for entry in found])
        for key in ("mean", "low95", "high95")
    )


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def decile_chart(results: Results) -> Chart:
    names = [f"luck_adjusted_fee_decile_{d}" for d in range(1, 11)]
    series = []
    for scheme in results.schemes:
        mean, low, high = estimates(results.summary["schemes"][scheme], names)
        # A pay per expected value is one less a fee, so the ends of the interval change places.
        series.append(
            Series(
                scheme, np.arange(1.0, 11.0), 1 - mean, low=1 - high, high=1 - low, kind="points"
            )
        )
    return Chart(
        key="pay_by_decile",
        title="Pay per unit of work, by size of miner",
        question="Who is paid more than the worth of his work, and who less? (luck of blocks out)",
        x_label="tenth of the hash rate, from the smallest miners to the largest",
        y_label="pay over expected value of the work",
        series=series,
        seeds=seeds(results),
        levels=[(1.0, "fair pay without any fee")],
    )


def fee_curve(results: Results) -> Chart:
    miners = results.miners
    size = miners["hash_rate_ths"].to_numpy(dtype=np.float64)
    expected = miners["expected_sat"].to_numpy(dtype=np.float64)
    alive = (size > 0) & (expected > 0)
    bins = np.floor(np.log10(size[alive]) * _BINS_PER_DECADE).astype(np.int64)
    places, index = np.unique(bins, return_inverse=True)
    middle = 10.0 ** ((places + 0.5) / _BINS_PER_DECADE)
    worth = np.bincount(index, weights=expected[alive])
    series = []
    for scheme in results.schemes:
        earned = miners[f"{scheme}.earned_sat"].to_numpy(dtype=np.float64)[alive]
        fee = 100.0 * (1.0 - np.bincount(index, weights=earned) / worth)
        series.append(Series(scheme, middle, fee))
    return Chart(
        key="effective_fee",
        title="Effective fee, by size of miner",
        question="What does each scheme keep of the expected value of a miner's work?",
        x_label="hash rate of a miner, TH/s",
        y_label="effective fee, % (negative: paid more)",
        series=series,
        seeds=f"{ONE_SEED}, the luck of its blocks included",
        x_log=True,
        levels=[(0.0, "no fee")],
    )


def lorenz_chart(results: Results) -> Chart:
    miners = results.miners
    at = np.linspace(0.0, 1.0, _LORENZ_POINTS)
    series = []
    for scheme in results.schemes:
        pay = miners[f"{scheme}.earned_sat"].to_numpy(dtype=np.float64)
        gini = _number((results.summary["schemes"][scheme].get("payout_gini") or {}).get("mean"))
        series.append(Series(f"{scheme} (Gini {gini:.3f})", at, _lorenz(pay, at)))
    hash_rate = miners["hash_rate_ths"].to_numpy(dtype=np.float64)
    series.append(Series("hash rate", at, _lorenz(hash_rate, at), dashed=True))
    series.append(Series("all equal", at, at, dashed=True))
    return Chart(
        key="lorenz",
        title="How unequal pay is",
        question="Which part of all pay goes to the smallest miners?",
        x_label="part of the miners, smallest first",
        y_label="their part of the whole",
        series=series,
        seeds=ONE_SEED,
    )


def _lorenz(amounts: Numbers, at: Numbers) -> Numbers:
    ordered = np.sort(amounts)
    total = ordered.sum()
    if total <= 0:
        return np.zeros_like(at)
    parts = np.concatenate(([0.0], np.cumsum(ordered) / total))
    return np.interp(at, np.linspace(0.0, 1.0, len(parts)), parts)


def has_groups(results: Results) -> bool:
    return len(_groups(results)) > 1


def _groups(results: Results) -> list[str]:
    first = results.summary["schemes"][results.schemes[0]]
    return [name for name in first if name.startswith(_GROUP_PAY)]


def group_chart(results: Results) -> Chart:
    """Pay of groups of miners, which may behave differently: what hopping or splitting gains."""
    groups = _groups(results)
    series = []
    for scheme in results.schemes:
        mean, low, high = estimates(results.summary["schemes"][scheme], groups)
        names = [name.removeprefix(_GROUP_PAY) for name in groups]
        series.append(
            Series(scheme, names, 100 * mean, low=100 * low, high=100 * high, kind="points")
        )
    return Chart(
        key="pay_by_group",
        title="Pay per unit of work, by group of miners",
        question="Does it pay to hop, to split or to leave? (here and elsewhere, costs taken off)",
        x_label="pay, % of the expected value of all work",
        y_label="group",
        series=series,
        seeds=seeds(results),
        flipped=True,
    )


def reserve_chart(results: Results) -> Chart:
    return Chart(
        key="reserve",
        title="The operator's own money",
        question="Who bears the luck of blocks, and can the pool pay what it promised?",
        x_label="days since the start",
        y_label="reserve, BTC",
        series=[
            Series(scheme, days(results), column(results, f"{scheme}.reserve_btc"))
            for scheme in results.schemes
        ],
        seeds=ONE_SEED,
        levels=[(0.0, "ruin")],
    )


def operator_chart(results: Results) -> Chart:
    series = []
    for scheme in results.schemes:
        mean, low, high = estimates(results.summary["schemes"][scheme], ["operator_gain_btc"])
        series.append(Series(scheme, [scheme], mean, low=low, high=high, kind="points"))
    return Chart(
        key="operator",
        title="What the operator gains",
        question="What does each scheme earn the operator, and how surely?",
        x_label="BTC over the run",
        y_label="scheme",
        series=series,
        seeds=seeds(results),
        flipped=True,
    )
