"""Every Python block of docs/python.md is run, as a reader would."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from results import ROOT

BLOCKS = re.findall(r"^```python\n(.*?)^```$", (ROOT / "docs/python.md").read_text(), re.M | re.S)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_block(number: int, tmp_path: Path) -> None:
    block = BLOCKS[number]
    if "stable_baselines3" in block:
        pytest.importorskip("stable_baselines3")
    if ".run(" in block:
        pytest.importorskip("pyarrow")
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    (tmp_path / "block.py").write_text(block)
    done = subprocess.run(
        [sys.executable, "block.py"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "bindings"), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, block + done.stderr[-2000:]
    assert done.stdout or "print" not in block
