import pytest

from counterfoil.ledger import audit
from tests.ledger.conftest import VKEY, entry, make_ledger, requests, whole_batch

RECEIPT = entry("receipt", batch="b-1", count=2)
ASKED = [RECEIPT, *requests(2)]  # the requests are entries 1 and 2
EXAMINED = [*ASKED, entry("examination", batch="b-1", count=2)]
FIRST, SECOND = entry("approval", batch="b-1", by="p-1"), entry("approval", batch="b-1", by="p-2")
RELEASE = entry("release", batch="b-1", count=2)


def answer(request, outcome="CONFIRMED", batch="b-1", **public):
    return entry("answer", batch=batch, request=request, outcome=outcome, **public)


ANSWERS = [answer(1), answer(2, "NO_CONFIRMATION")]
BY_THE_BOOK = [*EXAMINED, FIRST, SECOND, entry("verification", batch="b-1"), *ANSWERS, RELEASE]


def problems(tmp_path, *entries):
    """What an auditor says of an export of these entries; the ledger's own verification must say the same."""
    ledger = make_ledger()
    ledger.append(entries)
    ledger.checkpoint()
    ledger.export(tmp_path / "export")
    found = audit(tmp_path / "export", VKEY).problems
    assert found == ledger.verify(VKEY)
    return found


def test_a_batch_by_the_book_has_no_problem(tmp_path):
    assert problems(tmp_path, *BY_THE_BOOK) == ()


def test_two_batches_beside_each_other_have_no_problem(tmp_path):
    ledger = whole_batch(whole_batch(make_ledger(), 5, "b-1"), 7, "b-2", "REFUSED")
    ledger.export(tmp_path / "export")
    assert audit(tmp_path / "export", VKEY).ok


@pytest.mark.parametrize("wrong", [0, 3, 9, 2**50])
def test_an_answer_needs_an_earlier_request(tmp_path, wrong):
    found = problems(tmp_path, *EXAMINED, FIRST, SECOND, answer(wrong), answer(2), RELEASE)
    assert any("no earlier request" in problem for problem in found)


def test_an_answer_to_a_later_request_is_none(tmp_path):
    found = problems(tmp_path, RECEIPT, *requests(1), answer(3), *requests(1))
    assert found == ("Entry 2: an answer to entry 3, which is no earlier request.",)


def test_a_request_is_answered_once_in_a_release(tmp_path):
    found = problems(tmp_path, *EXAMINED, FIRST, SECOND, answer(1), answer(1), RELEASE)
    assert any("answered twice" in problem for problem in found)


def test_a_held_request_may_be_answered_in_a_later_release(tmp_path):
    first = [*EXAMINED, FIRST, SECOND, answer(1), answer(2, "HELD"), RELEASE]
    later = [
        entry("examination", batch="b-1", count=2),
        FIRST,
        SECOND,
        answer(2),
        entry("release", batch="b-1", count=1),
    ]
    assert problems(tmp_path, *first, *later) == ()


def test_an_answer_belongs_to_the_batch_of_its_request(tmp_path):
    other = [entry("receipt", batch="b-2", count=1), *requests(1, "b-2")]
    found = problems(tmp_path, *EXAMINED, *other, answer(1, batch="b-2"))
    assert found == ("Entry 6: an answer of batch b-2 to a request of batch b-1.",)


@pytest.mark.parametrize("approvals", [[], [FIRST], [FIRST, FIRST], [SECOND, SECOND, SECOND]])
def test_a_release_needs_two_different_officers(tmp_path, approvals):
    found = problems(tmp_path, *EXAMINED, *approvals, *ANSWERS, RELEASE)
    assert len(found) == 1
    assert "approvals by different officers" in found[0]


def test_approvals_of_another_batch_do_not_count(tmp_path):
    other = [entry("approval", batch="b-9", by="p-2")]
    assert problems(tmp_path, *EXAMINED, FIRST, *other, *ANSWERS, RELEASE) != ()


def test_approvals_after_the_release_do_not_count(tmp_path):
    assert problems(tmp_path, *EXAMINED, FIRST, *ANSWERS, RELEASE, SECOND) != ()


def test_a_new_examination_asks_for_approvals_anew(tmp_path):
    again = entry("examination", batch="b-1", count=2)
    assert problems(tmp_path, *EXAMINED, FIRST, SECOND, again, FIRST, *ANSWERS, RELEASE) != ()
    assert problems(tmp_path / "b", *EXAMINED, FIRST, SECOND, again, FIRST, SECOND, *ANSWERS, RELEASE) == ()


def test_who_submitted_a_batch_does_not_approve_it(tmp_path):
    receipt = entry("receipt", batch="b-1", count=2, official="p-1")
    found = problems(tmp_path, receipt, *BY_THE_BOOK[1:])
    assert any("approved by the one who submitted it" in problem for problem in found)


def test_only_officers_who_were_entered_act(tmp_path):
    officers = [entry("officer", by="p-1"), entry("officer", by="p-2")]
    stranger = entry("approval", batch="b-1", by="p-3")
    batch = [*EXAMINED[:1], *EXAMINED[3:]]
    assert any("no officer" in problem for problem in problems(tmp_path, *officers, *batch, stranger))
    lifted = entry("hold_lifted", batch="b-1", by="p-3")
    assert any("no officer" in problem for problem in problems(tmp_path / "b", *officers, *batch, lifted))
    assert not any("no officer" in problem for problem in problems(tmp_path / "c", *officers, *batch, FIRST))


# --- stays ---

STAY = entry("stay", order="o-1")


def released_under(*stays, outcomes=("CONFIRMED", "NO_CONFIRMATION"), **public):
    return [
        *EXAMINED,
        FIRST,
        SECOND,
        *stays,
        answer(1, outcomes[0], **public),
        answer(2, outcomes[1], **public),
        RELEASE,
    ]


DAY = 24 * 60


def released_later(minutes, *stays):
    late = [
        entry("answer", minutes=minutes, batch="b-1", request=1, outcome="CONFIRMED"),
        entry("answer", minutes=minutes, batch="b-1", request=2, outcome="CONFIRMED"),
        entry("release", minutes=minutes, batch="b-1", count=2),
    ]
    return [*EXAMINED, FIRST, SECOND, *stays, *late]


def test_nothing_is_answered_under_a_stay(tmp_path):
    found = problems(tmp_path, *released_under(STAY))
    assert found == tuple(f"Entry {index} (answer): order o-1 (entry 6) forbade it." for index in (7, 8))


def test_refusals_and_holds_disclose_nothing_and_may_go_out_under_a_stay(tmp_path):
    assert problems(tmp_path, *released_under(STAY, outcomes=("REFUSED", "HELD"))) == ()


def test_a_lifted_stay_halts_nothing(tmp_path):
    assert problems(tmp_path, *released_under(STAY, entry("stay_lifted", order="o-1"))) == ()


def test_one_stay_lifted_leaves_the_other_in_force(tmp_path):
    both = [STAY, entry("stay", order="o-2"), entry("stay_lifted", order="o-1")]
    assert any("order o-2" in problem for problem in problems(tmp_path, *released_under(*both)))


def test_an_order_superseded_by_a_milder_one_halts_nothing(tmp_path):
    milder = entry("stay", order="o-2", supersedes="o-1", forbids=["use"])
    assert problems(tmp_path, *released_under(STAY, milder)) == ()


def test_a_superseded_order_stands_until_the_milder_one_takes_effect(tmp_path):
    milder = entry("stay", order="o-2", supersedes="o-1", forbids=["use"], effective="2026-11-25T00:00:00Z")
    assert problems(tmp_path, *released_under(STAY, milder)) != ()
    assert problems(tmp_path / "b", *released_later(2 * DAY, STAY, milder)) != ()
    assert problems(tmp_path / "c", *released_later(3 * DAY, STAY, milder)) == ()


@pytest.mark.parametrize(
    ("lifted", "halted"),
    [("2026-11-20T00:00:00Z", False), ("2026-11-24T09:00:00Z", False), ("2026-11-25T09:00:00Z", True), ("soon", True)],
)
def test_a_stay_that_ends_by_its_own_terms_halts_until_that_day(tmp_path, lifted, halted):
    stay = entry("stay", order="o-1", effective="2026-11-01T00:00:00Z", lifted=lifted)
    assert bool(problems(tmp_path, *released_later(2 * DAY, stay))) == halted


def test_an_order_entered_again_with_milder_terms_changes_nothing(tmp_path):
    found = problems(tmp_path, *released_under(STAY, entry("stay", order="o-1", forbids=["use"])))
    assert "Entry 7: order o-1 is entered again while it is in force." in found
    assert len(found) == 3


def test_a_stay_that_forbids_something_else_halts_no_answer(tmp_path):
    assert problems(tmp_path, *released_under(entry("stay", order="o-1", forbids=["use"]))) == ()
    assert problems(tmp_path / "b", *released_under(entry("stay", order="o-1", forbids=["disclose"]))) != ()


def test_a_stay_against_looking_up_halts_the_verification(tmp_path):
    stay = entry("stay", order="o-1", forbids=["look_up"])
    found = problems(tmp_path, *EXAMINED, FIRST, SECOND, stay, entry("verification", batch="b-1"))
    assert found == ("Entry 7 (verification): order o-1 (entry 6) forbade it.",)


def test_what_a_stay_carves_out_may_be_answered(tmp_path):
    stay = entry("stay", order="o-1", **{"except": ["8 USC 1326(a)"]})
    assert problems(tmp_path, *released_under(stay, statute="8 USC 1326(a)")) == ()
    assert problems(tmp_path / "b", *released_under(stay, statute="8 USC 1325(a)")) != ()
    assert problems(tmp_path / "c", *released_under(stay)) == ()


@pytest.mark.parametrize(
    ("effective", "answered", "halted"),
    [
        ("2026-11-20T12:00:00Z", 0, True),  # in effect when it was entered
        ("2026-11-22T23:00:00Z", 0, True),  # from the day of its entry on
        ("2026-11-24T12:00:00Z", 0, False),  # not yet
        ("2026-11-24T12:00:00Z", 2 * DAY, False),  # its first day: the public day cannot tell
        ("2026-11-24T12:00:00Z", 3 * DAY, True),
        ("sometime", 0, True),  # unreadable: closed
    ],
)
def test_a_stay_halts_from_its_effective_day_on(tmp_path, effective, answered, halted):
    stay = entry("stay", order="o-1", effective=effective)
    assert bool(problems(tmp_path, *released_later(answered, stay))) == halted


def test_lifting_what_was_never_entered_is_a_problem(tmp_path):
    assert problems(tmp_path, entry("stay_lifted", order="o-1")) == (
        "Entry 0: order o-1 is lifted, but was not in force.",
    )


# --- counts ---


def test_a_request_needs_a_receipt_of_its_batch_before_it(tmp_path):
    assert any("not received" in problem for problem in problems(tmp_path, *requests(1)))


def test_more_requests_than_were_received_are_a_problem(tmp_path):
    assert any("more requests" in problem for problem in problems(tmp_path, *ASKED, *requests(2)))


def test_a_batch_is_received_once(tmp_path):
    assert any("received again" in problem for problem in problems(tmp_path, *ASKED, RECEIPT))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_every_examined_request_is_accounted_for_once(tmp_path, count):
    found = problems(tmp_path, *ASKED, entry("examination", batch="b-1", count=count))
    assert found == (f"Batch b-1: {count} requests examined, but 2 accounted for.",)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_every_released_answer_is_accounted_for_once(tmp_path, count):
    found = problems(tmp_path, *BY_THE_BOOK[:-1], entry("release", batch="b-1", count=count))
    assert any("answers" in problem for problem in found)


def test_the_same_answer_handed_out_once_more_is_no_second_disclosure(tmp_path):
    assert problems(tmp_path, *BY_THE_BOOK, RELEASE) == ()


def test_a_batch_refused_at_the_door_has_no_requests_and_no_problem(tmp_path):
    refused = [entry("receipt", batch="b-1", count=9, codes=["BATCH_COUNT"]), entry("return", batch="b-1")]
    assert problems(tmp_path, *refused) == ()


def test_a_returned_batch_carries_no_answer_from_the_registry(tmp_path):
    returned = entry("return", batch="b-1", count=2)
    assert problems(tmp_path, *EXAMINED, answer(1, "REFUSED"), answer(2, "HELD"), returned) == ()
    assert problems(tmp_path / "b", *EXAMINED, answer(1, "REFUSED"), answer(2, "CONFIRMED"), returned) != ()


def test_days_never_run_back(tmp_path):
    from counterfoil.ledger.auditor.rules import Process

    process = Process()
    assert process.feed(0, {"type": "setup", "day": "2026-11-22"}) == []
    assert process.feed(1, {"type": "key", "day": "2026-11-21"}) != []
    assert process.feed(2, {"type": "key", "day": "2026-11-22"}) == []
