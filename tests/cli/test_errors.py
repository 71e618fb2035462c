"""Every failure is a message and an exit code, in words or as one JSON document."""

from __future__ import annotations

import errno
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from counterfoil.cli import main, trouble
from counterfoil.errors import IntegrityError, NotAllowedError, UnavailableError

from .conftest import SOURCE, Call


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make `key new` end in an error, whatever it is called with."""

    def write_key_pair(path: Path) -> None:
        raise error

    monkeypatch.setattr("counterfoil.request.write_key_pair", write_key_pair)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["batch"],
        ["batch", "nonsense"],
        ["key", "new"],
        ["key", "new", "--wrong"],
        ["synth", "registry", "-o", "x", "--people", "many"],
        ["batch", "receive"],
        [],
    ],
)
def test_a_call_that_cannot_be_understood_ends_with_2(call: Call, arguments: list[str]) -> None:
    told = call(*arguments)
    assert told.code == 2
    assert told.out == ""
    assert told.err


@pytest.mark.parametrize(
    "arguments", [["--json", "nonsense"], ["batch", "--json"], ["key", "new", "--json"], ["--json"]]
)
def test_with_json_a_wrong_call_is_a_document_too(call: Call, arguments: list[str]) -> None:
    told = call(*arguments)
    assert told.code == 2
    assert set(told.json["error"]) == {"code", "message", "next", "details"}
    assert "--help" in told.json["error"]["next"]


@pytest.mark.parametrize(
    "arguments", [("--json", "batch", "list"), ("batch", "--json", "list"), ("batch", "list", "--json")]
)
def test_json_is_taken_wherever_it_stands(call: Call, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    told = call("--data", tmp_path / "none", *arguments)
    assert told.code == 2
    assert told.json["error"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("where", [0, 1, 2])
def test_the_data_directory_is_taken_wherever_it_stands(call: Call, tmp_path: Path, where: int) -> None:
    words: list[object] = ["batch", "list"]
    words[where:where] = ["--data", tmp_path / "elsewhere"]
    assert "elsewhere" in call(*words).err


def test_the_environment_names_the_data_directory(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_DATA", str(tmp_path / "from-environment"))
    assert "from-environment" in call("batch", "list").err
    assert "from-option" in call("batch", "list", "--data", tmp_path / "from-option").err


def test_an_error_says_what_happened_and_what_to_do(call: Call, tmp_path: Path) -> None:
    told = call("batch", "list", "--data", tmp_path)
    assert told.err.startswith("counterfoil: ")
    assert "What to do: " in told.err
    assert "counterfoil init" in told.err


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (NotAllowedError("not you", "ask another"), 3, "not you"),
        (IntegrityError("broken", "restore", ["entry 3", "entry 9"]), 1, "- entry 9"),
        (UnavailableError("away", "wait"), 2, "away"),
        (OSError(errno.ENOSPC, "No space left on device", "/x/y"), 2, "disk is full: /x/y"),
        (PermissionError(errno.EACCES, "Permission denied", "/x/y"), 2, "may not read or write there: /x/y"),
        (OSError(errno.EROFS, "Read-only file system", "/x/y"), 2, "may not read or write"),
        (
            FileNotFoundError(errno.ENOENT, "No such file or directory", "/x/y"),
            2,
            "No such file or directory: /x/y",
        ),
        (sqlite3.OperationalError("database is locked"), 2, "locked by another process"),
        (sqlite3.OperationalError("database or disk is full"), 2, "disk is full"),
        (sqlite3.OperationalError("attempt to write a readonly database"), 2, "cannot be opened for writing"),
        (sqlite3.OperationalError("disk I/O error"), 2, "Check its space"),
        (sqlite3.DatabaseError("file is not a database"), 1, "damaged"),
        (MemoryError(), 2, "not enough memory"),
        (RuntimeError("can't start new thread"), 2, "starts no further thread"),
        (KeyboardInterrupt(), 130, "Stopped before the end"),
    ],
)
def test_what_can_go_wrong_is_told_in_words(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: BaseException, code: int, words: str
) -> None:
    failing(monkeypatch, error)
    told = call("key", "new", "-o", tmp_path / "k.jwk")
    assert told.code == code
    assert words in told.err
    assert told.out == ""
    as_json = call("key", "new", "-o", tmp_path / "k.jwk", "--json")
    assert as_json.code == code
    assert as_json.err == ""
    assert as_json.json["error"]["message"]


def test_a_database_that_fails_between_two_acts_is_told_in_words(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from django.db.utils import OperationalError, ProgrammingError

    from counterfoil.office import database

    database.connect(tmp_path / "none.sqlite3")
    failing(monkeypatch, OperationalError("disk I/O error"))
    told = call("key", "new", "-o", tmp_path / "k.jwk")
    assert (told.code, "fault of Counterfoil" in told.err) == (2, False)
    assert "disk I/O error" in told.err
    failing(monkeypatch, ProgrammingError("no such function"))  # a wrong statement stays a fault of ours
    assert "fault of Counterfoil" in call("key", "new", "-o", tmp_path / "k.jwk").err


def test_a_fault_of_ours_is_called_so_and_shows_nothing_of_the_data(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    failing(monkeypatch, KeyError("Maria Secret, 12 Hidden St"))
    told = call("key", "new", "-o", tmp_path / "k.jwk")
    assert told.code == 2
    assert "fault of Counterfoil (KeyError at cli/outside/key.py:" in told.err
    assert "Report it to" in told.err
    assert "Secret" not in told.err


def test_the_traceback_is_shown_only_when_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    failing(monkeypatch, KeyError("x"))
    monkeypatch.setenv("COUNTERFOIL_DEBUG", "1")
    assert main.run(["key", "new", "-o", str(tmp_path / "k")]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_an_error_with_control_characters_does_not_reach_the_terminal(call: Call) -> None:
    told = call("batch", "list", "--data", "no\x1b[2Jwhere")
    assert "\x1b" not in told.err


def test_a_reader_that_goes_away_is_no_error_message() -> None:
    program = f"import sys; sys.path.insert(0, {SOURCE!r}); from counterfoil.cli.main import main; main()"
    ended = subprocess.run(
        f"{sys.executable} -c {json.dumps(program)} --help | true; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
    )
    assert ended.stderr == ""
    assert ended.returncode in (0, trouble.PIPE_CLOSED)


def test_ctrl_c_while_the_command_is_loaded_shows_no_traceback() -> None:
    program = (
        "import builtins\n"
        "usual = builtins.__import__\n"
        "def interrupted(name, *more, **named):\n"
        "    if name == 'typer':\n"
        "        raise KeyboardInterrupt\n"
        "    return usual(name, *more, **named)\n"
        "builtins.__import__ = interrupted\n"
        "from counterfoil.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr == "counterfoil: Stopped before anything was begun.\n"
