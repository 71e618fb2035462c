"""The access path loses nothing: what the rule confirms on all rows is what it confirms on those found."""

from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil import address, person
from counterfoil.verification import Asked, Record, Registry, confirms, keys, load_registry, verify, verify_one
from counterfoil.verification.rule import _likeness

from .conftest import row, write_csv

GIVEN = st.sampled_from(["RITA", "Rita Ann", "RITAANN", "R", "José", "JOSE LUIS", "Ən", "En", "O", "Đan", "Djan"])
SURNAME = st.sampled_from(
    [
        "SAMPLEZ",
        "Garcia",
        "GARCIA LOPEZ",
        "Müller",
        "MUELLER",
        "MULLER",
        "de la Cruz",
        "CRUZ",
        "O",
        "St. John",
        "SAINTJOHN",
    ]
)
LINE = st.sampled_from([
    "123 N MAIN ST APT 4", "123 Main St #4", "123 N Main Street", "123 N MAIN", "124 N MAIN ST", "PO BOX 12",
    "P.O. Box 12", "UNKNOWN", "RR 2 BOX 7", "12 E BLVD", "12 East Boulevard",
])  # fmt: skip
SUFFIX = st.sampled_from(["", "", "JR", "SR"])
TIN = st.sampled_from(["", "900701234", "900705678"])
BORN = st.sampled_from(["", "1980-02-03", "1999-01-01"])
ZIP = st.sampled_from(["62701", "62702", ""])
HOLD = st.sampled_from(["", "", "", "protected"])
ROWS = st.lists(
    st.builds(
        lambda g, s, x, li, t, b, z, y, h: row(
            given_name=g, surname=s, name_suffix=x, address_line1=li, tin=t, date_of_birth=b, postal_code=z,
            tax_year=str(y), hold=h,
        ),
        GIVEN, SURNAME, SUFFIX, LINE, TIN, BORN, ZIP, st.integers(2021, 2023), HOLD,
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


def asked_of(position: int, said: dict[str, str]) -> Asked:
    name = person.Written(said["given_name"], said["middle_name"], said["surname"], said["name_suffix"])
    where = address.Written(said["address_line1"], "", said["city"], said["state"], said["postal_code"])
    years = frozenset({int(said["tax_year"])})
    return Asked(position, person.parse(name), address.parse(where), years, said["date_of_birth"], said["tin"])


def all_records(rows: list[dict[str, str]]) -> list[Record]:
    """Every row as the rule sees it, found by no key at all."""
    held = {key_of(one) for one in rows if one["hold"]}
    return [
        Record(key_of(one), a.name, a.address, a.years, one["date_of_birth"], one["tin"], key_of(one) in held)
        for one in rows
        for a in [asked_of(0, one)]
    ]


def key_of(said: dict[str, str]) -> str:
    return keys.person_key(said["tin"], asked_of(0, said).name, said["date_of_birth"])


@given(ROWS, ROWS)
@settings(max_examples=20, deadline=None)
def test_verify_confirms_exactly_what_the_rule_confirms_on_all_rows(tmp_path_factory, rows, requests):
    folder = tmp_path_factory.mktemp("registry")
    load_registry([write_csv(folder / "file.csv", rows)], folder / "loaded")
    records = all_records(rows)
    places = address.Places()
    for record in records:
        places.add(record.address)
    asked = [asked_of(at, said) for at, said in enumerate([*requests, *rows])]
    with Registry.open(folder / "loaded") as registry:
        verdict = verify(registry, asked)
        single = {one.position for one in asked if verify_one(registry, one)}
    assert verdict.confirmed == {one.position for one in asked if confirms(one, records, places)} == single
    assert verdict.looked_up == len(asked)


@given(ROWS, ROWS)
@settings(max_examples=150, deadline=None)
def test_no_key_loses_a_record_that_the_rule_does_not_exclude(rows, requests):
    records = all_records(rows)
    places = address.Places()
    for record in records:
        places.add(record.address)
    for at, said in enumerate(requests):
        one = asked_of(at, said)
        for record in records:
            if _likeness(one, record, places) is not person.Likeness.DIFFERENT:
                place = keys.place_number(address.place_key(one.address))
                assert place is not None and place == keys.place_number(address.place_key(record.address))
                assert keys.surname_mask(one.name) & keys.surname_mask(record.name)
                assert keys.given_mask(one.name) & keys.given_mask(record.name)
                assert keys.year_bits(one.years) & keys.year_bits(record.years)


@given(st.frozensets(st.integers(1990, 2052)))
def test_years_and_their_bits_are_the_same(years):
    assert keys.years_of(keys.year_bits(years)) == years


def test_a_year_out_of_range_finds_nothing():
    assert keys.year_bits([1, 1989, 2053, 99999, -5]) == 0
