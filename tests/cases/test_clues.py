"""What an examination notes for the look-up saves reading, changes no verdict, and is gone when it is of no use."""

import os
import random
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil import cases
from counterfoil.cases.batch import clues, verify
from counterfoil.cases.batch.lift_hold import as_lifted
from counterfoil.cases.portions import look, stored, take
from counterfoil.cases.portions.ledger import made
from counterfoil.cases.portions.stored import Sealing
from counterfoil.errors import OutOfTurnError, UnavailableError
from counterfoil.examination import Noter
from counterfoil.examination import workers as examination
from counterfoil.ledger import Entry
from counterfoil.office import models
from counterfoil.office.database import reading
from counterfoil.request import Request
from counterfoil.request.model import COLUMNS
from counterfoil.verification import CLUE_SIZE, UNKNOWN_CLUE, Registry, clue_of, read_question
from counterfoil.verification.keys import year_bits
from tests.examination import world
from tests.journey import NOW, STAY, asked, outcomes, person

COUNT = 24
REFUSED, STRANGER, OTHER_YEAR, UNSURE, NUMBERED = 3, 5, 7, 9, 11


@pytest.fixture
def small(monkeypatch):
    """A batch of a few requests counts as large, and takes several portions."""
    monkeypatch.setattr(stored, "ALONE", 2)
    monkeypatch.setattr(stored, "PORTION", 4)
    monkeypatch.setattr(stored, "cores", lambda: 2)
    monkeypatch.setattr(examination, "ALONE", 6)
    monkeypatch.setattr(examination, "PORTION", 5)


def rows(**changes):
    """Most are on file at another house; some as asked; one is refused, and one is asked twice."""
    found = [asked(number, address_line1=f"{9000 + number} Millrace Way", **changes) for number in range(COUNT)]
    for number in (0, 1, 2, REFUSED, UNSURE, NUMBERED, COUNT - 1):
        found[number] = asked(number, **changes)
    found[REFUSED]["reason"] = ""
    found[STRANGER] = asked(77, **changes)
    found[OTHER_YEAR] = asked(OTHER_YEAR, tax_years="2019", **changes)
    found[UNSURE]["city"] = "Jacksonville"
    found[NUMBERED]["tin"] = person(NUMBERED)["tin"]
    return [*found, {**found[0], "request_id": "again"}]


CONFIRMED = {0, 1, 2, NUMBERED, COUNT - 1}


@pytest.fixture
def approved(journey, small):
    """An office with a registry and a batch that waits for its look-up, and the batch."""
    journey.load([person(number) for number in range(COUNT)])
    batch = journey.examine(rows()).id
    journey.approve(batch)
    return journey, batch


def file_of(journey, batch):
    return journey.data / "clues" / f"{batch}.clues"


def looked(journey, batch, workers=1):
    """What a look-up finds now, without recording it: positions, how many, and which of them were read."""
    read = []
    with reading(), pytest.MonkeyPatch.context() as patch:
        kept = verify._Asked
        patch.setattr(kept, "tasks", _watched(kept.tasks, read))
        patch.setattr(kept, "questions", _watched(kept.questions, read))
        exam = as_lifted(models.Batch.objects.get(id=batch))
        passed = [at for at in exam.passed if at not in exam.duplicates]
        found = kept(journey.office, models.Examination.objects.filter(batch_id=batch).last(), passed)
        confirmed, count, _ = verify._look_up(found, None, workers, None)
    return confirmed, count, read


def _watched(function, read):
    def told(self, *given):
        read.extend(self.positions)
        return function(self, *given)

    return told


@pytest.mark.both_databases
def test_who_certainly_is_not_on_file_is_not_read_again_and_counts_all_the_same(approved):
    journey, batch = approved
    assert file_of(journey, batch).stat().st_mode & 0o777 == 0o600
    assert file_of(journey, batch).parent.stat().st_mode & 0o777 == 0o700
    assert file_of(journey, batch).stat().st_size == (COUNT + 1) * CLUE_SIZE + 28
    progress = []
    verified = cases.verify(journey.office, batch, journey.now, lambda *told: progress.append(told))
    assert (verified.looked_up, verified.duplicates) == (COUNT - 1, 1)
    assert progress[-1] == (COUNT - 1, COUNT - 1) and progress == sorted(progress)
    assert not file_of(journey, batch).exists()
    answers = outcomes(journey.release(batch))
    confirmed = {f"r-{number:05d}" for number in CONFIRMED} | {"again"}
    assert {id for id, outcome in answers.items() if outcome == "CONFIRMED"} == confirmed
    assert cases.recompute(journey.office, batch, confirmations=True).same
    assert journey.audit().ok


def test_where_all_are_ruled_out_none_is_read_and_all_are_counted(journey, small):
    journey.load([person(number) for number in range(COUNT)])
    elsewhere = [asked(number, city="Madison", state="WI", postal_code="53703") for number in range(COUNT)]
    batch = journey.examine(elsewhere).id
    assert looked(journey, batch) == (set(), COUNT, [])
    journey.approve(batch)
    progress = []
    assert cases.verify(journey.office, batch, journey.now, lambda *told: progress.append(told)).looked_up == COUNT
    assert progress == [(COUNT, COUNT)]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_verdict_is_that_of_reading_every_request(approved, workers):
    journey, batch = approved
    with_clues = looked(journey, batch, workers)
    file_of(journey, batch).unlink()
    without = looked(journey, batch, workers)
    assert with_clues[:2] == without[:2] == (CONFIRMED, COUNT - 1)
    assert len(without[2]) == COUNT - 1 and CONFIRMED <= set(with_clues[2]) < set(without[2])
    assert len(with_clues[2]) < COUNT // 2


SPELLED = (
    {}, {}, {}, {"address_line1": "9 Millrace Way"}, {"city": "Jacksonville"}, {"postal_code": ""}, {"state": "WI"},
    {"tax_years": "2021-2023"}, {"tax_years": "2019"}, {"surname": "Zielke-Draycote"}, {"given_name": ""},
    {"given_name": "B."}, {"surname": "Oyelar"}, {"address_line2": "# 4"}, {"reason": ""}, {"tin": "900-70-1000"},
    {"date_of_birth": "1961-02-11"}, {"address_line1": "PO BOX 12"}, {"address_line1": "12 LARKMOOR ST."},
    {"name_suffix": "Jr"},
)  # fmt: skip
"""Ways in which a request may differ from what is on file."""


@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_batch_asks_its_clues_change_nothing_but_time(journey, small, seed):
    rng = random.Random(seed)
    on_file = [person(number, **rng.choice(SPELLED[:6])) for number in range(50)]
    journey.load([{**row, "hold": rng.choice(("", "", "informant"))} for row in on_file])
    batch = []
    for number, who in enumerate(on_file):
        row = asked(number, who, **rng.choice(SPELLED))
        batch.append({**rng.choice(batch), "request_id": f"d-{number}"} if batch and rng.random() < 0.1 else row)
    held = journey.examine(batch).id
    with suppress(OutOfTurnError):  # it is not held
        cases.lift_hold(journey.office, held, "ana", "looked at", journey.now)
    alone, together = looked(journey, held), looked(journey, held, workers=2)
    file_of(journey, held).unlink()
    every = looked(journey, held)
    assert alone[:2] == together[:2] == every[:2]
    assert alone[2] == together[2] and len(alone[2]) < len(every[2]) == every[1] > 10


TAMPERED = {
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "empty": lambda path: path.write_bytes(b""),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "one bit": lambda path: path.write_bytes(_flipped(path.read_bytes())),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "gone": lambda path: path.unlink(),
    "a link": lambda path: (path.rename(path.with_name("else")), path.symlink_to("else")),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


def _flipped(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def test_a_file_that_is_not_whole_has_every_request_read_and_nothing_else_comes_of_it(approved):
    journey, batch = approved
    path = file_of(journey, batch)
    whole = path.read_bytes()
    well = [check.as_dict() for check in cases.doctor(journey.office, journey.now)]
    for name, tamper in TAMPERED.items():
        tamper(path)
        assert _all_read(journey, batch), name
        assert [check.as_dict() for check in cases.doctor(journey.office, journey.now)] == well, name
        if not path.is_symlink() and path.is_dir():
            path.rmdir()
        path.unlink(missing_ok=True)
        path.write_bytes(whole)
        assert not _all_read(journey, batch)
    path.unlink()
    path.mkdir()  # this one cannot even be removed
    assert cases.verify(journey.office, batch, journey.now).looked_up == COUNT - 1


def _all_read(journey, batch):
    confirmed, count, read = looked(journey, batch)
    return (confirmed, count, len(read)) == (CONFIRMED, COUNT - 1, COUNT - 1)


def test_the_clues_of_another_batch_or_of_an_earlier_examination_are_not_taken(approved):
    journey, batch = approved
    other = journey.examine([asked(number) for number in range(100, 101 + COUNT)]).id
    own = file_of(journey, batch).read_bytes()
    file_of(journey, batch).write_bytes(file_of(journey, other).read_bytes())
    assert _all_read(journey, batch)
    file_of(journey, batch).write_bytes(own)
    assert not _all_read(journey, batch)
    (journey.folder / "stay.yaml").write_text(STAY)
    cases.enter_stay(journey.office, journey.folder / "stay.yaml", journey.now)
    cases.examine(journey.office, batch, journey.now)
    cases.lift_stay(journey.office, "order-1", journey.now)
    cases.examine(journey.office, batch, journey.now)
    assert not _all_read(journey, batch)  # those that it noted are taken
    file_of(journey, batch).write_bytes(own)
    assert _all_read(journey, batch)


def test_clues_that_other_rules_made_are_not_taken(approved, monkeypatch):
    journey, batch = approved
    with monkeypatch.context() as patch:
        patch.setattr(Registry, "rules", property(lambda _: "f" * 64))
        assert _all_read(journey, batch)
    with monkeypatch.context() as patch:
        ours = clues.law.rule_set()
        patch.setattr(clues.law, "rule_set", lambda: type(ours)(ours.version, "f" * 64))
        assert _all_read(journey, batch)
    assert not _all_read(journey, batch)


def test_a_change_of_keys_between_leaves_the_verdict(approved):
    journey, batch = approved
    for rotate in (cases.rotate_sealing, cases.rotate_ledger, cases.rotate_custodian):
        rotate(journey.office, "ana", "", journey.now)
    assert looked(journey, batch)[:2] == (CONFIRMED, COUNT - 1)
    assert cases.verify(journey.office, batch, journey.now).looked_up == COUNT - 1


def test_nothing_of_what_a_requester_gave_can_be_read_in_them(approved):
    journey, batch = approved
    held = file_of(journey, batch).read_bytes()
    kept = clues.kept(journey.office, models.Examination.objects.get(), clues.rules_hash())
    found = [kept[at : at + CLUE_SIZE] for at in range(0, len(kept), CLUE_SIZE)]
    assert found[REFUSED] == UNKNOWN_CLUE and found.count(UNKNOWN_CLUE) == 1
    assert found[0] == found[-1]  # the same question
    assert not [clue for clue in found if clue[:8] in held]
    texts = {text for row in rows() for name, text in row.items() if len(text) > 4 and name != "tax_years"}
    assert not [text for text in texts if text.encode() in held or text.encode() in kept]


def test_they_are_gone_when_a_held_batch_is_returned(journey, small):
    journey.load([person(number) for number in range(COUNT)])
    (journey.folder / "stay.yaml").write_text(STAY)
    cases.enter_stay(journey.office, journey.folder / "stay.yaml", journey.now)
    batch = journey.examine(rows()).id
    assert file_of(journey, batch).exists()
    cases.return_batch(journey.office, batch, "ana", journey.folder / "letter", journey.now)
    assert not file_of(journey, batch).exists()


def test_an_examination_that_leaves_too_few_to_gain_by_them_removes_those_of_before(approved, monkeypatch):
    journey, batch = approved
    assert file_of(journey, batch).exists()
    monkeypatch.setattr(stored, "ALONE", COUNT + 1)  # as many as the batch has; one is refused
    (journey.folder / "stay.yaml").write_text(STAY)
    cases.enter_stay(journey.office, journey.folder / "stay.yaml", journey.now)
    cases.examine(journey.office, batch, journey.now)
    assert not file_of(journey, batch).exists()


def test_a_small_batch_has_none(journey):
    journey.load([person(0)])
    batch = journey.examine([asked(0), asked(1)]).id
    assert not (journey.data / "clues").exists()
    journey.approve(batch)
    assert cases.verify(journey.office, batch, journey.now).looked_up == 2


class Killed(BaseException):
    """The process ended here."""


def killed(*_):
    raise Killed


def test_killed_before_they_are_written_every_request_is_read(journey, small, monkeypatch):
    journey.load([person(number) for number in range(COUNT)])
    batch = journey.receive(rows()).id
    with monkeypatch.context() as patch:
        patch.setattr(clues, "keep", killed)
        with pytest.raises(Killed):
            cases.examine(journey.office, batch, journey.now)
    journey.approve(batch)
    assert _all_read(journey, batch)


@pytest.mark.parametrize("step", ["release", "another"])
def test_killed_before_they_are_removed_the_next_step_of_any_batch_removes_them(approved, monkeypatch, step):
    journey, batch = approved
    with monkeypatch.context() as patch:
        patch.setattr(clues, "sweep", killed)
        with pytest.raises(Killed):
            cases.verify(journey.office, batch, journey.now)
    half = file_of(journey, batch).with_name(f".{batch}.clues.part")
    half.write_bytes(b"half")
    bystander = file_of(journey, batch).with_name("note.txt")
    bystander.write_text("not ours")
    assert file_of(journey, batch).exists()
    if step == "release":
        journey.release(batch)
    else:
        journey.examine([asked(1)])
    assert not file_of(journey, batch).exists() and not half.exists() and bystander.exists()


def test_an_expunction_leaves_none_of_its_batch(approved):
    journey, batch = approved
    left = file_of(journey, batch).read_bytes()
    cases.verify(journey.office, batch, journey.now)
    journey.release(batch)
    file_of(journey, batch).write_bytes(left)
    first = models.Batch.objects.get(id=batch).first_request
    cases.expunge(journey.office, [first], "ana", "26 USC 6103(p)(4)", journey.now + timedelta(hours=1))
    assert not file_of(journey, batch).exists()


def test_no_room_for_them_is_told_and_the_examination_stands(journey, small, monkeypatch):
    journey.load([person(number) for number in range(COUNT)])
    told = []
    object.__setattr__(journey.office, "tell", told.append)

    def full(path, *_):
        raise UnavailableError(f"{path} cannot be written: No space left on device.", "Make room.")

    monkeypatch.setattr(clues, "write_new", full)
    batch = journey.examine(rows())
    assert batch.counts["PASSED"] == COUNT
    assert len(told) == 1 and f"Verifying batch {batch.id} will take longer." in told[0]
    journey.approve(batch.id)
    assert _all_read(journey, batch.id)


# --- what is noted is what is asked ---

HOSTILE = st.one_of(
    st.sampled_from(["", " ", "\x00", "\t\x0b", "\u200b", "\ud800", "N\u0303an\u0303ez", "\u202eRuiz", "\x7f", "'"]),
    st.text(max_size=4),
)
SEALING = Sealing((b"k" * 32,), "ledger.example/log")
NAMED = ("given_name", "middle_name", "surname", "name_suffix")
PLACED = ("address_line1", "address_line2", "city", "state", "postal_code")
GIVEN = {name: getattr(world.REQUEST, name) for name in COLUMNS}


@st.composite
def decorated(draw):
    """A lawful request, some of whose texts have something strange about them; or one that is strange throughout."""
    found = dict(GIVEN)
    for name in draw(st.lists(st.sampled_from((*NAMED, *PLACED, "tax_years", "date_of_birth", "tin")), max_size=4)):
        found[name] = draw(st.sampled_from(("{0}{1}", "{1}{0}", "{1}"))).format(found[name], draw(HOSTILE))
    return Request(**found)


def _taken(some):
    """The requests as they are stored: index, leaf and sealed record of each."""
    first = Entry.at(NOW, "request", batch="b-1")
    ((_, packed),) = take.packed(some)
    entries = [first.alike({"request": take.record_text(values)}) for values in take.unpacked(packed)]
    portion = made(SEALING, 7, NOW, entries)
    return list(zip(range(7, 7 + len(portion.leaves)), portion.leaves, portion.records, strict=True))


@settings(max_examples=60, deadline=None)
@given(st.lists(decorated(), min_size=1, max_size=12))
def test_what_is_noted_of_a_request_is_the_clue_of_what_the_registry_is_asked(some):
    portion = _taken(some)
    given = examination.Portion(0, len(portion), (SEALING, 7, portion))
    judge = examination.Judge(world.context())
    found = examination._judged(judge, stored.requests_of, Noter(clue_of, UNKNOWN_CLUE), given)
    noted = [found.notes[at : at + CLUE_SIZE] for at in range(0, len(found.notes), CLUE_SIZE)]
    questions = [read_question(one) for one in look.questions(SEALING, 7, portion)]
    for note, question, one in zip(noted, questions, found.asked, strict=True):
        clue = clue_of(question.name, question.address, question.years, question.date_of_birth, question.tin)
        assert note == (UNKNOWN_CLUE if one is None else clue)
        assert clue != UNKNOWN_CLUE and len(clue) == CLUE_SIZE


@settings(max_examples=60, deadline=None)
@given(st.lists(decorated(), min_size=1, max_size=12))
def test_columns_ask_what_questions_ask(some):
    portion = _taken(some)
    columns = look._columns(SEALING, 7, portion)
    positions, whos, wheres, years, births, tins = zip(*look.questions(SEALING, 7, portion), strict=True)
    rest = [[year_bits(some) for some in years], births, tins, *zip(*whos, strict=True), *zip(*wheres, strict=True)]
    assert [list(one) for one in columns] == [list(positions), *map(list, rest)]
