import base64
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import InputError, IntegrityError
from counterfoil.keys import check_ed25519
from counterfoil.ledger import Checkpoint, LedgerSigner, Verifier, new_ledger_key, open_checkpoint
from counterfoil.ledger.note import open_note, sign_note
from tests.ledger.conftest import ORIGIN, OTHER_PRIVATE, OTHER_VKEY, PRIVATE, VKEY

# The example of the Go implementation of signed notes (golang.org/x/mod/sumdb/note).
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
GO_NOTE = f"{GO_TEXT}\n\u2014 PeterNeumann {GO_SIGNATURE}\n"
# The example key of the C2SP signed-note specification.
C2SP_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

SIGNER, VERIFIER = LedgerSigner.read(PRIVATE), Verifier.read(VKEY)


def test_the_note_of_the_go_implementation_verifies_and_is_made_byte_for_byte():
    assert open_note(GO_NOTE, [Verifier.read(GO_VKEY)])[0] == GO_TEXT
    signer = LedgerSigner.read(GO_SKEY)
    assert sign_note(GO_TEXT, [signer]) == GO_NOTE
    assert (signer.text, signer.verifier.vkey) == (GO_SKEY, GO_VKEY)


def test_the_key_of_the_specification_has_the_id_that_it_states():
    verifier = Verifier.read(C2SP_VKEY)
    assert (verifier.name, verifier.key_id.hex(), verifier.vkey) == ("example.com/foo", "530d903a", C2SP_VKEY)


def test_keys_survive_their_text_form():
    private, public = new_ledger_key("a.example/b", random.Random(5).randbytes)
    assert LedgerSigner.read(private + "\n").verifier.vkey == Verifier.read(public).vkey == public
    assert PRIVATE not in repr(SIGNER)
    assert base64.b64encode(SIGNER.seed).decode()[4:30] not in repr(SIGNER)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "\u2003"])
def test_a_key_name_with_a_space_or_plus_is_refused(name):
    with pytest.raises(InputError):
        new_ledger_key(name)


@pytest.mark.parametrize(
    "vkey",
    [
        "", "x", "a+b", "a+00000000+", GO_SKEY, VKEY[:-2], VKEY.replace("+", " "), VKEY + "=", VKEY[:-1] + "!",
        ORIGIN + "x" + VKEY[len(ORIGIN) :], C2SP_VKEY.replace("530d903a", "530d903b"),
        C2SP_VKEY.replace("Aeky", "Auky"), C2SP_VKEY.replace("2k", "2l"),
    ],
)  # fmt: skip
def test_a_damaged_verifier_key_is_refused(vkey):
    with pytest.raises(InputError):
        Verifier.read(vkey)


@pytest.mark.parametrize("text", ["", VKEY, PRIVATE[:-3], PRIVATE.replace(ORIGIN, "other.example")])
def test_a_damaged_private_key_is_refused(text):
    with pytest.raises(InputError):
        LedgerSigner.read(text)


# --- keys of small order, found here by the curve's own arithmetic ---

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


def add(one, two):
    (x1, y1), (x2, y2) = one, two
    k = D * x1 * x2 * y1 * y2 % P
    return (
        (x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P,
    )


def point(raw):
    """The curve point of 32 bytes, None if there is none."""
    number = int.from_bytes(raw, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    y %= P
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square:
        return None
    return (P - x if x and x & 1 != sign else x), y


def has_small_order(raw):
    multiple = point(raw)
    for _ in range(3):
        multiple = add(multiple, multiple)
    return multiple == (0, 1)


SMALL = [0, 1, P - 1, 0x5FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826]
SMALL += [P - SMALL[3]]
ENCODINGS = [y | sign << 255 for y in [*SMALL, P, P + 1] for sign in (0, 1)]


@pytest.mark.parametrize("number", ENCODINGS)
def test_a_key_of_small_order_is_refused(number):
    raw = number.to_bytes(32, "little")
    assert has_small_order(raw)
    with pytest.raises(InputError, match=r"weak|canonical"):
        Verifier.read(Verifier(ORIGIN, raw).vkey)


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_a_real_key_is_never_called_weak(seed):
    raw = LedgerSigner(ORIGIN, seed).verifier.key
    assert not has_small_order(raw)
    check_ed25519(raw)


# --- notes that are not what they seem ---

NOTE = Checkpoint(ORIGIN, 7, bytes(range(32))).sign(SIGNER)


def test_no_note_with_a_changed_byte_opens():
    raw = NOTE.encode()
    for at in range(len(raw)):
        for change in (1, 0x20, 0x80):
            mutant = bytearray(raw)
            mutant[at] ^= change
            with pytest.raises(IntegrityError):
                open_checkpoint(mutant.decode("utf-8", "surrogateescape"), VERIFIER)


def test_no_cut_note_opens():
    for at in range(len(NOTE)):
        with pytest.raises(IntegrityError):
            open_checkpoint(NOTE[:at], VERIFIER)


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_no_text_breaks_the_reader(text):
    with pytest.raises(IntegrityError):
        open_checkpoint(text, VERIFIER)
    with pytest.raises(IntegrityError):
        open_checkpoint(NOTE + text + "\n", Verifier.read(OTHER_VKEY))


def test_signatures_of_unknown_keys_are_passed_over():
    text = Checkpoint(ORIGIN, 7, bytes(32)).text
    note = sign_note(text, [LedgerSigner.read(OTHER_PRIVATE), SIGNER])
    assert open_checkpoint(note, VERIFIER).size == 7
    assert open_note(note, [VERIFIER, Verifier.read(OTHER_VKEY)])[1] == (Verifier.read(OTHER_VKEY), VERIFIER)


def test_sixteen_signatures_are_read_and_a_thousand_are_not():
    text = Checkpoint(ORIGIN, 7, bytes(32)).text
    line = sign_note(text, [LedgerSigner.read(OTHER_PRIVATE)]).split("\n\n")[1]
    own = sign_note(text, [SIGNER])
    assert open_checkpoint(own + line * 15, VERIFIER).size == 7
    with pytest.raises(IntegrityError):
        open_checkpoint(own + line * 1000, VERIFIER)


def test_a_known_keys_wrong_signature_spoils_the_note_whoever_else_signed():
    text = Checkpoint(ORIGIN, 7, bytes(32)).text
    wrong = sign_note(Checkpoint(ORIGIN, 8, bytes(32)).text, [LedgerSigner.read(OTHER_PRIVATE)])
    note = sign_note(text, [SIGNER]) + wrong.split("\n\n")[1]
    assert open_checkpoint(note, VERIFIER).size == 7
    with pytest.raises(IntegrityError):
        open_note(note, [VERIFIER, Verifier.read(OTHER_VKEY)])


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n07\n{'A' * 43}=\n",
        f"{ORIGIN}\n-7\n{'A' * 43}=\n",
        f"{ORIGIN}\n7\n{'A' * 42}==\n",
        f"{ORIGIN}\n7\n{'A' * 40}\n",
        f"{ORIGIN}\n7\n",
        f"{ORIGIN}\n\n{'A' * 43}=\n",
        f"{ORIGIN}\n7 \n{'A' * 43}=\n",
        f"{ORIGIN}\n\u0667\n{'A' * 43}=\n",
        f"{ORIGIN}\n7\n{'A' * 43}=\n\nextension\n",
        f"{ORIGIN}\n99999999999999999999\n{'A' * 43}=\n",
        f"other.example\n7\n{'A' * 43}=\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_of_this_ledger_is_refused(text):
    with pytest.raises(IntegrityError):
        open_checkpoint(sign_note(text, [SIGNER]), VERIFIER)


def test_extension_lines_are_carried_by_the_signature():
    note = sign_note(f"{ORIGIN}\n7\n{'A' * 43}=\nextension\n", [SIGNER])
    assert open_checkpoint(note, VERIFIER).size == 7


def test_a_text_with_control_characters_is_not_signed():
    with pytest.raises(ValueError):
        sign_note("a\tb\n", [SIGNER])
    with pytest.raises(ValueError):
        sign_note("no newline", [SIGNER])
