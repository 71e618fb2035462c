"""`counterfoil ledger disclose | check-release | expunge`: show entries with chosen fields, or destroy them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from counterfoil.cli.custodian.ledger import group
from counterfoil.cli.custodian.office import OfficerOption, now, opened
from counterfoil.cli.door import DONE, FOUND, Answer, Door, command
from counterfoil.cli.outside.audit import KeysOption, PolicyOption, cosigned
from counterfoil.cli.text import pairs, table

if TYPE_CHECKING:
    from counterfoil.cases.redaction.plan import Plan
    from counterfoil.ledger.redact import Release

LARGEST_RELEASE = 256 << 20


@command(
    group,
    "disclose",
    "counterfoil ledger disclose --entries 3,7-9 --fields time --reason '*=26 USC 6103(a)' --as alba -o release.json",
    "counterfoil ledger disclose --batch b-a0a64eefe031a911 --request r-1 --fields answer.codes,time,purpose "
    "--reason 'request=5 USC 552(b)(7)(C)' --reason '*=26 USC 6103(a)' --as alba --as boris -o release.json",
    "counterfoil ledger disclose --plan court-order-12.yaml --as alba --as boris -o release.json --json",
)
def disclose(
    door: Door,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where the release goes, as JSON.")],
    officers: Annotated[
        list[str],
        typer.Option("--as", metavar="OFFICER", help="Who releases; two different ones where a personal field shows."),
    ],
    entries: Annotated[
        str | None, typer.Option("--entries", metavar="LIST", help="Entries of the ledger, such as 3,7-9.")
    ] = None,
    batch: Annotated[str | None, typer.Option("--batch", metavar="ID", help="All entries of this batch.")] = None,
    request: Annotated[
        str | None,
        typer.Option("--request", metavar="ID", help="Of the batch, only this request and its answer."),
    ] = None,
    fields: Annotated[
        str, typer.Option("--fields", metavar="LIST", help="Fields to show: a name, or type.name for one type.")
    ] = "",
    reasons: Annotated[
        list[str] | None,
        typer.Option("--reason", metavar="FIELD=TEXT", help="Why a field is kept back; '*=TEXT' for all others."),
    ] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="FILE", help="All of this as YAML, instead of the options.")
    ] = None,
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="What the release is, in a line.")] = "",
    to: Annotated[str, typer.Option("--to", metavar="TEXT", help="Whom it is for.")] = "",
) -> Answer:
    """Release entries with chosen fields, the others with reasons.

    For a court, or under 5 USC 552. The file proves itself: `ledger check-release`. The act is an entry of its own.
    """
    from counterfoil import cases

    asked = _plan(plan, entries, batch, request, fields, reasons or [], title, to)
    done = cases.disclose(opened(door), asked, officers, output, now())
    lines = [
        *pairs(
            [
                ("release", output),
                ("entries", f"{done.entries:,}"),
                ("shown", ", ".join(done.shown) or "-"),
                ("kept back", ", ".join(done.withheld) or "-"),
                ("recorded as entry", done.entry),
            ]
        ),
        f"Whoever has it checks it with: counterfoil ledger check-release {output} --vkey KEY",
    ]
    return Answer(done.as_dict(), lines)


def _plan(
    path: Path | None,
    entries: str | None,
    batch: str | None,
    request: str | None,
    fields: str,
    reasons: list[str],
    title: str,
    to: str,
) -> Plan:
    from counterfoil.cases.redaction.plan import Plan, read_plan, read_ranges, read_reasons
    from counterfoil.errors import InputError

    if path is not None:
        if any((entries, batch, request, fields, reasons, title, to)):
            raise InputError("A plan says everything by itself.", "Leave the other options out, or leave out --plan.")
        return read_plan(_yaml(path))
    named = frozenset(filter(None, (one.strip() for one in fields.split(","))))
    return Plan(read_ranges(entries or ""), batch or "", request or "", named, read_reasons(reasons), title, to)


def _yaml(path: Path) -> Any:
    import yaml

    from counterfoil.cli.inputs import read_text
    from counterfoil.errors import InputError

    try:
        return yaml.safe_load(read_text(path, "plan"))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError(f"{path} is not YAML.", "Correct it; see the how-to on redaction.") from error


@command(
    group,
    "check-release",
    "counterfoil ledger check-release release.json --vkey ledger.vkey",
    "counterfoil ledger check-release later.json --vkey ledger.vkey --earlier release.json",
    "counterfoil ledger check-release release.json --vkey 'custodian.example+1a2b3c4d+AbCd…' --json",
)
def check_release(
    _door: Door,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The release.")],
    vkey: Annotated[
        str, typer.Option("--vkey", metavar="KEY", help="The ledger's public key, or a file that holds it.")
    ],
    earlier: Annotated[
        list[Path] | None,
        typer.Option("--earlier", metavar="FILE", help="An earlier release: the same entries must be the same."),
    ] = None,
    keys: KeysOption = None,
    policy: PolicyOption = None,
) -> Answer:
    """Check a redacted release, offline and with no database.

    Every field shown is in its entry, every field kept back has its reason, all else are decoys, and the entries are in
    the ledger. Exit code 1 when anything is wrong. With --earlier it is said how many entries were compared, and which
    are left out now; that is no fault.
    """
    from counterfoil.cli.inputs import read_bytes, text_or_file
    from counterfoil.errors import IntegrityError
    from counterfoil.ledger.redact import compare, in_both

    key = text_or_file(vkey, "ledger's public key")
    known = None if keys is None else read_bytes(keys, "history of keys")
    witnesses = None if policy is None else read_bytes(policy, "witness policy")
    problems: list[str] = []
    compared: list[dict[str, Any]] = []
    release: Release | None = None
    try:
        release = _opened(file, key, known, witnesses)
    except IntegrityError as error:
        problems.append(error.what)
    for path in earlier or ():
        try:
            before = _opened(path, key, known)
        except IntegrityError as error:
            problems.append(f"{path}: {error.what}")
            continue
        if release:
            problems += compare(before, release)
            both, left_out = in_both(before, release)
            compared.append({"file": str(path), "entries": both, "left_out": left_out})
    lines = [*_told(release), *_compared(compared)] if release else []
    lines += [f"  wrong: {problem}" for problem in problems]
    lines.append("The release holds." if not problems else "The release does NOT hold.")
    document = {"ok": not problems, "problems": problems, "compared": compared, **(_facts(release) if release else {})}
    return Answer(document, lines, FOUND if problems else DONE)


def _compared(rows: list[dict[str, Any]]) -> list[str]:
    """How much of each earlier release could be compared, which a comparison of nothing does not tell by its result."""
    lines = []
    for row in rows:
        many, left_out = len(row["entries"]), row["left_out"]
        told = f"{many} entr{'y is' if many == 1 else 'ies are'} in both and compared"
        lines.append(f"  {row['file']}: {told if many else 'NO entry is in both: nothing was compared'}.")
        if left_out and many:
            lines.append(
                f"  note: left out of this release: entries {', '.join(map(str, left_out[:20]))}{_more(left_out)}"
            )
    return lines


def _more(rows: list[int]) -> str:
    return f" … and {len(rows) - 20:,} more." if len(rows) > 20 else "."


def _opened(path: Path, vkey: str, keys: bytes | None, policy: bytes | None = None) -> Release:
    from counterfoil.cli.inputs import read_bytes
    from counterfoil.ledger.redact import open_release, read_release

    return open_release(read_release(read_bytes(path, "release", LARGEST_RELEASE)), vkey, keys, policy)


def _told(release: Release) -> list[str]:
    rows = []
    for entry in release.entries:
        kind = str(entry.public["type"])
        if entry.expunged is not None:
            rows.append((str(entry.index), kind, "(all)", "expunged", f"by entry {entry.expunged}"))
        rows += [(str(entry.index), kind, name, "shown", str(value)) for name, value in entry.disclosed.items()]
        rows += [(str(entry.index), kind, name, "kept back", reason) for name, reason in entry.withheld.items()]
    head = [("ledger", release.origin), ("release", release.title or "-"), ("to", release.to or "-")]
    head += [("recorded as entry", str(release.record)), ("under", f"a checkpoint of {release.size:,} entries")]
    shown = table(("entry", "type", "field", "", "value or reason"), rows)
    return [*pairs(head), *shown, *cosigned(release.witnesses)]


def _facts(release: Release) -> dict[str, Any]:
    import base64

    return {
        "origin": release.origin,
        "size": release.size,
        "root": base64.b64encode(release.root).decode(),
        "title": release.title,
        "to": release.to,
        "ledger_entry": release.record,
        "witnesses": dict(release.witnesses),
        "entries": [
            {
                "index": entry.index,
                "public": dict(entry.public),
                "disclosed": dict(entry.disclosed),
                "withheld": dict(entry.withheld),
                "decoys": entry.decoys,
                "expunged_by": entry.expunged,
            }
            for entry in release.entries
        ],
    }


@command(
    group,
    "expunge",
    "counterfoil ledger expunge --entry 12 --as alba --authority '5 USC 552a(d)(2)'",
    "counterfoil ledger expunge --entry 12 --entry 15-18 --as alba --authority 'Order of 3 May 2026, 25-cv-00457'",
    "counterfoil ledger expunge --entry 12 --as alba --authority '44 USC 3303a' --json",
)
def expunge(
    door: Door,
    entries: Annotated[
        list[str], typer.Option("--entry", metavar="N", help="An entry, or a range such as 15-18; can be repeated.")
    ],
    officer: OfficerOption,
    authority: Annotated[
        str, typer.Option("--authority", metavar="TEXT", help="The provision or order. It stands in the public ledger.")
    ],
) -> Answer:
    """Destroy the values of entries; the tree still verifies.

    The act and its authority are recorded first. Nobody, the custodian included, can open the entries afterwards;
    backups made before hold them until they are destroyed too.
    """
    from counterfoil import cases
    from counterfoil.cases.redaction.plan import read_ranges

    done = cases.expunge(opened(door), read_ranges(",".join(entries)), officer, authority, now())
    lines = pairs(
        [
            ("expunged", ", ".join(map(str, done.entries))),
            ("recorded as entry", ", ".join(map(str, done.recorded)) or "(recorded before)"),
        ]
    )
    lines.append(done.note)
    return Answer(done.as_dict(), lines, DONE if done.wiped else FOUND)
