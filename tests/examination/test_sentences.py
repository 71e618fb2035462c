"""Sentences of law (sentences/*.yaml): a request or batch, changed in one respect, and what must be found.

A sentence has a `name`; `request` (changes to a valid request) or `rows` (one mapping of changes a row);
`field` with `each` for many values of one field; and the `codes` that must be found, exactly. `manifest`,
`roster`, `official`, `delivery`, `safeguards`, `orders`, `overrides`, `agreement`, `terms`, `on` change what
stands around it; `preflight: true` is a requester's own check. `outcome` may be given besides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from counterfoil.law import CODES
from tests.examination.world import judge

FOLDER = Path(__file__).parent / "sentences"


def sentences() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for sentence in yaml.safe_load(path.read_text(encoding="utf-8")):
            if "each" not in sentence:
                yield f"{path.stem}: {sentence['name']}", sentence
                continue
            for value in sentence["each"]:
                request = dict(sentence.get("request", {})) | {sentence["field"]: value}
                yield f"{path.stem}: {sentence['name']}: {value!r}", dict(sentence) | {"request": request}


ALL = list(sentences())


@pytest.mark.parametrize("sentence", [s for _, s in ALL], ids=[name for name, _ in ALL])
def test_a_sentence_of_law_holds(sentence: Mapping[str, Any]) -> None:
    examination, rows = judge(sentence)
    expected = sentence["codes"]
    if isinstance(expected, list):
        expected = dict.fromkeys(range(rows), expected)
    for position, codes in expected.items():
        assert set(examination.codes(position)) == set(codes), f"row {position}: {examination.rows[position]}"
        found = examination.outcome(position)
        assert (found == "PASSED") == (not codes)
        if "outcome" in sentence:
            assert found == sentence["outcome"]


def test_every_code_has_sentences_both_ways() -> None:
    found: Counter[str] = Counter()
    for _, sentence in ALL:
        codes = sentence["codes"]
        for some in codes.values() if isinstance(codes, dict) else [codes]:
            found.update(some)
    rooms = ("ADDR_", "NAME_")  # the rules of the address and person rooms have their own tests there
    few = [code for code in CODES if found[code] < 2 and not code.startswith(rooms)]
    assert not few, f"codes with fewer than two sentences: {few}"
    passed = sum(1 for _, sentence in ALL if sentence["codes"] == [])
    assert passed > 150
    assert len(ALL) > 400
