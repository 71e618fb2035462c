import pytest

from tests.journey import Journey


@pytest.fixture
def journey(tmp_path, engine):
    return Journey(tmp_path)
