# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are too much: each of them would be good in the end, after memory or time that nobody has."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.dialogues import (
    DIALOGUES,
    SERVICES,
    said,
)
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.test_answers import (
    each_operation,
    fails_cleanly,
)

each_service = pytest.mark.parametrize("name", SERVICES)

MIB = 1024 * 1024
FLOOD = 200  # MiB
MEMORY = 128  # MiB that a module may take for it
DROPS = 600  # one in 50 ms: half a minute
SPACES = b" " * MIB


def head(*fields):
    return "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: application/json", *fields, "", ""]).encode()


def saying(*parts):
    """For a script: says (bytes, times, seconds between them), as long as the client listens."""

    def say(connection):
        for piece, times, pause in parts:
            for _time in range(times):
                connection.sendall(piece)
                time.sleep(pause)

    return say


def chunk(content):
    return b"%x\r\n%s\r\n" % (len(content), content)


def with_length(filler, times, pause, body):
    length = len(filler) * times + len(body)
    return saying((head(f"Content-Length: {length}"), 1, 0), (filler, times, pause), (body, 1, 0))


def in_chunks(filler, times, pause, body):
    return saying((head("Transfer-Encoding: chunked"), 1, 0), (filler, times, pause), (chunk(body) + chunk(b""), 1, 0))


def packed(body, layers):
    """gzip in gzip ...: what it unpacks to begins with the flood."""
    content = gzip.compress(SPACES) * FLOOD + gzip.compress(body)
    for _layer in range(layers - 1):
        content = gzip.compress(content)
    return said(content, "200 OK", f"Content-Encoding: {', '.join(['gzip'] * layers)}")


# Each makes, of the good body, what a script takes.
FLOODS = {
    "a long body": lambda body: with_length(SPACES, FLOOD, 0, body),
    "chunk after chunk": lambda body: in_chunks(chunk(SPACES), FLOOD, 0, body),
    "a gzip bomb": lambda body: packed(body, 1),
}
ODD_FLOODS = {
    "a redirect with a long body": lambda _body: saying(
        (b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: %d\r\n\r\n" % (FLOOD * MIB), 1, 0), (SPACES, FLOOD, 0)
    ),
    "an error with a long body": lambda _body: saying(
        (b"HTTP/1.1 503 Busy\r\nContent-Length: %d\r\n\r\n" % (FLOOD * MIB), 1, 0), (SPACES, FLOOD, 0)
    ),
    "gzip in gzip": lambda body: packed(body, 2),
    "gzip in gzip in gzip": lambda body: packed(body, 3),
    "a chunk size without end": lambda body: in_chunks(b"0" * MIB, FLOOD, 0, body),
    "a trailer without end": lambda body: saying(
        (head("Transfer-Encoding: chunked") + chunk(body) + b"0\r\nX: ", 1, 0),
        (b"y" * MIB, FLOOD, 0),
        (b"\r\n\r\n", 1, 0),
    ),
}
# What only time bounds.
DRIBBLES = {
    "a body in drops": lambda body: with_length(b" ", DROPS, 0.05, body),
    "headers in drops": lambda body: saying(
        (b"HTTP/1.1 200 OK\r\nX: ", 1, 0), (b"y", DROPS, 0.05), (said(body)[15:], 1, 0)
    ),
    "a body in drops without a length": lambda body: saying((head(), 1, 0), (b" ", DROPS, 0.05), (body, 1, 0)),
    "chunks in drops": lambda body: in_chunks(chunk(b" "), DROPS, 0.05, body),
    "a status in drops": lambda body: saying((b"HTTP/1.1 200 O", 1, 0), (b"K", DROPS, 0.05), (said(body)[15:], 1, 0)),
    "interim answers in drops": lambda body: saying(
        (b"HTTP/1.1 100 Continue\r\n\r\n", DROPS, 0.05), (said(body), 1, 0)
    ),
    "interim answers without end": lambda body: saying(
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 40_000, FLOOD, 0), (said(body), 1, 0)
    ),
    "trailers without end": lambda body: saying(
        (head("Transfer-Encoding: chunked") + chunk(body) + b"0\r\n", 1, 0),
        (b"X: y\r\n" * 170_000, FLOOD, 0),
        (b"\r\n", 1, 0),
    ),
}


def peak(work):
    """What `work` returns, and the MiB that Python needed for it at most."""
    tracemalloc.start()
    try:
        return work(), tracemalloc.get_traced_memory()[1] / MIB
    finally:
        tracemalloc.stop()


def meets(server, tally, name, operation, flood, **options):
    dialogue = DIALOGUES[name]
    body = dialogue.exchanges[operation].body
    bad = flood(body if isinstance(body, bytes) else json.dumps(body).encode())
    result, memory = peak(lambda: dialogue.perform(server, {operation: bad}, **options))
    tally["floods"] += 1
    assert memory < MEMORY
    fails_cleanly(dialogue, operation, server, result)


@each_operation
@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: flood.replace(" ", "_"))
def test_floods_for_each_kind_of_request(server, clock, tally, name, operation, flood):
    meets(server, tally, name, operation, FLOODS[flood])


@each_service
@pytest.mark.parametrize("flood", ODD_FLOODS, ids=lambda flood: flood.replace(" ", "_"))
def test_odd_floods(server, clock, tally, name, flood):
    meets(server, tally, name, "list", ODD_FLOODS[flood])


@each_operation
def test_drops_for_each_kind_of_request(server, clock, tally, name, operation):
    meets(server, tally, name, operation, DRIBBLES["a body in drops"], timeout=0.2, retries=0)


@each_service
@pytest.mark.parametrize("drops", list(DRIBBLES)[1:], ids=lambda drops: drops.replace(" ", "_"))
def test_drops(server, clock, tally, name, drops):
    meets(server, tally, name, "list", DRIBBLES[drops], timeout=0.2, retries=0)


# Pages: each service's next one, and the row or project that the task is about on the last one only.


def qc_page(number, last, filler):
    """Each begins with the last project of the one before."""
    numbers = range(99 * number, 99 * number + (2 if last else 100))
    rows = [{"projectId": 1 + number, "name": f"{number}{filler}"} for number in numbers]
    if last:
        rows[-1]["name"] = "Team/First"
    return {"success": True, "projects": rows}


def hth_page(number, last, filler):
    row = {"collaborator": f"{number}{filler}" if not last else "leaver", "role": "guest"}
    return {"metadata": {"more_results": not last, "next_offset": number + 1}, "results": [row]}


def qfield_page(number, last, filler):
    row = {"collaborator": f"{number}{filler}" if not last else "leaver", "role": "reader"}
    return {"results": [row], "next": None if last else f"/?limit=1&offset={number + 1}"}


def paged(name, operation, line, page):
    """A dialogue whose listing comes in pages, and how to make one."""
    dialogue = SERVICES[name]
    exchange = dialogue.exchanges[operation]._replace(line=line)
    exchanges = {key: value for key, value in dialogue.exchanges.items() if key != "second page"}
    return dialogue._replace(wanted={"leaver": "absent"}, exchanges={**exchanges, operation: exchange}), operation, page


PAGED = {
    "qc": paged("qc", "look-up", "POST .*/projects/read ", qc_page),
    "hth": paged("hth", "list", "GET .*/project_collaborators[?]", hth_page),
    "qfield": paged("qfield", "list", "GET .*/collaborators/", qfield_page),
}
each_paged = pytest.mark.parametrize("name", PAGED)


def pages(page, count, filler=""):
    return (said(page(number, number == count - 1, filler)) for number in range(count))


@each_paged
def test_a_thousand_pages(server, clock, name):
    dialogue, operation, page = PAGED[name]
    result = dialogue.perform(server, {operation: pages(page, 1000)}, exclusive=False)
    assert not result["failed"], result["msg"]
    assert list(result["projects"][0]["plan"]["remove"]) == ["leaver"]
    assert dialogue.sent(server).count(operation) == 1000


@each_paged
def test_pages_without_end(server, clock, tally, name):
    dialogue, operation, page = PAGED[name]
    row = f"{name}-" * (10_000 if name == "qc" else 300_000)
    result, memory = peak(lambda: dialogue.perform(server, {operation: pages(page, FLOOD, row)}))
    tally["floods"] += 1
    assert memory < MEMORY
    fails_cleanly(dialogue, operation, server, result)


@each_paged
def test_a_page_that_leads_to_itself(server, clock, tally, name):
    dialogue, operation, page = PAGED[name]
    result = dialogue.perform(server, {operation: said(page(0, False, ""))}, exclusive=False)
    tally["floods"] += 1
    fails_cleanly(dialogue, operation, server, result)
    assert dialogue.sent(server).count(operation) <= 3
