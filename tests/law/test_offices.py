import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.law import load, read_office

LISTED = [
    ("Secretary of Homeland Security", "dhs.head"),
    ("Secretary, DHS", "dhs.head"),
    ("DHS Secretary", "dhs.head"),
    ("Secretary, U.S. Department of Homeland Security", "dhs.head"),
    ("The Honorable Secretary of the Department of Homeland Security", "dhs.head"),
    ("Acting Secretary, D.H.S.", "dhs.head"),
    ("Acting Director, U.S. Immigration and Customs Enforcement", "ice.head"),
    ("Acting Director ICE", "ice.head"),
    ("ICE Acting Director", "ice.head"),
    ("I.C.E. Acting Dir.", "ice.head"),
    ("Director, Immigration & Customs Enforcement (ICE), DHS", "ice.head"),
    ("Head of ICE", "ice.head"),
    ("DHS / ICE, Director", "ice.head"),
    ("A/Director, ICE", "ice.head"),
    ("Commissioner of U.S. Customs and Border Protection", "cbp.head"),
    ("Commissioner of Social Security", "ssa.head"),
    ("Secretary of State", "state.head"),
    ("Postmaster General", "usps.head"),
    ("DHS Inspector General", "dhs.inspector_general"),
    ("Acting Inspector General of the Department of Justice", "justice.inspector_general"),
    ("Treasury Inspector General for Tax Administration", "tigta.head"),
    ("Attorney General", "doj.attorney_general"),
    ("Attorney General of the United States", "doj.attorney_general"),
    ("Deputy Attorney General", "doj.deputy_attorney_general"),
    ("Associate Attorney General, Department of Justice", "doj.associate_attorney_general"),
    ("Assistant Attorney General, Criminal Division", "doj.assistant_attorney_general"),
    ("FBI Director", "doj.director_fbi"),
    ("Administrator, Drug Enforcement Administration", "doj.administrator_dea"),
    ("United States Attorney for the Southern District of Texas", "doj.united_states_attorney"),
    ("Acting U.S. Attorney, District of Columbia", "doj.united_states_attorney"),
]


@pytest.mark.parametrize(("text", "key"), LISTED)
def test_an_office_that_the_paragraph_lists_is_recognised(text: str, key: str) -> None:
    office = read_office(text, load())
    assert office.authority is not None, office
    assert office.authority.key == key
    assert not (office.delegate or office.former or office.non_federal)


FEDERAL_NOT_LISTED = [
    "Deputy Field Office Director",
    "Deputy Field Office Director, ICE",
    "Deputy Director, ICE",
    "Deputy Secretary of Homeland Security",
    "Under Secretary, DHS",
    "Executive Associate Director, Enforcement and Removal Operations, ICE",
    "Field Office Director, ICE Houston, Texas",
    "Director of Homeland Security Investigations, ICE",
    "Director, ICE Office of Professional Responsibility",
    "Office of the Director, ICE",
    "Chief of Staff to the Secretary of Homeland Security",
    "Special Agent in Charge, HSI Dallas",
    "Principal Legal Advisor, ICE",
    "Assistant Inspector General, DHS",
    "Deputy Assistant Attorney General",
    "Assistant United States Attorney",
    "Deputy Director, FBI",
    "Director, Bureau of Alcohol, Tobacco, Firearms and Explosives",
    "Director, Executive Office for Immigration Review",
    "Washington Field Office Director",
    "Director and Secretary, DHS",
    "Director of Homeland Security",
    "Director, ICE and FBI",
    "Secretary, DHS and Department of State",
]


@pytest.mark.parametrize("text", FEDERAL_NOT_LISTED)
def test_another_office_of_a_federal_agency_is_federal_and_not_listed(text: str) -> None:
    office = read_office(text, load(), within=("dhs", "ice"))
    assert office.authority is None, office
    assert not (office.delegate or office.non_federal), office


DELEGATES = [
    "for the Director",
    "for the Director, by J. Example",
    "J. Example, for the Acting Director, ICE",
    "FOR: Secretary of Homeland Security",
    "By direction of the Secretary of Homeland Security",
    "On behalf of the Director, ICE",
    "o/b/o Secretary, DHS",
    "Acting for the Secretary of Homeland Security",
    "Signed for the Director of ICE",
    "Secretary of Homeland Security or designee",
    "Designee of the Secretary",
    "Delegate of the Secretary of Homeland Security",
    "p.p. Director, ICE",
    "Director, ICE, per pro J. Example",
    "Director, ICE (by delegation)",
    "Senior Official Performing the Duties of the Director, ICE",
    "Authorized representative of the Secretary",
    "Director, ICE, in the absence of the Secretary",
    "Under authority of the Acting Director, ICE",
    "J. Example in lieu of the Director, ICE",
    "For ICE Director",
    "Under the Director's authority",
    "At the Secretary's direction",
    "P/P Secretary of Homeland Security",
]


@pytest.mark.parametrize("text", DELEGATES)
def test_a_signature_for_another_person_is_recognised_and_has_no_authority(text: str) -> None:
    office = read_office(text, load(), within=("dhs", "ice"))
    assert office.delegate, office
    assert office.authority is None


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("County sheriff", "sheriff"),
        ("Sheriff of Example County", "sheriff"),
        ("Constable, Precinct 4", "sheriff"),
        ("Chief of Police, Springfield", "police"),
        ("Superintendent, Indiana State Police", "police"),
        ("Governor of Texas", "state"),
        ("Attorney General of Texas", "state"),
        ("Texas Attorney General", "state"),
        ("State Attorney General", "state"),
        ("Secretary of State of Ohio", "state"),
        ("Director, Illinois DHS", "state"),
        ("District Attorney", "prosecutor"),
        ("Sheriff, Example County, partner of ICE under section 287(g)", "sheriff"),
        ("Attorney General, State of Texas", "state"),
        ("Mayor of Chicago", "city"),
        ("County Executive", "county"),
        ("Tribal chairman", "tribal"),
        ("Minister of the Interior", "foreign"),
        ("CEO, Example Data LLC", "private"),
    ],
)
def test_an_office_outside_the_federal_government_is_recognised_as_a_class(text: str, group: str) -> None:
    office = read_office(text, load(), within=("dhs", "ice"))
    assert office.authority is None, office
    assert office.non_federal == group


def test_a_title_alone_means_the_head_of_the_agency_that_asks() -> None:
    law = load()
    director = read_office("Acting Director", law, within=("dhs", "ice")).authority
    secretary = read_office("The Secretary", law, within=("dhs", "ice")).authority
    assert director is not None and director.key == "ice.head"
    assert secretary is not None and secretary.key == "dhs.head"
    assert read_office("Acting Director", law).authority is None


def test_an_office_no_longer_held_is_recognised() -> None:
    assert read_office("former Acting Director, ICE", load()).former == "former"
    assert read_office("Director, ICE (retired)", load()).former == "retired"


def test_the_holders_own_name_does_not_change_the_office() -> None:
    office = read_office("S. Example, Acting Director, ICE", load(), name="S. Example")
    assert office.authority is not None and office.authority.key == "ice.head"
    assert read_office("S. Example, Acting Director, ICE", load()).authority is None
    for name, text in (
        ("Pat Deputy", "Deputy Director, ICE"),
        ("Deputy Deputy", "Deputy Director, ICE"),
        ("Sam Field", "Field Director, ICE"),
    ):
        assert read_office(text, load(), name=name).authority is None


@settings(max_examples=150)
@given(st.text(max_size=40))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    read_office(text, load(), name=text, within=("dhs", "ice"))


@settings(max_examples=60)
@given(
    st.sampled_from(["Secretary of Homeland Security", "Acting Director, ICE", "Inspector General, DHS"]),
    st.sampled_from(["Deputy", "Assistant", "Associate", "Regional", "Vice", "Field Office", "Branch", "Special"]),
)
def test_a_word_before_the_title_makes_it_another_office(office: str, word: str) -> None:
    assert read_office(f"{word} {office}", load()).authority is None


def test_every_authority_is_recognised_by_its_own_name() -> None:
    law = load()
    for authority in law.authorities.values():
        found = read_office(authority.office, law).authority
        assert found is not None and found.key == authority.key, (authority.office, found)
