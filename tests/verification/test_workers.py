"""Worker processes: the same results whoever makes them, errors as they are, and none left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from counterfoil import workers
from counterfoil.errors import InputError, IntegrityError, NotFoundError, UnavailableError
from counterfoil.verification import Registry, load_registry, verify
from counterfoil.verification.loading import load, source
from counterfoil.verification.loading.found import find_sources
from counterfoil.verification.loading.source import Unit, units_of
from counterfoil.workers import Workers

from .conftest import ask, write_csv
from .test_batches import question_of
from .test_load import NOW, manifest, people, write_parquet

verify_module = sys.modules["counterfoil.verification.verify"]


def test_results_come_back_from_whoever_made_them(tmp_path):
    files = [write_parquet(tmp_path / f"{at}.parquet", people(at + 1)) for at in range(7)]
    for count in (1, 2, 3):
        with Workers(count) as crew:
            found = list(crew.run(units_of, ((path,) for path in files)))
            again = list(crew.run(units_of, [(files[0],)]))
        assert sorted(found) == sorted([unit] for path in files for unit in units_of(path))
        assert again == [[Unit(files[0], 0, (0,), 0)]]


def test_results_come_in_the_order_of_the_tasks_when_that_is_asked(tmp_path):
    files = [write_parquet(tmp_path / f"{at}.parquet", people(200 if at % 2 else 1)) for at in range(9)]
    for count in (1, 2, 3):
        with Workers(count) as crew:
            assert list(crew.in_order(units_of, ((path,) for path in files))) == [units_of(path) for path in files]


def test_an_error_of_a_worker_is_the_error_of_the_run(tmp_path):
    with Workers(2) as crew, pytest.raises(NotFoundError, match="no file") as error:
        list(crew.run(find_sources, [([tmp_path / "none.csv"],)]))
    assert error.value.do
    with Workers(2) as crew, pytest.raises(OSError, match="No such file"):
        list(crew.run(units_of, [(tmp_path / "none.csv",)]))


def test_a_worker_that_is_killed_is_said_and_no_result_is_missing_in_silence(tmp_path):
    path = write_parquet(tmp_path / "a.parquet", people(1))

    def tasks():
        yield (path,)
        os.kill(crew._processes[0].pid, signal.SIGKILL)
        yield from [(path,)] * 50

    with Workers(1) as crew:
        crew.count = 2
        with pytest.raises(UnavailableError, match="ended before its time"):
            list(crew.run(units_of, tasks()))
    assert crew._processes == []


def test_workers_end_with_the_process_that_started_them(tmp_path):
    script = (
        "import sys, time\nfrom counterfoil.workers import Workers\n"
        "crew = Workers(2)\nlist(crew.run(sys.intern, []))\nprint(*[p.pid for p in crew._processes], flush=True)\n"
        "time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    pids = [int(pid) for pid in process.stdout.readline().split()]
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(pids) == 2 and not any(Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.fixture
def many(tmp_path, monkeypatch):
    """A registry of several files, units and buckets, loaded by one process; and its files."""
    monkeypatch.setattr(source, "CHUNK", 1000)
    monkeypatch.setattr(load, "_BUCKET", 150)
    files = [write_csv(tmp_path / "a.csv", people(100)), write_parquet(tmp_path / "b.parquet", people(100, first=90))]
    load_registry(files, tmp_path / "one", now=NOW)
    return files


def test_the_registry_is_the_same_whoever_loaded_it(tmp_path, many, monkeypatch):
    monkeypatch.setattr(load, "_ALONE", 0)
    seen: list[tuple[int, int]] = []
    load_registry(many, tmp_path / "two", lambda *told: seen.append(told), now=NOW, workers=2)
    assert manifest(tmp_path / "one") == manifest(tmp_path / "two")
    assert [done for done, _ in seen] == sorted(done for done, _ in seen) and seen[-1] == (1800, 1800)
    with pytest.raises(InputError):
        (tmp_path / "cut.csv").write_bytes(many[0].read_bytes() + b"\xff")
        load_registry([tmp_path / "cut.csv"], tmp_path / "three", workers=2)


def test_the_verdict_is_the_same_whoever_decides_and_in_whatever_chunks(tmp_path, many, monkeypatch):
    questions = [question_of(at, said) for at, said in enumerate(people(120) + people(30, first=1000))]
    with Registry.open(tmp_path / "one") as registry:
        alone = verify(registry, questions)
        assert alone.looked_up == len(questions) and 200 < len(alone.confirmed) < 360
        monkeypatch.setattr(verify_module, "_ALONE", 0)
        for chunk, count in ((7, 1), (1000, 2), (50, 3)):
            monkeypatch.setattr(verify_module, "CHUNK", chunk)
            assert verify(registry, iter(questions), workers=count) == alone
        assert registry.looked_up == 4 * len(questions)
        assert verify(registry, [ask()], workers=2).looked_up == 1
    assert workers.cores() >= 1


def test_a_kept_worker_answers_from_the_files_that_were_checked_and_from_no_others(tmp_path, many, monkeypatch):
    questions = [question_of(at, said) for at, said in enumerate(people(60))]
    monkeypatch.setattr(verify_module, "_ALONE", 0)
    monkeypatch.setattr(verify_module, "CHUNK", 10)
    workers.dismiss()
    with Registry.open(tmp_path / "one") as registry:
        alone = verify(registry, questions, workers=2)
        assert alone.confirmed
        path = registry.opened.generation / "records.arrow"
    whole = path.read_bytes()
    with path.open("r+b") as file:  # in the very file that the workers have open
        file.truncate(100)
    with pytest.raises(IntegrityError):
        Registry.open(tmp_path / "one")
    path.rename(path.with_suffix(".old"))
    path.write_bytes(whole)
    with Registry.open(tmp_path / "one") as registry:
        assert verify(registry, questions, workers=2) == alone
        monkeypatch.chdir(tmp_path)
    with Registry.open(Path("one")) as registry:
        assert verify(registry, questions, workers=2) == alone
        path.rename(path.with_suffix(".older"))
        path.write_bytes(whole)
        workers.dismiss()
        with pytest.raises(UnavailableError, match="changed while it was asked"):
            verify(registry, questions, workers=2)


def test_many_requests_are_shared_among_workers_however_few_are_held_at_a_time(tmp_path, many, monkeypatch):
    started: list[int] = []

    class Counted(Workers):
        def __init__(self, count: int, *, kept: bool) -> None:
            started.append(count)
            super().__init__(count, kept=kept)

    assert verify_module.CHUNK < verify_module._ALONE
    monkeypatch.setattr(verify_module, "Workers", Counted)
    monkeypatch.setattr(verify_module, "CHUNK", 7)
    monkeypatch.setattr(verify_module, "_ALONE", 20)
    questions = [question_of(at, said) for at, said in enumerate(people(20))]
    with Registry.open(tmp_path / "one") as registry:
        alone = verify(registry, iter(questions[:19]), workers=2)
        assert started == [] and alone.looked_up == 19
        together = verify(registry, iter(questions[:20]), workers=2)
        assert started == [2] and together.looked_up == 20 and alone.confirmed <= together.confirmed


def _runs(pid):
    return Path(f"/proc/{pid}").exists()


def crew_of(count, **options):
    """The process ids of a crew that was asked something, and their answers."""
    with Workers(count, **options) as crew:
        said = list(crew.in_order(sys.intern, [(text,) for text in "abcdef"]))
        return {process.pid for process in crew._processes}, said


def test_workers_that_are_kept_are_asked_again_and_end_with_this_process(monkeypatch):
    workers.dismiss()
    first, said = crew_of(2, kept=True)
    again, _ = crew_of(2, kept=True)
    assert again == first and said == list("abcdef")
    monkeypatch.setenv("COUNTERFOIL_ANYTHING", "else")
    other, _ = crew_of(2, kept=True)
    assert not other & first and not any(map(_runs, first))
    workers.dismiss()
    assert not any(map(_runs, other))


def test_a_kept_worker_that_died_meanwhile_is_replaced_and_one_at_work_is_not_kept():
    workers.dismiss()
    first, _ = crew_of(2, kept=True)
    for pid in first:
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    again, said = crew_of(2, kept=True)
    assert not again & first and said == list("abcdef")
    with pytest.raises(ZeroDivisionError), Workers(2, kept=True) as crew:
        for _ in crew.run(sys.intern, [(text,) for text in "abcdef"]):
            busy = {process.pid for process in crew._processes}
            raise ZeroDivisionError
    assert not any(map(_runs, busy))
    workers.dismiss()
