"""aicmp policy, on bundles that were written by the format's documentation."""

import csv
import json
import unittest

from bundle import write_bundle
from program import TINY, ProgramTest

FLEET = TINY.replace(
    "[network]",
    '[pool]\nshare_difficulty_rule = "ckpool"\n'
    "[pool.vardiff]\nstart_difficulty = 1e6\nmin_difficulty = 1e3\n[network]",
)


class PolicyTest(ProgramTest):
    def verify(self, code: int, *words: object) -> str:
        done = self.aicmp("policy", "verify", *words)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def test_a_bundle_that_keeps_to_the_format_is_sound(self):
        bundle = write_bundle(self.folder / "b")
        self.assertEqual(
            self.verify(0, bundle),
            "sound: AICMP/ShareDifficulty-v0, 4 files, 1 recorded rows within 1e-05, not signed\n",
        )

    def test_show_prints_the_model_card(self):
        card = self.succeeds("policy", "show", write_bundle(self.folder / "b"))
        self.assertIn("# A policy for AICMP/ShareDifficulty-v0", card)
        self.assertIn("| rate | log(shares/s / .3) | [-12, 12] |", card)

    def test_a_changed_file_is_named(self):
        bundle = write_bundle(self.folder / "b")
        (bundle / "README.md").write_text("Another policy.\n")
        self.assertEqual(
            self.verify(1, "b"),
            "REFUSED: b/README.md: its SHA-256 is not that of the manifest: damaged or changed\n",
        )

    def test_a_policy_for_another_problem_does_not_fit(self):
        write_bundle(self.folder / "b", problem="AICMP/Curtailment-v0")
        self.assertIn("REFUSED: b: features", self.verify(1, "b"))
        write_bundle(self.folder / "c", problem="AICMP/Nothing-v0")
        self.assertIn("REFUSED: ", self.verify(1, "c"))

    def test_a_required_signature_is_missed(self):
        write_bundle(self.folder / "b")
        self.write("key.pem", "no key")
        self.assertEqual(
            self.verify(1, "b", "--key", "key.pem"),
            "REFUSED: b/manifest.sig: missing: the bundle is not signed\n",
        )

    def test_no_folder_is_an_error(self):
        self.assertIn("nowhere: cannot be read", self.fails(1, "policy", "verify", "nowhere"))

    def shares(self, *words: object) -> float:
        """Of a run of one day of FLEET."""
        self.write("s.toml", FLEET)
        command = ("run", "s.toml", "--set", "run.days=1", "--json", "--quiet", "--force", *words)
        return json.loads(self.succeeds(*command))["world"]["pool_shares_accepted"]["mean"]

    def test_a_policy_decides_in_a_run(self):
        write_bundle(self.folder / "lower", choice="-1_octaves")
        write_bundle(self.folder / "keep", choice="keep")
        write_bundle(self.folder / "raise", choice="+1_octaves")
        lower, keep, higher = (self.shares("--policy", name) for name in ("lower", "keep", "raise"))
        self.assertGreater(lower, 100 * keep)
        self.assertLess(higher, 0.5 * keep)

    def test_a_run_with_a_policy_is_reproduced_by_its_own_scenario(self):
        write_bundle(self.folder / "lower", choice="-0.5_octaves")
        self.write("s.toml", FLEET)
        self.succeeds("run", "s.toml", "--policy", "lower", "--out", "a", "--set", "run.days=1")
        self.succeeds("run", "a/scenario.toml", "--out", "b")
        for name in ("summary.json", "miners.csv"):
            self.assertEqual(
                (self.folder / "a" / name).read_bytes(), (self.folder / "b" / name).read_bytes()
            )

    def test_a_refused_bundle_stops_a_run_or_leaves_the_rule(self):
        bundle = write_bundle(self.folder / "b", choice="-1_octaves")
        (bundle / "README.md").write_text("Another policy.\n")
        self.write("s.toml", FLEET)
        reason = "b/README.md: its SHA-256 is not that of the manifest: damaged or changed"
        self.assertIn(reason, self.fails(2, "run", "s.toml", "--policy", "b", "--out", "never"))
        self.assertFalse((self.folder / "never").exists())
        done = self.aicmp("run", "s.toml", "--policy", "b", "--fallback", "--out", "out", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, f"aicmp: warning: {reason}; ckpool decides instead\n")
        self.succeeds("run", "s.toml", "--out", "rule", "--quiet")
        self.assertEqual(
            (self.folder / "out/summary.json").read_bytes(),
            (self.folder / "rule/summary.json").read_bytes(),
        )

    def test_policies_are_compared_pair_by_pair(self):
        write_bundle(self.folder / "keep", choice="keep")
        write_bundle(self.folder / "lower", choice="-1_octaves")
        self.write("s.toml", FLEET)
        command = ("compare", "s.toml", "--replications", 4, "--set", "run.days=1", "--policies")
        out = self.succeeds(*command, "keep,keep,lower,rule", "--out", "out")
        self.assertIn("pool_shares_per_miner_min: keep", out)
        with open(self.folder / "out/comparison.csv") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual({row["policy"] for row in rows}, {"keep", "lower", "rule"})
        for row in rows:  # a policy does not differ from itself
            if row["policy"] == "keep":
                self.assertIn(row["difference"], ("0", ""), row)
        shares = {row["policy"]: row for row in rows if row["measure"] == "pool_shares_accepted"}
        self.assertGreater(float(shares["lower"]["t_low95"]), 0.0)
        self.assertIn("one policy", self.fails(2, *command, "keep", "--out", "never"))
        (self.folder / "lower/README.md").write_text("Another policy.\n")
        self.assertIn("SHA-256", self.fails(2, *command, "keep,lower", "--out", "never"))
        self.assertFalse((self.folder / "never").exists())

    def test_a_policy_is_scored_on_the_grid_beside_rules(self):
        write_bundle(self.folder / "lower", choice="-0.5_octaves")
        rows = self.succeeds(
            "vardiff-grid",
            "--rule",
            "fixed",
            "--policy",
            "lower",
            "--scenario",
            "stable",
            "--trials",
            5,
            "--csv",
        ).splitlines()
        self.assertEqual([row.split(",")[0] for row in rows], ["rule", "fixed", "policy"])
        changes = rows[0].split(",").index("converged")
        self.assertEqual(rows[1].split(",")[changes], "1")
        self.assertEqual(rows[2].split(",")[changes], "0")  # it changes every minute
        self.assertIn("none: cannot be read", self.fails(1, "vardiff-grid", "--policy", "none"))

    def test_a_policy_for_another_decision_is_refused_by_a_run(self):
        write_bundle(self.folder / "b", problem="AICMP/Curtailment-v0")
        self.write("s.toml", FLEET)
        self.assertIn("AICMP/ShareDifficulty-v0", self.fails(2, "run", "s.toml", "--policy", "b"))


if __name__ == "__main__":
    unittest.main()
