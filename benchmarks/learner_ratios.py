"""Our learners' steps a second beside another library's, on the same work.

An environment that costs nothing (32 observations, 8 choices, reward 1 for a right one), separate
64 x 64 tanh nets for policy and value, PPO with 128 steps and 4 epochs; A2C with 5 steps; DQN with
ReLU, a replay of 100,000, batches of 64 and a gradient step every 4 steps. Rounds alternate, and
ratios are medians over rounds: what else runs on the machine slows both. Needs the program
build/release/benchmarks/learner_speed.
"""

import os
import pathlib
import statistics
import subprocess
from collections.abc import Callable
from typing import NamedTuple

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / "build/release/benchmarks/learner_speed"
OBSERVATIONS, CHOICES = 32, 8


class Case(NamedTuple):
    algorithm: str
    envs: int
    minibatch: int
    their_steps: int
    our_steps: int
    goals: tuple[float, float]  # ratio on one thread and on two


def our_speed(case: Case, threads: int) -> float:
    command = [PROGRAM, case.algorithm, case.envs, case.minibatch, case.our_steps, threads]
    out = subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return float(out.stdout)


def print_ratios(
    rival: str, cases: list[Case], their_speed: Callable[[Case], float], rounds: int, threads: int
) -> None:
    """One line for each case; `their_speed` runs on as many threads as ours."""
    print(f"{os.cpu_count()} cores, {threads} threads")
    print(f"{'':24}{rival + '/s':>10}{'ours/s':>10}{'ratio':>8}{'range':>16}{'goal':>6}")
    for case in cases:
        speeds = [(their_speed(case), our_speed(case, threads)) for _ in range(rounds)]
        ratios = sorted(ours / theirs for theirs, ours in speeds)
        goal = case.goals[0 if threads == 1 else 1]
        name = f"{case.algorithm} {case.envs} envs"
        name += f", {case.minibatch}" if case.minibatch else ""
        print(
            f"{name:24}{statistics.median(theirs for theirs, _ in speeds):10.0f}"
            f"{statistics.median(ours for _, ours in speeds):10.0f}"
            f"{statistics.median(ratios):8.1f}"
            f"{f'{ratios[0]:.1f}-{ratios[-1]:.1f}':>16}{goal:6}",
            flush=True,
        )
