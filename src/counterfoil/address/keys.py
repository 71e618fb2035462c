"""Keys of an address: for joining (place), for counting distinct addresses (delivery), for a question asked again."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

from counterfoil.address.model import Address, Form
from counterfoil.address.tables import UNIT

_STREETS: Final = (Form.STREET, Form.PUERTO_RICO)


def place_key_of(form: Form, number: str, stem: str, box: str, route: str, region: str) -> str:
    """The join key from its parts; see `place_key`."""
    if form in _STREETS:
        return f"S|{region}|{number}|{stem}"
    if form is Form.GENERAL_DELIVERY:
        return f"G|{region}"
    return f"{form[0].upper()}|{region}|{route}|{box}"


def place_key(address: Address) -> str:
    """A cheap join key: two addresses that `compare` finds the same have the same key; "" when not sure.

    It holds the form, the state (from the ZIP Code where the state is absent), the house number and the
    street's name without blanks, or the route and box. It leaves out what may be absent on one side.
    """
    return address.place


def delivery_key(address: Address) -> str:
    """A normal form for counting distinct addresses: the spellings of one address give one key.

    The ZIP+4 and the unit's designator are left out; the town counts only where there is no ZIP Code. An
    address that cannot be read gives its own folded text.
    """
    zone = address.zip5 or f"{address.town}|{address.region}"
    if not address.sure:
        text = " ".join(" ".join(part.upper().split()) for part in address.written)
        return "?|" + " ".join(text.split())
    units = ",".join(
        f"{'' if group in _DWELLING else group}{number}" for group, number in sorted(address.units, key=_unit_order)
    )
    if address.form is Form.STREET or address.form is Form.PUERTO_RICO:
        line = "|".join((
            address.number.lstrip("0"), address.predirectional, address.road, address.stem, address.suffix,
            address.postdirectional, units, address.urbanization,
        ))  # fmt: skip
        return f"S|{line}|{zone}"
    return f"{address.form.value}|{address.route}|{address.box}|{units}|{zone}"


_COMPARED: Final = attrgetter(
    "form", "number", "predirectional", "suffix", "postdirectional", "road", "box", "route", "urbanization", "zip5",
    "zip4", "stem", "town", "region",
)  # fmt: skip


def reading_key(address: Address) -> str:
    """All that a comparison reads of an address: two that share it are the same or different from any third alike.

    An address that is not sure has its own text.
    """
    if not address.sure:
        return delivery_key(address)
    plain = "|".join(_COMPARED(address))
    if not (address.units or address.unknown or address.remark or address.marks):
        return plain
    return f"{plain}|{address.units}|{address.unknown}|{sorted(address.remark)}|{sorted(address.marks)}"


_DWELLING: Final = frozenset({"any", "home", "unit", "suite", "room", "space", "lot", "trailer", "mailbox"})


def _unit_order(unit: tuple[str, str]) -> tuple[str, str]:
    return ("" if unit[0] in _DWELLING else unit[0], unit[1])


_DESIGNATOR: Final = {group: standard for standard, _, _, group in reversed(UNIT.values())} | {
    "any": "#",
    "home": "APT",
    "interior": "INT",  # Puerto Rico
}
_NETWORK: Final = {
    "US": "US HWY", "STATE": "STATE HWY", "COUNTY HIGHWAY": "COUNTY HWY", "FARM TO MARKET": "FM",
    "RANCH TO MARKET": "RM", "TOWNSHIP": "TWP ROAD", "FOREST": "FOREST ROAD", "INDIAN": "BIA RTE", "PR": "CARR",
}  # fmt: skip
_OPENER: Final = {Form.RURAL_ROUTE: "RR", Form.HIGHWAY_CONTRACT: "HC", Form.PO_BOX: "PO"}


def with_network(street: str, road: str) -> str:
    """A numbered road's name with its network: HWY 20 of the network US is US HWY 20; another name as it is."""
    return street.replace("HWY" if "HWY" in street else "ROAD", _NETWORK.get(road, road), 1) if road else street


def one_line(address: Address) -> str:
    """The standard form in one line, as Publication 28 prints it; the written text where it is not sure.

    Reading it again gives the same `delivery_key`.
    """
    if not address.sure:
        return " ".join(part for part in address.written if part)
    if address.form is Form.STREET or address.form is Form.PUERTO_RICO:
        street = with_network(address.street, address.road)
        parts = [address.number, address.predirectional, street, address.suffix, address.postdirectional]
        if address.urbanization:
            parts.insert(0, f"URB {address.urbanization},")
    elif address.form is Form.GENERAL_DELIVERY:
        parts = ["GENERAL DELIVERY"]
    elif address.form is Form.MILITARY:
        parts = [address.route]
    elif address.form is Form.PO_BOX and address.route:
        parts = [address.route]  # a box by a road: HWY 20 BOX 7
    else:
        parts = [_OPENER[address.form], address.route]
    units = [f"{_DESIGNATOR[group]} {number}" for group, number in address.units]
    box = [f"BOX {address.box}"] if address.box and not address.number else []
    lines = [" ".join(part for part in (*parts, *box, *units) if part)]
    if address.box and address.number:
        lines.append(f"PO BOX {address.box}")
    lines += [" ".join(address.unknown)] if address.unknown else []
    postal = f"{address.zip5}-{address.zip4}" if address.zip4 else address.zip5
    return ", ".join(part for part in (*lines, address.city, f"{address.state} {postal}".strip()) if part)
