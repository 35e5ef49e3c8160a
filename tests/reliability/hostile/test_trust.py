# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials go to the configured address and nowhere else, whatever answers, links and the environment say."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.dialogues import (
    DIALOGUES,
    QFIELD,
    SECRET,
    SERVICES,
    WRITES,
    hold,
    said,
)
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.test_answers import each_operation
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.test_strings import STRINGS
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils._transport.loopback import (
    answer,
    serving,
)

each_service = pytest.mark.parametrize("service", SERVICES)
each_module = pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
COOKIES = ["Set-Cookie: session=s3ssion; Path=/", "Set-Cookie: other=s3ssion; Domain=127.0.0.1; Path=/"]

# What a server may put where an address belongs; {here} is its own host and port, {there} those of another server.
ADDRESSES = {
    "the same host": "http://{here}/api/elsewhere/",
    "the same host, a path only": "/api/elsewhere/",
    "another port": "http://{there}/api/",
    "another port, with its password": "http://john_doe:s3cret@{there}/api/",
    "this host as user info": "http://{here}@{there}/api/",
    "no scheme": "//{there}/api/",
    "three slashes": "///{there}/api/",
    "backslashes": "http:\\\\{there}\\api\\",
    "TLS": "https://{there}/api/",
    "another scheme": "ftp://{there}/api/",
    "a file": "file:///etc/passwd",
    "a name for loopback": "http://localhost:{port}/api/",
    "another spelling of loopback": "http://2130706433:{port}/api/",
    "no address": "http://[::1",
    "no port": "http://127.0.0.1:port/",
    "nothing": "",
    "a line break": "http://{there}/api/\u2028http://{here}/",
}
each_address = pytest.mark.parametrize("address", ADDRESSES, ids=lambda name: name.replace(" ", "_").replace(",", ""))


def written(address, server, elsewhere):
    port = elsewhere.server_address[1]
    return ADDRESSES[address].format(here=server.host, there=elsewhere.host, port=port)


@each_operation
def test_redirects_are_not_followed(server, elsewhere, clock, tally, name, operation):
    """Neither on reads nor on writes, whatever kind they are of."""
    dialogue = DIALOGUES[name]

    def law(redirect):
        result = dialogue.perform(server, {operation: redirect})
        tally["redirects"] += 1
        sent = dialogue.sent(server)
        assert result["error"]["kind"] in ("redirect", "unclear")
        assert set(sent) <= set(dialogue.exchanges)
        # There are two removals.
        assert sent.count(operation) <= {"remove": 4}.get(operation, 2 if operation in WRITES else 1)

    addresses = [written(address, server, elsewhere) for address in ("another port", "the same host")]
    statuses = [300, 301, 302, 303, 307, 308]
    redirects = {
        (status, to): said({}, f"{status} Moved", f"Location: {to}", *COOKIES)
        for status in statuses
        for to in addresses
    }
    hold(law, redirects)


@each_service
@each_address
def test_where_redirects_lead(server, elsewhere, clock, tally, service, address):
    location = f"Location: {written(address, server, elsewhere)}"
    dialogue = SERVICES[service]
    result = dialogue.perform(server, {"list": said({}, "302 Found", location.encode().decode("latin-1"), *COOKIES)})
    tally["redirects"] += 1
    assert (result["error"]["kind"], dialogue.sent(server)[-1]) == ("redirect", "list")


@each_address
@pytest.mark.parametrize("place", ["body", "header"])
def test_where_next_links_lead(server, elsewhere, clock, tally, address, place):
    """A next page is asked of the configured address or not at all (contract QFieldCloud 6)."""
    link = written(address, server, elsewhere) + "?page=2"
    exchange = QFIELD.exchanges["list"]
    if place == "body":
        bad = said({**exchange.body, "next": link}, "200 OK", *COOKIES)
    else:
        header = f"X-Next-Page: {link}".encode().decode("latin-1")
        bad = said(exchange.body["results"], "200 OK", header, *COOKIES)
    result = QFIELD.perform(server, {"list": bad})
    tally["next links"] += 1
    assert set(QFIELD.sent(server)) <= set(QFIELD.exchanges)
    if result["failed"]:
        assert result["error"]["kind"] == "bad_answer"
        assert not set(QFIELD.sent(server)) & set(WRITES)


@each_service
def test_cookies_go_back_to_the_service_only(server, elsewhere, clock, service):
    dialogue = SERVICES[service]
    exchange = dialogue.exchanges["list"]
    dialogue.perform(server, {"list": said(exchange.body, exchange.status, *COOKIES)})
    assert any("s3ssion" in (request.header("Cookie") or "") for request in server.requests)
    dialogue.perform(elsewhere)
    assert [request.header("Cookie") for request in elsewhere.requests if request.header("Cookie")] == []
    elsewhere.requests.clear()


@each_service
@each_module
def test_netrc_does_not_replace_the_credentials(server, clock, monkeypatch, tmp_path, service, many):
    usual = SERVICES[service].ask(server, many)
    headers = [request.header("Authorization").split(" ")[0] for request in server.requests]
    netrc = tmp_path / ".netrc"
    netrc.write_text(
        "machine 127.0.0.1 login john_doe password s3cretOfNetrc\ndefault login x password s3cretOfNetrc\n"
    )
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    assert SERVICES[service].ask(server, many) == usual
    assert [request.header("Authorization").split(" ")[0] for request in server.requests] == headers
    assert not [request for request in server.requests if "john_doe" in request.head]


@each_service
@each_module
def test_a_proxy_sees_no_credential_of_a_task_that_uses_https(server, clock, monkeypatch, service, many):
    with serving(answer("", "502 Bad Gateway")) as proxy:
        for name in ("https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        result = SERVICES[service].ask(server, many, api_url="https://service.example/api", retries=0)
    assert (result["error"]["kind"], server.requests) == ("unreachable", [])
    assert proxy.lines
    assert {request.line.rpartition(" ")[0] for request in proxy.requests} == {"CONNECT service.example:443"}
    assert {request.header("Authorization") for request in proxy.requests} == {None}


# Addresses that would send credentials in the clear, or hold some.
REFUSED = [
    "http://service.example/api",
    "HTTP://service.example/api",
    "http://10.0.0.1/",
    "http://0.0.0.0/",
    "http://127.0.0.1.service.example/",
    "http://localhost.service.example/",
    "http://[::ffff:10.0.0.1]/",
    f"https://john_doe:{SECRET}@service.example/",
    f"https://{SECRET}@service.example/",
    f"https://:{SECRET}@service.example/",
    "https://@service.example/",
    f"https://service.example/?token={SECRET}",
    f"https://service.example/#{SECRET}",
    "https://service.example\\@{there}/",
    "https://service.example/\r\nX-Evil: 1",
    "ftp://service.example/",
    "service.example",
]


@each_service
@each_module
@pytest.mark.parametrize("url", REFUSED)
def test_addresses_that_are_refused(server, elsewhere, clock, monkeypatch, tally, service, many, url):
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, elsewhere.url)
    result = SERVICES[service].ask(server, many, api_url=url.format(there=elsewhere.host))
    tally["addresses"] += 1
    assert (result["error"]["kind"], server.requests) == ("bad_input", [])
    assert "api_url" in result["msg"]
    assert SECRET not in result["msg"] + json.dumps(result["error"])


@each_service
@each_module
def test_plain_http_where_it_is_allowed(server, clock, monkeypatch, service, many):
    monkeypatch.setenv("http_proxy", server.url)  # a way to a host that does not exist
    path = SERVICES[service].api_path
    result = SERVICES[service].ask(server, many, api_url=f"http://service.example{path}", allow_http=True)
    assert not result["failed"], result["msg"]
    assert {request.line.split("/")[2] for request in server.requests} == {"service.example"}


CREDENTIALS = [
    (name, option) for name, dialogue in DIALOGUES.items() if "with" not in name for option in dialogue.options
]


def frame(request):
    """What a credential must not change: the first line and which headers there are."""
    first, *headers = request.head.splitlines()
    return first, [header.partition(":")[0] for header in headers]


@pytest.mark.parametrize(("name", "option"), CREDENTIALS)
def test_a_credential_adds_nothing_to_a_request(server, clock, tally, name, option):
    """Sent as a part of one header or of the body, or refused with the name of its option."""
    dialogue = DIALOGUES[name]
    dialogue.ask(server)
    usual = list(map(frame, server.requests))

    def law(string):
        result = dialogue.ask(server, **{option: string})
        tally["hostile credentials"] += 1
        if result["failed"]:
            assert (result["error"]["kind"], server.requests) == ("bad_input", [])
            assert option in result["msg"]
            return
        assert list(map(frame, server.requests)) == usual
        for request in server.requests:
            if dialogue.operation(request) == "login":
                # Blanks around a username are not part of it.
                assert json.loads(request.body)[option] in (string, string.strip())

    hold(law, STRINGS)
