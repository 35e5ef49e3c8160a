# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a playbook can ask of a task, it can ask of one in Ansible's own process; and other ways to start a task."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from ansible_collections.rollcall.collaborators.tests.in_process.playing import (
    COMMAND,
    LOCAL,
    Running,
    play,
    prepared,
    task,
    write,
)
from ansible_collections.rollcall.collaborators.tests.in_process.roster import PROJECTS, crowded
from ansible_collections.rollcall.collaborators.tests.reliability.playbook import credentials_for_all

READ, WRITE = {"permission": "read"}, {"permission": "write"}
PROJECT = {"project": "23456790"}
MEMBER = {**PROJECT, "collaborator": "mia-ai"}
SECRET = "n0body-sees-this"


@pytest.fixture
def qc(sides):
    return sides["qc"]


TASKS = [
    task("checked", "qc_collaborator", {**MEMBER, **WRITE}, check_mode=True),
    task("with diff", "qc_collaborator", {**MEMBER, **READ}, diff=True),
    task("without diff", "qc_collaborator", {**MEMBER, **WRITE}),
    task(
        "again",
        "qc_collaborator",
        {**PROJECT, "collaborator": "crowd1", **READ},
        register="tried",
        until="tried is succeeded",
        retries=5,
        delay=0,
    ),
    task(
        "loop",
        "qc_collaborator",
        {**PROJECT, "collaborator": "{{ item }}", **READ},
        loop=["crowd2", "[x]", "crowd3"],
        ignore_errors=True,
    ),
    task("hidden", "qc_collaborator_info", {"projects": ["23456790"], "collaborator": SECRET}, no_log=True),
    task("by name", "qc_collaborator", {"collaborator": "quant_kim"}),
    task("in the task", "qc_collaborator", {"collaborator": "crowd4", "permission": "read", "retries": 2}),
    task("by group", "qc_collaborator_info", {"projects": ["23456790"]}),
]
ON_MANY = [
    task("once", "qc_collaborator", {**PROJECT, "collaborator": "old_timer", **WRITE}, run_once=True, register="done"),
    {"name": "all", "ansible.builtin.assert": {"that": "done.after['old_timer'].permission == 'write'"}},
]
# A name comes before a group; what a task says comes before both.
DEFAULTS = {
    "group/rollcall.collaborators.all": {"retries": 0},
    "rollcall.collaborators.qc_collaborator": {**PROJECT, **WRITE, "retries": 1},
}


@pytest.fixture(scope="module")
def ran(served, tmp_path_factory):
    """One run of all keywords, and who is on the project after it; all tasks run in Ansible's own process."""
    qc = served["qc"]
    qc.reset()
    refusal = {"fault": "status", "status": 400, "body": {"success": False, "errors": ["Not yet"]}}
    # The first add is that of the task with the diff, the next ones are refused.
    qc.fault("add", **refusal, after=1, times=2)
    common = {"gather_facts": False, "module_defaults": {**credentials_for_all({"qc": qc}), **DEFAULTS}}
    plays = [{"hosts": "first", **common, "tasks": TASKS}, {"hosts": "all", **common, "tasks": ON_MANY}]
    hosts = {"first": {}, "second": {}, "third": {}}
    folder = tmp_path_factory.mktemp("keywords")
    ended = play(folder, plays, "-vvv", hosts=hosts, ANSIBLE_INJECT_INVOCATION="true")
    assert ended.code == 0, ended.stdout + ended.stderr
    assert COMMAND not in ended.stdout
    return ended, qc.members(qc.project)


def test_check_mode_and_diff(ran):
    ended, _people = ran
    checked, done, other = (ended.result(name) for name in ("checked", "with diff", "without diff"))
    assert (checked["changed"], done["before"] == checked["before"]) == (True, True)
    assert (done["changed"], other["changed"]) == (True, True)
    assert ended.stdout.count("+++ after") == 1


def test_until_and_retries(ran):
    ended, people = ran
    assert ended.result("again")["attempts"] == 3
    assert [told["task"] for told in ended.told if "retry" in told] == ["again"] * 2
    assert "crowd1" in people


def test_loops_are_told_item_by_item(ran):
    ended, people = ran
    items = [(told["result"]["item"], told.get("failed", False)) for told in ended.told if "item" in told]
    assert items == [("crowd2", False), ("[x]", True), ("crowd3", False)]
    assert [result["changed"] for result in ended.result("loop")["results"]] == [True, False, True]
    assert people["crowd2"] == people["crowd3"]


def test_run_once_and_registered_results(ran):
    ended, people = ran
    assert [len(ended.results(name)) for name in ("once", "all")] == [1, 3]
    assert people["old_timer"]["permission"] == "write"


def test_no_log_hides_a_result(ran):
    # One that fails is not tried: from 2.19 on Ansible shows the message of every one.
    ended, _people = ran
    assert "censored" in ended.result("hidden")
    assert SECRET not in ended.stdout.partition("TASK [by name]")[0] + ended.stderr


def test_defaults_by_group_and_by_name(ran):
    ended, people = ran
    assert (people["quant_kim"]["permission"], people["crowd4"]["permission"]) == ("write", "read")
    arguments = {told["task"]: told["arguments"] for told in ended.told}
    retries = {name: arguments[name]["retries"] for name in ("by name", "in the task", "by group", "checked")}
    assert retries == {"by name": 1, "in the task": 2, "by group": 0, "checked": 1}


def test_callbacks_find_the_invocation(ran):
    """With the value of each option, defaults included, and none of a secret."""
    ended, _people = ran
    (arguments,) = (told["arguments"] for told in ended.told if told["task"] == "with diff")
    assert (arguments["collaborator"], arguments["validate_certs"]) == ("mia-ai", True)
    assert arguments["api_token"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def test_the_invocation_is_left_out_where_ansible_leaves_it_out(qc, tmp_path, ansible):
    """From ansible-core 2.21 on there is a setting for it; before, it was always there."""
    tasks = [task("told", "qc_collaborator", {**MEMBER, **READ})]
    groups = credentials_for_all({"qc": qc})
    common = {"hosts": "localhost", "gather_facts": False, "module_defaults": groups, "tasks": tasks}
    plays = [{**common, "vars": {"rollcall_in_process": here}} for here in (True, False)]

    ended = play(tmp_path, plays, "-vvv", ANSIBLE_INJECT_INVOCATION="false")

    here, module = ended.results("told")
    assert ended.stdout.count("runs as a module") == 1
    assert ("invocation" in here, "invocation" in module) == (ansible.version < (2, 21),) * 2


def test_many_forks_and_other_strategies(qc, tmp_path):
    """200 hosts, which nobody can reach, are projects; a change goes to all of them at once."""
    qc.service.seed(crowded())
    hosts = {f"host-{project}": {"project": project} for project in PROJECTS}
    unreachable = {"ansible_connection": "ssh", "ansible_host": "192.0.2.1"}
    common = {"gather_facts": False, "module_defaults": credentials_for_all({"qc": qc})}
    member = {"project": "{{ project }}", "collaborator": "mia-ai"}
    plays = [
        {
            "hosts": pattern,
            "strategy": strategy,
            **common,
            "tasks": [task(strategy, "qc_collaborator", {**member, **access}, delegate_to="localhost")],
        }
        for pattern, strategy, access in (
            ("all", "linear", READ),
            ("~host-10[0-4]", "free", WRITE),
            ("~host-11[0-4]", "host_pinned", {"state": "absent"}),
        )
    ]

    ended = play(tmp_path, plays, "--forks", "50", "-vvv", hosts=hosts, variables=unreachable)

    assert ended.code == 0, ended.stdout + ended.stderr
    assert COMMAND not in ended.stdout
    assert [len(ended.results(play["strategy"])) for play in plays] == [200, 50, 50]
    assert all(told["result"]["changed"] for told in ended.told)
    state = [qc.members(str(project)).get("mia-ai", {}).get("permission") for project in PROJECTS]
    assert state == ["write"] * 50 + ["read"] * 50 + [None] * 50 + ["read"] * 50


def test_ad_hoc(qc, tmp_path):
    arguments = {"api_url": qc.url, **qc.credentials(""), **MEMBER, **WRITE}
    write(tmp_path, "hosts.yml", {"all": {"hosts": {"here": {}}, "vars": LOCAL}})
    command = ["ansible", "here", "-i", "hosts.yml", "-vvv", "-m", "rollcall.collaborators.qc_collaborator"]

    ended = Running(tmp_path, [*command, "-a", json.dumps(arguments)], prepared(tmp_path)).ended()

    assert ended.code == 0, ended.stdout + ended.stderr
    assert re.search(r"^here \| CHANGED => \{$", ended.stdout, re.MULTILINE)
    assert COMMAND not in ended.stdout
    assert qc.members(qc.project)["mia-ai"]["permission"] == "write"
    assert arguments["api_token"] not in ended.stdout + ended.stderr


def test_ansible_runner(qc, tmp_path):
    """Its events hold the results and arguments of the tasks."""
    pytest.importorskip("ansible_runner", reason="ansible-runner is not installed beside pytest")
    (tmp_path / "project").mkdir()
    (tmp_path / "inventory").mkdir()
    play = {
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": credentials_for_all({"qc": qc}),
        "tasks": [task("run", "qc_collaborator", {**MEMBER, **WRITE})],
    }
    write(tmp_path / "project", "play.yml", [play])
    write(tmp_path / "inventory", "hosts.yml", {"all": {"hosts": {"here": {}}, "vars": LOCAL}})
    command = [sys.executable, "-m", "ansible_runner", "run", str(tmp_path), "--ident", "1", "--playbook", "play.yml"]
    environment = prepared(tmp_path) | {"TOLD": str(tmp_path / "told.jsonl")}

    done = subprocess.run([*command, "-vvv"], env=environment, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    events = [json.loads(path.read_text()) for path in (tmp_path / "artifacts/1/job_events").glob("*-*.json")]
    (result,) = [event["event_data"]["res"] for event in events if event["event"] == "runner_on_ok"]
    assert (result["changed"], result["after"]["mia-ai"]["permission"]) == (True, "write")
    assert COMMAND not in done.stdout
    assert qc.credentials("")["api_token"] not in json.dumps(events)
