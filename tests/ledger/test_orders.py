"""No answer under a court order: which order stands in the way of what, as far as the public days tell."""

import random

import pytest

from counterfoil.ledger.auditor import orders as auditor_orders
from counterfoil.ledger.auditor.orders import Orders
from tests.ledger.conftest import entry
from tests.ledger.test_process import EXAMINED, FIRST, READY, RELEASE, SECOND, VERIFIED, answer, problems

STAY = entry("stay", order="o-1")
LIFTED = entry("stay_lifted", order="o-1")
DAY = 24 * 60


def released_under(*stays, outcomes=("CONFIRMED", "NO_CONFIRMATION"), looked_up=2, **public):
    return [
        *EXAMINED,
        FIRST,
        SECOND,
        entry("verification", batch="b-1", looked_up=looked_up),
        *stays,
        answer(4, outcomes[0], **public),
        answer(5, outcomes[1], **public),
        RELEASE,
    ]


def released_later(minutes, *stays, **public):
    late = [
        entry("answer", minutes=minutes, batch="b-1", request=4, outcome="CONFIRMED", **public),
        entry("answer", minutes=minutes, batch="b-1", request=5, outcome="CONFIRMED", **public),
        entry("release", minutes=minutes, batch="b-1", count=2),
    ]
    return [*READY, *stays, *late]


def test_nothing_is_answered_under_a_stay(tmp_path):
    told = ((11, "answer"), (12, "answer"), (13, "release"))
    found = problems(tmp_path, *released_under(STAY))
    assert found == tuple(f"Entry {index} ({kind}): order o-1 (entry 10) forbade it." for index, kind in told)


def test_nothing_is_released_under_a_stay_that_came_after_the_answers(tmp_path):
    answers = [answer(4, statute="8 USC 1325(a)"), answer(5, "REFUSED")]
    for number, stay in enumerate((STAY, entry("stay", order="o-1", **{"except": ["8 USC 1326"]}))):
        verified = entry("verification", batch="b-1", looked_up=1)
        found = problems(tmp_path / str(number), *READY[:-1], verified, *answers, stay, RELEASE)
        assert found == ("Entry 13 (release): order o-1 (entry 12) forbade it.",)


def test_refusals_and_holds_disclose_nothing_and_may_go_out_under_a_stay(tmp_path):
    assert problems(tmp_path, *released_under(STAY, outcomes=("REFUSED", "HELD"), looked_up=0)) == ()


def test_a_lifted_stay_halts_nothing(tmp_path):
    assert problems(tmp_path, *released_under(STAY, LIFTED)) == ()


def test_one_stay_lifted_leaves_the_other_in_force(tmp_path):
    both = [STAY, entry("stay", order="o-2"), LIFTED]
    assert any("order o-2" in problem for problem in problems(tmp_path, *released_under(*both)))


@pytest.mark.parametrize("forbids", [["disclose"], ["look_up"], ["use"], [], ["Disclose"], None])
def test_an_order_stops_look_ups_and_answers_whatever_it_forbids(tmp_path, forbids):
    # What may not be looked up or used is not disclosed: the office asks the same.
    stay = entry("stay", order="o-1", **({} if forbids is None else {"forbids": forbids}))
    assert len(problems(tmp_path, *released_under(stay))) == 3
    found = problems(tmp_path / "b", *EXAMINED, FIRST, SECOND, stay, *VERIFIED)
    assert found == ("Entry 10 (verification): order o-1 (entry 9) forbade it.",)


# --- statutes left open ---

CARVED = {"except": ["8 USC 1326"]}
MILD = entry("stay", order="o-2", supersedes="o-1", **CARVED)
SPARED = {"statute": "8 USC 1326(a)"}


def test_what_a_stay_carves_out_may_be_answered(tmp_path):
    stay = entry("stay", order="o-1", **CARVED)
    assert problems(tmp_path, *released_under(stay, **SPARED)) == ()
    assert problems(tmp_path / "b", *released_under(stay, statute="8 USC 1325(a)")) != ()
    assert problems(tmp_path / "c", *released_under(stay, statute="8 USC 1326(a); 8 USC 1325(a)")) != ()
    assert problems(tmp_path / "d", *released_under(stay)) != ()  # an answer that does not say what it is on
    assert problems(tmp_path / "e", *EXAMINED, FIRST, SECOND, stay, *VERIFIED) == ()


def test_an_order_with_exceptions_does_not_make_room_for_looking_up_under_another(tmp_path):
    both = [STAY, entry("stay", order="o-2", **CARVED)]
    found = problems(tmp_path, *EXAMINED, FIRST, SECOND, *both, *VERIFIED)
    assert found == ("Entry 11 (verification): order o-1 (entry 9) forbade it.",)


# --- one order in the place of another ---


@pytest.mark.parametrize("stays", [(STAY, MILD), (MILD, STAY)])
def test_an_order_superseded_by_a_milder_one_halts_what_that_one_halts(tmp_path, stays):
    assert problems(tmp_path, *released_under(*stays, **SPARED)) == ()
    assert problems(tmp_path / "b", *released_under(*stays)) != ()


def test_a_superseded_order_is_in_force_again_once_the_other_is_lifted(tmp_path):
    again = [STAY, MILD, entry("stay_lifted", order="o-2")]
    assert any("order o-1" in problem for problem in problems(tmp_path, *released_under(*again, **SPARED)))


def test_an_order_does_not_supersede_a_younger_one(tmp_path):
    young = entry("stay", order="o-1", effective="2026-11-20T00:00:00Z")
    old = entry("stay", order="o-2", supersedes="o-1", effective="2026-11-19T00:00:00Z", **CARVED)
    assert any("order o-1" in problem for problem in problems(tmp_path, *released_under(young, old, **SPARED)))


def test_orders_that_supersede_each_other_supersede_nothing(tmp_path):
    circle = [entry("stay", order="o-1", supersedes="o-2"), MILD]
    assert any("order o-1" in problem for problem in problems(tmp_path, *released_under(*circle, **SPARED)))
    itself = entry("stay", order="o-1", supersedes="o-1")
    assert any("order o-1" in problem for problem in problems(tmp_path / "b", *released_under(itself)))


def test_one_outside_a_circle_supersedes_one_that_is_in_it(tmp_path):
    circle = [entry("stay", order="o-1", supersedes="o-3"), entry("stay", order="o-3", supersedes="o-1", **CARVED)]
    assert problems(tmp_path, *released_under(*circle, MILD, **SPARED)) == ()
    assert problems(tmp_path / "b", *released_under(*circle, **SPARED)) != ()


def test_an_order_that_has_ended_makes_no_circle(tmp_path):
    ended = entry(
        "stay", order="o-3", supersedes="o-2", effective="2026-11-01T00:00:00Z", lifted="2026-11-10T00:00:00Z"
    )
    stays = [entry("stay", order="o-1", supersedes="o-3"), MILD, ended]
    assert problems(tmp_path, *released_under(*stays, **SPARED)) == ()


@pytest.mark.parametrize(
    "terms",
    [
        {"effective": "2026-11-25T12:00:00Z"},  # its first day
        {"effective": "2026-11-23T12:00:00Z", "lifted": "2026-11-25T12:00:00Z"},  # its last
    ],
)
def test_on_a_day_that_one_order_or_its_successor_rules_at_every_hour_nothing_is_answered(tmp_path, terms):
    total = entry("stay", order="o-2", supersedes="o-1", **terms)
    assert problems(tmp_path, *released_later(3 * DAY, STAY, total)) != ()
    another = entry("stay", order="o-3", supersedes="o-2", **terms)
    assert problems(tmp_path / "b", *released_later(3 * DAY, STAY, total, another)) != ()
    circle = [entry("stay", order="o-1", supersedes="o-3"), total, another]
    assert problems(tmp_path / "c", *released_later(3 * DAY, *circle)) != ()
    mild = entry("stay", order="o-3", supersedes="o-1", **terms, **CARVED)
    assert (
        problems(tmp_path / "d", *released_later(3 * DAY, STAY, mild, total, **SPARED)) == ()
    )  # the mild one alone, perhaps


def test_a_superseded_order_stands_until_the_milder_one_takes_effect(tmp_path):
    milder = entry("stay", order="o-2", supersedes="o-1", effective="2026-11-25T00:00:00Z", **CARVED)
    assert problems(tmp_path, *released_under(STAY, milder, **SPARED)) != ()
    assert problems(tmp_path / "b", *released_later(2 * DAY, STAY, milder)) != ()
    assert problems(tmp_path / "c", *released_later(3 * DAY, STAY, milder, **SPARED)) == ()  # its first day
    assert problems(tmp_path / "d", *released_later(3 * DAY, STAY, milder)) != ()  # on what neither leaves open


# --- days ---


@pytest.mark.parametrize(
    ("lifted", "halted"),
    [("2026-11-20T00:00:00Z", False), ("2026-11-24T09:00:00Z", False), ("2026-11-25T09:00:00Z", True), ("soon", True)],
)
def test_a_stay_that_ends_by_its_own_terms_halts_until_that_day(tmp_path, lifted, halted):
    stay = entry("stay", order="o-1", effective="2026-11-01T00:00:00Z", lifted=lifted)
    assert bool(problems(tmp_path, *released_later(2 * DAY, stay))) == halted


@pytest.mark.parametrize(
    ("effective", "answered", "halted"),
    [
        ("2026-11-20T12:00:00Z", 0, True),  # in effect when it was entered
        ("2026-11-22T23:00:00Z", 0, True),  # from the day of its entry on
        ("2026-11-24T12:00:00Z", 0, False),  # not yet
        ("2026-11-24T12:00:00Z", 2 * DAY, False),  # its first day: the public day cannot tell
        ("2026-11-24T12:00:00Z", 3 * DAY, True),
        ("sometime", 0, True),  # unreadable: closed
        ("2026-02-31T12:00:00Z", 0, True),  # no day of the calendar
    ],
)
def test_a_stay_halts_from_its_effective_day_on(tmp_path, effective, answered, halted):
    stay = entry("stay", order="o-1", effective=effective)
    assert bool(problems(tmp_path, *released_later(answered, stay))) == halted


@pytest.mark.parametrize(("answered", "halted"), [(0, False), (DAY, True)])
def test_an_order_entered_on_its_day_before_its_hour_halts_from_the_day_after(tmp_path, answered, halted):
    stay = entry("stay", order="o-1", effective="2026-11-22T23:00:00Z", in_force=False)
    assert bool(problems(tmp_path, *released_later(answered, stay))) == halted


# --- entries that fit no order ---


def test_an_order_entered_again_with_milder_terms_changes_nothing(tmp_path):
    found = problems(tmp_path, *released_under(STAY, entry("stay", order="o-1", **CARVED), **SPARED))
    assert "Entry 11: order o-1 is entered again while it is in force." in found
    assert len(found) == 4


def test_lifting_what_was_never_entered_is_a_problem(tmp_path):
    assert problems(tmp_path, LIFTED) == ("Entry 3: order o-1 is lifted, but was not in force.",)


# --- quickly, and the same ---


class Slowly(Orders):
    """The same orders, every one of them asked each time."""

    def _against(self, day, statutes, *, look_up):
        for one in self._orders.values():
            if self._halts(one, day, statutes, look_up):
                return f"order {one.name} (entry {one.entry}) forbade it"
        return ""

    def _in_circle(self, order, day):
        """Found by the way itself, without what is remembered of circles."""
        seen, at = set(), self._orders.get(order.supersedes)
        while at is not None and at is not order and at.name not in seen and at.runs(day):
            seen.add(at.name)
            at = self._orders.get(at.supersedes)
        return at is order


ASKED = [(day, statutes) for day in ("2026-03-02", "2026-03-04") for statutes in (None, "8 USC 1326(a)", "8 USC 1325")]


def said(orders, index, step):
    """What the orders say of a step, and of every question after it."""
    of_step = orders.enter(index, step) if isinstance(step, dict) else orders.lift(index, {"order": step})
    return of_step, [(orders.against_answering(*asked), orders.against_looking_up(asked[0])) for asked in ASKED]


def history(draw, steps=30):
    """Orders of a few names and days, entered and lifted in any order, that supersede each other."""
    days = ["2026-03-01", "2026-03-03", "2026-03-05"]
    for _ in range(steps):
        terms = {
            "supersedes": draw.choice("abcd"),
            "effective": draw.choice(days),
            "lifted": draw.choice(days),
            "in_force": False,
            "except": ["8 USC 1326"],
        }
        kept = {name: value for name, value in terms.items() if draw.random() < 0.4}
        order = draw.choice("abcd")
        yield order if draw.random() < 0.4 else {"order": order, "day": draw.choice(days[:2]), **kept}


@pytest.mark.parametrize("spare", [-64, 0, 64])
def test_what_is_remembered_of_orders_changes_no_finding(spare, monkeypatch):
    monkeypatch.setattr(auditor_orders, "SPARE", spare)
    for seed in range(300):
        quickly, slowly = Orders(), Slowly()
        for index, step in enumerate(history(random.Random(seed))):
            assert said(quickly, index, step) == said(slowly, index, step), (seed, index)


@pytest.mark.parametrize("late", [{"effective": "2026-04-01"}, {"except": ["8 USC 1326"]}, {}])
def test_orders_beside_answers_are_each_looked_at_once(late, monkeypatch):
    looked, real = [], Orders._halts
    monkeypatch.setattr(Orders, "_halts", lambda self, *asked: looked.append(asked) or real(self, *asked))
    orders = Orders()
    for number in range(500):
        orders.enter(number, {"order": f"o-{number}", "day": "2026-03-01", **late})
        orders.against_answering("2026-03-02", "8 USC 1326(a)")
    for number in range(500):
        orders.lift(500 + number, {"order": f"o-{number}"})
        orders.against_answering("2026-03-02", "8 USC 1326(a)")
    assert len(looked) < 5_000


TERMS = {"day": "2026-03-01", "except": ["8 USC 1326"]}


def test_a_long_row_of_orders_each_in_the_place_of_the_last_costs_a_few_looks_each():
    orders = Orders()
    for number in range(3_000):
        orders.enter(number, {"order": f"o-{number}", "supersedes": f"o-{number - 1}", **TERMS})
        assert orders.against_answering("2026-03-02", "8 USC 1326(a)") == ""
    assert orders._looks < 5 * 3_000


def hostile_row(orders, number):
    orders.enter(number, {"order": f"o-{number}", "supersedes": f"o-{number - 1}", **TERMS})
    orders.enter(number, {"order": "last", "supersedes": f"o-{number}", **TERMS})
    orders.against_answering("2026-03-02", "8 USC 1326(a)")
    orders.lift(number, {"order": "last"})


def hostile_circle(orders, number):
    orders.enter(number, {"order": f"o-{number}", "supersedes": f"o-{number - 1}", **TERMS})
    orders.enter(number, {"order": "o--1", "supersedes": f"o-{number}", **TERMS})
    orders.lift(number, {"order": "o--1"})


def hostile_star(orders, number):
    later = {"supersedes": "o-0", "effective": "2030-01-01"} if number else {}
    orders.enter(number, {"order": f"o-{number}", "day": "2026-03-01", **later})


@pytest.mark.parametrize("hostile", [hostile_row, hostile_circle, hostile_star])
def test_orders_beyond_all_measure_are_given_up_and_pass_for_none(hostile, monkeypatch):
    monkeypatch.setattr(auditor_orders, "LOOKS_MAX", 20_000)
    monkeypatch.setattr(auditor_orders, "LOOKS_EACH", 50)
    orders = Orders()
    for number in range(1_000):
        hostile(orders, number)
        orders.against_looking_up("2026-03-02")
    assert 20_000 < orders._looks < 20_000 + 50 * orders._asked + 5_000
    assert "too many orders" in orders.against_answering("2026-03-02", "8 USC 1326(a)")
    assert "too many orders" in orders.against_looking_up("2026-03-02")
