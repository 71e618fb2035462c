"""The manifest states a batch: an id, a count, a hash, a format, this agreement. 26 USC 6103(p)(3)(A)."""

from __future__ import annotations

import re
from typing import Final

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding

_ID: Final = re.compile(r"\S(?:.{0,198}\S)?")
_HASH: Final = re.compile(r"[0-9a-fA-F]{64}")


def _manifest(context: Context) -> str:
    manifest = context.manifest
    if manifest is None:
        return ""
    if not _ID.fullmatch(manifest.batch_id) or not manifest.batch_id.isprintable():
        return "batch_id is missing or unreadable."
    if manifest.count < 1:
        return "The manifest states no request."
    if not _HASH.fullmatch(manifest.sha256.strip()):
        return "sha256 is no hash."
    if manifest.format not in ("csv", "jsonl", "parquet"):
        return "The format is not known."
    if manifest.agreement != context.agreement.id:
        return "The manifest names another agreement."
    return ""


def _empty(tally: Tally, context: Context) -> str:
    rows = context.delivery.count if context.delivery is not None else tally.rows
    return "The file holds no request." if rows == 0 else ""


def batch_malformed(tally: Tally, context: Context) -> Finding | None:
    """The finding of this rule, or None where it is met."""
    detail = _manifest(context) or _empty(tally, context)
    return Finding("BATCH_MALFORMED", "batch", detail) if detail else None
