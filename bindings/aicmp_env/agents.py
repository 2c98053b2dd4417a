"""The learners of `aicmp train`, from Python: C++ on libtorch, in a module of their own.

    from aicmp_env.agents import PPO
    model = PPO("AICMP/Curtailment-v0", restart_hours=1.0)
    model.learn(1_000_000)
    actions = model.predict(observations)

Importing this module needs PyTorch and a build with the learners (AICMP_WITH_TORCH=ON); the rest of
the package needs neither.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

try:
    from aicmp_env._agents import Trainer
except ImportError as error:
    raise ImportError(
        "aicmp_env has no learners: install PyTorch and build with -DAICMP_WITH_TORCH=ON"
    ) from error

__all__ = ["A2C", "DQN", "PPO"]


def _value(value: Any) -> str:
    """As `--set` takes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return str(value)


class _Learner:
    """One problem and one algorithm.

    `options` are the problem's own options, as keyword arguments of `gym.make`. `settings` are
    those of the training scenario by their full names:
    {"ppo.learning_rate": 1e-3, "train.envs": 64}. `device` "cuda" needs a libtorch that has it.
    """

    algorithm: ClassVar[str]

    def __init__(
        self,
        problem: str,
        *,
        seed: int = 1,
        device: str = "cpu",
        settings: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        chosen = {
            "train.algorithm": self.algorithm,
            "train.seed": seed,
            "train.device": device,
            **(settings or {}),
            **options,
        }
        self._trainer = Trainer(
            problem, [f"{key}={_value(value)}" for key, value in chosen.items()]
        )

    def learn(
        self,
        total_timesteps: int,
        on_progress: Callable[[int, Mapping[str, float]], bool] | None = None,
    ) -> "_Learner":
        """Train for so many steps; `on_progress(steps, metrics)` ends it by returning False."""
        callback = None
        if on_progress is not None:

            def callback(steps: int, metrics: Sequence[tuple[str, float]]) -> bool:
                return on_progress(steps, dict(metrics))

        self._trainer.learn(total_timesteps, callback)
        return self

    @property
    def num_timesteps(self) -> int:
        """Steps of all worlds so far."""
        return self._trainer.steps

    def metrics(self) -> dict[str, float]:
        """Of the last iteration, under CleanRL's names."""
        return self._trainer.metrics()

    def initial_state(self, rows: int) -> NDArray[np.float32]:
        """What a recurrent policy (`net.lstm_size`) remembers of `rows` worlds at their start."""
        return np.zeros((rows, self._trainer.state_width), np.float32)

    def predict(
        self,
        observation: ArrayLike,
        mask: ArrayLike | None = None,
        state: NDArray[np.float32] | None = None,
    ) -> NDArray[Any]:
        """The most probable action for one observation, or for rows of them.

        A recurrent policy reads and writes `state` (`initial_state`, a row for each observation),
        whose rows must be set to 0 where an episode begins. Without it every observation is the
        first of an episode.
        """
        rows = np.asarray(observation, np.float32)
        masks = None if mask is None else np.asarray(mask, np.int8)
        single = rows.ndim == 1
        if single:
            rows = rows[None]
            masks = None if masks is None else masks[None]
        actions = self._trainer.predict(rows, masks, state)
        if actions.dtype == np.int64 and actions.shape[1] == 1:
            actions = actions[:, 0]
        return actions[0] if single else actions

    def save(self, path: str) -> None:
        """Write a checkpoint: `load` of an equal learner goes on from it."""
        self._trainer.save(path)

    def load(self, path: str) -> None:
        """Go on from a checkpoint."""
        self._trainer.load(path)


class PPO(_Learner):
    """Proximal policy optimisation."""

    algorithm = "ppo"


class A2C(_Learner):
    """Advantage actor-critic."""

    algorithm = "a2c"


class DQN(_Learner):
    """Deep Q-learning: double by default; dueling, n-step, prioritised by settings."""

    algorithm = "dqn"
