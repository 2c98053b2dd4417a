"""A decision problem as keyword arguments name it, and the spaces that its spec gives."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, cast

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from aicmp_env import _core

Observation = NDArray[np.float32]
Split = Literal["train", "test"]
ImpossibleActions = Literal["replace", "raise"]

_SPLITS = {"train": 0, "test": 1}


def to_toml(value: Any) -> str:
    """Writes an option's value as TOML: a number, bool, text or path, or lists or dicts of them."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str | os.PathLike):
        return json.dumps(os.fspath(value), ensure_ascii=False)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(to_toml, value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(k)} = {to_toml(v)}" for k, v in value.items()) + "}"
    raise TypeError(f"an option cannot be of type {type(value).__name__}: {value!r}")


def to_overrides(options: Mapping[str, Any]) -> list[str]:
    """Writes options as the overrides of a scenario: `key=value`."""
    return [f"{key}={to_toml(value)}" for key, value in options.items()]


@contextmanager
def python_errors() -> Iterator[None]:
    """Errors about an option name it as Python sets it, not as the command line does."""
    try:
        yield
    except _core.ConfigError as error:
        raise _core.ConfigError(str(error).removeprefix("--set ")) from None


def make_batch(
    problem: str,
    *,
    size: int,
    threads: int = 1,
    autoreset: _core.Autoreset = _core.Autoreset.DISABLED,
    split: Split = "train",
    oracle: bool = False,
    max_steps: int | None = None,
    scenario: str | os.PathLike[str] | None = None,
    options: Mapping[str, Any],
    copy: bool = True,
    impossible_actions: ImpossibleActions = "replace",
) -> _core.Batch:
    """Makes a batch, with errors that name the argument of Python."""
    if split not in _SPLITS:
        raise ValueError(f"split is {split!r} (allowed: 'train', 'test')")
    if impossible_actions not in ("replace", "raise"):
        raise ValueError(
            f"impossible_actions is {impossible_actions!r} (allowed: 'replace', 'raise')"
        )
    check_count("num_envs", size)
    check_count("num_threads", threads)
    if max_steps is not None:
        check_count("max_episode_steps", max_steps)
    check_flag("oracle", oracle)
    check_flag("copy", copy)
    with python_errors():
        return _core.Batch(
            problem,
            size=size,
            threads=threads,
            autoreset=autoreset,
            split=_SPLITS[split],
            oracle=oracle,
            max_steps=max_steps or 0,
            file="" if scenario is None else os.fspath(scenario),
            overrides=to_overrides(options),
            copy=copy,
            replace_impossible=impossible_actions == "replace",
        )


def observation_space(spec: _core.ProblemSpec) -> gym.Space[Observation]:
    """One float32 per field of the observation."""
    low = np.array([field.low for field in spec.observation], np.float32)
    high = np.array([field.high for field in spec.observation], np.float32)
    return cast(gym.Space[Observation], spaces.Box(low, high, dtype=np.float32))


def action_space(spec: _core.ProblemSpec) -> gym.Space[Any]:
    """Discrete, MultiDiscrete or Box, as the action is."""
    counts = [len(choices.choices) for choices in spec.action.sets]
    if len(counts) == 1:
        return spaces.Discrete(counts[0])
    if counts:
        return spaces.MultiDiscrete(counts)
    low = np.array([field.low for field in spec.action.numbers], np.float32)
    high = np.array([field.high for field in spec.action.numbers], np.float32)
    return spaces.Box(low, high, dtype=np.float32)


def check_count(name: str, value: Any) -> None:
    """TypeError or ValueError unless `value` is an integer above zero."""
    if not isinstance(value, int | np.integer):
        raise TypeError(f"{name} is {value!r}, not an integer")
    if value < 1:
        raise ValueError(f"{name} is {value} (allowed: 1 or more)")


def check_flag(name: str, value: Any) -> None:
    """TypeError unless `value` is a truth value."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} is {value!r}, not True or False")


def check_reset_options(options: Mapping[str, Any] | None, *known: str) -> Mapping[str, Any]:
    """The options of a reset; ValueError if one is not `known`."""
    for key in options or {}:
        if key not in known:
            allowed = ", ".join(known) or "none"
            raise ValueError(f"reset has no option {key!r} (allowed: {allowed})")
    return options or {}


def check_seed(seed: Any) -> int:
    """Seeds are 64 bits wide."""
    if not isinstance(seed, int | np.integer):
        raise TypeError(f"seed is {seed!r}, not an integer")
    if not 0 <= seed < 2**64:
        raise ValueError(f"seed is {seed} (allowed: 0 to 2**64 - 1)")
    return int(seed)
