"""What a folder of results says, in sentences."""

from typing import Any

from aicmp_env.report.folder import Results
from aicmp_env.report.forecast import forecast_words
from aicmp_env.report.sites import site_words
from aicmp_env.report.training import training_words
from aicmp_env.report.variants import variant_words


def overview(results: Results) -> list[str]:
    """The findings of a run in plain words, the uncomfortable ones included."""
    if not results.ended:
        return ["The run goes on; this page follows it."]
    if results.kind == "training":
        return training_words(results)
    if results.kind == "forecast":
        return forecast_words(results)
    if results.kind == "variants":
        return variant_words(results)
    world = results.summary["world"]
    count = results.summary["replications"]
    sentences = [
        f"{_mean(world, 'days'):g} days were simulated {count} time{'s' if count > 1 else ''}, "
        f"with {_mean(world, 'pool_miners'):,.0f} accounts and "
        f"{100 * _mean(world, 'pool_network_share'):.2g} % of the network's hash rate at the end.",
        f"The pool found {_mean(world, 'pool_blocks'):,.1f} blocks a run; "
        f"{_mean(world, 'pool_expected_blocks'):,.1f} would be average luck.",
    ]
    sentences += site_words(results)
    sentences += [_of_scheme(name, scheme) for name, scheme in _schemes(results)]
    exposed = [name for name, _ in _schemes(results) if name.startswith("eta") and _below_one(name)]
    if exposed:
        sentences.append(
            f"{' and '.join(exposed)} can be exploited: a miner who logs in as several is paid "
            "more for the same work, and large miners who may leave are better off elsewhere."
        )
    if not results.complete:
        status = results.manifest.get("status", "unknown")
        sentences.append(
            f"The run did not end as planned ({status}): what follows is a part of it."
        )
    return sentences


def _schemes(results: Results) -> list[tuple[str, dict[str, Any]]]:
    return list(results.summary["schemes"].items())


def _mean(measures: dict[str, Any], name: str) -> float:
    value = (measures.get(name) or {}).get("mean")
    return float("nan") if value is None else float(value)


def _of_scheme(name: str, scheme: dict[str, Any]) -> str:
    small = 100 * _mean(scheme, "luck_adjusted_fee_decile_1")
    large = 100 * _mean(scheme, "luck_adjusted_fee_decile_10")
    gain = _mean(scheme, "operator_gain_btc")
    spread = (scheme.get("operator_gain_btc") or {}).get("high95")
    error = "" if spread is None else f" (±\u00a0{spread - gain:.2g})"
    text = (
        f"Under {name} the smallest tenth of the hash rate {_fee(small)}, the largest "
        f"{_fee(large)}; the operator gains {gain:.3g} BTC{error}"
    )
    ruined = _mean(scheme, "ruined")
    return text + (f" and is ruined in {100 * ruined:.0f} % of the runs." if ruined > 0 else ".")


def _fee(percent: float) -> str:
    if percent < 0:
        return f"is paid {-percent:.1f} % above the value of its work"
    return f"pays {percent:.1f} %"


def _below_one(name: str) -> bool:
    _, _, rest = name.partition(":")
    try:
        return float(rest.split(":")[0].removeprefix("eta=")) < 1.0
    except ValueError:
        return True
