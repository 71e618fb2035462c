"""Made-up requests and keys for the tests of this room. Names and addresses are invented."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from counterfoil.request import COLUMNS, Manifest, Request, RosterEntry, new_key, public_of

REQUEST = Request(
    request_id="R-1",
    given_name="Ana",
    surname="Quill",
    address_line1="123 N Elmwick St",
    address_line2="Apt 4",
    city="Springfield",
    state="IL",
    postal_code="62701",
    tax_years="2022 2023",
    statute="8 USC 1253(a)(1)(A)",
    reason="She is said to have stayed on after the order; mail is thought to reach her there.",
    investigation_id="INV-7",
    investigation_status="open",
    recipients="off-1",
)


def requests(count: int) -> list[Request]:
    return [replace(REQUEST, position=i, request_id=f"R-{i}") for i in range(count)]


_text = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)


@st.composite
def any_requests(draw: st.DrawFn) -> list[Request]:
    """Rows of any text at all: quotes, line ends, commas, byte order marks, right-to-left."""
    rows = draw(st.lists(st.dictionaries(st.sampled_from(COLUMNS), _text, max_size=6), min_size=1, max_size=4))
    return [Request(position=i, **row) for i, row in enumerate(rows)]


@functools.cache
def key(name: str) -> dict[str, str]:
    """One private key a name, made once a run."""
    return new_key()


def public(name: str) -> dict[str, str]:
    return public_of(key(name))


def entry(name: str = "off-1") -> RosterEntry:
    return RosterEntry(
        name, "Jo Example", "Special Agent", "ICE", "jo@example.gov", "investigator", "yes", public(name)
    )


def manifest(payload: bytes = b"request_id\nR-1\n", **changes: object) -> Manifest:
    return replace(
        Manifest(
            batch_id="batch-1",
            agreement="treasury-dhs-2025-04-07",
            official="director-1",
            signed_at="2026-11-20T12:00:00Z",
            count=1,
            sha256=hashlib.sha256(payload).hexdigest(),
            format="csv",
            roster=(entry(),),
            certification="use-only-2025",
            storage="case_system",
            channel="api",
        ),
        **changes,  # type: ignore[arg-type]
    )


def put(folder: Path, text: str | bytes, name: str = "requests.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path
