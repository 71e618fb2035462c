"""The way of a batch as the entries tell of it: the office's own ways are in order, and every other is found."""

from dataclasses import replace

import pytest

from counterfoil.ledger import audit
from counterfoil.ledger.auditor.rules import Process
from tests.ledger.conftest import BEGUN, VKEY, entry, make_ledger, requests, whole_batch

RECEIPT = entry("receipt", batch="b-1", count=2)
ASKED = [RECEIPT, *requests(2)]  # after the three entries that a ledger begins with: 4 and 5 are the requests
EXAMINATION = entry("examination", batch="b-1", count=2)
EXAMINED = [*ASKED, EXAMINATION]
FIRST, SECOND = entry("approval", batch="b-1", by="p-1"), entry("approval", batch="b-1", by="p-2")
VERIFIED = [entry("verification", batch="b-1", looked_up=2)]
READY = [*EXAMINED, FIRST, SECOND, *VERIFIED]
RELEASE = entry("release", batch="b-1", count=2)
RETURN = entry("return", batch="b-1", by="p-1", count=2)
LIFT = entry("hold_lifted", batch="b-1", by="p-2")


def answer(request, outcome="CONFIRMED", batch="b-1", **public):
    return entry("answer", batch=batch, request=request, outcome=outcome, **public)


ANSWERS = [answer(4), answer(5, "NO_CONFIRMATION")]
LETTER = [answer(4, "REFUSED"), answer(5, "HELD")]
BY_THE_BOOK = [*READY, *ANSWERS, RELEASE]


def problems(folder, *entries, begun=BEGUN):
    """What an auditor says of an export of these entries; the ledger's own verification must say the same."""
    ledger = make_ledger()
    ledger.append([*begun, *entries])
    ledger.checkpoint()
    ledger.export(folder / "export")
    found = audit(folder / "export", VKEY).problems
    undestroyed = "but its disclosures are there."  # what only the custodian can see of an expunction
    assert found == tuple(problem for problem in ledger.verify(VKEY) if not problem.endswith(undestroyed))
    return found


# --- what an office does ---


def test_a_batch_by_the_book_has_no_problem(tmp_path):
    assert problems(tmp_path, *BY_THE_BOOK) == ()


def test_two_batches_beside_each_other_have_no_problem(tmp_path):
    ledger = whole_batch(whole_batch(make_ledger(), 5, "b-1"), 7, "b-2", "REFUSED")
    ledger.export(tmp_path / "export")
    assert audit(tmp_path / "export", VKEY).problems == ()


@pytest.mark.parametrize("steps", range(1, len(READY) + 1))
def test_a_batch_that_waits_for_its_next_step_has_no_problem(tmp_path, steps):
    if not 0 < steps < len(ASKED):  # the requests come with their receipt
        assert problems(tmp_path, *READY[:steps]) == ()


@pytest.mark.parametrize("before", [[], [LIFT], [LIFT, FIRST], [FIRST, SECOND], [FIRST, SECOND, *VERIFIED]])
def test_a_batch_is_examined_anew_at_any_time_before_it_is_answered(tmp_path, before):
    assert problems(tmp_path, *EXAMINED, *before, EXAMINATION, FIRST, SECOND, *VERIFIED, *ANSWERS, RELEASE) == ()


@pytest.mark.parametrize("before", [[], [FIRST], [FIRST, SECOND], [FIRST, SECOND, *VERIFIED, EXAMINATION]])
def test_a_batch_of_which_nothing_passed_is_returned_before_the_file_is_asked(tmp_path, before):
    assert problems(tmp_path, *EXAMINED, *before, *LETTER, RETURN) == ()


def test_a_batch_refused_at_the_door_has_no_requests_and_no_problem(tmp_path):
    refused = entry("receipt", batch="b-1", count=9, codes=["BATCH_COUNT"])
    assert problems(tmp_path, refused) == ()
    assert problems(tmp_path / "b", refused, entry("return", batch="b-1", by="p-1", count=0)) == ()
    no_reason = entry("receipt", batch="b-1", count=9, codes=[])
    assert problems(tmp_path / "c", no_reason) == ("Batch b-1: 9 requests received, but 0 accounted for.",)


def test_repeated_requests_are_answered_without_a_look_up(tmp_path):
    asked_once = entry("verification", batch="b-1", looked_up=1)
    assert problems(tmp_path, *READY[:-1], asked_once, *ANSWERS, RELEASE) == ()


# --- every other way ---


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([*ASKED, *ANSWERS], "answered before it is examined"),
        ([*ASKED, *ANSWERS], "no release of them"),
        ([*EXAMINED, *ANSWERS, RELEASE], "not verified since its examination"),
        ([*EXAMINED, *ANSWERS, RELEASE], "released with 0 approvals by different officers"),
        ([*ASKED, *READY[4:], *ANSWERS, RELEASE], "approved before it is examined"),
        ([*ASKED, *VERIFIED, EXAMINATION, FIRST, SECOND, *ANSWERS, RELEASE], "verified before it is examined"),
        ([*EXAMINED, *VERIFIED, FIRST, SECOND, *ANSWERS, RELEASE], "verified with 0 approvals"),
        ([*EXAMINED, *VERIFIED, FIRST, SECOND, *ANSWERS, RELEASE], "approved after its verification"),
        ([*EXAMINED, *VERIFIED, *ANSWERS, FIRST, SECOND, RELEASE], "stands between the answers"),
        ([*READY, ANSWERS[0], EXAMINATION, ANSWERS[1], RELEASE], "stands between the answers"),
        ([*READY, *VERIFIED, *ANSWERS, RELEASE], "verified again"),
        ([*READY, *ANSWERS], "2 answers stand there, but no release"),
        ([*EXAMINED, *LETTER], "2 answers stand there, but no release"),
        ([*READY, *LETTER, RETURN], "the file was asked since its examination"),
        ([*READY, *ANSWERS, RETURN], "with answers from the file"),
        ([*ASKED, *LETTER, RETURN], "returned before it is examined"),
        ([LIFT, *BY_THE_BOOK], "was not received before"),
        ([*ASKED, LIFT, *BY_THE_BOOK[3:]], "is lifted, but not after its examination"),
        ([*EXAMINED, FIRST, LIFT, SECOND, *BY_THE_BOOK[6:]], "is lifted, but not after its examination"),
        ([*EXAMINED, LIFT, LIFT, *BY_THE_BOOK[4:]], "is lifted, but not after its examination"),
        ([*READY[:-1], entry("verification", batch="b-1", looked_up=3), *ANSWERS, RELEASE], "more look-ups (3)"),
        ([*READY, answer(4), answer(5, "REFUSED"), RELEASE], "2 look-ups were made for batch b-1, but only 1"),
        ([entry("receipt", batch="b-1", count=2, codes=["BATCH_COUNT"]), *ASKED[1:]], "has more requests"),
        ([entry("receipt", batch="b-1", count=2, codes=["X"]), EXAMINATION], "was refused at the door"),
    ],
)
def test_a_step_out_of_its_turn_is_found(tmp_path, entries, told):
    assert any(told in problem for problem in problems(tmp_path, *entries))


@pytest.mark.parametrize(
    "more",
    [
        [answer(4, "NO_CONFIRMATION"), answer(5), RELEASE],  # the answers turned round, on the approvals of before
        [EXAMINATION, FIRST, SECOND, *VERIFIED, answer(4, "NO_CONFIRMATION"), answer(5), RELEASE],
        [answer(4)],
        [RELEASE],
        [RETURN],
        [FIRST],
    ],
)
@pytest.mark.parametrize("end", ["release", "return"])
def test_nothing_follows_the_release_or_the_return_of_a_batch(tmp_path, end, more):
    ended = BY_THE_BOOK if end == "release" else [*EXAMINED, *LETTER, RETURN]
    found = problems(tmp_path, *ended, *more)
    assert len(found) == len(more)
    assert all("was finished by entry" in problem for problem in found)


@pytest.mark.parametrize("wrong", [0, 3, 9, 2**50])
def test_an_answer_needs_an_earlier_request(tmp_path, wrong):
    found = problems(tmp_path, *READY, answer(wrong), answer(5), RELEASE)
    assert any("no earlier request" in problem for problem in found)


def test_an_answer_to_a_later_request_is_none(tmp_path):
    found = problems(tmp_path, RECEIPT, *requests(1), answer(6), *requests(1))
    assert found == ("Entry 5: an answer to entry 6, which is no earlier request.",)


def test_a_request_is_answered_once(tmp_path):
    found = problems(tmp_path, *READY, answer(4), answer(4), RELEASE)
    assert "Entry 11: the request of entry 4 is answered twice." in found
    assert any("1 of its 2 requests are answered" in problem for problem in found)


def test_an_answer_belongs_to_the_batch_of_its_request(tmp_path):
    other = [entry("receipt", batch="b-2", count=1), *requests(1, "b-2")]
    found = problems(tmp_path, *EXAMINED, *other, answer(4, batch="b-2"))
    assert found == ("Entry 9: an answer of batch b-2 to a request of batch b-1.",)


@pytest.mark.parametrize("approvals", [[], [FIRST], [FIRST, FIRST], [SECOND, SECOND, SECOND]])
def test_a_release_needs_two_different_officers(tmp_path, approvals):
    found = problems(tmp_path, *EXAMINED, *approvals, *VERIFIED, *ANSWERS, RELEASE)
    assert any("approvals by different officers since its examination, not 2" in problem for problem in found)


def test_approvals_of_another_batch_do_not_count(tmp_path):
    other = [entry("receipt", batch="b-9", count=0), entry("examination", batch="b-9", count=0)]
    other.append(entry("approval", batch="b-9", by="p-2"))
    found = problems(tmp_path, *EXAMINED, FIRST, *other, *VERIFIED, *ANSWERS, RELEASE)
    assert found == (
        "Entry 11: batch b-1 is verified with 1 approvals by different officers since its examination, not 2.",
    )


def test_a_new_examination_asks_for_approvals_anew(tmp_path):
    again = [*EXAMINED, FIRST, SECOND, EXAMINATION]
    assert problems(tmp_path, *again, FIRST, *VERIFIED, *ANSWERS, RELEASE) != ()
    assert problems(tmp_path / "b", *again, *VERIFIED, *ANSWERS, RELEASE) != ()
    assert problems(tmp_path / "c", *again, FIRST, SECOND, *VERIFIED, *ANSWERS, RELEASE) == ()


def test_who_submitted_a_batch_does_not_approve_it(tmp_path):
    receipt = entry("receipt", batch="b-1", count=2, official="p-1")
    found = problems(tmp_path, receipt, *BY_THE_BOOK[1:])
    assert any("approved by the one who submitted it" in problem for problem in found)


BOOKS = {
    "released": BY_THE_BOOK,
    "held, and then released": [*EXAMINED, LIFT, FIRST, SECOND, *VERIFIED, *ANSWERS, RELEASE],
    "returned": [*EXAMINED, *LETTER, RETURN],
}


def judged(order, book):
    """What the process says of the entries of a book in another order, answers still naming their requests."""
    process, found = Process(), []
    places = {old: new for new, old in enumerate(order, len(BEGUN))}
    for index, public in enumerate([one.public for one in BEGUN] + [dict(book[old].public) for old in order]):
        if public["type"] == "answer":  # the requests of a book are its second and its third entry
            public = {**public, "request": places.get(public["request"] - len(BEGUN), 2**40)}
        found += process.feed(index, dict(public))
    return found + process.finish()


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_no_entry_of_a_batch_is_left_out_given_twice_or_moved_unseen(book):
    kinds, whole = [one.public["type"] for one in book], range(len(book))
    optional = {"hold_lifted"}  # which batches are held the public fields do not tell
    assert judged(whole, book) == []
    for at in whole:
        without = [*whole[:at], *whole[at + 1 :]]
        assert kinds[at] in optional or judged(without, book), f"{kinds[at]} left out"
        for to in whole:
            moved = [*without[:to], at, *without[to:]]
            same = [kinds[old] for old in moved] == kinds
            assert bool(judged(moved, book)) != same, f"{kinds[at]} moved from {at} to {to}"
            again = [*whole[:to], at, *whole[to:]]
            assert kinds[at] == "examination" or judged(again, book), f"{kinds[at]} given twice, at {to}"


# --- who acts, and what the ledger says of itself ---

ONE = [entry("receipt", batch="b-1", count=0), entry("examination", batch="b-1", count=0)]
STRANGERS = {
    "approval": [*ONE, entry("approval", batch="b-1", by="p-3")],
    "hold_lifted": [*ONE, entry("hold_lifted", batch="b-1", by="p-3")],
    "return": [*ONE, entry("return", batch="b-1", by="p-3")],
    "disclosure": [entry("disclosure", by="p-3", count=1, sha256="0" * 64)],
    "expunction": [entry("expunction", by="p-3", entry=1, authority="5 USC 552a(d)(2)")],
    "witnesses": [entry("witnesses", by="p-3", sha256="0" * 64)],
    "key": [entry("key", by="p-3", act="compromised", use="custodian", key="k-1")],
}


@pytest.mark.parametrize("kind", STRANGERS)
def test_only_officers_who_were_entered_act(tmp_path, kind):
    found = problems(tmp_path, *STRANGERS[kind])
    at = len(BEGUN) + len(STRANGERS[kind]) - 1
    assert found == (f"Entry {at} ({kind}) is by p-3, who is no officer entered before.",)
    entered = [*BEGUN, entry("officer", by="p-3")]
    assert problems(tmp_path / "b", *STRANGERS[kind], begun=entered) == ()
    assert problems(tmp_path / "c", *STRANGERS[kind], begun=BEGUN[:1]) != ()  # with no officer at all


def test_a_disclosure_by_two_is_by_two_different_officers(tmp_path):
    shown = {"by": "p-1", "count": 1, "sha256": "0" * 64}
    assert problems(tmp_path, entry("disclosure", **shown, officer="p-2")) == ()
    assert "one officer as two" in problems(tmp_path / "b", entry("disclosure", **shown, officer="p-1"))[0]
    assert "p-3, who is no officer" in problems(tmp_path / "c", entry("disclosure", **shown, officer="p-3"))[0]


def test_a_ledger_begins_with_its_setup_and_only_once(tmp_path):
    told = "a ledger begins with an entry of type setup, and only once."
    assert problems(tmp_path, begun=[BEGUN[1]]) == (f"Entry 0 (officer): {told}",)
    assert problems(tmp_path / "b", entry("setup")) == (f"Entry 3 (setup): {told}",)
    assert problems(tmp_path / "c", begun=[]) == ()


def expunged(index):
    return entry("expunction", by="p-1", entry=index, authority="5 USC 552a(d)(2)")


@pytest.mark.parametrize(
    ("index", "told"),
    [(0, "tells of the ledger itself"), (13, "no earlier one"), (14, "no earlier one"), (10**9, "no earlier one")],
)
def test_what_is_expunged_is_an_earlier_entry_and_not_the_ledger_s_own(tmp_path, index, told):
    found = problems(tmp_path, *BY_THE_BOOK, expunged(index))
    assert len(found) == 1
    assert told in found[0]


def test_an_entry_is_expunged_once_and_only_after_its_batch_is_finished(tmp_path):
    assert problems(tmp_path, *BY_THE_BOOK, expunged(4), expunged(5)) == ()
    assert "a second time" in problems(tmp_path / "b", *BY_THE_BOOK, expunged(4), expunged(4))[0]
    assert "batch b-1 is not finished" in problems(tmp_path / "c", *READY, expunged(4))[0]


# --- counts ---


def test_a_request_needs_a_receipt_of_its_batch_before_it(tmp_path):
    assert any("not received" in problem for problem in problems(tmp_path, *requests(1)))


def test_more_requests_than_were_received_are_a_problem(tmp_path):
    assert any("more requests" in problem for problem in problems(tmp_path, *ASKED, *requests(2)))


def test_a_batch_is_received_once(tmp_path):
    assert any("received again" in problem for problem in problems(tmp_path, *ASKED, RECEIPT))


@pytest.mark.parametrize("kept", [0, 1])
def test_every_request_that_was_received_is_accounted_for(tmp_path, kept):
    assert problems(tmp_path, *ASKED[: 1 + kept]) == (f"Batch b-1: 2 requests received, but {kept} accounted for.",)


def test_a_batch_with_a_request_less_is_found_whatever_its_counts_say(tmp_path):
    one = {"batch": "b-1", "count": 1}
    examined = [RECEIPT, *requests(1), entry("examination", **one), FIRST, SECOND]
    looked_up = entry("verification", batch="b-1", looked_up=1)
    found = problems(tmp_path, *examined, looked_up, answer(4), entry("release", **one))
    assert "Batch b-1: 2 requests received, but 1 accounted for." in found


@pytest.mark.parametrize("count", [0, 1, 3])
def test_every_examined_request_is_accounted_for_once(tmp_path, count):
    found = problems(tmp_path, *ASKED, entry("examination", batch="b-1", count=count))
    assert found == (f"Entry 6: {count} requests of batch b-1 examined, but 2 accounted for, and 2 received.",)


@pytest.mark.parametrize("count", [0, 1, 3])
@pytest.mark.parametrize("end", ["release", "return"])
def test_every_answer_is_accounted_for_once(tmp_path, end, count):
    ended = [*READY, *ANSWERS] if end == "release" else [*EXAMINED, *LETTER]
    found = problems(tmp_path, *ended, entry(end, batch="b-1", count=count))
    assert len(found) == 1
    assert f"with {count} answers, but 2 of its 2 requests are answered" in found[0]


@pytest.mark.parametrize("end", ["release", "return"])
def test_every_request_is_answered(tmp_path, end):
    ended = [*READY[:-1], entry("verification", batch="b-1", looked_up=1), ANSWERS[0]]
    ended = ended if end == "release" else [*EXAMINED, LETTER[0]]
    found = problems(tmp_path, *ended, entry(end, batch="b-1", count=1))
    assert len(found) == 1
    assert "but 1 of its 2 requests are answered" in found[0]


def test_days_never_run_back():
    process = Process()
    assert process.feed(0, {"type": "setup", "day": "2026-11-22"}) == []
    assert process.feed(1, {"type": "registry", "day": "2026-11-21"}) != []
    assert process.feed(2, {"type": "registry", "day": "2026-11-22"}) == []


# --- the rule sets that decide ---

DECIDES = {"examination", "verification", "answer"}


def decided(steps, rule_set):
    """These steps, decided by a rule set."""
    return [replace(one, public={**one.public, **_named(one, rule_set)}) for one in steps]


def _named(one, rule_set):
    return {"rule_set": rule_set} if one.public["type"] in DECIDES else {}


def kept(rule_set):
    return entry("rules", rule_set=rule_set, sha256="e" * 64)


def test_a_rule_set_that_is_kept_before_it_decides_is_in_order(tmp_path):
    assert problems(tmp_path, *READY, answer(4), answer(5), RELEASE, kept("a"), kept("b")) == ()
    begun = [BEGUN[0], kept("a"), BEGUN[1]]
    shifted = [entry("officer", by="p-2"), *decided(BY_THE_BOOK, "a")]
    shifted = [
        answer(one.public["request"] + 1, rule_set="a") if one in decided(ANSWERS, "a") else one for one in shifted
    ]
    assert problems(tmp_path / "b", *shifted, begun=begun) == ()


def test_a_rule_set_that_is_not_kept_is_found_once(tmp_path):
    asked = [kept("a"), *decided(EXAMINED, "b"), FIRST, SECOND, *decided(VERIFIED, "b"), kept("b")]
    told = "Entry 7 (examination) names the rule set b, which no entry before it keeps."
    assert problems(tmp_path, *asked) == (told,)
    at_door = entry("receipt", batch="b-1", count=9, codes=["BATCH_COUNT"], rule_set="c")
    told = "Entry 4 (receipt) names the rule set c, which no entry before it keeps."
    assert problems(tmp_path / "b", kept("a"), at_door) == (told,)


def test_a_rule_set_that_decided_before_any_was_kept_may_go_on(tmp_path):
    asked = [*decided(EXAMINED, "old"), kept("new"), FIRST, SECOND]
    assert problems(tmp_path, *asked, *decided(VERIFIED, "old"), *decided(ANSWERS, "new"), RELEASE) == ()
    found = problems(tmp_path / "b", *asked, *decided(VERIFIED, "odd"), *decided(ANSWERS, "new"), RELEASE)
    assert found == ("Entry 10 (verification) names the rule set odd, which no entry before it keeps.",)


def test_an_answer_may_name_a_rule_set_that_an_older_office_did_not_keep(tmp_path):
    asked = [kept("a"), *decided(EXAMINED, "a"), FIRST, SECOND, *decided(VERIFIED, "a")]
    told = [entry("answer", batch="b-1", request=at, outcome="CONFIRMED", rule_set="b") for at in (5, 6)]
    assert problems(tmp_path, *asked, *told, RELEASE) == ()
    again = entry("receipt", batch="b-2", count=1, codes=["BATCH_COUNT"], rule_set="b")
    found = problems(tmp_path / "b", *asked, *told, RELEASE, again)
    assert found == ("Entry 14 (receipt) names the rule set b, which no entry before it keeps.",)
