"""A package with compiled rules: the checkout's own where `make compile` made it, else one made here, once."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from counterfoil import compiled

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "counterfoil"
COMPILING = 900  # seconds that a test may take which may have to compile first; on a free machine it is one minute


def run(package: Path, code: str, *arguments: str, **environment: str) -> str:
    """What a program says that imports the package in this folder."""
    call = [sys.executable, "-c", code, *arguments]
    path = os.pathsep.join([str(package.parent), str(ROOT)])
    env = {**os.environ, "COUNTERFOIL_PURE": "", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": path, **environment}
    done = subprocess.run(call, env=env, cwd=package.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package's sources, nothing compiled in it."""
    ignored = shutil.ignore_patterns("__pycache__", compiled.MADE)
    return Path(shutil.copytree(PACKAGE, tmp_path / "src" / "counterfoil", ignore=ignored))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with compiled rules in it."""
    if shutil.which("cc") is None and shutil.which("gcc") is None and shutil.which("clang") is None:
        pytest.skip("there is no C compiler")
    pytest.importorskip("mypyc", reason="mypy is not installed")
    copy = tmp_path_factory.mktemp("made") / "src" / "counterfoil"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    if not compiled.folder(copy).is_dir():
        _compile_once(copy, tmp_path_factory.getbasetemp().parent / f"compiled-{compiled.fingerprint(copy)}")
    return copy


def _compile_once(package: Path, shared: Path) -> None:
    """Compile where no other worker did, and no run of these tests before, and take over what is there."""
    from tests.compiled.maker import compile_rules

    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        place = compiled.folder(package).relative_to(package)
        if not (shared / place).is_dir():
            compile_rules(package, shared)
        shutil.copytree(shared / place, package / place)
