"""`counterfoil address`: is it an address, and are two the same delivery point (Publication 28 rules)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.door import DONE, FOUND, Answer, Door, command, noun
from counterfoil.cli.text import csv_lines, csv_text
from counterfoil.errors import InputError

if TYPE_CHECKING:
    from counterfoil.address import Places

PAIR_COLUMNS = ("a", "b", "same", "why")

group = noun("address", "Check addresses, and compare them.")

FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="One address a line; - or nothing reads standard input."),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Where the result goes, instead of standard output."),
]


@command(
    group,
    "check",
    "counterfoil address check addresses.txt",
    "echo '123 N Main St Apt 4, Springfield, IL 62701' | counterfoil address check",
    "counterfoil address check addresses.txt -o checked.csv",
)
def check(_door: Door, file: FileArgument = None, output: OutputOption = None) -> Answer:
    """Tell which lines are complete addresses, and what others lack.

    Out comes CSV: address, sufficient (true or false), codes. Exit code 1 when any is not sufficient.
    """
    from counterfoil.cli.inputs import write_text
    from counterfoil.cli.outside.address_files import lines_of, verdict_on

    rows = [(text, *verdict_on(text)) for text in lines_of(file)]
    wanting = sum(1 for _, codes, _ in rows if codes)
    document = {
        "addresses": [
            {"address": text, "sufficient": not codes, "codes": list(codes), "messages": list(messages)}
            for text, codes, messages in rows
        ],
        "sufficient": len(rows) - wanting,
        "insufficient": wanting,
    }
    csv = csv_text(
        ("address", "sufficient", "codes"),
        ((text, "false" if codes else "true", ";".join(codes)) for text, codes, _ in rows),
    )
    exit_code = FOUND if wanting else DONE
    if output is None:
        return Answer(document, raw=csv, exit_code=exit_code)
    write_text(output, csv)
    return Answer(
        {**document, "output": str(output)},
        [f"{len(rows):,} addresses, {wanting:,} not sufficient: {output}"],
        exit_code,
    )


@command(
    group,
    "compare",
    "counterfoil address compare '12 Oak Street, Dover, DE 19901' '12 OAK ST DOVER DE 19901'",
    "counterfoil address compare --csv pairs.csv -o same.csv",
    "counterfoil address compare --csv pairs.csv --known known.csv -o same.csv",
)
def compare(
    _door: Door,
    a: Annotated[str | None, typer.Argument(metavar="[A]", help="One address, in one line.")] = None,
    b: Annotated[str | None, typer.Argument(metavar="[B]", help="The other.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="A CSV with the columns a and b.")] = None,
    output: OutputOption = None,
    known: Annotated[
        Path | None,
        typer.Option(
            "--known",
            metavar="FILE",
            help="Known addresses (a CSV with a column address, or a registry): what one side lacks is "
            "supplied where they show one variant of that street in that place.",
        ),
    ] = None,
) -> Answer:
    """Tell whether two addresses are the same delivery point.

    Without --known, an element that one side lacks (a directional, a suffix) is not supplied.
    """
    if csv is not None and (a is not None or b is not None):
        raise InputError("Two addresses and --csv were both given.", "Give either two addresses or --csv FILE.")
    if csv is None and (a is None or b is None):
        raise InputError("Two addresses are needed.", "Give A and B, each in quotes, or --csv FILE.")
    from counterfoil.cli.outside.address_files import known_places

    places = known_places(known) if known is not None else None
    if csv is not None:
        return _compare_file(csv, output, places)
    return _compare_two(a or "", b or "", places)


def _compare_two(a: str, b: str, places: Places | None) -> Answer:
    from counterfoil.cli.outside.address_files import same_delivery_point

    same, why = same_delivery_point(a, b, places)
    verdict = "the same delivery point" if same else "not the same delivery point"
    return Answer({"a": a, "b": b, "same": same, "why": list(why)}, [verdict, *(f"  {reason}" for reason in why)])


def _compare_file(source: Path, output: Path | None, places: Places | None) -> Answer:
    from counterfoil.cli.inputs import write_parts
    from counterfoil.cli.outside.address_files import pairs_of, same_delivery_point

    compared = ((a, b, *same_delivery_point(a, b, places)) for a, b in pairs_of(source))
    if output is None:
        found = list(compared)
        rows = [{"a": a, "b": b, "same": same, "why": list(why)} for a, b, same, why in found]
        return Answer({"rows": rows}, raw=csv_text(PAIR_COLUMNS, (_pair(*row) for row in found)))
    counts = {True: 0, False: 0}

    def counted() -> Iterator[tuple[str, ...]]:
        for row in compared:
            counts[row[2]] += 1
            yield _pair(*row)

    write_parts(output, (line.encode("utf-8", "surrogateescape") for line in csv_lines(PAIR_COLUMNS, counted())))
    pairs, same = counts[True] + counts[False], counts[True]
    document = {"pairs": pairs, "same": same, "different": pairs - same, "output": str(output)}
    return Answer(document, [f"{pairs:,} pairs, {same:,} the same delivery point: {output}"])


def _pair(a: str, b: str, same: bool, why: Sequence[str]) -> tuple[str, ...]:
    return a, b, "true" if same else "false", "; ".join(why)
