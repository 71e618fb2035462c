"""Writes the made-up country's tax file: one row a person and tax year, in Parquet, county by county."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from counterfoil.errors import InputError, UnavailableError
from counterfoil.progress import Tick
from counterfoil.synth.chance import generator
from counterfoil.synth.country.country import Country, maker
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
_ROWS_A_FILE: Final = 6_000_000
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
) -> RegistryMade:
    """Make up a custodian's tax file of `people` people over the tax `years` in `folder`.

    The same people, seed and years give the same bytes. Memory does not grow with `people`.
    InputError for a number that cannot be, or a folder that holds other things; UnavailableError when
    it cannot be written.
    """
    if not 1 <= people <= LAST:
        raise InputError(f"A made-up country has 1 to {LAST:,} people, not {people:,}.", "Choose another number.")
    if not years or sorted(set(years)) != list(years):
        raise InputError("The tax years must be in order, each once.", "Give for example 2022, 2023, 2024.")
    country = Country(people, seed, tuple(years), maker())
    try:
        _prepare(folder)
        rows, files = _write(country, folder, progress)
        country.write(folder)
    except OSError as error:
        raise UnavailableError(
            f"{folder} cannot be written: {error.strerror or error}.", "Free some room there, or choose another folder."
        ) from error
    return RegistryMade(str(folder), people, rows, country.years, seed, tuple(files))


def _prepare(folder: Path) -> None:
    """A folder of our own: made, empty, or holding an earlier made-up registry, which is replaced."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file.", "Name a folder for the registry.")
    folder.mkdir(parents=True, exist_ok=True)
    ours = set(folder.glob("registry-*.parquet")) | set(folder.glob("made-up-country.json"))
    others = [p.name for p in folder.iterdir() if p not in ours]
    if others:
        raise InputError(f"{folder} already holds other things: {', '.join(sorted(others)[:3])}.", "Name a new folder.")
    for file in ours:
        file.unlink()


def _write(country: Country, folder: Path, progress: Tick | None) -> tuple[int, list[str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(c, pa.int32() if c == "tax_year" else pa.string()) for c in COLUMNS])
    files: list[str] = []
    writer = None
    total = in_file = 0
    for batch in _batches(country, schema, progress):
        if writer is None or in_file >= _ROWS_A_FILE:
            if writer is not None:
                writer.close()
            files.append(f"registry-{len(files):04}.parquet")
            writer, in_file = pq.ParquetWriter(folder / files[-1], schema, compression="zstd"), 0
        writer.write_batch(batch)
        in_file += batch.num_rows
        total += batch.num_rows
    if writer is not None:
        writer.close()
    return total, files


def _batches(country: Country, schema: pa.Schema, progress: Tick | None) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    rows: list[Row] = []
    done = 0
    for county in country.all():
        rows.extend(_rows(county, generator("paper", country.seed, county.number)))
        done += len(county.people)
        if progress is not None:
            progress(done, country.people)
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
