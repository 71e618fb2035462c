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

_PLAIN = {"n": "number", "b": "predirectional", "s": "suffix", "a": "postdirectional", "r": "road", "x": "box",
          "t": "route", "u": "urbanization", "z": "zip5", "4": "zip4", "m": "stem", "c": "town",
          "g": "region"}  # fmt: skip
"""One letter each; only what is there is packed."""

_PARTS = attrgetter(*_PLAIN.values())
_GROUP, _PAIR = "\x1e", "\x1d"
_FORMS = {form.value: form for form in Form}


def pack(address: Address) -> str:
    """The address as a text; "" for one that is not sure."""
    if not address.sure:
        return ""
    parts = [letter + value for letter, value in zip(_PLAIN, _PARTS(address), strict=True) if value]
    if address.units:
        parts.append("U" + _GROUP.join(_PAIR.join(unit) for unit in address.units))
    if address.unknown:
        parts.append("K" + _GROUP.join(address.unknown))
    if address.remark:
        parts.append("R" + _GROUP.join(sorted(address.remark)))
    if address.marks:
        parts.append("M" + _GROUP.join(sorted(address.marks)))
    return SEPARATOR.join((address.form.value, *parts))


def unpack(text: str) -> Address:
    """The address as far as a comparison reads it."""
    form, *parts = text.split(SEPARATOR)
    read = Address()
    read.form = _FORMS[form]
    for part in parts:
        letter, value = part[0], part[1:]
        if letter in _PLAIN:
            setattr(read, _PLAIN[letter], value)
        elif letter == "U":
            read.units = tuple(_two(unit) for unit in value.split(_GROUP))
        elif letter == "K":
            read.unknown = tuple(value.split(_GROUP))
        elif letter == "R":
            read.remark = frozenset(value.split(_GROUP))
        else:
            read.marks = frozenset(value.split(_GROUP))
    read.sure = True
    read.place = place_key_of(read.form, read.number, read.stem, read.box, read.route, read.region)
    return read


def _two(unit: str) -> tuple[str, str]:
    group, _, number = unit.partition(_PAIR)
    return group, number
