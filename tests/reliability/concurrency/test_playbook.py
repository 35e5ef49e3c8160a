# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-playbook with the role, stopped again and again until it gets through.

Ctrl-C reaches everything that runs in the terminal. kill, service managers and AWX signal ansible-playbook alone; with
ansible-core 2.17 the module it has started then goes on to the end of its task, while the next run may have begun.
"""

from __future__ import annotations

import functools
import json
import os
import random
import re
import signal
import subprocess
import sys

from ansible_collections.rollcall.collaborators.tests.reliability.concurrency.scene import COLLECTIONS, PATIENCE

FOREIGN = re.compile(r"ANSIBLE_|QUANTCONNECT_|QC_")


def start(scene, folder):
    """An ansible-playbook that applies the roster, as the leader of a process group, as in a terminal."""
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "project_members_qc": scene.arguments()["projects"],
        },
        "module_defaults": {"group/rollcall.collaborators.qc": {"concurrency": 1}},
        "roles": ["rollcall.collaborators.project_members"],
    }
    (folder / "members.yml").write_text(json.dumps([play]), encoding="utf-8")
    options = {"api_url": scene.side.url, **scene.side.credentials("")}
    environment = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
    environment |= {f"QUANTCONNECT_{option.upper()}": value for option, value in options.items()}
    environment |= {
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_REMOTE_TMP": str(folder / "remote"),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "ansible", "playbook", "members.yml"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def end(kill, number, process):
    kill(process.pid, number)
    process.wait(PATIENCE)


def ended(process):
    """What an ansible-playbook printed, and how it ended."""
    printed = process.communicate(timeout=PATIENCE)[0]
    assert "Traceback" not in printed
    return printed, process.returncode


def test_a_playbook_that_is_stopped_is_started_again(scenes, count, tmp_path):
    # QuantConnect is the service that sends mails.
    scene = scenes["qc"]
    chance = random.Random("playbook")
    for kill, number in ((os.killpg, signal.SIGINT), (os.kill, signal.SIGTERM)):
        blow = functools.partial(end, kill, number)
        printed, code = ended(scene.struck(chance.randint(1, 6), blow, start, scene=scene, folder=tmp_path))
        assert code != 0, printed
        count["playbooks stopped"] += 1
    printed, code = ended(start(scene, tmp_path))
    assert code == 0, printed
    scene.check_nothing_is_left_to_do()
