"""Draws what each reward scheme costs miners of every size, from a run folder.

Usage: python3 docs/plot_effective_fee.py RUN_FOLDER OUTPUT.png   (needs matplotlib)
"""

import csv
import json
import math
import sys
from pathlib import Path

import matplotlib.pyplot as plt

# Okabe-Ito: told apart by colour-blind eyes too; markers tell them apart in grey.
STYLES = [("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "^"), ("#CC79A7", "D"), ("#E69F00", "v")]
BINS_PER_DECADE = 4


def main(run: Path, output: Path) -> None:
    summary = json.loads((run / "summary.json").read_text())
    with (run / "miners.csv").open(newline="") as file:
        miners = list(csv.DictReader(file))

    figure, axes = plt.subplots(figsize=(7.2, 4.2), dpi=150)
    for (colour, marker), scheme in zip(STYLES, summary["schemes"]):
        bins: dict[int, list[float]] = {}
        for miner in miners:
            key = math.floor(math.log10(float(miner["hash_rate_ths"])) * BINS_PER_DECADE)
            sums = bins.setdefault(key, [0.0, 0.0])
            sums[0] += float(miner[f"{scheme}.earned_sat"])
            sums[1] += float(miner["expected_sat"])
        sizes = [10 ** ((key + 0.5) / BINS_PER_DECADE) for key in sorted(bins)]
        fees = [100 * (1 - bins[key][0] / bins[key][1]) for key in sorted(bins)]
        axes.plot(sizes, fees, color=colour, marker=marker, label=scheme)
    axes.axhline(0, color="0.5", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlabel("hash rate of a miner, TH/s")
    axes.set_ylabel("effective fee, % of expected value\n(negative: paid more)")
    axes.set_title(
        f"{summary['scenario']}: what each scheme costs miners of every size\n"
        "one seed, luck of the pool's blocks included",
        fontsize=10,
    )
    axes.legend(frameon=False)
    axes.grid(alpha=0.25)
    figure.tight_layout()
    figure.savefig(output)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
