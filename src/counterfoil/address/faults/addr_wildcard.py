"""ADDR_WILDCARD: A part is masked or left open: ?, *, XX, 12... ELM ST."""

from __future__ import annotations

from counterfoil.address.sight import Sight
from counterfoil.address.tables import WORDS


def addr_wildcard(sight: Sight) -> bool:
    """A part is masked or left open: ?, *, XX, 12... ELM ST."""
    if not sight.delivery and sight.address.words[:1] and sight.address.words[0] in WORDS["open"]:
        return not sight.placeholder  # any house in Sample Ave
    return ("WILD" in sight.address.marks or "MASK" in sight.address.marks) and not sight.placeholder
