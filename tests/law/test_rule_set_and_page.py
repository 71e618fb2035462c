import shutil
from pathlib import Path

import counterfoil
from counterfoil.law import CODES, load, rule_set
from counterfoil.law.page import render
from counterfoil.law.rules import deciding_files, rule_set_of

PACKAGE = Path(counterfoil.__file__).parent
PAGE = Path(__file__).parents[2] / "docs/reference/what-we-check.md"


def copy(tmp_path: Path) -> Path:
    target = tmp_path / "counterfoil"
    for path in deciding_files(PACKAGE):
        (target / path.relative_to(PACKAGE)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target / path.relative_to(PACKAGE))
    return target


def test_the_rule_set_has_a_version_and_a_hash_over_the_deciding_files() -> None:
    rules = rule_set()
    assert rules.version and len(rules.sha256) == 64
    names = {path.relative_to(PACKAGE).as_posix() for path in deciding_files(PACKAGE)}
    assert {"law/codes/address.yaml", "law/citation.py", "agreement/orders.py"} <= names
    assert not any(name.startswith(("cli/", "ledger/", "synth/")) or name.endswith(".pyc") for name in names)
    assert "law/page.py" not in names


def test_the_same_files_elsewhere_have_the_same_hash(tmp_path: Path) -> None:
    target = copy(tmp_path)
    assert rule_set_of(target) == rule_set_of(PACKAGE)
    for path in deciding_files(target):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert rule_set_of(target) == rule_set_of(PACKAGE)


def test_a_changed_added_renamed_or_missing_file_changes_the_hash(tmp_path: Path) -> None:
    target = copy(tmp_path)
    before = rule_set_of(target).sha256
    file = target / "law/settings/statute.yaml"
    text = file.read_text()
    file.write_text(text.replace("value: 90", "value: 91", 1))
    changed = rule_set_of(target).sha256
    file.write_text(text)
    (target / "law/settings/more.yaml").write_text("settings: {}\n")
    added = rule_set_of(target).sha256
    (target / "law/settings/more.yaml").rename(target / "law/settings/other.yaml")
    renamed = rule_set_of(target).sha256
    file.unlink()
    (target / "law/settings/other.yaml").unlink()
    missing = rule_set_of(target).sha256
    assert len({before, changed, added, renamed, missing}) == 5


def test_the_page_shows_every_code_statute_authority_and_setting() -> None:
    page = render(load())
    for code in CODES:
        assert page.count(f"#### `{code}`") == 1
    for statute in load().statutes:
        assert str(statute.citation) in page
    for authority in load().authorities:
        assert f"`{authority}`" in page
    for setting in load().settings.values():
        assert f"`{setting.key}`" in page and setting.source in page


def test_the_page_in_the_docs_is_the_one_that_the_law_gives() -> None:
    assert PAGE.read_text() == render(load()), "run: python -m counterfoil.law.page > docs/reference/what-we-check.md"
