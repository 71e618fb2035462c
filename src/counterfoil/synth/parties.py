"""Who asks: an official with a key, a roster of named officers, and the papers that a demo needs."""

from __future__ import annotations

import csv
import random
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

from counterfoil.errors import InputError, UnavailableError
from counterfoil.synth.chance import data, generator
from counterfoil.synth.country.names import Names, plain
from counterfoil.synth.facts import REFERENCE_DAY

OFFICER_SHARE: Final = 90  # requests an officer; the requests of `make_requests` name officers in that order
_TITLES: Final = (
    "Special Agent, Homeland Security Investigations", "Senior Special Agent, HSI", "Criminal Investigator",
    "Supervisory Special Agent, HSI", "Special Agent", "Criminal Investigator, GS-1811",
)  # fmt: skip
_ROLES: Final = ("case agent", "case agent", "co-case agent", "lead investigator", "affiant")


@dataclass(frozen=True, slots=True)
class PartiesMade:
    """Where everything is: the official's private key, the roster, the safeguard status, a court order."""

    folder: str
    official_key: str
    official_public_key: str
    roster: str
    officers: int
    safeguards: str
    order: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def make_parties(folder: Path, subjects: int, seed: int, *, start: int = 0, on: date = REFERENCE_DAY) -> PartiesMade:
    """Make the requester's side for `subjects` requests in an empty folder.

    `start`: position of the batch's first request in the file that `make_requests` made, when the file was
    divided: the roster names the officers of those rows. Names follow from the seed; keys are new each time.
    """
    if subjects < 1 or start < 0:
        raise InputError("Parties are made for one request or more.", "Give the number of requests.")
    first, last = start // OFFICER_SHARE, (start + subjects - 1) // OFFICER_SHARE + 1
    try:
        (folder / "officers").mkdir(parents=True)
        official = _key(folder / "official.jwk")
        officers = [_officer(folder, number, seed) for number in range(first, last + 1)]
        _write_roster(folder / "roster.csv", officers)
        (folder / "safeguards.yaml").write_text(_safeguards(on), encoding="utf-8")
        (folder / "order.yaml").write_text(_order(on), encoding="utf-8")
    except FileExistsError:
        raise InputError(f"{folder} holds keys already.", "Name a new folder: keys are never written over.") from None
    except OSError as error:
        raise UnavailableError(
            f"{folder} cannot be written: {error.strerror or error}.", "Choose another folder."
        ) from error
    return PartiesMade(
        str(folder), str(official), f"{official}.pub", str(folder / "roster.csv"), len(officers),
        str(folder / "safeguards.yaml"), str(folder / "order.yaml"),
    )  # fmt: skip


def _key(path: Path) -> Path:
    from counterfoil.request.keys import write_key_pair

    write_key_pair(path)
    return path


def _officer(folder: Path, number: int, seed: int) -> dict[str, str]:
    """Officer `number` of the agency, always of the same name."""
    rng = generator("officer", seed, number)
    given, surname = _name(rng)
    key = f"o{number + 1:05}"
    _key(folder / "officers" / f"{key}.jwk")
    mailbox = f"{given}.{surname}".lower().replace(" ", "").replace("'", "")
    return {
        "key": key, "name": f"{given} {surname}", "title": rng.choice(_TITLES), "agency": "ICE",
        "email": f"{mailbox}{number + 1}@ice.example", "role": rng.choice(_ROLES), "engaged": "yes",
        "public_key": f"officers/{key}.jwk.pub",
    }  # fmt: skip


def _name(rng: random.Random) -> tuple[str, str]:
    families = data("names")["families"]
    family = rng.choices(list(families), [f["share"] for f in families.values()])[0]
    name = Names(rng, family).of(rng.choice("MF"), (Names(rng, family).surname(),))
    return plain(name.given), plain(name.surname)


def _write_roster(path: Path, officers: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(officers[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(officers)


def _safeguards(on: date) -> str:
    return (
        f"agency: ICE\nreport: {{period: {on.year}, approved: {on.year}-01-20}}\n"
        f"last_review: {on.year - 1}-06-01\nfindings: []\noverdue_disposals: 0\n"
    )


def _order(on: date) -> str:
    instant = datetime.combine(on, time(17), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        "id: order-1\ncourt: D.D.C.\ndocket: 99-cv-00001\nparties: [custodian]\nforbids: [disclose]\n"
        f"carve_out: null\neffective: {instant}\nlifted: null\nsupersedes: null\ndocument_sha256: null\n"
    )
