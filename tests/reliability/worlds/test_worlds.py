# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random worlds in random weather, the same in every run, of which CI plays half; `make soak` plays others."""

from __future__ import annotations

from collections import Counter

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability.record import record
from ansible_collections.rollcall.collaborators.tests.reliability.worlds.laws import (
    ANY_WEATHER,
    CLEAR_WEATHER,
    info_is_complete_or_says_that_it_is_not,
)
from ansible_collections.rollcall.collaborators.tests.reliability.worlds.machine import ANY, FULL, SMALL, play
from ansible_collections.rollcall.collaborators.tests.reliability.worlds.stages import STAGES
from ansible_collections.rollcall.collaborators.tests.unit.plugins.patience import USUAL
from hypothesis import settings

# In CI; elsewhere twice as many.
WORLDS = {SMALL: 15, ANY: 10, FULL: 1}
TIMES = 2 * settings.default.max_examples // USUAL
# What these worlds come to, on each service; exactly how much depends on the version of Hypothesis.
AT_LEAST = {"runs": 150, "faults": 40, "writes": 600, "tasks for all 40 projects": 1}
AT_LEAST |= {"looks": 10, "worlds with pages": 6, "restless worlds": 3}


@pytest.fixture(scope="module")
def services():
    """Those that were played; all three make the page."""
    played = []
    yield played
    if played == list(STAGES):
        laws = {
            "in any weather": ANY_WEATHER,
            "in clear weather": CLEAR_WEATHER,
            "when somebody only looks": [info_is_complete_or_says_that_it_is_not],
        }
        facts = {
            "services": played,
            "worlds on each": sum(WORLDS.values()),
            "worlds of full size on each": {"worlds": WORLDS[FULL], "projects": 40, "people": 60},
            "at least on each": AT_LEAST,
            "laws": {when: [law.__name__.replace("_", " ") for law in checked] for when, checked in laws.items()},
        }
        record("worlds", facts)


@pytest.mark.parametrize("service", STAGES)
def test_the_laws_hold_in_random_worlds(servers, services, clock, service):
    tally = Counter()
    for size, worlds in WORLDS.items():
        tally += play(STAGES[service](servers[service]), size, worlds * TIMES, derandomize=True)
    print(dict(tally))
    assert tally["worlds"] >= sum(WORLDS.values()) * TIMES
    assert {what: tally[what] for what, least in AT_LEAST.items() if tally[what] < least} == {}
    services.append(service)
