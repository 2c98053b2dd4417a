"""The notices of a run as a table."""

from aicmp_env.report.folder import Results
from aicmp_env.report.page import Table

_MOST_ROWS = 300
_DAY_S = 86400.0


def notices(results: Results) -> Table:
    """What events.jsonl says: retargets, changes of terms, ruin, notices of machines and miners."""
    events = results.events
    rows = []
    for event in events[:_MOST_ROWS]:
        facts = {key: value for key, value in event.items() if key not in ("time_s", "event")}
        said = ", ".join(f"{key.replace('_', ' ')} {_short(value)}" for key, value in facts.items())
        rows.append((f"{float(event['time_s']) / _DAY_S:.2f}", str(event["event"]), said))
    title = f"{len(events):,} notices of the first replication"
    if len(events) > _MOST_ROWS:
        title += f", the first {_MOST_ROWS} of them"
    return Table(title, ("day", "notice", "facts"), rows)


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
