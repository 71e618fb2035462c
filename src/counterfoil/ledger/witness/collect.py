"""Collect the cosignatures of all witnesses of a policy for one checkpoint.

The witnesses are asked side by side, or one after another where the system gives no threads. One that last cosigned
another size says which; the proof from there is then made and it is asked again. One that has cosigned more entries
than the checkpoint has, or other ones, has seen a ledger that this one does not continue: that is told apart from one
that cannot be reached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from counterfoil.beside import side_by_side
from counterfoil.ledger.auditor.note import read_head, read_note
from counterfoil.ledger.auditor.policy import Policy, Witness
from counterfoil.ledger.witness.client import Said, ask
from counterfoil.ledger.witness.protocol import Request

ROUNDS = 3
AT_ONCE = 16


@dataclass
class Collected:
    """What came of it. `behind` has the witnesses that have seen what this ledger does not continue: their sizes.

    `denied` names those of `trouble` that hold no proof to be one that continues what they saw.
    """

    lines: dict[str, tuple[str, ...]] = field(default_factory=dict)
    behind: dict[str, int] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)
    denied: list[str] = field(default_factory=list)

    @property
    def details(self) -> list[str]:
        """One line for each witness that did not cosign."""
        seen = [f"{ascii(name)[1:-1]}: it has cosigned {size:,} entries" for name, size in self.behind.items()]
        return seen + [f"{ascii(name)[1:-1]}: {trouble}" for name, trouble in self.trouble.items()]


def collect(
    policy: Policy,
    note: str,
    consistency_proof: Callable[[int, int], Sequence[bytes]],
    known: Mapping[str, int] | None = None,
) -> Collected:
    """Ask every witness that has an address to cosign the checkpoint `note`.

    `consistency_proof(old, new)` makes proofs (RFC 9162, section 2.1.4) and is called in this thread; `known`
    has, by the witness's name, the size that each cosigned last as far as is known.
    """
    checkpoint = note.encode()
    body = read_note(checkpoint).body
    size = read_head(body).size
    run = Collected()
    old = {witness: (known or {}).get(witness.name, 0) for witness in policy.witnesses if witness.url}
    for _ in range(ROUNDS):
        if not old:
            break
        requests = {witness: _request(start, size, checkpoint, consistency_proof) for witness, start in old.items()}
        answers = side_by_side(lambda pair: ask(pair[0], pair[1], body), list(requests.items()), AT_ONCE)
        said = dict(zip(requests, answers, strict=True))
        old = {witness: again for witness, one in said.items() if (again := _take(run, witness, one, old, size)) >= 0}
    for witness in old:
        run.trouble[witness.name] = "it states a new size each time it is asked"
    return run


def _request(
    old: int, size: int, checkpoint: bytes, consistency_proof: Callable[[int, int], Sequence[bytes]]
) -> Request:
    proof = consistency_proof(old, size) if 0 < old < size else ()
    return Request(old, tuple(proof), checkpoint)


def _take(run: Collected, witness: Witness, said: Said, old: Mapping[Witness, int], size: int) -> int:
    """Note what a witness said; the size to ask it again from, -1 where it is done with."""
    if said.lines:
        run.lines[witness.name] = said.lines
    elif said.size is None:
        run.trouble[witness.name] = said.trouble
        run.denied += [witness.name] * said.denied
    elif said.size > size or (said.size == size == old[witness]):
        run.behind[witness.name] = said.size
    else:
        return said.size
    return -1
