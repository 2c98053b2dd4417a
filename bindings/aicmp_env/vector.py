"""Many decision problems at a time, stepped by the engine: `gymnasium.vector.VectorEnv`."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import logger
from gymnasium.error import ClosedEnvironmentError, ResetNeeded
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from aicmp_env import _core
from aicmp_env.problem import (
    ImpossibleActions,
    Observation,
    Split,
    action_space,
    check_reset_options,
    check_seed,
    make_batch,
    observation_space,
)
from aicmp_env.render import RENDER_MODES, Renderer

Seeds = int | Sequence[int | None] | None

_AUTORESET = {
    AutoresetMode.NEXT_STEP: _core.Autoreset.NEXT_STEP,
    AutoresetMode.SAME_STEP: _core.Autoreset.SAME_STEP,
    AutoresetMode.DISABLED: _core.Autoreset.DISABLED,
}


class AicmpVectorEnv(VectorEnv[Observation, NDArray[Any], NDArray[Any]]):
    """A batch of equal, independent decision problems of AICMP.

    Environment `i` does what `AicmpEnv` does with the same seed and actions, whatever the number of
    environments and threads.

    Args:
        problem: Id of the problem, such as "AICMP/Curtailment-v0".
        num_envs: How many.
        autoreset_mode: One of Gymnasium's, or its value ("NextStep", "SameStep", "Disabled").
        num_threads: Threads that share large batches; small ones run in the caller's.
        copy: True for arrays that stay as they are while somebody holds them. False for the same
            ones every time: each call overwrites what the last one returned.
        max_episode_steps: Truncates episodes before the problem does.
        scenario, split, oracle, impossible_actions, options: See `AicmpEnv`.

    `info` holds arrays of `num_envs`, all present at every step; see `AicmpEnv`.

    """

    metadata: dict[str, Any] = {
        "render_modes": list(RENDER_MODES),
        "autoreset_mode": AutoresetMode.NEXT_STEP,
    }

    def __init__(
        self,
        problem: str,
        num_envs: int = 1,
        *,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        num_threads: int = 1,
        copy: bool = True,
        max_episode_steps: int | None = None,
        scenario: str | os.PathLike[str] | None = None,
        split: Split = "train",
        oracle: bool = False,
        impossible_actions: ImpossibleActions = "replace",
        render_mode: str | None = None,
        **options: Any,
    ) -> None:
        self._arguments = {
            "problem": problem,
            "num_envs": num_envs,
            "autoreset_mode": autoreset_mode,
            "num_threads": num_threads,
            "copy": copy,
            "max_episode_steps": max_episode_steps,
            "scenario": scenario,
            "split": split,
            "oracle": oracle,
            "impossible_actions": impossible_actions,
            "render_mode": render_mode,
            **options,
        }
        # What close() needs, even if what follows fails.
        self._batch: _core.Batch | None = None
        self._renderers: list[Renderer] = []
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata = {**type(self).metadata, "autoreset_mode": self.autoreset_mode}
        self._batch = make_batch(
            problem,
            size=num_envs,
            threads=num_threads,
            autoreset=_AUTORESET[self.autoreset_mode],
            split=split,
            oracle=oracle,
            max_steps=max_episode_steps,
            scenario=scenario,
            options=options,
            copy=copy,
            impossible_actions=impossible_actions,
        )
        self._seeded = np.zeros(num_envs, np.bool_)
        self._ended = np.zeros(num_envs, np.bool_)
        self.num_envs = num_envs
        self.problem_spec = self._batch.spec
        self.single_observation_space = observation_space(self.problem_spec)
        self.single_action_space = action_space(self.problem_spec)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.render_mode = render_mode
        if render_mode:
            self._renderers = [Renderer(self.problem_spec, render_mode) for _ in range(num_envs)]

    def _open(self) -> _core.Batch:
        if self._batch is None:
            raise ClosedEnvironmentError("the environment is closed: make a new one")
        return self._batch

    def reset(
        self, *, seed: Seeds = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Starts episodes in all environments, or in those of `options["reset_mask"]` (bool).

        An int seeds environment `i` by `seed + i`; a list may hold None for environments that go on
        to their next episode.
        """
        batch = self._open()
        rows = self._rows(check_reset_options(options, "reset_mask").get("reset_mask"))
        if seed is None:
            seeds: list[int | None] = [None] * self.num_envs
        elif isinstance(seed, Sequence | np.ndarray) and not isinstance(seed, str):
            seeds = list(seed)
        else:
            seeds = [check_seed(seed) + i for i in range(self.num_envs)]
        if len(seeds) != self.num_envs:
            raise ValueError(f"there are {len(seeds)} seeds for {self.num_envs} environments")
        new = ~self._seeded if rows is None else ~self._seeded & rows
        if new.any():
            fresh = self.np_random.integers(2**63, size=self.num_envs)
            seeds = [int(f) if s is None and n else s for s, f, n in zip(seeds, fresh, new)]
        result = batch.reset([None if s is None else check_seed(s) for s in seeds], rows)
        self._seeded |= True if rows is None else rows
        for i, renderer in enumerate(self._renderers):
            if rows is None or rows[i]:
                renderer.on_reset(result[0][i])
                self._ended[i] = False
        return result

    def _rows(self, mask: Any) -> NDArray[np.bool_] | None:
        if mask is None:
            return None
        if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_:
            raise TypeError("options['reset_mask'] must be an array of bool")
        if mask.shape != (self.num_envs,):
            raise ValueError(
                f"options['reset_mask'] must have shape ({self.num_envs},), not {mask.shape}"
            )
        if not mask.any():
            raise ValueError("options['reset_mask'] selects no environment")
        return mask

    def step(
        self, actions: NDArray[Any]
    ) -> tuple[
        Observation, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]
    ]:
        """Takes an action in every environment; ValueError if one is impossible."""
        result = self._open().step(actions)
        if self._renderers:
            self._show(actions, result[0], result[1], result[2] | result[3])
        return result

    def _show(
        self,
        actions: NDArray[Any],
        observation: Observation,
        reward: NDArray[np.float64],
        ended: NDArray[np.bool_],
    ) -> None:
        restarted = ended if self.autoreset_mode is AutoresetMode.SAME_STEP else self._ended
        for i, renderer in enumerate(self._renderers):
            if restarted[i]:
                renderer.on_reset(observation[i])
            else:
                renderer.on_step(actions[i], observation[i], float(reward[i]))
        self._ended = ended

    def render(self) -> tuple[Any, ...] | None:
        """A frame of every environment; see `AicmpEnv.render`."""
        if not self._renderers:
            logger.warn("no render_mode was given: gym.make_vec(id, render_mode='ansi')")
            return None
        return tuple(renderer.render() for renderer in self._renderers)

    def action_masks(self) -> NDArray[np.bool_]:
        """Which choices are possible now, [num_envs, choices]."""
        batch = self._open()
        if not self._seeded.all():
            raise ResetNeeded("there is no mask before reset()")
        return batch.action_masks()

    def policy(self, name: str, **parameters: float) -> NDArray[Any]:
        """The actions of a named policy (`problem_spec.policies`) in the present states."""
        return self._open().act(name, parameters)

    def optimum(self) -> _core.Optimum | None:
        """The best that any policy can reach in the measure of `problem_spec.score`, if known."""
        return self._open().optimum()

    def get_state(self) -> list[bytes]:
        """Everything about the running episodes, one element per environment."""
        return self._open().save()

    def set_state(self, states: Sequence[bytes]) -> Observation:
        """Goes back to states, and returns their observations."""
        observation = self._open().restore(list(states))
        self._seeded[:] = True
        return observation

    def close_extras(self, **kwargs: Any) -> None:
        """Frees what the environments hold."""
        self._batch = None
        for renderer in self._renderers:
            renderer.close()

    def __getstate__(self) -> dict[str, Any]:
        return {
            "arguments": self._arguments,
            "states": self.get_state() if self._batch and self._seeded.all() else None,
            "closed": self.closed,
            "np_random": self._np_random,
            "np_random_seed": self._np_random_seed,
            "spec": self.spec,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state["arguments"])  # type: ignore[misc]
        if state["states"] is not None:
            self.set_state(state["states"])
        self._np_random = state["np_random"]
        self._np_random_seed = state["np_random_seed"]
        self.spec = state["spec"]
        if state["closed"]:
            self.close()
