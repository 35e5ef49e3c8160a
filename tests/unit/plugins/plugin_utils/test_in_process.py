# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a task runs: each condition alone sends it to a process of its own, and none of them keeps it here."""

from __future__ import annotations

import copy
import gc
import re
import signal
import sys
import threading
from datetime import date
from types import SimpleNamespace

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.template import Templar
from ansible_collections.rollcall.collaborators.plugins.action import hth_project_collaborators
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.helix_teamhub import HelixTeamHub
from ansible_collections.rollcall.collaborators.plugins.plugin_utils import in_process
from ansible_collections.rollcall.collaborators.tests.fake_services.faults import Fault
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import serving_sides
from ansible_collections.rollcall.collaborators.tests.unit.plugins.running import run

try:
    from ansible.template import trust_as_template as template
except ImportError:  # ansible-core before 2.19 takes every text for a template
    template = str

NAME = "rollcall.collaborators.hth_project_collaborators"
MASK = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
OTHER = "/opt/other/bin/python3"


def action(transport="local", become=None, variables=None, **task):
    """The action of a task, as Ansible makes it."""
    defaults = {"action": NAME, "args": {}, "async_val": 0, "check_mode": False, "delegate_to": None, "timeout": 0}
    return hth_project_collaborators.ActionModule(
        SimpleNamespace(**{**defaults, "environment": [], **task}),
        SimpleNamespace(transport=transport, become=become, _shell=SimpleNamespace(tmpdir=None)),
        SimpleNamespace(),
        DataLoader(),
        Templar(DataLoader(), variables=variables or {}),
        None,
    )


def why_not_here(variables=None, **task):
    return action(variables=variables, **task)._why_not_here(variables or {})


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"ansible_python_interpreter": "auto_silent"},
        {"ansible_python_interpreter": "auto_legacy"},
        {"ansible_python_interpreter": sys.executable},
        {"ansible_python_interpreter": template("{{ here }}"), "here": sys.executable},
        {"rollcall_in_process": "yes"},
        {"rollcall_in_process": template("{{ not elsewhere }}"), "elsewhere": False},
    ],
)
def test_what_keeps_it_here(variables):
    assert why_not_here(variables) == ""


@pytest.mark.parametrize("environment", [None, [], [{}], [{}, {}]])
def test_an_empty_environment_is_none(environment):
    assert why_not_here(environment=environment) == ""


@pytest.mark.parametrize(
    "variables, task, says",
    [
        ({}, {"transport": "ssh"}, "the connection is ssh, not local"),
        ({}, {"become": object()}, "it becomes another user"),
        ({}, {"async_val": 60}, "it is asynchronous"),
        ({}, {"environment": [{}, {"HTTPS_PROXY": "http://127.0.0.1:3128"}]}, "it has an environment of its own"),
        ({}, {"environment": ["{{ of_the_site }}"]}, "it has an environment of its own"),
        ({"ansible_python_interpreter": OTHER}, {}, f"its Python is {OTHER}, that of Ansible {sys.executable}"),
        ({"ansible_python_interpreter": template("{{ other }}"), "other": OTHER}, {}, f"its Python is {OTHER}"),
        ({"rollcall_in_process": False}, {}, "rollcall_in_process is false"),
        ({"rollcall_in_process": "no"}, {}, "rollcall_in_process is false"),
        ({"rollcall_in_process": template("{{ here }}"), "here": False}, {}, "rollcall_in_process is false"),
    ],
)
def test_what_sends_it_elsewhere(variables, task, says):
    assert why_not_here(variables, **task).startswith(says)


@pytest.mark.parametrize(
    "here, there, says",
    [({}, {"ansible_python_interpreter": OTHER}, "its Python"), ({"ansible_python_interpreter": OTHER}, {}, "")],
)
def test_of_a_delegated_task_the_other_host_is_asked(here, there, says):
    variables = {**here, "ansible_delegated_vars": {"bastion": there}}
    assert why_not_here(variables, delegate_to="bastion").startswith(says)
    assert bool(why_not_here(variables, delegate_to="bastion")) == bool(says)


def test_the_configured_interpreter_counts(monkeypatch):
    monkeypatch.setattr(in_process.constants.config, "get_config_value", lambda *_names, **_options: OTHER)
    assert why_not_here().startswith("its Python")


def test_without_requests_the_module_says_so(monkeypatch):
    monkeypatch.setattr(in_process, "HAS_REQUESTS", False)
    assert why_not_here() == "the Python of Ansible has no requests"


def test_elsewhere_is_the_ordinary_module(monkeypatch):
    monkeypatch.setattr(NormalAction, "run", lambda _self, _tmp, task_vars: {"module": task_vars})
    variables = {"rollcall_in_process": False}
    assert action(variables=variables).run(None, variables) == {"module": variables}


@pytest.fixture(scope="module")
def hth():
    with serving_sides() as sides:
        yield sides["hth"]


def options(side, **others):
    lists = [{"project": name, "collaborators": {"norris": "master"}} for name in ("platform", "crowd")]
    return {"api_url": side.url, **side.credentials(""), "projects": lists, **others}


def here(args, check_mode=False):
    return action(args=args, check_mode=check_mode).run(None, {})


def test_a_run_leaves_no_thread_and_the_arguments_as_they_were(hth):
    hth.reset()
    args = options(hth)
    before, given = threading.enumerate(), copy.deepcopy(args)
    assert here(args)["changed"]
    assert (threading.enumerate(), args) == (before, given)
    assert hth.members("crowd")["norris"] == "master"


def test_in_check_mode_nothing_is_written(hth):
    hth.reset()
    assert here(options(hth), check_mode=True)["changed"]
    assert hth.mutating == []


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"validate_certs": False},
        {"account_key": "wrong"},
        {"account_key": "norris"},
        {"account_key": "pla"},
        {"api_url": ""},
        {"projects": "platform"},
        {"acount_key": "a11ca11ca11ca11ca11ca11ca11ca11c"},
        {"retries": "many"},
        {"retries": -1},
    ],
)
def test_the_module_and_the_action_say_the_same(hth, others):
    results = []
    for host in (lambda args: run(hth.many, True, **args), lambda args: here(args, check_mode=True)):
        hth.reset()
        results.append({"failed": False, "warnings": [], **host(options(hth, **others))})
    of_module, of_action = results
    # Without Ansible nobody asks for it, and a module does not know its name.
    invocations = [result.pop("invocation", None) for result in results]
    assert invocations[0] == invocations[1] or in_process.INJECT_INVOCATION
    of_module["msg"] = re.sub(r"for \(\S+\) module", f"for ({NAME}) module", of_module.get("msg", ""))
    assert {"msg": "", **of_action} == of_module


@pytest.mark.parametrize("secret", ["platform", "norris", "pla"])
def test_a_secret_that_is_a_name_or_none_blanks_out_nothing(hth, monkeypatch, secret):
    hth.reset()
    monkeypatch.setattr(in_process, "INJECT_INVOCATION", None)
    result = here(options(hth, account_key=secret))
    assert result["error"]["kind"] == "authentication"
    assert result["error"]["url"].startswith(f"{hth.url}/projects/")
    assert {name for name, value in result["invocation"]["module_args"].items() if value == MASK} == {
        "company_key",
        "account_key",
    }
    assert [entry["project"] for entry in result["invocation"]["module_args"]["projects"]] == ["platform", "crowd"]


def test_a_misspelt_option_shows_no_value():
    result = here({"projects": [], "acount_key": "a11ca11ca11ca11ca11ca11ca11ca11c"})
    assert result["msg"].startswith(f"Unsupported parameters for ({NAME}) module: acount_key.")
    assert "a11ca11c" not in repr(result)


def test_a_failure_that_quotes_a_secret_is_masked(hth):
    hth.reset()
    secret = hth.credentials("")["account_key"]
    hth.service.faults.append(
        Fault({"fault": "status", "status": 404, "body": {"message": f"no such key as {secret}"}})
    )
    result = here(options(hth))
    assert "no such key" in result["msg"]
    assert secret not in repr(result)


def test_the_timeout_of_the_task_ends_it_after_the_request_that_is_under_way(hth):
    hth.reset()
    hth.service.faults.append(Fault({"fault": "slow", "seconds": 0.5}))
    former = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        result = action(args=options(hth), timeout=7).run(None, {})
    finally:
        signal.signal(signal.SIGALRM, former)
    assert (result["failed"], result["error"]["kind"], result["timedout"]) == (True, "interrupted", {"period": 7})
    assert result["msg"].startswith("Stopped by the timeout of the task.")
    assert len(hth.service.journal) == 1


class Tagged(str):
    """As Ansible gives all text, with what it knows of it."""


def test_lists_go_back_to_ansible_as_plain_text(hth):
    hth.reset()
    args = options(hth, protect=[Tagged("mia-ai")], max_removals=Tagged("3"))
    task = action(args=args, check_mode=True)
    task.run(None, {})
    assert task._task.args == args
    assert {name for name, value in task._task.args.items() if value is not args[name]} == {"projects", "protect"}
    assert not isinstance(task._task.args["protect"][0], Tagged)


def test_garbage_is_looked_for_among_what_the_run_itself_made(hth, monkeypatch):
    hth.reset()
    set_aside = []
    connect = HelixTeamHub.connect.__func__

    def watched(cls, *arguments, **named):
        set_aside.append(gc.get_freeze_count())
        return connect(cls, *arguments, **named)

    monkeypatch.setattr(HelixTeamHub, "connect", classmethod(watched))
    before = gc.get_freeze_count()
    assert here(options(hth))["changed"]
    assert set_aside[0] > before == gc.get_freeze_count()


@pytest.mark.parametrize("version_asks, asked", [(True, True), (True, False), (False, False)])
def test_invocation_is_told_where_ansible_wants_it(hth, monkeypatch, version_asks, asked):
    hth.reset()
    monkeypatch.setattr(in_process, "INJECT_INVOCATION", version_asks)
    if version_asks:
        monkeypatch.setattr(in_process.constants.config, "get_config_value", lambda *_names, **_options: asked)
        monkeypatch.setattr(in_process.InProcess, "_why_not_here", lambda *_arguments: "")
    shown = here(options(hth), check_mode=True).get("invocation", {}).get("module_args", {})
    assert set(shown) == (set() if version_asks and not asked else set(hth_project_collaborators.ActionModule.job.spec))
    assert {shown[name] for name in ("company_key", "account_key") if shown} <= {MASK}


def test_a_key_that_json_cannot_hold_is_told_without_a_name_of_ansible(hth):
    result = here(options(hth, projects=[{"project": "platform", "collaborators": {date(2026, 1, 1): "guest"}}]))
    assert (result["failed"], result["msg"]) == (True, in_process.UNWRITABLE)
