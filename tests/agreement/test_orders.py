from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.agreement import Order, forbidden, orders_in_force, read_order
from counterfoil.errors import InputError, LawError
from counterfoil.law import Citation

START = datetime(2025, 11, 21, 17, tzinfo=UTC)
EXAMPLE = """\
id: order-1
court: D.D.C.
docket: 25-cv-00457
parties: [custodian]            # custodian, requester, or both
forbids: [disclose]             # disclose, look_up, use
carve_out: null                 # text for people
effective: 2025-11-21T17:00:00Z
lifted: null
supersedes: null
document_sha256: null
"""


def order(name: str = "a", **changes: Any) -> Order:
    data = yaml.safe_load(EXAMPLE) | {"id": name} | changes
    return read_order(data)


def faults_of(**changes: Any) -> str:
    with pytest.raises(LawError) as caught:
        order(**changes)
    return "\n".join(caught.value.details)


def ids(orders: tuple[Order, ...]) -> list[str]:
    return [one.id for one in orders]


def test_the_published_form_of_an_order_is_read(tmp_path: Path) -> None:
    path = tmp_path / "order.yaml"
    path.write_text(EXAMPLE)
    read = read_order(path)
    assert (read.id, read.court, read.parties, read.forbids) == ("order-1", "D.D.C.", ("custodian",), ("disclose",))
    assert read.effective == START and read.lifted is None
    assert read_order(read.as_dict()) == read


def test_an_order_binds_from_its_first_instant_until_it_is_lifted() -> None:
    one = order(lifted="2025-12-01T09:00:00Z")
    at = [START - timedelta(microseconds=1), START, datetime(2025, 12, 1, 9, tzinfo=UTC)]
    assert [ids(orders_in_force([one], moment)) for moment in at] == [[], ["a"], []]
    assert ids(orders_in_force([one], at[2] - timedelta(microseconds=1))) == ["a"]


def test_a_date_alone_is_its_first_instant_in_utc() -> None:
    one = order(effective=date(2025, 11, 21), lifted="2025-12-01")
    assert one.effective == datetime(2025, 11, 21, tzinfo=UTC)
    assert one.lifted == datetime(2025, 12, 1, tzinfo=UTC)


def test_an_instant_of_another_zone_is_read_as_the_same_instant() -> None:
    assert order(effective="2025-11-21T12:00:00-05:00") == order()


def test_an_order_with_many_faults_lists_each_of_them() -> None:
    listed = faults_of(
        court="",
        docket=None,
        parties=["custodian", "everyone"],
        forbids=["breathe"],
        effective="2025-11-21T17:00:00",
        lifted="yesterday",
        supersedes="two words",
        document_sha256="abc",
        statutes=["8 USC twelve"],
        judge="X",
    )
    for planted in (
        "court must be a text",
        "docket must be a text",
        "parties holds 'everyone'",
        "forbids holds 'breathe'",
        "effective must be an instant",
        "lifted must be an instant",
        "supersedes must be made of",
        "document_sha256 must be 64",
        "statutes: Not a citation",
        "judge is not a known key",
    ):
        assert planted in listed, (planted, listed)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"parties": []}, "parties must not be empty"),
        ({"forbids": []}, "forbids must not be empty"),
        ({"forbids": "disclose"}, "forbids must be a list"),
        ({"lifted": "2025-11-21T17:00:00Z"}, "lifted must lie after effective"),
        ({"supersedes": "a"}, "cannot supersede itself"),
        ({"effective": None}, "effective must be an instant"),
        ({"effective": "2025-02-30"}, "effective must be an instant"),
    ],
)
def test_an_order_that_says_nothing_or_contradicts_itself_is_refused(changes: dict[str, Any], fault: str) -> None:
    assert fault in faults_of(**changes)


def test_the_listed_statutes_are_exempt_and_nothing_else_is() -> None:
    one = order(statutes=["8 USC 1326", "18 USC 1546"], carve_out="investigations of reentry")
    at = START + timedelta(days=1)
    assert forbidden([one], at, Citation.parse("8 USC 1326(a)")) == ()
    assert forbidden([one], at, Citation.parse("18 USC 1546")) == ()
    assert ids(forbidden([one], at, Citation.parse("8 USC 1253(a)(1)(A)"))) == ["a"]
    assert ids(forbidden([one], at, Citation.parse("8 USC"))) == ["a"]
    assert ids(forbidden([one], at, None)) == ["a"]


def test_a_carve_out_in_words_alone_exempts_nothing() -> None:
    one = order(carve_out="someone working on an investigation under 8 USC 1326")
    assert ids(forbidden([one], START, Citation.parse("8 USC 1326"))) == ["a"]


def test_a_carve_out_may_hold_text_and_statutes_together() -> None:
    one = order(carve_out={"text": "reentry", "statutes": ["8 USC 1326"]})
    assert one.carve_out == "reentry"
    assert forbidden([one], START, Citation.parse("8 USC 1326")) == ()


@pytest.mark.parametrize("forbids", [["disclose"], ["look_up"], ["use"], ["disclose", "look_up", "use"]])
@pytest.mark.parametrize("parties", [["custodian"], ["requester"], ["custodian", "requester"]])
def test_whatever_act_and_party_an_order_names_the_answer_stops(forbids: list[str], parties: list[str]) -> None:
    one = order(forbids=forbids, parties=parties)
    assert forbidden([one], START, Citation.parse("8 USC 1326"))


def test_the_strictest_of_two_orders_is_followed() -> None:
    narrow = order("narrow", statutes=["8 USC 1326"])
    wide = order("wide", court="D. Mass.")
    assert ids(forbidden([narrow, wide], START, Citation.parse("8 USC 1326"))) == ["wide"]


def test_a_superseding_order_takes_the_place_of_the_older_one_from_its_own_day() -> None:
    old = order("old")
    new = order("new", supersedes="old", effective="2026-01-01", statutes=["8 USC 1326"])
    assert ids(orders_in_force([old, new], START)) == ["old"]
    assert ids(orders_in_force([old, new], datetime(2026, 1, 1, tzinfo=UTC))) == ["new"]


def test_lifting_the_superseding_order_brings_the_older_one_back() -> None:
    old = order("old")
    new = order("new", supersedes="old", effective="2026-01-01", lifted="2026-02-01")
    assert ids(orders_in_force([old, new], datetime(2026, 2, 1, tzinfo=UTC))) == ["old"]


def test_orders_that_supersede_each_other_in_a_circle_all_stay_in_force() -> None:
    circle = [order("a", supersedes="c"), order("b", supersedes="a"), order("c", supersedes="b")]
    assert ids(orders_in_force(circle, START)) == ["a", "b", "c"]
    pair = [order("a", supersedes="b"), order("b", supersedes="a")]
    assert ids(orders_in_force(pair, START)) == ["a", "b"]


def test_an_order_supersedes_none_that_is_younger_than_itself() -> None:
    old = order("old", supersedes="new")
    new = order("new", effective="2026-01-01")
    assert ids(orders_in_force([old, new], datetime(2026, 1, 2, tzinfo=UTC))) == ["old", "new"]


def test_what_cannot_be_read_in_a_stored_order_counts_as_in_force() -> None:
    naive = Order("a", "c", "d", ("?",), ("?",), "", (), datetime(2099, 1, 1), None, None, None)  # noqa: DTZ001
    assert forbidden([naive], START, Citation.parse("8 USC 1326"))
    lifted = Order("a", "c", "d", (), (), "", (), START, datetime(2025, 12, 1), None, None)  # noqa: DTZ001
    assert forbidden([lifted], datetime(2026, 1, 1, tzinfo=UTC), Citation.parse("8 USC 1326"))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(InputError, match="zone"):
        orders_in_force([order()], datetime(2026, 1, 1))  # noqa: DTZ001


INSTANTS = st.integers(0, 40).map(lambda days: START + timedelta(days=days))
STATUTES = st.sampled_from(["8 USC 1326", "8 USC 1253(a)(1)(A)", "18 USC 1546"])


@st.composite
def some_orders(draw: st.DrawFn) -> list[Order]:
    found = []
    for number in range(draw(st.integers(0, 5))):
        effective = draw(INSTANTS)
        lifted = draw(st.none() | st.integers(1, 30).map(lambda d, e=effective: e + timedelta(days=d)))
        supersedes = draw(st.none() | st.integers(0, 5).filter(lambda n, me=number: n != me).map(str))
        exempt = draw(st.lists(STATUTES, max_size=2, unique=True))
        changes = {"effective": effective.isoformat(), "supersedes": supersedes, "statutes": exempt}
        found.append(order(str(number), **changes, lifted=lifted.isoformat() if lifted else None))
    return found


@settings(max_examples=150)
@given(some_orders(), INSTANTS, STATUTES, INSTANTS, st.lists(STATUTES, max_size=2, unique=True))
def test_adding_an_order_that_supersedes_none_never_permits_more(
    orders: list[Order], at: datetime, statute: str, effective: datetime, exempt: list[str]
) -> None:
    added = order("added", effective=effective.isoformat(), statutes=exempt)
    before = forbidden(orders, at, Citation.parse(statute))
    after = forbidden([*orders, added], at, Citation.parse(statute))
    assert set(ids(before)) <= set(ids(after))


@settings(max_examples=150)
@given(some_orders(), INSTANTS, STATUTES)
def test_the_order_in_which_orders_are_entered_changes_nothing(orders: list[Order], at: datetime, statute: str) -> None:
    one = ids(forbidden(orders, at, Citation.parse(statute)))
    other = ids(forbidden(orders[::-1], at, Citation.parse(statute)))
    assert sorted(one) == sorted(other)


@settings(max_examples=100)
@given(some_orders(), INSTANTS)
def test_where_an_order_runs_at_least_one_order_is_in_force(orders: list[Order], at: datetime) -> None:
    assert bool(orders_in_force(orders, at)) == any(one.runs(at) for one in orders)


@settings(max_examples=100)
@given(some_orders(), INSTANTS, STATUTES)
def test_lifting_every_order_restores_the_exchange(orders: list[Order], at: datetime, statute: str) -> None:
    lifted = [
        read_order(one.as_dict() | {"lifted": (one.effective + timedelta(seconds=1)).isoformat()}) for one in orders
    ]
    later = at + timedelta(days=100)
    assert forbidden(lifted, later, Citation.parse(statute)) == ()


@settings(max_examples=80)
@given(some_orders())
def test_an_order_written_out_and_read_again_is_the_same(orders: list[Order]) -> None:
    assert [read_order(one.as_dict()) for one in orders] == orders
