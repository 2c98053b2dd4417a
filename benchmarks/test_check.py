"""check.py notices a kernel of half the speed, and does not fail two runs of one build.

AICMP_BENCH names the benchmark program. The baseline is taken from the same build first, so that
the test is about check.py and not about the machine.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).parent
FIGURE = "pool/apportion"


class CheckTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.check = Path(folder.name) / "check.py"
        self.check.write_text((HERE / "check.py").read_text())
        baseline = json.loads((HERE / "baseline.json").read_text())
        (Path(folder.name) / "baseline.json").write_text(json.dumps({FIGURE: baseline[FIGURE]}))
        self.run_check("--write-baseline")

    def run_check(self, *options: str, slow: str = "") -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, self.check, os.environ["AICMP_BENCH"], "--repetitions", "9", *options],
            env=os.environ | {"AICMP_BENCH_SLOW": slow},
            capture_output=True,
            text=True,
        )

    def test_two_runs_of_one_build_pass(self) -> None:
        for _ in range(2):
            result = self.run_check()
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_half_speed_is_caught(self) -> None:
        result = self.run_check(slow=FIGURE)
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn("SLOWER", result.stdout)


if __name__ == "__main__":
    unittest.main()
