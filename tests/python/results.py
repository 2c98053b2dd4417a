"""Small folders of results for the tests of reports and pages."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
AICMP = os.environ.get("AICMP_BIN", str(ROOT / "build/release/aicmp"))
HEAT_WAVE = ROOT / "scenarios/heat_wave.toml"
SMALL = ["--set", "run.days=5", "--set", "fleet.groups[0].count=40", "--replications", "3"]


def aicmp(*words: object) -> None:
    subprocess.run([AICMP, *map(str, words)], check=True, capture_output=True)


def small_run(folder: Path, *words: str) -> Path:
    aicmp("run", ROOT / "scenarios/quickstart.toml", *SMALL, "--quiet", "--out", folder, *words)
    return folder


def small_comparison(folder: Path) -> Path:
    schemes = ["--schemes", "eta:0.9,pplns,pps:0.03"]
    scenario = ROOT / "scenarios/quickstart.toml"
    aicmp("compare", scenario, *schemes, *SMALL, "--quiet", "--out", folder)
    return folder


def small_mine(folder: Path) -> Path:
    """Machines at three sites, before and during a heat wave."""
    days = ["--set", "run.days=12", "--replications", "3"]
    aicmp("run", HEAT_WAVE, *days, "--quiet", "--out", folder)
    return folder


def small_contest(folder: Path) -> Path:
    """A comparison of behaviours."""
    scenario = ROOT / "scenarios/eta_sybil.toml"
    behaviours = ["--behaviours", "honest,split:10", "--set", "run.days=5", "--replications", "4"]
    aicmp("compare", scenario, *behaviours, "--quiet", "--out", folder)
    return folder


@contextmanager
def live_run(folder: Path) -> Iterator[Path]:
    """A run that goes on for as long as the block: two simulated hours a second."""
    words = [AICMP, "run", str(HEAT_WAVE), "--live", "7200", "--quiet", "--out", str(folder)]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(lambda: (folder / "machine_states.csv").exists())
            yield folder
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def wait_for(happened: Callable[[], Any]) -> Any:
    for _ in range(600):
        if found := happened():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen")
