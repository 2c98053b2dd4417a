"""Every command that the documentation shows is run, page by page, as a reader would."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from results import ROOT

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEARNERS = ROOT / "build/release/aicmp-learn"
PAGES = [
    page
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    if BLOCK.search(page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_work(page: Path, tmp_path: Path) -> None:
    for name in ("build", "scenarios", "docs", "policies", ".venv"):
        if (ROOT / name).exists():
            (tmp_path / name).symlink_to(ROOT / name)
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    if not LEARNERS.exists():
        blocks = [block for block in blocks if "aicmp train" not in block]
    script = "set -euo pipefail\n" + "\n".join(blocks)
    environment = {
        "NO_COLOR": "1",
        "AICMP_PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT / "bindings"),
    }
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.mark.skipif(not LEARNERS.exists(), reason="a build without learners")
def test_the_page_of_commands_is_up_to_date() -> None:
    script = runpy.run_path(str(ROOT / "docs/make_cli_page.py"))
    expected = script["page"](str(ROOT / "build/release/aicmp"))
    shown = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    assert shown == expected, "run: python3 docs/make_cli_page.py build/release/aicmp"
