"""`counterfoil key rotate | compromised | list | history`: the office's own keys, and what a compromised one did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.custodian.office import OfficerOption, now, opened
from counterfoil.cli.door import Answer, Door, command
from counterfoil.cli.outside.key import group
from counterfoil.cli.progress import progress
from counterfoil.cli.text import pairs, table


class Use(StrEnum):
    """What a key of the office is for."""

    LEDGER = "ledger"
    CUSTODIAN = "custodian"
    SEALING = "sealing"


@command(
    group,
    "rotate",
    "counterfoil key rotate ledger --as alba",
    "counterfoil key rotate custodian --as alba --grace-days 14 --new 'pkcs11:token=office;object=custodian-2'",
    "counterfoil key rotate sealing --as alba --reseal --json",
)
def rotate(
    door: Door,
    use: Annotated[Use, typer.Argument(help="Which key: ledger (checkpoints), custodian (answers), sealing (values).")],
    officer: OfficerOption,
    new: Annotated[
        str,
        typer.Option(
            "--new", metavar="URI", help="The new key's address in a token (pkcs11:…), where it is made already."
        ),
    ] = "",
    grace_days: Annotated[
        int,
        typer.Option(
            "--grace-days", min=0, max=3650, help="custodian: days for which the old key still opens batches."
        ),
    ] = 30,
    reseal: Annotated[
        bool, typer.Option("--reseal", help="sealing: seal all that is stored anew with the new key.")
    ] = False,
) -> Answer:
    """Change one of the office's own keys.

    The change is a ledger entry, signed by the old key and the new one; whoever pinned the old key of the ledger is led
    to the new one by an audit.
    """
    from counterfoil import cases
    from counterfoil.errors import InputError
    from counterfoil.keys import is_uri

    if new and not is_uri(new):
        raise InputError(
            "--new takes the address of a key in a token.", "Write pkcs11:token=…;object=…, or leave it out."
        )
    office = opened(door)
    if use is Use.LEDGER:
        done = cases.rotate_ledger(office, officer, new, now())
    elif use is Use.CUSTODIAN:
        done = cases.rotate_custodian(office, officer, new, now(), timedelta(days=grace_days))
    else:
        done = cases.rotate_sealing(office, officer, new, now())
    document = done.as_dict()
    lines = pairs([("key", done.use), ("new", done.id), ("before", done.previous), ("recorded as entry", done.entry)])
    if reseal and use is Use.SEALING:
        with progress(door, "Sealing anew") as tick:
            document["resealed"] = cases.reseal(office, tick)
        lines.append(f"{document['resealed']:,} entries sealed anew.")
    return Answer(document, [*lines, *done.next])


@command(
    group,
    "compromised",
    "counterfoil key compromised 1a2b3c4d --as alba --since 2026-05-03",
    "counterfoil key compromised NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs --as alba --since 2026-05-03T08:00:00Z",
    "counterfoil key compromised 1a2b3c4d --as alba --since 2026-05-03 --json",
)
def compromised(
    door: Door,
    key: Annotated[str, typer.Argument(metavar="KEYID", help="The key's id (see `key list`, or the roster).")],
    officer: OfficerOption,
    since: Annotated[str, typer.Option("--since", metavar="DATE", help="From when on: a day, or an instant, in UTC.")],
) -> Answer:
    """Record that a key is compromised; list what it did since.

    It is refused from then on: no signature by it counts, nothing is sealed to it, and no answer for it leaves.
    """
    from counterfoil import cases

    found = cases.record_compromised(opened(door), key, officer, _instant(since), now())
    document = found.as_dict()
    lines = pairs([("key", key), ("use", found.use), ("since", found.since.isoformat()), ("entry", found.entry)])
    for name, value in found.facts.items():
        lines += _listed(name, value)
    return Answer(document, lines)


def _listed(name: str, value: Any) -> list[str]:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        rows = [tuple(_cell(cell) for cell in row.values()) for row in value]
        return [f"{name}: {len(value)}", *table(tuple(value[0]), rows)]
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return [f"{name}: {text or 'none'}"]


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return f"entry {value['entry']} ({value['released']})" if "entry" in value else str(value)
    return "none" if value is None else str(value)


def _instant(text: str) -> datetime:
    from counterfoil.cli.inputs import day, moment

    if "T" in text:
        return moment(text, "--since").astimezone(UTC)
    return datetime.combine(day(text, "--since"), datetime.min.time(), UTC)


@command(
    group,
    "list",
    "counterfoil key list",
    "counterfoil key list --json",
    "counterfoil --data /srv/counterfoil key list",
)
def list_(door: Door) -> Answer:
    """List the keys: whose, where, whether trusted."""
    from counterfoil import cases

    keys = cases.list_keys(opened(door))
    rows = [(row["use"], row["id"], _state(row), row["where"]) for row in keys]
    return Answer({"keys": keys}, table(("use", "id", "state", "where"), rows))


@command(
    group,
    "history",
    "counterfoil key history -o ledger-keys.json",
    "counterfoil key history",
    "counterfoil --data /srv/counterfoil key history -o /srv/public/ledger-keys.json --json",
)
def history(
    door: Door,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where it goes.")] = None,
) -> Answer:
    """Write every change of the ledger's key, for all to have.

    With it a proof or an answer of before a change checks with a later key, and one of after it with an earlier key.
    """
    import json

    from counterfoil import cases
    from counterfoil.cli.inputs import write_text

    document = cases.key_history(opened(door))
    text = json.dumps(document, indent=1) + "\n"
    if output is None:
        return Answer(document, raw=text)
    write_text(output, text)
    many = len(document["keys"])
    told = f"The history of the ledger's keys ({many} change{'s' * (many != 1)}) is in {output}"
    return Answer({**document, "output": str(output)}, [told])


def _state(row: dict[str, Any]) -> str:
    if row["compromised_since"]:
        return f"compromised since {row['compromised_since']}"
    if row["in_use"]:
        return "in use"
    return f"opens until {row['opens_until']}" if row["opens_until"] else "replaced"
