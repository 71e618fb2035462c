"""Loading: bad rows are counted, the same files change nothing, a cut-off load goes on, new files add."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from counterfoil.errors import InputError, IntegrityError, NotFoundError, UnavailableError
from counterfoil.verification import Registry, load_registry, verify
from counterfoil.verification.files import manifest as manifest_file
from counterfoil.verification.loading import kept, source
from counterfoil.verification.loading import tidy as tidy_module
from counterfoil.verification.loading.row import COLUMNS, Raw, read_date, read_row

from .conftest import RITA, ask, row, write_csv

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def people(count: int, first: int = 0) -> list[dict[str, str]]:
    """Made-up rows: three years each, some of them moving."""
    rows = []
    for at in range(first, first + count):
        for year in (2021, 2022, 2023):
            moved = at % 5 == 0 and year == 2023
            rows.append(
                row(
                    tin=f"9{70000000 + at}", given_name=f"RITA{'ABCDE'[at % 5]}", surname=f"SAMPLE{'FGHIJKL'[at % 7]}",
                    tax_year=str(year), address_line1=f"{at + (1000 if moved else 1)} N MAIN ST",
                    hold="protected" if at % 50 == 1 and year == 2022 else "",
                )
            )  # fmt: skip
    return rows


def write_parquet(path: Path, rows: list[dict[str, str]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def manifest(folder: Path) -> bytes:
    return (folder / "manifest.json").read_bytes()


def test_rows_that_cannot_be_used_are_counted_named_and_not_loaded(tmp_path):
    header = ",".join(COLUMNS)
    good = ",".join(RITA[name] for name in COLUMNS)

    def bad(**changes: str) -> str:
        return ",".join({**RITA, "tin": "900705678", **changes}[name] for name in COLUMNS)

    lines = [
        header, good, bad(surname=""), bad(given_name=" "), bad(given_name="--"), bad(address_line1=""),
        bad(tax_year=""),
        bad(tax_year="20223"), bad(tax_year="1889"), bad(tax_year="last"), bad(tin="12345"), bad(tin="XXX-XX-1234"),
        bad(tin="000000000"), bad(date_of_birth="soon"), bad(date_of_birth="1980-13-01"), good + ",no",
        "," * 20,
        bad(surname="A" * 1001), "",
    ]  # fmt: skip
    path = tmp_path / "file.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    report = load_registry([path], tmp_path / "registry")
    assert (report.rows, report.bad_rows, report.people) == (17, 16, 1)
    assert report.bad[0] == "file.csv, row 3: no surname"
    assert any("14 cells where the header has 13" in reason for reason in report.bad)
    assert not any("900705678" in reason or "12345" in reason for reason in report.bad)
    with Registry.open(tmp_path / "registry") as registry:
        assert registry.info()["bad_rows"] == 16
        assert verify(registry, [ask()]).confirmed == {0}


def test_of_many_bad_rows_the_first_twenty_are_named(tmp_path):
    report = load_registry([write_csv(tmp_path / "f.csv", [row(), *[row(surname="")] * 50])], tmp_path / "r")
    assert (report.bad_rows, len(report.bad), report.people) == (50, 20, 1)


@pytest.mark.parametrize("closed", ["", '",,,,,,,,,,,,', '" X'])
def test_a_quotation_mark_that_takes_other_rows_in_refuses_the_file(tmp_path, closed):
    """Among the rows that are lost there may be holds; so none is lost in silence, and none counted as one."""
    rows = [row(), row(tin="900705678", given_name='RO"SA'), *(row(tin=f"9007{at}") for at in range(10_000, 10_009))]
    path = write_csv(tmp_path / "f.csv", rows)
    text = path.read_text().replace('"RO""SA"', '"ROSA').replace("900710007,RITA", f"900710007,RITA{closed}")
    path.write_text(text)
    with pytest.raises(InputError, match="not CSV in the lines 3 to"):
        load_registry([path], tmp_path / "r")
    with pytest.raises(NotFoundError):
        Registry.open(tmp_path / "r")


def test_a_line_with_text_behind_a_quotation_mark_is_one_bad_row(tmp_path):
    path = write_csv(tmp_path / "f.csv", [row(), row(tin="900705678", given_name="ROSA"), row(tin="900709999")])
    path.write_text(path.read_text().replace("ROSA", '"RO"SA'))
    report = load_registry([path], tmp_path / "r")
    assert (report.rows, report.bad_rows, report.people) == (3, 1, 2)
    assert report.bad == ("f.csv, row 3: the line is not CSV (text follows a closing quotation mark)",)


def test_an_address_of_two_lines_is_read(tmp_path):
    with Registry.open(
        _loaded(tmp_path, write_csv(tmp_path / "f.csv", [row(address_line2="APT 4\nREAR")]))
    ) as registry:
        assert registry.info()["bad_rows"] == 0


BAD = {
    "no address": {"address_line1": ""},
    "no given name": {"given_name": ""},
    "no surname": {"surname": "-"},
    "no year": {"tax_year": ""},
    "a year before all": {"tax_year": "1985"},
    "a date of birth that is none": {"date_of_birth": "unknown"},
    "30 February": {"date_of_birth": "1980-02-30"},
    "a long cell": {"address_line2": "A" * 1001},
    "a long name": {"given_name": "A" * 1001},
    "nothing else": dict.fromkeys(set(RITA) - {"tin"}, ""),
}


@pytest.mark.parametrize("hold", ["informant", "Protected", "impairment;", "court order", "1"])
@pytest.mark.parametrize("changes", BAD.values(), ids=BAD)
def test_the_hold_of_a_bad_row_counts_for_its_person(tmp_path, changes, hold):
    bad = row(**{"tax_year": "2024", **changes, "hold": hold})
    folder = tmp_path / "registry"
    report = load_registry([write_csv(tmp_path / "f.csv", [row(), bad])], folder)
    assert (report.rows, report.bad_rows, report.people, report.addresses) == (2, 1, 1, 1)
    assert report.bad[0].startswith("f.csv, row 3: ") and report.bad[0].endswith("; its hold counts")
    for _ in range(2):
        with Registry.open(folder) as registry:
            assert verify(registry, [ask()]).confirmed == set()
            assert registry.info()["rows_without_place"] == 0
        later = row(tin="900705678", tax_year="2024")
        load_registry([write_csv(tmp_path / "later.csv", [later])], folder)  # and the hold stays, when more is added


def test_the_hold_of_a_bad_row_in_a_later_file_counts_too(tmp_path):
    folder = _loaded(tmp_path, write_csv(tmp_path / "a.csv", [row()]))
    load_registry([write_csv(tmp_path / "b.csv", [row(address_line1="", hold="informant")])], folder)
    with Registry.open(folder) as registry:
        assert verify(registry, [ask()]).confirmed == set()


def test_without_a_taxpayer_number_name_and_birth_tell_whose_hold_it_is(tmp_path):
    rows = [row(tin=""), row(tin="", address_line1="", hold="informant")]
    with Registry.open(_loaded(tmp_path, write_csv(tmp_path / "f.csv", rows))) as registry:
        assert verify(registry, [ask()]).confirmed == set()


UNTOLD = {
    "a number that cannot be read": {"tin": "90070123"},
    "neither number nor birth": {"tin": "", "date_of_birth": "", "address_line1": ""},
    "neither number nor name": {"tin": "", "surname": ""},
    "neither number nor birth that can be read": {"tin": "", "date_of_birth": "1980-02-30"},
}


@pytest.mark.parametrize("changes", UNTOLD.values(), ids=UNTOLD)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_hold_whose_person_cannot_be_told_refuses_the_load(tmp_path, changes, workers, monkeypatch):
    monkeypatch.setattr("counterfoil.verification.loading.load._ALONE", 0)
    path = write_csv(tmp_path / "f.csv", [row(), row(**{**changes, "hold": "informant"})])
    with pytest.raises(InputError, match="whose it is cannot be told") as error:
        load_registry([path], tmp_path / "registry", workers=workers)
    assert len(error.value.details) == 1 and error.value.details[0].startswith("f.csv, row 3: ")
    assert "informant" not in str(error.value.as_dict()) and "RITA" not in str(error.value.as_dict())


@pytest.mark.parametrize(
    "line",
    [
        "900701234,RITA,,SAMPLEZ,,1980-02-03,2023,123 N MAIN ST, APT 4,,SPRINGFIELD,IL,62701,Informant",
        "900701234,RITA,,SAMPLEZ,,1980-02-03,2023,,,SPRINGFIELD,IL,protected",
        '900701234,"RI"TA,,SAMPLEZ,,1980-02-03,2023,123 N MAIN ST,,SPRINGFIELD,IL,62701,impairment',
    ],
)
def test_a_line_whose_cells_cannot_be_told_apart_and_that_says_a_hold_refuses_the_load(tmp_path, line):
    path = write_csv(tmp_path / "f.csv", [row()])
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(InputError, match="whose it is cannot be told"):
        load_registry([path], tmp_path / "registry")


START = "900701234,RITA,,SAMPLEZ,,1980-02-03,2022,123 N MAIN ST,,SPRINGFIELD,IL"


@pytest.mark.parametrize("hold", ["yes", "1", "court order", "witness", "PROT", "informant"])
@pytest.mark.parametrize("crooked", ["62701,{},,", "62701,,,{}", ",,,{}", "62701,,{},no", ',"6"2701,{}'])
def test_a_crooked_row_with_any_word_where_its_hold_may_be_refuses_the_load(tmp_path, hold, crooked):
    path = write_csv(tmp_path / "f.csv", [row()])
    path.write_text(path.read_text() + f"{START},{crooked.format(hold)}\n")
    with pytest.raises(InputError, match="whose it is cannot be told") as error:
        load_registry([path], tmp_path / "registry")
    assert error.value.details[0].startswith("f.csv, row 3: ")


NO_HOLD = [
    *(f"{START},62701,{ending}" for ending in (",", ",,", ",no", ",NO,0,false")),
    "900701234,RITA,,SAMPLEZ,,1980-02-03,2022,123 N MAIN ST, APT 4,,SPRINGFIELD,IL,62701,",
    "900701234,RITA,,SAMPLEZ,,1980-02-03,2022,123 N MAIN ST, APT 4, REAR,,SPRINGFIELD,IL,62701-1234,",
    START,
    f"{START},62701",
    "900701234,RITA",
    "garbage",
]


@pytest.mark.parametrize("line", NO_HOLD)
def test_a_crooked_row_that_says_no_hold_wherever_it_may_be_is_a_bad_row(tmp_path, line):
    path = write_csv(tmp_path / "f.csv", [row()])
    path.write_text(path.read_text() + f"{line}\n")
    assert load_registry([path], tmp_path / "registry").bad_rows == 1


@pytest.mark.parametrize("crooked", [START, f"{START},62701,yes", "900701234,RITA", f'{START},"6"2701'])
def test_a_crooked_row_of_a_file_without_a_hold_column_is_a_bad_row(tmp_path, crooked):
    path = tmp_path / "f.csv"
    path.write_text("\n".join([",".join(COLUMNS[:-1]), f"{START},62701", crooked]))
    report = load_registry([path], tmp_path / "registry")
    assert (report.rows, report.bad_rows, report.people) == (2, 1, 1)


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        OSError("Error writing. Detail: [errno 28] No space left on device"),
    ],
)
def test_a_full_disk_is_told_in_the_systems_words_whoever_met_it(tmp_path, error):
    from counterfoil.verification.files.durable import storing

    with pytest.raises(UnavailableError) as caught, storing(tmp_path):
        raise error
    assert caught.value.what == f"{tmp_path} cannot be written: No space left on device."


def test_a_file_that_is_called_parquet_and_is_none_is_not_taken_for_text(tmp_path):
    (tmp_path / "f.parquet").write_bytes(b"cut off")
    with pytest.raises(InputError, match="not a readable Parquet file"):
        load_registry([tmp_path / "f.parquet"], tmp_path / "r")


def test_dates_numbers_and_other_types_of_a_parquet_file_are_read(tmp_path):
    said = {
        **RITA,
        "tin": 12345678,
        "tax_year": 2023,
        "date_of_birth": datetime(1980, 2, 3, tzinfo=UTC).date(),
        "hold": None,
    }
    with Registry.open(_loaded(tmp_path, write_parquet(tmp_path / "f.parquet", [said]))) as registry:
        assert verify(registry, [ask(tin="012-34-5678", date_of_birth="1980-02-03")]).confirmed == {0}
        assert verify(registry, [ask(tin="123456780")]).confirmed == set()


def _loaded(tmp_path: Path, *files: Path) -> Path:
    load_registry(files, tmp_path / "registry", now=NOW)
    return tmp_path / "registry"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1980-02-03", "1980-02-03"),
        ("19800203", "1980-02-03"),
        ("2/3/1980", "1980-02-03"),
        ("", ""),
        ("x", None),
        ("1980-02-03 00:00:00", "1980-02-03"),
        ("1980-00-03", None),
        ("02-03-1980", None),
        ("1980-02-31", None),
        ("1981-02-29", None),
        ("1980-02-29", "1980-02-29"),
        ("0000-01-01", None),
    ],
)
def test_a_date_is_read_in_three_forms(text, date):
    assert read_date(text) == date


@given(st.dates(date(1890, 1, 1), date(2110, 12, 31)), st.integers(0, 3))
@example(date(2000, 2, 29), 0)
@example(date(1900, 2, 28), 1)
@settings(max_examples=300, deadline=None)
def test_what_is_plainly_a_date_of_birth_is_what_is_read_as_one(day, more):
    """The check in columns and the check row by row agree: on each day, and on days that no month has."""
    text = f"{day:%Y-%m}-{min(31, day.day + more):02}"
    plain = re.fullmatch(tidy_module._DAY, text) is not None
    assert plain <= (read_date(text) == text)
    if 1900 < day.year < 2100:
        assert plain == (read_date(text) == text)


def test_a_row_says_why_it_cannot_be_used_without_its_values():
    raw = Raw(*(RITA[name] for name in COLUMNS))
    assert (
        read_row(raw._replace(tin="900-70-12345"))
        == "a taxpayer number that is not nine digits, or nine times the same"
    )


def test_the_same_files_again_change_nothing(tmp_path):
    path = write_csv(tmp_path / "f.csv", people(5))
    folder = _loaded(tmp_path, path)
    before = {
        p: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.rglob("*.*") if p.is_file() and p.name != ".lock"
    }
    copy = write_csv(tmp_path / "copy.csv", people(5))
    report = load_registry([path, copy], folder)
    assert report.already_loaded and report.people == 5
    assert before == {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in before}


def test_another_file_adds_to_what_is_there_and_the_order_does_not_matter(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "CHUNK", 7)
    files = [write_csv(tmp_path / f"{at}.csv", people(20, first=15 * at)) for at in range(3)]
    load_registry(files, tmp_path / "once", now=NOW)
    for path in reversed(files):
        report = load_registry([path], tmp_path / "one by one", now=NOW)
        assert not report.already_loaded
    assert report.people == 50 and report.rows == 60
    assert manifest(tmp_path / "once") == manifest(tmp_path / "one by one")


def test_a_later_file_brings_a_hold_on_rows_of_an_earlier_one(tmp_path):
    folder = _loaded(tmp_path, write_csv(tmp_path / "a.csv", [row()]))
    load_registry([write_csv(tmp_path / "b.csv", [row(tax_year="2024", address_line1="??", hold="informant")])], folder)
    with Registry.open(folder) as registry:
        assert verify(registry, [ask()]).confirmed == set()
        assert registry.info()["people"] == 1 and registry.info()["rows_without_place"] == 1


SCRIPT = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from counterfoil.verification import load_registry
from counterfoil.verification.files import manifest
from counterfoil.verification.loading import source
source.CHUNK = 40
manifest.rules_hash = lambda: "0" * 64
load_registry([Path(p) for p in sys.argv[2:]], Path(sys.argv[1]), now=datetime(2026, 11, 22, 12, tzinfo=UTC))
"""


def test_a_load_killed_at_any_moment_goes_on_and_ends_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "CHUNK", 40)
    monkeypatch.setattr("counterfoil.verification.files.manifest.rules_hash", lambda: "0" * 64)
    files = [write_csv(tmp_path / "a.csv", people(300)), write_parquet(tmp_path / "b.parquet", people(300, first=290))]
    load_registry(files, tmp_path / "whole", now=NOW)
    folder = tmp_path / "killed"
    for parts_before in (2, 6, 20, 38, 45):
        process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(folder), *map(str, files)])
        while process.poll() is None and _made(folder) < parts_before:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with pytest.raises((IntegrityError, NotFoundError)):
            if (folder / "manifest.json").exists():
                raise IntegrityError("ended before it was killed")
            Registry.open(folder)
    made: list[Path] = []
    monkeypatch.setattr(kept, "_make", _counting(made))
    load_registry(files, folder, now=NOW)
    assert len(made) < 47, "finished parts are made again"
    assert manifest(folder) == manifest(tmp_path / "whole")


def _made(folder: Path) -> int:
    return sum(1 for path in folder.glob("parts/*/*/*.json"))


def _counting(made: list[Path]):
    real = kept._make

    def make(paths, write):
        made.append(paths[0])
        return real(paths, write)

    return make


def test_a_part_that_was_changed_on_disk_is_made_again(tmp_path):
    paths = [tmp_path / "parts" / "rows", tmp_path / "parts" / "streets"]
    made: list[int] = []

    def write(*asides: Path) -> dict[str, int]:
        made.append(len(made))
        for aside in asides:
            aside.write_bytes(b"what a part holds")
        return {"rows": 3}

    report = kept.keep(paths, write)
    assert report["rows"] == 3 and kept.finished(paths) == report == kept.keep(paths, write) and made == [0]
    for path in (*paths, tmp_path / "parts" / "rows.json"):
        data = path.read_bytes()
        for changed in (data[: len(data) // 2], b"", data[:-1] + b"?"):
            path.write_bytes(changed)
            assert kept.finished(paths) is None
        path.write_bytes(data)
    assert kept.finished(paths) == report


def _broken(tmp_path: Path) -> tuple[Path, list[Path]]:
    folder = _loaded(tmp_path, write_csv(tmp_path / "f.csv", people(40)))
    return folder, sorted(p for p in folder.rglob("*.*") if p.suffix in (".parquet", ".arrow", ".json"))


READ_HERE = ("records.arrow", "sieve.arrow", "streets.arrow", "manifest.json")


def test_a_changed_byte_of_any_file_is_found_at_open_and_named(tmp_path):
    folder, files = _broken(tmp_path)
    assert [path.name for path in files] == [
        "records.arrow", "rows.parquet", "sieve.arrow", "streets.arrow", "streets.parquet", "manifest.json",
    ]  # fmt: skip
    for path in files:
        data = path.read_bytes()
        for at in {0, 3, len(data) // 3, len(data) // 2, len(data) - 70, len(data) - 1}:
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            for every_file in {True, path.name not in READ_HERE}:
                with pytest.raises(IntegrityError) as error:
                    Registry.open(folder, every_file=every_file)
                assert path.name in error.value.what and error.value.do
            with pytest.raises(IntegrityError):
                load_registry([tmp_path / "f.csv"], folder)
        path.write_bytes(data)
    Registry.open(folder).close()


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_to_a_file_is_read_as_no_match(whole_registry, data):
    folder, files, before = whole_registry
    path = data.draw(st.sampled_from(files))
    content = before[path]
    kind = data.draw(st.sampled_from(["cut", "flip", "zero", "swap", "page", "other"]))
    other = before[data.draw(st.sampled_from(files))]
    at = data.draw(st.integers(0, len(content) - 1))
    changed = {
        "cut": content[:at],
        "flip": content[:at] + bytes([content[at] ^ data.draw(st.integers(1, 255))]) + content[at + 1 :],
        "zero": content[:at] + bytes(len(content) - at),
        "swap": content[at:] + content[:at],
        "page": content[: at - at % 512] + bytes(512) + content[at - at % 512 + 512 :],  # written but for one sector
        "other": other[: len(content)] + content[len(other) :],  # another file's bytes in its place
    }[kind]
    path.write_bytes(changed)
    try:
        if changed == content:
            Registry.open(folder, every_file=True).close()
        else:
            with pytest.raises(IntegrityError):
                Registry.open(folder, every_file=path.name not in READ_HERE or data.draw(st.booleans()))
    finally:
        path.write_bytes(content)


@pytest.fixture(scope="module")
def whole_registry(tmp_path_factory):
    folder, files = _broken(tmp_path_factory.mktemp("whole"))
    return folder, files, {path: path.read_bytes() for path in files}


def test_a_file_that_was_checked_is_read_again_only_when_someone_wrote_to_it(tmp_path, monkeypatch):
    folder, files = _broken(tmp_path)
    reads: list[Path] = []
    real = manifest_file.sha256_of
    monkeypatch.setattr(manifest_file, "sha256_of", lambda path: reads.append(path) or real(path))
    for _ in range(2):  # written just now: a later change might bear the same time
        Registry.open(folder).close()
        assert {path.name for path in reads} == {"records.arrow", "sieve.arrow", "streets.arrow"}
        reads.clear()
    monkeypatch.setattr(manifest_file, "SETTLED", -1.0)
    for expected in (3, 0, 0):
        reads.clear()
        Registry.open(folder).close()
        assert len(reads) == expected
    Registry.open(folder, every_file=True).close()
    assert len(reads) == len(files) - 1
    records = next(path for path in files if path.name == "records.arrow")
    data, before = records.read_bytes(), records.stat()
    time.sleep(0.05)
    records.write_bytes(data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
    os.utime(records, ns=(before.st_atime_ns, before.st_mtime_ns))  # as whoever hides a change would
    with pytest.raises(IntegrityError, match=r"records\.arrow"):
        Registry.open(folder)


def test_a_file_cut_off_emptied_grown_or_gone_is_found_at_open(tmp_path):
    folder, files = _broken(tmp_path)
    for path in files:
        data = path.read_bytes()
        for changed in (data[:-1], data[:10], b"", data + b"\n"):
            path.write_bytes(changed)
            with pytest.raises(IntegrityError, match=path.name):
                Registry.open(folder)
        path.unlink()
        with pytest.raises(IntegrityError, match=path.name):
            Registry.open(folder)
        with pytest.raises(IntegrityError):
            if path.name == "manifest.json":
                Registry.open(folder)
            else:
                load_registry([tmp_path / "f.csv"], folder)
        path.write_bytes(data)


def test_an_index_made_by_other_rules_is_refused_and_made_again_only_whole(tmp_path, monkeypatch):
    first, second = write_csv(tmp_path / "a.csv", people(2)), write_csv(tmp_path / "b.csv", people(2, first=5))
    folder = _loaded(tmp_path, first)
    monkeypatch.setattr("counterfoil.verification.files.manifest.rules_hash", lambda: "f" * 64)
    with pytest.raises(IntegrityError, match="another version"):
        Registry.open(folder)
    with pytest.raises(InputError) as error:
        load_registry([second], folder)
    assert error.value.details == ("a.csv",)
    assert load_registry([second, first], folder).people == 4


def test_no_registry_is_not_an_empty_registry(tmp_path):
    with pytest.raises(NotFoundError):
        Registry.open(tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFoundError):
        Registry.open(tmp_path / "empty")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"tin,surname\n1,2\n", "lacks the columns"),
        ("a.csv", ",".join(COLUMNS).encode() + b"\n\xff\xfe\xff\n", "UTF-8"),
        ("a.csv", ",".join([*COLUMNS, "tin"]).encode() + b"\n", "twice"),
        ("a.parquet", b"PAR1 and then nothing", "not a readable Parquet"),
        ("a.csv", b"\x00\x01\x02", "lacks the columns"),
    ],
)
def test_a_file_that_is_no_registry_file_is_refused_with_a_message(tmp_path, name, data, says):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=says):
        load_registry([path], tmp_path / "r")


def test_a_parquet_file_cut_off_is_refused_and_what_was_there_stays(tmp_path):
    folder = _loaded(tmp_path, write_csv(tmp_path / "f.csv", people(2)))
    whole = write_parquet(tmp_path / "b.parquet", people(5, first=7))
    whole.write_bytes(whole.read_bytes()[:-20])
    with pytest.raises(InputError):
        load_registry([whole], folder)
    with Registry.open(folder) as registry:
        assert registry.info()["people"] == 2


def test_folders_are_read_for_their_files_and_what_is_not_there_is_said(tmp_path):
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError, match="no Parquet or CSV"):
        load_registry([tmp_path / "in"], tmp_path / "r")
    with pytest.raises(NotFoundError):
        load_registry([tmp_path / "none.csv"], tmp_path / "r")
    write_csv(tmp_path / "in" / "b.csv", people(2))
    write_parquet(tmp_path / "in" / "a.parquet", people(2, first=9))
    (tmp_path / "in" / "notes.json").write_text("{}")
    report = load_registry([tmp_path / "in"], tmp_path / "r")
    assert report.files == ("a.parquet", "b.csv") and set(report.sha256s) == {"a.parquet", "b.csv"}
    assert json.loads(json.dumps(report.as_dict()))["people"] == 4


def test_two_loads_at_once_are_not_possible(tmp_path):
    from counterfoil.verification.files.durable import alone

    path = write_csv(tmp_path / "f.csv", people(1))
    with alone(tmp_path / "r"), pytest.raises(UnavailableError, match="Another load"):
        load_registry([path], tmp_path / "r")
    assert load_registry([path], tmp_path / "r").people == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "r").mkdir(mode=0o500)
    with pytest.raises(UnavailableError):
        load_registry([write_csv(tmp_path / "f.csv", people(1))], tmp_path / "r")


def test_progress_counts_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "CHUNK", 10)
    seen: list[tuple[int, int]] = []
    load_registry(
        [write_csv(tmp_path / "f.csv", people(11))], tmp_path / "r", lambda done, total: seen.append((done, total))
    )
    assert seen == [(33, 99), (66, 99), (99, 99)]


def test_the_folder_of_the_registry_is_for_its_owner_alone(tmp_path: Path) -> None:
    from counterfoil.verification.files.durable import alone

    with alone(tmp_path / "registry"):
        assert (tmp_path / "registry").stat().st_mode & 0o077 == 0
