"""Everything that the rules say of many texts, as one hash a kind; run in either form and compared.

The texts: the labelled pairs, what the fault rules are tested on, made-up people, and all of these with letters and
words changed at random; the requests: those of the sentences of law.
"""

import csv
import gzip
import hashlib
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from counterfoil import address, compiled, person
from tests.examination.test_sentences import sentences
from tests.examination.world import judge

DATA = Path(__file__).parents[1] / "address" / "data"
SIGNS = "ABCNSEW 0123456789 ,.-/#'()&*%?@;éñ½ß\t\n\u202e中_x"
CHANGED = 12_000
READ = ("number", "predirectional", "street", "suffix", "postdirectional", "road", "unit_designator", "unit", "units",
        "box", "route", "urbanization", "city", "state", "zip5", "zip4", "unknown", "sure", "written", "leftover",
        "words", "stem", "town", "region", "place")  # fmt: skip
NAMED = ("given", "middle", "surnames", "suffix", "forenames", "forename_readings", "surname_readings",
         "surname_cores", "written")  # fmt: skip


def texts(rng: random.Random) -> list[str]:
    """Lines that are addresses, lines that are none, and changed ones."""
    with gzip.open(DATA / "pairs.csv.gz", "rt", encoding="utf-8", newline="") as file:
        lines = [text for row in csv.DictReader(file) for text in (row["a"], row["b"])][::2]
    for name in ("columns", "faults", "sufficient"):
        with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                lines += [", ".join(filter(None, row)), *row]
    lines = list(dict.fromkeys(lines))
    words = sorted({word for line in lines for word in line.split()})
    return lines + [changed(rng.choice(lines), rng, words) for _ in range(CHANGED)]


def changed(text: str, rng: random.Random, words: list[str]) -> str:
    """The text with up to three letters or words put in, replaced or left out of order."""
    parts: list[str] = list(text) if rng.random() < 0.5 else text.split()
    choice, gap = (SIGNS, "") if len(parts) == len(text) else (words, " ")
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(parts) + 1)
        parts[at : at + rng.randint(0, 1)] = [rng.choice(choice)]
    return gap.join(parts)


def addresses(lines: Iterable[str]) -> Iterator[str]:
    """What is said of each line, of its parts as columns, and of it beside the one before."""
    before = address.parse(address.Written())
    for text in lines:
        parts = [part.strip() for part in text.split(",")]
        for written in (address.split_line(text), address.Written(*(parts + [""] * 5)[:5])):
            read = address.parse(written)
            yield repr((
                [getattr(read, name) for name in READ], read.form.value, sorted(read.marks), address.faults(read),
                tuple(address.compare(read, before)), tuple(address.compare(read, read)), address.place_key(read),
                address.delivery_key(read), address.one_line(read),
            ))  # fmt: skip
            before = read


def names(lines: list[str], rng: random.Random) -> Iterator[str]:
    """The same of names, in columns drawn from the words of the lines and from what names are made of."""
    pieces = [*(word for line in lines for word in line.split()), "", "", "Maria", "de la", "O'Neil", "Núñez", "Jr."]
    before = person.parse(person.Written())
    for _ in range(CHANGED):
        read = person.parse(person.Written(*(rng.choice(pieces) for _ in range(4))))
        yield repr((
            [getattr(read, name) for name in NAMED], person.faults(read), person.compare(read, before),
            person.compare(read, read), person.surname_keys(read), person.given_keys(read), person.identity(read),
        ))  # fmt: skip
        before = read


def examined() -> Iterator[str]:
    """What is found of every request and batch of the sentences of law, and what is remembered of them."""
    for _, sentence in sentences():
        examination, _ = judge(sentence)
        yield repr((examination.batch, examination.rows, examination.asks, dict(examination.duplicates)))


def digest(said: Iterable[str]) -> str:
    """One hash over all."""
    total = hashlib.sha256()
    for line in said:
        total.update(line.encode("utf-8", "surrogatepass") + b"\n")
    return total.hexdigest()


def main() -> None:
    """Print the form that ran, how many texts there were, and the hashes."""
    rng = random.Random(7)
    lines = texts(rng)
    said = (addresses(lines), names(lines, rng), examined())
    print(compiled.form()[0], len(lines), *map(digest, said))  # noqa: T201


if __name__ == "__main__":
    main()
