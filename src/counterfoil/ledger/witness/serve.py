"""The witness on the network: a small HTTP server of the standard library.

    POST /add-checkpoint                  a request of C2SP tlog-witness
    GET  /<SHA-256 of origin>/checkpoint  the latest checkpoint that was cosigned
    GET  /                                who this is

A thread for each connection; a connection that dawdles is cut, and there are only so many at once.
"""

from __future__ import annotations

import re
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from counterfoil.beside import Beside
from counterfoil.errors import CounterfoilError, UnavailableError
from counterfoil.ledger.witness.judge import Reply, Witness
from counterfoil.ledger.witness.protocol import REQUEST_MAX

IDLE = 10.0
"""Seconds to wait for the next bytes of a connection."""
DEADLINE = 30.0
"""Seconds that a request may take from its first byte to its answer."""
CONNECTIONS = 256

_CHECKPOINT = re.compile(r"/([0-9a-f]{64})/checkpoint", re.ASCII)


class WitnessServer(ThreadingHTTPServer):
    """Serves one witness. `serve_forever` runs it, `shutdown` ends it."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], witness: Witness, *, quiet: bool = False) -> None:
        self.witness, self.quiet = witness, quiet
        self._since: dict[socket.socket, float] = {}
        self._lock = threading.Lock()
        try:
            super().__init__(address, _Handler)
        except OSError as error:
            raise UnavailableError(
                f"The witness cannot listen on {address[0]}:{address[1]}: {error.strerror}.",
                "Choose another with --host and --port.",
            ) from error

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def started(self, connection: socket.socket) -> None:
        """A request of this connection begins now."""
        with self._lock:
            self._since[connection] = time.monotonic()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a connection, unless there are too many."""
        with self._lock:
            full = len(self._since) >= CONNECTIONS
            if not full:
                self._since[request] = time.monotonic()
        if full:
            self.shutdown_request(request)
        else:
            Beside(self.process_request_thread, request, client_address)  # refused: the connection is, see beside.py

    def shutdown_request(self, request: Any) -> None:
        """A connection ends."""
        with self._lock:
            self._since.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Cut connections that dawdle; called about twice a second."""
        until = time.monotonic() - DEADLINE
        with self._lock:
            late = [connection for connection, since in self._since.items() if since < until]
        for connection in late:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """A connection broke off: nothing to say, unless it is a fault of ours."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError) and not self.quiet:
            sys.stderr.write(f"witness: {type(error).__name__} in a request; nothing was cosigned for it\n")


class _Handler(BaseHTTPRequestHandler):
    server: WitnessServer
    protocol_version = "HTTP/1.1"
    server_version = "counterfoil-witness"
    sys_version = ""
    timeout = IDLE

    def do_POST(self) -> None:
        """`add-checkpoint`."""
        if self.path != "/add-checkpoint":
            self._refuse(404, "There is nothing to post to here but /add-checkpoint.")
            return
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,9}", length, re.ASCII) or "Transfer-Encoding" in self.headers:
            self._refuse(411, "A request needs its Content-Length.")
        elif int(length) > REQUEST_MAX:
            self._refuse(413, f"A request has at most {REQUEST_MAX} bytes.")
        else:
            body = self.rfile.read(int(length))
            if len(body) == int(length):
                self._answer(self._judged(body))

    def do_GET(self) -> None:
        """What was cosigned last, and who this is."""
        match = _CHECKPOINT.fullmatch(self.path)
        if match:
            self._answer(self.server.witness.checkpoint(match[1]))
        elif self.path == "/":
            self._answer(self.server.witness.about())
        else:
            self._refuse(404, "There is nothing here.")

    def parse_request(self) -> bool:
        """The clock of a request runs from its first line."""
        self.server.started(self.connection)
        return super().parse_request()

    def _judged(self, body: bytes) -> Reply:
        try:
            return self.server.witness.add_checkpoint(body)
        except CounterfoilError as error:  # its memory cannot be used: cosign nothing
            if not self.server.quiet:
                sys.stderr.write(f"witness: {error.what}\n")
            return Reply(503, b"The witness cannot cosign now.\n")

    def _refuse(self, status: int, text: str) -> None:
        """Answer without having read the body: the connection ends."""
        self.close_connection = True
        self._answer(Reply(status, text.encode() + b"\n"))

    def _answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """One line a request on standard error, harmless on a terminal."""
        if not self.server.quiet:
            text = ascii(format % args)[1:-1]
            sys.stderr.write(f"{self.log_date_time_string()} {self.client_address[0]} {text[:200]}\n")
