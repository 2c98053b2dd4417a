"""Draw what a calibration fits and misses.

    aicmp calibrate --daily btc.csv --out params.toml --json fit.json
    python3 docs/plot_calibration.py fit.json fit.png

Each row is a property of the data: the bar is the range in which the fitted model puts it 95 times
in 100, scaled to [-1, 1]; the dot is the data, red where it lies outside. Needs matplotlib.
"""

import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

FARTHEST = 4.0  # dots beyond are drawn here, as triangles


def main(source: str, target: str) -> None:
    with open(source, encoding="utf-8") as file:
        fits = json.load(file)["fits"]
    rows = [(fit["process"], check) for fit in fits for check in fit.get("checks", [])]
    figure, axes = plt.subplots(figsize=(9, 0.26 * len(rows) + 1))
    for y, (_, check) in enumerate(rows):
        middle = (check["low"] + check["high"]) / 2
        half = (check["high"] - check["low"]) / 2 or 1.0
        place = (check["observed"] - middle) / half
        inside = max(-FARTHEST, min(FARTHEST, place))
        axes.plot([-1, 1], [y, y], color="0.75", linewidth=5, solid_capstyle="butt")
        axes.plot(
            inside,
            y,
            "o" if inside == place else ">" if place > 0 else "<",
            color="black" if check["holds"] else "tab:red",
            markersize=5,
        )
    axes.set_yticks(
        range(len(rows)),
        [f"{process}: {check['property'].rstrip(',')}" for process, check in rows],
        fontsize=7,
    )
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(-FARTHEST - 0.3, FARTHEST + 0.3)
    axes.set_xlabel("property of the data; -1 to 1: where the fitted model puts it")
    figure.tight_layout()
    figure.savefig(target, dpi=120)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
