"""How the tests call the command line: in this process, as `main()` does, with what was printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from counterfoil.cli.main import run

SOURCE = str(Path(__file__).resolve().parents[2] / "src")


@dataclass(frozen=True)
class Called:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Called]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run a command in this process; what it printed before is forgotten."""
    monkeypatch.delenv("COUNTERFOIL_DATA", raising=False)
    monkeypatch.delenv("COUNTERFOIL_DEBUG", raising=False)

    def called(*arguments: object) -> Called:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return Called(code, printed.out, printed.err)

    return called


def spawn(*arguments: object, stdin: bytes = b"", cwd: Path | None = None, **environment: str) -> Called:
    """Run a command as its own process, as a person does."""
    ended = subprocess.run(
        [sys.executable, "-m", "counterfoil.cli.main", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": SOURCE, **environment},
        timeout=120,
    )
    return Called(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@pytest.fixture
def office(call: Call, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A new data directory with nobody in it."""
    from .world import World

    made = World(call, tmp_path_factory.mktemp("office"))
    made.do("init")
    return made


@pytest.fixture
def world(call: Call, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A data directory in which a batch can be answered."""
    from .world import World

    return World(call, tmp_path_factory.mktemp("world")).set_up()
