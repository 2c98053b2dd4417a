"""The learners of aicmp, on libtorch."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

class Trainer:
    """A learner of one problem."""

    def __init__(self, problem: str, overrides: list[str]) -> None: ...
    def learn(
        self,
        steps: int,
        on_progress: Callable[[int, list[tuple[str, float]]], bool] | None = None,
    ) -> None: ...
    @property
    def steps(self) -> int: ...
    @property
    def state_width(self) -> int: ...
    def metrics(self) -> dict[str, float]: ...
    def predict(
        self,
        observation: NDArray[np.float32],
        mask: NDArray[np.int8] | None = None,
        state: NDArray[np.float32] | None = None,
    ) -> NDArray[np.int64] | NDArray[np.float32]: ...
    def save(self, path: str) -> None: ...
    def load(self, path: str) -> None: ...
