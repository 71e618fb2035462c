"""What is wrong with this installation, and what to do: one check a fault, none of them stops another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from counterfoil import agreement as agreements
from counterfoil import compiled
from counterfoil.cases.agreements import agreement_in_use
from counterfoil.cases.context import orders_entered, safeguards_in_use
from counterfoil.cases.entered import standing
from counterfoil.cases.keys.health import key_checks
from counterfoil.cases.office import LOST_DATABASE, RESTORE_DATABASE, UNFINISHED, Office
from counterfoil.cases.registry import loaded, require_loaded
from counterfoil.cases.rules.keep import KEEP, list_rules
from counterfoil.errors import CounterfoilError, HeldError, IntegrityError, NotFoundError
from counterfoil.office import database, models
from counterfoil.office import place as places
from counterfoil.progress import Tick
from counterfoil.verification.files.manifest import ANEW

OK, WARNING, WRONG = "ok", "warning", "wrong"
BACKUP = "Keep the files as they are, tell the auditors, and restore the newest backup that verifies."


@dataclass(frozen=True)
class Check:
    """One thing looked at: its level (ok, warning, wrong), what was seen, and what to do about it."""

    name: str
    level: str
    what: str
    do: str = ""

    @property
    def ok(self) -> bool:
        """Whether the office can do its work in spite of it."""
        return self.level != WRONG

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"name": self.name, "ok": self.ok, "level": self.level, "what": self.what, "do": self.do}


def doctor(office: Office, now: datetime, progress: Tick | None = None) -> list[Check]:
    """Look at keys, database, clock, ledger, rule sets, registry, agreement and people of an open office."""
    looks: tuple[Callable[[], Iterator[Check]], ...] = (
        lambda: _keys(office),
        _database,
        lambda: _clock(office, now),
        _form_of_the_rules,
        lambda: _ledger(office, progress),
        lambda: _rules(office),
        lambda: _agreement(office, now),
        lambda: _registry(office, now),
        lambda: _people(),
    )
    return list(dict.fromkeys(check for look in looks for check in _tried(look)))  # one fault can stop many looks


def _tried(look: Callable[[], Iterator[Check]]) -> list[Check]:
    """The checks of one look; an error that stops it is itself what is wrong."""
    found = []
    try:
        with database.reading():
            for check in look():
                found.append(check)  # noqa: PERF402
    except CounterfoilError as error:
        found.append(Check(error.code.lower(), WRONG, error.what, error.do))
    except OSError as error:
        what = f"{error.filename or 'A file'} cannot be read: {error.strerror}."
        found.append(Check("files", WRONG, what, "Run this as the account that owns the data directory."))
    except Exception as error:  # what was tampered with can raise anything, and is to be told like the rest
        found.append(Check("stored data", WRONG, f"Something stored cannot be read ({type(error).__name__}).", BACKUP))
    return found


def _keys(office: Office) -> Iterator[Check]:
    if office.data.stat().st_mode & 0o077:
        yield Check(
            "data directory",
            WRONG,
            f"{office.data} can be read by others; the registry and the database stand in it.",
            f"Run `chmod 700 {office.data}`.",
        )
    else:
        yield Check("data directory", OK, "for its owner alone")
    for name, well, what, do in key_checks(office):
        yield Check(name, OK if well else WRONG, what, do)


def database_state(data: Path) -> tuple[str, list[Check]]:
    """Where the open office's database is, and what it says of its own soundness."""
    place = places.of(data)
    return place.public if isinstance(place, places.Server) else str(place), _tried(_database)


def _database() -> Iterator[Check]:
    for name, well, what, do in database.state():
        yield Check(name, OK if well else WRONG, what, do)
    behind, missing = database.unapplied(), database.missing()
    if behind:
        what = f"Not up to date: {', '.join(behind)}."
        do = "prepare` as the role that owns it" if database.is_server() else "upgrade`"
        yield Check("database tables", WRONG, what, f"An older version made it: run `counterfoil database {do}.")
    elif missing:
        yield Check("database tables", WRONG, f"Missing: {', '.join(missing)}.", BACKUP)
    elif altered := database.altered():
        what = f"{len(altered)} guards do not say what this version's say: {', '.join(altered[:5])}."
        yield Check("database tables", WRONG, what, BACKUP)
    else:
        yield Check("database tables", OK, "up to date")


def _clock(office: Office, now: datetime) -> Iterator[Check]:
    last = last_entry_time(office)
    if last is not None and last > now + timedelta(seconds=1):
        yield Check(
            "clock",
            WRONG,
            f"The clock says {now:%Y-%m-%d %H:%M:%S} UTC, but the last ledger entry is of {last:%Y-%m-%d %H:%M:%S}.",
            "Set the clock right (NTP) before anything else is recorded: time in the ledger never goes back.",
        )
    else:
        yield Check("clock", OK, f"{now:%Y-%m-%d %H:%M:%S} UTC, not before the last ledger entry")


def last_entry_time(office: Office) -> datetime | None:
    """The instant of the newest ledger entry, None where the ledger is empty."""
    ledger = office.ledger()
    size = ledger.size()
    if not size:
        return None
    return datetime.fromisoformat(str(ledger.read(size - 1).disclosed["time"]))


def _ledger(office: Office, progress: Tick | None) -> Iterator[Check]:
    with database.snapshot():
        problems = [str(problem) for problem in office.ledger().verify(office.vkey, progress)]
        problems = problems or standing.problems(office)  # where it is whole, what stands beside it
    if problems:
        yield Check(
            "ledger",
            WRONG,
            "; ".join(problems[:5]),
            BACKUP,
        )
    else:
        yield Check("ledger", OK, f"{office.ledger().size():,} entries verify against every checkpoint")
    yield from _signed_before(office)


def _signed_before(office: Office) -> Iterator[Check]:
    """Whether the ledger still has all that the record beside the keys and the witnesses know to be signed."""
    from counterfoil.cases.witness.watch import ask, record_faults

    try:
        witnessed = ask(office)
    except HeldError as held:
        yield Check("entries signed before", WRONG, held.what, held.do)
        return
    yield Check("entries signed before", OK, "the ledger has them all, as far as is known")
    for lasting, what, do in record_faults(office):
        yield Check("record of what was signed", WRONG if lasting else WARNING, what, do)
    if witnessed is not None and not witnessed.enough:
        what = "The witnesses of the policy in force do not cosign: " + "; ".join(witnessed.problems)
        yield Check("witnesses", WARNING, what, "Answers wait until they do; ask those who run them.")
    elif witnessed is not None:
        yield Check("witnesses", OK, f"cosigned, {witnessed.size:,} entries")


def _form_of_the_rules() -> Iterator[Check]:
    """Both forms decide alike; which one runs explains how fast they do."""
    yield Check("rules", OK, compiled.form()[1])


def _rules(office: Office) -> Iterator[Check]:
    found = list_rules(office)
    for rules in found:
        if rules.facts["state"] == "not kept":
            yield Check("rule sets", WARNING, f"The rule set {rules.id[:12]} decided before rule sets were kept.", "")
        elif rules.facts["state"] != "kept":
            yield Check("rule sets", WRONG, str(rules.facts["state"]), KEEP)
    if all(rules.facts["state"] == "kept" for rules in found):
        yield Check("rule sets", OK, f"{len(found)} kept" if found else "none has decided yet")


def _agreement(office: Office, now: datetime) -> Iterator[Check]:
    agreement = agreement_in_use(agreements.DEFAULT)
    if not agreement.in_force(now.date()):
        yield Check(
            "agreement",
            WARNING,
            f"{agreement.id} is not in force: every request is refused.",
            "Adopt one that is.",
        )
    else:
        yield Check("agreement", OK, f"{agreement.id} is in force")
    unmet = agreements.safeguards_unmet(safeguards_in_use(office), agreement, now.date())
    if unmet:
        yield Check(
            "safeguards",
            WARNING,
            "; ".join(unmet),
            "Record the status with `counterfoil safeguard record FILE`.",
        )
    else:
        yield Check("safeguards", OK, "met")
    orders = agreements.orders_in_force(orders_entered(office), now)
    if orders:
        names = ", ".join(order.id for order in orders)
        yield Check("court orders", WARNING, f"In force: {names}.", "See `counterfoil stay list`.")


def _registry(office: Office, now: datetime) -> Iterator[Check]:
    from counterfoil.verification import Registry

    try:
        registry = Registry.open(office.registry_folder, every_file=True)
    except NotFoundError as error:
        recorded = loaded()
        if recorded:
            what = f"The registry that was loaded into {office.registry_folder} is gone: {recorded[-1]}."
            yield Check("registry", WRONG, what, f"Put its folder back, or {ANEW}")
        else:
            yield Check("registry", WARNING, error.what, error.do)
        return
    info = registry.info()
    registry.close()
    try:
        require_loaded(office, str(info["id"]))
    except IntegrityError as error:
        yield Check("registry", WRONG, error.what, error.do)
        return
    days = int(agreement_in_use(agreements.DEFAULT).value("registry_age_days_max"))
    at = datetime.fromisoformat(str(info["loaded_at"]))
    if now - at > timedelta(days=days):
        yield Check(
            "registry",
            WRONG,
            f"The registry was loaded on {at:%Y-%m-%d}; the agreement asks for one of the last {days} days.",
            "Load the custodian's current file with `counterfoil registry load`.",
        )
    else:
        yield Check("registry", OK, f"{info['people']:,} people, loaded {at:%Y-%m-%d}")


def _people() -> Iterator[Check]:
    officers = models.Officer.objects.count()
    if officers < 2:
        yield Check(
            "officers",
            WRONG,
            f"{officers} officers are known; two must approve an answer.",
            "Add them with `counterfoil officer add`.",
        )
    else:
        yield Check("officers", OK, f"{officers} officers")
    if not models.Official.objects.exists():
        yield Check(
            "officials",
            WARNING,
            "No requesting official is enrolled.",
            "Enroll one with `counterfoil official enroll`.",
        )


def nothing_here(data: Path) -> Check:
    """What to say where there is no office at all."""
    if (data / "keys").is_dir() and not (data / UNFINISHED).exists():
        return Check("data", WRONG, LOST_DATABASE.format(data=data), RESTORE_DATABASE)
    return Check("data", WRONG, f"There is no Counterfoil data in {data}.", "Make it with `counterfoil init`.")
