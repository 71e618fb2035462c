"""What must hold of every examination: a function of the request alone, all deficiencies, none tainted by another."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.examination import examine
from counterfoil.examination.rulebook import rulebook
from counterfoil.law import Finding
from counterfoil.request import COLUMNS, Request
from tests.examination.world import REASON, REQUEST, Remembered, context, received, requests

BESIDE = {*rulebook().row_rules, "PROBING"}  # what a row can have because of the rows around it

DEFECTS: list[dict[str, Any]] = [
    {"tax_years": ""},
    {"tax_years": "all years"},
    {"tax_years": "2015-2030"},
    {"statute": "8 USC 1231(a)"},
    {"statute": "26 USC 7201"},
    {"reason": "To locate and remove"},
    {"reason": "Law enforcement purposes"},
    {"reason": ""},
    {"investigation_status": "closed"},
    {"investigation_id": ""},
    {"tin": "000-00-0000"},
    {"removal_order_date": "2027-02-30"},
    {"removal_order_case": ""},
    {"removal_ground": "8 USC 1182(a)(6)"},
    {"address_line1": "Failed to Provide"},
    {"address_line1": "Main St"},
    {"surname": ""},
    {"recipients": ""},
    {"request_id": "no good"},
    {"oversupplied": ("fingerprint_id",)},
    {"malformed": "more cells than the header"},
]

cells = st.text(max_size=40) | st.sampled_from(
    ["", "N/A", "2022", "8 USC 1326", "open", "2024-01-15", "o1", "\x00", "1" * 5000]
)
wild = st.fixed_dictionaries({}, optional=dict.fromkeys(COLUMNS, cells))


def alone(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings if finding.code not in BESIDE]


@settings(max_examples=150, deadline=None)
@given(st.lists(wild, min_size=1, max_size=4))
def test_no_request_whatever_stops_an_examination(changes: list[dict[str, str]]) -> None:
    rows = [replace(REQUEST, position=position, **change) for position, change in enumerate(changes)]
    examination = examine(rows, received(len(rows)))
    assert len(examination.rows) == len(examination.asks) == len(rows)
    for position in range(len(rows)):
        outcome = examination.outcome(position)
        assert (outcome == "PASSED") == (not examination.codes(position))
        assert (position in examination.passed) == (outcome == "PASSED")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(DEFECTS) | st.just({}), min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_other_rows_do_not_change_what_is_found_of_a_request(changes: list[dict[str, Any]], rng: random.Random) -> None:
    rows = requests(changes)
    together = examine(rows, context())
    by_itself = [alone(examine([replace(row, position=0)], context()).rows[0]) for row in rows]
    assert [alone(findings) for findings in together.rows] == by_itself
    order = list(range(len(rows)))
    rng.shuffle(order)
    shuffled = examine([replace(rows[old], position=new) for new, old in enumerate(order)], context())
    assert [alone(findings) for findings in shuffled.rows] == [by_itself[old] for old in order]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(DEFECTS), min_size=1, max_size=6), st.sampled_from(DEFECTS))
def test_one_deficiency_more_hides_no_other(some: list[dict[str, Any]], more: dict[str, Any]) -> None:
    """A deficiency in another field takes none away; the facts that a statute asks for go with the statute."""
    before: dict[str, Any] = {}
    for change in some:
        before |= change
    if set(more) & set(before) or "statute" in more:
        return
    first = set(alone(examine(requests([before]), context()).rows[0]))
    second = set(alone(examine(requests([before | more]), context()).rows[0]))
    assert first <= second


def test_every_deficiency_is_told_at_once() -> None:
    everything: dict[str, Any] = {}
    for change in DEFECTS:
        everything |= {key: value for key, value in change.items() if key not in everything}
    everything["statute"] = "8 USC 1253(a)(1)(A)"
    codes = {finding.code for finding in examine(requests([everything]), context()).rows[0]}
    assert {
        "PERIOD_MISSING",
        "REASON_CIVIL",
        "INVESTIGATION_CLOSED",
        "NO_INVESTIGATION",
        "ID_MALFORMED",
        "ORDER_MALFORMED",
        "STATUTE_FACTS_CLASS",
        "ADDR_PLACEHOLDER",
        "ROSTER_MISSING",
        "REQUEST_ID_MALFORMED",
        "OVERSUPPLY",
    } <= codes


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(DEFECTS) | st.just({}), min_size=1, max_size=5))
def test_an_examination_depends_on_what_it_is_given_alone(changes: list[dict[str, Any]]) -> None:
    rows = requests(changes)
    first = examine(rows, received(len(rows)))
    second = examine(iter(rows), received(len(rows), history=Remembered()))
    assert (first.batch, first.rows, first.asks) == (second.batch, second.rows, second.asks)


GIVEN = st.sampled_from(["Rita", "Ana María", "José", "Nguyễn", "Olu", "Mary-Jane", "D'Arcy", "Li"])
SURNAMES = st.sampled_from(
    ["Ejemplar", "de la Cruz", "O'Neil", "Muestra-Vega", "Ng", "Al-Masri", "Van der Berg", "Sokolova"]
)
ADDRESSES = st.sampled_from(
    [
        ("742 Larkspur Ave", "", "Chicago", "IL", "60608"),
        ("123 N Main St Apt 4", "", "Springfield", "IL", "62701"),
        ("PO Box 12", "", "Tulsa", "OK", "74101"),
        ("RR 2 Box 18", "", "Ada", "OK", "74820"),
        ("PSC 3 Box 120", "", "APO", "AE", "09012"),
        ("1450 County Road 12", "", "Athens", "TX", "75751"),
        ("39-12 Larkspur Blvd", "Unit 3B", "Flushing", "NY", "11354-1234"),
        ("742 e larkspur street", "# 7", "chicago", "il", "60608"),
        ("1234 1/2 Maple Ct", "", "Los Angeles", "CA", "90012"),
    ]
)
STATUTES = st.sampled_from(
    [
        {"statute": "8 USC 1253(a)(1)(A)"},
        {"statute": "8 U.S.C. § 1253(a)(1)", "judicial_review_decided": "2025-02-03"},
        {"statute": "INA 243(a)(1)(B)"},
        {"statute": "8 USC 1326(a)", "prior_removal_date": "2019-01-01", "found_date": "2023-04-05"},
        {"statute": "8 USC 1325(a)", "entry_date": "2023-04-05"},
        {"statute": "18 USC 1546(a)", "removal_order_date": "", "removal_order_case": "", "removal_ground": ""},
    ]
)
WHO = st.sampled_from(["The subject", "The suspect", "The target", "The defendant", "This individual"])
SAW = st.sampled_from(
    ["A neighbor", "The landlord", "A utility bill", "A lease seized in March", "A pay stub", "A former roommate"]
)
DID = st.sampled_from(["places", "names", "shows", "lists"])
WHEN = st.sampled_from(
    ["after the final order of 2024-01-15", "in the months charged", "past the 90th day", "while the offense continued"]
)
PROOF = st.sampled_from(
    ["corroborate", "contradict the claim of having left by showing", "prove", "establish", "tend to show"]
)
WHAT = st.sampled_from(
    ["residence there", "that the home was still kept", "presence in the United States", "where notice was received"]
)


@settings(max_examples=150, deadline=None)
@given(
    GIVEN,
    SURNAMES,
    ADDRESSES,
    STATUTES,
    st.tuples(WHO, SAW, DID, WHEN, PROOF, WHAT),
    st.sampled_from(["", "219-45-6789", "912-70-1234"]),
)
def test_a_valid_request_in_any_dress_passes(
    given_name: str,
    surname: str,
    address: tuple[str, str, str, str, str],
    statute: dict[str, str],
    said: tuple[str, ...],
    tin: str,
) -> None:
    who, saw, did, when, proof, what = said
    reason = f"{saw} {did} {who.lower()} at this address {when}. The 2022 address on file would {proof} {what}."
    row: dict[str, Any] = dict(zip(COLUMNS[5:10], address, strict=True))
    request = replace(REQUEST, given_name=given_name, surname=surname, reason=reason, tin=tin, **row, **statute)
    examination = examine([request], received())
    assert examination.batch == ()
    assert examination.rows == ((),), (request, examination.rows)
    assert examination.passed == (0,)


def test_findings_speak_of_the_request_alone_and_columns_are_named_never_their_values() -> None:
    request: Request = replace(REQUEST, oversupplied=("fingerprint_id",), tin="000-00-0000", reason=REASON)
    found = examine([request], context()).rows[0]
    assert "fingerprint_id" in " ".join(finding.detail for finding in found)
    assert not any("000-00-0000" in finding.detail for finding in found)
