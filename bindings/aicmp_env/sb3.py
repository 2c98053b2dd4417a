"""Stable-Baselines3 and sb3-contrib on the native vector environment (extra `sb3`)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import Wrapper
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv
from stable_baselines3.common.vec_env.base_vec_env import VecEnvIndices, VecEnvStepReturn

from aicmp_env.vector import AicmpVectorEnv


class SB3VecEnv(VecEnv):
    """Many environments as `VecEnv`, with masks for MaskablePPO.

    Takes the arguments of `AicmpVectorEnv` but the autoreset mode, which is that of SB3. Wrap it in
    `VecMonitor` to see returns of episodes in SB3's logs.

    Example:
        model = PPO("MlpPolicy", VecMonitor(SB3VecEnv("AICMP/Curtailment-v0", 64)))
    """

    def __init__(self, problem: str, num_envs: int = 1, **kwargs: Any) -> None:
        self.env = AicmpVectorEnv(
            problem, num_envs, autoreset_mode=AutoresetMode.SAME_STEP, copy=True, **kwargs
        )
        self._actions: NDArray[Any] | None = None
        super().__init__(num_envs, self.env.single_observation_space, self.env.single_action_space)

    def reset(self) -> NDArray[np.float32]:
        """Starts an episode in every environment, with the seeds of `seed()` if there are any."""
        observation, info = self.env.reset(seed=list(self._seeds))
        self._reset_seeds()
        self._reset_options()
        self.reset_infos = _rows(info, self.num_envs)
        return observation

    def step_async(self, actions: NDArray[Any]) -> None:
        """Takes the actions that `step_wait` will do."""
        self._actions = actions

    def step_wait(self) -> VecEnvStepReturn:
        """Steps every environment; those whose episode ends begin the next one."""
        if self._actions is None:
            raise RuntimeError("step_wait() before step_async()")
        observation, reward, terminated, truncated, info = self.env.step(self._actions)
        self._actions = None
        done = terminated | truncated
        infos = _rows(info, self.num_envs)
        if done.any():
            last = _rows(info["final_info"], self.num_envs)
            for i in np.flatnonzero(done).tolist():
                self.reset_infos[i] = infos[i]
                infos[i] = last[i]
                infos[i]["terminal_observation"] = info["final_obs"][i]
        for i, one in enumerate(infos):
            one["TimeLimit.truncated"] = bool(truncated[i])
        return observation, reward.astype(np.float32), done, infos

    def close(self) -> None:
        """Closes the environments."""
        self.env.close()

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """An attribute, which is the same for all environments."""
        return [getattr(self.env, attr_name) for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Not possible: the environments are one."""
        raise NotImplementedError(f"{attr_name}: the environments share their attributes")

    def env_method(
        self,
        method_name: str,
        *method_args: Any,
        indices: VecEnvIndices = None,
        **method_kwargs: Any,
    ) -> list[Any]:
        """A method of the vector environment that returns a value for each, such as `policy`."""
        results = getattr(self.env, method_name)(*method_args, **method_kwargs)
        return [results[i] for i in self._get_indices(indices)]

    def env_is_wrapped(
        self, wrapper_class: type[Wrapper[Any, Any, Any, Any]], indices: VecEnvIndices = None
    ) -> list[bool]:
        """No environment is."""
        return [False for _ in self._get_indices(indices)]

    def get_images(self) -> Sequence[NDArray[np.uint8] | None]:
        """Images of all environments, if `render_mode` is "rgb_array"."""
        frames = self.env.render()
        return [None] * self.num_envs if frames is None else list(frames)


def _rows(info: dict[str, Any], count: int) -> list[dict[str, Any]]:
    keys = [key for key, value in info.items() if not key.startswith(("_", "final_"))]
    columns = [info[key] if info[key].ndim > 1 else info[key].tolist() for key in keys]
    if not columns:
        return [{} for _ in range(count)]
    return [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)]
