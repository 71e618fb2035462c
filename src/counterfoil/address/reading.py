"""Reading an address: from five columns, or one line, to components. Never raises on any text."""

from __future__ import annotations

from typing import Final

from counterfoil.address import special
from counterfoil.address.draft import Draft, finish
from counterfoil.address.lastline import LastLine, from_columns, take_from_end
from counterfoil.address.model import Address, Form, Written
from counterfoil.address.numbers import standard_name, stem_of
from counterfoil.address.street import Street, big_city_at, is_loose, joined, read_puerto_rican, read_street
from counterfoil.address.tables import (
    COMMON_FORM,
    DIRECTION,
    HIGHWAY,
    HIGHWAY_SAME,
    OMITTED,
    QUADRANT,
    SUFFIX,
    SUFFIX_NAME,
    UNIT,
    WORDS,
    zip_states,
)
from counterfoil.address.text import WILD, adds_street, alternatives, column, lines
from counterfoil.address.unit import (
    DWELLING,
    bare_unit,
    floor_before,
    is_in_building,
    labelled,
    read_units,
    unit_number,
    unit_within,
)

_THROUGH: Final = frozenset({"ST", "AVE", "RD", "DR", "LN", "BLVD", "PKWY", "HWY", "PIKE"})
_BETWEEN: Final = frozenset({"/", "&", "MAIL", "AND", "OR"})
_NOTE_WORDS: Final = frozenset(["ENTRANCE", "ENTRY", "ENTR", "PARKING", "DRIVEWAY"])
_NONE_WORDS: Final = frozenset({"N/A", "NA", "NONE", "NIL", "NULL", "BLANK", "FALSE", "NO"})
_THIRD_PARTY: Final = WORDS["thirdparty"]
_ROUTES: Final = {Form.RURAL_ROUTE: "RR", Form.HIGHWAY_CONTRACT: "HC"}
_OPEN_WORDS: Final = frozenset({"ATTN", "ATTENTION", "C/O", "CO"})


def parse(written: Written) -> Address:
    """Reads an address. Any text is accepted; what is not an address comes back unsure, with what was noticed."""
    line1, line2, city, state, postal_code = written
    marks: set[str] = set()
    town, region = column(city, marks), column(state, marks)
    last = from_columns(town, region, column(postal_code, marks))
    phrases = lines(line1, marks)[0] + (lines(line2, marks)[0] if line2 else [])
    if _is_partly_wild(town) or _is_partly_wild(region):
        marks.add("WILD")
    if not phrases and not any(_visible(text) for text in written):
        marks.add("BLANK")
    return read(written, phrases, last, marks)


def read(written: Written, phrases: list[list[str]], last: LastLine, marks: set[str]) -> Address:
    """The address in the phrases of its lines, with what is known of its last line and was noticed so far."""
    words = tuple([word for phrase in phrases for word in phrase])
    take_from_end(phrases, last)
    marks |= last.marks
    draft = Draft(last, marks)
    draft.leftover.extend(last.leftover)
    if last.state == "PR" or (not last.state and _in_puerto_rico(last)):
        phrases = joined(phrases)
    _read_phrases(_split_forms(phrases), draft)
    housed = draft.street is not None and draft.street.number != ""
    if (draft.box and alternatives(words, last.zip5, housed)) or (
        housed and draft.leftover and any(map(adds_street, draft.leftover))
    ):
        marks.add("MULTIPLE")
    return finish(written, draft, words)


def _is_partly_wild(column: list[str]) -> bool:
    return len(column) > 1 and not WILD.isdisjoint(column) and any(t.isalnum() for t in column)


def _visible(text: str) -> bool:
    return any(char.isprintable() and not char.isspace() for char in text)


def _split_forms(phrases: list[list[str]]) -> list[tuple[list[str], special.Found | None]]:
    """Each phrase, with a box or route inside it made a phrase of its own."""
    out: list[tuple[list[str], special.Found | None]] = []
    for phrase in special.with_boxes_joined(phrases):
        rest = phrase
        while rest:
            found = special.find_form(rest)
            if found is None:
                out.append((rest, None))
                break
            before = rest[: found.start]
            while before and before[-1] in _BETWEEN:
                before.pop()
            if before:
                out.append((before, None))
            out.append((rest[found.start : found.end], found))
            rest = rest[found.end :]
            while rest and rest[0] in _BETWEEN:
                rest = rest[1:]
    return out


def _read_phrases(phrases: list[tuple[list[str], special.Found | None]], draft: Draft) -> None:
    pending = ""
    for at, (phrase, found) in enumerate(phrases):
        if found is not None:
            _take_form(found, draft)
            continue
        if pending:
            if phrase[0].isdigit():
                draft.marks.add("LIST")  # 12, 14 OAK ST
            if draft.street is None and phrase[-1] in COMMON_FORM and len(phrase) > 1:
                phrase = [pending, *phrase]
            else:
                draft.leftover.append([pending])
                draft.marks.add("NUMBER_ALONE")
            pending = ""
        if draft.street is None and len(phrase) == 1 and phrase[0][0].isdigit() and phrase[0].isdigit():
            pending = phrase[0]
            continue
        _read_phrase(phrase, draft, final=at == len(phrases) - 1)
    if pending:
        draft.marks.add("NUMBER_ALONE")
        draft.leftover.append([pending])


def _take_form(found: special.Found, draft: Draft) -> None:
    if found.kind == "general":
        draft.form = Form.GENERAL_DELIVERY
        return
    if not found.complete:
        draft.marks.add("FORM_NO_NUMBER")
    if draft.box and found.box and draft.box != found.box:
        draft.marks.add("MULTIPLE")
    routed = draft.form in _ROUTES and not draft.box
    draft.box = draft.box or found.box
    if routed and found.kind == "box" and not found.bare:
        draft.beside = [_ROUTES[draft.form], *draft.route.split()]  # RR 2, PO BOX 7: two deliveries
        draft.form, draft.route = Form.UNREADABLE, ""
    if found.kind in ("rural", "contract") and not found.box and draft.form is Form.PO_BOX and not draft.bare:
        draft.beside = ["RR" if found.kind == "rural" else "HC", *found.route.split()]
        return
    if found.kind == "box":
        if draft.form is Form.UNREADABLE:
            draft.form = Form.PO_BOX
            draft.bare = found.bare
        elif not found.bare:
            draft.bare = False
        return
    draft.route = draft.route or found.route
    draft.form = {
        "rural": Form.RURAL_ROUTE,
        "contract": Form.HIGHWAY_CONTRACT,
        "military": Form.MILITARY,
    }[found.kind]


def _read_phrase(phrase: list[str], draft: Draft, final: bool) -> None:
    """One phrase: the first reader that knows it takes it; what none knows is a town or stays over."""
    if _is_note(phrase, draft):
        remark = [word for word in phrase if word != "("]
        draft.take_remark(remark, is_loose(remark, 0))
        return
    if phrase[0] in special.URBANIZATION and len(phrase) > 1 and _in_puerto_rico(draft.last):
        phrase = _urbanization(phrase, draft)
        if not phrase:
            return
    if draft.street is not None and draft.street.number and _continues(phrase, draft):
        return
    town_within = final and not draft.last.city
    if phrase[0] == "#" and draft.street is None and len(phrase) > 2:
        line = _street_of(phrase, draft, town_within)
        if line is not None and line.number and line.strong:
            _take_street(line, draft)
            return
    if _opens_with_unit(phrase) and _take_units(phrase, draft, final):
        return
    if (phrase[0] in _OPEN_WORDS and not _is_county_road(phrase)) or phrase[0] in _THIRD_PARTY:
        draft.leftover.append(phrase)
        return
    _read_street_phrase(phrase, draft, final)


def _is_county_road(phrase: list[str]) -> bool:
    """CO RD 5: the county's road, not care of somebody."""
    return len(phrase) > 2 and (phrase[0], HIGHWAY_SAME.get(phrase[1], phrase[1])) in HIGHWAY


def _is_note(phrase: list[str], draft: Draft) -> bool:
    """A remark: in brackets, of the entrance or parking, or a second line that says that there is none."""
    if phrase[0] == "(":
        return True
    if draft.street is None:
        return False
    if _NONE_WORDS.issuperset(phrase) or phrase == ["N", "/", "A"]:
        return True
    return not _NOTE_WORDS.isdisjoint(phrase) and unit_within(phrase, 0) == len(phrase)


def _opens_with_unit(phrase: list[str]) -> bool:
    first = phrase[0]
    if first == "#" or floor_before(phrase, 0) or (len(phrase) == 2 and labelled(phrase, 0)):
        return True
    if first not in UNIT:
        return False
    return (
        len(phrase) == 1
        or UNIT[first][2] == "strong"
        or (len(phrase) == 2 and UNIT[first][1] == "no" and phrase[1] in DWELLING)
        or phrase[1][0].isdigit()
        or phrase[1] in ("#", "NO", "NUMBER")
    )  # fmt: skip


def _take_units(phrase: list[str], draft: Draft, final: bool) -> bool:
    found = read_units(phrase, 0)
    if not found.end or not (found.units or found.marks):
        return False
    draft.units.extend(found.units)
    draft.marks |= found.marks
    rest = phrase[found.end :]
    if rest:
        _rest_of_unit(rest, draft, final)
    return True


def _read_street_phrase(phrase: list[str], draft: Draft, final: bool) -> None:
    """The street's line, a cross street, the town at the end, or words that are no component."""
    line = _street_of(phrase, draft, town_within=final and not draft.last.city)
    beside = line is not None and not line.number and draft.street is not None
    if beside and SUFFIX.get(phrase[-1]) not in _THROUGH and not phrase[-1].isdigit():
        line = None  # OVERLOOK PARK FLATS: a building's name, not a cross street
    if line is not None and (beside or (line.leading and _is_crossing(line.leading))):
        draft.take_remark(phrase, is_loose(phrase, 0))  # a cross street
        draft.units.extend(line.units)
        draft.marks |= line.marks | {"CROSS"}
    elif line is not None:
        _take_street(line, draft)
    elif final and not draft.last.city and draft.form is not Form.UNREADABLE and all(w.isalpha() for w in phrase):
        draft.last.city = phrase
    else:
        draft.leftover.append(phrase)


def _is_crossing(words: list[str]) -> bool:
    return not WORDS["crossing"].isdisjoint(words)


def _rest_of_unit(rest: list[str], draft: Draft, final: bool) -> None:
    """Words after a unit in its phrase: the town where none is known yet, a street, or something unknown."""
    if draft.street is None:
        _read_phrase(rest, draft, final)
    elif final and not draft.last.city and all(word.isalpha() for word in rest):
        draft.last.city = rest
    else:
        draft.leftover.append(rest)


def _urbanization(phrase: list[str], draft: Draft) -> list[str]:
    """Takes the urbanization off a phrase that may go on with the street."""
    for at in range(1, len(phrase)):
        if phrase[at] in special.SPANISH_STREET or (phrase[at][0].isdigit() and at > 1):
            start = at
            if phrase[at] in special.SPANISH_STREET and at > 2 and any(c.isdigit() for c in phrase[at - 1]):
                start = at - 1
            if start > 2 and len(phrase[start - 1]) == 1 and phrase[start][0].isdigit():
                start -= 1  # URB LOMA VERDE B 14 CALLE 3
            draft.urbanization = "".join(standard_name(phrase[1:start]))
            return phrase[start:]
    draft.urbanization = "".join(standard_name(phrase[1:]))
    return []


def _in_puerto_rico(last: LastLine) -> bool:
    return last.state == "PR" or (not last.state and "PR" in zip_states(last.zip5))


def _continues(phrase: list[str], draft: Draft) -> bool:
    """A phrase that completes the street before it: a directional, a lone unit number, a cross street."""
    street = draft.street
    if street is None:
        return False
    first = phrase[0]
    if labelled(phrase, 0):
        return False
    if len(phrase) == 1 and not street.suffix and SUFFIX.get(first) in OMITTED:
        street.suffix, street.strong = SUFFIX[first], True  # MARTIN LUTHER KING, JR, BLVD
        return True
    named = street.suffix or street.road or "HIGHWAY" in street.name
    if len(phrase) == 2 and first in ("HIGHWAY", "HWY") and phrase[1].isdigit() and not named:
        street.name = (*street.name, *standard_name(phrase))
        street.stem = stem_of(street.name)
        return True
    suffixed = len(phrase) == 2 and SUFFIX.get(phrase[1]) in OMITTED
    if first in ("JR", "JUNIOR") and "JR" not in street.name and (len(phrase) == 1 or suffixed):
        street.name = (*street.name, "JR")
        street.stem = stem_of(street.name)
        if suffixed and not street.suffix:
            street.suffix, street.strong = SUFFIX[phrase[1]], True
        return True
    if len(phrase) <= 2 and all(word in DIRECTION for word in phrase) and not street.post:
        two = QUADRANT.get((DIRECTION[phrase[0]], DIRECTION[phrase[-1]])) if len(phrase) == 2 else None
        street.post = two or DIRECTION[phrase[0]]
        return True
    if len(phrase) == 1 and any(c.isdigit() for c in phrase[0]) and len(phrase[0]) <= 8:
        draft.units.append(("#", unit_number(phrase[0]), "any"))
        return True
    if len(phrase) == 2 and len(phrase[0]) < 3 and phrase[0].isalpha() and phrase[1][0].isdigit() and first not in UNIT:
        draft.units.append(bare_unit(phrase))
        return True
    if len(phrase) == 1 and len(phrase[0]) == 1 and phrase[0].isalpha():
        draft.units.append(("#", phrase[0], "any"))
        return True
    return False


def _street_of(phrase: list[str], draft: Draft, town_within: bool) -> Street | None:
    if _in_puerto_rico(draft.last):
        line = read_puerto_rican(phrase, town_within)
        if line is not None:
            return line
    line = read_street(phrase, town_within, draft.last.state)
    if line is not None and town_within and line.trailing and draft.street is None:
        town = line.trailing
        if (
            all(word.isalpha() for word in town)
            and line.number
            and not is_in_building(town)
            and WORDS["custody"].isdisjoint(town)
        ):
            at = big_city_at(town, draft.last.state) if town[0] == "THE" else 0
            at = 0 if at == len(town) else at  # 150 I ST SE THE GARRETT WASHINGTON
            draft.last.city, line.trailing = town[at:], town[:at]
    return line


def _take_street(line: Street, draft: Draft) -> None:
    draft.marks |= line.marks
    draft.take_remark(line.loose, True)
    if line.leading:
        if line.leading[0] in special.URBANIZATION and len(line.leading) > 1:
            draft.urbanization = "".join(standard_name(line.leading[1:]))
        elif line.leading[0] in UNIT:
            found = read_units(line.leading, 0)
            draft.units.extend(found.units)
            draft.leftover.extend([line.leading[found.end :]] if line.leading[found.end :] else [])
        else:
            draft.leftover.append(line.leading)
    current = draft.street
    if current is None or (not current.number and line.number):
        if current is not None:
            draft.leftover.append([*current.name, *SUFFIX_NAME.get(current.suffix, "").split()])
        draft.street = line
        draft.units.extend(line.units)
    elif line.number and (line.number, line.stem) != (current.number, current.stem) and line.strong:
        draft.marks.add("MULTIPLE")
    elif not line.number:
        draft.marks.add("CROSS")
        return
    else:
        if line.units and draft.units and set(line.units) != set(draft.units):
            draft.marks.add("MULTIPLE")  # one house, two apartments
        if not _repeats(line, current):
            draft.leftover.append([line.number, *line.name])
        elif not draft.units:
            draft.units.extend(line.units)
    if line.trailing:
        draft.leftover.append(line.trailing)
        if WORDS["building"].isdisjoint(line.trailing):
            draft.marks.add("GLUED")  # words that may belong to the street's name


def _repeats(line: Street, before: Street) -> bool:
    """Whether a delivery line is one that was read before, written again in full or with less."""
    return (line.number, line.stem) == (before.number, before.stem) and all(
        again in ("", said)
        for again, said in (
            (line.pre, before.pre), (line.suffix, before.suffix), (line.post, before.post), (line.road, before.road)
        )
    )  # fmt: skip
