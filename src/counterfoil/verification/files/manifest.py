"""The registry's manifest: what is loaded, and the SHA-256 of every file that holds it.

It is written last and at once. A folder without it, or with a file that is not as it says, is not a
registry: it is found at open and never read as "no match". The manifest is one line of JSON and a second
line with the SHA-256 of the first.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from counterfoil.errors import IntegrityError, NotFoundError
from counterfoil.verification.files.blocks import State, state_of
from counterfoil.verification.files.durable import sha256_of, write_whole

NAME = "manifest.json"
FORMAT = 4
ROWS, BOOK = "rows.parquet", "streets.parquet"
"""For a cluster, and for a later load: all rows with their keys, and the street book."""
RECORDS, STREETS = "records.arrow", "streets.arrow"
"""For the engine in this process: the same rows and the same book, in the form that is searched in memory."""
SIEVE = "sieve.arrow"
"""For the engine in this process: what rules out most requests that no row is about."""

ANEW = "load all of the custodian's files anew with `counterfoil registry load --replace`."
"""What helps where files or rows of a registry are lost: the end of a sentence."""
_AGAIN = f"Put its folder back from a copy, or {ANEW}"
_OF_NOW = ANEW[0].upper() + ANEW[1:]


@cache
def rules_hash() -> str:
    """SHA-256 over the rooms whose rules made the keys: other rules, other keys, another index."""
    package = Path(__file__).parents[2]
    files = [p for room in ("address", "person") for p in (package / room).rglob("*")]
    files += [package / "verification" / name for name in ("keys.py", "loading/row.py", "files/packed.py")]
    digest = hashlib.sha256()
    for path in sorted(p for p in files if p.suffix in (".py", ".csv", ".yaml")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def contents_of(generation: Path) -> list[dict[str, Any]]:
    """Name, size and SHA-256 of every file of a generation."""
    return [
        {"name": path.name, "bytes": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(generation.iterdir())
    ]


def identity(facts: Mapping[str, Any]) -> str:
    """The registry's name: from its contents alone, so the same files give the same one."""
    said = json.dumps([facts["contents"], facts["files"]], sort_keys=True)
    return "registry-" + hashlib.sha256(said.encode()).hexdigest()[:16]


def write(folder: Path, facts: Mapping[str, Any]) -> None:
    """Put the manifest in place; from this moment on the folder is the registry that it describes."""
    line = json.dumps(facts, sort_keys=True, ensure_ascii=True)
    digest = hashlib.sha256(line.encode()).hexdigest()
    write_whole(folder / NAME, f"{line}\n{digest}\n".encode())


def read(folder: Path) -> dict[str, Any]:
    """Read the manifest alone. NotFoundError: nothing was ever loaded; IntegrityError: it is not whole."""
    path = folder / NAME
    if not folder.is_dir() or not any(p.name != ".lock" for p in folder.iterdir()):
        raise NotFoundError("No registry is loaded.", "Load the custodian's files with `counterfoil registry load`.")
    if not path.is_file():
        raise IntegrityError(
            f"The registry in {folder} has no {NAME}: its load did not end, or that file was lost.",
            f"Run the same load again: it goes on where it was. If it had ended, {ANEW}",
        )
    return parse(path.read_bytes(), str(path))


def parse(data: bytes, path: str) -> dict[str, Any]:
    """The facts of a manifest's bytes; `path` names it in the IntegrityError for one that is not whole."""
    lines = data.split(b"\n")
    if len(lines) != 3 or lines[2] or hashlib.sha256(lines[0]).hexdigest().encode() != lines[1]:
        raise IntegrityError(f"{path} is cut off or changed.", _AGAIN)
    facts: dict[str, Any] = json.loads(lines[0])
    if facts.get("format") != FORMAT:
        form = facts.get("format")
        raise IntegrityError(
            f"{path} is of another version of this program: of form {form}, and this one reads {FORMAT}.", _OF_NOW
        )
    return facts


def check(folder: Path, facts: Mapping[str, Any], names: Collection[str] = ()) -> Path:
    """Check the files against the manifest and give the folder that holds them; IntegrityError else.

    All must be there in their size; of those in `names`, without names of all, every byte is read and its hash held
    against the manifest's. A file in `names` that this process has read so before, and that nobody has written to
    since, is not read again: of twenty million people that takes seconds a batch.
    """
    generation = folder / str(facts["generation"])
    for entry in facts["contents"]:
        path = generation / str(entry["name"])
        if not path.is_file():
            raise IntegrityError(f"{path} is missing from the registry.", _AGAIN)
        if path.stat().st_size != entry["bytes"]:
            raise IntegrityError(f"{path} is cut off or changed.", _AGAIN)
    wanted = [entry for entry in facts["contents"] if not names or entry["name"] in names]
    hash_of = _remembered if names else sha256_of
    for entry in wanted:  # one after another: the records are most of it, and a second reader gains nothing
        path = generation / str(entry["name"])
        if hash_of(path) != entry["sha256"]:
            raise IntegrityError(f"{path} is cut off or changed.", _AGAIN)
    return generation


SETTLED = 10.0
"""Seconds since the last change of a file from which a later one surely bears another time."""

_known: dict[Path, tuple[State, str]] = {}


def _remembered(path: Path) -> str:
    """The SHA-256 of a file, known from before where it is the same file, of the same size and the same last change."""
    seen = state_of(path.stat())
    known = _known.get(path)
    if known is not None and known[0] == seen:
        return known[1]
    sha256 = sha256_of(path)
    if state_of(path.stat()) == seen and time.time() - path.stat().st_ctime > SETTLED:
        _known[path] = (seen, sha256)
    return sha256
