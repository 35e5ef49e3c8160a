# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server on 127.0.0.1 for what only real connections show: it does to each request what its script says."""

from __future__ import annotations

import socketserver
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

CUT = b""  # the connection ends without an answer


@dataclass
class Received:
    """One request, byte for byte; `connection` counts from 1."""

    connection: int
    head: str
    body: bytes

    @property
    def line(self):
        return self.head.splitlines()[0]

    def header(self, name):
        """The value of a header, None without it."""
        fields = dict(field.split(": ", 1) for field in self.head.splitlines()[1:])
        return {key.lower(): value for key, value in fields.items()}.get(name.lower())


def answer(body="{}", status="200 OK", *headers, length=None):
    """The bytes of an answer; with a `length` that is not the body's the connection ends after it."""
    fields = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*fields, "", body]).encode()


class Loopback(socketserver.ThreadingTCPServer):
    """`script` holds what is done to each request: bytes to say, a list of (bytes, seconds to pause after them), or a
    function of the socket. After an answer that is not complete the connection ends. What follows gets `answer()`.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, script, tls):
        super().__init__(("127.0.0.1", 0), _Connection)
        self.script = list(script)
        self.tls = tls
        self.requests = []
        self.connections = 0

    @property
    def host(self):
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self):
        return f"{'https' if self.tls else 'http'}://{self.host}"

    @property
    def lines(self):
        return [request.line for request in self.requests]

    def handle_error(self, request, client_address):
        """A client that goes away is part of the tests."""


class _Connection(socketserver.StreamRequestHandler):
    def setup(self):
        self.server.connections += 1
        self.number = self.server.connections
        self.raw = self.request
        if self.server.tls:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self):
        while self._receive():
            said = self.server.script.pop(0) if self.server.script else answer()
            if callable(said):
                said(self.request)
                return
            parts = said if isinstance(said, list) else [(said, 0)]
            for part, pause in parts:
                self.wfile.write(part)
                time.sleep(pause)
            if not _is_complete(b"".join(part for part, _pause in parts)):
                return

    def _receive(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return False
            head += line
        request = Received(self.number, head.decode("latin-1").strip(), b"")
        request.body = self.rfile.read(int(request.header("Content-Length") or 0))
        self.server.requests.append(request)
        return True


def _is_complete(said):
    head, _blank, body = said.partition(b"\r\n\r\n")
    return f"content-length: {len(body)}".encode() in head.lower().split(b"\r\n")


@contextmanager
def serving(*script, tls=None):
    """A running server; `tls` is an ssl.SSLContext."""
    with Loopback(script, tls) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
