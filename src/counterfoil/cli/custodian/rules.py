"""`counterfoil rules`: the rule sets that decided here, kept so that an old decision can be made again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import DONE, FOUND, Answer, Door, command, noun
from counterfoil.cli.text import pairs, table

group = noun("rules", "List, show, keep and hand out the rule sets that decided here.")

HashArgument = Annotated[
    str, typer.Argument(metavar="HASH", help="The rule set's hash, or its first 8 characters or more.")
]


@command(
    group,
    "list",
    "counterfoil rules list",
    "counterfoil rules list --json",
    "counterfoil --data /srv/counterfoil rules list",
)
def list_(door: Door) -> Answer:
    """List the rule sets kept: first use, batches, whether whole.

    Exit code 1 when an archive is missing, damaged or was never kept.
    """
    from counterfoil import cases

    found: list[dict[str, Any]] = [shown.as_dict() for shown in cases.list_rules(opened(door))]
    rows = [
        (
            rules["id"][:16],
            rules["version"],
            str(rules.get("first_used", ""))[:10],
            f"{len(rules['batches']):,}",
            "running" if rules["running"] else "",
            rules["state"],
        )
        for rules in found
    ]
    lines = table(("rule set", "version", "first used", "batches", "", "archive"), rows, right=(3,))
    whole = all(rules["state"] == "kept" for rules in found)
    return Answer({"rules": found}, lines or ["No rule set is kept yet."], DONE if whole else FOUND)


@command(
    group,
    "show",
    "counterfoil rules show",
    "counterfoil rules show 6c8d3a55",
    "counterfoil rules show 6c8d3a55 --json",
)
def show(door: Door, rule_set: HashArgument = "") -> Answer:
    """Show one rule set, without HASH the one that runs.

    With --json also the hash of each of its files.
    """
    from counterfoil import cases

    document = cases.show_rules(opened(door), rule_set).as_dict()
    return Answer(document, _lines(document), DONE if document["state"] == "kept" else FOUND)


@command(
    group,
    "keep",
    "counterfoil rules keep",
    "counterfoil rules keep --json",
    "counterfoil --data /srv/counterfoil rules keep",
)
def keep(door: Door) -> Answer:
    """Keep the rule set that runs now.

    It is also kept by itself when it first decides.

    An archive that is gone or damaged is written anew.
    """
    from counterfoil import cases

    document = cases.keep_rules(opened(door), now()).as_dict()
    return Answer(document, _lines(document))


@command(
    group,
    "export",
    "counterfoil rules export 6c8d3a55 -o rules-2026-11.zip",
    "counterfoil rules export 6c8d3a55 -o rules-2026-11.zip --json",
    "counterfoil --data /srv/counterfoil rules export 6c8d3a55 -o rules-2026-11.zip",
)
def export(
    door: Door,
    rule_set: HashArgument,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where the archive goes.")],
) -> Answer:
    """Hand out a rule set's archive.

    It is checked against the ledger entry that names it.
    """
    from counterfoil import cases

    document = cases.export_rules(opened(door), rule_set, output).as_dict()
    entry, digest = document["ledger_entry"], document["archive_sha256"]
    return Answer(document, [f"The rule set is in {output}", f"Ledger entry {entry} names its SHA-256: {digest}"])


def _lines(document: dict[str, Any]) -> list[str]:
    facts = {**document, "files": len(document.get("files") or ()), "batches": ", ".join(document["batches"])}
    facts["running"] = "yes" if document["running"] else "no"
    return pairs([(name.replace("_", " "), value) for name, value in facts.items()])
