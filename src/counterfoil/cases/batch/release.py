"""Release an answer, or return a batch with its deficiencies: write, then answer.

The answer entries, the signed checkpoint and the sealed answer itself are one transaction; the file is
written only after it has committed. A second call hands out the very same bytes (26 USC 6103(p)(3)(A): the
accounting stands before the disclosure does).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from counterfoil import law
from counterfoil.answer import (
    Outcome,
    by_code,
    compose,
    counted,
    explanations,
    letter_notice,
    notice,
    rows_joined,
    rows_sha256,
)
from counterfoil.cases.batch import clues
from counterfoil.cases.batch.examine import at_door
from counterfoil.cases.batch.lift_hold import as_lifted
from counterfoil.cases.batch.outcomes import Came, outcomes
from counterfoil.cases.batch.phase import Phase, find, newest_examination, require, required_examination
from counterfoil.cases.batch.verify import confirmed_rows
from counterfoil.cases.context import context_of, manifest_of
from counterfoil.cases.entered.standing import require_decided
from counterfoil.cases.gates import require_not_stopped, require_open, require_still_open
from counterfoil.cases.keys.distrust import readers_keys, require_not_distrusted
from counterfoil.cases.keys.state import KeyState, refuse_compromised
from counterfoil.cases.office import Act, Office, act, require_new, write_new
from counterfoil.cases.people import find_officer
from counterfoil.cases.portions.reply import ANSWERED, Reply, Said, reply
from counterfoil.cases.portions.stored import ALONE, Sealing, Stored, portions, team
from counterfoil.cases.rules.keep import keep
from counterfoil.cases.witness.policy import policy_in_force, require_witnessed
from counterfoil.cases.witness.watch import require_current
from counterfoil.errors import NotAllowedError, OutOfTurnError
from counterfoil.examination import Context, Examination
from counterfoil.ledger import tlog_proof
from counterfoil.office import models
from counterfoil.office.database import reading, writing
from counterfoil.office.folding import folded_beside
from counterfoil.office.ledger_store import DatabaseStore
from counterfoil.progress import Tick
from counterfoil.request import Manifest, seal, sign


@dataclass(frozen=True)
class Released:
    """What went out. `again` says that these very bytes went out before."""

    id: str
    state: str
    counts: dict[str, int]
    refused_by_code: dict[str, int]
    entry: int
    output: str
    again: bool

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "id": self.id,
            "state": self.state,
            "outcomes": self.counts,
            "refused_by_code": self.refused_by_code,
            "ledger_entry": self.entry,
            "answer": self.output,
            "released_before": self.again,
        }


@dataclass(frozen=True)
class _Parcel:
    """All that an answer is made of."""

    batch: models.Batch
    manifest: Manifest
    said: tuple[Said, ...]  # request by request; none where the rows were not recorded one by one
    kind: str
    examination: models.Examination | None
    by: str  # the officer who returns; "" for a release


def release(office: Office, batch_id: str, output: Path, now: datetime, progress: Tick | None = None) -> Released:
    """Release the verified batch's answer to `output`."""
    require_current(office)
    with reading():
        batch = find(batch_id)
        earlier = models.Release.objects.filter(batch=batch, kind="answered").first()
        if earlier is not None:
            return _again(office, batch, earlier, output, now)
        require(batch, Phase.VERIFIED)
        stored = required_examination(batch)
        require_open(office, stored, context_of(office, batch, now))
        confirmed = confirmed_rows(office, stored.verification)
        parcel = _parcel(batch, as_lifted(batch), confirmed, "answered", "")
    return _send(office, parcel, output, now, Phase.VERIFIED, progress)


def return_batch(
    office: Office,
    batch_id: str,
    officer_id: str,
    output: Path | None,
    now: datetime,
    progress: Tick | None = None,
) -> Released:
    """Return the batch to its requester with every deficiency: nothing was looked up.

    Only a batch with no request that passed, or one that is held, can be returned: a valid request is answered
    (26 USC 6103(i)(2)(A): "shall disclose").
    """
    require_current(office)
    with reading():
        batch = find(batch_id)
        officer = find_officer(office, officer_id)
        earlier = models.Release.objects.filter(batch=batch, kind="returned").first()
        if earlier is not None:
            return _again(office, batch, earlier, output, now)
        phase = require(batch, Phase.REFUSED, Phase.HELD, Phase.EXAMINED, Phase.APPROVED_ONCE, Phase.APPROVED)
        if not batch.at_door:
            require_decided(office, required_examination(batch))
        examination = at_door(batch).examination if batch.at_door else as_lifted(batch)
        passed = 0 if phase is Phase.HELD else len(examination.passed)
        if passed:
            raise NotAllowedError(
                f"{passed} requests of batch {batch.id} passed and must be answered.",
                "Go on with `counterfoil batch approve`; the answer explains the refused ones as well.",
            )
        parcel = _parcel(batch, examination, frozenset(), "returned", officer.id)
    return _send(office, parcel, output, now, phase, progress)


def _said(examination: Examination, confirmed: frozenset[int]) -> Iterator[Said]:
    """What becomes of each request; what is said alike is one and the same."""
    others: dict[Came, Said] = {}
    for position, came in enumerate(outcomes(examination)):
        if came[0] == "PASSED":
            yield _CONFIRMED if position in confirmed else _NOT_CONFIRMED
        else:
            yield others.get(came) or others.setdefault(came, (Outcome(came[0]), came[1]))


_CONFIRMED: Said = (Outcome.CONFIRMED, ())
_NOT_CONFIRMED: Said = (Outcome.NO_CONFIRMATION, ())


def _parcel(batch: models.Batch, examination: Examination, confirmed: frozenset[int], kind: str, by: str) -> _Parcel:
    manifest = manifest_of(batch.manifest)
    if manifest is None or not [entry for entry in manifest.roster if entry.public_key]:
        raise OutOfTurnError(
            f"Batch {batch.id} names no officer with a key: an answer could be sealed to nobody.",
            "Tell the requester by the registered channel; the batch stays on record as refused.",
        )
    said = () if batch.first_request is None else tuple(_said(examination, confirmed))
    return _Parcel(batch, manifest, said, kind, newest_examination(batch), by)


def _send(
    office: Office, parcel: _Parcel, output: Path | None, now: datetime, phase: Phase, progress: Tick | None
) -> Released:
    batch = parcel.batch
    _not_in_the_way(output, b"")
    with folded_beside(len(parcel.said) >= ALONE), act(office, now) as the_act:
        require(batch, phase)
        if parcel.kind == "answered" and parcel.examination is not None:
            require_still_open(office, parcel.examination, batch, context_of(office, batch, the_act.time), phase)
        replied = _reply(the_act, parcel, progress)
        alike = Counter(parcel.said)  # whose they are plays no part
        kind = "release" if parcel.kind == "answered" else "return"
        by = {"by": office.pseudonym(parcel.by)} if parcel.by else {}
        entry = the_act.record(
            kind,
            {"rows_sha256": rows_sha256(replied.rows), "readers": _readers(parcel.manifest)},
            batch=batch.id,
            count=len(parcel.said),
            **by,
        )
        receipt = {"checkpoint": the_act.checkpoint(), **the_act.ledger.receipt(entry, ("rows_sha256",))}
        sealed = _sealed(
            office, the_act.keys, compose(_head(parcel, replied, alike, now), replied.rows, receipt), parcel.manifest
        )
        stored = models.Release.objects.create(
            batch=batch,
            examination=parcel.examination,
            kind=parcel.kind,
            answer=sealed,
            counts=counted(alike),
            refused_by_code=by_code(alike),
            entry=entry,
            at=now,
        )
        if policy_in_force() is None:  # the file leaves as soon as this act has committed
            _first_handed_out(stored, now)
    clues.sweep(office)
    return _hand_out(office, batch, stored, output, now, again=False)


@dataclass
class _Replied:
    """What the answers to all requests come to: the rows as bytes, and what the answered ones cited."""

    rows: bytes
    statutes: set[str]
    years: set[int]


def _reply(the_act: Act, parcel: _Parcel, progress: Tick | None) -> _Replied:
    """One answer entry a request; of a large batch they are made by worker processes, and written here in order."""
    official = models.Official.objects.filter(id=parcel.batch.official).first()
    keep(the_act)  # another one than verified, where the program was changed between
    to = Reply(
        batch=parcel.batch.id,
        first=parcel.batch.first_request or 0,
        time=the_act.time,
        rule_set=law.rule_set().sha256,
        requester=f"{official.name}, {official.office}" if official else parcel.batch.official,
        employees=(parcel.by,) if parcel.by else _approvers(parcel.examination),
    )
    rows: list[bytes] = []
    said = _Replied(b"", set(), set())
    done = 0
    with team(len(parcel.said)) as workers:
        for part in workers.in_order(reply, _tasks(the_act, to, parcel.said)):
            the_act.ledger.append_made(part.made)
            rows.append(part.rows)
            said.statutes |= part.statutes
            said.years |= part.years
            done += len(part.made.leaves)
            if progress is not None:
                progress(done, len(parcel.said))
    said.rows = rows_joined(rows)
    return said


def _tasks(
    the_act: Act, to: Reply, said: Sequence[Said]
) -> Iterator[tuple[Sealing, int, Reply, list[Stored], Sequence[Said]]]:
    sealing, start = the_act.office.sealing(the_act.keys), the_act.ledger.next_index()
    done = 0
    for portion in portions(DatabaseStore(), to.first, len(said)):
        yield sealing, start + done, to, portion, said[done : done + len(portion)]
        done += len(portion)


def _approvers(examination: models.Examination | None) -> tuple[str, ...]:
    if examination is None:
        return ()
    return tuple(examination.approvals.order_by("slot").values_list("officer_id", flat=True))


def _readers(manifest: Manifest) -> list[str]:
    return [f"{entry.name} <{entry.email}>" for entry in manifest.roster]


def _head(parcel: _Parcel, replied: _Replied, alike: Counter[Said], now: datetime) -> dict[str, object]:
    answered = any(outcome in ANSWERED for outcome, _ in alike)
    statutes, years = sorted(replied.statutes), sorted(map(str, replied.years))
    return {
        "batch_id": parcel.manifest.batch_id,
        "id": parcel.batch.id,
        "agreement": parcel.manifest.agreement,
        "kind": parcel.kind,
        "codes": list(parcel.batch.at_door),
        "notice": notice(parcel.manifest, now, statutes, years) if answered else letter_notice(now),
        "explanations": explanations((*(codes for _, codes in alike), parcel.batch.at_door), law.load().codes),
    }


def _sealed(office: Office, state: KeyState, answer: bytes, manifest: Manifest) -> bytes:
    """The answer signed, and sealed to those of the roster whose keys are trusted still."""
    refuse_compromised(state, [("custodian", office.public_key["kid"])])
    return seal(sign(answer, office.custodian_key).encode(), readers_keys(manifest, state))


def _again(office: Office, batch: models.Batch, stored: models.Release, output: Path | None, now: datetime) -> Released:
    context = context_of(office, batch, now)
    if stored.kind == "answered" and stored.examination is not None:
        require_not_stopped(stored.examination, context)
    _require_fetchable(stored, context, now)
    return _hand_out(office, batch, stored, output, now, again=True)


def _require_fetchable(stored: models.Release, context: Context, now: datetime) -> None:
    """The days in which an answer can be fetched, and those after its first fetch, have not ended.

    A letter of deficiencies tells nothing of anyone's record, so only the first of the two counts for it.
    """
    days, after = (int(context.agreement.value(term)) for term in ("answer_days", "answer_purge_days"))
    first = models.HandedOut.objects.filter(release=stored).first()
    if now > stored.at + timedelta(days=days):
        ended = f"could be fetched for {days} days and no longer"
    elif stored.kind == "answered" and first is not None and now > first.at + timedelta(days=after):
        ended = (
            f"was first fetched on {first.at:%Y-%m-%d}, and can be fetched for {after} days after that and no longer"
        )
    else:
        return
    raise OutOfTurnError(
        f"The answer to batch {stored.batch_id} {ended}.", "Submit the requests anew if they still stand."
    )


def _first_handed_out(stored: models.Release, now: datetime) -> None:
    """Record the first fetch; a later one changes nothing of it."""
    models.HandedOut.objects.get_or_create(release=stored, defaults={"at": now})


def _not_in_the_way(output: Path | None, answer: bytes) -> None:
    """Refuse before anything is recorded where the answer cannot be written, or would overwrite another file."""
    if output is not None and not _stands_there(output, answer):
        require_new(output, "an answer")


def _stands_there(output: Path, answer: bytes) -> bool:
    return bool(answer) and output.is_file() and output.read_bytes() == answer


def _write(output: Path, answer: bytes) -> None:
    if not _stands_there(output, answer):
        write_new(output, answer, 0o600)


def _write_proof(office: Office, entry: int, output: Path) -> None:
    """The release's proof with the cosignatures, beside the answer: its own receipt is older than they are."""
    with reading():
        text = tlog_proof(office.ledger(), entry, ("rows_sha256",))
    write_new(output.with_name(f"{output.name}.tlog-proof"), text, 0o600)


def _hand_out(
    office: Office, batch: models.Batch, stored: models.Release, output: Path | None, now: datetime, *, again: bool
) -> Released:
    """Hand the recorded answer out, once the witnesses that the policy in force asks for have cosigned its entries."""
    with reading():
        policy = policy_in_force()
        require_not_distrusted(batch, stored)
        fetched = models.HandedOut.objects.filter(release=stored).exists()
    _not_in_the_way(output, bytes(stored.answer))
    require_witnessed(office, policy, stored.entry)
    if not fetched:
        with writing():
            _first_handed_out(stored, now)
    if output is not None:
        _write(output, bytes(stored.answer))
        if policy is not None:
            _write_proof(office, stored.entry, output)
    state = Phase.RELEASED if stored.kind == "answered" else Phase.RETURNED
    return Released(batch.id, str(state), stored.counts, stored.refused_by_code, stored.entry, str(output or ""), again)
