"""The registry, open to be asked. It has one way in, `look_up`, and that way counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from counterfoil.errors import IntegrityError, UnavailableError
from counterfoil.verification import keys
from counterfoil.verification.block import Place, Row, Wanted, wanted_by
from counterfoil.verification.book import Book
from counterfoil.verification.files import manifest
from counterfoil.verification.files.sorted import Records
from counterfoil.verification.rule import Asked

CROWD, MOST_KEPT = 256, 100_000
"""Rows from which a place is crowded, and rows of crowded places that are kept at most: about 150 MB."""

REST = 1_000
"""Requests asked at once after which what was mapped for them is given back, so that memory stays flat."""

_EVERY = ((1 << 63) - 1, keys.ANY, keys.ANY)
"""Bits of years, surnames and givens that share one with those of every row that can be found."""


class Registry:
    """The custodian's file in its indexed form. `looked_up` counts the requests that were asked of it."""

    def __init__(self, generation: Path, facts: Mapping[str, Any]) -> None:
        self.generation = generation
        self.looked_up = 0
        self._facts = facts
        self._crowds: dict[int, Place] = {}
        with reading():
            self._records = Records(generation / manifest.RECORDS)
            self._book = Book(generation / manifest.STREETS)

    @classmethod
    def open(cls, folder: Path, *, every_file: bool = False) -> Self:
        """Open and check it. NotFoundError: none is loaded; IntegrityError: it is not whole.

        Every byte is checked of the files that are read here, and with `every_file` of those too that only a
        cluster or a later load reads; of these the size alone is looked at else.
        """
        facts = manifest.read(folder)
        if facts["rules"] != manifest.rules_hash():
            raise IntegrityError(
                "The registry was indexed by the rules of another version of this program.",
                "Load the custodian's files again with `counterfoil registry load`.",
            )
        names = () if every_file else (manifest.RECORDS, manifest.STREETS)
        return cls(manifest.check(folder, facts, names), facts)

    def info(self) -> dict[str, Any]:
        """What is loaded: id, files, counts, years, `loaded_at`. Nothing of any row."""
        hidden = ("format", "generation", "contents", "held_people", "rules")
        return {name: value for name, value in self._facts.items() if name not in hidden}

    def close(self) -> None:
        """Let go of files and memory."""
        self._crowds = {}
        self._records.close()
        self._book.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def look_up(self, asked: Sequence[Asked]) -> Iterator[int]:
        """The positions of the requests that the rule confirms.

        The only place where rows are read. Every request given counts, also one that has no candidate and one
        whose address is not sure.
        """
        self.looked_up += len(asked)
        by_place: dict[int, list[Wanted]] = {}
        for one in asked:
            place = keys.place_of(one.address)
            if place is not None:
                by_place.setdefault(place, []).append(wanted_by(one))
        with reading():
            for place in sorted(by_place):
                there = by_place[place]
                found = self._at(place, there)
                if found.rows:
                    yield from found.confirmed(there, self._book.of)
        if len(asked) >= REST:
            self._records.rest()
            self._book.rest()

    def _at(self, place: int, wanted: Sequence[Wanted]) -> Place:
        """The rows of a place that may be wanted; of a crowded one all, which are kept for the next who ask."""
        kept = self._crowds.get(place)
        if kept is not None:
            return kept
        found = Place([Row(*row) for row in self._records.at(place, _bits(wanted))])
        if len(found.rows) <= CROWD:
            return found
        crowd = Place([Row(*row) for row in self._records.at(place, _EVERY)])
        if len(crowd.rows) > MOST_KEPT:
            return found
        while sum(len(other.rows) for other in self._crowds.values()) + len(crowd.rows) > MOST_KEPT:
            self._crowds.pop(next(iter(self._crowds)))
        self._crowds[place] = crowd
        return crowd


@contextmanager
def reading() -> Iterator[None]:
    """Turn a file that went away or a memory that is full into a message; never into "no match"."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise UnavailableError(
            f"The registry could not be read: {str(error).splitlines()[0]}",
            "Run `counterfoil doctor`; then verify again. Nothing was answered.",
        ) from error


def _bits(wanted: Sequence[Wanted]) -> tuple[int, int, int]:
    """All years, surnames and given names that are asked about at a place."""
    years, surnames, givens = wanted[0].bits
    for _, (more_years, more_surnames, more_givens) in wanted[1:]:
        years, surnames, givens = years | more_years, surnames | more_surnames, givens | more_givens
    return years, surnames, givens
