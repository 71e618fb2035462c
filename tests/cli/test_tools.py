"""The commands that need no office: addresses, keys, the made-up country, agreements."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest

from .conftest import Call, spawn

GOOD = "123 N Main St Apt 4, Springfield, IL 62701"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# ---- address check ----------------------------------------------------------------------------------------


def test_a_file_of_addresses_is_checked_line_by_line(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(f"{GOOD}\n60608\n\nUnknown Address 60608\nPO Box 12, Dover, DE 19901\n", encoding="utf-8")
    told = call("address", "check", file)
    assert told.code == 1
    rows = list(csv.DictReader(told.out.splitlines()))
    assert [row["address"] for row in rows] == file.read_text(encoding="utf-8").splitlines()
    assert [row["sufficient"] for row in rows] == ["true", "false", "false", "false", "true"]
    assert rows[1]["codes"] == "ADDR_ZIP_ONLY" and rows[2]["codes"] == "ADDR_MISSING"
    assert rows[0]["codes"] == ""


def test_sufficient_addresses_end_with_0_and_json_explains_the_others(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(f'"{GOOD}"\r\n', encoding="utf-8-sig")
    assert call("address", "check", file).code == 0
    file.write_text("60608\n", encoding="utf-8")
    told = call("address", "check", file, "--json").json
    assert told["insufficient"] == 1 and told["addresses"][0]["messages"][0]


def test_addresses_come_from_standard_input_too(tmp_path: Path) -> None:
    told = spawn("address", "check", "-o", tmp_path / "out.csv", stdin=(GOOD + "\n").encode())
    assert told.code == 0
    assert read(tmp_path / "out.csv")[0]["sufficient"] == "true"


@pytest.mark.parametrize("text", ["x" * 100_000, "\x00\x01\x02", "=cmd()", "🏠 🏠", "1 " * 2_000, ",,,,,", "١٢٣ شارع"])
def test_no_text_breaks_the_check(call: Call, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text + "\n", encoding="utf-8")
    told = call("address", "check", tmp_path / "a.txt", "--json")
    assert told.code == 1
    assert told.json["addresses"][0]["sufficient"] is False


# ---- address compare --------------------------------------------------------------------------------------


def test_two_spellings_are_one_delivery_point_and_two_numbers_are_not(call: Call) -> None:
    assert call("address", "compare", GOOD, "123 North Main Street #4, Springfield IL 62701", "--json").json["same"]
    told = call("address", "compare", GOOD, GOOD.replace("123", "124"))
    assert told.code == 0
    assert told.out.startswith("not the same") and "number" in told.out


def test_a_file_of_pairs_gives_a_file_of_verdicts(call: Call, tmp_path: Path) -> None:
    pairs, out = tmp_path / "pairs.csv", tmp_path / "out.csv"
    pairs.write_text(
        'id,b,a\n1,"12 OAK ST, DOVER, DE 19901","12 Oak Street, Dover, DE 19901"\n2,14 Oak Street,12 Oak Street\n',
        encoding="utf-8",
    )
    assert call("address", "compare", "--csv", pairs, "-o", out).code == 0
    rows = read(out)
    assert list(rows[0]) == ["a", "b", "same", "why"]
    assert [row["same"] for row in rows] == ["true", "false"]
    assert rows[0]["a"] == "12 Oak Street, Dover, DE 19901" and rows[1]["why"]
    printed = call("address", "compare", "--csv", pairs)
    assert printed.out == out.read_text(encoding="utf-8")
    assert call("address", "compare", "--csv", pairs, "--json").json["rows"][1]["same"] is False


@pytest.mark.parametrize("known", ["list.csv", "registry.csv", "registry.parquet", "folder"])
def test_what_one_side_lacks_is_supplied_only_by_known_addresses(call: Call, tmp_path: Path, known: str) -> None:
    pairs, out = tmp_path / "pairs.csv", tmp_path / "out.csv"
    pairs.write_text(
        'a,b\n"12 Fernwick, Dover, DE 19901","12 Fernwick Ave, Dover, DE 19901"\n'
        '"12 Osterling, Dover, DE 19901","12 Osterling Ave, Dover, DE 19901"\n',
        encoding="utf-8",
    )
    call("address", "compare", "--csv", pairs, "-o", out)
    assert [row["same"] for row in read(out)] == ["false", "false"]
    source = known_addresses(tmp_path, known)
    assert call("address", "compare", "--csv", pairs, "-o", out, "--known", source).code == 0
    assert [row["same"] for row in read(out)] == ["true", "false"]


def known_addresses(folder: Path, name: str) -> Path:
    """Fernwick has one variant in Dover; Osterling two."""
    lines = [f"{number} Fernwick Ave" for number in (12, 14, 20)] + ["12 Osterling Ave", "5 Osterling Ct"]
    file = folder / name
    if name == "list.csv":
        file.write_text("address\n" + "".join(f'"{line}, Dover, DE 19901"\n' for line in lines), encoding="utf-8")
        return file
    rows = [{"address_line1": line, "city": "Dover", "state": "DE", "postal_code": "19901"} for line in lines]
    if name.endswith(".parquet"):
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(rows), file)
        return file
    if name == "folder":
        file.mkdir()
        known_addresses(file, "registry.csv")
        return file
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


@pytest.mark.parametrize(
    "words",
    [(), ("only one",), ("a", "b", "--csv", "x.csv"), ("--csv", "nowhere.csv"), ("a", "b", "--known", "nowhere.csv")],
)
def test_a_comparison_of_nothing_is_a_wrong_call(call: Call, words: tuple[str, ...]) -> None:
    told = call("address", "compare", *words)
    assert told.code == 2 and "What to do" in told.err


@pytest.mark.parametrize("content", [b"", b"x,y\n1,2\n", "a,b\nñ,o\n".encode("latin-1"), b'a,b\n"never closed'])
def test_a_file_that_holds_no_pairs_is_said_to_hold_none(call: Call, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.csv").write_bytes(content)
    told = call("address", "compare", "--csv", tmp_path / "p.csv", "-o", tmp_path / "o.csv")
    if told.code == 0:  # a quote that is never closed is one long cell: no address
        assert [row["same"] for row in read(tmp_path / "o.csv")] == ["false"]
    else:
        assert told.code == 2 and "fault of" not in told.err
        assert not (tmp_path / "o.csv").exists()


def test_an_earlier_result_survives_a_failed_run(call: Call, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("earlier", encoding="utf-8")
    (tmp_path / "p.csv").write_bytes(b"a,b\n1 Elm St,1 Elm St\n\xff\xff,x\n")
    assert call("address", "compare", "--csv", tmp_path / "p.csv", "-o", tmp_path / "o.csv").code == 2
    assert (tmp_path / "o.csv").read_text(encoding="utf-8") == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.csv", "p.csv"]


# ---- keys, the made-up country, agreements ----------------------------------------------------------------


def test_a_new_key_is_private_and_never_overwrites(call: Call, tmp_path: Path) -> None:
    made = call("key", "new", "-o", tmp_path / "k.jwk", "--json").json
    assert made["id"] and made["public"] == str(tmp_path / "k.jwk.pub")
    assert stat.S_IMODE((tmp_path / "k.jwk").stat().st_mode) == 0o600
    assert '"d"' not in (tmp_path / "k.jwk.pub").read_text(encoding="ascii")
    before = (tmp_path / "k.jwk").read_bytes()
    assert call("key", "new", "-o", tmp_path / "k.jwk").code == 2
    assert (tmp_path / "k.jwk").read_bytes() == before


def test_the_same_seed_makes_the_same_country_and_the_same_requests(call: Call, tmp_path: Path) -> None:
    for name in ("one", "two"):
        words = ("--people", 300, "--seed", 5)
        assert call("synth", "registry", *words, "-o", tmp_path / name, "--json").json["people"] == 300
        made = call(
            *("synth", "requests", "--registry", tmp_path / name, "--count", 60, "--seed", 2, "--mix", "exchange-2025"),
            *("-o", tmp_path / f"{name}.csv", "--truth", tmp_path / f"{name}-truth.csv"),
        )
        assert made.code == 0
    for name in ("{}.csv", "{}-truth.csv"):
        assert (tmp_path / name.format("one")).read_bytes() == (tmp_path / name.format("two")).read_bytes()
    assert list(read(tmp_path / "one-truth.csv")[0]) == ["request_id", "lawful", "confirm", "defects"]


def test_requests_about_no_country_are_refused(call: Call, tmp_path: Path) -> None:
    words = ("--count", 10, "-o", tmp_path / "r.csv", "--truth", tmp_path / "t.csv")
    assert call("synth", "requests", "--registry", tmp_path / "nowhere", *words).code == 2
    assert call("synth", "registry", "--people", 0, "-o", tmp_path / "x").code == 2


def test_the_built_in_agreements_are_read_without_an_office(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ids = {agreement["id"] for agreement in call("agreement", "list", "--json").json["agreements"]}
    assert ids == {"treasury-dhs-2025-04-07", "treasury-dhs-2025-03-draft"}
    for verb in ("show", "publish"):
        for id in ids:
            told = call("agreement", verb, id)
            assert told.code == 0 and "batch_rows_max" in told.out
    assert call("agreement", "show", "nothing-like-it").code == 2
    told = call("agreement", "diff", *sorted(ids), "--json")
    assert told.code == 0 and told.json["terms"]


def test_a_difference_of_agreements_is_told_on_a_file_of_requests(call: Call, tmp_path: Path) -> None:
    from .world import request_rows, write_requests

    file = write_requests(tmp_path / "r.csv", request_rows())
    told = call("agreement", "diff", "treasury-dhs-2025-04-07", "treasury-dhs-2025-03-draft", "--on", file, "--json")
    assert told.code == 0 and isinstance(told.json["rows"], list)
    assert call("agreement", "diff", "treasury-dhs-2025-04-07", "treasury-dhs-2025-04-07", "--on", file).code == 0


def test_an_agreement_of_a_file_is_checked_adopted_and_used(call: Call, tmp_path: Path) -> None:
    from counterfoil.agreement import read as read_agreement

    source = Path(__import__("counterfoil.agreement").agreement.__file__).parent / "agreements"
    text = (source / "treasury-dhs-2025-04-07.yaml").read_text(encoding="utf-8")
    file = tmp_path / "amended.yaml"
    file.write_text(text.replace("treasury-dhs-2025-04-07", "amended-1", 1), encoding="utf-8")
    assert read_agreement(file).id == "amended-1"
    assert call("agreement", "check", file, "--json").json["id"] == "amended-1"
    assert call("--data", tmp_path / "d", "init").code == 0
    assert call("--data", tmp_path / "d", "agreement", "adopt", file, "--json").json["id"] == "amended-1"
    adopted = call("--data", tmp_path / "d", "agreement", "list", "--json").json["agreements"]
    assert {a["id"]: a["adopted"] for a in adopted}["amended-1"] is True
    file.write_text("id: broken\n", encoding="utf-8")
    told = call("agreement", "check", file)
    assert told.code == 2 and "  - " in told.err
