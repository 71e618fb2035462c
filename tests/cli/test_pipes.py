"""A named pipe that nobody writes to is no file: a command says so at once, whichever of its words names one."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Any

import pytest

from .conftest import Call, spawn
from .test_help import COMMANDS, IDS, examples, without_common

WRITTEN = ("-o", "--output", "--truth")


def words_of(example: str) -> list[str]:
    return without_common(shlex.split(example.split("|")[-1].split(" > ")[0].strip())[1:])


def with_pipe(words: list[str], first: int, pipe: Path) -> list[list[str]]:
    """The call once for each of its values, with the pipe in that value's place."""
    places = [at for at in range(first, len(words)) if not words[at].startswith("-") and words[at - 1] not in WRITTEN]
    return [[*words[:at], str(pipe), *words[at + 1 :]] for at in places]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("path", "command", "context"), COMMANDS, ids=IDS)
def test_no_command_waits_for_a_pipe_that_nobody_writes_to(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: Any, command: Any, context: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    said = 0
    for example in examples(command):
        for words in with_pipe(words_of(example), len(path) - 1, pipe):
            told = call(*words)
            assert told.code == 2, (words, told)
            assert f"{pipe} is a pipe" in told.err or "--help" in told.err, (words, told)
            said += "is a pipe" in told.err
    takes_a_file = any("FILE" in (p.metavar or "") and p.name not in ("output", "truth") for p in command.params)
    assert said or not takes_a_file


def test_what_a_shell_hands_over_as_a_pipe_is_read(tmp_path: Path) -> None:
    told = spawn("address", "check", "/dev/stdin", stdin=b"12 Main St, Springfield, IL 62701\n")
    assert told.code == 0, told
    assert "true" in told.out
