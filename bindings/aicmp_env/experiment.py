"""Runs scenarios with the program `aicmp`, and reads what it writes (extra `tables`)."""

import json
import os
import shutil
import subprocess
import sysconfig
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aicmp_env._core import ConfigError
from aicmp_env.extras import needs
from aicmp_env.problem import to_overrides

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_USAGE_ERROR = 2
_BUILD = Path(__file__).parents[2] / "build" / "release" / "aicmp"


class RunError(RuntimeError):
    """A run that failed; the message says why."""


def program() -> str:
    """Path of the program `aicmp`: of the source tree, of the installed package, or on the PATH."""
    installed = Path(sysconfig.get_path("scripts")) / "aicmp"
    for candidate in (_BUILD, installed):
        if candidate.is_file():
            return str(candidate)
    found = shutil.which("aicmp")
    if found is None:
        raise FileNotFoundError(
            "the program aicmp is not there: install the wheel, or scripts/setup"
        )
    return found


def call_program(*arguments: str) -> str:
    """Standard output of `aicmp arguments`; ConfigError or RunError if it fails."""
    done = subprocess.run([program(), *arguments], capture_output=True, text=True)
    if done.returncode == 0:
        return done.stdout
    message = done.stderr.strip().removeprefix("aicmp: error: ")
    if done.returncode == _USAGE_ERROR:
        raise ConfigError(message.removeprefix("--set "))
    raise RunError(message or f"aicmp ended with code {done.returncode}")


class Run:
    """A folder of results, as `aicmp run` and `aicmp compare` write it.

    Args:
        path: The folder.
        temporary: Whether it is deleted with this object.
    """

    def __init__(self, path: str | os.PathLike[str], *, temporary: bool = False) -> None:
        self.path = Path(path)
        if temporary:
            weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What was run, where, and with what result: manifest.json."""
        return dict(json.loads((self.path / "manifest.json").read_text()))

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Measures over replications: summary.json."""
        return dict(json.loads((self.path / "summary.json").read_text()))

    @property
    def scenario(self) -> str:
        """The complete scenario as TOML."""
        return (self.path / "scenario.toml").read_text()

    @property
    def tables(self) -> list[str]:
        """Names for `table`: "timeseries", "miners", "blocks", "payouts", "replications", ..."""
        return sorted(file.stem for file in self.path.glob("*.csv"))

    def table(self, name: str) -> "pd.DataFrame":
        """A table as pandas.DataFrame; numbers have the bits that the simulation had."""
        table = self.arrow(name)
        with needs("tables"):
            frame: pd.DataFrame = table.to_pandas()
        return frame

    def arrow(self, name: str) -> "pa.Table":
        """A table as pyarrow.Table; cells without a number are null."""
        with needs("tables"):
            import pyarrow as pa
            import pyarrow.csv

        table = pyarrow.csv.read_csv(self._csv(name))
        for i, column in enumerate(table.schema):
            if column.type == pa.null():
                table = table.set_column(i, column.name, table[i].cast(pa.float64()))
        return table

    def to_parquet(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Writes every table as Parquet, and returns the files."""
        with needs("tables"):
            import pyarrow.parquet

        Path(folder).mkdir(parents=True, exist_ok=True)
        files = [Path(folder) / f"{name}.parquet" for name in self.tables]
        for file in files:
            pyarrow.parquet.write_table(self.arrow(file.stem), file)
        return files

    def events(self) -> list[dict[str, Any]]:
        """Notices and exceptions: events.jsonl."""
        return [json.loads(line) for line in (self.path / "events.jsonl").read_text().splitlines()]

    def _csv(self, name: str) -> Path:
        file = self.path / f"{name}.csv"
        if not file.is_file():
            raise KeyError(f"no table {name!r} (allowed: {', '.join(self.tables)})")
        return file


def run(
    scenario: str | os.PathLike[str],
    *,
    schemes: Sequence[str] = (),
    seed: int | None = None,
    overrides: Mapping[str, Any] | None = None,
    replications: int | None = None,
    threads: int = 1,
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
) -> Run:
    """Runs a scenario as `aicmp run` does, with the same bytes in every file but the manifest.

    Args:
        scenario: TOML file.
        schemes: Such as ["eta:0.8", "pps:fee=0.03", "pplns"]; empty for the scenario's.
        seed: Of all random numbers; None for the scenario's.
        overrides: Options over those of the scenario: {"run.days": 30, "pool.schemes[0].eta": 0.9}.
        replications: Independent worlds; None for the scenario's.
        threads: Worlds at a time; results do not depend on it.
        out: Folder of the results; None for one that is deleted with the returned object.
        force: Replace the results of an earlier run in that folder.

    Raises:
        ConfigError: for a scenario or argument that cannot be accepted.
        RunError: if the run fails.
    """
    return _study("run", scenario, schemes, seed, overrides, replications, threads, out, force)


def compare(
    scenario: str | os.PathLike[str],
    schemes: Sequence[str] = (),
    *,
    seed: int | None = None,
    overrides: Mapping[str, Any] | None = None,
    replications: int | None = None,
    threads: int = 1,
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
) -> Run:
    """Compares schemes on common random numbers as `aicmp compare` does.

    There must be two schemes or more; the arguments are those of `run`. The tables "comparison"
    and "frontier" hold the paired differences from the first scheme.
    """
    return _study("compare", scenario, schemes, seed, overrides, replications, threads, out, force)


def _study(
    command: str,
    scenario: str | os.PathLike[str],
    schemes: Sequence[str],
    seed: int | None,
    overrides: Mapping[str, Any] | None,
    replications: int | None,
    threads: int,
    out: str | os.PathLike[str] | None,
    force: bool,
) -> Run:
    folder = tempfile.mkdtemp(prefix="aicmp-") if out is None else os.fspath(out)
    study = Run(folder, temporary=out is None)
    arguments = [command, os.fspath(scenario), "--threads", str(threads), "--out", folder]
    for override in to_overrides(overrides or {}):
        arguments += ["--set", override]
    if seed is not None:
        arguments += ["--seed", str(seed)]
    if replications is not None:
        arguments += ["--replications", str(replications)]
    if schemes:
        arguments += ["--schemes", ",".join(schemes)]
    if force:
        arguments.append("--force")
    call_program(*arguments, "--quiet")
    return study
