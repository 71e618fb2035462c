"""Calls that are odd: ids of any text, bytes that are no text, devices for files, an output that takes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import SOURCE, spawn
from .world import World

ODD = [
    "",
    "a b",
    "é",
    "../../no/such/place",
    "a" * 5000,
    "\x1b[31m",
    "x\ny",
    "'; DROP TABLE",
    "\udcff",
    "/",
    "null",
    "*",
]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize(
    "words",
    [
        ("batch", "show", "{}"),
        ("batch", "approve", "{}", "--as", "alba"),
        ("batch", "release", "{}", "-o", "never-written"),
        ("stay", "lift", "{}"),
        ("override", "end", "{}"),
        ("agreement", "show", "{}"),
        ("ledger", "prove", "{}"),
        ("registry", "load", "{}"),
        ("batch", "receive", "{}"),
        ("stay", "enter", "{}"),
        ("audit", ".", "--vkey", "{}"),
        ("officer", "add", "{}", "--name", "\udcff"),
    ],
)
def test_an_odd_text_is_a_sentence_and_one_document(office: World, words: tuple[str, ...], text: str) -> None:
    told = office.call("--data", office.data, "--json", *(text if word == "{}" else word for word in words))
    assert told.code in (2, 3)
    assert told.json["error"]["message"] and told.json["error"]["code"] != "FAULT"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no endless device")
@pytest.mark.parametrize(
    "words",
    [
        ("batch", "receive", "/dev/zero"),
        ("audit", ".", "--vkey", "/dev/zero"),
        ("address", "check", "/dev/zero"),
        ("stay", "enter", "/dev/zero"),
    ],
)
def test_an_endless_device_is_not_read_to_its_end(office: World, words: tuple[str, ...]) -> None:
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30)); "
    command = limited + "from counterfoil.cli.main import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", command, "--data", str(office.data), *words],
        capture_output=True, env={**os.environ, "PYTHONPATH": SOURCE}, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 2
    assert b"not enough memory" not in ended.stderr and b"Traceback" not in ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "words", [("--json", "batch", "list"), ("--json", "batch", "show", "b-nowhere"), ("batch", "list")]
)
def test_an_error_that_standard_output_does_not_take_is_told_elsewhere(office: World, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "counterfoil.cli.main", "--data", str(office.data), *words],
            stdout=full, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": SOURCE},
        )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr.startswith(b"counterfoil: ") and b"Traceback" not in ended.stderr


def test_a_requester_learns_nothing_of_the_registry_before_the_answer(world: World) -> None:
    """What receive, examine, approve, verify and show print is the same whatever the registry holds."""
    batch = world.seal(world.requests())
    id = world.do("batch", "receive", batch)["id"]
    steps = [("examine",), ("approve", "--as", "alba"), ("approve", "--as", "boris"), ("verify",), ("show",)]
    spoken = [world.call("--data", world.data, "--json", "batch", step, id, *more).out for step, *more in steps]
    assert '"looked_up"' in spoken[-1]
    assert not any("CONFIRM" in text.upper() for text in spoken)
    assert spawn("--data", world.data, "--json", "ledger", "verify").code == 0
