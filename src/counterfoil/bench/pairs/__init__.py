"""Pairs of addresses and names that look alike: hard negatives and respellings, labelled by how they were made.

    stream.py     blocks of pairs, each from its seed and number alone      ground.py   places and names to start from
    streets.py, boxes.py, namesakes.py   near, and not the same             model.py    what a pair is
    respelled.py, renamed.py             the same, written otherwise        spellings.py, hands.py, persons.py

The made-up country provides places and people; nothing here is shared with the rules that judge the pairs.
"""

from counterfoil.bench.pairs.model import ADDRESS, NAME, Pair, Side
from counterfoil.bench.pairs.stream import BLOCK, KINDS, block, blocks

__all__ = ["ADDRESS", "BLOCK", "KINDS", "NAME", "Pair", "Side", "block", "blocks"]
