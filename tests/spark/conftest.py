from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.verification import Question
from counterfoil.verification.spark import Cluster, SparkEngine
from tests.spark import made

JAVA = bool(os.environ.get("JAVA_HOME")) or shutil.which("java") is not None
needs_spark = pytest.mark.skipif(
    not JAVA or importlib.util.find_spec("pyspark") is None,
    reason="needs pyspark and Java 17: see docs/how-to/spark.md",
)

Case = tuple[Path, list[Question]]


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return made.country(tmp_path_factory.mktemp("country"), 20_000, 3_000)


@pytest.fixture(scope="session")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return made.crowded(tmp_path_factory.mktemp("crowded"))


@pytest.fixture(scope="module")
def local(country: Case) -> Iterator[SparkEngine]:
    with SparkEngine(country[0], Cluster("local[2]", made.LIGHT)) as engine:
        yield engine


@pytest.fixture
def bare_python(tmp_path: Path) -> str:
    """An interpreter that has pyarrow and no Counterfoil: executors must take what the driver ships."""
    wrapper = tmp_path / "python"
    packages = sysconfig.get_paths()["purelib"]
    wrapper.write_text(
        f'#!/bin/sh\nPYTHONPATH="$PYTHONPATH:{packages}" exec {sys.executable} -S "$@"\n', encoding="utf-8"
    )
    wrapper.chmod(0o755)
    return str(wrapper)
