"""One decision problem at a time: `gymnasium.Env`."""

import os
from typing import Any

import gymnasium as gym
from gymnasium.error import ClosedEnvironmentError, ResetNeeded

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


class AicmpEnv(gym.Env[Observation, Any]):
    """A decision problem of AICMP.

    Args:
        problem: Its id, such as "AICMP/Curtailment-v0".
        scenario: TOML file with options of the problem.
        split: "train", or "test" for worlds that no training seed meets.
        oracle: Whether observations end with what a pool cannot know (`problem_spec.oracle`).
        impossible_actions: What becomes of an action that `action_masks()` rules out: "replace" it
            by the first possible one and set `info["replaced"]`, or "raise" ValueError.
        render_mode: "ansi", "rgb_array", "human" or None.
        options: Options of the problem, over those of the scenario; see `aicmp_env.options(id)`.

    Observations are float32, scaled to about one (`problem_spec.observation`). The reward is the
    sum of its parts, in the unit that `problem_spec.reward` says; `info` holds the parts, `dt` (how
    much time of the problem passed) and further measures. `reset(seed=s)` starts episode 0 of the
    seed; `reset()` the next one.

    """

    metadata: dict[str, Any] = {"render_modes": list(RENDER_MODES), "render_fps": 10}

    def __init__(
        self,
        problem: str,
        *,
        scenario: str | os.PathLike[str] | None = None,
        split: Split = "train",
        oracle: bool = False,
        impossible_actions: ImpossibleActions = "replace",
        render_mode: str | None = None,
        **options: Any,
    ) -> None:
        self._arguments = {
            "problem": problem,
            "scenario": scenario,
            "split": split,
            "oracle": oracle,
            "impossible_actions": impossible_actions,
            "render_mode": render_mode,
            **options,
        }
        self._batch: _core.Batch | None = make_batch(
            problem,
            size=1,
            split=split,
            oracle=oracle,
            scenario=scenario,
            options=options,
            impossible_actions=impossible_actions,
        )
        self._seeded = False
        self.problem_spec = self._batch.spec
        self.observation_space = observation_space(self.problem_spec)
        self.action_space = action_space(self.problem_spec)
        self.render_mode = render_mode
        self._renderer = Renderer(self.problem_spec, render_mode) if render_mode else None

    def _open(self) -> _core.Batch:
        if self._batch is None:
            raise ClosedEnvironmentError("the environment is closed: make a new one")
        return self._batch

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Starts episode 0 of `seed`, or the next episode; there are no `options`."""
        batch = self._open()
        check_reset_options(options)
        super().reset(seed=seed)
        if seed is None and not self._seeded:
            seed = int(self.np_random.integers(2**63))
        self._seeded = True
        observation, info = batch.reset_single(None if seed is None else check_seed(seed))
        if self._renderer:
            self._renderer.on_reset(observation)
        return observation, info

    def step(self, action: Any) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Takes `action` for one step; ValueError if it is not one."""
        result = self._open().step_single(action)
        if self._renderer:
            self._renderer.on_step(action, result[0], result[1])
        return result

    def action_masks(self) -> Any:
        """Which choices are possible now (bool), as MaskablePPO of sb3-contrib wants."""
        batch = self._open()
        if not self._seeded:
            raise ResetNeeded("there is no mask before reset()")
        return batch.action_masks()[0]

    def policy(self, name: str, **parameters: float) -> Any:
        """The action of a named policy (`problem_spec.policies`) in the present state."""
        return self._open().act(name, parameters)[0]

    def optimum(self) -> _core.Optimum | None:
        """The best that any policy can reach in the measure of `problem_spec.score`, if known."""
        return self._open().optimum()

    def get_state(self) -> bytes:
        """Everything about the running episode, for `set_state` of an equal environment."""
        return self._open().save()[0]

    def set_state(self, state: bytes) -> Observation:
        """Goes back to a state, and returns its observation."""
        observation: Observation = self._open().restore([state])[0]
        self._seeded = True
        return observation.copy()

    def render(self) -> Any:
        """The episode so far: text ("ansi"), an image ("rgb_array"), or a window ("human")."""
        if self._renderer is None:
            gym.logger.warn("no render_mode was given: gym.make(id, render_mode='ansi')")
            return None
        return self._renderer.render()

    def close(self) -> None:
        """Frees what the environment holds; further calls do nothing."""
        self._batch = None
        if self._renderer:
            self._renderer.close()
        super().close()

    def __getstate__(self) -> dict[str, Any]:
        return {
            "arguments": self._arguments,
            "state": self.get_state() if self._batch and self._seeded else None,
            "closed": self._batch is None,
            "np_random": self._np_random,
            "np_random_seed": self._np_random_seed,
            "spec": self.spec,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state["arguments"])  # type: ignore[misc]
        if state["state"] is not None:
            self.set_state(state["state"])
        self._np_random = state["np_random"]
        self._np_random_seed = state["np_random_seed"]
        self.spec = state["spec"]
        if state["closed"]:
            self.close()
