"""The made-up part of a demo: registry, requests with their truth, and the keys of who asks.

Each is made in a folder beside its place and then moved there whole: what stands in its place is complete.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from counterfoil.cli.demo.scene import Stage
from counterfoil.cli.demo.steps import AGREEMENT, Run, now


def make_the_country(run: Run) -> None:
    """Registry, requests and parties, each unless it is there."""
    stage, scene = run.stage, run.scene
    from counterfoil.synth import make_registry

    if not stage.registry.exists():
        with run.step("synth_registry", "Making up the registry") as tick:
            _whole(stage.registry, lambda folder: make_registry(scene.people, scene.seed, folder, tick), goes_on=True)
    if not stage.requests.exists():
        _whole(stage.requests, lambda folder: _make_requests(run, folder))
    if not stage.parties.exists():
        with run.step("synth_keys", "Making keys"):
            _whole(stage.parties, lambda folder: _make_parties(run, folder))


def _whole(place: Path, make: Callable[[Path], object], *, goes_on: bool = False) -> None:
    """`goes_on`: what makes it goes on by itself with what a run that was cut off has left."""
    beside = place.with_name(place.name + ".part")
    if beside.exists() and not goes_on:
        shutil.rmtree(beside)
    beside.mkdir(parents=True, exist_ok=True)
    make(beside)
    beside.rename(place)


def _make_requests(run: Run, folder: Path) -> None:
    from counterfoil.synth import make_requests

    scene, every = run.scene, folder / "every.csv"
    with run.step("synth_requests", "Making up the requests") as tick:
        make_requests(
            run.stage.registry,
            scene.requests,
            scene.seed,
            scene.scenario.mix,
            every,
            folder / run.stage.truth.name,
            tick,
            as_sent=scene.scenario.as_sent,
            on=now().date(),
            ways=folder / run.stage.ways.name,
        )
        _divide(every, folder, rows_a_batch())
        every.unlink()


def rows_a_batch() -> int:
    """How many rows the agreement allows in a batch."""
    from counterfoil.agreement import built_in

    return int(built_in()[AGREEMENT].value("batch_rows_max"))


def _divide(every: Path, folder: Path, size: int) -> None:
    """Cut one file of requests into files of at most `size` rows, in order."""
    with every.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        header = next(rows)
        number = 0
        while part := list(islice(rows, size)):
            number += 1
            with (folder / f"requests-{number:03}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(header)
                writer.writerows(part)


def _make_parties(run: Run, folder: Path) -> None:
    """For each file of requests the roster of its officers; the official is the one of the first."""
    from counterfoil.synth import make_parties

    scene, size = run.scene, rows_a_batch()
    for number, start in enumerate(range(0, scene.requests, size), start=1):
        rows = min(size, scene.requests - start)
        place = folder / f"{number:03}"
        if scene.scenario.as_sent:
            make_parties(place, 1, scene.seed, on=now().date())
            _leave_one_officer(place / "roster.csv")
        else:
            make_parties(place, rows, scene.seed, start=start, on=now().date())


def _leave_one_officer(roster: Path) -> None:
    lines = roster.read_text(encoding="utf-8").splitlines(keepends=True)
    roster.write_text("".join(lines[:2]), encoding="utf-8")


def a_roster_officers_key(stage: Stage, number: int) -> Path:
    """The private key of the first officer on the roster of the batch of that number."""
    with stage.roster(number).open(encoding="utf-8", newline="") as stream:
        first = next(csv.DictReader(stream))
    return stage.roster(number).parent / first["public_key"].removesuffix(".pub")
