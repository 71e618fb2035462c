"""Defects of a name, an identifier, or of giving too much."""

from __future__ import annotations

from counterfoil.synth.country.names import plain, surname_list
from counterfoil.synth.grammar import expand
from counterfoil.synth.injury.injurer import EXTRA_COLUMNS, NAME, Injurer, Row, split_line


def name_missing(injurer: Injurer, row: Row) -> None:
    """No name."""
    for column in NAME:
        row[column] = ""
    row["given_name"], row["surname"] = injurer.blank(), injurer.blank()


def name_incomplete(injurer: Injurer, row: Row) -> None:
    """An initial, or the mark that a name is not known."""
    way = injurer.rng.randrange(4)
    row["middle_name"] = ""
    if way == 0:
        row["given_name"] = f"{plain(row['given_name'])[:1].upper()}{injurer.rng.choice(('', '.'))}"
    elif way == 1:
        row["given_name"] = injurer.rng.choice(("FNU", "Fnu", "fnu"))
    elif way == 2:
        row["surname"] = injurer.rng.choice(("LNU", "Lnu"))
    else:
        row["surname"] = f"{plain(row['surname'])[:1].upper()}{injurer.rng.choice(('', '.'))}"


def name_placeholder(injurer: Injurer, row: Row) -> None:
    """A name that nobody bears."""
    line = injurer.rng.choice(injurer.texts["NAME_PLACEHOLDER"])
    given, surname = (expand(part, injurer.rng, injurer.texts, {}) for part in split_line(line))
    row.update(given_name=given, surname=surname, middle_name="", name_suffix="")


def name_multiple(injurer: Injurer, row: Row) -> None:
    """Several names or several people."""
    other = plain(injurer.rng.choice(surname_list("anglo"))).upper()
    ways = (
        f"{row['surname']} AKA {row['given_name']} {other}", f"{row['surname']} a/k/a {other}",
        f"{row['surname']} ET AL", f"{row['surname']} et al.", f"{row['surname']} OR {other}",
        f"{row['surname']} alias {other}", f"{row['surname']} and spouse", f"{row['surname']} and family",
    )  # fmt: skip
    row.update(surname=injurer.rng.choice(ways), name_suffix="")


def name_malformed(injurer: Injurer, row: Row) -> None:
    """An identifier or an address in the field of the name."""
    digits = f"{injurer.rng.randrange(10**8, 10**9)}"
    ways = (f"A{digits}", f"A-{digits[:3]}-{digits[3:6]}-{digits[6:]}", f"{row['surname']} {digits[:6]}", digits)
    column = injurer.rng.choice(("given_name", "surname"))
    row[column] = injurer.rng.choice(ways)


def name_wildcard(injurer: Injurer, row: Row) -> None:
    """A name with holes: a probe."""
    column = injurer.rng.choice(("given_name", "surname"))
    text = plain(row[column]).replace(" ", "")
    at = injurer.rng.randrange(1, max(2, len(text)))
    row[column] = text[:at] + injurer.rng.choice(("%", "*", "?", "_", "*")) + text[at + 1 :]


def id_malformed(injurer: Injurer, row: Row) -> None:
    """A tax number or a date of birth that cannot be."""
    digits = f"{injurer.rng.randrange(10**7, 10**8)}"
    numbers = (
        "000-00-0000",
        f"666-{digits[:2]}-{digits[2:6]}",
        digits,
        f"{digits}00",
        f"75{digits[:3]}A{digits[3:6]}",
        "123-4-5678",
    )
    dates = ("1990-02-30", "13/45/1990", f"{injurer.on.year + 3}-01-01", "0000-00-00", "1988-13-01", "unknown")
    if injurer.rng.random() < 0.6:
        row["tin"] = injurer.rng.choice(numbers)
    else:
        row["date_of_birth"] = injurer.rng.choice(dates)


def oversupply(injurer: Injurer, row: Row) -> None:
    """A column that no request needs."""
    column = injurer.rng.choice(EXTRA_COLUMNS)
    row[column] = {
        "fingerprint_id": f"FP-{injurer.rng.randrange(10**6, 10**7)}",
        "a_number": f"A{injurer.rng.randrange(10**8, 10**9)}",
        "phone": f"555-01{injurer.rng.randrange(10, 99)}",
        "employer": f"{injurer.rng.choice(injurer.streets['first'])} Foods",
    }[column]
