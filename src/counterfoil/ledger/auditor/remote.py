"""The files of an export that stands on a web server, fetched with care: the server may be anything.

Standard library only; the auditor takes this file along. Every answer is capped in bytes and in time, and
redirections are followed only within http and https. A file that the server does not have, or that is too large,
is the export's fault; one that the server or the network does not give is nobody's, and the audit cannot be made.
"""

from __future__ import annotations

import ssl
import time
import urllib.error
import urllib.request
import zlib
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

if __package__:
    from .files import InputError, Unfit, UnreachableError, shown
else:  # taken along alone
    from files import InputError, Unfit, UnreachableError, shown  # type: ignore[import-not-found,no-redef]

PATIENCE = 10.0
"""Seconds to wait for the next bytes."""
DEADLINE = 60.0
"""Seconds that one file may take in all."""
TRIES = 3
PORTION = 65_536


def is_address(place: str) -> bool:
    """Whether a place is an address on the web and no folder."""
    return place.partition("://")[0].lower() in ("http", "https") and "://" in place


GONE = (404, 410)
LATER = "This says nothing about the ledger. Try again later; where it goes on, ask whoever runs the server."


class _BrokenOffError(HTTPException):
    """An answer that ended before its end, or took too long: asked for again, or given up."""


class RemoteFiles:
    """Like `ExportFiles`, but on a web server: what is left over there cannot be seen."""

    def __init__(self, prefix: str) -> None:
        try:
            parts = urlsplit(prefix)
            whole = bool(parts.hostname) and parts.port != 0
        except ValueError:
            whole = False
        if "@" in prefix.partition("://")[2].partition("/")[0]:  # a password perhaps: it is not said again
            raise InputError(
                "A user name or password in the address is not supported.",
                "Give the address without it; an export holds nothing secret, so it may stand open.",
            )
        if not whole or parts.query or parts.fragment:
            raise InputError(f"{shown(prefix)} is not the address of an exported ledger.")
        self.prefix = prefix.rstrip("/")
        self.found: set[str] = set()
        self.odd: list[str] = []
        self._answered = False  # by any server, whatever it said
        handlers = (urllib.request.HTTPHandler, urllib.request.HTTPSHandler, urllib.request.HTTPRedirectHandler)
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            *handlers,
            urllib.request.ProxyHandler,
            urllib.request.UnknownHandler,
            urllib.request.HTTPErrorProcessor,
            urllib.request.HTTPDefaultErrorHandler,
        ):
            self._opener.add_handler(handler())

    def close(self) -> None:
        """Nothing stays open."""

    def read(self, name: str, largest: int) -> bytes:
        """The bytes of a file of at most `largest` bytes. Raises Unfit, and UnreachableError where it cannot be had."""
        until = time.monotonic() + DEADLINE
        for attempt in range(TRIES):
            try:
                return self._fetch(name, largest)
            except urllib.error.HTTPError as error:
                self._answered = True
                error.close()
                if error.code in GONE:
                    raise Unfit(f"{name} is missing.") from None
                reason = f"the server answered {error.code}"
                if error.code not in (429, 500, 502, 503, 504):
                    break
            except (OSError, HTTPException, zlib.error, ValueError) as error:
                reason = _told(error)
                self._answered |= not isinstance(error, urllib.error.URLError) or isinstance(error.reason, str)
            if time.monotonic() > until:
                break
            if attempt + 1 < TRIES:
                time.sleep(0.2 * 2**attempt)
        if not self._answered:
            raise UnreachableError(
                f"{shown(self.prefix)} cannot be reached: {reason}.", "Check the address, or try later."
            )
        raise UnreachableError(f"{shown(self.prefix)} could not be audited: {name} cannot be fetched: {reason}.", LATER)

    def _fetch(self, name: str, largest: int) -> bytes:
        request = urllib.request.Request(  # noqa: S310 -- the opener has no other schemes
            f"{self.prefix}/{name}", headers={"Accept-Encoding": "gzip, identity", "User-Agent": "counterfoil-audit"}
        )
        with self._opener.open(request, timeout=PATIENCE) as answer:
            self._answered = True
            return _body(answer, name, largest)


def _told(error: Exception) -> str:
    """Why nothing came, in the system's words and without its numbers."""
    cause = getattr(error, "reason", error)  # URLError wraps the cause; of ssl.SSLError it is the name of the fault
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate does not hold: {shown(cause.verify_message)}"
    if isinstance(cause, ssl.SSLError):
        return f"no secure connection: {shown(str(cause.reason or 'it was broken off').lower().replace('_', ' '))}"
    return shown(str(getattr(cause, "strerror", None) or cause) or type(cause).__name__)


def _body(answer: HTTPResponse, name: str, largest: int) -> bytes:
    """The body, unpacked where it is gzip; never more than `largest` bytes, never longer than the deadline.

    Raises Unfit where it is larger, and HTTPException or zlib.error where it does not come whole.
    """
    until = time.monotonic() + DEADLINE
    encoding = (answer.headers.get("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise _BrokenOffError("it comes in an encoding that nobody asked for")
    unpack = None if encoding == "identity" else zlib.decompressobj(wbits=31)
    data = bytearray()
    while portion := answer.read1(PORTION):
        data += portion if unpack is None else unpack.decompress(portion, largest + 1 - len(data))
        if len(data) > largest or (unpack is not None and unpack.unconsumed_tail):
            raise Unfit(f"{name} is larger than it can be.")
        if time.monotonic() > until:
            raise _BrokenOffError(f"it comes too slowly: more than {DEADLINE:.0f} seconds")
    declared = answer.headers.get("Content-Length")
    if answer.length or (unpack is not None and not unpack.eof):
        raise _BrokenOffError(f"it was cut short by the server (of {shown(str(declared))} bytes)")
    return bytes(data)
