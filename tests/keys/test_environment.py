"""Keys that the environment holds: nothing of them in the data directory, and all acts work with them."""

import os

import pytest

from counterfoil import cases
from counterfoil.ledger import new_ledger_key
from tests.journey import Journey
from tests.keys.gaps import stated_and_changed


@pytest.fixture
def from_environment(tmp_path, monkeypatch):
    """An office whose ledger key stands in a variable."""
    monkeypatch.setenv("COUNTERFOIL_LEDGER_KEY", new_ledger_key("counterfoil.example/ledger")[0])
    return Journey(tmp_path)


def test_a_gap_is_stated_with_a_key_of_the_environment_which_signs_under_the_new_name(from_environment, monkeypatch):
    assert not (from_environment.data / "keys" / "ledger.key").exists()
    stated_and_changed(from_environment, "", monkeypatch)


def test_the_variable_may_name_a_file_instead(from_environment, tmp_path, monkeypatch):
    file = tmp_path / "ledger.key"
    file.write_text(os.environ["COUNTERFOIL_LEDGER_KEY"])
    file.chmod(0o600)
    monkeypatch.delenv("COUNTERFOIL_LEDGER_KEY")
    monkeypatch.setenv("COUNTERFOIL_LEDGER_KEY_FILE", str(file))
    stated_and_changed(from_environment, "", monkeypatch)
    assert cases.list_keys(from_environment.office)[0]["in_use"]
