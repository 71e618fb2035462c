"""Asking witnesses: what they give is checked, and whatever they answer, the ledger goes on knowing what it has."""

import random
import socket
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import InputError
from counterfoil.ledger.auditor.note import read_note
from counterfoil.ledger.auditor.policy import Witness, read_policy
from counterfoil.ledger.witness import client
from counterfoil.ledger.witness.client import address, ask
from counterfoil.ledger.witness.collect import collect
from counterfoil.ledger.witness.protocol import ANSWER_MAX, Request, read_size
from tests.ledger.conftest import fill, make_ledger, requests
from tests.ledger.witnesses import TIME, answering, cosigner, policy_of, request_for, serving, witness_in


def ask_at(url, ledger, who=None):
    note = ledger.checkpoint().encode()
    witness = Witness("w", (who or cosigner()).key, url)
    return ask(witness, Request(0, (), note), read_note(note).body)


@pytest.fixture
def ledger():
    return fill(make_ledger(), 3)


def test_the_cosignatures_of_all_witnesses_come_together(tmp_path, ledger):
    with serving(witness_in(tmp_path, 1)) as one, serving(witness_in(tmp_path, 2, algorithm="ml-dsa-44")) as two:
        policy = read_policy(policy_of([(cosigner(1), one.url), (cosigner(2, "ml-dsa-44"), two.url)]).encode())
        for count in (0, 7, 300):
            if count:
                ledger.append(requests(count))
            note = ledger.checkpoint()
            got = collect(policy, note, ledger.consistency_proof)
            whole = note + "".join(line for lines in got.lines.values() for line in lines)
            assert policy.cosigners(read_note(whole.encode())) == {
                "witness.example/w1": TIME,
                "witness.example/w2": TIME,
            }
            assert (got.behind, got.trouble) == ({}, {})


def test_a_witness_that_saw_more_or_other_is_told_apart_from_one_that_is_gone(tmp_path, ledger):
    longer, fork = fill(make_ledger(seed=7), 9), fill(make_ledger(seed=8), 3)
    saw_more, saw_other = witness_in(tmp_path, 1), witness_in(tmp_path, 2)
    saw_more.add_checkpoint(request_for(longer, longer.checkpoint(), 0))
    saw_other.add_checkpoint(request_for(fork, fork.checkpoint(), 0))
    with serving(saw_more) as one, serving(saw_other) as two:
        pairs = [(cosigner(1), one.url), (cosigner(2), two.url), (cosigner(3), "http://127.0.0.1:1")]
        got = collect(read_policy(policy_of(pairs).encode()), ledger.checkpoint(), ledger.consistency_proof)
    assert got.lines == {}
    assert got.behind == {"witness.example/w1": 11, "witness.example/w2": 5}
    assert list(got.trouble) == ["witness.example/w3"]
    assert len(got.details) == 3


def test_a_witness_that_lags_behind_is_led_on(tmp_path, ledger):
    witness = witness_in(tmp_path)
    witness.add_checkpoint(request_for(ledger, ledger.checkpoint(), 0))
    ledger.append(requests(40))
    note = ledger.checkpoint()
    with serving(witness) as server:
        policy = read_policy(policy_of([(cosigner(), server.url)]).encode())
        for known in ({}, {"witness.example/w1": 5}, {"witness.example/w1": 17}):
            assert list(collect(policy, note, ledger.consistency_proof, known).lines) == ["witness.example/w1"]


def test_a_witness_without_an_address_is_not_asked(ledger):
    policy = read_policy(f"witness w {cosigner().key.vkey}\nquorum w\n".encode())
    got = collect(policy, ledger.checkpoint(), ledger.consistency_proof)
    assert (got.lines, got.trouble) == ({}, {})


def hostile(ledger):
    """Answers that no witness gives, by name: (status, body, type)."""
    body = read_note(ledger.checkpoint().encode()).body
    good = cosigner().cosign(body, TIME)
    other_text = cosigner().cosign(body.replace(b"\n5\n", b"\n6\n"), TIME)
    return {
        "nothing": (200, b"", "text/plain"),
        "no newline": (200, good[:-1], "text/plain"),
        "another key": (200, cosigner(2).cosign(body, TIME), "text/plain"),
        "another checkpoint": (200, other_text, "text/plain"),
        "a forged line beside a good one": (200, good + other_text, "text/plain"),
        "garbage": (200, b"\x00\xff" * 100 + b"\n", "text/plain"),
        "a page": (200, b"<html>\n", "text/html"),
        "too many lines": (200, good * 1000, "text/plain"),
        "too much": (200, b"x" * (ANSWER_MAX + 1), "text/plain"),
        "a conflict without its type": (409, b"5\n", "text/plain"),
        "a conflict without a number": (409, b"many\n", "text/x.tlog.size"),
        "a conflict with a zero before": (409, b"05\n", "text/x.tlog.size"),
        "a conflict without newline": (409, b"5", "text/x.tlog.size"),
        "a conflict with too long a number": (409, b"9" * 30 + b"\n", "text/x.tlog.size"),
        "a redirection": (302, b"", "text/plain"),
        "a refusal": (403, b"\x1b[31mno\n", "text/plain"),
        "a failure": (500, b"", "text/plain"),
    }


@pytest.mark.parametrize("name", list(hostile(fill(make_ledger(), 3))))
def test_a_hostile_answer_is_no_cosignature(ledger, name):
    status, body, kind = hostile(ledger)[name]
    with answering(status, body, kind) as url:
        said = ask_at(url, ledger)
    assert said.lines == ()
    assert said.size is None
    assert said.trouble
    assert said.trouble.isprintable()


def test_a_good_line_among_strangers_is_taken_and_no_other(ledger):
    body = read_note(ledger.checkpoint().encode()).body
    good, strange = cosigner().cosign(body, TIME), cosigner(2).cosign(body, TIME)
    with answering(200, strange + good) as url:
        assert ask_at(url, ledger).lines == (good.decode(),)


def test_a_size_that_changes_with_each_question_is_not_followed_for_ever(ledger):
    ledger.append(requests(100))
    ledger.checkpoint()
    sizes = iter(range(1, 100))
    with answering(409, lambda: b"%d\n" % next(sizes), "text/x.tlog.size") as url:
        policy = read_policy(policy_of([(cosigner(), url)]).encode())
        got = collect(policy, ledger.checkpoint(), ledger.consistency_proof)
    assert "a new size each time" in got.trouble["witness.example/w1"]
    assert next(sizes) < 10


@pytest.mark.parametrize("status", [503, 429])
def test_a_witness_that_is_busy_once_is_asked_again(ledger, status):
    body = read_note(ledger.checkpoint().encode()).body
    line = cosigner().cosign(body, TIME)
    replies = iter([(status, b""), (200, line)])
    with answering(lambda: next(replies), None) as url:
        assert ask_at(url, ledger).lines == (line.decode(),)


@pytest.mark.parametrize("answer,size", [(b"0\n", 0), (b"50\n", 50), (b"", None), (b"50", None), (b"050\n", None)])
def test_the_size_in_a_conflict_has_one_form(answer, size):
    assert read_size(answer) == size


def test_a_witness_that_says_nothing_or_dribbles_is_given_up(ledger, monkeypatch):
    monkeypatch.setattr(client, "PATIENCE", 0.3)
    monkeypatch.setattr(client, "DEADLINE", 0.5)
    with answering(200, b"", late=lambda: time.sleep(1.5)) as url:
        began = time.monotonic()
        assert "cannot be reached" in ask_at(url, ledger).trouble
        assert time.monotonic() - began < 1.2
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "cannot be reached" in ask_at(f"http://127.0.0.1:{silent.getsockname()[1]}", ledger).trouble
    assert "cannot be reached" in ask_at("http://no-such-host.invalid", ledger).trouble
    assert "cannot be reached" in ask_at("https://127.0.0.1:1", ledger).trouble


@pytest.mark.parametrize(
    "url", ["", "w.example", "ftp://w.example", "file:///etc/passwd", "http://", "http://[", "http://u:p@w.example",
            "http://w.example?x=1", "http://w.example:port"]
)  # fmt: skip
def test_what_is_no_address_of_a_witness_is_refused(url):
    with pytest.raises(InputError):
        address(url)


def test_an_address_may_have_a_path():
    assert address("https://w.example:8443/ig/witness/") == ("https", "w.example", 8443, "/ig/witness")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_no_answer_breaks_the_client(junk):
    ledger = LEDGER
    body = read_note(ledger.checkpoint().encode()).body
    witness = Witness("w", cosigner().key, "")
    generator = random.Random(junk)
    good = cosigner().cosign(body, TIME)
    at = generator.randrange(len(good))
    for answer in (junk, junk + b"\n", good[:at] + junk + good[at:], good[:at] + good[at + 1 :]):
        said = client._cosignatures(witness, answer, body)
        assert not said.lines or good in answer


LEDGER = fill(make_ledger(), 3)
