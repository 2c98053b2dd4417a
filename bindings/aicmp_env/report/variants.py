"""A comparison of behaviours or of policies: what each brings over the first, world by world."""

import numpy as np
import pandas as pd

from aicmp_env.report.chart import Chart, Series
from aicmp_env.report.folder import ReportError, Results
from aicmp_env.report.page import Section, Table

_GROUP_PAY = "group_pay_per_expected_value."
_PLAIN = (
    ("pay_per_expected_value", "Pay of all miners", "% of the expected value of the work", 100.0),
    ("operator_gain_btc", "The operator's gain", "BTC over the run", 1.0),
)
_MOST_ROWS = 300


def variant_sections(results: Results) -> list[Section]:
    table = _differences(results)
    charts = [
        _chart(results, table, measure, f"Pay of {measure.removeprefix(_GROUP_PAY)}", unit, 100.0)
        for measure in _groups(table)
        for unit in ("% of the expected value of all work",)
    ]
    charts += [_chart(results, table, *measure) for measure in _PLAIN]
    return [Section("differences", "Differences", charts, tables=[_rows(table)])]


def variant_words(results: Results) -> list[str]:
    """What each variant brings the first group of miners, under every scheme."""
    table = _differences(results)
    groups = _groups(table)
    measure = groups[0] if groups else "pay_per_expected_value"
    who = f"{measure.removeprefix(_GROUP_PAY)} is" if groups else "miners are"
    sentences = [f"{results.manifest['replications']} pairs of worlds on the same random numbers."]
    for row in table[table["measure"] == measure].to_dict("records"):
        difference, low, high = (
            100 * row[key] for key in ("difference", "bca_low95", "bca_high95")
        )
        verdict = f"{abs(difference):.2g} % {'more' if difference > 0 else 'less'}"
        if not (low > 0 or high < 0):
            verdict = "neither more nor less, as far as can be seen,"
        sentences.append(
            f"Under {row['scheme']} {who} paid {verdict} with {row['variant']} than with "
            f"{row['baseline']} ({low:+.2g} to {high:+.2g} % of the value of the work)."
        )
    return sentences


def _differences(results: Results) -> pd.DataFrame:
    """comparison.csv with the column of behaviours or policies named ``variant``."""
    table = results.table("comparison.csv")
    what = next((name for name in ("behaviour", "policy") if name in table.columns), None)
    if what is None:
        raise ReportError(f"{results.path}: damaged or of another version: no timeseries.csv")
    return table.rename(columns={what: "variant"})


def _groups(table: pd.DataFrame) -> list[str]:
    measures = table["measure"].drop_duplicates()
    return [name for name in measures if name.startswith(_GROUP_PAY)]


def _chart(
    results: Results, table: pd.DataFrame, measure: str, title: str, unit: str, factor: float
) -> Chart:
    rows = table[table["measure"] == measure]
    baseline = str(rows["baseline"].iloc[0])
    series = []
    for variant, found in rows.groupby("variant", sort=False):
        mean, low, high = (
            factor * found[name].to_numpy(dtype=np.float64)
            for name in ("difference", "bca_low95", "bca_high95")
        )
        series.append(
            Series(str(variant), found["scheme"].tolist(), mean, low=low, high=high, kind="points")
        )
    return Chart(
        key=measure.replace(".", "_"),
        title=title,
        question=f"What does it bring over {baseline}, under each scheme?",
        x_label=f"difference from {baseline}, {unit}",
        y_label="scheme",
        series=series,
        seeds=f"{results.manifest['replications']}, the same worlds for all; mean, 95 % interval",
        flipped=True,
    )


def _rows(table: pd.DataFrame) -> Table:
    """Everything that differs, most surely first."""
    differing = table[table["difference"].abs() > 0].sort_values("p_value")
    rows = [
        [
            str(row["measure"]),
            "" if pd.isna(row["scheme"]) else str(row["scheme"]),
            str(row["variant"]),
            *(f"{row[key]:.4g}" for key in ("baseline_mean", "difference")),
            f"{row['bca_low95']:.3g} to {row['bca_high95']:.3g}",
            f"{row['p_value']:.2g}",
        ]
        for row in differing.head(_MOST_ROWS).to_dict("records")
    ]
    head = ("measure", "scheme", "with", "mean before", "difference", "95 % interval", "p")
    return Table("What differs, most surely first (p without correction)", head, rows)
