"""Journeys through the commands, as a custodian and a requester take them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from .conftest import spawn
from .world import World, request_rows


def test_a_batch_goes_from_the_requester_to_the_answer_and_the_ledger_is_whole(world: World) -> None:
    batch = world.seal(world.requests())
    id = world.do("batch", "receive", batch)["id"]
    examined = world.do("batch", "examine", id)
    assert (examined["passed"], examined["refused"], examined["held"]) == (5, 0, 0)
    answer = world.answer(id)
    outcomes = {row["request_id"]: row["outcome"] for row in answer["rows"]}
    assert outcomes == {
        "r-1": "CONFIRMED",
        "r-2": "NO_CONFIRMATION",
        "r-3": "CONFIRMED",
        "r-4": "NO_CONFIRMATION",
        "r-5": "NO_CONFIRMATION",
    }
    assert answer["problems"] == []
    export = world.folder / "export"
    world.do("ledger", "export", export)
    assert world.do("audit", export, "--vkey", world.data / "public" / "ledger.vkey")["ok"]
    assert world.do("ledger", "verify")["ok"]
    assert world.do("report", "funnel")["confirmed"] == 2


def test_each_deficiency_of_a_row_is_told_at_once_and_the_others_are_answered(world: World) -> None:
    rows = request_rows()
    rows[0] |= {"address_line1": "", "city": "", "state": "", "tax_years": "ALL", "statute": "8 USC 1324d"}
    requests = world.requests(rows=rows)
    checked = world.do("request", "check", requests, code=1)
    found = {finding["code"] for finding in checked["rows"][0]["findings"]}
    assert {"ADDR_ZIP_ONLY", "PERIOD_VAGUE", "STATUTE_CIVIL"} <= found
    assert (checked["passed"], checked["refused"]) == (4, 1)
    id = world.do("batch", "receive", world.seal(requests))["id"]
    examined = world.do("batch", "examine", id, code=1)
    assert set(examined["rows"][0]["codes"]) >= {"ADDR_ZIP_ONLY", "PERIOD_VAGUE", "STATUTE_CIVIL"}
    assert all({"code", "field", "message", "citation", "remedy"} <= set(f) for f in examined["rows"][0]["findings"])
    rows_answered = world.answer(id, code=1)["rows"]
    assert [row["outcome"] for row in rows_answered[:2]] == ["REFUSED", "NO_CONFIRMATION"]
    assert rows_answered[1]["codes"] == []


def test_the_same_bytes_twice_are_one_batch(world: World) -> None:
    batch = world.seal(world.requests())
    first, second = world.do("batch", "receive", batch), world.do("batch", "receive", batch)
    assert first["id"] == second["id"]
    assert len(world.do("batch", "list")["batches"]) == 1


def test_each_step_out_of_turn_ends_with_3(world: World) -> None:
    id = world.do("batch", "receive", world.seal(world.requests()))["id"]
    for step in (
        ("approve", id, "--as", "alba"),
        ("verify", id),
        ("release", id, "-o", world.folder / "a.jwe"),
        ("lift-hold", id, "--as", "alba", "--reason", "x"),
        ("return", id, "--as", "alba"),
    ):
        assert world.do("batch", *step, code=3)["error"]["code"] == "OUT_OF_TURN"
    assert not (world.folder / "a.jwe").exists()
    world.do("batch", "examine", id)
    assert world.do("batch", "verify", id, code=3)["error"]["next"]


def test_one_officer_cannot_approve_twice_and_a_stranger_not_at_all(world: World) -> None:
    id = world.do("batch", "receive", world.seal(world.requests()))["id"]
    world.do("batch", "examine", id)
    world.do("batch", "approve", id, "--as", "alba")
    assert world.do("batch", "approve", id, "--as", "alba", code=3)["error"]["code"] == "NOT_ALLOWED"
    assert world.do("batch", "approve", id, "--as", "nobody", code=2)["error"]["code"] == "NOT_FOUND"
    assert world.do("batch", "verify", id, code=3)


def test_releasing_again_gives_the_same_bytes(world: World) -> None:
    id = world.do("batch", "receive", world.seal(world.requests()))["id"]
    world.do("batch", "examine", id)
    world.answer(id)
    world.do("batch", "release", id, "-o", world.folder / "again.jwe")
    first = (world.folder / "answer.jwe").read_bytes()
    assert (world.folder / "again.jwe").read_bytes() == first


def test_only_an_officer_of_the_roster_opens_the_answer(world: World) -> None:
    id = world.do("batch", "receive", world.seal(world.requests()))["id"]
    world.do("batch", "examine", id)
    world.answer(id)
    told = world.do("answer", "open", world.folder / "answer.jwe", "--key", world.folder / "stranger.jwk", code=1)
    assert "other keys" in told["error"]["message"] or told["error"]["code"] in ("INTEGRITY", "BROKEN_SEAL")


def test_an_order_entered_after_the_examination_stops_the_answer(world: World) -> None:
    id = world.do("batch", "receive", world.seal(world.requests()))["id"]
    world.do("batch", "examine", id)
    world.do("batch", "approve", id, "--as", "alba")
    world.do("batch", "approve", id, "--as", "boris")
    order = world.folder / "order.yaml"
    order.write_text(
        "id: order-1\ncourt: D.D.C.\ndocket: 25-cv-00457\nparties: [custodian]\nforbids: [disclose]\n"
        "carve_out: null\neffective: 2025-11-21T17:00:00Z\nlifted: null\nsupersedes: null\ndocument_sha256: null\n",
        encoding="utf-8",
    )
    assert world.do("stay", "enter", order)["id"] == "order-1"
    assert world.do("batch", "verify", id, code=1)["error"]["code"] == "HELD"
    held = world.do("batch", "examine", id, code=1)
    assert (held["passed"], held["held"]) == (0, 5)
    assert world.do("batch", "lift-hold", id, "--as", "alba", "--reason", "x", code=3)
    assert world.do("stay", "list")["orders"][0]["in_force"] is True
    world.do("stay", "lift", "order-1")
    assert world.do("batch", "examine", id)["passed"] == 5


def test_unmet_safeguards_hold_the_batch(world: World) -> None:
    assert world.record_safeguards(overdue_disposals=3)["met"] is False
    id = world.do("batch", "receive", world.seal(world.requests()))["id"]
    held = world.do("batch", "examine", id, code=1)
    assert held["held"] == 5
    assert {finding["code"] for finding in held["batch"]} == {"SAFEGUARDS_NOT_MET"}
    returned = world.do("batch", "return", id, "--as", "alba", "-o", world.folder / "back.jwe", code=1)
    assert returned["outcomes"]["HELD"] == 5
    assert (world.folder / "back.jwe").exists()


def test_a_deputys_batch_is_refused_row_by_row_and_returned(world: World) -> None:
    world.enroll("deputy-1", "Deputy Field Office Director")
    id = world.do("batch", "receive", world.seal(world.requests(), "deputy-1"))["id"]
    examined = world.do("batch", "examine", id, code=1)
    assert examined["refused"] == 5
    assert "SIGNER_NOT_AUTHORISED" in examined["refused_by_code"]
    world.do("batch", "return", id, "--as", "alba", "-o", world.folder / "back.jwe", code=1)
    opened = world.do("answer", "open", world.folder / "back.jwe", "--key", world.folder / "officer-1.jwk", code=1)
    assert {row["outcome"] for row in opened["rows"]} == {"REFUSED"}


def test_an_audit_names_a_changed_byte(world: World) -> None:
    export = world.folder / "export"
    world.do("ledger", "export", export)
    entries = next(path for path in sorted(export.rglob("*")) if path.is_file() and "entries" in str(path))
    content = bytearray(entries.read_bytes())
    content[len(content) // 2] ^= 1
    entries.write_bytes(content)
    told = world.do("audit", export, "--vkey", world.data / "public" / "ledger.vkey", code=1)
    assert told["ok"] is False and told["problems"]


def test_an_audit_remembers_an_earlier_checkpoint(world: World) -> None:
    earlier = world.folder / "checkpoint"
    earlier.write_text(world.do("ledger", "checkpoint")["checkpoint"], encoding="utf-8")
    world.do("batch", "receive", world.seal(world.requests()))
    world.do("ledger", "export", world.folder / "export")
    vkey = (world.data / "public" / "ledger.vkey").read_text(encoding="ascii").strip()
    assert world.do("audit", world.folder / "export", "--vkey", vkey, "--since", earlier)["ok"]


def test_an_entry_is_proved(world: World) -> None:
    proof = world.folder / "proof.json"
    world.do("ledger", "prove", 0, "-o", proof)
    assert json.loads(proof.read_text(encoding="utf-8"))
    assert world.do("ledger", "prove", 10_000, code=2)["error"]["code"] == "NOT_FOUND"


def test_what_is_listed_and_shown_names_who_and_where(world: World) -> None:
    id = world.do("batch", "receive", world.seal(world.requests()))["id"]
    assert [official["id"] for official in world.do("official", "list")["officials"]] == ["director-1"]
    assert {officer["id"] for officer in world.do("officer", "list")["officers"]} == {"alba", "boris"}
    assert world.do("safeguard", "show")["met"] is True
    assert world.do("registry", "info")["rows"] == 4
    assert world.do("batch", "show", id)["state"] == "received"
    for noun in ("official", "officer", "batch", "stay", "agreement"):
        assert world.call("--data", world.data, noun, "list").out
    for words in (("batch", "show", id), ("safeguard", "show"), ("registry", "info"), ("report", "funnel")):
        told = world.call("--data", world.data, *words)
        assert told.code == 0 and told.out


def test_the_words_for_people_come_without_json(world: World) -> None:
    rows = request_rows()
    rows[0] |= {"address_line1": "Unknown Address"}
    id = world.do("batch", "receive", world.seal(world.requests(rows=rows)))["id"]
    told = world.call("--data", world.data, "batch", "examine", id)
    assert told.code == 1
    assert "ADDR_PLACEHOLDER" in told.out and "6103" in told.out and "r-1" in told.out


def test_no_command_shows_an_address_of_the_registry(world: World) -> None:
    id = world.do("batch", "receive", world.seal(world.requests()))["id"]
    world.do("batch", "examine", id)
    shown = json.dumps(world.answer(id))
    for words in (("batch", "show", id), ("registry", "info"), ("report", "funnel"), ("doctor",), ("batch", "list")):
        told = world.call("--data", world.data, *words)
        shown += told.out + told.err
    assert "2204" not in shown and "Apt" not in shown and "900700" not in shown


def test_a_registry_loaded_twice_is_loaded_once(world: World) -> None:
    before = world.do("ledger", "verify")["size"]
    again = world.do("registry", "load", world.folder / "registry.csv")
    assert again["already_loaded"]
    assert world.do("ledger", "verify")["size"] == before


def test_the_journey_holds_across_processes(tmp_path: Path) -> None:
    """A few steps as own processes: nothing lives only in memory."""
    data = ("--data", tmp_path / "d", "--json")
    assert spawn(*data, "init").code == 0
    assert spawn(*data, "officer", "add", "alba", "--name", "Alba Example").code == 0
    assert spawn(*data, "officer", "list").json["officers"][0]["id"] == "alba"
    verified = spawn(*data, "ledger", "verify").json
    assert verified["ok"] and verified["size"] >= 2
    assert hashlib.sha256((tmp_path / "d" / "keys" / "custodian.jwk").read_bytes()).hexdigest()
