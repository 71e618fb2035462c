"""An old decision is made again by its own rule set, from the archive kept when it first decided."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

import counterfoil
from counterfoil import cases, law
from counterfoil.cases.rules import archive
from counterfoil.cases.rules.keep import running_archive
from counterfoil.errors import InputError, IntegrityError, NotFoundError
from counterfoil.office import models
from tests.journey import STAY, asked, person

PACKAGE = Path(counterfoil.__file__).parent
ROOT = Path(__file__).parents[2]
STRICTER = '''
_FREE = frozenset(("HSI-2025-10003", "HSI-2025-10004"))


def no_investigation(reading, context):
    """An older rule, which refused two investigations by their ids."""
    if reading.request.investigation_id in _FREE:
        return Finding("NO_INVESTIGATION", "investigation_id")
    return _now(reading, context)
'''
OLD_OFFICE = """
import sys
from pathlib import Path
from tests.journey import Journey, asked, person
journey = Journey(Path(sys.argv[1]))
journey.load([person(number) for number in range(12)])
journey.through([asked(number) for number in range(10)])
"""


def rows(count, **changes):
    return [asked(number, **changes) for number in range(count)]


def path_of(journey):
    return journey.data / "rules" / f"{law.rule_set().sha256}.zip"


@pytest.fixture
def released(journey):
    journey.load([person(number) for number in range(15)])
    journey.through([*rows(10), asked(10, reason=""), asked(11, address_line1="UNKNOWN"), asked(4, request_id="again")])
    return journey


@pytest.fixture(scope="module")
def old_office(tmp_path_factory):
    """An office whose batch was decided by a really different, older rule set: another copy of the program."""
    running_archive()  # of the same moment as the hash that the tests name
    folder = tmp_path_factory.mktemp("old")
    shutil.copytree(PACKAGE, folder / "src" / "counterfoil", ignore=shutil.ignore_patterns("__pycache__", "_compiled"))
    rule = folder / "src" / "counterfoil" / "examination" / "rules" / "no_investigation.py"
    text = rule.read_text()
    rule.write_text(text.replace("def no_investigation(", "def _now(") + STRICTER)
    environment = {**os.environ, "PYTHONPATH": f"{folder / 'src'}:{ROOT}"}
    subprocess.run([sys.executable, "-c", OLD_OFFICE, folder / "office"], env=environment, check=True, cwd=folder)
    return folder / "office" / "data"


def command(data, *arguments):
    ran = subprocess.run(
        [sys.executable, "-m", "counterfoil", "--data", data, *arguments, "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, json.loads(ran.stdout)


def only_batch(office):
    return cases.list_batches(office)[0].id


def test_an_old_rule_set_decides_again_as_it_did_and_the_present_one_otherwise(old_office):
    _, listed = command(old_office, "rules", "list")
    (old,) = listed["rules"]
    assert (old["running"], old["state"], len(old["batches"])) == (False, "kept", 1)
    assert old["id"] != law.rule_set().sha256
    code, same = command(old_office, "batch", "recompute", old["batches"][0])
    assert (code, same["same"], same["rows"]) == (0, True, 10)
    assert same["recomputed_by"] == same["decided_by"] == old["id"]
    assert same["outcomes"]["recomputed"] == {"PASSED": 8, "REFUSED": 2, "HELD": 0}
    code, today = command(old_office, "batch", "recompute", old["batches"][0], "--with", "current")
    assert (code, today["same"], today["recomputed_by"]) == (1, False, law.rule_set().sha256)
    assert [row["request_id"] for row in today["differences"]] == ["r-00003", "r-00004"]
    assert today["differences"][0]["recorded"]["codes"] == ["NO_INVESTIGATION"]
    assert today["differences"][0]["recomputed"]["outcome"] == "PASSED"


def test_confirmations_of_an_old_rule_set_are_recomputed_on_the_registry_of_then(old_office):
    batch = command(old_office, "rules", "list")[1]["rules"][0]["batches"][0]
    code, found = command(old_office, "batch", "recompute", batch, "--confirmations")
    assert (code, found["confirmations"]["rows"], found["confirmations"]["differences"]) == (0, 8, [])


def test_a_decision_recomputed_is_the_same_on_every_row_and_writes_nothing(released):
    before = released.office.ledger().size()
    found = cases.recompute(released.office, only_batch(released.office), confirmations=True)
    assert found.same, found.as_dict()
    assert found.counts["recorded"] == found.counts["recomputed"] == {"PASSED": 11, "REFUSED": 2, "HELD": 0}
    assert found.confirmations["rows"] == 11  # the one that repeats another too
    assert found.gaps == ()
    assert released.office.ledger().size() == before


def test_an_order_and_a_safeguard_of_later_do_not_reach_back(released, tmp_path):
    batch = only_batch(released.office)
    later = released.now + timedelta(days=1)
    (tmp_path / "stay.yaml").write_text(STAY)
    cases.enter_stay(released.office, tmp_path / "stay.yaml", later)
    (tmp_path / "bad.yaml").write_text((released.folder / "safeguards.yaml").read_text().replace("s: 0", "s: 9"))
    cases.record_safeguards(released.office, tmp_path / "bad.yaml", later)
    assert cases.recompute(released.office, batch).same


def test_probing_is_judged_by_what_had_been_asked_then_and_not_by_what_came_later(journey):
    journey.load([person(number) for number in range(5)])
    first = journey.examine(rows(3)).id
    houses = [asked(0, request_id=f"try-{n}", address_line1=f"{900 + n} Quarry Street") for n in range(7)]
    journey.now += timedelta(days=1)
    second = journey.examine(houses)
    assert second.refused_by_code()["PROBING"] > 0
    found = cases.recompute(journey.office, second.id)
    assert found.same, found.as_dict()
    assert cases.recompute(journey.office, first).same
    journey.now += timedelta(days=1)
    (journey.folder / "stay.yaml").write_text(STAY)
    cases.enter_stay(journey.office, journey.folder / "stay.yaml", journey.now)
    cases.examine(journey.office, first, journey.now)  # its asks are remembered anew, and the gap is told
    again = cases.recompute(journey.office, second.id)
    assert first in again.gaps[0]


def test_days_in_office_changed_later_do_not_reach_back(released):
    from datetime import date

    row = models.Official.objects.get(id="official-1")
    journey_key = released.folder / "official.key.pub"
    cases.enroll_official(
        released.office, row.id, row.agreement, row.name, row.office, row.starts, date(2025, 6, 1), journey_key,
        released.now + timedelta(days=1),
    )  # fmt: skip
    found = cases.recompute(released.office, only_batch(released.office))
    assert (found.same, found.gaps) == (True, ())


def test_a_tampered_archive_is_never_run(released):
    path = path_of(released)
    path.write_bytes(path.read_bytes().replace(b"PASSED", b"FAILED", 1))
    with pytest.raises(IntegrityError, match="not the one that the ledger names"):
        cases.recompute(released.office, only_batch(released.office))


def test_a_missing_archive_is_said_and_the_running_rule_set_is_written_anew_as_it_was(released):
    path, batch = path_of(released), only_batch(released.office)
    data = path.read_bytes()
    path.unlink()
    with pytest.raises(IntegrityError, match="cannot be read"):
        cases.recompute(released.office, batch)
    size = released.office.ledger().size()
    cases.keep_rules(released.office, released.now)
    assert path.read_bytes() == data
    assert released.office.ledger().size() == size
    assert cases.recompute(released.office, batch).same


def test_an_archive_changed_together_with_the_database_is_found_by_the_ledger(released):
    path = path_of(released)
    changed = path.read_bytes() + b" "
    path.write_bytes(changed)
    kept = models.RuleArchive.objects.get()
    models.RuleArchive.objects.create(  # the record itself cannot be changed; this one would be the newest
        entry=kept.entry + 1, rule_set=kept.rule_set, version="", archive=archive.sha256_of(changed), at=released.now
    )
    with pytest.raises(IntegrityError, match="The ledger does not name"):
        cases.recompute(released.office, only_batch(released.office))


def test_a_batch_refused_at_the_door_and_one_not_examined_have_nothing_to_recompute(journey):
    refused = cases.receive_bytes(journey.office, b"no batch at all", "api", journey.now)
    with pytest.raises(InputError, match="at the door"):
        cases.recompute(journey.office, refused.id)
    with pytest.raises(NotFoundError):
        cases.recompute(journey.office, "b-0000000000000000")


def test_confirmations_are_not_recomputed_on_another_registry(released):
    released.load([person(number) for number in range(3)], replace=True)
    with pytest.raises(Exception, match="The registry that was asked then is registry-"):
        cases.recompute(released.office, only_batch(released.office), confirmations=True)


def test_the_same_files_give_the_same_archive_and_it_holds_what_the_hash_covers(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "copy", ignore=shutil.ignore_patterns("__pycache__"))
    data = archive.pack(PACKAGE)
    assert archive.pack(tmp_path / "copy") == data
    from counterfoil.law.rules import deciding_files

    covered = {f"counterfoil/{path.relative_to(PACKAGE).as_posix()}" for path in deciding_files(PACKAGE)}
    assert covered <= set(archive.listing(data))
    assert len(data) < 2_000_000


def test_an_archive_cannot_write_outside_its_folder(tmp_path):
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("counterfoil/../../evil.py", "1")
    with pytest.raises(IntegrityError):
        archive.unpack(path.read_bytes(), tmp_path / "in")
    assert not list(tmp_path.rglob("evil.py"))


def test_an_office_names_its_rule_set_in_the_ledger_from_the_start(journey):
    public = [leaf.public for _, leaf in journey.office.ledger().read_public(0, 3)]
    (rules,) = [fields for fields in public if fields["type"] == "rules"]
    assert rules["rule_set"] == law.rule_set().sha256
    assert rules["sha256"] == archive.sha256_of(path_of(journey).read_bytes())
    assert journey.audit().ok


def test_the_doctor_says_of_an_archive_that_it_is_damaged(journey):
    path_of(journey).write_bytes(b"no archive")
    (found,) = [check for check in cases.doctor(journey.office, journey.now) if check.name == "rule sets"]
    assert (found.level, "not the one that the ledger names" in found.what) == ("wrong", True)
