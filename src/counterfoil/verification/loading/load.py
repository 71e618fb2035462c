"""Load the custodian's file: stream, check, index; whole or not at all, and never twice.

    files → units → chunks, tidied into buckets → each bucket indexed → merge → generation → manifest

Chunks and buckets are kept as soon as they are whole: a load that was cut off goes on after them. The manifest
is put in place last. Until then the earlier registry, if any, is the one that is read.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from counterfoil.errors import InputError
from counterfoil.progress import Tick
from counterfoil.verification import keys
from counterfoil.verification.files import manifest
from counterfoil.verification.files.blocks import State
from counterfoil.verification.files.database import MEMORY
from counterfoil.verification.files.durable import alone, put_in_place, storing
from counterfoil.verification.loading.before import before, generation_name, named_before
from counterfoil.verification.loading.found import find_sources
from counterfoil.verification.loading.index import index
from counterfoil.verification.loading.kept import Report, keep
from counterfoil.verification.loading.merge import merge
from counterfoil.verification.loading.source import (
    Source,
    Unit,
    describe,
    read_unit,
    require_rows,
    require_same,
    units_of,
)
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
    `rows_without_place` are the registry's rows whose address nothing finds, `ignored_columns` the columns that were
    left out, `not_read` files in the folders that were named and are none of a registry. `named_before` are files
    that bear the name of one that was loaded with other contents: the rows of both are in the registry.
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
    rows_without_place: int
    ignored_columns: tuple[str, ...]
    not_read: tuple[str, ...]
    named_before: tuple[str, ...] = ()

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
    replace: bool = False,
    ignore: Collection[str] = (),
    recorded: list[str] | None = None,
) -> LoadReport:
    """Add files to the registry in `folder`, and make it if there is none; with `replace` of these files alone.

    Files that are in it already change nothing; a load that was cut off goes on where it was. `memory`
    bounds each sorting (as DuckDB reads it), `workers` is the number of processes (0: one a core), `now`
    the instant that `loaded_at` gets, `ignore` names columns to be left out, and `recorded` what was loaded here so far
    (before.py). InputError for a file that is not a registry file, IntegrityError when the registry in `folder` is
    broken or not the one that was loaded last, UnavailableError when the disk is full or another load is at work.
    """
    found = find_sources(paths)
    sources = _distinct([describe(path, name, ignore) for path, name in found.files])
    with storing(folder), alone(folder):
        earlier = before(folder, sources, recorded, replace=replace)
        known = {entry["sha256"] for entry in earlier["files"]} if earlier else set()
        new = [source for source in sources if source.sha256 not in known]
        if earlier and not new:
            return _report(sources, earlier, found.not_read, already=True)
        facts = _load(folder, new, earlier, _Work(progress, memory, workers))
        facts["loaded_at"] = (now or datetime.now(UTC)).isoformat()
        manifest.write(folder, facts)
        _tidy(folder, facts["generation"])
        return _report(sources, facts, found.not_read, already=False, named=named_before(earlier, new))


def _distinct(sources: Sequence[Source]) -> list[Source]:
    return list({source.sha256: source for source in sources}.values())


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
    generation = folder / generation_name([str(entry["sha256"]) for entry in files], rules)
    building = generation.with_name(generation.name + ".tmp")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    books = [path.with_suffix(".streets") for path in indexed]
    if before:
        earlier = folder / before["generation"]
        indexed, books = [*indexed, earlier / manifest.ROWS], [*books, earlier / manifest.BOOK]
    counts = merge(indexed, books, building, work.memory, again=before is not None)
    if not counts["people"]:
        shutil.rmtree(building)
        raise _of_nobody(files)
    shutil.rmtree(generation, ignore_errors=True)
    put_in_place(building, generation)
    work.add(rows)
    return _facts(files, rules, generation, counts)


def _of_nobody(files: Sequence[Mapping[str, Any]]) -> InputError:
    """Of everyone it would be said that there is no match."""
    return InputError(
        "No row of these files can be used: the registry would be of nobody. Nothing was loaded.",
        "Mend the rows, then load again.",
        [reason for entry in files for reason in entry["bad"]][:BAD_SHOWN],
    )


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
        (unit, source.name, source.sha256, source.state, parts / source.sha256[:32], buckets, work.memory)
        for source in new
        for unit in units_of(source.path, source.watched)
    ]
    found: list[tuple[str, int, list[Report]]] = []
    for sha256, number, reports in workers.run(tidy_unit, tasks):
        found.append((sha256, number, reports))
        work.add(sum(report["rows"] for report in reports))
    by_source: dict[str, list[Report]] = {source.sha256: [] for source in new}
    for sha256, _, reports in sorted(found, key=lambda entry: entry[:2]):
        by_source[sha256] += reports
    for source in new:
        require_rows(source, sum(report["rows"] for report in by_source[source.sha256]))
    return by_source


def tidy_unit(
    unit: Unit, name: str, sha256: str, state: State, folder: Path, buckets: int, memory: str
) -> tuple[str, int, list[Report]]:
    """Tidy a unit's chunks, those that are kept not again: whose it is, its number, and the reports.

    A chunk is kept only while the file is in the `state` of its hash.
    """
    reports = []
    for number, chunk in enumerate(read_unit(unit)):
        require_same(unit.path, state)
        path = folder / f"{unit.number:05}-{number:05}.arrow"
        report = keep([path], lambda aside, chunk=chunk: tidy(chunk, name, buckets, aside, memory))
        reports.append({**report, "path": str(path)})
    require_same(unit.path, state)
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
        "name": source.name,
        "ignored": list(source.ignored),
        "sha256": source.sha256,
        "rows": sum(report["rows"] for report in reports),
        "bad_rows": sum(report["bad_rows"] for report in reports),
        "bad": [reason for report in reports for reason in report["bad"]][:BAD_SHOWN],
    }


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


def _report(
    sources: Sequence[Source],
    facts: Mapping[str, Any],
    not_read: tuple[str, ...],
    *,
    already: bool,
    named: tuple[str, ...] = (),
) -> LoadReport:
    given = {source.sha256: source.name for source in sources}
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
        rows_without_place=facts["rows_without_place"],
        ignored_columns=tuple(dict.fromkeys(name for source in sources for name in source.ignored)),
        not_read=not_read,
        named_before=named,
    )


def _unlike(given: Mapping[str, str], sha256: str) -> str:
    """The file's name; with the beginning of its SHA-256 where two files have the same name."""
    name = given[sha256]
    return name if list(given.values()).count(name) == 1 else f"{name} ({sha256[:8]})"
