# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals end a run between two requests, in whichever thread it waits, and only the first one does so gently."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.stop import Stop
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import Halt

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGALRM]
SAID = {signal.SIGINT: "SIGINT", signal.SIGTERM: "SIGTERM", signal.SIGALRM: "the timeout of the task"}


@pytest.fixture(autouse=True)
def own_handlers():
    """A mistake here must not end the test run; gives the signals that came through."""
    came = []
    former = {number: signal.signal(number, lambda got, _frame: came.append(got)) for number in SIGNALS}
    yield came
    for number, handler in former.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_ends_every_pause_and_the_second_is_as_usual(own_handlers, number):
    with Stop() as stop:
        stop.pause(0)
        os.kill(os.getpid(), number)
        for seconds in (0, 60):
            with pytest.raises(Halt, match=f"Stopped by {SAID[number]}") as raised:
                stop.pause(seconds)
        assert (raised.value.kind, raised.value.retryable, own_handlers) == ("interrupted", True, [])
        os.kill(os.getpid(), number)
        assert own_handlers == [number]


def test_signals_of_another_kind_are_waited_for(own_handlers):
    """Ansible sends SIGTERM to its workers after a Ctrl-C, twice."""
    with Stop() as stop:
        for number in [*SIGNALS, signal.SIGTERM]:
            os.kill(os.getpid(), number)
        with pytest.raises(Halt, match="Stopped by SIGINT"):
            stop.pause(0)
        assert (own_handlers, stop.timed_out) == ([], False)
    os.kill(os.getpid(), signal.SIGTERM)
    assert own_handlers == [signal.SIGTERM]


def test_only_an_alarm_is_the_end_of_a_timeout():
    with Stop() as stop:
        os.kill(os.getpid(), signal.SIGALRM)
        assert stop.timed_out


def test_the_end_of_ansible_comes_before_that_of_a_timeout():
    with Stop() as stop:
        os.kill(os.getpid(), signal.SIGALRM)
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Halt, match="Stopped by SIGTERM"):
            stop.pause(0)
        assert not stop.timed_out


def test_without_an_alarm_that_somebody_set_there_is_none():
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with Stop():
        assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


def test_a_pause_ticks():
    ticks = []
    with Stop(lambda: ticks.append(1)) as stop:
        stop.pause(0)
        stop.pause(0.01)
    assert len(ticks) >= 2


def test_a_worker_that_waits_is_woken():
    with Stop() as stop, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(stop.pause, 60)
        os.kill(os.getpid(), signal.SIGTERM)
        assert isinstance(waiting.exception(timeout=10), Halt)


def test_afterwards_signals_act_as_before(own_handlers):
    with Stop():
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    assert own_handlers == [signal.SIGTERM]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_that_is_ignored_stays_so(number):
    signal.signal(number, signal.SIG_IGN)
    with Stop() as stop:
        os.kill(os.getpid(), number)
        stop.pause(0)
    assert signal.getsignal(number) == signal.SIG_IGN


def test_a_thread_has_no_handlers_and_pauses_all_the_same():
    def pause():
        with Stop() as stop:
            begun = time.monotonic()
            stop.pause(0.05)
            return time.monotonic() - begun

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(pause).result() >= 0.05
