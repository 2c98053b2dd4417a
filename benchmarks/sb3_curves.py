#!/usr/bin/env python3
"""Learning curves of Stable-Baselines3's PPO on every decision problem, as a picture.

PPO (MaskablePPO of sb3-contrib where actions are masked) from nothing, with one set of
hyperparameters but for the discount and the budget. After every tenth of the budget the policy
plays held-out worlds, the same in which the heuristics and the solver play. What was done is kept
in OUT/curves.json, and a run that was interrupted goes on; `--draw` only draws.

Usage: benchmarks/sb3_curves.py [--seeds N] [--only WORD] [--out FOLDER] [--draw]
"""

import argparse
import json
import pathlib
from dataclasses import dataclass
from typing import Any

import aicmp_env
import numpy as np
import torch
from aicmp_env.sb3 import SB3VecEnv
from sb3_contrib import MaskablePPO
from stable_baselines3 import PPO
from stable_baselines3.common.vec_env import VecEnvWrapper, VecNormalize
from stable_baselines3.common.vec_env.base_vec_env import VecEnvStepReturn

ENVS, POINTS = 32, 10


@dataclass(frozen=True)
class Case:
    """How long to learn, what a reward one step later is worth, and in how many worlds to test."""

    steps: int
    gamma: float
    episodes: int = 100


CASES = {
    "AICMP/ShareDifficulty-v0": Case(600_000, 0.99),
    "AICMP/Curtailment-v0": Case(100_000, 0.97),
    "AICMP/CoincidentPeak-v0": Case(600_000, 1.0, episodes=5000),
    "AICMP/Reserve-v0": Case(600_000, 0.999),
    "AICMP/PoolTerms-v0": Case(400_000, 0.99, episodes=200),
    "AICMP/RetargetGame-v0": Case(200_000, 0.99, episodes=200),
    "AICMP/Pool-v0": Case(600_000, 0.9996),
    "AICMP/SelfishMining-v0": Case(600_000, 0.99),
}
UNITS = {
    "AICMP/ShareDifficulty-v0": "-cost, ppm of revenue",
    "AICMP/Curtailment-v0": "USD an hour",
    "AICMP/CoincidentPeak-v0": "-cost, USD a month",
    "AICMP/Reserve-v0": "discounted block rewards",
    "AICMP/PoolTerms-v0": "% of a day's revenue, a day",
    "AICMP/RetargetGame-v0": "revenue of the network",
    "AICMP/Pool-v0": "discounted % of a day's revenue",
    "AICMP/SelfishMining-v0": "part of the chain",
}
SOLVERS = ("optimal", "oracle")  # drawn apart: the best, or what no agent knows


class AboveRate(VecEnvWrapper):
    """Rewards above the mean rate so far: their sum is largest where the rate is.

    Where dt differs from step to step, the sum of the rewards themselves is another measure.
    """

    def __init__(self, env: SB3VecEnv) -> None:
        super().__init__(env)
        self._reward = self._time = 0.0

    def reset(self) -> np.ndarray:
        return self.venv.reset()

    def step_wait(self) -> VecEnvStepReturn:
        observation, reward, done, infos = self.venv.step_wait()
        dt = np.array([info["dt"] for info in infos])
        self._reward += 0.002 * (reward.mean() - self._reward)
        self._time += 0.002 * (dt.mean() - self._time)
        rate = self._reward / self._time if self._time > 0 else 0.0
        return observation, (reward - rate * dt).astype(np.float32), done, infos


def make_model(problem: str, case: Case, seed: int) -> PPO | MaskablePPO:
    spec = aicmp_env.spec(problem)
    env: Any = SB3VecEnv(problem, ENVS)
    if spec.score is aicmp_env.Score.RATE:
        env = AboveRate(env)
    env = VecNormalize(env, norm_obs=False, gamma=case.gamma)
    return (MaskablePPO if spec.action.masked else PPO)(
        "MlpPolicy",
        env,
        n_steps=128,
        batch_size=1024,
        n_epochs=6,
        gamma=case.gamma,
        gae_lambda=0.95,
        learning_rate=1e-3,
        seed=seed,
        device="cpu",
    )


def score(problem: str, case: Case, model: PPO | MaskablePPO) -> float:
    masks = {"action_masks": None} if isinstance(model, MaskablePPO) else {}

    def act(seen: np.ndarray, mask: np.ndarray) -> np.ndarray:
        return model.predict(seen, deterministic=True, **dict.fromkeys(masks, mask))[0]

    return aicmp_env.evaluate(problem, act, episodes=case.episodes).mean


def learn(problem: str, case: Case, seed: int) -> dict[str, list[float]]:
    model = make_model(problem, case, seed)
    curve = {"steps": [0.0], "scores": [score(problem, case, model)]}
    for _ in range(POINTS):
        model.learn(case.steps // POINTS, reset_num_timesteps=False)
        curve["steps"].append(float(model.num_timesteps))
        curve["scores"].append(score(problem, case, model))
    return curve


def levels(problem: str, case: Case) -> dict[str, float]:
    return {
        policy.name: aicmp_env.evaluate(problem, policy.name, episodes=case.episodes).mean
        for policy in aicmp_env.spec(problem).policies
    }


def fill(results: dict[str, Any], file: pathlib.Path, seeds: int, only: str) -> None:
    for seed in map(str, range(1, seeds + 1)):
        for problem, case in CASES.items():
            if only not in problem:
                continue
            found = results.setdefault(problem, {"curves": {}})
            if "levels" not in found:
                found["levels"] = levels(problem, case)
            if seed not in found["curves"]:
                found["curves"][seed] = learn(problem, case, int(seed))
                file.write_text(json.dumps(results))
            last = found["curves"][seed]["scores"][-1]
            print(f"{problem} seed {seed}: {last:.5g}", flush=True)


def draw(results: dict[str, Any], file: pathlib.Path) -> None:
    from matplotlib import pyplot
    from PIL import Image

    figure, grid = pyplot.subplots(2, 4, figsize=(13, 6.2), layout="constrained")
    for (problem, found), axes in zip(results.items(), grid.flat):
        draw_one(axes, problem, found)
    seeds = min(len(found["curves"]) for found in results.values())
    figure.suptitle(
        f"Stable-Baselines3 PPO from nothing, on held-out worlds: {seeds} training seeds (blue), "
        "the three best heuristics as they are (dashed), and the solver (black)",
        fontsize=10,
    )
    figure.savefig(file, dpi=80)
    Image.open(file).convert("RGB").quantize(48).save(file, optimize=True)


def draw_one(axes: Any, problem: str, found: dict[str, Any]) -> None:
    curves = list(found["curves"].values())
    steps = np.array(curves[0]["steps"]) / 1000
    scores = np.array([curve["scores"] for curve in curves])
    axes.plot(steps, scores.T, color="C0", lw=1.4)
    heuristics = {k: v for k, v in found["levels"].items() if k not in SOLVERS}
    known = {k: v for k, v in found["levels"].items() if k in SOLVERS}
    best = sorted(heuristics, key=heuristics.__getitem__, reverse=True)[:3]
    for k, name in enumerate(best):
        axes.axhline(heuristics[name], color=f"C{k + 1}", ls="--", lw=1, label=name)
    for name, level in known.items():
        axes.axhline(level, color="black", lw=1, label=name)
    shown = [heuristics[name] for name in best] + list(known.values())
    low = min(*shown, *scores[:, -POINTS // 2 :].flat)
    high = max(*shown, scores.max())
    axes.set_ylim(low - 0.25 * (high - low), high + 0.08 * (high - low))
    axes.set_title(problem.removeprefix("AICMP/"), fontsize=10)
    axes.set_xlabel("1000 steps", fontsize=8)
    axes.set_ylabel(UNITS[problem], fontsize=8)
    axes.tick_params(labelsize=7)
    axes.legend(fontsize=6.5, loc="best")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="", help="problems whose id has this in it")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("runs/sb3_curves"))
    parser.add_argument("--draw", action="store_true", help="draw what is there, learn nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / "curves.json"
    results = json.loads(file.read_text()) if file.exists() else {}
    if not options.draw:
        fill(results, file, options.seeds, options.only)
    draw(results, options.out / "sb3_learning.png")


if __name__ == "__main__":
    main()
