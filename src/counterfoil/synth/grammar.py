"""Texts from a grammar: `[a|b]` chooses, `<list>` takes a line of a list, `{slot}` is filled with a fact."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_LIST = re.compile(r"<([a-z_0-9]+)>")
_SENTENCE = re.compile(r"(^|[.] )([a-z])")


def expand(
    text: str, rng: random.Random, lists: Mapping[str, Sequence[str]], slots: Mapping[str, str] | None = None
) -> str:
    """One text of the grammar. KeyError when it names a list or slot that does not exist."""
    while "<" in text or "[" in text:
        text = _CHOICE.sub(lambda m: rng.choice(m[1].split("|")), text)
        text = _LIST.sub(lambda m: rng.choice(lists[m[1]]), text)
    return text.format_map(slots) if slots is not None else text


def sentences(text: str) -> str:
    """`text` with a capital at the beginning of each sentence and no double blanks."""
    return _SENTENCE.sub(lambda m: m[1] + m[2].upper(), " ".join(text.split()))
