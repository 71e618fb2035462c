"""Ask the registry on a Spark cluster: the registry that is loaded here, or a copy of it at a URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from counterfoil.cases.office import Office
from counterfoil.cases.registry import require_loaded
from counterfoil.errors import InputError
from counterfoil.progress import Tick
from counterfoil.verification import Question, Verdict


@dataclass(frozen=True)
class OnSpark:
    """Which cluster, and where it reads the registry.

    `master` as Spark names it; `registry` a path or URL, "" for the folder of the office; `settings` for Spark;
    `python` the executors' interpreter, "" for Spark's own choice.
    """

    master: str = "local[*]"
    registry: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    python: str = ""


def settings_of(given: Sequence[str]) -> dict[str, str]:
    """Settings written NAME=VALUE. InputError for one that is not."""
    found = {}
    for text in given:
        name, is_one, value = text.partition("=")
        if not is_one or not name.startswith("spark."):
            raise InputError(
                f"--spark-conf {text} is no setting of Spark.", "Write NAME=VALUE, such as spark.executor.memory=4g."
            )
        found[name] = value
    return found


def look_up(office: Office, asked: Sequence[Question], on: OnSpark, progress: Tick | None) -> tuple[Verdict, str]:
    """The verdict, and which registry said so. IntegrityError where the copy is not the registry that is loaded."""
    from counterfoil.verification.spark import Cluster, SparkEngine

    cluster = Cluster(on.master, on.settings, on.python)
    with SparkEngine(on.registry or office.registry_folder, cluster) as engine:
        source = engine.require_same(office.registry_folder)
        require_loaded(office, source)
        return engine.verify(asked, progress), source
