"""More tokens made to deceive: confused algorithms, keys inside, impossible points, bombs. None is believed."""

from __future__ import annotations

import base64
import hmac
import json
import time
import zlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwe
from joserfc.jwk import ECKey, RSAKey

from counterfoil.errors import CounterfoilError, InputError, IntegrityError
from counterfoil.request import new_key, public_of, seal, sign, signature, unseal, verify
from tests.request.made import key, public

PAYLOAD = b'{"made":"up"}'
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def b64(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def refused(call: Any) -> CounterfoilError:
    """The refusal of a hostile thing: one of our own errors, with what to do, at once."""
    start = time.process_time()
    with pytest.raises((IntegrityError, InputError)) as caught:
        call()
    assert time.process_time() - start < 0.25
    assert caught.value.do
    return caught.value


def public_forms(name: str) -> list[bytes]:
    """The public key in every form that a confused verifier could take for an HMAC secret."""
    native = ECKey.import_key(public(name)).raw_value
    spki = native.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = native.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    point = native.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    jwk = {name_: public(name)[name_] for name_ in ("crv", "kty", "x", "y")}
    return [spki, pem, pem.strip(), point, json.dumps(jwk).encode(), json.dumps(jwk, separators=(",", ":")).encode()]


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("form", range(6))
def test_the_public_key_is_no_secret_in_any_form(algorithm: str, form: int):
    signed = f"{b64({'alg': algorithm})}.{b64(PAYLOAD)}"
    mac = hmac.digest(public_forms("director")[form], signed.encode(), "sha" + algorithm[2:])
    refused(lambda: verify(f"{signed}.{b64(mac)}", public("director")))


@pytest.mark.parametrize(
    "spelling", ["none", "None", "NONE", "nOnE", "none ", "", "null", "ES256\x00", "ES256 ", "es256"]
)
@pytest.mark.parametrize("tail", ["", "AA", "A" * 86])
def test_no_spelling_of_no_algorithm_counts(spelling: str, tail: str):
    refused(lambda: verify(f"{b64({'alg': spelling})}.{b64(PAYLOAD)}.{tail}", public("director")))


@pytest.mark.parametrize("how", ["jwk", "jku", "x5u", "x5c", "kid path", "kid sql"])
def test_a_key_that_comes_inside_a_token_is_not_used(how: str):
    attacker = new_key()
    header = {
        "jwk": {"jwk": public_of(attacker)},
        "jku": {"jku": "https://attacker.invalid/keys.json"},
        "x5u": {"x5u": "https://attacker.invalid/c.pem"},
        "x5c": {"x5c": ["MIIB"]},
        "kid path": {"kid": "../../../../dev/null"},
        "kid sql": {"kid": "x' UNION SELECT key FROM officials --"},
    }[how]
    signed = f"{b64({'alg': 'ES256', **header})}.{b64(PAYLOAD)}"
    refused(lambda: verify(f"{signed}.{b64(signature(signed.encode(), attacker))}", public("director")))


@pytest.mark.parametrize(
    ("r", "s"),
    [(0, 0), (0, 1), (1, 0), (1, 1), (ORDER, ORDER), (ORDER, 1), (1, ORDER), (2**256 - 1, 2**256 - 1), (0, ORDER)],
)
def test_signatures_that_hold_for_everything_in_careless_software_hold_for_nothing(r: int, s: int):
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    head, body, _ = sign(PAYLOAD, key("director")).split(".")
    refused(lambda: verify(f"{head}.{body}.{b64(raw)}", public("director")))


def test_a_signature_in_der_is_none():
    head, body, _ = sign(PAYLOAD, key("director")).split(".")
    native = ECKey.import_key(key("director")).raw_value
    der = native.sign(f"{head}.{body}".encode(), ECDSA(SHA256()))
    assert decode_dss_signature(der)
    refused(lambda: verify(f"{head}.{body}.{b64(der)}", public("director")))


@pytest.mark.parametrize("depth", [50, 1_000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_headers_and_deep_containers_are_refused_at_once(depth: int, opening: str):
    deep = (opening * depth).encode()
    refused(lambda: verify(f"{b64(deep)}.{b64(PAYLOAD)}.{'A' * 86}", public("director")))
    refused(lambda: unseal(f"{b64(deep)}.AA.AA.AA.AA".encode(), key("custodian")))
    refused(lambda: unseal(b'{"protected":' + deep, key("custodian")))


def test_numbers_that_take_for_ever_to_read_are_refused():
    header = b64(b'{"exp":' + b"9" * 100_000 + b"}")
    refused(lambda: verify(f"{header}.{b64(PAYLOAD)}.{'A' * 86}", public("a")))


def jwe_token(header: dict[str, Any], parts: tuple[bytes, ...]) -> bytes:
    return ".".join([b64(header), *map(b64, parts)]).encode()


def good_parts() -> tuple[dict[str, Any], tuple[bytes, ...]]:
    head, *rest = seal(PAYLOAD, [public("custodian")]).decode().split(".")
    pad = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in (head, *rest)]
    return json.loads(pad[0]), tuple(pad[1:])


def test_a_bomb_of_compressed_bytes_is_never_unpacked():
    bomb = zlib.compress(bytes(64 << 20), 9)
    allowed = ["ECDH-ES+A256KW", "A256GCM", "DEF"]
    header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "zip": "DEF"}
    registry = jwe.JWERegistry(algorithms=allowed, strict_check_header=False)
    token = jwe.encrypt_compact(header, bytes(1 << 20), ECKey.import_key(public("custodian")), registry=registry)
    refused(lambda: unseal(token.encode(), key("custodian")))
    refused(lambda: unseal(jwe_token({**header, "epk": {}}, (b"x" * 40, b"i" * 12, bomb, b"t" * 16)), key("custodian")))


@pytest.mark.parametrize(
    "algorithm", ["dir", "A256KW", "A256GCMKW", "RSA1_5", "RSA-OAEP", "PBES2-HS256+A128KW", "ECDH-ES"]
)
def test_another_way_to_wrap_a_key_is_refused_whatever_else_holds(algorithm: str):
    header, parts = good_parts()
    refused(lambda: unseal(jwe_token({**header, "alg": algorithm}, parts), key("custodian")))


def test_a_password_of_a_billion_rounds_costs_nothing():
    header = {"alg": "PBES2-HS512+A256KW", "enc": "A256GCM", "p2s": b64(bytes(16)), "p2c": 2_000_000_000}
    refused(lambda: unseal(jwe_token(header, (b"x" * 40, b"i" * 12, b"c", b"t" * 16)), key("custodian")))


def test_an_rsa_container_is_refused():
    rsa = RSAKey.generate_key(2048)
    token = jwe.encrypt_compact({"alg": "RSA-OAEP", "enc": "A256GCM"}, PAYLOAD, rsa, ["RSA-OAEP", "A256GCM"])
    refused(lambda: unseal(token.encode(), key("custodian")))


@pytest.mark.parametrize(
    "change",
    [
        lambda epk: {**epk, "y": epk["x"]},  # off the curve: the invalid-curve attack
        lambda epk: {**epk, "x": b64(bytes(32)), "y": b64(bytes(32))},
        lambda epk: {**epk, "x": b64(bytes(31) + b"\1"), "y": b64(bytes(31) + b"\1")},
        lambda epk: {**epk, "crv": "P-384"},
        lambda epk: {**epk, "crv": "secp256k1"},
        lambda epk: {**epk, "d": epk["x"]},
        lambda epk: {**epk, "kty": "OKP"},
        lambda epk: {"kty": "OKP", "crv": "X25519", "x": b64(bytes(32))},
        lambda epk: {**epk, "x": epk["x"] + "="},
        lambda epk: {**epk, "x": epk["x"][:-2]},
        lambda epk: [epk],
        lambda epk: "epk",
    ],
)
def test_a_one_time_key_that_is_no_point_gives_nothing_away(change: Any):
    header, parts = good_parts()
    refused(lambda: unseal(jwe_token({**header, "epk": change(header["epk"])}, parts), key("custodian")))


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def respelled(segment: str) -> list[str]:
    """Other texts that a lenient decoder reads as the same bytes."""
    other = [segment + "=", segment + "==", segment + "\n", " " + segment, segment[:1] + "\r\n" + segment[1:]]
    other += [segment[:2] + "%41" + segment[2:], segment.replace("-", "+"), segment.replace("_", "/"), segment + "."]
    if len(segment) % 4:
        spare = {2: 4, 3: 2}[len(segment) % 4]
        at = ALPHABET.index(segment[-1])
        other += [segment[:-1] + ALPHABET[at ^ bits] for bits in range(1, 1 << spare)]
    return [text for text in other if text != segment]


def test_every_segment_has_one_spelling():
    token = sign(PAYLOAD + b"?", key("director")).split(".")
    for at in range(3):
        for other in respelled(token[at]):
            refused(lambda o=other, at=at: verify(".".join([*token[:at], o, *token[at + 1 :]]), public("director")))
    sealed = seal(PAYLOAD, [public("custodian")]).decode().split(".")
    for at in range(5):
        for other in respelled(sealed[at]):
            text = ".".join([*sealed[:at], other, *sealed[at + 1 :]])
            refused(lambda text=text: unseal(text.encode(), key("custodian")))


def test_what_is_too_large_is_refused_before_it_is_decoded():
    refused(lambda: verify("A" * 3_000_000 + ".AA.AA", public("director"), 1_000_000))
    refused(lambda: verify(f"{'A' * 200_000}.{b64(PAYLOAD)}.{'A' * 86}", public("director")))
    many = {"protected": "", "recipients": [{"header": {"kid": "x", "epk": {}}, "encrypted_key": ""}] * 50_000}
    refused(lambda: unseal(json.dumps(many).encode(), key("custodian")))
