"""Ask the registry on a Spark cluster. The same questions get the same verdict as from the engine in this process."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

from counterfoil.errors import CounterfoilError, IntegrityError, UnavailableError
from counterfoil.progress import Tick
from counterfoil.verification.batches import questions_of
from counterfoil.verification.engine import Question, Verdict
from counterfoil.verification.files import manifest
from counterfoil.verification.spark import lots
from counterfoil.verification.spark.session import Cluster, cores_of, start, words_of

if TYPE_CHECKING:
    from counterfoil.verification.spark.files import RegistryAt


class SparkEngine:
    """The registry at a path or URL, asked by a cluster. It reads the registry's files and writes none.

    What comes back is the confirmed positions alone. A failed task or a lost executor is done again by Spark, and
    changes nothing: every step is a pure function of its input. Close it, or use it in a `with` block.
    """

    def __init__(self, place: str | Path, cluster: Cluster | None = None) -> None:
        """Start a session and open the registry. NotFoundError, IntegrityError, UnavailableError as `verify`."""
        from counterfoil.verification.spark.files import open_registry

        self._spark: Any = None
        self._folder = TemporaryDirectory(prefix="counterfoil-spark-")
        try:
            self._spark = start(cluster or Cluster(), Path(self._folder.name))
            self._registry: RegistryAt = open_registry(self._spark, place)
        except BaseException:
            self.close()
            raise

    def require_same(self, folder: Path) -> str:
        """The registry's id, when it is the one that is loaded in `folder`; IntegrityError when it is another.

        So an old copy on the cluster is never asked in the place of what the custodian has loaded since.
        """
        loaded, there = str(manifest.read(folder)["id"]), str(self._registry.facts["id"])
        if loaded != there:
            raise IntegrityError(
                f"The registry that the cluster reads is {there}; the one that is loaded is {loaded}.",
                "Copy the loaded registry to the cluster's storage again, all of its folder.",
            )
        return there

    def verify(self, asked: Iterable[Question], progress: Tick | None = None) -> Verdict:
        """Which of the requests the registry confirms. UnavailableError when the cluster cannot do it."""
        from counterfoil.verification.spark import plan

        questions = questions_of(asked)
        count = int(questions.num_rows)
        if not count:
            return Verdict(frozenset(), 0)
        try:
            keyed = plan.keyed(self._spark, questions)
            found: frozenset[int] = frozenset()
            if keyed.num_rows:
                cores = cores_of(self._spark)
                in_lots = lots.in_lots(keyed, lots.size_of_lots(keyed.num_rows, cores))
                table = plan.confirmed(self._spark, in_lots, self._registry.rows, self._registry.book, 2 * cores)
                found = frozenset(table.column("position").to_pylist())
        except CounterfoilError:
            raise
        except Exception as error:  # Spark's, Java's and the executors' errors: none of them is "no match"
            raise UnavailableError(
                f"The cluster could not verify the requests: {words_of(error)}",
                "Look at the executors' logs; then verify again. Nothing was answered.",
            ) from error
        if progress is not None:
            progress(count, count)
        return Verdict(found, count)

    def close(self) -> None:
        """End the session."""
        if self._spark is not None:
            self._spark.stop()
            self._spark = None
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
