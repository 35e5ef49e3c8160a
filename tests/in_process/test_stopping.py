# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run in Ansible's own process is stopped in the middle of its writes: none is begun after that, none is forgotten.

The service takes its time for each of 200 writes; whatever is to stop them has as long as all of them would take.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time

import pytest
from ansible_collections.rollcall.collaborators.tests.in_process.playing import COMMAND, PATIENCE, play, start, task
from ansible_collections.rollcall.collaborators.tests.in_process.roster import PROJECTS, crowded
from ansible_collections.rollcall.collaborators.tests.reliability.playbook import credentials_for_all

LATENCY = 0.1
ACCESS = {"permission": "write", "live_control": False}
WISHES = [{"project": str(number), "collaborators": {"mia-ai": "write"}} for number in PROJECTS]


@pytest.fixture
def qc(served):
    served["qc"].service.seed(crowded())
    return served["qc"]


def roster(qc, *, wishes=WISHES, **keywords):
    """A play that puts somebody on one project after the other."""
    return {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": credentials_for_all({"qc": qc}),
        "tasks": [task("roster", "qc_collaborators", {"projects": wishes, "concurrency": 1}, **keywords)],
    }


def at_work(qc, folder):
    """A run that has begun to write."""
    running = start(folder, [roster(qc)], "-vvv")
    wait_until(lambda: qc.mutating)
    qc.service.latency = LATENCY
    return running


def wait_until(true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def workers(running):
    printed = subprocess.run(["pgrep", "-P", str(running.process.pid)], check=True, capture_output=True, text=True)
    return [int(line) for line in printed.stdout.split()]


def check_what_was_sent(qc):
    """Each request was answered, each write was carried out, and many are missing; gives their number."""
    members = [qc.members(str(number)) for number in PROJECTS]
    assert {request["status"] for request in qc.service.journal} == {200}, qc.service.journal
    assert sum(member == {"mia-ai": ACCESS} for member in members) == len(qc.mutating)
    assert members.count({}) == len(PROJECTS) - len(qc.mutating) > 0
    return len(qc.mutating)


def check_the_rest_is_done(qc, folder):
    """By running again."""
    before = check_what_was_sent(qc)
    qc.service.latency = 0
    ended = play(folder, [roster(qc)])
    assert ended.code == 0, ended.stdout + ended.stderr
    assert ended.result("roster")["summary"] == f"+{len(PROJECTS) - before} ~0 -0 ={before}"
    assert all(qc.members(str(number)) == {"mia-ai": ACCESS} for number in PROJECTS)


def test_ctrl_c(qc, tmp_path):
    running = at_work(qc, tmp_path)
    os.killpg(running.process.pid, signal.SIGINT)

    ended = running.ended()

    assert ended.code != 0
    assert "Traceback" not in ended.stdout + ended.stderr
    assert COMMAND not in ended.stdout
    check_the_rest_is_done(qc, tmp_path)


def test_sigterm_to_ansible_playbook(qc, tmp_path, ansible):
    running = at_work(qc, tmp_path)
    (worker,) = workers(running)
    os.kill(running.process.pid, signal.SIGTERM)
    running.process.wait(PATIENCE)

    if ansible.version < (2, 19):
        # Ansible dies of it without a word to its worker, which goes on to the end of its task, as it does with a
        # module. In both hosts it then waits for ever to hand over a result that is longer than a pipe takes.
        qc.service.latency = 0
        wait_until(lambda: len(qc.changes) == len(PROJECTS))
        os.kill(worker, signal.SIGKILL)
        ended = running.ended()
    else:
        ended = running.ended()
        check_what_was_sent(qc)
    assert ended.code != 0
    assert COMMAND not in ended.stdout


def test_a_killed_worker(qc, tmp_path):
    running = at_work(qc, tmp_path)
    (worker,) = workers(running)
    os.kill(worker, signal.SIGKILL)

    ended = running.ended()

    assert ended.code != 0
    assert re.search("worker was found in a dead state", ended.stdout + ended.stderr)
    # Nobody waits for the answer to the write that was under way, but the next test for the end of it.
    wait_until(lambda: qc.service.journal[-1]["status"])
    assert {request["status"] for request in qc.service.journal} == {200}
    assert 0 < len(qc.mutating) < len(PROJECTS)


def test_the_timeout_of_a_task(qc, tmp_path):
    """It ends the task with a result that says what was done; the play goes on, and the task can be run again."""
    # The third write takes longer than the task may, and is waited for.
    qc.fault("add", fault="slow", seconds=1.5, after=2)
    few = WISHES[:5]
    stopped = roster(qc, wishes=few, timeout=1, ignore_errors=True)

    ended = play(tmp_path, [stopped, roster(qc, wishes=few, timeout=60)], "-vvv")

    assert ended.code == 0, ended.stdout + ended.stderr
    assert COMMAND not in ended.stdout
    stopped, again = ended.results("roster")
    assert [told.get("failed", False) for told in ended.told] == [True, False]
    assert (stopped["error"]["kind"], stopped["timedout"]) == ("interrupted", {"period": 1})
    assert "Stopped by the timeout of the task." in stopped["msg"]
    assert stopped["msg"].endswith("Changes: 3 made, 0 failed, 2 not attempted.")
    assert [entry["changed"] for entry in stopped["projects"]] == [True, True, True, False, False]
    assert again["summary"] == "+2 ~0 -0 =3"
    assert "timedout" not in again
    assert len(qc.mutating) == 5
