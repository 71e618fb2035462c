"""Changed bundles, releases, cosigned checkpoints, changes of key, gaps, policies, manifests and Parquet files.

As in `test_mutants.py`: each is read by the function that people's commands call, and a change is accepted when that
gives something else than it gave for the original and finds nothing wrong with it.
"""

import contextlib
import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterfoil import cases, request
from counterfoil.ledger.auditor.files import InputError as Unusable
from counterfoil.ledger.auditor.files import Unfit
from counterfoil.ledger.auditor.note import open_checkpoint, read_key
from counterfoil.ledger.auditor.policy import read_policy
from counterfoil.ledger.auditor.proof import check_proof
from counterfoil.ledger.redact import open_release, read_release
from counterfoil.office import database
from counterfoil.verification.files import manifest
from tests.faults.test_mutants import NOTHING, SLOW, try_export, try_kind
from tests.journey import Journey, asked, person
from tests.ledger.conftest import ORIGIN, VKEY, fill, make_ledger, whole_batch
from tests.ledger.redacted import choice, ledger_of_ten, released
from tests.ledger.test_bundle import POLICY, bundle
from tests.ledger.witnesses import TIME, cosigner


class More:
    """One of everything that leaves the ledger, and an office with changed keys and a stated gap."""

    def __init__(self, folder):
        self.ledger = whole_batch(fill(make_ledger(), 300), 4, "b-2")
        self.ten = ledger_of_ten()
        self.policy_read = read_policy(POLICY)
        journey = self.journey = Journey(folder)
        journey.load([person(n) for n in range(6)])
        journey.through([asked(n) for n in range(6)])
        self.first_key = journey.office.vkey
        cases.rotate_ledger(journey.office, "ana", "", journey.now)
        self.reopen()
        cases.add_officer(journey.office, "cy", "Cy Example", journey.now)
        self.proof = str(cases.ledger_prove(journey.office, 0).facts["tlog_proof"]).encode()
        self.history_text = json.dumps(cases.key_history(journey.office)).encode()
        self.lose_entries()
        cases.state_gap(journey.office, "ana", "the disk failed", journey.now)
        self.reopen()
        cases.rotate_sealing(journey.office, "ben", "", journey.now)
        self.export, self.vkey = folder / "export", journey.office.vkey
        cases.ledger_export(journey.office, self.export)
        self.rows_file = folder / "rows.parquet"

    def reopen(self):
        self.journey.office = cases.open_office(self.journey.data)

    def lose_entries(self):
        """Put an older database back in its place."""
        journey, path = self.journey, self.journey.data / cases.office.DATABASE
        kept = journey.folder / "kept"
        database.connect(journey.folder / "none")
        shutil.copytree(journey.data, kept)
        self.reopen()
        cases.add_officer(journey.office, "dee", "Dee Example", journey.now)
        database.connect(journey.folder / "none")
        for log in journey.data.glob(cases.office.DATABASE + "-*"):
            log.unlink()
        shutil.copy(kept / cases.office.DATABASE, path)
        self.reopen()

    def of(self, kind):
        return getattr(self, f"{kind}s")()

    def bundles(self):
        return [bundle(self.ledger, index) for index in (5, 50, 200)]

    def bundle(self, data):
        found = check_proof(data, VKEY, witness_policy=POLICY)
        return (found.index, found.size, found.root, found.public) if found.ok else NOTHING

    def releases(self):
        shown = [{"time"}, {"time", "field3"}, {"field1", "field2", "field9"}, set()]
        return [json.dumps(released(self.ten, [choice(7, names), choice(1, set())])).encode() for names in shown]

    def release(self, data):
        return open_release(read_release(data), VKEY)

    def cosigneds(self):
        notes = [note.encode() for _size, note in self.ledger.store.checkpoints()][-3:]
        bodies = [note.partition(b"\n\n")[0] + b"\n" for note in notes]
        return [
            note + b"".join(cosigner(number).cosign(body, TIME) for number in (1, 2))
            for note, body in zip(notes, bodies, strict=True)
        ]

    def cosigned(self, data):
        try:
            head, note = open_checkpoint(data, [(read_key(VKEY), ORIGIN)])
            return head if self.policy_read.enough(self.policy_read.cosigners(note)) else NOTHING
        except Unfit:
            return NOTHING

    def policys(self):
        return [POLICY]

    def policy(self, data):
        """A policy is an auditor's own; here only that whatever it says is read without a fault."""
        with contextlib.suppress(Unusable):
            read_policy(data)
        return NOTHING

    def historys(self):
        return [self.history_text]

    def history(self, data):
        try:
            found = check_proof(self.proof, self.first_key, keys=data)
        except Unusable:
            return NOTHING
        return (found.index, found.size, found.root, found.public) if found.ok else NOTHING

    def registrys(self):
        return [(self.journey.data / "registry" / manifest.NAME).read_bytes()]

    def registry(self, data):
        return manifest.parse(data, "manifest")

    def parquets(self):
        pq.write_table(pa.Table.from_pylist([asked(n) for n in range(3)]), self.rows_file)
        return [self.rows_file.read_bytes()]

    def parquet(self, data):
        """Rows are held against the hash that was signed; here only that whatever they say is read without a fault."""
        list(request.read_bytes(data, "parquet"))
        return NOTHING


UNPROVEN = ("policy", "parquet")


def limit(kind):
    """Seconds for one reading; a Parquet file, which is another library's to decode, may take longer."""
    return 5 * SLOW if kind == "parquet" else SLOW


KINDS = ("bundle", "release", "cosigned", "history", "registry", *UNPROVEN)


@pytest.fixture(scope="module")
def more(tmp_path_factory):
    found = More(tmp_path_factory.mktemp("more") / "office")
    yield found
    database.connect(found.journey.folder / "none")


@pytest.mark.parametrize("kind", KINDS)
def test_no_changed_artefact_of_the_outer_parts_is_accepted(more, kind):
    accepted, slowest = try_kind(more, kind, 300, 1, proven=kind not in UNPROVEN)
    assert accepted == []
    assert slowest < limit(kind)


def test_no_change_to_an_export_with_changed_keys_and_a_gap_escapes_the_audit(more, tmp_path):
    assert try_export(more, 150, 3, tmp_path / "export") == []


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", range(4))
def test_a_hundred_thousand_changed_artefacts_of_the_outer_parts_are_refused(more, tmp_path, seed):
    for kind in KINDS:
        accepted, slowest = try_kind(more, kind, 4_000, 20 + seed, proven=kind not in UNPROVEN)
        print(f"seed {seed}: {kind}: {len(accepted)} accepted, the slowest {slowest * 1000:.2f} ms")  # noqa: T201
        assert accepted == [], kind
        assert slowest < limit(kind), kind
    assert try_export(more, 3_000, 20 + seed, tmp_path / "export") == []
