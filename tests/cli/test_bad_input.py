"""Bad input: a clear message, the right exit code, no traceback, nothing lost, never a confirmation."""

from __future__ import annotations

import gzip
import os
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Call, spawn
from .world import COLUMNS, REGISTRY, World, request_rows, write_requests

Make = Callable[[Path], Path]


def empty(folder: Path) -> Path:
    (folder / "empty.csv").write_bytes(b"")
    return folder / "empty.csv"


def missing(folder: Path) -> Path:
    return folder / "nowhere.csv"


def directory(folder: Path) -> Path:
    (folder / "folder.csv").mkdir()
    return folder / "folder.csv"


def latin1(folder: Path) -> Path:
    (folder / "latin1.csv").write_bytes("request_id,surname\nr-1,Nuñez\n".encode("latin-1"))
    return folder / "latin1.csv"


def utf16(folder: Path) -> Path:
    (folder / "utf16.csv").write_bytes("request_id,surname\nr-1,Nunez\n".encode("utf-16"))
    return folder / "utf16.csv"


def picture(folder: Path) -> Path:
    (folder / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    return folder / "picture.csv"


def false_parquet(folder: Path) -> Path:
    (folder / "false.parquet").write_bytes(b"PAR1 this is none PAR1")
    return folder / "false.parquet"


def broken_jsonl(folder: Path) -> Path:
    (folder / "broken.jsonl").write_text('{"request_id": "r-1"\n', encoding="utf-8")
    return folder / "broken.jsonl"


UNUSABLE = [empty, missing, directory, latin1, utf16, picture, false_parquet]


@pytest.mark.parametrize("make", [*UNUSABLE, broken_jsonl])
@pytest.mark.parametrize("words", [("request", "check"), ("registry", "load"), ("stay", "enter")])
def test_a_file_that_cannot_be_used_is_said_to_be_so(
    office: World, tmp_path: Path, make: Make, words: tuple[str, ...]
) -> None:
    file = make(tmp_path)
    told = office.call("--data", office.data, *words, file)
    assert told.code in (1, 2), told
    if told.code == 1:  # read row by row: every row was found bad, and counted
        assert "refused" in told.out or "bad" in told.out
    else:
        assert told.err.startswith("counterfoil: ") and "fault of Counterfoil" not in told.err
        assert told.out == ""


@pytest.mark.parametrize("make", [empty, missing, directory, latin1, picture])
@pytest.mark.parametrize(
    "words", [("agreement", "check"), ("agreement", "adopt"), ("safeguard", "record"), ("address", "check")]
)
def test_a_document_that_cannot_be_used_is_said_to_be_so(
    office: World, tmp_path: Path, make: Make, words: tuple[str, ...]
) -> None:
    told = office.call("--data", office.data, *words, make(tmp_path), "--json")
    assert told.code == 2
    assert told.json["error"]["message"] and told.json["error"]["code"] != "FAULT"


@pytest.mark.parametrize("make", [empty, missing, directory, latin1, picture])
def test_a_key_that_cannot_be_used_is_said_to_be_so(office: World, tmp_path: Path, make: Make) -> None:
    told = office.call(
        *("--data", office.data, "official", "enroll", "x", "--agreement", "treasury-dhs-2025-04-07"),
        *("--name", "A", "--office", "B", "--from", "2025-01-01", "--key", make(tmp_path)),
    )
    assert told.code == 2 and "fault of" not in told.err
    assert office.do("official", "list")["officials"] == []


@pytest.mark.parametrize("make", [empty, missing, directory, latin1, picture])
def test_an_answer_that_is_none_is_said_to_be_so(office: World, tmp_path: Path, make: Make) -> None:
    office.do("key", "new", "-o", tmp_path / "k.jwk")
    told = office.call("--data", office.data, "answer", "open", make(tmp_path), "--key", tmp_path / "k.jwk")
    assert told.code in (1, 2) and told.err.startswith("counterfoil: ") and "fault of" not in told.err


def test_an_audit_of_what_is_no_ledger_is_not_ok(office: World, tmp_path: Path) -> None:
    vkey = office.data / "public" / "ledger.vkey"
    assert office.call("audit", tmp_path / "nowhere", "--vkey", vkey).code == 2
    (tmp_path / "empty").mkdir()
    assert office.call("audit", tmp_path / "empty", "--vkey", vkey).code in (1, 2)
    assert office.call("audit", tmp_path / "empty", "--vkey", "not+a+key").code == 2


# ---- a file of requests -----------------------------------------------------------------------------------


def test_a_nul_in_a_row_is_never_confirmed(office: World, tmp_path: Path) -> None:
    rows = request_rows()
    rows[0]["address_line1"] = "118 North Fern\x00wick Street #4"
    told = office.call("request", "check", write_requests(tmp_path / "nul.csv", rows), "--json")
    assert told.code in (1, 2)
    if told.code == 1:
        assert told.json["rows"][0]["findings"]


def test_a_cell_of_ten_megabytes_is_a_malformed_row_and_no_more(office: World, tmp_path: Path) -> None:
    rows = request_rows()
    rows[1]["reason"] = "x" * 10_000_000
    told = office.call("request", "check", write_requests(tmp_path / "big.csv", rows), "--json")
    assert told.code in (1, 2)
    if told.code == 1:
        assert "ADDR_MALFORMED" in {finding["code"] for finding in told.json["rows"][1]["findings"]}
        assert told.json["passed"] == 4


def test_formulas_of_a_spreadsheet_do_not_act_and_are_no_names(office: World, tmp_path: Path) -> None:
    rows = request_rows()
    rows[0]["surname"] = '=HYPERLINK("http://x.example","Quillobar")'
    rows[1]["request_id"] = "=1+1"
    told = office.call("request", "check", write_requests(tmp_path / "formula.csv", rows))
    assert told.code == 1
    assert not any(line.startswith("=") for line in told.out.splitlines())
    checked = office.call("request", "check", tmp_path / "formula.csv", "--json").json
    assert checked["rows"][0]["findings"] and checked["rows"][1]["findings"]


def test_a_control_sequence_in_a_row_does_not_reach_the_terminal(office: World, tmp_path: Path) -> None:
    rows = request_rows()
    rows[0]["request_id"] = "r\x1b[2J-1"
    told = office.call("request", "check", write_requests(tmp_path / "escape.csv", rows))
    assert told.code in (1, 2) and "\x1b" not in told.out + told.err


def test_duplicate_ids_are_refused_each(office: World, tmp_path: Path) -> None:
    rows = request_rows()
    rows[3]["request_id"] = "r-1"
    told = office.call("request", "check", write_requests(tmp_path / "twice.csv", rows), "--json")
    assert told.code == 1
    assert told.json["refused_by_code"]["REQUEST_ID_DUPLICATE"] >= 1


def test_a_value_in_an_unknown_column_is_oversupply_and_shown_nowhere(office: World, tmp_path: Path) -> None:
    rows = [{**row, "fingerprint_id": "FIN-SECRET-77"} for row in request_rows()]
    file = write_requests(tmp_path / "more.csv", rows, (*COLUMNS, "fingerprint_id"))
    told = office.call("request", "check", file, "--json")
    assert told.code == 1 and "FIN-SECRET-77" not in told.out
    assert told.json["refused_by_code"]["OVERSUPPLY"] == 5


# ---- a batch ----------------------------------------------------------------------------------------------


def zip_bomb(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "bomb.jwe", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        file.writestr("bomb", b"\0" * 50_000_000)
    return folder / "bomb.jwe"


def gzip_bomb(folder: Path) -> Path:
    (folder / "bomb.gz").write_bytes(gzip.compress(b"\0" * 50_000_000))
    return folder / "bomb.gz"


def plain_csv(folder: Path) -> Path:
    return write_requests(folder / "plain.csv", request_rows())


@pytest.mark.parametrize("make", [zip_bomb, gzip_bomb, picture, plain_csv])
def test_what_is_no_batch_is_recorded_and_refused_at_the_door(office: World, tmp_path: Path, make: Make) -> None:
    told = office.do("batch", "receive", make(tmp_path), code=1)
    assert told["id"] and told["codes"]
    assert office.do("batch", "list")["batches"][0]["id"] == told["id"]
    assert office.do("batch", "verify", told["id"], code=3)


@pytest.mark.parametrize("make", [empty, missing, directory])
def test_what_is_not_there_is_no_batch(office: World, tmp_path: Path, make: Make) -> None:
    assert office.do("batch", "receive", make(tmp_path), code=2)["error"]["message"]
    assert office.do("batch", "list")["batches"] == []


def test_an_unknown_batch_is_said_to_be_unknown(office: World) -> None:
    for words in (("show", "b-0"), ("examine", "b-0"), ("verify", "b-0")):
        assert office.do("batch", *words, code=2)["error"]["code"] == "NOT_FOUND"


def test_one_row_more_than_the_cap_refuses_the_whole_batch(world: World) -> None:
    file = world.folder / "many.csv"
    with file.open("w", encoding="utf-8") as stream:
        stream.write("request_id,surname\n")
        stream.writelines(f"r-{number},X\n" for number in range(100_001))
    told = world.do("batch", "receive", world.seal(file), code=1)
    assert told["codes"] == ["BATCH_OVER_CAP"]
    assert world.do("batch", "examine", told["id"], code=1)["refused"] == 100_001
    assert world.do("batch", "verify", told["id"], code=3)


def test_a_changed_byte_of_a_batch_is_noticed(world: World) -> None:
    batch = world.seal(world.requests())
    content = bytearray(batch.read_bytes())
    content[len(content) // 2] ^= 1
    batch.write_bytes(content)
    assert world.do("batch", "receive", batch, code=1)["codes"]


# ---- a registry -------------------------------------------------------------------------------------------


def test_bad_rows_of_a_registry_are_counted_and_the_rest_is_loaded(office: World, tmp_path: Path) -> None:
    lines = REGISTRY.splitlines()
    lines.insert(2, lines[1].replace(",2023,", ",twenty,"))
    (tmp_path / "bad.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = office.do("registry", "load", tmp_path / "bad.csv", code=1)
    assert told["bad_rows"] == 1 and told["people"] == 4
    assert told["bad"]
    shown = office.call("--data", office.data, "registry", "load", tmp_path / "bad.csv")
    assert "900700001" not in shown.out


# ---- the machine ------------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said_to_be_full(tmp_path: Path) -> None:
    told = spawn("address", "check", "-o", "/dev/full", stdin=b"12 Oak St, Dover, DE 19901\n")
    assert told.code == 2
    assert "disk is full" in told.err and "Traceback" not in told.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_standard_output_is_an_error_too() -> None:
    import subprocess
    import sys

    from .conftest import SOURCE

    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "counterfoil.cli.main", "address", "compare", "1 A St", "1 A St"],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": SOURCE},
        )
    assert ended.returncode == 2
    assert b"disk is full" in ended.stderr and b"Traceback" not in ended.stderr


@pytest.mark.parametrize("room", [4_096, 150_000])
def test_an_office_that_the_disk_has_no_room_for_is_made_once_there_is(tmp_path: Path, room: int) -> None:
    told = spawn("--data", tmp_path / "d", "init", largest_file=room)
    assert told.code == 2
    assert "What to do" in told.err and "fault of" not in told.err and "Traceback" not in told.err
    assert spawn("--data", tmp_path / "d", "init").code == 0


def test_a_disk_that_fills_up_while_a_batch_is_received_loses_nothing(world: World) -> None:
    batch = world.seal(world.requests())
    told = spawn("--data", world.data, "batch", "receive", batch, largest_file=20_000)
    assert told.code == 2
    assert "What to do" in told.err and "fault of" not in told.err and "Traceback" not in told.err
    assert world.do("batch", "list")["batches"] == []
    assert world.do("ledger", "verify")["ok"]
    assert world.do("batch", "receive", batch)["state"] == "received"


def test_an_output_that_cannot_be_written_is_said_to_be_so(office: World, tmp_path: Path) -> None:
    for output in (tmp_path, tmp_path / "no-such-folder" / "x"):
        told = office.call("address", "compare", "--csv", pairs_file(tmp_path), "-o", output)
        assert told.code == 2 and "What to do" in told.err and "fault of" not in told.err


def pairs_file(folder: Path) -> Path:
    (folder / "pairs.csv").write_text("a,b\n1 Elm St,1 Elm Street\n", encoding="utf-8")
    return folder / "pairs.csv"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_directory_that_may_not_be_written_is_said_to_be_so(call: Call, tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert call("--data", tmp_path / "d", "init").code == 2


def test_a_copy_that_may_only_be_read_is_said_to_need_a_place_that_may_be_written(office: World) -> None:
    for words in (("ledger", "verify"), ("doctor",), ("batch", "list"), ("batch", "show", "b-1")):
        ran = only_reading(office.data, sys.executable, "-m", "counterfoil", "--data", office.data, *words)
        assert ran.returncode in (1, 2), (words, ran)
        assert "copy the whole to a place that may be written" in ran.stdout + ran.stderr, (words, ran)
        assert "Traceback" not in ran.stderr and "fault of" not in ran.stderr


def only_reading(folder: Path, *command: object) -> subprocess.CompletedProcess[str]:
    """Run a command that cannot write in a folder: by its mode, or for root, whom no mode stops, by a mount."""
    before: list[object] = []
    if os.geteuid() == 0:
        shut = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" || exit 77; exec "$@"'
        before = ["unshare", "--mount", "sh", "-c", shut, folder]
    folder.chmod(0o500)
    try:
        ran = subprocess.run([str(part) for part in (*before, *command)], capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("no unshare here")
    finally:
        folder.chmod(0o700)
    if before and (ran.returncode == 77 or "unshare" in ran.stderr):
        pytest.skip("root may mount nothing here")
    return ran


def test_a_database_locked_by_another_process_is_said_to_be_so(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counterfoil.office.database.BUSY_SECONDS", 0.2)
    other = sqlite3.connect(office.data / "counterfoil.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        told = office.do("officer", "add", "late", "--name", "Late Example", code=2)
    finally:
        other.rollback()
        other.close()
    assert told["error"]["code"] == "UNAVAILABLE"
    assert office.do("officer", "list")["officers"] == []
    office.do("officer", "add", "late", "--name", "Late Example")


def test_a_damaged_database_is_said_to_be_damaged(office: World) -> None:
    (office.data / "counterfoil.sqlite3").write_bytes(b"this is no database at all" * 200)
    told = office.call("--data", office.data, "batch", "list")
    assert told.code in (1, 2) and "fault of" not in told.err and told.err
    assert office.call("--data", office.data, "doctor").code in (1, 2)


def test_a_missing_key_is_found_by_the_doctor(office: World) -> None:
    (office.data / "keys" / "custodian.jwk").unlink()
    told = office.do("doctor", code=1)
    wrong = [check for check in told["checks"] if not check["ok"]]
    assert any("custodian.jwk" in check["name"] for check in wrong)
    assert all(check["do"] for check in wrong)
    assert "wrong  " in office.call("--data", office.data, "doctor").out


def test_a_second_init_changes_nothing(office: World) -> None:
    before = (office.data / "keys" / "ledger.key").read_bytes()
    assert office.do("init", code=2)["error"]["message"]
    assert (office.data / "keys" / "ledger.key").read_bytes() == before


def test_a_date_that_is_none_is_said_to_be_none(office: World, tmp_path: Path) -> None:
    file = write_requests(tmp_path / "r.csv", request_rows())
    told = office.call("request", "check", file, "--on", "tomorrow")
    assert told.code == 2 and "YYYY-MM-DD" in told.err
