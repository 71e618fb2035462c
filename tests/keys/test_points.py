"""Keys that no honest party has are refused, wherever one is enrolled."""

import base64
import json
import random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterfoil.errors import InputError
from counterfoil.keys import check_ed25519, check_p256
from counterfoil.ledger import Verifier
from counterfoil.request import new_key, public_of, read_key, read_roster
from tests.journey import write_csv

P = 2**255 - 19
Y8 = 0x5FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL = [0, 1, P - 1, Y8, P - Y8]
ENCODINGS = {(y | sign << 255).to_bytes(32, "little") for y in [*SMALL, P, P + 1] for sign in (0, 1)}


@pytest.mark.parametrize("raw", sorted(ENCODINGS), ids=lambda raw: raw.hex()[-8:])
def test_every_encoding_of_a_point_of_small_order_is_refused(raw):
    with pytest.raises(InputError) as caught:
        check_ed25519(raw)
    assert caught.value.do
    with pytest.raises(InputError):
        Verifier.read(Verifier("a.example/ledger", raw).vkey)


def test_a_point_of_small_order_is_known_by_its_order_and_not_by_a_list():
    for raw in ENCODINGS:
        y = int.from_bytes(raw, "little") & (1 << 255) - 1
        if y < P and not (y in (1, P - 1) and raw[31] >> 7):  # those two with a sign are no encodings at all
            with pytest.raises(InputError, match="weak"):
                check_ed25519(raw)


def test_real_keys_pass_and_about_half_of_all_numbers_are_no_point():
    generator = random.Random(8)
    for _ in range(50):
        check_ed25519(Ed25519PrivateKey.from_private_bytes(generator.randbytes(32)).public_key().public_bytes_raw())
    off = 0
    for _ in range(100):
        try:
            check_ed25519(generator.randrange(P).to_bytes(32, "little"))
        except InputError as error:
            assert "curve" in error.what
            off += 1
    assert 25 < off < 75


@pytest.mark.parametrize("raw", [b"", bytes(31), bytes(33)])
def test_a_key_of_another_length_is_refused(raw):
    with pytest.raises(InputError, match="bytes"):
        check_ed25519(raw)


P256 = 2**256 - 2**224 + 2**192 + 2**96 - 1


def coordinates():
    key = new_key()
    return tuple(int.from_bytes(base64.urlsafe_b64decode(key[name] + "=")) for name in "xy")


def test_points_off_p256_and_beside_its_field_are_refused():
    x, y = coordinates()
    check_p256(x, y)
    check_p256(x, P256 - y)
    for bad in [(0, 0), (x, y + 1), (y, x), (x, P256), (P256, y), (0, 1), (x, 0), (2**256 - 1, 2**256 - 1)]:
        with pytest.raises(InputError):
            check_p256(*bad)


def test_a_point_of_another_curve_is_enrolled_neither_for_an_official_nor_for_an_officer(tmp_path):
    twisted = {**public_of(new_key()), "y": base64.urlsafe_b64encode(bytes(31) + b"\7").rstrip(b"=").decode()}
    (tmp_path / "o1.pub").write_text(json.dumps(twisted))
    with pytest.raises(InputError, match="no key on P-256"):
        read_key(tmp_path / "o1.pub")
    row = {
        "key": "o1", "name": "A B", "title": "t", "agency": "ICE", "email": "a@ice.example", "role": "r",
        "engaged": "yes", "public_key": "o1.pub",
    }  # fmt: skip
    with pytest.raises(InputError) as caught:
        read_roster(write_csv(tmp_path / "roster.csv", [row]))
    assert "no key on P-256" in str(caught.value.details)
