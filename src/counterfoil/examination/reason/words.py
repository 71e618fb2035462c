"""A word of a reason's normal form and all that is known of it, looked up once wherever it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

WORDS_KEPT: Final = 16384  # the words of all officials; names and numbers pass
LONGEST_KEPT: Final = 40  # characters

BEHIND_MAY: Final = frozenset(  # "the address of 2022 may be relevant" tells of no month
    """
    be have not also well still only bear show prove help tend support establish place tie link contradict
    rebut confirm corroborate date fix give lead indicate reveal matter serve shed assist provide bring
    identify impeach explain resolve settle decide refute
    """.split()  # noqa: SIM905
)

Made = TypeVar("Made")


class Word:
    """A word, or a mark or sign, of the normal form."""

    def __init__(self, text: str, classes: int = 0, needs: int = 0, counts: int = 0) -> None:
        self.text = text
        self.classes = classes
        """Its word classes, as bits (`grammar.PLACE` and the others)."""
        self.needs = needs
        """The needs of forms that it meets, as bits."""
        self.counts = counts
        """Whether it is an event, a trace, a trait, particular, a particular event; counts side by side."""
        self.plain = text.isalpha() and not text.startswith("z")
        """Whether it is written as it stands here, and no mark or sign."""
        self.month = text in _MONTHS
        self.may_be_month = text in ("may", "march")
        self.repeats = text in ("#", "@")
        """Whether it stands once for several in a row."""
        self.hidden = _HIDDEN.get(text, text)
        """What stands for it in a mask, "" for nothing."""


_MONTHS: Final = (
    frozenset(("january", "february", "april", "june", "july", "august", "september", "october", "november"))
    | frozenset(("december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"))
    | frozenset(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
)
_HIDDEN: Final = {
    **dict.fromkeys(("zcase", "zid", "zcite", "zcivil", "ztax", "zlaw", "zaddr", "zyear"), "#"),
    **dict.fromkeys("|,", ""),
    "ztown": "@",
}


class Kept(Generic[Made]):
    """What is made of each word, worked out once. Bounded: so many words are kept, and no long ones."""

    def __init__(self, make: Callable[[str], Made]) -> None:
        self._make = make
        self.kept: dict[str, Made] = {}

    def of(self, word: str) -> Made:
        """What is made of a word."""
        found = self.kept.get(word)
        if found is None:
            found = self._make(word)
            if len(word) <= LONGEST_KEPT:
                if len(self.kept) >= WORDS_KEPT:
                    self.kept.clear()
                self.kept[word] = found
        return found
