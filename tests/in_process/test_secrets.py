# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of an option is left on disk, in the syslog or in the output at -vvvv, in either host of a run.

In Ansible's own process not even where ANSIBLE_KEEP_REMOTE_FILES asks for it, which keeps the options of a module.
"""

from __future__ import annotations

import time

import pytest
from ansible_collections.rollcall.collaborators.tests.in_process.playing import PLUGINS, play, task
from ansible_collections.rollcall.collaborators.tests.reliability.bad_input.wrong import right
from ansible_collections.rollcall.collaborators.tests.reliability.secrets.searching import (
    Searcher,
    credentials_in_worlds,
)
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import SIDES

MISSPELT = "unl0cks-everything"
REFUSED = "wr0ng-and-refused"
PLACES = {
    "ANSIBLE_LOG_PATH": "ansible.log",
    "ANSIBLE_LOCAL_TEMP": "local",
    "ANSIBLE_CACHE_PLUGIN_CONNECTION": "facts",
    "SYSLOG": "syslog",
    "HOME": "user",
}
SETTINGS = {
    "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
    "ANSIBLE_DISPLAY_TRACEBACK": "always",
    "ANSIBLE_INJECT_INVOCATION": "true",
    "PYTHONPATH": str(PLUGINS / "python"),
}


def tasks(sides):
    """For each service one that is right, and one whose credentials are refused; one that is misspelt."""
    yield task("misspelt", "qc_collaborator", {"project": "1", "collaborator": "mia-ai", "api_tokn": "{{ misspelt }}"})
    for name, side in sides.items():
        module = side.many.__name__.rpartition(".")[2]
        options = {"api_url": side.url, **{option: "{{ %s_%s }}" % (name, option) for option in side.credentials("")}}
        yield task(f"{name} right", module, {**right(name, "many"), **options})
        # A user id is none, and what the task calls somebody is not masked.
        wrong = dict.fromkeys(side.credentials("").keys() - {"user_id"}, "{{ refused }}")
        yield task(f"{name} refused", module, {**right(name, "many"), **options, **wrong, "retries": 0})


@pytest.fixture(scope="module")
def search(served):
    begin = int(time.time())

    def search(text):
        credentials = credentials_in_worlds(*(side.service for side in served.values()))
        credentials |= {MISSPELT: "misspelt", REFUSED: "refused"}
        return list(Searcher(credentials, range(begin, int(time.time()) + 1)).find(text))

    return search


@pytest.mark.parametrize("here", [True, False])
def test_nothing_of_an_option_is_left_or_shown(served, tmp_path, search, here):
    for side in served.values():
        side.reset()
    variables = {f"{name}_{option}": value for name in SIDES for option, value in served[name].credentials("").items()}
    variables |= {"misspelt": MISSPELT, "refused": REFUSED, "rollcall_in_process": here}
    common = {"hosts": "all", "gather_facts": False, "ignore_errors": True}
    left = tmp_path / "left"
    places = {variable: str(left / place) for variable, place in PLACES.items()}

    ended = play(
        tmp_path,
        [{**common, "tasks": list(tasks(served))}],
        "-vvvv",
        hosts={"localhost": variables},
        ANSIBLE_KEEP_REMOTE_FILES=str(here),
        **places,
        **SETTINGS,
    )

    assert ended.code == 0, ended.stdout + ended.stderr
    assert [told["task"] for told in ended.told if "failed" in told] == [
        "misspelt",
        *(f"{name} refused" for name in SIDES),
    ]
    assert "api_tokn" in ended.stdout
    assert search(ended.stdout + ended.stderr + str(ended.told)) == []
    files = [path for path in left.rglob("*") if path.is_file()]
    assert left / "ansible.log" in files
    assert [hit for path in files for hit in search(path.read_text("utf-8", "replace"))] == []
    # A module is a file in one place and tells the syslog of its options, which no run here does.
    assert {(left / "remote").exists(), (left / "syslog").exists()} == {not here}
