"""Defects of an address."""

from __future__ import annotations

from counterfoil.synth.country.place import zips_of
from counterfoil.synth.grammar import expand
from counterfoil.synth.injury.injurer import ADDRESS, Injurer, Row, split_line


def addr_missing(injurer: Injurer, row: Row) -> None:
    """No address at all."""
    for column in ADDRESS:
        row[column] = injurer.blank()


def addr_placeholder(injurer: Injurer, row: Row) -> None:
    """A filler or a refusal in place of the street, with or without a real city and ZIP beside it."""
    row["address_line1"], row["address_line2"] = injurer.text("ADDR_PLACEHOLDER", row), ""
    way = injurer.rng.random()
    if way < 0.25:
        row.update(city="", state="")
    elif way < 0.4:
        row.update(city="", state="", postal_code="")


def addr_zip_only(injurer: Injurer, row: Row) -> None:
    """Nothing but a ZIP."""
    code = row["postal_code"][:5]
    code = (
        code
        if injurer.rng.random() < 0.7
        else f"{code}{injurer.rng.choice(('-', ''))}{injurer.rng.randrange(1000, 9999)}"
    )
    for column in ADDRESS:
        row[column] = ""
    row["postal_code" if injurer.rng.random() < 0.5 else "address_line1"] = code


def addr_no_number(injurer: Injurer, row: Row) -> None:
    """A street without its number."""
    row["address_line1"], row["address_line2"] = _street(injurer), ""


def addr_no_street(injurer: Injurer, row: Row) -> None:
    """A number without its street."""
    row["address_line1"], row["address_line2"] = str(injurer.rng.randrange(10, 9900)), ""


def addr_incomplete(injurer: Injurer, row: Row) -> None:
    """City, state or ZIP left out, or a street corner."""
    way = injurer.rng.randrange(6)
    if way == 0:
        row["postal_code"] = ""
    elif way == 1:
        row.update(city="", state="", postal_code="")
    elif way == 2:
        row["city"] = ""
    elif way == 3:
        row["state"] = ""
    elif way == 4:
        row.update(address_line1="", address_line2="")
    else:
        joint = injurer.rng.choice((" & ", " and ", " at "))
        front = injurer.rng.choice(("Corner of ", "Intersection of ", "corner "))
        row["address_line1"], row["address_line2"] = front + _street(injurer) + joint + _street(injurer), ""


def addr_malformed(injurer: Injurer, row: Row) -> None:
    """A character that no address has, a state that does not exist, a ZIP that is none."""
    way = injurer.rng.randrange(4)
    if way == 0:
        row["address_line1"] += injurer.rng.choice(("\x07", "\x1b", "\x02"))
    elif way == 1:
        row["state"] = injurer.rng.choice(("ZZ", "QX", "XJ", "UU"))
    elif way == 2:
        row["postal_code"] = row["postal_code"][:4] if injurer.rng.random() < 0.5 else "ABCDE"
    else:
        row["address_line1"] = (row["address_line1"] + " ") * (5_000 // len(row["address_line1"]))


def addr_contradictory(injurer: Injurer, row: Row) -> None:
    """A ZIP of another state, far away."""
    far = {"TX": "NY", "NY": "CA", "CA": "NY"}.get(row["state"], "CA")
    row["postal_code"] = injurer.rng.choice(zips_of(far))


def addr_multiple(injurer: Injurer, row: Row) -> None:
    """Two addresses in one request."""
    number = injurer.rng.randrange(10, 3000)
    joint = injurer.rng.choice((" & ", " and ", " or ", "; ", " OR "))
    second = f"{number} {_street(injurer)}"
    row["address_line1"] = f"{injurer.rng.randrange(10, 3000)} {_street(injurer)}{joint}{second}"
    row["address_line2"] = ""


def addr_wildcard(injurer: Injurer, row: Row) -> None:
    """A number or name with holes: a probe."""
    hole = injurer.rng.choice(("?", "??", "*", "%", "_"))
    number = str(injurer.rng.randrange(1, 90))
    name = _street(injurer)
    if injurer.rng.random() < 0.6:
        row["address_line1"] = f"{number}{hole} {name}"
    else:
        row["address_line1"] = f"{number}4 {name[:4]}{injurer.rng.choice('*%')} St"
    row["address_line2"] = ""


def addr_unit_needed(injurer: Injurer, row: Row) -> None:
    """A unit designator without its number."""
    designator = injurer.rng.choice(("APT", "Apt", "UNIT", "Unit", "STE", "Suite", "Apartment", "LOT", "Rm", "#"))
    row["address_line1"], row["address_line2"] = f"{injurer.rng.randrange(10, 4000)} {_street(injurer)}", designator
    if injurer.rng.random() < 0.5:
        row["address_line1"], row["address_line2"] = f"{row['address_line1']} {designator}", ""


def addr_foreign(injurer: Injurer, row: Row) -> None:
    """An address abroad."""
    lines = injurer.rng.choice(injurer.texts["ADDR_FOREIGN"])
    slots = {"street": injurer.rng.choice(injurer.streets["spanish"]), "number": str(injurer.rng.randrange(2, 900))}
    parts = [expand(part, injurer.rng, injurer.texts, slots) for part in split_line(lines)]
    row.update(zip(("address_line1", "city", "state", "postal_code"), parts, strict=True))
    row["address_line2"] = ""


def addr_third_party(injurer: Injurer, row: Row) -> None:
    """The address of somebody who represents the person, or keeps the letters."""
    row["address_line2"] = f"{injurer.rng.randrange(10, 4000)} {_street(injurer)}"
    row["address_line1"] = injurer.text("ADDR_THIRD_PARTY", row)


def addr_detention(injurer: Injurer, row: Row) -> None:
    """A place of custody, with its street or without."""
    _institution(injurer, "ADDR_DETENTION", row)


def addr_agency(injurer: Injurer, row: Row) -> None:
    """A court or an agency's office."""
    _institution(injurer, "ADDR_AGENCY", row)


def _institution(injurer: Injurer, code: str, row: Row) -> None:
    place = injurer.text(code, row)
    if injurer.rng.random() < 0.5:
        row["address_line1"], row["address_line2"] = place, f"{injurer.rng.randrange(10, 4000)} {_street(injurer)}"
    else:
        row["address_line1"], row["address_line2"] = place, ""


def _street(injurer: Injurer) -> str:
    words = injurer.streets
    suffix = injurer.rng.choice(("St", "Ave", "Rd", "Dr", "Lane", "BLVD", "Street"))
    return f"{injurer.rng.choice(words['first'])}{injurer.rng.choice(words['last'])} {suffix}"
