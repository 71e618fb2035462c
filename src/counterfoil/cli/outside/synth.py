"""`counterfoil synth`: the made-up country, its registry and its requests, with the truth about them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.door import Answer, Door, command, noun
from counterfoil.cli.progress import progress

group = noun("synth", "Make up a registry and requests. Every name and street is invented.")


class Mix(StrEnum):
    """How the requests are mixed."""

    EVERYDAY = "everyday"
    EXCHANGE_2025 = "exchange-2025"


SeedOption = Annotated[int, typer.Option("--seed", metavar="S", help="The same seed gives the same files.")]


@command(
    group,
    "registry",
    "counterfoil synth registry --people 10000 --seed 1 -o registry",
    "counterfoil synth registry --people 1000000 --seed 7 -o big-registry",
    "counterfoil --json synth registry --people 500 -o small",
)
def registry(
    door: Door,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="DIR", help="A new folder for the registry's Parquet files."),
    ],
    people: Annotated[int, typer.Option("--people", metavar="N", min=1, help="How many people.")] = 10_000,
    seed: SeedOption = 1,
) -> Answer:
    """Make up a registry: people, households, moves, years."""
    from counterfoil.synth import make_registry

    with progress(door, "Making up the registry") as tick:
        made = make_registry(people, seed, output, progress=tick)
    document = {"id": str(output), **made.as_dict()}
    return Answer(document, [f"{people:,} people (seed {seed}) in {output}"])


@command(
    group,
    "requests",
    "counterfoil synth requests --registry registry --count 2000 -o requests.csv --truth truth.csv",
    "counterfoil synth requests --registry registry --count 12800 --mix exchange-2025 -o a.csv --truth t.csv",
    "counterfoil synth requests --registry registry --count 50 --seed 3 -o few.jsonl --truth few-truth.csv",
)
def requests(
    door: Door,
    registry: Annotated[Path, typer.Option("--registry", metavar="DIR", help="A folder made by `synth registry`.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The requests: .csv, .jsonl or .parquet.")
    ],
    truth: Annotated[
        Path, typer.Option("--truth", metavar="FILE", help="The truth: request_id, lawful, confirm, defects.")
    ],
    count: Annotated[int, typer.Option("--count", metavar="N", min=1, help="How many requests.")] = 2_000,
    seed: SeedOption = 1,
    mix: Annotated[
        Mix, typer.Option("--mix", help="Everyday work, or the defects of the August 2025 exchange.")
    ] = Mix.EVERYDAY,
) -> Answer:
    """Make up requests about a made-up registry, and the truth."""
    from counterfoil.synth import make_requests

    with progress(door, "Making up the requests") as tick:
        made = make_requests(registry, count, seed, mix.value, output, truth, progress=tick)
    document = {"id": str(output), "truth": str(truth), **made.as_dict()}
    return Answer(document, [f"{count:,} requests ({mix.value}, seed {seed}) in {output}; the truth in {truth}"])
