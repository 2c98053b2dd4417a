"""What tests of the Python package share."""

from collections.abc import Iterator
from typing import Any

import aicmp_env
import gymnasium as gym
import numpy as np
import pytest

IDS = aicmp_env.problems()


@pytest.fixture(params=IDS)
def problem(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def random_actions(env: Any, seed: int) -> Iterator[Any]:
    """Actions of a vector environment, at random among those that are possible."""
    rng = np.random.default_rng(seed)
    space = env.single_action_space
    while True:
        if isinstance(space, gym.spaces.Discrete):
            masks = env.action_masks()
            yield (rng.random(masks.shape) * masks).argmax(axis=1)
        elif isinstance(space, gym.spaces.MultiDiscrete):
            ends = np.cumsum(space.nvec)[:-1]
            sets = np.split(env.action_masks(), ends, axis=1)
            yield np.stack([(rng.random(m.shape) * m).argmax(axis=1) for m in sets], axis=1)
        else:
            size = (env.num_envs, *space.shape)
            yield rng.uniform(space.low, space.high, size).astype(np.float32)
