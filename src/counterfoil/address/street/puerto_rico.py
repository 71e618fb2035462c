"""A delivery line in Puerto Rico, where the number may follow the street's name (Publication 28, section 29)."""

from __future__ import annotations

import re
from typing import Final

from counterfoil.address.special import BUILDING, SPANISH_STREET
from counterfoil.address.street.parts import big_city_at
from counterfoil.address.street.read import Street, read_street
from counterfoil.address.street.remark import is_loose
from counterfoil.address.tables import CARDINAL, DIRECTION, UNIT
from counterfoil.address.unit import WITHIN, read_units, unit_within

_BLOCK: Final = re.compile(r"\d?[A-Z]{1,2}-?\d+[A-Z]?")  # B14, C-3, 3KN5
_HOUSE: Final = re.compile(r"\d+(?:-?[A-Z]|-\d+)?|[A-Z]{1,2}-?\d+[A-Z]?")
_COUNTED: Final = re.compile(r"\d+(?:-\d+)?")  # 712, 19-8
_CORNER: Final = frozenset({"ESQ", "ESQUINA", "CORNER", "Y", "&", "AND", "CON"})
_SIGNS: Final = frozenset({"#", "NUM", "NUMERO", "NO"})
_BLOCK_WORDS: Final = frozenset({"BLOQUE", "BLQ", "BLK"})
_KILOMETRE: Final = frozenset({"KM", "KILOMETRO", "KILOMETER", "KILOMETRE"})
_NUMBERED: Final = {"LOTE": "LOT", "SOLAR": "LOT", "CASA": "HSE"}
"""Words for a house or plot and its number: a dwelling of its own beside another number, and else the number."""
_INTERIOR: Final = frozenset({"INT", "INTERIOR"})
_LEVEL: Final = {"ALTOS": ("UPPR", "", "upper"), "BAJOS": ("LOWR", "", "lower")}
_GO_ON: Final = _KILOMETRE | _BLOCK_WORDS | _INTERIOR | _SIGNS | frozenset(_NUMBERED) | frozenset(_LEVEL)

_HIGHWAY: Final = frozenset({"CARR", "CARRETERA"})
_DWELLINGS: Final = WITHIN | BUILDING | frozenset(UNIT) | frozenset(CARDINAL) | _INTERIOR | frozenset(_LEVEL)
"""Words that may name a dwelling behind a corner, wherever they stand in it."""
_ARTICLES: Final = frozenset({"DE", "DEL", "LA", "LAS", "LOS", "EL"})
_LONGEST: Final = 32
"""Words of a street up to which what goes on with it is looked for behind a comma; no street is so long."""

Unit = tuple[str, str, str]


def joined(phrases: list[list[str]]) -> list[list[str]]:
    """Phrases in which what goes on with a street stands with it, though a comma was put between: CARR 2, KM 45.3."""
    out: list[list[str]] = []
    for phrase in phrases:
        before = _plain(out[-1]) if out and len(out[-1]) < _LONGEST else []
        if (not SPANISH_STREET.isdisjoint(before) and _goes_on(phrase, before)) or (
            before[:1] == ["KM"] and _plain(phrase)[0] in SPANISH_STREET
        ):  # KM 45.3, CARR 2
            out[-1] = out[-1] + phrase
        else:
            out.append(phrase)
    return out


def _goes_on(phrase: list[str], before: list[str]) -> bool:
    first = phrase[0]
    if first in _SIGNS or (len(phrase) == 1 and _HOUSE.fullmatch(first)):
        return before[0] in SPANISH_STREET and not _number_behind(before)[0]
    return first in _GO_ON


def read_puerto_rican(phrase: list[str], town_within: bool) -> Street | None:
    """The delivery line in a phrase of Puerto Rico, or None where it is written as anywhere else."""
    words = _plain(phrase)
    corner = next((at for at in range(2, len(words)) if words[at] in SPANISH_STREET and words[at - 1] in _CORNER), 0)
    if not corner:
        return _read_line(words, phrase, town_within)
    before = words[: corner - 1]  # CALLE SOL 120 ESQ CALLE LUNA; without a number, a crossing
    if before[-1] in _CORNER and len(before) > 1:
        before.pop()  # ESQUINA CON
    line = _read_line(before, phrase, False)
    if line is not None:
        _read_corner(words[corner:], line, town_within)
    return line


def _read_line(words: list[str], phrase: list[str], town_within: bool) -> Street | None:
    """The delivery line in the plain words of a phrase, or None where it is written as anywhere else."""
    if SPANISH_STREET.isdisjoint(words):
        return _read(words, town_within) if words[0] in BUILDING and len(words) > 1 else None
    words, units = _take_dwellings(words)
    line = _read(words, town_within) or _numbered_by(units, words, town_within)
    if line is None and (units or words != phrase):
        line = read_street(words, town_within, "PR")
    if line is not None:
        line.units += tuple((standard, number, group) for standard, number, group in units)
        line.strong = line.strong or line.number != ""
    return line


def _read_corner(words: list[str], line: Street, town_within: bool) -> None:
    """What stands behind a corner: ESQ CALLE LUNA APT 4. A number there is another house: Y CALLE LUNA 45."""
    words, units = _take_dwellings(words)
    line.units += tuple(units)
    start = unit_within(words, 0)
    if words[start - 1] in UNIT and words[start:] and words[start] == "#":
        start -= 1  # APT # 4
    if start < len(words) and words[start] != "#":
        found = read_units(words, start)
        line.units += found.units
        line.marks |= found.marks
        line.trailing = line.trailing + words[found.end :]
        words = words[:start]
    elif town_within:
        at = big_city_at(words, "PR")
        words, line.trailing = words[:at], line.trailing + words[at:]
    if any(_counts_house(words, at) for at in range(1, len(words))):
        line.marks.add("MULTIPLE")
    said = [word for at, word in enumerate(words) if not _opens_street(words, at)]
    if is_loose(["AND", *said], 1) or _holds_dwelling(words):
        line.loose = line.loose + said
    line.marks.add("CROSS")
    names = [word for word in words if word not in SPANISH_STREET and word not in _CORNER]
    line.remark += [word for word in names if word not in _ARTICLES] or names


def _counts_house(words: list[str], at: int) -> bool:
    """Whether a word behind a corner is a number that no street there is called by; CALLE 5 is."""
    return words[at] in _SIGNS or (
        any(char.isdigit() for char in words[at]) and not (words[at].isdigit() and words[at - 1] in SPANISH_STREET)
    )


def _holds_dwelling(words: list[str]) -> bool:
    """Whether a word behind a corner may name a dwelling: LUNA ALTOS IZQUIERDA, LUNA COND ROSA, CALLE 12 AZUL."""
    for at in range(1, len(words)):
        if words[at] in _CORNER or _opens_street(words, at):
            continue
        if words[at] in _DWELLINGS or len(words[at]) == 1 or words[at - 1].isdigit():
            return True
    return False


def _opens_street(words: list[str], at: int) -> bool:
    """CALLE, and the number or letter that it is called by: CALLE 5, CALLE A."""
    called = words[at].isdigit() or len(words[at]) == 1
    return words[at] in SPANISH_STREET or (called and at > 0 and words[at - 1] in SPANISH_STREET)


def _plain(phrase: list[str]) -> list[str]:
    """A phrase with one word for each thing: PR 115 as CARR 115, KILOMETRO as KM, B 14 CALLE 3 as B14 CALLE 3."""
    words: list[str] = []
    phrase = _numbered_blocks(phrase)
    for at, word in enumerate(phrase):
        numbered = at + 1 < len(phrase) and phrase[at + 1][0].isdigit()
        if word == "PR" and numbered:
            if not words or words[-1] not in _HIGHWAY:
                words.append("CARR")
        elif word == "ESTATAL" and words and words[-1] in _HIGHWAY:
            continue
        elif word in _KILOMETRE and numbered:
            words.append("KM")
        elif not (
            (word in _BLOCK_WORDS and not (numbered and phrase[at + 1].isdigit())) or (word == "#" and not words)
        ):
            words.append(word)
    if len(words) > 2 and words[1] == "#" and words[0].isalpha() and len(words[0]) < 3:
        del words[1]  # B # 14 CALLE 3
    if len(words) > 2 and words[2] in SPANISH_STREET and _is_block(words[0]) and words[1][0].isdigit():
        words[:2] = [words[0] + words[1]]
    if words[:1] == ["KM"]:
        at = next((at for at in range(2, len(words)) if words[at] in SPANISH_STREET), 0)
        words = words[at:] + words[:at]  # KM 2.5 CARR 115
    return words or phrase


def _numbered_blocks(phrase: list[str]) -> list[str]:
    """BLOQUE 7 # 12 as 7-12, as a house of a block with a number is written before the street."""
    at = next((at for at, word in enumerate(phrase) if word in _BLOCK_WORDS), len(phrase))
    rest = [word for word in phrase[at + 1 : at + 4] if word not in _SIGNS]
    if len(rest) < 2 or not (rest[0].isdigit() and rest[1].isdigit()):
        return phrase
    width = 3 if phrase[at + 2] == rest[1] else 4
    return [*phrase[:at], f"{rest[0]}-{rest[1]}", *phrase[at + width :]]


def _is_block(word: str) -> bool:
    """A block's letters; but SO and NE are quarters of a town: CALLE 13 SO 1520."""
    if len(word) > 2 or not word.isalpha() or word in UNIT or word in _KILOMETRE:
        return False
    return len(word) == 1 or word not in DIRECTION


def _take_dwellings(words: list[str]) -> tuple[list[str], list[Unit]]:
    """Takes INT, INT 2, LOTE 7, CASA 7 and ALTOS off a line: another dwelling than the house itself."""
    left: list[str] = []
    units: list[Unit] = []
    at, end = 0, len(words)
    while at < end:
        word = words[at]
        following = words[at + 1] if at + 1 < end else ""
        numbered = bool(following) and _HOUSE.fullmatch(following) is not None
        if word in _NUMBERED and numbered:
            standard = _NUMBERED[word]
            units.append((standard, block_house(following), UNIT[standard][3]))
            at += 2
        elif word in _INTERIOR and at and (following in ("", "KM") or following in SPANISH_STREET or following in UNIT):
            units.append(("INT", "", "interior"))
            at += 1
        elif word in _INTERIOR and numbered:
            units.append(("INT", block_house(following), "interior"))
            at += 2
        elif word in _LEVEL and at and (not following or following in SPANISH_STREET):
            units.append(_LEVEL[word])
            at += 1
        else:
            left.append(word)
            at += 1
    return left, units


def _numbered_by(units: list[Unit], words: list[str], town_within: bool) -> Street | None:
    """A line whose only number is that of a house, plot or interior: CALLE SOL CASA 14, CALLE SOL LOTE 14."""
    numbered = [unit for unit in units if unit[1]]
    if len(numbered) != 1 or not words or words[0] not in SPANISH_STREET or len(words) < 2:
        return None
    standard, number, _ = numbered[0]
    line = read_street(["1", *words], town_within, "PR")
    if line is not None:
        line.number = number if standard == "HSE" else f"{'LOTE' if standard == 'LOT' else standard} {number}"
        units.remove(numbered[0])
    return line


def _read(words: list[str], town_within: bool) -> Street | None:
    """A line that does not begin with its number; None for one that does, or has none."""
    first = words[0]
    if first not in SPANISH_STREET:
        line = _behind_barrio(words, town_within)
        if line is not None:
            return line
    if _BLOCK.fullmatch(first) and len(words) > 2 and words[1] in SPANISH_STREET:
        line = read_street(["1", *words[1:]], town_within, "PR")
        if line is not None:
            line.number = block_house(first)
        return line
    if first in BUILDING and len(words) > 1:
        return read_street(["0", *words], town_within, "PR")
    if first in SPANISH_STREET and len(words) > 2:
        at = len(words) if "KM" in words else _unit_at(words)
        number, rest = _number_behind(words[:at])
        if number:
            line = read_street(["1", *rest, *words[at:]], town_within, "PR")
            if line is not None:
                line.number = number
            return line
    return None


def _unit_at(words: list[str]) -> int:
    return next((i for i, word in enumerate(words) if i > 1 and word in UNIT and word != "KEY"), len(words))


def _behind_barrio(words: list[str], town_within: bool) -> Street | None:
    """A barrio before the street: BO OBRERO 712 CALLE WEBB, BO PUEBLO CARR 2 KM 45.3."""
    at = next((i for i, word in enumerate(words) if word in SPANISH_STREET), 0)
    if at and "KM" in words:
        line = _read(words[at:], town_within)
    elif at > 1 and words[at - 2] in _BLOCK_WORDS:
        return None  # BLOQUE 7 CALLE 45: a block without its house
    elif at > 1 and words[0].isalpha() and words[0] not in UNIT and _COUNTED.fullmatch(words[at - 1]):
        at -= 1
        line = read_street(words[at:], town_within, "PR")
    else:
        return None
    if line is not None:
        line.leading = words[:at]
    return line


def _number_behind(tokens: list[str]) -> tuple[str, list[str]]:
    """A house number written after a Spanish street name, and the tokens without it; ("", tokens) if none.

    CALLE AURORA 1234; CALLE 3 B-14; CALLE A # 150; CARR 115 KM 2.5. Behind a number, # 2 is a unit.
    """
    if "KM" in tokens:
        return _kilometre(tokens, tokens.index("KM"))
    sign = next(
        (at for at in range(2, len(tokens) - 1) if tokens[at] in _SIGNS and _HOUSE.fullmatch(tokens[at + 1])), 0
    )
    if sign > 2 and _HOUSE.fullmatch(tokens[sign - 1]):
        number, rest = _number_behind(tokens[:sign])
        return number, rest + tokens[sign:]
    if sign:
        tokens = tokens[:sign] + tokens[sign + 1 :]
    at = sign or len(tokens) - 1
    if at < 2 or not _HOUSE.fullmatch(tokens[at]):
        return "", tokens
    if at > 2 and _is_block(tokens[at - 1]) and tokens[at][0].isdigit():
        return tokens[at - 1] + tokens[at], tokens[: at - 1] + tokens[at + 1 :]  # CALLE 3 B 14
    return block_house(tokens[at]), tokens[:at] + tokens[at + 1 :]


def _kilometre(tokens: list[str], at: int) -> tuple[str, list[str]]:
    if at + 1 >= len(tokens) or not tokens[at + 1][0].isdigit():
        return "", tokens
    number, end = "KM " + tokens[at + 1], at + 2
    if end + 1 < len(tokens) and tokens[end] in ("HM", "H"):
        number, end = f"{number} HM {tokens[end + 1]}", end + 2
    return number, tokens[:at] + tokens[end:]


def block_house(token: str) -> str:
    """A house number of the form block and house in one spelling: B-14 and B14 give B14."""
    if token[0].isalpha() or token[-1].isalpha():
        token = token.replace("-", "")
    return token.lstrip("0") or token
