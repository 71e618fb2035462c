"""Where the bytes of a request file come from, and what they are: checked before anything parses them."""

from __future__ import annotations

import codecs
import io
import re
import stat
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from counterfoil.errors import InputError, NotFoundError, UnavailableError
from counterfoil.request.limits import MAX_FILE_BYTES

HEAD_BYTES: Final = 65_536
_CHUNK: Final = 1 << 20

_MAGIC: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"\x1f\x8b", "a gzip archive", "Unpack it (gunzip) and give the file inside."),
    (b"BZh", "a bzip2 archive", "Unpack it and give the file inside."),
    (b"\xfd7zXZ\x00", "an xz archive", "Unpack it and give the file inside."),
    (b"(\xb5/\xfd", "a zstd archive", "Unpack it and give the file inside."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it and give the file inside."),
    (
        b"\xd0\xcf\x11\xe0",
        "an Excel or other old Office document",
        "Save it as 'CSV UTF-8' and give that file.",
    ),
    (b"%PDF", "a PDF document", "Give the table as CSV, JSON Lines or Parquet."),
    (b"SQLite format 3\x00", "an SQLite database", "Export the table as CSV, JSON Lines or Parquet."),
    (b"\xff\xfe\x00\x00", "text in UTF-32", "Save it as UTF-8."),
    (b"\xff\xfe", "text in UTF-16", "Save it as UTF-8 (in Excel: 'CSV UTF-8')."),
    (b"\xfe\xff", "text in UTF-16", "Save it as UTF-8 (in Excel: 'CSV UTF-8')."),
    (b"<?xml", "an XML document", "Give the table as CSV, JSON Lines or Parquet."),
    (b"<!DOCTYPE", "a web page", "Give the table as CSV, JSON Lines or Parquet."),
    (b"<html", "a web page", "Give the table as CSV, JSON Lines or Parquet."),
    (b"-----BEGIN", "a PEM file", "Give the file of requests, not a key or certificate."),
)
_COMPACT = re.compile(rb"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*\.")
_SEALED_JSON = re.compile(rb'\{\s*"(protected|ciphertext)"\s*:')


class Source(NamedTuple):
    """Bytes that can be read more than once: a file or a payload. `label` names them to a person."""

    label: str
    size: int
    path: Path | None = None
    data: bytes | None = None

    def open(self) -> BinaryIO:
        """A fresh binary reader from the first byte."""
        if self.data is not None:
            return io.BytesIO(self.data)
        assert self.path is not None
        try:
            return self.path.open("rb")
        except OSError as error:
            raise _unreadable(self.label, error) from error

    def read(self) -> bytes:
        """All of it."""
        try:
            with self.open() as file:
                return file.read()
        except OSError as error:
            raise _unreadable(self.label, error) from error

    def head(self) -> bytes:
        """The first 64 KiB."""
        try:
            with self.open() as file:
                return file.read(HEAD_BYTES)
        except OSError as error:
            raise _unreadable(self.label, error) from error


def from_path(path: Path, max_bytes: int = MAX_FILE_BYTES) -> Source:
    """The file at `path`, which must be a plain file of 1 to `max_bytes` bytes; else InputError."""
    label = str(path)
    try:
        facts = path.stat()
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no file {label}.", "Check the name and the folder.") from error
    except (OSError, ValueError) as error:
        raise _unreadable(label, error) from error
    if stat.S_ISDIR(facts.st_mode):
        raise InputError(f"{label} is a directory.", "Give one file of requests in it.")
    if not stat.S_ISREG(facts.st_mode):
        raise InputError(f"{label} is not a plain file.", "Copy its content into a file and give that.")
    return _sized(Source(label, facts.st_size, path=path), max_bytes)


def from_bytes(data: bytes, label: str = "The payload", max_bytes: int = MAX_FILE_BYTES) -> Source:
    """A payload in memory, with the same limits as a file."""
    return _sized(Source(label, len(data), data=data), max_bytes)


def _sized(source: Source, max_bytes: int) -> Source:
    if source.size == 0:
        raise InputError(f"{source.label} is empty.", "Give a file with a header and at least one request.")
    if source.size > max_bytes:
        raise InputError(
            f"{source.label} has {source.size:,} bytes; at most {max_bytes:,} are read.",
            "Split it into several batches.",
        )
    return source


def _unreadable(label: str, error: Exception) -> UnavailableError | InputError:
    reason = getattr(error, "strerror", None) or "it cannot be read"
    if isinstance(error, PermissionError):
        return InputError(f"{label} cannot be read: {reason}.", "Ask its owner for permission to read it.")
    return UnavailableError(f"{label} cannot be read: {reason}.", "Check the disk, then try again.")


def what_it_is(head: bytes) -> tuple[str, str] | None:
    """What `head` shows a file to be that is no file of requests, and what to do; None if it may be one."""
    if head.startswith(b"PK\x03\x04"):
        if b"xl/" in head or b"[Content_Types].xml" in head:
            return "an Excel workbook", "In Excel, save it as 'CSV UTF-8' and give that file."
        return "a zip archive", "Unpack it and give the file inside."
    for magic, name, remedy in _MAGIC:
        if head.startswith(magic):
            return name, remedy
    if _COMPACT.match(head) or _SEALED_JSON.match(head):
        return (
            "a sealed or signed container",
            "Give the file of requests itself; a batch is opened by its custodian.",
        )
    if not head.startswith(b"PAR1") and b"\0" in head.split(b"\n", 1)[0]:
        return "not UTF-8 text: its first line holds NUL bytes", "Save it as UTF-8 text, or give Parquet."
    return None


def sniff(source: Source) -> str:
    """csv, jsonl or parquet, by content alone; InputError says what else it is and what to do."""
    head = source.head()
    other = what_it_is(head)
    if other is not None:
        raise InputError(f"{source.label} is {other[0]}.", other[1])
    if head.startswith(b"PAR1"):
        return "parquet"
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not start:
        raise InputError(f"{source.label} holds only blanks.", "Give a file with at least one request.")
    if start.startswith(b"["):
        raise InputError(f"{source.label} is one JSON array.", "Write one object a line, without the outer brackets.")
    if start.startswith(b"{"):
        if start.split(b"\n", 1)[0].strip() == b"{":
            raise InputError(f"{source.label} is JSON over many lines.", "Write each object on one line (JSON Lines).")
        return "jsonl"
    return "csv"


class Guarded(io.RawIOBase):
    """A reader that notes whether a NUL went by, so that only files that have one are searched."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner
        self.saw_nul = False

    def readable(self) -> bool:
        """Always: it reads."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` from the file."""
        view = memoryview(buffer)
        data = self._inner.read(len(view))
        view[: len(data)] = data
        if not self.saw_nul and b"\0" in data:
            self.saw_nul = True
        return len(data)

    def close(self) -> None:
        """Close the file as well."""
        self._inner.close()
        super().close()


def not_utf8(source: Source) -> InputError:
    """The error for text that is not UTF-8, with the offset of the first byte that is not."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = 0
    with source.open() as file:
        while True:
            chunk = file.read(_CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                offset += error.start - pending
                break
            offset += len(chunk)
            if not chunk:
                break
    return bad_byte(source.label, offset)


def bad_byte(label: str, offset: int) -> InputError:
    """The error for a byte that UTF-8 does not allow at `offset`, counted from 0."""
    return InputError(
        f"{label} is not UTF-8 text: the byte at offset {offset:,} does not belong to it.",
        "Save the file as UTF-8 (in Excel: 'CSV UTF-8'; many tools write Windows-1252 by default).",
    )
