"""Whether a phrase, a sign or a stock text stands where the address should be."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from counterfoil.address.model import Address, Form
from counterfoil.address.sight.delivery import looks_like_street, names_no_street
from counterfoil.address.sight.statement import (
    ALONE,
    RUN,
    is_abbreviation,
    is_nothing,
    is_refusal,
    is_statement,
    spelled,
)
from counterfoil.address.tables import PHRASES, WORDS

_STOCK_NUMBERS: Final = frozenset(
    {"0", "00", "000", "123", "1234", "12345", "111", "1111", "999", "9999", "99999", "321", "4321"}
)
_OTHER_SCRIPTS: Final = (*WORDS["script"], *(" ".join(words) for words in PHRASES["script"]))
_NO_TOWN: Final = (
    ALONE | WORDS["nothing"] | WORDS["pretence"] | WORDS["stocktown"] | WORDS["filler"] | WORDS["negation"]
)
_NOT_TOLD: Final = (WORDS["unknown"] | WORDS["refusing"] | WORDS["later"] | WORDS["hidden"]) - WORDS["roofless"]
_STOCK: Final = WORDS["stock"]
_STOCK_TOWN: Final = WORDS["stocktown"]
_FAKE: Final = frozenset({"FAKE", "ANYSTREET", "NOTREAL", "MADEUP", "FICTITIOUS", "FALSA", "FALSO", "FICTICIA"})
_ADDRESS: Final = frozenset({"ADDRESS", "ADDR", "DIRECCION"})
_TEMPLATE: Final = frozenset(
    {"CITY", "CITY STATE", "TOWN STATE", "CITY TOWN", "STATE", "CIUDAD", "CIUDAD ESTADO", "ESTADO", "TRUE", "FALSE"}
)
"""The words of a form's last line, where a town should be."""
_SIGNS_FIRST: Final = re.compile(r"\s*(?:[-.?*_/\\~=+;,\"]\s*|#{2,}\s*)+")


def is_placeholder(address: Address, delivery: bool, zip_alone: bool, phrases: list[tuple[str, ...]]) -> bool:
    """Whether the text says that no address is given, in any wording, or is a mask or a stock text."""
    if zip_alone:
        return RUN.fullmatch(address.zip5) is not None
    if "SCRIPT" in address.marks and any(word in text.lower() for text in address.written for word in _OTHER_SCRIPTS):
        return True
    if _is_stock(address) and not _is_really_there(address):
        return True
    if not delivery:
        if only_signs(address):
            return True
        if names_no_street(address):
            return False
        own = [words for words in phrases if words is not address.words]
        if _street_without_number(address):
            own = [
                words for words in own if " ".join(words) != address.street or set(words) & (ALONE | WORDS["dwelling"])
            ]
        return any(_says_nothing(words, address) for words in own) or any(
            is_refusal(spelled(words)) for words in phrases
        )  # fmt: skip
    if address.form is Form.GENERAL_DELIVERY:
        return any(words and _NOT_TOLD.issuperset(words) for words in address.leftover)
    if not looks_like_street(address) and address.street and is_nothing(address.street.split()):
        return True
    if any(is_refusal(words) for words in address.leftover):
        return True
    return _says_no_town(address.city) and not _is_really_there(address)


def _says_nothing(words: tuple[str, ...], address: Address) -> bool:
    if len(words) == 1 and address.state and words[0] == address.city:
        return words[0] not in WORDS["reallytown"] and is_nothing(spelled(words))  # PAGE, AZ is a town
    return is_statement(spelled(words)) or is_abbreviation(words)


def _street_without_number(address: Address) -> bool:
    return bool(address.street) and not address.number and bool(address.suffix or address.stem.startswith("*"))


def only_signs(address: Address) -> bool:
    """Whether the address lines hold signs alone: ., ----, ???, XXXX; with a town behind them or not."""
    if "SCRIPT" in address.marks:
        return False
    lines = address.written.line1 + address.written.line2
    if any(word[0].isalnum() and not RUN.fullmatch(word) for word in address.words):
        return not (address.street or address.leftover) and _SIGNS_FIRST.match(lines) is not None
    return any(char.isprintable() and not char.isspace() for char in lines)


def _is_stock(address: Address) -> bool:
    if _is_stock_town(address.city, address.town):
        return True
    if any(not _STOCK_TOWN.isdisjoint(words) for words in address.leftover):
        return True
    name = address.street.split()
    if name == ["0TH"] and not address.number.strip("0"):
        return True  # 000 000, where a street may be named by its number alone
    if not _ADDRESS.isdisjoint(name) and is_refusal(name):
        return True  # 999 NO ADDRESS AVE
    if not name or not _STOCK.issuperset(name):
        return False
    if not _FAKE.isdisjoint(name):
        return True
    if name == ["ANY"] and address.suffix == "WAY":
        return False
    return address.number in _STOCK_NUMBERS


def _is_really_there(address: Address) -> bool:
    """NOWHERE, OK: a town in one state, though in any other the word says that there is none."""
    return (*address.city.split(), address.state) in PHRASES["reallytown"]


@lru_cache(maxsize=65536)
def _is_stock_town(city: str, town: str) -> bool:
    """A town's columns as a form prints them or a stock text has them: CITY STATE, ANYTOWN."""
    return city in _TEMPLATE or town in _STOCK_TOWN or not _STOCK_TOWN.isdisjoint(city.split())


@lru_cache(maxsize=65536)
def _says_no_town(city: str) -> bool:
    words = city.split()
    return bool(words) and city not in WORDS["reallytown"] and (_NO_TOWN.issuperset(words) or is_refusal(words))
