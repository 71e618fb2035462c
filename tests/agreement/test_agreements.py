import copy
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.agreement import (
    DEFAULT,
    Agreement,
    Official,
    as_mapping,
    built_in,
    differences,
    public_form,
    read,
    read_order,
    read_safeguards,
    safeguards_unmet,
    unsafe_in_force,
)
from counterfoil.agreement.schema import TERMS
from counterfoil.errors import LawError, NotFoundError
from counterfoil.law import Citation, load

DRAFT = "treasury-dhs-2025-03-draft"
TODAY = date(2026, 11, 22)
# What a requester meets, as published.
DEFAULTS = {
    "batch_rows_max": 100_000,
    "subjects_per_officer": 100,
    "subjects_per_investigation": 10,
    "signature_days": 120,
    "tax_years_max": 4,
    "tax_year_floor": 2015,
    "boilerplate_share": 0.05,
    "boilerplate_rows": 20,
    "addresses_per_subject_day": 1,
    "addresses_per_subject_30_days": 3,
    "names_per_address": 10,
    "lock_hours": 96,
    "dragnet_rows": 10_000,
    "dragnet_officer_share": 0.9,
    "dragnet_officer_rows": 101,
    "dragnet_reason_share": 0.5,
    "dragnet_reason_rows": 100,
    "dragnet_investigation_rows": 100,
    "dragnet_one_day_rows": 1000,
    "safeguard_required": True,
    "answer_days": 30,
    "answer_content": "confirm",
    "storage_accepted": ("case_system", "secure_server"),
    "certifications": ("use-only-2025",),
    "channels": ("api", "sdt", "desk"),
    "requesting_offices": ("dhs.head", "ice.head"),
}


def signed() -> Agreement:
    return built_in()[DEFAULT]


def draft() -> Agreement:
    return built_in()[DRAFT]


def faults_of(data: object) -> str:
    with pytest.raises(LawError) as caught:
        read(data)  # type: ignore[arg-type]
    return "\n".join(caught.value.details)


def test_both_shipped_agreements_are_there_and_the_signed_one_is_the_default() -> None:
    assert set(built_in()) == {DEFAULT, DRAFT}
    assert signed().id == "treasury-dhs-2025-04-07"


@pytest.mark.parametrize("key", DEFAULTS)
def test_the_shipped_agreement_has_the_published_defaults(key: str) -> None:
    assert signed().value(key) == DEFAULTS[key]


def test_every_term_of_every_agreement_says_how_it_is_known_and_from_where() -> None:
    for agreement in built_in().values():
        assert set(agreement.terms) == set(TERMS)
        for term in agreement.terms.values():
            assert len(term.source) > 10 and term.sentence.endswith("."), term.key
            assert date(2025, 1, 1) <= term.date <= TODAY, term.key
            assert not term.confirmed_by_counsel, term.key


@pytest.mark.parametrize("key", ["incident_report_hours", "duration", "termination", "amendment", "dispute"])
def test_a_term_that_was_looked_for_and_not_found_says_so_and_has_a_default(key: str) -> None:
    for agreement in built_in().values():
        assert agreement.terms[key].known == "not_found"
        assert agreement.value(key)


def test_the_signed_agreement_is_in_force_from_its_day_and_the_draft_never() -> None:
    assert not signed().in_force(date(2025, 4, 6))
    assert signed().in_force(date(2025, 4, 7))
    assert signed().in_force(datetime(2026, 11, 22, 23, 59, tzinfo=UTC))
    assert draft().signed is None
    assert not draft().in_force(TODAY)
    assert unsafe_in_force(draft(), TODAY).in_force(TODAY)


def changed(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    data = copy.deepcopy(as_mapping(signed()))
    change(data)
    return data


def test_an_agreement_ends_and_pauses_on_its_days() -> None:
    def end(data: dict[str, Any]) -> None:
        data["ends"] = "2026-04-07"
        data["suspended"] = [{"from": "2025-11-21", "until": "2025-12-01", "reason": "Stay of the policy."}]

    agreement = read(changed(end))
    assert agreement.in_force(date(2025, 11, 20))
    assert not agreement.in_force(date(2025, 11, 21))
    assert not agreement.in_force(date(2025, 11, 30))
    assert agreement.in_force(date(2025, 12, 1))
    assert agreement.in_force(date(2026, 4, 6)) and agreement.warns(date(2026, 4, 6))
    assert not agreement.warns(date(2025, 12, 2))
    assert not agreement.in_force(date(2026, 4, 7))


def test_a_suspension_without_an_end_lasts() -> None:
    data = changed(lambda d: d.update(suspended=[{"from": "2026-01-01", "until": None, "reason": "Under review."}]))
    agreement = read(data)
    assert agreement.in_force(date(2025, 12, 31))
    assert not agreement.in_force(date(2050, 1, 1))


@pytest.mark.parametrize("agreement", [DEFAULT, DRAFT])
def test_an_agreement_written_out_and_read_again_is_the_same(agreement: str, tmp_path: Path) -> None:
    one = built_in()[agreement]
    path = tmp_path / "agreement.yaml"
    path.write_text(yaml.safe_dump(as_mapping(one), sort_keys=False), encoding="utf-8")
    assert read(path) == one
    assert read(as_mapping(one)) == one


@settings(max_examples=50)
@given(
    st.integers(1, 100_000),
    st.floats(0.001, 1),
    st.booleans(),
    st.dates(date(2025, 4, 7), date(2030, 1, 1)),
    st.sampled_from(["public", "reported", "not_found"]),
)
def test_any_sound_values_survive_the_round_trip(rows: int, share: float, flag: bool, day: date, known: str) -> None:
    def change(data: dict[str, Any]) -> None:
        data["terms"]["batch_rows_max"] |= {"value": rows, "known": known}
        data["terms"]["boilerplate_share"]["value"] = share
        data["terms"]["safeguard_required"]["value"] = flag
        data["ends"] = (day + timedelta(days=1)).isoformat()

    agreement = read(changed(change))
    assert agreement.value("batch_rows_max") == rows
    assert agreement.value("boilerplate_share") == share
    assert read(as_mapping(agreement)) == agreement


def test_an_agreement_with_many_faults_lists_each_of_them() -> None:
    def plant(data: dict[str, Any]) -> None:
        data["id"] = "Two Words"
        data["title"] = " "
        data["colour"] = "red"
        data["parties"]["agencies"] = ["dhs", "nowhere"]
        data["signed"] = "2027-02-30"
        data["suspended"] = [{"from": "2026-02-01", "until": "2026-01-01", "reason": ""}]
        terms = data["terms"]
        del terms["lock_hours"]
        terms["weather"] = terms["duration"]
        terms["batch_rows_max"]["value"] = 100_001
        terms["signature_days"]["value"] = "120"
        terms["boilerplate_share"]["value"] = 5
        terms["safeguard_required"]["value"] = "yes"
        terms["requesting_offices"]["value"] = ["dhs.head", "ice.deputy"]
        terms["statutes"]["value"] = ["8 USC twelve"]
        terms["storage_accepted"]["value"] = []
        terms["channels"]["value"] = ["pigeon"]
        terms["answer_content"]["value"] = "address"
        terms["dispute"]["value"] = ""
        terms["amendment"]["known"] = "guessed"
        terms["termination"]["source"] = ""
        terms["answer_days"]["extra"] = 1
        terms["publicity"]["confirmed_by_counsel"] = None
        terms["points_of_contact"].pop("withheld")
        terms["tax_years_max"] = 4

    listed = faults_of(changed(plant))
    for planted in (
        "id must be made of",
        "title must be a text",
        "colour is not a known key",
        "agencies: nowhere is not in the table",
        "signed must be a date",
        "suspended 1: until must lie after from",
        "suspended 1: reason must be a text",
        "lock_hours is missing",
        "weather is not a known term",
        "batch_rows_max: value must lie between 1 and 100000",
        "signature_days: value must be a number",
        "boilerplate_share: value must lie between 0 and 1",
        "safeguard_required: value must be true or false",
        "ice.deputy, which is not known",
        "statutes: Not a citation",
        "storage_accepted: value must be a list",
        "pigeon, which is not known",
        "answer_content: value must be one of confirm",
        "dispute: value must be a text",
        "amendment: known is 'guessed'",
        "termination: source must be a text",
        "answer_days: extra is not a known key",
        "publicity: confirmed_by_counsel must be true or false",
        "points_of_contact: a redacted term says in",
        "tax_years_max: must be a mapping",
    ):
        assert planted in listed, (planted, listed)


@pytest.mark.parametrize("value", [0, -0.1, 1.01, True, "0.5", float("nan")])
def test_a_share_lies_above_nothing_and_at_most_at_the_whole(value: object) -> None:
    data = changed(lambda d: d["terms"]["boilerplate_share"].update(value=value))
    assert "boilerplate_share: value must" in faults_of(data)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"signed": None}, "effective is given and signed is not"),
        ({"effective": "2025-04-01"}, "effective lies before signed"),
        ({"ends": "2025-04-07"}, "ends must lie after effective"),
        ({"terms": []}, "terms must be a mapping"),
        ({"parties": "both"}, "parties: must be a mapping"),
        ({"suspended": "yes"}, "suspended must be a list"),
    ],
)
def test_faults_that_only_several_keys_show_are_found(change: dict[str, Any], fault: str) -> None:
    assert fault in faults_of(changed(lambda data: data.update(change)))


def test_no_setting_of_an_agreement_can_ask_for_more_than_a_confirmation() -> None:
    assert TERMS["answer_content"].choices == ("confirm",)
    for value in ("address", "record", "last_known_address"):
        data = changed(lambda d, v=value: d["terms"]["answer_content"].update(value=v))  # type: ignore[misc]
        assert "answer_content" in faults_of(data)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[1, 2]", b"id: x: y", b"- a"])
def test_a_file_that_is_no_agreement_is_refused_with_its_faults(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    assert "a.yaml" in faults_of(path)


def test_a_folder_or_a_missing_file_is_refused_with_its_fault(tmp_path: Path) -> None:
    assert "is a folder" in faults_of(tmp_path)
    assert "does not exist" in faults_of(tmp_path / "none.yaml")


def test_an_unknown_term_is_named() -> None:
    with pytest.raises(NotFoundError, match="weather"):
        signed().value("weather")


def test_the_public_form_shows_a_withheld_term_as_such_with_the_reason_and_nothing_of_its_value() -> None:
    def withhold(data: dict[str, Any]) -> None:
        data["terms"]["points_of_contact"]["value"] = "Office of A, telephone 555-0100"
        data["terms"]["handling"] |= {"value": "Room 12, second shelf", "withheld": "Security of storage."}

    form = public_form(read(changed(withhold)))
    assert form["terms"]["points_of_contact"]["value"] == "[redacted]"
    assert "page 13" in form["terms"]["points_of_contact"]["withheld"]
    assert form["terms"]["handling"]["withheld"] == "Security of storage."
    assert "555-0100" not in str(form) and "second shelf" not in str(form)
    assert form["terms"]["batch_rows_max"]["value"] == 100_000


def test_an_agreement_does_not_differ_from_itself() -> None:
    for agreement in built_in().values():
        assert differences(agreement, agreement) == []


def test_the_draft_and_the_signed_form_differ_where_the_reports_say() -> None:
    found = {line["key"]: line for line in differences(draft(), signed())}
    assert found["signed"]["a"] is None and found["signed"]["b"] == "2025-04-07"
    assert found["other_designated_statutes"]["a"] is False
    assert found["other_designated_statutes"]["b"] is True
    assert found["final_order_always"]["a"] is True
    assert "batch_rows_max" not in found
    assert all(line["why"] for line in found.values())


def test_a_term_of_one_value_that_is_known_otherwise_says_how_each_is_known() -> None:
    lines = [line for line in differences(signed(), draft()) if "a_known" in line and line["a"] == line["b"]]
    assert lines
    assert all(line["a_known"] != line["b_known"] for line in lines)


def test_differences_do_not_show_a_withheld_value() -> None:
    def withhold(data: dict[str, Any]) -> None:
        data["terms"]["points_of_contact"]["value"] = "Office of A"

    assert "Office of A" not in str(differences(signed(), read(changed(withhold))))
    assert "Office of A" not in str(differences(draft(), read(changed(withhold))))


def reaches(agreement: Agreement, text: str) -> bool:
    statute = load().statute(Citation.parse(text), TODAY)
    assert statute is not None
    return agreement.reaches(statute)


def test_the_signed_form_reaches_every_criminal_statute_and_the_draft_the_one_it_names() -> None:
    for text in ("8 USC 1253(a)(1)(A)", "8 USC 1326", "18 USC 1546"):
        assert reaches(signed(), text)
    assert signed().purposes == ()
    assert reaches(draft(), "8 USC 1253(a)(1)(A)") and reaches(draft(), "8 USC 1253(a)(1)")
    assert not reaches(draft(), "8 USC 1326") and not reaches(draft(), "18 USC 1546")
    for text in ("8 USC 1324d", "26 USC 7201"):
        assert not reaches(signed(), text)


@pytest.mark.parametrize(
    ("office", "may"),
    [
        ("Secretary of Homeland Security", True),
        ("Acting Secretary, DHS", True),
        ("Acting Director, U.S. Immigration and Customs Enforcement", True),
        ("Acting Director", True),
        ("The Secretary", True),
        ("Deputy Field Office Director", False),
        ("Secretary of State", False),
        ("Attorney General", False),
        ("DHS Inspector General", False),
        ("for the Director", False),
        ("County sheriff", False),
    ],
)
def test_the_agreement_lets_the_head_of_the_department_and_of_the_bureau_sign(office: str, may: bool) -> None:
    assert signed().may_request(office) is may


def test_an_official_holds_the_office_from_the_first_to_the_last_day() -> None:
    official = Official("o", DEFAULT, "S. Example", "Acting Director ICE", date(2025, 3, 9), date(2026, 5, 31))
    assert not official.holds_office(date(2025, 3, 8))
    assert official.holds_office(date(2025, 3, 9))
    assert official.holds_office(datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC))
    assert not official.holds_office(date(2026, 6, 1))
    still = Official("o", DEFAULT, "S. Example", "Acting Director ICE", date(2025, 3, 9), None)
    assert still.holds_office(date(2099, 1, 1))


DOCS = Path(__file__).parents[2] / "docs/reference/agreements.md"


def test_the_reference_lists_every_term_with_its_value_and_meaning_and_no_other() -> None:
    text = DOCS.read_text(encoding="utf-8").split("## The terms")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| `")]
    assert [row[0].strip("`") for row in rows] == list(TERMS)
    for key, _, shown, meaning in rows:
        term = signed().terms[key.strip("`")]
        values = term.value if isinstance(term.value, tuple) else (term.value,)
        for value in values:
            plain = str(value).lower() if isinstance(value, bool) else str(value)
            assert plain in shown.replace(",", "") or plain in shown, (key, plain, shown)
        assert meaning == term.sentence, key


def test_the_examples_of_the_reference_are_read() -> None:
    blocks = DOCS.read_text(encoding="utf-8").split("```yaml\n")[1:]
    term, status, order = (yaml.safe_load(block.split("```")[0]) for block in blocks)
    assert term["signature_days"]["value"] == signed().value("signature_days")
    assert safeguards_unmet(read_safeguards(status), signed(), TODAY) == ()
    assert read_order(order).forbids == ("disclose",)
