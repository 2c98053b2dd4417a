"""Miners who choose, seen from the command line: who stays, world by world, and what is refused."""

import csv
import json
import unittest

from program import TINY, ProgramTest

CHOOSING = TINY.replace("days = 5\n", "days = 60\n").replace(
    "mean_machines = 50\n",
    """
mean_machines = 50
behaviour = "choose"
[fleet.groups.choice]
leave_per_week = 2.0
stops_at_loss = true
[[fleet.outside]]
pays = "pps"
fee = 0.03
""",
)

LOYAL = """
[[fleet.groups]]
name = "loyal"
count = 40
asic = "Antminer S21"
mean_machines = 50
"""


class ChoiceTest(ProgramTest):
    def summary(self, name: str) -> dict:
        return json.loads((self.folder / name / "summary.json").read_text())

    def test_in_a_comparison_each_scheme_pays_in_a_world_of_its_own(self):
        self.write("s.toml", CHOOSING)
        command = (
            "compare",
            "s.toml",
            "--schemes",
            "pplns:fee=0.2,eta:0.99:fee=0,fpps:0.001",
            "--replications",
            3,
        )
        out = self.succeeds(*command, "--out", "one")
        self.assertIn("Miners go where pay is worth most", out)
        self.assertIn("hash rate in the pool, mean over time, %: pplns:fee=0.2", out)
        kept = {
            scheme: measures["retention"]["mean"]
            for scheme, measures in self.summary("one")["schemes"].items()
        }
        self.assertLess(kept["pplns:fee=0.2"], 0.01)
        self.assertEqual(kept["fpps:0.001"], 1.0)
        self.succeeds(*command, "--out", "two", "--threads", 3)
        for name in ("summary.json", "comparison.csv", "timeseries.csv", "miners.csv"):
            self.assertEqual(
                (self.folder / "one" / name).read_bytes(),
                (self.folder / "two" / name).read_bytes(),
                name,
            )

    def test_behaviours_of_the_first_group_are_compared_pair_by_pair(self):
        self.write("s.toml", TINY + LOYAL)
        command = ("compare", "s.toml", "--schemes", "eta:0.8,pplns", "--replications", 4)
        behaviours = (*command, "--behaviours")
        self.succeeds(
            *behaviours, "honest,split:10,withhold,spread:4,difficulty:1e9", "--out", "out"
        )
        with open(self.folder / "out/comparison.csv") as file:
            rows = {(r["behaviour"], r["scheme"], r["measure"]): r for r in csv.DictReader(file)}
        pay = "group_pay_per_expected_value.miners"
        self.assertGreater(float(rows["split:10", "eta:0.8", pay]["t_low95"]), 0.0)
        self.assertLess(abs(float(rows["split:10", "pplns", pay]["difference"])), 1e-3)
        self.assertLess(float(rows["withhold", "pplns", "credited_btc"]["t_high95"]), 0.0)
        self.assertGreater(float(rows["spread:4", "eta:0.8", pay]["t_low95"]), 0.0)
        self.assertLess(abs(float(rows["spread:4", "pplns", pay]["difference"])), 2e-2)
        # Ten thousand shares of a few thousand difficulties' work each are few: less is paid.
        self.assertLess(float(rows["difficulty:1e9", "eta:0.8", pay]["difference"]), 0.0)
        for bad in ("split:1", "split:", "steal", "spread:1", "spread:4:1e-9", "spread", "hop:2"):
            self.assertIn("split:K", self.fails(2, *behaviours, f"honest,{bad}", "--out", "never"))
        self.assertIn("one behaviour", self.fails(2, *behaviours, "hop", "--out", "never"))
        self.assertFalse((self.folder / "never").exists())

    def test_a_run_goes_by_the_scheme_that_pays(self):
        self.write("s.toml", CHOOSING)
        for paying, other in (("pps:0.01", "pplns:8"), ("pplns:8", "pps:0.01")):
            self.succeeds(
                "run", "s.toml", "--set", f"pool.paying={paying}", "--out", "out", "--force"
            )
            schemes = self.summary("out")["schemes"]
            self.assertIsNotNone(schemes[paying]["participation_mean"])
            self.assertIsNone(schemes[other]["participation_mean"])

    def test_what_makes_no_sense_is_one_line(self):
        self.write("s.toml", CHOOSING)
        self.write("alone.toml", CHOOSING.split("[[fleet.outside]]", maxsplit=1)[0])
        for message, *command in (
            (
                "alone.toml:10: fleet.outside: choosing miners have nothing to choose",
                "run",
                "alone.toml",
            ),
            (
                "no scheme is called 'tides' (allowed: pps:0.01, pplns:8)",
                "run",
                "s.toml",
                "--set",
                "pool.paying=tides",
            ),
            (
                "'weight:w' cannot pay miners who choose",
                "compare",
                "s.toml",
                "--schemes",
                "pps,weight:w",
            ),
            ("fleet.outside[0].fee", "run", "s.toml", "--set", "fleet.outside[0].fee=1"),
            (
                "leave_per_week",
                "run",
                "s.toml",
                "--set",
                "fleet.groups[0].choice.leave_per_week=-1",
            ),
        ):
            self.assertIn(message, self.fails(2, *command, "--out", "never"))
            self.assertFalse((self.folder / "never").exists())


if __name__ == "__main__":
    unittest.main()
