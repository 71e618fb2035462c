import re
from datetime import date

import pytest

from counterfoil.law import CODES, Citation, Finding, load
from counterfoil.law.load import PACKAGED

# The closed list, written here a second time on purpose.
CONTRACT = """
ADDR_: MISSING PLACEHOLDER ZIP_ONLY NO_NUMBER NO_STREET INCOMPLETE MALFORMED CONTRADICTORY MULTIPLE WILDCARD
ADDR_: UNIT_NEEDED FOREIGN THIRD_PARTY DETENTION AGENCY
NAME_: MISSING INCOMPLETE PLACEHOLDER MULTIPLE MALFORMED WILDCARD
: ID_MALFORMED OVERSUPPLY NO_INVESTIGATION INVESTIGATION_CLOSED INVESTIGATION_IMPLAUSIBLE NOT_IN_WRITING
: SIGNATURE_INVALID SIGNATURE_STALE CERT_MISSING STORAGE_UNSAFE CHANNEL_UNREGISTERED AGREEMENT_NOT_IN_FORCE
: SAFEGUARDS_NOT_MET PROBING HELD_COURT_ORDER
PERIOD_: MISSING VAGUE FUTURE EXCESSIVE MALFORMED
STATUTE_: MISSING VAGUE CIVIL TAX NOT_FEDERAL UNKNOWN FACTS FACTS_90DAY FACTS_CLASS
ORDER_: MISSING MALFORMED
REASON_: MISSING GENERIC BOILERPLATE CIVIL IRRELEVANT OTHER_PURPOSE TAX
SIGNER_: NOT_AUTHORISED DELEGATE EXPIRED NOT_FEDERAL
ROSTER_: MISSING GROUP CONTRACTOR NOT_ENGAGED OTHER_AGENCY IMPLAUSIBLE
BATCH_: COUNT HASH OVER_CAP DUPLICATE DRAGNET MALFORMED
REQUEST_ID_: MALFORMED DUPLICATE
"""
TODAY = date(2026, 11, 22)


def expected() -> list[str]:
    lines = (line.split(":") for line in CONTRACT.strip().splitlines())
    return [prefix.strip() + name for prefix, names in lines for name in names.split()]


def test_every_code_of_the_published_list_is_present_exactly_once() -> None:
    assert sorted(CODES) == sorted(expected())
    assert len(CODES) == len(set(CODES)) == 77
    assert sorted(load().codes) == sorted(expected())
    text = "\n".join(path.read_text() for path in (PACKAGED / "codes").glob("*.yaml"))
    for code in expected():
        assert len(re.findall(rf"^  {code}:$", text, re.M)) == 1, code


def test_every_code_says_what_is_wrong_on_what_law_and_how_to_mend_it() -> None:
    for code in load().codes.values():
        assert code.citation, code.id
        assert len(code.message) > 20 and len(code.remedy) > 20, code.id
        assert code.source and code.field, code.id


def test_no_text_of_a_code_speaks_of_the_custodians_file() -> None:
    told = re.compile(
        r"\bon file\b|\bregistry\b|\bmatch(es|ed)?\b.*record|\bno record\b|taxpayer's record|\bfiled a return\b"
    )
    for code in load().codes.values():
        assert not told.search(code.message + " " + code.remedy), code.id


# Words that judge. Texts of law state what was asked and what was given.
JUDGING = re.compile(
    r"\b(unlawful(ly)?|illegal(ly)?|egregious|shocking|sloppy|careless|reckless|improper(ly)?|abusive|dubious|suspicious|"
    r"outrageous|clear(ly)?|obvious(ly)?|blatant(ly)?|simpl[ey]|merely|just|unfortunately|very|extremely|seriously|bad|"
    r"good|poor|terrible|alleged(ly)?|so-called|mass|massive|huge|alien surveillance|deportation)\b",
    re.I,
)


def test_the_texts_of_codes_and_settings_state_and_do_not_judge() -> None:
    for code in load().codes.values():
        for text in (code.message, code.remedy):
            assert not JUDGING.search(text), (code.id, JUDGING.search(text))
    for setting in load().settings.values():
        assert not JUDGING.search(setting.sentence), (setting.key, JUDGING.search(setting.sentence))


def test_holds_are_the_gates_that_wait_and_the_dragnet_and_nothing_else() -> None:
    held = {code.id for code in load().codes.values() if code.effect == "hold"}
    assert held == {"HELD_COURT_ORDER", "SAFEGUARDS_NOT_MET", "BATCH_DRAGNET"}


def test_every_setting_has_a_source_a_date_and_a_sentence() -> None:
    for setting in load().settings.values():
        assert len(setting.source) > 10, setting.key
        assert date(2020, 1, 1) <= setting.date <= TODAY, setting.key
        assert setting.unit and setting.sentence.endswith("."), setting.key


def test_the_numbers_of_the_statutes_are_those_of_the_statutes() -> None:
    law = load()
    assert law.value("departure_days") == 90
    assert law.value("accounting_report_days") == 90
    assert law.value("civil_damages_per_act") == 1000
    assert law.value("civil_action_window_years") == 2
    assert law.value("accounting_retention_years") == 5


KINDS = [
    ("8 USC 1253(a)(1)(A)", "criminal"),
    ("8 USC 1253(a)(1)", "criminal"),
    ("8 USC 1253(a)(2)", "civil"),
    ("8 USC 1253(b)", "criminal"),
    ("8 USC 1324", "criminal"),
    ("8 USC 1324(a)(1)(A)(ii)", "criminal"),
    ("8 USC 1324(b)", "civil"),
    ("8 USC 1324a(a)(1)", "civil"),
    ("8 USC 1324a(f)(1)", "criminal"),
    ("8 USC 1324c(a)", "civil"),
    ("8 USC 1324c(e)", "criminal"),
    ("8 USC 1324d", "civil"),
    ("8 USC 1325(a)(1)", "criminal"),
    ("8 USC 1325(b)", "civil"),
    ("8 USC 1325(c)", "criminal"),
    ("8 USC 1326(b)(2)", "criminal"),
    ("8 USC 1306(b)", "criminal"),
    ("8 USC 1304(e)", "criminal"),
    ("8 USC 1304(b)", "civil"),
    ("8 USC 1182(a)(9)(A)", "civil"),
    ("8 USC 1225(b)(1)", "civil"),
    ("8 USC 1226(c)", "civil"),
    ("8 USC 1227(a)", "civil"),
    ("8 USC 1229a", "civil"),
    ("8 USC 1231(a)", "civil"),
    ("18 USC 1001", "criminal"),
    ("18 USC 1028A(a)(1)", "criminal"),
    ("18 USC 1425", "criminal"),
    ("18 USC 1541", "criminal"),
    ("18 USC 1546(a)", "criminal"),
    ("18 USC 981", "civil"),
    ("5 USC 552a(b)", "civil"),
    ("5 USC 552a(i)(1)", "criminal"),
    ("42 USC 408(a)(7)(B)", "criminal"),
    ("26 USC 7201", "tax"),
    ("26 USC 7206(1)", "tax"),
    ("26 USC 1", "tax"),
    ("26 USC", "tax"),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_the_closest_entry_decides_whether_a_provision_is_criminal(text: str, kind: str) -> None:
    statute = load().statute(Citation.parse(text), TODAY)
    assert statute is not None
    assert statute.kind == kind


@pytest.mark.parametrize("text", ["8 USC 9999", "18 USC 1", "8 USC 1253", "8 USC 1325", "8 USC 1324a", "8 USC"])
def test_a_provision_that_no_entry_covers_has_no_kind(text: str) -> None:
    assert load().statute(Citation.parse(text), TODAY) is None


def test_a_section_with_parts_of_several_kinds_shows_them() -> None:
    kinds = {part.kind for part in load().parts(Citation.parse("8 USC 1325"), TODAY)}
    assert kinds == {"criminal", "civil"}


def test_no_entry_counts_before_its_day() -> None:
    assert load().statute(Citation.parse("8 USC 1326"), date(1950, 1, 1)) is None


def facts(text: str) -> set[str]:
    statute = load().statute(Citation.parse(text), TODAY)
    assert statute is not None
    return set(statute.facts)


def test_each_limb_of_failure_to_depart_asks_for_its_own_facts() -> None:
    assert facts("8 USC 1253(a)(1)(A)") == {"removal_order", "ninety_days", "class_1227a"}
    assert facts("8 USC 1253(a)(1)") == {"removal_order", "ninety_days", "class_1227a"}
    for limb in "BCD":
        assert facts(f"8 USC 1253(a)(1)({limb})") == {"removal_order", "class_1227a"}


def test_reentry_and_entry_ask_for_their_dates_and_other_statutes_for_none() -> None:
    assert facts("8 USC 1326(a)") == {"prior_removal", "found_date"}
    assert facts("8 USC 1325(a)(1)") == {"entry_date"}
    assert facts("18 USC 1546(a)") == set()


def test_no_two_entries_of_one_provision_are_in_force_on_one_day() -> None:
    in_force = [s.citation for s in load().statutes if s.in_force(TODAY)]
    assert len(in_force) == len(set(in_force))


def test_a_finding_explains_itself_from_the_law() -> None:
    law = load()
    told = Finding("PERIOD_VAGUE", "tax_years", 'Given: "last known".').explain(law)
    assert set(told) == {"code", "field", "message", "citation", "remedy"}
    assert told["message"].endswith('Given: "last known".')
    assert told["citation"] == "26 USC 6103(i)(2)(B)(ii)"
    assert (
        Finding("STATUTE_TAX", "statute").explain(law)["citation"]
        == "26 USC 6103(i)(2)(B)(iii); 26 USC 6103(i)(1)(A)(i)"
    )


def test_the_law_is_read_once_and_cannot_be_changed() -> None:
    law = load()
    assert load() is law
    with pytest.raises(TypeError):
        law.codes["X"] = law.codes["PROBING"]  # type: ignore[index]
