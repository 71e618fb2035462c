"""An address with what its words say."""

from __future__ import annotations

import re
from typing import Final

from counterfoil.address.model import Address
from counterfoil.address.sight.another import has_attention_line
from counterfoil.address.sight.delivery import has_delivery, is_distance, looks_like_street
from counterfoil.address.sight.elsewhere import BESIDE, DENIED, WORK, is_guess, places_elsewhere
from counterfoil.address.sight.office import is_agency, is_custody, is_third_party
from counterfoil.address.sight.placeholder import is_placeholder, only_signs
from counterfoil.address.sight.town import town_says
from counterfoil.address.special import URBANIZATION
from counterfoil.address.tables import BIG_CITY, COMMON, COMMON_FORM, COUNTRY, WORDS

_ABROAD: Final = frozenset(words[0] for words, town in COUNTRY.items() if len(words) == 1 and not town)
_BY_A_LANDMARK: Final = frozenset(
    "NEAR NEARBY ACROSS OPPOSITE OPP NEXT ADJACENT BESIDE AROUND PAST CERCA FRENTE ENFRENTE JUNTO".split()  # noqa: SIM905
)
_JOIN: Final = frozenset({"AND", "&", "Y", "@", "AT"})
_SHIFTED: Final = frozenset({"CONTACT", "CODE"})
_IDENTIFIER: Final = re.compile(
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b"  # a network address
    r"|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b(?:19|20)\d\d-\d\d-\d\d\b"  # a date
    r"|(?<!\d)\d{10,}|\+\d{1,3}[ .-]?\(?\d{2,4}\b|\b\d{3}[ .]\d{3}[ .]\d{4}\b"  # a telephone or card number
    r"|\d°|\b\d{1,3}\.\d{3,} ?°? ?[NSEW]\b|\bLAT\w*\W+-?\d"  # coordinates
    r"|\b[2-9CFGHJMPQRVWX]{4,8}\+[2-9CFGHJMPQRVWX]{2,3}\b|///\w+\.\w+\.\w+"  # codes of places
    r"|\bA[ -]?\d{3}[ -]?\d{3}[ -]?\d{3}\b|\bDOB\b",  # of persons
    re.IGNORECASE,
)
_BESIDE_HOUSE: Final = re.compile(
    r"(?<!\d)\d{9,}|\b(?:SSN|SSA?#|SOC SEC|ITIN|TIN|A FILE|ALIEN (?:NO|NUMBER|#)|DOB)\b|\b[A-Z]{0,2}\d{7,}\b"
    r"|\b(?:DL|LICENSE|PASSPORT|FBI|TEL|PHONE|CELL|MOBILE|FAX) (?:(?:NO|NUMBER|#) )?[A-Z]?\d{3}"
)
"""Numbers of persons that no building has: a taxpayer's number, a licence."""
_LONGEST: Final = 200  # characters that are searched; nothing of this kind is longer
_HEADS: Final = frozenset({"CITY", "TOWN", "ZIP", "ZIPCODE", "COUNTY", "COUNTRY", "STREET", "CIUDAD", "ESTADO"})


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
        self.town = ""  # what the town's column holds instead of a town: see `town_says`

    @property
    def not_a_place(self) -> bool:
        """The text is something other than an address, so that missing elements need not be listed."""
        return self.placeholder or self.custody or self.agency or self.foreign or self.shifted or self.crossing


def look(address: Address) -> Sight:
    """Weighs the words of an address."""
    marks = address.marks
    sight = Sight(address, has_delivery(address))
    delivery = sight.delivery
    phrases = _phrases(address, delivery)
    sight.blank = blank = "BLANK" in marks
    sight.zip_alone = not (blank or delivery) and _is_zip_alone(address)
    if delivery and address.leftover:
        phrases = [words for words in phrases if words[0] not in _BY_A_LANDMARK]  # ACROSS FROM CITY HALL
    sight.custody = any(is_custody(words) for words in phrases) or not WORDS["custody"].isdisjoint(address.city.split())
    sight.agency = (
        not sight.custody
        and any(is_agency(words) and not is_third_party(words) for words in phrases)
        and (delivery or not _is_beside(address))
    )
    sight.third_party = any(is_third_party(words) for words in phrases)
    official = sight.custody or sight.agency
    sight.shifted = not official and (
        _is_shifted(address, phrases) if not delivery else _holds_identifier(address) or "°" in address.written.line1
    )
    sight.placeholder = (
        not (blank or official or sight.shifted)
        and not (sight.third_party and delivery)
        and is_placeholder(address, delivery, sight.zip_alone, phrases)
    )
    town = town_says(address.city, address.state) if address.city else ""
    sight.foreign = not (blank or sight.placeholder) and (town == "abroad" or _is_foreign(address, delivery))
    sight.crossing = not (delivery or sight.not_a_place) and _is_crossing(address)
    if town and not sight.not_a_place:
        sight.town = town
    if delivery and (address.leftover or is_guess(address)):
        _look_beside(sight)
    return sight


def _look_beside(sight: Sight) -> None:
    """What the words beside a delivery line take from it: another's, not there, next to it."""
    said = places_elsewhere(sight.address)
    sight.third_party = sight.third_party or WORK in said or has_attention_line(sight.address)
    sight.placeholder = sight.placeholder or (DENIED in said and not sight.third_party)
    sight.crossing = BESIDE in said


def _phrases(address: Address, delivery: bool) -> list[tuple[str, ...]]:
    """The phrases that may say something: all of them, but a street's name where it is clearly a street."""
    phrases = [words for words in address.leftover if words]
    if address.street and not (delivery and looks_like_street(address)):
        phrases.append(tuple(address.street.split()))
    elif address.suffix == "CT" and " " in address.street:
        phrases += _behind_the_street(address.street.split())
    if not delivery:
        if address.city:
            phrases.append(tuple(address.city.split()))
        if address.words:
            phrases.append(address.words)
    return phrases


def _behind_the_street(name: list[str]) -> list[tuple[str, ...]]:
    """26 FEDERAL PLAZA IMMIGRATION COURT: what stands behind a suffix within the name; but 12 TAX CT is a street."""
    at = next((at for at in range(1, len(name) - 1) if name[at] in COMMON_FORM), 0)
    return [(*name[at + 1 :], "COURT")] if at else []


def _is_zip_alone(address: Address) -> bool:
    if "SCRIPT" in address.marks or only_signs(address):
        return False
    if not address.zip5 and not address.state:
        rest = [word for word in address.words if word not in WORDS["zipword"]]
        return len(rest) == 1 and len(rest[0]) == 5 and rest[0].isdigit() and len(address.words) > 1
    if not address.zip5 or address.state or address.street or address.units:
        return False
    return all(set(words) <= WORDS["zipword"] for words in (*address.leftover, address.city.split()))


def _is_shifted(address: Address, phrases: list[tuple[str, ...]]) -> bool:
    """Something of another column: a telephone number, coordinates, a date, a heading, see next field."""
    if not address.marks.isdisjoint(_SHIFTED) or any(set(words) & WORDS["shifted"] for words in phrases):
        return True
    if len(address.words) == 1 and address.words[0] in _HEADS:
        return True
    return _IDENTIFIER.search(address.written.line1[:_LONGEST]) is not None


def _holds_identifier(address: Address) -> bool:
    """A number of a person or telephone beside a house: 900 OAK ST / A205111222."""
    if any(len(number) > 8 and number.isdigit() for _, number in address.units):
        return True
    if not address.leftover:
        return False
    beside = " ".join([word for words in address.leftover for word in words][:_LONGEST])[:_LONGEST]
    return _IDENTIFIER.search(beside) is not None or _BESIDE_HOUSE.search(beside) is not None


def _is_foreign(address: Address, delivery: bool) -> bool:
    marks = address.marks
    if "FOREIGN" in marks:
        return True
    domestic = bool(address.state) or (bool(address.zip5) and "COUNTRY" not in marks)
    if "COUNTRY" in marks and not address.state:
        return True
    if "SCRIPT" in marks and not delivery:
        return True
    town = tuple(address.city.split())
    if not address.state and any(set(words) & _ABROAD for words in (*address.leftover, town)):
        return True
    if domestic or "USA" in marks or address.town in BIG_CITY:
        return False
    if town in COUNTRY and (not COUNTRY[town] or not delivery):
        return True
    words = set(address.words)
    if words & URBANIZATION:
        return False  # Puerto Rico, with the last line left out
    return (bool(words & WORDS["street"]) and not delivery) or bool(
        words & {"COLONIA", "COL", "FRACC", "CDMX", "STRASSE"}
    )


def _is_crossing(address: Address) -> bool:
    words = set(address.words)
    if words & WORDS["crossing"] or "CROSS" in address.marks or _is_beside(address):
        return True
    joined = bool(words & _JOIN) and len(words) > 2 and bool(address.street or address.leftover)
    return joined or bool(words & WORDS["landmark"]) or _is_site(address)


def _is_site(address: Address) -> bool:
    """A place that people pass through, and no street: BUS STATION, WALMART PARKING LOT, PARK BENCH."""
    if address.number or address.suffix in COMMON or address.box:
        return False
    return any(not WORDS["site"].isdisjoint(words) for words in (*address.leftover, address.street.split()))


def _is_beside(address: Address) -> bool:
    """A place by another place: two blocks from the court, near the police station."""
    return is_distance(address) or (address.words[:1] != () and address.words[0] in WORDS["landmark"])
