"""Deficient addresses are found with the right code, and near-by valid ones pass."""

import csv
from pathlib import Path

import pytest

from counterfoil.address import Written, faults, parse, split_line
from counterfoil.address.faults import RULES

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return [{k: v.encode().decode("unicode_escape") for k, v in row.items()} for row in csv.DictReader(file)]


def codes(text: str) -> set[tuple[str, ...]]:
    """The codes of a text in the first line, and of the same text split into columns."""
    return {faults(parse(Written(line1=text))), faults(parse(split_line(text)))}


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_wording_of_a_deficiency_is_found(code: str) -> None:
    texts = [row["text"] for row in rows("faults.csv") if row["code"] == code]
    assert texts
    assert {text: found for text in texts for found in codes(text) if code not in found} == {}


def test_odd_looking_but_valid_addresses_are_sufficient_and_sure() -> None:
    texts = [row["text"] for row in rows("sufficient.csv")]
    assert len(texts) > 150
    assert {text: found for text in texts for found in codes(text) if found} == {}
    assert [text for text in texts if not parse(split_line(text)).sure] == []


def test_an_address_split_over_columns_has_its_one_fault_or_none() -> None:
    cases = rows("columns.csv")
    assert len(cases) > 500
    wrong = {}
    for case in cases:
        code, *columns = case.values()
        address = parse(Written(*columns))
        if faults(address) != ((code,) if code else ()) or (not code and not address.sure):
            wrong[tuple(columns)] = (code, faults(address))
    assert wrong == {}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (("Failed to Provide", "", "", "", "60608"), ("ADDR_PLACEHOLDER",)),
        (("Refused", "", "Chicago", "IL", "60608"), ("ADDR_PLACEHOLDER",)),
        (("N/A", "N/A", "N/A", "N/A", "N/A"), ("ADDR_PLACEHOLDER",)),
        (("XXXX", "", "XXXX", "XX", "99999"), ("ADDR_PLACEHOLDER",)),
        (("123 Main St", "", "UNKNOWN", "IL", "60608"), ("ADDR_PLACEHOLDER",)),
        (("", "", "", "", "60608"), ("ADDR_ZIP_ONLY",)),
        (("", "", "Chicago", "IL", ""), ("ADDR_INCOMPLETE",)),
        (("123 Main St", "", "", "", "60608"), ("ADDR_INCOMPLETE",)),
        (("1450", "", "Chicago", "IL", "60608"), ("ADDR_NO_STREET",)),
        (("Main St", "", "Chicago", "IL", "60608"), ("ADDR_NO_NUMBER",)),
        (("Main St", "", "", "", ""), ("ADDR_NO_NUMBER", "ADDR_INCOMPLETE")),
        (("123 Main St, Chicago IL 60608", "", "Dallas", "TX", "75201"), ("ADDR_CONTRADICTORY",)),
        (("123 Main St", "99 Other Rd", "Chicago", "IL", "60608"), ("ADDR_MULTIPLE",)),
        (("123 Main St", "Apt", "Chicago", "IL", "60608"), ("ADDR_UNIT_NEEDED",)),
        (("123 Main St", "", "Chicago", "Illinios", "60608"), ("ADDR_MALFORMED",)),
        (("123 Main St", "", "Toronto", "ON", "M5V 2T6"), ("ADDR_FOREIGN",)),
        (("c/o Maria Lopez", "123 Main St", "Chicago", "IL", "60608"), ("ADDR_THIRD_PARTY",)),
        (("County Jail", "100 Main St", "Chicago", "IL", "60608"), ("ADDR_DETENTION",)),
        (("Immigration Court", "26 Federal Sq", "New York", "NY", "10278"), ("ADDR_AGENCY",)),
        (("123 Main St", "N/A", "Chicago", "IL", "60608"), ()),
        (("123 Main St", "PO Box 5", "Chicago", "IL", "60608"), ()),
        (("123", "Main St", "Chicago", "IL", "60608"), ()),
        (("123 Main St", "Maria Lopez", "Chicago", "IL", "60608"), ()),
        (("123 Main St, Chicago IL 60608", "", "Chicago", "IL", "60608"), ()),
        (("123 Main St", "", "New York", "NY", "10001"), ()),
        (("123 Main St", "", "Chicago", "IL", "60608 USA"), ()),
    ],
)
def test_the_columns_are_read_together(columns: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert faults(parse(Written(*columns))) == expected


def test_all_deficiencies_are_reported_at_once_and_in_a_stable_order() -> None:
    found = faults(parse(split_line("c/o Ann Roe, 7XX Sample Ave Apt, Chicago TX 60608")))
    assert found == ("ADDR_CONTRADICTORY", "ADDR_WILDCARD", "ADDR_UNIT_NEEDED", "ADDR_THIRD_PARTY")
    assert list(found) == [code for code in RULES if code in found]


def test_a_refusal_is_not_called_incomplete_as_well() -> None:
    assert faults(parse(Written(line1="Failed to Provide"))) == ("ADDR_PLACEHOLDER",)
    assert faults(parse(Written())) == ("ADDR_MISSING",)


def test_a_rule_file_and_its_function_have_the_name_of_the_code() -> None:
    for code, rule in RULES.items():
        assert rule.__name__ == code.lower()
        assert rule.__module__.endswith("." + code.lower())


@pytest.mark.parametrize(
    "city", ["#REF!", "#VALUE!", "=A1", "{{x}}", "${city}", "<city>", "[City]", "#####", "TRUE", "False"]
)
def test_what_a_spreadsheet_or_a_template_leaves_is_no_town(city: str) -> None:
    read = parse(Written("12 Oak St", "", city, "IL", "62701"))
    assert set(faults(read)) & {"ADDR_MALFORMED", "ADDR_PLACEHOLDER"}


def test_a_town_with_signs_or_of_an_odd_name_is_a_town() -> None:
    for city in ("O'Fallon", "St. Louis", "Saint Louis (East)", "Lake-in-the-Hills", "Peque\u00f1a"):
        assert faults(parse(Written("12 Oak St", "", city, "IL", "62701"))) == ()
    assert faults(parse(Written("12 Oak St", "", "True", "WV", "25988"))) == ()
