# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pace of a crowd of workers, simulated: who sends when, and what a service with a limit lets through."""

from __future__ import annotations

import heapq
from bisect import bisect

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.pace import PATIENCE, Pace


class Now:
    """Seconds since the start of a simulation."""

    seconds = 0.0

    def __call__(self):
        return self.seconds


class Service:
    """Lets so many requests through in any second; the others are to come again after `retry_after` seconds."""

    def __init__(self, limit, retry_after=1.0):
        self.limit = limit
        self.retry_after = retry_after
        self.passed = []
        self.throttled = []

    def takes(self, now):
        if len(self.passed) - bisect(self.passed, now - 1) < self.limit:
            self.passed.append(now)
            return True
        self.throttled.append(now)
        return False


def simulate(pace, now, service, seconds, workers=8, latency=0.05):
    """Workers that ask, one request after the other, until the time is over."""
    asking = [(now.seconds, number) for number in range(workers)]
    end = now.seconds + seconds
    while asking[0][0] < end:
        now.seconds, worker = heapq.heappop(asking)
        wait = pace.take()
        if not wait:
            if service.takes(now.seconds):
                pace.let_through()
            else:
                pace.throttled(service.retry_after)
        heapq.heappush(asking, (now.seconds + (wait or latency), worker))


def test_without_a_limit_nobody_waits():
    now = Now()
    pace, service = Pace(None, now), Service(limit=10**6)
    simulate(pace, now, service, seconds=1)
    assert len(service.passed) == 160


@pytest.mark.parametrize("most", [0.5, 3, 20, 70])
def test_a_limit_that_is_known_is_kept_and_used(most):
    now = Now()
    pace, service = Pace(most, now), Service(limit=10**6)
    simulate(pace, now, service, seconds=60)
    assert len(service.passed) == pytest.approx(60 * most, rel=0.02, abs=1)
    assert all(later - earlier > 0.5 / most for earlier, later in zip(service.passed, service.passed[1:]))


@pytest.mark.parametrize("limit", [5, 20, 50])
def test_a_limit_that_is_not_known_is_found_and_filled(limit):
    now = Now()
    pace, service = Pace(None, now), Service(limit)
    simulate(pace, now, service, seconds=300)
    assert len(service.passed) >= 0.9 * 300 * limit
    assert len(service.throttled) < 100


def test_everybody_waits_as_long_as_one_was_asked_to():
    now = Now()
    pace, service = Pace(None, now), Service(limit=20, retry_after=7)
    simulate(pace, now, service, seconds=7)
    first = service.throttled[0]
    # What was on its way at that moment is throttled as well.
    assert all(first <= moment < first + 0.05 for moment in service.throttled)
    assert not any(first + 0.05 < moment < first + 7 for moment in service.passed)


def test_when_the_limit_is_gone_the_run_is_soon_as_fast_as_ever():
    now = Now()
    pace, service = Pace(None, now), Service(limit=20)
    simulate(pace, now, service, seconds=20)
    assert len(service.passed) < 25 * 20
    service.limit = 10**6
    simulate(pace, now, service, seconds=PATIENCE + 10)
    # 8 workers with a latency of 50 ms cannot send more than about 160 a second.
    assert len([moment for moment in service.passed if moment > now.seconds - 1]) >= 159


def test_a_known_limit_stays_one_after_throttling():
    now = Now()
    pace, service = Pace(10, now), Service(limit=5)
    simulate(pace, now, service, seconds=20)
    service.limit = 10**6
    simulate(pace, now, service, seconds=PATIENCE + 30)
    assert len([moment for moment in service.passed if moment > now.seconds - 10]) == pytest.approx(100, abs=1)
