"""What the rules speak of: an address as written, an address as read, and the result of comparing two."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class Written(NamedTuple):
    """An address exactly as typed, in the five columns of a file of requests; "" where absent."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


NOTHING_WRITTEN: Final = Written()
"""Five empty columns."""


class Form(StrEnum):
    """The forms of address of Publication 28 (sections 23 to 29), and `UNREADABLE` for everything else."""

    STREET = "street"
    PO_BOX = "po_box"
    RURAL_ROUTE = "rural_route"
    HIGHWAY_CONTRACT = "highway_contract"
    GENERAL_DELIVERY = "general_delivery"
    MILITARY = "military"
    PUERTO_RICO = "puerto_rico"  # a street address with an urbanization, or with CALLE and the like in Puerto Rico
    UNREADABLE = "unreadable"


class Address:
    """An address as read: components in standard form, what could not be read, and what was noticed.

    All text is upper case ASCII without punctuation, except hyphens and fractions in numbers. `sure` is
    False where the text can be read in more than one way or does not read as an address; an address that
    is not sure is never the same as any other. The reader fills it in and nothing changes it afterwards; it is no
    frozen dataclass, because to make one of those takes as long as to read a street.
    """

    form: Form = Form.UNREADABLE
    number: str = ""  # house number: "123", "123A", "12-34", "123 1/2", "N6W23001", "5.2" (kilometre)
    predirectional: str = ""
    street: str = ""  # name, with the words of Appendix C1 written out: "LAKE FOREST", "7TH", "HWY 35"
    suffix: str = ""  # standard abbreviation of Appendix C1: "ST"
    postdirectional: str = ""
    road: str = ""  # network of a numbered road where it is said: "US", "STATE", "COUNTY ROAD", "INTERSTATE"
    unit_designator: str = ""
    unit: str = ""
    units: tuple[tuple[str, str], ...] = ()  # all secondary units, each (group, number), sorted
    box: str = ""
    route: str = ""  # RR or HC number; PSC, CMR or UNIT number of a military address
    urbanization: str = ""
    city: str = ""
    state: str = ""
    zip5: str = ""
    zip4: str = ""
    unknown: tuple[str, ...] = ()  # words beside the delivery line that no rule explains, such as a building's name
    remark: frozenset[str] = frozenset()  # names and numbers of a cross street or of a road's other name
    sure: bool = False
    written: Written = NOTHING_WRITTEN
    marks: frozenset[str] = frozenset()  # what was noticed while reading; the faults are decided on these
    leftover: tuple[tuple[str, ...], ...] = ()  # phrases that are not part of a component
    words: tuple[str, ...] = ()  # all words and numbers of the two address lines
    stem: str = ""  # street name without blanks, for comparison
    town: str = ""  # city without blanks, for comparison
    region: str = ""  # the state, or the state that the ZIP Code lies in
    place: str = ""  # place_key, made once


class Comparison(NamedTuple):
    """Whether two addresses are the same delivery point, and why: short reasons for the auditor.

    The reasons never go to the requester; they may speak of the address on file.
    """

    same: bool
    why: tuple[str, ...]
