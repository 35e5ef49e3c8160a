# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the modules trust: all six, against servers with good and bad certificates."""

from __future__ import annotations

import datetime
import socket
import ssl
from typing import NamedTuple

import pytest
import trustme
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.dialogues import SERVICES
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils._transport.loopback import serving

HERE = "127.0.0.1"
NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
CA = trustme.CA()


def issued(*hosts, **validity):
    """A server whose certificate CA has issued."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CA.issue_cert(*hosts, **validity).configure_cert(tls)
    return tls


def self_signed():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with CA.cert_pem.tempfile() as certificate, CA.private_key_pem.tempfile() as key:
        tls.load_cert_chain(certificate, key)
    return tls


class Case(NamedTuple):
    """A server, how it is addressed, and what comes of it: the words of the error, or none."""

    server: ssl.SSLContext | None
    options: dict[str, object] = {}
    words: tuple[str, ...] = ()
    scheme: str = "https"


KNOWN = {"ca_path": "the authority"}
UNTRUSTED = ("certificate", "ca_path")
CASES = {
    "an unknown authority": Case(issued(HERE), {}, UNTRUSTED),
    "self-signed": Case(self_signed(), {}, UNTRUSTED),
    "another authority": Case(issued(HERE), {"ca_path": "another authority"}, UNTRUSTED),
    "another host": Case(issued("other.example"), KNOWN, (*UNTRUSTED, "host")),
    "a wildcard that does not match": Case(issued("*.0.0.1"), KNOWN, UNTRUSTED),
    "expired": Case(issued(HERE, not_before=NOW - 2 * DAY, not_after=NOW - DAY), KNOWN, ("certificate", "expired")),
    "not yet valid": Case(
        issued(HERE, not_before=NOW + DAY, not_after=NOW + 2 * DAY), KNOWN, ("certificate", "not yet")
    ),
    "known by ca_path": Case(issued(HERE), KNOWN),
    "not verified": Case(issued(HERE), {"validate_certs": False}),
    "not verified, another host": Case(issued("other.example"), {"validate_certs": False}),
    "not verified, expired": Case(issued(HERE, not_after=NOW - DAY), {"validate_certs": False}),
    "TLS to a port that speaks plain http": Case(None, {"timeout": 0.3}, ("api_url",)),
    "plain http to a port that speaks TLS": Case(issued(HERE), {}, ("api_url",), "http"),
}
each_service = pytest.mark.parametrize("service", SERVICES)
each_module = pytest.mark.parametrize("many", [False, True], ids=["one", "many"])


@pytest.fixture(scope="module")
def authorities(tmp_path_factory):
    """What `ca_path` of a case stands for."""
    folder = tmp_path_factory.mktemp("authorities")
    files = {"the authority": CA, "another authority": trustme.CA()}
    for name, ca in files.items():
        ca.cert_pem.write_to_path(str(folder / name))
    return folder


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@each_service
@each_module
@pytest.mark.parametrize("case", CASES, ids=lambda name: name.replace(" ", "_"))
def test_certificates(clock, tally, authorities, service, many, case):
    tls, options, words, scheme = CASES[case]
    if "ca_path" in options:
        options = {**options, "ca_path": str(authorities / options["ca_path"])}
    dialogue = SERVICES[service]
    with serving(tls=tls) as server:
        api_url = f"{scheme}://{server.host}{dialogue.api_path}"
        result = dialogue.ask(server, many, **{"api_url": api_url, "timeout": 5, "retries": 0, **options})
    tally["TLS"] += 1
    assert result["failed"] == bool(words), result["msg"]
    if words:
        assert [word for word in words if word not in result["msg"]] == []
        assert (result["error"]["kind"], server.requests) == ("unreachable", [])
    # A user has to know of it when the task fails, too.
    assert [word for word in result["warnings"] if "validate_certs" in word] == result["warnings"]
    assert len(result["warnings"]) == ("validate_certs" in options)


@each_service
def test_a_server_that_does_not_answer_to_tls(server, clock, tally, service):
    dialogue = SERVICES[service]
    with socket.create_server((HERE, 0)) as silent:
        api_url = f"https://{HERE}:{silent.getsockname()[1]}"
        result = dialogue.ask(server, api_url=api_url, timeout=0.3, retries=0)
    tally["TLS"] += 1
    assert result["error"]["kind"] == "unreachable"
