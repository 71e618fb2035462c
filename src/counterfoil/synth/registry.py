"""Writes the made-up country's tax file: one row a person and tax year, in Parquet, county by county."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from counterfoil.errors import InputError, UnavailableError
from counterfoil.progress import Tick
from counterfoil.synth.chance import generator
from counterfoil.synth.country.country import FACTS_FILE, Country, maker
from counterfoil.synth.country.county import NOT_FILED, County
from counterfoil.synth.country.spelling import TAX_FORM, form_hand, name_on_form, write_address
from counterfoil.synth.country.tin import LAST

if TYPE_CHECKING:
    import pyarrow as pa

YEARS: Final = (2022, 2023, 2024)
COLUMNS: Final = (
    "tin",
    "given_name",
    "middle_name",
    "surname",
    "name_suffix",
    "date_of_birth",
    "tax_year",
    "address_line1",
    "address_line2",
    "city",
    "state",
    "postal_code",
    "hold",
)
_ROWS_A_GROUP: Final = 120_000
PEOPLE_A_FILE: Final = 500_000
_OTHER_SPELLING: Final = 0.08

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class RegistryMade:
    """What was made: people, rows, the tax years and the names of the Parquet files in the folder."""

    folder: str
    people: int
    rows: int
    years: tuple[int, ...]
    seed: int
    files: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def make_registry(
    people: int,
    seed: int,
    folder: Path,
    progress: Tick | None = None,
    years: tuple[int, ...] = YEARS,
    *,
    people_a_file: int = PEOPLE_A_FILE,
) -> RegistryMade:
    """Make up a custodian's tax file of `people` people over the tax `years` in `folder`.

    The same people, seed and years give the same rows in the same order; of files of one size (at most
    `people_a_file` people each) the same bytes, however many processors make them. Memory does not grow with
    `people`. A call that was cut off goes on where it was when it is made again.
    InputError for a number that cannot be, or a folder that holds other things; UnavailableError when
    it cannot be written.
    """
    if not 1 <= people <= LAST:
        raise InputError(f"A made-up country has 1 to {LAST:,} people, not {people:,}.", "Choose another number.")
    if not years or sorted(set(years)) != list(years):
        raise InputError("The tax years must be in order, each once.", "Give for example 2022, 2023, 2024.")
    country = Country(people, seed, tuple(years), maker())
    try:
        _prepare(folder, f"{country.facts()}{people_a_file}\n")
        _write(country, folder, people_a_file, progress)
        country.write(folder)
        unfinished_of(folder).unlink()
        return _made(country, folder, people_a_file)
    except OSError as error:
        raise UnavailableError(
            f"{folder} cannot be written: {error.strerror or error}.", "Free some room there, or choose another folder."
        ) from error


def unfinished_of(folder: Path) -> Path:
    """The facts of a country that is being made; they give way to the facts of the whole one."""
    return folder / f"{FACTS_FILE}.part"


def _prepare(folder: Path, facts: str) -> None:
    """A folder of our own: made, empty, or holding an earlier made-up registry, which is replaced.

    Of the same country, cut off before it was whole, the files that are there are kept.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file.", "Name a folder for the registry.")
    folder.mkdir(parents=True, exist_ok=True)
    begun = unfinished_of(folder)
    parts = set(folder.glob("registry-*.part"))
    ours = parts | set(folder.glob("registry-*.parquet")) | {folder / FACTS_FILE, begun}
    others = [p.name for p in folder.iterdir() if p not in ours]
    if others:
        raise InputError(f"{folder} already holds other things: {', '.join(sorted(others)[:3])}.", "Name a new folder.")
    goes_on = begun.is_file() and not (folder / FACTS_FILE).exists() and begun.read_text(encoding="utf-8") == facts
    for file in parts if goes_on else ours:
        file.unlink(missing_ok=True)
    if not goes_on:
        begun.write_text(facts, encoding="utf-8")


def _counties_of_files(country: Country, size: int) -> list[range]:
    """Which counties each file holds."""
    files = -(-country.people // size)
    ends = [country.counties * at // files for at in range(files + 1)]
    return [range(first, last) for first, last in pairwise(ends)]


def _path_of(folder: Path, number: int) -> Path:
    return folder / f"registry-{number:04}.parquet"


def _write(country: Country, folder: Path, size: int, progress: Tick | None) -> None:
    """Every file that is not there yet: here when it is one, else in a process a core."""
    from counterfoil.synth.crew import make_files

    counties = _counties_of_files(country, size)
    missing = [number for number in range(len(counties)) if not _path_of(folder, number).exists()]
    there = [part for number, part in enumerate(counties) if number not in set(missing)]
    done = sum(country.start_of(part.stop) - country.start_of(part.start) for part in there)
    if len(missing) > 1:
        make_files(country, folder, size, missing, done, progress)
        return

    def made(people: int) -> None:
        nonlocal done
        done += people
        if progress is not None:
            progress(done, country.people)

    for number in missing:
        write_file(country, folder, size, number, made)


def write_file(country: Country, folder: Path, size: int, number: int, made: Callable[[int], object]) -> None:
    """One file of the registry, there only when it is whole; `made` hears of the people of each county."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(c, pa.int32() if c == "tax_year" else pa.string()) for c in COLUMNS])
    path = _path_of(folder, number)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            with pq.ParquetWriter(file, schema, compression="zstd") as writer:
                for batch in _batches(country, _counties_of_files(country, size)[number], schema, made):
                    writer.write_batch(batch)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _made(country: Country, folder: Path, size: int) -> RegistryMade:
    import pyarrow.parquet as pq

    files = [_path_of(folder, number) for number in range(len(_counties_of_files(country, size)))]
    rows = sum(pq.read_metadata(file).num_rows for file in files)
    return RegistryMade(
        str(folder), country.people, rows, country.years, country.seed, tuple(file.name for file in files)
    )


def _batches(
    country: Country, counties: Iterable[int], schema: pa.Schema, made: Callable[[int], object]
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    rows: list[Row] = []
    for number in counties:
        county = country.county(number)
        rows.extend(_rows(county, generator("paper", country.seed, county.number)))
        made(len(county.people))
        if len(rows) >= _ROWS_A_GROUP:
            yield pa.record_batch(list(zip(*rows, strict=True)), schema=schema)
            rows = []
    if rows:
        yield pa.record_batch(list(zip(*rows, strict=True)), schema=schema)


def _rows(county: County, rng: random.Random) -> Iterator[Row]:
    """The county's rows; a place is mostly written one way, now and then in the standard one."""
    places, years, random = county.places, county.years, rng.random
    usual = [write_address(place, form_hand(rng)) for place in places]
    for person in county.people:
        name = name_on_form(person.name, rng)
        for at, home in enumerate(person.homes):
            if home == NOT_FILED:
                continue
            lines = usual[home] if random() > _OTHER_SPELLING else write_address(places[home], TAX_FORM)
            hold = person.hold if at >= person.held_from else ""
            yield (person.tin, *name, person.birth, years[at], *lines, hold)
