"""The page of threats names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "threats.md"


def test_every_test_that_the_page_of_threats_names_exists():
    text = PAGE.read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py")))
    named = set(re.findall(r"`(test_\w+)`", text))
    assert len(named) > 20
    assert sorted(name for name in named if f"def {name}(" not in sources) == []
    files = set(re.findall(r"`(tests/[\w/.]+)`", text))
    assert len(files) > 10
    assert sorted(name for name in files if not (ROOT / name).exists()) == []


def test_each_of_the_twenty_attacks_is_met_or_said_not_to_be():
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number, *_rest in rows] == list(range(1, 21))
    assert all(met.startswith(("yes", "in part", "no")) and "`test" in tests for _number, _attack, met, tests in rows)
