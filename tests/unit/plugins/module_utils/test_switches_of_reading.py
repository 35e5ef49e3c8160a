# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules that only read, under every switch of the fakes, and what they tell given back to the plural modules.

In every test nothing is written, nothing is asked for twice, and what is told is held against the state of the service.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import (
    SIDES,
)

QC, HTH, QFIELD = SIDES["qc"], SIDES["hth"], SIDES["qfield"]
# What the caller can see, the requests that reading all of it takes, and the option that tells more.
VISIBLE = {
    "qc": ["Crowd", "Research/Momentum", "Team/First"],
    "hth": ["crowd", "platform"],
    "qfield": [
        *("acme_org/bees", "acme_org/trees", "acme_org/trees_public"),
        *("john_doe/bees", "john_doe/bees_public", "john_doe/empty", "john_doe/many"),
    ],
}
REQUESTS = {"qc": 1, "hth": 3, "qfield": 12}
MORE = {"qc": "emails", "hth": "emails", "qfield": "inherited"}


class Expected(NamedTuple):
    """How reading goes: the kind of its failure, or why projects are unreadable, and who is listed beside the rest.

    With `refused` the plural module does not know what is told, and says so.
    """

    failed: str = ""
    unreadable: str = ""
    besides: str = ""
    refused: bool = False
    again: bool = False
    """Whether something has to be asked for again."""


def everybody(side):
    return {project: side.members(project) for project in VISIBLE[side.service.name]}


def told(result):
    return {project["project"]: project["collaborators"] for project in result["projects"]}


def perform(side, expected):
    """Check mode, the run, and what it tells given to the plural module; gives the result of the run."""
    name = side.service.name
    options = {MORE[name]: True}
    before = everybody(side)
    result = side.run_info(**options)
    asked = [
        (request["method"], request["path"], str(request["query"]), str(request["body"])) for request in journal(side)
    ]
    assert expected.again or len(set(asked)) == len(asked)
    assert side.run_info(check_mode=True, **options) == result
    assert (side.mutating, everybody(side)) == ([], before)

    assert result.get("error", {}).get("kind", "") == expected.failed, result.get("msg")
    assert not result["changed"]
    if expected.failed:
        return result
    reasons = {failed["project"]: failed["error"]["kind"] for failed in result["unreadable"]}
    assert reasons == (dict.fromkeys(VISIBLE[name], expected.unreadable) if expected.unreadable else {})
    assert bool(result["warnings"]) == bool(expected.unreadable)
    if expected.unreadable:
        return result
    for project, members in told(result).items():
        beside = {who: access for who, access in members.items() if who == expected.besides}
        assert expected.refused or members == {**before[project], **beside}
    assert list(told(result)) == list(result["details"]) == VISIBLE[name]

    side.service.journal.clear()
    again = side.run(told(result), full_result=True)
    assert (side.mutating, everybody(side)) == ([], before)
    assert again.get("error", {}).get("kind", "") == ("bad_input" if expected.refused else ""), again.get("msg")
    if not expected.refused:
        assert not again["changed"]
        assert {project["project"]: project["before"] for project in again["projects"]} == told(result)
    return result


def journal(side):
    return [request for request in side.service.journal if request["status"] != 429]


UNDER_ONE_SWITCH = {
    ("qc", "throttle", "text"): Expected(again=True),
    **{("qc", "auto_admin", value): Expected(besides="auto-admin") for value in ("removable", "permanent")},
    **{("qc", "caller", value): Expected(besides="sim_owner") for value in ("writer", "reader")},
    **{("hth", "key_state", value): Expected(failed="authentication") for value in ("expired", "p4 session expired")},
    ("hth", "auth_method", "helix 403"): Expected(unreadable="forbidden"),
    ("hth", "auth_method", "helix 404"): Expected(unreadable="not_found"),
    ("hth", "auth_method", "helix 422"): Expected(unreadable="not_found"),
    ("hth", "redirect", 301): Expected(failed="redirect"),
    ("qfield", "redirect", "https"): Expected(failed="redirect"),
    ("qfield", "token_state", "expired"): Expected(failed="authentication"),
    # A role that this version does not know is told, and refused by the plural module.
    ("qfield", "extra_role", "auditor"): Expected(refused=True),
}


@pytest.mark.parametrize(
    ("service", "switch", "value"),
    [
        pytest.param(service, switch, value, id=f"{service}-{switch}-{value}")
        for service in SIDES
        for switch, values in SIDES[service].fake.switches.items()
        for value in values
    ],
)
def test_each_value_of_each_switch(sides, service, switch, value):
    sides[service].switch(**{switch: value})
    perform(sides[service], UNDER_ONE_SWITCH.get((service, switch, value), Expected()))


def test_the_table_of_exceptions_speaks_of_switches_that_exist():
    for service, switch, value in UNDER_ONE_SWITCH:
        assert value in SIDES[service].fake.switches[switch]


@pytest.mark.parametrize("service", SIDES)
def test_no_more_requests_than_needed(sides, service):
    result = sides[service].run_info(**{MORE[service]: True})
    assert not result["failed"]
    assert len(sides[service].service.journal) == REQUESTS[service]


LIST = Expected(failed="bad_answer")
TOGETHER = [
    ("qc", {"rows": "minimal", "caller": "writer"}, Expected(besides="sim_owner")),
    ("qc", {"page_order": "shuffled", "default_page": 2}, Expected()),
    ("hth", {"page_size": 2, "total_count": "absent"}, Expected()),
    ("hth", {"page_size": 2, "next_offset": "missing"}, Expected()),
    ("hth", {"page_size": 2, "more_results": "always true"}, Expected()),
    ("hth", {"page_size": 2, "limit_too_big": 422}, Expected()),
    ("hth", {"refs": "string", "highest_role": "different"}, Expected()),
    ("qfield", {"list_cap": 2, "list_shape": "object"}, Expected()),
    ("qfield", {"list_cap": 2, "next_page_host": "other"}, LIST),
    ("qfield", {"list_cap": 2, "next_page_host": "loop"}, LIST),
    ("qfield", {"list_cap": 2, "list_shape": "object", "next_page_host": "other"}, LIST),
    ("qfield", {"era": "2024", "debug": "on", "extra_fields": "some"}, Expected()),
]


@pytest.mark.parametrize(
    ("service", "switches", "expected"), [pytest.param(*row, id=f"{row[0]}-{row[1]}") for row in TOGETHER]
)
def test_switches_that_matter_together(sides, service, switches, expected):
    sides[service].switch(**switches)
    perform(sides[service], expected)


def test_qfield_a_member_of_the_organization_may_have_a_role_that_nobody_else_can_see(sides):
    side, unseen = sides["qfield"], {"role": "unknown", "through": "organization member"}
    told = {}
    for value in ("off", "on"):
        side.switch(default_role_for_members=value)
        told[value] = side.run_info(inherited=True, projects=["acme_org/trees", "john_doe/bees"])
    # The answers of the service are the same, and so is what is told.
    assert told["on"] == told["off"]
    inherited = told["on"]["details"]["acme_org/trees"]["inherited"]
    assert inherited["jane_smith"] == inherited["rob_reader"] == [unseen]
    assert unseen not in [*inherited["john_doe"], *inherited["olga_orgadmin"]]
    assert told["on"]["details"]["john_doe/bees"]["inherited"] == {}

    alone = side.run_info(inherited=True, collaborator="jane_smith")
    assert alone["projects"] == []
    assert {project: detail["inherited"] for project, detail in alone["details"].items()} == {
        f"acme_org/{name}": {"jane_smith": [unseen]} for name in ("bees", "trees", "trees_public")
    }


def test_qfield_an_organization_that_hides_from_outsiders_still_tells_who_is_in_its_teams(sides):
    side = sides["qfield"]
    assert not side.run({"john_doe/bees": {"@other_org/crew": "editor"}})["failed"]
    result = side.run_info(inherited=True, projects=["john_doe/bees"])
    assert result["details"]["john_doe/bees"]["inherited"] == {
        "otto_outsider": [{"role": "editor", "through": "@other_org/crew"}]
    }
    assert result["details"]["john_doe/bees"]["inherited_unknown"] == []
    told = result["organizations"]["other_org"]
    assert told["teams"] == {"@other_org/crew": ["otto_outsider"]}
    assert "to its members only" in told["error"]
