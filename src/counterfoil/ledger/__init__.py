"""The ledger: an append-only record that outsiders can check.

entry.py    what is recorded, and the leaf that commits to it (RFC 9901)
canonical.py  canonical JSON (RFC 8785), base64url
sealed.py   the disclosures at rest         store.py       what storage must do
tree.py     the Merkle tree (RFC 9162)      tiles.py       the tree as stored (C2SP tlog-tiles)
note.py     signed notes                    checkpoint.py  signed tree heads
ledger.py   append, sign, prove, read       verify.py      the stored ledger, checked
export.py   files for everyone              prove.py       receipts for one entry
auditor/    the outsider's check, which stands alone; its kinds.py lists types and public fields
"""

from counterfoil.ledger.auditor.audit import AuditReport, audit
from counterfoil.ledger.checkpoint import Checkpoint, open_checkpoint
from counterfoil.ledger.entry import TYPES, Entry
from counterfoil.ledger.export import Exported
from counterfoil.ledger.ledger import Ledger
from counterfoil.ledger.note import LedgerSigner, Verifier, new_ledger_key
from counterfoil.ledger.prove import (
    Proven,
    check_receipt,
    check_tlog_proof,
    open_receipt,
    open_tlog_proof,
    tlog_proof,
)
from counterfoil.ledger.store import LedgerStore, MemoryStore

__all__ = [
    "TYPES",
    "AuditReport",
    "Checkpoint",
    "Entry",
    "Exported",
    "Ledger",
    "LedgerSigner",
    "LedgerStore",
    "MemoryStore",
    "Proven",
    "Verifier",
    "audit",
    "check_receipt",
    "check_tlog_proof",
    "new_ledger_key",
    "open_checkpoint",
    "open_receipt",
    "open_tlog_proof",
    "tlog_proof",
]
