"""`aicmp run` and its folder: what it promises when all goes well, and when it does not."""

import csv
import hashlib
import json
import os
import pty
import signal
import time
import tomllib
import unittest

from program import BINARY, ENDLESS, TINY, ProgramTest


class RunTest(ProgramTest):
    def contents(self, name: str) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted((self.folder / name).iterdir())}

    def manifest(self, name: str) -> dict:
        return json.loads((self.folder / name / "manifest.json").read_text())

    def wait_for_rows(self, name: str) -> None:
        """Waits until a run has written rows of its time series."""
        path = self.folder / name / "timeseries.csv"
        for _ in range(600):
            if path.exists() and path.stat().st_size > 4096:
                return
            time.sleep(0.05)
        self.fail("the run wrote nothing within 30 seconds")

    def check_lines(self, name: str, killed: bool = False) -> None:
        """All files can be read: rows of one width, objects of JSON.

        Of a killed run that holds up to the last line break: the kernel may cut a write off.
        """
        for path in (self.folder / name).iterdir():
            text = path.read_text(encoding="utf-8")
            if not killed:
                self.assertTrue(text == "" or text.endswith("\n"), path.name)
            lines = text[: text.rfind("\n") + 1].splitlines()
            if path.suffix == ".csv":
                widths = {len(row) for row in csv.reader(lines)}
                self.assertLessEqual(len(widths), 1, path.name)
            if path.suffix == ".jsonl":
                for line in lines:
                    json.loads(line)

    def test_a_run_folder_is_complete_and_vouched_for(self):
        self.write("s.toml", TINY)
        out = self.succeeds("run", "s.toml", "--out", "out", "--seed", 7)
        self.assertIn("pplns", out)
        manifest = self.manifest("out")
        self.assertEqual(manifest["status"], "complete")
        self.assertEqual(manifest["seed"], 7)
        self.assertEqual(manifest["argv"][1:], ["run", "s.toml", "--out", "out", "--seed", "7"])
        contents = self.contents("out")
        outputs = {output["name"]: output for output in manifest["outputs"]}
        self.assertEqual(set(contents), set(outputs) | {"manifest.json"})
        for name, output in outputs.items():
            self.assertEqual(hashlib.sha256(contents[name]).hexdigest(), output["sha256"], name)
            self.assertEqual(len(contents[name]), output["bytes"], name)
        json.loads(contents["summary.json"])
        self.assertEqual(tomllib.loads(contents["scenario.toml"].decode())["run"]["seed"], 7)
        self.check_lines("out")

    def test_same_bytes_for_any_number_of_threads_and_from_its_own_scenario(self):
        self.write("s.toml", TINY)
        self.succeeds("run", "s.toml", "--out", "one", "--replications", 5, "--quiet")
        self.succeeds(
            "run", "s.toml", "--out", "four", "--replications", 5, "--quiet", "--threads", 4
        )
        self.succeeds("run", "one/scenario.toml", "--out", "again", "--quiet")
        one = self.contents("one")
        for name in ["four", "again"]:
            other = self.contents(name)
            self.assertEqual(set(one), set(other))
            for file in set(one) - {"manifest.json"}:
                self.assertEqual(one[file], other[file], f"{name}/{file}")

    def test_results_do_not_depend_on_where_everything_lies(self):
        prices = "\n".join(f"{1748649600 + 86400 * day},{60000 + day}" for day in range(30))
        for place in ["here", "there/deeper"]:
            (self.folder / place).mkdir(parents=True)
            self.write(f"{place}/prices.csv", f"time,price_usd\n{prices}\n")
            self.write(
                f"{place}/s.toml", TINY + "[market.price]\nmodel = 'replay'\nfile = 'prices.csv'\n"
            )
            self.succeeds(
                "run",
                f"{place}/s.toml",
                "--out",
                f"{place}/out",
                "--quiet",
                "--set",
                "run.ledger=blocks",
                "--set",
                "network.start_unix_s=1748649690",
            )
        here, there = self.contents("here/out"), self.contents("there/deeper/out")
        for file in set(here) - {"manifest.json"}:
            self.assertEqual(here[file], there[file], file)
        self.succeeds("run", "here/out/scenario.toml", "--out", "again", "--quiet")

    def test_nothing_is_written_for_a_bad_scenario(self):
        self.write("s.toml", TINY + "[market]\nprize = 1\n")
        self.fails(2, "run", "s.toml", "--out", "out")
        self.assertFalse((self.folder / "out").exists())

    def test_an_existing_folder_is_refused_without_force(self):
        self.write("s.toml", TINY)
        self.succeeds("run", "s.toml", "--out", "out", "--quiet")
        before = self.contents("out")
        self.assertIn("not empty", self.fails(2, "run", "s.toml", "--out", "out"))
        self.assertEqual(self.contents("out"), before)
        self.succeeds("run", "s.toml", "--out", "out", "--quiet", "--force")

    def test_force_does_not_replace_what_is_no_run(self):
        self.write("s.toml", TINY)
        (self.folder / "out").mkdir()
        self.write("out/thesis.tex", "years of work")
        self.assertIn(
            "no aicmp manifest", self.fails(2, "run", "s.toml", "--out", "out", "--force")
        )
        self.assertEqual(self.contents("out"), {"thesis.tex": b"years of work"})

    def test_two_runs_into_one_folder(self):
        self.write("s.toml", ENDLESS)
        self.start("run", "s.toml", "--out", "out", "--quiet")
        self.wait_for_rows("out")
        for extra in [[], ["--force"]]:
            message = self.fails(1, "run", "s.toml", "--out", "out", *extra)
            self.assertEqual(message, "out: another run is writing into this folder")
        self.assertEqual(self.manifest("out")["status"], "running")

    def test_of_runs_that_start_at_once_one_wins(self):
        self.write("s.toml", TINY)
        for trial in range(5):
            runs = [
                self.start("run", "s.toml", "--out", f"out{trial}", "--quiet") for _ in range(3)
            ]
            codes = [run.wait(timeout=60) for run in runs]
            self.assertEqual(codes.count(0), 1, codes)
            self.assertEqual(self.manifest(f"out{trial}")["status"], "complete")

    def test_interrupt_flushes_and_marks_the_run(self):
        for number in [signal.SIGINT, signal.SIGTERM]:
            with self.subTest(signal=number):
                self.write("s.toml", ENDLESS)
                process = self.start("run", "s.toml", "--out", number.name)
                self.wait_for_rows(number.name)
                begin = time.monotonic()
                process.send_signal(number)
                _, errors = process.communicate(timeout=30)
                self.assertLess(time.monotonic() - begin, 5.0)
                self.assertEqual(process.returncode, 130, errors)
                self.assertIn("interrupted", errors)
                manifest = self.manifest(number.name)
                self.assertEqual(manifest["status"], "interrupted")
                self.assertIn("timeseries.csv", [o["name"] for o in manifest["outputs"]])
                self.check_lines(number.name)

    def test_kill_leaves_what_was_written_readable(self):
        self.write("s.toml", ENDLESS)
        process = self.start("run", "s.toml", "--out", "out")
        self.wait_for_rows("out")
        process.kill()
        process.communicate()
        self.assertEqual(self.manifest("out")["status"], "running")
        self.check_lines("out", killed=True)
        self.write("t.toml", TINY)
        self.succeeds("run", "t.toml", "--out", "out", "--force", "--quiet")

    def test_a_ledger_that_was_killed_verifies_up_to_its_last_line(self):
        self.write("s.toml", ENDLESS)
        process = self.start("run", "s.toml", "--set", "run.ledger=work", "--out", "out")
        self.wait_for_rows("out")
        process.kill()
        process.communicate()
        done = self.aicmp("ledger", "verify", "out")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("sound but not closed", done.stdout)

    def test_a_ledger_that_is_not_the_one_of_its_run_is_found(self):
        self.write("s.toml", TINY)
        self.succeeds("run", "s.toml", "--set", "run.ledger=work", "--out", "out", "--quiet")
        ledger = self.folder / "out/ledger.jsonl"
        lines = ledger.read_text(encoding="utf-8").splitlines(keepends=True)
        self.assertIn("sound:", self.succeeds("ledger", "verify", "out"))
        for kept in (0, 1, len(lines) // 2, len(lines) - 1):
            ledger.write_text("".join(lines[:kept]), encoding="utf-8")
            done = self.aicmp("ledger", "verify", "out")
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(f"BAD at line {kept + 1}: ", done.stdout)
        ledger.write_text("".join(lines), encoding="utf-8")
        self.succeeds("ledger", "verify", "out/ledger.jsonl")

    def test_json_is_printed_also_where_quiet(self):
        self.write("s.toml", TINY)
        printed = self.succeeds("run", "s.toml", "--out", "out", "--quiet", "--json")
        self.assertEqual(
            json.loads(printed),
            json.loads((self.folder / "out/summary.json").read_text(encoding="utf-8")),
        )

    def test_folders_that_cannot_be_written(self):
        self.write("s.toml", TINY)
        self.assertIn(
            "/proc/aicmp: cannot be created", self.fails(1, "run", "s.toml", "--out", "/proc/aicmp")
        )
        self.assertIn(
            "s.toml: cannot be created: Not a directory",
            self.fails(1, "run", "s.toml", "--out", "s.toml"),
        )

    def test_no_permission(self):
        # Nothing is denied to root, so root runs the program as nobody.
        someone = {"user": 65534} if os.geteuid() == 0 else {}
        try:
            self.aicmp("--version", **someone)
        except PermissionError:
            self.skipTest("nobody cannot reach the program")
        self.write("s.toml", TINY)
        (self.folder / "locked").mkdir(mode=0o555)
        self.folder.chmod(0o555)
        self.addCleanup(self.folder.chmod, 0o700)
        for out in ["out", "locked/out"]:
            self.assertEqual(
                self.fails(1, "run", "s.toml", "--out", out, **someone),
                f"{out}: cannot be created: Permission denied",
            )
        (self.folder / "s.toml").chmod(0)
        self.assertIn("Permission denied", self.fails(2, "run", "s.toml", **someone))

    def test_full_disk(self):
        # A limit on file size stands in for the disk: the write fails in mid-run.
        self.write("s.toml", ENDLESS)
        done = self.aicmp(
            "run", "s.toml", "--out", "out", "--quiet", preexec_fn=lambda: limit_file_size(200_000)
        )
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, r"^aicmp: error: out/\w+\.\w+: cannot be written: .+\n$")
        self.assertEqual(self.manifest("out")["status"], "failed")
        self.check_lines("out")

    def test_standard_output_on_a_full_disk(self):
        self.write("s.toml", TINY)
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = self.aicmp("run", "s.toml", "--out", "out", stdout=full)
        self.assertEqual(done.returncode, 1)
        self.assertIn("standard output: cannot be written", done.stderr)

    def on_terminal(self, **environment: str) -> str:
        """What a run draws on a terminal of its own until it is interrupted."""
        self.write("s.toml", ENDLESS)
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.execve(
                BINARY,
                [BINARY, "run", "s.toml", "--out", "out", "--force"],
                {"TERM": "xterm", **environment},
            )
        drawn = b""
        while drawn.count(b"\r") < 5:
            drawn += os.read(terminal, 4096)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)
        return drawn.decode()

    def test_progress(self):
        drawn = self.on_terminal()
        self.assertRegex(drawn, r"\rendless \[.*\] +\d+ % .* days/s  ETA ")
        self.assertIn("\x1b[36m", drawn)
        self.assertNotIn("\x1b[36m", self.on_terminal(NO_COLOR="1"))

        process = self.start("run", "s.toml", "--out", "log")
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        self.assertRegex(errors, r"(?m)^endless +\d+ %  .* ETA ")
        self.assertNotIn("\r", errors)

        self.write("t.toml", TINY)
        done = self.aicmp("run", "t.toml", "--out", "quiet", "--quiet")
        self.assertEqual((done.stdout, done.stderr), ("", ""))


def limit_file_size(size: int) -> None:
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


if __name__ == "__main__":
    unittest.main()
