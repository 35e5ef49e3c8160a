# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenes, and the count of what was tried on them, for all tests of this folder."""

from __future__ import annotations

import signal
from collections import Counter

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability import record
from ansible_collections.rollcall.collaborators.tests.reliability.concurrency import scene


@pytest.fixture(scope="session", autouse=True)
def heard():
    """Ctrl-C reaches the processes of the tests, also where these run in the background and ignore it themselves."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.fixture(scope="session")
def served():
    with scene.scenes() as served:
        yield served


@pytest.fixture
def scenes(served):
    """The services as they were seeded: name -> Scene."""
    for one in served.values():
        one.reset()
    return served


@pytest.fixture(scope="session")
def count():
    """What was tried -> how often; left for the documentation page."""
    count = Counter()
    yield count
    record.record("concurrency", count)
