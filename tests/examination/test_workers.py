"""Several processes find what one finds; one that dies ends the examination with an error, and nothing stays."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from counterfoil import workers as crews
from counterfoil.errors import UnavailableError
from counterfoil.examination import KeyedToken, examine, examine_portions, workers
from tests.examination.world import REQUEST, context

ROWS = 900


WHO = ["A neighbor", "The landlord", "A cousin of the subject", "A former employer"]
WHERE = ["at the bakery", "on the stairs", "during a delivery", "at a school meeting"]
WHAT = ["saw the subject at this address in June", "was told of a lease of this house", "heard of a move to this flat"]
WHY = ["the final order", "the ninety days", "the notice to depart", "the hearing in Chicago"]
END = ["would corroborate residence there", "rebuts the claim of having left", "contradicts the alibi given"]


def request(number):
    """A valid request of its own: another person, another house, other words."""
    parts = [phrases[number // step % len(phrases)] for phrases, step in ((WHO, 1), (WHERE, 4), (WHAT, 16), (WHY, 48))]
    case = f"HSI-2026-{number:05d}"
    return replace(
        REQUEST,
        position=number,
        request_id=f"r-{number}",
        given_name=["Rita", "Anselm", "Ofelia"][number % 3],
        surname="Ej" + "".join("aeiouklmnr"[int(digit)] for digit in str(number + 1000)) + "ar",
        address_line1=f"{100 + number} Larkspur Ave",
        investigation_id=case,
        recipients=f"o{number % 12}",
        reason=f"{case}: {parts[0]} {parts[1]} {parts[2]} after {parts[3]}; the 2022 record {END[number // 192 % 3]}.",
    )


def batch():
    """Rows of every kind: valid, deficient each in its way, one text on many, and one person tried often."""
    changes = [
        {}, {"reason": ""}, {"address_line1": "UNKNOWN"}, {"city": "", "postal_code": ""}, {"recipients": "ERO team"},
        {"tax_years": "all"}, {"statute": "8 USC 1182"}, {"surname": "DOE", "given_name": "JOHN"}, {},
        {"address_line1": "\ud800 12 Elm", "reason": "\x00" * 50}, {"reason": "To locate and remove the subject."}, {},
    ]  # fmt: skip
    rows = [replace(request(n), **changes[n % len(changes)]) for n in range(ROWS)]
    return [*rows, *(replace(rows[0], request_id=f"t-{n}", address_line1=f"{n} Quarry St") for n in range(1, 9))]


@pytest.fixture
def few(monkeypatch):
    """A batch of a few hundred rows counts as large."""
    monkeypatch.setattr(workers, "ALONE", 100)
    monkeypatch.setattr(workers, "PORTION", 70)


def found(examination):
    return (
        examination.batch, examination.rows, examination.asks, dict(examination.duplicates), examination.to_review,
    )  # fmt: skip


@pytest.mark.parametrize("number", [2, 3])
def test_any_number_of_processes_finds_the_same(few, number):
    where = replace(context(), token=KeyedToken(b"k" * 32))
    alone = examine(batch(), where)
    together = examine(iter(batch()), where, workers=number)
    assert found(together) == found(alone)
    assert repr(found(together)) == repr(found(alone))
    codes = {finding.code for findings in alone.rows for finding in findings}
    assert {"PROBING", "REASON_BOILERPLATE", "REASON_MISSING", "ADDR_PLACEHOLDER", "PERIOD_VAGUE"} <= codes
    assert any(not findings for findings in alone.rows)


def note(name, address, years, *_):
    """Four bytes of what was read."""
    return f"{len(name.surnames)}{'x' if address.number else '-'}{len(years):02d}".encode()


class Noted(workers.Plain):
    """Requests of which something is noted."""

    noter = workers.Noter(note, b"none")
    notes = b""

    def noted(self, notes):
        self.notes += notes


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_noted_comes_in_order_and_only_of_rows_that_pass_by_themselves(few, number):
    where = replace(context(), token=KeyedToken(b"k" * 32))
    source = Noted(batch())
    examination = examine_portions(source, where, workers=number)
    notes = [source.notes[at : at + 4] for at in range(0, len(source.notes), 4)]
    assert found(examination) == found(examine(batch(), where))
    assert len(notes) == len(examination.rows)
    alone = ("PROBING", "REASON_BOILERPLATE")  # a finding of a row beside others
    for findings, one in zip(examination.rows, notes, strict=True):
        assert (one == b"none") == any(finding.code not in alone for finding in findings)
    assert set(notes) == {b"none", b"1x01"}


def test_a_small_batch_starts_no_process(monkeypatch):
    monkeypatch.setattr(crews, "_start", None)
    assert len(examine(batch(), context(), workers=8).rows) == ROWS + 8


def test_a_killed_worker_is_an_error_in_words_and_no_process_stays(few):
    started = []
    crews.dismiss()
    start = crews._start

    def watched():
        started.append(start())
        return started[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crews, "_start", watched)

        def rows():
            for number, row in enumerate(batch()):
                if number == 600:
                    os.kill(started[0].pid, signal.SIGKILL)
                yield row

        with pytest.raises(UnavailableError, match="A worker process ended before its time"):
            examine(rows(), replace(context(), token=KeyedToken(b"k" * 32)), workers=2)
    assert [process.poll() is not None for process in started] == [True, True]


def test_a_fault_in_a_worker_is_raised_with_its_traceback(few):
    with pytest.raises(RuntimeError, match="TypeError"):
        examine([replace(row, reason=None) for row in batch()], context(), workers=2)


STOPPED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs behind it deaf to this
from tests.examination.test_workers import batch, context, crews, examine, workers
workers.ALONE = 100
start = crews._start
def told():
    started = start()
    print(started.pid, flush=True)
    return started
crews._start = told
def endless():
    while True:
        yield from batch()
try:
    examine(endless(), context(), workers=2)
except KeyboardInterrupt:
    sys.exit(77)
"""


def test_ctrl_c_ends_the_workers_too():
    ran = subprocess.Popen([sys.executable, "-c", STOPPED], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    started = [int(ran.stdout.readline()) for _ in range(2)]
    time.sleep(1.0)  # the workers are at work by then, or starting: either way they must not stay
    ran.send_signal(signal.SIGINT)
    try:
        _, said = ran.communicate(timeout=20)
    finally:
        ran.kill()
    assert (ran.returncode, said) == (77, b"")
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
