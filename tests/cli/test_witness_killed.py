"""A witness that is killed at any moment: what it cosigned it remembers, and a fork gets nothing after the restart."""

import contextlib
import http.client
import os
import random
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest

from counterfoil.ledger.auditor.note import read_note
from counterfoil.ledger.witness.cosigner import Cosigner, write_key
from counterfoil.ledger.witness.head import Heads
from tests.ledger.conftest import ORIGIN, VKEY, fill, make_ledger, requests
from tests.ledger.witnesses import request_for

from .conftest import SOURCE


def started(key):
    """A witness process of that key, and where it listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "counterfoil.cli.main", "witness", "serve", "--key", key, "--log", VKEY,
         "--port", "0", "-q"],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": SOURCE},
    )  # fmt: skip
    return process, process.stdout.readline().split()[-1]


def offer(url, body):
    """The answer of the witness, b"" where it was killed before it gave one."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url + "/add-checkpoint", body), timeout=5) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return b""
    except (OSError, http.client.HTTPException):  # cut off before or within its answer
        return b""


def kill_and_look(tmp_path, kills, seed):
    """Cosign a growing ledger, kill the witness in the midst of it; after each kill its memory is no smaller."""
    generator, cosigner = random.Random(seed), Cosigner.new("killed.example/w", random=random.Random(seed).randbytes)
    key = tmp_path / "w.key"
    write_key(cosigner, key)
    ledger, fork, given, got = fill(make_ledger(seed=1), 3), fill(make_ledger(seed=2), 500), 0, 0
    for _ in range(kills):
        process, url = started(key)
        late = threading.Timer(generator.uniform(0.02, 0.4), process.kill)
        late.start()
        until = time.monotonic() + 10
        while process.poll() is None and time.monotonic() < until:
            ledger.append(requests(1))
            note = ledger.checkpoint()
            seen = Heads(tmp_path / "w.key.state", cosigner.key.vkey).seen(ORIGIN)
            line = offer(url, request_for(ledger, note, seen.size if seen else 0))
            if line and read_note(note.encode() + line).cosigned_by(cosigner.key):
                given, got = ledger.size(), got + 1
            assert offer(url, request_for(fork, fork.checkpoint(), min(given, fork.size()))) == b"" or not given
        late.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
        seen = Heads(tmp_path / "w.key.state", cosigner.key.vkey).seen(ORIGIN)
        assert (seen.size if seen else 0) >= given
        if seen:
            assert seen.root == ledger.root(seen.size)
            with contextlib.suppress(FileNotFoundError):
                assert read_note(seen.note).cosigned_by(cosigner.key)
    return got


def test_a_killed_witness_remembers_what_it_cosigned(tmp_path):
    assert kill_and_look(tmp_path, 4, seed=1) > 4


@pytest.mark.slow
def test_a_witness_killed_a_hundred_times_remembers_what_it_cosigned(tmp_path):
    assert kill_and_look(tmp_path, 100, seed=2) > 100
