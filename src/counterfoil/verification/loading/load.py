"""Load the custodian's file: stream, check, index; whole or not at all, and never twice.

    files → units → chunks, tidied into buckets → each bucket indexed → merge → generation → manifest

Chunks and buckets are kept as soon as they are whole: a load that was cut off goes on after them. The manifest
is put in place last. Until then the earlier registry, if any, is the one that is read.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from counterfoil.errors import InputError, IntegrityError, NotFoundError
from counterfoil.progress import Tick
from counterfoil.verification import keys
from counterfoil.verification.files import manifest
from counterfoil.verification.files.database import MEMORY
from counterfoil.verification.files.durable import alone, put_in_place, storing
from counterfoil.verification.loading.index import index
from counterfoil.verification.loading.kept import Report, keep
from counterfoil.verification.loading.merge import merge
from counterfoil.verification.loading.source import Source, Unit, describe, find_sources, read_unit, units_of
from counterfoil.verification.loading.tidy import BAD_SHOWN, tidy
from counterfoil.workers import Workers, cores

_PARTS = "parts"
_ALONE = 300_000
"""Rows up to which starting workers costs more than they save."""

_BUCKET = 400_000
"""Rows of a bucket, about."""


@dataclass(frozen=True)
class LoadReport:
    """What a load did: `rows` and `bad_rows` of these files; people, addresses and years of the registry.

    `bad` names the first bad rows by file, row and reason, never by their values. `sha256s` has each file's
    SHA-256 by its name. `already_loaded` says that all of these files were in it, and nothing changed.
    """

    rows: int
    people: int
    addresses: int
    bad_rows: int
    bad: tuple[str, ...]
    files: tuple[str, ...]
    sha256s: Mapping[str, str]
    years: tuple[int, ...]
    already_loaded: bool

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def load_registry(
    paths: Sequence[Path],
    folder: Path,
    progress: Tick | None = None,
    *,
    now: datetime | None = None,
    memory: str = MEMORY,
    workers: int = 0,
) -> LoadReport:
    """Add files to the registry in `folder`, and make it if there is none.

    Files that are in it already change nothing; a load that was cut off goes on where it was. `memory`
    bounds each sorting (as DuckDB reads it), `workers` is the number of processes (0: one a core), and `now`
    the instant that `loaded_at` gets. InputError for a file that is not a registry file, IntegrityError when
    the registry in `folder` is broken, UnavailableError when the disk is full or another load is at work.
    """
    sources = _distinct([describe(path) for path in find_sources(paths)])
    with storing(folder), alone(folder):
        before = _before(folder, {source.sha256 for source in sources})
        known = {entry["sha256"] for entry in before["files"]} if before else set()
        new = [source for source in sources if source.sha256 not in known]
        if before and not new:
            return _report(sources, before, already=True)
        facts = _load(folder, new, before, _Work(progress, memory, workers))
        facts["loaded_at"] = (now or datetime.now(UTC)).isoformat()
        manifest.write(folder, facts)
        _tidy(folder, facts["generation"])
        return _report(sources, facts, already=False)


def _distinct(sources: Sequence[Source]) -> list[Source]:
    return list({source.sha256: source for source in sources}.values())


def _before(folder: Path, given: set[str]) -> dict[str, Any] | None:
    """The registry that is there, whole and made by the rules of today; None if there is none to keep."""
    try:
        facts = manifest.read(folder)
    except NotFoundError:
        return None
    except IntegrityError:
        if (folder / manifest.NAME).exists():
            raise
        return None  # a first load that was cut off: its parts are used
    manifest.check(folder, facts)
    if facts["rules"] == manifest.rules_hash():
        return facts
    missing = [str(entry["name"]) for entry in facts["files"] if entry["sha256"] not in given]
    if missing:
        raise InputError(
            "The registry was indexed by the rules of another version of this program.",
            "Load all of its files again together with the new ones.",
            missing,
        )
    return None


class _Work:
    """How a load is done: by how many, in how much memory, and what it tells meanwhile."""

    def __init__(self, tick: Tick | None, memory: str, workers: int) -> None:
        self.memory = memory
        self._tick, self._workers = tick, workers
        self._done = self._total = 0

    def begin(self, rows: int) -> Workers:
        """Rows are read once and indexed once, and then merged, which counts as much again."""
        self._total = 3 * rows
        return Workers(1 if rows <= _ALONE else self._workers or cores())

    def add(self, rows: int) -> None:
        """So many rows are one step further."""
        self._done += rows
        if self._tick is not None:
            self._tick(self._done, max(self._total, self._done))


def _load(folder: Path, new: Sequence[Source], before: dict[str, Any] | None, work: _Work) -> dict[str, Any]:
    rules = manifest.rules_hash()
    rows = sum(source.rows for source in new)
    buckets = _buckets(rows)
    parts = folder / _PARTS / f"{rules[:16]}-{_engine()}-{buckets}"
    with work.begin(rows) as workers:
        tidied = _tidy_all(new, parts, buckets, work, workers)
        rows = sum(report["rows"] for reports in tidied.values() for report in reports)
        indexed = _index_all(tidied, parts, buckets, work, workers)
    files = list(before["files"]) if before else []
    files += [_file_facts(source, tidied[source.sha256]) for source in new]
    files.sort(key=lambda entry: str(entry["sha256"]))
    generation = folder / _generation_name(files, rules)
    building = generation.with_name(generation.name + ".tmp")
    for leftover in (building, generation):
        shutil.rmtree(leftover, ignore_errors=True)
    building.mkdir()
    books = [path.with_suffix(".streets") for path in indexed]
    if before:
        earlier = folder / before["generation"]
        indexed, books = [*indexed, earlier / manifest.ROWS], [*books, earlier / manifest.BOOK]
    counts = merge(indexed, books, building, work.memory, again=before is not None)
    put_in_place(building, generation)
    work.add(rows)
    return _facts(files, rules, generation, counts)


def _buckets(rows: int) -> int:
    """A power of two, so that about `_BUCKET` rows come into each."""
    return 1 << max(0, (rows - 1) // _BUCKET).bit_length()


def _engine() -> str:
    """What buckets depend on beside the rows: the engine's hash of a text."""
    import duckdb

    return hashlib.sha256(duckdb.__version__.encode()).hexdigest()[:8]


def _tidy_all(
    new: Sequence[Source], parts: Path, buckets: int, work: _Work, workers: Workers
) -> dict[str, list[Report]]:
    """The reports of all chunks, by source and in order; each has where the chunk is."""
    tasks = [
        (unit, source.sha256, parts / source.sha256[:32], buckets, work.memory)
        for source in new
        for unit in units_of(source.path)
    ]
    found: list[tuple[str, int, list[Report]]] = []
    for sha256, number, reports in workers.run(tidy_unit, tasks):
        found.append((sha256, number, reports))
        work.add(sum(report["rows"] for report in reports))
    ordered = sorted(found, key=lambda entry: entry[:2])
    return {
        source.sha256: [report for sha256, _, reports in ordered if sha256 == source.sha256 for report in reports]
        for source in new
    }


def tidy_unit(unit: Unit, sha256: str, folder: Path, buckets: int, memory: str) -> tuple[str, int, list[Report]]:
    """Tidy a unit's chunks, those that are kept not again: whose it is, its number, and the reports."""
    reports = []
    for number, chunk in enumerate(read_unit(unit)):
        path = folder / f"{unit.number:05}-{number:05}.arrow"
        report = keep([path], lambda aside, chunk=chunk: tidy(chunk, unit.path.name, buckets, aside, memory))
        reports.append({**report, "path": str(path)})
    return sha256, unit.number, reports


def _index_all(
    tidied: Mapping[str, Sequence[Report]], parts: Path, buckets: int, work: _Work, workers: Workers
) -> list[Path]:
    """Where the indexed rows of the buckets are."""
    paths = [report["path"] for reports in tidied.values() for report in reports]
    said = " ".join(digest for reports in tidied.values() for report in reports for digest in report["sha256s"])
    folder = parts / f"indexed-{hashlib.sha256(said.encode()).hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    rows = sum(report["rows"] for reports in tidied.values() for report in reports)
    tasks = [(paths, bucket, folder / f"{bucket:05}.parquet", work.memory) for bucket in range(buckets)]
    for done, _ in enumerate(workers.run(index_bucket, tasks)):
        work.add(rows * (done + 1) // buckets - rows * done // buckets)
    return [task[2] for task in tasks]


def index_bucket(parts: Sequence[str], bucket: int, path: Path, memory: str) -> Report:
    """Index a bucket, if it is not kept."""
    paths = [path, path.with_suffix(".streets")]
    chunks = [Path(part) for part in parts]
    return keep(paths, lambda rows, streets: index(chunks, bucket, rows, streets, memory))


def _file_facts(source: Source, reports: Sequence[Report]) -> dict[str, Any]:
    return {
        "name": source.path.name,
        "sha256": source.sha256,
        "rows": sum(report["rows"] for report in reports),
        "bad_rows": sum(report["bad_rows"] for report in reports),
        "bad": [reason for report in reports for reason in report["bad"]][:BAD_SHOWN],
    }


def _generation_name(files: Sequence[Mapping[str, Any]], rules: str) -> str:
    said = " ".join([rules, *(str(entry["sha256"]) for entry in files)])
    return "generation-" + hashlib.sha256(said.encode()).hexdigest()[:16]


def _facts(files: list[dict[str, Any]], rules: str, generation: Path, counts: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "format": manifest.FORMAT,
        "rules": rules,
        "files": files,
        "generation": generation.name,
        "contents": manifest.contents_of(generation),
        "rows": sum(entry["rows"] for entry in files),
        "bad_rows": sum(entry["bad_rows"] for entry in files),
        "years": sorted(keys.years_of(counts["year_bits"])),
        **{name: counts[name] for name in ("people", "addresses", "held_people", "index_rows", "rows_without_place")},
    }
    facts["id"] = manifest.identity(facts)
    return facts


def _tidy(folder: Path, generation: str) -> None:
    """Remove what the manifest no longer names; it is in place, so nothing of this is needed."""
    for path in folder.iterdir():
        if path.is_dir() and path.name != generation:
            shutil.rmtree(path, ignore_errors=True)


def _report(sources: Sequence[Source], facts: Mapping[str, Any], *, already: bool) -> LoadReport:
    given = {source.sha256: source.path.name for source in sources}
    mine = [entry for entry in facts["files"] if entry["sha256"] in given]
    return LoadReport(
        rows=sum(entry["rows"] for entry in mine),
        people=facts["people"],
        addresses=facts["addresses"],
        bad_rows=sum(entry["bad_rows"] for entry in mine),
        bad=tuple(reason for entry in mine for reason in entry["bad"])[:BAD_SHOWN],
        files=tuple(given.values()),
        sha256s={_unlike(given, sha256): sha256 for sha256 in given},
        years=tuple(facts["years"]),
        already_loaded=already,
    )


def _unlike(given: Mapping[str, str], sha256: str) -> str:
    """The file's name; with the beginning of its SHA-256 where two files have the same name."""
    name = given[sha256]
    return name if list(given.values()).count(name) == 1 else f"{name} ({sha256[:8]})"
