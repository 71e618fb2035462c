"""Parts of a load that are kept, with their hashes, so that a load that was cut off goes on there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from counterfoil.verification.files.durable import put_in_place, sha256_of, sync, write_whole

Report = dict[str, Any]


def keep(paths: Sequence[Path], write: Callable[..., Mapping[str, Any]]) -> Report:
    """The report of the part in `paths`; made by `write`, which is given where, unless it is there whole."""
    return finished(paths) or _make(paths, write)


def finished(paths: Sequence[Path]) -> Report | None:
    """The report of a part that an earlier load has made, None if it has to be made."""
    try:
        report: Report = json.loads(_report_of(paths).read_bytes())
        whole = report["sha256s"] == [sha256_of(path) for path in paths]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return report if whole else None


def _make(paths: Sequence[Path], write: Callable[..., Mapping[str, Any]]) -> Report:
    paths[0].parent.mkdir(parents=True, exist_ok=True)
    asides = [path.with_name(f"{path.name}.{os.getpid()}.tmp") for path in paths]
    report = dict(write(*asides))
    report["sha256s"] = [sha256_of(aside) for aside in asides]
    for aside, path in zip(asides, paths, strict=True):
        sync(aside)
        put_in_place(aside, path)
    write_whole(_report_of(paths), json.dumps(report).encode())
    return report


def _report_of(paths: Sequence[Path]) -> Path:
    return paths[0].with_name(paths[0].name + ".json")
