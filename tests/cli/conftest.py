"""How the tests call the command line: in this process, as `main()` does, with what was printed."""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from counterfoil.cli.main import run

CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, PR_CAPBSET_DROP = 1, 2, 24  # linux/capability.h, linux/prctl.h
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


def spawn(
    *arguments: object, stdin: bytes = b"", largest_file: int | None = None, bound: bool = False, **environment: str
) -> Called:
    """Run a command as its own process, as a person does; `largest_file` (bytes) stands for a disk that fills up.

    `bound`: as an account to which the modes of files apply, which root is not.
    """
    libc = ctypes.CDLL(None)

    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
        if bound:
            for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
                libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)

    ended = subprocess.run(
        [sys.executable, "-m", "counterfoil.cli.main", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        preexec_fn=limit,
        env={**os.environ, "PYTHONPATH": SOURCE, **environment},
        timeout=120,
    )
    return Called(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def _quietly(*arguments: object) -> Called:
    """Run a command in this process where no test watches: to set up what several tests start from."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(argument) for argument in arguments])
    return Called(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def new_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from .world import World

    folder = tmp_path_factory.mktemp("new-office")
    World(_quietly, folder).do("init")
    return folder


@pytest.fixture(scope="session")
def set_up_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from .world import World

    folder = tmp_path_factory.mktemp("set-up-world")
    World(_quietly, folder).set_up()
    return folder


@pytest.fixture
def office(call: Call, tmp_path: Path, new_office: Path) -> Any:
    """A data directory with nobody in it, the test's own."""
    from .world import World

    return World(call, shutil.copytree(new_office, tmp_path / "office"))


@pytest.fixture
def world(call: Call, tmp_path: Path, set_up_world: Path) -> Any:
    """A data directory in which a batch can be answered, the test's own."""
    from .world import World

    return World(call, shutil.copytree(set_up_world, tmp_path / "world"))
