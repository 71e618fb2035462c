"""Requests in lots: whole places together as long as they are few, one crowded place over several lots.

A lot is what one call of the rule decides. Its size is bounded, so that no place, however often it is asked about,
becomes one long task; the rows of a place go to each of its lots.
"""

from __future__ import annotations

from typing import Any

from counterfoil.verification import columns

LEAST, MOST = 250, 10_000  # requests of a lot
LOTS_A_CORE = 4


def size_of_lots(requests: int, cores: int) -> int:
    """How many requests a lot may have, so that every core has some lots to do."""
    return max(LEAST, min(MOST, -(-requests // max(1, cores * LOTS_A_CORE))))


def in_lots(keyed: Any, size: int) -> Any:
    """The keyed requests in order of place, with the number of their lot in a column `lot`."""
    import pyarrow as pa

    ordered = keyed.sort_by([("place", "ascending"), ("position", "ascending")])
    lots = [at // size for at in range(ordered.num_rows)]
    return ordered.append_column("lot", pa.array(lots, pa.int32()))


def places_asked(lots: Any) -> Any:
    """One line a place and lot: every bit that the lot asks for there. To be joined with the registry's rows."""
    import pyarrow as pa

    lines: dict[tuple[int, int], list[int]] = {}
    asked = (lots.column(name).to_pylist() for name in ("lot", *columns.KEYS))
    for lot, place, *bits in zip(*asked, strict=True):
        line = lines.setdefault((lot, place), [0, 0, 0])
        for at, more in enumerate(bits):
            line[at] |= more
    rows = [(lot, place, *bits) for (lot, place), bits in lines.items()]
    schema = pa.schema([("lot", pa.int32()), *columns.schema(*columns.KEYS)])
    each = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pa.table([pa.array(column, field.type) for column, field in zip(each, schema, strict=True)], schema=schema)


def packed(lots: Any) -> Any:
    """One line a lot: its number, and its requests as one Arrow stream."""
    import pyarrow as pa

    names = columns.keyed().names
    found: dict[int, bytes] = {}
    numbers = lots.column("lot").to_pylist()
    first = 0
    for at in range(1, len(numbers) + 1):
        if at == len(numbers) or numbers[at] != numbers[first]:
            found[numbers[first]] = stream_of(lots.select(names).slice(first, at - first))
            first = at
    return pa.table({"lot": pa.array(list(found), pa.int32()), "asked": pa.array(list(found.values()), pa.binary())})


def stream_of(table: Any) -> bytes:
    """A table as one Arrow stream."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write(table)
    return bytes(sink.getvalue())


def of_stream(data: Any) -> Any:
    """The table of one Arrow stream, as one record batch."""
    import pyarrow as pa

    table = pa.ipc.open_stream(data).read_all().combine_chunks()
    batches = table.to_batches()
    return batches[0] if batches else pa.record_batch([[] for _ in table.schema], schema=table.schema)
