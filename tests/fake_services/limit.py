# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A limit of requests per second, and how far it was used."""

from __future__ import annotations

import math
from collections import deque
from time import monotonic


class Limit:
    """Lets at most `per_second` requests through in any second; those that it refuses do not count."""

    def __init__(self, per_second: int) -> None:
        self.per_second = per_second
        self.accepted = 0
        self.refused = 0
        self._first = self._last = 0.0
        self._recent: deque[float] = deque()

    def wait(self) -> int:
        """The whole seconds that the present request has to wait; 0 lets it through."""
        now = monotonic()
        while self._recent and now - self._recent[0] >= 1:
            self._recent.popleft()
        if len(self._recent) >= self.per_second:
            self.refused += 1
            return math.ceil(self._recent[0] + 1 - now)
        self._recent.append(now)
        self._first = self._first if self.accepted else now
        self._last = now
        self.accepted += 1
        return 0

    def used(self) -> dict[str, float]:
        """`seconds` lie between the first and the last request that were let through."""
        return {"accepted": self.accepted, "refused": self.refused, "seconds": self._last - self._first}
