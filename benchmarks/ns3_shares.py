#!/usr/bin/env python3
"""Share events of many miners in aicmp and in ns-3's schedulers, and the ratio of speed.

ns-3 is spared its random numbers and its callbacks (ns3_schedulers.cpp: only the scheduler is
timed); aicmp draws its own. The two take turns; ratios are medians. The fastest scheduler counts.

Usage: ns3_shares.py BENCH [--rounds N]   (BENCH: build/release/benchmarks/aicmp_bench;
needs Debian's libns3-dev)
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
from pathlib import Path

from check import measure

SCHEDULERS = ["map", "heap", "priority_queue"]  # its calendar takes 100 us at 1,000,000
MINERS = [100, 10_000, 1_000_000]
SOURCE = Path(__file__).with_name("ns3_schedulers.cpp")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bench", help="aicmp_bench")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/ns3_schedulers"
        subprocess.run(
            ["g++", "-std=c++17", "-O3", "-march=native", "-o", program, SOURCE, "-lns3-core"],
            check=True,
        )
        for miners in MINERS:
            ours: list[float] = []
            theirs: dict[str, list[float]] = {name: [] for name in SCHEDULERS}
            for _ in range(arguments.rounds):
                name = f"engine/superposition/{miners}"
                ours.append(measure(arguments.bench, [name], 1)[name])
                for scheduler, costs in theirs.items():
                    output = subprocess.run(
                        [program, scheduler, str(miners)],
                        check=True,
                        capture_output=True,
                        text=True,
                    ).stdout
                    costs.append(float(output))
            fastest = min(theirs, key=lambda name: statistics.median(theirs[name]))
            ratio = statistics.median(b / a for a, b in zip(ours, theirs[fastest], strict=True))
            print(
                f"{miners:>9,} miners: aicmp {statistics.median(ours):.1f} ns an event, "
                + ", ".join(
                    f"{name} {statistics.median(costs):.0f}" for name, costs in theirs.items()
                )
                + f"; {ratio:.0f}x the fastest of ns-3 ({fastest})"
            )


if __name__ == "__main__":
    main()
