"""
The compiled part of aicmp_env: decision problems, stepped in batches.
"""
from __future__ import annotations
import collections.abc
import enum
import numpy
import numpy.typing
import typing
__all__: list[str] = ['ActionSpec', 'Autoreset', 'Batch', 'ChoiceSet', 'ConfigError', 'Field', 'IoError', 'Optimum', 'Option', 'PolicySpec', 'ProblemSpec', 'Score', 'Statement', 'StatementEntry', 'ledger_statements', 'problem_ids', 'problem_options']
class ConfigError(ValueError):
    """
    A value, key, file or combination that cannot be accepted.
    """
class IoError(OSError):
    """
    A file or folder that cannot be read or written.
    """
class Option:
    """
    An option of a decision problem.
    """
    def __repr__(self) -> str:
        ...
    @property
    def allowed(self) -> str:
        """
        The values it takes, in words.
        """
    @property
    def help(self) -> str:
        ...
    @property
    def key(self) -> str:
        ...
    @property
    def unit(self) -> str:
        ...
class Field:
    """
    A named number with its meaning.
    """
    def __repr__(self) -> str:
        ...
    @property
    def help(self) -> str:
        ...
    @property
    def high(self) -> float:
        ...
    @property
    def low(self) -> float:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def unit(self) -> str:
        """
        Of the number as it stands, its scale included.
        """
class ChoiceSet:
    """
    Named choices, of which one is taken.
    """
    def __repr__(self) -> str:
        ...
    @property
    def choices(self) -> list[str]:
        """
        The meaning of 0, 1, ...
        """
    @property
    def name(self) -> str:
        ...
class ActionSpec:
    """
    What an agent may do: one choice of each set, or numbers.
    """
    @property
    def help(self) -> str:
        ...
    @property
    def masked(self) -> bool:
        """
        Some choices are impossible in some states.
        """
    @property
    def numbers(self) -> list[Field]:
        """
        Continuous: one field per number.
        """
    @property
    def sets(self) -> list[ChoiceSet]:
        """
        One: discrete; several: multi-discrete.
        """
class PolicySpec:
    """
    A named heuristic or solver of a problem.
    """
    def __repr__(self) -> str:
        ...
    @property
    def defaults(self) -> list[float]:
        """
        Values of the parameters, in their order.
        """
    @property
    def help(self) -> str:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def oracle(self) -> bool:
        """
        It uses what no agent can know.
        """
    @property
    def parameters(self) -> list[Field]:
        ...
class Score(enum.Enum):
    """
    How policies of a problem are compared.
    """
    DISCOUNTED = ...
    RATE = ...
    TOTAL = ...
class ProblemSpec:
    """
    A decision problem, complete.
    """
    def __repr__(self) -> str:
        ...
    @property
    def action(self) -> ActionSpec:
        ...
    @property
    def baseline(self) -> str:
        """
        The best policy that nobody tuned.
        """
    @property
    def discount(self) -> float:
        """
        Of a reward one unit of dt away.
        """
    @property
    def id(self) -> str:
        ...
    @property
    def max_steps(self) -> int:
        """
        An episode is truncated after so many.
        """
    @property
    def measures(self) -> list[Field]:
        """
        Further numbers of a transition.
        """
    @property
    def observation(self) -> list[Field]:
        ...
    @property
    def oracle(self) -> list[Field]:
        """
        What `oracle=True` appends to observations.
        """
    @property
    def parts(self) -> list[Field]:
        """
        Of the reward; their sum, in order, is the reward.
        """
    @property
    def policies(self) -> list[PolicySpec]:
        ...
    @property
    def question(self) -> str:
        """
        What is decided.
        """
    @property
    def reward(self) -> str:
        """
        The measure and its unit.
        """
    @property
    def score(self) -> Score:
        ...
    @property
    def step(self) -> str:
        """
        How long a step is, in words.
        """
class Optimum:
    """
    The best that any policy can reach, or a bound on it.
    """
    def __repr__(self) -> str:
        ...
    @property
    def attainable(self) -> bool:
        """
        False for an upper bound that needs knowledge of the future.
        """
    @property
    def method(self) -> str:
        """
        How it was found, and for which start.
        """
    @property
    def value(self) -> float:
        """
        In the measure of ProblemSpec.score.
        """
class Autoreset(enum.Enum):
    """
    What happens to an episode that has ended (Gymnasium's modes).
    """
    DISABLED = ...
    NEXT_STEP = ...
    SAME_STEP = ...
class Batch:
    """
    A batch of equal, independent decision problems.
    """
    def __init__(self, id: str, *, size: typing.SupportsInt | typing.SupportsIndex = 1, threads: typing.SupportsInt | typing.SupportsIndex = 1, autoreset: Autoreset, split: typing.SupportsInt | typing.SupportsIndex = 0, oracle: bool = False, max_steps: typing.SupportsInt | typing.SupportsIndex = 0, file: str = '', overrides: collections.abc.Sequence[str] = [], copy: bool = True, replace_impossible: bool = True) -> None:
        ...
    def act(self, policy: str, parameters: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex]) -> numpy.ndarray:
        """
        What a named policy does now, for every row.
        """
    def action_masks(self) -> numpy.typing.NDArray[numpy.bool]:
        """
        Which choices are possible now.
        """
    def optimum(self) -> Optimum | None:
        ...
    def reset(self, seeds: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex | None], rows: typing.Annotated[numpy.typing.ArrayLike, numpy.bool] | None = None) -> tuple[numpy.typing.NDArray[numpy.float32], dict[str, typing.Any]]:
        """
        (observation, info)
        """
    def reset_single(self, seed: typing.SupportsInt | typing.SupportsIndex | None) -> tuple[numpy.typing.NDArray[numpy.float32], dict[str, typing.Any]]:
        """
        reset() of a batch of one, without the batch's dimension.
        """
    def restore(self, states: collections.abc.Sequence[bytes]) -> numpy.typing.NDArray[numpy.float32]:
        """
        Goes back to what save() gave, and returns the observation.
        """
    def save(self) -> list[bytes]:
        """
        Everything about the episode of every row.
        """
    def step(self, actions: typing.Any) -> tuple[numpy.typing.NDArray[numpy.float32], numpy.typing.NDArray[numpy.float64], numpy.typing.NDArray[numpy.bool], numpy.typing.NDArray[numpy.bool], dict[str, typing.Any]]:
        """
        (observation, reward, terminated, truncated, info)
        """
    def step_single(self, action: typing.Any) -> tuple[numpy.typing.NDArray[numpy.float32], float, bool, bool, dict[str, typing.Any]]:
        """
        step() of a batch of one, without the batch's dimension.
        """
    @property
    def size(self) -> int:
        ...
    @property
    def spec(self) -> ProblemSpec:
        ...
class StatementEntry:
    """
    A line of a ledger that concerns a miner.
    """
    @property
    def day(self) -> float:
        """
        Since the start.
        """
    @property
    def line(self) -> int:
        """
        In the file, from 1.
        """
    @property
    def satoshi(self) -> int:
        """
        By which the balance changes.
        """
    @property
    def why(self) -> str:
        """
        In words.
        """
class Statement:
    """
    A miner's pay under one scheme.
    """
    @property
    def earned_sat(self) -> int:
        """
        Credited less reversed.
        """
    @property
    def entries(self) -> list[StatementEntry]:
        """
        In order of time.
        """
    @property
    def name(self) -> str:
        """
        Of the account.
        """
    @property
    def paid_sat(self) -> int:
        """
        Paid out.
        """
    @property
    def scheme(self) -> str:
        """
        With its values.
        """
def ledger_statements(path: str, miner: typing.SupportsInt | typing.SupportsIndex) -> list[Statement]:
    """
    One miner's pay from a ledger file, under each scheme; ConfigError if its chain is broken or there is no such miner.
    """
def problem_ids() -> list[str]:
    """
    Ids of all decision problems.
    """
def problem_options(id: str) -> list[Option]:
    """
    The options of a problem.
    """
