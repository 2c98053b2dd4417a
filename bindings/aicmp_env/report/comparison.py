"""Pictures of a comparison of schemes on common random numbers."""

import numpy as np

from aicmp_env.report.chart import Chart, Numbers, Series
from aicmp_env.report.folder import Results
from aicmp_env.report.pay import seeds

# What users quote, with the factor that brings it to the unit named.
_MEASURES = (
    ("pay_per_expected_value", "paid out of the expected value", "percentage points", 100.0),
    ("luck_adjusted_fee_decile_1", "fee of the smallest tenth", "percentage points", 100.0),
    ("luck_adjusted_fee_decile_10", "fee of the largest tenth", "percentage points", 100.0),
    ("payout_cv", "variation of pay", "relative", 1.0),
    ("operator_gain_btc", "operator's gain", "BTC", 1.0),
)


def comparison_charts(results: Results) -> list[Chart]:
    table = results.table("comparison.csv")
    charts = []
    for measure, name, unit, factor in _MEASURES:
        rows = table[(table["measure"] == measure) & (table["scheme"] != "")]
        rows = rows.dropna(subset=["difference"])
        if rows.empty:
            continue
        baseline = str(rows["baseline"].iloc[0])
        names = [
            f"{scheme}{' *' if holm < 0.05 else ''}"
            for scheme, holm in zip(rows["scheme"], rows["p_holm"], strict=True)
        ]
        low, high = ("bca_low95", "bca_high95")
        charts.append(
            Chart(
                key=f"difference_{measure}",
                title=f"Difference from {baseline}: {name}",
                question=f"Does it differ from that under {baseline}? (* after Holm's correction)",
                x_label=f"difference, {unit}",
                y_label="scheme",
                series=[
                    Series(
                        "paired difference, BCa interval",
                        names,
                        factor * rows["difference"].to_numpy(dtype=np.float64),
                        low=factor * rows[low].to_numpy(dtype=np.float64),
                        high=factor * rows[high].to_numpy(dtype=np.float64),
                        kind="points",
                    )
                ],
                seeds=f"{seeds(results)}, the same worlds for every scheme",
                flipped=True,
            )
        )
    return charts


def frontier_chart(results: Results) -> Chart:
    table = results.table("frontier.csv")
    series = []
    for row in table.itertuples():
        open_to = [
            name
            for name, gain in (("hopping", row.gain_by_hopping), ("splits", row.gain_by_splitting))
            if gain != "no"
        ]
        label = f"{row.scheme} ({'open to ' + ' and '.join(open_to) if open_to else 'proof'})"
        series.append(
            Series(
                label,
                np.array([float(row.payout_cv)]),  # type: ignore[arg-type]
                np.array([float(row.operator_gain_sd_btc)]),  # type: ignore[arg-type]
                kind="points",
            )
        )
    return Chart(
        key="frontier",
        title="Whose risk?",
        question="What does steadier pay cost the operator, and what can be exploited?",
        x_label="variation of a miner's pay",
        y_label="standard deviation of the operator's gain, BTC",
        series=series,
        seeds=seeds(results),
    )


def exposure_charts(results: Results) -> list[Chart]:
    """What each scheme invites, and what it takes to keep its promises."""
    table = results.table("frontier.csv")
    schemes = table["scheme"].astype(str).tolist()

    def values(column: str) -> Numbers:
        return table[column].to_numpy(dtype=np.float64)

    ways = {"hopping at best": "best_hopping_gain", "posing as ten": "ten_identities_gain"}
    return [
        Chart(
            key="exploits",
            title="Hopping and splitting",
            question="What does a small miner gain who does not play fair? (none shown: not known)",
            x_label="gain in pay, %",
            y_label="scheme",
            series=[
                Series(way, schemes, 100 * values(column), kind="points")
                for way, column in ways.items()
            ],
            seeds="none: by analysis",
            flipped=True,
        ),
        Chart(
            key="reserve_need",
            title="Reserve that is needed",
            question="How much must the operator own for 1 % of ruin ever? (none: never enough)",
            x_label="BTC",
            y_label="scheme",
            series=[
                Series("reserve", schemes, values("reserve_for_1_percent_btc"), kind="points"),
            ],
            seeds=f"{results.summary['replications']}",
            flipped=True,
        ),
    ]
