"""Which database the offices of a test are made on: a file (the default), or a real PostgreSQL server."""

import pytest

from counterfoil.office import place
from tests import postgres

ENGINES = ("sqlite", "postgresql")


def use(engine, monkeypatch):
    """Make the offices of this test on `engine`."""
    monkeypatch.delenv(place.VARIABLE, raising=False)
    if engine == "postgresql":
        running = postgres.server()
        if running is None:
            pytest.skip("no PostgreSQL here: pip install -r requirements/dev.txt")
        monkeypatch.setenv(place.VARIABLE, running.office())


@pytest.fixture(params=ENGINES)
def engine(request, monkeypatch):
    """Run the test on each database; the office of the test is made on it."""
    use(request.param, monkeypatch)
    yield request.param
    if request.param == "postgresql":
        postgres.disconnect()
