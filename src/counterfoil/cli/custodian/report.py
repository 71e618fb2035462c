"""`counterfoil report`: figures about the office's work."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from counterfoil.cli.custodian.office import opened
from counterfoil.cli.door import Answer, Door, command, noun
from counterfoil.cli.text import csv_text, table

group = noun("report", "Report figures, never a person.")


class Format(StrEnum):
    """How the report is written."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


@command(
    group,
    "funnel",
    "counterfoil report funnel",
    "counterfoil report funnel --format csv > funnel.csv",
    "counterfoil --data /srv/counterfoil report funnel --json",
)
def funnel(
    door: Door,
    format: Annotated[Format, typer.Option("--format", help="How the report is written.")] = Format.TEXT,
) -> Answer:
    """Count requests: received, refused by code, held, answered."""
    import json

    from counterfoil import cases

    document = cases.funnel(opened(door)).as_dict()
    rows = funnel_rows(document)
    if format is Format.CSV:
        return Answer(document, raw=csv_text(("step", "requests"), rows))
    if format is Format.JSON:
        return Answer(document, raw=json.dumps(document, indent=2) + "\n")
    return Answer(document, table(("", "requests"), [(name, f"{count:,}") for name, count in rows], right=(1,)))


def funnel_rows(document: dict[str, object]) -> list[tuple[str, int]]:
    """The funnel as rows: each count, and under `refused` its codes, the commonest first."""
    rows: list[tuple[str, int]] = []
    by_code = document.get("refused_by_code")
    for name, value in document.items():
        if isinstance(value, int):
            rows.append((name.replace("_", " "), value))
        if name == "refused" and isinstance(by_code, dict):
            rows += [(f"  {code}", count) for code, count in sorted(by_code.items(), key=lambda x: (-x[1], x[0]))]
    return rows
