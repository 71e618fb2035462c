"""`counterfoil agreement`: agreements as data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import Answer, Door, command, noun
from counterfoil.cli.text import pairs, table

group = noun("agreement", "List, check, adopt, compare and publish agreements.")

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The agreement's id (see `agreement list`).")]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="An agreement, as YAML.")]


@command(
    group,
    "list",
    "counterfoil agreement list",
    "counterfoil agreement list --json",
    "counterfoil --data /srv/counterfoil agreement list",
)
def list_(door: Door) -> Answer:
    """List the agreements: those built in, and those adopted here."""
    from counterfoil import cases

    agreements = [a.as_dict() for a in cases.list_agreements(office_or_none(door), now())]
    rows = [
        (
            a["id"],
            a["title"],
            a["signed"] or "",
            "yes" if a["in_force"] else "no",
            "yes" if a["adopted"] else "no",
        )
        for a in agreements
    ]
    return Answer({"agreements": agreements}, table(("id", "title", "signed", "in force", "adopted"), rows))


@command(
    group,
    "show",
    "counterfoil agreement show treasury-dhs-2025-04-07",
    "counterfoil agreement show treasury-dhs-2025-03-draft",
    "counterfoil agreement show treasury-dhs-2025-04-07 --json",
)
def show(door: Door, id: IdArgument) -> Answer:
    """Show an agreement: each term, its source, if it is public."""
    from counterfoil import cases

    document = cases.show_agreement(office_or_none(door), id).as_dict()
    return Answer(document, _in_words(document))


@command(
    group,
    "check",
    "counterfoil agreement check new-agreement.yaml",
    "counterfoil agreement check new-agreement.yaml --json",
    "counterfoil --quiet agreement check drafts/agreement.yaml",
)
def check(_door: Door, file: FileArgument) -> Answer:
    """Check an agreement's file; every fault is listed at once."""
    from counterfoil import cases

    document = cases.check_agreement(file).as_dict()
    return Answer(document, [f"{file} is sound: agreement {document['id']}."])


@command(
    group,
    "adopt",
    "counterfoil agreement adopt new-agreement.yaml",
    "counterfoil agreement adopt new-agreement.yaml --json",
    "counterfoil --data /srv/counterfoil agreement adopt amended.yaml",
)
def adopt(door: Door, file: FileArgument) -> Answer:
    """Adopt an agreement: batches are examined by it from now on."""
    from counterfoil import cases

    document = cases.adopt_agreement(opened(door), file, now()).as_dict()
    return Answer(document, [f"Agreement {document['id']} adopted."])


@command(
    group,
    "diff",
    "counterfoil agreement diff treasury-dhs-2025-04-07 treasury-dhs-2025-03-draft",
    "counterfoil agreement diff treasury-dhs-2025-04-07 amended.yaml --on requests.csv",
    "counterfoil agreement diff treasury-dhs-2025-04-07 treasury-dhs-2025-03-draft --json",
)
def diff(
    door: Door,
    a: Annotated[str, typer.Argument(metavar="A", help="An agreement's id or file.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other's.")],
    on: Annotated[
        Path | None,
        typer.Option("--on", metavar="FILE", help="A file of requests: which outcomes would differ."),
    ] = None,
) -> Answer:
    """Tell where two agreements differ, and on which requests."""
    from counterfoil import cases

    document = cases.diff_agreements(office_or_none(door), a, b, now(), on=on).as_dict()
    terms: list[dict[str, Any]] = document["differences"]
    lines = table(("term", a, b), [(d["key"], d["a"], d["b"]) for d in terms]) or [
        "The two agree in every term."
    ]
    outcomes: list[dict[str, Any]] = document.get("outcomes") or []
    if on is not None:
        lines += ["", f"{len(outcomes):,} requests of {on} would have another outcome."]
        lines += table(
            ("request", a, b), [(o["request_id"], _outcome(o["a"]), _outcome(o["b"])) for o in outcomes]
        )
    return Answer(document, lines)


@command(
    group,
    "publish",
    "counterfoil agreement publish treasury-dhs-2025-04-07",
    "counterfoil agreement publish treasury-dhs-2025-04-07 --json > agreement.json",
    "counterfoil --data /srv/counterfoil agreement publish treasury-dhs-2025-04-07",
)
def publish(door: Door, id: IdArgument) -> Answer:
    """Print an agreement's public form; unknown terms are marked."""
    from counterfoil import cases

    document = cases.publish_agreement(office_or_none(door), id).as_dict()
    return Answer(document, _in_words(document))


def office_or_none(door: Door) -> Any:
    """The office where there is one: the built-in agreements can be read without."""
    from counterfoil import cases
    from counterfoil.errors import NotFoundError

    try:
        return cases.open_office(door.data)
    except NotFoundError:
        if door.data_was_named:
            raise
        return None


def _outcome(value: Any) -> str:
    return str(value) if isinstance(value, str) else " ".join([value["outcome"], *value["codes"]])


def _in_words(document: dict[str, Any]) -> list[str]:
    lines = pairs([(name, value) for name, value in document.items() if isinstance(value, str | int)])
    terms = document.get("terms") or []
    rows = [(t["key"], t["value"], t["known"], t.get("source", "")) for t in terms]
    return [*lines, "", *table(("term", "value", "known", "source"), rows)]
