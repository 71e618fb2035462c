"""Exports that an untrusted custodian makes: any entries at all, under a tree and a checkpoint that are sound."""

import base64
import random

from counterfoil.ledger import MemoryStore, audit, tiles, tree
from counterfoil.ledger.auditor.kinds import TYPES
from counterfoil.ledger.entry import canonical
from tests.ledger.conftest import VKEY, make_ledger

DAY = "2026-11-22"


class Hostile(MemoryStore):
    """A store of entries that no honest ledger would have: signed by the real key all the same."""

    def __init__(self, leaves):
        super().__init__()
        self.append_leaves(0, leaves)
        self.put_tiles(tiles.extend(0, self.tiles, [tree.leaf_hash(leaf) for leaf in leaves]))


def leaf(number, public):
    """An entry with these public fields; its digests are nobody's."""
    draw = random.Random(number).randbytes
    count = TYPES[public["type"]].digests
    digests = sorted(base64.urlsafe_b64encode(draw(32)).decode().rstrip("=") for _ in range(count))
    return canonical({"day": DAY, **public, "_sd": digests, "v": 1})


def resigned(folder, entries):
    """Export these entries (their public fields), signed with the ledger's own key."""
    ledger = make_ledger(Hostile([leaf(number, public) for number, public in enumerate(entries)]))
    ledger.checkpoint()
    ledger.export(folder)
    return folder


def found(folder, entries):
    """What an audit says of them."""
    return audit(resigned(folder / "export", entries), VKEY).problems
