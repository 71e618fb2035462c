"""A stored examination comes back as it was, or is said to be damaged."""

import json
import zlib

import pytest

from counterfoil.errors import IntegrityError
from counterfoil.examination import Examination
from counterfoil.law import Finding
from counterfoil.office.convert import pack_examination, unpack_examination

WHOLE = Examination(
    batch=(Finding("BATCH_OVER_CAP", "count", "7"),),
    rows=((), (Finding("ADDR_MISSING", "address_line1"),), ()),
    asks=(None,) * 3,
    duplicates={2: ("b-1", 0)},
    to_review=frozenset({1}),
)
PACKED = pack_examination(WHOLE)


def with_rows(rows):
    return zlib.compress(json.dumps({**json.loads(zlib.decompress(PACKED)), "rows": rows}).encode())


def test_a_stored_examination_comes_back():
    assert unpack_examination(PACKED) == WHOLE


@pytest.mark.parametrize(
    "damaged",
    [b"", b"no zlib", PACKED[:-5], *map(zlib.compress, (b"[]", b"{}", b'{"rows": 1, "count": "x"}'))]
    + [with_rows({position: [["ADDR_MISSING", "address_line1"]]}) for position in ("3", "-1", "x", "1.5")]
    + [with_rows({"0": [["ADDR_MISSING", "a", "b", "c", "d"]]}), with_rows({"0": 5})],
)
def test_a_damaged_one_is_said_to_be_and_no_finding_is_lost_or_moved(damaged):
    with pytest.raises(IntegrityError, match="damaged"):
        unpack_examination(damaged)
