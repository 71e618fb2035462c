"""The probing budget over time and across batches; repeated questions."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.examination import Ask, Examination, examine
from counterfoil.examination.probing import probing
from tests.examination.one_person import same_person
from tests.examination.world import ON, Remembered, context, received, requests

HERE: dict[str, Any] = {}
ELSEWHERE = {"address_line1": "744 Larkspur Ave"}
THIRD = {"address_line1": "9 Maple Ct"}
FOURTH = {"address_line1": "11 Maple Ct"}


def at(hours: float) -> datetime:
    return ON + timedelta(hours=hours)


def batch(history: Remembered, key: str, when: datetime, *rows: dict[str, Any]) -> tuple[Examination, Remembered]:
    examination = examine(requests(rows), context(history=history, batch_key=key, on=when))
    return examination, history.after(examination)


def codes(examination: Examination) -> list[tuple[str, ...]]:
    return [examination.codes(position) for position in range(len(examination.rows))]


def test_another_address_within_a_day_is_refused_and_locks_the_person_for_96_hours() -> None:
    _, history = batch(Remembered(), "b-1", at(0), HERE)
    second, history = batch(history, "b-2", at(5), ELSEWHERE)
    assert codes(second) == [("PROBING",)]
    locked, history = batch(history, "b-3", at(5 + 95), HERE | {"tax_years": "2023"})
    assert codes(locked) == [("PROBING",)]
    free, _ = batch(history, "b-4", at(5 + 97), HERE | {"tax_years": "2023"})
    assert codes(free) == [()]


def test_asking_while_locked_does_not_prolong_the_lock() -> None:
    _, history = batch(Remembered(), "b-1", at(0), HERE)
    _, history = batch(history, "b-2", at(1), ELSEWHERE)
    _, history = batch(history, "b-3", at(90), ELSEWHERE)
    free, _ = batch(history, "b-4", at(98), ELSEWHERE)
    assert codes(free) == [()]


def test_a_fourth_address_within_thirty_days_is_refused() -> None:
    history = Remembered()
    for number, row in enumerate((HERE, ELSEWHERE, THIRD)):
        examination, history = batch(history, f"b-{number}", at(48 * number), row)
        assert codes(examination) == [()]
    fourth, _ = batch(history, "b-9", at(48 * 3), FOURTH)
    assert codes(fourth) == [("PROBING",)]
    later, _ = batch(history, "b-9", at(24 * 31), FOURTH)
    assert codes(later) == [()]


def test_the_same_address_again_is_no_new_address() -> None:
    _, history = batch(Remembered(), "b-1", at(0), HERE)
    again, _ = batch(history, "b-2", at(2), {"tax_years": "2023", "address_line1": "742 LARKSPUR AVENUE"})
    assert codes(again) == [()]


def test_a_refused_request_costs_nothing_when_it_is_corrected() -> None:
    first, history = batch(Remembered(), "b-1", at(0), ELSEWHERE | {"reason": "To locate and remove"})
    assert codes(first) == [("REASON_CIVIL",)]
    assert first.asks == (None,)
    corrected, _ = batch(history, "b-2", at(1), HERE)
    assert codes(corrected) == [()]


def test_a_batch_refused_as_a_whole_asks_nothing() -> None:
    examination = examine(requests([HERE]), received(official=None))
    assert examination.asks == (None,)


def test_too_many_names_at_one_address_across_batches() -> None:
    names = [
        {"surname": f"Ejem{suffix}ra", "investigation_id": f"HSI-2026-{n:04}"} for n, suffix in enumerate("bcdfghjkl")
    ]
    first, history = batch(Remembered(), "b-1", at(0), *names)
    assert codes(first) == [()] * 9
    more = [{"surname": f"Ejem{suffix}ra", "investigation_id": f"HSI-2026-1{n:03}"} for n, suffix in enumerate("mn")]
    second, history = batch(history, "b-2", at(30), *more)
    assert codes(second) == [("PROBING",)] * 2
    third, _ = batch(history, "b-3", at(24 * 31), *more)
    assert codes(third) == [()] * 2


def test_the_same_question_takes_the_earlier_answer() -> None:
    first, history = batch(Remembered(), "b-1", at(0), HERE)
    again, _ = batch(history, "b-2", at(30 * 24), HERE)
    assert dict(again.duplicates) == {0: ("b-1", 0)}
    assert codes(again) == [()]
    assert dict(first.duplicates) == {}


def test_the_same_question_in_one_batch_points_to_the_first_row() -> None:
    examination = examine(requests([HERE, THIRD | {"given_name": "Ana"}, HERE]), context(batch_key="b-7"))
    assert dict(examination.duplicates) == {2: ("b-7", 0)}


def test_an_unanswered_question_is_no_answer_to_point_to() -> None:
    first = examine(requests([HERE]), context(batch_key="b-1"))
    history = Remembered().after(first, answered=False)
    again = examine(requests([HERE]), context(batch_key="b-2", history=history, on=at(1)))
    assert dict(again.duplicates) == {}


def test_other_years_or_another_investigation_are_another_question() -> None:
    _, history = batch(Remembered(), "b-1", at(0), HERE)
    for row in ({"tax_years": "2023"}, {"investigation_id": "HSI-2026-0043"}):
        other, _ = batch(history, "b-2", at(1), row)
        assert dict(other.duplicates) == {}


def test_a_batch_examined_again_does_not_count_against_itself() -> None:
    _, history = batch(Remembered(), "b-1", at(0), HERE)
    again, _ = batch(history, "b-1", at(1), HERE)
    assert codes(again) == [()]
    assert dict(again.duplicates) == {}


def test_asks_hold_tokens_and_keyed_tokens_work_alike() -> None:
    def token(value: str) -> str:
        return hashlib.blake2b(value.encode(), key=b"k", digest_size=16).hexdigest() if value else ""

    rows = requests([HERE | {"tin": "219-45-6789", "date_of_birth": "1980-01-01"}, ELSEWHERE, HERE])
    plain, keyed = examine(rows, context()), examine(rows, context(token=token))
    assert codes(plain) == codes(keyed)
    ask = keyed.asks[0]
    assert ask is not None
    for text in (ask.given, *ask.surnames, ask.dob, ask.tin, ask.address, ask.question):
        assert len(text) == 32
        assert set(text) <= set("0123456789abcdef")


def test_of_thousands_of_namesakes_who_cannot_be_told_apart_one_is_asked_about() -> None:
    made = [
        Ask(
            "g",
            ("s",),
            "",
            "",
            f"a{n}",
            "y",
            "i",
            f"q{n}",
            at=ON,
            batch="b-1",
            position=n,
            answered=False,
            exceeded=False,
        )
        for n in range(20_000)
    ]
    budget = probing(made, context())
    assert len(budget.refused) == 19_999
    born = [replace(ask, dob=f"d{ask.position}") for ask in made]
    assert not probing(born, context()).refused


def test_births_or_numbers_tried_one_after_another_for_a_name_at_an_address_are_people() -> None:
    one = Ask("g", ("s",), "", "", "a", "y", "i", "q", at=ON, batch="b-1", position=0, answered=False, exceeded=False)
    for field in ("dob", "tin"):
        tried = [replace(one, **{field: f"{n}" if n else ""}, question=f"q{n}", position=n) for n in range(12)]
        assert not probing(tried[:11], context()).refused  # ten, and one that gives none
        assert len(probing(tried, context()).refused) == 12
    family = [
        replace(one, given=f"g{n}", dob=dob, question=f"{n}{dob}", position=2 * n + bool(dob))
        for n in range(10)
        for dob in ("", f"d{n}")
    ]
    assert not probing(family, context()).refused  # ten people, each asked about with a birth and without


tokens = st.sampled_from(["", "a", "b"])
asks = st.builds(
    Ask,
    given=st.sampled_from(["g", "h"]),
    surnames=st.lists(st.sampled_from(["s", "t"]), min_size=1, max_size=3).map(tuple),
    dob=tokens,
    tin=tokens,
    address=st.sampled_from(["p", "q", "r"]),
    years=st.just("y"),
    investigation=st.just("i"),
    question=st.just("q"),
    at=st.just(ON),
    batch=st.just("b-1"),
    position=st.just(0),
    answered=st.just(False),
    exceeded=st.just(False),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(asks, min_size=1, max_size=7))
def test_the_filed_budget_is_the_plain_one(made: list[Ask]) -> None:
    """The keys under which asks are filed find what comparing every pair finds."""
    numbered = [replace(ask, position=position, question=str(position)) for position, ask in enumerate(made)]
    budget = probing(numbered, context())
    passed: list[Ask] = []
    for ask in numbered:
        known = {other.address for other in passed if same_person(ask, other)}
        over = bool(known) and ask.address not in known
        assert (ask.position in budget.refused) == over
        if not over:
            passed.append(ask)
