"""One rule a file, one file a code: the closed list of codes and the rules that find them."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import counterfoil.examination as room
from counterfoil import law
from counterfoil.examination.rulebook import FOLDERS, rulebook
from counterfoil.law import CODES

FOLDER = Path(room.__file__).parent
LIFTED = ("ADDR_", "NAME_")  # found by the rooms of addresses and names


def rule_files() -> list[Path]:
    return [path for name in FOLDERS for path in sorted((FOLDER / name).glob("*.py")) if not path.name.startswith("_")]


def test_every_code_has_exactly_one_rule() -> None:
    found = Counter(path.stem.upper() for path in [*rule_files(), FOLDER / "probing.py"])
    lifted = [code for code in CODES if code.startswith(LIFTED)]
    assert [code for code, count in found.items() if count > 1] == []
    assert set(found) - set(CODES) == set()
    assert set(CODES) - set(found) == {code for code in lifted if code != "ADDR_MALFORMED"}


def test_the_rulebook_holds_the_files_and_nothing_else() -> None:
    book = rulebook()
    found = [code for rules in book for code in rules]
    assert sorted(found) == sorted(path.stem.upper() for path in rule_files())


def test_a_rule_is_named_as_its_file_and_its_code() -> None:
    for rules in rulebook():
        for code, rule in rules.items():
            assert rule.__name__ == code.lower()
            assert rule.__module__.rsplit(".", 1)[1] == code.lower()


def test_a_rule_begins_with_its_sentence_and_its_law() -> None:
    for path in rule_files():
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert any(sign in said for sign in (" USC ", "Rev. Proc.", "RFC ")), path.name
        assert said[0].isupper(), path.name
        assert "." in said, path.name


def test_a_rule_finds_its_own_code_alone() -> None:
    for path in rule_files():
        text = path.read_text(encoding="utf-8")
        named = {code for code in CODES if f'"{code}"' in text}
        assert named == {path.stem.upper()}, path.name


def test_a_hold_of_the_law_is_a_hold_of_the_examination() -> None:
    from counterfoil.examination.examine import _HOLDS

    assert {code.id for code in law.load().codes.values() if code.effect == "hold"} == set(_HOLDS)
