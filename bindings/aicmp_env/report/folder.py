"""A folder of results as ``aicmp`` writes it, checked before anything is drawn."""

import io
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pandas as pd

Kind: TypeAlias = Literal["run", "comparison", "variants", "training", "forecast"]

# What tells the kinds apart, most telling first.
_SIGNS: tuple[tuple[str, Kind], ...] = (
    ("comparison.csv", "comparison"),
    ("metrics.csv", "training"),
    ("forecasts.csv", "forecast"),
    ("timeseries.csv", "run"),
)


class ReportError(Exception):
    """A folder that cannot be reported on; the message says why and what to do."""


@dataclass(frozen=True)
class Results:
    """One folder of results. Tables are read when first asked for."""

    path: Path
    kind: Kind
    manifest: dict[str, Any]

    def has(self, name: str) -> bool:
        return (self.path / name).is_file()

    def json(self, name: str) -> Any:
        try:
            return json.loads((self.path / name).read_text(encoding="utf-8"))
        except OSError as error:
            raise ReportError(f"{self.path / name}: {error.strerror}") from error
        except ValueError as error:
            raise ReportError(f"{self.path / name}: damaged ({error})") from error

    def table(self, name: str) -> pd.DataFrame:
        """The rows of a CSV file; a last line that is cut off in a run not complete is left out."""
        path = self.path / name
        try:
            text = path.read_bytes()
            if not self.complete:
                text = text[: text.rfind(b"\n") + 1]
            return pd.read_csv(io.BytesIO(text), on_bad_lines="error", low_memory=False)
        except OSError as error:
            raise ReportError(f"{path}: {error.strerror}") from error
        except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
            raise ReportError(f"{path}: damaged ({error})") from error

    @property
    def complete(self) -> bool:
        return bool(self.manifest.get("status") == "complete")

    @property
    def ended(self) -> bool:
        return bool(self.manifest.get("status") != "running")

    @cached_property
    def summary(self) -> dict[str, Any]:
        summary = self.json("summary.json")
        if not isinstance(summary, dict):
            raise ReportError(f"{self.path / 'summary.json'}: not a summary")
        return summary

    @cached_property
    def timeseries(self) -> pd.DataFrame:
        return self.table("timeseries.csv")

    @cached_property
    def blocks(self) -> pd.DataFrame:
        return self.table("blocks.csv")

    @cached_property
    def miners(self) -> pd.DataFrame:
        return self.table("miners.csv")

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """Lines of events.jsonl; a last line that a killed run cut off is left out."""
        lines = (self.path / "events.jsonl").read_text(encoding="utf-8").splitlines()
        events = []
        for number, line in enumerate(lines, 1):
            try:
                events.append(json.loads(line))
            except ValueError as error:
                if number == len(lines) and not self.complete:
                    break
                where = f"{self.path / 'events.jsonl'}:{number}"
                raise ReportError(f"{where}: damaged ({error})") from error
        return events

    @property
    def name(self) -> str:
        named = self.summary.get("scenario") if self.has("summary.json") else None
        return str(named or self.path.name)

    @property
    def schemes(self) -> list[str]:
        """Names of the reward schemes, in order."""
        end = ".reserve_btc"
        return [name.removesuffix(end) for name in self.timeseries.columns if name.endswith(end)]


def open_results(path: Path) -> Results:
    """Opens a folder that a command of aicmp has written.

    Raises:
        ReportError: if there is none, it is another program's, or nothing was written yet.
    """
    if not path.is_dir():
        raise ReportError(f"{path}: no such folder")
    manifest_path = path / "manifest.json"
    if not manifest_path.is_file():
        raise ReportError(f"{path}: no folder of results (it has no manifest.json)")
    try:
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ReportError(f"{manifest_path}: damaged ({error})") from error
    if not isinstance(manifest, dict) or manifest.get("tool") != "aicmp":
        raise ReportError(f"{manifest_path}: not written by aicmp")
    for sign, kind in _SIGNS:
        if (path / sign).is_file():
            if kind == "comparison" and not (path / "timeseries.csv").is_file():
                kind = "variants"
            return Results(path, kind, manifest)
    status = manifest.get("status", "unknown")
    raise ReportError(f"{path}: nothing to report yet (its run is {status})")
