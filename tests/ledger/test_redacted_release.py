"""Redacted releases: what is shown holds, what is kept back is named, and nothing else is hidden or learnt."""

import base64
import copy
import json
import random
import time
from itertools import combinations

import pytest

from counterfoil.errors import CounterfoilError, InputError, IntegrityError, NotFoundError
from counterfoil.ledger.entry import digest_of, disclosure
from counterfoil.ledger.redact import Choice, check_release, compare, content_of, open_release, read_release, release_of
from counterfoil.ledger.sealed import DESTROYED
from tests.ledger.conftest import OTHER_VKEY, VKEY, entry
from tests.ledger.redacted import NAMES, REASON, TEN, choice, ledger_of_ten, recorded, released

AT = 7  # the entry with ten fields


@pytest.fixture(scope="module")
def ledger():
    return ledger_of_ten()


@pytest.fixture(scope="module")
def document(ledger):
    return released(ledger, [choice(1, {"time"}), choice(AT, {"time", "field3"})], title="Case 1", to="Court")


def test_a_release_shows_what_was_chosen_and_says_why_the_rest_is_kept_back(document):
    assert check_release(document, VKEY) == ()
    release = open_release(document, VKEY)
    shown = release.entries[1]
    assert (release.title, release.to, [one.index for one in release.entries]) == ("Case 1", "Court", [1, AT])
    assert set(shown.disclosed) == {"time", "field3"}
    assert shown.disclosed["field3"] == "value 3"
    assert shown.withheld == {name: REASON for name in TEN if name != "field3"}
    assert shown.decoys == 16 - 11
    assert "value 4" not in json.dumps(document)


def all_redactions(ledger, masks):
    """Every one of these redactions of the ten fields, under ONE checkpoint: as many releases as masks."""
    fields = list(TEN)
    chosen = [{name for at, name in enumerate(fields) if mask >> at & 1} for mask in masks]
    contents = [content_of(ledger, [choice(AT, names)], {}) for names in chosen]
    start = ledger.append(entry("disclosure", by="p-1", count=1, sha256=one.sha256) for one in contents)[0]
    note = ledger.checkpoint()
    roots = set()
    for number, (names, content) in enumerate(zip(chosen, contents, strict=True)):
        release = open_release(release_of(ledger, content, start + number, (), note), VKEY)
        roots.add((release.size, release.root, release.entries[0].leaf))
        assert release.entries[0].disclosed == {name: TEN[name] for name in names}
        assert set(release.entries[0].withheld) == set(NAMES) - names
    return roots


def test_redactions_of_a_record_of_ten_fields_all_verify_against_the_same_root_and_leaf():
    masks = [0, 1023, *random.Random(4).sample(range(1, 1023), 62)]
    assert len(all_redactions(ledger_of_ten(), masks)) == 1


def test_a_field_kept_back_is_shown_later_against_the_same_leaf(ledger):
    first = open_release(released(ledger, [choice(AT, {"field1"})]), VKEY)
    later = open_release(released(ledger, [choice(AT, {"field1", "field2"})]), VKEY)
    assert later.entries[0].leaf == first.entries[0].leaf
    assert later.size > first.size
    assert compare(first, later) == ()
    assert compare(later, first) == ()


def salts_in(documents):
    return {part[0] for one in documents for shown in one["content"]["entries"] for part in shown["disclosed"]}


def test_many_releases_of_one_record_side_by_side_tell_a_guesser_nothing_of_what_all_keep_back(ledger):
    documents = [released(ledger, [choice(AT, set(pair))]) for pair in combinations(["time", *list(TEN)[:5]], 2)]
    entries = [one["content"]["entries"][0] for one in documents]
    hidden = {part["digest"]: part["field"] for part in entries[0]["withheld"] if part["field"] in list(TEN)[5:]}
    assert len(hidden) == 5
    guesses = [f"value {number}" for number in range(2_000)]  # the true values are among them
    salts = [base64.urlsafe_b64decode(salt + "==") for salt in salts_in(documents)]
    salts += [base64.b64decode(one["decoys"]) for one in entries[:1]] + [bytes(16)]
    found = {
        digest_of(disclosure(name, guess, salt)) for name in hidden.values() for salt in salts for guess in guesses
    }
    assert not found & set(hidden)
    for one in documents[1:]:  # and each release says the same of what all of them keep back
        again = {part["digest"] for part in one["content"]["entries"][0]["withheld"]}
        assert set(hidden) <= again


def test_each_field_kept_back_needs_a_reason_and_all_that_lack_one_are_named(ledger):
    with pytest.raises(InputError) as caught:
        content_of(ledger, [Choice(AT, frozenset({"time"}), {"field1": "5 USC 552(b)(6)"})], {})
    assert caught.value.what.startswith("9 fields")
    assert any("field2" in line for line in caught.value.details)
    with pytest.raises(InputError, match="reason"):
        content_of(ledger, [choice(AT, set(), "x" * 501)], {})
    with pytest.raises(NotFoundError, match="no disclosed field 'nonsense'"):
        content_of(ledger, [choice(AT, {"nonsense"})], {})
    with pytest.raises(InputError, match="1 to"):
        content_of(ledger, [], {})
    with pytest.raises(NotFoundError):
        content_of(ledger, [choice(10_000, set())], {})


def test_a_release_that_the_ledger_does_not_record_is_refused(ledger, document):
    forged = copy.deepcopy(document)
    forged["content"]["to"] = "somebody else"
    assert check_release(forged, VKEY) == ("The ledger does not record this release.",)
    forged = copy.deepcopy(document)
    del forged["content"]["entries"][0], forged["proofs"][0]
    assert check_release(forged, VKEY)


def rehashed(ledger, change):
    """A dishonest custodian's release: changed before it is recorded, so that its hash fits."""
    content = content_of(ledger, [choice(AT, {"time"})], {})
    changed = json.loads(json.dumps(content.document))
    change(changed["entries"][0])
    content = type(content)(changed, {}, {})
    index, note = recorded(ledger, content)
    return release_of(ledger, content, index, (), note)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda e: e["withheld"].pop(), "hidden"),
        (lambda e: e["withheld"][0].update(reason=" "), "without a reason"),
        (lambda e: e["withheld"][0].update(digest="A" * 43), "hidden"),
        (lambda e: e["withheld"][0].update(field=e["withheld"][1]["field"]), "taken"),
        (lambda e: e["withheld"][0].update(field="time"), "taken"),
        (lambda e: e["withheld"][0].update(field="batch"), "taken"),
        (lambda e: e["withheld"][0].update(field="_sd"), "no name"),
        (lambda e: e.update(decoys=base64.b64encode(bytes(16)).decode()), "hidden"),
        (lambda e: e.update(decoys=""), "decoys"),
        (lambda e: e["disclosed"][0].__setitem__(2, "2026-11-22T12:00:00Z"), "does not belong"),
        (lambda e: e["disclosed"].append(e["disclosed"][0]), "taken"),
        (lambda e: (e.pop("decoys"), e["withheld"].clear(), e["disclosed"].clear(), e.update(expunged=0)), "expunged"),
    ],
)
def test_a_custodian_who_hides_a_field_is_found_even_where_the_ledger_records_the_release(ledger, change, said):
    (problem,) = check_release(rehashed(ledger, change), VKEY)
    assert said in problem


def test_a_field_that_was_called_by_another_name_before_is_found(ledger):
    def swap(shown):
        one, two = shown["withheld"][:2]
        one["field"], two["field"] = two["field"], one["field"]

    before = open_release(rehashed(ledger, swap), VKEY)  # nobody can see it yet
    later = open_release(released(ledger, [choice(AT, set(NAMES))]), VKEY)
    assert any("another field" in problem for problem in compare(before, later))


def test_an_expunged_entry_is_shown_as_expunged_and_only_with_the_entry_that_records_it(ledger):
    ledger = ledger_of_ten()
    (gone,) = ledger.append([entry("expunction", by="p-1", entry=AT, authority="court order 1")])
    ledger.store._sealed[AT] = DESTROYED
    document = released(ledger, [choice(1, {"time"}), choice(AT, {"time"})], {AT: gone})
    assert check_release(document, VKEY) == ()
    assert [one.expunged for one in open_release(document, VKEY).entries] == [None, gone]
    forged = copy.deepcopy(document)
    forged["expunctions"] = forged["keys"]
    assert "records that it was expunged" in check_release(forged, VKEY)[0]
    with pytest.raises(NotFoundError, match="missing"):
        content_of(ledger, [choice(AT, {"time"})], {})


def test_another_ledgers_key_and_a_bad_key_are_refused(document):
    assert "not signed" in check_release(document, OTHER_VKEY)[0]
    with pytest.raises(InputError):
        check_release(document, "nonsense")


# --- mutants ---


def mutants(document, count, seed):
    """Changed releases: bytes of the text, and parts of the document put elsewhere, doubled, dropped or replaced."""
    generator = random.Random(seed)
    text = json.dumps(document).encode()
    for number in range(count):
        if number % 2:
            at = generator.randrange(len(text))
            put = generator.choice([b"", b"{", b'"', b"0", bytes([generator.randrange(256)]), text[at : at + 9] * 2])
            yield text[:at] + put + text[at + generator.randrange(1, 4) :]
        else:
            changed = copy.deepcopy(document)
            _change(changed, generator)
            yield json.dumps(changed).encode()


def _change(value, generator, depth=0):
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        value.update(x=1) if isinstance(value, dict) else value.append(1)
        return
    key = generator.choice(keys)
    if isinstance(value[key], dict | list) and generator.random() < 0.85:
        _change(value[key], generator, depth + 1)
    elif generator.random() < 0.3:
        del value[key]
    else:
        other = [None, -1, 2**70, "", "A" * 43, [], {}, True, [[[]]], "\ud800", 10**400, value[key], [value[key]] * 2]
        value[key] = generator.choice(other)


def refused(text, document):
    """Whether the changed text is refused, in well-behaved words and at once; the same document is no mutant."""
    start = time.process_time()
    try:
        read = read_release(text)
        problems = check_release(read, VKEY)
    except CounterfoilError:
        return True
    assert time.process_time() - start < 0.25
    return bool(problems) or read == document


def test_no_changed_release_is_believed_and_none_crashes_the_check(document):
    assert check_release(read_release(json.dumps(document).encode()), VKEY) == ()
    assert [text for text in mutants(document, 3_000, 5) if not refused(text, document)] == []


@pytest.mark.slow
def test_no_changed_release_of_a_hundred_thousand_is_believed(document):
    start = time.process_time()
    assert [text for text in mutants(document, 100_000, 6) if not refused(text, document)] == []
    assert (time.process_time() - start) / 100_000 < 0.010


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[]", b"{}", b"[" * 100_000, b'{"schema":1,"schema":1}', b"\xff", b'{"a":1.5}', b"1" * 5000]
)
def test_a_file_that_is_no_release_is_refused(data):
    with pytest.raises(IntegrityError):
        open_release(read_release(data), VKEY)
