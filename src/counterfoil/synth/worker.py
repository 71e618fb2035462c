"""One worker process of the made-up country; `crew.py` starts it.

python -m counterfoil.synth.worker files FACTS FOLDER SIZE      numbers of files in, what was made out, a line each
python -m counterfoil.synth.worker units FACTS COUNT SEED MIX        units of requests out, pickled
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import IO

from counterfoil.synth.asking.plan import Planner
from counterfoil.synth.country.country import Country
from counterfoil.synth.registry import write_file

_UNITS_AT_ONCE = 256


def _country(facts: str) -> Country:
    said = json.loads(facts)
    return Country(**{**said, "years": tuple(said["years"])})


def _files(country: Country, folder: Path, size: int, orders: IO[str], out: IO[str]) -> None:
    def say(**word: object) -> None:
        out.write(json.dumps(word) + "\n")
        out.flush()

    for order in orders:
        try:
            write_file(country, folder, size, int(order), lambda people: say(people=people))
        except OSError as error:
            say(failed=f"{folder} cannot be written: {error.strerror or error}.")
            return
        say(file=int(order))


def _units(planner: Planner, out: IO[bytes]) -> None:
    units = planner.units()
    while some := list(islice(units, _UNITS_AT_ONCE)):
        out.write(pickle.dumps(some, protocol=5))
    out.write(pickle.dumps(planner.replaced))
    out.flush()


def main(words: Sequence[str]) -> int:
    """Work as the words say; nothing made here is ever garbage in a circle, so nothing looks for it."""
    gc.disable()
    what, facts, *rest = words
    try:
        if what == "files":
            _files(_country(facts), Path(rest[0]), int(rest[1]), sys.stdin, sys.stdout)
        else:
            _units(Planner(_country(facts), int(rest[0]), int(rest[1]), rest[2]), sys.stdout.buffer)
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(1)  # whoever asked is gone
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
