"""`counterfoil bench`: the benchmarks, each beside its peers, on made-up data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.door import Answer, Door, command, note
from counterfoil.cli.progress import progress
from counterfoil.cli.text import table
from counterfoil.errors import InputError

if TYPE_CHECKING:
    from counterfoil.bench import Result

RESULTS = Path("benchmarks/results")
OF_PEOPLE = ("verify", "verify-everyday", "verify-few")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    command(
        app,
        "bench",
        "counterfoil bench",
        "counterfoil bench verify --people 20000000 --rounds 1 --without Splink",
        "counterfoil bench address --size 0.1 -o my-results --json",
    )(bench)


def bench(
    door: Door,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="address, names, accuracy, negatives, examine, verify, verify-everyday, verify-few, one-request, "
            "ledger or way (default: all).",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="A folder for the results, one NAME.json each.")
    ] = RESULTS,
    size: Annotated[
        float, typer.Option("--size", metavar="F", help="How large: 1 is the usual run of a few minutes.")
    ] = 1.0,
    people: Annotated[
        int | None,
        typer.Option(
            "--people",
            metavar="N",
            min=4_000,
            help="With verify, verify-everyday and verify-few: people of the larger of the two registries.",
        ),
    ] = None,
    rounds: Annotated[
        int, typer.Option("--rounds", metavar="R", min=1, help="How often each is measured; the median is told.")
    ] = 3,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="PEER", help="A peer to leave out, as the table names it; may be repeated."),
    ] = None,
) -> Answer:
    """Measure this machine on made-up data, beside the peers.

    Every benchmark but accuracy runs at n and at ten times n; the medians of the rounds are written to DIR and shown.
    Named alone, negatives makes 3,300,000 pairs and takes some ten minutes; among all it makes fewer.
    A peer that is not installed is named and left out; `make bench` installs them all. One that runs out of memory
    is named in the table.
    """
    from counterfoil.bench import BENCHMARKS, TENFOLD, absent_files, chosen, run

    if name is not None and name not in BENCHMARKS:
        raise InputError(f"There is no benchmark {name!r}.", f"Choose one of {', '.join(BENCHMARKS)}, or none for all.")
    if people is not None and name not in OF_PEOPLE:
        raise InputError(
            f"--people is for the benchmarks {', '.join(OF_PEOPLE)}.", "Write: counterfoil bench verify --people N."
        )
    if people is not None and name is not None:
        size = people / BENCHMARKS[name].base / TENFOLD
    _check_peers(without or [], [peer for one in chosen(name) for peer in one.peers()])
    if output.exists() and not output.is_dir():
        raise InputError(f"{output} is a file.", "Name a folder with -o.")
    results = []
    for one in chosen(name):
        if name is None and (absent := absent_files(one)):
            note(door, f"{absent.what} It is left out.")
            continue
        with progress(door, f"Measuring: {one.name}") as tick:
            results.append(run(one, size, rounds, tick, without=without or ()))
        standing = results[-1].outdone_in(output) if name is None else None
        path = standing or results[-1].write(output)
        note(
            door, f"{path} {'stands: it has more pairs' if standing else 'written'} after {results[-1].seconds:,.0f} s"
        )
    document = {"id": str(output), "results": {result.benchmark: result.as_dict() for result in results}}
    return Answer(document, _in_words(results))


def _check_peers(without: Sequence[str], peers: Sequence[str]) -> None:
    unknown = [who for who in without if who not in peers]
    if unknown:
        choices = f"Choose from {', '.join(dict.fromkeys(peers))}." if peers else "It has no peers."
        raise InputError(f"There is no peer {unknown[0]!r} to leave out.", choices)


def _in_words(results: Sequence[Result]) -> list[str]:
    from counterfoil.bench.page import GROWTH_COLUMNS, columns, growth_rows, notes, rows

    lines: list[str] = []
    for result in results:
        lines += [result.title, "", *table(columns(), rows(result), right=(2, 3, 4, 5, 6))]
        if result.growth:
            grown = table(GROWTH_COLUMNS, growth_rows(result), right=(3, 4, 5))
            lines += ["", "Growth (exponent e, as n to the e)", *grown]
        lines += ["", *notes(result), ""]
    return lines
