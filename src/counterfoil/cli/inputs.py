"""What a command reads and writes by itself: keys, checkpoints, dates, results."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from counterfoil.errors import InputError, NotFoundError

LARGEST = 1 << 20  # no key, checkpoint or list of codes is larger than a mebibyte


def read_bytes(path: Path, what: str, largest: int = LARGEST) -> bytes:
    """The file's bytes. `what` names it in the error: "checkpoint", "sealed answer"."""
    if not path.exists():
        raise NotFoundError(f"There is no file {path} ({what}).", "Check the path.")
    if path.is_dir():
        raise InputError(f"{path} is a directory; a file is needed ({what}).", "Name the file inside it.")
    with path.open("rb") as file:
        data = file.read(largest + 1)  # not by its size: a device says 0 and has no end
    if len(data) > largest:
        raise InputError(
            f"{path} is too large for a {what}: more than {largest:,} bytes.", "Check that it is the right file."
        )
    if not data.strip():
        raise InputError(f"{path} is empty; a {what} was expected.", "Check that it is the right file.")
    return data


def read_text(path: Path, what: str) -> str:
    """The file's text (UTF-8)."""
    try:
        return read_bytes(path, what).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8 text; a {what} was expected.", "Check that it is the right file."
        ) from error


def text_or_file(given: str, what: str) -> str:
    """A value given as itself or as the name of a file that holds it."""
    if not given.strip():
        raise InputError(f"The {what} is empty.", "Give it as its one-line text, or name a file that holds it.")
    path = Path(given)
    looks_like_value = "+" in given and not given.endswith((".vkey", ".pub", ".jwk"))
    if looks_like_value and not path.exists():
        return given
    return read_text(path, what).strip()


def day(text: str, what: str) -> date:
    """A date written YYYY-MM-DD. `what` names it in the error: "--from"."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{what} is not a date: {text}", "Write it as YYYY-MM-DD, for example 2026-01-31.") from error


def moment(text: str, what: str) -> datetime:
    """An instant written in RFC 3339, in UTC or with its offset: 2026-01-31T12:00:00Z."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        at = None
        cause: Exception | None = error
    else:
        cause = None
    if at is None or at.tzinfo is None:
        raise InputError(f"{what} is not an instant: {text}", "Write it as 2026-01-31T12:00:00Z.") from cause
    return at


def public_file(given: Path | None, data: Path, name: str, option: str) -> Path:
    """A public key's file: the one given, or the one in the data directory's public folder."""
    path = given if given is not None else data / "public" / name
    if given is None and not path.exists():
        raise NotFoundError(
            f"The custodian's public file {name} is not at hand.",
            f"Name it with {option} FILE; the custodian gives it out.",
        )
    return path


def write_text(output: Path, text: str) -> None:
    """Write a result whole or not at all."""
    write_bytes(output, text.encode("utf-8", "surrogateescape"))


def write_bytes(output: Path, data: bytes) -> None:
    """Write a result whole or not at all."""
    write_parts(output, (data,))


def write_parts(output: Path, parts: Iterable[bytes]) -> None:
    """Write a result as it comes, whole or not at all: beside its place first, then moved there."""
    if output.is_dir():
        raise InputError(f"{output} is a directory.", "Name a file with -o.")
    if output.exists() and not output.is_file():  # a device such as /dev/stdout cannot be replaced
        with output.open("wb") as device:
            device.writelines(parts)
        return
    beside = output.with_name(f".{output.name}.part")
    try:
        with beside.open("wb") as file:
            file.writelines(parts)
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)
