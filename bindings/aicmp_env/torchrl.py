"""TorchRL on the native vector environment (needs `torchrl`)."""

from typing import Any

from gymnasium.vector import AutoresetMode
from torchrl.envs import GymWrapper

from aicmp_env.vector import AicmpVectorEnv


def make_env(problem: str, num_envs: int, **kwargs: Any) -> GymWrapper:
    """A batched TorchRL environment of shape [num_envs].

    TorchRL resets environments itself, in part where episodes end at different times
    (`AutoresetMode.DISABLED`). Other arguments are those of `AicmpVectorEnv`.
    """
    env = AicmpVectorEnv(problem, num_envs, autoreset_mode=AutoresetMode.DISABLED, **kwargs)
    return GymWrapper(env)
