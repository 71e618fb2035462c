import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import InputError, IntegrityError, NotFoundError
from counterfoil.ledger import Ledger, MemoryStore, Verifier, open_checkpoint
from counterfoil.ledger.canonical import unb64
from counterfoil.ledger.entry import triple
from counterfoil.ledger.sealed import DESTROYED
from counterfoil.ledger.tree import leaf_hash, verify_consistency, verify_inclusion
from tests.ledger import rfc9162
from tests.ledger.conftest import (
    NOW,
    ORIGIN,
    OTHER_PRIVATE,
    OTHER_VKEY,
    PRIVATE,
    VKEY,
    entry,
    fill,
    make_ledger,
    requests,
    whole_batch,
)
from tests.ledger.sqlite_store import SqliteStore


def leaves_of(ledger):
    return [leaf for _, leaf in ledger.store.leaves(0, ledger.size())]


def test_entries_come_back_as_they_went_in(ledger):
    made = [entry("setup", {"note": "first"}), entry("receipt", batch="b-1", count=2), *requests(2)]
    assert ledger.append(made) == range(4)
    assert list(ledger.read_many(0, 4)) == made
    assert ledger.read(3).disclosed["request"] == {"surname": "Surname1"}
    assert [leaf.public["type"] for _, leaf in ledger.read_public(0, 4)] == ["setup", "receipt", "request", "request"]


def test_an_empty_append_changes_nothing(ledger):
    assert ledger.append([]) == range(0)
    assert ledger.append(iter(())) == range(0)
    assert ledger.size() == 0


def test_a_checkpoint_is_signed_over_the_root_of_the_rfc(ledger):
    fill(ledger, 10)
    checkpoint = open_checkpoint(ledger.checkpoint(), Verifier.read(VKEY), ORIGIN)
    assert checkpoint.size == 12
    assert checkpoint.root == rfc9162.mth(leaves_of(ledger)) == ledger.root()


def test_a_checkpoint_of_an_unchanged_ledger_is_the_same_note(ledger):
    fill(ledger, 3)
    assert ledger.checkpoint() == ledger.checkpoint()
    assert len(ledger.store.checkpoints()) == 1


def test_an_empty_ledger_can_be_signed_and_verified(ledger):
    assert open_checkpoint(ledger.checkpoint(), Verifier.read(VKEY)).size == 0
    assert ledger.verify(VKEY) == ()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 120), min_size=1, max_size=6), st.data())
def test_every_proof_of_a_ledger_grown_in_portions_holds(portions, data):
    ledger, checkpoints = make_ledger(), []
    ledger.append([entry("setup"), entry("receipt", batch="b-1", count=sum(portions))])
    for count in portions:
        ledger.append(requests(count))
        checkpoints.append(open_checkpoint(ledger.checkpoint(), Verifier.read(VKEY)))
    for old in checkpoints:
        index = data.draw(st.integers(0, old.size - 1))
        hashed = leaf_hash(ledger.leaf(index))
        assert verify_inclusion(hashed, index, old.size, ledger.inclusion_proof(index, old.size), old.root)
        for new in checkpoints:
            if new.size >= old.size:
                proof = ledger.consistency_proof(old.size, new.size)
                assert verify_consistency(old.size, new.size, old.root, new.root, proof)
    assert ledger.verify(VKEY) == ()


@pytest.mark.parametrize(("index", "size"), [(-1, None), (12, None), (0, 13), (5, 5), (0, -1)])
def test_a_proof_outside_the_ledger_is_not_found(ledger, index, size):
    fill(ledger, 10)
    with pytest.raises(NotFoundError):
        ledger.inclusion_proof(index, size)


def test_the_tree_as_it_was_at_every_size_has_the_root_of_the_rfc(ledger):
    fill(ledger, 10)
    for size in range(13):
        assert ledger.root(size) == rfc9162.mth(leaves_of(ledger)[:size])
    for size in (-1, 13):
        with pytest.raises(NotFoundError):
            ledger.root(size)
    assert ledger.consistency_proof(0) == ledger.consistency_proof(12, 12) == []
    for old, new in ((5, 4), (-1, 4), (4, 13)):
        with pytest.raises(NotFoundError):
            ledger.consistency_proof(old, new)


def test_no_entry_is_read_outside_the_ledger(ledger):
    fill(ledger, 2)
    for index in (-1, 4):
        with pytest.raises(NotFoundError):
            ledger.read(index)


# --- time ---


def test_time_never_runs_back(ledger):
    ledger.append([entry("setup", minutes=10)])
    with pytest.raises(InputError, match="clock"):
        ledger.append([entry("agreement", minutes=9)])
    with pytest.raises(InputError, match="clock"):
        ledger.append([entry("agreement", minutes=11), entry("agreement", minutes=10)])
    assert ledger.size() == 1
    ledger.append([entry("agreement", minutes=10), entry("agreement", minutes=10)])
    assert ledger.last_time() == NOW + timedelta(minutes=10)


def test_what_goes_foremost_stands_before_whatever_is_appended_first(ledger):
    ledger.begin()
    ledger.foremost = entry("clock", state="behind")
    assert ledger.append([entry("setup")]) == range(1, 2)
    assert ledger.append([entry("setup")]) == range(2, 3)
    assert [leaf.public["type"] for _, leaf in ledger.read_public(0, 3)] == ["clock", "setup", "setup"]


# --- one transaction: all or nothing ---


class CutShortError(Exception):
    pass


@pytest.mark.parametrize("before", [0, 1, 200, 256, 300])
def test_a_rolled_back_transaction_leaves_the_ledger_as_it_was(before):
    store = MemoryStore()
    ledger, twin = make_ledger(store), make_ledger()
    for one in (ledger, twin):
        fill(one, before)
    with pytest.raises(CutShortError), store.transaction():
        ledger.append(requests(300, "b-lost"))
        ledger.checkpoint()
        raise CutShortError
    assert ledger.verify(VKEY) == ()
    assert leaves_of(ledger) == leaves_of(twin)
    assert ledger.root() == twin.root()
    whole_batch(ledger, 5, "b-2")
    assert ledger.verify(VKEY) == ()


def test_the_same_holds_in_a_database_and_an_append_needs_few_statements():
    store = SqliteStore()
    ledger = make_ledger(store)
    store.db.execute("BEGIN IMMEDIATE")
    fill(ledger, 700)
    store.db.execute("COMMIT")
    root = ledger.root()
    store.db.execute("BEGIN IMMEDIATE")
    ledger.append(requests(1000, "b-lost"))
    ledger.checkpoint()
    store.db.execute("ROLLBACK")
    assert ledger.root() == root
    assert ledger.verify(VKEY) == ()
    store.db.execute("BEGIN IMMEDIATE")
    store.statements = 0
    whole_batch(ledger, 3000, "b-2")
    store.db.execute("COMMIT")
    assert store.statements < 60
    assert ledger.verify(VKEY) == ()


def test_a_bad_entry_among_good_ones_leaves_nothing_behind(ledger):
    fill(ledger, 2)
    with pytest.raises(InputError):
        ledger.append([*requests(3), entry("request")])
    assert ledger.size() == 4
    assert ledger.verify(VKEY) == ()


# --- a ledger never signs two histories ---


def test_a_ledger_that_lost_entries_signs_nothing():
    store = MemoryStore()
    ledger = fill(make_ledger(store), 20)
    for index in range(15, 22):
        del store._leaves[index]
    with pytest.raises(IntegrityError, match="continue"):
        ledger.checkpoint()


def test_a_ledger_whose_tiles_were_changed_signs_nothing():
    store = MemoryStore()
    ledger = fill(make_ledger(store), 20)
    tile = store._tiles[0, 0]
    store._tiles[0, 0] = bytes(32) + tile[32:]
    with pytest.raises(IntegrityError, match="continue"):
        ledger.checkpoint()
    ledger.append(requests(2))
    with pytest.raises(IntegrityError, match="continue"):
        ledger.checkpoint()


@pytest.mark.parametrize("size", [20, 256, 700])
def test_a_changed_tile_is_met_by_the_next_act_of_the_process_that_signed(size):
    store = MemoryStore()
    fill(make_ledger(store), size - 2)
    again = make_ledger(store)
    assert again.begin() == NOW
    assert again.root() == rfc9162.mth(leaves_of(again))
    for key, tile in list(store._tiles.items()):
        if len(tile) == 256 * 32 and key[0] == 0:
            continue  # not of the edge: what it leads to stands in the level above
        store._tiles[key] = bytes([tile[0] ^ 1]) + tile[1:]
        changed = make_ledger(store)
        with pytest.raises(IntegrityError, match="continue"):
            changed.begin(), changed.append(requests(1)), changed.checkpoint()
        store._tiles[key] = tile
        store._leaves = dict(list(store._leaves.items())[:size])
        store._sealed = dict(list(store._sealed.items())[:size])


def test_what_a_process_signed_is_taken_up_again_only_where_it_is_what_is_stored():
    store = MemoryStore()
    fill(make_ledger(store), 20)
    with pytest.raises(CutShortError), store.transaction():
        lost = make_ledger(store, seed=8)
        lost.append([entry("registry", minutes=30)])
        lost.checkpoint()
        raise CutShortError
    ledger = make_ledger(store)
    assert ledger.begin() == NOW  # not the time of the entry that was taken back
    ledger.append([entry("registry", minutes=20)])
    ledger.checkpoint()
    assert ledger.verify(VKEY) == ()
    with pytest.raises(InputError, match="clock"):
        other = make_ledger(store)
        other.begin()
        other.append([entry("registry", minutes=10)])


def test_an_act_with_another_data_key_does_not_go_on_from_what_was_remembered():
    store = MemoryStore()
    fill(make_ledger(store), 3)
    with pytest.raises(IntegrityError, match="cannot be opened"):
        Ledger(store, ORIGIN, PRIVATE, bytes(32)).begin()


def test_another_signing_key_does_not_go_on_from_what_this_one_signed():
    store = MemoryStore()
    fill(make_ledger(store), 3)
    other = make_ledger(store, private=OTHER_PRIVATE)
    other.begin()
    other.append(requests(1))
    with pytest.raises(IntegrityError, match="not signed by the key"):
        other.checkpoint()


def test_a_rewritten_history_with_a_forged_last_checkpoint_is_not_signed():
    store = MemoryStore()
    ledger = fill(make_ledger(store), 5)
    fork = fill(make_ledger(seed=50, private=OTHER_PRIVATE), 5)
    store._leaves, store._tiles = fork.store._leaves, fork.store._tiles
    store._checkpoints = fork.store._checkpoints
    with pytest.raises(IntegrityError):
        ledger.checkpoint()


def test_a_key_of_another_name_is_refused():
    with pytest.raises(InputError):
        Ledger(MemoryStore(), "other.example", PRIVATE, bytes(32)).checkpoint()


def test_without_keys_a_ledger_can_be_proved_but_not_written(ledger):
    fill(ledger, 5)
    reader = Ledger(ledger.store, ORIGIN)
    assert reader.root() == ledger.root()
    assert reader.inclusion_proof(2) == ledger.inclusion_proof(2)
    assert reader.verify(VKEY) == ()
    for call in (lambda: reader.append(requests(1)), reader.checkpoint, lambda: reader.read(1), reader.verify):
        with pytest.raises(InputError):
            call()


def test_a_data_key_of_the_wrong_length_is_refused():
    with pytest.raises(InputError):
        Ledger(MemoryStore(), ORIGIN, PRIVATE, b"short").append([entry("setup")])


# --- verify finds what was changed ---


def changed(raw, at=40):
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


CHANGES = {
    "a leaf": lambda store: store._leaves.update({7: changed(store._leaves[7])}),
    "two leaves swapped": lambda store: store._leaves.update({7: store._leaves[8], 8: store._leaves[7]}),
    "a leaf of the middle missing": lambda store: store._leaves.pop(7),
    "the last leaf missing": lambda store: store._leaves.popitem(),
    "a leaf far behind the last": lambda store: store._leaves.update({2**60: store._leaves[7]}),
    "a leaf replaced by a sound one": lambda store: store._leaves.update({7: store._leaves[9]}),
    "a tile": lambda store: store._tiles.update({(0, 1): changed(store._tiles[0, 1])}),
    "an upper tile": lambda store: store._tiles.update({(1, 0): changed(store._tiles[1, 0], 20)}),
    "a tile missing": lambda store: store._tiles.pop((0, 0)),
    "an upper tile missing": lambda store: store._tiles.pop((1, 0)),
    "a tile cut": lambda store: store._tiles.update({(0, 0): store._tiles[0, 0][:-32]}),
    "a sealed record": lambda store: store._sealed.update({7: changed(store._sealed[7])}),
    "a sealed record's version": lambda store: store._sealed.update({7: changed(store._sealed[7], 0)}),
    "two sealed records swapped": lambda store: store._sealed.update({7: store._sealed[8], 8: store._sealed[7]}),
    "a sealed record missing": lambda store: store._sealed.pop(7),
    "a sealed record cut": lambda store: store._sealed.update({7: store._sealed[7][:5]}),
    "a checkpoint": lambda store: store._checkpoints.update({302: changed(store._checkpoints[302].encode()).decode()}),
    "the last checkpoint missing": lambda store: store._checkpoints.popitem(),
    "a checkpoint under another size": lambda store: store._checkpoints.update({300: store._checkpoints[302]}),
    "leaf and tile together": lambda store: (
        store._leaves.update({7: store._leaves[9]}),
        store._tiles.update(
            {(0, 0): store._tiles[0, 0][:224] + leaf_hash(store._leaves[9]) + store._tiles[0, 0][256:]}
        ),
    ),
}


@pytest.fixture(scope="module")
def filled():
    return whole_batch(fill(make_ledger(), 300), 5, "b-2")


def copy_of(ledger):
    store = MemoryStore()
    for part in ("_leaves", "_sealed", "_tiles", "_checkpoints"):
        setattr(store, part, dict(getattr(ledger.store, part)))
    return make_ledger(store)


@pytest.mark.parametrize("what", CHANGES)
def test_verify_finds(filled, what):
    ledger = copy_of(filled)
    assert ledger.verify(VKEY) == ()
    CHANGES[what](ledger.store)
    assert ledger.verify(VKEY) != ()


def test_verify_under_another_key_finds_every_checkpoint_unsigned(filled):
    assert any("not signed" in problem for problem in filled.verify(OTHER_VKEY))


def test_entries_without_a_checkpoint_are_a_problem(ledger):
    fill(ledger, 2)
    ledger.append(requests(3))
    assert "3 entries are under no signed checkpoint." in ledger.verify(VKEY)


def test_an_expunction_that_destroyed_nothing_is_found(filled):
    ledger = copy_of(filled)
    ledger.append([entry("expunction", by="p-1", entry=306, authority="5 USC 552a(d)(2)")])
    ledger.checkpoint()
    assert any("its disclosures are there" in problem for problem in ledger.verify(VKEY))


def test_destroyed_disclosures_leave_the_tree_whole(filled):
    ledger = copy_of(filled)
    ledger.store._sealed[306] = DESTROYED
    assert any("no entry records that they were expunged" in problem for problem in ledger.verify(VKEY))
    ledger.append([entry("expunction", by="p-1", entry=306, authority="5 USC 552a(d)(2)")])
    ledger.checkpoint()
    assert ledger.verify(VKEY) == ()
    assert dict(ledger.read(306).disclosed) == {}
    assert ledger.root(filled.size()) == filled.root()


def test_a_tampered_record_is_never_read(filled):
    ledger = copy_of(filled)
    CHANGES["two sealed records swapped"](ledger.store)
    with pytest.raises(IntegrityError):
        ledger.read(7)


def test_a_record_of_another_ledger_cannot_be_carried_over():
    first, second = fill(make_ledger(seed=1), 3), fill(make_ledger(seed=2), 3)
    first.store._sealed[2] = second.store._sealed[2]
    with pytest.raises(IntegrityError):
        first.read(2)


def test_verify_tells_its_progress(filled):
    seen = []
    filled.verify(VKEY, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (filled.size(), filled.size())


def test_no_random_bytes_stand_in_two_places():
    drawn = []

    def draw(count):
        drawn.append(random.Random(len(drawn)).randbytes(count))
        return drawn[-1]

    filled = Ledger(MemoryStore(), ORIGIN, PRIVATE, bytes(32), draw)
    filled.append([entry("setup"), entry("receipt", batch="b-1", count=600), *requests(600)])
    used = [record[9:21] for _, record in filled.store.sealed(0, 602)]
    for index, (_, record) in enumerate(filled.store.sealed(0, 602)):
        disclosures, seed = filled.box().unseal(index, leaf_hash(filled.leaf(index)), record)
        used += [seed, *(unb64(triple(text)[0]) for text in disclosures)]
    assert len(set(used)) == len(used) == 602 + 602 + 602 + 600
    assert sum(map(len, used)) == sum(map(len, drawn))
    assert all(any(one in whole for whole in drawn) for one in used)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_entries_are_appended_in_the_order_of_their_times_or_not_at_all(minutes):
    ledger = make_ledger()
    made = [entry("setup", minutes=minute) for minute in minutes]
    if minutes == sorted(minutes):
        assert ledger.append(made) == range(len(made))
    else:
        with pytest.raises(InputError, match="clock"):
            ledger.append(made)
        assert ledger.size() == 0


def test_every_record_has_its_own_nonce(filled):
    nonces = [record[9:21] for _, record in filled.store.sealed(0, filled.size())]
    assert len(set(nonces)) == len(nonces)
