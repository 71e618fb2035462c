"""Tokens made to deceive, by class: none is believed, none makes the reader crash."""

from __future__ import annotations

import base64
import gc
import json
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.jwk import ECKey, OctKey

from counterfoil.errors import CounterfoilError, InputError, IntegrityError
from counterfoil.request import BrokenSealError, NotSealedError, seal, sign, unseal, verify
from tests.request.made import key, public

PAYLOAD = b'{"made":"up"}'


def b64(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def ec(name: str) -> ECKey:
    return ECKey.import_key(key(name))


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_what_is_signed_verifies_with_that_key_only(payload: bytes):
    token = sign(payload, key("director"))
    assert verify(token, public("director")) == payload
    with pytest.raises(IntegrityError):
        verify(token, public("other"))


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.integers(1, 4))
def test_what_is_sealed_opens_for_each_recipient_and_nobody_else(plaintext: bytes, count: int):
    names = [f"officer-{i}" for i in range(count)]
    sealed = seal(plaintext, [public(name) for name in names])
    assert all(unseal(sealed, key(name)) == plaintext for name in names)
    with pytest.raises(IntegrityError):
        unseal(sealed, key("other"))


@pytest.mark.parametrize("names", [["a"], ["a", "b"]])
def test_an_opened_seal_leaves_nothing_to_the_search_for_garbage(names: list[str]):
    plaintext = bytes(4_000_000)
    sealed = seal(plaintext, [public(name) for name in names])
    unseal(sealed, key("a"))
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        assert unseal(sealed, key("a")) == plaintext
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert held < 1_000_000


def test_other_jose_software_reads_what_is_signed_and_sealed():
    assert jws.deserialize_compact(sign(PAYLOAD, key("director")), ec("director"), ["ES256"]).payload == PAYLOAD
    allowed = ["ECDH-ES+A256KW", "A256GCM"]
    assert jwe.decrypt_compact(seal(PAYLOAD, [public("a")]), ec("a"), allowed).plaintext == PAYLOAD
    registry = jwe.JWERegistry(algorithms=allowed, verify_all_recipients=False)
    several = json.loads(seal(PAYLOAD, [public("a"), public("b")]))
    for at, name in enumerate("ab"):
        one = {**several, "recipients": [several["recipients"][at]]}
        assert jwe.decrypt_json(one, ec(name), registry=registry).plaintext == PAYLOAD


def test_what_other_jose_software_signs_and_seals_is_read():
    token = jws.serialize_compact({"alg": "ES256", "typ": "JOSE"}, PAYLOAD, ec("director"), ["ES256"])
    assert verify(token, public("director")) == PAYLOAD
    header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}
    token = jwe.encrypt_compact(header, PAYLOAD, ec("a"), ["ECDH-ES+A256KW", "A256GCM"])
    assert unseal(token.encode(), key("a")) == PAYLOAD


def test_the_example_of_rfc_7515_appendix_a_3_verifies():
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }
    token = (
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
        "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djx"
        "La8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    )
    assert json.loads(verify(token, jwk))["iss"] == "joe"


def with_header(**changes: object) -> str:
    """A token whose signature holds for its header, whatever stands in it."""
    header = {"alg": "ES256", "kid": public("director")["kid"], **changes}
    signed = f"{b64({k: v for k, v in header.items() if v is not None})}.{b64(PAYLOAD)}"
    signature = jws.JWSRegistry.algorithms["ES256"].sign(signed.encode(), ec("director"))
    return f"{signed}.{b64(signature)}"


def test_the_maker_of_hostile_headers_makes_a_good_one_too():
    assert verify(with_header(), public("director")) == PAYLOAD
    assert verify(with_header(kid=None), public("director")) == PAYLOAD


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "HS256"},
        {"alg": "RS256"},
        {"alg": "ES384"},
        {"alg": "es256"},
        {"alg": ["ES256"]},
        {"alg": None},
        {"jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}},
        {"jku": "https://example.invalid/keys"},
        {"x5u": "https://example.invalid/cert"},
        {"x5c": ["AAAA"]},
        {"x5t": "AAAA"},
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"b64": False},
        {"b64": False, "crit": ["b64"]},
        {"zip": "DEF"},
        {"kid": "another"},
        {"kid": 7},
        {"typ": {"a": 1}},
        {"nonce": "x"},
    ],
)
def test_a_header_with_anything_but_what_is_fixed_is_refused_even_if_the_signature_holds(
    changes: dict[str, object],
):
    with pytest.raises(IntegrityError) as caught:
        verify(with_header(**changes), public("director"))
    assert caught.value.do


def hostile_tokens() -> list[str]:
    token = sign(PAYLOAD, key("director"))
    head, body, tail = token.split(".")
    x, y = (base64.urlsafe_b64decode(public("director")[c] + "=") for c in "xy")
    hs256 = jws.serialize_compact({"alg": "HS256"}, PAYLOAD, OctKey.import_key(b"\4" + x + y), ["HS256"])
    twice = b64(b'{"alg":"none","alg":"ES256"}')
    return [
        "",
        ".",
        "..",
        "...",
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{b64({'alg': 'none'})}.{body}.",
        f"{head}..{tail}",
        f".{body}.{tail}",
        f"{head}.{body}.{tail}.",
        f"{head}.{body}.{tail}\n",
        f" {head}.{body}.{tail}",
        f"{head}=.{body}.{tail}",
        f"{head}.{body}=.{tail}",
        f"{head}.{body}.{tail}==",
        f"{head}.{body}.{tail[:-1]}",
        f"{head}.{body}.{tail}A",
        f"{head}.{body}.{'A' * 86}",
        f"{head}.{body}.{b64(bytes(64))}",
        f"{head}.{b64(b'other')}.{tail}",
        f"{head}.{body}.{tail.replace(tail[10], '+', 1)}",
        f"{twice}.{body}.{tail}",
        f"{b64(b'[' * 900)}.{body}.{tail}",
        f"{b64([1])}.{body}.{tail}",
        f"{b64(b'{' + b' ' * 5000 + b'}')}.{body}.{tail}",
        f"{head}.{body}.{tail}".replace("e", "é", 1),
        json.dumps({"payload": body, "signatures": [{"protected": head, "signature": tail}]}),
        json.dumps({"payload": body, "signatures": []}),
        hs256,
        "\ud800",
    ]


@pytest.mark.parametrize("token", hostile_tokens(), ids=range(len(hostile_tokens())))
def test_a_hostile_token_is_refused(token: str):
    with pytest.raises(IntegrityError):
        verify(token, public("director"))


def test_a_second_spelling_of_the_same_signature_is_refused():
    """The last character of 64 bytes carries four bits that no byte uses."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    token = sign(PAYLOAD, key("director"))
    for last in alphabet:
        if last != token[-1]:
            with pytest.raises(IntegrityError):
                verify(token[:-1] + last, public("director"))


@pytest.mark.parametrize("recipients", [["custodian"], ["custodian", "other"]])
def test_every_change_of_one_byte_is_refused(recipients: list[str]):
    sealed = seal(PAYLOAD, [public(name) for name in recipients])
    for at in range(len(sealed)):
        for bit in (0x01, 0x02, 0x20, 0x80):
            changed = sealed[:at] + bytes([sealed[at] ^ bit]) + sealed[at + 1 :]
            with pytest.raises((IntegrityError, InputError)):
                unseal(changed, key("custodian"))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_change_of_a_token_is_believed(data: st.DataObject):
    token = sign(PAYLOAD, key("director"))
    at = data.draw(st.integers(0, len(token) - 1))
    cut = data.draw(st.integers(0, 3))
    put = data.draw(st.text(st.characters(max_codepoint=127), max_size=3))
    changed = token[:at] + put + token[at + cut :]
    if changed != token:
        with pytest.raises(IntegrityError):
            verify(changed, public("director"))


def test_a_signed_text_cut_at_any_place_is_refused():
    token = sign(PAYLOAD, key("director"))
    sealed = seal(PAYLOAD, [public("custodian")])
    for at in range(len(token)):
        with pytest.raises(IntegrityError):
            verify(token[:at], public("director"))
    for at in range(0, len(sealed), 3):
        with pytest.raises((IntegrityError, InputError)):
            unseal(sealed[:at], key("custodian"))


def compact(header: dict[str, object], allowed: list[str]) -> bytes:
    registry = jwe.JWERegistry(algorithms=allowed, strict_check_header=False)
    return jwe.encrypt_compact(header, PAYLOAD, ec("custodian"), registry=registry).encode()


@pytest.mark.parametrize(
    "make",
    [
        lambda: compact({"alg": "ECDH-ES+A128KW", "enc": "A256GCM"}, ["ECDH-ES+A128KW", "A256GCM"]),
        lambda: compact({"alg": "ECDH-ES", "enc": "A256GCM"}, ["ECDH-ES", "A256GCM"]),
        lambda: compact({"alg": "ECDH-ES+A256KW", "enc": "A128CBC-HS256"}, ["ECDH-ES+A256KW", "A128CBC-HS256"]),
        lambda: compact(
            {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "zip": "DEF"}, ["ECDH-ES+A256KW", "A256GCM", "DEF"]
        ),
        lambda: compact(
            {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "jku": "https://x.invalid"},
            ["ECDH-ES+A256KW", "A256GCM"],
        ),
        lambda: compact({"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "kid": "another"}, ["ECDH-ES+A256KW", "A256GCM"]),
        lambda: compact({"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "apu": "AA"}, ["ECDH-ES+A256KW", "A256GCM"]),
    ],
)
def test_a_container_of_any_other_kind_is_refused_even_if_it_would_open(make: Callable[[], bytes]):
    with pytest.raises(BrokenSealError) as caught:
        unseal(make(), key("custodian"))
    assert caught.value.do


def test_a_symmetric_container_with_the_public_key_as_secret_is_refused():
    header = {"alg": "A256KW", "enc": "A256GCM"}
    secret = OctKey.import_key(base64.urlsafe_b64decode(public("custodian")["x"] + "="))
    token = jwe.encrypt_compact(header, PAYLOAD, secret, ["A256KW", "A256GCM"])
    with pytest.raises(BrokenSealError):
        unseal(token.encode(), key("custodian"))


def hostile_envelopes() -> list[bytes]:
    good = json.loads(seal(PAYLOAD, [public("custodian"), public("other")]))
    one, two = good["recipients"]
    variants: list[object] = [
        {**good, "recipients": [one]},
        {**good, "recipients": [two, one]},
        {**good, "recipients": [one, one, two]},
        {**good, "recipients": []},
        {**good, "recipients": {}},
        {**good, "recipients": [{**one, "header": {**one["header"], "alg": "dir"}}, two]},
        {**good, "recipients": [{**one, "header": {**one["header"], "epk": {"kty": "oct", "k": "AA"}}}, two]},
        {**good, "unprotected": {"alg": "dir"}},
        {**good, "protected": b64({"alg": "dir", "enc": "A256GCM"})},
        {**good, "protected": b64({"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "zip": "DEF"})},
        {**good, "protected": 7},
        {**good, "ciphertext": good["ciphertext"] + "="},
        {**good, "ciphertext": ""},
        {**good, "tag": good["tag"][:8]},
        {**good, "iv": b64(bytes(16))},
        {**good, "aad": ""},
        {k: v for k, v in good.items() if k != "aad"},
        {},
        [good],
    ]
    texts = [json.dumps(v, separators=(",", ":")).encode() for v in variants]
    whole = json.dumps(good).encode()
    return [
        *texts,
        b"{" * 100_000,
        b'{"protected":' + b"[" * 5_000,
        whole[:-1],
        whole + b"x",
        b'{"tag":"",' + whole[1:],
    ]


@pytest.mark.parametrize("data", hostile_envelopes(), ids=range(len(hostile_envelopes())))
def test_a_hostile_envelope_is_refused(data: bytes):
    with pytest.raises((BrokenSealError, NotSealedError)):
        unseal(data, key("custodian"))


def test_an_entry_for_another_officer_cannot_be_changed_unseen():
    good = json.loads(seal(PAYLOAD, [public("custodian"), public("other")]))
    good["recipients"][1]["encrypted_key"] = good["recipients"][0]["encrypted_key"]
    with pytest.raises(BrokenSealError, match="recipients"):
        unseal(json.dumps(good, separators=(",", ":")).encode(), key("custodian"))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_refused_with_a_message(data: bytes):
    for head in (b"", b"ey", b"{", b"eyJ.....", b'{"protected":"'):
        for call in (
            lambda d: unseal(d, key("custodian")),
            lambda d: verify(d.decode("latin-1"), public("a")),
        ):
            with pytest.raises(CounterfoilError) as caught:
                call(head + data)
            assert caught.value.do


def test_what_is_too_big_is_refused_before_it_is_read():
    with pytest.raises(InputError, match="at most 100 "):
        unseal(b"ey" + b"A" * 200, key("custodian"), max_bytes=100)
    with pytest.raises(IntegrityError, match="longer than 100 "):
        verify("A" * 200, public("a"), max_bytes=100)


def test_a_key_given_twice_is_one_recipient_and_nobody_is_none():
    assert seal(PAYLOAD, [public("a"), public("a")]).count(b".") == 4
    with pytest.raises(InputError, match="nobody"):
        seal(PAYLOAD, [])


def test_private_and_public_keys_are_not_taken_for_each_other():
    with pytest.raises(InputError, match="private key"):
        seal(PAYLOAD, [key("a")])
    with pytest.raises(InputError, match="public key"):
        unseal(seal(PAYLOAD, [public("a")]), public("a"))
    with pytest.raises(InputError, match="public key"):
        sign(PAYLOAD, public("a"))
    with pytest.raises(InputError, match="private key"):
        verify(sign(PAYLOAD, key("a")), key("a"))


def test_the_same_plaintext_never_gives_the_same_container():
    assert seal(PAYLOAD, [public("a")]) != seal(PAYLOAD, [public("a")])
