"""PufferLib; skipped where it is not installed."""

from typing import Any

import gymnasium as gym
import numpy as np
import pytest

pufferlib = pytest.importorskip("pufferlib")
pytestmark = pytest.mark.filterwarnings("default")


def test_writes_what_the_vector_does_into_its_buffers(problem: str) -> None:
    from aicmp_env.puffer import PufferEnv

    env = PufferEnv(problem, 5, max_episode_steps=7)
    vector = gym.make_vec(problem, num_envs=5, autoreset_mode="SameStep", max_episode_steps=7)
    seen, infos = env.reset(seed=3)
    assert (seen == vector.reset(seed=15)[0]).all()
    assert infos == []
    returns: Any = np.zeros(5)
    for step in range(20):
        actions = np.stack([env.single_action_space.sample() for _ in range(5)])
        results = env.step(actions)
        expected = vector.step(actions)
        buffers = (env.observations, env.rewards, env.terminals, env.truncations)
        for buffer, found, wanted in zip(buffers, results, expected):
            assert found is buffer
            assert (found == wanted.astype(buffer.dtype)).all()
        returns += expected[1]
        if step == 6 and not expected[2].any():
            assert results[4][0]["episode_length"] == 7
            assert results[4][0]["episode_return"] == pytest.approx(returns.mean())
    env.close()


def test_workers_meet_different_worlds() -> None:
    import pufferlib.vector
    from aicmp_env.puffer import PufferEnv

    workers = pufferlib.vector.make(
        PufferEnv,
        env_kwargs={"problem": "AICMP/ShareDifficulty-v0", "num_envs": 4, "hash_min_ths": 50.0},
        backend=pufferlib.vector.Serial,
        num_envs=2,
    )
    workers.reset(seed=1)
    actions = np.full(8, 3)
    for _ in range(3):
        seen, *_ = workers.step(actions)
    assert len(np.unique(seen, axis=0)) == 8
    workers.close()
