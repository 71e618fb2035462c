"""A request has a key of 1 to 40 letters, digits, hyphens, underscores and periods. 26 USC 6103(p)(3)(A)."""

from __future__ import annotations

import re
from typing import Final

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding

_KEY: Final = re.compile(r"[A-Za-z0-9._-]{1,40}")


def request_id_malformed(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    if _KEY.fullmatch(reading.request.request_id):
        return None
    return Finding("REQUEST_ID_MALFORMED", "request_id")
