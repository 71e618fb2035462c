import shutil
from pathlib import Path

import pytest

from counterfoil.errors import LawError
from counterfoil.law import load
from counterfoil.law.load import PACKAGED
from counterfoil.law.records import Faults, parse_yaml, read_document, read_yaml


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for room in ("codes", "statutes", "authorities", "settings"):
        shutil.copytree(PACKAGED / room, tmp_path / room)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1))


def faults_of(folder: Path) -> tuple[str, ...]:
    with pytest.raises(LawError) as caught:
        load(folder)
    return caught.value.details


def test_a_copy_of_the_packaged_law_is_the_packaged_law(folder: Path) -> None:
    assert load(folder).codes == load().codes
    assert load(folder).statutes == load().statutes


def test_a_law_folder_with_many_faults_lists_each_of_them(folder: Path) -> None:
    change(folder / "codes/address.yaml", "  ADDR_ZIP_ONLY:", "  ADDR_ZIP_SOLO:")
    change(folder / "codes/name.yaml", "    message: The request sets forth no name.\n", "")
    change(folder / "codes/period.yaml", "scope: request", "scope: row")
    change(folder / "codes/statute.yaml", '["8 USC 1253(a)(1)(A)"]', '["8 U.S.C. 1253(a)(1)(A)"]')
    change(folder / "codes/batch.yaml", "effect: hold", "effect: wait\n    colour: red")
    change(folder / "codes/gates.yaml", "confirmed_by_counsel: false", "confirmed_by_counsel: maybe")
    change(folder / "statutes/criminal_title_8.yaml", "citation: 8 USC 1253(b)", "citation: 8 USC twelve")
    change(folder / "statutes/criminal_title_8.yaml", "facts: [prior_removal, found_date]", "facts: [weather]")
    change(folder / "statutes/civil.yaml", "8 USC 1324b,", "8 USC 1324,")
    change(folder / "statutes/tax.yaml", "effective: 1986-10-22", "effective: 1986-13-40")
    change(folder / "settings/statute.yaml", "value: 90, unit: days,", "value: -90, unit: days,")
    change(folder / "settings/practice.yaml", 'source: "TIGTA report 2011-40-054", ', "")
    change(
        folder / "authorities/agencies.yaml",
        "parent: dhs, head: [commissioner]",
        "parent: nobody, head: [commissioner]",
    )
    change(folder / "authorities/words.yaml", r"'\bretired\b'", r"'(retired'")
    shutil.copy(folder / "settings/statute.yaml", folder / "settings/twice.yaml")
    (folder / "codes/broken.yaml").write_text("codes: {a: [1, 2\n")
    (folder / "codes/latin.yaml").write_bytes(b"codes: caf\xe9\n")
    (folder / "codes/empty.yaml").write_text("")
    (folder / "codes/list.yaml").write_text("- a\n- b\n")
    (folder / "codes/folder.yaml").mkdir()
    listed = "\n".join(faults_of(folder))
    for planted in (
        "ADDR_ZIP_SOLO: is not in the closed list",
        "codes: ADDR_ZIP_ONLY is missing",
        "NAME_MISSING: message is missing",
        "PERIOD_MISSING: scope is 'row'",
        "must be written '8 USC 1253(a)(1)(A)'",
        "BATCH_DRAGNET: effect is 'wait'",
        "BATCH_DRAGNET: colour is not a known key",
        "SAFEGUARDS_NOT_MET: confirmed_by_counsel must be true or false",
        "citation: Not a citation of one provision",
        "facts: weather is not one of",
        "8 USC 1324 is in",
        "effective must be a date",
        "departure_days: value must not be negative",
        "breach_letter_days: source is missing",
        "cbp: parent nobody is not an agency",
        "is not a pattern",
        "settings/twice.yaml: civil_damages_per_act: is defined in another file as well",
        "codes/broken.yaml: is not YAML",
        "codes/latin.yaml: is not UTF-8",
        "codes/empty.yaml: is empty",
        "codes/list.yaml: must be a mapping",
        "codes/folder.yaml: is a folder",
    ):
        assert planted in listed, (planted, listed)


def test_a_folder_without_law_is_named_room_by_room(tmp_path: Path) -> None:
    listed = "\n".join(faults_of(tmp_path))
    for room in ("codes", "statutes", "settings", "authorities"):
        assert room in listed


def test_a_code_defined_in_two_files_is_a_fault(folder: Path) -> None:
    shutil.copy(folder / "codes/name.yaml", folder / "codes/again.yaml")
    assert any("defined in another file" in line for line in faults_of(folder))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\na: 2\n", "given twice"),
        ("a: {b: 1, b: 2}\n", "given twice"),
        ("a: &x [1]\nb: *x\n", "aliases"),
        ("[" * 100_000, "nested too deep"),
        ("{a: " * 100_000, "nested too deep"),
        ("a: !!python/object/apply:os.system ['true']\n", "is not YAML"),
        ("? [1, 2]\n: b\n", "plain text"),
        ("a: \x00\n", "is not YAML"),
        ("", "is empty"),
        ("---\na: 1\n---\nb: 2\n", "is not YAML"),
    ],
)
def test_yaml_that_could_mislead_or_harm_is_a_fault(text: str, fault: str) -> None:
    faults = Faults()
    assert parse_yaml(text, faults, "file") is None
    assert any(fault in line for line in faults.lines), faults.lines


def test_a_file_too_large_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_text("a: " + "x" * 1_100_000)
    faults = Faults()
    assert read_yaml(path, faults) is None
    assert "larger than" in faults.lines[0]


def test_a_file_without_end_is_read_no_further_than_the_limit() -> None:
    faults = Faults()
    assert read_yaml(Path("/dev/zero"), faults) is None
    assert "larger than" in faults.lines[0]


def test_a_document_keeps_its_dates_as_text_even_those_that_cannot_be(tmp_path: Path) -> None:
    path = tmp_path / "order.yaml"
    path.write_text("effective: 2026-02-30\nlifted: 2025-11-21T17:00:00Z\n")
    assert read_document(path) == {"effective": "2026-02-30", "lifted": "2025-11-21T17:00:00Z"}


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "- a\n", "", "plain words\n"])
def test_a_document_that_is_no_mapping_or_repeats_a_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "order.yaml"
    path.write_text(text)
    with pytest.raises(LawError) as caught:
        read_document(path)
    assert "order.yaml" in caught.value.details[0]
