"""What an audit found. Standard library only; the auditor takes this file along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class AuditReport:
    """What an audit found.

    `size` and `root` (base64) are those of the signed checkpoint, 0 and "" where there is none; `types`
    counts the entries of each type; `witnesses` has those of the policy that cosigned, and when (seconds
    since 1970); `gaps` says which losses the ledger itself states, and `compromised` which keys it calls so;
    `notes` which earlier checkpoints are of a part that is stated to be lost, and cannot be checked.
    """

    ok: bool
    size: int
    root: str
    problems: tuple[str, ...]
    origin: str = ""
    types: Mapping[str, int] = field(default_factory=dict)
    witnesses: Mapping[str, int] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()
    compromised: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "ok": self.ok,
            "origin": self.origin,
            "size": self.size,
            "root": self.root,
            "entries": dict(self.types),
            "witnesses": dict(self.witnesses),
            "gaps": list(self.gaps),
            "compromised": list(self.compromised),
            "notes": list(self.notes),
            "problems": list(self.problems),
        }
