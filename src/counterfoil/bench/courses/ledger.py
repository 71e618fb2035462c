"""The ledger: durable appends, proofs, full verification. Ours beside a Merkle tree on SQLite."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterfoil.bench.courses.common import SEED, WHEN, load, peer, save
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import each, timed
from counterfoil.errors import IntegrityError

if TYPE_CHECKING:
    from counterfoil.cases import Office
    from counterfoil.cases.office import Act
    from counterfoil.ledger import Entry

GROUP = 256
SINGLES = 1_000
PROOFS = 2_000
COLD = 5
LONGEST = 60.0
"""Seconds for single calls of one kind: of a peer's slow ones at ten million entries there are then fewer."""
IN_GROUPS = f"append in groups of {GROUP}, each durable"
SINGLE = "append one entry, durable, and its root"
OPEN = "open the ledger, and its newest checkpoint"
FIRST = "first inclusion proof after opening"
PROVE = "inclusion proof"
CONSISTENT = "consistency proof"
VERIFY = "verify everything"
EXPORT = "export"
FLOOR = "one durable commit of so many bytes, and nothing else"
BATCH = "b-0123456789abcdef"

_REQUEST = {
    "given_name": "MARISOL", "middle_name": "A", "surname": "QUINTARES", "name_suffix": "",
    "address_line1": "1204 N MADE UP ST APT 4", "address_line2": "", "city": "SPRINGFIELD", "state": "IL",
    "postal_code": "62701", "tax_years": "2022 2023", "statute": "8 USC 1253(a)(1)(A)",
    "reason": "Marisol Quintares is the target of a criminal investigation for wilful failure to depart; whether the "
    "address was used in the years asked about bears on presence in the United States during the period charged.",
    "investigation_id": "HSI-2025-0012345", "investigation_status": "open", "removal_order_date": "2021-03-15",
    "removal_order_case": "A200000001", "removal_ground": "8 USC 1227(a)(2)(A)(iii)", "recipients": "o00001 o00002",
}  # fmt: skip


def prepare(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """How long a leaf of ours is: the peer appends as many bytes."""
    from counterfoil import cases
    from counterfoil.cases.office import act

    with _scratch(folder) as data:
        cases.init(data, WHEN)
        office = cases.open_office(data)
        with act(office, WHEN) as the_act:
            index = the_act.ledger.append([_entry(the_act, 0)])[0]
        save(folder / "leaf.json", len(office.ledger().leaf(index)))
    return []


def ours(folder: Path, *, n: int) -> list[Taken]:
    """Request entries with their disclosures, through the office's own acts, in a file."""
    with _scratch(folder) as data:
        taken = _ours(data, n, "")
        size = sum(path.stat().st_size for path in data.glob("*.sqlite3*"))
    return [*taken[:-1], taken[-1].noting({**taken[-1].facts, "mib_on_disk": round(size / 2**20, 1)})]


def on_a_server(folder: Path, *, n: int) -> list[Taken]:
    """The same on a PostgreSQL server of the measurement's own, as its settings are by default."""
    from counterfoil.bench.server import server

    with _scratch(folder) as data, server() as running:
        running.sql("CREATE DATABASE bench")
        taken = _ours(data, n, running.url("bench", "postgres"))
        ((size,),) = running.sql("SELECT pg_database_size('bench')")
        _let_go()
    return [*taken[:-1], taken[-1].noting({**taken[-1].facts, "mib_on_disk": round(size / 2**20, 1)})]


def _ours(data: Path, n: int, url: str) -> list[Taken]:
    from counterfoil import cases

    cases.init(data, WHEN, database_url=url)
    office = cases.open_office(data)
    singles = min(SINGLES, n)
    _receive(office, n + singles)
    _, filled = timed(IN_GROUPS, n, lambda: _fill(office, n))
    single = each(SINGLE, [partial(_append, office, n + at, 1) for at in range(singles)], LONGEST)
    opened = each(OPEN, [partial(_open, data)] * COLD, LONGEST)
    first = each(FIRST, [partial(_first_proof, data, at) for at in _some(n)[:COLD]], LONGEST)
    ledger = cases.open_office(data).ledger()
    prove = each(PROVE, [partial(ledger.inclusion_proof, at) for at in _some(n)], LONGEST)
    consistent = each(CONSISTENT, [partial(ledger.consistency_proof, at) for at in _some(n)], LONGEST)
    _, exported = timed(EXPORT, n, lambda: cases.ledger_export(office, data / "export"))
    state, whole = timed(VERIFY, n, lambda: cases.ledger_verify(office))
    problems = {"problems": len(state.facts["problems"])}
    return [filled, single, opened, first, prove, consistent, exported, whole.noting(problems)]


def _open(data: Path) -> Office:
    """Open the office and look at the end of its ledger, as every command does, with nothing remembered."""
    from counterfoil import cases
    from counterfoil.ledger import open_checkpoint

    _let_go()
    office = cases.open_office(data)
    ledger = office.ledger()
    newest = ledger.store.latest_checkpoint()
    if newest is None or open_checkpoint(newest[1], ledger.signer.verifier).size != ledger.size():
        raise IntegrityError("The ledger's newest checkpoint is not of its end.")
    return office


def _first_proof(data: Path, index: int) -> list[bytes]:
    return _open(data).ledger().inclusion_proof(index)


def _let_go() -> None:
    """Close the database and forget what this process remembers of trees and signatures."""
    from counterfoil.ledger.checkpoint import forget
    from counterfoil.ledger.tiles import fold
    from counterfoil.office.database import close

    close()
    forget()
    fold.cache_clear()


def _fill(office: Office, n: int) -> None:
    for start, count in _groups(n):
        _append(office, start, count)


def _append(office: Office, start: int, count: int) -> None:
    from counterfoil.cases.office import act

    with act(office, WHEN) as the_act:
        the_act.ledger.append(_entry(the_act, start + at) for at in range(count))


def _receive(office: Office, count: int) -> None:
    """The receipt that the requests of a batch follow."""
    from counterfoil.cases.office import act

    with act(office, WHEN) as the_act:
        the_act.record("receipt", {"sealed_sha256": "0" * 64, "signature": "valid"}, batch=BATCH, count=count)


def _entry(the_act: Act, number: int) -> Entry:
    """A request entry, as `batch receive` writes it."""
    return the_act.entry("request", {"request": {**_REQUEST, "request_id": f"r-{number:07}"}}, batch=BATCH)


def pymerkle(folder: Path, *, n: int) -> list[Taken]:
    """The peer with the journal that it opens a database with."""
    return _peer(folder, n, ())


def pymerkle_wal(folder: Path, *, n: int) -> list[Taken]:
    """The peer with a write-ahead log, as durable as ours."""
    return _peer(folder, n, ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"))


def _peer(folder: Path, n: int, pragmas: tuple[str, ...]) -> list[Taken]:
    length = load(folder / "leaf.json")
    draw = random.Random(SEED)  # noqa: S311 - made-up data
    with _scratch(folder) as data:
        data.mkdir()
        tree = _peers_tree(data, pragmas)

        def fill() -> None:
            for _, count in _groups(n):
                tree.append_entries([draw.randbytes(length) for _ in range(count)])
                tree.get_root()

        def one() -> None:
            tree.append_entry(draw.randbytes(length))
            tree.get_root()

        _, filled = timed(IN_GROUPS, n, fill)
        single = each(SINGLE, [one] * min(SINGLES, n), LONGEST)
        tree.close()
        opened = each(OPEN, [lambda: _peers_tree(data, pragmas).close()] * COLD, LONGEST)
        first = each(FIRST, [partial(_peers_first, data, pragmas, at + 1) for at in _some(n)[:COLD]], LONGEST)
        tree = _peers_tree(data, pragmas)
        prove = each(PROVE, [partial(tree.prove_inclusion, at + 1) for at in _some(n)], LONGEST)
        consistent = each(CONSISTENT, [partial(tree.prove_consistency, at + 1) for at in _some(n)], LONGEST)
        tree.close()
    return [filled, single, opened, first, prove, consistent]


def _peers_tree(data: Path, pragmas: tuple[str, ...]) -> Any:
    tree: Any = peer("pymerkle").SqliteTree(str(data / "tree.db"))
    for pragma in pragmas:
        tree.con.execute(pragma).fetchall()
    return tree


def _peers_first(data: Path, pragmas: tuple[str, ...], number: int) -> None:
    tree = _peers_tree(data, pragmas)
    tree.prove_inclusion(number)
    tree.close()


def plain_sqlite(folder: Path, *, n: int) -> list[Taken]:
    """The floor of this disk: rows as long as our leaf, each committed with write-ahead log and FULL."""
    import sqlite3

    length = load(folder / "leaf.json")
    with _scratch(folder) as data:
        data.mkdir()
        rows = sqlite3.connect(data / "rows.db", isolation_level=None)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE row (bytes BLOB)"):
            rows.execute(statement).fetchall()

        def one() -> None:
            rows.execute("BEGIN IMMEDIATE")
            rows.execute("INSERT INTO row VALUES (?)", (bytes(length),))
            rows.execute("COMMIT")

        floor = each(FLOOR, [one] * min(SINGLES, n), LONGEST)
        rows.close()
    return [floor]


def _groups(n: int) -> Iterator[tuple[int, int]]:
    return ((start, min(GROUP, n - start)) for start in range(0, n, GROUP))


def _some(n: int) -> list[int]:
    return random.Random(SEED).choices(range(n), k=min(PROOFS, n))  # noqa: S311 - which entries


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A place for a data directory, gone afterwards."""
    above = Path(tempfile.mkdtemp(dir=folder))
    try:
        yield above / "data"
    finally:
        shutil.rmtree(above, ignore_errors=True)
