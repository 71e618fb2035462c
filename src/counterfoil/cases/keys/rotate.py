"""Change a key of the office: a ledger entry first, then the files. A change that was cut short is finished later.

The new key waits in `keys/*.next`; when the entry has committed, it takes the old one's place, and the old one goes to
`keys/retired/`. Whoever opens the office finishes what was left (`settle`).
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from counterfoil.cases.keys import held
from counterfoil.cases.keys.state import CUSTODIAN, LEDGER, ROTATED, SEALING, key_state
from counterfoil.cases.office import Act, Office, act, write_new
from counterfoil.cases.people import find_officer
from counterfoil.errors import InputError
from counterfoil.keys import is_uri, source
from counterfoil.ledger.auditor import rotation
from counterfoil.office import models
from counterfoil.office.database import reading

GRACE = timedelta(days=30)
FILES = {LEDGER: "ledger.key", CUSTODIAN: "custodian.jwk"}
PUBLIC = {LEDGER: "ledger.vkey", CUSTODIAN: "custodian.jwk"}


@dataclass(frozen=True)
class Rotated:
    """A key that was changed, and what its owner has to do now."""

    use: str
    id: str
    previous: str
    entry: int
    next: tuple[str, ...]
    resealed: int = 0

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "use": self.use,
            "id": self.id,
            "previous": self.previous,
            "ledger_entry": self.entry,
            "resealed": self.resealed,
            "next": list(self.next),
        }


def custodian_statement(origin: str, index: int, old: str, new: Mapping[str, str]) -> bytes:
    """What both of the custodian's keys sign: that entry `index` puts the new key in the place of `old`."""
    jwk = json.dumps({name: new[name] for name in sorted(new)}, separators=(",", ":"))
    return f"counterfoil custodian key rotation 1\n{origin}\n{index}\n{old}\n{jwk}\n".encode()


def rotate_ledger(office: Office, officer_id: str, new: str, now: datetime) -> Rotated:
    """Change the key that signs checkpoints. `new`: the `pkcs11:` address of the new one, "" to make a file.

    The entry carries the new key and a signature of each over the change; the first checkpoint over it is signed
    by both. From then on the old key signs nothing.
    """
    from counterfoil.ledger import new_ledger_key

    _by_an_officer(office, officer_id)
    text = new or new_ledger_key(office.origin)[0]
    signer = held.ledger_signer(office.data, office.origin, held.given(text))
    old, successor = office.signer, signer.verifier
    if successor.key == old.verifier.key:
        raise InputError("This is the key that the ledger has already.", "Name another.")
    _wait(office, LEDGER, text)
    with act(office, now, despite_compromise=True) as the_act:
        officer = find_officer(office, officer_id)
        index = _next_index(the_act)
        said = rotation.statement(office.origin, index, office.vkey, successor.vkey)
        _record(
            the_act, officer, LEDGER, successor.key_id.hex(), office.vkey,
            vkey=successor.vkey, consent=_b64(old.sign(said)), proof=_b64(signer.sign(said)),
        )  # fmt: skip
        the_act.ledger.checkpoint(signer)
    return _done(office, LEDGER, successor.key_id.hex(), old.verifier.key_id.hex(), index, text)


def rotate_custodian(office: Office, officer_id: str, new: str, now: datetime, grace: timedelta = GRACE) -> Rotated:
    """Change the key that signs answers and that batches are sealed to; the old one opens batches for `grace`."""
    from counterfoil.request import new_key, signature

    _by_an_officer(office, officer_id)
    text = new or json.dumps(new_key(), indent=1)
    key = held.custodian_key(office.data, held.given(text))
    public, old = held.public_facts(key), office.public_key
    if public["kid"] == old["kid"]:
        raise InputError("This is the key that the custodian has already.", "Name another.")
    if grace < timedelta(0):
        raise InputError("The days of grace cannot be negative.", "Give 0 to end the old key at once.")
    _wait(office, CUSTODIAN, text)
    with act(office, now) as the_act:
        officer = find_officer(office, officer_id)
        index = _next_index(the_act)
        said = custodian_statement(office.origin, index, old["kid"], public)
        until = the_act.time + grace
        _record(
            the_act, officer, CUSTODIAN, public["kid"], old["kid"], until=until,
            jwk=json.dumps(public, sort_keys=True, separators=(",", ":")),
            consent=_b64(signature(said, office.custodian_key)), proof=_b64(signature(said, key)),
        )  # fmt: skip
    _keep_for_grace(office, old["kid"])
    return _done(office, CUSTODIAN, public["kid"], old["kid"], index, text)


def _keep_for_grace(office: Office, kid: str) -> None:
    """An old key that the environment named as one in a token: its address is kept, to open batches still."""
    found = source.find(source.CUSTODIAN, office.data / "keys")
    if found.uri is not None and source.is_set(source.CUSTODIAN):
        folder = office.data / "keys" / held.RETIRED
        folder.mkdir(exist_ok=True, mode=0o700)
        write_new(folder / f"custodian-{kid}.jwk", found.text + "\n", 0o600)


def rotate_sealing(office: Office, officer_id: str, new: str, now: datetime) -> Rotated:
    """Change the key that seals disclosures. What older keys sealed still opens; `reseal` seals it anew.

    `new`: the `pkcs11:` address of a secret key, "" to make a file.
    """
    from counterfoil.ledger.sealed import key_id

    _by_an_officer(office, officer_id)
    text = new or secrets.token_bytes(32).hex()
    identifier = key_id(held.sealing_key(held.given(text))).hex()
    path = office.data / "keys" / f"sealing-{identifier}.key"
    if not path.exists():
        write_new(path, text + "\n", 0o600)
    with act(office, now, despite_compromise=True) as the_act:
        officer = find_officer(office, officer_id)
        old = the_act.ledger.box().key_id.hex()
        if old == identifier:
            raise InputError("This is the key that seals already.", "Name another.")
        index = _next_index(the_act)
        _record(the_act, officer, SEALING, identifier, old)
    told = f"{_backed_up(path, text)} Without it nothing that is sealed from now on opens."
    return Rotated(SEALING, identifier, old, index, (told,))


def _by_an_officer(office: Office, officer_id: str) -> None:
    """Raise NotFoundError before any key is written where no such officer can sign for it."""
    with reading():
        find_officer(office, officer_id)


def _record(
    the_act: Act,
    officer: models.Officer,
    use: str,
    key: str,
    previous: str,
    until: datetime | None = None,
    **public: str,
) -> None:
    index = _next_index(the_act)
    ends = {"until": until.isoformat().replace("+00:00", "Z")} if until else {}
    entry = the_act.record(
        "key", {"officer": officer.id}, act=ROTATED, use=use, key=key, previous=previous,
        by=the_act.office.pseudonym(officer.id), **ends, **public,
    )  # fmt: skip
    assert entry == index  # what was signed names it
    known = previous if use != LEDGER else previous.split("+")[1]
    models.KeyEvent.objects.create(
        use=use, act=ROTATED, key=key, previous=known, until=until, by=officer.id, entry=entry, at=the_act.time
    )


def _next_index(the_act: Act) -> int:
    """The index of the act's next entry."""
    return the_act.ledger.size() + (the_act.ledger.foremost is not None)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


# --- files ---


def _wait(office: Office, use: str, text: str) -> None:
    """Put the new key beside the old one, to take its place once the ledger has the change."""
    write_new(office.data / "keys" / f"{FILES[use]}.next", text.strip() + "\n", 0o600)


def _backed_up(path: Path, text: str) -> str:
    if is_uri(text):
        return f"The key is backed up by its token's own means; {path} holds its address."
    return f"Back up {path} with the other keys."


def _done(office: Office, use: str, key: str, previous: str, entry: int, text: str) -> Rotated:
    settle(office)
    public = office.data / "public" / PUBLIC[use]
    told = [f"Give {public} to everyone who has the old one: {'auditors' if use == LEDGER else 'requesters'}."]
    told += _environment(use, office.data)
    told += [_backed_up(office.data / "keys" / FILES[use], text)]
    return Rotated(use, key, previous, entry, tuple(told))


def _environment(use: str, data: Path) -> list[str]:
    named = {LEDGER: source.LEDGER, CUSTODIAN: source.CUSTODIAN}[use]
    if not source.is_set(named):
        return []
    return [
        f"{named.variable} or {named.file_variable} still names the old key: before the next command, let it name the "
        f"new one ({data / 'keys' / FILES[use]}), or unset it."
    ]


def settle(office: Office) -> None:
    """Finish a change of key whose entry has committed and whose files were not moved yet."""
    waiting = [use for use, name in FILES.items() if (office.data / "keys" / f"{name}.next").exists()]
    if not waiting:
        return
    with reading():
        newest = key_state().newest
    for use in waiting:
        _settle(office, use, newest.get(use, ""))
    office.forget_keys()


def _settle(office: Office, use: str, newest: str) -> None:
    keys, public = office.data / "keys", office.data / "public"
    waiting = keys / f"{FILES[use]}.next"
    try:
        text = waiting.read_text("utf-8")
    except FileNotFoundError:  # another process has just finished it
        return
    identifier, shown = _public_half(office, use, text)
    if identifier != newest:
        return  # its entry is not there: of a change that was refused, or is being made
    for folder, name in ((public, PUBLIC[use]), (keys, FILES[use])):
        _retire(office, use, folder, name, identifier)
    write_new(public / PUBLIC[use], shown)
    waiting.replace(keys / FILES[use])


def _retire(office: Office, use: str, folder: Path, name: str, successor: str) -> None:
    """Keep what is in the way of the new key in the folder `retired`, under its own id."""
    path = folder / name
    if not path.exists():
        return
    text = path.read_text("utf-8")
    identifier = _id_of(office, use, text, private=folder.name == "keys")
    if identifier == successor:
        return
    (folder / held.RETIRED).mkdir(exist_ok=True, mode=0o700 if folder.name == "keys" else 0o755)
    kept = folder / held.RETIRED / f"{use}-{identifier}{path.suffix}"
    if not kept.exists():
        write_new(kept, text, 0o600 if folder.name == "keys" else 0o644)


def _id_of(office: Office, use: str, text: str, *, private: bool) -> str:
    if private:
        return _public_half(office, use, text)[0]
    return text.split("+")[1] if use == LEDGER else str(json.loads(text)["kid"])


def _public_half(office: Office, use: str, text: str) -> tuple[str, str]:
    """The id of a private key, and what its public file holds."""
    if use == LEDGER:
        verifier = held.ledger_signer(office.data, office.origin, held.given(text)).verifier
        return verifier.key_id.hex(), verifier.vkey + "\n"
    public: dict[str, Any] = held.public_facts(held.custodian_key(office.data, held.given(text)))
    return public["kid"], json.dumps(public, indent=1) + "\n"
