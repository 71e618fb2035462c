"""The documentation says what the program does: everything is named, every command line is one that exists."""

import os
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from counterfoil import cases
from counterfoil.agreement import DEFAULT, built_in
from counterfoil.cli.reference import walk
from counterfoil.law import load
from counterfoil.request.model import COLUMNS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BY_HAND = [
    ROOT / "README.md",
    DOCS / "index.md",
    DOCS / "tutorial.md",
    *sorted(DOCS.glob("how-to/*.md")),
    *sorted(DOCS.glob("explanation/*.md")),
    *sorted(DOCS.glob("reference/*.md")),
]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = {"sh", "console", "", "text"}


@cache
def everything() -> str:
    """All pages as one text."""
    return "\n".join(path.read_text(encoding="utf-8") for path in BY_HAND)


def blocks(path: Path) -> list[tuple[str, str]]:
    """The fenced blocks of a page: language and text."""
    return FENCE.findall(path.read_text(encoding="utf-8"))


def command_lines(path: Path) -> list[str]:
    """The lines of a page's fenced blocks that call the command, without prompt, pipe and redirection."""
    lines = []
    for language, text in blocks(path):
        if language not in SHELL:
            continue
        joined = text.replace("\\\n", " ")
        for line in joined.splitlines():
            found = re.match(r"^(?:\$ )?(?:[A-Z]+=\$\()?(?:[^#]*? \| )?(counterfoil(?: .*)?)$", line.strip())
            if found and not re.match(r"counterfoil: |counterfoil\.", found[1]):
                lines.append(re.split(r" [|>#] | \|\| ", found[1])[0].removesuffix(")"))
    return lines


@cache
def commands() -> dict[tuple[str, ...], object]:
    return {path[1:]: command for path, command, _ in walk()}


def option_names(command) -> dict[str, bool]:
    """Each option's spellings, and whether it takes a value."""
    return {
        spelling: not getattr(parameter, "is_flag", False)
        for parameter in command.params
        for spelling in (*parameter.opts, *parameter.secondary_opts)
        if spelling.startswith("-")
    }


def faults_of(line: str) -> list[str]:
    """What is wrong with a command line: a command or option that does not exist, a required one that lacks."""
    words = shlex.split(line)[1:]
    path: tuple[str, ...] = ()
    given: list[str] = []
    values = 0
    while words:
        word = words.pop(0)
        known = option_names(commands()[path])
        if word.startswith("-") and word != "-":
            name = word.split("=")[0]
            if name not in known and name != "--help":
                return [f"{' '.join(path)} has no option {name}"]
            given.append(name)
            if known.get(name) and "=" not in word:
                words = words[1:]
        elif (*path, word) in commands():
            path = (*path, word)
        else:
            values += 1
    command = commands()[path]
    if values and hasattr(command, "list_commands"):
        return ["there is no such command"]
    return _missing(command, given, values) if given or values else []  # a bare name only mentions the command


def _missing(command, given: list[str], values: int) -> list[str]:
    arguments = [p for p in command.params if not any(o.startswith("-") for o in p.opts)]
    missing = [
        p.opts[0] for p in command.params if p.required and p not in arguments and not {*p.opts, "--help"} & set(given)
    ]
    many = any(p.nargs == -1 for p in arguments)
    if values > len(arguments) and not many:
        missing.append(f"{values} arguments for {len(arguments)}")
    if values < sum(p.required for p in arguments) and "--help" not in given:
        missing.append("an argument")
    return missing


def test_a_wrong_command_line_would_be_found():
    assert faults_of("counterfoil batch fetch b-1")
    assert faults_of("counterfoil batch approve b-1 --by alba")
    assert faults_of("counterfoil batch approve b-1")
    assert faults_of("counterfoil batch show b-1 b-2")
    assert not faults_of("counterfoil batch approve b-1 --as alba --json")


@pytest.mark.parametrize("path", BY_HAND, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_line_in_the_docs_can_be_called(path):
    wrong = {line: faults for line in command_lines(path) if "Usage:" not in line and (faults := faults_of(line))}
    assert not wrong


def test_the_pages_hold_command_lines_to_check():
    assert sum(len(command_lines(path)) for path in BY_HAND) > 150


def test_every_command_is_shown_in_a_guide_or_the_tutorial():
    guides = [DOCS / "tutorial.md", ROOT / "README.md", *DOCS.glob("how-to/*.md"), *DOCS.glob("explanation/*.md")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in guides)
    leaves = [path for path, command in commands().items() if path and not hasattr(command, "list_commands")]
    assert [" ".join(path) for path in leaves if f"counterfoil {' '.join(path)}" not in text] == []


def test_every_command_and_option_is_in_the_reference():
    text = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
    missing = [" ".join(path) for path in commands() if f"counterfoil {' '.join(path)}".rstrip() not in text]
    missing += [name for command in commands().values() for name in option_names(command) if name not in text]
    assert missing == []


def test_every_code_is_explained():
    text = (DOCS / "reference" / "what-we-check.md").read_text(encoding="utf-8")
    assert [code for code in load().codes if f"`{code}`" not in text] == []


def test_every_code_stands_beside_its_element_of_the_statute():
    text = (DOCS / "explanation" / "law.md").read_text(encoding="utf-8")
    families = set(re.findall(r"`([A-Z]+_)` codes", text))
    assert [c for c in load().codes if f"`{c}`" not in text and not any(c.startswith(f) for f in families)] == []


def test_every_column_of_a_request_file_is_explained():
    text = (DOCS / "reference" / "request-file.md").read_text(encoding="utf-8")
    assert [name for name in COLUMNS if f"| `{name}` |" not in text] == []


def test_the_sample_rows_of_a_request_file_pass(tmp_path):
    page = DOCS / "reference" / "request-file.md"
    for language, suffix in (("csv", "csv"), ("json", "jsonl")):
        path = tmp_path / f"sample.{suffix}"
        path.write_text(next(text for found, text in blocks(page) if found == language), encoding="utf-8")
        checked = cases.preflight(path, built_in()[DEFAULT], datetime(2026, 11, 22, tzinfo=UTC)).as_dict()
        assert (checked["passed"], checked["refused"]) == (1, 0), checked["rows"]


def test_every_term_of_an_agreement_is_explained():
    text = (DOCS / "reference" / "agreements.md").read_text(encoding="utf-8")
    assert [name for name in built_in()[DEFAULT].terms if f"| `{name}` |" not in text] == []


def test_the_readme_shows_the_two_commands_first():
    language, text = blocks(ROOT / "README.md")[0]
    assert language == "sh"
    assert [line.split("#")[0].strip() for line in text.splitlines()] == ["make demo", "make test"]


def steps_of_the_tutorial() -> list[tuple[str, list[str]]]:
    """Each shell block of the tutorial with the lines of output that stand below it."""
    found = blocks(DOCS / "tutorial.md")
    shown = [text.splitlines() for language, text in found if language == "text"]
    typed = [text for language, text in found if language == "sh"]
    assert len(typed) == len(shown)
    return list(zip(typed, shown, strict=True))


def masked(line: str) -> str:
    """A line without what differs from run to run: ids, hashes, and counts of the made-up country."""
    line = re.sub(r"\b(b|requests)-[0-9a-f]+", r"\1-", line)
    return re.sub(r"\s+", " ", re.sub(r"[0-9]+", "0", line)).strip()


def test_the_tutorial_can_be_typed_as_it_stands_and_shows_what_it_says(tmp_path):
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "counterfoil"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m counterfoil "$@"\n')
    command.chmod(0o755)
    folder = tmp_path / "empty"
    folder.mkdir()
    steps = steps_of_the_tutorial()
    script = "".join(f"{typed}\necho '@@ {number}'\n" for number, (typed, _) in enumerate(steps))
    env = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    env |= {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    ran = subprocess.run(["bash", "-c", script], cwd=folder, env=env, text=True, check=False, **both)
    outputs = re.split(r"^@@ \d+\n", ran.stdout, flags=re.MULTILINE)
    assert "Traceback" not in ran.stdout and "fault of Counterfoil" not in ran.stdout
    for (typed, shown), output in zip(steps, outputs, strict=False):
        real = [masked(line) for line in output.splitlines()]
        for line in shown:
            wanted = masked(line)
            if not wanted or wanted == "…" or re.search(r"[A-Z]{3,}_|HSI0-", line):
                continue  # which request has which deficiency is the made-up country's affair
            assert wanted in real, f"after\n{typed}\nthe page shows\n{line}\nand the program says\n{output}"
            real = real[real.index(wanted) + 1 :]
