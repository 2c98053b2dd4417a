"""The examples of the C interface, in C and through ctypes, give what was recorded."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
C_EXAMPLE = [os.environ["AICMP_DECIDE"]]
PYTHON_EXAMPLE = [
    sys.executable,
    str(ROOT / "examples/policy/decide.py"),
    os.environ["AICMP_POLICY_LIBRARY"],
]


class ExamplesTest(unittest.TestCase):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory(prefix="aicmp-")
        self.addCleanup(holder.cleanup)
        self.bundle = pathlib.Path(holder.name) / "bundle"
        subprocess.run([os.environ["AICMP_SAMPLE_BUNDLE"], self.bundle, "tanh"], check=True)

    def decide(self, example: list[str], features: list[float]) -> subprocess.CompletedProcess:
        return subprocess.run(
            [*example, str(self.bundle), *map(repr, features)], capture_output=True, text=True
        )

    def test_both_decide_as_recorded(self):
        parity = json.loads((self.bundle / "parity.json").read_text())
        for example in (C_EXAMPLE, PYTHON_EXAMPLE):
            for row in range(5):
                with self.subTest(example=example[0], row=row):
                    features = parity["observations"][row]
                    outputs = parity["outputs"][row]
                    outside = sum(abs(x) > 4 for x in features)
                    done = self.decide(example, features)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertEqual(
                        done.stdout, f"choice {outputs.index(max(outputs))}\nclamped {outside}\n"
                    )

    def test_both_say_why_the_fallback_decides(self):
        for example in (C_EXAMPLE, PYTHON_EXAMPLE):
            done = self.decide(example, [0.0, float("nan"), 0.0])
            self.assertEqual(done.returncode, 1)
            self.assertEqual(done.stderr, "the fallback decides: a feature is not finite\n")
        (self.bundle / "README.md").write_text("changed")
        for example in (C_EXAMPLE, PYTHON_EXAMPLE):
            done = self.decide(example, [0.0, 0.0, 0.0])
            self.assertEqual(done.returncode, 1)
            self.assertIn("README.md: its SHA-256 is not that of the manifest", done.stderr)


if __name__ == "__main__":
    unittest.main()
