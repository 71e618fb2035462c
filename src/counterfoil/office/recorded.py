"""Entries of the ledger found by words of their leaves: a look through all of them, for what has no number to go by."""

from __future__ import annotations

from django.db import connections

from counterfoil.office.look import as_bytes, as_number


def leaves_with(*words: str, alias: str = "default") -> list[tuple[int, bytes]]:
    """(index, leaf) of the entries whose leaf holds any of `words` (canonical JSON, RFC 8785), in order."""
    database = connections[alias]
    holds = "instr(leaf, %s) > 0" if database.vendor == "sqlite" else "position(%s IN leaf) > 0"
    where = " OR ".join([holds] * len(words))
    with database.cursor() as cursor:
        cursor.execute(
            f'SELECT "index", leaf FROM office_ledgerleaf WHERE {where} ORDER BY "index"',  # noqa: S608
            [word.encode() for word in words],
        )
        return [(as_number(index), as_bytes(leaf)) for index, leaf in cursor.fetchall()]


def typed(kind: str) -> str:
    """The words by which the leaf of an entry of this type is known."""
    return f'"type":"{kind}"'
