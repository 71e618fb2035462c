"""Which rows pass is what the examination found: its stored record counts only as the ledger's entry tells it."""

from dataclasses import replace

import pytest

from counterfoil import cases
from counterfoil.cases.entered import found
from counterfoil.office import convert
from tests.cases.test_standing import held, newest, no_answer, unguarded
from tests.journey import asked, person

pytestmark = pytest.mark.both_databases


def packed(batch, **changes):
    """The record of a batch's examination, changed, as a literal of the database."""
    record = replace(convert.unpack_examination(bytes(newest(batch).findings)), **changes)
    return literal(convert.pack_examination(record))


def literal(data):
    from counterfoil.office import database

    return f"'\\x{data.hex()}'" if database.is_server() else f"x'{data.hex()}'"


def mixed(journey):
    """An examined batch of one row that passed and one that was refused, of people who are on file."""
    journey.load([person(0), person(1)])
    return journey.examine([asked(0), asked(1, reason="")]).id


def otherwise(batch):
    return f"batch {batch} was examined so, and the ledger does not"


def none_refused(batch):
    return f"UPDATE office_examination SET findings = {packed(batch, rows=((), ()))}"


def test_rows_that_were_refused_do_not_pass_by_another_record_of_what_was_found(journey):
    batch = mixed(journey)
    unguarded(none_refused(batch))
    no_answer(journey, batch, otherwise(batch), "approve", "return")


@pytest.mark.parametrize("after", ["two approvals", "the look-ups"])
def test_a_record_that_is_exchanged_late_stops_what_comes_next(journey, after):
    batch = mixed(journey)
    journey.approve(batch)
    if after == "the look-ups":
        cases.verify(journey.office, batch, journey.now)
    unguarded(none_refused(batch))
    no_answer(journey, batch, otherwise(batch), "verify" if after == "two approvals" else "release")


def test_a_valid_request_is_not_returned_by_a_record_in_which_it_was_refused(journey):
    batch = journey.examine([asked(0)]).id
    refused = journey.examine([asked(1, reason="")]).id
    unguarded(f"UPDATE office_examination SET findings = {literal(bytes(newest(refused).findings))}")
    no_answer(journey, batch, otherwise(batch), "return", "approve")


@pytest.mark.parametrize("change", ["passed = passed + 1", "refused = 0", "held_rows = 7", "held = NOT held"])
def test_what_stands_beside_the_record_is_held_to_the_ledger_too(journey, change):
    batch = mixed(journey)
    unguarded(f"UPDATE office_examination SET {change}")
    no_answer(journey, batch, otherwise(batch))


def test_a_hold_that_is_taken_out_of_the_row_lets_nothing_go_on(journey):
    batch = held(journey)
    unguarded(f"UPDATE office_examination SET held = FALSE WHERE batch_id = '{batch}'")
    no_answer(journey, batch, otherwise(batch), "approve")


def test_a_request_that_is_made_to_repeat_another_is_found(journey):
    batch = mixed(journey)
    unguarded(f"UPDATE office_examination SET findings = {packed(batch, duplicates={0: (batch, 1)})}")
    no_answer(journey, batch, otherwise(batch), "approve")


def test_a_record_that_is_no_record_is_found(journey):
    batch = mixed(journey)
    unguarded(f"UPDATE office_examination SET findings = {literal(b'')}")
    no_answer(journey, batch, otherwise(batch), "approve")


def test_an_examination_of_an_older_version_is_held_to_how_often_each_code_was_found(journey, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr("counterfoil.cases.batch.examine.FOUND", "not_told")
        batch = mixed(journey)
    assert found.FOUND not in journey.office.ledger().read(newest(batch).entry).disclosed
    assert cases.ledger_verify(journey.office).facts["problems"] == []
    assert cases.approve(journey.office, batch, "ana", journey.now).approvals == 1
    unguarded(none_refused(batch))
    no_answer(journey, batch, otherwise(batch), "approve")


def test_a_finished_batch_whose_examination_was_expunged_is_shown_by_its_public_part(journey):
    batch = journey.examine([asked(0, reason="")]).id
    cases.return_batch(journey.office, batch, "ana", journey.folder / "answer", journey.now)
    cases.expunge(journey.office, [newest(batch).entry], "ana", "28 USC 1651", journey.now)
    assert journey.office.ledger().read(newest(batch).entry).disclosed == {}
    assert cases.show_batch(journey.office, batch, journey.now).facts["refused"] == 1
    assert cases.ledger_verify(journey.office).facts["problems"] == []


def test_what_was_found_is_disclosed_to_nobody_else(journey):
    batch = mixed(journey)
    entry = journey.office.ledger().read(newest(batch).entry)
    assert entry.disclosed[found.FOUND] == found.found_of(newest(batch))
    assert found.FOUND not in entry.public
    journey.approve(batch)
    cases.verify(journey.office, batch, journey.now)
    assert cases.release(journey.office, batch, journey.folder / "answer", journey.now).state == "released"
