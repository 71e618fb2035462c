"""The truth of every row, worked out again from the files alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import pytest

from tests.synth.conftest import Made
from tests.synth.fold import numbers, person, street

Rows = list[dict[str, object]]


@pytest.fixture(scope="module")
def by_person(registry: Rows) -> dict[tuple[str, str], Rows]:
    found: dict[tuple[str, str], Rows] = defaultdict(list)
    for row in registry:
        found[person(row)].append(row)
    return found


def at(asked: dict[str, str], rows: Rows, *, years: bool = True) -> Rows:
    """Rows of the file with the numbers of the asked address, in the asked years."""
    wanted = numbers(asked)
    return [row for row in rows if numbers(row) == wanted and (not years or str(row["tax_year"]) in asked["tax_years"])]


@pytest.fixture(scope="module", params=["everyday", "exchange"])
def asked(request: pytest.FixtureRequest) -> Made:
    return request.getfixturevalue(request.param)


def test_a_row_is_lawful_exactly_when_no_defect_was_put_in(asked: Made) -> None:
    for row in asked.rows:
        assert (row["lawful"] == "true") == (row["defects"] == "")
        assert row["lawful"] == "true" or row["confirm"] == "false"


def test_a_row_to_be_confirmed_fits_one_person_of_the_file(asked: Made, by_person: dict) -> None:
    rows = asked.where(confirm="true")
    assert len(rows) > 50
    for row in rows:
        fits = at(row, by_person[person(row)])
        if row["date_of_birth"]:
            fits = [fit for fit in fits if fit["date_of_birth"] == row["date_of_birth"]]
        if row["way"] == "told_apart":
            assert row["date_of_birth"]
        tins = {fit["tin"] for fit in fits}
        assert len(tins) == 1, (row, fits)
        assert not row["tin"] or row["tin"].replace("-", "") in tins
        everything = [fit for fit in by_person[person(row)] if fit["tin"] in tins]
        assert not any(fit["hold"] for fit in everything), row


def test_the_address_to_be_confirmed_is_spelled_like_the_one_on_file(everyday: Made, by_person: dict) -> None:
    """Every word of the file's street is in the request or is a known short form; a sample by words in common."""
    checked = 0
    for row in everyday.where(confirm="true", way="spelled"):
        fits = at(row, by_person[person(row)])
        theirs = {street(fit) for fit in fits}
        mine = set(street(row).split())
        checked += any(len(mine & set(text.split())) >= min(2, len(mine)) for text in theirs)
    assert checked > 0.85 * len(everyday.where(confirm="true", way="spelled"))


@pytest.mark.parametrize(
    "way",
    ["wrong_address", "neighbour_unit", "neighbour_number", "old_address", "not_filed", "box_for_street", "no_unit",
     "mistyped_number", "unknown_person", "household_stranger", "moved_relative", "namesake"],
)  # fmt: skip
def test_no_person_of_that_name_was_there_in_those_years(everyday: Made, by_person: dict, way: str) -> None:
    rows = everyday.where(way=way, lawful="true")
    assert rows, way
    for row in rows:
        fits = at(row, by_person.get(person(row), []))
        if row["date_of_birth"]:
            fits = [fit for fit in fits if fit["date_of_birth"] == row["date_of_birth"]]
        same = [fit for fit in fits if street(fit) == street(row)]
        assert not same, (row, same)


def test_a_mistyped_name_is_in_the_file_at_no_such_address(everyday: Made, by_person: dict) -> None:
    for row in everyday.where(way="mistyped_name", lawful="true"):
        assert not at(row, by_person.get(person(row), [])), row


def test_the_other_street_of_a_twin_is_asked_about(everyday: Made, by_person: dict) -> None:
    rows = everyday.where(way="twin_street", lawful="true")
    assert len(rows) > 30
    for row in rows:
        fits = at(row, by_person[person(row)])
        assert fits, row
        assert all(street(fit) != street(row) for fit in fits), (row, fits)


def test_relatives_who_cannot_be_told_apart_are_two(everyday: Made, by_person: dict) -> None:
    rows = everyday.where(way="relatives", lawful="true")
    assert len(rows) > 10
    for row in rows:
        assert not row["date_of_birth"] and not row["tin"] and not row["name_suffix"]
        assert len({fit["tin"] for fit in at(row, by_person[person(row)])}) > 1, row


def test_who_is_told_apart_has_a_relative_of_the_same_name(everyday: Made, by_person: dict) -> None:
    rows = everyday.where(way="told_apart", lawful="true")
    assert rows
    alike = [len({fit["tin"] for fit in at(row, by_person[person(row)], years=False)}) > 1 for row in rows]
    assert sum(alike) > 0.7 * len(alike)


def test_who_is_on_hold_is_on_hold(everyday: Made, by_person: dict) -> None:
    rows = everyday.where(way="on_hold", lawful="true")
    assert rows
    for row in rows:
        tins = {fit["tin"] for fit in at(row, by_person[person(row)])}
        assert any(fit["hold"] for fit in by_person[person(row)] if fit["tin"] in tins), row


def test_another_number_or_date_of_birth_conflicts(everyday: Made, by_person: dict) -> None:
    for row in everyday.where(way="other_number", lawful="true"):
        assert row["tin"].replace("-", "") not in {fit["tin"] for rows in by_person.values() for fit in rows}
    for row in everyday.where(way="other_birth", lawful="true"):
        fits = at(row, by_person[person(row)])
        assert row["date_of_birth"] not in {fit["date_of_birth"] for fit in fits}


def test_nobody_is_asked_about_twice_unless_it_probes(asked: Made) -> None:
    seen = defaultdict(list)
    for row in asked.rows:
        if "NAME_" not in row["defects"] and row["way"] != "several_addresses":
            seen[person(row)].append(row["date_of_birth"])
    for births in seen.values():
        if len(births) > 1:
            assert len(set(births)) == len(births)
            assert all(births)


def test_a_tax_number_stands_in_one_row_unless_it_probes(asked: Made) -> None:
    tins = Counter(
        row["tin"].replace("-", "") for row in asked.rows if row["tin"] and "ID_MALFORMED" not in row["defects"]
        and row["way"] != "several_addresses"
    )  # fmt: skip
    assert max(tins.values()) == 1


def test_few_names_are_asked_about_at_one_address_unless_it_probes(asked: Made) -> None:
    found: dict[tuple, set] = defaultdict(set)
    for row in asked.rows:
        if "ADDR_" not in row["defects"] and "NAME_" not in row["defects"]:
            found[(street(row), row["city"].upper(), row["postal_code"][:5])].add((row["way"], person(row)))
    for address, names in found.items():
        if all(way != "several_names" for way, _ in names):
            assert len(names) <= 5, address


def test_probing_comes_after_a_first_request_that_is_lawful(everyday: Made) -> None:
    rows = everyday.where(way="several_addresses")
    assert rows
    by_who = defaultdict(list)
    for row in rows:
        by_who[person(row)].append(row)
    for asked in by_who.values():
        assert [row["defects"] for row in asked] == ["", *["PROBING"] * (len(asked) - 1)]
        assert len(asked) > 1
        assert len({numbers(row) for row in asked}) == len(asked)
    names = everyday.where(way="several_names")
    assert len({person(row) for row in names}) == len(names) > 10
    assert all(row["defects"] == "PROBING" for row in names)


def test_ninety_one_days_have_passed_where_the_law_asks_for_them(asked: Made) -> None:
    day = date(2026, 11, 22)
    checked = 0
    for row in asked.where(lawful="true"):
        if "1253" in row["statute"]:
            checked += 1
            ordered = date.fromisoformat(row["removal_order_date"])
            final = date.fromisoformat(row["judicial_review_decided"] or row["removal_order_date"])
            assert ordered <= final
            assert (day - final).days > 90
            assert row["removal_order_case"]
            assert row["removal_ground"].startswith("8 USC 1227(a)")
        if "1326" in row["statute"]:
            assert row["prior_removal_date"] < row["found_date"] <= day.isoformat()
        if "1325" in row["statute"]:
            assert (day - date.fromisoformat(row["entry_date"])).days < 5 * 365 - 30
    assert checked > 500


def test_lawful_rows_ask_for_at_most_four_years_that_have_passed(asked: Made) -> None:
    for row in asked.where(lawful="true"):
        years = row["tax_years"].split()
        assert 1 <= len(years) <= 4
        assert all(2015 <= int(year) <= 2025 for year in years)
