# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bare clients: `clients.py KIND WORKERS FILE` sends the requests of a JSON file, each worker over one connection.

Prints {"seconds": from the first request to the last answer, "statuses": {status: number of answers}}; what comes
before, such as imports, is not in it.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import requests

Request = dict[str, Any]
"""`method`, `url`, `headers` and `body`: JSON or null."""


def requests_sender() -> Callable[[Request], int]:
    session = requests.Session()

    def send(request: Request) -> int:
        with session.request(
            request["method"], request["url"], headers=request["headers"], json=request["body"], timeout=60
        ) as response:
            return response.status_code

    return send


def http_client_sender() -> Callable[[Request], int]:
    connections: dict[str, http.client.HTTPConnection] = {}

    def send(request: Request) -> int:
        parts = urlsplit(request["url"])
        connection = connections.setdefault(parts.netloc, http.client.HTTPConnection(parts.netloc, timeout=60))
        body = None if request["body"] is None else json.dumps(request["body"])
        headers = {**request["headers"], "Content-Type": "application/json"}
        connection.request(request["method"], f"{parts.path}?{parts.query}", body, headers)
        response = connection.getresponse()
        response.read()
        return response.status

    return send


def with_threads(connect: Callable[[], Callable[[Request], int]], workers: int, todo: list[Request]) -> list[int]:
    queue = iter(todo)
    statuses: list[int] = []

    def work() -> None:
        send = connect()
        for request in queue:
            statuses.append(send(request))

    threads = [Thread(target=work) for _number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


async def with_asyncio(workers: int, todo: list[Request]) -> list[int]:
    queue = iter(todo)

    async def work(session: aiohttp.ClientSession, queue: Iterator[Request]) -> list[int]:
        statuses = []
        for request in queue:
            async with session.request(
                request["method"], request["url"], headers=request["headers"], json=request["body"]
            ) as response:
                await response.read()
                statuses.append(response.status)
        return statuses

    async with aiohttp.ClientSession() as session:
        return sum(await asyncio.gather(*(work(session, queue) for _number in range(workers))), [])


def main(kind: str, workers: int, file: Path) -> None:
    todo = json.loads(file.read_text(encoding="utf-8"))
    senders = {"requests": requests_sender, "http.client": http_client_sender}
    started = time.perf_counter()
    if kind == "asyncio":
        statuses = asyncio.run(with_asyncio(workers, todo))
    else:
        statuses = with_threads(senders[kind], workers, todo)
    print(json.dumps({"seconds": time.perf_counter() - started, "statuses": Counter(statuses)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
