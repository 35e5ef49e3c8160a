# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No thread is left in Ansible's own process, however a job ends."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.job import Host
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.run import ManyCollaborators
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.stop import Stop
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.helix_teamhub import HelixTeamHub
from ansible_collections.rollcall.collaborators.tests.fake_services.faults import Fault
from ansible_collections.rollcall.collaborators.tests.in_process.roster import NAMES, crowded_hth

REFUSAL = {"fault": "status", "path": "/projects/project-9", "status": 403}


@pytest.mark.parametrize("end", ["done", "forbidden", "interrupted"])
def test_no_thread_is_left(served, end):
    hth = served["hth"]
    hth.service.seed(crowded_hth())
    if end == "forbidden":
        hth.service.faults.append(Fault(REFUSAL))
    job = ManyCollaborators(HelixTeamHub)
    wishes = [{"project": name, "collaborators": {"norris": "guest"}} for name in NAMES]
    given = {"api_url": hth.url, **hth.credentials(""), "projects": wishes, "concurrency": 8}
    params = ArgumentSpecValidator(job.spec).validate(given).validated_parameters
    before, during = threading.enumerate(), []

    def progress(_done, _total, what):
        during.append(len(threading.enumerate()))
        if end == "interrupted" and what == "changes made" and not stop.signal:
            os.kill(os.getpid(), signal.SIGTERM)

    with Stop() as stop:
        result = job.run(params, False, Host(stop.pause, print, progress))

    assert (max(during) > len(before), threading.enumerate()) == (True, before)
    assert result.get("failed", False) == (end != "done")
    assert result.get("error", {}).get("kind", "done") == end
