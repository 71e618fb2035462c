"""What an executor runs: the pure functions of `batches.py`, on Arrow arrays, a lot at a time.

Spark gets these functions by value and not by name, so that an executor needs no Counterfoil installed: where it has
none, it takes the rooms that the driver ships. It needs Python 3.11 and pyarrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

ARCHIVE = "counterfoil-rooms.zip"


def rooms() -> Any:
    """Counterfoil's functions on batches: installed, or else out of what the driver shipped."""
    try:
        from counterfoil.verification import batches
    except ModuleNotFoundError:
        _unpack()
        from counterfoil.verification import batches
    return batches


def _unpack() -> None:
    """Put the shipped rooms beside this executor's other files, once, and on the path."""
    import sys
    import tempfile
    import zipfile
    from pathlib import Path

    from pyspark import SparkFiles

    archive = Path(SparkFiles.get(ARCHIVE))
    place = archive.with_suffix("")
    if not place.exists():
        aside = Path(tempfile.mkdtemp(dir=archive.parent))
        zipfile.ZipFile(archive).extractall(aside)
        try:
            aside.rename(place)
        except OSError:  # another task of this executor was first
            if not place.exists():
                raise
    sys.path.insert(0, str(place))


def keyed_streams(streams: Iterator[Any]) -> Iterator[Any]:
    """Questions as Arrow streams -> those that have a place, with their keys, as Arrow streams."""
    import pyarrow as pa

    batches = rooms()
    from counterfoil.verification.spark.lots import of_stream, stream_of

    for array in streams:
        made = [batches.keys_of(of_stream(one.as_buffer())) for one in array]
        yield pa.array([stream_of(pa.Table.from_batches([one])) for one in made], pa.binary())


def wanted_lists(lots: Iterator[tuple[Any, Any]]) -> Iterator[Any]:
    """(requests, rows) of each lot -> what of the street book it may look up."""
    import pyarrow as pa

    batches = rooms()
    from counterfoil.verification import columns
    from counterfoil.verification.spark.lots import of_stream

    kind = pa.list_(pa.struct([(name, pa.string()) for name in columns.BOOK[:3]]))
    for asked, records in lots:
        made = []
        for one, rows in zip(asked, records, strict=True):
            wanted = batches.wanted_of(of_stream(one.as_buffer()), _batch(rows, columns.records()))
            lines = zip(*(wanted.column(name).to_pylist() for name in columns.BOOK[:3]), strict=True)
            made.append([dict(zip(columns.BOOK[:3], line, strict=True)) for line in dict.fromkeys(lines)])
        yield pa.array(made, kind)


def confirmed_lists(lots: Iterator[tuple[Any, Any, Any]]) -> Iterator[Any]:
    """(requests, rows, street book) of each lot -> the positions that the rule confirms."""
    import pyarrow as pa

    batches = rooms()
    from counterfoil.verification import columns
    from counterfoil.verification.spark.lots import of_stream

    for asked, records, book in lots:
        made = [
            batches.decide(
                of_stream(one.as_buffer()), _batch(rows, columns.records()), _batch(lines, columns.book())
            ).column("position")
            for one, rows, lines in zip(asked, records, book, strict=True)
        ]
        yield pa.array([one.to_pylist() for one in made], pa.list_(pa.int64()))


def _batch(structs: Any, schema: Any) -> Any:
    """A list of structs, as Spark hands it over, as a record batch; a list that is absent has no rows."""
    import pyarrow as pa

    if not structs.is_valid or structs.values is None or not len(structs.values):
        return pa.record_batch([pa.array([], field.type) for field in schema], schema=schema)
    values = structs.values
    return pa.record_batch([values.field(field.name).cast(field.type) for field in schema], schema=schema)
