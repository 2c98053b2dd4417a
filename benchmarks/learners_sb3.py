#!/usr/bin/env python3
"""Steps a second of our learners and of Stable-Baselines3's, with the same work.

An environment that costs nothing (32 observations, 8 choices, reward 1 for a right one), separate
64 x 64 tanh nets for policy and value, PPO with 128 steps and 4 epochs; A2C with 5 steps; DQN with
ReLU, a replay of 100,000, batches of 64 and a gradient step every 4 steps. Rounds alternate, and
ratios are medians over rounds: what else runs on the machine slows both. Build the program
build/release/benchmarks/learner_speed first.

Usage: benchmarks/learners_sb3.py [--rounds N] [--threads N]
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import time
from typing import Any

import gymnasium as gym
import numpy as np
import torch
from stable_baselines3 import A2C, DQN, PPO
from stable_baselines3.common.vec_env import VecEnv

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / "build/release/benchmarks/learner_speed"
OBSERVATIONS, CHOICES = 32, 8
GOALS = {("ppo", 16): (12, 20), ("ppo", 64): (5, 8), ("ppo", 1024): (2, 4),
         ("a2c", 16): (20, 20), ("dqn", 16): (25, 25)}  # fmt: skip


class NullVecEnv(VecEnv):
    """Noise drawn once; a step takes the next row of it."""

    def __init__(self, envs: int) -> None:
        observation = gym.spaces.Box(-1.0, 1.0, (OBSERVATIONS,), np.float32)
        super().__init__(envs, observation, gym.spaces.Discrete(CHOICES))
        self.noise = np.random.default_rng(1).uniform(-1, 1, (64, envs, OBSERVATIONS))
        self.noise = self.noise.astype(np.float32)
        self.at = 0
        self.done = np.zeros(envs, bool)
        self.infos: list[dict[str, Any]] = [{} for _ in range(envs)]

    def reset(self) -> np.ndarray:
        return self.noise[self.at]

    def step_async(self, actions: np.ndarray) -> None:
        self.actions = actions

    def step_wait(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict[str, Any]]]:
        reward = ((self.actions == 0) == (self.noise[self.at, :, 0] > 0)).astype(np.float32)
        self.at = (self.at + 1) % len(self.noise)
        return self.noise[self.at], reward, self.done, self.infos

    def close(self) -> None:
        pass

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        return [None] * self.num_envs

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        pass

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> list:
        return [None] * self.num_envs

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        return [False] * self.num_envs


def model_of(algorithm: str, envs: int, minibatch: int) -> Any:
    env = NullVecEnv(envs)
    if algorithm == "ppo":
        return PPO(
            "MlpPolicy",
            env,
            n_steps=128,
            batch_size=minibatch,
            n_epochs=4,
            ent_coef=0.01,
            policy_kwargs={"net_arch": {"pi": [64, 64], "vf": [64, 64]}},
            device="cpu",
        )
    if algorithm == "a2c":
        return A2C("MlpPolicy", env, n_steps=5, use_rms_prop=False, ent_coef=0.01, device="cpu")
    return DQN(
        "MlpPolicy",
        env,
        buffer_size=100_000,
        batch_size=64,
        train_freq=1,
        gradient_steps=envs // 4,
        learning_starts=1000,
        target_update_interval=10_000,
        device="cpu",
    )


def sb3_speed(algorithm: str, envs: int, minibatch: int, steps: int) -> float:
    model = model_of(algorithm, envs, minibatch)
    warm = 2000 if algorithm == "dqn" else 1
    model.learn(warm)
    before = model.num_timesteps
    start = time.perf_counter()
    model.learn(steps, reset_num_timesteps=False)
    return (model.num_timesteps - before) / (time.perf_counter() - start)


def our_speed(algorithm: str, envs: int, minibatch: int, steps: int, threads: int) -> float:
    command = [PROGRAM, algorithm, envs, minibatch, steps, threads]
    out = subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return float(out.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1, help="of our learners and of torch")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    # algorithm, environments, minibatch, steps of SB3, steps of ours
    cases = [("ppo", 16, 256, 4_096, 200_000), ("ppo", 64, 1024, 16_384, 200_000),
             ("ppo", 1024, 16384, 131_072, 400_000), ("a2c", 16, 0, 8_000, 400_000),
             ("dqn", 16, 64, 2_000, 60_000)]  # fmt: skip
    print(f"{os.cpu_count()} cores, {options.threads} threads, torch {torch.__version__}")
    print(f"{'':24}{'SB3/s':>10}{'ours/s':>10}{'ratio':>8}{'range':>16}{'goal':>6}")
    for algorithm, envs, minibatch, theirs, ours in cases:
        speeds = [(sb3_speed(algorithm, envs, minibatch, theirs),
                   our_speed(algorithm, envs, minibatch, ours, options.threads))
                  for _ in range(options.rounds)]  # fmt: skip
        ratios = sorted(our / sb3 for sb3, our in speeds)
        goal = GOALS[algorithm, envs][0 if options.threads == 1 else 1]
        name = f"{algorithm} {envs} envs" + (f", {minibatch}" if minibatch else "")
        print(f"{name:24}{statistics.median(s for s, _ in speeds):10.0f}"
              f"{statistics.median(o for _, o in speeds):10.0f}{statistics.median(ratios):8.1f}"
              f"{f'{ratios[0]:.1f}-{ratios[-1]:.1f}':>16}{goal:6}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
