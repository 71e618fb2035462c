"""Two addresses: parse and compare them. Ours beside parsers, a normaliser, and a likeness of strings."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from counterfoil.bench.courses.common import SEED, interpreted, load, peer, save
from counterfoil.bench.model import Taken
from counterfoil.bench.process import in_a_process
from counterfoil.bench.stopwatch import timed

READ = "read an address"
FROM_TEXT = "parse and compare a pair"
PARSED = "compare two parsed"
LIKE = 90  # from which likeness of strings two addresses are commonly taken for one
PEOPLE_A_PAIR = 2

Pair = tuple[str, str, bool]
Verdict = bool | None  # None where a side was refused


def prepare(folder: Path, *, n: int) -> list[Taken]:
    """Write n pairs: one place in two hands, or two neighbouring places."""
    save(folder / "pairs.json", list(islice(_pairs(n), n)))
    return []


def _pairs(n: int) -> Iterator[Pair]:
    from counterfoil.synth.country.country import Country, maker
    from counterfoil.synth.country.spelling import form_hand, hand, write_address

    rng = random.Random(SEED)  # noqa: S311 - made-up data
    while True:
        country = Country(max(240, n * PEOPLE_A_PAIR), rng.randrange(1_000_000), (2024,), maker())
        for county in country.all():
            for place, neighbour in pairwise(dict.fromkeys(county.places)):
                same = rng.random() < 0.5
                other = write_address(place if same else neighbour, hand(rng))
                yield _line(write_address(place, form_hand(rng))), _line(other), same


def _line(written: Any) -> str:
    street = " ".join(filter(None, (written.line1, written.line2)))
    return f"{street}, {written.city}, {written.state} {written.postal_code}"


def ours(folder: Path, *, n: int) -> list[Taken]:
    """Read our addresses, read and compare pairs, and compare what was read."""
    from counterfoil import address

    def judge(a: str, b: str) -> Verdict:
        return address.compare(address.read_line(a), address.read_line(b)).same

    taken = [_read_each(folder, address.read_line), _from_text(folder, judge)]
    parsed = [(address.read_line(a), address.read_line(b)) for a, b, _ in load(folder / "pairs.json")]
    _, alone = timed(PARSED, n, lambda: sum(address.compare(a, b).same for a, b in parsed))
    return [*taken, alone]


def ours_interpreted(folder: Path, *, n: int) -> list[Taken]:
    """The same in a process that is asked to run the rules from their sources."""
    with interpreted():
        return list(in_a_process("addresses:ours", folder, {"n": n}).taken)


def usaddress(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """The parts that usaddress tags, equal in capitals without dots."""
    return _by_tags(folder, peer("usaddress"))


def fastaddress(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """The same with fastaddress, which tags as usaddress does."""
    return _by_tags(folder, peer("fastaddress"))


def _by_tags(folder: Path, tagger: Any) -> list[Taken]:
    def parts(text: str) -> dict[str, str]:
        tags, _ = tagger.tag(text)
        return {name: value.upper().replace(".", "").strip(" ,") for name, value in tags.items()}

    def judge(a: str, b: str) -> Verdict:
        try:
            return parts(a) == parts(b)
        except tagger.RepeatedLabelError:
            return None

    return [_read_each(folder, tagger.tag, tagger.RepeatedLabelError), _from_text(folder, judge)]


def scourgify(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """The normal forms of scourgify, equal."""
    module = peer("scourgify")
    refused = peer("scourgify.exceptions").AddressNormalizationError

    def judge(a: str, b: str) -> Verdict:
        try:
            return bool(module.normalize_address_record(a) == module.normalize_address_record(b))
        except (refused, ValueError):
            return None

    return [_read_each(folder, module.normalize_address_record, refused), _from_text(folder, judge)]


def rapidfuzz(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """A token_set_ratio of the whole lines of 90 or more."""
    ratio = peer("rapidfuzz.fuzz").token_set_ratio
    return [_from_text(folder, lambda a, b: bool(ratio(a.upper(), b.upper()) >= LIKE))]


def _read_each(folder: Path, read: Callable[[str], object], refused: type[Exception] = ValueError) -> Taken:
    lines = [text for a, b, _ in load(folder / "pairs.json") for text in (a, b)]
    read(lines[0])  # its tables are loaded now

    def read_all() -> int:
        told = 0
        for line in lines:
            with suppress(refused, ValueError):
                read(line)
                told += 1
        return told

    told, taken = timed(READ, len(lines), read_all)
    return taken.noting({"no_answer": len(lines) - told})


def _from_text(folder: Path, judge: Callable[[str, str], Verdict]) -> Taken:
    pairs: list[Pair] = load(folder / "pairs.json")
    judge("1 MADE UP ST, NOWHERE, IL 62701", "1 Made Up Street, Nowhere, IL 62701")  # its tables are loaded now
    said, taken = timed(FROM_TEXT, len(pairs), lambda: [judge(a, b) for a, b, _ in pairs])
    return taken.noting(against_truth(said, pairs))


def against_truth(said: list[Verdict], pairs: list[Pair]) -> dict[str, int]:
    """How many pairs were judged otherwise than they were made."""
    truth = [pair[2] for pair in pairs]
    return {
        "same_pairs": sum(truth),
        "other_pairs": len(truth) - sum(truth),
        "called_same": sum(verdict is True and not same for verdict, same in zip(said, truth, strict=True)),
        "not_called_same": sum(verdict is not True and same for verdict, same in zip(said, truth, strict=True)),
        "no_answer": sum(verdict is None for verdict in said),
    }
