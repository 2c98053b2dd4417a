#!/usr/bin/env python3
"""Steps a second of our learners and of Stable-Baselines3's: see learner_ratios.py.

Usage: benchmarks/learners_sb3.py [--rounds N] [--threads N]
"""

import argparse
import time
from typing import Any

import gymnasium as gym
import numpy as np
import torch
from learner_ratios import CHOICES, OBSERVATIONS, Case, print_ratios
from stable_baselines3 import A2C, DQN, PPO
from stable_baselines3.common.vec_env import VecEnv

CASES = [
    Case("ppo", 16, 256, 4_096, 200_000, (12, 20)),
    Case("ppo", 64, 1024, 16_384, 200_000, (5, 8)),
    Case("ppo", 1024, 16384, 131_072, 400_000, (2, 4)),
    Case("a2c", 16, 0, 8_000, 400_000, (20, 20)),
    Case("dqn", 16, 64, 2_000, 60_000, (25, 25)),
]


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


def sb3_speed(case: Case) -> float:
    model = model_of(case.algorithm, case.envs, case.minibatch)
    model.learn(2000 if case.algorithm == "dqn" else 1)  # warms up
    before = model.num_timesteps
    start = time.perf_counter()
    model.learn(case.their_steps, reset_num_timesteps=False)
    return (model.num_timesteps - before) / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1, help="of our learners and of torch")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print_ratios("SB3", CASES, sb3_speed, options.rounds, options.threads)


if __name__ == "__main__":
    main()
