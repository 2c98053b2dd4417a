#!/usr/bin/env python3
"""The share-level work of scenarios/share_level.toml in SimPy and in aicmp, and the ratio of speed.

Both draw every share of 1,000 miners with its staleness after new blocks and count it by miner; aicmp
also keeps three reward schemes. SimPy runs a shorter time, both are taken per share.

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
from pathlib import Path

import simpy

MINERS = 1000
SHARES_PER_S = 18 / 60
LATENCY_S = 0.2
SIMPY_SECONDS = 600.0
SCENARIO = Path(__file__).parent.parent / "scenarios" / "share_level.toml"


def simpy_shares_per_s() -> float:
    environment = simpy.Environment()
    rng = random.Random(1)
    tip = [-1e9]
    accepted = [0] * MINERS
    stale = [0] * MINERS

    def miner(index: int):
        while True:
            yield environment.timeout(rng.expovariate(SHARES_PER_S))
            fate = stale if environment.now - tip[0] < LATENCY_S else accepted
            fate[index] += 1

    def network():
        while True:
            yield environment.timeout(rng.expovariate(1 / 600))
            tip[0] = environment.now

    for index in range(MINERS):
        environment.process(miner(index))
    environment.process(network())
    start = time.perf_counter()
    environment.run(until=SIMPY_SECONDS)
    return (sum(accepted) + sum(stale)) / (time.perf_counter() - start)


def aicmp_shares_per_s(aicmp: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        output = subprocess.run([aicmp, "run", SCENARIO, "--json", "--out", f"{folder}/run"],
                                check=True, capture_output=True, text=True).stdout
        seconds = time.perf_counter() - start
    world = json.loads(output)["world"]
    return (world["pool_shares_accepted"]["mean"] + world["pool_shares_stale"]["mean"]) / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("aicmp", help="the program aicmp")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    ours, theirs, ratios = [], [], []
    for _ in range(arguments.rounds):
        theirs.append(simpy_shares_per_s())
        ours.append(aicmp_shares_per_s(arguments.aicmp))
        ratios.append(ours[-1] / theirs[-1])
    print(f"SimPy {statistics.median(theirs):,.0f} shares/s, aicmp {statistics.median(ours):,.0f} "
          f"shares/s (whole process, three schemes): {statistics.median(ratios):,.0f}x")


if __name__ == "__main__":
    main()
