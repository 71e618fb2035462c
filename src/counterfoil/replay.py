"""Decide again: the one door by which a kept rule set is asked, from the archive that holds it.

An archive of a rule set (`cases/rules/archive.py`) takes this file along with the rooms that it needs. It is
run by itself, never beside the rest of the program:

    python -I -c "import sys; sys.path.insert(0, ARCHIVE); from counterfoil.replay import main; main()"

and speaks lines of JSON: a question on standard input, `recall` lines while it examines, an answer on standard
output. The form of the lines is a promise to every later version (docs/reference/rule-archives.md); what a
question holds are documents as they were signed, adopted and entered, and every version reads those.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from counterfoil import address, agreement, law, person, request
from counterfoil.errors import CounterfoilError, InputError
from counterfoil.examination import Ask, Context, Delivery, Examination, KeyedToken, Override, examine, tax_years
from counterfoil.verification import Asked, Registry, verify

FORM = 1
"""Of the lines. A later form is read beside this one, never in its place."""

Line = dict[str, Any]


def main(asked: TextIO | None = None, told: TextIO | None = None) -> None:
    """Answer the one question on standard input. An error that a person can meet is an answer too."""
    source, target = asked or sys.stdin, told or sys.stdout
    question = json.loads(source.readline())
    try:
        if question.get("form") != FORM:
            raise InputError("This rule set does not know the form of the question.", "Use the version it came with.")
        answer = _TASKS[question["task"]](question, source, target)
    except CounterfoilError as error:
        answer = {"error": [error.what, error.do, *error.details]}
    _say(target, {**answer, "rule_set": law.rule_set().sha256, "strangers": _strangers()})


def _examine(question: Mapping[str, Any], source: TextIO, target: TextIO) -> Line:
    """The examination of a batch: findings, outcomes and repetitions, row by row."""
    context = _context(question, _History(source, target))
    rows = (_request(record, position) for position, record in enumerate(question["requests"]))
    found = examine(rows, context)
    return {"examination": _told(found)}


def _confirm(question: Mapping[str, Any], source: TextIO, target: TextIO) -> Line:  # noqa: ARG001
    """One bit for each request given: its position is among `confirmed`, or it is not. No other registry is asked."""
    registry = Registry.open(Path(question["registry"]))
    try:
        here, wanted = str(registry.info()["id"]), question["registry_id"]
        if here != wanted:
            raise InputError(
                f"The registry that was asked then is {wanted or 'not on record'}; the one here is {here}.",
                "Name a folder that holds the registry of then, from a backup. Nothing was looked up.",
            )
        asked = [_asked(_request(record, position)) for position, record in question["asked"]]
        verdict = verify(registry, asked)
        return {"confirmed": sorted(verdict.confirmed), "looked_up": verdict.looked_up, "registry": here}
    finally:
        registry.close()


_TASKS: Mapping[str, Callable[[Mapping[str, Any], TextIO, TextIO], Line]] = {"examine": _examine, "confirm": _confirm}


class _History:
    """What was asked before, told by who asked the question: one line there, one line back."""

    def __init__(self, source: TextIO, target: TextIO) -> None:
        self._source, self._target = source, target

    def recall(self, asked: Sequence[Ask]) -> Sequence[Ask]:
        if not asked:
            return ()
        _say(self._target, {"recall": [ask_line(ask) for ask in asked]})
        return [ask_of(line) for line in json.loads(self._source.readline())["asks"]]


def ask_line(ask: Ask) -> Line:
    """An ask as a line holds it."""
    return {**asdict(ask), "at": ask.at.isoformat()}


def ask_of(line: Mapping[str, Any]) -> Ask:
    """The ask again; what a later version adds is left out, and what an earlier one lacks is not known."""
    known = {"question": ""} | {field.name: line[field.name] for field in fields(Ask) if field.name in line}
    return Ask(**{**known, "surnames": tuple(line["surnames"]), "at": datetime.fromisoformat(line["at"])})


def _context(question: Mapping[str, Any], history: _History) -> Context:
    signed = question["manifest"]
    official = question["official"]
    safeguards = question["safeguards"]
    delivery = question["delivery"]
    return Context(
        law=law.load(),
        agreement=_agreement(question["agreement"], question["adopted"]),
        on=datetime.fromisoformat(question["on"]),
        manifest=request.unverified_manifest(signed) if signed else None,
        delivery=Delivery(**{**delivery, "received_at": datetime.fromisoformat(delivery["received_at"])}),
        official=agreement.Official(**{**official, **_days(official)}) if official else None,
        safeguards=agreement.read_safeguards(safeguards) if safeguards else None,
        orders=tuple(agreement.read_order(order) for order in question["orders"]),
        overrides=tuple(Override(**{**act, **_instants(act)}) for act in question["overrides"]),
        history=history,
        batch_key=question["batch"],
        token=KeyedToken(bytes.fromhex(question["token_key"])),
    )


def _agreement(wanted: str, adopted: Mapping[str, Any]) -> agreement.Agreement:
    """The agreement as adopted then, else this version's own; an unknown one is never in force."""
    own = agreement.built_in()
    if wanted in adopted:
        return agreement.read(adopted[wanted])
    if wanted in own:
        return own[wanted]
    first = agreement.DEFAULT
    default = agreement.read(adopted[first]) if first in adopted else own[first]
    return replace(default, id=wanted, signed=None, effective=None)


def _days(official: Mapping[str, Any]) -> Line:
    days = {name: official[name] for name in ("starts", "ends")}
    return {name: datetime.fromisoformat(day).date() if day else None for name, day in days.items()}


def _instants(act: Mapping[str, Any]) -> Line:
    return {name: datetime.fromisoformat(act[name]) for name in ("starts", "ends")}


def _request(record: Mapping[str, Any], position: int) -> request.Request:
    """A request from its record in the ledger; a column of another version is oversupply here."""
    values = dict(record)
    oversupplied = list(values.pop("oversupplied", ()))
    known = {*request.COLUMNS, "malformed"}
    oversupplied += sorted(name for name in values if name not in known)
    kept = {name: value for name, value in values.items() if name in known}
    return request.Request(position=position, oversupplied=tuple(oversupplied), **kept)


def _asked(one: request.Request) -> Asked:
    return Asked(
        position=one.position,
        name=person.parse(one.name),
        address=address.parse(one.address),
        years=frozenset(tax_years(one.tax_years)),
        date_of_birth=one.date_of_birth.strip(),
        tin=one.tin.strip(),
    )


def _told(found: Examination) -> Line:
    return {
        "batch": [[finding.code, finding.field] for finding in found.batch],
        "rows": {
            position: [[finding.code, finding.field] for finding in findings]
            for position, findings in enumerate(found.rows)
            if findings
        },
        "outcomes": [found.outcome(position) for position in range(len(found.rows))],
        "duplicates": {position: list(of) for position, of in found.duplicates.items()},
        "to_review": sorted(found.to_review),
    }


def _strangers() -> list[str]:
    """Modules of this program that did not come from the archive: there must be none."""
    home = Path(__file__).resolve().parent
    loaded = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    ours = {name: file for name, file in loaded.items() if name.split(".")[0] == "counterfoil" and file}
    return sorted(name for name, file in ours.items() if not Path(file).resolve().is_relative_to(home))


def _say(target: TextIO, line: Mapping[str, Any]) -> None:
    target.write(json.dumps(line) + "\n")
    target.flush()
