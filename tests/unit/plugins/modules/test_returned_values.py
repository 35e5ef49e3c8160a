# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every value that a module returns is documented, and every documented one is returned."""

from __future__ import annotations

from importlib import import_module

import pytest
import yaml
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible import result
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.apply import Outcome
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import RollcallError
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Field,
    Plan,
    Project,
    Scale,
    Step,
)
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import SIDES, serving_sides

MODULES = "ansible_collections.rollcall.collaborators.plugins.modules"
SINGULAR = ["qc_collaborator", "hth_project_collaborator", "qfield_collaborator"]
# These come with every Ansible module, or with its failure.
COMMON = {"changed", "diff", "failed", "msg"}

ROLES = Scale((Field("role", ("reader", "editor")),))
ADD = Step("amy", None, {"role": "editor"})
FAILED = [(ADD, RollcallError("no", kind="refused"))]
PLAN = Plan("p", Project("1", "p"), {}, (ADD,), {})
FAILURE = Outcome(PLAN, failed=FAILED, error=FAILED[0][1])
IDLE = Outcome(Plan("p", Project("1", "p"), {"amy": {"role": "editor"}}, (), {}))
# Values that are told of each project by its reference.
BY_PROJECT = {"details"}


def documented(entries, *conditions):
    """Dotted names of all values that RETURN tells of, or of those that are returned under these conditions."""
    for name, entry in entries.items():
        if not conditions or entry["returned"] in conditions:
            yield name
            yield from (f"{name}.{inner}" for inner in documented(entry.get("contains", {}), *conditions))


def returned(values, described):
    """Dotted names of all values in a result, as deep as they are described one by one."""
    for name, value in values.items():
        yield name
        inner = described.get(name, {}).get("contains")
        if inner:
            for item in value if isinstance(value, list) else value.values() if name in BY_PROJECT else [value]:
                yield from (f"{name}.{key}" for key in returned(item, inner))


@pytest.mark.parametrize("name", SINGULAR + [f"{name}s" for name in SINGULAR])
def test_returned_and_documented_values_are_the_same(name):
    described = yaml.safe_load(import_module(f"{MODULES}.{name}").RETURN)
    report = result.total_result if name.endswith("s") else result.single_result
    whole = {**report([FAILURE], ROLES), **result.failure([FAILURE])}

    assert set(returned(whole, described)) - COMMON == set(documented(described))


@pytest.mark.parametrize("name", [f"{name}s" for name in SINGULAR])
def test_of_a_project_on_which_nothing_was_to_do_only_some_are_returned(name):
    described = yaml.safe_load(import_module(f"{MODULES}.{name}").RETURN)
    small, whole = (set(returned(result.total_result([IDLE], ROLES, full), described)) for full in (False, True))

    condition = "when there was something to do on the project, or with O(full_result=true)"

    assert small - COMMON == set(documented(described, "success"))
    assert whole - COMMON == set(documented(described, "success", condition))


@pytest.fixture(scope="module")
def sides():
    with serving_sides() as sides:
        yield sides


RUN = COMMON | {"failed", "warnings", "invocation"}
NOWHERE = {"qc": "No/Such", "hth": "nowhere", "qfield": "acme_org/nowhere"}
OWN_OPTION = {"qc": ["emails"], "hth": ["emails"], "qfield": ["inherited"]}
BY_ID = {"qc": "23456790", "hth": "platform", "qfield": "550e8400-e29b-41d4-a716-446655440002"}


@pytest.mark.parametrize("service", SIDES)
def test_what_the_modules_that_only_read_return_is_what_is_documented(sides, service):
    side = sides[service]
    described = yaml.safe_load(side.info.RETURN)
    every = dict.fromkeys(OWN_OPTION[service], True)
    results = [
        side.run_info(**every),
        side.run_info(projects=[side.project, NOWHERE[service]], **every),
        side.run_info(projects=[""]),
    ]
    assert [len(told.get("unreadable", [])) for told in results] == [0, 1, 0]

    assert set().union(*(returned(told, described) for told in results)) - RUN == set(documented(described))


@pytest.mark.parametrize("service", SIDES)
def test_without_options_they_return_what_is_always_returned(sides, service):
    side = sides[service]
    described = yaml.safe_load(side.info.RETURN)
    told = set(returned(side.run_info(projects=[BY_ID[service]]), described))

    assert told - RUN == {name for name in documented(described, "success") if not name.startswith("unreadable.")}
