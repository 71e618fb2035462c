"""The witness's commands as people type them: a witness in its own process, killed and started again."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest

from .conftest import SOURCE, spawn


def say(office, *arguments, code=0):
    """Run a command on the office as a person does; what it printed."""
    told = office.call("--data", office.data, *arguments)
    assert told.code == code, (arguments, told)
    return told


@pytest.fixture
def witness(call, office, tmp_path):
    """A running witness of the office's ledger: (policy line, process); it ends with the test."""
    running = []

    def start(name="ig.example/w1", *options):
        key = tmp_path / f"{name.split('/')[-1]}.key"
        if not key.exists():
            assert call("witness", "new", name, "-o", key).code == 0
        process = subprocess.Popen(
            [sys.executable, "-m", "counterfoil.cli.main", "witness", "serve", "--key", key, "--port", "0", "--quiet",
             "--log", office.data / "public" / "ledger.vkey", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": SOURCE},
        )  # fmt: skip
        running.append(process)
        line = process.stdout.readline()
        assert line, process.stderr.read()
        return line, process

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def policy_file(tmp_path, *lines, quorum="all"):
    names = " ".join(line.split()[1] for line in lines)
    (tmp_path / "policy").write_text("".join(lines) + f"group g {quorum} {names}\nquorum g\n")
    return tmp_path / "policy"


def test_an_office_asks_its_witnesses_and_an_auditor_asks_for_them(office, call, witness, tmp_path):
    (one, first), (two, _) = witness("ig.example/w1"), witness("news.example/w2")
    policy = policy_file(tmp_path, one, two)
    say(office, "officer", "add", "ana", "--name", "Ana Thornquist")
    assert "an answer waits for `g`" in say(office, "witness", "policy", policy, "--as", "ana").out
    note = say(office, "ledger", "checkpoint")
    assert (note.code, note.out.count("\u2014")) == (0, 3)
    listed = say(office, "--json", "witness", "list").json
    assert {row["cosigned_size"] for row in listed["witnesses"]} == {int(note.out.split("\n")[1])}
    say(office, "ledger", "export", tmp_path / "export")
    vkey = office.data / "public" / "ledger.vkey"
    audited = call("audit", tmp_path / "export", "--vkey", vkey, "--witness-policy", policy)
    assert (audited.code, audited.out.count("cosigned by")) == (0, 2)
    say(office, "ledger", "prove", 0, "-o", tmp_path / "0.tlog-proof")
    for command in (("audit",), ("ledger", "check-proof")):
        shown = call(*command, tmp_path / "0.tlog-proof", "--vkey", vkey, "--witness-policy", policy)
        assert (shown.code, "setup" in shown.out) == (0, True)
    first.kill()  # from now on one of two is away
    first.wait()
    say(office, "officer", "add", "ben", "--name", "Ben Castellane")
    lacking = say(office, "ledger", "checkpoint", code=1)
    assert "not cosigned: ig.example/w1" in lacking.err
    written = say(office, "--json", "ledger", "export", tmp_path / "export", code=1)
    assert (written.json["ok"], written.json["problems"][0].split(":")[0]) == (False, "ig.example/w1")
    assert call("audit", tmp_path / "export", "--vkey", vkey, "--witness-policy", policy).code == 1
    again, _ = witness("ig.example/w1")  # it goes on where it was, at another port
    say(office, "witness", "policy", policy_file(tmp_path, again, two), "--as", "ana")
    assert say(office, "ledger", "checkpoint").code == 0


def test_a_witness_ends_cleanly_when_it_is_stopped(witness):
    line, process = witness()
    assert re.fullmatch(r"witness ig\.example/w1 \S+\+[0-9a-f]{8}\+\S+ http://127\.0\.0\.1:\d+\n", line)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    assert "Traceback" not in process.stderr.read()


def test_a_witness_that_lost_its_memory_does_not_begin_anew(witness, call, office, tmp_path):
    _, process = witness()
    process.kill()
    process.wait()
    (tmp_path / "w1.key.state").unlink()
    vkey = office.data / "public" / "ledger.vkey"
    lost = spawn("witness", "serve", "--key", tmp_path / "w1.key", "--log", vkey, "--port", "0")
    assert lost.code == 1
    assert "forgotten" in lost.err
    call("witness", "new", "other.example/w", "-o", tmp_path / "o.key")
    shutil.copy(tmp_path / "o.key", tmp_path / "w1.key")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("witness", "new", "two words", "-o", "k"), "cannot name a witness"),
        (("witness", "new", "w", "-o", "k", "--algorithm", "rsa"), "no algorithm"),
        (("witness", "serve", "--key", "nowhere", "--log", "x"), "no file"),
        (("ledger", "check-proof", "nowhere", "--vkey", "x"), "no file"),
    ],
)
def test_what_cannot_be_used_is_told(call, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    told = call(*arguments)
    assert told.code == 2
    assert said in told.err
    assert json.loads(call("--json", *arguments).out)["error"]["message"]


def test_a_file_that_is_no_proof_proves_nothing(call, office, tmp_path):
    vkey = office.data / "public" / "ledger.vkey"
    for content in (b"x", b"{}", b"\xff" * 99, b"c2sp.org/tlog-proof@v1\nindex 0\n\nx\n"):
        (tmp_path / "p").write_bytes(content)
        for command in (("audit",), ("ledger", "check-proof")):
            shown = call(*command, tmp_path / "p", "--vkey", vkey)
            assert (shown.code, "proves NOTHING" in shown.out) == (1, True)
    (tmp_path / "policy").write_text("quorum\n")
    assert call("audit", tmp_path / "p", "--vkey", vkey, "--witness-policy", tmp_path / "policy").code == 2


def test_a_restored_backup_is_held_until_an_officer_states_the_gap(office, call, tmp_path):
    say(office, "officer", "add", "ana", "--name", "Ana Thornquist")
    data = office.data
    shutil.copytree(data, tmp_path / "backup")
    say(office, "officer", "add", "ben", "--name", "Ben Castellane")
    for old in data.glob("counterfoil.sqlite3*"):
        old.unlink()
    for kept in (tmp_path / "backup").glob("counterfoil.sqlite3*"):
        shutil.copy(kept, data)
    held = say(office, "officer", "add", "cy", "--name", "Cy Example", code=1)
    assert "ledger gap" in held.err
    assert "entries signed before" in say(office, "doctor", code=1).out
    assert "ledger gap" in say(office, "ledger", "verify", code=1).out
    stated = say(office, "--json", "ledger", "gap", "--as", "ana", "--reason", "the disk failed").json
    assert stated["lost"]["before"] > stated["lost"]["from"]
    say(office, "officer", "add", "cy", "--name", "Cy Example")
    say(office, "ledger", "export", tmp_path / "export")
    audited = call("audit", tmp_path / "export", "--vkey", data / "public" / "ledger.vkey")
    assert (audited.code, "gap: Entry" in audited.out) == (0, True)
    say(office, "ledger", "gap", "--as", "ana", "--reason", "again", code=3)
