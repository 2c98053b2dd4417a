"""The notices of a run: when which came, and what they say."""

from collections import Counter
from typing import Any

import numpy as np

from aicmp_env.report.chart import Chart, Series
from aicmp_env.report.folder import Results
from aicmp_env.report.network import DAY_S, ONE_SEED
from aicmp_env.report.page import Section, Table

_MOST_ROWS = 300


def notice_section(results: Results) -> Section:
    charts = [notice_chart(results)] if results.events else []
    return Section(
        "notices",
        "Notices",
        charts,
        tables=[notice_table(results, "Notices of the first replication")],
    )


def notice_chart(results: Results) -> Chart:
    kinds = [_kind(event) for event in results.events]
    count = Counter(kinds)
    return Chart(
        key="notices",
        title="When what was noticed",
        question="When did something happen that a person would be told? (how often in brackets)",
        x_label="days since the start",
        y_label="notice",
        series=[
            Series(
                "notices",
                [f"{kind} ({count[kind]:,})" for kind in kinds],
                np.array([float(event["time_s"]) / DAY_S for event in results.events]),
                kind="points",
            )
        ],
        seeds=ONE_SEED,
        flipped=True,
    )


def _kind(event: dict[str, Any]) -> str:
    """What happened; the pool's notices on miners come in kinds of their own."""
    kind = event["kind"] if event["event"] == "notice" else event["event"]
    return str(kind).replace("_", " ")


def notice_table(
    results: Results, title: str, *, of: tuple[int, frozenset[int]] | None = None
) -> Table:
    """What events.jsonl says: retargets, changes of terms, ruin, notices of machines and miners.

    Args:
        results: The folder.
        title: Of the table.
        of: A miner and its machines, if only what concerns them is asked for.
    """
    events = results.events
    if of is not None:
        miner, machines = of
        events = [e for e in events if e.get("miner") == miner or e.get("machine") in machines]
    rows = []
    for event in events[-_MOST_ROWS:]:
        facts = {
            key: value for key, value in event.items() if key not in ("time_s", "event", "kind")
        }
        said = ", ".join(f"{key.replace('_', ' ')} {_short(value)}" for key, value in facts.items())
        rows.append((f"{float(event['time_s']) / DAY_S:.2f}", _kind(event), said))
    shown = f", the last {_MOST_ROWS} of them" if len(events) > _MOST_ROWS else ""
    return Table(f"{title}: {len(events):,}{shown}", ("day", "notice", "facts"), rows)


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
