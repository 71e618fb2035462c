from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from counterfoil.errors import InputError, NotFoundError
from counterfoil.request import COLUMNS, read_file, read_roster
from counterfoil.synth import make_parties, make_registry, make_requests, officer_key
from tests.synth.conftest import Made, made, read

A_ROW_CAN_CARRY = {
    f"{family}_{code}"
    for family, codes in {
        "ADDR": ("MISSING", "PLACEHOLDER", "ZIP_ONLY", "NO_NUMBER", "NO_STREET", "INCOMPLETE", "MALFORMED"),
        "NAME": ("MISSING", "INCOMPLETE", "PLACEHOLDER", "MULTIPLE", "MALFORMED", "WILDCARD"),
        "PERIOD": ("MISSING", "VAGUE", "FUTURE", "EXCESSIVE", "MALFORMED"),
        "STATUTE": (
            "MISSING",
            "VAGUE",
            "CIVIL",
            "TAX",
            "NOT_FEDERAL",
            "UNKNOWN",
            "FACTS",
            "FACTS_90DAY",
            "FACTS_CLASS",
        ),
        "ORDER": ("MISSING", "MALFORMED"),
        "REASON": ("MISSING", "GENERIC", "BOILERPLATE", "CIVIL", "IRRELEVANT", "OTHER_PURPOSE", "TAX"),
        "INVESTIGATION": ("CLOSED", "IMPLAUSIBLE"),
        "ROSTER": ("GROUP", "CONTRACTOR", "NOT_ENGAGED"),
        "REQUEST_ID": ("MALFORMED", "DUPLICATE"),
    }.items()
    for code in codes
} | {
    *("ADDR_CONTRADICTORY", "ADDR_MULTIPLE", "ADDR_WILDCARD", "ADDR_UNIT_NEEDED", "ADDR_FOREIGN", "ADDR_THIRD_PARTY"),
    *("ADDR_DETENTION", "ADDR_AGENCY", "ID_MALFORMED", "OVERSUPPLY", "NO_INVESTIGATION", "ROSTER_MISSING", "PROBING"),
}
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"


def masked(row: dict[str, str]) -> str:
    """The reason without names, numbers and dates, more boldly than any rule would: capitals go too."""
    text = re.sub(MONTHS, "#", row["reason"])
    text = re.sub(r"\S*\d\S*", "#", text)
    text = re.sub(r"\b[A-ZÀ-Ỹ]\S*", "N", text)
    return re.sub(r"(N |# |, |and )+", "# ", text)


def test_every_class_of_defect_that_a_row_can_carry_is_there(everyday: Made) -> None:
    found = {code for row in everyday.rows for code in row["defects"].split(";") if code}
    assert found == A_ROW_CAN_CARRY


def test_everyday_requests_are_mostly_lawful(everyday: Made) -> None:
    lawful = len(everyday.where(lawful="true")) / len(everyday.rows)
    assert 0.68 < lawful < 0.82
    assert 0.3 < len(everyday.where(confirm="true")) / len(everyday.rows) < 0.5


def test_the_texts_of_a_defect_are_many(everyday: Made) -> None:
    for code, column in (
        ("ADDR_PLACEHOLDER", "address_line1"),
        ("REASON_CIVIL", "reason"),
        ("REASON_GENERIC", "reason"),
    ):
        texts = [row[column].lower() for row in everyday.rows if row["defects"] == code]
        assert len(set(texts)) > 0.6 * len(texts), code


def test_the_exchange_has_its_known_proportions(exchange: Made) -> None:
    scale = len(exchange.rows) / 1_280_000
    numbered = [r for r in exchange.rows if r["tin"] and r["way"] != "other_number"]
    assert len(numbered) == pytest.approx(42_695 * scale, abs=8)
    insufficient = [r for r in numbered if r["defects"]]
    assert len(insufficient) == pytest.approx(2_364 * scale, abs=6)
    confirmable = [r for r in numbered if r["confirm"] == "true"]
    assert len(confirmable) == pytest.approx(7_331 * scale, abs=4)
    without = [r for r in exchange.rows if not r["tin"] and r["confirm"] == "true"]
    assert len(without) == pytest.approx((4_594 + 12_327) * scale, abs=6)
    deficient = [r for r in exchange.rows if r["defects"]]
    assert len(deficient) == pytest.approx(0.2 * len(exchange.rows), rel=0.06)
    assert all(row["statute"].endswith("1253(a)(1)(A)") for row in exchange.rows)


def test_every_block_of_a_thousand_has_the_mix(everyday: Made) -> None:
    for start in range(0, 3_000, 1_000):
        block = everyday.rows[start : start + 1_000]
        alike = sum("REASON_BOILERPLATE" in row["defects"] for row in block)
        assert 55 < alike < 75  # above one in twenty, in every batch that is cut at a thousand


@pytest.mark.parametrize("mix", ["everyday", "exchange"])
def test_lawful_reasons_are_far_from_boilerplate(mix: str, request: pytest.FixtureRequest) -> None:
    rows = [r for r in request.getfixturevalue(mix).rows if r["lawful"] == "true"]
    assert len({row["reason"] for row in rows}) == len(rows)
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        assert Counter(map(masked, part)).most_common(1)[0][1] < 0.02 * len(part)


def test_boilerplate_is_alike_but_for_name_and_date(everyday: Made) -> None:
    rows = [r for r in everyday.rows if r["defects"] == "REASON_BOILERPLATE"]
    texts = set()
    for row in rows:
        text = row["reason"].replace(row["surname"], "#").replace(row["given_name"], "#")
        texts.add(re.sub(r"\d{4}-\d\d-\d\d", "#", text))
    assert len(texts) == 1


def test_no_investigation_has_more_than_ten_subjects_but_the_implausible(everyday: Made) -> None:
    counts = Counter(row["investigation_id"] for row in everyday.rows if "NO_INVESTIGATION" not in row["defects"])
    big = {id for id, count in counts.items() if count > 10}
    assert big == {r["investigation_id"] for r in everyday.rows if r["defects"] == "INVESTIGATION_IMPLAUSIBLE"}


@pytest.mark.parametrize("mix", ["everyday", "exchange"])
def test_no_officer_has_more_than_a_hundred_subjects(mix: str, request: pytest.FixtureRequest) -> None:
    asked: Made = request.getfixturevalue(mix)
    counts = Counter(key for row in asked.rows if "ROSTER_" not in row["defects"] for key in row["recipients"].split())
    assert max(counts.values()) <= 100
    assert len(counts) <= asked.made.officers <= len(asked.rows) // 100 * 1.25 + 2


def test_as_sent_there_is_one_officer_and_one_reason(country: Path, tmp_path: Path) -> None:
    asked = made(country, tmp_path, 300, "exchange-2025", as_sent=True)
    assert {row["recipients"] for row in asked.rows} == {"o00001"}
    assert not asked.where(lawful="true")
    assert all("ROSTER_IMPLAUSIBLE" in row["defects"] for row in asked.rows)
    assert asked.made.officers == 1


def test_the_same_seed_gives_the_same_requests_in_every_format(country: Path, tmp_path: Path) -> None:
    files = []
    for name in ("one.csv", "two.csv", "three.jsonl", "four.parquet"):
        make_requests(country, 400, 8, "everyday", tmp_path / name, tmp_path / f"{name}.truth.csv")
        files.append(tmp_path / name)
    assert files[0].read_bytes() == files[1].read_bytes()
    truths = {(tmp_path / f"{file.name}.truth.csv").read_bytes() for file in files}
    assert len(truths) == 1
    rows = [list(read_file(file)) for file in files]
    plain = [[{c: getattr(r, c) for c in COLUMNS} for r in found] for found in rows]
    assert plain[0] == plain[2] == plain[3]
    assert [r.oversupplied for r in rows[0]] == [r.oversupplied for r in rows[2]]


def test_what_is_supplied_too_much_is_in_a_column_of_its_own(everyday: Made) -> None:
    for row in everyday.rows:
        extra = any(row[c] for c in ("fingerprint_id", "a_number", "phone", "employer"))
        assert extra == ("OVERSUPPLY" in row["defects"])


def test_requests_are_counted_as_they_are_written(everyday: Made) -> None:
    made = everyday.made
    assert made.rows == 3_000
    assert made.lawful == len(everyday.where(lawful="true"))
    assert made.confirm == len(everyday.where(confirm="true"))
    assert made.defects["ADDR_AGENCY"] == sum("ADDR_AGENCY" in r["defects"].split(";") for r in everyday.rows)
    assert made.replaced < 10


def test_progress_is_told(country: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    make_requests(
        country,
        100,
        1,
        "everyday",
        tmp_path / "r.csv",
        tmp_path / "t.csv",
        lambda done, total: seen.append((done, total)),
    )
    assert seen[-1] == (100, 100)


@pytest.mark.parametrize(
    ("count", "mix", "name"),
    [(0, "everyday", "r.csv"), (10**7, "everyday", "r.csv"), (10, "weekend", "r.csv"), (10, "everyday", "r.txt")],
)
def test_a_call_that_cannot_be_is_refused(count: int, mix: str, name: str, country: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        make_requests(country, count, 1, mix, tmp_path / name, tmp_path / "t.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_country_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        make_requests(tmp_path, 10, 1, "everyday", tmp_path / "r.csv", tmp_path / "t.csv")


@pytest.mark.parametrize("count", [1, 3, 17])
def test_a_few_requests_can_be_made_of_few_people(count: int, tmp_path: Path) -> None:
    make_registry(60, 4, tmp_path / "registry")
    result = make_requests(tmp_path / "registry", count, 1, "everyday", tmp_path / "r.csv", tmp_path / "t.csv")
    assert result.rows == count == len(read(tmp_path / "t.csv"))


def test_the_parties_have_a_roster_for_all_requests(everyday: Made, tmp_path: Path) -> None:
    parties = make_parties(tmp_path / "p", 3_000, 5)
    roster = read_roster(Path(parties.roster))
    named = {key for row in everyday.where(lawful="true") for key in row["recipients"].split()}
    assert named <= {entry.key for entry in roster}
    assert len(roster) == parties.officers <= 36
    assert {entry.agency for entry in roster} == {"ICE"}
    assert {entry.engaged for entry in roster} == {"yes"}
    assert len({entry.public_key["kid"] for entry in roster}) == len(roster)
    assert all(len(entry.name.split()) >= 2 for entry in roster)


def test_a_divided_file_has_a_roster_for_its_part(tmp_path: Path) -> None:
    roster = read_roster(Path(make_parties(tmp_path / "p", 1_000, 5, start=2_000).roster))
    assert {officer_key(2_000), officer_key(2_999)} <= {entry.key for entry in roster}
    assert officer_key(0) not in {entry.key for entry in roster}


def test_keys_are_never_written_over(tmp_path: Path) -> None:
    make_parties(tmp_path / "p", 50, 5)
    before = (tmp_path / "p" / "official.jwk").read_bytes()
    with pytest.raises(InputError):
        make_parties(tmp_path / "p", 50, 5)
    assert (tmp_path / "p" / "official.jwk").read_bytes() == before


def test_the_papers_can_be_read(tmp_path: Path) -> None:
    from counterfoil.agreement import read_order, read_safeguards

    parties = make_parties(tmp_path / "p", 50, 5)
    assert read_safeguards(Path(parties.safeguards)).agency == "ICE"
    assert read_order(Path(parties.order)).court == "D.D.C."
