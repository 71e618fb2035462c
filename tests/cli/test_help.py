"""The help: every command has one line and three examples that work, and it answers at once."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from typing import Any

import pytest

from counterfoil.cli import reference

from .conftest import SOURCE, Call, spawn

COMMANDS = [
    (path, command, context) for path, command, context in reference.walk() if not hasattr(command, "list_commands")
]
GROUPS = [(path, command, context) for path, command, context in reference.walk() if hasattr(command, "list_commands")]
IDS = [" ".join(path[1:]) for path, _, _ in COMMANDS]

PROMISED = """
init; doctor; key new; official enroll; official list; officer add; officer list; safeguard record;
safeguard show; registry load; registry info; agreement list; agreement show; agreement check;
agreement adopt; agreement diff; agreement publish; request check; request seal; batch receive;
batch list; batch show; batch examine; batch lift-hold; batch approve; batch return; batch verify;
batch release; answer open; stay enter; override enter; override end; override list; stay lift; stay
list; ledger verify; ledger checkpoint; ledger export; ledger prove; audit; address check; address
compare; report funnel; synth registry; synth requests; demo
"""


def examples(command: Any) -> list[str]:
    return [line.strip() for line in command.epilog.splitlines() if line.strip().startswith(("counterfoil", "echo"))]


def test_every_promised_command_exists() -> None:
    promised = {name.strip() for name in " ".join(PROMISED.split()).split(";")}
    assert promised <= set(IDS)


@pytest.mark.parametrize(("path", "command", "context"), COMMANDS, ids=IDS)
def test_a_command_says_in_one_line_what_it_does(path: Any, command: Any, context: Any) -> None:
    first = command.help.splitlines()[0]
    assert first.endswith(".") and len(first) <= 63
    assert first[0].isupper()


@pytest.mark.parametrize(("path", "command", "context"), COMMANDS, ids=IDS)
def test_a_command_shows_three_examples_that_it_understands(path: Any, command: Any, context: Any) -> None:
    shown = examples(command)
    assert len(shown) == 3
    for example in shown:
        words = shlex.split(example.split("|")[-1].split(" > ")[0].strip())
        assert words[0] == "counterfoil"
        rest = without_common(words[1:])
        assert rest[: len(path) - 1] == list(path[1:])
        command.make_context(path[-1], rest[len(path) - 1 :], parent=context.parent)


def without_common(words: list[str]) -> list[str]:
    kept: list[str] = []
    skip = False
    for word in words:
        if not skip and word not in ("--json", "--quiet", "--data"):
            kept.append(word)
        skip = word == "--data"
    return kept


@pytest.mark.parametrize(("path", "command", "context"), COMMANDS, ids=IDS)
def test_every_option_and_argument_is_explained(path: Any, command: Any, context: Any) -> None:
    unexplained = [p.name for p in command.params if not getattr(p, "help", None)]
    assert unexplained == []


@pytest.mark.parametrize(("path", "command", "context"), COMMANDS, ids=IDS)
def test_every_command_takes_the_common_options(path: Any, command: Any, context: Any) -> None:
    taken = {option for p in command.params for option in p.opts}
    assert {"--data", "--json", "--quiet"} <= taken


def test_no_line_of_a_list_of_commands_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for _, command, context in GROUPS:
        context.terminal_width = 80
        listed = command.get_help(context).split("Commands:")[1].split("Exit codes:")[0]
        assert "..." not in listed


def test_the_version_is_told(call: Call) -> None:
    from counterfoil import __version__

    assert call("--version").out == f"counterfoil {__version__}\n"


def test_help_answers_at_once() -> None:
    spawn("--help")
    started = time.perf_counter()
    assert spawn("--help").code == 0
    assert time.perf_counter() - started < 1.5


def test_nothing_heavy_is_imported_for_help() -> None:
    heavy = "django duckdb pyarrow cryptography joserfc yaml rich numpy pandas sqlite3"
    code = f"import sys, counterfoil.cli.main; print([m for m in '{heavy}'.split() if m in sys.modules])"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": SOURCE}, check=True
    ).stdout
    assert out.strip() == "[]"


def test_the_shell_can_complete_commands() -> None:
    told = spawn(_COUNTERFOIL_COMPLETE="complete_bash", COMP_WORDS="counterfoil bat", COMP_CWORD="1")
    assert "batch" in told.out


def test_the_reference_names_every_command() -> None:
    page = reference.page()
    for path, _, _ in COMMANDS:
        assert f" {' '.join(path)}\n" in page
