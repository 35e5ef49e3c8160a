# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs fake services on loopback, each on a port of its own, in one thread of this process."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .core import TRANSPORT, FakeService

HOST = "127.0.0.1"


class Protocol(H11Protocol):
    """Hands the connection to the application, which aborts it for some faults."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def with_connection(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "extensions": {TRANSPORT: transport}}, receive, send)

        self.app = with_connection


@contextmanager
def running(*services: FakeService, port: int = 0) -> Iterator[list[str]]:
    """Run the services and give their base URLs (http://127.0.0.1:PORT, no trailing slash) in the same order.

    They listen on `port`, `port` + 1 and so on, or with 0 on free ports. OSError when a port is taken.
    """
    with ExitStack() as sockets:
        listening = [sockets.enter_context(_listen(port + index if port else 0)) for index in range(len(services))]
        by_port = {sock.getsockname()[1]: service for sock, service in zip(listening, services)}

        async def by_socket(scope: Scope, receive: Receive, send: Send) -> None:
            await by_port[scope["server"][1]](scope, receive, send)

        config = uvicorn.Config(
            by_socket,
            http=Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            server_header=False,
            date_header=False,  # core.py sets it, by the clock of the service
            timeout_graceful_shutdown=1,
        )
        config.load()
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=(listening,), name="fake services", daemon=True)
        thread.start()
        try:
            yield [f"http://{HOST}:{listening_port}" for listening_port in by_port]
        finally:
            server.should_exit = True
            thread.join()


def _listen(port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only where the protocol is named; with it on, each answer takes 40 ms.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((HOST, port))
        sock.listen(512)
    except OSError:
        sock.close()
        raise
    return sock
