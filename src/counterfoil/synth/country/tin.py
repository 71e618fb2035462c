"""Made-up taxpayer identification numbers: valid in structure, each person's own."""

from __future__ import annotations

from typing import Final

_GROUPS: Final = tuple(str(g) for g in (*range(50, 66), *range(70, 89), 90, 91, 92, *range(94, 100)))
_ITIN: Final = 100 * len(_GROUPS) * 10_000
_AREAS: Final = range(750, 900)  # the highest areas of a social security number, none given out before 2011
_SSN: Final = len(_AREAS) * 99 * 9_999

LAST: Final = _SSN
"""People that can have a number each."""


def itin(number: int) -> str:
    """The individual taxpayer identification number of person `number`: 9xx, a group in use, serial."""
    at = (number * 15_485_863 + 271) % _ITIN
    rest, serial = divmod(at, 10_000)
    area, group = divmod(rest, len(_GROUPS))
    return f"{900 + area}{_GROUPS[group]}{serial:04}"


def ssn(number: int) -> str:
    """The social security number of person `number`: no area 000, 666 or 9xx, no group 00, no serial 0000."""
    at = (number * 32_452_843 + 577) % _SSN
    rest, serial = divmod(at, 9_999)
    area, group = divmod(rest, 99)
    return f"{_AREAS[area]}{group + 1:02}{serial + 1:04}"
