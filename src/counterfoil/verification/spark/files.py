"""The registry's files at a path or a URL that Hadoop knows: file:, s3a:, hdfs:, gs:, abfs:.

They are read through the cluster's own file systems, with its own credentials. Rows and street book are checked against
the manifest before any of them is used, as the engine in this process does; the other files need not be there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterfoil.errors import IntegrityError, NotFoundError, UnavailableError
from counterfoil.verification.files import manifest
from counterfoil.verification.spark.session import jvm_of, words_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_LONGEST = 64 << 20  # bytes of a manifest


@dataclass(frozen=True)
class RegistryAt:
    """A registry that was found whole: its facts, and the URLs of its rows and of its street book."""

    facts: dict[str, Any]
    rows: tuple[str, ...]
    book: tuple[str, ...]


def url_of(place: str | Path) -> str:
    """A place as a URL; a path becomes file:."""
    text = str(place)
    return text.rstrip("/") if ":/" in text else Path(text).absolute().as_uri()


def open_registry(spark: SparkSession, place: str | Path) -> RegistryAt:
    """Read the manifest and hold every file against it.

    NotFoundError: no registry there; IntegrityError: it is not whole, or of other rules; UnavailableError: the
    place cannot be reached.
    """
    url = url_of(place)
    facts = manifest.parse(_read(spark, f"{url}/{manifest.NAME}"), f"{url}/{manifest.NAME}")
    if facts["rules"] != manifest.rules_hash():
        raise IntegrityError(
            "The registry was indexed by the rules of another version of this program.",
            "Load the custodian's files again with `counterfoil registry load`.",
        )
    generation = f"{url}/{facts['generation']}"
    entries = {entry["name"]: entry for entry in facts["contents"]}
    for name in (manifest.ROWS, manifest.BOOK):
        _check(spark, f"{generation}/{name}", int(entries[name]["bytes"]), str(entries[name]["sha256"]))
    return RegistryAt(facts, (f"{generation}/{manifest.ROWS}",), (f"{generation}/{manifest.BOOK}",))


def _read(spark: SparkSession, url: str) -> bytes:
    path, system = _at(spark, url)
    try:
        if not system.exists(path):
            raise NotFoundError(f"There is no registry at {url}.", "Check --registry; load one with `registry load`.")
        stream = system.open(path)
        try:
            return bytes(jvm_of(spark).org.apache.commons.io.IOUtils.toByteArray(stream))[:_LONGEST]
        finally:
            stream.close()
    except NotFoundError:
        raise
    except Exception as error:  # whatever the file system's own errors are
        raise _unreachable(url, error) from error


def _check(spark: SparkSession, url: str, size: int, sha256: str) -> None:
    path, system = _at(spark, url)
    try:
        whole = system.exists(path) and int(system.getFileStatus(path).getLen()) == size
        if whole:
            stream = system.open(path)
            try:
                whole = jvm_of(spark).org.apache.commons.codec.digest.DigestUtils.sha256Hex(stream) == sha256
            finally:
                stream.close()
    except Exception as error:
        raise _unreachable(url, error) from error
    if not whole:
        raise IntegrityError(
            f"{url} is missing, cut off or changed.", "Copy the loaded registry there again, all of its folder."
        )


def _at(spark: SparkSession, url: str) -> tuple[Any, Any]:
    """The path as Hadoop has it, and its file system."""
    path = jvm_of(spark).org.apache.hadoop.fs.Path(url)
    try:
        return path, path.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())
    except Exception as error:
        raise _unreachable(url, error) from error


def _unreachable(url: str, error: BaseException) -> UnavailableError:
    return UnavailableError(
        f"{url} cannot be read: {words_of(error)}",
        "Check the URL, the credentials in Spark's configuration, and that the file system's jar is there.",
    )
