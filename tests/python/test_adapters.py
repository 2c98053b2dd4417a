"""Asynchronous groups, PettingZoo, and evaluation."""

import aicmp_env
import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ClosedEnvironmentError, ResetNeeded

RESERVE = "AICMP/Reserve-v0"


@pytest.mark.parametrize(("batch_size", "num_threads"), [(2, 3), (4, 1), (8, 2)])
def test_async_groups_do_what_the_vector_does(batch_size: int, num_threads: int) -> None:
    steps, num_envs = 30, 8
    spec = aicmp_env.spec(RESERVE)
    actions = np.random.default_rng(1).integers(
        len(spec.action.sets[0].choices), size=(steps, num_envs)
    )
    vector = gym.make_vec(RESERVE, num_envs=num_envs, max_episode_steps=11)
    expected = [vector.reset(seed=3)[0]] + [vector.step(a)[0] for a in actions]
    envs = aicmp_env.AsyncEnvs(
        RESERVE, num_envs, batch_size, num_threads=num_threads, seed=3, max_episode_steps=11
    )
    envs.async_reset()
    done = np.zeros(num_envs, int)
    for _ in range(num_envs // batch_size * (steps + 1)):
        observation, _, _, _, info = envs.recv()
        ids = info["env_id"]
        at = done[ids[0]]
        assert (observation == expected[at][ids]).all()
        assert (info["elapsed_step"] <= 11).all()
        done[ids] += 1
        if at < steps:
            envs.send(actions[at][ids], ids)
    assert (done == steps + 1).all()
    envs.close()


def test_async_elapsed_steps() -> None:
    envs = aicmp_env.AsyncEnvs(RESERVE, 2, 2, seed=0, max_episode_steps=3)
    envs.async_reset()
    elapsed = [envs.recv()[4]["elapsed_step"][0]]
    for _ in range(5):
        elapsed.append(envs.step([0, 0], [0, 1])[4]["elapsed_step"][0])
    assert elapsed == [0, 1, 2, 3, 0, 1]


def test_async_errors() -> None:
    with pytest.raises(ValueError, match="multiple"):
        aicmp_env.AsyncEnvs(RESERVE, 7, 2)
    envs = aicmp_env.AsyncEnvs(RESERVE, 4, 2, seed=0)
    with pytest.raises(ResetNeeded):
        envs.send([0, 0], [0, 1])
    with pytest.raises(RuntimeError, match="nothing"):
        envs.recv()
    envs.async_reset()
    with pytest.raises(RuntimeError, match="recv"):
        envs.async_reset()
    envs.recv()
    envs.recv()
    for wrong in ([0, 2], [1, 0], [4, 5], [-1, 0], []):
        with pytest.raises(ValueError, match="env_id"):
            envs.send([0, 0], wrong)
    envs.send([0, 99], [2, 3])
    with pytest.raises(ValueError, match="already"):
        envs.send([0, 0], [2, 3])
    with pytest.raises(ValueError, match="action 99") as raised:
        envs.recv()
    assert raised.value.__notes__ == ["in environments 2 to 3"]
    assert envs.step([0, 0], [2, 3])[4]["elapsed_step"].tolist() == [1, 1]
    envs.close()
    envs.close()
    with pytest.raises(ClosedEnvironmentError):
        envs.send([0, 0], [0, 1])


def test_fleet_is_a_parallel_env() -> None:
    pytest.importorskip("pettingzoo")
    from aicmp_env.pettingzoo import FleetEnv
    from pettingzoo.test import parallel_api_test, parallel_seed_test

    parallel_api_test(FleetEnv(num_miners=3), num_cycles=2000)
    parallel_seed_test(lambda: FleetEnv(num_miners=3), num_cycles=50)


def test_fleet_is_the_vector_environment() -> None:
    pytest.importorskip("pettingzoo")
    from aicmp_env.pettingzoo import FleetEnv

    fleet = FleetEnv(num_miners=3, max_episode_steps=5)
    vector = gym.make_vec("AICMP/ShareDifficulty-v0", num_envs=3, max_episode_steps=5)
    seen, _ = fleet.reset(seed=4)
    expected, _ = vector.reset(seed=4)
    for step in range(5):
        assert (np.stack(list(seen.values())) == expected).all()
        actions = {agent: (step + i) % 7 for i, agent in enumerate(fleet.agents)}
        seen, rewards, terminated, truncated, _ = fleet.step(actions)
        expected, reward, *_ = vector.step(np.array(list(actions.values())))
        assert list(rewards.values()) == reward.tolist()
    assert all(truncated.values())
    assert not any(terminated.values())
    assert fleet.agents == []
    fleet.reset()
    with pytest.raises(ValueError, match="miner_0"):
        fleet.step({})


def test_evaluation_meets_the_published_optimum() -> None:
    optimum = gym.make("AICMP/CoincidentPeak-v0").unwrapped.optimum()
    assert optimum is not None
    result = aicmp_env.evaluate("AICMP/CoincidentPeak-v0", "optimal", episodes=20_000)
    assert abs(result.mean - optimum.value) < 4 * result.standard_error


def test_evaluation_of_a_function_and_by_threads() -> None:
    kwargs = {"episodes": 300, "seed": 3}
    named = aicmp_env.evaluate("AICMP/Curtailment-v0", "always", **kwargs)
    function = aicmp_env.evaluate(
        "AICMP/Curtailment-v0", lambda seen, _: np.ones(len(seen), int), num_threads=2, **kwargs
    )
    assert (named.scores == function.scores).all()
