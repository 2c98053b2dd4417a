"""Mistakes become exceptions that say what to do."""

import threading
from pathlib import Path
from typing import Any

import aicmp_env
import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ClosedEnvironmentError, ResetNeeded

CURTAILMENT = "AICMP/Curtailment-v0"
SELFISH = "AICMP/SelfishMining-v0"


@pytest.mark.parametrize(
    ("actions", "error", "text"),
    [
        (np.array([0, 1]), ValueError, r"shape \(2,\).*must have shape \(3,\)"),
        (np.array([[0], [0], [0]]), ValueError, r"shape \(3, 1\)"),
        (np.array([0.0, 0.0, 0.0]), TypeError, "integers, not float64"),
        (np.array(["a", "b", "c"]), TypeError, "integers"),
        (None, TypeError, "integers, not object"),
        ([0, 0, 2], ValueError, r"environment 2 cannot take action 2 \(allowed: mode: 0 off, 1"),
        ([0, -1, 0], ValueError, "environment 1 cannot take action -1"),
        ([0, 2**62, 0], ValueError, "environment 1"),
    ],
)
def test_vector_actions(actions: Any, error: type[Exception], text: str) -> None:
    env = gym.make_vec(CURTAILMENT, num_envs=3)
    env.reset(seed=0)
    with pytest.raises(error, match=text):
        env.step(actions)
    env.step(np.zeros(3, np.int64))


@pytest.mark.parametrize("action", [2, -1, 2**70, "0", None, 0.5, float("nan"), [0, 1]])
def test_scalar_actions(action: Any) -> None:
    env = gym.make(CURTAILMENT).unwrapped
    env.reset(seed=0)
    with pytest.raises((TypeError, ValueError, OverflowError)):
        env.step(action)
    env.step(np.int32(1))


def test_all_integer_types_are_actions() -> None:
    env = gym.make_vec(CURTAILMENT, num_envs=3)
    results = []
    for dtype in (np.int8, np.uint16, np.int32, np.int64, np.uint64):
        env.reset(seed=0)
        results.append(env.step(np.array([0, 1, 1], dtype))[1].tolist())
    assert all(result == results[0] for result in results)
    env.reset(seed=0)
    strided = np.array([0, 9, 1, 9, 1, 9])[::2]
    assert env.step(strided)[1].tolist() == results[0]


def test_impossible_choices_are_replaced_or_refused() -> None:
    env = gym.make(SELFISH)
    env.reset(seed=0)
    wrong = int(np.argmin(env.unwrapped.action_masks()))
    info = env.step(wrong)[4]
    assert info["replaced"]
    strict = gym.make(SELFISH, impossible_actions="raise")
    _, info = strict.reset(seed=0)
    assert "replaced" not in info
    with pytest.raises(ValueError, match=f"cannot take action {wrong}"):
        strict.step(wrong)


def test_masks() -> None:
    env = gym.make_vec(SELFISH, num_envs=4)
    _, info = env.reset(seed=0)
    assert info["action_mask"].dtype == np.int8
    for _ in range(50):
        assert (env.action_masks() == info["action_mask"].astype(bool)).all()
        sample = env.single_action_space.sample(mask=info["action_mask"][0])
        *_, info = env.step(np.full(4, sample))
        assert not info["replaced"][0]


def test_order_of_calls() -> None:
    env = gym.make(CURTAILMENT).unwrapped
    with pytest.raises(ResetNeeded):
        env.step(0)
    with pytest.raises(ResetNeeded):
        env.policy("always")
    for one in (gym.make(SELFISH), gym.make_vec(SELFISH, num_envs=2)):
        with pytest.raises(ResetNeeded, match="mask before reset"):
            one.action_masks()
    vector = gym.make_vec(CURTAILMENT, num_envs=2, autoreset_mode="Disabled", max_episode_steps=1)
    with pytest.raises(ResetNeeded, match="environment 0"):
        vector.step([0, 0])
    vector.reset()
    vector.step([0, 0])
    with pytest.raises(ResetNeeded, match="environment 0"):
        vector.step([0, 0])
    vector.reset(options={"reset_mask": np.array([True, False])})
    with pytest.raises(ResetNeeded, match="environment 1"):
        vector.step([0, 0])
    for closed in (env, vector):
        closed.close()
        closed.close()
        with pytest.raises(ClosedEnvironmentError):
            closed.step(0)
        with pytest.raises(ClosedEnvironmentError):
            closed.reset()


@pytest.mark.parametrize(
    ("mask", "error"),
    [
        ([True, False], TypeError),
        (np.array([1, 0]), TypeError),
        (np.array([True]), ValueError),
        (np.array([False, False]), ValueError),
    ],
)
def test_reset_masks(mask: Any, error: type[Exception]) -> None:
    env = gym.make_vec(CURTAILMENT, num_envs=2)
    with pytest.raises(error, match="reset_mask"):
        env.reset(options={"reset_mask": mask})


@pytest.mark.parametrize("seed", [-1, 2**64, [1, 2, 3], [1, -1]])
def test_seeds(seed: Any) -> None:
    env = gym.make_vec(CURTAILMENT, num_envs=2)
    with pytest.raises(ValueError, match="seed"):
        env.reset(seed=seed)


@pytest.mark.parametrize(
    ("kwargs", "error", "text"),
    [
        ({"step": 3}, aicmp_env.ConfigError, "steps"),
        ({"steps": 0}, aicmp_env.ConfigError, r"^steps=0: steps: 0 is .*\[1, 10000000\]"),
        ({"steps": 1.5}, aicmp_env.ConfigError, "steps"),
        ({"steps": "many"}, aicmp_env.ConfigError, "steps"),
        ({"steps": None}, TypeError, "NoneType"),
        ({"idle_power": float("nan")}, aicmp_env.ConfigError, "idle_power"),
        ({"mode_hash": [0.5, 1.0]}, aicmp_env.ConfigError, "mode_hash"),
        ({"split": "validation"}, ValueError, "'train', 'test'"),
        ({"impossible_actions": "ignore"}, ValueError, "'replace', 'raise'"),
        ({"scenario": "no/such/file.toml"}, (aicmp_env.ConfigError, OSError), "no/such/file.toml"),
        ({"render_mode": "video"}, ValueError, "rgb_array"),
        ({"oracle": "yes"}, TypeError, "oracle is 'yes', not True or False"),
    ],
)
def test_arguments(kwargs: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        aicmp_env.AicmpEnv(CURTAILMENT, **kwargs)


@pytest.mark.parametrize(
    "kwargs",
    [{"num_envs": 0}, {"num_envs": -1}, {"num_threads": 0}, {"max_episode_steps": 0}],
)
def test_vector_arguments(kwargs: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="allowed: 1"):
        aicmp_env.AicmpVectorEnv(CURTAILMENT, **kwargs)


@pytest.mark.parametrize("key", ["num_envs", "num_threads", "max_episode_steps", "copy"])
def test_types_of_vector_arguments(key: str) -> None:
    with pytest.raises(TypeError, match=f"^{key} is 2.5, not"):
        aicmp_env.AicmpVectorEnv(CURTAILMENT, **{key: 2.5})


def test_reset_options_and_seeds() -> None:
    env = gym.make(CURTAILMENT)
    env.reset(options={})
    vector = gym.make_vec(CURTAILMENT, num_envs=2)
    for one in (env, vector):
        with pytest.raises(ValueError, match="no option 'reset_maks'"):
            one.reset(options={"reset_maks": np.array([True, False])})
    for seed in (1.5, "one", ["one", 2]):
        with pytest.raises(TypeError, match="not an integer"):
            vector.reset(seed=seed)


def test_bad_scenario_file(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text("steps = 10\nidle_powr = 0.5\n")
    with pytest.raises(aicmp_env.ConfigError, match=r"bad\.toml:2: idle_powr.*idle_power"):
        gym.make(CURTAILMENT, scenario=file)
    file.write_text("steps = 10\nidle_power = 0.5\n")
    assert gym.make(CURTAILMENT, scenario=file, steps=20).unwrapped.problem_spec.max_steps == 20


def test_unknown_problem_and_policy() -> None:
    with pytest.raises(aicmp_env.ConfigError, match="AICMP/Curtailment-v0"):
        aicmp_env.AicmpEnv("AICMP/Nothing-v0")
    env = gym.make(CURTAILMENT).unwrapped
    env.reset(seed=0)
    with pytest.raises(ValueError, match="hysteresis"):
        env.policy("best")
    with pytest.raises(TypeError, match="no parameter"):
        env.policy("always", power=3)
    with pytest.raises(TypeError):
        env.policy("hysteresis", **{next(iter(parameters(env, "hysteresis"))): "high"})


def parameters(env: Any, policy: str) -> list[str]:
    found = next(p for p in env.problem_spec.policies if p.name == policy)
    return [field.name for field in found.parameters]


@pytest.mark.parametrize("state", [b"", b"no state", "text", None])
def test_states(state: Any) -> None:
    env = gym.make(CURTAILMENT).unwrapped
    env.reset(seed=0)
    with pytest.raises((ValueError, TypeError)):
        env.set_state(state)
    vector = gym.make_vec(CURTAILMENT, num_envs=2)
    vector.reset(seed=0)
    with pytest.raises(ValueError, match="states for 2"):
        vector.set_state([])


def test_two_threads_in_one_environment_get_an_error_not_a_race() -> None:
    env = gym.make_vec("AICMP/ShareDifficulty-v0", num_envs=4096)
    env.reset(seed=0)
    actions = np.zeros(4096, np.int64)
    refused = []

    def step() -> None:
        for _ in range(50):
            try:
                env.step(actions)
            except RuntimeError as error:
                refused.append(str(error))

    threads = [threading.Thread(target=step) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("another thread" in text for text in refused)
    env.step(actions)
