"""A delivery line with a house number and a street (Publication 28, sections 23 and 234, Appendices B to F)."""

from __future__ import annotations

from counterfoil.address.street.parts import big_city_at
from counterfoil.address.street.puerto_rico import joined, read_puerto_rican
from counterfoil.address.street.read import Street, read_street
from counterfoil.address.street.remark import agree, is_entrance, is_loose, remark_of

__all__ = [
    "Street",
    "agree",
    "big_city_at",
    "is_entrance",
    "is_loose",
    "joined",
    "read_puerto_rican",
    "read_street",
    "remark_of",
]
