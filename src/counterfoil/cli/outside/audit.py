"""`counterfoil audit`: check an exported ledger or a proof, with no database and no trust in the custodian."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.door import DONE, FOUND, Answer, Door, command
from counterfoil.cli.text import pairs, table, utc


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    command(
        app,
        "audit",
        "counterfoil audit ledger-export --vkey ledger.vkey --checkpoint checkpoint-of-last-month",
        "counterfoil audit https://custodian.example/ledger --vkey ledger.vkey --witness-policy witnesses.policy",
        "counterfoil audit r-00017.tlog-proof --vkey 'custodian.example+1a2b3c4d+AbCd…'",
    )(audit)


VkeyOption = Annotated[
    str, typer.Option("--vkey", metavar="KEY", help="The ledger's public key, or a file that holds it.")
]
PolicyOption = Annotated[
    Path | None,
    typer.Option("--witness-policy", metavar="FILE", help="Whose cosignatures the checkpoint must have."),
]
KeysOption = Annotated[
    Path | None,
    typer.Option(
        "--keys",
        metavar="FILE",
        help="For what was made before a change of key: the history of the ledger's keys (`key history`).",
    ),
]


def audit(
    _door: Door,
    place: Annotated[
        str, typer.Argument(metavar="DIR|URL|FILE", help="The exported ledger, its address, or a .tlog-proof.")
    ],
    vkey: VkeyOption,
    since: Annotated[
        list[Path] | None,
        typer.Option(
            "--checkpoint",
            "--since",
            metavar="CHECKPOINT",
            help="A checkpoint kept from an earlier audit: the ledger must still contain it.",
        ),
    ] = None,
    policy: PolicyOption = None,
    keys: KeysOption = None,
) -> Answer:
    """Check an exported ledger: entries, tiles, signatures.

    Exit code 1 when anything is wrong, each fault in words.
    """
    from counterfoil.cli.inputs import read_text, text_or_file
    from counterfoil.ledger import audit as audit_export

    if Path(place).is_file():
        return proof(Path(place), vkey, policy, keys)
    earlier = [read_text(path, "checkpoint") for path in since or ()]
    key = text_or_file(vkey, "ledger's public key")
    report = audit_export(place, key, since=earlier, witness_policy=_policy(policy))
    lines = [
        *pairs([("ledger", report.origin), ("entries", f"{report.size:,}"), ("root", report.root)]),
        *table(("", ""), [(kind, f"{count:,}") for kind, count in report.types.items()], right=(1,)),
        *cosigned(report.witnesses),
        *(f"  gap: {gap}" for gap in report.gaps),
        *(f"  compromised: {key}" for key in report.compromised),
        *(f"  note: {note}" for note in report.notes),
        *(f"  wrong: {problem}" for problem in report.problems),
        "The ledger is whole." if report.ok else "The ledger is NOT whole.",
    ]
    return Answer(report.as_dict(), lines, DONE if report.ok else FOUND)


def proof(file: Path, vkey: str, policy: Path | None, keys: Path | None = None) -> Answer:
    """Check a proof bundle: what it shows, or why it shows nothing."""
    from counterfoil.cli.inputs import read_bytes, text_or_file
    from counterfoil.ledger.auditor.proof import check_proof

    report = check_proof(
        read_bytes(file, "proof"),
        text_or_file(vkey, "ledger's public key"),
        witness_policy=_policy(policy),
        keys=None if keys is None else read_bytes(keys, "history of keys"),
    )
    shown = [
        ("ledger", report.origin),
        ("entry", f"{report.index:,} of {report.size:,}"),
        *((name, value) for name, value in report.public.items()),
        *((f"disclosed: {name}", json.dumps(value, ensure_ascii=False)) for name, value in report.disclosed.items()),
        ("withheld, and decoys", report.withheld),
    ]
    lines = [
        *(pairs(shown) if report.origin else []),
        *cosigned(report.witnesses),
        *(f"  wrong: {problem}" for problem in report.problems),
        "The entry is in the ledger." if report.ok else "This proves NOTHING.",
    ]
    return Answer(report.as_dict(), lines, DONE if report.ok else FOUND)


def _policy(file: Path | None) -> bytes | None:
    from counterfoil.cli.inputs import read_bytes

    return None if file is None else read_bytes(file, "witness policy")


def cosigned(times: Mapping[str, int]) -> list[str]:
    """The witnesses that cosigned, and when, a line each."""
    return [f"cosigned by {name} at {utc(time)}" for name, time in times.items()]
