"""``aicmp report``: writes the report of a folder of results."""

import argparse
import sys
from pathlib import Path

from aicmp_env.report import ReportError, write_report


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="aicmp report",
        description="Write one HTML file that shows a run, comparison, training or forecast.",
    )
    parser.add_argument("folder", type=Path, help="folder of results, as aicmp writes it")
    parser.add_argument("--out", type=Path, help="HTML file; default FOLDER/report.html")
    parser.add_argument("--png", type=Path, metavar="DIR", help="also draw every picture as PNG")
    parser.add_argument(
        "--miner", type=int, metavar="ID", action="append", default=[], help="a page on this miner"
    )
    arguments = parser.parse_args()
    try:
        page = write_report(
            arguments.folder, out=arguments.out, png=arguments.png, miners=arguments.miner
        )
    except ReportError as error:
        print(f"aicmp: error: {error}", file=sys.stderr)
        return 2
    print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
