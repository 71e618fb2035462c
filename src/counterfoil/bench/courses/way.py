"""The whole way of requests, from sealed batches to sealed answers, and the audit of what was recorded."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.bench.courses.common import SEED, WHEN
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import timed

if TYPE_CHECKING:
    from counterfoil.cases import Office

ROWS_A_BATCH = 100_000
OFFICIAL = "made-up-director"
OFFICERS = ("alba", "boris")
WHOLE = "the whole way"
STEPS = ("receive", "examine", "approve", "verify", "release")


def prepare(folder: Path, *, n: int) -> list[Taken]:
    """A registry of five people a request, the requests in files within the cap, and who asks."""
    from counterfoil.synth import make_parties, make_registry, make_requests

    make_registry(max(1_000, 5 * n), SEED, folder / "registry")
    every = folder / "every.csv"
    make_requests(folder / "registry", n, SEED, "everyday", every, folder / "truth.csv")
    for number, start in enumerate(range(0, n, ROWS_A_BATCH)):
        make_parties(folder / f"{number:03}", min(ROWS_A_BATCH, n - start), SEED, start=start)
    _divide(every, folder)
    return []


def _divide(every: Path, folder: Path) -> None:
    with every.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        header = next(rows)
        for part in _parts(folder):
            with (part / "requests.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([header, *islice(rows, ROWS_A_BATCH)])


def _parts(folder: Path) -> list[Path]:
    """The folder of each batch's papers, in order."""
    return sorted(path.parent for path in folder.glob("*/roster.csv"))


def ours(folder: Path, *, n: int) -> list[Taken]:
    """Every step of the office, each once for every batch."""
    from counterfoil import cases
    from counterfoil.ledger import audit

    above = Path(tempfile.mkdtemp(dir=folder))
    try:
        office = _open(above / "data", _parts(folder)[0])
        taken = [timed("load the registry", n, lambda: cases.load_registry(office, [folder / "registry"], WHEN))[1]]
        taken.append(timed("sign and seal", n, lambda: _seal(office, folder, above))[1])
        taken += _answered(office, above, n)
        opened, opening = timed("open the answers", n, lambda: _outcomes(office, folder, above))
        state, whole = timed("verify the ledger", n, lambda: cases.ledger_verify(office))
        timed_export = timed("export the ledger", n, lambda: cases.ledger_export(office, above / "export"))[1]
        report, audited = timed("audit the export", n, lambda: audit(above / "export", office.vkey))
    finally:
        shutil.rmtree(above, ignore_errors=True)
    problems = {"problems": len(state.facts["problems"])}
    return [
        *taken,
        opening.noting(opened),
        whole.noting(problems),
        timed_export,
        audited.noting({"problems": len(report.problems), "entries": report.size}),
    ]


def _open(data: Path, papers: Path) -> Office:
    """A new office with its people and the safeguards on record."""
    from counterfoil import cases

    cases.init(data, WHEN)
    office = cases.open_office(data)
    for id in OFFICERS:
        cases.add_officer(office, id, f"{id.capitalize()} Example", WHEN)
    cases.enroll_official(
        office,
        OFFICIAL,
        "treasury-dhs-2025-04-07",
        "Dana Example",
        "Acting Director, U.S. Immigration and Customs Enforcement",
        date(2025, 1, 20),
        None,
        papers / "official.jwk.pub",
        WHEN,
    )
    cases.record_safeguards(office, papers / "safeguards.yaml", WHEN)
    return office


def _seal(office: Office, folder: Path, above: Path) -> None:
    """Sign and seal each file of requests."""
    from counterfoil.request import read_key, read_roster, seal_batch

    official = read_key(folder / "000" / "official.jwk", private=True)
    for part in _parts(folder):
        sealed = seal_batch(
            part / "requests.csv",
            agreement="treasury-dhs-2025-04-07",
            official=OFFICIAL,
            roster=read_roster(part / "roster.csv"),
            private_jwk=official,
            custodian_jwk=office.public_key,
            storage="secure_server",
            signed_at=WHEN,
        )
        (above / f"{part.name}.batch").write_bytes(sealed)


def _answered(office: Office, above: Path, n: int) -> list[Taken]:
    """From receipt to answer: the time of each step over all batches, and of all steps together."""
    from counterfoil import cases

    steps: dict[str, list[Taken]] = {step: [] for step in STEPS}
    for file in sorted(above.glob("*.batch")):
        received, took = timed("receive", n, lambda file=file: cases.receive(office, file, "api", WHEN))  # type: ignore[misc]
        steps["receive"].append(took)
        id = received.id
        steps["examine"].append(timed("examine", n, lambda id=id: cases.examine(office, id, WHEN))[1])  # type: ignore[misc]
        if cases.show_batch(office, id, WHEN).state == "held":
            cases.lift_hold(office, id, OFFICERS[0], "Benchmark: the shape of the batch was looked at", WHEN)
        for officer in OFFICERS:
            approving = timed("approve", n, lambda id=id, who=officer: cases.approve(office, id, who, WHEN))  # type: ignore[misc]
            steps["approve"].append(approving[1])
        steps["verify"].append(timed("verify", n, lambda id=id: cases.verify(office, id, WHEN))[1])  # type: ignore[misc]
        answer = file.with_suffix(".answer")
        releasing = timed("release", n, lambda id=id, to=answer: cases.release(office, id, to, WHEN))  # type: ignore[misc]
        steps["release"].append(releasing[1])
    summed = [_sum(step, n, took) for step, took in steps.items()]
    return [*summed, _sum(WHOLE, n, summed)]


def _sum(what: str, n: int, parts: list[Taken]) -> Taken:
    return Taken(what, n, sum(part.seconds for part in parts), sum(part.cpu for part in parts))


def _outcomes(office: Office, folder: Path, above: Path) -> dict[str, int]:
    """What the answers say, against the truth by which the requests were made."""
    found: Counter[str] = Counter(unlawful=0, wrongly_refused=0)
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as stream:
        truths: Iterator[dict[str, str]] = csv.DictReader(stream)
        for part in _parts(folder):
            for outcome, truth in zip(_rows(office, part, above), truths, strict=False):
                found[outcome.lower()] += 1
                if outcome == "CONFIRMED" and truth["confirm"] != "true":
                    found["unlawful"] += 1
                if outcome in ("REFUSED", "HELD") and truth["lawful"] == "true":
                    found["wrongly_refused"] += 1
    return dict(found)


def _rows(office: Office, part: Path, above: Path) -> list[str]:
    from counterfoil.answer import open_answer
    from counterfoil.request import read_key

    key = read_key(min((part / "officers").glob("*.jwk")), private=True)
    sealed = (above / f"{part.name}.answer").read_bytes()
    return [str(row.outcome) for row in open_answer(sealed, key, office.public_key, vkey=office.vkey).rows]
