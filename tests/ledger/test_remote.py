"""An export on a web server, audited over the network: like the folder, and whatever the server does."""

import contextlib
import gzip
import json
import shutil
import time
from http.server import BaseHTTPRequestHandler

import pytest

from counterfoil.cli.main import run
from counterfoil.errors import InputError
from counterfoil.ledger import audit
from counterfoil.ledger.auditor import remote
from counterfoil.ledger.auditor.audit import main
from counterfoil.ledger.auditor.files import UnreachableError
from counterfoil.ledger.auditor.note import read_note
from counterfoil.ledger.auditor.remote import RemoteFiles, is_address
from tests.ledger.conftest import VKEY, fill, make_ledger, requests, whole_batch
from tests.ledger.strangers import listening
from tests.ledger.witnesses import TIME, cosigner, policy_of


@contextlib.contextmanager
def web(answer):
    """A web server: `answer(path)` gives (status, headers, body) or (…, body) that dribbles as a list."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                for portion in body if isinstance(body, list) else [body]:
                    self.wfile.write(portion)
                    if isinstance(body, list):
                        time.sleep(0.15)

        def log_message(self, *arguments):
            pass

    with listening(Handler) as address:
        yield address


def static(folder, packed=False):
    """Serve a folder as a plain web server does, `packed` with gzip as tlog-tiles lets it."""

    def answer(path):
        file = folder / path.removeprefix("/ledger/")
        if not file.is_file():
            return 404, {}, b"no"
        body = file.read_bytes()
        headers = {"Content-Encoding": "gzip"} if packed else {}
        body = gzip.compress(body) if packed else body
        return 200, {**headers, "Content-Length": str(len(body))}, body

    return answer


@pytest.fixture(scope="module")
def large():
    return whole_batch(fill(make_ledger(), 600), 4, "b-2")


@pytest.fixture
def export(large, tmp_path):
    large.export(tmp_path / "export")
    return tmp_path / "export"


@pytest.mark.parametrize("packed", [False, True])
def test_an_export_on_the_web_is_audited_as_in_a_folder(large, export, packed):
    with web(static(export, packed)) as url:
        there = audit(f"{url}/ledger/", VKEY, since=large.store.checkpoints()[0][1])
    assert there == audit(export, VKEY)
    assert there.ok


def test_what_is_missing_or_changed_there_is_found(export):
    (export / "tile/0/001").unlink()
    entries = export / "tile/entries/000"
    entries.write_bytes(b"b-9".join(entries.read_bytes().rsplit(b"b-1", 1)))
    with web(static(export)) as url:
        report = audit(f"{url}/ledger", VKEY)
    assert any("tile/0/001 is missing" in problem for problem in report.problems), report.problems
    assert any("does not fit its hash" in problem for problem in report.problems)


def test_a_partial_tile_that_is_gone_is_read_from_the_full_one(export, tmp_path):
    """tlog-tiles: a partial tile may be deleted once the full one is there; the old checkpoint still verifies."""
    ledger = fill(make_ledger(), 298)
    ledger.export(tmp_path / "old")
    ledger.append(requests(400))
    ledger.checkpoint()
    ledger.export(tmp_path / "new")
    shutil.copy(tmp_path / "old/checkpoint", tmp_path / "new/checkpoint")
    shutil.copytree(tmp_path / "old/tile/1/000.p", tmp_path / "new/tile/1/000.p", dirs_exist_ok=True)
    assert not (tmp_path / "new/tile/0/001.p").exists()
    with web(static(tmp_path / "new")) as url:
        report = audit(f"{url}/ledger", VKEY)
    assert (report.problems, report.size) == ((), 300)


def test_the_witnesses_are_asked_of_an_export_on_the_web(export):
    note = (export / "checkpoint").read_bytes()
    body = read_note(note).body
    (export / "checkpoint").write_bytes(note + cosigner(1).cosign(body, TIME))
    with web(static(export)) as url:
        good = audit(f"{url}/ledger", VKEY, witness_policy=policy_of([(cosigner(1), "")]))
        assert (good.ok, good.witnesses) == (True, {"witness.example/w1": TIME})
        for missing in (policy_of([(cosigner(2), "")]), policy_of([(cosigner(1), ""), (cosigner(2), "")])):
            assert any(
                "lacks the witnesses" in one for one in audit(f"{url}/ledger", VKEY, witness_policy=missing).problems
            )
    (export / "checkpoint").write_bytes(note + cosigner(1).cosign(body + b"x\n", TIME))
    assert not audit(export, VKEY, witness_policy=policy_of([(cosigner(1), "")])).ok
    other_log = policy_of([(cosigner(1), "")], logs=["monkeys+db4d9f7e+AULaJMvTtDLHPUcUrjdDad9vDlh/PTfC2VV60JUtCfWT"])
    assert any("does not list" in one for one in audit(export, VKEY, witness_policy=other_log).problems)


BOMB = gzip.compress(b"\0" * 50_000_000)
WRONG = {
    "nothing": (200, {}, b""),
    "an endless file": (200, {}, b"x" * 3_000_000),
    "a bomb": (200, {"Content-Encoding": "gzip"}, BOMB),
    "a broken header": (200, {"Content-Length": "many"}, b"x"),
    "no such file": (404, {}, b"x"),
    "a file that is gone": (410, {}, b"x"),
}
TROUBLE = {
    "a broken gzip": (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x08junk"),
    "half a gzip": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"y" * 500)[:20]),
    "an encoding that nobody asked for": (200, {"Content-Encoding": "br"}, b"x"),
    "less than it said": (200, {"Content-Length": "500"}, b"x"),
    "a failure": (500, {}, b"x"),
    "a service that is away": (503, {}, b"x"),
    "too much asked": (429, {}, b"x"),
    "a refusal": (403, {}, b"x"),
    "a way to a file": (302, {"Location": "file:///etc/passwd"}, b""),
    "a way to ftp": (302, {"Location": "ftp://127.0.0.1/x"}, b""),
    "a way in circles": (302, {"Location": "/again"}, b""),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_server_that_gives_something_else_gives_a_problem_and_no_traceback(name, monkeypatch):
    monkeypatch.setattr(remote, "TRIES", 1)
    with web(lambda _: WRONG[name]) as url:
        report = audit(url, VKEY)
    assert not report.ok
    assert len(report.problems) == 1
    assert report.size == 0


def only(folder, name, answered):
    """Serve a folder, but for one file answer this."""
    plain = static(folder)
    return lambda path: answered if path.endswith((name, "/again")) else plain(path)


@pytest.mark.parametrize("name", TROUBLE)
@pytest.mark.parametrize("file", ["checkpoint", "tile/entries/001", "tile/1/000.p/2"])
def test_a_file_that_does_not_come_says_nothing_of_the_ledger(name, file, export, monkeypatch):
    monkeypatch.setattr(remote, "TRIES", 1)
    with web(only(export, file, TROUBLE[name])) as url, pytest.raises(UnreachableError) as caught:
        audit(f"{url}/ledger", VKEY)
    assert f"could not be audited: {file} cannot be fetched" in caught.value.what
    assert "nothing about the ledger" in caught.value.do
    assert caught.value.exit_code == 2
    assert caught.value.as_dict()["error"]["code"] == "UNAVAILABLE"


@pytest.mark.parametrize("status", [404, 410])
def test_a_file_that_the_server_does_not_have_is_a_fault_of_the_ledger(status, export):
    with web(only(export, "tile/0/001", (status, {}, b""))) as url:
        assert audit(f"{url}/ledger", VKEY).problems == ("tile/0/001 is missing.",)


def test_what_was_found_before_the_server_went_away_stands(export, monkeypatch):
    monkeypatch.setattr(remote, "TRIES", 1)
    (export / "tile/0/000").unlink()
    with web(only(export, "tile/entries/001", (503, {}, b""))) as url:
        first, second = audit(f"{url}/ledger", VKEY).problems
    assert first == "tile/0/000 is missing."
    assert second.endswith("could not be audited: tile/entries/001 cannot be fetched: the server answered 503.")


def test_a_server_that_goes_away_after_the_checkpoint_says_nothing_of_the_ledger(export, monkeypatch):
    monkeypatch.setattr(remote, "TRIES", 1)
    with web(static(export)) as url:
        files = RemoteFiles(f"{url}/ledger")
        assert files.read("checkpoint", 1_000_000)
    with pytest.raises(UnreachableError, match="tile/0/000 cannot be fetched: Connection refused"):
        files.read("tile/0/000", 8192)


def test_the_command_ends_with_2_where_a_file_does_not_come(export, capsys):
    with web(only(export, "tile/entries/001", (403, {}, b""))) as url:
        assert main([f"{url}/ledger", "--vkey", VKEY]) == 2
        told = capsys.readouterr()
        assert "could not be audited" in told.err
        assert "NOT whole" not in told.out + told.err
        assert run(["audit", f"{url}/ledger", "--vkey", VKEY, "--json"]) == 2
        assert json.loads(capsys.readouterr().out)["error"]["code"] == "UNAVAILABLE"


@pytest.mark.parametrize("vkey", ["", " "])
def test_an_empty_key_is_called_empty(export, capsys, vkey):
    assert run(["audit", str(export), "--vkey", vkey]) == 2
    assert "The ledger's public key is empty." in capsys.readouterr().err
    assert main([str(export), "--vkey", vkey]) == 2
    assert "not a ledger's public key" in capsys.readouterr().err


def test_a_dribbling_server_is_given_up(monkeypatch):
    monkeypatch.setattr(remote, "DEADLINE", 0.5)
    with web(lambda _: (200, {}, [b"x"] * 40)) as url:
        began = time.monotonic()
        with pytest.raises(UnreachableError, match="too slowly"):
            RemoteFiles(url).read("checkpoint", 1000)
        assert time.monotonic() - began < 3


def test_a_server_that_stumbles_once_is_asked_again(export):
    stumbles = iter([503, 429])

    def answer(path):
        status = next(stumbles, None)
        return static(export)(path) if status is None else (status, {}, b"")

    with web(answer) as url:
        assert audit(f"{url}/ledger", VKEY).ok


def test_where_no_server_answers_nothing_is_said_of_the_ledger(monkeypatch):
    monkeypatch.setattr(remote, "TRIES", 1)
    with pytest.raises(InputError, match=r"^http://127.0.0.1:1/ledger cannot be reached: Connection refused\.$"):
        audit("http://127.0.0.1:1/ledger", VKEY)
    with web(lambda path: (500, {}, b"")) as url, pytest.raises(InputError, match="no secure connection"):
        audit(url.replace("http:", "https:"), VKEY)


@pytest.mark.parametrize(
    "place", ["http://user:secret@host/", "https://secret@host:8080", "http://u:sec@ret@h/x", "http://u:secret@[/"]
)
def test_a_password_in_the_address_is_refused_and_not_said_again(place):
    with pytest.raises(InputError, match="user name or password in the address is not supported") as caught:
        audit(place, VKEY)
    assert "sec" not in caught.value.what


@pytest.mark.parametrize("place", ["http://", "http://[", "https://x:port/", "http://x/?a=1", "http://x/#a"])
def test_an_address_that_is_none_is_refused(place):
    assert is_address(place)
    with pytest.raises(InputError):
        audit(place, VKEY)
    assert not is_address("ledger-export")
    assert not is_address("ftp://x")
