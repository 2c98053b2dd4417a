"""A picture as data, before it is drawn for a page or for paper."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]

# Okabe and Ito: told apart by colour-blind eyes; markers and dashes tell them apart in grey.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A8A8A")
MOST_POINTS = 2000


@dataclass(frozen=True)
class Series:
    """One line, set of points or set of bars; ``low`` and ``high`` bound its interval."""

    name: str
    x: Numbers | Sequence[str]
    y: Numbers
    low: Numbers | None = None
    high: Numbers | None = None
    kind: Literal["line", "points", "bars"] = "line"
    colour: int | None = None  # place in COLOURS; None: its place in the chart
    dashed: bool = False


@dataclass(frozen=True)
class Chart:
    """A picture with the question that it answers. Units are in the labels."""

    key: str  # stem of the file name
    title: str
    question: str
    x_label: str
    y_label: str
    series: Sequence[Series]
    seeds: str  # how many random worlds the picture shows
    x_log: bool = False
    y_log: bool = False
    flipped: bool = False  # names on the vertical axis, numbers on the horizontal one
    levels: Sequence[tuple[float, str]] = field(default=())  # lines across, with their meaning

    @property
    def numeric(self) -> bool:
        """Whether ``x`` of its series are numbers, not names."""
        return all(isinstance(series.x, np.ndarray) for series in self.series)

    @property
    def beside(self) -> bool:
        """Whether several series share names, and must be drawn beside each other."""
        shown = sum(len(set(series.x)) for series in self.series if not self.numeric)
        return shown > len(self.names) and not self.numeric

    @property
    def names(self) -> list[str]:
        """What ``x`` of its series are, if they are names, each once."""
        return list(dict.fromkeys(str(name) for series in self.series for name in series.x))

    @property
    def span(self) -> tuple[float, float]:
        """Lowest and highest number of its series, intervals and a margin included."""
        ends = [e for s in self.series for e in (s.y, s.low, s.high) if e is not None]
        numbers = np.concatenate(ends)
        numbers = numbers[np.isfinite(numbers)]
        if numbers.size == 0:
            return -1.0, 1.0
        margin = 0.06 * float(np.ptp(numbers)) or max(0.5, 0.1 * abs(float(numbers[0])))
        return float(numbers.min()) - margin, float(numbers.max()) + margin

    @property
    def constant(self) -> bool:
        """Whether all numbers of all its series are the same one."""
        return len({float(y) for s in self.series for y in s.y if np.isfinite(y)}) == 1

    @property
    def height_rem(self) -> float:
        """Of the picture on the page: room for the names of a flipped one."""
        if not self.flipped:
            return 22.0
        legend = 2.0 * (len(self.series) > 1)
        return 6.0 + legend + len(self.names) * max(2.6, 0.9 * len(self.series))


def thinned(series: Series) -> Series:
    """The same line with at most MOST_POINTS points, evenly left out."""
    count = len(series.y)
    if count <= MOST_POINTS:
        return series
    keep = np.unique(np.linspace(0, count - 1, MOST_POINTS).astype(np.intp))
    return Series(
        name=series.name,
        x=np.asarray(series.x)[keep],
        y=series.y[keep],
        low=None if series.low is None else series.low[keep],
        high=None if series.high is None else series.high[keep],
        kind=series.kind,
        colour=series.colour,
        dashed=series.dashed,
    )
