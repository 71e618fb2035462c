"""`counterfoil key`: the key pair of an official, an officer or any party."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.door import Answer, Door, command, noun
from counterfoil.cli.text import pairs

group = noun("key", "Make key pairs; list and change the office's own keys.")


@command(
    group,
    "new",
    "counterfoil key new -o director.jwk",
    "counterfoil key new -o keys/officer-07.jwk",
    "counterfoil --json key new -o auditor.jwk",
)
def new(
    _door: Door,
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="The private key (0600); FILE.pub beside it is the public one.",
        ),
    ],
) -> Answer:
    """Make a key pair, to sign with and to open answers with.

    EC P-256 as JWK (RFC 7517); its id is the thumbprint of RFC 7638. An existing file is never overwritten.
    """
    from counterfoil.request import write_key_pair

    made = write_key_pair(output)
    kid = str(made["kid"])
    document = {"id": kid, "private": str(output), "public": f"{output}.pub"}
    lines = pairs(
        [
            ("id", kid),
            ("private key", f"{output} (keep it to yourself)"),
            ("public key", f"{output}.pub (give this away)"),
        ]
    )
    return Answer(document, lines)
