"""Read a YAML file of law with every fault noted instead of the first one raised.

    faults = Faults()
    data = read_yaml(path, faults)
    record = Record(data, "codes/address.yaml: ADDR_MISSING", faults)
    message = record.text("message")
    record.done()               # unknown keys are faults too
    faults.stop("The law")      # LawError with every fault, or nothing

A file of law is small: larger ones, aliases, repeated keys and deep nesting are faults, so that a file
from another hand can do no harm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from counterfoil.errors import InputError, LawError
from counterfoil.law.citation import Citation

BYTES_MAX: Final = 1_000_000
"""No file of law, agreement, order or status is larger (bytes)."""
_DEPTH_MAX: Final = 20


@dataclass
class Faults:
    """Faults found so far, each one line that names its place."""

    lines: list[str] = field(default_factory=list)

    def add(self, where: str, what: str) -> None:
        """Note one fault."""
        self.lines.append(f"{where}: {what}")

    def stop(self, what: str) -> None:
        """Raise LawError with every fault noted; return when there is none."""
        if self.lines:
            number = f"{len(self.lines)} fault" + ("s" if len(self.lines) > 1 else "")
            raise LawError(f"{what}: {number}.", "Mend every line listed and try again.", self.lines)


def read_yaml(path: Path, faults: Faults, where: str = "") -> Any:
    """The data of a YAML file, or None after noting why it cannot be used."""
    name = where or path.name
    text = _text_of(path, name, faults)
    return None if text is None else parse_yaml(text, faults, name)


def _text_of(path: Path, name: str, faults: Faults) -> str | None:
    try:
        if path.is_dir():
            faults.add(name, "is a folder, not a file")
            return None
        with path.open("rb") as file:
            data = file.read(BYTES_MAX + 1)
        if len(data) > BYTES_MAX:
            faults.add(name, f"is larger than {BYTES_MAX:,} bytes")
            return None
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        faults.add(name, "is not UTF-8 text")
    except FileNotFoundError:
        faults.add(name, "does not exist")
    except (OSError, ValueError) as error:
        faults.add(name, f"cannot be read ({getattr(error, 'strerror', None) or error})")
    return None


def parse_yaml(text: str, faults: Faults, name: str) -> Any:
    """The data of YAML text, or None after noting why it cannot be used."""
    import yaml

    before = len(faults.lines)
    try:
        _safe_shape(text, faults, name)
        if len(faults.lines) > before:
            return None
        data = yaml.load(text, Loader=_loader())  # noqa: S506 a subclass of the safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        faults.add(name, f"is not YAML{place}: {problem}")
        return None
    except (ValueError, RecursionError) as error:
        faults.add(name, f"holds a value that cannot be read ({str(error)[:80]})")
        return None
    if data is None:
        faults.add(name, "is empty")
    return data


def _safe_shape(text: str, faults: Faults, name: str) -> None:
    """Aliases can unfold without end and deep nesting can exhaust the stack: both are faults."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            faults.add(name, f"aliases (*{event.anchor}) are not allowed")
            return
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEPTH_MAX:
            faults.add(name, "is nested too deep")
            return


@lru_cache(maxsize=1)
def _loader() -> Any:
    import yaml

    class Loader(yaml.CSafeLoader):
        """The safe loader, with a key given twice as an error and dates left as the text they are."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen: set[object] = set()
            for key_node, _ in node.value:
                key = self.construct_object(key_node, deep=True)
                problem = "a key must be plain text" if isinstance(key, dict | list | set) else ""
                if not problem and key in seen:
                    problem = f"the key {str(key)[:40]!r} is given twice"
                if problem:
                    raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
                seen.add(key)
            return super().construct_mapping(node, deep=deep)

    # A date that does not exist must be one fault of one key, not the end of the reading.
    Loader.yaml_implicit_resolvers = {
        first: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }
    return Loader


class Record:
    """One mapping of a file, read key by key; what is wrong is noted and a neutral value returned."""

    def __init__(self, data: object, where: str, faults: Faults) -> None:
        self.where = where
        self.faults = faults
        self._read: set[str] = set()
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            faults.add(where, "must be a mapping of keys to values")

    def fault(self, what: str) -> None:
        """Note a fault of this record."""
        self.faults.add(self.where, what)

    def has(self, key: str) -> bool:
        """Whether the key is present with a value."""
        return self.data.get(key) is not None

    def raw(self, key: str, *, required: bool = True) -> Any:
        """The value as YAML gave it; absent and required is a fault."""
        self._read.add(key)
        if required and key not in self.data:
            self.fault(f"{key} is missing")
        return self.data.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty (one line, spaces collapsed)."""
        value = self.raw(key, required=default is None)
        if value is None and (default is not None or key not in self.data):
            return default or ""
        if not isinstance(value, str) or not value.strip():
            self.fault(f"{key} must be a text")
            return default or ""
        return " ".join(value.split())

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """One of a list of words."""
        value = self.text(key, default)
        if value and value not in allowed:
            self.fault(f"{key} is {value!r}; it must be one of {', '.join(allowed)}")
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """true or false."""
        value = self.raw(key, required=default is None)
        if isinstance(value, bool):
            return value
        if value is not None or (default is None and key in self.data):
            self.fault(f"{key} must be true or false")
        return bool(default)

    def count(self, key: str, default: int | None = None) -> int:
        """A whole number, not negative."""
        value = self.raw(key, required=default is None)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        if value is not None or (default is None and key in self.data):
            self.fault(f"{key} must be a whole number, not negative")
        return default or 0

    def texts(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """A list of texts, none empty, none twice."""
        value = self.raw(key, required=required)
        if value is None and (not required or key not in self.data):
            return ()
        if not isinstance(value, list) or any(not isinstance(v, str) or not v.strip() for v in value):
            self.fault(f"{key} must be a list of texts")
            return ()
        if len(set(value)) < len(value):
            self.fault(f"{key} names the same thing twice")
        return tuple(" ".join(v.split()) for v in value)

    def day(self, key: str, *, required: bool = True) -> date | None:
        """A date, YYYY-MM-DD."""
        value = self.raw(key, required=required)
        if value is None and (not required or key not in self.data):
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value.strip())
            except ValueError:
                pass
        self.fault(f"{key} must be a date such as 2025-04-07")
        return None

    def instant(self, key: str, *, required: bool = True) -> datetime | None:
        """An instant in UTC. A date alone is its first second; an instant without a zone is a fault."""
        value = self.raw(key, required=required)
        if value is None and (not required or key not in self.data):
            return None
        try:
            moment = as_instant(value)
        except (ValueError, OverflowError):
            moment = None
        if moment is None:
            self.fault(f"{key} must be an instant such as 2025-11-21T17:00:00Z, or a date")
        return moment

    def citation(self, key: str) -> Citation | None:
        """One provision of the United States Code."""
        value = self.text(key)
        return self._cited(key, value) if value else None

    def citations(self, key: str, *, required: bool = True) -> tuple[Citation, ...]:
        """A list of provisions of the United States Code."""
        read = (self._cited(key, text) for text in self.texts(key, required=required))
        return tuple(citation for citation in read if citation)

    def _cited(self, key: str, text: str) -> Citation | None:
        try:
            return Citation.parse(text)
        except InputError as error:
            self.fault(f"{key}: {error.what}")
            return None

    def done(self) -> None:
        """Note every key that nobody asked for: a misspelt key must not pass in silence."""
        for key in self.data:
            if key not in self._read:
                self.fault(f"{str(key)[:60]} is not a known key")


def as_instant(value: object) -> datetime | None:
    """A datetime with a zone, a date (its first second in UTC) or ISO text of either, as UTC; else None."""
    if isinstance(value, str):
        text = value.strip()
        value = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else None
    if isinstance(value, date):
        return datetime.combine(value, time(0), UTC)
    return None


def read_document(path: Path) -> dict[str, Any]:
    """The mapping that a YAML file from another hand holds, dates as text. LawError lists every fault."""
    faults = Faults()
    data = read_yaml(Path(path), faults)
    if data is not None and not isinstance(data, dict):
        faults.add(Path(path).name, "must be a mapping of keys to values")
    faults.stop("The file cannot be used")
    return {str(key): value for key, value in data.items()}
