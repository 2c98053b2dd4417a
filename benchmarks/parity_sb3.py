#!/usr/bin/env python3
"""What our learners and Stable-Baselines3's earn on two of our problems, hyperparameters equal.

Every learner trains from nothing with each seed and then plays the same held-out worlds by its most
probable actions. Prints mean reward a step with 95 % intervals over seeds, and of the difference.

Usage: benchmarks/parity_sb3.py [--seeds N] [--only WORD]
"""

import argparse
import math
import statistics
from collections.abc import Callable
from typing import Any

import aicmp_env
import numpy as np
import torch
from aicmp_env import agents
from aicmp_env.sb3 import SB3VecEnv
from stable_baselines3 import A2C, DQN, PPO
from stable_baselines3.common.vec_env import VecNormalize

PROBLEMS = ("AICMP/Curtailment-v0", "AICMP/Reserve-v0")
STEPS = {"ppo": 100_000, "a2c": 100_000, "dqn": 30_000}
ENVS, HELD_OUT_STEPS = 16, 4000
# 97.5 % quantile of Student's t by degrees of freedom, for 5 and 10 seeds and their differences.
T_QUANTILE = {4: 2.776, 8: 2.306, 9: 2.262, 18: 2.101}
OURS = {
    "ppo": {"ppo.anneal": False},
    "a2c": {"a2c.anneal": False},
    "dqn": {"dqn.anneal": False, "dqn.double_q": False, "net.activation": "relu"},
}
Play = Callable[[np.ndarray], np.ndarray]


def train_ours(problem: str, algorithm: str, seed: int) -> Play:
    learner = getattr(agents, algorithm.upper())(
        problem,
        seed=seed,
        settings={"train.envs": ENVS, "reward.discount": 0.99, "reward.differential": False}
        | OURS[algorithm],
    )
    return learner.learn(STEPS[algorithm]).predict


def train_theirs(problem: str, algorithm: str, seed: int) -> Play:
    env = VecNormalize(SB3VecEnv(problem, ENVS))
    common: dict[str, Any] = {"policy": "MlpPolicy", "env": env, "seed": seed, "device": "cpu"}
    if algorithm == "ppo":
        model: Any = PPO(n_steps=128, batch_size=256, n_epochs=4, ent_coef=0.01, **common)
    elif algorithm == "a2c":
        model = A2C(use_rms_prop=False, ent_coef=0.01, **common)
    else:
        model = DQN(
            learning_rate=5e-4,
            buffer_size=100_000,
            learning_starts=1000,
            batch_size=64,
            train_freq=1,
            gradient_steps=ENVS // 4,
            target_update_interval=1000,
            exploration_fraction=0.2,
            **common,
        )
    model.learn(STEPS[algorithm])
    return lambda rows: model.predict(env.normalize_obs(rows), deterministic=True)[0]


def reward_a_step(problem: str, play: Play) -> float:
    env = aicmp_env.AicmpVectorEnv(problem, 64, autoreset_mode="SameStep", split="test")
    rows, _ = env.reset(seed=10**6)
    total = 0.0
    for _ in range(HELD_OUT_STEPS):
        rows, rewards, *_ = env.step(play(rows))
        total += float(rewards.mean())
    env.close()
    return total / HELD_OUT_STEPS


def interval(values: list[float]) -> tuple[float, float]:
    """Mean and half of its 95 % interval."""
    width = T_QUANTILE[len(values) - 1] * statistics.stdev(values) / math.sqrt(len(values))
    return statistics.mean(values), width


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, choices=(5, 10), default=10)
    parser.add_argument("--only", default="", help="part of a problem's or algorithm's name")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{'':32}{'ours':>22}{'SB3':>22}{'ours - SB3':>22}")
    for problem in PROBLEMS:
        for algorithm in STEPS:
            if options.only not in f"{problem} {algorithm}":
                continue
            scores = [
                [reward_a_step(problem, train(problem, algorithm, seed))
                 for seed in range(1, options.seeds + 1)]
                for train in (train_ours, train_theirs)
            ]  # fmt: skip
            (ours, our_width), (theirs, their_width) = map(interval, scores)
            spread = math.sqrt(sum(statistics.variance(s) for s in scores) / options.seeds)
            ahead = T_QUANTILE[2 * options.seeds - 2] * spread
            print(
                f"{problem.removeprefix('AICMP/') + ' ' + algorithm:32}"
                f"{f'{ours:.5g} ± {our_width:.2g}':>22}{f'{theirs:.5g} ± {their_width:.2g}':>22}"
                f"{f'{ours - theirs:.3g} ± {ahead:.2g}':>22}",
                flush=True,
            )


if __name__ == "__main__":
    main()
