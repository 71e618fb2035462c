"""The examination: every rule on every request of a signed batch."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.bench.courses.common import SEED, WHEN
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import timed

if TYPE_CHECKING:
    from counterfoil.agreement import Official
    from counterfoil.examination import Context
    from counterfoil.request import Manifest


def prepare(folder: Path, *, n: int) -> list[Taken]:
    """A made-up registry, n everyday requests about it, and who asks."""
    from counterfoil.synth import make_parties, make_registry, make_requests

    make_registry(max(1_000, 5 * n), SEED, folder / "registry")
    make_requests(folder / "registry", n, SEED, "everyday", folder / "requests.csv", folder / "truth.csv")
    make_parties(folder / "parties", n, SEED)
    return []


def ours(folder: Path, *, n: int) -> list[Taken]:
    """Read the file, then examine it."""
    from counterfoil.examination import examine
    from counterfoil.request import read_file

    examine((), _context(folder, 0))  # the law is loaded now
    requests, reading = timed("read the file of requests", n, lambda: tuple(read_file(folder / "requests.csv")))
    context = _context(folder, len(requests))
    examination, taken = timed("examine", n, lambda: examine(requests, context))
    outcomes = Counter(examination.outcome(position) for position in range(len(requests)))
    facts = {"passed": outcomes["PASSED"], "refused": outcomes["REFUSED"], "held": outcomes["HELD"]}
    return [reading, taken.noting(facts)]


def _context(folder: Path, count: int) -> Context:
    from counterfoil import agreement as agreements
    from counterfoil import law
    from counterfoil.examination import NO_HISTORY, Context, Delivery

    manifest, official = _signed(folder, count)
    return Context(
        law=law.load(),
        agreement=agreements.built_in()[agreements.DEFAULT],
        on=WHEN,
        manifest=manifest,
        delivery=Delivery("api", "valid", count, manifest.sha256, None, WHEN),
        official=official,
        safeguards=agreements.read_safeguards(folder / "parties" / "safeguards.yaml"),
        orders=(),
        overrides=(),
        history=NO_HISTORY,
        batch_key="bench",
    )


def _signed(folder: Path, count: int) -> tuple[Manifest, Official]:
    from counterfoil import agreement as agreements
    from counterfoil.request import Manifest, read_key, read_roster

    office = "Acting Director, U.S. Immigration and Customs Enforcement"
    key = read_key(folder / "parties" / "official.jwk.pub")
    official = agreements.Official("made-up", agreements.DEFAULT, "Dana Example", office, date(2025, 1, 20), None, key)
    manifest = Manifest(
        batch_id="bench-1",
        agreement=agreements.DEFAULT,
        official=official.id,
        signed_at=(WHEN - timedelta(hours=1)).isoformat(),
        count=count,
        sha256="0" * 64,
        format="csv",
        roster=read_roster(folder / "parties" / "roster.csv"),
        certification="use-only-2025",
        storage="secure_server",
        channel="api",
    )
    return manifest, official
