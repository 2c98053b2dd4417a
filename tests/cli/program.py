"""Runs the built `aicmp` (path in AICMP_BIN) for the tests of this folder."""

import os
import pathlib
import subprocess
import tempfile
import unittest

BINARY = os.environ.get("AICMP_BIN", "aicmp")
ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = sorted((ROOT / "scenarios").glob("*.toml"))

# Small enough for a fraction of a second, with every output file in use.
TINY = """
[run]
name = "tiny"
days = 5
sample_hours = 6
variation_days = 1
[network]
hash_rate_ehs = 1.0
start_difficulty = 1.4e11
[[fleet.groups]]
count = 20
mean_machines = 50
[[pool.schemes]]
kind = "pps"
[[pool.schemes]]
kind = "pplns"
"""
# The same for so long that it never ends while a test watches.
ENDLESS = TINY.replace("days = 5\n", "days = 36500\n").replace(
    'name = "tiny"', 'name = "endless"\nreplications = 1000'
)


class ProgramTest(unittest.TestCase):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory(prefix="aicmp-")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def write(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text)
        return name

    def aicmp(self, *arguments: object, **options) -> subprocess.CompletedProcess:
        """Runs to the end in the test's folder, with output as text."""
        return subprocess.run(
            [BINARY, *map(str, arguments)],
            cwd=self.folder,
            text=True,
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            timeout=120,
            **options,
        )

    def start(self, *arguments: object) -> subprocess.Popen:
        process = subprocess.Popen(
            [BINARY, *map(str, arguments)],
            cwd=self.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.addCleanup(self.stop, process)
        return process

    @staticmethod
    def stop(process: subprocess.Popen) -> None:
        process.kill()
        process.communicate()

    def succeeds(self, *arguments: object, **options) -> str:
        done = self.aicmp(*arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def fails(self, code: int, *arguments: object, **options) -> str:
        """Checks for one line of error and the exit code; returns the message."""
        done = self.aicmp(*arguments, **options)
        self.assertEqual(done.returncode, code, done.stderr)
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertTrue(lines[0].startswith("aicmp: error: "), lines[0])
        return lines[0].removeprefix("aicmp: error: ")
