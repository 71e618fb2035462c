"""The rules in compiled form, used only where they were made of the very sources that stand beside them.

The sources decide: a rule set's hash covers them, and everyone can read them. `make compile` translates some of
them to machine code, module by module and with the same result, into a folder that is named by the SHA-256 of
those sources. Another source has another name, so what was compiled before an edit is not found after it, and the
program runs interpreted. COUNTERFOIL_PURE=1 asks for that in any case.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Final

PURE: Final = "COUNTERFOIL_PURE"
LIBRARY: Final = "counterfoil__mypyc"
"""The machine code of all modules; the files beside it only name them."""
MADE: Final = "_compiled"
"""The folder within the package, one folder in it for each Python and each state of the sources."""

_PACKAGE: Final = Path(__file__).parent
_PARTS: Final = (
    "address",
    "person",
    *(f"examination/{part}" for part in ("reason", "rules", "rows.py", "reading.py", "probing.py", "tally.py")),
    *(f"examination/{part}.py" for part in ("texts", "dates", "periods", "statutes", "roster")),
    *(
        f"verification/{part}.py"
        for part in (
            "rule",
            "keys",
            "clue",
            "block",
            "book",
            "search",
            "columns",
            "files/packed",
            "files/sieve",
            "files/sorted",
            "files/blocks",
        )
    ),
    *(f"ledger/{part}.py" for part in ("build", "canonical", "sealed", "tiles", "tree")),
)
"""What is compiled: two rooms, of examination and verification what each request goes through, of the ledger what
each entry does."""

_NEEDY: Final = f"{_PACKAGE.name}.verification.files.blocks"
"""A module that imports none of ours, and reads numbers by `librt`."""

_STALE: Final = "interpreted: what is compiled was made of other sources or for another Python (`make compile`)"
_SUFFIX: Final = EXTENSION_SUFFIXES[0]  # such as .cpython-311-x86_64-linux-gnu.so
_NAMES: Final = tuple(f"{_PACKAGE.name}.{part.removesuffix('.py').replace('/', '.')}" for part in _PARTS)


def sources(package: Path) -> tuple[Path, ...]:
    """The files of a package that are compiled, in order of path."""
    found = (package / part for part in _PARTS)
    return tuple(sorted(path for part in found for path in ([part] if part.is_file() else part.rglob("*.py"))))


def fingerprint(package: Path) -> str:
    """SHA-256 (hex) of those files and their places in the package, line ends as LF."""
    total = hashlib.sha256()
    for path in sources(package):
        data = path.read_bytes().replace(b"\r\n", b"\n")
        total.update(f"{path.relative_to(package).as_posix()} {hashlib.sha256(data).hexdigest()}\n".encode())
    return total.hexdigest()


def folder(package: Path) -> Path:
    """Where the compiled form of a package's sources stands, for the Python that runs."""
    return package / MADE / _SUFFIX.split(".")[1] / fingerprint(package)


def form() -> tuple[bool, str]:
    """Whether the compiled form is used, and in words which form is and why."""
    where, why = _chosen()
    return where is not None, why


@cache
def _chosen() -> tuple[Path | None, str]:
    """The folder of the compiled form or None; asked once, so that no two forms are mixed in one process."""
    if os.environ.get(PURE, "") not in ("", "0"):
        return None, f"interpreted, as {PURE} asks"
    if not (_PACKAGE / MADE).is_dir():
        return None, "interpreted"
    where = folder(_PACKAGE)
    if not where.is_dir():
        return None, _STALE
    try:
        _load(where)
    except (ImportError, ValueError, AttributeError) as error:  # the latter two of a library of another version
        return None, f"interpreted: what is compiled cannot be loaded ({error})"
    return where, "compiled"


def _load(where: Path) -> None:
    """Load the machine code of all modules at once, so that what cannot be loaded is found before any is used.

    One that needs a library beside Python's own is begun as well: that is when another version of it is found.
    """
    sys.modules[LIBRARY] = _begun(LIBRARY, where / f"{LIBRARY}{_SUFFIX}")
    _begun(_NEEDY, where / f"{_NEEDY.replace('.', '/')}{_SUFFIX}")


def _begun(name: str, path: Path) -> ModuleType:
    from importlib.util import module_from_spec

    loader = ExtensionFileLoader(name, str(path))
    spec = ModuleSpec(name, loader, origin=loader.path)
    spec.has_location = True
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


class _Finder(MetaPathFinder):
    """Finds the compiled form of a module before the interpreted one."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the protocol's
        target: ModuleType | None = None,  # noqa: ARG002
        /,
    ) -> ModuleSpec | None:
        """The compiled module of this name, None where there is none or where the interpreted form is used."""
        if not fullname.startswith(_NAMES):
            return None
        where, _ = _chosen()
        if where is None:
            return None
        place = fullname.replace(".", "/")
        package = where / place / f"__init__{_SUFFIX}"
        file = package if package.is_file() else where / f"{place}{_SUFFIX}"
        if not file.is_file():
            return None
        loader = ExtensionFileLoader(fullname, str(file))
        spec = ModuleSpec(fullname, loader, origin=loader.path, is_package=file == package)
        spec.has_location = True
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(str(_PACKAGE.parent / place))
        return spec


def use() -> None:
    """Let the compiled form be found, where there is one of these sources."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
