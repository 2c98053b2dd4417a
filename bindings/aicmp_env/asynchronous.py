"""Environments that step in the background, group by group, with EnvPool's `send` and `recv`."""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any

import numpy as np
from gymnasium.error import ClosedEnvironmentError, ResetNeeded
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from aicmp_env.vector import AicmpVectorEnv

Received = tuple[
    NDArray[np.float32], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]
]


class AsyncEnvs:
    """`num_envs` environments in groups of `batch_size`; a group is received when it has stepped.

    While one group steps, the caller computes the actions of another. Where an episode has ended,
    the next step ignores its action and begins a new one (`AutoresetMode.NEXT_STEP`).

    Args:
        problem: Id of the problem.
        num_envs: How many; a multiple of `batch_size`.
        batch_size: Environments that are sent and received together.
        num_threads: Groups that step at a time.
        seed: Environment `i` has the seed `seed + i`; None for seeds that differ from run to run.
        kwargs: Other arguments of `AicmpVectorEnv`.

    Example:
        envs = AsyncEnvs("AICMP/Reserve-v0", num_envs=64, batch_size=16, num_threads=2)
        envs.async_reset()
        while True:
            observation, reward, terminated, truncated, info = envs.recv()
            envs.send(act(observation), info["env_id"])
    """

    def __init__(
        self,
        problem: str,
        num_envs: int,
        batch_size: int,
        *,
        num_threads: int = os.cpu_count() or 1,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        if batch_size < 1 or num_envs < 1 or num_envs % batch_size:
            raise ValueError(f"num_envs {num_envs} is not a multiple of batch_size {batch_size}")
        if num_threads < 1:
            raise ValueError(f"num_threads is {num_threads} (allowed: 1 or more)")
        self.num_envs = num_envs
        self.batch_size = batch_size
        self._seed = seed
        self._groups = [
            AicmpVectorEnv(problem, batch_size, autoreset_mode=AutoresetMode.NEXT_STEP, **kwargs)
            for _ in range(num_envs // batch_size)
        ]
        self._elapsed = np.zeros((len(self._groups), batch_size), np.int64)
        self._ended = np.zeros((len(self._groups), batch_size), np.bool_)
        self._under_way: set[int] = set()
        self._ready: SimpleQueue[tuple[int, Future[Received]]] = SimpleQueue()
        self._threads: ThreadPoolExecutor | None = ThreadPoolExecutor(num_threads)
        self._started = False
        self.problem_spec = self._groups[0].problem_spec
        self.single_observation_space = self._groups[0].single_observation_space
        self.single_action_space = self._groups[0].single_action_space

    def async_reset(self) -> None:
        """Starts an episode in all environments; `recv` then gives the first observations."""
        if self._under_way:
            raise RuntimeError("async_reset() while environments step: recv() them first")
        self._started = True
        for group in range(len(self._groups)):
            self._submit(group, self._reset)

    def send(self, actions: Any, env_id: Any) -> None:
        """Steps a group that was received; `env_id` as it was there."""
        if not self._started:
            raise ResetNeeded("send() before async_reset()")
        ids = np.asarray(env_id)
        group = int(ids.flat[0]) // self.batch_size if ids.size else -1
        if not 0 <= group < len(self._groups) or not np.array_equal(ids, self._ids(group)):
            raise ValueError("env_id is not that of a group as recv() gave it")
        if group in self._under_way:
            raise ValueError(f"environments {ids[0]} to {ids[-1]} step already: recv() them first")
        self._submit(group, self._step, np.array(actions))

    def recv(self) -> Received:
        """Waits for a group: (observation, reward, terminated, truncated, info) of `batch_size`.

        `info` has `env_id` and `elapsed_step` beside what `AicmpVectorEnv` gives. An error of the
        group's step is raised here.
        """
        if not self._under_way:
            raise RuntimeError("recv() of nothing: send() actions first")
        group, future = self._ready.get()
        self._under_way.remove(group)
        try:
            return future.result()
        except Exception as error:
            first = group * self.batch_size
            error.add_note(f"in environments {first} to {first + self.batch_size - 1}")
            raise

    def step(self, actions: Any, env_id: Any) -> Received:
        """`send` and `recv`: what is received may be another group."""
        self.send(actions, env_id)
        return self.recv()

    def close(self) -> None:
        """Waits for what is under way, and frees the environments."""
        if self._threads is not None:
            self._threads.shutdown()
            self._threads = None
            for group in self._groups:
                group.close()

    def _submit(self, group: int, work: Any, *arguments: Any) -> None:
        if self._threads is None:
            raise ClosedEnvironmentError("the environments are closed: make new ones")
        self._under_way.add(group)
        future = self._threads.submit(work, group, *arguments)
        future.add_done_callback(lambda done: self._ready.put((group, done)))

    def _ids(self, group: int) -> NDArray[np.int64]:
        return np.arange(group * self.batch_size, (group + 1) * self.batch_size)

    def _reset(self, group: int) -> Received:
        seed = None if self._seed is None else self._seed + group * self.batch_size
        observation, info = self._groups[group].reset(seed=seed)
        nothing = np.zeros(self.batch_size, np.bool_)
        self._elapsed[group] = 0
        self._ended[group] = False
        info |= {"env_id": self._ids(group), "elapsed_step": self._elapsed[group].copy()}
        return observation, np.zeros(self.batch_size), nothing, nothing.copy(), info

    def _step(self, group: int, actions: NDArray[Any]) -> Received:
        observation, reward, terminated, truncated, info = self._groups[group].step(actions)
        elapsed = self._elapsed[group]
        elapsed[:] = np.where(self._ended[group], 0, elapsed + 1)
        self._ended[group] = terminated | truncated
        info |= {"env_id": self._ids(group), "elapsed_step": elapsed.copy()}
        return observation, reward, terminated, truncated, info
