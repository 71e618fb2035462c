"""The registry, open to be asked. It has two ways in, `sift` and `look_up`, and both count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

from counterfoil.errors import IntegrityError, UnavailableError
from counterfoil.verification.book import Book
from counterfoil.verification.clue import SIZE
from counterfoil.verification.files import manifest
from counterfoil.verification.files.blocks import State
from counterfoil.verification.files.sieve import Sieve
from counterfoil.verification.files.sorted import Records
from counterfoil.verification.rule import Asked
from counterfoil.verification.search import Search


class Opened(NamedTuple):
    """The files that a registry has open: their folder, and the state of each as it was opened."""

    generation: Path
    states: tuple[State, ...]


class Registry:
    """The custodian's file in its indexed form. `looked_up` counts the requests that were asked of it."""

    def __init__(self, generation: Path, facts: Mapping[str, Any]) -> None:
        self.looked_up = 0
        self._facts = facts
        with reading():
            self._records = Records(generation / manifest.RECORDS)
            self._book = Book(generation / manifest.STREETS)
            self._sieve = Sieve(generation / manifest.SIEVE)
            states = self._records.state, self._book.state, self._sieve.state
            self.opened = Opened(generation.resolve(), states)
        self._search = Search(self._records, self._book)

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
        names = () if every_file else (manifest.RECORDS, manifest.STREETS, manifest.SIEVE)
        return cls(manifest.check(folder, facts, names), facts)

    def info(self) -> dict[str, Any]:
        """What is loaded: id, files, counts, years, `loaded_at`. Nothing of any row."""
        hidden = ("format", "generation", "contents", "held_people", "rules")
        return {name: value for name, value in self._facts.items() if name not in hidden}

    def close(self) -> None:
        """Let go of files and memory."""
        self._search.forget()
        self._records.close()
        self._book.close()
        self._sieve.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def rules(self) -> str:
        """SHA-256 (hex) of the rules that made its keys: clues that others made find nothing here."""
        return str(self._facts["rules"])

    def sift(self, clues: bytes) -> list[int]:
        """The numbers of the clues (clue.py, one after another) that a row may be about; the others none is.

        Whoever is ruled out here has been looked up, and counts; the others count when they are. The clues must be
        made by `rules`.
        """
        with reading():
            passed = self._sieve.pass_through(clues)
        self.looked_up += len(clues) // SIZE - len(passed)
        return passed

    def look_up(self, asked: Sequence[Asked]) -> list[int]:
        """The positions of the requests that the rule confirms.

        The only place where rows are read. Every request given counts, also one that has no candidate and one
        whose address is not sure.
        """
        self.looked_up += len(asked)
        with reading():
            return self._search.confirmed(asked)


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
