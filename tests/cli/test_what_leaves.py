"""What of the ledger reaches someone outside: who may show it, where it is written, and when nothing leaves."""

import base64
import json
import shutil
import stat

import pytest

from .conftest import Call
from .test_witness import policy_file, say, witness  # noqa: F401
from .world import World

REASON = ("--reason", "order of 2 March")
BOTH = ("--as", "alba", "--as", "boris")


@pytest.fixture(scope="module")
def answered_once(tmp_path_factory, set_up_world) -> tuple:
    """A world with one answered batch, made once for all tests of this file."""
    from .conftest import _quietly

    world = World(_quietly, shutil.copytree(set_up_world, tmp_path_factory.mktemp("answered") / "world"))
    id = world.do("batch", "receive", world.seal(world.requests()))["id"]
    world.do("batch", "examine", id)
    world.answer(id)
    return world.folder, id


@pytest.fixture
def answered(call: Call, tmp_path, answered_once) -> World:
    folder, id = answered_once
    world = World(call, shutil.copytree(folder, tmp_path / "world"))
    world.batch = id
    return world


def size_of(world: World) -> int:
    return int(world.do("ledger", "checkpoint")["size"])


def at_of(world: World, request: str = "r-1") -> str:
    return world.do("ledger", "prove", "--batch", world.batch, "--request", request)["id"]


def prove(world: World, *arguments: object, code: int = 0):
    return world.do("ledger", "prove", *arguments, code=code)


# --- who discloses ---


def test_a_personal_field_takes_two_different_officers_by_a_proof_as_by_a_release(answered: World) -> None:
    at, before = at_of(answered), size_of(answered)
    file, release = answered.folder / "p.json", answered.folder / "r.json"
    asked = ("--disclose", "request", *REASON, "-o", file)
    for officers in (("--as", "alba"), ("--as", "alba", "--as", "alba")):
        proof = prove(answered, at, *asked, *officers, code=3)
        other = answered.do(
            *("ledger", "disclose", "--entries", at, "--fields", "request", "--reason", "*=x"),
            *(*officers, "-o", release),
            code=3,
        )
        assert proof["error"]["message"].split("would")[1] == other["error"]["message"].split("would")[1]
    assert prove(answered, at, *asked, code=2)["error"]["next"] == "Name one with --as."
    assert (size_of(answered), file.exists(), release.exists()) == (before, False, False)
    shown = prove(answered, at, *asked, *BOTH)
    assert shown["ledger_entry"] == before
    vkey = answered.data / "public" / "ledger.vkey"
    checked = answered.do("ledger", "check-proof", file, "--vkey", vkey)
    assert checked["disclosed"]["request"]["surname"] == "Quillobar"
    record = prove(answered, before, "--disclose", "officers", *REASON, *BOTH)
    assert record["disclosures"][0][2] == ["alba", "boris"]
    leaf = json.loads(base64.b64decode(record["leaf"]))
    assert leaf["by"] != leaf["officer"]


def test_a_field_that_says_nothing_about_a_person_takes_one_officer(answered: World) -> None:
    prove(answered, at_of(answered), "--disclose", "time", *REASON, "--as", "alba")
    prove(answered, at_of(answered), "--disclose", "nonsense", *REASON, "--as", "alba", code=2)


# --- what is printed is checked as what is written ---


def checked(world: World, document: object, code: int = 0):
    file = world.folder / "printed.json"
    file.write_text(json.dumps(document, indent=2), encoding="utf-8")
    return world.do("ledger", "check-proof", file, "--vkey", world.data / "public" / "ledger.vkey", code=code)


def test_what_prove_prints_as_json_is_checked_as_it_stands(answered: World) -> None:
    at, before = at_of(answered), size_of(answered)
    file, shown = answered.folder / "p.tlog-proof", answered.folder / "s.tlog-proof"
    for printed in (prove(answered, at), prove(answered, at, "-o", file)):
        assert checked(answered, printed)["public"]["type"] == "request"
    asked = ("--disclose", "request", *REASON, *BOTH)
    for printed in (prove(answered, at, *asked), prove(answered, at, *asked, "-o", shown)):
        assert printed["ledger_entry"] >= before
        assert checked(answered, printed)["disclosed"]["request"]["surname"] == "Quillobar"


def test_what_prove_prints_with_anything_else_is_refused_in_a_sentence(answered: World) -> None:
    printed = prove(answered, at_of(answered), "--disclose", "request", "--disclose", "time", *REASON, *BOTH)
    other = prove(answered, int(at_of(answered)) + 1)
    fewer = {**printed, "disclosures": printed["disclosures"][:1]}
    alone = {name: value for name, value in printed.items() if name != "tlog_proof"}
    for odd, told in (
        ({**printed, "note": "x"}, "members that a receipt does not have, such as 'note'"),
        (alone, "members that a receipt does not have"),
        ({**printed, "tlog_proof": 7}, "members that a receipt does not have"),
        ({**printed, "tlog_proof": other["tlog_proof"]}, "do not tell the same"),
        ({**printed, "id": other["id"]}, "do not tell the same"),
        (fewer, "do not tell the same"),
        ({**printed, "tlog_proof": "\ud800"}, "not a proof of the form"),
        ({"error": {"code": "NOT_FOUND"}}, "not a receipt of the form"),
    ):
        found = checked(answered, odd, code=1)
        assert not found["ok"]
        assert told in found["problems"][0]


def test_what_disclose_prints_is_no_release_and_check_release_says_so(answered: World) -> None:
    release, vkey = answered.folder / "r.json", answered.data / "public" / "ledger.vkey"
    asked = ("--entries", at_of(answered), "--fields", "time", "--reason", "*=x", "--as", "alba", "-o", release)
    printed = answered.folder / "printed.json"
    printed.write_text(json.dumps(answered.do("ledger", "disclose", *asked)), encoding="utf-8")
    assert answered.do("ledger", "check-release", release, "--vkey", vkey)["ok"]
    found = answered.do("ledger", "check-release", printed, "--vkey", vkey, code=1)
    assert found["problems"] == ["The file is not of the form counterfoil.redacted-release/1."]


# --- where it is written ---


def test_a_proof_that_discloses_is_for_its_owner_alone_and_overwrites_nothing(answered: World) -> None:
    at, file = at_of(answered), answered.folder / "shown.tlog-proof"
    asked = ("--disclose", "request", *REASON, *BOTH, "-o", file)
    prove(answered, at, *asked)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content, before = file.read_bytes(), size_of(answered)
    assert "exists already" in prove(answered, at, *asked, code=2)["error"]["message"]
    assert (file.read_bytes(), size_of(answered)) == (content, before)
    plain = answered.folder / "plain.tlog-proof"
    for _ in range(2):
        prove(answered, at, "-o", plain)  # what anyone may have is written anew
    assert b"Quillobar" not in plain.read_bytes()


@pytest.mark.parametrize("place", ["nowhere/x.json", "file/x.json", "/proc/x.json", "x" * 300, "dangling"])
def test_nothing_is_recorded_where_the_file_could_not_be_written(answered: World, place: str) -> None:
    (answered.folder / "file").write_text("x")
    (answered.folder / "dangling").symlink_to(answered.folder / "nothing")
    at, before, output = at_of(answered), size_of(answered), answered.folder / place
    told = prove(answered, at, "--disclose", "request", *REASON, *BOTH, "-o", output, code=2)
    assert told["error"]["next"]
    answered.do("ledger", "disclose", "--entries", at, "--reason", "*=x", "--as", "alba", "-o", output, code=2)
    assert size_of(answered) == before
    assert not [path for path in answered.folder.iterdir() if path.name.endswith(".part")]


def test_an_answer_is_not_fetched_where_its_file_could_not_be_written(world: World) -> None:
    id = world.do("batch", "receive", world.seal(world.requests()))["id"]
    world.do("batch", "examine", id)
    for officer in ("alba", "boris"):
        world.do("batch", "approve", id, "--as", officer)
    world.do("batch", "verify", id)
    before = size_of(world)
    world.do("batch", "release", id, "-o", world.folder / "nowhere" / "answer.jwe", code=2)
    assert size_of(world) == before
    world.do("batch", "release", id, "-o", world.folder / "answer.jwe")
    world.do("batch", "release", id, "-o", world.folder / "nowhere" / "answer.jwe", code=2)
    assert world.do("batch", "release", id, "-o", world.folder / "answer.jwe")["released_before"]


def test_an_export_to_the_root_of_the_file_system_is_a_sentence(office) -> None:
    for place in ("/", "/..", "//"):
        assert "another" in say(office, "ledger", "export", place, code=2).err


def test_an_expunged_entry_is_called_expunged_where_its_fields_are_asked_for(answered: World) -> None:
    at = at_of(answered)
    gone = answered.do("ledger", "expunge", "--entry", at, "--as", "alba", "--authority", "5 USC 552a(d)(2)")
    before = size_of(answered)
    told = prove(answered, at, "--disclose", "request", *REASON, *BOTH, code=2)["error"]
    assert f"expunged by entry {gone['ledger_entries'][0]}" in told["message"]
    assert size_of(answered) == before
    prove(answered, at)


# --- a ledger behind what was signed ---


def restored(world: World, tmp_path, *, whole: bool = False) -> tuple[int, int]:
    """Put the database of before two acts back, or all; (entries that are left, entries that were signed)."""
    left = size_of(world)
    shutil.copytree(world.data, tmp_path / "backup")
    for name in ("cy", "di"):
        world.do("officer", "add", name, "--name", name.title())
    signed = size_of(world)
    if whole:
        shutil.rmtree(world.data)
        shutil.copytree(tmp_path / "backup", world.data)
        return left, signed
    for old in world.data.glob("counterfoil.sqlite3*"):
        old.unlink()
    for kept in (tmp_path / "backup").glob("counterfoil.sqlite3*"):
        shutil.copy(kept, world.data)
    return left, signed


def nothing_leaves(world: World, signed: int) -> None:
    """Nothing of the ledger is handed out; what a person needs to state the gap can be read."""
    at, folder = at_of_any(world), world.folder
    for command in (
        ("ledger", "export", folder / "behind"),
        ("ledger", "prove", "3"),
        ("ledger", "prove", "3", "-o", folder / "behind"),
        ("ledger", "prove", "--batch", at, "--request", "r-1"),
        ("ledger", "prove", "0", "--disclose", "vkey", *REASON, "--as", "alba"),
        ("ledger", "disclose", "--entries", "3", "--reason", "*=x", "--as", "alba", "-o", folder / "behind"),
        ("ledger", "checkpoint"),
        ("key", "history"),
        ("key", "history", "-o", folder / "behind"),
        ("report", "funnel"),
    ):
        told = world.do(*command, code=1)["error"]
        assert f"it signed {signed} before" in told["message"], command
        assert "ledger gap" in told["next"]
    assert not (folder / "behind").exists()
    verified = world.do("ledger", "verify", code=1)
    assert [f"it signed {signed} before" in problem for problem in verified["problems"]] == [True]
    shown = world.call("--data", world.data, "ledger", "verify").out
    assert "does NOT verify" in shown and "What to do: Restore a backup" in shown
    looked = {check["name"]: check for check in world.do("doctor", code=1)["checks"]}
    assert f"it signed {signed}" in looked["entries signed before"]["what"]


def at_of_any(world: World) -> str:
    return getattr(world, "batch", "b-1")


def test_nothing_leaves_a_ledger_behind_its_record_until_the_gap_is_stated(answered: World, tmp_path) -> None:
    left, signed = restored(answered, tmp_path)
    assert left < signed
    nothing_leaves(answered, signed)
    answered.do("ledger", "gap", "--as", "alba", "--reason", "the disk failed")
    answered.do("ledger", "export", answered.folder / "export")
    prove(answered, "3")
    assert answered.do("ledger", "verify")["ok"]


def test_nothing_leaves_a_ledger_behind_what_a_witness_cosigned(answered: World, tmp_path, witness) -> None:  # noqa: F811
    line, process = witness("ig.example/w1", "--log", answered.data / "public" / "ledger.vkey")
    answered.do("witness", "policy", policy_file(tmp_path, line), "--as", "alba")
    _, signed = restored(answered, tmp_path, whole=True)
    nothing_leaves(answered, signed)
    process.kill()  # and remembered, though it is away now
    process.wait()
    assert "it signed" in prove(answered, "3", code=1)["error"]["message"]
    answered.do("ledger", "gap", "--as", "alba", "--reason", "the disk failed")


def test_a_proof_without_its_quorum_says_so_by_its_exit_code(answered: World, tmp_path, witness) -> None:  # noqa: F811
    line, process = witness("ig.example/w1", "--log", answered.data / "public" / "ledger.vkey")
    answered.do("witness", "policy", policy_file(tmp_path, line), "--as", "alba")
    file = answered.folder / "p.tlog-proof"
    assert prove(answered, "0", "-o", file)["ok"]
    vkey = answered.data / "public" / "ledger.vkey"
    answered.do("ledger", "check-proof", file, "--vkey", vkey, "--witness-policy", tmp_path / "policy")
    process.kill()
    process.wait()
    answered.do("officer", "add", "cy", "--name", "Cy Example")
    told = prove(answered, "0", "-o", file, code=1)
    assert (told["ok"], told["problems"][0].split(":")[0]) == (False, "ig.example/w1")
    shown = answered.call("--data", answered.data, "ledger", "prove", "0")
    assert (shown.code, "not cosigned: ig.example/w1" in shown.err) == (1, True)
    assert shown.out.startswith("c2sp.org/tlog-proof@v1\n")
    answered.do("ledger", "check-proof", file, "--vkey", vkey, "--witness-policy", tmp_path / "policy", code=1)
