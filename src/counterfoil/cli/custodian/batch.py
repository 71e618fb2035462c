"""`counterfoil batch`: the custodian's steps with a batch, from receipt to release."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.custodian.office import OfficerOption, now, opened
from counterfoil.cli.door import DONE, FOUND, Answer, Door, command, noun
from counterfoil.cli.progress import progress
from counterfoil.cli.text import pairs, table
from counterfoil.errors import InputError

group = noun("batch", "Receive, examine, approve, verify and release batches.")


class RulesChoice(StrEnum):
    """Which rule set decides again."""

    OWN = "own"
    CURRENT = "current"


class EngineChoice(StrEnum):
    """What reads the registry. `duckdb` is an older name of `local`."""

    LOCAL = "local"
    DUCKDB = "duckdb"
    SPARK = "spark"


IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The batch's id, as `batch receive` gave it.")]
WorkersOption = Annotated[
    int, typer.Option("--workers", metavar="N", min=0, help="Processes that work at it; 0 is one for each core.")
]
MOST_SHOWN = 20  # rows with findings that are written out for people; --json gives all


@command(
    group,
    "receive",
    "counterfoil batch receive batch.jwe",
    "counterfoil batch receive batch.jwe --channel desk",
    "counterfoil --data /srv/counterfoil batch receive incoming/batch-7.jwe --json",
)
def receive(
    door: Door,
    file: Annotated[Path, typer.Argument(metavar="BATCH", help="A sealed batch.")],
    channel: Annotated[str, typer.Option("--channel", metavar="NAME", help="How it came: api, sdt or desk.")] = "sdt",
) -> Answer:
    """Receive a sealed batch; the same bytes give the same id.

    Exit code 1 when it was refused at the door, with the codes: it is on record all the same.
    """
    from counterfoil import cases

    document: dict[str, Any] = cases.receive(opened(door), file, channel, now()).as_dict()
    codes = list(document.get("codes") or ())
    lines = [str(document["id"])]
    if codes:
        lines.append(f"refused at the door: {' '.join(codes)}")
    return Answer(document, lines, FOUND if codes else DONE)


@command(
    group,
    "list",
    "counterfoil batch list",
    "counterfoil batch list --json",
    "counterfoil --data /srv/counterfoil batch list",
)
def list_(door: Door) -> Answer:
    """List the batches and the step that each is at."""
    from counterfoil import cases

    batches = [batch.as_dict() for batch in cases.list_batches(opened(door))]
    rows = [(b["id"], b["state"], f"{b['count']:,}", b["received"], b["official"]) for b in batches]
    lines = table(("id", "state", "requests", "received", "official"), rows, right=(2,))
    return Answer({"batches": batches}, lines or ["No batch has been received."])


@command(
    group,
    "show",
    "counterfoil batch show b-0123456789",
    "counterfoil batch show b-0123456789 --json",
    "counterfoil --data /srv/counterfoil batch show b-0123456789",
)
def show(door: Door, id: IdArgument) -> Answer:
    """Show where a batch stands, who acted, and what comes next."""
    from counterfoil import cases

    document = cases.show_batch(opened(door), id, now()).as_dict()
    shown = {name: value for name, value in document.items() if value not in (None, (), [], {}) and name != "batch"}
    lines = pairs([(name.replace("_", " "), _value(value)) for name, value in shown.items()])
    for finding in document.get("batch") or ():  # type: ignore[attr-defined]
        lines += ["", *_finding("the batch: ", finding)]
    return Answer(document, lines)


@command(
    group,
    "examine",
    "counterfoil batch examine b-0123456789",
    "counterfoil batch examine b-0123456789 --json > findings.json",
    "counterfoil --data /srv/counterfoil batch examine b-0123456789 --workers 1",
)
def examine(
    door: Door,
    id: IdArgument,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", min=1, max=256, metavar="N", help="Processes for a large batch (default: one a processor)."
        ),
    ] = None,
) -> Answer:
    """Examine every request: all deficiencies at once.

    No registry row is read. Exit code 1 when any request is refused or held.
    """
    from counterfoil import cases

    with progress(door, "Examining") as tick:
        document = cases.examine(opened(door), id, now(), progress=tick, workers=workers).as_dict()
    return Answer(document, examination_lines(document), FOUND if document["refused"] or document["held"] else DONE)


@command(
    group,
    "recompute",
    "counterfoil batch recompute b-0123456789",
    "counterfoil batch recompute b-0123456789 --with current --json",
    "counterfoil batch recompute b-0123456789 --confirmations --registry /backup/2026-03/registry",
)
def recompute(
    door: Door,
    id: IdArgument,
    rules: Annotated[
        RulesChoice, typer.Option("--with", help="The rule set that decided, or the one that runs now.")
    ] = RulesChoice.OWN,
    confirmations: Annotated[
        bool, typer.Option("--confirmations", help="Also ask the registry of then again, for the rows asked then.")
    ] = False,
    registry: Annotated[
        Path | None, typer.Option("--registry", metavar="DIR", help="Where the registry of then is (a backup).")
    ] = None,
) -> Answer:
    """Decide an old batch again, as of its day; nothing is written.

    By the very rule set that decided it, from the archive kept then. Exit code 1 when any row comes out
    otherwise than recorded.
    """
    from counterfoil import cases

    if registry and not confirmations:
        raise InputError("--registry serves --confirmations alone.", "Add --confirmations, or leave --registry out.")
    current = rules is RulesChoice.CURRENT
    found = cases.recompute(opened(door), id, current=current, confirmations=confirmations, registry=registry)
    document: dict[str, Any] = found.as_dict()
    return Answer(document, _recomputed(document, current), DONE if document["same"] else FOUND)


@command(
    group,
    "lift-hold",
    "counterfoil batch lift-hold b-0123456789 --as alba --reason 'Shape explained by the agency in writing'",
    "counterfoil batch lift-hold b-0123456789 --as alba --reason 'Reviewed row by row' --json",
    "counterfoil --data /srv/counterfoil batch lift-hold b-0123456789 --as alba --reason 'Reviewed'",
)
def lift_hold(
    door: Door,
    id: IdArgument,
    officer: OfficerOption,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why the batch may go on; kept in the ledger.")
    ],
) -> Answer:
    """Lift the hold on a batch: a named officer's recorded act.

    A court order or unmet safeguards are not lifted by this; see `stay` and `safeguard`.
    """
    from counterfoil import cases

    document = cases.lift_hold(opened(door), id, officer, reason, now()).as_dict()
    return Answer(document, [f"Hold on {id} lifted by {officer}."])


@command(
    group,
    "approve",
    "counterfoil batch approve b-0123456789 --as alba",
    "counterfoil batch approve b-0123456789 --as boris --json",
    "counterfoil --data /srv/counterfoil batch approve b-0123456789 --as alba",
)
def approve(door: Door, id: IdArgument, officer: OfficerOption) -> Answer:
    """Approve the release of a batch. Two different officers must."""
    from counterfoil import cases

    document = cases.approve(opened(door), id, officer, now()).as_dict()
    return Answer(document, [f"{id} approved by {officer} ({document['approvals']} of 2)."])


@command(
    group,
    "return",
    "counterfoil batch return b-0123456789 --as alba",
    "counterfoil batch return b-0123456789 --as alba -o returned.jwe",
    "counterfoil --data /srv/counterfoil batch return b-0123456789 --as alba --json",
)
def return_(
    door: Door,
    id: IdArgument,
    officer: OfficerOption,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="The sealed list of deficiencies, for the requester."),
    ] = None,
) -> Answer:
    """Return a batch unanswered, with every deficiency."""
    from counterfoil import cases

    document = cases.return_batch(opened(door), id, officer, output, now()).as_dict()
    place = f" The sealed list of deficiencies is in {output}" if output else ""
    return Answer(document, [f"{id} returned by {officer}.{place}", *_outcomes(document)], _found(document))


@command(
    group,
    "verify",
    "counterfoil batch verify b-0123456789",
    "counterfoil batch verify b-0123456789 --workers 8 --json",
    "counterfoil batch verify b-0123456789 --engine spark --master spark://host:7077 --registry s3a://bucket/registry",
)
def verify(
    door: Door,
    id: IdArgument,
    workers: WorkersOption = 0,
    engine: Annotated[
        EngineChoice, typer.Option("--engine", help="What reads the registry: processes here, or a Spark cluster.")
    ] = EngineChoice.LOCAL,
    master: Annotated[
        str | None,
        typer.Option("--master", metavar="URL", help="The cluster, as Spark names it (default: local[*])."),
    ] = None,
    registry: Annotated[
        str | None,
        typer.Option(
            "--registry", metavar="URL", help="Where the cluster reads the loaded registry (default: where it is)."
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--spark-conf", metavar="NAME=VALUE", help="A setting for Spark; may be given several times."),
    ] = None,
    python: Annotated[
        str | None, typer.Option("--executor-python", metavar="PATH", help="The executors' Python interpreter.")
    ] = None,
) -> Answer:
    """Ask the registry about the requests that passed.

    Only about those, and look-ups are counted. The answer depends neither on the number of processes nor on the
    engine. For Spark, install counterfoil[spark] and Java 17 or newer.
    """
    from counterfoil import cases

    spark = None
    if engine is EngineChoice.SPARK:
        spark = cases.OnSpark(master or "local[*]", registry or "", cases.settings_of(settings or ()), python or "")
    elif master or registry or settings or python:
        raise InputError(
            "--master, --registry, --spark-conf and --executor-python are for Spark.", "Add --engine spark."
        )
    with progress(door, "Verifying") as tick:
        document = cases.verify(opened(door), id, now(), progress=tick, workers=workers, spark=spark).as_dict()
    repeated = f", {document['duplicates']:,} answered as before" if document["duplicates"] else ""
    return Answer(document, [f"{id}: {document['looked_up']:,} looked up{repeated}."])


@command(
    group,
    "release",
    "counterfoil batch release b-0123456789 -o answer.jwe",
    "counterfoil batch release b-0123456789 -o answer.jwe --json",
    "counterfoil --data /srv/counterfoil batch release b-0123456789 -o outgoing/answer.jwe",
)
def release(
    door: Door,
    id: IdArgument,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", help="The sealed answer, for the roster's officers."),
    ],
) -> Answer:
    """Write the sealed answer; its ledger entries come first.

    Releasing again gives the same bytes and is no second disclosure. Exit code 1 when any request was
    refused or held.
    """
    from counterfoil import cases

    with progress(door, "Releasing") as tick:
        document = cases.release(opened(door), id, output, now(), progress=tick).as_dict()
    return Answer(document, [f"The answer to {id} is in {output}", *_outcomes(document)], _found(document))


def _recomputed(document: dict[str, Any], current: bool) -> list[str]:
    """What came out the same and what did not, for people."""
    rows, other, bits = document["rows"], document["differences"], document["confirmations"]
    by = "the rule set that runs now" if current else "its own rule set"
    lines = pairs([("examined", document["examined"]), ("decided by", document["decided_by"])])
    lines += pairs([("recomputed by", f"{document['recomputed_by']} ({by})")])
    lines += ["", f"The same on all {rows:,} rows." if not other else f"Otherwise on {len(other):,} of {rows:,} rows:"]
    table_rows = [
        (row["request_id"] or "the batch", _told(row["recorded"]), _told(row["recomputed"]))
        for row in other[:MOST_SHOWN]
    ]
    lines += table(("request", "recorded", "recomputed"), table_rows)
    if len(other) > MOST_SHOWN:
        lines.append(f"… and {len(other) - MOST_SHOWN:,} more: --json gives all.")
    if bits:
        told = f"otherwise for {' '.join(bits['differences'])}" if bits["differences"] else "the same"
        lines.append(f"The bit of the {bits['rows']:,} rows that were looked up: {told}.")
    return lines + [f"Not as it was then: {gap}" for gap in document["not_as_it_was"]]


def _told(row: dict[str, Any]) -> str:
    return " ".join(filter(None, (row.get("outcome"), *row["codes"]))) or "no finding"


def _outcomes(document: dict[str, Any]) -> list[str]:
    outcomes: dict[str, int] = document["outcomes"]
    return table(("outcome", "requests"), [(name, f"{count:,}") for name, count in outcomes.items()], right=(1,))


def _found(document: dict[str, Any]) -> int:
    return FOUND if document["outcomes"].get("REFUSED") or document["outcomes"].get("HELD") else DONE


def examination_lines(document: dict[str, Any]) -> list[str]:
    """An examination for people: the counts, the batch's findings, the codes, and the first rows in full."""
    lines = pairs([(name, f"{document[name]:,}") for name in ("passed", "refused", "held") if name in document])
    for finding in document.get("batch") or ():
        lines += ["", *_finding("the batch: ", finding)]
    by_code = sorted((document.get("refused_by_code") or {}).items(), key=lambda item: (-item[1], item[0]))
    if by_code:
        lines += ["", *table(("code", "requests"), [(code, f"{count:,}") for code, count in by_code], right=(1,))]
    found = [row for row in document.get("rows") or () if row.get("findings")]
    for row in found[:MOST_SHOWN]:
        lines += ["", f"request {row['request_id'] or 'without an id'}"]
        lines += [line for finding in row["findings"] for line in _finding("  ", finding)]
    if len(found) > MOST_SHOWN:
        lines += ["", f"… and {len(found) - MOST_SHOWN:,} more requests with findings: --json gives all."]
    return lines


def _finding(before: str, finding: dict[str, Any]) -> list[str]:
    """A finding in two lines: what is wrong and by what law; how to mend it."""
    law = f" [{finding['citation']}]" if finding["citation"] else ""
    return [f"{before}{finding['code']}: {finding['message']}{law}", f"    To mend it: {finding['remedy']}"]


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_value(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value(item)}" for key, item in value.items())
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
