"""Each benchmark runs at a tiny size, beside whatever peers are installed, and says what it measured."""

import json

import pytest

from counterfoil.bench import BENCHMARKS, chosen, read_results, run
from counterfoil.bench.child import task_of
from counterfoil.bench.courses.verify.ours import READ
from counterfoil.bench.machine import installed
from counterfoil.bench.model import OURS, Measured, Taken
from counterfoil.bench.page import columns, growth_rows, kinds, page, rows, span
from counterfoil.bench.programme import WITHOUT_CLUES
from counterfoil.bench.result import Sheet
from counterfoil.bench.stopwatch import peak_mib
from counterfoil.errors import InputError

TINY = 0.0001


def here(task, folder, options):
    """Run a task in this process: its peak of memory is that of the tests."""
    return Measured(tuple(task_of(task)(folder, **options)), peak_mib())


@pytest.fixture(scope="module")
def results():
    return {name: run(one, TINY, rounds=1, measure=here) for name, one in BENCHMARKS.items()}


def ours(result, what):
    return [one for one in result.measurements if one["who"] == OURS and one["what"] == what]


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_measures_us_at_n_and_where_it_can_at_ten_times_n(results, name):
    result = results[name]
    sizes = BENCHMARKS[name].sizes(TINY)
    assert sizes == ((sizes[0],) if name == "accuracy" else (sizes[0], 10 * sizes[0]))
    assert {one["n"] for one in result.measurements if one["who"] == OURS} == set(sizes)
    for one in result.measurements:
        assert one["seconds"]["low"] <= one["seconds"]["median"] <= one["seconds"]["high"]
        assert one["count"] > 0
        assert one["peak_mib"] > 5
    assert OURS in {one["who"] for one in result.growth} or len(sizes) == 1


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_peer_is_measured_or_named_with_what_to_do(results, name):
    result = results[name]
    measured = {one["who"] for one in result.measurements}
    for contestant in BENCHMARKS[name].contestants:
        if all(map(installed, contestant.needs)):
            assert contestant.who in measured, result.missing
        else:
            (told,) = [one for one in result.missing if one["who"] == contestant.who]
            assert "make bench" in told["do"]


def test_a_result_written_is_the_result_read(results, tmp_path):
    for result in results.values():
        result.write(tmp_path)
    read = {one.benchmark: one for one in read_results(tmp_path)}
    assert {name: one.as_dict() for name, one in read.items()} == json.loads(
        json.dumps({name: one.as_dict() for name, one in results.items()})
    )


def test_the_page_holds_a_row_for_every_measurement_and_its_growth(results):
    text = page(list(results.values()))
    for result in results.values():
        assert f"## {result.title}" in text
        assert len(rows(result)) == len(result.measurements)
        assert all(len(row) == len(columns()) for row in rows(result))
        assert len(growth_rows(result)) == len(result.growth)
        for row in rows(result):
            assert f"| {' | '.join(row)} |" in text


@pytest.mark.parametrize("name", ["verify", "verify-everyday", "verify-few"])
def test_verification_confirms_nobody_wrongly_with_clues_or_without(results, name):
    cold = "verify all requests, files cold"
    with_clues = ours(results[name], cold)
    assert all(one["facts"]["wrong"] == 0 for one in with_clues)
    assert max(one["facts"]["confirmed"] for one in with_clues) > 0
    told = ("n", "count")
    anew = [one for one in results[name].measurements if (one["what"], one["who"]) == (cold, WITHOUT_CLUES)]
    assert [[one[name] for name in told] for one in anew] == [[one[name] for name in told] for one in with_clues]
    for one, other in zip(with_clues, anew, strict=True):
        verdict = ("confirmed", "wrong", "missed")
        assert [one["facts"][name] for name in verdict] == [other["facts"][name] for name in verdict]


@pytest.mark.parametrize("name", ["verify", "verify-everyday", "verify-few"])
def test_every_contestant_is_asked_about_the_same_requests_and_held_against_the_same_truth(results, name):
    asked = {}
    for one in results[name].measurements:
        if one["what"].startswith("verify all"):
            due = one["facts"]["confirmed"] - one["facts"]["wrong"] + one["facts"]["missed"]
            asked.setdefault(one["n"], []).append((one["count"], due))
    assert len(asked) == 2
    for told in asked.values():
        assert len(told) >= 4
        assert len(set(told)) == 1


def test_the_time_of_taking_the_clues_is_told_beside_that_of_verifying_with_them(results):
    verified = {one["n"]: one for one in ours(results["verify"], "verify all requests, files cold")}
    read = ours(results["verify"], READ)
    assert {one["n"] for one in read} == set(verified)
    for one in read:
        assert one["count"] == verified[one["n"]]["count"]
        assert 0 < one["facts"]["seconds_of_it_for_clues"] < one["seconds"]["median"]


def test_the_way_answers_every_request_and_none_unlawfully(results):
    for one in ours(results["way"], "open the answers"):
        facts = one["facts"]
        assert facts["unlawful"] == 0
        told = ("confirmed", "no_confirmation", "refused", "held")
        assert sum(facts.get(name, 0) for name in told) == one["n"]


def test_the_ledger_that_was_measured_is_whole(results):
    for one in ours(results["ledger"], "verify everything"):
        assert one["facts"]["problems"] == 0


def test_no_pair_made_to_differ_is_called_the_same(results):
    for one in ours(results["negatives"], "make a pair, parse and compare it"):
        assert one["facts"]["false"] == one["facts"]["false_known"] == 0, one["facts"]["examples"]
        assert one["facts"]["different"] == one["facts"]["same"] == one["n"] // 2


def test_no_labelled_pair_that_differs_is_called_the_same_by_ours(results):
    (one,) = ours(results["accuracy"], "read and compare a pair")
    assert one["facts"]["false"] == one["facts"]["false_known"] == 0
    assert one["facts"]["missed_known"] <= one["facts"]["missed"] < one["facts"]["same"] / 5


def test_the_page_tells_wrong_verdicts_by_kind_beside_the_peers(results):
    text = "\n".join(kinds(results["accuracy"]))
    (measured,) = ours(results["accuracy"], "read and compare a pair")
    assert "| counterfoil | counterfoil, with the street book |" in text
    for row in measured["facts"]["by_kind"]:
        assert f"| {row['kind']} | {row['pairs']:,} | " in text
    assert kinds(results["names"]) == []


def test_a_benchmark_whose_files_are_absent_says_where_to_run_it():
    from dataclasses import replace

    from counterfoil.errors import NotFoundError

    with pytest.raises(NotFoundError, match=r"tests/address/data/no-such\.csv, which only a checkout") as error:
        run(replace(BENCHMARKS["accuracy"], files=("tests/address/data/no-such.csv",)), TINY)
    assert "make bench" in error.value.do


def test_among_all_fewer_negatives_are_made_than_by_name():
    (named,) = chosen("negatives")
    (among,) = [one for one in chosen(None) if one.name == "negatives"]
    assert named.sizes(1) == (300_000, 3_000_000)
    assert among.sizes(1) == (6_000, 60_000)
    assert [one.name for one in chosen(None)] == list(BENCHMARKS)


def test_a_smaller_run_does_not_replace_a_larger_one_of_the_same_rules(results, tmp_path):
    from dataclasses import replace

    small = results["negatives"]
    assert small.outdone_in(tmp_path) is None
    more = [{**one, "n": one["n"] * 100} for one in small.measurements]
    path = replace(small, measurements=tuple(more)).write(tmp_path)
    assert small.outdone_in(tmp_path) == path
    other = [{**one, "facts": {**one["facts"], "rules": "others"}} for one in more]
    replace(small, measurements=tuple(other)).write(tmp_path)
    assert small.outdone_in(tmp_path) is None
    results["names"].write(tmp_path)
    assert replace(results["names"], measurements=results["names"].measurements[:1]).outdone_in(tmp_path) is None


def test_a_ratio_is_that_of_the_same_round():
    sheet = Sheet()
    for slow in (1.0, 10.0, 1.0):  # in the second round the machine was busy for both
        sheet.note(OURS, 5, Measured((Taken("x", 2, slow, slow / 2),), 10.0))
        sheet.note("peer", 5, Measured((Taken("x", 1, 3 * slow, slow),), 10.0))
    assert sheet.ratios() == ({"what": "x", "peer": "peer", "n": 5, "times": 6.0, "cpu_times": 4.0},)


def test_growth_is_one_in_proportion_and_two_for_the_square():
    sheet = Sheet()
    for n in (10, 100):
        sheet.note(OURS, n, Measured((Taken("even", n, n / 10, n), Taken("square", n, n * n, n * n)), 50.0))
    by_what = {one["what"]: one for one in sheet.growth()}
    assert by_what["even"]["exponent"] == 1
    assert by_what["square"]["exponent"] == by_what["square"]["cpu_exponent"] == 2
    assert by_what["even"]["memory_exponent"] == 0


def test_a_peer_that_is_not_installed_takes_no_part():
    from dataclasses import replace

    from counterfoil.bench.model import Contestant

    one = BENCHMARKS["names"]
    absent = Contestant("absent", "names:nameparser", ("no-such-distribution-at-all",))
    result = run(replace(one, contestants=(one.contestants[0], absent)), TINY, rounds=1, measure=here)
    (told,) = result.missing
    assert told["who"] == "absent"
    assert "no-such-distribution-at-all is not installed" in told["why"]
    assert "absent" not in {measured["who"] for measured in result.measurements}


def test_a_peer_that_fails_is_named_and_the_others_go_on():
    from dataclasses import replace

    from counterfoil.bench.model import Contestant

    one = BENCHMARKS["names"]
    broken = Contestant("broken", "addresses:no_such_function")
    result = run(replace(one, contestants=(broken, one.contestants[0])), TINY, rounds=1)
    assert [told["who"] for told in result.missing] == ["broken"]
    assert OURS in {measured["who"] for measured in result.measurements}


def test_a_peer_that_is_left_out_is_said_to_be():
    one = BENCHMARKS["names"]
    result = run(one, TINY, rounds=1, measure=here, without=one.peers())
    assert {measured["who"] for measured in result.measurements} == {OURS}
    assert [(told["who"], told["why"]) for told in result.missing] == [
        (who, "it was left out by --without.") for who in one.peers()
    ]


@pytest.mark.parametrize("size", [0, -1, 1001, float("nan"), float("inf")])
def test_a_size_that_cannot_be_is_refused(size):
    with pytest.raises(InputError):
        run(BENCHMARKS["names"], size)


def test_a_file_that_is_no_result_is_named(tmp_path):
    (tmp_path / "other.json").write_text('{"format": 1}')
    with pytest.raises(InputError, match=r"other\.json"):
        read_results(tmp_path)


def test_a_span_is_told_in_the_unit_that_suits_it():
    assert (span(1.5), span(2500), span(3_000_000)) == ("1.5 µs", "2.5 ms", "3 s")


def test_an_unknown_benchmark_is_answered_with_the_names(capsys, tmp_path):
    from counterfoil.cli.main import run as command

    assert command(["bench", "nothing", "-o", str(tmp_path)]) == 2
    assert f"Choose one of {', '.join(BENCHMARKS)}, or none" in capsys.readouterr().err


@pytest.mark.parametrize("who", ["nobody", OURS])
def test_nobody_is_left_out_who_is_no_peer(capsys, tmp_path, who):
    from counterfoil.cli.main import run as command

    assert command(["bench", "names", "--without", who, "-o", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert f"no peer {who!r}" in said
    assert all(peer in said for peer in BENCHMARKS["names"].peers())


def test_the_command_writes_the_result_and_answers_with_one_document(capsys, tmp_path):
    from counterfoil.cli.main import run as command

    assert command(["--json", "bench", "names", "--size", str(TINY), "--rounds", "1", "-o", str(tmp_path / "out")]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["results"]["names"]["measurements"]
    assert json.loads((tmp_path / "out" / "names.json").read_text())["benchmark"] == "names"
