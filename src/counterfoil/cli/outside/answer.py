"""`counterfoil answer`: the requester opens what the custodian released."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.door import DONE, FOUND, Answer, Door, command, noun
from counterfoil.cli.outside.audit import KeysOption
from counterfoil.cli.text import pairs, table

group = noun("answer", "Open a sealed answer.")

LARGEST = 600_000_000  # bytes of a sealed answer to 100,000 requests, with every code, and room to spare
MOST_SHOWN = 50  # rows written out for people; --json gives all
READERS_SHOWN = 5  # of those whom the answer is for


@command(
    group,
    "open",
    "counterfoil answer open answer.jwe --key officer-07.jwk --custodian custodian.jwk",
    "counterfoil answer open answer.jwe --key officer-07.jwk --custodian custodian.jwk --vkey ledger.vkey",
    "counterfoil answer open answer.jwe --key officer-07.jwk --custodian custodian.jwk --json > answer.json",
)
def open_(
    door: Door,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The sealed answer.")],
    key: Annotated[
        Path,
        typer.Option("--key", metavar="KEY", help="The private key of an officer on the batch's roster."),
    ],
    custodian: Annotated[
        Path | None,
        typer.Option(
            "--custodian",
            metavar="PUB",
            help="The custodian's public key (default: from the data directory).",
        ),
    ] = None,
    vkey: Annotated[
        str | None,
        typer.Option(
            "--vkey",
            metavar="KEY",
            help="The ledger's public key or its file, to check the receipt (default: the data directory's).",
        ),
    ] = None,
    keys: KeysOption = None,
) -> Answer:
    """Open a sealed answer, and check who signed it.

    Exit code 1 when a request was refused or held, or when the receipt is not in order.
    """
    from counterfoil.answer import open_answer
    from counterfoil.cli.inputs import public_file, read_bytes
    from counterfoil.request import read_key

    ledger_key = _ledger_key(vkey, door.data)
    opened = open_answer(
        read_bytes(file, "sealed answer", LARGEST),
        read_key(key, private=True),
        read_key(public_file(custodian, door.data, "custodian.jwk", "--custodian"), private=False),
        vkey=ledger_key,
        keys=None if keys is None else read_bytes(keys, "history of keys"),
    )
    document = opened.as_dict()
    counts = Counter(str(row.outcome) for row in opened.rows)
    wrong = opened.problems or counts["REFUSED"] or counts["HELD"]
    return Answer(document, _in_words(document, counts, checked=ledger_key is not None), FOUND if wrong else DONE)


def _ledger_key(given: str | None, data: Path) -> str | None:
    from counterfoil.cli.inputs import read_text, text_or_file

    if given is not None:
        return text_or_file(given, "ledger's public key")
    beside = data / "public" / "ledger.vkey"
    return read_text(beside, "ledger's public key").strip() if beside.exists() else None


def _in_words(document: dict[str, Any], counts: Counter[str], *, checked: bool) -> list[str]:
    rows: list[dict[str, Any]] = document["rows"]
    notice: dict[str, Any] = document["notice"]
    lines = pairs(
        [
            ("batch", document.get("batch_id")),
            ("as of", notice.get("point_in_time")),
            ("for", readers_in_words(notice.get("readers") or ["the officers of the roster"])),
        ]
    )
    lines += [
        "",
        *table(("outcome", "requests"), [(k, f"{v:,}") for k, v in sorted(counts.items())], right=(1,)),
        "",
    ]
    shown = [(row["request_id"], row["outcome"], " ".join(row["codes"])) for row in rows[:MOST_SHOWN]]
    lines += table(("request", "outcome", "codes"), shown)
    if len(rows) > MOST_SHOWN:
        lines.append(f"… and {len(rows) - MOST_SHOWN:,} more: --json gives all.")
    for code, text in document["explanations"].items():
        lines += ["", f"{code}: {text['message']} ({text['citation']})", f"  What to do: {text['remedy']}"]
    notices = [str(notice[name]) for name in ("sole_use", "limits") if name in notice]
    return [*lines, "", _receipt_in_words(document, checked=checked), "", *notices]


def readers_in_words(readers: list[str]) -> str:
    """The first readers, and how many more there are: a roster may have thirty."""
    more = len(readers) - READERS_SHOWN
    told = "; ".join(readers[:READERS_SHOWN])
    return f"{told}; and {more:,} more (--json gives all)" if more > 0 else told


def _receipt_in_words(document: dict[str, Any], *, checked: bool) -> str:
    """What the ledger's receipt showed."""
    if document["problems"]:
        return "The receipt does NOT hold: " + " ".join(document["problems"])
    if not checked:
        return "The receipt was not checked: name the ledger's public key with --vkey."
    return f"The receipt holds: entry {document['receipt'].get('index')} of the ledger commits to these very rows."
