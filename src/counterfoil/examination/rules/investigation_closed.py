"""The investigation is open: from a closed one no proceeding may result. 26 USC 6103(i)(2)(A)(ii)."""

from __future__ import annotations

from functools import lru_cache

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.examination.texts import lexicon, says_nothing, words
from counterfoil.law import Finding


def _is_open(found: tuple[str, ...]) -> bool:
    """ "Open" or a word of the same meaning, and nothing that takes it back: not "not open", "no longer active"."""
    lists = lexicon("placeholders")
    rest = [word for word in found if word not in lists["open_status"] and not word.isdigit()]
    return any(word in lists["open_status"] for word in found) and all(word in lists["beside_open"] for word in rest)


@lru_cache(maxsize=256)
def _amiss(status: str) -> str | None:
    """What is to be said of a status: None of an open one, "" of one that is over."""
    if says_nothing(status) or ("?" not in status and _is_open(words(status))):
        return None
    over = any(word in lexicon("placeholders")["closed_status"] for word in words(status))
    return "" if over else "Its status is not given as open."


def investigation_closed(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    detail = _amiss(reading.request.investigation_status)
    return None if detail is None else Finding("INVESTIGATION_CLOSED", "investigation_status", detail)
