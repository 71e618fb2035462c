"""The reference pages say what the code does; their example is run."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from counterfoil.request import COLUMNS, limits, open_batch, read_bytes, read_manifest, verify
from counterfoil.request.columns import MEANING, as_markdown
from counterfoil.request.formats import parquet_format
from counterfoil.request.manifest import OPTIONAL_TEXTS, REQUIRED
from counterfoil.request.reader import FORMATS
from tests.request.made import key, manifest, public

DOCS = Path(__file__).parents[2] / "docs" / "reference"
FILE_PAGE = (DOCS / "request-file.md").read_text(encoding="utf-8")
CONTAINER_PAGE = (DOCS / "sealed-container.md").read_text(encoding="utf-8")


def block(page: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_table_of_columns_is_the_codes_own():
    """If this fails: print(counterfoil.request.columns.as_markdown()) between the page's two markers."""
    assert list(MEANING) == list(COLUMNS)
    assert as_markdown() in FILE_PAGE


@pytest.mark.parametrize(
    ("page", "limit"),
    [
        (FILE_PAGE, limits.MAX_FILE_BYTES),
        (FILE_PAGE, limits.MAX_CELL_CHARS),
        (FILE_PAGE, limits.MAX_REASON_CHARS),
        (FILE_PAGE, limits.MAX_COLUMNS),
        (FILE_PAGE, limits.MAX_LINE_CHARS),
        (FILE_PAGE, limits.MAX_RECORD_LINES),
        (FILE_PAGE, parquet_format.MAX_UNPACKED_BYTES),
        (FILE_PAGE, parquet_format.MAX_LIST),
        (CONTAINER_PAGE, limits.MAX_CONTAINER_BYTES),
        (CONTAINER_PAGE, limits.MAX_HEADER_BYTES),
        (CONTAINER_PAGE, limits.MAX_MANIFEST_BYTES),
        (CONTAINER_PAGE, limits.MAX_TEXT_CHARS),
        (CONTAINER_PAGE, limits.MAX_RECIPIENTS),
    ],
)
def test_the_limits_on_the_pages_are_the_codes_own(page: str, limit: int):
    assert re.search(rf"(?<![\d,]){limit:,}(?![\d,])", page)


def test_the_examples_of_a_row_are_read_and_alike():
    (from_csv,) = read_bytes(block(FILE_PAGE, "csv").encode(), "csv")
    (from_json,) = read_bytes(block(FILE_PAGE, "json").encode(), "jsonl")
    assert (from_csv.malformed, from_csv.oversupplied, from_json.malformed) == ("", (), "")
    assert from_csv.tax_years == from_json.tax_years == "2022 2023"
    assert from_csv.reason == from_json.reason


def test_the_table_of_the_manifest_names_every_member():
    named = re.findall(r"^\| `(\w+)` \|", CONTAINER_PAGE.split("### Signature")[0], re.MULTILINE)
    assert named == [*REQUIRED, "roster", *OPTIONAL_TEXTS]
    assert all(f"`{format}`" in CONTAINER_PAGE for format in FORMATS)


def test_a_batch_made_by_the_pages_own_example_opens():
    namespace: dict[str, object] = {}
    exec(block(CONTAINER_PAGE, "python"), namespace)
    payload = b"request_id\nR-1\n"
    batch = namespace["make_batch"](  # type: ignore[operator]
        payload,
        json.loads(json.dumps(asdict(manifest()))),
        ECKey.import_key(key("director")),
        ECKey.import_key(public("custodian")),
    )
    opened = open_batch(batch, key("custodian"))
    assert opened.payload == payload
    assert read_manifest(verify(opened.manifest_jws, public("director"))) == manifest(payload)
