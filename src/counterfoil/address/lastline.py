"""The last line: city, state and ZIP Code, in their columns or at the end of a line (Publication 28, section 22)."""

from __future__ import annotations

import re
from typing import Final

from counterfoil.address.foreign import CANADA, PROVINCES, foreign_code, is_abroad
from counterfoil.address.tables import (
    COMMON_FORM,
    COUNTRY,
    COUNTRY_WORDS,
    DIRECTION,
    FORM,
    PHRASES,
    STATE,
    STATE_WORDS,
    STATES,
    SUFFIX,
    UNIT,
    UNITED_STATES,
    WORDS,
    zip_states,
)
from counterfoil.address.text import is_zip, split_phrases
from counterfoil.address.unit import behind_road_words, is_in_building

_STATE_ENDS: Final = frozenset(name.rpartition(" ")[2] for name in STATE)
_COUNTRY_ENDS: Final = frozenset(words[-1] for words in (*COUNTRY, *UNITED_STATES))
_ENDS: Final = _STATE_ENDS | _COUNTRY_ENDS | CANADA
_ZIP: Final = re.compile(r"(\d{5})(?:-?(\d{4}))?")
_NOT_BEFORE_ZIP: Final = frozenset("BOX # APT STE UNIT RM HWY RTE ROUTE SR CR FM US POB PSC CMR NO DRAWER".split())  # noqa: SIM905
_PLAIN_STATES: Final = STATES - _NOT_BEFORE_ZIP
_STREETS: Final = frozenset({"ST", "AVE", "RD", "DR", "LN", "BLVD", "CT", "PL", "HWY", "PKWY", "WAY"})
_THIRD_PARTY: Final = WORDS["thirdparty"]
_OPENERS: Final = frozenset(
    words[0] for words, kind in FORM.items() if len(words) == 1 and kind in ("box", "rural", "contract", "urbanization")
)
_STREET_WORDS: Final = frozenset({"STREET", "AVENUE", "ROAD", "DRIVE", "LANE", "BOULEVARD", "AVE", "RD", "BLVD"})
_AMBIGUOUS: Final = frozenset("NE CT LA PR MT AL CO DE HI ID IN ME OK OR PA VA WA MS AS FL CAL WASH ORE".split())  # noqa: SIM905


class LastLine:
    """City, state and ZIP Code as found; `marks` says what is wrong or doubtful about them."""

    def __init__(self) -> None:
        self.city: list[str] = []
        self.state = ""
        self.zip5 = ""
        self.zip4 = ""
        self.marks: set[str] = set()
        self.leftover: list[list[str]] = []
        self.own_city = False  # the city came in its own column


def from_columns(city: list[str], state: list[str], postal_code: list[str]) -> LastLine:
    """Reads the three columns, each already split into tokens."""
    last = LastLine()
    _postal_column(postal_code, last)
    _state_column(state, last)
    if city:
        _city_column(city, last)
    return last


def _postal_column(tokens: list[str], last: LastLine) -> None:
    if len(tokens) == 1 and is_zip(tokens[0]):
        last.zip5, last.zip4 = tokens[0][:5], tokens[0][5:].removeprefix("-")
        return
    tokens = [piece for piece in tokens if (piece,) not in UNITED_STATES]
    text = "".join(piece for piece in tokens if piece != "-")
    if not text:
        return
    found = _ZIP.fullmatch(text)
    if found:
        last.zip5, last.zip4 = found[1], found[2] or ""
    elif foreign_code(tokens) or (len(tokens) > 1 and _ZIP.fullmatch(tokens[0]) and tuple(tokens[1:]) in COUNTRY):
        last.marks.add("FOREIGN")
    elif not any(c.isdigit() for c in text):
        last.leftover.append(tokens)
        if text.isalpha() and not any(
            set(tokens) & WORDS[kind] for kind in ("nothing", "unknown", "later", "refusing")
        ):
            last.marks.add("ZIP_BAD")
    elif any(t in "*?%_~#" for t in tokens) or ("X" in text and any(c.isdigit() for c in text)):
        last.marks |= {"WILD", "ZIP_OPEN"}
    else:
        last.marks.add("ZIP_BAD")


def _state_column(tokens: list[str], last: LastLine) -> None:
    if len(tokens) == 1 and tokens[0] in STATE:
        last.state = STATE[tokens[0]]
        return
    words = [piece for piece in tokens if piece.isalnum()]
    if not words:
        if tokens:
            last.leftover.append(tokens)
        return
    if len(words) > 1 and _ZIP.fullmatch(words[-1]) and not last.zip5:
        found = _ZIP.fullmatch(words.pop())
        last.zip5, last.zip4 = (found[1], found[2] or "") if found else ("", "")
    name = " ".join(words)
    code = STATE.get(name) or STATE.get("".join(words)) or (len(words) > 1 and STATE.get(words[-1])) or ""
    if code:
        last.state = code
    elif tuple(words) in UNITED_STATES:
        return
    elif is_abroad(words):
        last.marks.add("FOREIGN")
    else:
        last.leftover.append(words)
        last.marks.add("STATE_BAD")


def _city_column(tokens: list[str], last: LastLine) -> None:
    last.own_city = True
    if len(tokens) == 1 and tokens[0].isalpha():
        last.city = tokens
        return
    phrases = split_phrases(tokens)
    whole = [word for phrase in phrases for word in phrase]
    if len(phrases) > 1 or (len(whole) > 1 and (not last.state or whole[-1][0].isdigit())):
        take_from_end(phrases, last, town=False)
    words = [word for phrase in phrases for word in phrase] or whole
    if len(words) > 1 and last.state and STATE.get(words[-1]) == last.state and not words[0][0].isdigit():
        words.pop()
    last.city = words


def take_from_end(phrases: list[list[str]], last: LastLine, *, town: bool = True) -> None:
    """Takes country, ZIP Code, state and town off the end of the phrases, as far as they are there.

    A value that repeats its column is taken off; one that differs from its column is marked CONFLICT.
    """
    if town and len(phrases) > 2 and not (last.zip5 or last.state or last.city):
        _plain_last_line(phrases, last)
    for _ in range(3):  # the last line may be written more than once
        end = phrases[-1][-1] if phrases else ""
        if end.isalpha():
            if end not in _ENDS and (end != last.city[-1] if last.city else not town):
                return  # no part of a last line ends so
        elif len(end) < (4 if last.zip5 else 3) and end.isdigit() and last.city and end != last.city[-1]:
            return  # APT 4
        taken = _country(phrases, last)
        taken |= _zip(phrases, last)
        taken |= _state(phrases, last, taken)
        if town:
            taken |= _town(phrases, last)
        if not taken:
            return


def _plain_last_line(phrases: list[list[str]], last: LastLine) -> None:
    """Takes TOWN, IL 62704 off the end in one step, as the steps one by one would."""
    tail, town = phrases[-1], phrases[-2]
    if len(tail) != 2 or tail[0] not in _PLAIN_STATES or not is_zip(tail[1]):
        return
    state, code = tail
    fits = state in zip_states(code) and STATE.get(town[-1]) != state
    if fits and is_town(town, alone=False, anchored=True, state=state):
        last.city, last.state, last.zip5, last.zip4 = town, state, code[:5], code[5:].removeprefix("-")
        del phrases[-2:]


def _drop_empty(phrases: list[list[str]]) -> None:
    while phrases and not phrases[-1]:
        phrases.pop()


def _country(phrases: list[list[str]], last: LastLine) -> bool:
    if not phrases:
        return False
    tail = phrases[-1]
    if tail[-1] not in _COUNTRY_ENDS:
        return False
    for length in (4, 3, 2, 1):
        if len(tail) >= length and tuple(tail[-length:]) in UNITED_STATES and (len(tail) > length or len(phrases) > 1):
            if length == 1 and tail[-1] in ("US", "AMERICA") and len(tail) > 1 and not _ends_last_line(tail[:-1]):
                continue
            del tail[-length:]
            _drop_empty(phrases)
            last.marks.add("USA")
            return True
    for length in range(min(COUNTRY_WORDS, len(tail)), 0, -1):
        words = tuple(tail[-length:])
        if words in COUNTRY and (len(tail) == length or not COUNTRY[words]) and len(phrases) > 1:
            if not (COUNTRY[words] and (last.state or last.zip5)):
                last.marks.add("COUNTRY")
            return False
    return False


def _ends_last_line(words: list[str]) -> bool:
    return bool(_ZIP.fullmatch(words[-1])) or words[-1] in STATE or words[-1].startswith("ANY")


def _zip(phrases: list[list[str]], last: LastLine) -> bool:
    if not phrases:
        return False
    tail = phrases[-1]
    if tail[-1].isalpha():
        return False
    count = 1
    found = _ZIP.fullmatch(tail[-1]) if is_zip(tail[-1]) else None
    if found is None and len(tail) > 1 and tail[-1].isdigit() and len(tail[-1]) == 4 and len(tail[-2]) == 5:
        found, count = _ZIP.fullmatch(tail[-2] + tail[-1]), 2
    if found is None or (len(tail) > count and tail[-count - 1] in _NOT_BEFORE_ZIP):
        if foreign_code(tail[-2:]) or foreign_code(tail[-1:]):
            last.marks.add("FOREIGN")
        elif not last.zip5 and _is_broken_zip(phrases):
            last.marks.add("ZIP_BAD")
            tail.pop()
            return True
        return False
    if last.zip5 and (found[1] != last.zip5 or (found[2] and last.zip4 and found[2] != last.zip4)):
        before = tail[-count - 1] if len(tail) > count else ""
        if before in STATE or (len(tail) == count and len(phrases) > 1) or _ends_line(tail[:-count], last, found[1]):
            last.marks.add("CONFLICT")
            del tail[-count:]
            _drop_empty(phrases)
            return True
        return False
    last.zip5, last.zip4 = found[1], found[2] or last.zip4
    del tail[-count:]
    _drop_empty(phrases)
    return True


def _ends_line(words: list[str], last: LastLine, code: str) -> bool:
    """Whether a ZIP Code in use stands right behind a street's suffix or the town, as no unit's number does."""
    if len(words) < 3 or not zip_states(code) or behind_road_words(words, len(words)):
        return False
    end = words[-1]
    return end in COMMON_FORM or (end in DIRECTION and words[-2] in COMMON_FORM) or words[-1:] == last.city[-1:]


def _is_broken_zip(phrases: list[list[str]]) -> bool:
    """Whether the last piece stands where a ZIP Code should, after a state, and is none: CHICAGO IL 6060."""
    tail = phrases[-1]
    if len(tail) < 2 or tail[-2] not in STATE or not any(char.isdigit() for char in tail[-1]):
        return False
    return 2 < len(tail[-1]) < 12 and (len(phrases) > 1 or len(tail) > 4)


def _state(phrases: list[list[str]], last: LastLine, after_zip: bool) -> bool:
    if not phrases:
        return False
    tail = phrases[-1]
    longest = min(STATE_WORDS, len(tail)) if tail[-1] in _STATE_ENDS else 0
    for length in range(longest, 0, -1):
        code = STATE.get(" ".join(tail[-length:]))
        if code is None or not _is_state(phrases, last, tail[-length:], code, after_zip):
            continue
        if last.state and last.state != code:
            last.marks.add("CONFLICT")
        last.state = last.state or code
        del tail[-length:]
        _drop_empty(phrases)
        return True
    word = tail[-1]
    if word in CANADA and not (last.state or last.zip5) and (len(tail) > 1 or len(phrases) > 1) and tail[0].isalpha():
        last.marks.add("FOREIGN")
        return False
    if (
        after_zip
        and not last.state
        and len(word) == 2
        and word.isalpha()
        and word not in SUFFIX
        and ((word not in DIRECTION and word not in UNIT and len(tail) > 1) or (len(tail) == 1 and len(phrases) > 1))
    ):
        if word in PROVINCES and not last.zip5:
            last.marks.add("FOREIGN")
        else:
            last.marks.add("STATE_BAD")
            last.leftover.append([word])
        tail.pop()
        _drop_empty(phrases)
        return True
    return False


def _is_state(phrases: list[list[str]], last: LastLine, words: list[str], code: str, after_zip: bool) -> bool:
    """Whether words at the end that can be a state are one here: CT and NE are also COURT and NORTHEAST."""
    tail = phrases[-1]
    alone = len(tail) == len(words)
    if last.state:
        if code != last.state:
            return alone and after_zip
        return alone or after_zip or not tail[0][0].isdigit() or _town_before(tail[: -len(words)], last)
    if len(words) == 2 and " ".join(words) == "NEW YORK" and (alone and len(phrases) > 1 and not after_zip):
        return len(phrases) > 2 or not tail[0][0].isdigit()
    ambiguous = len(words) == 1 and words[0] in _AMBIGUOUS
    if len(" ".join(words)) > 3 and not after_zip and alone and len(phrases) == 1:
        return True
    if last.zip5 and zip_states(last.zip5):
        fits = code in zip_states(last.zip5)
        if fits:
            return (
                not (words[0] in COMMON_FORM or words[0] in DIRECTION)
                or alone
                or len(phrases) > 1
                or _suffix_before(tail)
            )
        if alone and after_zip and len(phrases) > 2:
            return True  # a state in its place, though the ZIP Code is of another: DOVER, DE 60608
        return (not ambiguous and (after_zip or alone)) or (len(phrases) > 1 and not alone and tail[0][0].isalpha())
    if ambiguous:
        return (
            (len(phrases) > 1 and (alone or not tail[0][0].isdigit()))
            or _suffix_before(tail)
            or not tail[0][0].isdigit()
        )
    if len(words[0]) > 3 and not alone and len(phrases) == 1 and tail[0][0].isdigit():
        return _suffix_before(tail) or len(tail) - len(words) > 3
    return True


def _town_before(words: list[str], last: LastLine) -> bool:
    """Whether the town of its own column stands at the end: 12 OAK ST SPRINGFIELD, before the state."""
    return last.own_city and len(words) > len(last.city) > 0 and words[-len(last.city) :] == last.city


def _suffix_before(tail: list[str]) -> bool:
    """Whether a suffix stands earlier in the phrase with a town between: 10 OAK CT HARTFORD CT."""
    return any(word in SUFFIX for word in tail[2:-2])


def _town(phrases: list[list[str]], last: LastLine) -> bool:
    if not phrases:
        return False
    tail = phrases[-1]
    if last.state and len(tail) > 1 and STATE.get(tail[-1]) == last.state and tail[0].isalpha() and len(phrases) > 1:
        tail.pop()  # Wallingford Ct, CT
    elif last.state and len(tail) == 1 and STATE.get(tail[0]) == last.state and len(phrases) > 2:
        phrases.pop()
        return True
    if last.city:
        return _repeated_town(phrases, last)
    if not is_town(tail, alone=len(phrases) == 1, anchored=bool(last.state or last.zip5), state=last.state):
        return False
    last.city = tail
    phrases.pop()
    return True


def _repeated_town(phrases: list[list[str]], last: LastLine) -> bool:
    tail = phrases[-1]
    count = len(last.city)
    if tail == last.city and len(phrases) > 1:
        phrases.pop()
        return True
    if last.own_city and len(tail) > count + 2 and tail[-count:] == last.city and tail[0][0].isdigit():
        before = tail[-count - 1]
        if before in SUFFIX or before in DIRECTION or (len(tail) > count + 3 and tail[-count - 2] in UNIT):
            del tail[-count:]
            return True
    return False


def is_town(words: list[str], *, alone: bool, anchored: bool, state: str) -> bool:
    """Whether a phrase can be the name of a town: letters, no unit, box or number."""
    first = words[0]
    if not first.isalpha() or len(words) > 6 or is_in_building(words) or not all(word.isalnum() for word in words):
        return False
    if first in DIRECTION and (len(words) == 1 or (len(words) == 2 and words[1] in DIRECTION)):
        return anchored and not alone and len(words) == 1 and len(first) > 3  # WEST, TX 76691
    if first in UNIT:
        saint = first == "STE" and anchored and len(words) > 1 and len(words[1]) > 2  # STE GENEVIEVE
        if (UNIT[first][2] == "strong" and not saint) or (len(words) > 1 and words[1][0].isdigit()):
            return False
    if len(words) > 1 and first in _OPENERS:
        return first == "BOX" and words[1] == "ELDER"
    if any(word[0].isdigit() for word in words):
        return False
    if alone or not anchored:
        if len(words) > 1 and SUFFIX.get(words[-1]) in _STREETS:
            return False
        if any(word in _STREET_WORDS for word in words[1:-1]):
            return False  # WALL STREET NEW YORK
    return first not in _THIRD_PARTY or (*words, state) in PHRASES["reallytown"]  # FRIEND, NE 68359
