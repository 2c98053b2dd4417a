"""Stable-Baselines3, sb3-contrib and PettingZoo on the problems."""

from typing import Any

import aicmp_env
import gymnasium as gym
import numpy as np
import pytest

sb3 = pytest.importorskip("stable_baselines3")
sb3_contrib = pytest.importorskip("sb3_contrib")

import torch  # noqa: E402
from aicmp_env.sb3 import SB3VecEnv  # noqa: E402
from stable_baselines3.common.env_checker import check_env  # noqa: E402
from stable_baselines3.common.env_util import make_vec_env  # noqa: E402
from stable_baselines3.common.vec_env import VecMonitor, VecNormalize  # noqa: E402


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.mark.filterwarnings("default:.*symmetric and normalized Box action space")
def test_sb3_check(problem: str) -> None:
    check_env(gym.make(problem).unwrapped)


def test_vec_env_is_dummy_vec_env(problem: str) -> None:
    """The native one does what SB3's own does with the scalar environment."""
    native = SB3VecEnv(problem, 3)
    dummy = make_vec_env(problem, 3)
    for env in (native, dummy):
        env.seed(5)
    assert (native.reset() == dummy.reset()).all()
    rng = np.random.default_rng(1)
    steps = min(aicmp_env.spec(problem).max_steps + 5, 1500)
    for _ in range(steps):
        actions = np.stack([native.action_space.sample() for _ in range(3)])
        if isinstance(native.action_space, gym.spaces.Discrete):
            actions = rng.integers(native.action_space.n, size=3)
        a, b = native.step(actions), dummy.step(actions)
        assert (a[0] == b[0]).all()
        assert (a[1] == b[1]).all()
        assert (a[2] == b[2]).all()
        for x, y in zip(a[3], b[3], strict=True):
            y.pop("episode", None)
            assert_same_info(x, y)


def assert_same_info(a: dict[str, Any], b: dict[str, Any]) -> None:
    assert a.keys() == b.keys()
    for key, value in a.items():
        assert np.array_equal(value, b[key]), key


def test_ppo_finds_the_thresholds_of_curtailment() -> None:
    problem = "AICMP/Curtailment-v0"
    env = VecNormalize(VecMonitor(SB3VecEnv(problem, 32)), norm_obs=False, gamma=0.97)
    model = sb3.PPO(
        "MlpPolicy",
        env,
        n_steps=64,
        batch_size=512,
        n_epochs=6,
        gamma=0.97,
        gae_lambda=0.9,
        learning_rate=2e-3,
        seed=1,
    )
    model.learn(40_000)
    learned, optimal = (
        aicmp_env.evaluate(problem, policy, episodes=200).mean
        for policy in (lambda seen, _: model.predict(seen, deterministic=True)[0], "optimal")
    )
    assert learned > 0.98 * optimal


def test_maskable_ppo_takes_possible_actions_only() -> None:
    env = SB3VecEnv("AICMP/SelfishMining-v0", 16, impossible_actions="raise")
    model = sb3_contrib.MaskablePPO("MlpPolicy", env, n_steps=128, batch_size=512, seed=1)
    model.learn(4_000)
    observation = env.reset()
    for _ in range(200):
        masks = np.stack(env.env_method("action_masks"))
        assert not masks.all()
        actions, _ = model.predict(observation, action_masks=masks)
        observation, *_ = env.step(actions)
