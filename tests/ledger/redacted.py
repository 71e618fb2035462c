"""A ledger with redacted releases of its entries, made without an office."""

import json

from counterfoil.ledger.redact import Choice, content_of, release_of
from tests.ledger.conftest import entry, fill, make_ledger

TEN = {f"field{number}": f"value {number}" for number in range(10)}
NAMES = ("time", *TEN)
REASON = "26 USC 6103(a)"


def ledger_of_ten(extra=5):
    """A ledger whose entry `extra + 2` has ten fields besides its time."""
    ledger = fill(make_ledger(), extra)
    ledger.append([entry("release", TEN, batch="b-2", count=0)])
    ledger.checkpoint()
    return ledger


def recorded(ledger, content):
    """The content's own entry in the ledger, under a checkpoint."""
    (index,) = ledger.append(
        [entry("disclosure", by="p-1", count=len(content.document["entries"]), sha256=content.sha256)]
    )
    return index, ledger.checkpoint()


def released(ledger, choices, expunged=None, keys=(), **about):
    content = content_of(ledger, choices, expunged or {}, **about)
    index, note = recorded(ledger, content)
    return json.loads(json.dumps(release_of(ledger, content, index, keys, note)))


def choice(index, shown, reason=REASON):
    return Choice(index, frozenset(shown), {"*": reason})
