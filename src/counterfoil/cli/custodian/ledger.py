"""`counterfoil ledger`: the record of every request and every outcome."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import DONE, FOUND, Answer, Door, command, note, noun
from counterfoil.cli.progress import progress
from counterfoil.cli.text import pairs
from counterfoil.errors import InputError

group = noun("ledger", "Verify the ledger, sign it, export it, and prove entries.")


@command(
    group,
    "verify",
    "counterfoil ledger verify",
    "counterfoil ledger verify --json",
    "counterfoil --data /srv/counterfoil ledger verify",
)
def verify(door: Door) -> Answer:
    """Verify the whole ledger against its own signed checkpoints.

    And against what the record beside the keys and the witnesses know to be signed. Exit code 1 when anything is wrong,
    each fault in words.
    """
    from counterfoil import cases

    with progress(door, "Verifying the ledger") as tick:
        report = cases.ledger_verify(opened(door), progress=tick)
    document = report.as_dict()
    lines = [
        *pairs([("entries", f"{document['size']:,}"), ("root", document["root"])]),
        *(f"  wrong: {problem}" for problem in report.facts["problems"]),
        "The ledger verifies." if report.ok else "The ledger does NOT verify.",
        *([f"What to do: {document['next']}"] if document["next"] else []),
    ]
    return Answer(document, lines, DONE if report.ok else FOUND)


@command(
    group,
    "checkpoint",
    "counterfoil ledger checkpoint",
    "counterfoil ledger checkpoint > checkpoint-today",
    "counterfoil ledger checkpoint --witness-policy witnesses.policy --json",
)
def checkpoint(
    door: Door,
    policy: Annotated[
        Path | None,
        typer.Option(
            "--witness-policy",
            metavar="FILE",
            help="Whose cosignatures to ask for (default: the policy in force, see `witness policy`).",
        ),
    ] = None,
) -> Answer:
    """Print the newest signed checkpoint, for others to keep.

    With the cosignatures of the witnesses; exit code 1 when they do not make the quorum.
    """
    from counterfoil import cases
    from counterfoil.cli.inputs import read_text

    text = read_text(policy, "witness policy") if policy is not None else ""
    signed = cases.ledger_checkpoint(opened(door), now(), text)
    for problem in signed.facts["problems"]:
        note(door, f"not cosigned: {problem}")
    return Answer(signed.as_dict(), raw=signed.facts["checkpoint"], exit_code=DONE if signed.ok else FOUND)


@command(
    group,
    "export",
    "counterfoil ledger export ledger-export",
    "counterfoil ledger export /srv/public/ledger --json",
    "counterfoil --data /srv/counterfoil ledger export ledger-export",
)
def export(door: Door, folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the tree goes.")]) -> Answer:
    """Write the ledger as files that anyone can audit.

    A C2SP tlog-tiles tree; it holds no personal data. Exit code 1 when the witnesses of the policy in force
    do not make the quorum: the files are written, and an audit that asks for the cosignatures will miss them.
    Nothing is written where entries are known to be lost.
    """
    from counterfoil import cases

    with progress(door, "Exporting the ledger") as tick:
        written = cases.ledger_export(opened(door), folder, progress=tick)
    document = written.as_dict()
    for problem in written.facts["problems"]:
        note(door, f"not cosigned: {problem}")
    vkey = door.data / "public" / "ledger.vkey"
    return Answer(
        document,
        [
            f"The ledger ({document['size']:,} entries) is in {folder}",
            f"Audit it with: counterfoil audit {folder} --vkey {vkey}",
        ],
        exit_code=DONE if written.ok else FOUND,
    )


@command(
    group,
    "prove",
    "counterfoil ledger prove 12 -o entry-12.tlog-proof",
    "counterfoil ledger prove --batch b-1f2e --request r-00017 -o r-00017.tlog-proof",
    "counterfoil ledger prove 12 --disclose request --as alba --as boris --reason 'order of 2 March' -o 12.tlog-proof",
)
def prove(
    door: Door,
    index: Annotated[int | None, typer.Argument(metavar="[INDEX]", min=0, help="The entry's number, from 0.")] = None,
    batch: Annotated[str | None, typer.Option("--batch", metavar="ID", help="The batch of --request.")] = None,
    request: Annotated[
        str | None, typer.Option("--request", metavar="ID", help="Prove this request's entry, instead of INDEX.")
    ] = None,
    answer: Annotated[bool, typer.Option("--answer", help="With --request: the entry of its answer.")] = False,
    disclose: Annotated[
        list[str] | None,
        typer.Option("--disclose", metavar="FIELD", help="A sealed field to disclose; needs --as and --reason."),
    ] = None,
    officers: Annotated[
        list[str] | None,
        typer.Option("--as", metavar="OFFICER", help="Who discloses; two different ones where a field is personal."),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is disclosed.")] = "",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where the proof goes (as JSON if it ends in .json)."),
    ] = None,
) -> Answer:
    """Prove offline that an entry is in the ledger (RFC 9162).

    The file, a C2SP tlog-proof, holds the entry, its proof, and the checkpoint with its cosignatures;
    `ledger check-proof` checks it. A disclosure is itself recorded, by as many officers as `ledger disclose` asks for;
    its file is for its owner alone and overwrites nothing. Exit code 1 when the witnesses do not make the quorum.
    """
    from counterfoil import cases
    from counterfoil.cli.inputs import write_text

    office = opened(door)
    if (index is None) == (request is None) or (request is None) != (batch is None):
        raise InputError(
            "Name one entry: INDEX, or --batch ID and --request ID.", "See `counterfoil ledger prove --help`."
        )
    at = cases.request_entry(office, str(batch), str(request), answer=answer) if index is None else index
    if disclose:
        proven = cases.ledger_prove_disclosing(office, at, disclose, officers or (), reason, now(), output)
    else:
        proven = cases.ledger_prove(office, at)
        if output is not None:
            write_text(output, cases.proof_text(proven.facts, output))
    for problem in proven.facts.get("problems", ()):
        note(door, f"not cosigned: {problem}")
    document, code = {"id": str(at), **proven.as_dict()}, DONE if proven.ok else FOUND
    if output is None:
        return Answer(document, raw=str(document["tlog_proof"]), exit_code=code)
    return Answer({**document, "output": str(output)}, [f"The proof of entry {at} is in {output}"], code)
