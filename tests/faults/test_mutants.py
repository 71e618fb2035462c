"""Changed artefacts: none is taken for what it is not, none raises anything but the product's own errors, none is slow.

Each artefact is read by the function that people's commands call. A change is accepted when that function gives
something else than it gave for the original and finds nothing wrong with it. (White space in a JSON document, or a
free page of the database, may change nothing.)
"""

import gc
import json
import random
import shutil
import time
from pathlib import Path

import pytest

from counterfoil import answer, cases, request
from counterfoil.errors import CounterfoilError
from counterfoil.ledger import audit, check_receipt
from counterfoil.ledger.checkpoint import open_checkpoint
from counterfoil.ledger.entry import opened, read_leaf
from counterfoil.ledger.note import Verifier
from counterfoil.ledger.prove import open_receipt, open_tlog_proof, tlog_proof
from counterfoil.ledger.tree import leaf_hash
from counterfoil.office import database
from counterfoil.request import sealing
from tests.faults.mutants import DEPTH, mutant
from tests.journey import Journey, asked, person

NOTHING = object()
SLOW = 0.01  # seconds of CPU for one reading


class Artefacts:
    """A small office that has answered, and one of everything that it handed out."""

    def __init__(self, folder):
        self.journey = Journey(folder)
        self.journey.load([person(n) for n in range(6)])
        rows = [asked(n) for n in range(6)] + [asked(7, reason="")]
        self.sealed = self.journey.sealed(rows)
        office = self.office = self.journey.office
        batch = cases.receive_bytes(office, self.sealed, "api", self.journey.now).id
        cases.examine(office, batch, self.journey.now)
        self.journey.approve(batch)
        cases.verify(office, batch, self.journey.now)
        cases.release(office, batch, folder / "answer", self.journey.now)
        self.ledger = office.ledger()
        self.vkey, self.verifier = office.vkey, Verifier.read(office.vkey)
        cases.ledger_export(office, folder / "export")
        self.export = folder / "export"

    def of(self, kind):
        """The originals of a kind, at least one, as bytes."""
        return [item if isinstance(item, bytes) else item.encode() for item in getattr(self, f"{kind}s")()]

    # --- each kind: its originals, and the function that reads one ---

    def receipts(self):
        return [json.dumps(self.ledger.receipt(n, ["time"])) for n in range(0, self.ledger.size(), 3)]

    def receipt(self, data):
        document = json.loads(data)
        assert (check_receipt(document, self.vkey) == ()) is self.opens(document)
        proven = open_receipt(document, self.vkey)
        if not proven.disclosed:  # a receipt from which the disclosure was taken proves the same entry, and says less
            document["disclosures"] = self.ledger.receipt(proven.index, ["time"])["disclosures"]
            proven = open_receipt(document, self.vkey)
        return proven

    def opens(self, document):
        try:
            open_receipt(document, self.vkey)
        except CounterfoilError:
            return False
        return True

    def proofs(self):
        return [tlog_proof(self.ledger, n) for n in range(0, self.ledger.size(), 3)]

    def proof(self, data):
        return open_tlog_proof(data.decode(), self.vkey)

    def checkpoints(self):
        return [note for _size, note in self.ledger.store.checkpoints()]

    def checkpoint(self, data):
        return open_checkpoint(data.decode(), self.verifier)

    def signeds(self):
        return [sealing.sign(b'{"a":%d}' % n, self.journey.official_key) for n in range(3)]

    def signed(self, data):
        return sealing.verify(data.decode(), request.public_of(self.journey.official_key)), data

    def sealed_texts(self):
        recipients = [request.public_of(self.journey.officer_key), request.public_of(self.journey.official_key)]
        return [sealing.seal(b"text %d" % n, recipients[: 1 + n % 2]) for n in range(4)]

    def sealed_text(self, data):
        return sealing.unseal(data, self.journey.officer_key)

    def batchs(self):
        return [self.sealed, self.journey.sealed([asked(8)])]

    def batch(self, data):
        return request.open_batch(data, json.loads((self.office.data / "keys/custodian.jwk").read_text()))

    def answers(self):
        return [(self.journey.folder / "answer").read_bytes()]

    def answer(self, data):
        found = answer.open_answer(data, self.journey.officer_key, self.office.public_key, self.vkey)
        return NOTHING if found.problems else [row.as_dict() for row in found.rows]

    def boxs(self):
        return [record for _index, record in self.ledger.store.sealed(0, 1)]

    def box(self, data):
        return self.ledger.box().open(0, leaf_hash(self.ledger.leaf(0)), data)

    def disclosures(self):
        return [text for n in range(3) for text in self.ledger.disclosures(n)[:2]]

    def disclosure(self, data):
        for n in range(3):
            try:
                return opened(read_leaf(self.ledger.leaf(n)), [data.decode()])
            except CounterfoilError as error:
                kept = error
        raise kept

    def leafs(self):
        return [self.ledger.leaf(n) for n in range(self.ledger.size())]

    def leaf(self, data):
        """A leaf is held against its hash in the tree; here only that whatever it says is read without a fault."""
        read_leaf(data)
        return NOTHING


KINDS = ("receipt", "proof", "checkpoint", "signed", "sealed_text", "batch", "answer", "box", "disclosure", "leaf")


@pytest.fixture(scope="module")
def artefacts(tmp_path_factory):
    found = Artefacts(tmp_path_factory.mktemp("artefacts") / "office")
    yield found
    database.connect(found.journey.folder / "none")


def outcome(read, data):
    """What the reader gives; NOTHING where it refuses. Anything but the product's errors fails the test."""
    try:
        return read(data)
    except (CounterfoilError, UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        return NOTHING  # the last three: a file is decoded by the door, which says so


def timed(read, data):
    """What the reader gives, and the seconds of CPU that it took."""
    begun = time.process_time()
    return outcome(read, data), time.process_time() - begun


def patiently(read, data):
    """`timed`; where it was slow, by the quickest of three: a pause of the machine does not come back."""
    found, seconds = timed(read, data)
    if seconds > SLOW:
        seconds = min(seconds, timed(read, data)[1], timed(read, data)[1])
    return found, seconds


def try_kind(artefacts, kind, number, seed, proven=None):
    """Which of `number` mutants are accepted, and the slowest one's seconds; `proven`: an original is believed."""
    proven = kind != "leaf" if proven is None else proven
    rng = random.Random(f"{kind}-{seed}")
    originals, read = artefacts.of(kind), getattr(artefacts, kind)
    meant = [outcome(read, original) for original in originals]
    assert not proven or all(value is not NOTHING for value in meant)
    outcome(read, b'{"schema": ' + DEPTH.encode())  # the first deep recursion of a process takes its memory
    gc.collect()
    gc.freeze()  # what other tests left behind is not the reader's time
    accepted, slowest = [], 0.0
    for _ in range(number):
        data = mutant(rng.choice(originals), originals, rng)
        found, seconds = patiently(read, data)
        slowest = max(slowest, seconds)
        if found is not NOTHING and found not in meant:
            accepted.append(data)
    gc.unfreeze()
    return accepted, slowest


@pytest.mark.parametrize("kind", KINDS)
def test_no_changed_artefact_is_accepted(artefacts, kind):
    accepted, slowest = try_kind(artefacts, kind, 400, 1)
    assert accepted == []
    assert slowest < SLOW


def try_export(artefacts, number, seed, folder):
    """Change one file of an export each time; what the audit did not find, or found slowly."""
    rng = random.Random(seed)
    shutil.copytree(artefacts.export, folder)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    originals = {path: path.read_bytes() for path in paths}
    calm = audit(folder, artefacts.vkey)
    assert calm.ok
    accepted = []
    for _ in range(number):
        path = rng.choice(paths)
        change = rng.random()
        if change < 0.05:
            if path.parent.suffix == ".p" and path.name != str(calm.size % 256):
                continue  # a partial tile of an earlier size may be gone (C2SP tlog-tiles)
            path.unlink()
        elif change < 0.1:
            path.write_bytes(originals[rng.choice(paths)] + b"x")
        else:
            path.write_bytes(mutant(originals[path], list(originals.values()), rng))
        report, seconds = patiently(lambda there: audit(there, artefacts.vkey), folder)
        if report.ok or seconds > SLOW:
            accepted.append((path, path.read_bytes(), seconds))
        path.write_bytes(originals[path])
    return accepted


def test_no_change_to_an_export_escapes_the_audit(artefacts, tmp_path):
    assert try_export(artefacts, 300, 1, tmp_path / "export") == []


def everything(office):
    """All that the ledger says: leaves, disclosures, checkpoints."""
    ledger = office.ledger()
    size = ledger.size()
    entries = [(dict(entry.public), dict(entry.disclosed)) for entry in ledger.read_many(0, size)]
    return entries, [ledger.leaf(index) for index in range(size)], list(ledger.store.checkpoints())


def try_database(artefacts, number, seed, folder):
    """Change bytes of the database file; after which the ledger says something else and is called whole, or is slow."""
    rng = random.Random(seed)
    database.connect(folder / "none")
    shutil.copytree(artefacts.office.data, folder)
    path = folder / cases.office.DATABASE
    original = path.read_bytes()
    meant = everything(cases.open_office(folder))
    accepted = []

    def believed(_):
        database.connect(folder / "none")
        try:
            office = cases.open_office(folder)
            with database.reading():
                return office.ledger().verify(office.vkey) == () and everything(office) != meant
        except (ValueError, RecursionError) as error:
            raise AssertionError("an error that is not the product's own") from error

    for _ in range(number):
        database.connect(folder / "none")
        for log in folder.glob(cases.office.DATABASE + "-*"):
            log.unlink(missing_ok=True)
        path.write_bytes(changed_database(original, rng))
        found, seconds = patiently(believed, None)
        if found is True or seconds > SLOW:
            accepted.append((path.read_bytes(), seconds))
    database.connect(artefacts.office.data / cases.office.DATABASE)
    return accepted


def changed_database(original, rng):
    """Bits flipped, a page lost, one page in another's place, or the end cut off."""
    kind, page = rng.random(), 4096
    if kind < 0.6:
        changed = bytearray(original)
        for _ in range(rng.choice([1, 1, 2, 30])):
            at = rng.randrange(len(changed))
            changed[at] ^= 1 << rng.randrange(8)
        return bytes(changed)
    one, other = (page * rng.randrange(1, len(original) // page) for _ in range(2))
    if kind < 0.75:
        return original[:one] + bytes(page) + original[one + page :]
    if kind < 0.9:
        return original[:one] + original[other : other + page] + original[one + page :]
    return original[: rng.randrange(len(original))]


def test_no_changed_database_is_called_whole(artefacts, tmp_path):
    assert try_database(artefacts, 60, 1, tmp_path / "data") == []


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", range(4))
def test_a_million_changed_artefacts_are_refused(artefacts, tmp_path, seed):
    for kind in KINDS:
        accepted, slowest = try_kind(artefacts, kind, 22_000, 10 + seed)
        assert accepted == [], kind
        assert slowest < SLOW, kind
    assert try_export(artefacts, 20_000, 10 + seed, tmp_path / "export") == []
    assert try_database(artefacts, 10_000, 10 + seed, tmp_path / "data") == []
    assert Path(tmp_path).exists()
