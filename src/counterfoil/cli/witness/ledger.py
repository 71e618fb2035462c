"""`counterfoil ledger gap` and `ledger check-proof`: what outsiders and losses ask of the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.custodian.ledger import group
from counterfoil.cli.custodian.office import OfficerOption, now, opened
from counterfoil.cli.door import Answer, Door, command
from counterfoil.cli.outside.audit import KeysOption, PolicyOption, VkeyOption, proof
from counterfoil.cli.text import pairs


@command(
    group,
    "gap",
    "counterfoil ledger gap --as ana --reason 'disk lost on 3 March; backup of 1 March restored'",
    "counterfoil ledger gap --as ana --reason 'backup restored' --checkpoint checkpoint-of-the-auditor",
    "counterfoil ledger gap --as ana --reason 'backup restored' --json",
)
def gap(
    door: Door,
    officer: OfficerOption,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="How the entries were lost.")],
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint", metavar="FILE", help="A checkpoint of this ledger that it does not continue, if not known."
        ),
    ] = None,
) -> Answer:
    """State that entries are lost, and go on under a new name.

    Only where the ledger is known to have signed more than it has. Restoring a newer backup is always better.
    """
    from counterfoil import cases
    from counterfoil.cli.inputs import read_text

    text = read_text(checkpoint, "checkpoint") if checkpoint is not None else ""
    stated = cases.state_gap(opened(door), officer, reason, now(), text)
    lost = (
        f"the entries from {stated.lost_from} on are lost"
        if stated.lost_from < stated.lost_to
        else f"the first {stated.lost_to} entries are not those that were signed before"
    )
    if stated.corrects is not None:
        lines = [
            f"Entry {stated.entry} corrects entry {stated.corrects}: {stated.lost_to} entries had been signed before.",
            *pairs([("under the name of", stated.previous), ("the ledger remains", stated.vkey)]),
        ]
        return Answer(stated.as_dict(), lines)
    lines = [
        f"Entry {stated.entry} states that {lost}.",
        *pairs([("the ledger was", stated.previous), ("it now is", stated.vkey)]),
        "Give the new key to auditors, requesters and witnesses; those who keep the old one see the loss.",
    ]
    return Answer(stated.as_dict(), lines)


@command(
    group,
    "check-proof",
    "counterfoil ledger check-proof r-00017.tlog-proof --vkey ledger.vkey",
    "counterfoil ledger check-proof r-00017.tlog-proof --vkey ledger.vkey --witness-policy witnesses.policy",
    "counterfoil ledger check-proof receipt.json --vkey 'custodian.example+1a2b3c4d+AbCd…' --keys ledger-keys.json",
)
def check_proof(
    _door: Door,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .tlog-proof or a receipt, of `ledger prove`.")],
    vkey: VkeyOption,
    policy: PolicyOption = None,
    keys: KeysOption = None,
) -> Answer:
    """Check a proof offline, with no database.

    Shows the entry and what is disclosed of it. Exit code 1 when it proves nothing.
    """
    return proof(file, vkey, policy, keys)
