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
import socket
import time
from typing import Any, Optional

LARGEST = 16 * 1024 * 1024


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


class _Connecting:
    """A connection that marks what goes wrong before it stands."""

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]
        except Exception as error:
            error.rollcall_unsent = True  # type: ignore[attr-defined]
            raise


def is_unsent(error: Optional[BaseException]) -> bool:
    """Whether it, or what it was made of, comes from before the connection stood: no byte of a request has left."""
    if error is None:
        return False
    return hasattr(error, "rollcall_unsent") or is_unsent(error.__cause__) or is_unsent(error.__context__)


@functools.lru_cache(maxsize=None)
def adapter_class() -> Any:
    """An adapter for sessions of requests, made when it is first needed: requests takes its time to import."""
    import requests
    import urllib3

    class HttpConnection(_Connecting, urllib3.connection.HTTPConnection):
        response_class = _Answer

    class HttpsConnection(_Connecting, urllib3.connection.HTTPSConnection):
        response_class = _Answer

    class HttpPool(urllib3.HTTPConnectionPool):
        ConnectionCls = HttpConnection

    class HttpsPool(urllib3.HTTPSConnectionPool):
        ConnectionCls = HttpsConnection

    pools = {"http": HttpPool, "https": HttpsPool}

    class WholeAnswers(requests.adapters.HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **options)
            self.poolmanager.pool_classes_by_scheme = pools

        def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
            manager = super().proxy_manager_for(*arguments, **options)
            manager.pool_classes_by_scheme = pools
            return manager

    return WholeAnswers
