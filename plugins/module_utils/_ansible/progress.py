# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A line now and then that says how far a long run is."""

from __future__ import annotations

import threading
import time
from typing import Callable

# Seconds until the first line, and from each line to the next.
FIRST = 10.0
EVERY = 5.0


class ProgressLine:
    """Shows C(qfield: 1,200 of 5,000 projects read) once a run has taken a while; only ever from the main thread.

    C(tick) shows the same again where nothing else has happened meanwhile.
    """

    def __init__(self, service: str, show: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._show = show
        self._clock = clock
        self._due = clock() + FIRST
        self._text = f"{service}: looking up the projects"

    def __call__(self, done: int, total: int, what: str) -> None:
        self._text = f"{self._service}: {done:,} of {total:,} {what}"
        self.tick()

    def tick(self) -> None:
        now = self._clock()
        if now >= self._due and threading.current_thread() is threading.main_thread():
            self._due = now + EVERY
            self._show(self._text)
