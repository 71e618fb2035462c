"""The tests' own plain reading of names and addresses: rough, and nobody else's."""

from __future__ import annotations

import re
import unicodedata

_WORDS = {
    "STREET": "ST", "STR": "ST", "AVENUE": "AVE", "AV": "AVE", "DRIVE": "DR", "DRV": "DR", "ROAD": "RD",
    "LANE": "LN", "COURT": "CT", "BOULEVARD": "BLVD", "BOUL": "BLVD", "PLACE": "PL", "CIRCLE": "CIR",
    "CIRC": "CIR", "TERRACE": "TER", "TERR": "TER", "TRAIL": "TRL", "PARKWAY": "PKWY", "PKY": "PKWY",
    "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W",
}  # fmt: skip


_UNITS = "APT|APARTMENT|UNIT|STE|SUITE|LOT|TRLR|TRAILER|RM|ROOM|SPC|SPACE"


def fold(text: object) -> str:
    plain = str(text).translate(str.maketrans({"Đ": "D", "đ": "d", "Ł": "L", "ł": "l"}))
    plain = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    return re.sub(r"[^A-Z0-9 ]", "", plain.upper().replace("-", " ")).strip()


def person(row: dict[str, object]) -> tuple[str, str]:
    """Given name and first surname; a short first word is a particle and stays with the next."""
    words = fold(row["surname"]).split()
    surname = words[0] if len(words[0]) > 3 or len(words) == 1 else "".join(words[:2])
    return fold(row["given_name"]).split()[0], surname


def numbers(row: dict[str, object]) -> tuple[object, ...]:
    """ZIP, every number of the two lines in any order, and the unit's letter: no two homes of a county share it."""
    both = f"{row['address_line1']} {row['address_line2']}".replace("#", " UNIT ")
    line = re.sub(rf"\b(?:{_UNITS}) ([A-Z])\b", r"0\1", " ".join(fold(both).split()))
    line = re.sub(r"\b(FIRST|SECOND|THIRD|[A-Z]+TH|\d+(ST|ND|RD|TH))\b", "ORD", line)
    return (str(row["postal_code"])[:5], *sorted(w for w in line.split() if any(c.isdigit() for c in w)))


def street(row: dict[str, object]) -> str:
    """The two lines in one short spelling."""
    words = f"{fold(row['address_line1'])} {fold(row['address_line2'])}".split()
    return " ".join(_WORDS.get(word, word) for word in words)
