# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a long run is: nothing in short ones, then a line every five seconds, from the main thread only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.progress import ProgressLine
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.network import Clock


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def shown(clock):
    """The lines, with the seconds after which they came."""
    return []


@pytest.fixture
def progress(clock, shown):
    begun = clock()
    return ProgressLine("qfield", lambda line: shown.append((clock() - begun, line)), clock)


def test_a_line_every_five_seconds_after_ten(progress, clock, shown):
    for second in range(1, 22):
        clock.pause(1)
        progress(second * 100, 5000, "projects read")
    assert shown == [
        (10, "qfield: 1,000 of 5,000 projects read"),
        (15, "qfield: 1,500 of 5,000 projects read"),
        (20, "qfield: 2,000 of 5,000 projects read"),
    ]


def test_a_short_run_says_nothing(progress, clock, shown):
    clock.pause(9.9)
    progress(1, 1, "projects read")
    progress.tick()
    assert shown == []


def test_a_run_that_waits_says_where(progress, clock, shown):
    for _second in range(12):
        clock.pause(1)
        progress.tick()
    progress(3, 4, "changes made")
    clock.pause(60)
    progress.tick()
    assert shown == [(10, "qfield: looking up the projects"), (72, "qfield: 3 of 4 changes made")]


def test_another_thread_says_nothing(progress, clock, shown):
    clock.pause(60)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(progress, 1, 2, "projects read").result()
    assert shown == []
    progress.tick()
    assert shown == [(60, "qfield: 1 of 2 projects read")]
