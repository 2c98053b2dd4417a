"""PPO of RLlib on a decision problem, on one machine or a cluster alike.

    python examples/rllib_ppo.py AICMP/Curtailment-v0 --iterations 20

Needs `pip install "aicmp-env[ray]" torch`. On a cluster, start it on the head node: Ray finds the
others by itself, if the package is installed there.
"""

import argparse

import ray
from aicmp_env import rllib
from ray.rllib.algorithms.ppo import PPOConfig


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("problem", nargs="?", default="AICMP/Curtailment-v0")
    parser.add_argument("--iterations", type=int, default=20)
    parser.add_argument("--runners", type=int, default=0, help="env runners beside the learner")
    parser.add_argument("--envs", type=int, default=32, help="environments of each runner")
    options = parser.parse_args()

    ray.init(log_to_driver=False)
    config = (
        PPOConfig()
        .environment(rllib.register(), env_config={"problem": options.problem})
        .env_runners(
            num_env_runners=options.runners,
            num_envs_per_env_runner=options.envs,
            gym_env_vectorize_mode="vector_entry_point",
            rollout_fragment_length=64,
        )
        .training(
            train_batch_size_per_learner=64 * options.envs * max(1, options.runners),
            minibatch_size=512,
            num_epochs=6,
            lr=2e-3,
            gamma=0.97,
            lambda_=0.9,
            vf_clip_param=1e9,
        )
    )
    algorithm = config.build_algo()
    for iteration in range(options.iterations):
        result = algorithm.train()
        runners = result["env_runners"]
        steps = runners["num_env_steps_sampled_lifetime"]
        score = runners.get("episode_return_mean", float("nan"))
        print(f"iteration {iteration + 1}: {steps:.0f} steps, mean return {score:.6g}", flush=True)
    algorithm.stop()


if __name__ == "__main__":
    main()
