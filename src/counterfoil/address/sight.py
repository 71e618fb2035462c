"""What an address says in words: is it a refusal, a pointer to another place, a jail, an office, another person's?

The phrases that are no component of the address are weighed by word classes (`data/words.csv`). Words
inside a street's name count only where nothing shows that it is a street: 12 UNKNOWN RD is a road.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from counterfoil.address.model import Address, Form
from counterfoil.address.special import URBANIZATION
from counterfoil.address.tables import BIG_CITY, COMMON, COUNTRY, DIRECTION, PHRASES, SUFFIX, UNIT, WORDS

_STATEMENT: Final = ("unknown", "roofless", "hidden", "gone", "later", "refusing")
_POINTERS: Final = frozenset("SEE REFER SAME DITTO IBID IDEM VER VEASE MISMO MISMA IGUAL VOIR MEME MESMO".split())  # noqa: SIM905
_RUN: Final = re.compile(r"X+|(\w)\1{2,}|0+|9{5,}")
_FACILITY_SUFFIX: Final = frozenset({"CTR", "STA", "CP", "PLZ", "SQ"})
_DIRECTION_NAMES: Final = frozenset(DIRECTION.values()) | {"NORTH", "SOUTH", "EAST", "WEST"}
_STOCK_NUMBERS: Final = frozenset(
    {"0", "00", "000", "123", "1234", "12345", "111", "1111", "999", "9999", "99999", "321", "4321"}
)
_OTHER_SCRIPTS: Final = (
    "不明", "未知", "不详", "不詳", "无", "無", "沒有", "没有", "拒绝", "拒絕", "同上", "неизвестн",
    "отказ", "нет", "مجهول", "غير معروف", "لا يوجد", "모름", "없음", "अज्ञात", "không",
)  # fmt: skip
_ABROAD: Final = frozenset(words[0] for words, town in COUNTRY.items() if len(words) == 1 and not town)
_JOIN: Final = frozenset({"AND", "&", "Y", "@", "AT"})
_NO: Final = frozenset({"NO", "NE", "SEM"})

_ALONE: Final[frozenset[str]] = frozenset().union(*(WORDS[kind] for kind in _STATEMENT))
_PAD: Final = WORDS["filler"] | WORDS["thing"] | WORDS["giving"] | WORDS["knowing"]
_EMPTY: Final = WORDS["nothing"] | WORDS["pretence"] | WORDS["stocktown"] | WORDS["negation"]
_SAYING: Final = WORDS["knowing"] | WORDS["giving"] | WORDS["thing"] | WORDS["pointing"]
_NO_TOWN: Final = _ALONE | WORDS["nothing"] | WORDS["pretence"] | WORDS["stocktown"] | WORDS["filler"]
_SHIFTED: Final = frozenset({"CONTACT", "CODE"})
_NO_STREET: Final = _EMPTY | WORDS["filler"]
_CUSTODY_UNITS: Final = WORDS["custodyunit"]


def has_phrase(words: Sequence[str], kind: str) -> bool:
    """Whether a phrase of this class (such as FIELD OFFICE) stands in the words."""
    present = set(words)
    return any(
        phrase[0] in present and any(tuple(words[i : i + len(phrase)]) == phrase for i in range(len(words)))
        for phrase in PHRASES[kind]
    )


def is_statement(words: Sequence[str]) -> bool:
    """Whether a phrase says something instead of naming a place: refused, unknown, none, see file, TBD, xxx."""
    words = [word for word in words if word[0].isalnum()]
    if not words:
        return False
    if words == ["N", "A"]:
        return True  # N / A
    present = set(words)
    if present & _ALONE or all(_RUN.fullmatch(word) for word in words):
        return True
    if present & WORDS["negation"] and not (present & WORDS["negation"] <= _NO and any(w[0].isdigit() for w in words)):
        return True
    if present & WORDS["label"] or present & _POINTERS or present & WORDS["dwelling"] or has_phrase(words, "roofless"):
        return True
    rest = present - _PAD - _EMPTY - WORDS["pointing"]
    if present & WORDS["pretence"]:
        rest = {word for word in rest if not word.isdigit()}  # asdf 123
    return not {word for word in rest if word not in SUFFIX and not _RUN.fullmatch(word) and word not in ("ST",)}


def is_nothing(words: Sequence[str]) -> bool:
    """A name after a house number that is no name: 123 UNKNOWN, 5 REFUSED TO GIVE; but 100 STATE is a street."""
    present = set(words)
    return bool(present & _ALONE) or is_refusal(words) or present <= _NO_STREET


def is_refusal(words: Sequence[str]) -> bool:
    """A statement strong enough to count beside a complete address: it denies that there is an address."""
    present = set(words)
    thing = bool(present & WORDS["thing"])
    if present & WORDS["roofless"] and not present & WORDS["residential"]:
        return True
    if present & WORDS["negation"]:
        return bool(present & (WORDS["knowing"] | WORDS["giving"]) or thing) and not any(w[0].isdigit() for w in words)
    if present & WORDS["refusing"]:
        return bool(present & WORDS["giving"] or thing)
    return thing and bool(present & (WORDS["unknown"] | WORDS["hidden"] | WORDS["later"] | WORDS["gone"]))


def is_custody(words: Sequence[str]) -> bool:
    """A jail, prison, detention or processing centre, or a bed or cell in one."""
    present = set(words)
    if present & WORDS["custody"]:
        return not present & WORDS["residential"]
    if has_phrase(words, "custodyphrase"):
        return True
    return any(
        word in _CUSTODY_UNITS and i + 1 < len(words) and words[i + 1][0].isdigit() for i, word in enumerate(words)
    ) and bool(present & {"BED", "CELL", "BUNK", "POD", "CAGE", "INMATE", "CELLBLOCK"})


def is_agency(words: Sequence[str]) -> bool:
    """A court, police, immigration or other office of a government."""
    present = set(words)
    if present & WORDS["residential"]:
        return False
    return bool(present & WORDS["agency"]) or has_phrase(words, "agencyphrase")


_OFFICIAL: Final = frozenset((word,) for word in ("US", "S", "STATES", "DISTRICT", "COUNTY", "CITY"))


def is_third_party(words: Sequence[str]) -> bool:
    """Care of another person, or the office of a representative."""
    if any(
        word in ("ATTORNEY", "ATTORNEYS")
        and (words[at - 1 : at] in _OFFICIAL or words[at + 1 : at + 2] == ("GENERAL",))
        for at, word in enumerate(words)
    ):
        return False  # a prosecutor's office
    if any(one == "ESQ" and two in WORDS["street"] for one, two in pairwise(words)):
        return False  # esquina: the corner of
    if set(words) & WORDS["thirdparty"] or has_phrase(words, "thirdpartyphrase"):
        return True
    return any(one in WORDS["kin"] and two in WORDS["theirs"] for one, two in pairwise(words))


class Sight:
    """An address with what its words say; the faults are decided on this."""

    def __init__(self, address: Address, delivery: bool) -> None:
        self.address = address
        self.delivery = delivery  # there is a number and street, box, route, general delivery or military
        self.blank = False
        self.zip_alone = False
        self.placeholder = False
        self.custody = False
        self.agency = False
        self.third_party = False
        self.crossing = False
        self.shifted = False
        self.foreign = False

    @property
    def not_a_place(self) -> bool:
        """The text is something other than an address, so that missing elements need not be listed."""
        return self.placeholder or self.custody or self.agency or self.foreign or self.shifted or self.crossing


def look(address: Address) -> Sight:
    """Weighs the words of an address."""
    marks = address.marks
    delivery = _has_delivery(address)
    phrases = list(_phrases(address, delivery))
    blank = "BLANK" in marks
    zip_alone = not (blank or delivery) and _is_zip_alone(address) and (bool(address.words) or not _only_signs(address))
    custody = any(is_custody(words) for words in phrases) or bool(set(address.city.split()) & WORDS["custody"])
    agency = not custody and any(is_agency(words) and not is_third_party(words) for words in phrases)
    third_party = any(is_third_party(words) for words in phrases)
    shifted = not (delivery or custody or agency) and (
        not marks.isdisjoint(_SHIFTED) or any(set(words) & WORDS["shifted"] for words in phrases)
    )
    placeholder = (
        not (blank or custody or agency or shifted)
        and not (third_party and delivery)
        and _is_placeholder(address, delivery, zip_alone, phrases)
    )
    foreign = not (blank or placeholder) and _is_foreign(address, delivery)
    crossing = not delivery and not (placeholder or foreign or custody or agency or shifted) and _is_crossing(address)
    sight = Sight(address, delivery)
    sight.blank, sight.zip_alone, sight.placeholder, sight.foreign = blank, zip_alone, placeholder, foreign
    sight.custody, sight.agency, sight.third_party = custody, agency, third_party
    sight.shifted, sight.crossing = shifted, crossing
    return sight


def _has_delivery(address: Address) -> bool:
    form = address.form
    if form is Form.STREET or form is Form.PUERTO_RICO:
        if not (address.number and address.stem):
            return False
        if form is Form.STREET and (
            (address.stem in _DIRECTION_NAMES and not (address.suffix or address.predirectional))
            or _is_block(address)
            or names_no_street(address)
        ):
            return False
        return address.number.strip("0") != "" or form is Form.PUERTO_RICO
    if form is Form.UNREADABLE:
        return False
    if form is Form.PO_BOX or form is Form.RURAL_ROUTE or form is Form.HIGHWAY_CONTRACT:
        return bool(address.box)
    return True


_BARE_SUFFIXES: Final = frozenset({"ST", "STREET", "AVE", "AVENUE", "RD", "ROAD", "LN", "LANE", "DR", "DRIVE"})
_MEASURES: Final = frozenset(
    {"BLOCKS", "BLKS", "MILE", "MILES", "MI", "KILOMETERS", "YARDS", "FEET", "DOORS", "HOUSES", "MINUTES"}
)
_ONWARD: Final = frozenset({"FROM", "OF", "OFF", "PAST", "DOWN", "UP", "AWAY", "OUTSIDE", "BEYOND", "BEFORE", "AFTER"})


def names_no_street(address: Address) -> bool:
    """A number followed by a bare suffix (742 AVE), a unit (742 APT 4) or a fraction (12 1/2), and no name."""
    name = address.street.split()
    if not (address.number and name) or address.suffix or address.predirectional or address.postdirectional:
        return False
    if len(name) == 1:
        return (name[0] in _BARE_SUFFIXES and "." not in address.number) or "/" in name[0]  # 39.2 RD is a road
    unit = UNIT.get(name[0])
    return unit is not None and unit[2] == "strong" and len(name) == 2 and (len(name[1]) < 3 or name[1][0].isdigit())


def _is_distance(address: Address) -> bool:
    """So far from somewhere: TWO BLOCKS NORTH OF THE SCHOOL; but 7 MILE RD is a street."""
    words = address.words
    return not address.suffix and any(
        words[at] in _MEASURES and (words[at + 1] in DIRECTION or words[at + 1] in _ONWARD)
        for at in range(1, min(len(words) - 1, 3))
    )


def _is_block(address: Address) -> bool:
    """A block instead of a house: 1200 BLOCK OF MAIN ST, 100 BLK W MAIN; but 100 BLOCK ST is a house."""
    words = address.words
    if _is_distance(address):
        return True
    for at in range(1, min(len(words) - 1, 3)):
        if words[at] in ("BLK", "CUADRA"):
            return True
        if words[at] == "BLOCK" and (words[at + 1] in DIRECTION or words[at + 1] == "OF" or _is_hundred(address)):
            return True
    return False


def _is_hundred(address: Address) -> bool:
    """400 BLOCK ELM ST; but 400 BLOCK ST, 412 BLOCK PARK DR and 400 BLOCK HOUSE RD are houses."""
    name = address.street.split()
    return (
        address.number.endswith("00") and len(name) > 1 and name[1] not in ("HOUSE", "ISLAND") and bool(address.suffix)
    )


def _looks_like_street(address: Address) -> bool:
    return (
        address.suffix in COMMON or (bool(address.suffix) and address.suffix not in _FACILITY_SUFFIX)
        or address.stem.startswith("*") or bool(address.predirectional or address.postdirectional)
    )  # fmt: skip


def _phrases(address: Address, delivery: bool) -> Iterable[tuple[str, ...]]:
    """The phrases that may say something: all of them, but a street's name where it is clearly a street."""
    yield from (words for words in address.leftover if words)
    if address.street and not (delivery and _looks_like_street(address)):
        yield tuple(address.street.split())
    if not delivery:
        if address.city:
            yield tuple(address.city.split())
        if address.words:
            yield address.words


def _is_zip_alone(address: Address) -> bool:
    if not address.zip5 and not address.state:
        rest = [word for word in address.words if word not in WORDS["zipword"]]
        return len(rest) == 1 and len(rest[0]) == 5 and rest[0].isdigit() and len(address.words) > 1
    if not address.zip5 or address.state or address.street or address.units:
        return False
    return all(set(words) <= WORDS["zipword"] for words in (*address.leftover, address.city.split()))


def _is_placeholder(address: Address, delivery: bool, zip_alone: bool, phrases: list[tuple[str, ...]]) -> bool:
    if zip_alone:
        return _RUN.fullmatch(address.zip5) is not None
    if "SCRIPT" in address.marks and any(word in text.lower() for text in address.written for word in _OTHER_SCRIPTS):
        return True
    if _is_stock(address):
        return True
    if not delivery:
        if _only_signs(address):
            return True
        if names_no_street(address):
            return False
        own = [words for words in phrases if words is not address.words]
        if _street_without_number(address):
            own = [
                words for words in own if " ".join(words) != address.street or set(words) & (_ALONE | WORDS["dwelling"])
            ]
        return any(_says_nothing(_spelled(words), address) for words in own) or any(
            is_refusal(_spelled(words)) for words in phrases
        )  # fmt: skip
    if address.form is Form.GENERAL_DELIVERY:
        return False
    if not _looks_like_street(address) and address.street and is_nothing(address.street.split()):
        return True
    if any(is_refusal(words) for words in address.leftover):
        return True
    return _city_says_nothing(address)


_MISSPELT: Final = (
    "UNKNOWN", "ADDRESS", "FAILED", "PROVIDE", "PROVIDED", "REFUSED", "DECLINED", "HOMELESS", "AVAILABLE",
    "UNAVAILABLE", "TRANSIENT", "WITHHELD", "DETERMINED", "APPLICABLE", "RESIDENCE", "DISCLOSED",
)  # fmt: skip


def _spelled(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words of a statement with one slip of the typist put right; nothing is accepted by it, only refused."""
    return tuple(
        next((right for right in _MISSPELT if _one_slip(word, right)), word)
        if len(word) > 4 and word.isalpha() and word not in _PAD
        else word
        for word in words
    )


def _one_slip(word: str, right: str) -> bool:
    """Whether a letter is missing, doubled, wrong, or changed places with its neighbour."""
    if word == right or abs(len(word) - len(right)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, right, strict=False)) if a != b), min(len(word), len(right)))
    one, two = word[start:], right[start:]
    return one[1:] == two or one == two[1:] or one[1:] == two[1:] or (one[:2] == two[:2][::-1] and one[2:] == two[2:])


def _says_nothing(words: tuple[str, ...], address: Address) -> bool:
    if " ".join(words) == address.city and (address.state or address.zip5) and set(words) <= WORDS["reallytown"]:
        return False
    return is_statement(words)


def _street_without_number(address: Address) -> bool:
    return bool(address.street) and not address.number and bool(address.suffix or address.stem.startswith("*"))


def _only_signs(address: Address) -> bool:
    """Whether the address lines hold signs alone: ., ----, ???, XXXX."""
    if any(word.isalnum() and not _RUN.fullmatch(word) for word in address.words):
        return False
    lines = address.written.line1 + address.written.line2
    return any(char.isprintable() and not char.isspace() for char in lines) and "SCRIPT" not in address.marks


def _is_stock(address: Address) -> bool:
    city = set(address.city.split())
    if (
        city & WORDS["stocktown"]
        or address.town in WORDS["stocktown"]
        or any(set(words) & WORDS["stocktown"] for words in address.leftover)
    ):
        return True
    name = address.street.split()
    if {"ADDRESS", "ADDR", "DIRECCION"} & set(name) and is_refusal(name):
        return True  # 999 NO ADDRESS AVE
    if not name or not set(name) <= WORDS["stock"]:
        return False
    if {"FAKE", "ANYSTREET", "NOTREAL", "MADEUP", "FICTITIOUS", "FALSA", "FALSO", "FICTICIA"} & set(name):
        return True
    if name == ["ANY"] and address.suffix == "WAY":
        return False
    return address.number in _STOCK_NUMBERS


def _city_says_nothing(address: Address) -> bool:
    words = address.city.split()
    if not words or address.city in WORDS["reallytown"]:
        return False
    present = set(words)
    return present <= _NO_TOWN or is_refusal(words)


def _is_foreign(address: Address, delivery: bool) -> bool:
    marks = address.marks
    if "FOREIGN" in marks:
        return True
    domestic = bool(address.state) or (bool(address.zip5) and "COUNTRY" not in marks)
    if "COUNTRY" in marks and not address.state:
        return True
    if "SCRIPT" in marks and not delivery:
        return True
    if not address.state and any(set(words) & _ABROAD for words in (*address.leftover, address.city.split())):
        return True
    if domestic or "USA" in marks or address.town in BIG_CITY:
        return False
    words = set(address.words)
    if words & URBANIZATION:
        return False  # Puerto Rico, with the last line left out
    return (bool(words & WORDS["street"]) and not delivery) or bool(
        words & {"COLONIA", "COL", "FRACC", "CDMX", "STRASSE"}
    )


def _is_crossing(address: Address) -> bool:
    words = set(address.words)
    if words & WORDS["crossing"] or "CROSS" in address.marks or _is_distance(address):
        return True
    joined = bool(words & _JOIN) and len(words) > 2 and bool(address.street or address.leftover)
    return joined or bool(words & WORDS["landmark"])
