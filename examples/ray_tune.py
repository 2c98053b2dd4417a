"""Tunes the parameters of a named policy with Ray Tune, on one machine or a cluster alike.

    python examples/ray_tune.py AICMP/Reserve-v0 band --samples 40

Needs `pip install "aicmp-env[ray]"`. Every trial plays the same training worlds; the best one is
then scored on held-out worlds beside the defaults and, where it is known, the optimum.
"""

import argparse

import aicmp_env
import ray
from ray import tune


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("problem", nargs="?", default="AICMP/Reserve-v0")
    parser.add_argument("policy", nargs="?", default="band")
    parser.add_argument("--samples", type=int, default=40)
    parser.add_argument("--episodes", type=int, default=200)
    options = parser.parse_args()
    problem, policy, episodes = options.problem, options.policy, options.episodes

    spec = aicmp_env.spec(problem)
    parameters = next(p.parameters for p in spec.policies if p.name == policy)
    if not parameters:
        parser.error(f"policy {policy} has no parameters")
    space = {field.name: tune.uniform(field.low, field.high) for field in parameters}

    def trial(config: dict[str, float]) -> None:
        found = aicmp_env.evaluate(
            problem, policy, episodes=episodes, split="train", parameters=config
        )
        tune.report({"score": found.mean})

    ray.init(log_to_driver=False)
    tuner = tune.Tuner(
        trial,
        param_space=space,
        tune_config=tune.TuneConfig(num_samples=options.samples, metric="score", mode="max"),
    )
    best = tuner.fit().get_best_result().config
    print("best parameters", {name: round(value, 4) for name, value in best.items()})
    for name, chosen in (("defaults", None), ("tuned", best)):
        found = aicmp_env.evaluate(problem, policy, episodes=episodes, parameters=chosen)
        print(f"{name:9} {found.mean:.5g} ± {1.96 * found.standard_error:.2g}")
    optimum = aicmp_env.AicmpEnv(problem).optimum()
    if optimum is not None:
        print(f"optimum   {optimum.value:.5g} ({optimum.method})")


if __name__ == "__main__":
    main()
