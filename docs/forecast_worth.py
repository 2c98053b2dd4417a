"""What are forecasts of the energy price worth to a site that may stop?

    python3 docs/forecast_worth.py prices.csv --column rt_spp_mean_usd_mwh

Plays the held-out rows of an hourly record (AICMP/Curtailment-v0) once from end to end under each
source of forecasts, by the policy `plan`, beside break-even and the hysteresis that was best on the
rows before. Profit is in USD a day for 1 MW; differences are paired by week, with Student's 95 %
interval over weeks.
"""

import argparse
import itertools
from pathlib import Path
from typing import Any

import numpy as np
from aicmp_env.vector import AicmpVectorEnv

WEEK_H = 168
SOURCES = ("baseline", "lstm", "oracle")
OFF_ABOVE = (95, 110, 130, 150, 180, 220, 280, 400)
ON_BELOW = (40, 60, 75, 85, 92)
T_95 = {20: 2.086, 24: 2.064, 25: 2.060, 50: 2.009}  # Student's, by degrees of freedom


def weekly_profit(problem: dict[str, Any], split: str, policy: str, **parameters: float) -> Any:
    """USD a day in each whole week, [weeks]."""
    env = AicmpVectorEnv("AICMP/Curtailment-v0", num_envs=1, split=split, **problem)
    env.reset(seed=0)
    rewards = []
    for _ in range(env.problem_spec.max_steps - 1):
        _, reward, _, _, _ = env.step(env.policy(policy, **parameters))
        rewards.append(float(reward[0]))
    weeks = len(rewards) // WEEK_H
    return np.reshape(rewards[: weeks * WEEK_H], (weeks, WEEK_H)).sum(axis=1) / 7


def best_hysteresis(problem: dict[str, Any]) -> dict[str, float]:
    """Of a grid, on the rows before those that are held out."""
    grid = [{"off_above": o, "on_below": b} for o, b in itertools.product(OFF_ABOVE, ON_BELOW)]
    return max(grid, key=lambda p: weekly_profit(problem, "train", "hysteresis", **p).mean())


def t_95(freedom: int) -> float:
    """The next smaller number of degrees of freedom that is tabled; 2.086 below 20."""
    return T_95[max([f for f in T_95 if f <= freedom], default=20)]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("prices", type=Path)
    parser.add_argument("--column", default="rt_spp_usd_mwh")
    parser.add_argument("--held-out-from", default="2025-01-01")
    parser.add_argument("--steps", type=int, default=4300, help="held-out rows to play")
    parser.add_argument("--revenue", type=float, default=92.0, help="USD/MWh")
    order = parser.parse_args()
    problem = {
        "price_file": str(order.prices),
        "price_column": order.column,
        "held_out_from": order.held_out_from,
        "revenue_usd_per_mwh": order.revenue,
    }
    tuned = best_hysteresis({**problem, "steps": order.steps})
    test = {**problem, "steps": order.steps}
    results = {
        "break-even": weekly_profit(test, "test", "greedy"),
        "hysteresis, tuned": weekly_profit(test, "test", "hysteresis", **tuned),
    }
    for source in SOURCES:
        results[f"plan, {source}"] = weekly_profit({**test, "forecast": source}, "test", "plan")
    results["clairvoyant"] = weekly_profit(test, "test", "clairvoyant")
    first = results["hysteresis, tuned"]
    print(f"tuned: {tuned}, {len(first)} weeks")
    for name, profit in results.items():
        difference = profit - first
        half = t_95(len(first) - 1) * difference.std(ddof=1) / len(first) ** 0.5
        mean = difference.mean()
        interval = f"({mean - half:+.2f} to {mean + half:+.2f})"
        print(f"{name:<20}{profit.mean():8.1f}  {mean:+7.2f} {interval}")


if __name__ == "__main__":
    main()
