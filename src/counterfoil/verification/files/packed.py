"""An address on file as one text: what a comparison reads of it, so that it is not read anew for each request.

Only addresses that are sure are packed; the others are never compared. Left out is what no comparison reads: the
address as written, its words, and the spellings of street, city and unit. `tests/verification/test_packed.py` holds
that comparing with the unpacked address gives the same result, with the same reasons.
"""

from __future__ import annotations

from operator import attrgetter

from counterfoil.address import Address, Form
from counterfoil.address.keys import place_key_of
from counterfoil.verification.columns import SEPARATOR

_PLAIN = (
    "number", "predirectional", "suffix", "postdirectional", "road", "box", "route", "urbanization", "zip5", "zip4",
    "stem", "town", "region",
)  # fmt: skip
"""Parts that are one text each; every one has its place in a packed address, be it empty."""

_PARTS = attrgetter(*_PLAIN)
_MANY = 1 + len(_PLAIN)
_GROUP, _PAIR = "\x1e", "\x1d"
_FORMS = {form.value: form for form in Form}


def pack(address: Address) -> str:
    """The address as a text; "" for one that is not sure."""
    if not address.sure:
        return ""
    parts = [address.form.value, *_PARTS(address)]
    if address.units:
        parts.append("U" + _GROUP.join(_PAIR.join(unit) for unit in address.units))
    if address.unknown:
        parts.append("K" + _GROUP.join(address.unknown))
    if address.remark:
        parts.append("R" + _GROUP.join(sorted(address.remark)))
    if address.marks:
        parts.append("M" + _GROUP.join(sorted(address.marks)))
    return SEPARATOR.join(parts)


def unpack(text: str) -> Address:
    """The address as far as a comparison reads it."""
    parts = text.split(SEPARATOR)
    read = Address()
    read.form = form = _FORMS[parts[0]]
    read.number = number = parts[1]
    read.predirectional, read.suffix, read.postdirectional, read.road = parts[2], parts[3], parts[4], parts[5]
    read.box = box = parts[6]
    read.route = route = parts[7]
    read.urbanization, read.zip5, read.zip4 = parts[8], parts[9], parts[10]
    read.stem = stem = parts[11]
    read.town = parts[12]
    read.region = region = parts[13]
    for part in parts[_MANY:]:
        _take(read, part[0], part[1:])
    read.sure = True
    read.place = place_key_of(form, number, stem, box, route, region)
    return read


def _take(read: Address, letter: str, value: str) -> None:
    """A part that only some addresses have."""
    if letter == "U":
        read.units = tuple([_two(unit) for unit in value.split(_GROUP)])
    elif letter == "K":
        read.unknown = tuple(value.split(_GROUP))
    elif letter == "R":
        read.remark = frozenset(value.split(_GROUP))
    else:
        read.marks = frozenset(value.split(_GROUP))


def _two(unit: str) -> tuple[str, str]:
    group, _, number = unit.partition(_PAIR)
    return group, number
