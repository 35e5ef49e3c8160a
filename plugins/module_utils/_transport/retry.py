# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When to try again and how long to wait: the deadline, jittered backoff, Retry-After."""

from __future__ import annotations

import datetime
import email.utils
import random
import time
from typing import Callable, Optional

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0


class Deadline:
    """How many seconds the whole run has left."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        return max(0.0, self._end - self._clock())


def backoff(attempt: int, chance: Callable[[], float] = random.random) -> float:
    """Seconds before try number C(attempt) + 1: doubled each time, half of it by chance so that workers spread out."""
    full: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt)
    return full * (0.5 + chance() / 2)


def retry_after(header: Optional[str], now: float) -> Optional[float]:
    """The seconds a C(Retry-After) header asks for, given in seconds or as a date; None without a usable one.

    C(now) are the seconds since 1970 from which a date counts.
    """
    if not header:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    date = seconds_of(text)
    return None if date is None else max(0.0, date - now)


def seconds_of(date: str) -> Optional[float]:
    """The date of a header such as C(Date) in seconds since 1970; None for what is no date."""
    try:
        moment = email.utils.parsedate_to_datetime(date)
        return moment.replace(tzinfo=moment.tzinfo or datetime.timezone.utc).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
