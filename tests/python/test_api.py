import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import aicmp_env
import gymnasium as gym
import numpy as np
import pytest
from conftest import random_actions
from gymnasium.utils.env_checker import check_env


def test_policies_and_the_optimum_need_no_unwrapping(problem: str) -> None:
    env = gym.make(problem)
    env.reset(seed=1)
    for policy in env.problem_spec.policies:
        assert env.action_space.contains(env.policy(policy.name))
    assert env.optimum() is not None or problem == "AICMP/Pool-v0"


def test_gymnasium_check(problem: str) -> None:
    check_env(gym.make(problem).unwrapped, skip_render_check=True)


def test_render_modes(problem: str) -> None:
    for mode in ("ansi", "rgb_array"):
        env = gym.make(problem, render_mode=mode)
        with pytest.raises(gym.error.ResetNeeded):
            env.render()
        env.reset(seed=1)
        first = env.render()
        env.step(env.unwrapped.policy(env.unwrapped.problem_spec.policies[0].name))
        second = env.render()
        if mode == "ansi":
            assert "step 0" in first
            assert "step 1" in second
        else:
            assert first.dtype == np.uint8
            assert first.shape == second.shape
            assert first.shape[2] == 3
            assert (first != second).any()
        env.close()


def test_spaces_derive_from_the_spec(problem: str) -> None:
    spec = aicmp_env.spec(problem)
    env = gym.make(problem)
    assert env.observation_space.shape == (len(spec.observation),)
    assert [f"{f.low:.4g}" for f in spec.observation] == [
        f"{low:.4g}" for low in env.observation_space.low
    ]
    _, info = env.reset()
    names = ["dt", *(f.name for f in spec.parts), *(f.name for f in spec.measures)]
    assert list(info)[: len(names)] == names


def test_parts_sum_to_the_reward(problem: str) -> None:
    env = gym.make_vec(problem, num_envs=64)
    parts = [part.name for part in env.problem_spec.parts]
    env.reset(seed=5)
    for actions, _ in zip(random_actions(env, 1), range(200)):
        observation, reward, _, _, info = env.step(actions)
        total = np.zeros(64)
        for part in parts:
            total += info[part]
        assert (total == reward).all()
        assert np.isfinite(observation).all()
        assert env.observation_space.contains(observation)


def rollout(env: Any, steps: int, seed: int = 7) -> list[Any]:
    observation, _ = env.reset(seed=seed)
    seen = [observation.copy()]
    for actions, _ in zip(random_actions(env, 3), range(steps)):
        observation, reward, *_ = env.step(actions)
        seen += [observation.copy(), reward.copy()]
    return seen


def test_same_seed_same_rollout_and_another_seed_another(problem: str) -> None:
    runs = [rollout(gym.make_vec(problem, num_envs=8), 50, seed) for seed in (7, 7, 8)]
    assert all((a == b).all() for a, b in zip(runs[0], runs[1], strict=True))
    assert any((a != b).any() for a, b in zip(runs[0], runs[2], strict=True))


def test_test_split_has_other_worlds(problem: str) -> None:
    train, test = (
        rollout(gym.make_vec(problem, num_envs=8, split=s), 50) for s in ("train", "test")
    )
    assert any((a != b).any() for a, b in zip(train, test, strict=True))


def test_unseeded_resets_go_on_through_episodes_of_the_seed(problem: str) -> None:
    env = gym.make(problem)
    first = env.reset(seed=3)[0]
    second = env.reset()[0]
    again = env.reset(seed=3)[0]
    assert (first == again).all()
    assert (env.reset()[0] == second).all()


def test_pickle_and_deepcopy_keep_the_episode(problem: str) -> None:
    env = gym.make(problem).unwrapped
    env.reset(seed=11)
    policy = env.problem_spec.policies[0].name
    for _ in range(3):
        env.step(env.policy(policy))
    copies = [env, pickle.loads(pickle.dumps(env)), copy.deepcopy(env)]
    for _ in range(5):
        action = env.policy(policy)
        results = [e.step(action) for e in copies]
        for other in results[1:]:
            assert (other[0] == results[0][0]).all()
            assert other[1:4] == results[0][1:4]


def test_pickled_vector_goes_on(problem: str) -> None:
    env = gym.make_vec(problem, num_envs=5)
    env.reset(seed=2)
    other = pickle.loads(pickle.dumps(env))
    actions = next(random_actions(env, 0))
    for a, b in zip(env.step(actions)[:4], other.step(actions)[:4], strict=True):
        assert (a == b).all()
    assert other.spec.id == problem


def test_states_of_a_vector_are_restored_all_or_none(problem: str) -> None:
    env = gym.make_vec(problem, num_envs=3)
    observation, _ = env.reset(seed=1)
    states = env.get_state()
    actions = env.policy(env.problem_spec.policies[0].name)
    first = env.step(actions)
    with pytest.raises(ValueError, match="not a state"):
        env.set_state([states[0], states[1], b"else"])
    assert (env.set_state(states) == observation).all()
    assert (env.step(actions)[0] == first[0]).all()


def test_a_partial_reset_leaves_the_other_rows() -> None:
    """Whatever the caller did to the arrays that it was given."""
    env = gym.make_vec("AICMP/Curtailment-v0", num_envs=3)
    env.reset(seed=1)
    seen, *_, info = env.step(np.ones(3, int))
    expected = seen.copy()
    seen += 1.0
    info["revenue"] += 1.0
    only_first = {"reset_mask": np.array([True, False, False])}
    after, info = env.reset(options=only_first)
    assert (after[1:] == expected[1:]).all()
    assert (info["revenue"] == 0.0).all()


def test_set_state_goes_back(problem: str) -> None:
    env = gym.make(problem).unwrapped
    observation, _ = env.reset(seed=1)
    state = env.get_state()
    action = env.policy(env.problem_spec.policies[0].name)
    first = env.step(action)
    assert (env.set_state(state) == observation).all()
    second = env.step(action)
    assert (first[0] == second[0]).all()
    assert first[1:4] == second[1:4]


def test_every_policy_takes_possible_actions(problem: str) -> None:
    env = gym.make_vec(problem, num_envs=32, impossible_actions="raise")
    for policy in env.problem_spec.policies:
        env.reset(seed=9)
        for _ in range(50):
            env.step(env.policy(policy.name))


def test_fresh_arrays_unless_copy_is_off(problem: str) -> None:
    for fresh in (True, False):
        env = gym.make_vec(problem, num_envs=3, copy=fresh)
        first, _ = env.reset(seed=1)
        actions = random_actions(env, 1)
        second = env.step(next(actions))[0]
        third = env.step(next(actions))[0]
        assert np.shares_memory(second, third) == (not fresh)
        assert np.shares_memory(first, second) == (not fresh)


HELD = {
    "observation": lambda result: result[0],
    "row": lambda result: result[0][1],
    "memory": lambda result: memoryview(result[0]),
    "reward": lambda result: result[1],
    "flags": lambda result: result[2],
    "info": lambda result: result[4]["dt"],
    "all of info": lambda result: result[4]["dt"].base,
    "mask": lambda result: result[4].get("action_mask"),
}


@pytest.mark.parametrize("part", HELD)
def test_what_is_held_is_never_overwritten(problem: str, part: str) -> None:
    env = gym.make_vec(problem, num_envs=3)
    env.reset(seed=1)
    actions = random_actions(env, 1)
    held: list[Any] = []
    seen: list[bytes] = []
    for _ in range(4):
        held.append(HELD[part](env.step(next(actions))))
        seen.append(np.asarray(held[-1]).tobytes())
        for _ in range(4):
            env.step(next(actions))
    assert [np.asarray(memory).tobytes() for memory in held] == seen


def test_arrays_are_used_again_only_as_they_were_made() -> None:
    env = gym.make_vec("AICMP/ShareDifficulty-v0", num_envs=4)
    plain = gym.make_vec("AICMP/ShareDifficulty-v0", num_envs=4)
    for each in (env, plain):
        each.reset(seed=1)
    for _ in range(6):
        actions = env.policy("fixed")
        result, expected = env.step(actions), plain.step(actions)
        for array, other in zip(result[:4], expected[:4], strict=True):
            assert array.shape == other.shape
            assert (array == other).all()
        assert (result[4]["excess"] == expected[4]["excess"]).all()
        result[0].setflags(write=False)
        result[1].shape = (2, 2)
        result[4]["excess"].shape = (2, 2)
        result[4].clear()


def test_copy_off_gives_the_same_numbers(problem: str) -> None:
    a, b = (rollout(gym.make_vec(problem, num_envs=4, copy=c), 30) for c in (True, False))
    assert all((x == y).all() for x, y in zip(a, b, strict=True))


def test_max_episode_steps(problem: str) -> None:
    env = gym.make_vec(problem, num_envs=4, max_episode_steps=3, autoreset_mode="Disabled")
    env.reset(seed=1)
    for step in range(3):
        _, _, terminated, truncated, _ = env.step(env.policy(env.problem_spec.policies[0].name))
        assert (truncated == (step == 2)).all() or terminated.any()


def test_seed_lists_with_holes(problem: str) -> None:
    env = gym.make_vec(problem, num_envs=3)
    first, _ = env.reset(seed=[5, 6, 7])
    second, _ = env.reset(seed=[5, None, 7])
    assert (first[[0, 2]] == second[[0, 2]]).all()
    single = gym.make(problem)
    single.reset(seed=6)
    assert (single.reset()[0] == second[1]).all()


def test_missing_packages_are_named_with_their_extra() -> None:
    code = (
        "import sys; sys.modules['pyarrow'] = sys.modules['matplotlib'] = None\n"
        "import aicmp_env, gymnasium as gym\n"
        "env = gym.make('AICMP/Reserve-v0', render_mode='rgb_array'); env.reset(seed=1)\n"
        "for extra, call in {'render': env.render, 'tables': lambda: "
        "aicmp_env.Run('.').to_parquet('.')}.items():\n"
        "    try: call()\n"
        "    except ModuleNotFoundError as error: assert repr(extra) in str(error), error\n"
        "    else: raise AssertionError(extra)"
    )
    path = str(Path(aicmp_env.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def test_works_without_torch() -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "import aicmp_env, gymnasium as gym\n"
        "gym.make('AICMP/Reserve-v0').reset(seed=1)\n"
        "assert not any(m.startswith(('torch.', 'pandas', 'matplotlib')) for m in sys.modules)"
    )
    path = str(Path(aicmp_env.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
