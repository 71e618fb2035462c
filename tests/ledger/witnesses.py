"""Real witnesses on real sockets, and requests to them."""

import contextlib
import random
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler

from counterfoil.ledger.auditor.note import read_key
from counterfoil.ledger.witness.cosigner import Cosigner
from counterfoil.ledger.witness.head import Heads
from counterfoil.ledger.witness.judge import Witness
from counterfoil.ledger.witness.protocol import write_request
from counterfoil.ledger.witness.serve import WitnessServer
from tests.ledger.conftest import VKEY
from tests.ledger.strangers import listening, running

TIME = 1_790_000_000


def cosigner(number=1, algorithm="ed25519"):
    return Cosigner.new(f"witness.example/w{number}", algorithm, random.Random(number).randbytes)


def witness_in(folder, number=1, logs=(VKEY,), algorithm="ed25519", clock=lambda: TIME):
    """A witness that remembers in the folder; a second call goes on from there."""
    who = cosigner(number, algorithm)
    path = folder / f"w{number}.state"
    heads = Heads(path, who.key.vkey) if path.exists() else Heads.create(path, who.key.vkey)
    return Witness(who, heads, [read_key(log) for log in logs], clock)


@contextlib.contextmanager
def serving(witness):
    """The witness on a free port, as long as the block lasts."""
    server = WitnessServer(("127.0.0.1", 0), witness, quiet=True)
    with running(server):
        yield server


@contextlib.contextmanager
def answering(status, body, kind="text/plain", late=None):
    """A server that gives every request the same answer; `late` is called before it does.

    `body`, or `status` for both (status, body), may be a function.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            if late is not None:
                late()
            number, text = status() if callable(status) else (status, body() if callable(body) else body)
            self.send_response(number)
            self.send_header("Content-Type", kind)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(text)

        def log_message(self, *arguments):
            pass

    with listening(Handler) as address:
        yield address


def request_for(ledger, note, old, size=None):
    """The body of a request, by the book."""
    size = ledger.size() if size is None else size
    proof = ledger.consistency_proof(old, size) if 0 < old < size else ()
    return write_request(old, proof, note.encode())


def post(url, body, path="/add-checkpoint"):
    """Status, type and body of the answer."""
    request = urllib.request.Request(url + path, body, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read()


def get(url, path="/"):
    try:
        with urllib.request.urlopen(url + path, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def policy_of(pairs, quorum=None, logs=()):
    """A policy over (cosigner, url): all of them, or `quorum` of them."""
    lines = [f"log {log}" for log in logs]
    lines += [f"witness {who.name} {who.key.vkey} {url}" for who, url in pairs]
    names = " ".join(who.name for who, _ in pairs)
    lines += [f"group enough {'all' if quorum is None else quorum} {names}", "quorum enough"]
    return "\n".join(lines) + "\n"
