"""The made-up country: a pure function of its seed. Each county can be made again, alone and alike."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from counterfoil.errors import InputError, NotFoundError
from counterfoil.synth.country.county import County, make_county
from counterfoil.synth.country.place import states_of

FACTS_FILE = "made-up-country.json"
"""What `make_requests` needs to make the country again; it holds no person's data."""

_MAKERS = ("chance.py", *(f"country/{name}.py" for name in ("place", "streets", "names", "county", "tin")))
_LISTS = ("names.yaml", "places.yaml")


@dataclass(frozen=True, slots=True)
class Country:
    """The country's facts. `people` are numbered through, county by county."""

    people: int
    seed: int
    years: tuple[int, ...]
    maker: str = ""

    @property
    def counties(self) -> int:
        """How many: so many that a county has 120 to 500 people, or more when there would be over 8,000."""
        size = max(120, min(500, self.people // 24), self.people // 8000)
        return max(1, self.people // size)

    def start_of(self, county: int) -> int:
        """Number of the county's first person."""
        return self.people * county // self.counties

    def county(self, number: int) -> County:
        """County `number`, the same each time."""
        state, in_state = states_of(self.counties)[number]
        start = self.start_of(number)
        return make_county(self.seed, number, state, in_state, start, self.start_of(number + 1) - start, self.years)

    def all(self) -> Iterator[County]:
        """Every county, one after the other."""
        return (self.county(number) for number in range(self.counties))

    def facts(self) -> str:
        """The facts as the registry's folder keeps them."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"

    def write(self, folder: Path) -> None:
        """Keep the facts in the registry's folder."""
        (folder / FACTS_FILE).write_text(self.facts(), encoding="utf-8")


@lru_cache(maxsize=1)
def maker() -> str:
    """Hash of everything that decides what the country looks like: another maker makes another country."""
    digest = hashlib.sha256()
    here = Path(__file__).parent.parent
    for file in (*(here / name for name in _MAKERS), *(here / "data" / name for name in _LISTS)):
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


def read_country(folder: Path) -> Country:
    """The country whose registry is in `folder`; InputError when it cannot be made again alike."""
    file = folder / FACTS_FILE
    if not file.is_file():
        raise NotFoundError(
            f"{folder} holds no made-up country: there is no {FACTS_FILE} in it.",
            "Make one first: counterfoil synth registry --people 10000 --seed 1 -o DIR.",
        )
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        country = Country(int(facts["people"]), int(facts["seed"]), tuple(facts["years"]), str(facts["maker"]))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{file} cannot be read ({error}).", "Make the registry again with its own folder.") from None
    if country.maker != maker():
        raise InputError(
            f"The made-up country in {folder} was made by another version of this program.",
            "Make the registry again: the truth about the requests must fit the people in it.",
        )
    return country
