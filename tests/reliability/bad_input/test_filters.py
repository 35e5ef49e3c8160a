# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters given anything that YAML can hold, in every place: a result, or an error of theirs that names it."""

from __future__ import annotations

import copy

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.rollcall.collaborators.plugins.filter.access_plan import access_plan
from ansible_collections.rollcall.collaborators.plugins.filter.call_results import call_results
from ansible_collections.rollcall.collaborators.plugins.filter.exported_roster import exported_roster
from ansible_collections.rollcall.collaborators.plugins.filter.member_lists import member_lists
from ansible_collections.rollcall.collaborators.tests.reliability.bad_input import roster
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import SIDES

REGISTERED = {
    "hth": {
        "results": [
            {"changed": True, "projects": [{"project": "platform", "summary": "+1 ~0 -0 =2"}]},
            {"failed": True, "msg": "Nobody is there.", "error": {"kind": "unreachable"}},
            {"skipped": True},
        ]
    }
}
STEPS = {"add": {"norris": "guest"}, "change": {"jane": {"from": "guest", "to": "master"}}, "remove": {"kim": "guest"}}
RESULTS = {
    "hth": {
        "projects": [
            {
                "changed": True,
                "project": "platform",
                "project_id": "platform",
                "plan": {**STEPS, "protected": {"old.timer": "named in protect"}},
                "summary": "+1 ~1 -1 =2",
                "outcome": {
                    "done": [{"action": "add", "collaborator": "norris"}],
                    "failed": [{"action": "change", "collaborator": "jane", "error": {"message": "No."}}],
                    "not_attempted": [{"action": "remove", "collaborator": "kim"}],
                },
            }
        ],
        "error": "Nobody is there.",
        "warnings": ["people.jim: left out"],
    }
}

READ = {
    "hth": {
        "projects": [{"project": "platform", "collaborators": {"norris": "developer"}}],
        "details": {"platform": {"name": "Platform", "emails": {"norris": "norris@example.org"}}},
        "unreadable": [{"project": "secret", "error": {"message": "No right.", "hint": "Ask its owner."}}],
        "summary": "1 project, 1 collaborator, 1 unreadable",
    },
    "qc": {"skipped": True},
}
PEOPLE = {"nora": {"hth": "norris"}}


def apply(service, variables, unknown="error"):
    parts = {name: variables[f"project_members_{name}"] for name in ("people", "teams", "protect")}
    return member_lists(variables[f"project_members_{service}"], service, unknown=unknown, **parts)


@pytest.mark.parametrize("service", SIDES)
def test_the_roster_itself_is_right(service):
    assert len(apply(service, roster.right(service))["projects"]) == 2


@pytest.mark.parametrize("mistake", [mistake for side in SIDES for mistake in roster.mistakes(side)], ids=str)
def test_a_roster_that_is_wrong_somewhere(refused, mistake):
    if mistake.is_right:
        assert apply(mistake.service, mistake.variables)
        refused["converted"]["roster"] += 1
        return
    with pytest.raises(AnsibleFilterError) as error:
        apply(mistake.service, mistake.variables)
    assert [word for word in mistake.words if word not in str(error.value)] == []
    refused["filters"]["member_lists"] += 1


@pytest.mark.parametrize("label", roster.VALUES)
def test_what_else_the_filter_takes(refused, label):
    value = roster.VALUES[label]
    with pytest.raises(AnsibleFilterError, match="no service"):
        member_lists([], value)
    with pytest.raises(AnsibleFilterError, match="project_members_unknown"):
        member_lists([], "qc", unknown=value)
    refused["filters"]["member_lists"] += 2
    if label not in ("empty", "word"):
        with pytest.raises(AnsibleFilterError, match="project_members_person"):
            member_lists([], "qc", person=value)
        refused["filters"]["member_lists"] += 1


@pytest.mark.parametrize("label", roster.VALUES)
@pytest.mark.parametrize("path", list(roster.paths(REGISTERED)), ids=str)
def test_results_that_no_module_returns(refused, path, label):
    registered = copy.deepcopy(REGISTERED)
    roster.inner(registered, path[:-1])[path[-1]] = roster.VALUES[label]
    try:
        call_results(registered)
    except AnsibleFilterError:
        refused["filters"]["call_results"] += 1


@pytest.mark.parametrize("label", roster.VALUES)
@pytest.mark.parametrize("path", list(roster.paths({"results": READ, "people": PEOPLE})), ids=str)
def test_what_no_info_module_returns_and_people_who_are_none(refused, path, label):
    given = copy.deepcopy({"results": READ, "people": PEOPLE})
    roster.inner(given, path[:-1])[path[-1]] = roster.VALUES[label]
    try:
        exported_roster(given["results"], given["people"])
    except AnsibleFilterError:
        refused["filters"]["exported_roster"] += 1


@pytest.mark.parametrize("label", roster.VALUES)
@pytest.mark.parametrize("path", list(roster.paths(RESULTS)), ids=str)
def test_plans_of_what_no_filter_returns(refused, path, label):
    results = copy.deepcopy(RESULTS)
    roster.inner(results, path[:-1])[path[-1]] = roster.VALUES[label]
    try:
        access_plan(results)
    except AnsibleFilterError:
        refused["filters"]["access_plan"] += 1
