"""Invariant 1: all that the registry adds to an answer is one bit a request.

Two registries that agree on those bits give the same answer: the same rows, notice and explanations, byte for
byte, and the same length of the whole. (The receipt commits to the ledger's past, which names each registry
that was loaded by a salted digest; it has the same length and tells nothing.)
"""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil import cases, request
from tests.journey import Journey, asked, person

# What a registry may hold of a person whose address is not the one asked about: each way comes to one bit.
UNCONFIRMED = {
    "no record": lambda n: [],
    "another address": lambda n: [person(n, address_line1=f"{n + 3} Elsewhere Road")],
    "another year": lambda n: [person(n, tax_year=2019)],
    "two people": lambda n: [person(n), person(n, tin=f"9{n:02d}-88-0001", date_of_birth="1931-01-01")],
    "held": lambda n: [person(n, hold="informant")],
    "protected": lambda n: [person(n, hold="protected", tax_year=2021), person(n)],
    "another surname": lambda n: [person(n, surname="Nobodyelse")],
}
# And what it may hold beside a confirmed one without changing the bit.
CONFIRMED = {
    "plain": lambda n: [person(n)],
    "spelt otherwise": lambda n: [person(n, given_name=person(n)["given_name"].upper())],
    "other years too": lambda n: [person(n), person(n, tax_year=2023, address_line1="1 Later Lane")],
    "a housemate": lambda n: [person(n), person(n, tin=f"9{n:02d}-88-0002", given_name="Zenobia")],
}


def payload_of(journey, rows):
    examined = journey.examine(rows)
    journey.approve(examined.id)
    cases.verify(journey.office, examined.id, journey.now)
    output = journey.folder / "answer"
    cases.release(journey.office, examined.id, output, journey.now)
    token = request.unseal(output.read_bytes(), journey.officer_key).decode()
    return request.verify(token, journey.office.public_key), output.stat().st_size


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bits=st.lists(st.booleans(), min_size=1, max_size=5),
    choice=st.data(),
)
def test_two_registries_with_the_same_bits_give_the_same_answer(tmp_path_factory, bits, choice):
    answers = []
    rows = [asked(n) for n in range(len(bits))]
    sealed = None
    for _side in range(2):
        journey = Journey(tmp_path_factory.mktemp("side"))
        registry = [person(90)]
        for n, bit in enumerate(bits):
            ways = CONFIRMED if bit else UNCONFIRMED
            registry += ways[choice.draw(st.sampled_from(sorted(ways)))](n)
        journey.load(registry)
        sealed = rows
        answers.append(payload_of(journey, sealed))
    (one, one_size), (two, two_size) = answers
    assert len(one) == len(two)
    assert one_size == two_size
    first, second = json.loads(one), json.loads(two)
    assert [row["outcome"] == "CONFIRMED" for row in first["rows"]] == bits
    for part in set(first) - {
        "receipt",
        "id",
    }:  # the id is of the sealed bytes, which are sealed anew each time
        assert first[part] == second[part], part
    start, end = one.index(b'"rows":'), one.index(b'"receipt":')
    assert one[start:end] == two[two.index(b'"rows":') : two.index(b'"receipt":')]


def test_the_two_outcomes_are_equally_long(tmp_path):
    from counterfoil.answer.compose import row_bytes
    from counterfoil.answer.outcome import Outcome, Row

    lengths = {len(row_bytes(Row("r-1", outcome))) for outcome in (Outcome.CONFIRMED, Outcome.NO_CONFIRMATION)}
    assert len(lengths) == 1


def test_nothing_of_the_registry_stands_in_an_answer_that_the_request_did_not_hold(journey):
    secret = person(0, address_line1="4711 Plantedstreet Avenue", middle_name="Plantedmiddle")
    journey.load([secret])
    rows = [asked(0, who=person(0), middle_name="")]
    payload, _size = payload_of(journey, rows)
    for word in (
        b"Plantedstreet",
        b"Plantedmiddle",
        b"4711",
        secret["tin"].encode(),
        secret["date_of_birth"].encode(),
    ):
        assert word not in payload
