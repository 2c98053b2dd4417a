"""Which pictures and tables a folder of results is shown by."""

from collections.abc import Callable, Mapping

from aicmp_env.report.comparison import comparison_charts, exposure_charts, frontier_chart
from aicmp_env.report.events import notice_section
from aicmp_env.report.folder import Kind, ReportError, Results
from aicmp_env.report.forecast import forecast_sections
from aicmp_env.report.network import luck_chart, market_charts, network_charts
from aicmp_env.report.page import Section
from aicmp_env.report.pay import (
    decile_chart,
    fee_curve,
    group_chart,
    has_groups,
    lorenz_chart,
    operator_chart,
    reserve_chart,
)
from aicmp_env.report.shares import share_charts
from aicmp_env.report.sites import site_sections
from aicmp_env.report.training import EVALUATION, contest_chart, training_charts
from aicmp_env.report.variants import variant_sections


def sections_of(results: Results) -> list[Section]:
    """The sections of its page; of a run that goes on, what is known so far.

    Raises:
        ReportError: if a file or column is missing or damaged.
    """
    try:
        return (_SECTIONS[results.kind] if results.ended else _so_far)(results)
    except KeyError as error:
        raise ReportError(f"{results.path}: damaged or of another version: no {error}") from error


def _so_far(results: Results) -> list[Section]:
    return [
        Section("operator", "The operator", [reserve_chart(results)]),
        Section("pool", "Luck", [luck_chart(results)]),
        *_world(results),
    ]


def _world(results: Results) -> list[Section]:
    return [
        Section("network", "The network", network_charts(results)),
        Section("market", "Price and fees", market_charts(results)),
        *site_sections(results),
        notice_section(results),
    ]


def _of_run(results: Results) -> list[Section]:
    groups = [group_chart(results)] if has_groups(results) else []
    return [
        Section("pay", "Who is paid what", [decile_chart(results), fee_curve(results), *groups]),
        Section("fairness", "How unequal", [lorenz_chart(results)]),
        Section("operator", "The operator", [operator_chart(results), reserve_chart(results)]),
        Section("pool", "Luck and shares", [luck_chart(results), *share_charts(results)]),
        *_world(results),
    ]


def _of_comparison(results: Results) -> list[Section]:
    differences = [
        *comparison_charts(results),
        frontier_chart(results),
        *exposure_charts(results),
    ]
    return [Section("differences", "Differences", differences), *_of_run(results)]


def _of_training(results: Results) -> list[Section]:
    contest = [contest_chart(results)] if results.has(EVALUATION) else []
    return [Section("training", "Training", [*contest, *training_charts(results)])]


_SECTIONS: Mapping[Kind, Callable[[Results], list[Section]]] = {
    "run": _of_run,
    "comparison": _of_comparison,
    "variants": variant_sections,
    "training": _of_training,
    "forecast": forecast_sections,
}
