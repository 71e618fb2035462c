import pytest

from counterfoil.office import database


@pytest.fixture
def office_database(tmp_path):
    path = tmp_path / "office.sqlite3"
    database.create(path)
    return path
