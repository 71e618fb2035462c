"""The published page says what the code does: its tables are the code's, and its example is a real entry."""

import json
import re
from pathlib import Path

from counterfoil.ledger.auditor.kinds import FIELDS, FORMAT, MAY, TYPES
from counterfoil.ledger.entry import canonical, disclosure_of, opened, read_leaf
from counterfoil.ledger.tree import leaf_hash

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "ledger-format.md").read_text(encoding="utf-8")


def test_the_page_lists_every_type_with_its_digests_and_needs():
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (.+?) \|", PAGE, re.MULTILINE)
    told = {name: (int(digests), tuple(re.findall(r"`(\w+)`", needs))) for name, digests, needs in rows}
    assert told == {name: tuple(kind) for name, kind in TYPES.items()}


def test_the_page_lists_every_public_field_with_its_shape():
    shapes = {"text": "text", "number": "number", "texts": "texts", "numbers by text": "numbers", "flag": "flag"}
    rows = re.findall(r"^\| `(\w+)` \| ([a-z ]+) \| .+ \|$", PAGE, re.MULTILINE)
    assert {name: shapes.get(shape, shape) for name, shape in rows} == dict(FIELDS)


def test_the_page_has_the_version_of_the_format():
    assert f"\nVersion {FORMAT}. " in PAGE


def test_the_example_of_the_page_is_a_real_entry():
    leaf, first, second = re.findall(r"^[{\[].*[}\]]$", PAGE, re.MULTILINE)
    assert canonical(json.loads(leaf)) == leaf.encode()
    assert leaf_hash(leaf.encode()).hex() in PAGE
    disclosures = [disclosure_of(json.loads(text)) for text in (first, second)]
    disclosed = opened(read_leaf(leaf.encode()), disclosures)
    assert disclosed == {"time": "2026-11-22T11:00:00.000000Z", "request": {"surname": "EXAMPLE"}}


def test_the_page_lists_the_fields_that_each_type_may_have():
    rows = re.findall(r"^- `(\w+)`: ((?:`\w+`(?:, )?)+)$", PAGE, re.MULTILINE)
    assert {name: frozenset(re.findall(r"\w+", fields)) for name, fields in rows} == dict(MAY)
