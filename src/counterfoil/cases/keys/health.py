"""What the doctor asks of the keys: where each comes from, whether it can be used, and whether it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.cases.keys import held
from counterfoil.cases.keys.state import key_state
from counterfoil.errors import CounterfoilError
from counterfoil.keys import CUSTODIAN, DATA, LEDGER, Source, find
from counterfoil.keys.source import is_set

if TYPE_CHECKING:
    from counterfoil.cases.office import Office

RESTORE = "Restore it from a backup: without it stored values and answers cannot be opened."
ROTATE = "Change it with `counterfoil key rotate {} --as OFFICER`."

Look = tuple[str, bool, str, str]
"""(name, whether all is well, what was seen, what to do)."""


def key_checks(office: Office) -> Iterator[Look]:
    """One check a key, private and public; then the sealing keys and what is compromised."""
    yield _private(office, CUSTODIAN, lambda: held.custodian_key(office.data))
    yield _private(office, LEDGER, lambda: held.ledger_signer(office.data, office.origin))
    yield _private(office, DATA, lambda: office.subkey("doctor"))
    yield _public(office, "custodian.jwk", _same_custodian)
    yield _public(office, "ledger.vkey", _same_ledger)
    yield from _in_use(office)


def _private(office: Office, source: Source, read: Callable[[], object]) -> Look:
    name = f"key {source.name}" if is_set(source) else f"key keys/{source.file}"
    path = office.data / "keys" / source.file
    if not is_set(source) and not path.is_file():
        return name, False, f"{path} is missing.", RESTORE
    try:
        found = find(source, office.data / "keys")
        read()
    except CounterfoilError as error:
        return name, False, error.what, _remedy(error)
    return name, True, found.told, ""


def _public(office: Office, file: str, same: Callable[[Office], bool]) -> Look:
    name, path = f"key public/{file}", office.data / "public" / file
    if not path.is_file() or not path.read_bytes().strip():
        return name, False, f"{path} is missing or empty.", RESTORE
    try:
        if not same(office):
            return name, False, f"{path} does not belong to the private key.", RESTORE
    except (CounterfoilError, ValueError) as error:
        return name, False, str(error), _remedy(error)
    return name, True, "present", ""


def _remedy(error: Exception) -> str:
    """What the error itself says to do; to restore the key where it says nothing."""
    return (error.do if isinstance(error, CounterfoilError) else "") or RESTORE


def _same_custodian(office: Office) -> bool:
    from counterfoil.request import read_key

    public = read_key(office.data / "public" / "custodian.jwk")
    return public == held.public_facts(held.custodian_key(office.data))


def _same_ledger(office: Office) -> bool:
    return held.ledger_signer(office.data, office.origin).verifier.vkey == office.vkey


def _in_use(office: Office) -> Iterator[Look]:
    state = key_state()
    try:
        ledger = office.ledger(state)
        own = [*office.own_keys(ledger), ("custodian", office.public_key["kid"])]
    except (CounterfoilError, ValueError) as error:
        yield "keys in use", False, str(error), _remedy(error)
        return
    bad = [(use, key) for use, key in own if state.distrusted(key)]
    for use, key in bad:
        yield f"key in use: {use}", False, f"The {use} key {key} is recorded as compromised.", ROTATE.format(use)
    left = sorted(path.name for path in _retired(office.data) if path.name.startswith("ledger-"))
    if left:
        what = f"Earlier signing keys of the ledger are still on this machine: {', '.join(left)}."
        yield "retired keys", True, what + " They sign nothing any more and can be moved off it.", ""
    if not bad:
        yield "keys in use", True, "; ".join(f"{use} {key}" for use, key in own), ""


def _retired(data: Path) -> list[Path]:
    folder = data / "keys" / held.RETIRED
    return list(folder.iterdir()) if folder.is_dir() else []
