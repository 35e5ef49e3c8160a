# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three services on loopback, for the tests of modules in this folder."""

from __future__ import annotations

import pytest
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import serving_sides, stop_time


@pytest.fixture(scope="module")
def servers():
    with serving_sides() as sides:
        yield sides


@pytest.fixture
def sides(servers, monkeypatch):
    """The three services as they were seeded; pauses take no time."""
    stop_time(monkeypatch)
    for side in servers.values():
        side.reset()
    return servers
