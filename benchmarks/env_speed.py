"""Steps a second of the environments, against EnvPool's CartPole and Gymnasium's SyncVectorEnv.

    .venv/bin/python benchmarks/env_speed.py

prints everything in three minutes: steps a second at 16 and 1024 environments with one and with two
threads, what the second thread gains, and what the binding costs. Ratios to EnvPool need
`pip install envpool`.

All contenders take turns within a round, so that a busy machine slows them alike; a figure is the
median over rounds. Actions are drawn before the clock runs. `--clock cpu` counts the processor time
of all threads instead of the time that passes, for machines that others use as well.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import aicmp_env
import gymnasium as gym
import numpy as np
from aicmp_env import _core

CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
Stepper = Callable[[int], None]  # takes a number of calls


def actions_of(space: gym.Space, batch: int) -> list[np.ndarray]:
    space.seed(1)
    return [np.stack([space.sample() for _ in range(batch)]) for _ in range(16)]


def stepper(step: Callable[[np.ndarray], object], actions: list[np.ndarray]) -> Stepper:
    def run(calls: int) -> None:
        for k in range(calls):
            step(actions[k % len(actions)])

    return run


def native(problem: str, batch: int, threads: int, **kwargs: object) -> Stepper:
    env = gym.make_vec(problem, num_envs=batch, num_threads=threads, **kwargs)
    env.reset(seed=1)
    return stepper(env.step, actions_of(env.single_action_space, batch))


def sync(problem: str, batch: int) -> Stepper:
    env = gym.vector.SyncVectorEnv([lambda: gym.make(problem)] * batch)
    env.reset(seed=1)
    return stepper(env.step, actions_of(env.single_action_space, batch))


def envpool_cartpole(batch: int, threads: int) -> Stepper | None:
    try:
        import envpool
    except ImportError:
        return None
    env = envpool.make_gymnasium("CartPole-v1", num_envs=batch, num_threads=threads)
    env.reset()
    actions = [np.random.default_rng(k).integers(2, size=batch).astype(np.int32) for k in range(16)]
    return stepper(env.step, actions)


def calls_for(run: Stepper, seconds: float) -> int:
    run(2)
    calls, spent = 2, 0.0
    while spent < seconds / 4:
        calls *= 2
        start = time.perf_counter()
        run(calls)
        spent = time.perf_counter() - start
    return max(1, round(calls * seconds / spent))


def measure(
    contenders: dict[str, Stepper], rounds: int, seconds: float, clock: str
) -> dict[str, list[float]]:
    """Seconds a call, by round."""
    now = CLOCKS[clock]
    calls = {name: calls_for(run, seconds) for name, run in contenders.items()}
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            start = now()
            run(calls[name])
            times[name].append((now() - start) / calls[name])
    return times


def ratio(a: list[float], b: list[float]) -> float:
    """How many times as fast `b` is as `a`, round by round."""
    return statistics.median(x / y for x, y in zip(a, b, strict=True))


def steps_table(batch: int, threads: int, rounds: int, seconds: float, clock: str) -> None:
    contenders = {problem: native(problem, batch, threads) for problem in aicmp_env.problems()}
    pool = envpool_cartpole(batch, threads)
    if pool is not None:
        contenders["EnvPool CartPole-v1"] = pool
    scalar = "AICMP/Curtailment-v0"
    contenders[f"SyncVectorEnv of {scalar}"] = sync(scalar, batch)
    times = measure(contenders, rounds, seconds, clock)
    print(f"\n{batch} environments, {threads} thread(s), {clock} time")
    print(f"  {'':44}{'steps/s':>12}{'us a call':>12}{'x EnvPool':>11}")
    for name, seen in times.items():
        mean = statistics.median(seen)
        against = ratio(times["EnvPool CartPole-v1"], seen) if pool is not None else float("nan")
        print(f"  {name:44}{batch / mean:12,.0f}{1e6 * mean:12.1f}{against:11.1f}")
    gain = ratio(times[f"SyncVectorEnv of {scalar}"], times[scalar])
    print(f"  {scalar} is {gain:.0f} times as fast as SyncVectorEnv of it")


def threads_table(batch: int, rounds: int, seconds: float) -> None:
    print(f"\n{batch} environments: how many times as fast with 2 threads as with 1")
    for problem in aicmp_env.problems():
        times = measure(
            {str(threads): native(problem, batch, threads) for threads in (1, 2)},
            rounds,
            seconds,
            "wall",
        )
        print(f"  {problem:44}{ratio(times['1'], times['2']):12.2f}")


def binding_table(rounds: int, seconds: float, clock: str) -> None:
    """What Python adds to a call: that of a step of a batch of one, less the step itself."""
    print("\nbinding, us a call (Curtailment, one environment)")
    batch = _core.Batch("AICMP/Curtailment-v0", autoreset=_core.Autoreset.NEXT_STEP, copy=False)
    batch.reset([1])
    vector = native("AICMP/Curtailment-v0", 1, 1, copy=False)
    fresh = native("AICMP/Curtailment-v0", 1, 1)
    wide = native("AICMP/Curtailment-v0", 257, 1, copy=False)
    action = [np.ones(1, np.int64)]
    times = measure(
        {
            "step of the module": stepper(batch.step, action),
            "step of AicmpVectorEnv, copy=False": vector,
            "step of AicmpVectorEnv": fresh,
            "257 environments": wide,
        },
        rounds,
        seconds,
        clock,
    )
    per_step = statistics.median(
        (w - v) / 256
        for w, v in zip(
            times["257 environments"], times["step of AicmpVectorEnv, copy=False"], strict=True
        )
    )
    for name, seen in times.items():
        if name != "257 environments":
            print(f"  {name:44}{1e6 * (statistics.median(seen) - per_step):12.2f}")
    print(f"  {'one more environment in the batch':44}{1e6 * per_step:12.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.2, help="of each measurement")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    options = parser.parse_args()
    for batch in (16, 1024):
        for threads in options.threads:
            steps_table(batch, threads, options.rounds, options.seconds, options.clock)
    if options.clock == "wall":
        threads_table(1024, options.rounds, options.seconds)
    binding_table(options.rounds, options.seconds, options.clock)


if __name__ == "__main__":
    main()
