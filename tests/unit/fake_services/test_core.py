# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The common base of the fakes, over real sockets, with a service made up for these tests."""

from __future__ import annotations

import http.client
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
import requests
from ansible_collections.rollcall.collaborators.tests.fake_services import limit
from ansible_collections.rollcall.collaborators.tests.fake_services.core import FakeService, answer
from ansible_collections.rollcall.collaborators.tests.fake_services.faults import KINDS
from ansible_collections.rollcall.collaborators.tests.fake_services.server import running
from starlette.responses import Response

WORLD = {"items": ["first"]}
KEY = {"X-Key": "example-key"}


class Shelf(FakeService):
    """GET shows what was asked and the items, POST adds the body's `item`, both with a key.

    /empty has no body, /broken is a bug.
    """

    name = "shelf"
    api_path = "/api"
    switches = {"missing": (404, 410), "greeting": ("none", "hello")}

    def load(self, world):
        self.items = list(world["items"])
        self.key_expired = False

    def state(self):
        return {"items": self.items}

    def credentials(self):
        return {"key": KEY["X-Key"]}

    def handle(self, call):
        if call.path == "/broken":
            raise RuntimeError("on purpose")
        if call.headers.get("x-key") != KEY["X-Key"] or self.key_expired:
            return answer({"error": "key"}, 401)
        call.caller = "owner"
        if call.path == "/missing":
            return answer({}, self.switch["missing"])
        if call.path == "/empty":
            return Response(status_code=204)
        if call.method == "POST" and call.body["item"] not in self.items:
            self.items.append(call.body["item"])
            call.changed = True
        return answer({"path": call.path, "query": call.query, "body": call.body, "items": self.items})

    def race(self, change):
        self.items.append(change["item"])

    def expire(self, call):
        self.key_expired = True


@pytest.fixture(scope="module")
def shelf_url():
    with running(Shelf(WORLD)) as (url,):
        yield url


@pytest.fixture
def url(shelf_url):
    control(shelf_url, "PUT", "seed", WORLD)
    return shelf_url


def control(url, method, path, body=None):
    response = requests.request(method, f"{url}/_fake/{path}", json=body, timeout=5)
    assert response.status_code == 200, response.text
    return response.json()


def journal(url):
    return control(url, "GET", "journal")["requests"]


def items(url):
    return control(url, "GET", "state")["items"]


def add(url, item="second", headers=None, timeout=5, **options):
    everything = {**KEY, **(headers or {})}
    return requests.post(f"{url}/items", json={"item": item}, headers=everything, timeout=timeout, **options)


def get(url, path="/items", headers=None, **options):
    return requests.get(url + path, headers={**KEY, **(headers or {})}, timeout=5, **options)


def refused(url, method, path, body):
    response = requests.request(method, f"{url}/_fake/{path}", json=body, timeout=5)
    assert response.status_code == 400
    return response.text


# Requests as a handler sees them


@pytest.mark.parametrize("path", ["/a//b///", "/owner%2Fname", "/jay%2Btest.doe", "/jay+test.doe", "/%5Fa%20b", "/"])
def test_handler_and_journal_get_the_path_as_sent(url, path):
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    connection.request("GET", path + "?a=1&b=", headers=KEY)
    seen = json.loads(connection.getresponse().read())
    connection.close()
    assert (seen["path"], seen["query"]) == (path, {"a": "1", "b": ""})
    assert (journal(url)[0]["path"], journal(url)[0]["query"]) == (path, {"a": "1", "b": ""})


@pytest.mark.parametrize(
    "content_type, sent, seen",
    [
        ("application/json", '{"item": ["x", true]}', {"item": ["x", True]}),
        ("application/json; charset=utf-8", '{"item": 1}', {"item": 1}),
        ("application/vnd.hth.v1+json", "[1]", [1]),
        ("application/json", "{not json", "{not json"),
        ("application/x-www-form-urlencoded", "item=a%2Bb&flag=", {"item": "a+b", "flag": ""}),
        ("text/plain", '{"item": 1}', '{"item": 1}'),
        (None, "plain", "plain"),
        ("application/json", "", None),
    ],
)
def test_body(url, content_type, sent, seen):
    response = get(url, data=sent, headers={"Content-Type": content_type})
    assert response.json()["body"] == seen
    assert journal(url)[0]["body"] == seen
    assert journal(url)[0]["headers"]["content-type"] == content_type


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "POST", "PURGE"])
def test_any_method_reaches_the_handler(url, method):
    response = requests.request(method, url, headers=KEY, json={"item": "first"}, timeout=5)
    assert response.status_code == 200
    assert (response.content == b"") == (method == "HEAD")
    assert journal(url)[0]["method"] == method
    assert journal(url)[0]["mutating"] == (method not in ("GET", "HEAD", "OPTIONS"))


def test_a_bug_of_a_fake_is_an_answer_and_a_traceback(url, capfd):
    response = get(url, "/broken")
    assert (response.status_code, "on purpose" in response.text) == (500, True)
    assert "RuntimeError: on purpose" in capfd.readouterr().err


# Journal


def test_journal_entry(url):
    add(url, headers={"User-Agent": "tester", "Accept": "application/json", "Cookie": "a=b"})
    assert journal(url) == [
        {
            "n": 1,
            "method": "POST",
            "path": "/items",
            "query": {},
            "headers": {
                "user-agent": "tester",
                "accept": "application/json",
                "content-type": "application/json",
                "cookie": True,
            },
            "body": {"item": "second"},
            "status": 200,
            "mutating": True,
            "changed": True,
            "caller": "owner",
        }
    ]


def test_journal_tells_mutating_from_changed_and_who_called(url):
    get(url)
    add(url, "first")
    add(url, "second")
    requests.get(url, timeout=5)
    columns = ("n", "mutating", "changed", "caller", "status")
    assert [tuple(entry[column] for column in columns) for entry in journal(url)] == [
        (1, False, False, "owner", 200),
        (2, True, False, "owner", 200),
        (3, True, True, "owner", 200),
        (4, False, False, None, 401),
    ]


def test_journal_masks_secrets_at_any_depth(url):
    get(url, "/x?account_key=k1&limit=2", json={"login": "ann", "password": "k2", "inner": [{"Token": "k3"}]})
    (entry,) = journal(url)
    assert entry["query"] == {"account_key": "***", "limit": "2"}
    assert entry["body"] == {"login": "ann", "password": "***", "inner": [{"Token": "***"}]}


def test_journal_can_be_emptied_and_leaves_the_rest_alone(url):
    add(url)
    control(url, "DELETE", "journal")
    assert journal(url) == []
    assert items(url) == ["first", "second"]


# State, seed, reset, switches, latency


def test_reset_goes_back_to_the_last_seed_in_everything(url):
    control(url, "PUT", "seed", {"items": ["seeded"]})
    add(url)
    control(url, "PATCH", "switches", {"missing": 410})
    control(url, "PUT", "clock", {"seconds": 86400})
    control(url, "PUT", "limit", {"requests_per_second": 1})
    get(url)
    control(url, "POST", "faults", {"fault": "status", "status": 503})
    # Longer than `get` waits.
    control(url, "PUT", "latency", {"seconds": 60})
    control(url, "POST", "reset")
    response = get(url)
    assert response.json()["items"] == ["seeded"]
    assert abs(seconds_ahead(response)) < 3600
    assert control(url, "GET", "switches") == {"missing": 404, "greeting": "none"}
    assert len(journal(url)) == 1


def test_a_seed_that_cannot_be_loaded_is_refused_and_the_old_one_stays(url):
    assert "not a world of shelf" in refused(url, "PUT", "seed", {"books": []})
    assert items(url) == ["first"]


def test_switches(url):
    assert control(url, "PATCH", "switches", {"missing": 410}) == {"missing": 410, "greeting": "none"}
    assert get(url, "/missing").status_code == 410


@pytest.mark.parametrize(
    "values, listed",
    [
        ({"greeting": "hello", "colour": "red"}, "missing, greeting"),
        ({"greeting": "hello", "missing": 500}, "[404, 410]"),
        (["missing"], "{name: value}"),
    ],
)
def test_unknown_switches_and_values_are_refused_with_those_that_exist(url, values, listed):
    assert listed in refused(url, "PATCH", "switches", values)
    assert control(url, "GET", "switches") == {"missing": 404, "greeting": "none"}


def test_latency_delays_each_request_and_lets_others_pass(url):
    control(url, "PUT", "latency", {"seconds": 0.4})
    started = time.monotonic()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _number: get(url).status_code, range(10)))
    spent = time.monotonic() - started
    assert answers == [200] * 10
    # Two at a time they would take 2 seconds.
    assert 0.4 <= spent < 2


@pytest.mark.parametrize("latency", [{"seconds": -1}, {"seconds": "1"}, {}, [1]])
def test_bad_latency_is_refused(url, latency):
    assert "seconds" in refused(url, "PUT", "latency", latency)


def test_a_limit_counts_and_refuses_what_is_above_it_in_any_second(url, monkeypatch):
    control(url, "PUT", "limit", {"requests_per_second": 2})
    answers = []
    for second in (10.0, 10.9, 10.9, 11.0, 11.1):
        monkeypatch.setattr(limit, "monotonic", lambda second=second: second)
        answers.append(add(url))
    assert [response.status_code for response in answers] == [200, 200, 429, 200, 429]
    assert [response.headers.get("Retry-After") for response in answers] == [None, None, "1", None, "1"]
    assert control(url, "GET", "limit") == {"accepted": 3, "refused": 2, "seconds": 1.0}
    assert [entry["status"] for entry in journal(url)] == [200, 200, 429, 200, 429]


@pytest.mark.parametrize("wrong", [{"requests_per_second": 0}, {"requests_per_second": "20"}, {}, [20]])
def test_a_bad_limit_is_refused(url, wrong):
    assert "requests_per_second" in refused(url, "PUT", "limit", wrong)


@pytest.mark.parametrize("days", [-1, 2])
def test_the_clock_of_the_service_can_be_wrong(url, days):
    control(url, "PUT", "clock", {"seconds": days * 86400})
    assert abs(seconds_ahead(get(url)) - days * 86400) < 3600


def seconds_ahead(response):
    """By how much the service's clock is ahead of this machine's, to its own answer."""
    return parsedate_to_datetime(response.headers["Date"]).timestamp() - time.time()


@pytest.mark.parametrize("clock", [{"seconds": "1"}, {}, [1]])
def test_a_bad_clock_is_refused(url, clock):
    assert "seconds" in refused(url, "PUT", "clock", clock)


@pytest.mark.parametrize("method, path", [("GET", "nothing"), ("GET", "reset"), ("POST", "state")])
def test_unknown_control_answers_with_those_that_exist(url, method, path):
    response = requests.request(method, f"{url}/_fake/{path}", timeout=5)
    assert response.status_code == 404
    assert "PUT /_fake/seed" in response.text


def test_control_takes_no_bad_json(url):
    response = requests.put(f"{url}/_fake/seed", data="{", timeout=5)
    assert response.status_code == 400


# Faults


@pytest.mark.parametrize("when, left", [("before", ["first"]), ("after", ["first", "second"])])
def test_fault_status(url, when, left):
    fault = {"status": 429, "headers": {"Retry-After": "7"}, "body": "<p>slow down</p>", "when": when}
    control(url, "POST", "faults", {"fault": "status", **fault})
    response = add(url)
    assert (response.status_code, response.text) == (429, "<p>slow down</p>")
    assert (response.headers["Retry-After"], response.headers["Content-Type"]) == ("7", "text/html; charset=utf-8")
    assert items(url) == left
    assert (journal(url)[0]["status"], journal(url)[0]["changed"]) == (429, when == "after")


@pytest.mark.parametrize("when, left", [("before", ["first"]), ("after", ["first", "second"])])
@pytest.mark.parametrize(
    "body, content_type, text, answered_type",
    [
        ({"success": False}, None, '{"success": false}', "application/json"),
        ('{"success": tr', "application/json", '{"success": tr', "application/json"),
        ("", None, "", "text/html; charset=utf-8"),
    ],
)
def test_fault_body(url, when, left, body, content_type, text, answered_type):
    control(url, "POST", "faults", {"fault": "body", "body": body, "content_type": content_type, "when": when})
    response = add(url)
    assert (response.status_code, response.text, response.headers["Content-Type"]) == (200, text, answered_type)
    assert items(url) == left


def test_fault_redirect(url):
    control(url, "POST", "faults", {"fault": "redirect", "location": "https://elsewhere.example/x", "status": 307})
    response = add(url, allow_redirects=False)
    assert (response.status_code, response.headers["Location"]) == (307, "https://elsewhere.example/x")
    assert items(url) == ["first"]


@pytest.mark.parametrize("when, left", [("before", ["first"]), ("after", ["first", "second"])])
def test_fault_cut(url, when, left):
    control(url, "POST", "faults", {"fault": "cut", "when": when})
    with pytest.raises(requests.ConnectionError, match="closed connection without response"):
        add(url)
    assert items(url) == left
    assert (journal(url)[0]["status"], journal(url)[0]["changed"]) == (None, when == "after")
    assert add(url).status_code == 200


@pytest.mark.parametrize("when, left", [("before", ["first"]), ("after", ["first", "second"])])
def test_fault_cut_by_a_reset(url, when, left):
    control(url, "POST", "faults", {"fault": "cut", "how": "reset", "when": when})
    with pytest.raises(requests.ConnectionError, match="Connection reset by peer"):
        add(url)
    assert items(url) == left


@pytest.mark.parametrize(
    "change, shown",
    [
        ({"set": {"/items": []}}, {"items": []}),
        ({"set": {"/items/-1": "else", "/more": 1}}, {"items": ["first", "else"], "more": 1}),
        ({"set": {"/items/*": "same"}}, {"items": ["same", "same"]}),
        ({"remove": ["/items/-1"]}, {"items": ["first"]}),
        ({"set": {"/body/item": {"a": [{"b": 1}]}}, "remove": ["/body/item/a/*/b"]}, {"body": {"item": {"a": [{}]}}}),
    ],
)
def test_fault_edit_changes_the_answer_to_a_request_that_was_carried_out(url, change, shown):
    control(url, "POST", "faults", {"fault": "edit", **change})
    response = add(url)
    assert {key: value for key, value in response.json().items() if key in shown} == shown
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    assert items(url) == ["first", "second"]


def test_fault_edit_of_a_place_that_is_not_there_is_seen(url, capfd):
    control(url, "POST", "faults", {"fault": "edit", "remove": ["/nothing"]})
    assert "KeyError" in add(url).text
    assert "KeyError" in capfd.readouterr().err


def test_fault_repeat_gives_the_last_answer_of_the_same_method_and_path_again(url):
    control(url, "POST", "faults", {"fault": "repeat", "path": "items", "after": 1})
    pages = [get(url, "/items?page=1").json(), get(url, "/other?page=2").json(), get(url, "/items?page=2").json()]
    assert [(page["path"], page["query"]["page"]) for page in pages] == [
        ("/items", "1"),
        ("/other", "2"),
        ("/items", "1"),
    ]


def test_fault_repeat_without_anything_to_repeat_changes_nothing(url):
    control(url, "POST", "faults", {"fault": "repeat"})
    assert get(url, "/items?page=1").json()["query"] == {"page": "1"}


def test_fault_truncated_sends_half_of_the_real_answer_of_a_request_that_was_carried_out(url):
    control(url, "POST", "faults", {"fault": "truncated"})
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        add(url)
    assert items(url) == ["first", "second"]
    whole = get(url, "/items").content
    control(url, "POST", "faults", {"fault": "truncated"})
    received = received_on_a_socket(url, "/items")
    head, _blank, body = received.partition(b"\r\n\r\n")
    assert f"content-length: {len(whole)}".encode() in head
    assert body == whole[: len(whole) // 2]


def test_fault_truncated_of_an_answer_without_a_body_leaves_none(url):
    control(url, "POST", "faults", {"fault": "truncated"})
    assert received_on_a_socket(url, "/empty") == b"HTTP/1.1"
    assert get(url, "/empty").status_code == 204


def received_on_a_socket(url, path):
    """All bytes until the server closes the connection."""
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=5) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Key: {KEY['X-Key']}\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(4096), b""))


@pytest.mark.parametrize("when, left_meanwhile", [("before", ["first"]), ("after", ["first", "second"])])
def test_fault_slow(url, when, left_meanwhile):
    control(url, "POST", "faults", {"fault": "slow", "seconds": 0.3, "when": when})
    with pytest.raises(requests.ReadTimeout):
        add(url, timeout=0.1)
    assert items(url) == left_meanwhile
    deadline = time.monotonic() + 2
    while journal(url)[0]["status"] is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert items(url) == ["first", "second"]


def test_fault_slow_ends_when_the_faults_are_removed(url):
    control(url, "POST", "faults", {"fault": "slow", "seconds": 60})
    with pytest.raises(requests.ReadTimeout):
        add(url, timeout=0.1)
    control(url, "DELETE", "faults")
    deadline = time.monotonic() + 5
    while journal(url)[0]["status"] is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert items(url) == ["first", "second"]


@pytest.mark.parametrize("status", [None, 504])
def test_fault_late(url, monkeypatch, status):
    clock = [100.0]
    monkeypatch.setattr(FakeService, "elapsed", lambda _self: clock[-1])
    control(url, "POST", "faults", {"fault": "late", "seconds": 3, "copies": 2, "status": status})
    if status:
        assert add(url).status_code == status
    else:
        with pytest.raises(requests.ConnectionError):
            add(url)
    for now, there in ((102.9, ["first"]), (103, ["first", "second"]), (106, ["first", "second"])):
        clock.append(now)
        assert items(url) == there
    assert (journal(url)[0]["status"], journal(url)[0]["changed"]) == (status, True)


def test_fault_expired_token_lasts_until_reset(url):
    control(url, "POST", "faults", {"fault": "expired_token", "after": 1})
    assert [get(url).status_code for _number in range(3)] == [200, 401, 401]
    control(url, "POST", "reset")
    assert get(url).status_code == 200


def test_fault_race_changes_the_state_right_before_the_request(url):
    control(url, "POST", "faults", {"fault": "race", "method": "POST", "change": {"item": "theirs"}})
    assert get(url).json()["items"] == ["first"]
    assert add(url).json()["items"] == ["first", "theirs", "second"]
    assert add(url, "third").json()["items"] == ["first", "theirs", "second", "third"]


def test_fault_race_that_the_service_cannot_apply_is_seen(url, capfd):
    control(url, "POST", "faults", {"fault": "race", "change": {}})
    assert "KeyError" in add(url).text
    assert "KeyError" in capfd.readouterr().err


def test_faults_match_by_method_and_path_count_and_give_way_to_the_next(url):
    unavailable = {"fault": "status", "status": 503, "method": "GET", "path": "b%2Fc$", "times": 2, "after": 1}
    control(url, "POST", "faults", unavailable)
    control(url, "POST", "faults", {"fault": "status", "status": 429, "path": "b%2Fc"})
    assert requests.post(f"{url}/b%2Fc", json={"item": "x"}, headers=KEY, timeout=5).status_code == 429
    assert get(url, "/b").status_code == 200
    assert [get(url, "/b%2Fc").status_code for _number in range(4)] == [200, 503, 503, 200]


def test_faults_can_be_removed(url):
    control(url, "POST", "faults", {"fault": "status", "status": 503, "times": 9})
    assert get(url).status_code == 503
    control(url, "DELETE", "faults")
    assert get(url).status_code == 200


@pytest.mark.parametrize(
    "fault, listed",
    [
        ({"fault": "explode"}, ", ".join(KINDS)),
        (["cut"], "status, body, redirect"),
        ({"fault": "status"}, "required: status"),
        ({"fault": "cut", "seconds": 1}, "cut takes method, path, times, after, when, how"),
        ({"fault": "cut", "when": "during"}, "before, after"),
        ({"fault": "cut", "how": "gently"}, "close, reset"),
        ({"fault": "cut", "path": "("}, "regular expression"),
    ],
)
def test_a_fault_that_is_not_understood_is_refused(url, fault, listed):
    assert listed in refused(url, "POST", "faults", fault)
    assert get(url).status_code == 200


# Server


def test_services_have_ports_of_their_own_and_stop(url):
    with running(Shelf({"items": ["a"]}), Shelf({"items": ["b"]})) as urls:
        assert [get(one).json()["items"] for one in urls] == [["a"], ["b"]]
    for one in urls:
        with pytest.raises(requests.ConnectionError):
            get(one)


def test_the_port_can_be_chosen():
    port = two_free_ports()
    with running(Shelf(WORLD), Shelf(WORLD), port=port) as urls:
        assert urls == [f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}"]
        assert [get(one).status_code for one in urls] == [200, 200]


def test_a_taken_port_is_an_error_and_frees_the_others():
    port = two_free_ports()
    with socket.create_server(("127.0.0.1", port + 1)):
        with pytest.raises(OSError), running(Shelf(WORLD), Shelf(WORLD), port=port):
            pytest.fail("started on a taken port")
        with running(Shelf(WORLD), port=port) as (one,):
            assert get(one).status_code == 200


def two_free_ports():
    """A port that is free together with the next one."""
    for _attempt in range(50):
        with socket.create_server(("127.0.0.1", 0)) as first:
            port = first.getsockname()[1]
            try:
                socket.create_server(("127.0.0.1", port + 1)).close()
            except OSError:
                continue
        return port
    raise AssertionError("no two free ports side by side")


def test_answers_on_a_kept_connection_are_not_delayed(url):
    with requests.Session() as session:
        assert min(seconds_for_five(session, url) for _attempt in range(3)) < 0.1


def seconds_for_five(session, url):
    """With Nagle's algorithm each of them takes 0.04 s."""
    started = time.monotonic()
    for _number in range(5):
        session.get(url, headers=KEY, timeout=5)
    return time.monotonic() - started
