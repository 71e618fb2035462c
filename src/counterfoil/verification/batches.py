"""An engine's steps as pure functions over Arrow batches, for engines that move batches and not objects.

    questions_of → keys_of → (the engine joins the index on place and masks) → decide → positions confirmed

`decide` is given whole places: all requests at a place, and all rows there that share the keys with any of them.
So nothing multiplies, however many requests ask about one building: the engine moves requests and rows, never pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from counterfoil import address as addresses
from counterfoil import person as names
from counterfoil.address.places import wanted as streets_wanted
from counterfoil.verification import columns, keys
from counterfoil.verification.block import Row, Wanted, confirmed_at, wanted_by
from counterfoil.verification.engine import Question, read_question
from counterfoil.verification.files.packed import unpack


def questions_of(asked: Iterable[Question]) -> Any:
    """The questions as a record batch of `columns.questions()`."""
    rows = [(q.position, keys.year_bits(q.years), q.tin, q.date_of_birth, *q.name, *q.address) for q in asked]
    return _batch(rows, columns.questions())


def read_questions(batch: Any) -> Iterator[Question]:
    """The questions of a batch that has the columns of `columns.questions()`."""
    at = len(columns.NAME)
    for position, years, tin, born, *texts in _rows(batch, columns.questions().names):
        name, address = names.Written(*texts[:at]), addresses.Written(*texts[at:])
        yield Question(position, name, address, keys.years_of(years), born, tin)


def keys_of(questions: Any) -> Any:
    """A record batch of `columns.keyed()`: the questions that have a place, with their keys.

    A question that is left out has no candidate: its address is not sure, and it is not confirmed.
    """
    rows = []
    for question in read_questions(questions):
        asked, bits = wanted_by(read_question(question))
        place = keys.place_of(asked.address)
        if place is not None:
            texts = (asked.tin, asked.date_of_birth, *question.name, *question.address)
            rows.append((asked.position, place, *bits, *texts))
    return _batch(rows, columns.keyed())


def places_of(keyed: Any) -> Any:
    """A record batch of `columns.KEYS`, one line a place: all bits that are asked about there.

    To be joined with the index: same place, and a bit in common in each of the masks. Lines of several batches
    are joined by bit_or.
    """
    lines: dict[int, list[int]] = {}
    for place, *bits in _rows(keyed, columns.KEYS):
        line = lines.setdefault(place, [0, 0, 0])
        for at, more in enumerate(bits):
            line[at] |= more
    return _batch([(place, *bits) for place, bits in lines.items()], columns.schema(*columns.KEYS))


def wanted_of(keyed: Any, records: Any) -> Any:
    """A record batch of `columns.wanted()`: what of the street book `decide` may look up at these places."""
    found: dict[tuple[int, str, str, str], None] = {}
    for place, *texts in _rows(keyed, ("place", *columns.ADDRESS)):
        for line in streets_wanted(addresses.parse(addresses.Written(*texts))):
            found[(place, *line)] = None
    for place, packed in _rows(records, ("place", "packed")):
        for line in streets_wanted(unpack(packed)):
            found[(place, *line)] = None
    return _batch(list(found), columns.wanted())


def decide(keyed: Any, records: Any, book: Any) -> Any:
    """A record batch of `columns.positions()`: the requests that the rule confirms.

    `keyed` has all requests of some places, `records` (`columns.records()`) all rows of these places that share
    the keys with any of them (more do no harm), `book` at least what `wanted_of` names. Any order of rows.
    """
    places = addresses.Places.from_rows(_rows(book, columns.BOOK))
    rows: dict[int, list[Row]] = {}
    for place, years, surnames, givens, *values in _rows(records, columns.RECORD):
        rows.setdefault(place, []).append(Row((years, surnames, givens), *values))
    confirmed = [
        (position,)
        for place, asked in _by_place(keyed)
        for position in confirmed_at(asked, rows.get(place, ()), places)
    ]
    return _batch(sorted(confirmed), columns.positions())


def _by_place(keyed: Any) -> Iterator[tuple[int, list[Wanted]]]:
    found = sorted(zip(keyed.column("place").to_pylist(), read_questions(keyed), strict=True), key=itemgetter(0))
    for place, group in groupby(found, key=itemgetter(0)):
        yield place, [wanted_by(read_question(question)) for _, question in group]


def _rows(batch: Any, wanted: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(batch.column(name).to_pylist() for name in wanted), strict=True)


def _batch(rows: Sequence[tuple[Any, ...]], schema: Any) -> Any:
    import pyarrow as pa

    each = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pa.record_batch([pa.array(column, field.type) for column, field in zip(each, schema, strict=True)], schema)
