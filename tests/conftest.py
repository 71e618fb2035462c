"""Which database the offices of a test are made on: a file, or a real PostgreSQL server.

A test that makes an office by the fixture `engine` runs on a file; with the marker `both_databases` it runs on a
server as well, as the role that an office works as there.
"""

import os

import pytest

from counterfoil.office import place
from tests import postgres

FILE, SERVER = "sqlite", "postgresql"


def pytest_generate_tests(metafunc):
    if "engine" not in metafunc.fixturenames:
        return
    both = metafunc.definition.get_closest_marker("both_databases")
    if both or os.environ.get("COUNTERFOIL_TEST_DATABASES") == "all":
        metafunc.parametrize("engine", (FILE, SERVER), indirect=True)


@pytest.fixture
def postgresql():
    """A running PostgreSQL server."""
    running = postgres.server()
    if running is None:
        pytest.skip("no PostgreSQL here: pip install -r requirements/dev.txt")
    yield running
    postgres.disconnect()


@pytest.fixture
def engine(request, monkeypatch):
    """The kind of database on which `cases.init` makes an office in this test."""
    kind = getattr(request, "param", FILE)
    monkeypatch.delenv(place.VARIABLE, raising=False)
    if kind == SERVER:
        monkeypatch.setenv(place.VARIABLE, request.getfixturevalue("postgresql").office())
    return kind
