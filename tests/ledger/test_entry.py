import base64
import json
import random
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import InputError, IntegrityError
from counterfoil.ledger import TYPES, Entry
from counterfoil.ledger.auditor.kinds import FIELDS, VALUES
from counterfoil.ledger.auditor.rules import read_entry
from counterfoil.ledger.build import build_all
from counterfoil.ledger.canonical import b64, b64_each, unb64
from counterfoil.ledger.entry import (
    canonical,
    decoy,
    digest_of,
    disclosure,
    disclosure_of,
    field_of,
    opened,
    read_leaf,
    read_sealed_text,
    triple,
)
from tests.ledger.conftest import NOW, build, entry

draw = random.Random(7).randbytes
text = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(values)
def test_the_canonical_writer_writes_what_rfc8785_writes(value):
    assert canonical(value) == rfc8785.dumps(value)


def test_names_sort_by_utf16_and_not_by_code_point():
    value = {"\U0001f600": 1, "\ue000": 2, "\u20ac": 3, "\r": 4, "1": 5, "\u0080": 6, "\u00f6": 7, "\ufb33": 8}
    assert canonical(value) == rfc8785.dumps(value)
    assert list(json.loads(canonical(value)).values()) == [4, 5, 6, 7, 3, 1, 2, 8]


class Colour(StrEnum):
    RED = "red"


def test_tuples_enumerations_and_mappings_are_written_as_what_they_stand_for():
    assert canonical({"a": (1, Colour.RED), "b": True}) == b'{"a":[1,"red"],"b":true}'


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        2**53,
        -(2**53),
        {1: 2},
        {None: 1},
        b"bytes",
        {1, 2},
        "\ud800",
        {"\udfff": 1},
        datetime.now(UTC),
    ],
)
def test_what_json_would_bend_is_refused(value):
    with pytest.raises(InputError):
        canonical({"value": value})


def test_a_value_nested_without_end_is_refused():
    value = []
    for _ in range(100):
        value = [value]
    with pytest.raises(InputError):
        canonical(value)
    loop = {}
    loop["again"] = loop
    with pytest.raises(InputError):
        canonical(loop)


def test_a_digest_is_that_of_rfc_9901():
    # RFC 9901, section 4.2.3: the digest is over the base64url text of the disclosure.
    example = "WyI2SWo3dE0tYTVpVlBHYm9TNXRtdlZBIiwgImVtYWlsIiwgImpvaG5kb2VAZXhhbXBsZS5jb20iXQ"
    assert digest_of(example) == "JzYjH4svliH0R3PyEMfeZu6Jt69u5qehZo7F7EPYlSE"
    assert triple(example) == ("6Ij7tM-a5iVPGboS5tmvVA", "email", "johndoe@example.com")


@settings(max_examples=60, deadline=None)
@given(value=values)
def test_a_disclosure_reads_back_and_is_rebuilt_from_its_parts(value):
    made = disclosure("field", value, bytes(16))
    assert triple(made) == ("A" * 22, "field", json.loads(json.dumps(value)))
    assert disclosure_of(list(triple(made))) == made
    raw = base64.urlsafe_b64decode(made + "=" * (-len(made) % 4))
    assert digest_of(made) == base64.urlsafe_b64encode(sha256(made.encode()).digest()).decode().rstrip("=")
    assert raw == rfc8785.dumps(["A" * 22, "field", value])


# --- leaves ---


@settings(max_examples=40, deadline=None)
@given(kind=st.sampled_from(sorted(TYPES)), data=st.data())
def test_every_leaf_is_canonical_and_has_the_digests_of_its_type(kind, data):
    fields = data.draw(st.dictionaries(st.from_regex(r"x[a-z0-9_]{0,8}", fullmatch=True), values, max_size=3))
    sample = {"text": "x-1", "number": 2}
    needs = {name: min(VALUES.get(name, {sample[FIELDS[name]]})) for name in TYPES[kind].needs}
    made = entry(kind, fields, **needs)
    leaf, disclosures = build(made, draw)
    parsed = json.loads(leaf)
    assert leaf == rfc8785.dumps(parsed)
    assert parsed["v"] == 1
    assert len(parsed["_sd"]) == len(set(parsed["_sd"])) == TYPES[kind].digests
    assert parsed["_sd"] == sorted(parsed["_sd"])
    assert opened(read_leaf(leaf), read_sealed_text(disclosures)[0]) == made.disclosed
    assert read_entry(leaf) == (dict(made.public), "")


def by_the_page(made, salts, seed):
    """A leaf and what is sealed beside it, written from docs/reference/ledger-format.md with others' libraries."""

    def plain(raw):
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    texts = [
        plain(rfc8785.dumps([plain(salt), name, value]))
        for salt, (name, value) in zip(salts, made.disclosed.items(), strict=True)
    ]
    hashed = [text.encode() for text in texts]
    hashed += [seed + bytes([number]) for number in range(TYPES[made.public["type"]].digests - len(texts))]
    digests = sorted(plain(sha256(one).digest()) for one in hashed)
    return rfc8785.dumps({**made.public, "v": 1, "_sd": digests}), "~".join([*texts, "*" + plain(seed)]).encode()


shapes = st.sampled_from([(), ("a",), ("b", "a"), ("a", "b"), ("\u20ac", "\U0001f600", "\ufb33"), ("%s", "%", "a%d")])
records = shapes.flatmap(lambda names: st.fixed_dictionaries(dict.fromkeys(names, text | values)))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(records, st.integers(0, 2**53 - 1), st.booleans()), min_size=1, max_size=8))
def test_entries_built_together_are_those_that_the_page_describes_one_by_one(drawn):
    made = [
        entry(
            "answer",
            {"detail": record},
            batch="b-1",
            request=number,
            outcome="HELD",
            **({"codes": ["X"]} if more else {}),
        )
        for record, number, more in drawn
    ]
    taken = []
    (built,) = build_all(made, lambda count: taken.append(draw(count)) or taken[-1])
    (random,) = taken
    salts, seeds = random[: 32 * len(made)], random[32 * len(made) :]
    for at, (one, leaf, sealed) in enumerate(zip(built.entries, built.leaves, built.texts, strict=True)):
        own = salts[at * 32 : at * 32 + 32]
        assert (leaf, sealed) == by_the_page(one, (own[:16], own[16:]), seeds[at * 16 : at * 16 + 16])


names_and_numbers = st.text(st.sampled_from('ab_09":,{}\\\u20ac'), min_size=1, max_size=12)


@settings(max_examples=300, deadline=None)
@given(
    names_and_numbers,
    st.sampled_from(sorted(VALUES["outcome"])),
    st.integers(0, 2**53 - 1),
    st.dictionaries(names_and_numbers, st.integers(0, 99)),
)
def test_public_fields_come_back_whatever_stands_in_them(batch, outcome, number, table):
    table = {name: count for name, count in table.items() if name.isascii()}
    made = entry("answer", batch=batch, outcome=outcome, request=number, counts=table)
    assert dict(read_leaf(build(made, draw)[0]).public) == made.public


@pytest.mark.parametrize("number", ["00", "01", "-1", "1.0", "1e3", "9007199254740992", "99999999999999999", ""])
def test_a_number_in_another_form_is_refused_by_both_readers(number):
    leaf = build(entry("answer", batch="b-1", request=7, outcome="HELD"), draw)[0]
    changed = leaf.replace(b'"request":7', b'"request":' + number.encode())
    with pytest.raises(IntegrityError):
        read_leaf(changed)
    assert read_entry(changed)[1]


def test_how_many_fields_are_disclosed_does_not_show_in_the_leaf():
    bare, _ = build(entry("request", batch="b-1"), draw)
    rich, _ = build(entry("request", {"request": {"a": "b" * 500}, "codes": ["X"]}, batch="b-1"), draw)
    assert len(bare) == len(rich)
    assert json.loads(bare).keys() == json.loads(rich).keys()


def test_equal_values_have_different_digests():
    leaves = [build(entry("request", {"request": "same"}, batch="b-1"), draw)[0] for _ in range(20)]
    digests = [digest for leaf in leaves for digest in json.loads(leaf)["_sd"]]
    assert len(set(digests)) == len(digests)


def test_a_guesser_with_the_whole_list_of_values_finds_nothing_without_the_salt():
    leaf, disclosures = build(entry("request", {"request": "62701"}, batch="b-1"), draw)
    digests = set(json.loads(leaf)["_sd"])
    guesses = {digest_of(disclosure("request", f"{number:05}", bytes(16))) for number in range(62_000, 63_000)}
    assert not guesses & digests
    assert digest_of(read_sealed_text(disclosures)[0][1]) in digests
    assert all(len(triple(text)[0]) == 22 for text in read_sealed_text(disclosures)[0])


@pytest.mark.parametrize(
    ("public", "disclosed", "reason"),
    [
        ({"type": "nonsense"}, {}, "type"),
        ({"type": None}, {}, "type"),
        ({}, {}, "type"),
        ({"type": "request"}, {}, "batch"),
        ({"type": "setup", "surname": "Doe"}, {}, "not a public field"),
        ({"type": "setup", "v": 2}, {}, "not a public field"),
        ({"type": "setup", "_sd": []}, {}, "not a public field"),
        ({"type": "setup", "day": "2026-11-23"}, {}, "not the day"),
        ({"type": "setup", "day": "22.11.2026"}, {}, "'day'"),
        ({"type": "receipt", "batch": "b", "count": -1}, {}, "'count'"),
        ({"type": "receipt", "batch": "b", "count": True}, {}, "'count'"),
        ({"type": "receipt", "batch": "b", "count": 2**53}, {}, "'count'"),
        ({"type": "receipt", "batch": "b\n", "count": 1}, {}, "'batch'"),
        ({"type": "receipt", "batch": "x" * 301, "count": 1}, {}, "'batch'"),
        ({"type": "stay", "order": "o", "forbids": "disclose"}, {}, "'forbids'"),
        ({"type": "stay", "order": "o", "counts": {"\u00e9": 1}}, {}, "'counts'"),
        ({"type": "setup"}, {"type": 1}, "both"),
        ({"type": "setup", "agency": "ICE"}, {"agency": "ICE"}, "both"),
        ({"type": "setup"}, {"_sd": 1}, "cannot name"),
        ({"type": "setup"}, {"...": 1}, "cannot name"),
        ({"type": "setup"}, {"v": 1}, "cannot name"),
        ({"type": "setup"}, {"Name": 1}, "cannot name"),
        ({"type": "request", "batch": "b"}, dict.fromkeys("abcdef", 1), "digests"),
    ],
)
def test_an_entry_that_is_not_of_the_published_form_is_refused(public, disclosed, reason):
    made = Entry({"day": "2026-11-22", **public}, {"time": "2026-11-22T11:00:00Z", **disclosed})
    with pytest.raises(InputError, match=reason):
        build(made, draw)


@pytest.mark.parametrize(
    "time", [None, 5, "", "2026-11-22", "2026-11-22T11:00:00", "yesterday", "9999-99-99T00:00:00Z"]
)
def test_an_entry_without_an_exact_time_is_refused(time):
    with pytest.raises(InputError, match="time"):
        build(Entry({"type": "setup", "day": "2026-11-22"}, {"time": time} if time else {}), draw)


def test_the_day_is_that_of_the_time_in_utc():
    late = datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert Entry.at(late, "setup").public["day"] == "2026-11-23"
    build(Entry.at(late, "setup"), draw)
    build(Entry({"type": "setup", "day": "2026-11-23"}, {"time": late.isoformat()}), draw)


def test_a_leaf_too_large_for_a_bundle_is_refused():
    with pytest.raises(InputError, match="larger"):
        build(entry("stay", order="o", statutes=["x" * 300] * 200, forbids=["y" * 300] * 50), draw)


def test_every_public_field_has_a_name_that_keeps_sd_first():
    assert all(name[0].islower() and name.isascii() for name in FIELDS)


@pytest.mark.parametrize(
    "change",
    [
        lambda leaf: leaf[:-1],
        lambda leaf: leaf + b" ",
        lambda leaf: leaf.replace(b'"v":1', b'"v":1.0'),
        lambda leaf: leaf.replace(b'"v":1', b'"v":2'),
        lambda leaf: leaf.replace(b'"v":1', b'"v":true'),
        lambda leaf: leaf.replace(b'"v":1', b'"v":1,"v":1'),
        lambda leaf: leaf.replace(b'"batch":"b-1"', b'"batch":"b\\u002d1"'),
        lambda leaf: leaf.replace(b'"batch":"b-1"', b'"surname":"Doe"'),
        lambda leaf: json.dumps(json.loads(leaf)).encode(),
        lambda leaf: rfc8785.dumps({**json.loads(leaf), "_sd": json.loads(leaf)["_sd"][:-1]}),
        lambda leaf: rfc8785.dumps({**json.loads(leaf), "_sd": json.loads(leaf)["_sd"][::-1]}),
        lambda leaf: rfc8785.dumps({**json.loads(leaf), "_sd": [json.loads(leaf)["_sd"][0]] * 4}),
        lambda leaf: rfc8785.dumps({**json.loads(leaf), "_sd": ["x"] * 4}),
        lambda leaf: rfc8785.dumps({**json.loads(leaf), "_sd": 4}),
        lambda leaf: b"[" * 60_000,
        lambda leaf: b"9" * 60_000,
        lambda leaf: b"[]",
        lambda leaf: b"null",
        lambda leaf: b"",
        lambda leaf: b"\xff\xfe",
        lambda leaf: b'{"_sd":[],"v":1}',
    ],
)
def test_a_leaf_of_another_form_is_refused_by_both_readers(change):
    leaf = change(build(entry("request", batch="b-1"), draw)[0])
    with pytest.raises(IntegrityError):
        read_leaf(leaf)
    assert read_entry(leaf)[1] != ""


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | values.map(lambda value: json.dumps(value).encode()))
def test_the_two_readers_agree_on_anything(raw):
    try:
        read_leaf(raw)
        fine = True
    except IntegrityError:
        fine = False
    assert (read_entry(raw)[1] == "") == fine


# --- redaction ---


def test_what_is_no_field_is_a_decoy_and_the_seed_shows_it():
    leaf, sealed = build(entry("receipt", {"a": 1, "b": 2}, batch="b-1", count=1), draw)
    texts, seed = read_sealed_text(sealed)
    decoys = {decoy(seed, number) for number in range(16 - len(texts))}
    assert set(json.loads(leaf)["_sd"]) == decoys | {digest_of(text) for text in texts}
    assert len(decoys) == 13


FIELDS_10 = {f"field{number}": f"value {number}" for number in range(10)}


def test_every_one_of_a_thousand_redactions_verifies_against_the_same_leaf():
    leaf, joined = build(entry("release", FIELDS_10, batch="b-1", count=1), draw)
    read, disclosures = read_leaf(leaf), read_sealed_text(joined)[0][1:]
    for chosen in range(2**10):
        shown = [text for at, text in enumerate(disclosures) if chosen >> at & 1]
        assert opened(read, shown) == {f"field{at}": f"value {at}" for at in range(10) if chosen >> at & 1}


@pytest.mark.parametrize(
    "forged",
    [
        lambda own: [disclosure("field0", "other", bytes(16))],
        lambda own: [own[1], own[1]],
        lambda own: [own[1][:-1]],
        lambda own: [own[1] + "="],
        lambda own: ["\u00e9"],
        lambda own: [""],
    ],
)
def test_a_forged_or_doubled_disclosure_is_refused(forged):
    leaf, joined = build(entry("release", FIELDS_10, batch="b-1", count=1), draw)
    with pytest.raises(IntegrityError):
        opened(read_leaf(leaf), forged(read_sealed_text(joined)[0]))


def test_a_disclosure_never_takes_the_place_of_a_public_field_even_where_the_leaf_commits_to_it():
    shadow = disclosure("batch", "b-2", bytes(16))
    leaf, _ = build(entry("request", batch="b-1"), draw)
    parsed = json.loads(leaf)
    parsed["_sd"] = sorted([*parsed["_sd"][:3], digest_of(shadow)])
    with pytest.raises(IntegrityError, match="taken"):
        opened(read_leaf(canonical(parsed)), [shadow])


@pytest.mark.parametrize("parts", [None, [], ["a", "b"], [1, "b", "c"], ["a", 2, "c"], ["a", "b", 1.5], "abc"])
def test_what_is_no_salt_name_and_value_is_no_disclosure(parts):
    with pytest.raises(IntegrityError):
        disclosure_of(parts)


def test_times_need_a_zone_or_they_are_nothing():
    assert Entry.at(NOW, "setup").disclosed["time"] == "2026-11-22T11:00:00.000000Z"


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=40).map(b64), st.text("AQgwZ09-_+/= \n", max_size=9)))
def test_base64url_is_read_in_its_one_form_alone(text):
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))  # which passes over what is no letter
        good = base64.urlsafe_b64encode(raw).decode().rstrip("=") == text
    except ValueError:
        good = False
    if good:
        assert unb64(text) == raw
    else:
        with pytest.raises(ValueError):
            unb64(text)


salts = st.lists(st.binary(min_size=16, max_size=16), max_size=9)
digests = st.lists(st.binary(min_size=32, max_size=32), max_size=9)


@given(salts, digests)
def test_many_at_once_are_written_as_each_by_itself(salts, digests):
    for parts in (salts, digests):
        assert b64_each(parts) == [b64(part) for part in parts]


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["request", "requests", "re", "purpose", "codes"]), values, max_size=4))
def test_one_field_is_read_as_all_of_them_are(disclosed):
    (portion,) = build_all([entry("agreement", disclosed)], draw)
    leaf, sealed = portion.leaves[0], portion.texts[0]
    for name in ("request", "requests", "re", "purpose", "codes", "time"):
        assert field_of(name, leaf, sealed) == opened(read_leaf(leaf), read_sealed_text(sealed.decode())[0]).get(name)


def test_one_field_of_another_entry_is_refused():
    (portion,) = build_all([entry("agreement", {"request": "a"}), entry("agreement", {"request": "a"})], draw)
    with pytest.raises(IntegrityError, match="does not belong"):
        field_of("request", portion.leaves[1], portion.texts[0])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(text, st.lists(values, max_size=3).map(tuple), st.sampled_from([(1,), (True,), ("1",)]))))
def test_what_a_disclosure_says_does_not_depend_on_the_entries_beside_it(said):
    first = entry("agreement")
    made = [first.alike({"value": value}) for value in said]
    for value, sealed in zip(said, [text for portion in build_all(made, draw) for text in portion.texts], strict=True):
        _, shown = read_sealed_text(sealed.decode())[0]
        assert shown == disclosure("value", value, unb64(triple(shown)[0]))


def test_values_that_python_calls_equal_are_not_written_for_one_another():
    for value in [((1,),), ((True,),), (1,), (True,), (False,), (0,), ("1",), (("1",),)]:
        leaf, sealed = build(entry("request", {"request": value}, batch="b-1"), draw)
        found = opened(read_leaf(leaf), read_sealed_text(sealed)[0])
        assert json.dumps(found["request"]) == json.dumps(value)
