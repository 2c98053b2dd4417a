#!/usr/bin/env python3
"""Trains several seeds on the problems whose optimum is known, and holds them against it.

Goals: PPO, A2C and DQN reach 98 % of the optimum in curtailment (C29) and share difficulty, PPO
99.5 % of the optimal revenue of selfish mining at two points. The last line says whether all were
met.

Usage: benchmarks/learning_quality.py [--seeds N] [--only WORD] [--out FOLDER]
"""

import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
AICMP = ROOT / "build/release/aicmp"
SCENARIOS = ROOT / "scenarios/train"
# name, scenario, algorithm, overrides, part of the optimum
CASES = [
    *(("curtailment", "curtailment", algorithm, [], 0.98) for algorithm in ("ppo", "a2c", "dqn")),
    *(("share difficulty", "share_difficulty", algorithm, [], 0.98)
      for algorithm in ("ppo", "a2c", "dqn")),
    ("selfish mining .35 .5", "selfish_mining", "ppo", [], 0.995),
    ("selfish mining .40 0", "selfish_mining", "ppo", ["alpha=0.4", "gamma=0"], 0.995),
]  # fmt: skip


def run(*arguments: object) -> str:
    words = [str(AICMP), *map(str, arguments)]
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout


def part_of_optimum(evaluation: dict) -> float:
    """What is earned of it; of a cost, the optimal cost over what is paid.

    Where a solver played in the same worlds, of what it earned: luck and length are equal then.
    """
    if "of_solver" in evaluation:
        part = evaluation["of_solver"]["estimate"]
        return part if evaluation["policy"]["estimate"] > 0 else 1 / part
    score, optimum = evaluation["policy"]["estimate"], evaluation["optimum"]["value"]
    return optimum / score if optimum < 0 else score / optimum


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="", help="part of a name or algorithm")
    parser.add_argument("--out", default="runs/quality")
    options = parser.parse_args()
    met = True
    print(f"{'':24}{'':6}{'part of optimum':>16}{'goal':>7}  worst and best seed; verdict")
    for name, scenario, algorithm, overrides, goal in CASES:
        if options.only not in f"{name} {algorithm}":
            continue
        runs = []
        for seed in range(1, options.seeds + 1):
            runs.append(f"{options.out}/{name.replace(' ', '_')}-{algorithm}-{seed}")
            sets = [word for text in overrides for word in ("--set", text)]
            run("train", SCENARIOS / f"{scenario}.toml", "--algo", algorithm, "--seed", seed,
                "--out", runs[-1], "--force", "--quiet", *sets)  # fmt: skip
        evaluation = json.loads(run("evaluate", *runs, "--json"))
        part = part_of_optimum(evaluation)
        scores = evaluation["run_scores"]
        optimum = evaluation["optimum"]["value"]
        parts = sorted(optimum / s if optimum < 0 else s / optimum for s in scores)
        met = met and part >= goal
        print(f"{name:24}{algorithm:6}{100 * part:15.2f}%{100 * goal:6.1f}%  "
              f"{100 * parts[0]:.2f}-{100 * parts[-1]:.2f}%; {evaluation['verdict']}",
              flush=True)  # fmt: skip
    print("all goals met" if met else "goals missed")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
