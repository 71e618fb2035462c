"""The compiled form of the rules: `make compile` puts it beside the sources, a build of a wheel into the wheel.

A wheel is pure unless HATCH_BUILD_HOOK_ENABLE_CUSTOM=1 asks for this; either way it holds the sources, and the
program uses what is compiled only where it was made of them (src/counterfoil/compiled.py). Needs mypy, setuptools
and a C compiler.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
PACKAGE = ROOT / "src" / "counterfoil"
sys.path.insert(0, str(PACKAGE.parent))

from counterfoil import compiled  # noqa: E402 - this tree's own, whatever is installed

SETUP = """
import sys
from setuptools import setup
from mypyc.build import mypycify

library, *files = sys.argv[1:]
checks = ["--strict", "--no-warn-unused-ignores", "--no-pretty", "--no-incremental", "--follow-imports=silent",
          "--disable-error-code=import-untyped", "--disable-error-code=import-not-found"]
modules = mypycify([*checks, *files], opt_level="3", debug_level="0", group_name=library.removesuffix("__mypyc"))
setup(name=library, packages=[], ext_modules=modules, script_args=["--quiet", "build_ext", "--inplace"])
"""


def compile_rules(package: Path, into: Path | None = None) -> Path:
    """Compile the rules of a package into `into`, by default into the package itself; the folder they are in.

    The work is done on a copy, and the folder bears the hash of that copy: an edit in the meantime cannot make
    the two differ. What was compiled of other sources is removed. Raises SystemExit with the compiler's words.
    """
    with tempfile.TemporaryDirectory(prefix="counterfoil-compile-") as name:
        copy = Path(name) / package.name
        shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__", compiled.MADE, "*.so"))
        target = compiled.folder(copy).relative_to(copy)
        files = [str(path.relative_to(name)) for path in compiled.sources(copy)]
        call = [sys.executable, "-c", SETUP, compiled.LIBRARY, *files]
        done = subprocess.run(call, cwd=name, capture_output=True, text=True, check=False)  # noqa: S603 - our own
        if done.returncode:
            sys.exit(f"The rules could not be compiled:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
        made = Path(name) / "made"
        for path in [*Path(name).glob("*.so"), *copy.rglob("*.so")]:
            place = made / path.relative_to(name)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.rename(place)
        final = (into or package) / target
        shutil.rmtree(final.parent, ignore_errors=True)
        shutil.copytree(made, final)
    return final


class Compiled(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the compiled form into a wheel, which is then one for this Python and this kind of machine."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, unless the wheel is only to point here (an editable install)."""
        if version == "editable":
            return
        made = compile_rules(PACKAGE, Path(self.directory) / "compiled")
        place = Path(PACKAGE.name) / compiled.MADE / made.parent.name / made.name
        build_data["force_include"][str(made)] = place.as_posix()
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


if __name__ == "__main__":
    started = time.perf_counter()
    made = compile_rules(PACKAGE)
    print(f"Compiled in {time.perf_counter() - started:.0f} s: {made.relative_to(ROOT)}")  # noqa: T201
