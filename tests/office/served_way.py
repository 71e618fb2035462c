"""The whole way of a small batch beside the server that it uses: `python -m tests.office.served_way FOLDER ROOT BIN`.

The server is started here, so that one record holds the calls of both.
"""

import signal
import sys
from pathlib import Path

from counterfoil.bench import server
from counterfoil.office import database
from tests.faults import way

SETTINGS = ("shared_buffers=16MB", "max_wal_size=32MB", "min_wal_size=32MB", "io_method=sync", "autovacuum=off")


class Again(server.Server):
    """A server on a cluster that is there already."""

    def __init__(self, root, binaries):
        self.root, self.data, self._binaries = root, root / "data", binaries
        self._as_root = server.os.geteuid() == 0
        self._settings, self._process = SETTINGS, None


def main(folder, root, binaries):
    running = Again(root, binaries)
    running.start()
    try:
        database.connect(folder / "none")
        way.run(folder, between=lambda: running.sql("CHECKPOINT"))
    finally:
        running.stop(signal.SIGINT)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
