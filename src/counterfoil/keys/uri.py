"""PKCS#11 addresses (RFC 7512): which module, which token, which key in it.

pkcs11:token=counterfoil;object=ledger-1?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/pin
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from counterfoil.errors import InputError

MODULE, PIN, PIN_FILE = "COUNTERFOIL_PKCS11_MODULE", "COUNTERFOIL_PKCS11_PIN", "COUNTERFOIL_PKCS11_PIN_FILE"
"""Environment variables for what an address does not say."""

_SCHEME = "pkcs11:"
_PATH = frozenset({"token", "manufacturer", "serial", "model", "object", "id", "type", "slot-id"})
_QUERY = frozenset({"module-path", "pin-value", "pin-source"})
_LEGAL = re.compile(r"(?:[A-Za-z0-9\-._~:\[\]@!$'()*+,=&/?|]|%[0-9A-Fa-f]{2})*", re.ASCII)


@dataclass(frozen=True, repr=False)
class TokenUri:
    """An address of a key in a token. It is shown without its PIN."""

    text: str
    token: str = ""
    manufacturer: str = ""
    serial: str = ""
    model: str = ""
    label: str = ""
    id: bytes = b""
    slot: int | None = None
    module_path: str = ""
    pin_value: str | None = None
    pin_source: str = ""

    def __str__(self) -> str:
        """The address without its PIN."""
        path, _, query = self.text.partition("?")
        shown = [part for part in query.split("&") if part and not part.startswith("pin-value=")]
        return path + ("?" + "&".join(shown) if shown else "")

    __repr__ = __str__

    def module(self) -> str:
        """The path of the PKCS#11 module: of the address, else of the environment. Raises InputError."""
        path = self.module_path or os.environ.get(MODULE, "")
        if not path:
            raise InputError(
                f"No PKCS#11 module is named for {self}.", f"Add `?module-path=…` to the address, or set {MODULE}."
            )
        if not Path(path).is_file():
            raise InputError(f"There is no PKCS#11 module at {path}.", "Install the token's software, or correct it.")
        return path

    def pin(self) -> str:
        """The PIN: of the address, of the file that it or the environment names, or of the environment."""
        if self.pin_value is not None:
            return self.pin_value
        named = self.pin_source.removeprefix("file:") or os.environ.get(PIN_FILE, "")
        if named:
            from counterfoil.keys.source import read_key_file

            return read_key_file(Path(named))
        if PIN in os.environ:
            return os.environ[PIN]
        raise InputError(f"No PIN is named for {self}.", f"Set {PIN_FILE} to a file (0600) that holds it, or {PIN}.")


def is_uri(text: str) -> bool:
    """Whether a key's text is the address of one in a token."""
    return text.strip().startswith(_SCHEME)


def read_uri(text: str) -> TokenUri:
    """Read an address. Raises InputError on what RFC 7512 does not allow, and on attributes that are not known."""
    text = text.strip()
    if not is_uri(text):
        raise InputError("This is no PKCS#11 address.", "It looks like pkcs11:token=counterfoil;object=ledger.")
    path, _, query = text[len(_SCHEME) :].partition("?")
    fields = {**_attributes(path, ";", _PATH), **_attributes(query, "&", _QUERY)}
    if _text(fields, "type") not in ("", "private", "secret-key"):
        raise InputError("A PKCS#11 address of a key has the type private or secret-key.", "Correct `type=`.")
    if "object" not in fields and "id" not in fields:
        raise InputError("The PKCS#11 address names no key.", "Add `object=LABEL` or `id=%01`.")
    slot = _text(fields, "slot-id")
    if slot and not re.fullmatch(r"[0-9]{1,18}", slot, re.ASCII):
        raise InputError("The slot-id of a PKCS#11 address is a number.", "Correct it.")
    return TokenUri(
        text,
        token=_text(fields, "token"),
        manufacturer=_text(fields, "manufacturer"),
        serial=_text(fields, "serial"),
        model=_text(fields, "model"),
        label=_text(fields, "object"),
        id=fields.get("id", b""),
        slot=int(slot) if slot else None,
        module_path=_text(fields, "module-path"),
        pin_value=_text(fields, "pin-value") if "pin-value" in fields else None,
        pin_source=_text(fields, "pin-source"),
    )


def _attributes(text: str, between: str, known: frozenset[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for part in filter(None, text.split(between)):
        name, equals, value = part.partition("=")
        if not equals or not _LEGAL.fullmatch(value):
            raise InputError("A part of the PKCS#11 address cannot be read.", "Write it as RFC 7512 says, name=value.")
        if name in found or name not in known:
            raise InputError(f"{name[:40]!r} of the PKCS#11 address is given twice or not known.", "Leave it out.")
        found[name] = unquote_to_bytes(value)
    return found


def _text(fields: dict[str, bytes], name: str) -> str:
    try:
        return fields.get(name, b"").decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} of the PKCS#11 address is no UTF-8.", "Correct it.") from error
