# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The threads of a module end with it, however it ends."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest
from ansible_collections.rollcall.collaborators.tests.fake_services.faults import Fault
from ansible_collections.rollcall.collaborators.tests.unit.plugins.running import run

# How the run ends: what each write meets, and the kind of error that comes of it.
ENDS = {
    "success": (None, None),
    "failure": ({"fault": "status", "status": 403, "body": {}}, "forbidden"),
    "halt": ({"fault": "expired_token"}, "authentication"),
    "stop": (None, "interrupted"),
}


def stop_this_process():
    """Sends SIGTERM, and waits until the module has taken note: it then gives up its handler."""
    handler = signal.getsignal(signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTERM)
    while signal.getsignal(signal.SIGTERM) == handler:
        time.sleep(0.001)


def many(scene):
    return scene.run(concurrency=8)


def one(scene):
    access = scene.roster["arrival"]["newcomer"]
    options = {**scene.arguments(), "project": f"{scene.prefix}arrival", "collaborator": "newcomer"}
    del options["projects"]
    return run(scene.side.one, **options, **(access if isinstance(access, dict) else {"role": access}))


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("module", [one, many])
@pytest.mark.parametrize("service", ["qc", "hth", "qfield"])
def test_no_thread_is_left(scenes, count, service, module, end):
    scene, seen = scenes[service], []
    fault, kind = ENDS[end]
    for method, path in set(scene.side.writes.values()) if fault else ():
        scene.service.faults.append(Fault({"method": method, "path": path, "times": 99, **fault}))
    scene.between.at = 1 if module is one else 3
    scene.between.strike = stop_this_process if end == "stop" else lambda: seen.extend(threading.enumerate())

    before = threading.enumerate()
    result = module(scene)
    assert threading.enumerate() == before
    assert result.get("error", {}).get("kind") == kind
    if end == "success":
        assert (len(seen) > len(before)) == (module is many)
    count["runs whose threads were counted"] += 1
