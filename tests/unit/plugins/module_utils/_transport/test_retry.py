# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When to try again: the deadline, backoff within its bounds, and every form of Retry-After."""

from __future__ import annotations

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.retry import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    Deadline,
    backoff,
    retry_after,
)
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.network import Clock

# Sun, 06 Nov 1994 08:49:37 GMT
NOW = 784111777.0


def test_the_deadline_counts_down_to_zero_and_not_below():
    clock = Clock()
    deadline = Deadline(10, clock)
    assert deadline.left() == 10
    clock.pause(4)
    assert deadline.left() == 6
    clock.pause(7)
    assert deadline.left() == 0


@pytest.mark.parametrize(
    ("attempt", "full"),
    [(0, FIRST_PAUSE), (1, 2 * FIRST_PAUSE), (3, 8 * FIRST_PAUSE), (10, LONGEST_PAUSE), (200, LONGEST_PAUSE)],
)
def test_backoff_doubles_up_to_a_limit_and_half_of_it_is_chance(attempt, full):
    assert backoff(attempt, lambda: 0.0) == full / 2
    assert backoff(attempt, lambda: 0.5) == full * 0.75
    assert backoff(attempt, lambda: 1.0) == full


def test_backoff_is_not_the_same_for_everybody():
    pauses = {backoff(3) for _number in range(20)}
    assert len(pauses) > 1
    assert all(2 <= pause <= 4 for pause in pauses)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 120 ", 120),
        ("Sun, 06 Nov 1994 08:50:07 GMT", 30),
        ("Sun, 06 Nov 1994 09:50:07 +0100", 30),
        ("Sun, 06 Nov 1994 08:50:07 -0000", 30),
        ("Sunday, 06-Nov-94 08:50:07 GMT", 30),
        ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("\u00b2", None),
        ("Sun, 99 Nov 1994 08:50:07 GMT", None),
    ],
)
def test_retry_after(header, seconds):
    assert retry_after(header, NOW) == seconds
