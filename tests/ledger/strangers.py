"""What strangers send and serve: JSON of any shape, and a web server that answers as a test says."""

import contextlib
import threading
from http.server import ThreadingHTTPServer

from hypothesis import strategies as st


@contextlib.contextmanager
def listening(handler):
    """The handler on a free port of this machine, as long as the block lasts; its address."""
    with running(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}"


@contextlib.contextmanager
def running(server):
    """A server at work, as long as the block lasts."""
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def any_json(names, leaves=8):
    """JSON of any shape, with objects that have some of the names."""
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=6),
        max_leaves=leaves,
    )
