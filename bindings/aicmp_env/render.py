"""What an episode looks like: as text, as an image, or in a window."""

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium.error import ResetNeeded
from numpy.typing import NDArray

from aicmp_env import _core
from aicmp_env.extras import needs
from aicmp_env.problem import Observation

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RENDER_MODES = ("ansi", "rgb_array", "human")

_MOST_STEPS = 500  # that a picture shows


class Renderer:
    """Keeps the last steps of an episode, and draws them."""

    def __init__(self, spec: _core.ProblemSpec, mode: str) -> None:
        if mode not in RENDER_MODES:
            raise ValueError(f"render_mode is {mode!r} (allowed: {', '.join(RENDER_MODES)})")
        self._spec = spec
        self._mode = mode
        self._observations: deque[Observation] = deque(maxlen=_MOST_STEPS)
        self._rewards: deque[float] = deque(maxlen=_MOST_STEPS)
        self._steps = 0
        self._total = 0.0
        self._last = "start"
        self._figure: Figure | None = None

    def on_reset(self, observation: Observation) -> None:
        """An episode begins."""
        self._observations.clear()
        self._rewards.clear()
        self._observations.append(observation.copy())
        self._rewards.append(0.0)
        self._steps = 0
        self._total = 0.0
        self._last = "start"

    def on_step(self, action: Any, observation: Observation, reward: float) -> None:
        """A step was made."""
        self._observations.append(observation.copy())
        self._rewards.append(reward)
        self._steps += 1
        self._total += reward
        self._last = self._action_text(action)
        if self._mode == "human":
            self.render()

    def render(self) -> str | NDArray[np.uint8] | None:
        """Text, an image of shape [height, width, 3], or None after it was shown in a window."""
        if not self._observations:
            raise ResetNeeded("there is no episode to render: call reset() first")
        if self._mode == "ansi":
            return self._text()
        if self._mode == "rgb_array":
            return self._image()
        self._show()
        return None

    def close(self) -> None:
        """Closes the window."""
        if self._figure is not None and self._mode == "human":
            from matplotlib import pyplot

            pyplot.close(self._figure)
        self._figure = None

    def _action_text(self, action: Any) -> str:
        values = np.atleast_1d(action).tolist()
        spec = self._spec.action
        if spec.sets:
            return ", ".join(s.choices[value] for s, value in zip(spec.sets, values, strict=True))
        numbers = zip(spec.numbers, values, strict=True)
        return ", ".join(f"{field.name} {number:.4g}" for field, number in numbers)

    def _text(self) -> str:
        lines = [
            f"{self._spec.id}  step {self._steps}",
            f"action {self._last}  reward {self._rewards[-1]:.6g}  sum {self._total:.6g}",
        ]
        width = max(len(field.name) for field in self._spec.observation)
        for field, value in zip(self._spec.observation, self._observations[-1], strict=True):
            lines.append(f"  {field.name:<{width}}  {value:10.4f}  {field.unit}")
        return "\n".join(lines)

    def _draw(self, figure: "Figure") -> None:
        fields = self._spec.observation
        figure.clear()
        axes = figure.subplots(len(fields) + 1, 1, sharex=True)
        first = self._steps + 1 - len(self._observations)
        steps = np.arange(first, self._steps + 1)
        seen = np.stack(self._observations)
        for k, field in enumerate(fields):
            axes[k].step(steps, seen[:, k], where="post")
            axes[k].set_ylabel(field.name, rotation=0, ha="right", fontsize=7)
            axes[k].set_ylim(field.low, field.high)
        axes[-1].step(steps, np.cumsum(self._rewards), where="post", color="black")
        axes[-1].set_ylabel("sum of rewards", rotation=0, ha="right", fontsize=7)
        axes[-1].set_xlabel("step")
        for axis in axes:
            axis.tick_params(labelsize=6)
        figure.suptitle(f"{self._spec.id}: {self._last}", fontsize=9)
        figure.subplots_adjust(left=0.3)

    def _image(self) -> NDArray[np.uint8]:
        with needs("render"):
            from matplotlib.backends.backend_agg import FigureCanvasAgg
            from matplotlib.figure import Figure

        if self._figure is None:
            self._figure = Figure(figsize=(6.4, 1.6 + 0.6 * len(self._spec.observation)))
        canvas: Any = FigureCanvasAgg(self._figure)
        self._draw(self._figure)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())[..., :3].copy()

    def _show(self) -> None:
        with needs("render"):
            from matplotlib import pyplot

        if self._figure is None:
            pyplot.ion()
            self._figure = pyplot.figure(self._spec.id)
        self._draw(self._figure)
        pyplot.pause(0.001)
