"""Keys of an address: for joining (place), and for counting distinct addresses (delivery)."""

from __future__ import annotations

from counterfoil.address.model import Address, Form


def place_key_of(form: Form, number: str, stem: str, box: str, route: str, region: str) -> str:
    """The join key from its parts; see `place_key`."""
    if form is Form.STREET or form is Form.PUERTO_RICO:
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


_DWELLING = frozenset({"any", "home", "unit", "suite", "room", "space", "lot", "trailer", "mailbox"})


def _unit_order(unit: tuple[str, str]) -> tuple[str, str]:
    return ("" if unit[0] in _DWELLING else unit[0], unit[1])
