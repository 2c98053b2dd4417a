"""What one miner did and was paid."""

from aicmp_env.report.folder import ReportError, Results
from aicmp_env.report.page import Section, Table

_BTC = 1e8


def miner_section(results: Results, miner: int) -> Section:
    """A section on one account of the first replication.

    Raises:
        ReportError: if there is no such account.
    """
    rows = results.miners[results.miners["miner"] == miner]
    if rows.empty:
        last = int(results.miners["miner"].max())
        raise ReportError(f"{results.path}: no miner {miner} (there are 0 to {last})")
    row = rows.iloc[0]
    facts = [
        ("group", str(row["group"])),
        ("machine", str(row["asic"])),
        ("hash rate", f"{float(row['hash_rate_ths']):,.1f} TH/s"),
        ("shares accepted", f"{int(row['shares_accepted']):,}"),
        ("shares stale", f"{int(row['shares_stale']):,}"),
        ("expected value of the work", f"{float(row['expected_sat']) / _BTC:.8f} BTC"),
    ]
    for scheme in results.schemes:
        earned = float(row[f"{scheme}.earned_sat"]) / _BTC
        paid = float(row[f"{scheme}.paid_sat"]) / _BTC
        fee = 100 * float(row[f"{scheme}.effective_fee"])
        facts.append(
            (
                f"under {scheme}",
                f"{earned:.8f} BTC earned, {paid:.8f} BTC paid, effective fee {fee:.2f} %",
            )
        )
    table = Table(f"Miner {miner}, first replication", ("what", "value"), facts)
    return Section(f"miner-{miner}", f"Miner {miner}", [], tables=[table])
