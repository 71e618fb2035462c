"""The removal order rests on a class of 8 USC 1227(a); counsel may lift this by a recorded act. 8 USC 1253(a)(1)."""

from __future__ import annotations

from typing import Final

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading, grounds
from counterfoil.law import Citation, Finding

_CLASSES: Final = Citation(8, "1227", ("a",))
_NUMBERS: Final = frozenset({(), *((str(number),) for number in range(1, 8))})  # the classes are (1) to (7)


def statute_facts_class(reading: Reading, context: Context) -> Finding | None:
    """The finding of this rule, or None where it is met."""
    if "class_1227a" not in reading.facts or context.lifted("ground_class"):
        return None
    named = grounds(reading.request.removal_ground)
    if any(_CLASSES.covers(ground) and ground.path[1:2] in _NUMBERS for ground in named):
        return None
    detail = "removal_ground names no provision." if not named else f"removal_ground names {named[0]}."
    return Finding("STATUTE_FACTS_CLASS", "removal_ground", detail)
