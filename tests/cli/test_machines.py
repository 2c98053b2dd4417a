"""Modelled machines, seen from the command line: their tables, and what is refused."""

import csv
import json
import unittest

from program import ROOT, TINY, ProgramTest

MACHINES = (
    TINY.replace(
        "mean_machines = 50\n",
        """
mean_machines = 5
[fleet.groups.machines]
modelled = true
notices = true
[fleet.groups.machines.failures]
connection_mtbf_days = 2
""",
    )
    + """
[[sites]]
name = "hall"
[sites.energy]
model = "market"
[sites.ambient]
model = "seasons"
[sites.decision]
rule = "hysteresis"
"""
)


class MachinesTest(ProgramTest):
    def table(self, path: str) -> list[dict[str, str]]:
        with open(self.folder / path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def test_tables_notices_and_summary_tell_one_story(self):
        self.write("s.toml", MACHINES)
        out = self.succeeds("run", "s.toml", "--out", "out")
        self.assertIn("J/TH at the wall", out)
        machines = self.table("out/machines.csv")
        sites = self.table("out/sites.csv")
        self.assertEqual([site["site"] for site in sites], ["hall"])
        self.assertEqual(int(sites[0]["machines"]), len(machines))
        for column in ["energy_mwh", "energy_cost_usd", "repair_cost_usd"]:
            self.assertAlmostEqual(
                sum(float(row[column]) for row in machines), float(sites[0][column]), places=6
            )
        world = json.loads((self.folder / "out/summary.json").read_text())["world"]
        self.assertAlmostEqual(
            world["machines_profit_usd"]["mean"], float(sites[0]["profit_usd"]), places=6
        )
        events = [
            json.loads(line) for line in (self.folder / "out/events.jsonl").read_text().splitlines()
        ]
        failures = [event for event in events if event["event"] == "machine_failure"]
        self.assertEqual(len(failures), sum(int(row["failures"]) for row in machines))
        self.assertEqual({event["site"] for event in failures}, {"hall"})
        # Shares of a machine, of its miner and of the site are one.
        miners = self.table("out/miners.csv")
        for name in ["accepted", "stale"]:
            every = sum(int(row[f"shares_{name}"]) for row in machines)
            self.assertEqual(every, sum(int(row[f"shares_{name}"]) for row in miners))
            self.assertEqual(every, int(sites[0][f"shares_{name}"]))
        # The pool's estimate over the whole run, within the error of its shares.
        for row in machines:
            cv = float(row["estimate_cv"])
            self.assertAlmostEqual(cv, int(row["shares_accepted"]) ** -0.5)
            ratio = float(row["estimated_ths"]) / float(row["mean_ths"])
            self.assertAlmostEqual(ratio, 1.0, delta=5 * cv)

    def test_same_bytes_for_any_number_of_threads_and_from_its_own_scenario(self):
        self.write("s.toml", MACHINES)
        self.succeeds("run", "s.toml", "--out", "one", "--replications", 3, "--quiet")
        self.succeeds("run", "one/scenario.toml", "--out", "two", "--threads", 3, "--quiet")
        for name in [
            "machines.csv",
            "sites.csv",
            "site_timeseries.csv",
            "events.jsonl",
            "summary.json",
        ]:
            self.assertEqual(
                (self.folder / "one" / name).read_bytes(),
                (self.folder / "two" / name).read_bytes(),
                name,
            )

    def test_shipped_scenarios_of_machines_run(self):
        for name in ["site_texas", "home_mining", "heat_wave", "demand_response"]:
            with self.subTest(scenario=name):
                out = self.succeeds(
                    "run", ROOT / "scenarios" / f"{name}.toml", "--out", name, "--set", "run.days=2"
                )
                self.assertIn("J/TH at the wall", out)

    def test_faults(self):
        self.write("s.toml", MACHINES)
        for override, expected in [
            ("fleet.groups[0].energy_site=1", "there is no energy site 1 (allowed: [0, 0])"),
            ("fleet.groups[0].identities=3", "modelled machines work for one account each"),
            ("fleet.groups[0].machines.max_power_w=100", "cannot run at so little"),
            ("sites[0].energy.model=replay", "a replay needs a file of prices"),
            ("sites[0].decision.rule=gready", "did you mean 'greedy'?"),
            ("sites[0].ambient.mean_c=99", "99 is out of range (allowed: a number in [-40, 60])"),
        ]:
            with self.subTest(override=override):
                self.assertIn(
                    expected, self.fails(2, "run", "s.toml", "--out", "out", "--set", override)
                )
                self.assertFalse((self.folder / "out").exists())


if __name__ == "__main__":
    unittest.main()
