"""`counterfoil agreement`: agreements as data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import Answer, Door, command, noun
from counterfoil.cli.progress import progress
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
    from counterfoil.cli.agreements import office_if_any

    office = office_if_any(door)
    if office is not None:
        agreements = [agreement.as_dict() for agreement in cases.list_agreements(office, now())]
    else:
        agreements = _built_in()
    rows = [
        (a["id"], a["title"], a["signed"], "yes" if a["in_force"] else "no", "yes" if a["adopted"] else "no")
        for a in agreements
    ]
    return Answer({"agreements": agreements}, table(("id", "title", "signed", "in force", "adopted"), rows))


def _built_in() -> list[dict[str, Any]]:
    """The built-in agreements, where there is no office that could have adopted any."""
    from counterfoil.agreement import built_in

    today = now().date()
    return [
        {
            "id": a.id,
            "title": a.title,
            "signed": str(a.signed or ""),
            "adopted": False,
            "in_force": a.in_force(today),
        }
        for a in built_in().values()
    ]


@command(
    group,
    "show",
    "counterfoil agreement show treasury-dhs-2025-04-07",
    "counterfoil agreement show treasury-dhs-2025-03-draft",
    "counterfoil agreement show treasury-dhs-2025-04-07 --json",
)
def show(door: Door, id: IdArgument) -> Answer:
    """Show an agreement: each term, its source, if it is public."""
    from counterfoil.agreement import as_mapping
    from counterfoil.cli.agreements import agreement_meant

    document = as_mapping(agreement_meant(door, id))
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
    from counterfoil.cli.agreements import agreement_meant

    first, second = agreement_meant(door, a), agreement_meant(door, b)
    with progress(door, "Examining under both") as tick:
        document: dict[str, Any] = cases.diff_agreements(first, second, on, now(), progress=tick).as_dict()
    terms = [(term["key"], _side(term, "a"), _side(term, "b")) for term in document["terms"]]
    lines = table(("term", first.id, second.id), terms) or ["The two agree in every term."]
    if on is not None:
        rows = [(row["request_id"], _outcome(row[first.id]), _outcome(row[second.id])) for row in document["rows"]]
        lines += ["", f"{len(rows):,} requests of {on} would have another outcome."]
        lines += table(("request", first.id, second.id), rows)
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
    from counterfoil.agreement import public_form
    from counterfoil.cli.agreements import agreement_meant

    document = public_form(agreement_meant(door, id))
    return Answer(document, _in_words(document))


def _in_words(document: dict[str, Any]) -> list[str]:
    lines = pairs([(name, value) for name, value in document.items() if isinstance(value, str | int)])
    rows = [
        (key, _value(term["value"]), term["known"].replace("_", " "), term["source"])
        for key, term in document["terms"].items()
    ]
    return [*lines, "", *table(("term", "value", "known", "source"), rows)]


def _side(term: dict[str, Any], side: str) -> str:
    """One side of a difference; how it is known stands beside it where only that differs."""
    shown = _value(term[side])
    if term["a"] != term["b"] or f"{side}_known" not in term:
        return shown
    return f"{shown} ({(term[f'{side}_known'] or 'absent').replace('_', ' ')})"


def _value(value: Any) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _outcome(value: dict[str, Any]) -> str:
    return " ".join([value["outcome"], *value["codes"]])
