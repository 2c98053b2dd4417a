"""RLlib on the problems (extra `ray`)."""

from collections.abc import Mapping
from typing import Any

from gymnasium.vector import AutoresetMode
from ray.tune.registry import register_env

from aicmp_env.env import AicmpEnv
from aicmp_env.vector import AicmpVectorEnv


def create_env(context: Mapping[str, Any]) -> AicmpEnv | AicmpVectorEnv:
    """Makes what an env runner wants: the native vector environment if `context` has `num_envs`.

    `context` is the `env_config`: "problem", and arguments of `AicmpEnv` or `AicmpVectorEnv`.
    """
    arguments = dict(context)
    problem = arguments.pop("problem")
    if "num_envs" not in arguments:
        return AicmpEnv(problem, **arguments)
    return AicmpVectorEnv(
        problem, arguments.pop("num_envs"), autoreset_mode=AutoresetMode.NEXT_STEP, **arguments
    )


def register(name: str = "aicmp") -> str:
    """Registers `create_env` with Ray under `name`, which is for `config.environment(name)`.

    Example:
        config = (
            PPOConfig()
            .environment(aicmp_env.rllib.register(), env_config={"problem": "AICMP/Reserve-v0"})
            .env_runners(gym_env_vectorize_mode="vector_entry_point", num_envs_per_env_runner=32)
        )
    """
    register_env(name, create_env)
    return name
