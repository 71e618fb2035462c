import os

import pytest

from counterfoil.office import database, place


@pytest.fixture
def office_database(tmp_path, engine):
    """The database of an office, its tables made: the path of a file, or a server's."""
    if engine == "postgresql":
        server = place.server(os.environ[place.VARIABLE])
        database.connect(server)
        return server
    path = tmp_path / "office.sqlite3"
    database.create(path)
    return path
