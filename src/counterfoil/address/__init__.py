"""Addresses: what Publication 28 says one is, whether a text is one, and whether two are the same delivery point."""

from __future__ import annotations

from counterfoil.address.comparison import compare
from counterfoil.address.faults import faults
from counterfoil.address.keys import delivery_key, one_line, place_key, reading_key
from counterfoil.address.line import read_line, split_line
from counterfoil.address.model import Address, Comparison, Form, Written
from counterfoil.address.places import Places
from counterfoil.address.reading import parse
from counterfoil.address.sight import addressee

__all__ = [
    "Address",
    "Comparison",
    "Form",
    "Places",
    "Written",
    "addressee",
    "compare",
    "delivery_key",
    "faults",
    "one_line",
    "parse",
    "place_key",
    "read_line",
    "reading_key",
    "split_line",
]
