"""From what is asked to what the requester writes: the columns of one row."""

from __future__ import annotations

import random

from counterfoil.person import Written as WrittenName
from counterfoil.synth.asking.asks import Ask
from counterfoil.synth.country.names import Name, plain
from counterfoil.synth.country.place import PUERTO_RICO
from counterfoil.synth.country.spelling import hand, plus4, write_address

Row = dict[str, str]


def row_of(ask: Ask, rng: random.Random) -> Row:
    """Name, address, years and identifiers as this requester writes them; the rest of the row is empty."""
    known = ask.birth or ask.tin  # without either, a name without its suffix could be the father's
    name = write_name(ask.name, rng, keep_suffix=ask.way in ("told_apart", "relatives") or not known)
    place = ask.place._replace(**{ask.bare: ""}) if ask.bare else ask.place
    lines = write_address(place, hand(rng), plus4(ask.place))
    if ask.place.form == PUERTO_RICO and rng.random() < 0.3:  # the urbanization after the street
        lines = lines._replace(line1=lines.line2, line2=lines.line1)
    years = [str(year) for year in ask.years]
    if rng.random() < 0.15:
        years.reverse()
    return {
        "request_id": "", "given_name": name.given, "middle_name": name.middle, "surname": name.surname,
        "name_suffix": name.suffix, "address_line1": lines.line1, "address_line2": lines.line2,
        "city": lines.city, "state": lines.state, "postal_code": lines.postal_code,
        "tax_years": " ".join(years), "statute": "", "reason": "", "investigation_id": "",
        "investigation_status": "", "removal_order_date": "", "removal_order_case": "", "removal_ground": "",
        "judicial_review_decided": "", "prior_removal_date": "", "found_date": "", "entry_date": "",
        "recipients": "", "date_of_birth": ask.birth, "tin": _written_tin(ask.tin, rng),
    }  # fmt: skip


def write_name(name: Name, rng: random.Random, keep_suffix: bool) -> WrittenName:
    """The name as a requester writes it: with or without accents, middle name, hyphen, second surname."""
    surnames = name.surnames
    joint = "-" if name.hyphenated else " "
    if len(surnames) > 1:
        way = rng.random()
        if way < 0.2 and not name.hyphenated:
            surnames = surnames[:1]
        elif way < 0.35:
            joint = " " if name.hyphenated else "-"
    given, middle, surname = name.given, name.middle, joint.join(surnames)
    suffix = name.suffix if keep_suffix or rng.random() < 0.9 else ""
    way = rng.random()
    if way < 0.3:
        middle = ""
    elif way < 0.55 and middle:
        middle = middle[0] + ("." if way < 0.4 else "")
    if rng.random() < 0.6:
        given, middle, surname = plain(given), plain(middle), plain(surname)
    if "'" in surname and rng.random() < 0.3:
        surname = surname.replace("'", "")
    if suffix in ("JR", "SR") and rng.random() < 0.5:
        suffix = suffix.capitalize() + rng.choice(("", "."))
    way = rng.random()
    if way < 0.45:
        return WrittenName(given.upper(), middle.upper(), surname.upper(), suffix)
    if way < 0.5:
        return WrittenName(given.lower(), middle.lower(), surname.lower(), suffix)
    return WrittenName(given, middle, surname, suffix)


def _written_tin(tin: str, rng: random.Random) -> str:
    return f"{tin[:3]}-{tin[3:5]}-{tin[5:]}" if tin and rng.random() < 0.5 else tin
