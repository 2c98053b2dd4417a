"""A fleet of miners as one multi-agent environment of PettingZoo (extra `pettingzoo`)."""

from typing import Any

import numpy as np
from gymnasium.spaces import Space
from gymnasium.vector import AutoresetMode
from pettingzoo import ParallelEnv

from aicmp_env.problem import Observation
from aicmp_env.vector import AicmpVectorEnv


class FleetEnv(ParallelEnv[str, Observation, Any]):
    """One agent per connection: each chooses the share difficulty of a miner of its own.

    All miners have the parameters of one scenario; hash rates and latencies differ by their draws.
    Any other problem whose episodes are independent works as well.

    Args:
        problem: Id of the problem of one agent.
        num_miners: Agents "miner_0", "miner_1", ...
        render_mode: "ansi" or None.
        kwargs: Other arguments of `AicmpVectorEnv`.
    """

    metadata: dict[str, Any] = {
        "name": "aicmp_fleet_v0",
        "render_modes": ["ansi"],
        "is_parallelizable": True,
    }

    def __init__(
        self,
        problem: str = "AICMP/ShareDifficulty-v0",
        num_miners: int = 8,
        *,
        render_mode: str | None = None,
        **kwargs: Any,
    ) -> None:
        # Miners whose episode is over go on unseen until the last one is.
        self._env = AicmpVectorEnv(
            problem,
            num_miners,
            autoreset_mode=AutoresetMode.NEXT_STEP,
            render_mode=render_mode,
            **kwargs,
        )
        self.possible_agents = [f"miner_{i}" for i in range(num_miners)]
        self._rows = {agent: i for i, agent in enumerate(self.possible_agents)}
        self.agents: list[str] = []
        self.render_mode = render_mode
        self.observation_spaces = dict.fromkeys(
            self.possible_agents, self._env.single_observation_space
        )
        self.action_spaces = dict.fromkeys(self.possible_agents, self._env.single_action_space)

    def observation_space(self, agent: str) -> Space[Observation]:
        """The same for every agent."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Space[Any]:
        """The same for every agent."""
        return self.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Observation], dict[str, dict[str, Any]]]:
        """Starts an episode of every miner; miner `i` has the seed `seed + i`."""
        observation, info = self._env.reset(seed=seed)
        self.agents = list(self.possible_agents)
        self._idle = self._env.action_space.sample()
        self._idle[...] = 0
        return self._split(observation), self._infos(info)

    def step(
        self, actions: dict[str, Any]
    ) -> tuple[
        dict[str, Observation],
        dict[str, float],
        dict[str, bool],
        dict[str, bool],
        dict[str, dict[str, Any]],
    ]:
        """Steps every miner that is left; `actions` has one for each."""
        missing = [agent for agent in self.agents if agent not in actions]
        if missing:
            raise ValueError(f"there is no action for {missing[0]}")
        batch = self._idle.copy()
        for agent in self.agents:
            batch[self._rows[agent]] = actions[agent]
        observation, reward, terminated, truncated, info = self._env.step(batch)
        result = (
            self._split(observation),
            {agent: float(reward[self._rows[agent]]) for agent in self.agents},
            {agent: bool(terminated[self._rows[agent]]) for agent in self.agents},
            {agent: bool(truncated[self._rows[agent]]) for agent in self.agents},
            self._infos(info),
        )
        over = terminated | truncated
        self.agents = [agent for agent in self.agents if not over[self._rows[agent]]]
        return result

    def render(self) -> str | None:
        """What every miner sees, as text."""
        frames = self._env.render()
        return None if frames is None else "\n".join(map(str, frames))

    def close(self) -> None:
        """Frees the environments."""
        self._env.close()

    def _split(self, observation: Observation) -> dict[str, Observation]:
        return {agent: observation[self._rows[agent]] for agent in self.agents}

    def _infos(self, info: dict[str, Any]) -> dict[str, dict[str, Any]]:
        return {
            agent: {key: np.asarray(value[self._rows[agent]]) for key, value in info.items()}
            for agent in self.agents
        }
