"""Cosignatures, against what other people's programs wrote (their texts are in vectors/)."""

import base64
import json
from pathlib import Path

import pytest

from counterfoil.errors import InputError
from counterfoil.ledger.auditor.files import Unfit
from counterfoil.ledger.auditor.note import (
    COSIGNATURE,
    ED25519,
    ML_DSA_44,
    cosigned_at,
    read_key,
    read_note,
    read_signature,
    subtree_text,
)
from counterfoil.ledger.witness.cosigner import Cosigner, write_key
from tests.ledger.conftest import fill, make_ledger
from tests.ledger.witnesses import TIME, cosigner

VECTORS = json.loads((Path(__file__).parent / "vectors" / "cosignatures.json").read_text(encoding="utf-8"))
KINDS = (COSIGNATURE, ML_DSA_44)


def test_a_cosignature_made_by_another_program_is_read():
    vector = VECTORS["ed25519"]
    note = read_note(vector["note"].encode())
    witness = read_key(vector["witness"], KINDS)
    assert note.signed_by(read_key(vector["log"]))
    assert note.cosigned_by(witness) == vector["time"]
    assert (witness.name, witness.id.hex()) == ("witness.example.com/vector", "416f103d")


def test_the_same_key_and_time_give_the_other_programs_line_byte_for_byte():
    vector = VECTORS["ed25519"]
    witness = Cosigner.read(vector["private"])
    body = read_note(vector["note"].encode()).body
    assert witness.cosign(body, vector["time"]).decode() == vector["note"].splitlines(keepends=True)[-1]
    assert witness.text == vector["private"]
    assert witness.key.vkey == vector["witness"]


def test_an_ml_dsa_signature_made_by_another_program_fits_the_message_that_we_write():
    vector = VECTORS["ml-dsa-44"]
    key = read_key(vector["witness"], KINDS)
    line = read_signature(vector["line"].encode())
    assert line.by(key)
    assert line.raw[:8] == bytes(8)  # a subtree's cosignature has no time
    root = base64.b64decode(vector["root"])
    message = subtree_text(key.name, 0, vector["origin"], tuple(vector["span"]), root)
    assert key.fits(line.raw[8:], message)
    assert not key.fits(line.raw[8:], subtree_text(key.name, 0, vector["origin"], (8, 14), root))


@pytest.mark.parametrize("vkey", VECTORS["vkeys"]["good"])
def test_published_witness_keys_are_read(vkey):
    assert read_key(vkey, KINDS).vkey == vkey


@pytest.mark.parametrize("vkey", VECTORS["vkeys"]["bad"])
def test_what_is_no_witness_key_is_refused(vkey):
    with pytest.raises(InputError):
        read_key(vkey, KINDS)


def test_the_specifications_own_example_has_the_parts_that_it_says():
    *_, line = read_note(VECTORS["specification"]["note"].encode()).signatures
    assert (line.name, len(line.raw)) == (b"witness.example.com/w1", 8 + 64)
    assert int.from_bytes(line.raw[:8], "big") == 1679315147


@pytest.mark.parametrize("algorithm", ["ed25519", "ml-dsa-44"])
def test_a_cosignature_fits_its_checkpoint_its_time_and_its_key_alone(algorithm):
    ledger = fill(make_ledger(), 3)
    body = read_note(ledger.checkpoint().encode()).body
    who, other = cosigner(1, algorithm), cosigner(2, algorithm)
    line = read_signature(who.cosign(body, TIME).rstrip(b"\n"))
    assert cosigned_at(line, who.key, body) == TIME
    for changed in (
        (line.raw, body.replace(b"\n5\n", b"\n6\n"), who.key),
        (line.raw, body, other.key),
        ((TIME + 1).to_bytes(8, "big") + line.raw[8:], body, who.key),
        (bytes(8) + line.raw[8:], body, who.key),
        (b"\xff" * 8 + line.raw[8:], body, who.key),
        (line.raw[:-1], body, who.key),
        (line.raw[:8], body, who.key),
        (b"", body, who.key),
    ):
        raw, text, key = changed
        with pytest.raises(Unfit):
            cosigned_at(type(line)(line.name, line.id, raw), key, text)


def test_a_log_key_is_no_witness_key_and_the_other_way_round():
    who = cosigner()
    with pytest.raises(InputError, match="type 0x04"):
        read_key(who.key.vkey, (ED25519,))
    with pytest.raises(InputError, match="type 0x01"):
        read_key(VECTORS["ed25519"]["log"], KINDS)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "tab\there", "x" * 256])
def test_a_name_that_a_note_cannot_carry_is_refused(name):
    with pytest.raises(InputError):
        Cosigner.new(name)


@pytest.mark.parametrize("algorithm", ["ed25519", "ml-dsa-44"])
def test_a_key_file_is_for_its_owner_alone_and_never_overwritten(tmp_path, algorithm):
    who = cosigner(3, algorithm)
    write_key(who, tmp_path / "w.key")
    assert (tmp_path / "w.key").stat().st_mode & 0o777 == 0o600
    assert Cosigner.read((tmp_path / "w.key").read_text()) == who
    assert read_key((tmp_path / "w.key.pub").read_text(), KINDS) == who.key
    assert base64.b64encode(who.seed).decode() not in repr(who)
    with pytest.raises(InputError, match="exists"):
        write_key(cosigner(4), tmp_path / "w.key")


@pytest.mark.parametrize("text", ["", "x", "PRIVATE+KEY+a+b", "PRIVATE+KEY+a+00000000+BAAA"])
def test_what_is_no_private_key_is_refused(text):
    with pytest.raises(InputError):
        Cosigner.read(text)
    damaged = cosigner().text.replace("witness.example/w1", "witness.example/w2")
    with pytest.raises(InputError, match="damaged"):
        Cosigner.read(damaged)
