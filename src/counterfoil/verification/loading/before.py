"""What is there before a load: a registry to add to, or none. What would lose rows or holds in silence stops the load.

A registry is never begun beside the rest of another one, and never added to where it is not the one that was loaded
last: then all files are named again, and `replace` is said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from counterfoil.errors import InputError, IntegrityError, NotFoundError
from counterfoil.verification.files import manifest
from counterfoil.verification.loading.source import Source


def before(
    folder: Path, sources: Sequence[Source], recorded: list[str] | None, *, replace: bool
) -> dict[str, Any] | None:
    """The registry that is there, whole and made by the rules of today; None if there is none to keep.

    `recorded` are the ids of what was loaded here so far, the newest last, and None where nobody keeps a record.
    InputError, IntegrityError: what is there cannot be added to.
    """
    given = {source.sha256 for source in sources}
    if replace:
        return _same(folder, given)
    facts = _facts(folder, given)
    if facts is None:
        if recorded:
            raise IntegrityError(
                f"The registry that was loaded into {folder} is gone: {recorded[-1]}.",
                f"Put its folder back, or {manifest.ANEW}",
            )
        return None
    new = [source for source in sources if source.sha256 not in {entry["sha256"] for entry in facts["files"]}]
    if recorded is not None:
        _require_last(folder, str(facts["id"]), recorded, adding=bool(new))
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


def generation_name(sha256s: Collection[str], rules: str) -> str:
    """The folder of what is made of these files by these rules."""
    said = " ".join([rules, *sorted(sha256s)])
    return "generation-" + hashlib.sha256(said.encode()).hexdigest()[:16]


def _same(folder: Path, given: set[str]) -> dict[str, Any] | None:
    """The registry that is there, if it is whole and made of these very files."""
    try:
        facts = manifest.read(folder)
        manifest.check(folder, facts)
    except (NotFoundError, IntegrityError):
        return None
    same = {entry["sha256"] for entry in facts["files"]} == given and facts["rules"] == manifest.rules_hash()
    return facts if same else None


def _facts(folder: Path, given: set[str]) -> dict[str, Any] | None:
    try:
        return manifest.read(folder)
    except NotFoundError:
        return None
    except IntegrityError:
        if (folder / manifest.NAME).exists():
            raise
    mine = generation_name(given, manifest.rules_hash())  # of a first load that was cut off: its parts are used
    if any(path.name != mine for path in folder.glob("generation-*") if path.suffix != ".tmp"):
        raise IntegrityError(
            f"A registry is in {folder}, but its {manifest.NAME} is gone.",
            f"Put that file back from a copy, or {manifest.ANEW}",
        )
    return None


def _require_last(folder: Path, found: str, recorded: list[str], *, adding: bool) -> None:
    """The registry that is there is the one of the last load, or of one that ended but for its record."""
    if recorded[-1:] == [found] or (found not in recorded and not adding):
        return
    last = f"the one that was loaded last is {recorded[-1]}" if recorded else "no load of it is recorded"
    raise IntegrityError(
        f"The registry in {folder} is {found}; {last}.",
        "If a load was cut off, run it again with the same files. "
        f"Else put the folder of the last load back, or {manifest.ANEW}",
    )


def named_before(facts: dict[str, Any] | None, new: Sequence[Source]) -> tuple[str, ...]:
    """The new files that bear the name of one that is loaded: maybe its correction, which takes no row out of it."""
    loaded = [str(entry["name"]) for entry in facts["files"]] if facts else []
    return tuple(source.name for source in new if any(_alike(source.name, name) for name in loaded))


def _alike(one: str, other: str) -> bool:
    """Whether they can be the same file, named from different folders."""
    parts, others = PurePosixPath(one).parts, PurePosixPath(other).parts
    count = min(len(parts), len(others))
    return parts[-count:] == others[-count:]
