"""What one miner did and was paid, and why."""

import math
from numbers import Integral

import numpy as np
import pandas as pd

from aicmp_env._core import ConfigError, Statement, ledger_statements
from aicmp_env.report.chart import Chart, Series
from aicmp_env.report.events import notice_table
from aicmp_env.report.folder import ReportError, Results
from aicmp_env.report.network import ONE_SEED
from aicmp_env.report.page import Section, Table
from aicmp_env.report.shares import FATES, fates

_SAT_PER_BTC = 1e8
_MOST_ENTRIES = 200
_Z95 = 1.96
_LARGE = 1e4  # four digits do not do
_LEDGER = "ledger.jsonl"
MACHINE_STATES = "machine_states.csv"
_NO_LEDGER = (
    "The run keeps no ledger, which would explain every credit: run the scenario with "
    "--set run.ledger=work."
)


def miner_sections(results: Results, miner: int) -> list[Section]:
    """Sections on one account of the first replication.

    Raises:
        ReportError: if there is no such account, or nothing is known of accounts yet.
    """
    if not results.has("miners.csv"):
        raise ReportError(
            f"{results.path}: nothing is known of single miners until the run ends, unless it is "
            "one of aicmp run --live"
        )
    rows = results.miners[results.miners["miner"] == miner]
    if rows.empty:
        last = int(results.miners["miner"].max())
        raise ReportError(f"{results.path}: no miner {miner} (there are 0 to {last})")
    row = rows.iloc[0]
    tables = [
        Table(f"Miner {miner}, first replication", ("what", "value"), _facts(results, miner, row)),
        Table("Rewards", _REWARD_HEAD, _rewards(results, row)),
        *_machines(results, miner),
        notice_table(results, "Notices of this miner", of=_concerns(results, miner)),
    ]
    return [
        Section(f"miner-{miner}", f"Miner {miner}", [], tables=tables),
        _explanation(results, miner),
    ]


def _facts(results: Results, miner: int, row: pd.Series) -> list[tuple[str, str]]:
    table = fates(results)
    count = {name: int(table[name][miner]) for name in FATES if name in table.columns}
    found = sum(count.values())
    accepted = count["accepted"]
    facts = [
        ("group", str(row["group"])),
        ("machine", str(row["asic"])),
        ("hash rate, true", f"{float(row['hash_rate_ths']):,.1f} TH/s"),
        ("hash rate, estimated from its shares", _estimate(float(row["estimated_ths"]), accepted)),
        ("shares submitted", f"{found:,}"),
    ]
    for name, number in count.items():
        part = (
            f" ({1e6 * number / found:,.0f} of a million)" if found and name != "accepted" else ""
        )
        facts.append((f"shares {FATES[name]}", f"{number:,}{part}"))
    expected = _btc(float(row["expected_sat"]))
    facts.append(("reward, estimated: expected value of the accepted work", f"{expected} BTC"))
    return facts


def _estimate(ths: float, accepted: int) -> str:
    """With a 95 % score interval of the Poisson number of shares, as if all were equally hard."""
    if accepted == 0 or math.isnan(ths):
        return "no shares yet"
    spread = _Z95 * math.sqrt(accepted + 0.25 * _Z95**2)
    middle = accepted + 0.5 * _Z95**2
    low, high = (ths * (middle + sign * spread) / accepted for sign in (-1, 1))
    return f"{_cell(ths)} TH/s ({_cell(low)} to {_cell(high)} with 95 %), mean since the start"


_HEADS = {
    "power_w": "power, W",
    "ths": "TH/s",
    "celsius": "boards, C",
    "max_power_w": "most power, W (0: any)",
    "throttle_c": "throttled above, C",
    "off_c": "stops above, C",
    "warn_c": "tells from, C (0: as the pool)",
    "nameplate_ths": "nameplate, TH/s",
    "mean_ths": "mean, TH/s",
    "estimated_ths": "estimated by the pool, TH/s",
    "energy_mwh": "energy, MWh",
    "j_per_th": "J per TH",
    "mean_c": "boards, mean, C",
    "hottest_c": "boards, hottest, C",
    "hottest_chip_c": "chips, hottest, C",
    "times_hot": "times that the pool found it hot",
    "estimate_cv": "error of that, CV",
    "expected_revenue_usd": "expected revenue, USD",
    "earned_sat": "earned, satoshi",
    "energy_cost_usd": "energy, USD",
    "repair_cost_usd": "repairs, USD",
}
_REWARD_HEAD = (
    "scheme",
    "earned, BTC",
    "paid out, BTC",
    "owed, BTC",
    "effective fee, luck included",
)


def _rewards(results: Results, row: pd.Series) -> list[list[str]]:
    rows = []
    for scheme in results.schemes:
        earned, paid = (float(row[f"{scheme}.{name}"]) for name in ("earned_sat", "paid_sat"))
        fee = float(row[f"{scheme}.effective_fee"])
        kept = "" if math.isnan(fee) else f"{100 * fee:.2f} %"
        rows.append([scheme, _btc(earned), _btc(paid), _btc(earned - paid), kept])
    return rows


def _machines(results: Results, miner: int) -> list[Table]:
    """What its machines do at present, and what they did over the run."""
    found = (
        (MACHINE_STATES, "Its machines now, and the limits that hold", results.ended),
        ("machines.csv", "Its machines, over the run", False),
    )
    tables = []
    for name, title, over in found:
        if over or not results.has(name):
            continue
        rows = results.table(name)
        own = rows[rows["miner"] == miner].drop(columns="miner")
        if own.empty:
            continue
        cells = [[_cell(value) for value in row] for row in own.itertuples(index=False)]
        head = [_HEADS.get(column, column.replace("_", " ")) for column in own.columns]
        tables.append(Table(title, head, cells))
    return tables


def _concerns(results: Results, miner: int) -> tuple[int, frozenset[int]]:
    """Numbers by which notices may name the miner: its own, and those of its machines."""
    own: frozenset[int] = frozenset()
    if results.has("machines.csv"):
        machines = results.table("machines.csv")
        own = frozenset(machines[machines["miner"] == miner]["machine"].astype(int))
    return miner, own


def _explanation(results: Results, miner: int) -> Section:
    """Why it was paid what it was paid, from the ledger."""
    key, title = f"miner-{miner}-pay", "Why this pay"
    if not results.has(_LEDGER):
        return Section(key, title, [], words=[_NO_LEDGER])
    try:
        statements = ledger_statements(str(results.path / _LEDGER), miner)
    except (ConfigError, OSError) as error:
        raise ReportError(str(error)) from error
    words = [
        f"Under {s.name} the ledger credits {_btc(s.earned_sat)} BTC in "
        f"{_credits(s)} and has paid out "
        f"{_btc(s.paid_sat)} BTC; {_btc(s.earned_sat - s.paid_sat)} BTC are owed."
        for s in statements
    ]
    charts = [_balance_chart(miner, statements)] if any(s.entries for s in statements) else []
    return Section(key, title, charts, [_entries(statement) for statement in statements], words)


def _credits(statement: Statement) -> str:
    count = sum(entry.satoshi > 0 for entry in statement.entries)
    return "1 credit" if count == 1 else f"{count:,} credits"


def _balance_chart(miner: int, statements: list[Statement]) -> Chart:
    series = []
    for statement in statements:
        moves = [entry for entry in statement.entries if entry.satoshi != 0]
        balance = np.cumsum([0, *(entry.satoshi for entry in moves)]) / _SAT_PER_BTC
        days = np.repeat([entry.day for entry in moves], 2)  # a step at each
        series.append(Series(statement.name, days, np.repeat(balance, 2)[1:-1]))
    return Chart(
        key=f"balance-{miner}",
        title="What the pool owes this miner",
        question="How long does pay wait, and when is it paid out?",
        x_label="days since the start",
        y_label="balance, BTC",
        series=series,
        seeds=ONE_SEED,
    )


def _entries(statement: Statement) -> Table:
    shown = statement.entries[-_MOST_ENTRIES:]
    title = f"{statement.name} ({statement.scheme}): {len(statement.entries):,} lines of the ledger"
    if len(shown) < len(statement.entries):
        title += f", the last {len(shown)} of them"
    rows = [
        [str(entry.line), f"{entry.day:.3f}", f"{entry.satoshi / _SAT_PER_BTC:+.8f}", entry.why]
        for entry in shown
    ]
    return Table(title, ("line", "day", "BTC", "what for"), rows)


def _btc(satoshi: float) -> str:
    return f"{satoshi / _SAT_PER_BTC:.8f}"


def _cell(value: object) -> str:
    if isinstance(value, Integral):
        return f"{int(value):,}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < _LARGE else f"{value:,.0f}"
    return str(value)
