"""`counterfoil request`: the requester checks a file of requests, and seals it into a batch."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.custodian.batch import examination_lines
from counterfoil.cli.door import DONE, FOUND, Answer, Door, command, note, noun
from counterfoil.cli.progress import progress
from counterfoil.cli.text import pairs

if TYPE_CHECKING:
    from counterfoil.request import Manifest

group = noun("request", "Check a file of requests, and seal it into a batch.")

DEFAULT_AGREEMENT = "treasury-dhs-2025-04-07"
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The requests: .csv, .jsonl or .parquet.")]


@command(
    group,
    "check",
    "counterfoil request check requests.csv",
    "counterfoil request check requests.parquet --on 2026-02-01",
    "counterfoil request check requests.csv --agreement treasury-dhs-2025-03-draft --json > findings.json",
)
def check(
    door: Door,
    file: FileArgument,
    agreement: Annotated[
        str, typer.Option("--agreement", metavar="ID", help="The agreement, by id or file.")
    ] = DEFAULT_AGREEMENT,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="As of this day, YYYY-MM-DD (default: today).")
    ] = None,
) -> Answer:
    """Find every deficiency of every request.

    Each with its law and its remedy; no registry is needed. Exit code 1 when any request would be
    refused or held.
    """
    from counterfoil import cases
    from counterfoil.cli.agreements import agreement_meant
    from counterfoil.cli.inputs import day

    as_of = datetime.combine(day(on, "--on"), time(12), UTC) if on is not None else datetime.now(UTC)
    with progress(door, "Examining") as tick:
        document = cases.preflight(file, agreement_meant(door, agreement), as_of, progress=tick).as_dict()
    return Answer(document, examination_lines(document), FOUND if document["refused"] else DONE)


@command(
    group,
    "seal",
    "counterfoil request seal requests.csv --agreement treasury-dhs-2025-04-07 --official director-1 "
    "--key director.jwk --roster roster.csv --storage secure_server --custodian custodian.jwk -o batch.jwe",
    "counterfoil request seal requests.jsonl --agreement treasury-dhs-2025-04-07 --official secretary-1 "
    "--key secretary.jwk --roster roster.csv --storage case_system -o batch.jwe --json",
    "counterfoil request seal requests.csv --agreement treasury-dhs-2025-04-07 --official director-1 "
    "--key director.jwk --roster roster.csv --storage secure_server --batch-id 2026-017 -o batch.jwe",
)
def seal(
    door: Door,
    file: FileArgument,
    agreement: Annotated[
        str, typer.Option("--agreement", metavar="ID", help="The agreement under which is requested.")
    ],
    official: Annotated[
        str,
        typer.Option("--official", metavar="ID", help="The requesting official, as the custodian enrolled them."),
    ],
    key: Annotated[Path, typer.Option("--key", metavar="KEY", help="The official's private key.")],
    roster: Annotated[
        Path,
        typer.Option(
            "--roster",
            metavar="ROSTER",
            help="CSV: key, name, title, agency, email, role, engaged, public_key.",
        ),
    ],
    storage: Annotated[
        str,
        typer.Option("--storage", metavar="CLASS", help="Where answers will be kept: secure_server, case_system, …"),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="BATCH", help="The sealed batch.")],
    custodian: Annotated[
        Path | None,
        typer.Option(
            "--custodian",
            metavar="PUB",
            help="The custodian's public key (default: from the data directory).",
        ),
    ] = None,
    batch_id: Annotated[
        str | None,
        typer.Option(
            "--batch-id",
            metavar="ID",
            help="The requester's own id of the batch (default: made from its name and content).",
        ),
    ] = None,
    signed_at: Annotated[
        str | None,
        typer.Option(
            "--signed-at",
            metavar="TIME",
            help="When it is signed, such as 2026-01-31T12:00:00Z (default: now).",
        ),
    ] = None,
    certification: Annotated[
        str,
        typer.Option("--certification", metavar="ID", help="The use-only text that the official certifies."),
    ] = "use-only-2025",
    channel: Annotated[str, typer.Option("--channel", metavar="NAME", help="api, sdt or desk.")] = "sdt",
    signature_block: Annotated[
        str,
        typer.Option("--signature-block", metavar="TEXT", help="The words above the signature, where there are any."),
    ] = "",
) -> Answer:
    """Sign a file of requests, and seal it to the custodian.

    The file itself is sealed unchanged; `request check` tells beforehand what would be refused.
    """
    from counterfoil.cli.inputs import moment, public_file, write_bytes
    from counterfoil.request import read_key, read_roster, seal_batch

    at = moment(signed_at, "--signed-at") if signed_at is not None else datetime.now(UTC)
    sealed = seal_batch(
        file,
        agreement=agreement,
        official=official,
        roster=read_roster(roster),
        private_jwk=read_key(key, private=True),
        custodian_jwk=read_key(public_file(custodian, door.data, "custodian.jwk", "--custodian")),
        storage=storage,
        signed_at=at.astimezone(UTC),
        batch_id=batch_id,
        certification=certification,
        channel=channel,
        signature_block=signature_block,
    )
    write_bytes(output, sealed)
    manifest = sealed.manifest
    for remark in _unusual(manifest):
        note(door, remark)
    document = {
        "id": manifest.batch_id,
        "count": manifest.count,
        "sha256": manifest.sha256,
        "signed_at": manifest.signed_at,
        "output": str(output),
    }
    lines = pairs([("batch", manifest.batch_id), ("requests", f"{manifest.count:,}"), ("sealed in", output)])
    return Answer(document, lines)


def _unusual(manifest: Manifest) -> list[str]:
    """What the custodian would probably refuse the whole batch for: said now, while it costs nothing."""
    from counterfoil.agreement import built_in

    agreement = built_in().get(manifest.agreement)
    if agreement is None:
        known = ", ".join(built_in())
        return [f"Note: {manifest.agreement} is none of the agreements that come with Counterfoil ({known})."]
    named = {
        "storage class": (manifest.storage, agreement.storage_accepted),
        "channel": (manifest.channel, agreement.channels),
        "certification": (manifest.certification, agreement.certifications),
    }
    return [
        f"Note: the {what} {value!r} is not accepted under {agreement.id}: {', '.join(accepted)}."
        for what, (value, accepted) in named.items()
        if value not in accepted
    ]
