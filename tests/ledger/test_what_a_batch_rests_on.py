"""What is entered before the custodian's file is asked, the fields each entry may have, and the days between them."""

import pytest

from counterfoil.ledger.auditor.kinds import FIELDS, MAY, TYPES
from counterfoil.ledger.auditor.rules import Process
from tests.ledger.resigned import found

WEEK = "2026-11-29"  # seven days after the day of every other entry

ENTERED = [
    {"type": "setup"},
    {"type": "agreement", "agreement": "a-1", "sha256": "0" * 64},
    {"type": "registry"},
    {"type": "officer", "by": "p-1"},
    {"type": "officer", "by": "p-2"},
    {"type": "official", "agreement": "a-1", "official": "p-9"},
    {"type": "safeguards"},
]
RECEIPT = {"type": "receipt", "batch": "b-1", "count": 1, "official": "p-9"}
EXAMINATION = {"type": "examination", "batch": "b-1", "count": 1, "agreement": "a-1"}
ANSWER = {"type": "answer", "batch": "b-1", "request": 8, "outcome": "CONFIRMED"}
RELEASE = {"type": "release", "batch": "b-1", "count": 1}
OFFICE = [
    *ENTERED,
    RECEIPT,
    {"type": "request", "batch": "b-1"},
    EXAMINATION,
    *({"type": "approval", "batch": "b-1", "by": by} for by in ("p-1", "p-2")),
    {"type": "verification", "batch": "b-1", "looked_up": 1},
    ANSWER,
    RELEASE,
]
OTHER = {"type": "override"}  # in the place of an entry that is taken away, so that every index stays


def told(folder, change):
    """What an audit says of the office's entries, each as `change` makes it."""
    return found(folder, [change(dict(one)) for one in OFFICE])


def put(kind, **fields):
    """A change of the one entry of a type."""
    return lambda one: one | fields if one["type"] == kind else one


def test_what_an_office_enters_is_in_order(tmp_path):
    assert told(tmp_path, lambda one: one) == ()


@pytest.mark.parametrize(
    ("kind", "lack"),
    [
        ("official", "an official who was not enrolled before"),
        ("agreement", "an agreement that was not put in use before"),
        ("registry", "no registry put in use before"),
    ],
)
def test_a_batch_is_not_verified_before_what_it_rests_on_is_entered(tmp_path, kind, lack):
    gone = told(tmp_path, lambda one: OTHER if one["type"] == kind else one)
    assert len(gone) == 1
    assert lack in gone[0]
    late = found(tmp_path / "late", [*(OTHER if one["type"] == kind else one for one in OFFICE), {"type": kind}])
    assert late == gone


def test_an_official_and_an_agreement_that_nobody_entered_are_found(tmp_path):
    assert "an official who was not enrolled" in told(tmp_path / "a", put("receipt", official="p-8"))[0]
    assert "an agreement that was not put in use" in told(tmp_path / "b", put("examination", agreement="a-2"))[0]


def test_a_batch_that_is_refused_may_name_an_official_whom_nobody_enrolled(tmp_path):
    refused = [RECEIPT | {"official": "p-8"}, {"type": "request", "batch": "b-1"}, EXAMINATION]
    letter = [ANSWER | {"outcome": "REFUSED"}, {"type": "return", "batch": "b-1", "by": "p-1", "count": 1}]
    assert found(tmp_path, [*ENTERED, *refused, *letter]) == ()


def test_a_batch_for_which_nothing_is_looked_up_needs_no_registry(tmp_path):
    def refused(one, outcome):
        one = OTHER if one["type"] == "registry" else one
        return put("answer", outcome=outcome)(put("verification", looked_up=0)(one))

    assert told(tmp_path / "refused", lambda one: refused(one, "REFUSED")) == ()
    for number, outcome in enumerate(("CONFIRMED", "NO_CONFIRMATION")):
        (problem,) = told(tmp_path / str(number), lambda one, outcome=outcome: refused(one, outcome))
        assert problem == "Entry 13: batch b-1 is answered with no registry put in use before."


def test_a_batch_of_repeated_requests_is_answered_where_a_registry_was_asked_before(tmp_path):
    assert told(tmp_path, put("verification", looked_up=0)) == ()


def test_a_receipt_of_an_older_office_that_names_no_official_is_in_order(tmp_path):
    entries = [{k: v for k, v in one.items() if (one["type"], k) != ("receipt", "official")} for one in OFFICE]
    assert found(tmp_path, entries) == ()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("receipt", {"signature": "invalid"}),
        ("examination", {"passed": 0, "refused": 1}),
        ("release", {"confirmed": 0}),
        ("answer", {"codes": ["ADDR_MISSING"]}),
        ("safeguards", {"met": False}),
    ],
)
def test_a_field_that_its_type_does_not_have_is_found(tmp_path, kind, fields):
    problems = told(tmp_path, put(kind, **fields))
    assert any(f"an entry of type {kind} has no public field {next(iter(fields))!r}." in one for one in problems)


def test_the_fields_that_a_type_may_have_are_public_fields_of_known_types():
    assert MAY.keys() <= TYPES.keys()
    assert all(fields <= FIELDS.keys() for fields in MAY.values())


@pytest.mark.parametrize("day", ["2026-11-30", "9999-12-31"])
def test_more_than_a_week_without_an_entry_is_stated_by_a_clock_entry(tmp_path, day):
    assert found(tmp_path / "w", [*OFFICE, {"type": "override", "day": WEEK}]) == ()
    problems = found(tmp_path / "a", [*OFFICE, {"type": "override", "day": day}, {"type": "override", "day": day}])
    assert len(problems) == 1
    assert "days after the last" in problems[0]
    clock = {"type": "clock", "state": "ahead", "day": day}
    assert found(tmp_path / "b", [*OFFICE, clock, {"type": "override", "day": day}]) == ()


def test_an_entry_that_cannot_be_read_has_no_day():
    process = Process()
    assert process.feed(0, {"type": "setup", "day": "2026-11-22"}) == []
    assert process.feed(1, {}) == []
    assert process.feed(2, {"type": "registry", "day": WEEK}) == []
