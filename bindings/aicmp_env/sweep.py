"""Many studies at once: over processes of this machine, or over a Ray cluster (extra `ray`).

Tasks are descriptions that are equal everywhere; each is done once, and what it found is kept in a
folder, so an interrupted sweep goes on where it stopped. What another version of the program found
is not used.

    from aicmp_env import sweep
    tasks = sweep.simulations(["scenarios/quickstart.toml"], schemes=["eta:0.8", "pplns"])
    tasks += sweep.evaluations(["AICMP/Reserve-v0"], policies=["band", "pps"], seeds=range(4))
    table = sweep.run(tasks, "runs/sweep", workers=2)
"""

import hashlib
import itertools
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aicmp_env import experiment
from aicmp_env.evaluation import evaluate
from aicmp_env.extras import needs
from aicmp_env.problem import to_overrides

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]
Result = tuple[str, list[Row]]  # of the task with that key


@dataclass(frozen=True)
class Simulation:
    """One scenario under one scheme and seed.

    `scenario` is complete TOML, so that no other file is needed where it runs, but for data files
    that it names.
    """

    name: str
    scenario: str
    scheme: str | None
    seed: int
    overrides: dict[str, Any] = field(default_factory=dict)

    def run(self) -> list[Row]:
        """One row per measure: its mean over replications."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "scenario.toml"
            file.write_text(self.scenario)
            schemes = [] if self.scheme is None else [self.scheme]
            out = Path(folder) / "out"
            summary = experiment.run(file, schemes=schemes, seed=self.seed, out=out).summary
        given = {"scenario": self.name, "seed": self.seed, **self.overrides}
        measures = {"": summary["world"], **summary["schemes"]}
        return [
            {**given, "scheme": scheme, "measure": measure, "value": value and value["mean"]}
            for scheme, values in measures.items()
            for measure, value in values.items()
        ]


@dataclass(frozen=True)
class PolicyEvaluation:
    """One named policy of a decision problem, on the held-out worlds of a seed."""

    problem: str
    policy: str
    seed: int
    episodes: int
    options: dict[str, Any] = field(default_factory=dict)

    def run(self) -> list[Row]:
        """Mean and standard error of the score."""
        # Neighbouring seeds of a sweep share no episode.
        first = self.seed * self.episodes
        found = evaluate(
            self.problem, self.policy, episodes=self.episodes, seed=first, **self.options
        )
        given = {"problem": self.problem, "policy": self.policy, "seed": self.seed, **self.options}
        return [
            {**given, "measure": "score", "value": found.mean},
            {**given, "measure": "score_standard_error", "value": found.standard_error},
        ]


Task = Simulation | PolicyEvaluation


def simulations(
    scenarios: Iterable[str | os.PathLike[str]],
    *,
    schemes: Sequence[str | None] = (None,),
    seeds: Iterable[int] = (1,),
    overrides: Sequence[Mapping[str, Any]] = ({},),
) -> list[Simulation]:
    """Every scenario with every set of overrides, scheme and seed.

    A scheme is as in `aicmp compare`; None is all those of the scenario. Schemes of one seed meet
    the same random numbers. Raises ConfigError for what a scenario does not take.
    """
    tasks = []
    for scenario, changes in itertools.product(scenarios, overrides):
        complete = experiment.call_program(
            "scenario",
            "show",
            os.fspath(scenario),
            *(word for text in to_overrides(changes) for word in ("--set", text)),
        )
        tasks += [
            Simulation(Path(scenario).stem, complete, scheme, seed, dict(changes))
            for scheme, seed in itertools.product(schemes, list(seeds))
        ]
    return tasks


def evaluations(
    problems: Iterable[str],
    *,
    policies: Sequence[str],
    seeds: Iterable[int] = (0,),
    episodes: int = 100,
    options: Sequence[Mapping[str, Any]] = ({},),
) -> list[PolicyEvaluation]:
    """Every problem with every set of options, policy and seed."""
    return [
        PolicyEvaluation(problem, policy, seed, episodes, dict(chosen))
        for problem, chosen, policy, seed in itertools.product(
            problems, options, policies, list(seeds)
        )
    ]


def run(
    tasks: Sequence[Task],
    folder: str | os.PathLike[str],
    *,
    backend: Literal["processes", "ray"] = "processes",
    workers: int | None = None,
    progress: bool = True,
) -> "pd.DataFrame":
    """Does the tasks that `folder` has no result of yet; returns all results in order of tasks.

    The table is the same for any backend, number of workers and interruption.

    Args:
        tasks: What to do; equal ones are done once.
        folder: Results, one JSON file per task.
        backend: "processes" of this machine, or "ray" for the cluster that Ray is connected to (a
            local one if none is); tasks of a node that is lost are done again elsewhere.
        workers: Processes; None for one per core. Ray goes by the cores of the cluster.
        progress: A line on standard error, redrawn on a terminal.

    Raises:
        ConfigError, RunError: what the first failing task raised. What was done is kept.
    """
    with needs("tables"):
        import pandas as pd

    store = Path(folder)
    store.mkdir(parents=True, exist_ok=True)
    program = experiment.call_program("--version").strip()
    keys = [key_of(task, program) for task in tasks]
    files = {key: store / f"{key}.json" for key in keys}
    open_tasks = {key: task for key, task in zip(keys, tasks) if not files[key].exists()}
    bar = _Progress(len(files), len(files) - len(open_tasks), progress)
    done = _by_ray(open_tasks) if backend == "ray" else _by_processes(open_tasks, workers)
    for key, rows in done:
        _write(files[key], {"program": program, "task": asdict(open_tasks[key]), "rows": rows})
        bar.advance()
    bar.close()
    rows = [row for key in keys for row in json.loads(files[key].read_text())["rows"]]
    return pd.DataFrame(rows)


def key_of(task: Task, program: str) -> str:
    """Name of a task as a program (`aicmp --version`) does it."""
    text = json.dumps([program, type(task).__name__, asdict(task)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _do(task: Task) -> list[Row]:
    return task.run()


def _by_processes(
    tasks: Mapping[str, Task], workers: int | None
) -> Iterator[tuple[str, list[Row]]]:
    if not tasks:
        return
    # Forked children would inherit the threads of this process as locks that nobody releases.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = {pool.submit(_do, task): key for key, task in tasks.items()}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _by_ray(tasks: Mapping[str, Task]) -> Iterator[Result]:
    import ray

    if not ray.is_initialized():
        ray.init(log_to_driver=False)
    remote = ray.remote(max_retries=-1)(_do)
    keys = {remote.remote(task): key for key, task in tasks.items()}
    waiting = list(keys)
    try:
        while waiting:
            ready, waiting = ray.wait(waiting)
            for reference in ready:
                yield keys[reference], ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None
    finally:
        for reference in waiting:
            ray.cancel(reference, force=True)


def _write(file: Path, content: dict[str, Any]) -> None:
    """All or nothing, whenever the process is killed."""
    partial = file.with_suffix(f".{os.getpid()}.tmp")
    partial.write_text(json.dumps(content))
    partial.replace(file)


class _Progress:
    def __init__(self, total: int, done: int, shown: bool) -> None:
        self._total = total
        self._done = done
        self._shown = shown
        self._redraws = sys.stderr.isatty()
        self._draw()

    def advance(self) -> None:
        self._done += 1
        self._draw()

    def close(self) -> None:
        if self._shown and self._redraws:
            print(file=sys.stderr)

    def _draw(self) -> None:
        if not self._shown:
            return
        full = 30 * self._done // max(self._total, 1)
        line = f"sweep [{'#' * full}{'.' * (30 - full)}] {self._done}/{self._total}"
        print(line, end="\r" if self._redraws else "\n", file=sys.stderr, flush=True)
