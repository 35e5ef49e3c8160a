# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ctrl-C and SIGTERM end a run between two requests: what was sent is waited for, nothing else is begun."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Any, Dict, Optional, Type

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import Held

SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Seconds after which a pause looks whether a signal came.
SLICE = 0.2


class Stop:
    """While it is entered, the first SIGINT or SIGTERM makes every C(pause) raise Held; a second one acts as usual.

    A signal in the middle of a write would leave its outcome unknown, and the workers of a pool would go on after it.
    """

    def __init__(self) -> None:
        self._former: Dict[int, Any] = {}
        self._signal = ""

    def __enter__(self) -> Stop:
        # Python lets no other thread have handlers; a signal that is ignored, as in the background, stays so.
        if threading.current_thread() is threading.main_thread():
            heard = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
            self._former = {number: signal.signal(number, self._stop) for number in heard}
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], where: Optional[TracebackType]
    ) -> None:
        self._restore()

    def pause(self, seconds: float) -> None:
        """Sleep; raises Held as soon as the run is to stop, also with 0 seconds."""
        end = time.monotonic() + seconds
        while not self._signal:
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, SLICE))
        raise Held(
            f"Stopped by {self._signal}.",
            kind="interrupted",
            hint="What is missing is done by running again.",
            retryable=True,
        )

    def _stop(self, number: int, _frame: Optional[FrameType]) -> None:
        # No lock may be taken here: the interrupted thread can hold it.
        self._signal = signal.Signals(number).name
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)
