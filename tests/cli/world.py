"""A small made-up world for journeys: a registry of four people, five requests, and everybody's keys."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .conftest import Call

AGREEMENT = "treasury-dhs-2025-04-07"

REGISTRY = """\
tin,given_name,middle_name,surname,name_suffix,date_of_birth,tax_year,address_line1,address_line2,city,state,postal_code,hold
900700001,Maria,Elena,Quillobar,,1980-04-02,2023,118 N Fernwick St Apt 4,,Dunmarrow,IL,62701,
900700002,Tomas,,Brandleby,,1975-11-20,2023,2204 Osterling Ave,,Dunmarrow,IL,62701,
900700003,Irina,,Vasilkova,,1990-01-15,2023,77 Pellworth Rd,,Dunmarrow,IL,62702,
900700004,Ahmad,,Zirkani,,1988-07-30,2023,501 Greyling Ct,,Dunmarrow,IL,62702,informant
"""

COLUMNS = [
    "request_id",
    "given_name",
    "surname",
    "address_line1",
    "city",
    "state",
    "postal_code",
    "tax_years",
    "statute",
    "reason",
    "investigation_id",
    "investigation_status",
    "prior_removal_date",
    "found_date",
    "recipients",
]

REASONS = {
    "r-1": "Agent traced a pay stub of Quillobar to the Fernwick Street flat after her return through Nogales; "
    "whether she filed from there bears on when she re-entered.",
    "r-2": "Brandleby rented at Osterling Avenue before his removal; a filing from that house would show that he "
    "came back to it, which the reentry charge turns on.",
    "r-3": "A wire transfer under the name Vasilkova was collected near Pellworth Road in May; the grand jury asks "
    "whether she had lived there since the removal.",
    "r-4": "Zirkani was seen at Greyling Court by a deputy on patrol; the tax address would corroborate the sighting "
    "on which the reentry count rests.",
    "r-5": "The lease for Tarnwell Lane names Oduyala, removed once at Laredo; the address bears on the date of his "
    "second entry, an element of the charge.",
}


def request_rows() -> list[dict[str, str]]:
    """Five lawful requests: two true addresses, a wrong house number, a held person, and one without a record."""
    people = {
        "r-1": ("Maria", "Quillobar", "118 North Fernwick Street #4", "62701"),
        "r-2": ("Tomas", "Brandleby", "2206 Osterling Avenue", "62701"),
        "r-3": ("IRINA", "VASILKOVA", "77 PELLWORTH RD", "62702"),
        "r-4": ("Ahmad", "Zirkani", "501 Greyling Court", "62702"),
        "r-5": ("Bola", "Oduyala", "9 Tarnwell Lane", "62701"),
    }
    return [
        {
            "request_id": key,
            "given_name": given,
            "surname": surname,
            "address_line1": line,
            "city": "Dunmarrow",
            "state": "IL",
            "postal_code": code,
            "tax_years": "2023",
            "statute": "8 USC 1326(a)",
            "reason": REASONS[key],
            "investigation_id": f"HSI-2026-{number:04}",
            "investigation_status": "open",
            "prior_removal_date": f"2019-03-{number + 10}",
            "found_date": f"2024-06-{number + 10}",
            "recipients": "officer-1",
        }
        for number, (key, (given, surname, line, code)) in enumerate(people.items(), start=1)
    ]


def write_requests(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...] = tuple(COLUMNS)) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


class World:
    """A data directory with its people, and the files that others hold. Every act is a command."""

    def __init__(self, call: Call, folder: Path) -> None:
        self.call, self.folder, self.data = call, folder, folder / "data"

    def do(self, *arguments: object, code: int = 0) -> Any:
        """Run a command on the data directory with --json; its document."""
        told = self.call("--data", self.data, "--json", *arguments)
        assert told.code == code, f"{arguments}: {told.code} {told.out} {told.err}"
        return told.json

    def set_up(self) -> World:
        """Everything that must be there before a batch can be answered."""
        self.do("init")
        for name in ("director.jwk", "officer-1.jwk", "stranger.jwk"):
            self.do("key", "new", "-o", self.folder / name)
        self.do("officer", "add", "alba", "--name", "Alba Example")
        self.do("officer", "add", "boris", "--name", "Boris Example")
        self.enroll("director-1", "Acting Director, U.S. Immigration and Customs Enforcement")
        self.record_safeguards()
        (self.folder / "registry.csv").write_text(REGISTRY, encoding="utf-8")
        self.do("registry", "load", self.folder / "registry.csv")
        return self

    def enroll(self, id: str, office: str) -> None:
        key = self.folder / "director.jwk.pub"
        self.do(
            *("official", "enroll", id, "--agreement", AGREEMENT, "--name", f"Ada Example ({id})"),
            *("--office", office, "--from", "2025-03-10", "--key", key),
        )

    def record_safeguards(self, **changes: object) -> Any:
        year = datetime.now(UTC).year
        facts = {
            "agency": "ICE",
            "report": f"{{period: {year}, approved: {year}-01-01}}",
            "last_review": f"{year - 1}-06-01",
            "findings": "[]",
            "overdue_disposals": 0,
            **changes,
        }
        file = self.folder / "safeguards.yaml"
        file.write_text("".join(f"{key}: {value}\n" for key, value in facts.items()), encoding="utf-8")
        return self.do("safeguard", "record", file)

    def roster(self, name: str = "Otto Example") -> Path:
        file = self.folder / "roster.csv"
        file.write_text(
            "key,name,title,agency,email,role,engaged,public_key\n"
            f"officer-1,{name},Special Agent,ICE,otto.example@ice.example,case agent,yes,officer-1.jwk.pub\n",
            encoding="utf-8",
        )
        return file

    def seal(self, requests: Path, official: str = "director-1", *options: object) -> Path:
        batch = self.folder / f"{requests.stem}.jwe"
        self.do(
            *("request", "seal", requests, "--agreement", AGREEMENT, "--official", official),
            *("--key", self.folder / "director.jwk", "--roster", self.roster(), "--storage", "secure_server"),
            *("-o", batch, *options),
        )
        return batch

    def requests(self, name: str = "requests.csv", rows: list[dict[str, str]] | None = None) -> Path:
        return write_requests(self.folder / name, rows if rows is not None else request_rows())

    def answer(self, id: str, code: int = 0) -> Any:
        """From an examined batch to its opened answer."""
        self.do("batch", "approve", id, "--as", "alba")
        self.do("batch", "approve", id, "--as", "boris")
        self.do("batch", "verify", id)
        self.do("batch", "release", id, "-o", self.folder / "answer.jwe", code=code)
        return self.do("answer", "open", self.folder / "answer.jwe", "--key", self.folder / "officer-1.jwk", code=code)
