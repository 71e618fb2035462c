"""One run of the whole way that may be killed anywhere and started again: `python -m tests.cases.killed_run FOLDER`.

Keys and files are made once by `prepare`; each step asks the office what is already done.
"""

import sys
from datetime import date
from pathlib import Path

from counterfoil import cases, request
from tests.journey import AGREEMENT, NOW, REGISTRY_COLUMNS, SAFEGUARDS, Journey, asked, person, write_csv

ROWS = 120


def prepare(folder, rows=ROWS):
    folder.mkdir(parents=True)
    for name in ("official", "o1"):
        request.write_key_pair(folder / f"{name}.key")
    officer = {
        "key": "o1",
        "name": "Ofelia Draycote",
        "title": "Special Agent",
        "agency": "ICE",
        "email": "o@ice.example",
        "role": "case agent",
        "engaged": "yes",
        "public_key": "o1.key.pub",
    }
    second = {**officer, "key": "o2", "name": "Anselm Venturo", "email": "p@ice.example"}
    write_csv(folder / "roster.csv", [officer, second])
    (folder / "safeguards.yaml").write_text(SAFEGUARDS)
    write_csv(folder / "registry.csv", [person(n) for n in range(rows)], REGISTRY_COLUMNS)
    asked_for = [
        asked(n, recipients="o1" if n < 60 else "o2", **({"reason": ""} if n % 10 == 0 else {})) for n in range(rows)
    ]
    write_csv(folder / "requests.csv", asked_for)


def run(folder, only_opened=False):
    """All of the way; with `only_opened`, up to the sealed batch."""
    data = folder / "data"
    if not cases.is_office(data):
        cases.init(data, NOW)
    office = cases.open_office(data)
    if not cases.list_officials(office):
        cases.enroll_official(office, "official-1", AGREEMENT, "Marguerite Fenwick", "Secretary of Homeland Security",
                              date(2025, 2, 1), None, folder / "official.key.pub", NOW)  # fmt: skip
    for officer, name in (("ana", "Ana Thornquist"), ("ben", "Ben Castellane")):
        if officer not in [known.id for known in cases.list_officers(office)]:
            cases.add_officer(office, officer, name, NOW)
    if not cases.show_safeguards(office, NOW).id:
        cases.record_safeguards(office, folder / "safeguards.yaml", NOW)
    cases.load_registry(office, [folder / "registry.csv"], NOW)
    sealed = folder / "batch.sealed"
    if not sealed.exists():
        from counterfoil.cases.office import write_new

        write_new(sealed, request.seal_batch(
            folder / "requests.csv", agreement=AGREEMENT, official="official-1",
            roster=request.read_roster(folder / "roster.csv"),
            private_jwk=request.read_key(folder / "official.key", private=True), custodian_jwk=office.public_key,
            storage="case_system", signed_at=NOW))  # fmt: skip
    if only_opened:
        return
    batch = cases.receive(office, sealed, "api", NOW).id
    steps(office, batch, folder / "answer")


def where(batch):
    """The batch's phase, and nothing else of what `show_batch` reads."""
    from counterfoil.cases.batch.phase import find, phase_of
    from counterfoil.office.database import reading

    with reading():
        return str(phase_of(find(batch)))


def steps(office, batch, output, after=lambda: None):
    """The custodian's steps to the answer, from wherever the batch is; `after` is called after each."""
    while (state := where(batch)) != "released":
        if state == "received":
            cases.examine(office, batch, NOW)
        elif state == "held":
            cases.lift_hold(office, batch, "ana", "looked at", NOW)
        elif state == "examined":
            cases.approve(office, batch, "ana", NOW)
        elif state == "approved once":
            cases.approve(office, batch, "ben", NOW)
        elif state == "approved":
            cases.verify(office, batch, NOW)
        elif state == "verified":
            cases.release(office, batch, output, NOW)
        else:
            raise AssertionError(f"no step leads on from {state}")
        after()
    if not output.exists():
        cases.release(office, batch, output, NOW)


if __name__ == "__main__":
    assert Journey
    run(Path(sys.argv[1]))
