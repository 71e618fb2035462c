"""Who may read the answer: the roster's entries, and the keys that a request's `recipients` name.

26 USC 6103(i)(2)(A): officers and employees of the asking agency "who are personally and directly engaged".
Each entry is read once for a batch; a request answers only for the entries that it names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from counterfoil.examination.texts import fold, lexicon, says_nothing, words
from counterfoil.law import Law, read_office
from counterfoil.request import RosterEntry

FAULTS: Final = ("missing", "group", "contractor", "not_engaged", "other_agency")


class Recipients(NamedTuple):
    """The recipients of one request: the roster keys that were found, and each fault with what shows it."""

    keys: tuple[str, ...]
    faults: Mapping[str, str]


class Roster:
    """A roster read once. `entries` None: there is no manifest, and keys are judged by their own words."""

    def __init__(self, entries: tuple[RosterEntry, ...] | None, of_agency: Callable[[str], bool]) -> None:
        """`of_agency` tells whether a text names the asking agency."""
        self._known = entries is not None
        listed = entries or ()
        shared = Counter(fold(entry.email) for entry in listed if entry.email.strip())
        keys = Counter(entry.key.strip() for entry in listed)
        self._faults: dict[str, dict[str, str]] = {}
        for entry in listed:
            faults = self._faults.setdefault(entry.key.strip(), {})
            faults.update(entry_faults(entry, of_agency))
            if shared[fold(entry.email)] > 1:
                faults.setdefault("group", "the e-mail address serves more than one entry")
            if keys[entry.key.strip()] > 1:
                faults.setdefault("group", "the key stands for more than one entry")
        self._read: dict[str, Recipients] = {}

    def recipients(self, text: str) -> Recipients:
        """What a cell of recipients names. Cached: rows of a batch share few cells."""
        found = self._read.get(text)
        if found is None:
            if len(self._read) > 200_000:
                self._read.clear()
            found = self._read[text] = self._resolve(text)
        return found

    def _resolve(self, text: str) -> Recipients:
        if says_nothing(text):
            return Recipients((), {"missing": "no recipient is named"})
        named = tuple(dict.fromkeys(key for key in re.split(r"[\s,;|]+", text.strip()) if key))
        faults: dict[str, str] = {}
        if not self._known:
            faults.update(text_faults(text))
            return Recipients(named, faults)
        strangers = [key for key in named if key not in self._faults]
        for key in named:
            for fault, shown in self._faults.get(key, {}).items():
                faults.setdefault(fault, f"{key[:40]}: {shown}")
        if strangers:
            own = text_faults(text)
            faults.update({fault: shown for fault, shown in own.items() if fault not in faults})
            if not own:
                faults["missing"] = f"{strangers[0][:40]} is no key of the roster"
        return Recipients(tuple(key for key in named if key in self._faults), faults)


def entry_faults(entry: RosterEntry, of_agency: Callable[[str], bool]) -> dict[str, str]:
    """What keeps one entry from being an officer or employee personally and directly engaged."""
    faults: dict[str, str] = {}
    lists = _lists()
    name = _joined(words(entry.name))
    if says_nothing(entry.name):
        faults["missing"] = "the entry names nobody"
    elif shown := _group_name(name, entry.name) or _group_mail(entry.email, name):
        faults["group"] = shown
    plain = entry.agency.replace(".", "")  # L.L.C.
    everything = words(f"{entry.name} {entry.title} {entry.role} {plain} {entry.email.replace('.', ' ')}")
    if hit := next((word for word in everything if word in lists["contractor"]), ""):
        faults["contractor"] = f"the entry says {hit!r}"
        return faults  # who is no officer or employee at all needs no other reason
    if shown := _not_engaged(entry):
        faults["not_engaged"] = shown
    if not of_agency(entry.agency):
        faults["other_agency"] = (
            f"the agency is {entry.agency.strip()[:40]!r}" if entry.agency.strip() else "no agency is named"
        )
    return faults


def text_faults(text: str) -> dict[str, str]:
    """What the words of a recipients cell show where they are no keys of a roster."""
    faults: dict[str, str] = {}
    lists = _lists()
    found = _joined(words(text))
    address = next((part for part in text.split() if "@" in part), "")
    if hit := next((word for word in found if word in lists["contractor"]), ""):
        faults["contractor"] = f"the cell says {hit!r}"
    strong = next((word for word in found if word in lists["group"]), "")
    if strong or (address and _group_mail(address, ())):
        faults["group"] = f"the cell says {(strong or address)[:40]!r}"
    spoken = " ".join(found)
    if len(found) > 1 and (_never().search(spoken) or (found[0] in {"it", "data"} or "architect" in found)):
        faults["not_engaged"] = "the cell names a task of handling data"
    return faults


def _joined(found: tuple[str, ...]) -> tuple[str, ...]:
    """ "task force" as one word."""
    return tuple(" ".join(found).replace("task force", "taskforce").split())


def _group_name(name: tuple[str, ...], text: str) -> str:
    """A team, an office, several persons, or one word alone is not one named person."""
    letters = [word for word in name if not word.isdigit()]
    lists = _lists()
    if hit := next((word for word in letters if word in lists["group"] - lists["surnames_too"]), ""):
        return f"the name says {hit!r}"
    if "@" in text:
        return "the name is an e-mail address"
    if len([word for word in letters if len(word) > 1]) < 1 or len(letters) < 2:
        return "the name is not the full name of one person"
    if re.search(r"\s(?:and|or|&|und|y)\s|[/;+]|\bet al\b", fold(text)):
        return "the name is that of several persons"
    if all(word in lists["group_mail"] or word in lists["group"] or word in lists["post"] for word in letters):
        return "the name is that of an office"
    if hit := next((word for word in letters if word in lists["office_sign"]), ""):
        return f"the name says {hit!r}"
    return ""


def _group_mail(email: str, name: tuple[str, ...]) -> str:
    """A mailbox is a group's where all its words are, or one of them is beyond doubt."""
    local = fold(email).split("@", 1)[0]
    parts = [part for part in re.split(r"[^a-z]+", local) if part]
    lists = _lists()
    if not parts or any(part in name for part in parts if len(part) > 2):
        return ""
    if all(part in lists["group"] or part in lists["group_mail"] for part in parts):
        return f"{email.strip()[:60]!r} is a group's mailbox"
    if any(part in lists["office_sign"] for part in parts):
        return f"{email.strip()[:60]!r} is an office's mailbox"
    strong = {
        "team",
        "teams",
        "group",
        "mailbox",
        "shared",
        "inbox",
        "distro",
        "intake",
        "helpdesk",
        "noreply",
        "squad",
        "unit",
        "taskforce",
    }
    hit = next((part for part in parts if part in strong), "")
    return f"{email.strip()[:60]!r} is a group's mailbox" if hit else ""


def _not_engaged(entry: RosterEntry) -> str:
    lists = _lists()
    if fold(entry.engaged).removesuffix(" engaged") not in lists["yes"]:
        return "not certified as engaged"
    title, role = words(entry.title), words(entry.role)
    if not title and not role:
        return "neither title nor role is given"
    works = bool(lists["engaged"] & set(role))
    for label, found in (("title", title), ("role", role)):
        spoken = " ".join(found)
        if _never().search(spoken):
            return f"the {label} is {spoken[:40]!r}"
        engaged = works or any(word in lists["engaged"] for word in found) or "deportation officer" in spoken
        if engaged or not found:
            continue
        if label == "role" and any(word in lists["civil_roles"] for word in found):
            return f"the role is {spoken[:40]!r}"
        if all(word in lists["not_engaged"] or len(word) < 3 for word in found) or _handles(found):
            return f"the {label} is {spoken[:40]!r}"
    return ""


def _handles(found: tuple[str, ...]) -> bool:
    """Words that are no investigator's, whatever stands beside them."""
    plain = _lists()["not_engaged"] - {
        "officer",
        "chief",
        "head",
        "director",
        "deputy",
        "employee",
        "general",
        "support",
        "operations",
        "specialist",
        "security",
        "financial",
        "assistant",
        "public",
    }
    return any(word in plain for word in found)


def agency_test(law: Law, agencies: tuple[str, ...]) -> Callable[[str], bool]:
    """A test whether a text names the asking agency ("ICE", "DHS/ICE", "HSI Chicago") and no other.

    `agencies` are the keys of the agencies of the agreement; a department named beside its agency is no other.
    """
    allowed = set(agencies) | {law.agencies[key].parent for key in agencies if key in law.agencies}
    components = {name for key in agencies for name in map(str, lexicon("roster")["components"].get(key, ()))}

    @lru_cache(maxsize=4096)
    def of_agency(text: str) -> bool:
        office = read_office(text, law)
        if office.non_federal or not set(office.agencies) <= allowed:
            return False
        spoken = f" {' '.join(words(text.replace('.', '')))} "
        return any(key in agencies for key in office.agencies) or any(f" {name} " in spoken for name in components)

    return of_agency


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    found = lexicon("roster")
    return {name: frozenset(map(str, found[name])) for name in found if isinstance(found[name], list)}


@lru_cache(maxsize=1)
def _never() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(lexicon("roster")["never"]) + r")\b")
