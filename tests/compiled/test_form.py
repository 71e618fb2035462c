"""What is compiled is used where it was made of the very sources beside it, and nowhere else."""

from pathlib import Path

import pytest

from counterfoil import compiled
from tests.compiled.conftest import COMPILING, PACKAGE, run

FORM = """
import counterfoil.address, counterfoil.person
from counterfoil import compiled
print(*compiled.form(), counterfoil.address.parse(counterfoil.address.split_line("1 Oak St, Dover, DE 19901")).stem)
"""
COMPARED = """
from counterfoil.address import compare, parse, split_line
one = parse(split_line("1 Oak St, Dover, DE 19901"))
print(compare(one, one))
"""
OTHER_LIBRT = """
import ctypes, sys
import librt.strings
number = ctypes.CFUNCTYPE(ctypes.c_int)
abi, api = number(lambda: int(sys.argv[1])), number(lambda: int(sys.argv[2]))
table = (ctypes.c_void_p * 64)(*(ctypes.cast(one, ctypes.c_void_p).value for one in (abi, api)))
capsule = ctypes.pythonapi.PyCapsule_New
capsule.restype, capsule.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
librt.strings._C_API = capsule(ctypes.addressof(table), b"librt.strings._C_API", None)
"""
STALE = f"False {compiled._STALE} OAK"


def _pretend(package: Path) -> Path:
    """A file in the place of the compiled form that is none."""
    place = compiled.folder(package)
    place.mkdir(parents=True)
    library = place / f"{compiled.LIBRARY}{compiled._SUFFIX}"
    library.write_bytes(b"no machine code")
    return library


def test_without_a_compiled_form_the_rules_run_interpreted(package):
    assert run(package, FORM) == "False interpreted OAK"


def test_a_changed_source_has_another_fingerprint_and_other_line_ends_have_not(package):
    before = compiled.fingerprint(package)
    rule = package / "address" / "comparison.py"
    text = rule.read_bytes()
    rule.write_bytes(text.replace(b"\n", b"\r\n"))
    assert compiled.fingerprint(package) == before
    rule.write_bytes(text + b"# an edit\n")
    assert compiled.fingerprint(package) != before


def test_a_source_that_is_added_moved_or_taken_away_has_another_fingerprint(package):
    before = compiled.fingerprint(package)
    added = package / "person" / "added.py"
    added.write_text("")
    with_one_more = compiled.fingerprint(package)
    added.rename(package / "person" / "moved.py")
    moved = compiled.fingerprint(package)
    (package / "person" / "moved.py").unlink()
    assert len({before, with_one_more, moved}) == 3
    assert compiled.fingerprint(package) == before


def test_the_fingerprint_covers_every_source_that_is_compiled_and_the_rule_set_all_that_decide():
    from counterfoil.law.rules import deciding_files

    reading = {PACKAGE / "verification" / "columns.py", *(PACKAGE / "verification" / "files").rglob("*.py")}
    # gives rows as they stand, and decides nothing
    recording = set((PACKAGE / "ledger").rglob("*.py"))  # nor does this
    assert set(compiled.sources(PACKAGE)) - reading - recording <= set(deciding_files(PACKAGE))
    assert PACKAGE / "verification" / "rule.py" in compiled.sources(PACKAGE)
    assert PACKAGE / "address" / "comparison.py" in compiled.sources(PACKAGE)


def test_a_compiled_form_of_other_sources_is_not_used(package):
    _pretend(package)
    with (package / "address" / "text.py").open("a") as file:
        file.write("\n# edited after it was compiled\n")
    assert run(package, FORM) == STALE


def test_a_compiled_form_of_another_python_is_not_used(package):
    library = _pretend(package)
    library.parent.parent.rename(library.parents[2] / "cpython-39-another-machine")
    assert run(package, FORM) == STALE


def test_a_compiled_form_that_cannot_be_loaded_is_not_used_and_says_why(package):
    _pretend(package)
    said = run(package, FORM)
    assert said.startswith("False interpreted: what is compiled cannot be loaded (")
    assert said.endswith("OAK")


def test_nothing_of_the_compiled_form_reaches_the_rule_sets_hash(package):
    from counterfoil.law.rules import rule_set_of

    before = rule_set_of(package)
    _pretend(package)
    assert rule_set_of(package) == before


@pytest.mark.timeout(COMPILING)
def test_the_compiled_form_is_used_where_it_fits_and_not_where_the_pure_one_is_asked_for(made):
    assert run(made, FORM) == "True compiled OAK"
    assert run(made, FORM, COUNTERFOIL_PURE="1") == "False interpreted, as COUNTERFOIL_PURE asks OAK"


@pytest.mark.timeout(COMPILING)
@pytest.mark.parametrize("version", [("99", "99"), ("1", "0")])
def test_with_another_version_of_a_library_that_it_needs_it_is_not_used_and_says_why(made, version):
    said = run(made, OTHER_LIBRT + FORM + "import counterfoil.verification", *version)
    assert said.startswith("False interpreted: what is compiled cannot be loaded (") and "librt" in said
    assert said.endswith("OAK")


@pytest.mark.timeout(COMPILING)
def test_an_edit_after_compiling_brings_the_edited_rules_to_bear(made):
    source = made / "address" / "comparison.py"
    text = source.read_text()
    try:
        source.write_text(text.replace('"all elements equal"', '"edited after it was compiled"'))
        assert "edited after it was compiled" in run(made, COMPARED)
        assert run(made, FORM) == STALE
    finally:
        source.write_text(text)
    assert run(made, FORM) == "True compiled OAK"
