# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two raw servers, one of which must not be talked to, an empty environment, and the counts of what was tried."""

from __future__ import annotations

from collections import Counter

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability.record import record
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils._transport.loopback import serving

PROXIES = [f"{scheme}_proxy" for scheme in ("http", "https", "all", "no")]
ENVIRONMENT = [*PROXIES, *map(str.upper, PROXIES), "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC"]


@pytest.fixture(scope="module", autouse=True)
def bare_environment(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        for name in ENVIRONMENT:
            patch.delenv(name, raising=False)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def _server():
    with serving() as server:
        yield server


@pytest.fixture
def server(_server):
    """The service; Dialogue.serve tells it what to say."""
    _server.requests.clear()
    return _server


@pytest.fixture
def elsewhere():
    """A server of somebody else; fails the test when anything reaches it."""
    with serving() as other:
        yield other
    assert other.lines == []


@pytest.fixture(scope="session")
def tally():
    """What was tried, counted for the documentation."""
    counts = Counter()
    yield counts
    record("hostile", dict(counts))
