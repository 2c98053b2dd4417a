"""Writes docs/cli.md, the `--help` of every command. Usage: python3 docs/make_cli_page.py AICMP"""

import re
import subprocess
import sys
from pathlib import Path


def help_of(program: str, command: list[str]) -> str:
    words = [program, *command, "--help"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def commands_in(text: str) -> list[str]:
    section = re.search(r"^Subcommands:\n((?:  .*\n)+)", text, re.MULTILINE)
    return re.findall(r"^  ([a-z-]+) ", section.group(1), re.MULTILINE) if section else []


def page(program: str) -> str:
    parts = ["# The program `aicmp`\n\nWhat `--help` says, command by command.\n"]

    def add(command: list[str]) -> None:
        text = help_of(program, command)
        title = " ".join(["aicmp", *command])
        parts.append(
            f"{'#' * (1 + max(1, len(command)))} {title}\n\n```text\n{text.strip()}\n```\n"
        )
        for name in sorted(commands_in(text)):
            add([*command, name])

    add([])
    return "\n".join(parts)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    (Path(__file__).parent / "cli.md").write_text(page(sys.argv[1]), encoding="utf-8")
