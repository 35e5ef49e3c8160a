# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ctrl-C, SIGTERM and a task's timeout end a run between two requests: no other is begun, what was sent is awaited."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Any, Callable, Dict, Optional, Type

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import Held

# SIGALRM is how Ansible's own process is told that the timeout of a task is over.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)
# Seconds after which a pause looks whether a signal came.
SLICE = 0.2


def _nothing() -> None:
    pass


class Stop:
    """While it is entered, the first SIGINT, SIGTERM or end of the task's timeout makes every C(pause) raise Held.

    A signal in the middle of a write would leave its outcome unknown, and the workers of a pool would go on after it.
    A second one of the same kind acts as usual. Those of another kind do not: after a Ctrl-C Ansible itself sends
    SIGTERM to what is still at work, twice. C(tick) is called now and then during a pause.
    """

    def __init__(self, tick: Callable[[], None] = _nothing) -> None:
        self._tick = tick
        self._former: Dict[int, Any] = {}
        self.signal: Optional[signal.Signals] = None

    def __enter__(self) -> Stop:
        # Python lets no other thread have handlers; a signal that is ignored, as in the background, stays so, and so
        # does an alarm that nobody has set.
        if threading.current_thread() is threading.main_thread():
            heard = [number for number in SIGNALS if _is_heard(number)]
            self._former = {number: signal.signal(number, self._stop) for number in heard}
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], where: Optional[TracebackType]
    ) -> None:
        for number in self._former:
            self._restore(number)

    def pause(self, seconds: float) -> None:
        """Sleep; raises Held as soon as the run is to stop, also with 0 seconds."""
        end = time.monotonic() + seconds
        while self.signal is None:
            self._tick()
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, SLICE))
        raise Held(
            f"Stopped by {'the timeout of the task' if self.timed_out else self.signal.name}.",
            kind="interrupted",
            hint="What is missing is done by running again.",
            retryable=True,
        )

    @property
    def timed_out(self) -> bool:
        """Whether it was the timeout of the task that ended the run."""
        return self.signal == signal.SIGALRM

    def _stop(self, number: int, _frame: Optional[FrameType]) -> None:
        # No lock may be taken here: the interrupted thread can hold it.
        if self.signal in (None, signal.SIGALRM):
            self.signal = signal.Signals(number)
        if number == self.signal:
            self._restore(number)

    def _restore(self, number: int) -> None:
        signal.signal(number, self._former[number])


def _is_heard(number: int) -> bool:
    handler = signal.getsignal(number)
    return callable(handler) if number == signal.SIGALRM else handler != signal.SIG_IGN
