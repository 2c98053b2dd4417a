"""Small folders of results for the tests of reports and pages."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AICMP = os.environ.get("AICMP_BIN", str(ROOT / "build/release/aicmp"))
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
    aicmp("run", ROOT / "scenarios/heat_wave.toml", *days, "--quiet", "--out", folder)
    return folder


def small_contest(folder: Path) -> Path:
    """A comparison of behaviours."""
    scenario = ROOT / "scenarios/eta_sybil.toml"
    behaviours = ["--behaviours", "honest,split:10", "--set", "run.days=5", "--replications", "4"]
    aicmp("compare", scenario, *behaviours, "--quiet", "--out", folder)
    return folder
