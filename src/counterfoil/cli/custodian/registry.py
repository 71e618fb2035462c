"""`counterfoil registry`: the custodian's own file, loaded into its indexed form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import DONE, FOUND, Answer, Door, command, noun
from counterfoil.cli.progress import progress
from counterfoil.cli.text import pairs, table

group = noun("registry", "Load the custodian's file. No command reads a person from it.")


@command(
    group,
    "load",
    "counterfoil registry load registry/*.parquet",
    "counterfoil registry load --replace individuals-2023-corrected.csv individuals-2024.csv",
    "counterfoil --data /srv/counterfoil registry load /srv/extract --ignore-column filing_status --workers 8 --json",
)
def load(
    door: Door,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Parquet or CSV files, or folders of them.")],
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", min=0, help="Processes that work at it; 0 is one for each core.")
    ] = 0,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Make the registry anew of these files alone: what is in no file named now is taken out. Name all.",
        ),
    ] = False,
    ignore_column: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore-column",
            metavar="NAME",
            help="Leave a column out that may be a hold by its name (a hold must be called hold). Repeatable.",
        ),
    ] = None,
) -> Answer:
    """Load the custodian's file, Parquet or CSV.

    Loading the same again changes nothing; a load that was cut short is finished by running it again. Files
    of a further year are added to what is loaded; for a corrected file, or one taken out, name all of them with
    --replace.
    Bad rows are counted and the first ones shown with their reasons; exit code 1 when there are any, and when a file
    bears the name of one that was loaded with other contents. The hold of a
    bad row counts, and where it cannot be told whose it is, nothing is loaded; nor from a file with a column that may
    be a hold under another name, or from a folder with files that are not read. Other columns are left out, and named.
    """
    from counterfoil import cases

    with progress(door, "Loading the registry") as tick:
        report = cases.load_registry(
            opened(door), paths, now(), progress=tick, workers=workers, replace=replace, ignore=ignore_column or ()
        )
    document: dict[str, Any] = report.as_dict()
    lines = [
        *_facts(document),
        *(f"  bad row: {reason}" for reason in document.get("bad") or ()),
        *(f"  column left out: {name}" for name in document["ignored_columns"]),
        *(f"  not read: {name}" for name in document.get("not_read") or ()),
        *(f"  loaded before with other contents: {name} (rows of both stay)" for name in document["named_before"]),
    ]
    if document["named_before"]:
        lines.append("To take corrected rows out, name all files with --replace.")
    return Answer(document, lines, FOUND if document["bad_rows"] or document["named_before"] else DONE)


@command(
    group,
    "info",
    "counterfoil registry info",
    "counterfoil registry info --json",
    "counterfoil --data /srv/counterfoil registry info",
)
def info(door: Door) -> Answer:
    """Tell what is loaded: files, rows, people, years; never a row."""
    from counterfoil import cases

    document: dict[str, Any] = cases.registry_info(opened(door)).as_dict()
    files: list[dict[str, Any]] = document.get("files") or []
    rows = [(file["name"], f"{file['rows']:,}", f"{file['bad_rows']:,}", file["sha256"]) for file in files]
    lines = [*_facts(document), "", *table(("file", "rows", "bad rows", "sha256"), rows, right=(1, 2))]
    return Answer(document, lines)


_LISTED = ("files", "bad", "sha256s", "not_read")


def _facts(document: dict[str, Any]) -> list[str]:
    shown = {name: value for name, value in document.items() if name not in _LISTED}
    return pairs([(name.replace("_", " "), _counted(value)) for name, value in shown.items()])


def _counted(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int):
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"{value:,}"
