"""Run a kept rule set: its archive unpacked beside nothing, in a Python of its own that sees no other rules."""

from __future__ import annotations

import json
import subprocess  # runs this Python on the archive, and nothing else
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from counterfoil.cases.rules.archive import unpack
from counterfoil.errors import CounterfoilError, IntegrityError, UnavailableError

Line = dict[str, Any]
Recall = Callable[[list[Line]], list[Line]]

_START = "import sys; sys.path.insert(0, sys.argv[1]); from counterfoil.replay import main; main()"


class RulesError(CounterfoilError):
    """The kept rule set itself says why it cannot answer."""

    code = "RULES"
    exit_code = 1


def ask(archive: bytes, rule_set: str, question: Mapping[str, Any], recall: Recall | None = None) -> Line:
    """The answer of the rule set in an archive. `recall` is asked for earlier asks while it examines.

    Raises RulesError where the rule set refuses the question, IntegrityError where the archive is not that of
    `rule_set` or ran anything else, UnavailableError where it could not be run.
    """
    with tempfile.TemporaryDirectory(prefix="counterfoil-rules-") as place:
        folder = Path(place).resolve()
        unpack(archive, folder)
        with (folder / "errors.txt").open("w+b") as errors:
            answer = _talk(folder, errors, question, recall)
            if answer is None:
                errors.seek(0)
                last = errors.read().decode(errors="replace").strip().splitlines()[-1:]
                raise UnavailableError(
                    f"The kept rule set {rule_set[:12]} cannot be run on this machine.",
                    "Run it with the Python and the libraries that its version asks for.",
                    last,
                )
    if "error" in answer:
        what, do, *details = answer["error"]
        raise RulesError(f"The kept rule set {rule_set[:12]} answers: {what}", do, details)
    if answer["rule_set"] != rule_set or answer["strangers"]:
        raise IntegrityError(
            f"What ran is not the rule set {rule_set[:12]} alone.",
            "Nothing was recomputed. Restore the archive from a backup.",
            [f"rule set {answer['rule_set']}", *answer["strangers"]],
        )
    return answer


def _talk(folder: Path, errors: IO[bytes], question: Mapping[str, Any], recall: Recall | None) -> Line | None:
    """The last line that it says; None where it ended without one."""
    command: Sequence[str] = (sys.executable, "-I", "-B", "-c", _START, str(folder))
    pipe = subprocess.PIPE
    child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=errors, cwd=folder, text=True, encoding="utf-8")  # noqa: S603
    assert child.stdin is not None and child.stdout is not None
    try:
        _say(child.stdin, question)
        for text in child.stdout:
            line: Line = json.loads(text)
            if "recall" not in line:
                return line
            _say(child.stdin, {"asks": recall(line["recall"]) if recall else []})
    except (BrokenPipeError, json.JSONDecodeError):
        pass
    finally:
        child.kill()
        child.communicate()
    return None


def _say(target: IO[str], line: Mapping[str, Any]) -> None:
    target.write(json.dumps(line) + "\n")
    target.flush()
