"""The product speaks of the law, in the field's words, and names no machine and no registry host."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = {".py", ".md", ".yaml", ".yml", ".toml", ".txt", ".in", ".csv", ".json", ".cfg", ""}


def tracked():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [ROOT / name for name in listed if (ROOT / name).suffix in TEXT and (ROOT / name).is_file()]


def test_no_path_of_a_machine_and_no_registry_host():
    hosts = "|".join(
        ("pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(org|com)", "deb" + r"ian\.org/debian")
    )
    pattern = re.compile(rf"/(?:root|home/\w+|work)/|{hosts}")
    found = {
        f"{path.relative_to(ROOT)}": match.group()
        for path in tracked()
        if path != Path(__file__) and (match := pattern.search(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


def test_locked_requirements_have_hashes_and_no_addresses():
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "://" not in text
        pins = re.findall(r"^[a-z0-9._-]+(?:\[[a-z,]+\])?==\S+(.*)$", text, re.MULTILINE)
        assert pins, path
        assert text.count("--hash=sha256:") >= len(pins), path


def test_every_dependency_has_its_line_of_reasons():
    text = (ROOT / "pyproject.toml").read_text()
    block = text.split("dependencies = [", 1)[1].split("]", 1)[0]
    reasons = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text()
    names = re.findall(r'"([a-z0-9-]+)[><=]', block)
    assert names
    assert [name for name in names if name not in reasons] == []


def test_every_decision_is_listed():
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text()
    for path in (ROOT / "docs" / "decisions").glob("0*.md"):
        assert path.name in listed


def test_links_between_documents_lead_somewhere():
    dead = []
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
        dead += [f"{path.name} -> {to}" for to in targets if "://" not in to and not (path.parent / to).exists()]
    assert dead == []
