"""A Spark session on a master: what it needs is looked for first, and said where it is missing."""

from __future__ import annotations

import os
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterfoil.errors import InputError, UnavailableError
from counterfoil.verification.spark import on_board

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROOMS = (
    *("address", "person", "verification", "__init__.py"),
    *("beside.py", "compiled.py", "errors.py", "progress.py", "worker.py", "workers.py"),
)
"""What an executor needs of this package."""

_FRONT_DOORS = ("counterfoil/verification/__init__.py", "counterfoil/verification/spark/__init__.py")
"""They bring in the engines, and so what these need: an executor has pyarrow, and goes in by the back."""

_ALWAYS = {
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1",  # a record is a lot, and one lot is enough at a time
    "spark.sql.adaptive.enabled": "true",
}


@dataclass(frozen=True)
class Cluster:
    """Where to run. `master` as Spark names it; `settings` go to Spark as they are and win over ours.

    `python` is the executors' interpreter, by default this one where the master is local.
    """

    master: str = "local[*]"
    settings: Mapping[str, str] = field(default_factory=dict)
    python: str = ""

    @property
    def is_local(self) -> bool:
        """Whether the executors run on this machine, with this interpreter."""
        return self.master.startswith("local")


def start(cluster: Cluster, folder: Path) -> SparkSession:
    """A session on the cluster. UnavailableError, with what to install or start, where there can be none.

    InputError where `master` is no master of Spark's.

    `folder` holds what the executors fetch from here; it must stay as long as the session.
    """
    _require_master(cluster.master)
    _require()
    from pyspark.sql import SparkSession

    python = cluster.python or (sys.executable if cluster.is_local else "")
    if python:
        os.environ["PYSPARK_PYTHON"] = python
    builder = SparkSession.builder.master(cluster.master).appName("counterfoil")
    for name, value in {**_ALWAYS, **cluster.settings}.items():
        builder = builder.config(name, value)
    try:
        spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        _ship(spark, folder)
    except Exception as error:  # py4j and Java have many of their own; each of them means that there is no session
        raise UnavailableError(
            f"Spark did not start on {cluster.master}: {words_of(error)}",
            "Check --master, and that the cluster runs Spark 4 with Java 17 or newer.",
        ) from error
    return spark


_MASTER = re.compile(r"local(\[[^\]]+\])?|local-cluster\[[^\]]+\]|yarn|(spark|k8s)://\S+")


def _require_master(master: str) -> None:
    if not _MASTER.fullmatch(master):
        raise InputError(
            f"{master[:80]!r} is no master of Spark.",
            "Name one such as local[2], spark://host:7077, yarn or k8s://host.",
        )


def _require() -> None:
    try:
        import pyspark
    except ImportError as error:
        raise UnavailableError(
            "The Spark engine needs pyspark, which is not installed.",
            "Install it with: pip install 'counterfoil[spark]'. Or use --engine duckdb.",
        ) from error
    if int(pyspark.__version__.partition(".")[0]) < 4 or pyspark.__version__.startswith("4.0"):
        raise UnavailableError(
            f"The Spark engine needs pyspark 4.1 or newer; {pyspark.__version__} is installed.",
            "Install it with: pip install 'counterfoil[spark]'.",
        )
    home = os.environ.get("JAVA_HOME")
    if home and not (Path(home) / "bin" / "java").exists():
        raise UnavailableError(
            f"JAVA_HOME names {home}, and there is no Java in it.",
            "Let it name a Java runtime, 17 or newer, or unset it. Or use --engine duckdb.",
        )
    if not home and shutil.which("java") is None:
        raise UnavailableError(
            "The Spark engine needs Java 17 or newer, and there is none: no JAVA_HOME and no java on the path.",
            "Install a Java runtime, such as openjdk-17-jre-headless. Or use --engine duckdb.",
        )


def _ship(spark: SparkSession, folder: Path) -> None:
    """Hand the rooms to the executors, and our functions by value."""
    from pyspark import cloudpickle

    cloudpickle.register_pickle_by_value(on_board)  # type: ignore[no-untyped-call]
    spark.sparkContext.addFile(str(pack(folder / on_board.ARCHIVE)))


def pack(path: Path) -> Path:
    """Write the rooms that an executor needs into one archive: sources and data, nothing compiled."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, name in _files():
            if name in _FRONT_DOORS:
                archive.writestr(name, "")
            else:
                archive.write(file, name)
    return path


def _files() -> Iterator[tuple[Path, str]]:
    package = Path(__file__).parents[2]
    for room in ROOMS:
        place = package / room
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and file.suffix in (".py", ".yaml", ".csv", ".typed") and "__pycache__" not in file.parts:
                yield file, f"counterfoil/{file.relative_to(package).as_posix()}"


def words_of(error: BaseException) -> str:
    """The first line of what lies at the bottom of a Java or Python error, without its trace."""
    text = str(error)
    thrown = getattr(error, "java_exception", None)
    if thrown is not None:
        while thrown.getCause() is not None:
            thrown = thrown.getCause()
        text = str(thrown.toString())
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:300] if lines else type(error).__name__


def cores_of(spark: SparkSession) -> int:
    """How many tasks the cluster does at a time."""
    return max(1, int(spark.sparkContext.defaultParallelism))


def jvm_of(spark: SparkSession) -> Any:
    """The driver's Java side, through which the files at a URL are read."""
    return spark.sparkContext._jvm
