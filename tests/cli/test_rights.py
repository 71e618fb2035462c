"""The modes of an office's files, as an account meets them that is bound by them."""

import json
import stat

import pytest

from .conftest import Called, spawn
from .test_witness import policy_file, witness  # noqa: F401
from .world import World

PRIVATE = ("ledger.key", "custodian.jwk", "data.key")


def run(world: World, *arguments: object, code: int = 0) -> Called:
    told = spawn("--data", world.data, *arguments, bound=True)
    assert told.code == code, (arguments, told)
    assert "Traceback" not in told.out + told.err
    return told


def wrong(world: World, code: int) -> dict:
    """What the doctor finds, that is not well, by name."""
    checks = json.loads(run(world, "--json", "doctor", code=code).out)["checks"]
    return {check["name"]: check for check in checks if check["level"] != "ok"}


@pytest.fixture
def read_only(world: World) -> World:
    """An office whose keys may be read and not written."""
    keys = world.data / "keys"
    for file in keys.iterdir():
        file.chmod(0o400)
    keys.chmod(0o500)
    yield world
    keys.chmod(0o700)


# --- the record of what was signed ---


def test_a_record_that_cannot_be_renewed_stops_no_act_and_is_told_of_each_time(read_only: World) -> None:
    world, record = read_only, read_only.data / "keys" / "ledger.checkpoint"
    before = record.read_bytes()
    told = run(world, "officer", "add", "cy", "--name", "Cy Example")
    assert f"{record} cannot be written: Permission denied." in told.err and "older database" in told.err
    assert told.err.count("ledger.checkpoint") == 1
    assert record.read_bytes() == before
    told = run(world, "--json", "officer", "add", "di", "--name", "Di Example")
    assert (json.loads(told.out)["id"], "older database" in told.err) == ("di", True)
    assert run(world, "--quiet", "officer", "add", "ed", "--name", "Ed Example").err == ""


def test_the_doctor_finds_a_record_that_cannot_be_renewed_and_says_what_to_do(read_only: World) -> None:
    record = read_only.data / "keys" / "ledger.checkpoint"
    run(read_only, "officer", "add", "cy", "--name", "Cy Example")
    shown = run(read_only, "doctor", code=1).out
    assert "cannot be written: no act renews it" in shown and f"chmod 600 {record}" in shown
    assert "are signed: it does not notice" in shown
    record.parent.chmod(0o700)
    record.chmod(0o600)
    behind = wrong(read_only, code=0)["record of what was signed"]
    assert (behind["level"], "ledger checkpoint" in behind["do"]) == ("warning", True)
    run(read_only, "ledger", "checkpoint")
    assert "record of what was signed" not in wrong(read_only, code=0)


def test_the_doctor_finds_a_record_in_a_folder_that_takes_no_other(world: World) -> None:
    keys = world.data / "keys"
    keys.chmod(0o500)
    try:
        assert "chmod 700" in wrong(world, code=1)["record of what was signed"]["do"]
    finally:
        keys.chmod(0o700)


# --- private keys ---


@pytest.mark.parametrize("mode", [0o000, 0o644])
@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_key_of_the_wrong_mode_is_refused_with_one_exit_code(world: World, name: str, mode: int) -> None:
    path = world.data / "keys" / name
    path.chmod(mode)
    commands = {"custodian.jwk": ("key", "list"), "ledger.key": ("ledger", "checkpoint"), "data.key": ("key", "list")}
    told = run(world, *commands[name], code=2)
    assert str(path) in told.err and f"chmod 600 {path}" in told.err
    assert f"key keys/{name}" in wrong(world, code=1)


def test_a_witness_refuses_a_key_of_its_own_that_others_may_read(world: World) -> None:
    key, vkey = world.folder / "witness.key", world.data / "public" / "ledger.vkey"
    spawn("witness", "new", "ig.example/w1", "-o", key)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    for mode, said in ((0o644, f"chmod 600 {key}"), (0o640, "counterfoil witness new"), (0o000, "not readable")):
        key.chmod(mode)
        assert said in run(world, "witness", "serve", "--key", key, "--log", vkey, "--port", "0", code=2).err
    assert not (world.folder / "witness.key.state").exists()


# --- the database ---


def test_the_doctor_finds_a_file_of_the_database_that_cannot_be_written(world: World) -> None:
    database = world.data / "counterfoil.sqlite3"
    beside = database.with_name("counterfoil.sqlite3-shm")
    assert spawn("--data", world.data, "ledger", "verify").code == 0
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    database.chmod(0o400)
    run(world, "ledger", "verify")
    assert "cannot be written by its owner" in wrong(world, code=1)["database file"]["what"]
    database.chmod(0o600)
    assert stat.S_IMODE(beside.stat().st_mode) == 0o400  # as SQLite made it
    run(world, "officer", "add", "cy", "--name", "Cy Example", code=2)
    assert wrong(world, code=1)["database file"]["do"] == f"Run `chmod 600 {beside}`."
    beside.chmod(0o600)
    run(world, "officer", "add", "cy", "--name", "Cy Example")
    assert "database file" not in wrong(world, code=0)


def test_a_ledger_that_may_only_be_read_is_verified_with_its_witnesses_asked(world: World, tmp_path, witness) -> None:  # noqa: F811
    line, _ = witness("ig.example/w1", "--log", world.data / "public" / "ledger.vkey")
    run(world, "witness", "policy", policy_file(tmp_path, line), "--as", "alba")
    database = world.data / "counterfoil.sqlite3"
    database.chmod(0o400)
    assert "The ledger verifies." in run(world, "ledger", "verify").out
    run(world, "ledger", "export", tmp_path / "export", code=2)  # which keeps what they give
