"""The joins as Spark does them. Requests go to every executor, rows to the lot that asks for their place.

    rows     × places asked about (broadcast)         -> the rows of each lot
    book     × what the lots may look up (broadcast)   -> the streets of each lot
    lots     ⨝ rows ⨝ streets -> the rule -> positions

Nothing is joined on a key that could be crowded: a place or a town that everybody asks about is spread over lots.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from counterfoil.verification import columns
from counterfoil.verification.spark import lots, on_board

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_STREAM = 1_000  # questions that are read in one go


def keyed(spark: SparkSession, questions: Any) -> Any:
    """The questions that have a place, with their keys, read on the cluster."""
    import pyarrow as pa

    parts = [questions.slice(at, _STREAM) for at in range(0, questions.num_rows, _STREAM)]
    streams = pa.table({"asked": pa.array([lots.stream_of(pa.Table.from_batches([p])) for p in parts], pa.binary())})
    given = _frame(spark, streams, len(parts))
    read = _arrow(on_board.keyed_streams, "binary")
    found = given.select(read("asked").alias("asked")).toArrow()
    return pa.Table.from_batches(
        [lots.of_stream(one.as_buffer()) for one in found.column("asked")], schema=columns.keyed()
    )


def confirmed(spark: SparkSession, in_lots: Any, rows: Sequence[str], book: Sequence[str], shards: int) -> Any:
    """The positions that the rule confirms, as an Arrow table of one column."""
    from pyspark.sql import functions as f

    spark.conf.set("spark.sql.shuffle.partitions", str(shards))

    asked = _frame(spark, lots.packed(in_lots), shards)
    found = _rows_of_lots(spark, in_lots, rows)
    both = asked.join(found, "lot")
    wanted = _arrow(on_board.wanted_lists, "array<struct<kind:string,zone:string,key:string>>")
    lines = both.select("lot", f.explode(wanted("asked", "records")).alias("line")).select("lot", "line.*")
    streets = (
        spark.read.parquet(*book)
        .join(f.broadcast(lines), list(columns.BOOK[:3]))
        .groupBy("lot")
        .agg(f.collect_list(f.struct(*columns.BOOK)).alias("book"))
    )
    decide = _arrow(on_board.confirmed_lists, "array<bigint>")
    decided = both.join(streets, "lot", "left").select(decide("asked", "records", "book").alias("positions"))
    return decided.select(f.explode("positions").alias("position")).toArrow()


def _rows_of_lots(spark: SparkSession, in_lots: Any, rows: Sequence[str]) -> DataFrame:
    """For each lot the registry's rows at its places that share a bit of all keys with one of its requests."""
    from pyspark.sql import functions as f

    asked = _frame(spark, lots.places_asked(in_lots), 1).select(
        "lot", "place", *(f.col(name).alias(f"asked_{name}") for name in columns.KEYS[1:])
    )
    filed = spark.read.parquet(*rows).select(*columns.RECORD)
    same = filed.join(f.broadcast(asked), "place")
    for name in columns.KEYS[1:]:
        same = same.where(f.col(name).bitwiseAND(f.col(f"asked_{name}")) != 0)
    return same.groupBy("lot").agg(f.collect_list(f.struct(*columns.RECORD)).alias("records"))


def _arrow(function: Any, returns: str) -> Any:
    from pyspark.sql.functions import ArrowUDFType, arrow_udf  # type: ignore[attr-defined]  # its stubs lack both

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a type hint would say the same; ours need no pyarrow here
        return arrow_udf(function, returns, ArrowUDFType.SCALAR_ITER)


def _frame(spark: SparkSession, table: Any, shards: int) -> DataFrame:
    return spark.createDataFrame(table).repartition(max(1, shards))
