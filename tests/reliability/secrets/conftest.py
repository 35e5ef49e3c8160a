# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test here asks: does anything of this show a credential?"""

from __future__ import annotations

import time

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability.record import record
from ansible_collections.rollcall.collaborators.tests.reliability.secrets.searching import (
    Searcher,
    credentials_in_worlds,
)


@pytest.fixture(scope="session")
def searched():
    """Names of the runs whose outputs were searched; their number is recorded."""
    names = set()
    yield names
    record("secrets", {"credentials": len(credentials_in_worlds()), "runs": len(names)})


@pytest.fixture(scope="module")
def shown(servers):
    """A function: what values show of the credentials of the fakes, and of others (name -> value), since now."""
    begin = int(time.time())

    def look(*values, **others):
        credentials = credentials_in_worlds(*(side.service for side in servers.values()))
        credentials |= {value: name for name, value in others.items()}
        searcher = Searcher(credentials, range(begin, int(time.time()) + 1))
        return [hit for value in values for text in strings(value) for hit in searcher.find(text)]

    return look


def strings(value):
    """All texts inside of a value."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return [text for inner in value for text in strings(inner)]
    return [value] if isinstance(value, str) else []
