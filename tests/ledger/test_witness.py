"""A witness cosigns what continues what it saw, and nothing else: C2SP tlog-witness on real sockets."""

import random
import socket
import threading
import time
from hashlib import sha256

import pytest

from counterfoil.errors import InputError, IntegrityError, UnavailableError
from counterfoil.ledger import Checkpoint, LedgerSigner
from counterfoil.ledger.auditor.files import Unfit
from counterfoil.ledger.auditor.note import read_key, read_note
from counterfoil.ledger.tree import EMPTY_ROOT
from counterfoil.ledger.witness import serve
from counterfoil.ledger.witness.head import Heads
from counterfoil.ledger.witness.judge import Witness
from counterfoil.ledger.witness.protocol import PROOF_MAX, REQUEST_MAX, read_request, write_request
from tests.ledger.conftest import ORIGIN, OTHER_PRIVATE, OTHER_VKEY, PRIVATE, VKEY, entry, fill, make_ledger, requests
from tests.ledger.test_cosignature import VECTORS
from tests.ledger.witnesses import TIME, cosigner, get, post, request_for, serving, witness_in

SIZE = "text/x.tlog.size"


def cosigned(reply, note, who=None):
    """Whether an answer is a sound cosignature of the checkpoint."""
    who = who or cosigner()
    try:
        return reply.status == 200 and read_note(note.encode() + reply.body).cosigned_by(who.key) > 0
    except Unfit:
        return False


def note_of(size, root, private=PRIVATE, origin=ORIGIN):
    return Checkpoint(origin, size, root).sign(LedgerSigner.read(private))


def grow(ledger, count):
    ledger.append(requests(count))
    return ledger.checkpoint()


# --- by the specification ---


def test_the_specifications_example_request_is_read_and_written_byte_for_byte():
    body = VECTORS["specification"]["request"].encode()
    request = read_request(body)
    assert (request.old, len(request.proof)) == (20852014, 4)
    assert write_request(request.old, request.proof, request.checkpoint) == body


def test_another_witnesss_vectors_are_judged_as_there(tmp_path):
    vector = VECTORS["witness"]
    proof = [bytes.fromhex(part) for part in vector["proof_5_8"]]
    at_5, at_8 = vector["at_5"].encode(), vector["at_8"].encode()
    empty = note_of(0, EMPTY_ROOT, vector["log_private"], "monkeys").encode()
    for name, first, request, status in (
        ("consistent", at_5, write_request(5, proof, at_8), 200),
        ("the same again", at_5, write_request(5, (), at_5), 200),
        ("an empty tree", empty, write_request(0, (), empty), 200),
        ("an empty tree with another root", empty, _other_root(0), 422),
        ("the same size with another root", at_5, _other_root(5), 409),
        ("a stale old size", at_5, write_request(2, proof, at_8), 409),
        ("no proof", at_5, write_request(5, (), at_8), 422),
        ("a proof from nothing", empty, write_request(0, proof, at_5), 422),
        ("a smaller tree", at_8, write_request(8, proof, at_5), 400),
        ("a smaller tree and its size", at_8, write_request(5, (), at_5), 409),
        ("garbage for a proof", at_5, write_request(5, [b"\xaa" * 32] * 4, at_8), 422),
    ):
        folder = tmp_path / name.replace(" ", "-")
        folder.mkdir()
        witness = witness_in(folder, logs=[vector["log"]])
        assert witness.add_checkpoint(write_request(0, (), first)).status == 200
        assert witness.add_checkpoint(request).status == status, name


def _other_root(size):
    root = bytes.fromhex("fffffffffffffffff412d2a54fa94838862d453631617b0307e5c77dcbeefc11"[:64])
    note = note_of(size, root, VECTORS["witness"]["log_private"], "monkeys")
    return write_request(size, (), note.encode())


def test_a_growing_ledger_is_cosigned_step_by_step_over_the_network(tmp_path):
    ledger, old = fill(make_ledger(), 3), 0
    with serving(witness_in(tmp_path)) as server:
        for count in (0, 1, 2, 250, 300):
            note = grow(ledger, count) if count else ledger.checkpoint()
            status, _, body = post(server.url, request_for(ledger, note, old))
            assert (status, read_note(note.encode() + body).cosigned_by(cosigner().key)) == (200, TIME)
            old = ledger.size()
        status, kind, body = post(server.url, request_for(ledger, note, 5))
        assert (status, kind, body) == (409, SIZE, b"%d\n" % ledger.size())


def test_what_was_cosigned_last_can_be_fetched_by_anyone(tmp_path):
    ledger = fill(make_ledger(), 3)
    name = sha256(ORIGIN.encode()).hexdigest()
    with serving(witness_in(tmp_path)) as server:
        assert get(server.url, f"/{name}/checkpoint")[0] == 404
        post(server.url, request_for(ledger, ledger.checkpoint(), 0))
        status, note = get(server.url, f"/{name}/checkpoint")
        assert status == 200
        assert note.startswith(ledger.checkpoint().encode())
        assert read_note(note).cosigned_by(cosigner().key) == TIME
        assert get(server.url, "/" + "0" * 64 + "/checkpoint")[0] == 404
        assert cosigner().key.vkey.encode() in get(server.url, "/")[1]


def test_two_keys_of_one_ledger_are_held_to_one_history(tmp_path):
    ours, other = fill(make_ledger(), 3), note_of(9, b"r" * 32, OTHER_PRIVATE)
    witness = witness_in(tmp_path, logs=[VKEY, OTHER_VKEY])
    assert cosigned(witness.add_checkpoint(request_for(ours, ours.checkpoint(), 0)), ours.checkpoint())
    # both keys are of one origin: what one has signed the other has to continue
    assert witness.add_checkpoint(write_request(0, (), other.encode())).status == 409


# --- refusals ---


def test_unknown_ledgers_and_wrong_signatures_are_refused(tmp_path):
    ledger = fill(make_ledger(), 3)
    witness = witness_in(tmp_path)
    foreign = note_of(5, ledger.root(), OTHER_PRIVATE)
    assert witness.add_checkpoint(request_for(ledger, foreign, 0)).status == 403
    good = ledger.checkpoint()
    changed = good.replace("\n5\n", "\n6\n")
    assert witness.add_checkpoint(request_for(ledger, changed, 0)).status == 403
    both = good + foreign.splitlines(keepends=True)[-1]  # a signature by a key that is not known is passed over
    assert cosigned(witness.add_checkpoint(request_for(ledger, both, 0)), good)
    other = Witness(
        cosigner(2), Heads.create(tmp_path / "o", cosigner(2).key.vkey), [read_key(VECTORS["witness"]["log"])]
    )
    assert other.add_checkpoint(request_for(ledger, good, 0)).status == 404


BROKEN = {
    "nothing": b"",
    "no old size": b"\n\n",
    "a size with a zero before": b"old 05\n\n",
    "a negative size": b"old -5\n\n",
    "a size that is too long": b"old " + b"9" * 40 + b"\n\n",
    "no checkpoint": b"old 0\n\n",
    "no empty line": b"old 0\n",
    "a short hash": b"old 0\nAAAA\n\n",
    "no base64": b"old 0\n" + b"!" * 44 + b"\n\n",
    "a hash in another form": b"old 0\n" + b"A" * 42 + b"B=\n\n",
    "too many hashes": b"old 0\n" + (b"A" * 43 + b"=\n") * (PROOF_MAX + 1) + b"\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_request_is_not_understood_that_has(tmp_path, name):
    ledger = fill(make_ledger(), 3)
    tail = b"" if name in ("no checkpoint", "no empty line", "nothing") else ledger.checkpoint().encode()
    assert witness_in(tmp_path).add_checkpoint(BROKEN[name] + tail).status == 400


def test_a_size_that_no_memory_holds_is_refused(tmp_path):
    note = note_of(10**19 - 1, b"r" * 32)
    assert witness_in(tmp_path).add_checkpoint(write_request(0, (), note.encode())).status == 400


def test_no_changed_request_is_cosigned(tmp_path):
    """Every byte of a sound request changed: nothing but what says the same is cosigned, and nothing breaks."""
    ledger = fill(make_ledger(), 20)
    first = ledger.checkpoint()
    note = grow(ledger, 9)
    witness = witness_in(tmp_path)
    witness.add_checkpoint(write_request(0, (), first.encode()))
    body, generator = request_for(ledger, note, 22), random.Random(5)
    for at in range(len(body)):
        mutant = body[:at] + bytes([generator.choice([byte for byte in (0, 10, 32, 65, 43, 255) if byte != body[at]])])
        reply = witness.add_checkpoint(mutant + body[at + 1 :])
        assert reply.status in (400, 403, 404, 409, 422), (at, reply)
        assert witness.add_checkpoint(body[:at]).status in (400, 403), at
    assert cosigned(witness.add_checkpoint(body), note)


# --- forks, rollbacks, truncations ---


def forks(count, seed):
    """One history, and others that leave it somewhere, each of them a ledger that signs with the real key."""
    generator = random.Random(seed)
    trunk = fill(make_ledger(seed=1), 40)
    notes = [(trunk, trunk.checkpoint())]
    notes += [(trunk, grow(trunk, generator.randrange(1, 40))) for _ in range(6)]
    for number in range(count):
        fork = make_ledger(seed=1)
        kept = generator.randrange(0, 42)
        leaves = [entry("setup"), entry("receipt", batch="b-1", count=40), *requests(40)][:kept]
        fork.append(leaves)
        fork.append(
            [entry("receipt", batch=f"fork-{number}", count=1), *requests(generator.randrange(1, 200), f"f{number}")]
        )
        notes.append((fork, fork.checkpoint()))
    return trunk, notes, generator


def attack(witness, count, seed=0):
    """Offer forks, rollbacks and truncations in random order among the true checkpoints; what was cosigned."""
    trunk, notes, generator = forks(40, seed)
    taken = {}
    for _ in range(count):
        ledger, note = notes[generator.randrange(len(notes))]
        size = int(note.split("\n")[1])
        seen = witness.heads.seen(ORIGIN)
        old = generator.choice([seen.size if seen else 0, 0, size, generator.randrange(size + 1)])
        old = min(old, size)
        proof = ledger.consistency_proof(old, size) if 0 < old < size and size <= ledger.size() else ()
        reply = witness.add_checkpoint(write_request(old, proof, note.encode()))
        if reply.status == 200:
            taken.setdefault(size, set()).add(note)
    return trunk, taken


def assert_one_history(taken):
    """All that was cosigned are checkpoints of one ledger, each the beginning of the next."""
    assert all(len(notes) == 1 for notes in taken.values())
    sizes = sorted(taken)
    assert len(sizes) >= 1
    return sizes


@pytest.mark.parametrize("seed", range(4))
def test_forks_and_rollbacks_in_random_order_are_never_cosigned(tmp_path, seed):
    witness = witness_in(tmp_path)
    trunk, notes, _ = forks(0, seed)
    true = {note for _, note in notes}
    assert witness.add_checkpoint(write_request(0, (), notes[0][1].encode())).status == 200  # what it saw first
    _, taken = attack(witness, 250, seed)
    assert {note for group in taken.values() for note in group} <= true
    assert_one_history(taken)
    assert witness.heads.seen(ORIGIN).root == trunk.root(witness.heads.seen(ORIGIN).size)


@pytest.mark.slow
def test_twenty_thousand_forks_and_rollbacks_are_never_cosigned(tmp_path):
    for seed in range(20):
        folder = tmp_path / str(seed)
        folder.mkdir()
        witness = witness_in(folder)
        _, notes, _ = forks(0, seed)
        true = {note for _, note in notes}
        witness.add_checkpoint(write_request(0, (), notes[0][1].encode()))
        _, taken = attack(witness, 1000, seed)
        assert {note for group in taken.values() for note in group} <= true


def test_of_many_forks_offered_at_once_one_is_cosigned(tmp_path):
    """Two witness processes on one memory, twenty threads each with another history: compare and set."""
    ledgers = [fill(make_ledger(seed=n), 3 + n % 2) for n in range(20)]
    witnesses = [witness_in(tmp_path), witness_in(tmp_path)]
    gate, replies = threading.Barrier(len(ledgers)), []

    def offer(number, ledger):
        gate.wait()
        replies.append((witnesses[number % 2].add_checkpoint(request_for(ledger, ledger.checkpoint(), 0)), ledger))

    threads = [threading.Thread(target=offer, args=pair) for pair in enumerate(ledgers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [ledger for reply, ledger in replies if reply.status == 200]
    assert len(replies) == 20
    assert len(won) == 1
    assert {reply.status for reply, ledger in replies if ledger is not won[0]} == {409}
    assert witnesses[1].heads.seen(ORIGIN).root == won[0].root()


# --- memory ---


def test_a_witness_goes_on_after_a_restart_where_it_was(tmp_path):
    ledger = fill(make_ledger(), 3)
    witness_in(tmp_path).add_checkpoint(request_for(ledger, ledger.checkpoint(), 0))
    again = witness_in(tmp_path)
    assert again.heads.seen(ORIGIN).size == 5
    fork = fill(make_ledger(seed=9), 9)
    assert again.add_checkpoint(request_for(fork, fork.checkpoint(), 0)).status == 409
    assert again.add_checkpoint(request_for(fork, fork.checkpoint(), 5)).status == 422
    note = grow(ledger, 1)
    assert cosigned(again.add_checkpoint(request_for(ledger, note, 5)), note)


def test_nothing_is_cosigned_that_could_not_be_remembered(tmp_path, monkeypatch):
    ledger = fill(make_ledger(), 3)
    witness = witness_in(tmp_path)
    with serving(witness) as server:
        witness.heads.path.unlink()
        assert post(server.url, request_for(ledger, ledger.checkpoint(), 0))[0] == 503
        witness.heads.path.write_bytes(b"not a database, but long enough to be taken for one" * 100)
        assert post(server.url, request_for(ledger, ledger.checkpoint(), 0))[0] == 503


def test_a_lost_memory_is_never_begun_anew(tmp_path):
    key, state = tmp_path / "w.key", tmp_path / "w.state"
    key.write_text(cosigner().text)
    Heads.of(state, cosigner().key.vkey, key)
    Heads.of(state, cosigner().key.vkey, key)
    state.unlink()
    with pytest.raises(IntegrityError, match="gone"):
        Heads.of(state, cosigner().key.vkey, key)
    with pytest.raises(IntegrityError, match="gone"):
        Heads.of(tmp_path / "elsewhere", cosigner().key.vkey, key)


def at_once(count, begin):
    """What each of many threads got of a call that all make in the same moment."""
    gate, got = threading.Barrier(count), []

    def run(number):
        gate.wait()
        try:
            got.append(begin(number))
        except (InputError, IntegrityError, UnavailableError) as error:
            got.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == count
    return got


def test_a_memory_that_many_begin_at_once_is_one(tmp_path):
    vkey = cosigner().key.vkey
    for turn in range(20):
        folder = tmp_path / str(turn)
        folder.mkdir()
        key = folder / "w.key"
        got = at_once(6, lambda _, key=key: Heads.of(key.with_name("state"), vkey, key))
        assert [str(one) for one in got if not isinstance(one, Heads)] == []
        assert sorted(path.name for path in folder.iterdir()) == ["state", "w.key.used"]


def test_of_two_memories_that_are_begun_at_once_for_one_key_one_is_used(tmp_path):
    vkey = cosigner().key.vkey
    for turn in range(20):
        folder = tmp_path / str(turn)
        folder.mkdir()
        got = at_once(4, lambda n, folder=folder: Heads.of(folder / f"state-{n}", vkey, folder / "w.key"))
        assert len([one for one in got if isinstance(one, Heads)]) == 1
        assert {type(one) for one in got} == {Heads, IntegrityError}


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"x" * 5000])
def test_an_emptied_or_damaged_memory_is_a_lost_one(tmp_path, content):
    key, state = tmp_path / "w.key", tmp_path / "w.state"
    Heads.of(state, cosigner().key.vkey, key)
    state.write_bytes(content)
    with pytest.raises(IntegrityError, match="damaged") as caught:
        Heads.of(state, cosigner().key.vkey, key)
    assert "make a new key" in caught.value.do


def test_a_memory_belongs_to_one_key(tmp_path):
    Heads.create(tmp_path / "state", cosigner(1).key.vkey)
    with pytest.raises(InputError, match="another witness"):
        Heads(tmp_path / "state", cosigner(2).key.vkey)
    with pytest.raises(InputError, match="exists"):
        Heads.create(tmp_path / "state", cosigner(1).key.vkey)


def test_a_witness_needs_a_ledger_to_watch(tmp_path):
    with pytest.raises(InputError, match="needs the key"):
        Witness(cosigner(), Heads.create(tmp_path / "s", cosigner().key.vkey), [])


# --- the network ---


def raw(server, data, wait=3.0):
    """Send bytes as they are; what comes back until the server closes or is silent."""
    with socket.create_connection(server.server_address[:2], timeout=wait) as connection:
        connection.sendall(data)
        answer = b""
        try:
            while portion := connection.recv(65536):
                answer += portion
        except TimeoutError:
            pass
        return answer


def test_requests_that_are_none_are_answered_and_nothing_breaks(tmp_path):
    with serving(witness_in(tmp_path)) as server:
        assert post(server.url, b"", "/elsewhere")[0] == 404
        assert get(server.url, "/../../etc/passwd")[0] == 404
        assert b" 411 " in raw(server, b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n\r\n", 1)
        big = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: %d\r\n\r\n" % (REQUEST_MAX + 1)
        assert b" 413 " in raw(server, big, 1)
        chunked = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"
        assert b" 411 " in raw(server, chunked + b"0\r\n\r\n", 1)
        assert b" 501 " in raw(server, b"BREW / HTTP/1.1\r\nHost: w\r\n\r\n", 1)
        raw(server, b"\xff\x00" * 5000, 0.3)
        raw(server, b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 900\r\n\r\nold 0", 0.3)
        assert get(server.url, "/")[0] == 200


def test_slow_clients_do_not_hold_up_others_and_are_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "DEADLINE", 1.0)
    ledger = fill(make_ledger(), 3)
    with serving(witness_in(tmp_path)) as server:
        slow = [socket.create_connection(server.server_address[:2]) for _ in range(40)]
        for connection in slow:
            connection.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9")
        began = time.monotonic()
        assert post(server.url, request_for(ledger, ledger.checkpoint(), 0))[0] == 200
        assert time.monotonic() - began < 1
        for connection in slow:
            connection.settimeout(10)
            assert connection.recv(100) == b""  # cut, in spite of the bytes that might still have come
            connection.close()
        assert get(server.url, "/")[0] == 200


def test_more_connections_than_there_may_be_are_turned_away_and_it_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "CONNECTIONS", 3)
    monkeypatch.setattr(serve, "DEADLINE", 0.5)
    with serving(witness_in(tmp_path)) as server:
        idle = [socket.create_connection(server.server_address[:2]) for _ in range(6)]
        time.sleep(1.2)
        assert get(server.url, "/")[0] == 200
        for connection in idle:
            connection.close()
