"""A document from another hand, as it is stored and recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from counterfoil.errors import InputError
from counterfoil.law import read_document


def read(path: Path) -> dict[str, Any]:
    """The mapping that the YAML file holds. Raises LawError or InputError where it is none, or none of JSON's kinds."""
    document = read_document(path)
    try:
        json.dumps(document, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{path.name} holds a value that is no text, number, list or mapping.",
            "Write dates and everything else as plain text, without a YAML tag.",
        ) from error
    return document
