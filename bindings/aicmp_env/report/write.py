"""Writes the files of a report, each whole or not at all."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from aicmp_env.report import page, png_view
from aicmp_env.report.folder import ReportError, open_results
from aicmp_env.report.miner import miner_sections
from aicmp_env.report.sections import sections_of
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
    if not results.ended:
        raise ReportError(f"{results.path}: its run has not ended; aicmp serve shows it")
    sections = sections_of(results)
    for miner in miners:
        sections += miner_sections(results, miner)
    words = overview(results)
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
