"""PufferLib on the native vector environment (needs `pufferlib-core`, or `pufferlib` 3)."""

from typing import Any

import numpy as np
import pufferlib
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from aicmp_env.vector import AicmpVectorEnv


class PufferEnv(pufferlib.PufferEnv):
    """`num_envs` environments as one `PufferEnv`, which writes into the buffers that it is given.

    `buf` is PufferLib's; other arguments are those of `AicmpVectorEnv`. Episodes restart in the
    step that ends them; the returns and lengths of those that ended are in the list of infos.
    PufferLib gives its workers the seeds s, s + 1, ...: environment `i` of a worker has the seed
    `s * num_envs + i`, so that no two of them meet the same world.
    """

    def __init__(
        self, problem: str, num_envs: int = 1, buf: Any = None, seed: int = 0, **kwargs: Any
    ) -> None:
        self.env = AicmpVectorEnv(
            problem, num_envs, autoreset_mode=AutoresetMode.SAME_STEP, copy=False, **kwargs
        )
        self.single_observation_space = self.env.single_observation_space
        self.single_action_space = self.env.single_action_space
        self.num_agents = num_envs
        self._seed = seed
        self._returns = np.zeros(num_envs)
        self._lengths = np.zeros(num_envs, np.int64)
        super().__init__(buf)

    def reset(self, seed: int | None = None) -> tuple[NDArray[np.float32], list[dict[str, float]]]:
        """Starts an episode in every environment."""
        first = self.num_agents * (self._seed if seed is None else seed)
        observation, _ = self.env.reset(seed=first)
        self.observations[:] = observation
        self._returns[:] = 0.0
        self._lengths[:] = 0
        return self.observations, []

    def step(
        self, actions: NDArray[Any]
    ) -> tuple[
        NDArray[np.float32],
        NDArray[np.float32],
        NDArray[np.bool_],
        NDArray[np.bool_],
        list[dict[str, float]],
    ]:
        """Steps every environment."""
        observation, reward, terminated, truncated, _ = self.env.step(actions)
        self.observations[:] = observation
        self.rewards[:] = reward
        self.terminals[:] = terminated
        self.truncations[:] = truncated
        self._returns += reward
        self._lengths += 1
        return (
            self.observations,
            self.rewards,
            self.terminals,
            self.truncations,
            self._finished(terminated | truncated),
        )

    def close(self) -> None:
        """Frees the environments."""
        self.env.close()

    def _finished(self, ended: NDArray[np.bool_]) -> list[dict[str, float]]:
        if not ended.any():
            return []
        info = {
            "episode_return": float(self._returns[ended].mean()),
            "episode_length": float(self._lengths[ended].mean()),
        }
        self._returns[ended] = 0.0
        self._lengths[ended] = 0
        return [info]
