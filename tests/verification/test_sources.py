"""What a load is given: no column, file, row or hold of it is passed over in silence."""

import gzip
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterfoil.errors import InputError, IntegrityError
from counterfoil.verification import Registry, load_registry, verify
from counterfoil.verification.files import manifest
from counterfoil.verification.loading import load, source
from counterfoil.verification.loading.row import COLUMNS

from .conftest import RITA, ask, row, write_csv

OTHER = row(tin="900705678", given_name="ROSA", address_line1="9 OAK ST")


def written(path: Path, names: dict[str, str], rows=(RITA,), **more: str) -> Path:
    """A file whose columns are called otherwise, and which has more of them; Parquet by its ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    said = [{names.get(name, name): value for name, value in {**one, **more}.items()} for one in rows]
    if path.suffix in (".parquet", ".pq"):
        pq.write_table(pa.Table.from_pylist(said), path)
    else:
        lines = [",".join(said[0]), *(",".join(one.values()) for one in said)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("spelt", ["HOLD", "Hold", " hold ", "\ufeffhold", "hold_"])
def test_a_hold_is_found_however_its_column_is_spelt(tmp_path, spelt, ending):
    names = {name: name.replace("_", " ").title() for name in COLUMNS} | {
        "hold": spelt,
        "tin": "T-I-N".replace("-", ""),
    }
    load_registry([written(tmp_path / f"f.{ending}", names, hold="informant")], tmp_path / "r")
    with Registry.open(tmp_path / "r") as registry:
        assert registry.info()["people"] == 1
        assert verify(registry, [ask()]).confirmed == set()


SIGNS = ["cooperating_source", "ci", "CI flag", "6103i6", "no_release", "exempt", "undercover", "privileged", "redact",
         "safe_at_home", "lock", "Is Locked", "exclude", "nondisclosure"]  # fmt: skip


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("value", ["informant", "Protected", "impairment; x"])
def test_a_column_whose_name_says_nothing_refuses_the_file_by_a_value_that_is_a_holds(tmp_path, value, ending):
    path = tmp_path / f"f.{ending}"
    written(path, {"extra": "Code 7"}, (OTHER | {"extra": "x"}, RITA | {"extra": value}))
    for _ in range(2):
        with pytest.raises(InputError, match="may say a hold: Code 7") as error:
            load_registry([path], tmp_path / "r")
        assert "--ignore-column" in error.value.do and not (tmp_path / "r" / "manifest.json").exists()
    report = load_registry([path], tmp_path / "r", ignore=["code 7"])
    assert report.people == 2 and report.ignored_columns == ("Code 7",)


@pytest.mark.parametrize(
    "values",
    [
        pa.array(["x", "Informant"]).dictionary_encode(),
        pa.array([["x"], ["protected"]]),
        pa.array([{"a": 1, "b": "x"}, {"a": 2, "b": "informant"}]),
        pa.array([b"\xff", b"informant"]),
        pa.array([None, "informant"], pa.large_string()),
    ],
)
def test_values_of_any_type_in_a_column_that_is_not_known_are_looked_at(tmp_path, values):
    table = pa.Table.from_pylist([RITA, OTHER]).append_column("code", values)
    pq.write_table(table, tmp_path / "f.parquet")
    with pytest.raises(InputError, match="may say a hold: code"):
        load_registry([tmp_path / "f.parquet"], tmp_path / "r")
    harmless = pa.Table.from_pylist([RITA, OTHER]).append_column("code", values.take(pa.array([0, 0])))
    pq.write_table(harmless, tmp_path / "f.parquet")
    assert load_registry([tmp_path / "f.parquet"], tmp_path / "r").people == 2


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize(
    "unknown", ["holds", "hold_code", "on hold", "informant", "Protected Person", "hold 2", *SIGNS]
)
def test_a_column_that_may_say_a_hold_refuses_the_file_until_it_is_named(tmp_path, unknown, ending):
    path = written(tmp_path / f"f.{ending}", {"extra": unknown}, extra="x")
    with pytest.raises(InputError, match="may say a hold") as error:
        load_registry([path], tmp_path / "r")
    assert "date_of_birth" in error.value.do and "hold" in error.value.do and "--ignore-column" in error.value.do
    assert unknown in error.value.what
    report = load_registry([path], tmp_path / "r", ignore=[unknown.upper()])
    assert report.people == 1 and report.ignored_columns == (unknown,)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("unknown", ["filing_status", "Phone", "census_block", "city_code", ""])
def test_another_column_that_is_not_known_is_left_out_and_named(tmp_path, unknown, ending):
    report = load_registry([written(tmp_path / f"f.{ending}", {"extra": unknown}, extra="x")], tmp_path / "r")
    assert report.people == 1 and report.ignored_columns == ((unknown or '""'),)
    with Registry.open(tmp_path / "r") as registry:
        assert registry.info()["files"][0]["ignored"] == [unknown or '""']


def test_a_column_in_two_spellings_is_there_twice(tmp_path):
    with pytest.raises(InputError, match="hold twice"):
        load_registry([written(tmp_path / "f.csv", {"extra": "HOLD"}, extra="no")], tmp_path / "r")


def test_a_folder_is_read_with_its_subfolders_and_each_file_named_by_its_place(tmp_path):
    folder = tmp_path / "in"
    written(folder / "tax_year=2022" / "part-0.csv", {}, tax_year="2022")
    written(folder / "tax_year=2023" / "part-0.pq", {})
    written(folder / "2021" / "A.CSV", {}, tax_year="2021")
    (folder / "_SUCCESS").touch()
    (folder / "country.json").write_text("{}")
    report = load_registry([folder], tmp_path / "r")
    assert report.years == (2021, 2022, 2023) and report.not_read == ("_SUCCESS", "country.json")
    assert set(report.files) == {"2021/A.CSV", "tax_year=2022/part-0.csv", "tax_year=2023/part-0.pq"}
    later = written(tmp_path / "in" / "tax_year=2024" / "part-0.csv", {}, tax_year="2024")
    assert load_registry([later], tmp_path / "r").years == (2021, 2022, 2023, 2024)


@pytest.mark.parametrize("name", ["b.csv.gz", "c.txt", "sub/d.zip", "e.csv~", "f", "g.tsv"])
def test_a_folder_with_a_file_that_is_not_read_is_refused_and_the_file_named(tmp_path, name):
    whole = written(tmp_path / "in" / "a.csv", {})
    other = tmp_path / "in" / name
    other.parent.mkdir(exist_ok=True)
    other.write_bytes(gzip.compress(whole.read_bytes()))
    with pytest.raises(InputError, match="not read here") as error:
        load_registry([tmp_path / "in"], tmp_path / "r")
    assert error.value.details == (name,)


def test_a_link_to_a_folder_and_a_pipe_are_not_passed_over(tmp_path):
    written(tmp_path / "in" / "a.csv", {})
    written(tmp_path / "elsewhere" / "b.csv", {}, (OTHER,))
    (tmp_path / "in" / "more").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "in" / "p.csv")
    with pytest.raises(InputError) as error:
        load_registry([tmp_path / "in"], tmp_path / "r")
    assert error.value.details == ("more", "p.csv")


def test_what_is_there_and_no_file_is_called_so(tmp_path):
    with pytest.raises(InputError, match="/dev/null is not a file"):
        load_registry([Path("/dev/null")], tmp_path / "r")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_without_rows_is_refused(tmp_path, ending):
    path = tmp_path / f"f.{ending}"
    if ending == "csv":
        write_csv(path, [])
    else:
        pq.write_table(pa.Table.from_pylist([RITA]).slice(0, 0), path)
    with pytest.raises(InputError, match="has no rows"):
        load_registry([write_csv(tmp_path / "whole.csv", [row()]), path], tmp_path / "r")


def test_a_registry_of_nobody_is_not_made_and_the_reasons_are_told(tmp_path):
    path = write_csv(tmp_path / "f.csv", [row(surname=""), row(address_line1="", hold="informant")])
    with pytest.raises(InputError, match="of nobody") as error:
        load_registry([path], tmp_path / "r")
    assert error.value.details == ("f.csv, row 2: no surname", "f.csv, row 3: no address; its hold counts")
    assert not (tmp_path / "r" / "manifest.json").exists()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_that_changes_while_it_is_loaded_is_refused(tmp_path, ending, workers, monkeypatch):
    path = written(tmp_path / f"f.{ending}", {}, [row(address_line1=f"{at} OAK ST") for at in range(1, 30)])
    monkeypatch.setattr(load, "_ALONE", 0)
    real = load.describe

    def describe(*said):
        found = real(*said)
        with path.open("ab") as file:  # whoever writes it was not done
            file.write(",".join(OTHER.values()).encode() + b"\n")
        return found

    monkeypatch.setattr(load, "describe", describe)
    with pytest.raises(InputError, match=r"changed while it was loaded|cut off or changed|readable Parquet"):
        load_registry([path], tmp_path / "r", workers=workers)
    assert not (tmp_path / "r" / "manifest.json").exists()


def test_nothing_of_a_file_that_has_changed_is_kept_for_the_next_load(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "CHUNK", 3)
    path = write_csv(tmp_path / "f.csv", [row(tin=f"90070{1000 + at}") for at in range(9)])
    before = path.read_bytes()
    real = load.describe

    def describe(*said):
        found = real(*said)
        path.write_bytes(before.replace(b"123 N MAIN", b"999 N MAIN"))
        return found

    with monkeypatch.context() as patched, pytest.raises(InputError, match="changed while"):
        patched.setattr(load, "describe", describe)
        load_registry([path], tmp_path / "r")
    path.write_bytes(before)
    load_registry([path], tmp_path / "r")
    with Registry.open(tmp_path / "r") as registry:
        assert verify(registry, [ask(line1="999 North Main Street, Apartment 4")]).confirmed == set()


@pytest.mark.parametrize(("values", "said"), [([["A"]], "list<"), ([{"a": 1}], "struct<")])
def test_a_column_of_lists_is_called_by_its_type(tmp_path, values, said):
    table = pa.Table.from_pylist([RITA])
    at = table.schema.get_field_index("surname")
    pq.write_table(table.set_column(at, "surname", pa.array(values)), tmp_path / "f.parquet")
    with pytest.raises(InputError, match=f"the column surname is of the type {said}"):
        load_registry([tmp_path / "f.parquet"], tmp_path / "r")


def test_every_type_of_column_that_was_read_is_still_read(tmp_path):
    table = pa.Table.from_pylist([RITA])
    kinds = {
        "tin": pa.array([900701234], pa.int64()), "tax_year": pa.array([2023], pa.int16()),
        "date_of_birth": pa.array([date(1980, 2, 3)]), "hold": pa.nulls(1),
        "surname": pa.array(["SAMPLEZ"]).dictionary_encode(), "city": pa.array(["SPRINGFIELD"], pa.large_string()),
        "postal_code": pa.array([62701], pa.int32()),
    }  # fmt: skip
    for name, values in kinds.items():
        table = table.set_column(table.schema.get_field_index(name), name, values)
    pq.write_table(table, tmp_path / "f.parquet")
    load_registry([tmp_path / "f.parquet"], tmp_path / "r")
    with Registry.open(tmp_path / "r") as registry:
        assert verify(registry, [ask(tin="900701234")]).confirmed == {0}


def loaded(tmp_path: Path, *rows: dict[str, str]) -> tuple[Path, str]:
    folder = tmp_path / "r"
    load_registry([write_csv(tmp_path / "2023.csv", rows or (row(),))], folder)
    return folder, str(manifest.read(folder)["id"])


def test_a_corrected_file_is_told_from_its_earlier_state_and_takes_its_place_where_that_is_said(tmp_path):
    folder, _ = loaded(tmp_path)
    corrected = tmp_path / "again" / "2023.csv"
    written(corrected, {}, (OTHER,))
    assert load_registry([corrected], folder).named_before == ("2023.csv",)
    assert load_registry([write_csv(tmp_path / "2024.csv", [row(tax_year="2024")])], folder).named_before == ()
    written(tmp_path / "2023.csv", {}, (OTHER,))
    report = load_registry([tmp_path / "2023.csv"], folder, replace=True)
    assert not report.already_loaded and report.people == 1
    with Registry.open(folder) as registry:
        assert verify(registry, [ask(), ask("Rosa||Samplez", "9 Oak St", position=1)]).confirmed == {1}
    assert load_registry([tmp_path / "2023.csv"], folder, replace=True).already_loaded


def test_a_hold_is_lifted_and_a_file_taken_out_by_naming_all_that_remain(tmp_path):
    folder, first = loaded(tmp_path)
    held = write_csv(tmp_path / "2024.csv", [row(tax_year="2024", hold="informant")])
    load_registry([held], folder)
    load_registry([tmp_path / "2023.csv"], folder, replace=True, now=datetime(2026, 11, 22, tzinfo=UTC))
    assert manifest.read(folder)["id"] == first
    with Registry.open(folder) as registry:
        assert verify(registry, [ask()]).confirmed == {0}


def test_a_registry_whose_manifest_is_lost_is_not_begun_anew_in_silence(tmp_path):
    folder, first = loaded(tmp_path)
    (folder / "manifest.json").unlink()
    increment = write_csv(tmp_path / "2024.csv", [OTHER])
    before = sorted(folder.rglob("*"))
    with pytest.raises(IntegrityError, match="is gone") as error:
        load_registry([increment], folder)
    assert "--replace" in error.value.do and before == sorted(folder.rglob("*"))
    load_registry([tmp_path / "2023.csv"], folder)  # the very files of the registry that is there
    assert manifest.read(folder)["id"] == first
    (folder / "manifest.json").unlink()
    assert load_registry([increment], folder, replace=True).people == 1


def test_a_damaged_registry_is_made_anew_when_that_is_asked(tmp_path):
    folder, first = loaded(tmp_path)
    rows = next(folder.rglob("rows.parquet"))
    rows.write_bytes(rows.read_bytes()[:-9])
    with pytest.raises(IntegrityError) as error:
        load_registry([tmp_path / "2023.csv"], folder)
    assert "--replace" in error.value.do
    load_registry([tmp_path / "2023.csv"], folder, replace=True)
    assert manifest.read(folder)["id"] == first
    Registry.open(folder, every_file=True).close()


def test_nothing_is_added_to_a_registry_that_is_not_the_one_of_the_last_load(tmp_path):
    folder, first = loaded(tmp_path)
    more = write_csv(tmp_path / "2024.csv", [OTHER])
    for recorded in ([first, "registry-later"], ["registry-other"], []):
        with pytest.raises(IntegrityError, match=first):
            load_registry([more], folder, recorded=recorded)
    with pytest.raises(IntegrityError, match="registry-later"):  # nor is an older one put in use by its own files
        load_registry([tmp_path / "2023.csv"], folder, recorded=[first, "registry-later"])
    assert load_registry([tmp_path / "2023.csv"], folder, recorded=["registry-other"]).already_loaded  # but unrecorded
    with pytest.raises(IntegrityError, match="is gone"):
        load_registry([more], tmp_path / "none", recorded=[first])
    assert load_registry([more], folder, recorded=[first]).people == 2
