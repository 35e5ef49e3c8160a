# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every wrong value of every option of every module: one clear message that names the place, and nothing changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.rollcall.collaborators.plugins import modules
from ansible_collections.rollcall.collaborators.tests.reliability.bad_input import wrong
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import SIDES
from ansible_collections.rollcall.collaborators.tests.unit.plugins.running import run

MODULES = [(side, kind) for side in SIDES for kind in wrong.SPECS]
LOGIN = ("username", "password")


@pytest.fixture(autouse=True)
def _no_time(clock, monkeypatch):
    for service in wrong.SERVICES.values():
        for option in service.options.values():
            for variable in option.get("env", ()):
                monkeypatch.delenv(variable, raising=False)


def module_of(side, kind):
    return getattr(SIDES[side], kind)


def arguments_for(side, kind, option=""):
    """Arguments that are right; with a login where that is what is looked at."""
    credentials = side.service.credentials()
    for name in LOGIN if option not in LOGIN else ("token",):
        credentials.pop(name, None)
    # Of plain http no certificate is looked at.
    api_url = side.url.replace("http:", "https:") if option == "ca_path" else side.url
    return {**wrong.right(side.service.name, kind), **credentials, "api_url": api_url}


def change(arguments, changes):
    for (*place, name), value in changes.items():
        inner = arguments
        for key in place:
            inner = inner[key]
        if value is wrong.LEFT_OUT:
            inner.pop(name, None)
        else:
            inner[name] = value


@pytest.mark.parametrize("case", [case for module in MODULES for case in wrong.wrong(*module)], ids=str)
def test_a_wrong_value_is_refused(sides, monkeypatch, refused, case):
    side = sides[case.side]
    arguments = arguments_for(side, case.kind, case.option)
    change(arguments, case.changes)
    if case.variable:
        monkeypatch.setenv(case.variable, arguments.pop(case.option))

    result = run(module_of(case.side, case.kind), **arguments)

    assert result["failed"] and not result.get("changed")
    assert [word for word in case.words if word not in result["msg"]] == [], result["msg"]
    assert side.mutating == []
    assert case.asks or side.service.journal == []
    # What a task was given is Ansible's to show.
    result.pop("invocation", None)
    said = json.dumps(result)
    assert [secret for secret in (wrong.SECRET, *secrets_of(side)) if secret in said] == []
    refused["modules"][case.option] += 1


def secrets_of(side):
    options = wrong.SERVICES[side.service.name].options
    return [value for name, value in side.service.credentials().items() if "no_log" in options[name]]


@pytest.mark.parametrize(
    ("module", "path", "option"),
    [(module, path, option) for module in MODULES for path, option in wrong.options(wrong.spec_of(*module))],
    ids=lambda part: "-".join(map(str, part)) if isinstance(part, tuple) else "",
)
def test_what_is_converted_does_what_it_says(sides, refused, module, path, option):
    side = sides[module[0]]

    def outcome(value):
        side.reset()
        arguments = arguments_for(side, module[1], path[-1])
        change(arguments, {path: value})
        result = run(module_of(*module), **arguments)
        result.pop("invocation", None)
        sent = [(request["method"], request["path"], str(request["body"])) for request in side.service.journal]
        return result, sorted(sent)

    given = arguments_for(side, module[1], path[-1])
    for key in path:
        given = given[key] if isinstance(given, list) else given.get(key, option.get("default"))
    for written, meant in wrong.conversions(path[-1], option, given):
        assert outcome(written) == outcome(meant)
        refused["converted"][path[-1]] += 1


@pytest.mark.parametrize(("key", "text"), [(1, "1"), (True, "true"), (None, "null")])
def test_keys_that_are_no_text_are_names_by_the_time_a_module_sees_them(sides, refused, key, text):
    """On their way to a module all keys become text, so that they cannot be told from names that are written so."""
    side = sides["hth"]
    result = side.run({side.project: {key: side.other_access}}, check_mode=True)
    assert result["projects"][0]["plan"]["add"] == {text: side.other_access}
    refused["converted"]["collaborators"] += 1


def test_every_module_is_here():
    files = {path.stem for path in Path(modules.__path__[0]).glob("[a-z]*.py")}
    assert {module_of(*module).__name__.rpartition(".")[2] for module in MODULES} == files
