"""`counterfoil witness`: be a witness of someone's ledger, or say whose cosignatures this office waits for."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import Answer, Door, command, note, noun
from counterfoil.cli.text import pairs
from counterfoil.errors import NotFoundError

group = noun("witness", "Be a witness of a ledger, or name those an answer waits for.")


@command(
    group,
    "new",
    "counterfoil witness new inspector-general.example/witness -o witness.key",
    "counterfoil witness new newsroom.example/w1 -o w1.key --algorithm ml-dsa-44",
    "counterfoil witness new court.example/clerk -o clerk.key --json",
)
def new(
    _door: Door,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The witness's name, as an address without https://.")],
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="FILE", help="The private key (0600); FILE.pub beside it is the public one."
        ),
    ],
    algorithm: Annotated[
        str, typer.Option("--algorithm", metavar="NAME", help="ed25519, or ml-dsa-44 against quantum computers.")
    ] = "ed25519",
) -> Answer:
    """Make the key of a new witness (C2SP tlog-cosignature).

    An existing file is never overwritten.
    """
    from counterfoil.ledger.witness.cosigner import Cosigner, write_key

    cosigner = Cosigner.new(name, algorithm)
    write_key(cosigner, output)
    document = {"id": cosigner.key.vkey, "private": str(output), "public": f"{output}.pub"}
    lines = pairs(
        [
            ("private key", f"{output} (keep it to yourself, and never use its copy)"),
            ("public key", f"{output}.pub (give this away)"),
        ]
    )
    return Answer(document, lines)


@command(
    group,
    "serve",
    "counterfoil witness serve --key witness.key --log ledger.vkey",
    "counterfoil witness serve --key witness.key --log ledger.vkey --log other.vkey --state witness.state",
    "counterfoil witness serve --key witness.key --log ledger.vkey --host 0.0.0.0 --port 8100",
)
def serve(
    door: Door,
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help="The witness's private key (`witness new`).")],
    log: Annotated[
        list[str], typer.Option("--log", metavar="VKEY", help="The public key of a ledger to watch, or its file.")
    ],
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="FILE", help="What the witness remembers (default: KEY.state). Never lose it."),
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = 8100,
) -> Answer:
    """Run a witness: cosign only what continues what was seen.

    C2SP tlog-witness over HTTP; ends with Ctrl-C. Put it behind a web server that speaks https.
    """
    from counterfoil.cli.inputs import text_or_file
    from counterfoil.keys import read_key_file
    from counterfoil.ledger.auditor.note import read_key
    from counterfoil.ledger.witness.cosigner import Cosigner
    from counterfoil.ledger.witness.head import Heads
    from counterfoil.ledger.witness.judge import Witness
    from counterfoil.ledger.witness.serve import WitnessServer

    if not key.exists():
        raise NotFoundError(
            f"There is no file {key} (witness's private key).", "Make one with `counterfoil witness new`."
        )
    cosigner = Cosigner.read(read_key_file(key, "counterfoil witness new"))
    logs = [read_key(text_or_file(one, "ledger's public key")) for one in log]
    heads = Heads.of(state or key.with_name(f"{key.name}.state"), cosigner.key.vkey, key)
    server = WitnessServer((host, port), Witness(cosigner, heads, logs), quiet=door.quiet)
    document = {"id": cosigner.key.vkey, "url": server.url, "logs": sorted({one.name for one in logs})}
    text = json.dumps(document) if door.json else f"witness {cosigner.name} {cosigner.key.vkey} {server.url}"
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
        note(door, "The line above is that of a witness policy. Stop with Ctrl-C.")
        server.serve_forever()
    except KeyboardInterrupt:
        note(door, "Stopped; what was cosigned is remembered.")
    finally:
        server.server_close()
    raise typer.Exit(0)


@command(
    group,
    "policy",
    "counterfoil witness policy",
    "counterfoil witness policy witnesses.policy --as ana",
    "counterfoil --data /srv/counterfoil witness policy --json",
)
def policy(
    door: Door,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A policy to put in force; without it the one in force.")
    ] = None,
    officer: Annotated[
        str, typer.Option("--as", metavar="OFFICER", help="Who puts it in force (see `officer list`).")
    ] = "",
) -> Answer:
    """Show or set whose cosignatures an answer waits for.

    C2SP tlog-policy; none to begin with, and none again with `quorum none`. Each change is a ledger entry.
    """
    from counterfoil import cases
    from counterfoil.cli.inputs import read_text

    office = opened(door)
    if file is None:
        shown = cases.show_policy()
        text = str(shown["policy"]) or "# No policy is in force: answers wait for no witness.\nquorum none\n"
        return Answer(shown, raw=text)
    adopted = cases.adopt_policy(office, read_text(file, "witness policy"), officer, now())
    lines = [
        f"In force from entry {adopted['ledger_entry']} on: an answer waits for `{adopted['quorum']}`.",
        *(f"  {row['name']}  {row['url'] or 'no address'}" for row in adopted["witnesses"]),
    ]
    return Answer(adopted, lines)


@command(
    group,
    "list",
    "counterfoil witness list",
    "counterfoil witness list --json",
    "counterfoil --data /srv/counterfoil witness list",
)
def list_(door: Door) -> Answer:
    """List the witnesses of the policy in force.

    With the size of the ledger that each cosigned last."""
    from counterfoil import cases

    opened(door)
    shown = cases.show_policy()
    rows = [
        (row["name"], "nothing yet" if row["cosigned_size"] is None else f"{row['cosigned_size']:,} entries")
        for row in shown["witnesses"]
    ]
    return Answer(shown, [*pairs(rows), f"quorum: {shown['quorum']}"])
