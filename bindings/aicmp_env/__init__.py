"""Decision problems of Bitcoin mining pools for reinforcement learning, and the simulator.

Importing the package registers all problems with Gymnasium:

    import aicmp_env, gymnasium as gym
    env = gym.make("AICMP/Curtailment-v0")
"""

from aicmp_env import _core
from aicmp_env._core import ConfigError, IoError, Optimum, ProblemSpec, Score
from aicmp_env.asynchronous import AsyncEnvs
from aicmp_env.env import AicmpEnv
from aicmp_env.evaluation import Evaluation, evaluate
from aicmp_env.experiment import Run, RunError, compare, run
from aicmp_env.problem import make_batch as _make_batch
from aicmp_env.registration import register_all
from aicmp_env.vector import AicmpVectorEnv

__all__ = [
    "AicmpEnv",
    "AicmpVectorEnv",
    "AsyncEnvs",
    "ConfigError",
    "Evaluation",
    "IoError",
    "Optimum",
    "ProblemSpec",
    "Run",
    "RunError",
    "Score",
    "compare",
    "evaluate",
    "options",
    "problems",
    "register_all",
    "run",
    "spec",
]


def problems() -> list[str]:
    """Ids of all decision problems."""
    return _core.problem_ids()


def spec(problem: str, **options: object) -> ProblemSpec:
    """What a problem is: spaces, reward, policies."""
    return _make_batch(problem, size=1, options=options).spec


def options(problem: str) -> list[_core.Option]:
    """The options of a problem: keyword arguments of `gym.make`, keys of its TOML file."""
    return _core.problem_options(problem)


register_all()
