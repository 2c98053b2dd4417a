"""Limits that owners set on their machines, on their way into a live run."""

import json
import math
import os
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs

_FILE = "settings.json"
# The most of each. The simulation knows what a machine can do, and refuses the rest in
# events.jsonl.
LIMITS = {"max_power_w": 1e7, "throttle_c": 150.0, "off_c": 150.0, "warn_c": 150.0}


class Settings:
    """``settings.json`` of a run folder, which ``aicmp run --live`` reads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        self._writing = threading.Lock()

    def of(self, miner: int) -> dict[str, float]:
        """What was set for a miner."""
        return dict(self._read().get(str(miner), {}))

    def change(self, miner: int, limits: Mapping[str, float]) -> None:
        """Adds limits to those of a miner; the file is replaced as a whole."""
        with self._writing:
            every = self._read()
            every[str(miner)] = {**every.get(str(miner), {}), **limits}
            handle, temporary = tempfile.mkstemp(dir=self._path.parent, suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(every, file)
            os.replace(temporary, self._path)

    def _read(self) -> dict[str, dict[str, float]]:
        try:
            return dict(json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}


def parse_limits(body: bytes) -> dict[str, float]:
    """Limits from a form; fields that are empty stay as they are.

    Raises:
        ValueError: for anything else; the message says what is allowed.
    """
    fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=len(LIMITS))
    limits = {}
    for name, values in fields.items():
        if name not in LIMITS:
            raise ValueError(f"unknown setting (allowed: {', '.join(LIMITS)})")
        if len(values) > 1:
            raise ValueError(f"{name} is there twice")
        if values[0] == "":
            continue
        number = float(values[0])
        if not (math.isfinite(number) and 0 <= number <= LIMITS[name]):
            raise ValueError(f"{name} is 0 to {LIMITS[name]:g}")
        limits[name] = number
    if not limits:
        raise ValueError(f"nothing to set (allowed: {', '.join(LIMITS)})")
    return limits
