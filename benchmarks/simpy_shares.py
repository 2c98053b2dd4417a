#!/usr/bin/env python3
"""The share-level work of scenarios/share_level.toml in SimPy and in aicmp, and the ratio of speed.

Twice, both taken per share:
  shares   every share of 1,000 miners is an event, is stale after new blocks or counted by miner
           (aicmp also pays each by PPS: it has no run without a scheme);
  schemes  and books three schemes on it: PPS pays each share, PPLNS and ETA keep the work in one
           window of the last shares by miner.
SimPy has its window full before the clock starts and splits no block; aicmp is timed as a whole
process, with its start, its blocks and its results. The two take turns, the ratio is the median.

Usage: simpy_shares.py AICMP [--rounds N]   (needs simpy)
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import tempfile
import time
from collections import deque
from pathlib import Path

import simpy

MINERS = 1000
SHARES_PER_S = 18 / 60
LATENCY_S = 0.2
WARM_UP_SECONDS = 60.0
SIMPY_SECONDS = 600.0
WINDOW_SHARES = 15_000.0  # less than the warm-up sends
SCENARIO = Path(__file__).parent.parent / "scenarios" / "share_level.toml"
DAYS = 1
WORK = {
    "shares": [{"kind": "pps"}],
    "schemes": [
        {"kind": "eta", "eta": 0.8, "window": 2},
        {"kind": "pps"},
        {"kind": "pplns", "window": 2},
    ],
}


class Counts:
    """What a pool knows of its shares without a scheme."""

    def __init__(self) -> None:
        self.accepted = [0] * MINERS
        self.stale = [0] * MINERS

    def accept(self, miner: int) -> None:
        self.accepted[miner] += 1

    def total(self) -> int:
        return sum(self.accepted) + sum(self.stale)


class Books(Counts):
    """PPS credits, and the window that PPLNS and ETA split blocks by."""

    def __init__(self) -> None:
        super().__init__()
        self.work_of_a_share = [1.0] * MINERS
        self.satoshi_per_work = 0.01
        self.credit = [0.0] * MINERS
        self.window: deque[tuple[int, float]] = deque()
        self.work = [0.0] * MINERS
        self.total_work = 0.0

    def accept(self, miner: int) -> None:
        self.accepted[miner] += 1
        work = self.work_of_a_share[miner]
        self.credit[miner] += self.satoshi_per_work * work
        self.window.append((miner, work))
        self.work[miner] += work
        self.total_work += work
        while self.total_work > WINDOW_SHARES:
            oldest, gone = self.window.popleft()
            self.work[oldest] -= gone
            self.total_work -= gone


def simpy_shares_per_s(pool: Counts) -> float:
    environment = simpy.Environment()
    rng = random.Random(1)
    tip = [-1e9]

    def miner(index: int):
        while True:
            yield environment.timeout(rng.expovariate(SHARES_PER_S))
            if environment.now - tip[0] < LATENCY_S:
                pool.stale[index] += 1
            else:
                pool.accept(index)

    def network():
        while True:
            yield environment.timeout(rng.expovariate(1 / 600))
            tip[0] = environment.now

    for index in range(MINERS):
        environment.process(miner(index))
    environment.process(network())
    environment.run(until=WARM_UP_SECONDS)
    before = pool.total()
    start = time.perf_counter()
    environment.run(until=WARM_UP_SECONDS + SIMPY_SECONDS)
    return (pool.total() - before) / (time.perf_counter() - start)


def write_scenario(path: Path, schemes: list[dict]) -> None:
    """The scenario with other schemes, which it has at its end."""
    text = SCENARIO.read_text().split("[[pool.schemes]]")[0]
    for scheme in schemes:
        text += "[[pool.schemes]]\n"
        text += "".join(f"{key} = {json.dumps(value)}\n" for key, value in scheme.items())
    path.write_text(text)


def aicmp_shares_per_s(aicmp: str, schemes: list[dict]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder) / "shares.toml"
        write_scenario(scenario, schemes)
        start = time.perf_counter()
        output = subprocess.run(
            [
                aicmp,
                "run",
                scenario,
                "--set",
                f"run.days={DAYS}",
                "--json",
                "--out",
                f"{folder}/run",
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        seconds = time.perf_counter() - start
    world = json.loads(output)["world"]
    return (world["pool_shares_accepted"]["mean"] + world["pool_shares_stale"]["mean"]) / seconds


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("aicmp", help="the program aicmp")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    for name, schemes in WORK.items():
        ours, theirs, ratios = [], [], []
        for _ in range(arguments.rounds):
            theirs.append(simpy_shares_per_s(Books() if name == "schemes" else Counts()))
            ours.append(aicmp_shares_per_s(arguments.aicmp, schemes))
            ratios.append(ours[-1] / theirs[-1])
        print(
            f"{name:<8} SimPy {statistics.median(theirs):>9,.0f} shares/s, aicmp "
            f"{statistics.median(ours):>12,.0f} shares/s: {statistics.median(ratios):,.0f}x"
        )


if __name__ == "__main__":
    main()
