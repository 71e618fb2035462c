"""The confirmation rule, sentence by sentence, on registries that were really loaded."""

import pytest

from counterfoil.verification import verify, verify_one

from .conftest import ask, row


def confirmed(registry, *asked) -> set[int]:
    numbered = [one._replace(position=at) for at, one in enumerate(asked)]
    found = verify(registry, numbered)
    assert found.looked_up == len(asked)
    assert {one.position for one in numbered if verify_one(registry, one)} == found.confirmed
    return set(found.confirmed)


def is_confirmed(registry, asked) -> bool:
    return confirmed(registry, asked) == {0}


def test_a_person_at_her_address_in_a_year_on_file_is_confirmed(opened):
    assert is_confirmed(opened(row()), ask())


def test_the_address_may_be_spelled_in_another_way_and_the_name_too(opened):
    registry = opened(row(given_name="MARIA JOSE", surname="GARCIA LOPEZ"))
    assert is_confirmed(registry, ask("María|José|García-López", "123 N. Main St. #4"))


@pytest.mark.parametrize(
    "changed",
    [
        {"line1": "124 N Main St Apt 4"},
        {"line1": "123 N Main St Apt 5"},
        {"line1": "123 N Main St"},
        {"line1": "123 S Main St Apt 4"},
        {"line1": "123 N Main Ave Apt 4"},
        {"city": "Chicago", "postal_code": "60608"},
        {"name": "Rosa||Samplez"},
        {"name": "Rita||Sample"},
        {"name": "R||Samplez"},
        {"name": "Samplez||Rita"},
        {"years": (2022,)},
        {"years": ()},
    ],
)
def test_another_address_name_or_year_is_not_confirmed(opened, changed):
    assert not is_confirmed(opened(row()), ask(**changed))


def test_one_of_several_years_is_enough(opened):
    assert is_confirmed(opened(row()), ask(years=(2021, 2022, 2023)))


def test_an_address_of_another_year_is_not_confirmed(opened):
    registry = opened(row(), row(tax_year="2024", address_line1="9 ELM ST", postal_code="62702"))
    assert is_confirmed(registry, ask(years=(2023,)))
    assert not is_confirmed(registry, ask(years=(2024,)))


def test_the_right_taxpayer_number_never_stands_in_for_the_address(opened):
    wrong = ask(line1="9 Elm St", tin="900-70-1234", date_of_birth="1980-02-03")
    assert not is_confirmed(opened(row()), wrong)


def test_an_address_that_cannot_be_read_is_looked_up_and_never_confirmed(opened):
    registry = opened(row(address_line1="UNKNOWN ADDRESS", city="", state="", postal_code=""))
    assert not is_confirmed(registry, ask(line1="Unknown Address", city="", state="", postal_code=""))


@pytest.mark.parametrize(
    ("number", "born", "expected"),
    [
        ("900701234", "", True),
        ("900-70-1234", "1980-02-03", True),
        ("", "1980-02-03", True),
        ("900701235", "", False),
        ("900701234", "1980-02-04", False),
        ("", "1981-02-03", False),
        ("A99900111", "", False),
    ],
)
def test_a_taxpayer_number_or_birth_date_in_conflict_is_not_confirmed(opened, number, born, expected):
    assert is_confirmed(opened(row()), ask(tin=number, date_of_birth=born)) is expected


def test_what_is_not_on_file_cannot_conflict(opened):
    registry = opened(row(tin="", date_of_birth=""))
    assert is_confirmed(registry, ask(tin="900701234", date_of_birth="1980-02-03"))


def test_two_people_of_one_name_at_one_address_are_not_confirmed(opened):
    registry = opened(row(), row(tin="900705678", date_of_birth="1999-01-01"))
    assert not is_confirmed(registry, ask())


def test_a_number_or_birth_date_tells_two_people_of_one_name_apart(opened):
    registry = opened(row(), row(tin="900705678", date_of_birth="1999-01-01"))
    assert is_confirmed(registry, ask(tin="900701234"))
    assert is_confirmed(registry, ask(date_of_birth="1999-01-01"))
    assert not is_confirmed(registry, ask(tin="900701234", date_of_birth="1999-01-01"))


def test_two_people_of_one_name_in_different_years_are_told_apart_by_the_year(opened):
    registry = opened(row(), row(tin="900705678", tax_year="2022"))
    assert is_confirmed(registry, ask(years=(2023,)))
    assert not is_confirmed(registry, ask(years=(2022, 2023)))


def test_father_and_son_are_not_confirmed_when_the_request_does_not_tell_them_apart(opened):
    son = row(tin="900705678", given_name="JOHN", surname="SAMPLE", name_suffix="JR", date_of_birth="2000-01-01")
    father = row(given_name="JOHN", surname="SAMPLE")
    both = opened(father, son)
    assert not is_confirmed(both, ask("John||Sample"))
    assert not is_confirmed(both, ask("John||Sample|Jr"))
    assert is_confirmed(both, ask("John||Sample", date_of_birth="1980-02-03"))
    assert is_confirmed(both, ask("John||Sample|Jr", tin="900705678"))
    marked = opened({**father, "name_suffix": "SR"}, son)
    assert is_confirmed(marked, ask("John||Sample|Jr")) and is_confirmed(marked, ask("John||Sample Sr."))
    assert not is_confirmed(marked, ask("John||Sample"))


def test_a_possible_person_beside_the_same_person_makes_it_ambiguous(opened):
    registry = opened(row(), row(tin="900705678", given_name="R", date_of_birth="1999-01-01"))
    assert not is_confirmed(registry, ask())


def test_cousins_with_one_surname_in_common_are_told_apart(opened):
    registry = opened(row(surname="GARCIA LOPEZ"), row(tin="900705678", surname="GARCIA RUIZ"))
    assert is_confirmed(registry, ask("Rita||Garcia Lopez"))
    assert not is_confirmed(registry, ask("Rita||Garcia"))


@pytest.mark.parametrize("hold", ["informant", "impairment", "protected", "Protected; informant", "sealed"])
def test_a_hold_on_any_row_of_a_person_holds_every_row(opened, hold):
    other = row(tax_year="2020", address_line1="9 ELM ST", postal_code="62702", hold=hold)
    unreadable = row(tax_year="2020", address_line1="???", hold=hold)
    assert not is_confirmed(opened(row(hold=hold)), ask())
    assert not is_confirmed(opened(row(), other), ask())
    assert not is_confirmed(opened(row(), unreadable), ask())


def test_a_hold_on_somebody_else_holds_nobody(opened):
    assert is_confirmed(opened(row(hold="none"), row(tin="900705678", given_name="ROSA", hold="protected")), ask())


def test_a_person_whose_name_is_spelled_otherwise_each_year_is_one_person(opened):
    registry = opened(
        row(surname="MÜLLER"), row(surname="MUELLER", tax_year="2022"), row(surname="MULLER", tax_year="2021")
    )
    assert registry.info()["people"] == 1
    assert is_confirmed(registry, ask("Rita||Mueller", years=(2021, 2022, 2023)))


def test_a_name_of_another_row_of_the_same_number_does_not_stand_in(opened):
    registry = opened(row(), row(tax_year="2022", given_name="PEDRO", surname="OTHER", address_line1="9 ELM ST"))
    assert not is_confirmed(registry, ask("Pedro||Other"))


def test_people_without_a_number_are_told_apart_by_name_and_birth_date(opened):
    registry = opened(row(tin=""), row(tin="", date_of_birth="1999-01-01"))
    assert not is_confirmed(registry, ask())
    assert is_confirmed(registry, ask(date_of_birth="1999-01-01"))


def test_a_street_without_its_direction_is_confirmed_only_where_the_file_knows_one(opened):
    alone = opened(row())
    twins = opened(row(), row(tin="900705678", given_name="ROSA", address_line1="123 S MAIN ST APT 4"))
    assert is_confirmed(alone, ask(line1="123 Main St Apt 4"))
    assert not is_confirmed(twins, ask(line1="123 Main St Apt 4"))
