"""Help, version and wrong usage."""

import unittest

from program import ProgramTest

COMMANDS = [
    [],
    ["run"],
    ["compare"],
    ["sweep"],
    ["ruin"],
    ["scenario"],
    ["scenario", "show"],
    ["scenario", "check"],
    ["scenario", "schema"],
    ["scenario", "reference"],
    ["policy"],
    ["policy", "verify"],
    ["policy", "show"],
    ["policy", "onnx"],
]


class UsageTest(ProgramTest):
    def test_help_fits_80_columns_and_shows_an_example(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                text = self.succeeds(*command, "--help")
                self.assertLessEqual(max(map(len, text.splitlines())), 80, text)
                if command != ["scenario"]:
                    self.assertIn("  aicmp ", text)

    def test_version_names_commit_and_compiler(self):
        self.assertRegex(self.succeeds("--version"), r"^aicmp \d+\.\d+\.\d+ \(commit .+; g\+\+ ")

    def test_wrong_usage_is_one_line_and_exit_code_2(self):
        self.assertIn("see 'aicmp --help'", self.fails(2))
        self.assertIn("did you mean 'run'", self.fails(2, "rnu"))
        self.assertIn("did you mean '--force'", self.fails(2, "run", "s.toml", "--froce"))
        self.assertIn("see 'aicmp run --help'", self.fails(2, "run"))
        self.assertIn("--threads", self.fails(2, "run", "s.toml", "--threads", "0"))
        self.assertIn("--threads", self.fails(2, "run", "s.toml", "--threads", "many"))
        self.assertIn("--seed", self.fails(2, "run", "s.toml", "--seed", "-1"))
        self.assertIn("see 'aicmp scenario --help'", self.fails(2, "scenario"))


if __name__ == "__main__":
    unittest.main()
