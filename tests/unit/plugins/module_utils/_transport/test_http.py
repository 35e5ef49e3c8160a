# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The transport: what it sends, what it repeats and how long it waits, and what never leaves it.

Where exact requests and waiting times matter the network and the time are stand-ins; where connections matter there
is a real server on loopback.
"""

from __future__ import annotations

import base64
import errno
import gzip
import importlib
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import types
import urllib.request
from contextlib import contextmanager, suppress
from email.utils import formatdate
from unittest import mock

import pytest
import requests
import trustme
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import (
    BadInput,
    Halt,
    Held,
    RollcallError,
    Unclear,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport import http
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.http import (
    TROUBLE,
    Answer,
    Http,
    MissingLibrary,
    trouble_by_status,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.redact import MASK, Redactor
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.settings import Settings
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils._transport.loopback import (
    CUT,
    answer,
    serving,
)
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.network import (
    Clock,
    lines,
    says,
    wire,
)
from hypothesis import given, settings
from hypothesis import strategies as st

BASE = "https://service.example/api"
SECRET = "t0k/en+s3cret"
IN_ADDRESS = "hunter2"
PROXY_VARIABLES = [f"{scheme}_proxy" for scheme in ("http", "https", "all", "no")]
ENVIRONMENT = [*PROXY_VARIABLES, *map(str.upper, PROXY_VARIABLES), "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC"]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch, tmp_path):
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def client(clock):
    """Makes a client whose pauses take no time; C(settings) are those of Settings."""

    def make(
        base_url=BASE,
        headers=(),
        authorize=dict,
        verdict=trouble_by_status,
        pause=clock.pause,
        real_time=False,
        **settings,
    ):
        return Http(
            "Service",
            Settings(base_url, **settings),
            dict(headers),
            authorize,
            Redactor([SECRET]),
            verdict,
            pause,
            time.monotonic if real_time else clock,
        )

    return make


def caught(ask):
    """The error that C(ask) raises."""
    with pytest.raises(RollcallError) as raised:
        ask()
    return raised.value


def everything_said(error):
    """All that a user, a log or a result could see of an error."""
    return f"{error} {error!r} {error.as_dict()}"


# Reads are repeated, within bounds


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
def test_a_read_in_trouble_is_repeated_with_growing_pauses_and_then_fails(client, clock, status):
    with wire(*[says(status=status, body="<h1>Down</h1> for now", content_type="text/html")] * 4) as sent:
        error = caught(lambda: client(retries=3).read("GET", "/x", {"limit": "2"}))
    assert lines(sent, BASE) == ["GET /x?limit=2"] * 4
    assert [0.25 <= clock.pauses[0] <= 0.5, 0.5 <= clock.pauses[1] <= 1, 1 <= clock.pauses[2] <= 2] == [True] * 3
    assert len(clock.pauses) == 3
    assert (type(error), error.kind, error.retryable) == (RollcallError, "unavailable", True)
    assert (error.http_status, error.method, error.url) == (status, "GET", f"{BASE}/x")
    assert f"HTTP {status}: Down for now" in error.message


def test_a_read_succeeds_as_soon_as_the_trouble_is_over(client, clock):
    with wire(says(status=503), says(status=500), says({"a": 1})) as sent:
        assert client().read("GET", "/x").body == {"a": 1}
    assert (len(sent), len(clock.pauses)) == (3, 2)


def test_with_no_retries_everything_is_tried_once(client, clock):
    with wire(says(status=503)):
        assert caught(lambda: client(retries=0).read("GET", "/x")).kind == "unavailable"
    assert clock.pauses == []


@pytest.mark.parametrize("status", [200, 201, 204, 400, 401, 403, 404, 409, 410, 422])
@pytest.mark.parametrize("ask", ["read", "write"])
def test_other_statuses_are_answers(client, clock, ask, status):
    body = None if status == 204 else {"code": "some_code"}
    with wire(says(body, status)) as sent:
        said = getattr(client(), ask)("GET", "/x")
    assert (said.status, said.body, said.ok) == (status, body, status < 300)
    assert (len(sent), clock.pauses) == (1, [])


def test_a_service_can_have_a_verdict_of_its_own(client, clock):
    def verdict(said):
        return TROUBLE if said.body == {"busy": True} else None

    with wire(says({"busy": True}), says({"busy": False}, 500)) as sent:
        assert client(verdict=verdict).read("POST", "/x").body == {"busy": False}
    assert (len(sent), len(clock.pauses)) == (2, 1)


def test_json_that_is_cut_off_is_trouble(client):
    with wire(says(body='{"a": [1, ', content_type="application/json"), says({"a": [1]})):
        assert client().read("GET", "/x").body == {"a": [1]}
    with wire(says(body='{"a": [1, ', content_type="application/json")):
        assert isinstance(caught(lambda: client().write("POST", "/x")), Unclear)


# Writes are not


@pytest.mark.parametrize(
    ("status", "is_over"), [(500, True), (503, True), *((status, False) for status in (501, 502, 504, 520, 524, 599))]
)
def test_a_write_in_trouble_is_sent_once_and_unclear(client, clock, status, is_over):
    with wire(says(status=status)) as sent:
        error = caught(lambda: client().write("POST", "/x", {"id": "norris"}))
    assert lines(sent, BASE) == ['POST /x {"id": "norris"}']
    assert clock.pauses == []
    assert (type(error), error.kind, error.retryable) == (Unclear, "unclear", True)
    assert (error.http_status, error.method, error.url) == (status, "POST", f"{BASE}/x")
    assert error.is_over == is_over


def test_a_write_that_was_refused_unseen_is_repeated_the_same_but_for_its_credentials(client, clock):
    numbers = iter("123")
    http_client = client(authorize=lambda: {"Authorization": f"Digest {next(numbers)}"})
    with wire(says(status=429), says(status=429, headers={"Retry-After": "7"}), says({}, 201)) as sent:
        assert http_client.write("POST", "/x", {"id": "norris"}).status == 201
    assert lines(sent, BASE) == ['POST /x {"id": "norris"}'] * 3
    assert [request.headers["Authorization"] for request in sent] == ["Digest 1", "Digest 2", "Digest 3"]
    assert 0.25 <= clock.pauses[0] <= 0.5
    assert clock.pauses[1:] == [7]


def test_a_write_that_must_not_be_repeated_after_429_is_unclear(client, clock):
    with wire(says(status=429, headers={"Retry-After": "1"})) as sent:
        error = caught(lambda: client().write("POST", "/x", repeat_throttled=False))
    assert isinstance(error, Unclear) and error.is_over
    assert (len(sent), clock.pauses) == (1, [])


def test_a_write_that_stays_throttled_was_not_carried_out(client):
    with wire(*[says(status=429)] * 3):
        error = caught(lambda: client(retries=2).write("POST", "/x"))
    assert (type(error), error.kind, error.http_status, error.retryable) == (RollcallError, "throttled", 429, True)


# Retry-After and the deadline


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_honoured_exactly(client, clock, status):
    with wire(says(status=status, headers={"Retry-After": "42"}), says({})):
        client().read("GET", "/x")
    assert clock.pauses == [42]


def test_retry_after_as_a_date_is_honoured(client, clock):
    header = formatdate(time.time() + 40, usegmt=True)
    with wire(says(status=429, headers={"Retry-After": header}), says({})):
        client().read("GET", "/x")
    assert clock.pauses == [pytest.approx(39, abs=3)]


@pytest.mark.parametrize("header", ["soon", "\u00b2", ""])
def test_a_retry_after_that_says_nothing_leaves_the_usual_pause(client, clock, header):
    with wire(says(status=429, headers={"Retry-After": header}), says({})):
        client().read("GET", "/x")
    assert clock.pauses == [pytest.approx(0.375, abs=0.125)]


@pytest.mark.parametrize("ask", ["read", "write"])
def test_a_retry_after_beyond_the_deadline_fails_at_once(client, clock, ask):
    with wire(says(status=429, headers={"Retry-After": "3600"})) as sent:
        error = caught(lambda: getattr(client(deadline=1800), ask)("GET", "/x"))
    assert (len(sent), clock.pauses) == (1, [])
    assert (type(error), error.kind, error.retryable) == (Held, "throttled", True)
    assert "3600 s" in error.message


def test_what_one_request_was_told_to_wait_holds_the_others_too(client, clock):
    others = [lambda: http_client.read("GET", "/other")]

    def pause(seconds):
        if seconds and others:
            others.pop()()
        clock.pause(seconds)

    http_client = client(pause=pause)
    with wire(says(status=429, headers={"Retry-After": "9"}), says({}), says({})) as sent:
        http_client.read("GET", "/x")
    assert lines(sent, BASE) == ["GET /x", "GET /other", "GET /x"]
    assert clock.pauses == [9, 9]


def test_after_the_deadline_nothing_is_sent(client, clock):
    http_client = client(deadline=60)
    clock.now += 60
    with wire() as sent:
        error = caught(lambda: http_client.write("POST", "/x"))
    assert (type(error), error.kind, error.retryable, len(sent)) == (Held, "deadline", True, 0)


def test_no_pause_is_longer_than_the_deadline_leaves(client, clock):
    with wire(says(status=503)):
        assert caught(lambda: client(deadline=0.2, retries=50).read("GET", "/x")).kind == "deadline"
    assert clock.pauses == [pytest.approx(0.2)]


@pytest.mark.parametrize(
    ("settings", "elapsed", "connect", "answer_within"),
    [({}, 0, 10, 30), ({"timeout": 3}, 0, 3, 3), ({"timeout": 300}, 0, 10, 300), ({"deadline": 60}, 55, 5, 5)],
)
def test_time_outs_are_those_of_the_options_and_never_beyond_the_deadline(
    client, clock, settings, elapsed, connect, answer_within
):
    http_client = client(**settings)
    clock.now += elapsed
    with wire(says({})) as sent:
        http_client.read("GET", "/x")
    assert sent[0].req_kwargs["timeout"] == (connect, answer_within)


# What is sent


def test_every_byte_of_a_request(client):
    headers = {"User-Agent": "rollcall.collaborators/9", "Accept": "application/vnd.hth.v1"}
    with serving() as server:
        http_client = client(server.url + "/api/", headers, lambda: {"Authorization": "Token abc"}, real_time=True)
        http_client.read("GET", "/projects/a%2Fb/x", {"limit": "2", "name": "a b&c/\u00e9"})
        http_client.write("POST", "/x/", {"name": "\u00e9", "write": True})
        http_client.write("DELETE", "/x/jay%2Btest.doe/")
    common = [
        f"Host: {server.host}",
        "Accept-Encoding: gzip, deflate",
        "User-Agent: rollcall.collaborators/9",
        "Accept: application/vnd.hth.v1",
        "Authorization: Token abc",
    ]
    body = b'{"name": "\\u00e9", "write": true}'
    with_body = [f"Content-Length: {len(body)}", "Content-Type: application/json"]
    assert [(request.line, sorted(request.head.splitlines()[1:]), request.body) for request in server.requests] == [
        ("GET /api/projects/a%2Fb/x?limit=2&name=a+b%26c%2F%C3%A9 HTTP/1.1", sorted(common), b""),
        ("POST /api/x/ HTTP/1.1", sorted(common + with_body), body),
        ("DELETE /api/x/jay%2Btest.doe/ HTTP/1.1", sorted([*common, "Content-Length: 0"]), b""),
    ]


def test_one_connection_serves_many_requests(client):
    with serving(answer(), answer("{}", "404 Not Found"), answer("{}", "503 Busy")) as server:
        http_client = client(server.url, real_time=True)
        for _number in range(6):
            http_client.read("GET", "/x")
    assert [request.connection for request in server.requests] == [1] * 7


def test_each_worker_that_sends_at_the_same_time_has_a_connection_of_its_own(client):
    together = threading.Barrier(3)
    with serving() as server:
        http_client = client(server.url, authorize=lambda: together.wait(5) and {} or {}, real_time=True)
        for _number in range(2):
            workers = [threading.Thread(target=http_client.read, args=("GET", "/x")) for _number in range(3)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
    assert len(server.requests) == 6
    assert server.connections == 3


def test_cookies_are_sent_back(client):
    with serving(answer("{}", "200 OK", "Set-Cookie: sessionid=abc; Path=/")) as server:
        http_client = client(server.url, real_time=True)
        for _number in range(2):
            http_client.read("GET", "/x")
    assert [request.header("Cookie") for request in server.requests] == [None, "sessionid=abc"]


# What comes back


@pytest.mark.parametrize(
    ("text", "body", "is_html"),
    [
        ('{"a": [1]}', {"a": [1]}, False),
        ("[]", [], False),
        ("", None, False),
        ("not found", None, False),
        ("  <!doctype html><p>Hello", None, True),
        ("\u00ff", None, False),
        ("[" * 100_000, None, False),
    ],
)
def test_a_body_is_json_or_none(client, text, body, is_html):
    with wire(says(body=text.encode("latin-1"), content_type="text/plain")):
        said = client().read("GET", "/x")
    assert (said.body, said.is_html) == (body, is_html)


def test_a_compressed_body(client):
    with wire(says(body=gzip.compress(b'{"a": 1}'), headers={"Content-Encoding": "gzip"})):
        assert client().read("GET", "/x").body == {"a": 1}


TWICE = {
    "a list": '{"results": [{"id": "norris"}], "results": []}',
    "the same value": '{"results": [], "results": []}',
    "inside": '[{"results": [{"role": "guest", "role": "master"}]}]',
    "written otherwise": '{"id": 1, "\\u0069d": 2}',
}


@pytest.mark.parametrize("text", TWICE.values(), ids=TWICE)
def test_json_with_a_key_twice_is_no_answer(client, clock, text):
    with wire(says(body=text, content_type="application/json")) as sent:
        error = caught(lambda: client().read("GET", "/x"))
    assert (type(error), error.kind, error.http_status, len(sent)) == (RollcallError, "bad_answer", 200, 1)
    assert "twice" in error.message
    with wire(says(body=text, content_type="application/json")) as sent:
        assert isinstance(caught(lambda: client().write("POST", "/x")), Unclear)
    assert (len(sent), clock.pauses) == (1, [])


def test_a_refusal_with_a_key_twice_is_judged_by_its_status(client):
    with wire(says(body='{"code": 1, "code": 2}', status=401, content_type="application/json")):
        said = client().read("GET", "/x")
    assert (said.status, said.body) == (401, None)


def test_a_key_that_is_there_twice_can_be_a_secret(client):
    with wire(says(body=f'{{"{SECRET}": 1, "{SECRET}": 2}}')):
        assert SECRET[:6] not in everything_said(caught(lambda: client().read("GET", "/x")))


def test_an_answer_larger_than_the_limit_is_not_read_to_its_end(client, monkeypatch):
    monkeypatch.setattr(http, "LARGEST", 1_000_000)
    endless = [(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n", 0), *[(b"x" * 100_000, 0)] * 50]
    with serving(endless, endless) as server:
        assert caught(lambda: client(server.url, real_time=True).read("GET", "/x")).kind == "bad_answer"
        assert isinstance(caught(lambda: client(server.url, real_time=True).write("POST", "/x")), Unclear)
    assert len(server.requests) == 2


@pytest.mark.parametrize("ask", ["read", "write"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_error_and_not_followed(client, clock, ask, status):
    location = f"https://john_doe:{SECRET}@elsewhere.example/{SECRET}"
    with wire(says(status=status, headers={"Location": location})) as sent:
        error = caught(lambda: getattr(client(), ask)("POST", "/x"))
    assert (len(sent), clock.pauses) == (1, [])
    assert (type(error), error.kind, error.http_status) == (RollcallError, "redirect", status)
    assert "elsewhere.example" in error.message
    assert SECRET not in everything_said(error)


def test_an_answer_of_something_else(client):
    page = "<html><head><title>Sign in</title></head><body>Please <b>sign in</b></body></html>"
    said = Answer("GET", BASE, 200, {}, page, None)
    error = client().foreign(said, "no list")
    assert (error.kind, error.http_status, error.url) == ("bad_answer", 200, BASE)
    assert "no list" in error.message
    assert "Please sign in" in error.message


# Connections that fail


def refusing():
    """The address of a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{sock.getsockname()[1]}"


@pytest.mark.parametrize("ask", ["read", "write"])
def test_a_refused_connection_is_tried_again_and_then_stops_the_run(client, clock, ask):
    error = caught(lambda: getattr(client(refusing(), retries=2), ask)("POST", "/x"))
    assert (type(error), error.kind, error.retryable) == (Halt, "unreachable", True)
    assert "refused" in error.message
    assert len(clock.pauses) == 2


def test_an_unknown_host_stops_the_run(client, monkeypatch):
    def unknown(*_args, **_kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = caught(lambda: client("https://nowhere.example", retries=0).write("POST", "/x"))
    assert (type(error), error.kind) == (Halt, "unreachable")
    assert "nowhere.example" in error.message


def reset(connection):
    """End the connection so that the client gets a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


LOST = {
    "cut": CUT,
    "reset": reset,
    "no HTTP": b"garbage\r\n\r\n",
    "half a body": answer('{"a": ', "200 OK", "Content-Type: application/json", length=100),
    "two lengths": answer("{}", "200 OK", "Content-Length: 3"),
    "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "not gzip": answer("{}", "200 OK", "Content-Encoding: gzip"),
    "endless head": answer("{}", "200 OK", *["X: y"] * 200),
}


@pytest.mark.parametrize("how", LOST)
def test_a_read_whose_answer_was_lost_is_repeated(client, clock, how):
    with serving(LOST[how], LOST[how], answer('{"a": 1}')) as server:
        assert client(server.url).read("GET", "/x").body == {"a": 1}
    assert server.lines == ["GET /x HTTP/1.1"] * 3
    assert len(clock.pauses) == 2


@pytest.mark.parametrize("how", LOST)
def test_a_write_whose_answer_was_lost_is_sent_once_and_unclear(client, clock, how):
    with serving(LOST[how]) as server:
        error = caught(lambda: client(server.url).write("POST", "/x", {}))
    assert server.lines == ["POST /x HTTP/1.1"]
    assert (type(error), error.is_over, clock.pauses) == (Unclear, False, [])


def test_a_lost_connection_is_not_used_again(client):
    with serving(answer(), CUT) as server:
        http_client = client(server.url)
        for _number in range(3):
            http_client.read("GET", "/x")
    assert [request.connection for request in server.requests] == [1, 1, 2, 2]


LATE = {
    "no answer": lambda _request: time.sleep(10),
    "chunks": [(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 0), *[(b"1\r\n \r\n", 0.02)] * 500],
    "a body in drops": [(answer("", "200 OK", length=500), 0), *[(b" ", 0.02)] * 500],
    "headers in drops": [(b"HTTP/1.1 200 OK\r\nX-Drops: ", 0), *[(b"x", 0.02)] * 500],
    "a status in drops": [(b"H", 0.02)] * 500,
}


@pytest.mark.parametrize("late", LATE.values(), ids=LATE)
def test_an_answer_that_is_late_is_not_waited_for(client, late):
    with serving(late, late, answer()) as server:
        http_client = client(server.url, timeout=0.5, retries=1, real_time=True)
        error = caught(lambda: http_client.write("POST", "/x"))
        assert (type(error), error.kind) == (Unclear, "unclear")
        assert "in time" in error.message
        assert "Pool" not in error.message
        assert http_client.read("GET", "/x").body == {}
    assert server.lines == ["POST /x HTTP/1.1", *["GET /x HTTP/1.1"] * 2]


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        "https://host.example",
        "https://host.example:8443/base/",
        " https://host.example/ ",
        "HTTPS://HOST.example/",
        "http://127.0.0.1:8080",
        "http://127.1.2.3/",
        "http://localhost:8080/",
        "http://[::1]:8080/",
    ],
)
def test_accepted_addresses(client, url):
    with wire(says({})) as sent:
        client(url).read("GET", "/x")
    assert sent[0].url.lower() == url.strip().rstrip("/").lower() + "/x"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "host.example",
        "ftp://host.example",
        "https://",
        "https:///api",
        "https://host.example:port/",
        "https://host.example:70000/",
        "https://[::1/api",
        "https://host\u2100/",
        "https://host .example/",
        f"https://john_doe:{IN_ADDRESS}@host.example/",
        f"https://{IN_ADDRESS}@host.example/",
        f"john_doe:{IN_ADDRESS}@host.example/api",
        f"//john_doe:{IN_ADDRESS}@host.example/api",
        f"https://host.example/?account_key={IN_ADDRESS}",
        f"https://host.example/#{IN_ADDRESS}",
        "http://host.example/",
        "http://10.0.0.1/",
        "http://[::2]/",
        "http://localhost.host.example/",
        "http://127.0.0.1.host.example/",
    ],
)
def test_refused_addresses(client, url):
    with wire():
        error = caught(lambda: client(url))
    assert (type(error), error.kind) == (BadInput, "bad_input")
    assert "api_url" in error.message
    assert IN_ADDRESS not in everything_said(error)


@pytest.mark.parametrize("host", ["a..b.example", "a" * 64 + ".example", ".example"])
def test_a_host_that_no_network_can_have(client, host):
    error = caught(lambda: client(f"https://{host}"))
    assert (type(error), error.kind) == (BadInput, "bad_input")
    assert "api_url" in error.message


def test_http_to_other_hosts_when_it_is_allowed(client):
    with wire(says({})) as sent:
        client("http://host.example/api", allow_http=True).read("GET", "/x")
    assert lines(sent) == ["GET http://host.example/api/x"]


# The environment


def test_netrc_is_never_used(client, monkeypatch, tmp_path):
    netrc = tmp_path / ".netrc"
    netrc.write_text(f"machine 127.0.0.1 login john_doe password {SECRET}\ndefault login x password {SECRET}\n")
    netrc.chmod(0o600)
    for variable in ({}, {"NETRC": str(netrc)}):
        for name, value in variable.items():
            monkeypatch.setenv(name, value)
        with serving() as server:
            requests.get(server.url, timeout=5)
            client(server.url).read("GET", "/anonymous")
            client(server.url, authorize=lambda: {"Authorization": "Token abc"}).read("GET", "/token")
        basic = "Basic " + base64.b64encode(f"john_doe:{SECRET}".encode()).decode()
        assert [request.header("Authorization") for request in server.requests] == [basic, None, "Token abc"]


@pytest.mark.parametrize("scheme", ["http://", "HTTP://", "//", ""])
@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_a_proxy_of_the_environment_is_used(client, monkeypatch, variable, scheme):
    with serving() as proxy:
        monkeypatch.setenv(variable, f"{scheme}proxy_user:proxy_pass@{proxy.host}")
        client("http://service.example/api", allow_http=True).read("GET", "/x")
    assert proxy.lines == ["GET http://service.example/api/x HTTP/1.1"]
    basic = "Basic " + base64.b64encode(b"proxy_user:proxy_pass").decode()
    assert proxy.requests[0].header("Proxy-Authorization") == basic


@pytest.mark.parametrize("exempt", ["127.0.0.1", "service.example, 127.0.0.0/8", "*"])
def test_no_proxy_is_honoured(client, monkeypatch, exempt):
    with serving() as proxy, serving() as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        client(server.url).read("GET", "/through")
        monkeypatch.setenv("no_proxy", exempt)
        client(server.url).read("GET", "/past")
    assert proxy.lines == [f"GET {server.url}/through HTTP/1.1"]
    assert server.lines == ["GET /past HTTP/1.1"]


def test_a_write_that_reached_a_proxy_is_never_sent_twice(client, monkeypatch):
    with serving(CUT) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        error = caught(lambda: client("http://service.example", allow_http=True).write("POST", "/x"))
    assert isinstance(error, Unclear)
    assert proxy.lines == ["POST http://service.example/x HTTP/1.1"]


@pytest.mark.parametrize("variable", ["http_proxy", "all_proxy"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_is_never_reached_through_a_proxy_elsewhere(client, monkeypatch, variable, host):
    monkeypatch.setenv(variable, "http://proxy.example:3128")
    with serving() as server:
        client(f"http://{host}:{server.server_address[1]}").read("GET", "/x")
    assert server.lines == ["GET /x HTTP/1.1"]


def test_proxies_of_the_system_are_not_asked_for(client, monkeypatch):
    for place in (requests.utils, urllib.request):
        monkeypatch.setattr(place, "getproxies", mock.Mock(side_effect=AssertionError))
    for variable, address in (("no_proxy", "other.example"), ("https_proxy", "http://proxy.example:3128")):
        monkeypatch.setenv(variable, address)
        client()


# What no proxy can have, or what is left of one where a special character is not encoded.
USER_INFO = f"corp_user:{IN_ADDRESS}"
MALFORMED = [
    f"http://{USER_INFO}#@proxy.example:3128",
    f"http://{USER_INFO}/@proxy.example:3128",
    f"http://{USER_INFO}?@proxy.example:3128",
    f"http://corp_user:12/{IN_ADDRESS}@proxy.example:3128",
    f"http://corp_user:12#{IN_ADDRESS}@proxy.example:3128",
    f"http://{USER_INFO}@",
    f"http://{USER_INFO}\u20ac@proxy.example:3128",
    f"{USER_INFO}@",
    f"http:///{USER_INFO}",
    f"http:{IN_ADDRESS}.example:3128",
    f"http://{USER_INFO}@proxy.example:port",
    f"http://{USER_INFO}@proxy.example:99999",
    f"http://{USER_INFO}@[::1",
    f"http://{USER_INFO}@a..b.example:3128",
    f"http://{USER_INFO}@proxy .example:3128",
    f"ftp://{USER_INFO}@proxy.example:3128",
    f"socks9://{USER_INFO}@proxy.example:3128",
]


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy"])
@pytest.mark.parametrize("address", MALFORMED)
def test_a_proxy_that_is_none_is_told_before_the_first_request(client, monkeypatch, variable, address):
    monkeypatch.setitem(sys.modules, "socks", types.SimpleNamespace(__spec__=True))
    monkeypatch.setenv(variable, address)
    error = caught(client)
    assert (type(error), error.kind) == (BadInput, "bad_input")
    assert f"The environment variable {variable} " in error.message
    assert not [part for part in ("corp_user", IN_ADDRESS, "proxy.example") if part in everything_said(error)]
    assert error.__suppress_context__ or error.__context__ is None


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1), st.booleans())
def test_whatever_a_proxy_is_called_it_is_told_by_its_variable(address, has_scheme):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", mock.Mock(side_effect=socket.gaierror(socket.EAI_NONAME, address)))
        patch.setenv("https_proxy", f"http://{address}" if has_scheme else address)
        error = caught(lambda: Http("Service", Settings(BASE, retries=0), {}, dict, Redactor()).write("POST", "/x"))
        assert error.kind in ("bad_input", "unreachable")
        assert "https_proxy" in error.message


def test_a_proxy_that_is_not_used_may_be_anything(client, monkeypatch):
    monkeypatch.setenv("http_proxy", MALFORMED[0])
    client()
    monkeypatch.setenv("https_proxy", MALFORMED[0])
    monkeypatch.setenv("no_proxy", "service.example")
    client()


def test_a_socks_proxy_without_its_package(client, monkeypatch):
    monkeypatch.setitem(sys.modules, "socks", None)
    monkeypatch.setenv("https_proxy", f"socks5h://{USER_INFO}@proxy.example:1080")
    error = caught(client)
    assert (type(error), error.kind) == (BadInput, "bad_input")
    assert "https_proxy" in error.message and "PySocks" in error.message
    assert IN_ADDRESS not in everything_said(error)


def test_a_socks_proxy_with_its_package(client, monkeypatch):
    """The package is a stand-in, which connects directly."""
    asked = []

    def create_connection(address, timeout, proxy_addr, proxy_port, **_options):
        asked.append((address, proxy_addr, proxy_port))
        return socket.create_connection(("127.0.0.1", server.server_address[1]), timeout)

    package = types.SimpleNamespace(
        __spec__=True, create_connection=create_connection, ProxyError=OSError, PROXY_TYPE_SOCKS4=1, PROXY_TYPE_SOCKS5=2
    )
    monkeypatch.setitem(sys.modules, "socks", package)
    monkeypatch.delitem(sys.modules, "urllib3.contrib.socks", raising=False)
    manager = importlib.import_module("urllib3.contrib.socks").SOCKSProxyManager
    monkeypatch.setattr(requests.adapters, "SOCKSProxyManager", manager)
    monkeypatch.setenv("all_proxy", "socks5h://proxy.example:1080")
    drops = [(answer("", "200 OK", length=500), 0), *[(b" ", 0.02)] * 500]
    with serving(answer('{"a": 1}'), drops) as server:
        http_client = client("http://service.example", allow_http=True, timeout=0.5, retries=0, real_time=True)
        assert http_client.read("GET", "/x").body == {"a": 1}
        assert "in time" in caught(lambda: http_client.read("GET", "/x")).message
    assert asked == [(("service.example", 80), "proxy.example", 1080)]


def test_a_proxy_that_cannot_be_reached_or_refuses_stops_the_run(client, monkeypatch):
    with serving(answer("", "502 Bad Gateway")) as proxy:
        for url in (refusing(), proxy.url):
            host = url.replace("http://", "").partition(":")[0]
            monkeypatch.setenv("https_proxy", url.replace("http://", f"http://{USER_INFO}@"))
            error = caught(lambda: client(retries=0).write("POST", "/x"))
            assert (type(error), error.kind, error.retryable) == (Halt, "unreachable", True)
            assert "https_proxy" in error.message
            assert not [part for part in ("corp_user", IN_ADDRESS, host) if part in everything_said(error)]
    assert [line.rpartition(" ")[0] for line in proxy.lines] == ["CONNECT service.example:443"]


@pytest.mark.parametrize("late", [CUT, [(b"HTTP/1.1 200 OK\r\n", 1)]], ids=["cut", "late"])
def test_a_proxy_that_does_not_answer_is_not_quoted(client, monkeypatch, late):
    with serving(late) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("http://", f"http://{USER_INFO}@"))
        http_client = client("http://service.example", allow_http=True, retries=0, timeout=0.2)
        error = caught(lambda: http_client.read("GET", "/x"))
    assert error.kind == "unreachable"
    assert not [part for part in ("corp_user", IN_ADDRESS, "127.0.0.1") if part in everything_said(error)]


def test_a_proxy_whose_name_nobody_knows_is_not_quoted(client, monkeypatch):
    unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    monkeypatch.setattr(socket, "getaddrinfo", mock.Mock(side_effect=unknown))
    monkeypatch.setenv("https_proxy", f"http://{USER_INFO}@proxy.example")
    error = caught(lambda: client(retries=0).read("GET", "/x"))
    assert (type(error), error.kind) == (Halt, "unreachable")
    assert "https_proxy" in error.message
    assert "proxy.example" not in everything_said(error)


@pytest.mark.parametrize("ask", ["read", "write"])
@pytest.mark.parametrize("url", [BASE, "http://service.example"])
def test_a_proxy_that_wants_another_login_is_asked_once(client, clock, monkeypatch, ask, url):
    with serving(*[answer(IN_ADDRESS, "407 Proxy Authentication Required")] * 2) as proxy:
        for variable in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(variable, proxy.url.replace("http://", f"http://{USER_INFO}@"))
        error = caught(lambda: getattr(client(url, allow_http=True), ask)("POST", "/x"))
    assert (type(error), error.kind, error.retryable) == (Halt, "bad_input", False)
    assert f"{url.partition(':')[0]}_proxy" in error.message
    assert IN_ADDRESS not in everything_said(error)
    assert (len(proxy.requests), clock.pauses) == (1, [])


def test_a_proxy_that_speaks_no_tls(client, clock, monkeypatch):
    with plain_http() as host:
        monkeypatch.setenv("https_proxy", f"https://{USER_INFO}@{host}")
        error = caught(lambda: client().write("POST", "/x"))
    assert (type(error), error.kind, clock.pauses) == (Halt, "bad_input", [])
    assert "https_proxy" in error.message
    assert not [part for part in (USER_INFO, host) if part in everything_said(error)]


def test_a_proxy_with_a_certificate_of_an_unknown_authority(client, clock, monkeypatch, authority):
    _path, context = authority
    with serving(tls=context("127.0.0.1")) as proxy:
        monkeypatch.setenv("https_proxy", f"https://{USER_INFO}@{proxy.host}")
        error = caught(lambda: client().write("POST", "/x"))
    assert (type(error), error.kind, clock.pauses, proxy.requests) == (Halt, "bad_input", [], [])
    assert "https_proxy" in error.message and "certificate" in error.message
    assert not [part for part in (USER_INFO, proxy.host) if part in everything_said(error)]


# Certificates


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An authority that nobody knows: its certificate as a file, and what a server on 127.0.0.1 needs of it."""
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))

    def context(*hosts):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert(*hosts).configure_cert(tls)
        return tls

    return str(path), context


def test_a_certificate_of_an_unknown_authority_is_refused_before_anything_is_sent(client, clock, authority):
    _path, context = authority
    with serving(tls=context("127.0.0.1")) as server:
        error = caught(lambda: client(server.url).read("GET", "/x"))
    assert (type(error), error.kind, error.retryable) == (Halt, "unreachable", False)
    assert "ca_path" in error.hint
    assert (server.requests, clock.pauses) == ([], [])


def test_a_certificate_of_another_host_is_refused(client, authority):
    path, context = authority
    with serving(tls=context("other.example")) as server:
        assert isinstance(caught(lambda: client(server.url, ca_path=path).read("GET", "/x")), Halt)
    assert server.requests == []


@pytest.mark.parametrize("variable", [None, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_authority_can_be_given(client, monkeypatch, authority, variable):
    path, context = authority
    if variable:
        monkeypatch.setenv(variable, path)
    with serving(tls=context("127.0.0.1")) as server:
        client(server.url, ca_path=None if variable else path).read("GET", "/x")
    assert server.lines == ["GET /x HTTP/1.1"]


def test_ca_path_wins_over_the_environment(client, monkeypatch, authority, tmp_path):
    path, context = authority
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    with serving(tls=context("127.0.0.1")) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
        client(server.url, ca_path=path).read("GET", "/x")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", path)
        assert isinstance(caught(lambda: client(server.url, ca_path=str(other)).read("GET", "/x")), Halt)
    assert len(server.requests) == 1


def test_verification_can_be_switched_off_whatever_the_environment_says(client, monkeypatch, authority, recwarn):
    path, context = authority
    with serving(tls=context("other.example")) as server:
        client(server.url, validate_certs=False).read("GET", "/x")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", path)
        client(server.url, validate_certs=False).read("GET", "/x")
    assert len(server.requests) == 2
    # The run tells it once; in Ansible's own process urllib3 would write to the terminal.
    assert [warning for warning in recwarn if "HTTPS" in str(warning.message)] == []


def nothing(_path):
    pass


NO_AUTHORITY = {
    "a missing file": nothing,
    "a text": lambda path: path.write_text("no certificate"),
    "an empty file": lambda path: path.write_text(""),
    "a cut certificate": lambda path: path.write_bytes(trustme.CA().cert_pem.bytes()[:300]),
    "a private key": lambda path: path.write_bytes(trustme.CA().private_key_pem.bytes()),
    "an empty directory": lambda path: path.mkdir(),
    "a directory without hashes": lambda path: (
        path.mkdir(),
        trustme.CA().cert_pem.write_to_path(str(path / "ca.pem")),
    ),
}


@pytest.mark.parametrize("variable", [None, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("make", NO_AUTHORITY.values(), ids=NO_AUTHORITY)
def test_what_is_no_authority_is_told_before_the_first_request(client, monkeypatch, tmp_path, variable, make):
    path = tmp_path / "ca.pem"
    make(path)
    if variable:
        monkeypatch.setenv(variable, str(path))
    error = caught(lambda: client(ca_path=None if variable else str(path)))
    assert (type(error), error.kind) == (BadInput, "bad_input")
    assert f"{variable or 'ca_path'} {str(path)!r} " in error.message


def test_an_authority_that_may_not_be_read(client, monkeypatch, tmp_path):
    monkeypatch.setattr(os, "listdir", mock.Mock(side_effect=PermissionError(errno.EACCES, "Permission denied")))
    error = caught(lambda: client(ca_path=str(tmp_path)))
    assert (type(error), error.kind) == (BadInput, "bad_input")
    assert "ca_path" in error.message and "Permission denied" in error.message


@pytest.mark.skipif(not shutil.which("openssl"), reason="only openssl can tell the hash of a name")
def test_a_directory_of_authorities(client, authority, tmp_path):
    path, context = authority
    folder = tmp_path / "authorities"
    folder.mkdir()
    subject = subprocess.run(
        ["openssl", "x509", "-noout", "-hash", "-in", path], capture_output=True, check=True, text=True
    )
    (folder / f"{subject.stdout.strip()}.0").symlink_to(path)
    with serving(tls=context("127.0.0.1")) as server:
        client(server.url, ca_path=str(folder)).read("GET", "/x")
    assert len(server.requests) == 1


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize("variable", [None, "REQUESTS_CA_BUNDLE"])
def test_no_authority_is_needed_where_no_certificate_is_looked_at(client, monkeypatch, authority, tmp_path, variable):
    missing = str(tmp_path / "missing.pem")
    if variable:
        monkeypatch.setenv(variable, missing)
    given_path = None if variable else missing
    _path, context = authority
    with serving() as plain, serving(tls=context("127.0.0.1")) as server:
        client(plain.url, ca_path=given_path).read("GET", "/x")
        client(server.url, ca_path=given_path, validate_certs=False).read("GET", "/x")
    assert (len(plain.requests), len(server.requests)) == (1, 1)


@contextmanager
def plain_http():
    """The address of a server that answers whatever it is sent, TLS included, in plain HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse():
            with suppress(OSError):
                while True:
                    connection, _address = server.accept()
                    with connection:
                        connection.sendall(answer("", "400 Bad Request"))
                        connection.recv(4096)

        threading.Thread(target=refuse, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("ask", ["read", "write"])
def test_a_server_that_speaks_no_tls(client, clock, ask):
    with plain_http() as host:
        error = caught(lambda: getattr(client(f"https://{host}"), ask)("GET", "/x"))
    assert (type(error), error.kind, error.retryable, clock.pauses) == (Halt, "bad_input", False, [])
    assert "api_url" in error.hint


@contextmanager
def hanging_up(hang_up):
    """A server that does this to the first two connections instead of a handshake of TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            for _number in range(2):
                connection, _address = server.accept()
                with connection:
                    hang_up(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield f"https://127.0.0.1:{server.getsockname()[1]}"


def reset_at_once(connection):
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


HANDSHAKES = {
    "closed": lambda connection: connection.recv(4096),
    "reset": reset_at_once,
    "refused by an alert": lambda connection: connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28"),
    "silent": lambda connection: connection.recv(4096) and connection.recv(4096),
}


@pytest.mark.parametrize("how", HANDSHAKES)
def test_a_write_whose_handshake_broke_was_not_sent_and_is_repeated(client, clock, how):
    with hanging_up(HANDSHAKES[how]) as url:
        error = caught(lambda: client(url, retries=1, timeout=0.3).write("POST", "/x", {}))
    assert (type(error), error.kind, error.retryable) == (Halt, "unreachable", True)
    assert "cannot be reached" in error.message and len(clock.pauses) == 1


def clear_text(connection):
    """Say something in clear text on a secure connection."""
    socket.socket(fileno=connection.detach()).sendall(answer())


@pytest.mark.parametrize("broken", [CUT, reset, clear_text], ids=["cut", "reset", "clear text"])
def test_a_write_on_a_secure_connection_that_breaks_is_unclear(client, authority, broken):
    path, context = authority
    with serving(broken, tls=context("127.0.0.1")) as server:
        error = caught(lambda: client(server.url, ca_path=path).write("POST", "/x", {}))
    assert isinstance(error, Unclear)
    assert server.lines == ["POST /x HTTP/1.1"]


# Secrets


@pytest.mark.parametrize("status", [200, 404, 429, 500])
@pytest.mark.parametrize(
    "shown", [SECRET, "t0k%2Fen%2Bs3cret", f"<script>x</script><p>{SECRET}</p>", f"{'x' * 190}{SECRET}"]
)
def test_a_service_that_repeats_a_secret_does_not_get_it_into_an_error(client, status, shown):
    http_client = client(retries=0)
    with wire(says(body=f"bad key {shown}", status=status)):
        try:
            error = http_client.foreign(http_client.read("GET", "/x"))
        except RollcallError as trouble:
            error = trouble
    # The answer itself is data; what is said about it is not.
    assert SECRET[:6] not in everything_said(error)
    assert "t0k%2F" not in everything_said(error)
    assert ("x" * 190 in shown) or MASK in error.message


def test_a_credential_that_cannot_be_a_header_is_not_repeated(client):
    with wire():
        error = caught(lambda: client(authorize=lambda: {"Authorization": f"{SECRET}\n{SECRET}"}).write("POST", "/x"))
    assert error.kind == "bad_input"
    assert SECRET not in everything_said(error)
    assert error.__suppress_context__


# Without requests


def test_a_python_without_requests(client, monkeypatch):
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(MissingLibrary):
        client()
