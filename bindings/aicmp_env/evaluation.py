"""How good a policy is, in the measure of its problem."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aicmp_env._core import Score
from aicmp_env.problem import Observation, Split, check_count
from aicmp_env.vector import AicmpVectorEnv

Policy = str | Callable[[Observation, NDArray[np.bool_]], Any]


@dataclass(frozen=True)
class Evaluation:
    """Scores of a policy, one per episode, in the measure of `ProblemSpec.score`."""

    scores: NDArray[np.float64]

    @property
    def mean(self) -> float:
        return float(self.scores.mean())

    @property
    def standard_error(self) -> float:
        """Of the mean; NaN for one episode."""
        if len(self.scores) < 2:
            return float("nan")
        return float(self.scores.std(ddof=1) / np.sqrt(len(self.scores)))


def evaluate(
    problem: str,
    policy: Policy,
    *,
    episodes: int = 100,
    seed: int = 0,
    split: Split = "test",
    parameters: dict[str, float] | None = None,
    scenario: str | os.PathLike[str] | None = None,
    num_threads: int = 1,
    **options: Any,
) -> Evaluation:
    """Plays one episode for each of the seeds `seed`, `seed + 1`, ...

    Policies that are evaluated with the same seeds meet the same worlds, so differences of their
    scores are paired.

    Args:
        problem: Id of the problem.
        policy: Name of one of its policies, or a function of observations [episodes, ...] and masks
            [episodes, choices] that returns actions.
        episodes: How many, all at once.
        seed: Of the first.
        split: "test" for worlds that no training seed meets.
        parameters: Of a named policy.
        scenario: TOML file with options of the problem.
        num_threads: Threads that share the episodes; results do not depend on it.
        **options: Of the problem, see `AicmpEnv`.
    """
    check_count("episodes", episodes)
    env = AicmpVectorEnv(
        problem, episodes, split=split, scenario=scenario, num_threads=num_threads, **options
    )
    spec = env.problem_spec
    observation, _ = env.reset(seed=seed)
    total, time, factor = np.zeros(episodes), np.zeros(episodes), np.ones(episodes)
    running = np.ones(episodes, np.bool_)
    while running.any():
        if isinstance(policy, str):
            actions = env.policy(policy, **(parameters or {}))
        else:
            actions = policy(observation, env.action_masks())
        observation, reward, terminated, truncated, info = env.step(actions)
        total += np.where(running, factor * reward, 0.0)
        time += np.where(running, info["dt"], 0.0)
        if spec.score is Score.DISCOUNTED:
            factor *= spec.discount ** info["dt"]
        running &= ~(terminated | truncated)
    return Evaluation(total / time if spec.score is Score.RATE else total)
