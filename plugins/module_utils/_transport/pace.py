# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast all workers of a run together may send."""

from __future__ import annotations

import threading
from collections import deque
from typing import Callable, Deque, Optional

# Over how many seconds the speed that a service lets through is measured.
MEASURED = 1.0
# The part of it that is used from then on, and for how many seconds until more is tried.
MODESTY = 0.97
PATIENCE = 30.0


class Pace:
    """One row for all requests of a run.

    Without a limit nobody waits in it. Once a request was throttled, nobody is sent before the service wants to be
    asked again, and from then on with the distance that had got through. After a while the distance is halved with
    each request, until the service objects again.
    """

    def __init__(self, per_second: Optional[float], clock: Callable[[], float]) -> None:
        self._clock = clock
        self._least = 1 / per_second if per_second else 0.0
        self._distance = self._least
        self._next = 0.0
        self._modest_until = 0.0
        self._begun: Optional[float] = None
        self._let_through: Deque[float] = deque(maxlen=1000)
        self._lock = threading.Lock()
        self.count = 0

    def take(self) -> float:
        """0 to send now; else the seconds until it is worth asking again."""
        with self._lock:
            now = self._clock()
            if now < self._next:
                return self._next - now
            if self._begun is None:
                self._begun = now
            if self._distance > self._least and now >= self._modest_until:
                self._distance = self._distance / 2 if self._distance > max(0.001, 2 * self._least) else self._least
            # A place that was missed by a little is made up for, else every delay would add up.
            self._next = max(self._next, now - self._distance) + self._distance
            return 0.0

    def let_through(self) -> None:
        """A request was answered and not throttled."""
        with self._lock:
            self.count += 1
            self._let_through.append(self._clock())

    def hold(self, seconds: float) -> None:
        """The service wants to be left alone."""
        with self._lock:
            self._next = max(self._next, self._clock() + seconds)

    def throttled(self, seconds: float) -> None:
        """The service wants to be left alone, and asked less often from then on."""
        self.hold(seconds)
        with self._lock:
            now = self._clock()
            # While the service wants to be left alone nothing gets through either.
            measured = min(MEASURED, now + seconds - (now if self._begun is None else self._begun))
            lately = sum(1 for moment in self._let_through if moment > now - measured)
            if lately:
                self._distance = max(self._least, measured / lately / MODESTY)
            self._modest_until = now + seconds + PATIENCE
