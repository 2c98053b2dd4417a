"""TorchRL; skipped where it is not installed."""

import gymnasium as gym
import pytest

torchrl = pytest.importorskip("torchrl")
pytestmark = pytest.mark.filterwarnings("default")


def test_specs_and_rollouts(problem: str) -> None:
    from aicmp_env.torchrl import make_env
    from torchrl.envs.utils import check_env_specs

    env = make_env(problem, 4, max_episode_steps=7)
    check_env_specs(env)
    data = env.rollout(30, break_when_any_done=False)
    assert data.shape == (4, 30)
    assert data["next", "done"].sum() >= 4 * (30 // 7)


def test_first_observations_are_those_of_gymnasium() -> None:
    from aicmp_env.torchrl import make_env

    env = make_env("AICMP/Reserve-v0", 3)
    env.set_seed(5)
    expected, _ = gym.make_vec("AICMP/Reserve-v0", num_envs=3).reset(seed=5)
    assert (env.reset()["observation"].numpy() == expected).all()
