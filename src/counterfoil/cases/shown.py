"""Something on record, as it is shown to a person or a program: its id and its facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Shown:
    """An official, an officer, an agreement, an order, a registry: whatever `list` and `show` tell of it."""

    id: str
    facts: Mapping[str, Any]

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"id": self.id, **self.facts}
