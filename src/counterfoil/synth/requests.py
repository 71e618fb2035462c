"""Makes a file of requests about a made-up registry, and the truth about each row from how it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from counterfoil.errors import InputError
from counterfoil.progress import Tick
from counterfoil.request import COLUMNS
from counterfoil.synth.asking.letters import Row, row_of
from counterfoil.synth.asking.plan import Planner
from counterfoil.synth.asking.pool import Unit
from counterfoil.synth.chance import data, generator, urn
from counterfoil.synth.country.country import Country, read_country
from counterfoil.synth.crew import cores, planned
from counterfoil.synth.facts import REFERENCE_DAY, Facts
from counterfoil.synth.files import check_output, whole_file
from counterfoil.synth.injury import EXTRA_COLUMNS, Injurer, injure

MIXES: Final = ("everyday", "exchange-2025")
ROWS_AN_OFFICER: Final = 90  # by position; the agreement lets an officer have 100 subjects
TRUTH_COLUMNS: Final = ("request_id", "lawful", "confirm", "defects")

_BLOCK: Final = 1_000  # rows that are mixed with one another: every such block has the mix's proportions
_ROWS_FOR_A_WORKER: Final = 20_000  # from here on a second process is worth its start
_SHARED: Final = 9  # of an officer's rows, of which half go to the next officer too: never over 100
_SECOND_DEFECT: Final = 0.08
_INVESTIGATIONS: Final = {1: 44, 2: 22, 3: 12, 4: 8, 5: 5, 6: 3, 7: 3, 8: 3}
_BOILERPLATE: Final = (
    "{given} {surname} is subject to a final order dated {order} and remains in the country; the address is "
    "needed to establish residence during the period under investigation."
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """One row with its truth: the codes put in, and whether it must be confirmed."""

    row: Row
    way: str
    confirm: bool
    defects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestsMade:
    """What was made. `defects` and `ways` count rows; `officers` is the number of roster entries named."""

    file: str
    truth: str
    rows: int
    lawful: int
    confirm: int
    officers: int
    replaced: int
    defects: dict[str, int] = field(default_factory=dict)
    ways: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def officer_key(position: int) -> str:
    """The roster key of the officer who has the request at that 0-based position of its file."""
    return f"o{position // ROWS_AN_OFFICER + 1:05}"


def make_requests(
    registry: Path,
    count: int,
    seed: int,
    mix: str,
    output: Path,
    truth: Path,
    progress: Tick | None = None,
    *,
    as_sent: bool = False,
    on: date = REFERENCE_DAY,
    ways: Path | None = None,
) -> RequestsMade:
    """Make `count` requests about the made-up `registry`, as written on the day `on`, and their truth.

    `as_sent`: one officer and one reason for all of them. `ways`: also write how each row was asked
    (`request_id,way`). InputError when the mix is unknown, the output's ending is none that can be written,
    or the registry has too few people (fewer than twice the requests).
    """
    check_output(output)
    if mix not in MIXES:
        raise InputError(f"There is no mix {mix!r}.", f"Choose one of {', '.join(MIXES)}.")
    country = read_country(registry)
    if not 1 <= count <= max(1, country.people // 2):
        raise InputError(
            f"{count:,} requests cannot be made about {country.people:,} people.",
            "Each person is asked about once: make a registry with at least twice as many people.",
        )
    plan = _Plan(country, count, seed, mix)
    writer = _RowWriter(seed, mix, on, as_sent, count)
    tally = _write(writer.rows(plan.units()), output, truth, ways, progress, count)
    return RequestsMade(
        str(output), str(truth), sum(tally["lawful"].values()), tally["lawful"]["true"], tally["confirm"]["true"],
        1 if as_sent else (count - 1) // ROWS_AN_OFFICER + 1 + (count > ROWS_AN_OFFICER), plan.replaced,
        dict(sorted(tally["defects"].items())), dict(sorted(tally["ways"].items())),
    )  # fmt: skip


class _Plan:
    """The units of a file, from a process beside this one where there are many; the same units either way."""

    def __init__(self, country: Country, count: int, seed: int, mix: str) -> None:
        self._asked = (country, count, seed, mix)
        self.replaced = 0  # known when the last unit was given

    def units(self) -> Iterator[Unit]:
        """Every unit, in order."""
        country, count, seed, mix = self._asked
        if count < _ROWS_FOR_A_WORKER or cores() == 1:
            planner = Planner(country, count, seed, mix)
            yield from planner.units()
            self.replaced = planner.replaced
            return
        for unit in planned(country, count, seed, mix):
            if isinstance(unit, int):
                self.replaced = unit
            else:
                yield unit


def _write(
    rows: Iterator[Labelled], output: Path, truth: Path, ways: Path | None, progress: Tick | None, count: int
) -> dict[str, Counter[str]]:
    tally: dict[str, Counter[str]] = {name: Counter() for name in ("lawful", "confirm", "defects", "ways")}
    with (
        whole_file(output, (*COLUMNS, *EXTRA_COLUMNS)) as requests,
        whole_file(truth, TRUTH_COLUMNS) as truths,
        whole_file(ways, ("request_id", "way")) if ways else nullcontext() as hows,
    ):
        for at, labelled in enumerate(rows, 1):
            lawful = "false" if labelled.defects else "true"
            confirm = "true" if labelled.confirm else "false"
            id = labelled.row["request_id"]
            requests.write(labelled.row)
            truths.write(
                {"request_id": id, "lawful": lawful, "confirm": confirm, "defects": ";".join(labelled.defects)}
            )
            if hows is not None:
                hows.write({"request_id": id, "way": labelled.way})
            tally["lawful"][lawful] += 1
            tally["confirm"][confirm] += 1
            tally["defects"].update(labelled.defects)
            tally["ways"][labelled.way] += 1
            if progress is not None and (at % 500 == 0 or at == count):
                progress(at, count)
    return tally


class _RowWriter:
    """Turns units into rows: mixed within blocks, with the facts of law, officers, and defects put in."""

    def __init__(self, seed: int, mix: str, on: date, as_sent: bool, count: int) -> None:
        self._rng = generator("rows", seed, mix)
        self._facts = Facts(generator("facts", seed, mix), on, data("mixes")[mix].get("statutes"))
        self._injurer = Injurer(generator("defects", seed, mix), on)
        self._sizes = urn(self._rng, _INVESTIGATIONS)
        self._doubles = mix == "everyday"
        self._as_sent, self._count = as_sent, count
        self._prefix = f"{self._rng.choice(('REQ', 'Q', 'HSI', 'R'))}{seed % 1000}"
        self._position = 0
        self._investigation, self._left, self._statute = "", 0, ""
        self._opened = 0

    def rows(self, units: Iterator[Unit]) -> Iterator[Labelled]:
        """Every row of the file, in order."""
        for block in _blocks(units):
            self._rng.shuffle(block)
            for unit in block:
                yield from self._unit(unit)

    def _unit(self, unit: Unit) -> Iterator[Labelled]:
        defect = unit.item.defect
        if defect == "INVESTIGATION_IMPLAUSIBLE":
            self._open(len(unit.asks))
        first_id = self._id()
        for at, ask in enumerate(unit.asks):
            row = row_of(ask, self._rng)
            if self._left == 0:
                self._open(self._sizes.draw())
            self._left -= 1
            self._facts.fill(row, self._statute, self._investigation)
            row["request_id"] = first_id if defect == "REQUEST_ID_DUPLICATE" else self._id()
            row["recipients"] = self._officers()
            confirm, codes = ask.confirm, self._defects(defect, row)
            if ask.way == "several_addresses" and at == 0:
                codes = ()
            if self._as_sent:
                codes = self._sent_as_one(row, codes)
            yield Labelled(row, ask.way, confirm and not codes, codes)
            self._position += 1
        if defect == "INVESTIGATION_IMPLAUSIBLE":
            self._left = 0

    def _defects(self, defect: str, row: Row) -> tuple[str, ...]:
        """Put the defects into the row; their codes."""
        if not defect:
            return ()
        if defect == "REASON_BOILERPLATE":
            self._same_reason(row)
            return (defect,)
        if defect in ("PROBING", "REQUEST_ID_DUPLICATE", "INVESTIGATION_IMPLAUSIBLE"):
            return (defect,)
        injure(defect, self._injurer, row)
        if self._doubles and self._rng.random() < _SECOND_DEFECT:
            second = self._rng.choice(("PERIOD_MISSING", "REASON_GENERIC", "INVESTIGATION_CLOSED", "ADDR_NO_NUMBER"))
            if second.split("_")[0] != defect.split("_")[0] and "INVESTIGATION" not in defect:
                injure(second, self._injurer, row)
                return (defect, second)
        return (defect,)

    def _same_reason(self, row: Row) -> None:
        day = row["removal_order_date"] or "2021-03-04"
        row["reason"] = _BOILERPLATE.format(given=row["given_name"], surname=row["surname"], order=day)

    def _sent_as_one(self, row: Row, codes: tuple[str, ...]) -> tuple[str, ...]:
        """One officer and one reason for all: what the exchange of 2025 had."""
        row["recipients"] = officer_key(0)
        self._same_reason(row)
        added = ["REASON_BOILERPLATE"] if self._count > 20 else []
        added += ["ROSTER_IMPLAUSIBLE"] if self._count > 100 else []
        return (*codes, *added)

    def _id(self) -> str:
        return f"{self._prefix}-{self._position + 1:07}"

    def _officers(self) -> str:
        mine = officer_key(self._position)
        other = officer_key(self._position + ROWS_AN_OFFICER)
        shared = self._position % ROWS_AN_OFFICER < _SHARED and self._count > ROWS_AN_OFFICER
        return f"{mine} {other}" if shared and self._rng.random() < 0.5 else mine

    def _open(self, size: int) -> None:
        """The next investigation, for `size` subjects."""
        self._opened += 1
        self._left = size
        self._statute = self._facts.statute()
        year = 2024 + self._rng.randrange(3)
        form = self._rng.choice(("HSI-{y}-{n:06}", "{y}-CR-{n:06}", "INV{n:07}", "{n:06}/{y}", "C-{y}.{n:06}"))
        self._investigation = form.format(y=year, n=self._opened)


def _blocks(units: Iterator[Unit]) -> Iterator[list[Unit]]:
    """Units in blocks of exactly _BLOCK rows (the last one has what is left); a unit is never torn."""
    block: list[Unit] = []
    later: list[Unit] = []
    size = 0
    for unit in units:
        if size + len(unit.asks) > _BLOCK:
            later.append(unit)
            continue
        block.append(unit)
        size += len(unit.asks)
        if size == _BLOCK:
            yield block
            block, later = later, []
            size = sum(len(u.asks) for u in block)
    if block or later:
        yield block + later
