"""The command line's reference, written from the commands themselves.

python -m counterfoil.cli.reference            write docs/reference/cli.md
python -m counterfoil.cli.reference --check    end with 1 when that file is not what the commands say
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer.main

from counterfoil.cli.main import app

PAGE = Path("docs/reference/cli.md")
WIDTH = 96

HEAD = """# Command line

<!-- Written by `python -m counterfoil.cli.reference`; do not edit by hand. -->

`--data`, `--json` and `--quiet` may stand before or after the name of a command. The answer goes to standard
output, everything else to standard error. With `--json` the answer is one JSON document, and so is an error:
`{"error": {"code", "message", "next", "details"}}`.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | done, and something was refused, held, or found wrong |
| 2 | the call or its input cannot be used |
| 3 | not allowed |
| 130 | stopped with Ctrl-C; what was done stays done |

| environment | meaning |
| --- | --- |
| `COUNTERFOIL_DATA` | the data directory, as `--data` |
| `COUNTERFOIL_DEBUG=1` | show a traceback when something unforeseen happens; it may hold personal data |
| `NO_COLOR` | no colour in progress bars |
"""


def walk() -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Every command and group: its path, the command, and a context to ask it in."""
    root = typer.main.get_command(app)
    yield from _walk(("counterfoil",), root, None)


def _walk(path: tuple[str, ...], command: Any, parent: Any) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    context = command.context_class(command, info_name=path[-1], parent=parent, terminal_width=WIDTH)
    yield path, command, context
    for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
        yield from _walk((*path, name), command.get_command(context, name), context)


def page() -> str:
    """The whole reference, as Markdown."""
    parts = [HEAD]
    for path, command, context in walk():
        heading = "##" if len(path) < 3 else "###"
        parts.append(f"{heading} {' '.join(path)}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


def main(arguments: Sequence[str]) -> int:
    """Write the page, or check it; returns the exit code."""
    wanted = page()
    if "--check" not in arguments:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == wanted:
        return 0
    sys.stderr.write(f"{PAGE} is not what the commands say. Run: python -m counterfoil.cli.reference\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
