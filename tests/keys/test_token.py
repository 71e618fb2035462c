"""Keys in a PKCS#11 token, in a real one: the office works with them, and the private half never leaves."""

import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from counterfoil import cases, request
from counterfoil.errors import CounterfoilError, InputError
from counterfoil.keys import read_uri
from tests.journey import Journey, asked, outcomes, person
from tests.keys.gaps import stated_and_changed
from tests.keys.softhsm import ABSENT, LIBRARY, PIN, Token

pytestmark = pytest.mark.skipif(bool(ABSENT), reason=ABSENT)


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    made = Token(tmp_path_factory.mktemp("hsm")).make()
    for label in ("ledger-1", "ledger-2"):
        made.ed25519(label)
    for label in ("custodian-1", "custodian-2"):
        made.p256(label)
    for label in ("data-1", "sealing-2"):
        made.secret(label)
    yield made
    from counterfoil.keys import token as module

    module.close()
    os.environ.pop("SOFTHSM2_CONF")


@pytest.fixture
def in_token(token, tmp_path, monkeypatch):
    """An office all of whose keys are in the token."""
    monkeypatch.setenv("COUNTERFOIL_LEDGER_KEY", token.uri("ledger-1"))
    monkeypatch.setenv("COUNTERFOIL_CUSTODIAN_KEY", token.uri("custodian-1"))
    monkeypatch.setenv("COUNTERFOIL_DATA_KEY", token.uri("data-1"))
    return Journey(tmp_path)


def test_an_office_whose_keys_are_all_in_a_token_does_the_whole_way(in_token):
    in_token.load([person(0), person(1)])
    opened = in_token.through([asked(0), asked(1, tin="123-45-6789")])
    assert set(outcomes(opened).values()) <= {"CONFIRMED", "NO_CONFIRMATION"}
    assert outcomes(opened)["r-00000"] == "CONFIRMED"
    assert in_token.audit().ok
    assert cases.ledger_verify(in_token.office).ok
    assert not [path.name for path in (in_token.data / "keys").iterdir() if "checkpoint" not in path.name]


def test_the_doctor_says_of_each_key_that_it_is_in_a_token_and_never_the_pin(in_token):
    told = {check.name: check for check in cases.doctor(in_token.office, in_token.now)}
    for name in ("key ledger", "key custodian", "key data"):
        assert told[name].ok
        assert told[name].what.startswith("in a PKCS#11 token (pkcs11:token=counterfoil;object=")
    assert PIN not in str([check.as_dict() for check in told.values()])


def test_keys_in_a_token_are_changed_for_others_in_it_and_back_to_files(in_token, token, monkeypatch):
    office, now = in_token.office, in_token.now
    first = office.vkey
    in_token.load([person(0)])
    done = cases.rotate_ledger(office, "ana", token.uri("ledger-2"), now)
    assert any("token's own means" in line for line in done.next)
    assert not any(line.startswith("Back up") for line in done.next)
    monkeypatch.delenv("COUNTERFOIL_LEDGER_KEY")
    cases.rotate_custodian(office, "ana", token.uri("custodian-2"), now)
    monkeypatch.delenv("COUNTERFOIL_CUSTODIAN_KEY")
    in_token.office = cases.open_office(in_token.data)
    cases.rotate_sealing(in_token.office, "ana", token.uri("sealing-2"), now)
    assert (in_token.data / "keys" / "ledger.key").read_text().startswith("pkcs11:")
    assert outcomes(in_token.through([asked(0)])) == {"r-00000": "CONFIRMED"}
    assert cases.reseal(in_token.office) > 0
    cases.rotate_ledger(in_token.office, "ben", "", now)
    assert (in_token.data / "keys" / "ledger.key").read_text().startswith("PRIVATE+KEY+")
    assert cases.ledger_verify(in_token.office).ok
    from counterfoil.ledger import audit

    cases.ledger_export(in_token.office, in_token.folder / "e")
    report = audit(in_token.folder / "e", first)
    assert report.ok, report.problems


def test_the_token_signs_and_opens_what_keys_of_files_would(token):
    held = request.HeldKey.of(_p256(token, "custodian-1"))
    other = request.new_key()
    assert request.verify(request.sign(b"made up", held), request.public_of(held)) == b"made up"
    for recipients in ([held], [held, other]):
        sealed = request.seal(b"made up", [request.public_of(key) for key in recipients])
        assert request.unseal(sealed, held) == b"made up"
    with pytest.raises(CounterfoilError):
        request.unseal(request.seal(b"made up", [request.public_of(other)]), held)
    assert "d" not in request.public_of(held)


def _p256(token, label):
    from counterfoil.keys.token import p256

    return p256(read_uri(token.uri(label)))


def test_the_private_half_cannot_be_asked_for(token):
    from counterfoil.keys.token import ed25519

    for key in (_p256(token, "custodian-1"), ed25519(read_uri(token.uri("ledger-1")))):
        with pytest.raises(InputError, match="stays in its token"):
            key.private_bytes()
    with pytest.raises(InputError, match="stays in its token"):
        _p256(token, "custodian-1").private_numbers()
    with pytest.raises(InputError, match="SHA-256"):
        _p256(token, "custodian-1").sign(b"x", ECDSA(SHA384()))
    assert _p256(token, "custodian-1").sign(b"x", ECDSA(SHA256()))
    with token.session() as session:
        for found in session.get_objects():
            if found.object_class.name in ("PRIVATE_KEY", "SECRET_KEY"):
                import pkcs11

                assert not found[pkcs11.Attribute.EXTRACTABLE]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda token: token.uri("nothing"), "no key of the type"),
        (lambda token: token.uri("custodian-1"), "no key of the type"),
        (lambda token: token.uri("ledger-1").replace("counterfoil", "elsewhere"), "no token"),
        (lambda token: token.uri("ledger-1", **{"module-path": "/nowhere.so"}), "no PKCS#11 module"),
        (lambda token: token.uri("ledger-1", **{"module-path": ""}), "No PKCS#11 module is named"),
        (lambda token: token.uri("ledger-1", **{"pin-source": ""}), "No PIN"),
        (lambda token: "pkcs11:object=x;nonsense=1", "not known"),
        (lambda token: "pkcs11:token=x", "names no key"),
        (lambda token: "pkcs11:object=%f", "cannot be read"),
        (lambda token: "pkcs11:object=x;type=cert", "type"),
        (lambda token: "pkcs11:object=x;object=y", "twice"),
        (lambda token: "pkcs11:object=x;slot-id=one", "number"),
    ],
)
def test_an_address_that_leads_to_no_key_is_told_in_words(token, change, said, monkeypatch):
    from counterfoil.keys import token as module
    from counterfoil.keys.token import ed25519

    module.close()
    with pytest.raises(InputError) as caught:
        ed25519(read_uri(change(token)))
    assert said in caught.value.what
    assert caught.value.do


def test_a_wrong_pin_and_a_pin_file_that_others_can_read_are_refused(token, tmp_path, monkeypatch):
    from counterfoil.keys import token as module
    from counterfoil.keys.token import ed25519

    module.close()
    with pytest.raises(InputError, match="PIN"):
        ed25519(read_uri(token.uri("ledger-1", **{"pin-source": "", "pin-value": "wrong"})))
    (tmp_path / "pin").write_text(PIN)
    (tmp_path / "pin").chmod(0o644)
    with pytest.raises(InputError, match="0644"):
        ed25519(read_uri(token.uri("ledger-1", **{"pin-source": f"file:{tmp_path / 'pin'}"})))
    monkeypatch.setenv("COUNTERFOIL_PKCS11_MODULE", LIBRARY)
    monkeypatch.setenv("COUNTERFOIL_PKCS11_PIN", PIN)
    assert ed25519(read_uri("pkcs11:token=counterfoil;object=ledger-1")).public_key()
    assert PIN not in str(read_uri(f"pkcs11:object=x?pin-value={PIN}"))
    assert PIN not in repr(read_uri(f"pkcs11:object=x?pin-value={PIN}"))


def test_a_gap_is_stated_with_a_key_in_a_token_which_signs_under_the_new_name(in_token, token, monkeypatch):
    stated_and_changed(in_token, token.uri("ledger-2"), monkeypatch)
