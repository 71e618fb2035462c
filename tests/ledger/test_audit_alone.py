"""The audit alone: the folder of the auditor, Python and `cryptography`, and nothing else of Counterfoil."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import counterfoil.ledger.auditor as auditor
from counterfoil.errors import InputError
from counterfoil.ledger import audit
from counterfoil.ledger.auditor.note import read_note
from tests.ledger.conftest import VKEY
from tests.ledger.witnesses import TIME, cosigner

BLOCK = "import sys; sys.modules['counterfoil'] = None; sys.path.insert(0, sys.argv[1]); del sys.argv[1]; "
RUN = BLOCK + "import runpy; sys.argv[0] = 'audit.py'; runpy.run_path(sys.path[0] + '/audit.py', run_name='__main__')"


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alone") / "auditor"
    folder.mkdir()
    for path in Path(auditor.__file__).parent.glob("*.py"):
        if path.name != "__init__.py":
            shutil.copy(path, folder)
    return folder


def run_alone(alone, *arguments, code=RUN):
    command = [sys.executable, "-c", code, str(alone), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=alone)


def test_the_auditor_runs_alone(alone, large, export, tmp_path):
    (tmp_path / "vkey").write_text(VKEY + "\n")
    (tmp_path / "held").write_text(large[0].store.checkpoints()[0][1])
    good = run_alone(alone, export, "--vkey", tmp_path / "vkey", "--since", tmp_path / "held", "--json")
    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout)["size"] == 618
    (export / "tile/0/000").unlink()
    bad = run_alone(alone, export, "--vkey", VKEY)
    assert bad.returncode == 1
    assert "tile/0/000 is missing." in bad.stdout
    assert "NOT whole" in bad.stdout


@pytest.mark.parametrize("options", [[], ["-I"], ["-P"]])
def test_the_auditor_runs_as_a_script_in_pythons_isolated_mode_too(alone, export, tmp_path, options):
    command = [sys.executable, *options, alone / "audit.py", export, "--vkey", VKEY]
    ran = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "It is whole." in ran.stdout


def test_the_auditor_says_what_it_cannot_use(alone, export):
    for arguments in (
        (export / "nowhere", "--vkey", VKEY),
        (export, "--vkey", "x"),
        (export, "--vkey", VKEY, "--since", "no"),
    ):
        unusable = run_alone(alone, *arguments)
        assert unusable.returncode == 2
        assert unusable.stderr.strip()
        assert "Traceback" not in unusable.stderr


def test_the_auditor_imports_only_the_standard_library_and_cryptography(alone):
    import ast

    allowed = set(sys.stdlib_module_names) | {"cryptography"} | {path.stem for path in alone.glob("*.py")}
    for path in alone.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in names:
                # files.py uses the package's own InputError where the package is there, and does without it.
                assert name.split(".")[0] in allowed or name == "counterfoil.errors", (path.name, name)


@pytest.mark.parametrize("option", ["--witness-policy", "--since", "--keys"])
def test_the_auditor_alone_waits_for_no_pipe(alone, export, tmp_path, option):
    os.mkfifo(tmp_path / "pipe")
    place = export
    if option == "--keys":  # which goes with a proof
        place = tmp_path / "proof"
        place.write_text("{}")
    refused = run_alone(alone, place, "--vkey", VKEY, option, tmp_path / "pipe")
    assert refused.returncode == 2
    assert "is not a file" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_the_auditor_alone_that_cannot_tell_what_it_found_says_so(alone, export, option):
    call = [sys.executable, str(alone / "audit.py"), str(export), "--vkey", VKEY, *option]
    with Path("/dev/full").open("w") as full:
        unsaid = subprocess.run(call, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert (unsaid.returncode, unsaid.stderr) == (2, "[Errno 28] No space left on device\n")
    closed = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", *call], capture_output=True, text=True, timeout=60)
    assert (closed.returncode, closed.stderr) == (2, "There is no standard output to write to.\n")
    reader, writer = os.pipe()
    os.close(reader)
    gone = subprocess.run(call, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(writer)
    assert (gone.returncode, gone.stderr) == (141, "")


def test_the_auditor_alone_is_broken_off_without_a_traceback(alone):
    silent = socket.create_server(("127.0.0.1", 0))  # takes the call and never answers
    address = f"http://127.0.0.1:{silent.getsockname()[1]}/ledger"
    waiting = subprocess.Popen(
        [sys.executable, str(alone / "audit.py"), address, "--vkey", VKEY],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    with silent:
        silent.accept()[0].recv(1)  # so it is at work
        waiting.send_signal(signal.SIGINT)
        told, said = waiting.communicate(timeout=30)
    assert (waiting.returncode, told, said) == (130, "", "Broken off.\n")


def test_an_empty_name_is_not_the_folder_one_stands_in(alone, export, monkeypatch):
    shutil.copytree(export, alone, dirs_exist_ok=True)
    refused = run_alone(alone, "", "--vkey", VKEY)
    assert (refused.returncode, refused.stdout) == (2, "")
    monkeypatch.chdir(export)
    with pytest.raises(InputError, match="An empty name"):
        audit("", VKEY)


OLD_LIBRARY = RUN.replace(
    "import runpy", "sys.modules['cryptography.hazmat.primitives.asymmetric.mldsa'] = None; import runpy"
)


def test_a_witness_that_this_machine_cannot_check_is_no_finding(alone, large, export, tmp_path):
    """As with `cryptography` before 47, which has no ML-DSA."""
    note, who = large[0].checkpoint(), cosigner(1, "ml-dsa-44")
    cosigned = note + who.cosign(read_note(note.encode()).body, TIME).decode()
    (tmp_path / "policy").write_text(f"witness w {who.key.vkey}\nquorum w\n")
    call = (alone, export, "--vkey", VKEY, "--witness-policy", tmp_path / "policy")
    assert run_alone(*call, code=OLD_LIBRARY).returncode == 1  # not cosigned at all
    (export / "checkpoint").write_text(cosigned)
    assert run_alone(*call).returncode == 0
    unable = run_alone(*call, code=OLD_LIBRARY)
    assert (unable.returncode, unable.stdout) == (2, "")
    assert "ML-DSA-44" in unable.stderr
    assert "Use `cryptography` 47 or later" in unable.stderr
    assert "Traceback" not in unable.stderr
