"""The vector environment does what Gymnasium's SyncVectorEnv does with the scalar one."""

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from conftest import random_actions
from gymnasium.vector import AutoresetMode, SyncVectorEnv

MODES = list(AutoresetMode)


def assert_same(native: Any, sync: Any, present: Any = True) -> None:
    """`present`: where SyncVectorEnv, which leaves out what no environment has, has a value."""
    if isinstance(native, dict):
        for key, value in native.items():
            if key not in sync:
                assert key.startswith("_") or not np.asarray(value).any()
                continue
            assert_same(value, sync[key], sync.get(f"_{key}", True))
    elif native.dtype == object:
        for a, b in zip(native, sync, strict=True):
            assert (a is None) == (b is None)
            assert a is None or (a == b).all()
    else:
        assert native.dtype == sync.dtype
        assert (native[present] == sync[present]).all()


@pytest.mark.parametrize("seed", [0, 123])
@pytest.mark.parametrize(("num_envs", "threads"), [(1, 1), (5, 1), (300, 2)])
@pytest.mark.parametrize("mode", MODES)
def test_equals_sync_vector_env(
    problem: str, mode: AutoresetMode, num_envs: int, threads: int, seed: int
) -> None:
    steps = 40 if num_envs < 100 else 12
    native = gym.make_vec(
        problem,
        num_envs=num_envs,
        autoreset_mode=mode,
        num_threads=threads,
        max_episode_steps=7,
    )
    sync = SyncVectorEnv(
        [lambda: gym.make(problem, max_episode_steps=7)] * num_envs, autoreset_mode=mode
    )
    assert native.observation_space == sync.observation_space
    assert native.action_space == sync.action_space
    for a, b in zip(native.reset(seed=seed), sync.reset(seed=seed), strict=True):
        assert_same(a, b)
    ends = 0
    for actions, _ in zip(random_actions(native, seed), range(steps)):
        results = native.step(actions), sync.step(actions)
        for a, b in zip(*results, strict=True):
            assert_same(a, b)
        ended = results[0][2] | results[0][3]
        ends += ended.sum()
        if mode == AutoresetMode.DISABLED and ended.any():
            options = [{"reset_mask": ended.copy()} for _ in range(2)]
            again = native.reset(options=options[0]), sync.reset(options=options[1])
            for a, b in zip(*again, strict=True):
                assert_same(a, b)
    assert ends >= num_envs


def test_metadata_of_other_environments_is_left_alone(problem: str) -> None:
    native = gym.make_vec(problem, autoreset_mode="SameStep")
    assert native.metadata["autoreset_mode"] == AutoresetMode.SAME_STEP
    assert "autoreset_mode" not in gym.vector.VectorEnv.metadata
    assert gym.make_vec(problem).metadata["autoreset_mode"] == AutoresetMode.NEXT_STEP


def test_common_random_numbers_between_policies() -> None:
    """What happens outside does not depend on what is done: the price of another policy."""
    prices = []
    for policy in ("always", "greedy"):
        env = gym.make_vec("AICMP/Curtailment-v0", num_envs=16)
        observation, _ = env.reset(seed=4)
        seen = []
        for _ in range(100):
            observation, *_ = env.step(env.policy(policy))
            seen.append(observation[:, 0])
        prices.append(np.stack(seen))
    assert (prices[0] == prices[1]).all()


def test_wrappers_of_gymnasium() -> None:
    env = gym.make_vec("AICMP/Curtailment-v0", num_envs=4, max_episode_steps=5)
    env = gym.wrappers.vector.RecordEpisodeStatistics(env)
    env = gym.wrappers.vector.NormalizeObservation(env)
    env = gym.wrappers.vector.NormalizeReward(env)
    env.reset(seed=1)
    seen = 0
    for _ in range(20):
        *_, info = env.step(env.action_space.sample())
        seen += int(info.get("_episode", np.zeros(4)).sum())
    assert seen == 12


def test_async_vector_env() -> None:
    env = gym.make_vec("AICMP/Reserve-v0", num_envs=2, vectorization_mode="async")
    native = gym.make_vec("AICMP/Reserve-v0", num_envs=2)
    assert (env.reset(seed=1)[0] == native.reset(seed=1)[0]).all()
    actions = np.array([0, 1])
    assert (env.step(actions)[0] == native.step(actions)[0]).all()
    env.close()
