"""aicmp train and evaluate, as a user meets them."""

import csv
import json
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from program import BINARY, ROOT, ProgramTest

TINY = """
problem = "AICMP/Curtailment-v0"
name = "tiny"
steps = 100
[train]
steps = 20_000
envs = 8
log_steps = 4_000
[ppo]
rollout_steps = 32
"""
NAMES = {
    "charts/episodic_return",
    "charts/learning_rate",
    "losses/policy_loss",
    "losses/value_loss",
    "losses/entropy",
    "losses/approx_kl",
    "losses/clipfrac",
    "losses/explained_variance",
}
HAS_LEARNERS = (pathlib.Path(BINARY).parent / "aicmp-learn").exists()


@unittest.skipUnless(HAS_LEARNERS, "a build without learners")
class TrainTest(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("tiny.toml", TINY)

    def bytes_of(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def test_trains_with_the_usual_metrics_and_is_reproducible(self):
        self.succeeds("train", "tiny.toml", "--out", "a", "--quiet")
        self.succeeds("train", "tiny.toml", "--out", "b", "--quiet")
        for name in ("metrics.csv", "scenario.toml", "summary.json", "checkpoint.aicmp"):
            self.assertEqual(self.bytes_of(f"a/{name}"), self.bytes_of(f"b/{name}"), name)
        with open(self.folder / "a/metrics.csv") as file:
            rows = list(csv.DictReader(file))
        self.assertLessEqual(NAMES, set(rows[0]))
        self.assertEqual(len(rows), 5)
        self.assertGreaterEqual(int(rows[-1]["global_step"]), 20_000)
        self.assertEqual(json.loads(self.bytes_of("a/manifest.json"))["status"], "complete")
        self.assertTrue(list((self.folder / "a/tb").glob("events.out.tfevents.*")))
        self.succeeds("train", "tiny.toml", "--out", "c", "--quiet", "--seed", "2")
        self.assertNotEqual(self.bytes_of("a/metrics.csv"), self.bytes_of("c/metrics.csv"))

    def test_every_algorithm_runs_by_the_id_of_a_problem(self):
        for algorithm in ("ppo", "a2c", "dqn"):
            with self.subTest(algorithm=algorithm):
                self.succeeds(
                    "train",
                    "AICMP/SelfishMining-v0",
                    "--algo",
                    algorithm,
                    "--steps",
                    "3000",
                    "--out",
                    algorithm,
                    "--quiet",
                    "--set",
                    "alpha=0.4",
                )
                summary = json.loads(self.bytes_of(f"{algorithm}/summary.json"))
                self.assertGreaterEqual(summary["steps"], 3000)

    def test_interrupted_and_resumed_equals_uninterrupted(self):
        endless = ["--steps", "2000000", "--set", "train.checkpoint_steps=100000"]
        process = self.start("train", "tiny.toml", "--out", "stopped", *endless)
        deadline = time.monotonic() + 60
        while not (self.folder / "stopped/checkpoint.aicmp").exists():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        if process.returncode == 0:
            self.skipTest("the run was over before the signal came")
        self.assertEqual(process.returncode, 130)
        self.assertEqual(
            json.loads(self.bytes_of("stopped/manifest.json"))["status"], "interrupted"
        )
        self.succeeds("train", "--resume", "stopped", "--quiet")
        self.succeeds("train", "tiny.toml", "--out", "whole", "--quiet", *endless)
        for name in ("checkpoint.aicmp", "metrics.csv"):
            self.assertEqual(self.bytes_of(f"stopped/{name}"), self.bytes_of(f"whole/{name}"), name)

    def test_progress_shows_what_to_watch(self):
        done = subprocess.run(
            [BINARY, "train", "tiny.toml", "--steps", "400000"],
            cwd=self.folder,
            text=True,
            capture_output=True,
            timeout=120,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        for word in ("steps/s", "score", "KL", "EV", "results in runs/tiny"):
            self.assertIn(word, done.stderr)

    def test_evaluates_against_the_heuristics(self):
        self.succeeds("train", "tiny.toml", "--out", "a", "--quiet")
        self.succeeds("train", "tiny.toml", "--out", "b", "--quiet", "--seed", "2")
        text = self.succeeds("evaluate", "a", "--episodes", "20")
        self.assertRegex(text, r"The policy (beats|does not beat|cannot be told from) the best")
        for name in ("always", "greedy", "hysteresis", "optimal (bound)", "optimum"):
            self.assertIn(name, text)
        both = json.loads(self.succeeds("evaluate", "a", "b", "--episodes", "20", "--json"))
        self.assertEqual(len(both["run_scores"]), 2)
        self.assertEqual(both["best_heuristic"], "hysteresis")

    def test_exports_a_bundle_with_its_evaluation(self):
        self.succeeds("train", "tiny.toml", "--out", "a", "--quiet")
        self.assertIn(
            "best heuristic", self.succeeds("export", "a", "--out", "b", "--episodes", "10")
        )
        self.assertEqual(
            {path.name for path in (self.folder / "b").iterdir()},
            {"README.md", "manifest.json", "parity.json", "policy.json", "weights.safetensors"},
        )
        self.assertIn("hysteresis", self.bytes_of("b/policy.json").decode())
        self.assertIn("not empty", self.fails(2, "export", "a", "--out", "b"))

    def test_a_policy_with_a_memory_goes_the_whole_way(self):
        memory = ["--set", "net.lstm_size=8", "--set", "net.hidden=[16]", "--quiet"]
        self.succeeds("train", "tiny.toml", "--out", "a", "--steps", "10000", *memory)
        for algorithm in ("ppo", "a2c"):
            with self.subTest(algorithm=algorithm):
                setting = ["tiny.toml", "--algo", algorithm, "--steps", "3000", *memory]
                self.succeeds("train", *setting, "--out", f"{algorithm}-1")
                self.succeeds("train", *setting, "--out", f"{algorithm}-2")
                self.assertEqual(
                    self.bytes_of(f"{algorithm}-1/checkpoint.aicmp"),
                    self.bytes_of(f"{algorithm}-2/checkpoint.aicmp"),
                )
        self.assertIn("The policy", self.succeeds("evaluate", "a", "--episodes", "10"))
        self.succeeds("export", "a", "--out", "bundle", "--episodes", "10")
        self.succeeds("policy", "verify", "bundle")
        self.assertIn("lstm", self.bytes_of("bundle/policy.json").decode())
        message = self.fails(2, "train", "AICMP/SelfishMining-v0", "--algo", "dqn", *memory)
        self.assertIn("net.lstm_size: DQN", message)

    def test_cuda_works_or_is_refused_in_one_line(self):
        run = ["train", "tiny.toml", "--steps", "3000", "--quiet", "--device"]
        done = subprocess.run(
            [BINARY, *run, "cuda"], cwd=self.folder, text=True, capture_output=True, timeout=120
        )
        if done.returncode != 0:
            self.assertEqual(done.returncode, 2)
            self.assertEqual(done.stderr.count("\n"), 1)
            self.assertIn("train.device: this libtorch has no CUDA device", done.stderr)
        self.succeeds(*run, "cpu", "--out", "cpu")
        self.assertIn(
            "DQN learns on the CPU",
            self.fails(2, "train", "AICMP/SelfishMining-v0", "--algo", "dqn", "--device", "cuda"),
        )
        self.assertIn("train.device", self.fails(2, *run, "tpu"))

    def test_bad_input_is_one_line(self):
        self.assertIn("alpha", self.fails(2, "train", "tiny.toml", "--set", "alpha=1"))
        self.assertIn("not a decision problem", self.fails(2, "train", "AICMP/Nothing-v0"))
        self.assertIn("no such file", self.fails(2, "train", "nothing.toml"))
        self.assertIn("ppo.epochs", self.fails(2, "train", "tiny.toml", "--set", "ppo.epochs=0"))
        self.assertIn(
            "names its problem", self.fails(2, "train", self.write("e.toml", "steps = 1"))
        )
        self.assertIn("tiny.toml:", self.fails(2, "train", self.write("tiny.toml", TINY + "x = 1")))
        self.assertIn("scenario or --resume", self.fails(2, "train"))
        self.assertIn("no such file", self.fails(2, "train", "--resume", "nothing"))

    def test_a_checkpoint_of_another_problem_or_damaged_is_refused(self):
        self.succeeds("train", "tiny.toml", "--out", "a", "--quiet")
        self.succeeds("train", "AICMP/Reserve-v0", "--steps", "3000", "--out", "b", "--quiet")
        shutil.copy(self.folder / "b/checkpoint.aicmp", self.folder / "a/checkpoint.aicmp")
        self.assertIn("another problem", self.fails(2, "train", "--resume", "a"))
        whole = self.bytes_of("b/checkpoint.aicmp")
        (self.folder / "b/checkpoint.aicmp").write_bytes(whole[:-1])
        self.assertIn("damaged", self.fails(2, "train", "--resume", "b"))

    def test_a_loss_that_is_not_finite_ends_the_run(self):
        message = self.fails(
            1,
            "train",
            "tiny.toml",
            "--quiet",
            "--set",
            "ppo.learning_rate=1e30",
            "--set",
            "ppo.anneal=false",
        )
        self.assertIn("not finite", message)
        self.assertIn("learning rate", message)
        manifest = json.loads(self.bytes_of("runs/tiny/manifest.json"))
        self.assertEqual(manifest["status"], "failed")

    @unittest.skipUnless(pathlib.Path("/dev/full").exists(), "no /dev/full")
    def test_a_full_disk_is_reported(self):
        self.succeeds("train", "tiny.toml", "--out", "a", "--quiet")
        (self.folder / "a/checkpoint.aicmp.tmp").symlink_to("/dev/full")
        message = self.fails(1, "train", "--resume", "a", "--quiet", "--steps", "40000")
        self.assertIn("No space left", message)
        self.succeeds("evaluate", "a", "--episodes", "2")

    def test_shipped_scenarios_are_valid(self):
        for path in sorted((ROOT / "scenarios/train").glob("*.toml")):
            with self.subTest(scenario=path.name):
                self.succeeds(
                    "train",
                    path,
                    "--steps",
                    "1000",
                    "--out",
                    path.stem,
                    "--quiet",
                    "--set",
                    "train.envs=2",
                )


if __name__ == "__main__":
    unittest.main()
