# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Neither a result nor what goes to the system's log shows a credential that the server repeats."""

from __future__ import annotations

from unittest import mock

import pytest
from ansible.module_utils import basic
from ansible_collections.rollcall.collaborators.tests.reliability.bad_input.wrong import right
from ansible_collections.rollcall.collaborators.tests.reliability.secrets.echo import PLACES, echoing
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import SIDES
from ansible_collections.rollcall.collaborators.tests.unit.plugins.running import run

# Signs that every encoding writes in its own way.
PASSWORD = "p4ss\"w'rd \xe9 %2F+&\\ of john"
LOGIN = {"username": "john_doe", "password": PASSWORD}


@pytest.fixture
def log(monkeypatch):
    """What the module writes to the log of the system."""
    lines = []
    monkeypatch.setattr(basic, "has_journal", False)
    with mock.patch.object(basic.syslog, "syslog", lambda _priority, line: lines.append(line)):
        yield lines


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["one", "many", "info"])
@pytest.mark.parametrize("name", [*SIDES, "login"])
def test_what_the_server_repeats_is_masked(sides, clock, log, shown, searched, name, kind, place):
    service = "qfield" if name == "login" else name
    side = sides[service]
    credentials = LOGIN if name == "login" else side.credentials("")
    with echoing(place) as server:
        arguments = {**right(service, kind), **credentials, "api_url": server.url, "retries": 1}
        result = run(getattr(side, kind), **arguments)

    # One module goes on where a service only says no to some project.
    assert result["failed"] or result["unreadable"]
    assert server.requests
    assert any("Invoked with" in line for line in log)
    assert shown(result, log, password=PASSWORD) == []
    searched.add(f"echo {name} {kind} {place}")
