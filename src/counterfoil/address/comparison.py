"""Are two addresses the same delivery point? A conjunction of comparisons; one contradiction is a no.

Each element is equal, absent on one side, or contradicting. What is absent on one side is accepted only
where the rule says so, most often from the street book (`Places`). The page docs/reference/address-rules.md
states each rule in words.
"""

from __future__ import annotations

from typing import Final

from counterfoil.address.model import Address, Comparison, Form
from counterfoil.address.places import Places, Variant, has_number, is_rare, variant_of, zones_of
from counterfoil.address.sight import names_another_place
from counterfoil.address.street import agree
from counterfoil.address.unit import same_units

_SAME: Final = Comparison(True, ("all elements equal",))
_UNSURE: Final = Comparison(False, ("an address that is not read for sure",))
_OTHER_STATE: Final = Comparison(False, ("state differs",))
_OTHER_NUMBER: Final = Comparison(False, ("house number differs",))
_OTHER_NAME: Final = Comparison(False, ("street name differs",))
_OTHER_ROUTE: Final = Comparison(False, ("route differs",))
_OTHER_BOX: Final = Comparison(False, ("box differs",))
_STREETS: Final = (Form.STREET, Form.PUERTO_RICO)
_ELEMENTS: Final = ("predirectional", "suffix", "postdirectional", "road network", "urbanization")
_DIRECTIONS: Final = (0, 2)
_SUFFIX: Final = 1
_CROSS: Final = "CROSS"
_MAILBOX: Final = "mailbox"


def compare(asked: Address, on_file: Address, places: Places | None = None) -> Comparison:
    """Whether two addresses are the same delivery point, with the reasons for the auditor.

    Symmetric. `places` is the custodian's street book; without it nothing absent is supplied.
    """
    if not (asked.sure and on_file.sure):
        return _UNSURE
    if asked.place != on_file.place:
        return _first_difference(asked, on_file)
    why: list[str] = []
    if asked.form in _STREETS:
        same = (
            _mounts(asked, on_file, why)
            and _remarks(asked, on_file, why)
            and _street(asked, on_file, places, why)
            and _units(asked, on_file, places, why)
            and _boxes(asked, on_file, why)
            and _last_line(asked, on_file, places, why)
        )
    else:
        same = _other_forms(asked, on_file, places, why)
    if same and not why:
        return _SAME
    return Comparison(same, tuple(why))


def _first_difference(a: Address, b: Address) -> Comparison:
    if a.form is not b.form and not (a.form in _STREETS and b.form in _STREETS):
        return Comparison(False, (f"form differs: {a.form.value}, {b.form.value}",))
    if a.region != b.region:
        return _OTHER_STATE
    if a.number != b.number:
        return _OTHER_NUMBER
    if a.stem != b.stem:
        return _OTHER_NAME
    return _OTHER_ROUTE if a.route != b.route else _OTHER_BOX


def _street(a: Address, b: Address, places: Places | None, why: list[str]) -> bool:
    one, two = variant_of(a), variant_of(b)
    if one == two:
        return True
    moved = _moved(one, two)
    if moved is not None:
        one, two = moved
    elif one.predirectional != two.predirectional and one.postdirectional != two.postdirectional:
        why.append("directionals contradict")
        return False
    absent = []
    for i in range(len(_ELEMENTS)):
        if one[i] == two[i]:
            continue
        if one[i] and two[i]:
            why.append(f"{_ELEMENTS[i]} contradicts: {one[i]}, {two[i]}")
            return False
        absent.append(i)
    names = ", ".join(_ELEMENTS[i] for i in absent) or "directional"
    if _SUFFIX in absent and _CROSS in (a if a.suffix == "" else b).marks:
        why.append(f"{names} on one side only, beside a second street, which may be meant")  # 900 OAK / ELM ST
        return False
    if places is None:
        why.append(f"{names} on one side only" if moved is None else "directional before and after the name")
        return False
    if not _supplied(a, b, places, (one, two, absent, moved is not None)):
        why.append(f"{names} on one side only, and the file does not show one variant of the street")
        return False
    why.append(f"{names} supplied: the file shows one variant of the street")
    return True


def _moved(one: Variant, two: Variant) -> tuple[Variant, Variant] | None:
    """A directional before the name on one side and after it on the other, brought to the front of both."""
    if bool(one.predirectional) == bool(one.postdirectional) or bool(two.predirectional) == bool(two.postdirectional):
        return None
    if one.predirectional == two.postdirectional and one.postdirectional == two.predirectional:
        return _fronted(one), _fronted(two)
    return None


def _fronted(variant: Variant) -> Variant:
    if variant.postdirectional and not variant.predirectional:
        return variant._replace(predirectional=variant.postdirectional, postdirectional="")
    return variant


def _supplied(a: Address, b: Address, places: Places, how: tuple[Variant, Variant, list[int], bool]) -> bool:
    """Whether the file shows one variant only of the street, and it has what one side lacks."""
    one, two, absent, moved = how
    wanted = [x or y for x, y in zip(one, two, strict=True)]
    seen = set()
    zones = dict.fromkeys((*zones_of(a), *zones_of(b)))
    for variant, numbers in places.variants(zones, a.stem).items():
        if _SUFFIX not in absent and is_rare(variant):
            continue  # OAK XING is another street for who says OAK AVE
        if moved:
            variant = _fronted(variant)
        if any(variant[i] and variant[i] != wanted[i] for i in range(len(wanted)) if i not in absent and wanted[i]):
            continue  # a street that neither side can mean
        for i in absent:
            if variant[i] == wanted[i]:
                seen.add(i)
            elif variant[i]:
                return False  # a twin: N OAK ST beside S OAK ST
            elif i in _DIRECTIONS and variant.suffix in ("", wanted[1]) and numbers - {a.number}:
                return False  # OAK ST with other numbers beside N OAK ST
        if moved and variant.predirectional == wanted[0]:
            seen.add(0)
        elif moved and variant.predirectional:
            return False
    return seen.issuperset(absent) and (not moved or 0 in seen)


def _units(a: Address, b: Address, places: Places | None, why: list[str]) -> bool:
    units = same_units(a.units, b.units) if a.units or b.units else True
    if units is False:
        why.append("unit contradicts")
        return False
    words = a.unknown == b.unknown or _names_both_towns(a, b) or _names_both_towns(b, a)
    if not words and a.unknown and b.unknown and not _one_within(a.unknown, b.unknown):
        why.append("words beside the street contradict")
        return False
    if units and words:
        return True
    if not words and (has_number(a.unknown) or has_number(b.unknown) or "GLUED" in a.marks | b.marks):
        why.append("words beside the street on one side only, which may name a unit or street")
        return False
    if not words and (names_another_place(a.unknown) or names_another_place(b.unknown)):
        why.append("words beside the street on one side only, by which another place is meant")
        return False
    if units is None and _has_mailbox(a) != _has_mailbox(b):
        why.append("a private mailbox on one side only, which is no part of the house")
        return False
    what = "unit" if units is None else "words beside the street"
    if places is None:
        why.append(f"{what} on one side only")
        return False
    zones = dict.fromkeys((*zones_of(a), *zones_of(b)))
    if places.has_units(zones, a.number, a.stem) is not False:
        why.append(f"{what} on one side only, and the file does not show a building without units")
        return False
    why.append(f"{what} on one side only: the building has no units on file")
    return True


def _has_mailbox(address: Address) -> bool:
    """A private mailbox, rented from a company at this house's number (Publication 28, section 284)."""
    return any(group == _MAILBOX for group, _ in address.units)


def _names_both_towns(a: Address, b: Address) -> bool:
    """One side names the other's town before its own: CAMP WEXLEY, ALDERMERE, IL 62704 and CAMP WEXLEY, IL 62704."""
    return bool(a.unknown and not b.unknown and a.zip5 and a.zip5 == b.zip5 and "".join(a.unknown) == b.town)


def _one_within(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    return set(one) <= set(two) or set(two) <= set(one)


def _mounts(a: Address, b: Address, why: list[str]) -> bool:
    """MT is a short form of MOUNT, and in use for MOUNTAIN; but the two written out are two names (Appendix C1)."""
    if not (a.marks and b.marks):
        return True
    for mount, mountain, what in (("MOUNT", "MOUNTAIN", "street name"), ("TOWN_MOUNT", "TOWN_MOUNTAIN", "town")):
        if (mount in a.marks and mountain in b.marks) or (mountain in a.marks and mount in b.marks):
            why.append(f"{what} contradicts: MOUNT, MOUNTAIN")
            return False
    if "MOUNTAIN" in a.marks and "MOUNTAIN" in b.marks and _order_of_mounts(a) != _order_of_mounts(b):
        why.append("street name contradicts: MOUNT, MOUNTAIN in another order")
        return False
    return True


def _order_of_mounts(address: Address) -> list[str]:
    return [word for word in address.street.split() if word in ("MOUNT", "MOUNTAIN")]


def _remarks(a: Address, b: Address, why: list[str]) -> bool:
    """Two cross streets of one house have a name in common, as far as both sides say one."""
    if not (a.remark and b.remark) or agree(a.remark, b.remark):
        return True
    why.append("remarks contradict: two cross streets or road numbers")
    return False


def _boxes(a: Address, b: Address, why: list[str]) -> bool:
    if a.box != b.box:
        if a.box and b.box:
            why.append("box beside the street contradicts")
            return False
        why.append("box beside the street on one side only")
    return True


def _last_line(a: Address, b: Address, places: Places | None, why: list[str]) -> bool:
    if a.zip5 == b.zip5:
        if a.zip4 != b.zip4 and a.zip4 and b.zip4:
            why.append("ZIP+4 contradicts")
            return False
        if a.town == b.town or (a.zip5 and not (a.town and b.town)):
            return True
        if _names_both_towns(a, b) or _names_both_towns(b, a):
            why.append("one side names two towns, and the other one of them, with one ZIP Code")
            return True
        why.append("town contradicts" if a.town and b.town else "town on one side only")
        return False
    if a.town and b.town and a.town != b.town:
        why.append("town contradicts")
        return False
    if not (a.zip5 and b.zip5):
        return _absent_zip(a, b, places, why)
    return _second_zip(a, b, places, why)


def _absent_zip(a: Address, b: Address, places: Places | None, why: list[str]) -> bool:
    if a.town and a.town == b.town:
        why.append("ZIP Code on one side only, town and state equal")
        return True
    zip5, town = a.zip5 or b.zip5, a.town or b.town
    other = b if a.zip5 else a
    if other.town and places is not None and zip5 in places.zips_of_town(town, a.region):
        why.append("town on one side, ZIP Code on the other: the file shows the town in it")
        return True
    why.append("no town and no ZIP Code in common")
    return False


def _second_zip(a: Address, b: Address, places: Places | None, why: list[str]) -> bool:
    """Two ZIP Codes of one town: accepted where the file shows the town in both, and the street apart in none."""
    if not a.town or a.town != b.town or places is None:
        why.append("ZIP Code contradicts")
        return False
    known = places.zips_of_town(a.town, a.region)
    if a.zip5 not in known or b.zip5 not in known:
        why.append("ZIP Code contradicts: the file does not show the town in both")
        return False
    if all(_has_other_number(places, zip5, a) for zip5 in (a.zip5, b.zip5)):
        why.append("ZIP Code contradicts: the file shows a street of this name in each")
        return False
    why.append("two ZIP Codes of one town, the street known in one")
    return True


def _has_other_number(places: Places, zip5: str, address: Address) -> bool:
    streets = places.variants((zip5,), address.stem).items()
    return any(numbers - {address.number} for variant, numbers in streets if not is_rare(variant))


def _other_forms(a: Address, b: Address, places: Places | None, why: list[str]) -> bool:
    """Boxes, routes, general delivery and military addresses: a second ZIP Code is another post office."""
    if a.units != b.units or a.unknown != b.unknown:
        why.append("unit or words beside the box contradict or stand on one side only")
        return False
    if a.zip5 and b.zip5 and a.zip5 != b.zip5:
        why.append("ZIP Code contradicts")
        return False
    if a.zip5 != b.zip5:
        known = places.zips_of_town(a.town, a.region) if places is not None and a.town == b.town else frozenset()
        if len(known) != 1:
            why.append("ZIP Code on one side only")
            return False
        why.append("ZIP Code on one side only: the file shows the town in one")
        return True
    return _last_line(a, b, places, why)
