"""The scenarios against the truth: nothing unlawful is confirmed, nothing lawful refused, and misses are explained."""

import json
import subprocess
import sys

import pytest

RUNS = [
    ("everyday", 2_000, 1),
    ("exchange-2025", 2_000, 1),
    pytest.param("everyday", 12_800, 4, marks=pytest.mark.slow),
    ("exchange-2025", 12_800, 4),
]

pytestmark = pytest.mark.both_databases


def demo(folder, *arguments):
    ran = subprocess.run(
        [sys.executable, "-m", "counterfoil", "demo", "--data", str(folder / "demo"), "--json", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, json.loads(ran.stdout)


@pytest.mark.parametrize(("scenario", "requests", "seed"), RUNS)
def test_no_unlawful_confirmation_and_no_lawful_request_refused(tmp_path, scenario, requests, seed):
    code, said = demo(tmp_path, "--scenario", scenario, "--requests", requests, "--seed", seed)
    assert (said["unlawful"], said["wrongly_refused"]) == (0, 0), said
    assert said["received"] == requests
    assert said["refused"] + said["held"] + said["confirmed"] + said["no_confirmation"] == requests
    assert said["confirmed"] > 0
    assert said["missed"] <= 0.01 * (said["confirmed"] + said["missed"])
    assert sum(said["missed_by_kind"].values()) == said["missed"]
    assert (said["audit"], code) == ("ok", 0)


def test_the_exchange_as_it_was_sent_confirms_nobody(tmp_path):
    code, said = demo(tmp_path, "--scenario", "exchange-2025-as-sent", "--requests", 2_000)
    assert said["confirmed"] == said["no_confirmation"] == 0
    assert said["refused"] + said["held"] == 2_000
    assert (said["audit"], code) == ("ok", 0)
