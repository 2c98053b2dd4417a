"""Registers every problem with Gymnasium."""

import gymnasium as gym

from aicmp_env import _core


def register_all() -> None:
    """Makes `gym.make(id)` and `gym.make_vec(id)` know all problems; repeated calls do nothing."""
    for problem in _core.problem_ids():
        if problem not in gym.registry:
            gym.register(
                id=problem,
                entry_point="aicmp_env.env:AicmpEnv",
                vector_entry_point="aicmp_env.vector:AicmpVectorEnv",
                # `AicmpEnv` itself refuses what these wrappers would, and has more methods.
                order_enforce=False,
                disable_env_checker=True,
                kwargs={"problem": problem},
            )
