from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.agreement import (
    DEFAULT,
    as_mapping,
    built_in,
    read,
    read_safeguards,
    safeguards_unmet,
)
from counterfoil.errors import LawError

TODAY = date(2026, 11, 22)
EXAMPLE = """\
agency: ICE
report: {period: 2026, approved: 2026-01-20}   # safeguard security report of the current year
last_review: 2025-06-01                         # on-site review, at most three years ago
findings: []                                    # or {id, opened, plan_due, closed, blocking: true|false}
overdue_disposals: 0
"""
OPEN = {"id": "F1", "opened": "2026-02-01", "plan_due": "2027-01-31", "closed": None, "blocking": False}


def unmet(on: date = TODAY, **changes: Any) -> str:
    status = read_safeguards(yaml.safe_load(EXAMPLE) | changes)
    return "\n".join(safeguards_unmet(status, built_in()[DEFAULT], on))


def test_the_published_form_is_read_and_meets_the_safeguards(tmp_path: Path) -> None:
    path = tmp_path / "safeguards.yaml"
    path.write_text(EXAMPLE)
    status = read_safeguards(path)
    assert safeguards_unmet(status, built_in()[DEFAULT], TODAY) == ()
    assert safeguards_unmet(status, built_in()[DEFAULT], datetime(2026, 11, 22, 12, tzinfo=UTC)) == ()
    assert read_safeguards(status.as_dict()) == status


def test_nothing_recorded_or_nothing_readable_means_not_met() -> None:
    assert safeguards_unmet(None, built_in()[DEFAULT], TODAY)
    assert safeguards_unmet({"agency": "ICE"}, built_in()[DEFAULT], TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"agency": "FBI"}, "not a party"),
        ({"report": None}, "No safeguard security report"),
        ({"report": {"period": 2025, "approved": "2025-01-20"}}, "for 2025, not for 2026"),
        ({"report": {"period": 2027, "approved": "2026-01-20"}}, "for 2027, not for 2026"),
        ({"report": {"period": 2026, "approved": None}}, "not approved"),
        ({"report": {"period": 2026, "approved": "2026-11-23"}}, "after 2026-11-22"),
        ({"last_review": None}, "No on-site review"),
        ({"last_review": "2023-11-21"}, "more than 3 years"),
        ({"last_review": "2026-11-23"}, "after 2026-11-22"),
        ({"findings": [OPEN | {"blocking": True}]}, "blocks"),
        ({"findings": [OPEN | {"plan_due": None}]}, "no date for its correction"),
        ({"findings": [OPEN | {"plan_due": "2026-11-21"}]}, "was due on 2026-11-21"),
        ({"findings": [OPEN | {"plan_due": None, "closed": "2026-11-23"}]}, "no date for its correction"),
        ({"findings": [OPEN | {"opened": "2027-01-01", "plan_due": None}]}, "no date for its correction"),
        ({"overdue_disposals": 1}, "Disposals are overdue: 1"),
    ],
)
def test_each_gap_closes_the_gate_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    assert reason in unmet(**changes)
    assert len(unmet(**changes).splitlines()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"agency": "Department of Homeland Security"},
        {"agency": "U.S. Immigration and Customs Enforcement"},
        {"report": {"period": 2026, "approved": "2026-11-22"}},
        {"last_review": "2023-11-22"},
        {"last_review": "2026-11-22"},
        {"findings": [OPEN]},
        {"findings": [OPEN | {"plan_due": "2026-11-22"}]},
        {"findings": [OPEN | {"closed": "2026-11-22", "blocking": True}]},
        {"findings": [OPEN | {"closed": "2026-03-01", "plan_due": None}, OPEN | {"id": "F2"}]},
    ],
)
def test_a_status_at_the_edge_of_what_is_asked_is_met(changes: dict[str, Any]) -> None:
    assert unmet(**changes) == ""


def test_every_gap_is_told_at_once() -> None:
    findings = [OPEN | {"plan_due": None}, OPEN | {"id": "F2", "blocking": True}]
    told = unmet(report={"period": 2025, "approved": None}, last_review=None, findings=findings, overdue_disposals=2)
    assert len(told.splitlines()) == 6


def test_a_new_year_asks_for_a_new_report() -> None:
    assert unmet(on=date(2026, 12, 31)) == ""
    assert "not for 2027" in unmet(on=date(2027, 1, 1))


def test_a_review_on_29_february_lasts_until_28_february_three_years_on() -> None:
    report = {"period": 2027, "approved": "2027-01-20"}
    assert unmet(on=date(2027, 2, 28), last_review="2024-02-29", report=report) == ""
    assert "years ago" in unmet(on=date(2027, 3, 1), last_review="2024-02-29", report=report)


def test_an_agreement_may_ask_for_no_safeguards_only_by_saying_so() -> None:
    data = as_mapping(built_in()[DEFAULT])
    data["terms"]["safeguard_required"]["value"] = False
    assert safeguards_unmet(None, read(data), TODAY) == ()


def test_a_status_with_many_faults_lists_each_of_them() -> None:
    with pytest.raises(LawError) as caught:
        read_safeguards(
            {
                "agency": "",
                "report": {"period": "this year", "approved": "2026-02-30", "pages": 3},
                "findings": [
                    {"id": "F1", "opened": "2026-02-01", "closed": "2026-01-01", "blocking": "no"},
                    {"opened": None, "blocking": False},
                    "F3",
                    {"id": "F1", "opened": "2026-02-01", "blocking": False},
                ],
                "overdue_disposals": -1,
                "mood": "fine",
            }
        )
    listed = "\n".join(caught.value.details)
    for planted in (
        "agency must be a text",
        "report: period must be a whole number",
        "report: approved must be a date",
        "report: pages is not a known key",
        "last_review is missing",
        "finding 1: closed lies before opened",
        "finding 1: blocking must be true or false",
        "finding 2: opened must be a date",
        "finding 2: id is missing",
        "finding 3: must be a mapping",
        "F1 is given twice",
        "overdue_disposals must be a whole number",
        "mood is not a known key",
    ):
        assert planted in listed, (planted, listed)


def test_a_status_without_its_lists_is_not_read_as_a_status_without_findings() -> None:
    for key in ("findings", "overdue_disposals", "report", "last_review", "agency"):
        data = yaml.safe_load(EXAMPLE)
        del data[key]
        with pytest.raises(LawError, match="safeguard status"):
            read_safeguards(data)


@settings(max_examples=100)
@given(
    st.dates(date(2025, 1, 1), date(2028, 12, 31)),
    st.lists(
        st.fixed_dictionaries(
            {
                "opened": st.dates(date(2025, 1, 1), date(2026, 12, 31)).map(str),
                "plan_due": st.none() | st.dates(date(2025, 1, 1), date(2028, 1, 1)).map(str),
                "blocking": st.booleans(),
            }
        ),
        max_size=3,
    ),
)
def test_a_further_finding_never_opens_the_gate(on: date, findings: list[dict[str, Any]]) -> None:
    named = [finding | {"id": f"F{number}"} for number, finding in enumerate(findings)]
    fewer = unmet(on=on, findings=named[:-1]).splitlines()
    more = unmet(on=on, findings=named).splitlines()
    assert set(fewer) <= set(more)


@settings(max_examples=60)
@given(st.integers(0, 1200))
def test_a_review_is_good_for_three_years_to_the_day(days: int) -> None:
    review = TODAY - timedelta(days=days)
    good = review >= TODAY.replace(year=TODAY.year - 3)
    assert ("years ago" not in unmet(last_review=review.isoformat())) == good
