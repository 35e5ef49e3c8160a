# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that takes longer than ten seconds says where it is, on standard error and in Ansible's own process only."""

from __future__ import annotations

import re

from ansible_collections.rollcall.collaborators.tests.fake_services.faults import Fault
from ansible_collections.rollcall.collaborators.tests.in_process.playing import play, task
from ansible_collections.rollcall.collaborators.tests.in_process.roster import NAMES, crowded_hth
from ansible_collections.rollcall.collaborators.tests.reliability.playbook import credentials_for_all

# Until the first line, which comes after ten seconds.
SECONDS = 11


def test_a_long_run_says_where_it_is(served, tmp_path):
    """The same task is long in both hosts, at the same time."""
    hth = served["hth"]
    hth.service.seed(crowded_hth())
    hth.service.faults.append(Fault({"fault": "slow", "path": "/projects/project-9", "seconds": SECONDS, "times": 2}))
    play_of_both = {
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": credentials_for_all({"hth": hth}),
        "tasks": [task("long", "hth_project_collaborator_info", {"projects": NAMES})],
    }

    ended = play(tmp_path, [play_of_both], hosts={"here": {}, "module": {"rollcall_in_process": False}})

    assert ended.code == 0, ended.stdout + ended.stderr
    first, second = (result["projects"] for result in ended.results("long"))
    assert first == second
    lines = [line for line in ended.stderr.splitlines() if "hth: " in line]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"hth: \d+ of 40 projects read", line)] == []
    assert "hth: " not in ended.stdout
