# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a task runs: one case for each condition of the rule, and for hosts that a task is delegated to.

A case is one task on one host. Whichever host of a run it has, its result is the same.
"""

from __future__ import annotations

import pytest
from ansible_collections.rollcall.collaborators.tests.in_process.playing import LOCAL, play, task
from ansible_collections.rollcall.collaborators.tests.reliability.bad_input.wrong import SERVICES
from ansible_collections.rollcall.collaborators.tests.reliability.playbook import credentials_for_all

HERE = ""
CONNECTION = "the connection is elsewhere, not local"
BECOME = "it becomes another user"
ASYNC = "it is asynchronous"
ENVIRONMENT = "it has an environment of its own"
PYTHON = "its Python is {folder}/python, that of Ansible {python}"
REQUESTS = "the Python of Ansible has no requests"
ASKED = "rollcall_in_process is false"

# Host -> variables, of which texts may name the folder and the Python of Ansible.
HOSTS = {
    "here": {},
    "elsewhere": {"ansible_connection": "elsewhere"},
    "becoming": {"ansible_become": True},
    "same_python": {"ansible_python_interpreter": "{python}"},
    "other_python": {"ansible_python_interpreter": "{folder}/python"},
    "other_python_by_template": {"ansible_python_interpreter": "{{{{ python_of_the_team }}}}"},
    "any_python": {"ansible_python_interpreter": "auto_silent"},
    "asked": {"rollcall_in_process": False},
}
CREDENTIALS = "credentials in the environment"


def case(reason, on="here", play=(), block=(), **keywords):
    """Why a task with these keywords runs as a module on a host, in a play and a block with those; here without."""
    return reason, on, dict(play), dict(block), keywords


CASES = {
    "nothing said": case(HERE),
    "host that is not in the inventory": case(HERE, on="localhost"),
    "collections": case(HERE, play={"collections": ["rollcall.collaborators"]}),
    "local_action": case(HERE, on="elsewhere"),
    "connection": case(CONNECTION, on="elsewhere"),
    "become of the host": case(BECOME, on="becoming"),
    "become of the host taken back": case(HERE, on="becoming", vars={"ansible_become": False}),
    "become of the play": case(BECOME, play={"become": True}),
    "become of the play taken back": case(HERE, play={"become": True}, become=False),
    "async": case(ASYNC, **{"async": 60}, poll=0, register="later"),
    "environment of the play": case(ENVIRONMENT, play={"environment": CREDENTIALS}),
    "environment of the block": case(ENVIRONMENT, block={"environment": CREDENTIALS}),
    "environment of the task": case(ENVIRONMENT, environment=CREDENTIALS),
    "empty environment": case(HERE, environment={}),
    "same Python": case(HERE, on="same_python"),
    "other Python": case(PYTHON, on="other_python"),
    "other Python by a template": case(PYTHON, on="other_python_by_template"),
    "any Python": case(HERE, on="any_python"),
    "delegated elsewhere": case(CONNECTION, delegate_to="elsewhere"),
    "delegated to a host with become": case(BECOME, delegate_to="becoming"),
    "delegated to another Python": case(PYTHON, delegate_to="other_python"),
    "delegated from elsewhere": case(HERE, on="elsewhere", delegate_to="here"),
    "delegated from another Python": case(HERE, on="other_python", delegate_to="same_python"),
    "delegated to a host that is not in the inventory": case(HERE, on="elsewhere", delegate_to="localhost"),
    "asked by the host": case(ASKED, on="asked"),
    "asked by a word": case(ASKED, vars={"rollcall_in_process": "no"}),
    "asked by a template": case(ASKED, vars={"rollcall_in_process": "{{ 1 > 2 }}"}),
    "not asked": case(HERE, on="asked", vars={"rollcall_in_process": "{{ 1 < 2 }}"}),
}
MODULE = "qc_collaborator_info"
ARGUMENTS = {"projects": ["23456790"], "concurrency": 1}


def play_of(name, credentials, folder, python):
    _reason, on, in_play, in_block, keywords = CASES[name]
    given = task(name, MODULE, ARGUMENTS, **keywords)
    if name == "collections":
        given[MODULE] = given.pop(f"rollcall.collaborators.{MODULE}")
    if name == "local_action":
        given["local_action"] = f"rollcall.collaborators.{MODULE} projects=23456790"
        del given[f"rollcall.collaborators.{MODULE}"]
    levels = [{"hosts": on, "gather_facts": False, **in_play}, {**in_block}, given]
    for level in levels:
        if level.get("environment") == CREDENTIALS:
            options = credentials["group/rollcall.collaborators.qc"]
            declared = SERVICES["qc"].options
            level["environment"] = {declared[option]["env"][0]: value for option, value in options.items()}
            credentials = {}
    in_all, block, _task = levels
    return {**in_all, "module_defaults": credentials, "tasks": [{**block, "block": [given]}]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, ansible):
    """Holds another Python, which is the same one under another name, and a sudo that needs no rights."""
    folder = tmp_path_factory.mktemp("where")
    for name, line in {
        "python": f'exec {ansible.python} "$@"',
        "sudo": 'touch become; while [ "$1" != /bin/sh ]; do shift; done; exec "$@"',
    }.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o700)
    return folder


@pytest.fixture(scope="module")
def ran(served, folder, ansible):
    """One run of all cases."""
    credentials = credentials_for_all({"qc": served["qc"]})
    plays = [play_of(name, credentials, folder, ansible.python) for name in CASES]
    finished = {"ansible.builtin.async_status": {"jid": "{{ later.ansible_job_id }}"}, "register": "status"}
    patience = {"until": "status.finished | int == 1", "retries": 60, "delay": 1}
    plays.append({"hosts": "here", "gather_facts": False, "tasks": [{"name": "status", **finished, **patience}]})
    hosts = {
        host: {
            name: value.format(folder=folder, python=ansible.python) if isinstance(value, str) else value
            for name, value in variables.items()
        }
        for host, variables in HOSTS.items()
    }
    return play(
        folder,
        plays,
        "-vvv",
        hosts=hosts,
        variables=LOCAL | {"python_of_the_team": str(folder / "python")},
        ANSIBLE_PIPELINING="true",
        ANSIBLE_BECOME_EXE=str(folder / "sudo"),
        ANSIBLE_BECOME_ALLOW_SAME_USER="true",
        ANSIBLE_ASYNC_DIR=str(folder / "async"),
    )


def read(result):
    return {key: result[key] for key in ("changed", "projects", "unreadable")}


@pytest.mark.parametrize("name", CASES)
def test_the_rule(ran, folder, ansible, name):
    reason = CASES[name][0].format(folder=folder, python=ansible.python)
    assert ran.reasons(name) == [reason] * bool(reason)
    if name != "async":
        assert read(ran.result(name)) == read(ran.result("nothing said"))


def test_an_asynchronous_task_is_asked_for_later(ran):
    assert "ansible_job_id" in ran.result("async")
    assert read(ran.result("status")) == read(ran.result("nothing said"))


def test_the_run_went_through(ran, folder):
    assert ran.code == 0, ran.stdout + ran.stderr
    assert (folder / "become").exists()


def test_each_host_of_a_loop_is_asked(served, folder):
    keywords = {"delegate_to": "{{ item }}", "loop": ["here", "elsewhere", "here"]}
    once = {"hosts": "here", "gather_facts": False, "module_defaults": credentials_for_all({"qc": served["qc"]})}
    hosts = {"here": {}, "elsewhere": {"ansible_connection": "elsewhere"}}

    ran = play(folder, [{**once, "tasks": [task("loop", MODULE, ARGUMENTS, **keywords)]}], "-vvv", hosts=hosts)

    assert ran.reasons("loop") == [CONNECTION]
    first, *others = map(read, ran.result("loop")["results"])
    assert others == [first] * 2


def test_the_python_of_the_configuration(served, folder, ansible):
    hosts = {"plain": {}, "own": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}}
    common = {"gather_facts": False, "module_defaults": credentials_for_all({"qc": served["qc"]})}
    plays = [{"hosts": host, **common, "tasks": [task(host, MODULE, ARGUMENTS)]} for host in hosts]
    variables = {"ansible_connection": "local"}
    configured = str(folder / "python")

    ran = play(folder, plays, "-vvv", hosts=hosts, variables=variables, ANSIBLE_PYTHON_INTERPRETER=configured)

    assert ran.reasons("plain") == [PYTHON.format(folder=folder, python=ansible.python)]
    assert ran.reasons("own") == []
    assert read(ran.result("plain")) == read(ran.result("own"))


def test_ansible_has_no_requests(served, folder):
    (folder / "without").mkdir()
    (folder / "without/requests.py").write_text("raise ImportError('hidden')\n")
    common = {"hosts": "all", "gather_facts": False, "module_defaults": credentials_for_all({"qc": served["qc"]})}

    ran = play(folder, [{**common, "tasks": [task("bare", MODULE)]}], "-vvv", PYTHONPATH=str(folder / "without"))

    assert ran.reasons("bare") == [REQUESTS]
    assert "Python library (requests)" in ran.result("bare")["msg"]
