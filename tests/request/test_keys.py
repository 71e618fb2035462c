"""Keys: made safely, read strictly, never overwritten."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import CounterfoilError, InputError, NotFoundError
from counterfoil.request import key_file_problems, new_key, public_of, read_key, thumbprint, write_key_pair
from tests.request.made import key, put


def test_a_key_pair_is_a_private_file_and_a_public_one(tmp_path: Path):
    path = tmp_path / "director.jwk"
    public = write_key_pair(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key(tmp_path / "director.jwk.pub") == public
    private = read_key(path, private=True)
    assert public_of(private) == public
    assert "d" in private
    assert "d" not in public
    assert key_file_problems(path) == ()


def test_the_private_file_is_0600_whatever_the_umask(tmp_path: Path):
    before = os.umask(0)
    try:
        write_key_pair(tmp_path / "k")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600


@pytest.mark.parametrize("taken", ["k", "k.pub"])
def test_a_key_is_never_overwritten(tmp_path: Path, taken: str):
    (tmp_path / taken).write_text("mine")
    with pytest.raises(InputError, match="never overwritten"):
        write_key_pair(tmp_path / "k")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [(taken, "mine")]


def test_a_key_is_not_written_through_a_link(tmp_path: Path):
    (tmp_path / "k").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError):
        write_key_pair(tmp_path / "k")
    assert not (tmp_path / "elsewhere").exists()


def test_a_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(NotFoundError, match="no folder"):
        write_key_pair(tmp_path / "none" / "k")


def test_the_kid_is_the_rfc_7638_thumbprint():
    from joserfc.jwk import ECKey

    made = new_key()
    assert made["kid"] == thumbprint(made) == ECKey.import_key(made).thumbprint()
    assert new_key() != made


def test_another_tools_kid_gives_way_to_the_thumbprint():
    foreign = {**public_of(key("a")), "kid": "my key", "use": "sig", "key_ops": ["verify"]}
    assert public_of(foreign) == public_of(key("a"))


def test_a_private_key_is_refused_where_a_public_one_belongs(tmp_path: Path):
    write_key_pair(tmp_path / "k")
    with pytest.raises(InputError, match="private key"):
        read_key(tmp_path / "k")
    with pytest.raises(InputError, match="public key"):
        read_key(tmp_path / "k.pub", private=True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"hello", "not a JWK"),
        (b"[]", "not a JWK"),
        (b'{"kty":"EC","kty":"EC"}', "not a JWK"),
        (b"[" * 10_000, "not a JWK"),
        (b"\xff\xfe{}", "not a JWK"),
        (b"-----BEGIN PRIVATE KEY-----\nMIG\n", "PEM"),
        (b'{"keys":[]}', "set of keys"),
        (b'{"kty":"RSA","n":"AQAB","e":"AQAB"}', "P-256"),
        (b'{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}', "P-256"),
        (b'{"kty":"oct","k":"AAAA"}', "P-256"),
        (b'{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}', "member 'x'"),
        (b'{"kty":"EC","crv":"P-256","x":7,"y":null}', "member 'x'"),
        (b"x" * 20_000, "too big"),
    ],
)
def test_what_is_no_key_is_named_for_what_it_is(tmp_path: Path, content: bytes, said: str):
    with pytest.raises(InputError) as caught:
        read_key(put(tmp_path, content, "k.pub"))
    assert said in caught.value.what
    assert caught.value.do


def test_a_missing_key_file_and_a_directory_are_refused(tmp_path: Path):
    with pytest.raises(NotFoundError):
        read_key(tmp_path / "none.pub")
    with pytest.raises(InputError, match="directory"):
        read_key(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="plain file"):
        read_key(tmp_path / "pipe")


def test_a_point_that_is_not_on_the_curve_is_refused():
    good = public_of(key("a"))
    with pytest.raises(InputError, match="no key on P-256"):
        public_of({**good, "y": good["x"]})
    with pytest.raises(InputError, match="no key on P-256"):
        public_of({**good, "x": "A" * 43, "y": "A" * 43})
    with pytest.raises(InputError, match="no key on P-256"):
        public_of({**key("a"), "d": key("b")["d"]})


@pytest.mark.parametrize("change", [lambda x: x + "=", lambda x: x + "\n", lambda x: " " + x, lambda x: x[:-1] + "~"])
def test_a_coordinate_has_one_spelling(change):
    good = public_of(key("a"))
    with pytest.raises(InputError):
        public_of({**good, "x": change(good["x"])})


def test_a_key_for_another_algorithm_is_refused():
    with pytest.raises(InputError, match="another algorithm"):
        public_of({**public_of(key("a")), "alg": "ES384"})


def test_doctor_learns_of_a_key_file_that_others_can_read(tmp_path: Path):
    write_key_pair(tmp_path / "k")
    (tmp_path / "k").chmod(0o640)
    (problem,) = key_file_problems(tmp_path / "k")
    assert "chmod 600" in problem
    assert key_file_problems(tmp_path / "none")
    assert key_file_problems(tmp_path)
    assert "public key" in key_file_problems(tmp_path / "k.pub")[0]


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "d", "kid", "alg"]), st.text(max_size=4) | st.integers())
)
def test_any_object_at_all_is_a_key_or_refused(jwk: dict[str, object]):
    for content in (jwk, {**key("a"), **jwk}):
        try:
            assert public_of(json.loads(json.dumps(content)))["kty"] == "EC"
        except CounterfoilError as error:
            assert isinstance(error, InputError)
