"""The demo's steps. Each asks first what is done already, so that a run that was cut short goes on from there.

Every act on the office is one of the functions that a person's command calls, with the same arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.cli.demo.account import Account
from counterfoil.cli.demo.scene import Scene, Stage
from counterfoil.cli.door import Door
from counterfoil.cli.progress import progress
from counterfoil.errors import NotAllowedError
from counterfoil.progress import Tick

if TYPE_CHECKING:
    from counterfoil.cases import Office
    from counterfoil.cases.batch.show import BatchShown
    from counterfoil.cli.demo.ahead import Ahead
    from counterfoil.ledger import AuditReport

AGREEMENT = "treasury-dhs-2025-04-07"
OFFICIAL = "demo-director"
OFFICERS = (("alba", "Alba Example"), ("boris", "Boris Example"))
LIFT_REASON = "Demonstration: the shape of the batch was reviewed with the agency, row by row"


def now() -> datetime:
    """The time of an act, UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Run:
    """One run of the demo: where it plays, and what each step took."""

    door: Door
    scene: Scene
    stage: Stage
    account: Account
    lifted_holds: int = 0
    audit: AuditReport | None = None

    @contextmanager
    def step(self, name: str, label: str) -> Iterator[Tick | None]:
        """Measure a step and show its progress; steps of the same name add up."""
        with self.account.step(name), progress(self.door, label) as tick:
            yield tick


def open_the_office(run: Run) -> Office:
    """A data directory, the people in it, and the recipient's safeguards on record."""
    from counterfoil import cases

    with run.step("init", "Opening the office"):
        if not cases.is_office(run.stage.data):
            cases.init(run.stage.data, now())
        office = cases.open_office(run.stage.data)
        known = {officer.id for officer in cases.list_officers(office)}
        for id, name in OFFICERS:
            if id not in known:
                cases.add_officer(office, id, name, now())
        if not any(official.id == OFFICIAL for official in cases.list_officials(office)):
            _enroll(run, office)
        if cases.show_safeguards(office, now()).status is None:
            cases.record_safeguards(office, run.stage.roster(1).with_name("safeguards.yaml"), now())
    return office


def _enroll(run: Run, office: Office) -> None:
    from datetime import date

    from counterfoil import cases

    cases.enroll_official(
        office,
        OFFICIAL,
        AGREEMENT,
        "Dana Example",
        "Acting Director, U.S. Immigration and Customs Enforcement",
        date(2025, 1, 20),
        None,
        run.stage.official_key.with_name(run.stage.official_key.name + ".pub"),
        now(),
    )


def load_the_registry(run: Run, office: Office) -> None:
    """Load the made-up registry; a load that was cut off goes on, one that is complete changes nothing."""
    from counterfoil import cases

    with run.step("registry", "Loading the registry") as tick:
        cases.load_registry(office, [run.stage.registry], now(), progress=tick)


def seal_the_batches(run: Run) -> list[Path]:
    """Sign and seal each file of requests; a batch that is sealed already stays as it is."""
    from counterfoil.cli.inputs import write_bytes
    from counterfoil.request import read_key, read_roster, seal_batch

    sealed: list[Path] = []
    with run.step("seal", "Signing and sealing"):
        official = read_key(run.stage.official_key, private=True)
        custodian = read_key(run.stage.data / "public" / "custodian.jwk")
        for number, file in enumerate(request_files(run.stage), start=1):
            target = run.stage.batch(number)
            sealed.append(target)
            if target.exists():
                continue
            target.parent.mkdir(exist_ok=True)
            batch = seal_batch(
                file,
                agreement=AGREEMENT,
                official=OFFICIAL,
                roster=read_roster(run.stage.roster(number)),
                private_jwk=official,
                custodian_jwk=custodian,
                storage="secure_server",
                signed_at=now(),
            )
            write_bytes(target, batch)
    return sealed


def request_files(stage: Stage) -> list[Path]:
    """The files of requests, in order."""
    return sorted(stage.requests.glob("requests-*.csv"))


def answer_the_batches(run: Run, office: Office, batches: list[Path]) -> None:
    """Take each batch from receipt to its answer, step by step, from wherever it stands."""
    from counterfoil import cases
    from counterfoil.cli.demo.ahead import Ahead

    with Ahead(run.stage.data, batches) as ahead:
        for number, file in enumerate(batches, start=1):
            with run.step("receive", f"Receiving {number} of {len(batches)}") as tick:
                ahead.settle()
                id = cases.receive(office, file, "api", now(), progress=tick).id
            turn = _Turn(run, office, id, run.stage.answer(number), file, ahead)
            turn.answer.parent.mkdir(exist_ok=True)
            while not turn.answer.exists():
                _STEPS[turn.shown.state](turn)
            if turn.shown.facts.get("hold_lifted_by"):
                run.lifted_holds += turn.shown.facts["count"]


@dataclass(frozen=True)
class _Turn:
    """One batch whose turn it is."""

    run: Run
    office: Office
    id: str
    answer: Path  # where its answer goes
    file: Path  # the sealed batch
    ahead: Ahead

    @property
    def shown(self) -> BatchShown:
        """The batch as its officers see it now."""
        from counterfoil import cases

        return cases.show_batch(self.office, self.id, now())


def _examine(turn: _Turn) -> None:
    from counterfoil import cases

    with turn.run.step("examine", "Examining") as tick:
        turn.ahead.after(turn.file)
        cases.examine(turn.office, turn.id, now(), progress=_then_alone(turn.ahead, tick))
        turn.ahead.settle()


def _then_alone(ahead: Ahead, tick: Tick | None) -> Tick:
    """The tick, and at the end of the judging the wait for what runs beside it: one writes at a time."""

    def told(done: int, total: int) -> None:
        if tick is not None:
            tick(done, total)
        if done >= total:
            ahead.settle()

    return told


def _held(turn: _Turn) -> None:
    """The officer looks at the shape of the batch; one sent with one officer and one reason goes back."""
    from counterfoil import cases

    if turn.run.scene.scenario.as_sent:
        _return(turn)
        return
    try:
        cases.lift_hold(turn.office, turn.id, OFFICERS[0][0], LIFT_REASON, now())
    except NotAllowedError:
        _return(turn)


def _examined(turn: _Turn) -> None:
    """A batch in which nothing passed goes back; any other is approved."""
    if turn.shown.facts["passed"]:
        _approve(turn, OFFICERS[0][0])
    else:
        _return(turn)


def _approved_once(turn: _Turn) -> None:
    _approve(turn, OFFICERS[1][0])


def _approve(turn: _Turn, officer: str) -> None:
    from counterfoil import cases

    with turn.run.step("approve", "Approving"):
        cases.approve(turn.office, turn.id, officer, now())


def _verify(turn: _Turn) -> None:
    from counterfoil import cases

    with turn.run.step("verify", "Verifying") as tick:
        cases.verify(turn.office, turn.id, now(), progress=tick)


def _release(turn: _Turn) -> None:
    from counterfoil import cases

    with turn.run.step("release", "Releasing") as tick:
        cases.release(turn.office, turn.id, turn.answer, now(), progress=tick)


def _return(turn: _Turn) -> None:
    from counterfoil import cases

    with turn.run.step("return", "Returning"):
        cases.return_batch(turn.office, turn.id, OFFICERS[0][0], turn.answer, now())


_STEPS: dict[str, Callable[[_Turn], None]] = {
    "received": _examine,
    "refused": _return,
    "held": _held,
    "examined": _examined,
    "approved once": _approved_once,
    "approved": _verify,
    "verified": _release,
    "released": _release,
    "returned": _return,
}


def publish_the_ledger(run: Run, office: Office) -> None:
    """Export the ledger, and audit the export as an outsider does: with the public key alone."""
    from counterfoil import cases
    from counterfoil.ledger import audit

    with run.step("export", "Exporting the ledger") as tick:
        cases.ledger_export(office, run.stage.ledger, progress=tick)
    with run.step("audit", "Auditing the ledger"):
        vkey = (run.stage.data / "public" / "ledger.vkey").read_text(encoding="ascii").strip()
        run.audit = audit(run.stage.ledger, vkey)
