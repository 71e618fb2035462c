"""Reading and writing for `counterfoil address`: lists, pairs and known addresses."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from counterfoil.address import Address, Places, Written

LONGEST = 4_096  # characters of one address; a longer cell is no address (the same limit as a file of requests)
PARTS = ("address_line1", "address_line2", "city", "state", "postal_code")


def verdict_on(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes of what an address in one line lacks, and their messages; none when it is sufficient."""
    from counterfoil.address import faults
    from counterfoil.law import load

    codes = ("ADDR_MALFORMED",) if len(text) > LONGEST else tuple(faults(_read(text)))
    known = load().codes
    return codes, tuple(known[code].message for code in codes)


def same_delivery_point(a: str, b: str, places: Places | None) -> tuple[bool, tuple[str, ...]]:
    """Whether two addresses, each in one line, are the same delivery point, and why."""
    if len(a) > LONGEST or len(b) > LONGEST:
        return False, (f"an address is longer than {LONGEST:,} characters",)
    from counterfoil.address import compare

    found = compare(_read(a), _read(b), places)
    return found.same, tuple(found.why)


def _read(text: str) -> Address:
    from counterfoil.address import read_line

    stripped = text.strip()
    quoted = len(stripped) > 1 and stripped[0] == stripped[-1] == '"'
    return read_line(stripped[1:-1] if quoted else stripped)


def lines_of(file: Path | None) -> Iterator[str]:
    """The lines of a file, or of standard input; a final newline is no line."""
    if file is None or str(file) == "-":
        yield from _text_lines(sys.stdin.buffer, "standard input")
        return
    _must_be_a_file(file)
    with file.open("rb") as stream:
        yield from _text_lines(stream, str(file))


def _text_lines(stream: Iterable[bytes], name: str) -> Iterator[str]:
    count = 0
    for count, raw in enumerate(stream, start=1):
        data = raw.removeprefix(b"\xef\xbb\xbf") if count == 1 else raw
        try:
            yield data.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise InputError(
                f"{name}, line {count}: not UTF-8 text.", "Save the file as UTF-8 and run the command again."
            ) from error
    if count == 0:
        raise InputError(f"{name} is empty.", "Give one address a line.")


def pairs_of(source: Path) -> Iterator[tuple[str, str]]:
    """The columns a and b of a CSV, row by row."""
    for row in _csv_rows(source, ("a", "b")):
        yield row.get("a") or "", row.get("b") or ""


def known_places(source: Path) -> Places:
    """The street book of known addresses: a CSV with a column `address`, or a registry file or folder."""
    from counterfoil.address import Places, parse

    places = Places()
    for written in _known(source):
        places.add(parse(written))
    return places


def _known(source: Path) -> Iterator[Written]:
    files = sorted(p for p in source.iterdir() if p.suffix in {".csv", ".parquet"}) if source.is_dir() else [source]
    if not files:
        raise InputError(f"{source} holds no CSV or Parquet file.", "Name the file of known addresses.")
    for file in files:
        yield from _known_parquet(file) if file.suffix == ".parquet" else _known_csv(file)


def _known_csv(file: Path) -> Iterator[Written]:
    from counterfoil.address import Written, split_line

    for row in _csv_rows(file, ()):
        if "address" in row:
            yield split_line((row["address"] or "")[:LONGEST])
        elif "address_line1" in row:
            yield Written(*((row.get(part) or "")[:LONGEST] for part in PARTS))
        else:
            raise InputError(
                f"{file} has neither a column address nor address_line1.",
                "Give a CSV with a column `address`, or a registry file.",
            )


def _known_parquet(file: Path) -> Iterator[Written]:
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    from counterfoil.address import Written

    _must_be_a_file(file)
    try:
        table = ParquetFile(file)
        parts = [part for part in PARTS if part in table.schema_arrow.names]
        if "address_line1" not in parts:
            raise InputError(f"{file} has no column address_line1.", "Give a registry file.")
        for batch in table.iter_batches(columns=parts):
            for row in batch.to_pylist():
                yield Written(*(str(row.get(part) or "")[:LONGEST] for part in PARTS))
    except ArrowException as error:
        raise InputError(f"{file} cannot be read as Parquet.", "Make the file again, or give a CSV.") from error


def _csv_rows(file: Path, needed: tuple[str, ...]) -> Iterator[dict[str, str]]:
    _must_be_a_file(file)
    csv.field_size_limit(1 << 24)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, restkey="", restval="")
        line = 1
        try:
            missing = [column for column in needed if column not in (reader.fieldnames or ())]
            if missing:
                raise InputError(
                    f"{file} has no column {' and no column '.join(missing)}.",
                    "The first line names the columns; see `counterfoil address --help`.",
                )
            for row in reader:
                line = reader.line_num
                yield row
        except UnicodeDecodeError as error:
            raise InputError(f"{file}: not UTF-8 text after line {line}.", "Save the file as UTF-8.") from error
        except csv.Error as error:
            raise InputError(f"{file}, after line {line}: not CSV ({error}).", "Mend that line.") from error


def _must_be_a_file(file: Path) -> None:
    if file.is_dir():
        raise InputError(f"{file} is a directory; a file is needed.", "Name the file inside it.")
    if not file.exists():
        raise NotFoundError(f"There is no file {file}.", "Check the path.")
    if file.is_block_device() or (file.is_char_device() and not file.samefile("/dev/stdin")):
        raise InputError(f"{file} is a device, not a file.", "Check the path.")
    if file.is_file() and file.stat().st_size == 0:
        raise InputError(f"{file} is empty.", "Check that it is the right file.")
