"""Redacted releases, expunction and keys at the command line."""

import json

import pytest

from .conftest import Call
from .world import World


@pytest.fixture
def world(call: Call, tmp_path) -> World:
    world = World(call, tmp_path).set_up()
    id = world.do("batch", "receive", world.seal(world.requests()))["id"]
    world.do("batch", "examine", id)
    world.answer(id)
    world.batch = id
    return world


def vkey(world: World):
    return world.data / "public" / "ledger.vkey"


def test_a_release_is_made_checked_extended_and_found_out_when_changed(world: World) -> None:
    first, later = world.folder / "first.json", world.folder / "later.json"
    made = world.do(
        *("ledger", "disclose", "--batch", world.batch, "--request", "r-1", "--fields", "time,answer.codes"),
        *("--reason", "request=5 USC 552(b)(7)(C)", "--reason", "*=26 USC 6103(a)", "--as", "alba", "-o", first),
        *("--to", "D.D.C.", "--title", "25-cv-00457"),
    )
    assert made["entries"] == 2
    told = world.do("ledger", "check-release", first, "--vkey", vkey(world))
    assert told["ok"]
    assert told["entries"][0]["withheld"] == {"request": "5 USC 552(b)(7)(C)"}
    plan = world.folder / "plan.yaml"
    plan.write_text(f"batch: {world.batch}\nrequest: r-1\ndisclose: [time, request]\nreasons: {{'*': sealed}}\n")
    world.do("ledger", "disclose", "--plan", plan, "--as", "alba", "-o", later, code=3)
    assert not later.exists()
    world.do("ledger", "disclose", "--plan", plan, "--as", "alba", "--as", "boris", "-o", later)
    both = ("ledger", "check-release", later, "--vkey", vkey(world), "--earlier", first)
    told = world.do(*both)
    assert told["entries"][0]["disclosed"]["request"]["surname"] == "Quillobar"
    assert told["compared"] == [{"file": str(first), "entries": [e["index"] for e in told["entries"]], "left_out": []}]
    assert f"{first}: 2 entries are in both and compared." in world.call(*both).out
    changed = json.loads(later.read_text())
    changed["content"]["entries"][0]["disclosed"][0][2] = "2020-01-01T00:00:00Z"
    later.write_text(json.dumps(changed))
    assert not world.do(*both, code=1)["ok"]
    assert "NOT hold" in world.call("ledger", "check-release", later, "--vkey", vkey(world)).out


def test_an_earlier_release_that_shares_no_entry_is_said_to_be_compared_with_nothing(world: World) -> None:
    files = {}
    for entries in ("0", "1-2", "0-1"):
        files[entries] = world.folder / f"release-{entries}.json"
        reason = ("--reason", "*=26 USC 6103(a)", "--as", "alba")
        world.do("ledger", "disclose", "--entries", entries, *reason, "-o", files[entries])
    check = ("ledger", "check-release", files["0"], "--vkey", vkey(world), "--earlier")
    told = world.call(*check, files["1-2"])
    assert "NO entry is in both: nothing was compared." in told.out
    assert world.do(*check, files["1-2"])["compared"][0] == {
        "file": str(files["1-2"]), "entries": [], "left_out": [1, 2],
    }  # fmt: skip
    told = world.call(*check, files["0-1"])
    assert "1 entry is in both and compared." in told.out
    assert "note: left out of this release: entries 1." in told.out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--entries", "3-1"), 2),
        (("--entries", "x"), 2),
        (("--entries", "1", "--reason", "nonsense"), 2),
        (("--entries", "999999", "--reason", "*=x"), 2),
        (("--reason", "*=x"), 2),
        (("--entries", "1", "--batch", "b", "--reason", "*=x"), 2),
        (("--plan", "nowhere.yaml"), 2),
    ],
)
def test_a_release_that_cannot_be_made_says_what_to_do(world: World, options, code) -> None:
    told = world.do("ledger", "disclose", *options, "--as", "alba", "-o", world.folder / "x.json", code=code)
    assert told["error"]["next"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", "not json", '{"schema": "counterfoil.redacted-release/1"}'])
def test_a_file_that_is_no_release_is_no_release(world: World, text) -> None:
    (world.folder / "bad").write_text(text)
    told = world.call("ledger", "check-release", world.folder / "bad", "--vkey", vkey(world))
    assert told.code in (1, 2)


def test_an_entry_is_expunged_and_the_ledger_says_so(world: World) -> None:
    entries = world.do("ledger", "disclose", "--batch", world.batch, "--reason", "*=x", "--as", "alba", "-o",
                       world.folder / "all.json")  # fmt: skip
    at = next(
        entry["index"]
        for entry in world.do("ledger", "check-release", world.folder / "all.json", "--vkey", vkey(world))["entries"]
        if entry["public"]["type"] == "request"
    )
    assert entries["entries"] > 5
    gone = world.do("ledger", "expunge", "--entry", at, "--as", "boris", "--authority", "5 USC 552a(d)(2)")
    assert gone["wiped"]
    assert world.do("ledger", "verify")["ok"]
    world.do("ledger", "disclose", "--entries", at, "--reason", "*=x", "--as", "alba", "-o", world.folder / "b.json")
    shown = world.do("ledger", "check-release", world.folder / "b.json", "--vkey", vkey(world))["entries"][0]
    assert shown["expunged_by"] == gone["ledger_entries"][0]
    world.do("ledger", "export", world.folder / "export")
    audited = world.do("audit", world.folder / "export", "--vkey", vkey(world))
    assert audited["ok"]
    assert audited["entries"]["expunction"] == 1
    world.do("ledger", "expunge", "--entry", "0", "--as", "boris", "--authority", "x", code=3)


def test_every_key_of_the_office_is_changed_and_an_audit_follows(world: World) -> None:
    pinned = world.folder / "pinned.vkey"
    pinned.write_bytes(vkey(world).read_bytes())
    for use in ("ledger", "custodian"):
        changed = world.do("key", "rotate", use, "--as", "alba")
        assert changed["id"] != changed["previous"]
    sealed = world.do("key", "rotate", "sealing", "--as", "alba", "--reseal")
    assert sealed["resealed"] > 10
    world.do("ledger", "export", world.folder / "export")
    for key in (pinned, vkey(world)):
        assert world.do("audit", world.folder / "export", "--vkey", key)["ok"]
    uses = [(row["use"], row["in_use"]) for row in world.do("key", "list")["keys"]]
    assert uses == [
        ("ledger", True), ("ledger", False), ("custodian", True), ("custodian", False), ("sealing", True),
        ("sealing", False), ("official", True),
    ]  # fmt: skip
    assert world.do("doctor")["ok"]


def test_a_compromised_key_is_recorded_with_what_it_did(world: World) -> None:
    official = next(row["id"] for row in world.do("key", "list")["keys"] if row["use"] == "official")
    told = world.do("key", "compromised", official, "--as", "alba", "--since", "2020-01-01")
    assert [batch["batch"] for batch in told["batches"]] == [world.batch]
    assert told["batches"][0]["answer"]["outcomes"]["CONFIRMED"] >= 1
    out = world.call("--data", world.data, "key", "compromised", official, "--as", "alba", "--since", "2021-01-01").out
    assert world.batch in out
    world.do("batch", "release", world.batch, "-o", world.folder / "again.jwe", code=3)
    world.do("key", "compromised", "nobody", "--as", "alba", "--since", "2020-01-01", code=2)
    world.do("key", "compromised", official, "--as", "alba", "--since", "yesterday", code=2)
    world.do("key", "rotate", "ledger", "--as", "alba", "--new", "file.key", code=2)
