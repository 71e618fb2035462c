from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from counterfoil.errors import InputError
from counterfoil.synth import make_registry
from counterfoil.synth.country.country import Country, read_country
from counterfoil.synth.country.names import surname_list
from counterfoil.synth.country.place import FORMS
from tests.synth.fold import fold

COLUMNS = [
    *("tin", "given_name", "middle_name", "surname", "name_suffix", "date_of_birth", "tax_year"),
    *("address_line1", "address_line2", "city", "state", "postal_code", "hold"),
]
FIRST_DIGITS = {
    "TX": "78", "NY": "1", "PR": "0", "UT": "8", "CA": "9", "AE": "0", "WI": "5", "FL": "3", "IL": "6", "GA": "3",
    "NJ": "0", "AZ": "8", "PA": "1", "NC": "2", "OH": "4", "MI": "4", "WA": "9", "MA": "0", "AP": "9",
}  # fmt: skip
FORM_PATTERNS = {
    "street": r"^\d+ [NSEW]? ?[A-Z ]+ (ST|AVE|DR|RD|LN|CT|BLVD)\b",
    "po box": r"^P\.? ?O\.? ?BOX \d+$|^POST OFFICE BOX",
    "rural route": r"^(RR|R\.R\.|RURAL ROUTE|RFD) \d+,? BOX \d+$",
    "highway contract": r"^(HC|HIGHWAY CONTRACT) \d+,? BOX \d+$",
    "general delivery": r"^GENERAL DELIVERY$",
    "military": r"^(PSC|CMR|UNIT) \d+,? BOX \d+$",
    "urbanization": r"^URB(ANIZACION)? ",
    "queens": r"^\d+-\d\d ",
    "grid": r"^\d+ (N|S|E|W|NORTH|SOUTH|EAST|WEST) \d+ (N|S|E|W|NORTH|SOUTH|EAST|WEST)\b",
    "fraction": r"^\d+ 1/2 ",
    "ordinal": r" \d+(ST|ND|RD|TH) (ST|AVE|PL)\b",
    "highway": r"^\d+ (STATE|ST|US|U S) (HIGHWAY|HWY|ROUTE|RTE) \d+$|^\d+ HIGHWAY \d+$",
    "county road": r"^\d+ (COUNTY ROAD|COUNTY RD|CR|CO RD) \d+$",
    "wisconsin": r"^[NS]\d+[EW]\d+ ",
    "unit in line 2": r"^APT",
    "direction behind": r" (NW|NE|SW|SE)$",
}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_registry(1_500, 5, tmp_path / name)
    files = sorted(p.name for p in (tmp_path / "one").iterdir())
    assert files == ["made-up-country.json", "registry-0000.parquet"]
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_another_seed_gives_other_people() -> None:
    one, two = (Country(500, seed, (2022, 2023, 2024)).county(0) for seed in (1, 2))
    assert {p.name for p in one.people} != {p.name for p in two.people}


def test_a_county_made_alone_is_the_county_made_with_the_others() -> None:
    whole = list(Country(2_000, 9, (2022, 2023, 2024)).all())
    alone = Country(2_000, 9, (2022, 2023, 2024)).county(11)
    assert alone == whole[11]


def test_there_are_as_many_people_as_asked_for(registry: list[dict[str, object]]) -> None:
    assert len({row["tin"] for row in registry}) == 12_000
    assert list(registry[0]) == COLUMNS


@pytest.mark.parametrize("people", [1, 2, 119, 121, 2_401])
def test_small_countries_have_exactly_their_people(people: int, tmp_path: Path) -> None:
    made = make_registry(people, 1, tmp_path / "r")
    assert made.people == people
    assert people <= made.rows <= 3 * people


def test_nobody_has_two_rows_for_one_year(registry: list[dict[str, object]]) -> None:
    assert max(Counter((row["tin"], row["tax_year"]) for row in registry).values()) == 1


def test_every_form_of_publication_28_is_there(registry: list[dict[str, object]]) -> None:
    for name, pattern in FORM_PATTERNS.items():
        found = [
            row
            for row in registry
            if re.search(pattern, str(row["address_line1"]).upper())
            or re.search(pattern, str(row["address_line2"]).upper())
        ]
        assert found, name


def test_every_form_is_made_as_a_fact() -> None:
    forms = {place.form for county in Country(6_000, 2, (2022, 2023, 2024)).all() for place in county.places}
    assert forms == set(FORMS)


def test_every_family_of_names_is_borne_in_skewed_frequency(registry: list[dict[str, object]]) -> None:
    borne = Counter(fold(row["surname"]).split()[0] for row in registry if row["tax_year"] == 2023)
    for family in ("anglo", "hispanic", "vietnamese", "arabic", "slavic"):
        listed = [fold(name).split()[0] for name in surname_list(family)]
        counts = [borne[name] for name in listed]
        assert sum(counts) > 300, family
        middle = len(counts) // 2
        assert sum(counts[:middle]) > 1.5 * sum(counts[middle:]), family
    assert any("-" in str(row["surname"]) for row in registry)
    assert any(" " in str(row["surname"]) for row in registry)


def test_zip_codes_lie_in_their_states(registry: list[dict[str, object]]) -> None:
    seen = set()
    for row in registry:
        digits = FIRST_DIGITS.get(str(row["state"]))
        if digits:
            assert str(row["postal_code"])[0] in digits, row
            seen.add(row["state"])
    assert len(seen) > 14


def test_tax_numbers_are_valid_in_structure(registry: list[dict[str, object]]) -> None:
    groups = {*range(50, 66), *range(70, 89), 90, 91, 92, *range(94, 100)}
    itins = 0
    for tin in {str(row["tin"]) for row in registry}:
        assert re.fullmatch(r"\d{9}", tin)
        if tin[0] == "9":
            itins += 1
            assert int(tin[3:5]) in groups
        else:
            assert 750 <= int(tin[:3]) < 900
            assert tin[3:5] != "00"
            assert tin[5:] != "0000"
    assert 0.03 < itins / 12_000 < 0.3


def test_people_move_share_homes_and_bear_each_others_names(registry: list[dict[str, object]]) -> None:
    homes = defaultdict(set)
    living = defaultdict(set)
    for row in registry:
        home = (row["city"], str(row["address_line1"]).upper(), str(row["address_line2"]).upper())
        homes[row["tin"]].add(home)
        if row["tax_year"] == 2024:
            living[home].add((row["tin"], row["given_name"], row["surname"], row["name_suffix"]))
    assert sum(len({h[0] for h in found}) > 1 for found in homes.values()) > 200
    assert sum(len(people) > 1 for people in living.values()) > 1_000
    names = [Counter((given, surname) for _, given, surname, _ in people) for people in living.values()]
    assert sum(max(count.values()) > 1 for count in names) > 30
    suffixes = Counter(row["name_suffix"] for row in registry)
    assert {"JR", "SR", "II", "III"} <= set(suffixes)
    assert suffixes[""] > 0.9 * len(registry)


def test_few_people_are_on_hold(registry: list[dict[str, object]]) -> None:
    held = defaultdict(set)
    for row in registry:
        if row["hold"]:
            held[row["hold"]].add(row["tin"])
    assert set(held) == {"informant", "impairment", "protected"}
    assert 0.005 < sum(map(len, held.values())) / 12_000 < 0.025


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="other things"):
        make_registry(10, 1, tmp_path)
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "mine"


def test_an_earlier_made_up_registry_is_replaced(tmp_path: Path) -> None:
    make_registry(400, 1, tmp_path)
    make_registry(200, 2, tmp_path)
    assert read_country(tmp_path).people == 200


@pytest.mark.parametrize("people", [0, -3, 10**9])
def test_an_impossible_number_of_people_is_refused(people: int, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        make_registry(people, 1, tmp_path / "r")


def test_a_country_of_another_version_is_refused(tmp_path: Path) -> None:
    make_registry(100, 1, tmp_path)
    facts = tmp_path / "made-up-country.json"
    facts.write_text(facts.read_text(encoding="utf-8").replace('"maker": "', '"maker": "x'), encoding="utf-8")
    with pytest.raises(InputError, match="another version"):
        read_country(tmp_path)


def test_damaged_facts_are_a_message_and_no_traceback(tmp_path: Path) -> None:
    make_registry(100, 1, tmp_path)
    (tmp_path / "made-up-country.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        read_country(tmp_path)
