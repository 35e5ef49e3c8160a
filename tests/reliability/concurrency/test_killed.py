# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that is killed, or asked to stop, at any of its requests, and is then started again."""

from __future__ import annotations

import functools
import random
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability.concurrency.scene import (
    PATIENCE,
    PROJECTS,
    STEPS,
    ended,
)

SERVICES = ("qc", "hth", "qfield")
STOPS = (signal.SIGINT, signal.SIGTERM)


def catches(number, process):
    """Whether a process has a handler for a signal; knows Linux only."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"SigCgt:\s*(\w+)", status)[1], 16) & 1 << number - 1


def stop(number, process):
    """Sends SIGINT or SIGTERM, and waits until the module has taken note: it then gives up its handler."""
    process.send_signal(number)
    while catches(number, process):
        time.sleep(0.001)


def moments(scene, seed):
    """Where to strike, each time in a fresh world: (number of the answer, workers); the last answer is among them."""
    assert not scene.run()["failed"]
    last = len(scene.service.journal)
    for at, workers in zip([*random.Random(seed).sample(range(1, last), 3), last], (1, 8, 1, 8)):
        scene.reset()
        yield at, workers


def check_goes_on(scene):
    """Started again, it brings about what is left."""
    scene.between.leave()
    assert not scene.run()["failed"]
    scene.check_nothing_is_left_to_do()


@pytest.mark.parametrize("service", SERVICES)
def test_killed(scenes, count, service):
    scene = scenes[service]
    for at, workers in moments(scene, service):
        process = scene.struck(at, subprocess.Popen.kill, scene.start, concurrency=workers)
        assert process.wait(PATIENCE) == -signal.SIGKILL
        check_goes_on(scene)
        count["runs ended by SIGKILL"] += 1


@pytest.mark.parametrize("number", STOPS, ids=lambda number: number.name)
@pytest.mark.parametrize("service", SERVICES)
def test_asked_to_stop(scenes, count, service, number):
    scene = scenes[service]
    for at, workers in moments(scene, f"{service} {number.name}"):
        process = scene.struck(at, functools.partial(stop, number), scene.start, concurrency=workers)
        result = ended(process)
        # Each other worker may have sent a request before the signal came.
        assert len(scene.service.journal) <= at + workers - 1
        check_report(scene, result)
        check_goes_on(scene)
        count[f"runs ended by {number.name}"] += 1


def check_report(scene, result):
    """The result tells done from not attempted as journal and state do."""
    assert result["changed"] == bool(scene.side.changes)
    done, failed = 0, []
    for project, told in zip(PROJECTS, result.get("projects", [])):
        assert told["after"] == scene.state[project]
        steps = sum(len(told["plan"][kind]) for kind in ("add", "change", "remove"))
        outcome = told.get("outcome", {"done": [None] * steps, "failed": [], "not_attempted": []})
        assert steps == sum(map(len, outcome.values()))
        done += len(outcome["done"])
        failed += outcome["failed"]
    assert (done, failed) == (len(scene.side.mutating), [])
    # The exclusive list removes somebody, so that it is looked at once more, as the last request of all.
    looked = scene.service.journal[-1]
    is_through = scene.state == scene.after(scene.roster) and not looked["mutating"] and scene.side.mutating
    assert result.get("error", {}).get("kind") == (None if is_through else "interrupted")


def test_asked_to_stop_before_the_look_at_an_unclear_write(scenes):
    """Only that write is unclear."""
    scene = scenes["hth"]
    scene.side.switch(delete_answer=202)
    first_removal = len(PROJECTS) + 2 * STEPS + 1
    result = ended(scene.struck(first_removal, functools.partial(stop, signal.SIGTERM), scene.start, concurrency=1))
    kinds = [told.get("error", {}).get("kind") for told in result["projects"]]
    assert kinds == [None, None, "unclear", "interrupted", "interrupted", "interrupted"]
    check_goes_on(scene)


@pytest.mark.parametrize("number", STOPS, ids=lambda number: number.name)
def test_asked_to_stop_before_it_has_begun(scenes, number):
    """It ends as any program in Python does, without a result, and has sent nothing."""
    process = scenes["qc"].process()
    # More than a pipe holds: once it is written, the module is reading its arguments.
    process.stdin.write(" " * 1_000_000)
    process.send_signal(number)
    printed, _complaints = process.communicate(timeout=PATIENCE)
    assert (process.returncode, printed, scenes["qc"].service.journal) == (-number, "", [])
