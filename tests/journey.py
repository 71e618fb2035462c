"""A small office on made-up people, and every step of a request through the cases that the commands call."""

import csv
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from counterfoil import answer, cases, request

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
AGREEMENT = "treasury-dhs-2025-04-07"
REGISTRY_COLUMNS = (
    "tin", "given_name", "middle_name", "surname", "name_suffix", "date_of_birth", "tax_year",
    "address_line1", "address_line2", "city", "state", "postal_code", "hold",
)  # fmt: skip
SAFEGUARDS = """\
agency: ICE
report: {period: 2026, approved: 2026-01-20}
last_review: 2025-06-01
findings: []
overdue_disposals: 0
"""
STAY = """\
id: order-1
court: D.D.C.
docket: 25-cv-00457
parties: [custodian]
forbids: [disclose]
carve_out: null
effective: 2026-03-01T00:00:00Z
lifted: null
supersedes: null
document_sha256: null
"""
OVERRIDE = """\
id: ov-1
key: delegate_signature
authority: memorandum of counsel of 27 February 2026
entered_by: ana
starts: 2026-03-01
ends: 2026-06-01
"""

GIVEN = [
    "Ricarda",
    "Tomasz",
    "Ofelia",
    "Benedikt",
    "Yolanda",
    "Casimir",
    "Ludmila",
    "Anselm",
    "Perpetua",
    "Gideon",
    "Hortensia",
    "Waldemar",
]
FAMILY = [
    "Quimper",
    "Ostrowe",
    "Halvarsen",
    "Belmonteri",
    "Draycote",
    "Venturo",
    "Nachtwey",
    "Oyelar",
    "Tamburri",
    "Zielke",
    "Corvane",
    "Ashgrove",
]
STREETS = [
    "Larkmoor",
    "Tannery",
    "Copperfield",
    "Wexcombe",
    "Ottery",
    "Milldam",
    "Brackenridge",
    "Quarry",
    "Sablewood",
    "Harrowgate",
]


REASONS = (
    "{name} is the target of criminal investigation {case} for wilful failure to depart; use of this address in tax "
    "year 2022 bears on presence in the United States during the period charged.",
    "In {case}, a grand jury matter, the lease found at the scene names this address; a return for 2022 from it would "
    "show that {name} stayed after the final order.",
    "Investigation {case} charges that {name} remained after the order became final. Residence here in 2022 is an "
    "element of venue and of the time of the offence.",
    "A witness in {case} places {name} at this house through 2022. Whether the tax record of that year has the same "
    "address tests the statement before indictment.",
    "{name} told agents in {case} of having left the country in 2021. The address on the 2022 return would contradict "
    "the statement and prove the failure to depart.",
    "For the indictment in {case} the prosecutor needs proof that {name} lived at this address in 2022, after the "
    "ninety days for departure had run.",
    "Utility bills seized under warrant in {case} bear this address. The 2022 filing from it would tie {name} to the "
    "premises during the charged period.",
    "{case}: {name} is charged with wilfully failing to depart. The defence claims absence in 2022; residence at this "
    "address in that tax year is the disputed fact.",
)


def person(number, **changes):
    """One row of the made-up registry: person `number` at their own house in tax year 2022."""
    row = {
        "tin": f"9{number % 100:02d}-7{number % 10}-{1000 + number:04d}",
        "given_name": GIVEN[number % len(GIVEN)],
        "middle_name": "",
        "surname": FAMILY[(number * 5 + number // 12) % len(FAMILY)],
        "name_suffix": "",
        "date_of_birth": f"19{60 + number % 30}-0{1 + number % 9}-1{number % 10}",
        "tax_year": "2022",
        "address_line1": f"{100 + 7 * number} {STREETS[number % len(STREETS)]} Street",
        "address_line2": "",
        "city": "Springfield",
        "state": "IL",
        "postal_code": "62701",
        "hold": "",
    }
    return {**row, **{key: str(value) for key, value in changes.items()}}


def asked(number, who=None, **changes):
    """A valid request about person `number` (or the registry row `who`)."""
    who = who or person(number)
    name, case = f"{who['given_name']} {who['surname']}", f"HSI-2025-{10_000 + number}"
    row = {
        "request_id": f"r-{number:05d}",
        "given_name": who["given_name"],
        "middle_name": who["middle_name"],
        "surname": who["surname"],
        "name_suffix": who["name_suffix"],
        "address_line1": who["address_line1"],
        "address_line2": who["address_line2"],
        "city": who["city"],
        "state": who["state"],
        "postal_code": who["postal_code"],
        "tax_years": "2022",
        "statute": "8 USC 1253(a)(1)(A)",
        "reason": REASONS[number % len(REASONS)].format(name=name, case=case),
        "investigation_id": case,
        "investigation_status": "open",
        "removal_order_date": "2021-03-15",
        "removal_order_case": f"A{200_000_000 + number}",
        "removal_ground": "8 USC 1227(a)(2)(A)(iii)",
        "judicial_review_decided": "",
        "prior_removal_date": "",
        "found_date": "",
        "entry_date": "",
        "recipients": "o1",
        "date_of_birth": "",
        "tin": "",
    }
    return {**row, **{key: str(value) for key, value in changes.items()}}


def write_csv(path, rows, columns=None):
    columns = columns or list(dict.fromkeys(key for row in rows for key in row))
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return Path(path)


@dataclass
class Journey:
    """An office with one official, two officers, a roster and (once loaded) a registry."""

    folder: Path
    now: datetime = NOW
    roster_size: int = 2
    office: object = field(init=False)
    official_key: dict = field(init=False)
    officer_key: dict = field(init=False)
    batches: int = 0

    def __post_init__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data = self.folder / "data"
        cases.init(self.data, self.now)
        self.office = cases.open_office(self.data)
        request.write_key_pair(self.folder / "official.key")
        self.official_key = request.read_key(self.folder / "official.key", private=True)
        rows = []
        for number in range(1, self.roster_size + 1):
            request.write_key_pair(self.folder / f"o{number}.key")
            rows.append(
                {
                    "key": f"o{number}", "name": f"{GIVEN[number % 12]} {FAMILY[number % 12]}",
                    "title": "Special Agent", "agency": "ICE", "email": f"agent{number}@ice.example",
                    "role": "case agent", "engaged": "yes", "public_key": f"o{number}.key.pub",
                }
            )  # fmt: skip
        self.officer_key = request.read_key(self.folder / "o1.key", private=True)
        self.roster = request.read_roster(write_csv(self.folder / "roster.csv", rows))
        (self.folder / "safeguards.yaml").write_text(SAFEGUARDS)
        cases.enroll_official(
            self.office, "official-1", AGREEMENT, "Marguerite Fenwick",
            "Acting Director, U.S. Immigration and Customs Enforcement", date(2025, 2, 1), None,
            self.folder / "official.key.pub", self.now,
        )  # fmt: skip
        cases.add_officer(self.office, "ana", "Ana Thornquist", self.now)
        cases.add_officer(self.office, "ben", "Ben Castellane", self.now)
        cases.record_safeguards(self.office, self.folder / "safeguards.yaml", self.now)

    def load(self, rows, **options):
        path = write_csv(self.folder / "registry.csv", rows, REGISTRY_COLUMNS)
        return cases.load_registry(self.office, [path], self.now, **options)

    def sealed(self, rows, **manifest):
        """A sealed batch of these rows, as bytes."""
        self.batches += 1
        path = write_csv(self.folder / f"requests-{self.batches}.csv", rows)
        terms = {
            "agreement": AGREEMENT, "official": "official-1", "roster": self.roster, "private_jwk": self.official_key,
            "custodian_jwk": self.office.public_key, "storage": "case_system",
            "signed_at": self.now - timedelta(hours=1),
        }  # fmt: skip
        return request.seal_batch(path, **{**terms, **manifest})

    def receive(self, rows, **manifest):
        return cases.receive_bytes(self.office, self.sealed(rows, **manifest), "api", self.now)

    def examine(self, rows, **manifest):
        return cases.examine(self.office, self.receive(rows, **manifest).id, self.now)

    def approve(self, batch_id):
        cases.approve(self.office, batch_id, "ana", self.now)
        cases.approve(self.office, batch_id, "ben", self.now)

    def release(self, batch_id):
        output = self.folder / f"{batch_id}.answer"
        cases.release(self.office, batch_id, output, self.now)
        return self.open(output)

    def open(self, output):
        return answer.open_answer(output.read_bytes(), self.officer_key, self.office.public_key, self.office.vkey)

    def through(self, rows, **manifest):
        """All steps; the opened answer."""
        examined = self.examine(rows, **manifest)
        self.approve(examined.id)
        cases.verify(self.office, examined.id, self.now)
        return self.release(examined.id)

    def audit(self):
        from counterfoil.ledger import audit

        folder = self.folder / f"export-{len(list(self.folder.glob('export-*')))}"
        cases.ledger_export(self.office, folder)
        return audit(folder, self.office.vkey)


def outcomes(opened):
    return {row.request_id: row.outcome.value for row in opened.rows}


def everything_stored(data):
    """Every byte that the office keeps, for looking for what must not be there."""
    return b"".join(path.read_bytes() for path in sorted(Path(data).rglob("*")) if path.is_file())


def as_json(value):
    return json.dumps(value.as_dict(), default=str)
