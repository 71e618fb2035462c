"""The form of C2SP tlog-policy: what is read, what is refused, and what makes a quorum."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import InputError
from counterfoil.ledger.auditor.note import Key, read_key
from counterfoil.ledger.auditor.policy import read_policy
from tests.ledger.conftest import VKEY
from tests.ledger.witnesses import cosigner

W1, W2, W3, W4, W5, W6 = (cosigner(number).key for number in range(1, 7))
DUPLICATE = Key("impostor.example", W1.kind, W1.raw)
AS_LOG = Key("w1", 0x01, W1.raw)
ECDSA = "ecdsa.example.com+00000000+AgECAw=="

EXAMPLE = f"""log {VKEY}

witness X1 {W1.vkey}
witness X2 {W2.vkey}
witness X3 {W3.vkey}
group X-witnesses 2 X1 X2 X3

witness Y1 {W4.vkey}
witness Y2 {W5.vkey}
witness Y3 {W6.vkey}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def read(text):
    return read_policy(text if isinstance(text, bytes) else text.encode())


def test_the_specifications_example_is_read():
    policy = read(EXAMPLE)
    assert [key.vkey for key, _ in policy.logs] == [VKEY]
    assert [witness.name for witness in policy.witnesses] == ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
    assert policy.groups["X-and-Y"] == (2, ("X-witnesses", "Y-witnesses"))
    assert policy.knows_log(read_key(VKEY))
    assert not policy.knows_log(read_key(AS_LOG.vkey))


def test_two_of_three_and_one_of_three_make_its_quorum():
    policy = read(EXAMPLE)
    names = ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
    for count in range(7):
        for chosen in itertools.combinations(names, count):
            kinds = "".join(name[0] for name in chosen)
            assert policy.enough(chosen) == (kinds.count("X") >= 2 and kinds.count("Y") >= 1), chosen
    assert not policy.enough(["X-witnesses", "Y-witnesses", "X-and-Y"])  # a group's name is nobody's cosignature


def test_a_policy_may_ask_for_no_witness():
    assert read("quorum none\n").enough(())
    assert read("quorum none\n").knows_log(read_key(VKEY))


def test_white_space_comments_and_addresses_may_stand_where_they_may():
    text = f"\n# comment\n\t # another\n\twitness \t w1  {W1.vkey}   https://w1.example.com/  \n\n  quorum\tw1"
    policy = read(text)
    assert policy.witnesses[0].url == "https://w1.example.com/"
    assert policy.enough(["w1"])
    assert not policy.enough(())


def test_names_are_octets_and_keywords_are_names():
    kelvin = b"K"
    policy = read(b"witness " + kelvin + b"-\x80 " + W1.vkey.encode() + b"\nquorum " + kelvin + b"-\x80\n")
    assert policy.enough([policy.witnesses[0].name])
    read(f"witness all {W1.vkey}\nwitness any {W2.vkey}\ngroup group 2 all any\nquorum group\n")


REFUSED = {
    "a control character": ("quorum none\n\x01", "0x01"),
    "a carriage return": ("quorum none\r\n", "0x0d"),
    "a delete character": ("quorum none\n# \x7f", "0x7f"),
    "an unknown keyword": ("quibble w1\nquorum none\n", "'quibble'"),
    "a comment behind a line": (f"witness w1 {W1.vkey} https://w1.example # x\nquorum w1\n", "a witness line is"),
    "a log without key": ("log\nquorum none\n", "a log line is"),
    "a log with nonsense": ("log garbage\nquorum none\n", "not a ledger's public key"),
    "a log with a witness's key": (f"log {W1.vkey}\nquorum none\n", "type 0x04"),
    "a log twice": (f"log {VKEY}\nlog {VKEY} https://log.example\nquorum none\n", "line 2"),
    "a witness without key": ("witness w1\nquorum none\n", "a witness line is"),
    "a witness with an ECDSA key": (f"witness w1 {ECDSA}\nquorum w1\n", "not a witness's public key"),
    "a witness with a log's key": (f"witness w1 {AS_LOG.vkey}\nquorum w1\n", "type 0x01"),
    "a witness named none": (f"witness none {W1.vkey}\nquorum none\n", "reserved"),
    "a name twice": (f"witness w1 {W1.vkey}\nwitness w1 {W2.vkey}\nquorum w1\n", "taken"),
    "a group named as a witness": (f"witness w1 {W1.vkey}\ngroup w1 any w1\nquorum w1\n", "taken"),
    "a group named none": (f"witness w1 {W1.vkey}\ngroup none any w1\nquorum none\n", "reserved"),
    "a key twice": (f"witness w1 {W1.vkey}\nwitness w2 {DUPLICATE.vkey}\nquorum w1\n", "listed before"),
    "a group without members": (f"witness w1 {W1.vkey}\ngroup g 1\nquorum w1\n", "a group line is"),
    "a threshold of zero": (f"witness w1 {W1.vkey}\ngroup g 0 w1\nquorum g\n", "from 1 to 1"),
    "a negative threshold": (f"witness w1 {W1.vkey}\ngroup g -1 w1\nquorum g\n", "from 1 to 1"),
    "a threshold with a zero before": (f"witness w1 {W1.vkey}\ngroup g 01 w1\nquorum g\n", "from 1 to 1"),
    "a threshold above the members": (f"witness w1 {W1.vkey}\ngroup g 2 w1\nquorum g\n", "from 1 to 1"),
    "a member that is not there": (f"witness w1 {W1.vkey}\ngroup g any w2\nquorum g\n", "line before"),
    "a member of a later line": (f"group g any w1\nwitness w1 {W1.vkey}\nquorum g\n", "line before"),
    "none as a member": (f"witness w1 {W1.vkey}\ngroup g any none w1\nquorum g\n", "line before"),
    "a member twice": (f"witness w1 {W1.vkey}\ngroup g all w1 w1\nquorum g\n", "more than once"),
    "a member of two groups": (
        f"witness w1 {W1.vkey}\nwitness w2 {W2.vkey}\ngroup g any w1 w2\ngroup h any w1\nquorum g\n",
        "more than once",
    ),
    "a quorum line of two words": ("quorum none none\n", "a quorum line is"),
    "no quorum": (f"witness w1 {W1.vkey}\n", "exactly one quorum"),
    "two quorums": (f"witness w1 {W1.vkey}\nquorum w1\nquorum w1\n", "exactly one quorum"),
    "an unknown quorum": ("quorum unknown\n", "line before"),
    "a quorum before its witness": (f"quorum w1\nwitness w1 {W1.vkey}\n", "line before"),
    "a quorum without name": ("quorum\n", "a quorum line is"),
    "too much": ("#" * (1 << 20) + "\nquorum none\n", "mebibyte"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_policy_is_refused_for(name):
    text, said = REFUSED[name]
    with pytest.raises(InputError) as refused:
        read(text)
    assert said in " ".join([refused.value.what, *refused.value.details])


def test_every_fault_is_told_with_its_line():
    with pytest.raises(InputError) as refused:
        read("log x\nwitness w1\ngroup g any\nquorum w\n")
    assert [detail.split(":")[0] for detail in refused.value.details[:4]] == ["line 1", "line 2", "line 3", "line 4"]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(0, len(EXAMPLE.encode())))
def test_no_bytes_break_the_reading(junk, at):
    whole = EXAMPLE.encode()
    for text in (junk, whole[:at] + junk + whole[at:]):
        try:
            policy = read_policy(text)
        except InputError as error:
            assert error.details or "mebibyte" in error.what
        else:
            assert policy.quorum


@pytest.mark.parametrize("name", sorted(set(REFUSED) - {"too much", "a log with nonsense"}))
def test_of_a_policy_with_one_fault_only_that_fault_is_told(name):
    with pytest.raises(InputError) as caught:
        read(REFUSED[name][0])
    assert len(caught.value.details) == 1, caught.value.details


def test_a_policy_with_lines_of_windows_is_told_so_once_and_with_its_other_faults():
    text = f"witness w1 {W1.vkey}\ngroup g 5 w1\nquorum g\n".replace("\n", "\r\n")
    with pytest.raises(InputError) as caught:
        read(text)
    first, second = caught.value.details
    assert "CR LF" in first
    assert second == "line 2: '5' is not `all`, `any` or a number from 1 to 1"


def test_a_byte_that_may_not_stand_in_a_quorum_line_is_its_one_fault():
    with pytest.raises(InputError) as caught:
        read(b"quorum no\x01ne\n")
    assert caught.value.details == ("line 1: the byte 0x01 may not stand in a policy",)
