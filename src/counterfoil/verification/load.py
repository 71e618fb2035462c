"""Load the custodian's file: stream, check, index; whole or not at all, and never twice.

    files → chunks → parts (kept: a load that is cut off goes on there) → merge → generation → manifest

The manifest is put in place last. Until then the earlier registry, if any, is the one that is read.
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
from counterfoil.verification import keys, manifest
from counterfoil.verification.durable import alone, put_in_place, storing
from counterfoil.verification.merge import MEMORY, merge
from counterfoil.verification.part import BAD_SHOWN, PartReport, finished, make_part
from counterfoil.verification.source import Source, describe, find_sources, read_chunks

_PARTS = "parts"


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
) -> LoadReport:
    """Add files to the registry in `folder`, and make it if there is none.

    Files that are in it already change nothing; a load that was cut off goes on where it was. `memory`
    bounds the sorting (as DuckDB reads it), `now` is the instant that `loaded_at` gets. InputError for a
    file that is not a registry file, IntegrityError when the registry in `folder` is broken,
    UnavailableError when the disk is full or another load is at work.
    """
    sources = _distinct([describe(path) for path in find_sources(paths)])
    with storing(folder), alone(folder):
        before = _before(folder, {source.sha256 for source in sources})
        known = {entry["sha256"] for entry in before["files"]} if before else set()
        new = [source for source in sources if source.sha256 not in known]
        if before and not new:
            return _report(sources, before, already=True)
        facts = _load(folder, new, before, progress, memory)
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


def _load(
    folder: Path, new: Sequence[Source], before: dict[str, Any] | None, progress: Tick | None, memory: str
) -> dict[str, Any]:
    rules = manifest.rules_hash()
    parts: list[Path] = []
    files = list(before["files"]) if before else []
    counter = _Counter(progress, sum(source.rows for source in new))
    for source in new:
        where = folder / _PARTS / rules[:16] / source.sha256[:32]
        where.mkdir(parents=True, exist_ok=True)
        reports = _read_source(source, where, counter)
        files.append(_file_facts(source, reports))
        parts += [where / f"{number:06}.parquet" for number in range(len(reports))]
    files.sort(key=lambda entry: str(entry["sha256"]))
    generation = folder / _generation_name(files, rules)
    building = generation.with_name(generation.name + ".tmp")
    for leftover in (building, generation):
        shutil.rmtree(leftover, ignore_errors=True)
    building.mkdir()
    books = [part.with_suffix(".streets") for part in parts]
    if before:
        earlier = folder / before["generation"]
        parts, books = [*parts, earlier / manifest.ROWS], [*books, earlier / manifest.BOOK]
    counts = merge(parts, books, building, memory)
    put_in_place(building, generation)
    return _facts(files, rules, generation, counts)


def _read_source(source: Source, where: Path, counter: _Counter) -> list[PartReport]:
    """The reports of all parts of a file; parts of an earlier load that are whole are kept."""
    reports: list[PartReport] = []
    for number, lines in enumerate(read_chunks(source)):
        report = finished(where, number) or make_part(where, number, source.path.name, lines)
        reports.append(report)
        counter.add(report.rows)
    if not reports:
        reports.append(finished(where, 0) or make_part(where, 0, source.path.name, iter(())))
    return reports


class _Counter:
    """Tells how many rows are read of all."""

    def __init__(self, tick: Tick | None, total: int) -> None:
        self._tick, self._total, self._done = tick, total, 0

    def add(self, rows: int) -> None:
        self._done += rows
        if self._tick is not None:
            self._tick(self._done, max(self._total, self._done))


def _file_facts(source: Source, reports: Sequence[PartReport]) -> dict[str, Any]:
    return {
        "name": source.path.name,
        "sha256": source.sha256,
        "rows": sum(report.rows for report in reports),
        "bad_rows": sum(report.bad_rows for report in reports),
        "bad": [reason for report in reports for reason in report.bad][:BAD_SHOWN],
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
