# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a run is, told by the thread that began it, whether it does the work itself or waits for others."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership import prepare as preparing
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.apply import apply
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import Halt, RollcallError
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import Rules, Wish
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.prepare import in_parallel, prepare
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.survey import survey
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils._membership.memory import Memory

NAMES = "abcdef"
EDITOR = {"role": "editor"}
READ = [(number, len(NAMES), "projects read") for number in range(1, len(NAMES) + 1)]
each_number_of_workers = pytest.mark.parametrize("workers", [1, 4])


def wishes():
    return [Wish(name, {"jane": EDITOR}) for name in NAMES]


@pytest.fixture
def told():
    """What was told, all of it by this thread."""
    return []


@pytest.fixture
def progress(told):
    mine = threading.current_thread()

    def tell(*words):
        assert threading.current_thread() is mine
        told.append(words)

    return tell


@each_number_of_workers
def test_projects_that_are_read_for_a_plan(progress, told, workers):
    prepare(Memory({name: {} for name in NAMES}), wishes(), Rules(), workers, progress)
    assert list(dict.fromkeys(told)) == READ[1:]


@each_number_of_workers
def test_projects_that_are_only_read(progress, told, workers):
    survey(Memory({name: {} for name in NAMES}), list(NAMES), workers, progress)
    assert list(dict.fromkeys(told)) == READ[1:]


@each_number_of_workers
def test_changes_that_came_about(progress, told, workers):
    refused = [RollcallError("no such person", kind="refused")]

    def refuse(*_arguments):
        raise refused[0]

    service = Memory({name: {} for name in NAMES}, trouble=[refuse])
    apply(service, prepare(service, wishes(), Rules()), workers, lambda _seconds: None, progress)
    assert told[-1] == (len(NAMES) - 1, len(NAMES), "changes made")
    assert sorted(told) == told


def test_who_waits_for_the_others_tells_it_meanwhile(monkeypatch):
    monkeypatch.setattr(preparing, "WAKE", 0.01)
    told, enough = [], threading.Event()

    def tell(done):
        told.append(done)
        if len(told) > 2:
            enough.set()

    in_parallel(lambda _item: enough.wait(30), range(2), 2, tell)
    assert enough.is_set()
    assert told[:3] == [0, 0, 0] and told[-1] == 2


def test_what_waits_is_dropped_when_one_fails():
    begun = []

    def work(number):
        begun.append(number)
        raise Halt("down", kind="unreachable")

    with pytest.raises(Halt):
        in_parallel(work, range(1000), 2)
    assert len(begun) <= 2
