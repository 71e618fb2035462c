"""Words beside a delivery line by which another place is meant, or none for sure: NEXT DOOR TO, NOT, MAYBE, WORKS AT.

Told by closed sets: every word of the phrase must be known, or it must end in a preposition, so that NOT JUST COFFEE
and THE WORKS LOFTS are names of buildings. The sets are classes of `data/words.csv`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from counterfoil.address.model import Address
from counterfoil.address.tables import WORDS

BESIDE: Final = "beside"
"""Another place than the house, told from it: NEXT DOOR TO, OR NEARBY, APPROXIMATELY."""
DENIED: Final = "denied"
"""Not, or no longer, or a place to sleep instead of the house: NOT, EVICTED FROM, LIVES IN CAR."""
WORK: Final = "work"
"""Where the person works."""

_LEADS_TO: Final = WORDS["leadsto"]
_DE: Final = frozenset({"DE", "DEL", "A", "AL"})
_NEAR: Final = (WORDS["landmark"] | {"NEXT", "CLOSE", "AREA"}) - {"AT", "@", "FRENTE", "LADO", "OVER", "UNDER"}
_LINKS: Final = frozenset(
    {"OF", "THE", "TO", "FROM", "A", "AN", "DE", "DEL", "LA", "EL", "AL", "IN", "ON", "EN", "OR", "AND", "BY"}
)
_WAYS: Final = frozenset(
    {"STREET", "ST", "ROAD", "RD", "BLOCK", "BLOCKS", "WAY", "DOOR", "DOORS", "CORNER", "HOUSE", "HOUSES"}
)
_MOVING: Final = frozenset({"UP", "DOWN", "AWAY", "OVER"})
_COUNTS: Final = frozenset({"FEW", "LITTLE", "ONE", "TWO", "COUPLE", "SOMEWHERE", "ELSEWHERE", "JUST", "RIGHT"})
_WAY: Final = _NEAR | _LINKS | _WAYS | _MOVING | _COUNTS
_NOT: Final = frozenset({"NOT", "NEVER", "ISNT", "WASNT", "ARENT", "DOESNT", "NUNCA", "JAMAS"})
_NO_MORE: Final = frozenset({"LONGER", "MORE", "ANYMORE", "YA", "MAS", "EN", "AT"})
_ESTIMATE: Final = WORDS["estimate"]
_FORMER: Final = WORDS["former"]
_WORK: Final = WORDS["work"]
_ASLEEP: Final = WORDS["asleep"]
_INTO: Final = frozenset({"IN", "UNDER", "BELOW", "INSIDE", "ON", "EN", "BAJO", "DEBAJO"}) | WORDS["dwelling"]
_SAID: Final = frozenset().union(
    _WAY, _NOT, _NO_MORE, _ESTIMATE, _FORMER, _WORK, _ASLEEP, _INTO,
    *(WORDS[kind] for kind in ("filler", "thing", "dwelling", "telling")),
    {"NO", "LAST", "KNOWN", "PARKED", "BACK", "OUT", "STAY", "STAYED", "LIVED", "I", "THINK", "SINCE", "AGO", "YEARS"},
)  # fmt: skip
"""Words of which a phrase that says where somebody is may consist."""
_ABOUT: Final = (_ESTIMATE - {"ABOUT"}) | {"ISH", "SOMETHING", "SOME"}
"""Words behind a house number by which it is a guess: 900 SOMETHING OAK ST."""


def places_elsewhere(address: Address) -> frozenset[str]:
    """What the words beside the delivery line say of it: BESIDE, DENIED, WORK; as a rule nothing."""
    if "MULTIPLE" in address.marks:
        return frozenset()  # PREVIOUSLY 14 ELM ST, behind another house
    found = {kind for words in address.leftover if words and (kind := _says(words, address.words))}
    if not found and is_guess(address):
        found.add(BESIDE)
    return frozenset(found)


def names_another_place(words: tuple[str, ...]) -> bool:
    """Whether words beside a delivery line, wherever they stood, say that another place than the house is meant."""
    return words != () and _says(words, words) != ""


def is_guess(address: Address) -> bool:
    """A number that is about right: 900-ISH OAK ST, 900 SOMETHING OAK ST, 900s Oak St; but 900S OAK ST is 900 S OAK."""
    first, _, more = address.street.partition(" ")
    if first in _ABOUT and more:
        return True
    number = address.number
    if not number.endswith("0S"):
        return False
    text = address.written.line1
    return f"{number[:-1]}'S" in text.upper() or (f"{number[:-1]}s" in text and not text.islower())


def _says(words: tuple[str, ...], text: tuple[str, ...]) -> str:
    present = {word for word in words if not word[0].isdigit()}  # EVICTED 2024
    if not present:
        return ""
    if _ends_in_preposition(words, text[: len(words)] == words) or (
        present <= _WAY and (not present.isdisjoint(_NEAR) or _goes(present))
    ):
        return DENIED if not present.isdisjoint(_FORMER) else BESIDE
    if not present <= _SAID:
        return ""
    if not present.isdisjoint(_WORK):
        return "" if "THE" in present else WORK
    if not present.isdisjoint(_NOT) or ("NO" in present and not present.isdisjoint(_NO_MORE)):
        return DENIED
    if not present.isdisjoint(_FORMER) or (not present.isdisjoint(_ASLEEP) and not present.isdisjoint(_INTO)):
        return DENIED
    return BESIDE if not present.isdisjoint(_ESTIMATE) else ""


def _ends_in_preposition(words: tuple[str, ...], leads: bool) -> bool:
    """MOVED FROM, HOUSE BEHIND, CERCA DE, before the house or, where no name ends so, behind it."""
    last = words[-1]
    if last in _DE:
        return leads and not _NEAR.union(WORDS["landmark"]).isdisjoint(words)
    if leads and last in _LEADS_TO:
        return True
    return words == ("OF",) or (last in ("BEHIND", "DETRAS", "NEARBY") and len(words) > 1)


def _goes(present: Iterable[str]) -> bool:
    """DOWN THE STREET, A BLOCK AWAY; but DOWN and UP are places in a building."""
    return not _MOVING.isdisjoint(present) and not _WAYS.isdisjoint(present)
