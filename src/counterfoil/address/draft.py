"""What is read of an address bit by bit, and the Address that it becomes."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from counterfoil.address.keys import place_key_of, with_network
from counterfoil.address.lastline import LastLine
from counterfoil.address.model import Address, Form, Written
from counterfoil.address.numbers import name_word, standard_name
from counterfoil.address.street import Street, is_entrance, remark_of
from counterfoil.address.tables import SUFFIX_NAME, zip_states

_UNREADABLE: Final = Form.UNREADABLE
_STREET: Final = Form.STREET
_MILITARY: Final = Form.MILITARY
_STREETS: Final = (Form.STREET, Form.PUERTO_RICO)
_ROUTES: Final = (Form.RURAL_ROUTE, Form.HIGHWAY_CONTRACT)


class Draft:
    """What has been read so far; becomes an Address at the end."""

    def __init__(self, last: LastLine, marks: set[str]) -> None:
        self.last = last
        self.marks = marks
        self.street: Street | None = None
        self.form = _UNREADABLE
        self.box = ""
        self.bare = False  # the box is one without PO or a route
        self.beside: list[str] = []  # a road without a house number, or a route, beside a box
        self.route = ""
        self.urbanization = ""
        self.units: list[tuple[str, str, str]] = []
        self.unknown: list[str] = []
        self.leftover: list[list[str]] = []
        self.notes: list[list[str]] = []  # remarks that are compared only with another's remark

    def take_remark(self, remark: list[str], may_be_dwelling: bool) -> None:
        """Keeps a remark; one that may name a dwelling is looked at in a comparison."""
        if not remark:
            return
        if may_be_dwelling:
            if not is_entrance(remark):
                self.marks.add("GLUED")
            self.leftover.append(remark)
        else:
            self.notes.append(remark)


def finish(written: Written, draft: Draft, words: tuple[str, ...]) -> Address:
    """The Address of what has been read: its form is settled, and whether it is read for sure."""
    last, marks, street = draft.last, draft.marks, draft.street
    region = last.state or _one_state(last.zip5)
    form = draft.form
    if street is not None and (street.number or form is _UNREADABLE) and form is not _MILITARY:
        route_line = form in _ROUTES
        if street.number or not (draft.box or form is Form.GENERAL_DELIVERY):
            form = Form.PUERTO_RICO if region == "PR" else _STREET
        if route_line:
            draft.route = ""
    if form is _UNREADABLE and len(last.city) > 1 and last.city[0] in _SHIPS and last.city[-1] in _POST_OFFICES:
        draft.leftover.insert(0, last.city[:-1])  # USS WEBB FPO AP
        last.city = last.city[-1:]
    city = " ".join(last.city)
    if not written.city.isalpha() and _is_code(written.city):
        marks.add("CODE")
    town = _town_of(city)
    if len(town) < _LONGEST_SHORT:
        town = _SHORT_TOWNS.get((town, region), town)
    if "MOUNT" in city:
        marks |= {f"TOWN_{word}" for word in last.city if word in ("MOUNT", "MOUNTAIN")}
    if form is _UNREADABLE and town in _POST_OFFICES and (draft.units or _is_ship(draft)):
        form = Form.MILITARY
        draft.route = " ".join(f"UNIT {number}" for _, number, _ in draft.units) or " ".join(draft.leftover.pop(0))
        draft.units.clear()
    if len(draft.units) > 1 and _two_dwellings(draft.units):
        marks.add("LIST")  # APT 1, APT 2
    if street is not None and form not in _STREETS:
        _beside_box(draft, street)
    if draft.beside and form in _STREETS:
        draft.beside.clear()
    read = Address()
    read.form, read.written, read.words = form, written, words
    if marks:
        read.marks = frozenset(marks)
    read.city, read.town, read.state, read.region = city, town, last.state, region
    read.zip5, read.zip4 = last.zip5, last.zip4
    if street is not None and form in _STREETS:
        _fill_street(read, street)
    _fill_rest(read, draft, street)
    if form is not _UNREADABLE and _is_sure(form, read.number, read.stem, draft):
        read.sure = True
        read.place = place_key_of(form, read.number, read.stem, draft.box, draft.route, region)
    return read


def _beside_box(draft: Draft, line: Street) -> None:
    """Keeps of a road without a house number beside a box what may tell two boxes apart.

    A bare box is the road's own (HIGHWAY 20 BOX 7). Beside a Post Office's box or a route's, a road's name is an
    additional designation (Publication 28, section 245) and dropped; not so with a number in it, which may be a unit.
    """
    name = with_network(" ".join(line.name), line.road)
    kept = [word for part in (line.pre, name, SUFFIX_NAME.get(line.suffix, ""), line.post) for word in part.split()]
    if draft.bare and not draft.route:
        draft.route = " ".join(kept)
    elif any(len(word) == 1 or not word.isalpha() for word in line.name):
        draft.beside += kept


@lru_cache(maxsize=65536)
def _is_code(city: str) -> bool:
    """What a spreadsheet or a template leaves where a town should be: #REF!, =A1, {{city}}."""
    return not _SIGNS.isdisjoint(city)


@lru_cache(maxsize=65536)
def _town_of(city: str) -> str:
    """A town's name for comparison, its words in one form and without blanks."""
    town = "".join([name_word(word, False).replace("MOUNTAIN", "MOUNT") for word in city.split()])
    return "NEWYORK" if town == "NEWYORKCITY" else town


def _fill_street(read: Address, line: Street) -> None:
    read.number, read.predirectional, read.street = line.number, line.pre, " ".join(line.name)
    read.suffix, read.postdirectional, read.road, read.stem = line.suffix, line.post, line.road, line.stem


def _fill_rest(read: Address, draft: Draft, street: Street | None) -> None:
    read.box, read.route, read.urbanization = draft.box, draft.route, draft.urbanization
    if draft.units:
        read.unit_designator, read.unit, _ = draft.units[0]
        read.units = tuple([(group, number) for _, number, group in draft.units])
        if len(draft.units) > 1:
            read.units = tuple(sorted(set(read.units)))
    if draft.leftover or draft.beside:
        read.unknown = _unknown(draft)
    remark = street.remark if street is not None else []
    if draft.notes or remark:
        read.remark = remark_of([*remark, *(word for note in draft.notes for word in note)])
    if draft.leftover or draft.notes:
        read.leftover = tuple(tuple(phrase) for phrase in (*draft.leftover, *draft.notes))


_SHORT_TOWNS: Final = {
    ("LA", "CA"): "LOSANGELES", ("NYC", "NY"): "NEWYORK", ("SF", "CA"): "SANFRANCISCO", ("PHILA", "PA"): "PHILADELPHIA",
    ("PHILLY", "PA"): "PHILADELPHIA", ("SLC", "UT"): "SALTLAKECITY", ("NOLA", "LA"): "NEWORLEANS",
}  # fmt: skip
"""Short names of cities, each in its own state."""
_LONGEST_SHORT: Final = 7
_SIGNS: Final = frozenset("#=!{}<>[]$^|~\\")
_POST_OFFICES: Final = frozenset({"APO", "FPO", "DPO"})
_SHIPS: Final = frozenset({"USS", "USNS", "USCGC", "USCG", "SHIP"})


def _two_dwellings(units: list[tuple[str, str, str]]) -> bool:
    numbers = {(group, number) for _, number, group in units if group != "any"}
    return len({group for group, _ in numbers}) < len(numbers)


def _is_ship(draft: Draft) -> bool:
    return bool(draft.leftover) and draft.leftover[0][0] in _SHIPS


def _one_state(zip5: str) -> str:
    states = zip_states(zip5) if zip5 else ()
    return states[0] if len(states) == 1 else ""


def _unknown(draft: Draft) -> tuple[str, ...]:
    words: list[str] = []
    for phrase in (*draft.leftover, draft.beside):
        words.extend(standard_name(phrase))
    return tuple(words)


_DOUBT: Final = frozenset("WILD MASK LIST MULTIPLE CONTROL MIXED SCRIPT CONTACT CODE CONFLICT LONG UNIT_NEEDED".split())  # noqa: SIM905


def _is_sure(form: Form, number: str, stem: str, draft: Draft) -> bool:
    marks = draft.marks
    if marks and (not _DOUBT.isdisjoint(marks) or ("TOWN_OR_DIRECTION" in marks and not draft.last.zip5)):
        return False
    if form is _STREET:
        return bool(number and stem) and number.strip("0") != ""
    if form is Form.PUERTO_RICO:
        return bool(number and stem)
    if form is Form.PO_BOX:
        return bool(draft.box)
    if form in _ROUTES:
        return bool(draft.box)
    if form is Form.MILITARY:
        return bool(draft.box or draft.route)
    return True
