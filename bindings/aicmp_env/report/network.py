"""Pictures of the network, the market and the luck of the pool."""

import numpy as np

from aicmp_env.report.chart import Chart, Numbers, Series
from aicmp_env.report.folder import Results

ONE_SEED = "1 (the first replication)"
DAY_S = 86400.0


def column(results: Results, name: str) -> Numbers:
    """A column of timeseries.csv."""
    return results.timeseries[name].to_numpy(dtype=np.float64)


def days(results: Results) -> Numbers:
    return column(results, "time_s") / DAY_S


def network_charts(results: Results) -> list[Chart]:
    t = days(results)
    return [
        Chart(
            key="difficulty",
            title="Difficulty and hash rate of the network",
            question="How did difficulty follow the network's hash rate?",
            x_label="days since the start",
            y_label="over its value at the start",
            series=[
                _relative("difficulty", t, column(results, "difficulty")),
                _relative("hash rate", t, column(results, "network_hash_rate_ehs")),
            ],
            seeds=ONE_SEED,
        ),
        Chart(
            key="hash_price",
            title="Hash price",
            question="What did a PH/s earn before any fee of a pool?",
            x_label="days since the start",
            y_label="USD per PH/s and day",
            series=[Series("hash price", t, column(results, "hash_price_usd_per_phs_day"))],
            seeds=ONE_SEED,
        ),
    ]


def _relative(name: str, t: Numbers, values: Numbers) -> Series:
    return Series(name, t, values / values[0])


def market_charts(results: Results) -> list[Chart]:
    t = days(results)
    return [
        Chart(
            key="price",
            title="Price of bitcoin",
            question="Which price path did the miners meet?",
            x_label="days since the start",
            y_label="USD per BTC",
            series=[Series("price", t, column(results, "price_usd"))],
            seeds=ONE_SEED,
        ),
        Chart(
            key="fees",
            title="Transaction fees",
            question="What did a block hold in fees, on average over the last 144 blocks?",
            x_label="days since the start",
            y_label="BTC per block",
            series=[Series("fees", t, column(results, "mean_block_fees_btc"))],
            seeds=ONE_SEED,
        ),
    ]


def luck_chart(results: Results) -> Chart:
    expected = column(results, "pool_expected_blocks")
    # Poisson: two standard deviations about the mean, never below nothing.
    spread = 2.0 * np.sqrt(expected)
    return Chart(
        key="luck",
        title="Blocks of the pool",
        question="Was the pool lucky? (band: two standard deviations of fair luck)",
        x_label="days since the start",
        y_label="blocks since the start",
        series=[
            Series(
                "expected from the work done",
                days(results),
                expected,
                low=np.maximum(expected - spread, 0.0),
                high=expected + spread,
                dashed=True,
            ),
            Series("found", days(results), column(results, "pool_blocks")),
        ],
        seeds=ONE_SEED,
    )
