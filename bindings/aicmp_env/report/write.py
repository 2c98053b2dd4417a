"""Puts the sections of a report together and writes its files."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from aicmp_env.report import page, png_view
from aicmp_env.report.comparison import comparison_charts, frontier_chart
from aicmp_env.report.events import notices
from aicmp_env.report.folder import Kind, ReportError, Results, open_results
from aicmp_env.report.miner import miner_section
from aicmp_env.report.network import luck_chart, market_charts, network_charts
from aicmp_env.report.page import Section
from aicmp_env.report.pay import (
    decile_chart,
    fee_curve,
    lorenz_chart,
    operator_chart,
    reserve_chart,
    share_fate_chart,
)
from aicmp_env.report.words import overview


def write_report(
    folder: str | Path,
    *,
    out: str | Path | None = None,
    png: str | Path | None = None,
    miners: Sequence[int] = (),
) -> Path:
    """Writes the report of a folder of results as one HTML file and returns its path.

    Args:
        folder: What ``aicmp run``, ``compare``, ``train`` or ``forecast`` wrote.
        out: The HTML file; ``report.html`` in the folder by default. It is replaced as a whole.
        png: A folder for every picture as PNG; none by default.
        miners: Accounts of the first replication that get a section of their own.

    Raises:
        ReportError: for a folder that is unfinished, damaged or foreign, an unknown miner, and
            files that cannot be written.
    """
    results = open_results(Path(folder))
    try:
        sections = _SECTIONS[results.kind](results)
        sections += [miner_section(results, miner) for miner in miners]
        words = overview(results)
    except KeyError as error:
        raise ReportError(f"{results.path}: damaged or of another version: no {error}") from error
    target = Path(out) if out is not None else results.path / "report.html"
    try:
        _replace(target, page.render(results, words, sections))
        if png is not None:
            Path(png).mkdir(parents=True, exist_ok=True)
            for section in sections:
                for chart in section.charts:
                    png_view.save(chart, Path(png))
    except OSError as error:
        raise ReportError(f"{error.filename or target}: {error.strerror}") from error
    return target


def _run_sections(results: Results) -> list[Section]:
    return [
        Section("pay", "Who is paid what", [decile_chart(results), fee_curve(results)]),
        Section("fairness", "How unequal", [lorenz_chart(results)]),
        Section("operator", "The operator", [operator_chart(results), reserve_chart(results)]),
        Section("pool", "Luck and shares", [luck_chart(results), share_fate_chart(results)]),
        Section("network", "The network", network_charts(results)),
        Section("market", "Price and fees", market_charts(results)),
        Section("notices", "Notices", [], table=notices(results)),
    ]


def _comparison_sections(results: Results) -> list[Section]:
    differences = Section(
        "differences", "Differences", [*comparison_charts(results), frontier_chart(results)]
    )
    return [differences, *_run_sections(results)]


_SECTIONS: Mapping[Kind, Callable[[Results], list[Section]]] = {
    "run": _run_sections,
    "comparison": _comparison_sections,
}


def _replace(target: Path, text: str) -> None:
    """Writes the whole file or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
