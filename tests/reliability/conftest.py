# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three services on loopback, for all tests of this folder."""

from __future__ import annotations

import pytest
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import serving_sides, stop_time


@pytest.fixture(scope="session")
def servers():
    with serving_sides() as sides:
        yield sides


@pytest.fixture
def sides(servers):
    """The three services as they were seeded: name -> Side."""
    for side in servers.values():
        side.reset()
    return servers


@pytest.fixture
def clock(monkeypatch):
    """Pauses of the modules take no time."""
    return stop_time(monkeypatch)
