"""Reading a YAML document that a person wrote, into plain values that can be stored and recorded."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from counterfoil.errors import InputError

SIZE_MAX = 1_000_000


def read_text(path: Path) -> str:
    """The text of a small UTF-8 file. Raises InputError saying what is wrong with it."""
    if path.is_dir():
        raise InputError(f"{path} is a directory.", "Name the file in it.")
    try:
        if path.stat().st_size > SIZE_MAX:
            raise InputError(f"{path} is larger than {SIZE_MAX:,} bytes.", "This is not such a document.")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", "Check the name and the permissions.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error


def read_document(path: Path) -> dict[str, Any]:
    """The mapping that a YAML file holds, with dates as ISO text."""
    try:
        document = yaml.safe_load(read_text(path))
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError(
            f"{path} is not YAML: {str(error)[:300]}", "Mend the file; the documentation has an example."
        ) from error
    if not isinstance(document, dict):
        raise InputError(f"{path} holds no document.", "Write `key: value` lines as in the documentation.")
    return dict(plain(document))


def plain(value: Any) -> Any:
    """The same value with dates as ISO text: what JSON can hold."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
