# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bounds for whole answers, their status and headers included, and the line between not sent and sent.

The time-out of requests is for each piece, so that an answer in drops would never be given up; and older versions of
urllib3 read lines without an end, such as those of chunks, at once. Its exceptions do not tell a connection that broke
in the handshake of TLS from one that broke after the request had left.
"""

from __future__ import annotations

import functools
import http.client
import io
import re
import socket
import ssl
import time
from typing import Any, Optional

LARGEST = 16 * 1024 * 1024
# How OpenSSL calls it, by its version.
NO_TLS = r"(?i)wrong.version.number|unknown.protocol|record.layer.failure"


class _Answer(http.client.HTTPResponse):
    """The answer on a socket; the socket's time-out is that of all its pieces together, status and headers included."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_Pieces(sock, self.fp.detach()))


class _Pieces(io.RawIOBase):
    """What arrives on a socket within its time and size; C(pieces) reads it and holds the socket open."""

    def __init__(self, sock: socket.socket, pieces: io.RawIOBase) -> None:
        self._sock = sock
        self._pieces = pieces
        self._timeout = sock.gettimeout() or 0
        self._end = time.monotonic() + self._timeout
        # As much again for what is around the body.
        self._room = 2 * LARGEST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Any:
        left = self._end - time.monotonic()
        if left <= 0:
            raise socket.timeout("the answer was not complete in time")
        if self._room <= 0:
            raise OSError("the answer has no end")
        self._sock.settimeout(left)
        try:
            count = self._pieces.readinto(buffer)
            self._room -= count or 0
            return count
        finally:
            # The next request on this connection is sent with it.
            self._sock.settimeout(self._timeout)

    def close(self) -> None:
        self._pieces.close()
        super().close()


class NoTls(ssl.SSLError):
    """What answers speaks no TLS, so that nothing of the request was sent."""


class _Connection:
    """In front of a class of connections; marks what goes wrong before one stands."""

    response_class = _Answer

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]
        except Exception as error:
            error.rollcall_unsent = True  # type: ignore[attr-defined]
            # Later on, the same error can come in the middle of an answer.
            if isinstance(error, ssl.SSLError) and re.search(NO_TLS, str(error)):
                raise NoTls(*error.args) from error
            raise


def is_unsent(error: Optional[BaseException]) -> bool:
    """Whether it, or what it was made of, comes from before the connection stood: no byte of a request has left."""
    if error is None:
        return False
    return hasattr(error, "rollcall_unsent") or is_unsent(error.__cause__) or is_unsent(error.__context__)


@functools.lru_cache(maxsize=None)
def _bounded(pool: Any) -> Any:
    """A class of connection pools of urllib3, as those of SOCKS proxies are, with bounds for its answers."""
    if issubclass(pool.ConnectionCls, _Connection):
        return pool
    connection = type(pool.ConnectionCls.__name__, (_Connection, pool.ConnectionCls), {})
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})


@functools.lru_cache(maxsize=None)
def adapter_class() -> Any:
    """An adapter for sessions of requests, made when it is first needed: requests takes its time to import."""
    import requests

    def bounded(manager: Any) -> Any:
        pools = manager.pool_classes_by_scheme
        manager.pool_classes_by_scheme = {scheme: _bounded(pool) for scheme, pool in pools.items()}
        return manager

    class WholeAnswers(requests.adapters.HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **options)
            bounded(self.poolmanager)

        def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
            return bounded(super().proxy_manager_for(*arguments, **options))

    return WholeAnswers
