#!/usr/bin/env python3
"""Runs the regression benchmarks and compares them with benchmarks/baseline.json.

Every figure is a cost relative to a calibration kernel of the same process (median over
interleaved repetitions), so a slower or busier machine cancels. A figure fails, twice in a row, if
it costs more than `bound` times its baseline, or if it misses a goal that its baseline beats by
GOAL_MARGIN; other missed goals are shown. Exit code 1 if any figure fails.

Usage: check.py BENCH [--filter TEXT] [--repetitions N] [--write-baseline]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

BASELINE = Path(__file__).with_name("baseline.json")
GOAL_MARGIN = 1.25  # more than two runs of one build differ


def measure(bench: str, names: list[str], repetitions: int) -> dict[str, float]:
    """Median cost of an item in ns, by figure."""
    pattern = "|".join(f"^{name}$" for name in names)
    output = subprocess.run(
        [
            bench,
            f"--benchmark_filter={pattern}",
            "--benchmark_format=json",
            f"--benchmark_repetitions={repetitions}",
            "--benchmark_min_time=0.1",
            "--benchmark_enable_random_interleaving=true",
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    samples: dict[str, list[float]] = {}
    for run in json.loads(output)["benchmarks"]:
        if run["run_type"] == "iteration":
            samples.setdefault(run["run_name"], []).append(1e9 / run["items_per_second"])
    return {name: statistics.median(values) for name, values in samples.items()}


def relative(figures: dict[str, dict], bench: str, repetitions: int) -> dict[str, dict]:
    names = sorted(set(figures) | {figure["calibration"] for figure in figures.values()})
    cost = measure(bench, names, repetitions)
    return {
        name: {"ns": cost[name], "relative": cost[name] / cost[figure["calibration"]]}
        for name, figure in figures.items()
    }


def misses_goal(figure: dict, relative_cost: float) -> bool:
    return relative_cost * figure.get("goal_speed_up", 0.0) > 1.0


def verdict(figure: dict, now: float) -> str:
    """SLOWER and BELOW GOAL are failures."""
    if now > figure["relative"] * figure["bound"]:
        return "SLOWER"
    if misses_goal(figure, now):
        robust = not misses_goal(figure, figure["relative"] * GOAL_MARGIN)
        return "BELOW GOAL" if robust else "below goal"
    return ""


def failures(figures: dict[str, dict], seen: dict[str, dict]) -> list[str]:
    return [
        name
        for name, figure in figures.items()
        if verdict(figure, seen[name]["relative"]).isupper()
    ]


def table(figures: dict[str, dict], seen: dict[str, dict]) -> str:
    lines = [
        f"{'figure':<30}{'ns/item':>14}{'relative':>11}{'baseline':>11}{'bound':>7}"
        f"{'speed-up':>10}{'goal':>7}"
    ]
    for name, figure in figures.items():
        now = seen[name]
        lines.append(
            f"{name:<30}{now['ns']:>14.1f}{now['relative']:>11.4g}{figure['relative']:>11.4g}"
            f"{figure['bound']:>6.2g}x{1 / now['relative']:>9.3g}x"
            f"{figure.get('goal_speed_up', '-'):>7}  {verdict(figure, now['relative'])}".rstrip()
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bench", help="the program aicmp_bench")
    parser.add_argument("--filter", default="", help="only figures whose name contains this")
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument(
        "--write-baseline", action="store_true", help="take what is seen now as the new baseline"
    )
    arguments = parser.parse_args()

    baseline = json.loads(BASELINE.read_text())
    figures = {name: figure for name, figure in baseline.items() if arguments.filter in name}
    seen = relative(figures, arguments.bench, arguments.repetitions)
    if arguments.write_baseline:
        for name in figures:
            baseline[name]["relative"] = float(f"{seen[name]['relative']:.4g}")
        BASELINE.write_text(json.dumps(baseline, indent=2) + "\n")
        print(table(figures, seen))
        return 0

    failed = failures(figures, seen)
    if failed:  # a burst of noise does not come twice
        again = {name: figures[name] for name in failed}
        seen |= relative(again, arguments.bench, 2 * arguments.repetitions)
        failed = failures(again, seen)
    print(table(figures, seen))
    if failed:
        print(
            f"{len(failed)} of {len(figures)} figures are slower than they have to be: "
            + ", ".join(failed)
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
