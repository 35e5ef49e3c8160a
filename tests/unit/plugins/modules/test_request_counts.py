# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No more requests than needed: what whole rosters cost, counted at the fake services. Scaling.rst tells the same."""

from __future__ import annotations

import pytest
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import READ, serving_sides

PERSON = {"email": "someone@example.org", "first_name": "Some", "last_name": "One"}
PEOPLE = [f"member{number:03}" for number in range(250)]


@pytest.fixture(scope="module")
def sides():
    with serving_sides() as serving:
        yield serving


def requests(side):
    """(reads, writes) since the side was seeded."""
    journal = side.service.journal
    writes = sum(request["mutating"] for request in journal)
    return len(journal) - writes, writes


def quantconnect(projects):
    return {
        "accounts": {"1234567": {"api_token": "example-api-token", "publicId": "sim_owner"}},
        "profiles": {"sim_owner": {"uid": 1234567}, "mia-ai": {"uid": 2000001}},
        "projects": [
            {
                "projectId": 23456000 + number,
                "name": f"Bench/{number}",
                "owner": "sim_owner",
                "collaborators": {"mia-ai": {"liveControl": False, "permission": "read"}},
            }
            for number in range(projects)
        ],
    }


def helix_teamhub(projects, members):
    ann = {**PERSON, "type": "user", "company_admin": True, "account_key": "a11ca11ca11ca11ca11ca11ca11ca11c"}
    return {
        "company": {"id": "acme", "key": "ace0ace0ace0ace0ace0ace0ace0ace0"},
        "caller": "ann",
        "accounts": {"ann": ann, **dict.fromkeys(PEOPLE, {**PERSON, "type": "collaborator"})},
        "groups": {},
        "projects": {
            f"project-{number}": {
                "name": f"Project {number}",
                "users": {},
                "groups": {},
                "collaborators": dict.fromkeys(PEOPLE[:members], "guest"),
            }
            for number in range(projects)
        },
    }


# A window that is full may have another behind it, which only names, which could be there too, have to look into.
@pytest.mark.parametrize(
    ("by", "projects", "reads"),
    [("id", 1, 1), ("id", 100, 1), ("id", 101, 2), ("id", 250, 3), ("name", 1, 1), ("name", 100, 2), ("name", 250, 3)],
)
def test_quantconnect_reads_a_hundred_projects_at_once(sides, by, projects, reads):
    side = sides["qc"]
    side.service.seed(quantconnect(projects))
    names = {
        "id": [str(23456000 + number) for number in range(projects)],
        "name": [f"Bench/{number}" for number in range(projects)],
    }[by]
    result = side.run(dict.fromkeys(names, {"mia-ai": READ}))

    assert (result["failed"], result["changed"]) == (False, False)
    assert requests(side) == (reads, 0)


@pytest.mark.parametrize(("members", "pages"), [(0, 1), (100, 1), (101, 2), (250, 3)])
def test_helix_teamhub_reads_a_hundred_members_at_once_and_each_project_once(sides, members, pages):
    side = sides["hth"]
    side.service.seed(helix_teamhub(4, members))
    result = side.run({f"project-{number}": dict.fromkeys(PEOPLE[:members], "guest") for number in range(4)})

    assert (result["failed"], result["changed"]) == (False, False)
    assert requests(side) == (4 * pages, 0)


def test_qfieldcloud_reads_each_project_once_and_each_owner_once(sides):
    side = sides["qfield"]
    side.service.seed(side.world)
    result = side.run({"acme_org/trees": {}, "acme_org/bees": {}, "john_doe/bees": {}, "john_doe/many": {}})

    assert (result["failed"], result["changed"]) == (False, False)
    assert requests(side) == (2 + 4, 0)


@pytest.mark.parametrize("service", ["qc", "hth", "qfield"])
def test_each_change_is_one_request_and_nothing_is_read_again(sides, service):
    side = sides[service]
    side.service.seed(side.world)
    reads = {}
    for check_mode in (True, False):
        side.service.journal.clear()
        result = side.run({side.project: side.wanted}, check_mode)
        reads[check_mode] = requests(side)

    changes = sum(len(result["projects"][0]["plan"][kind]) for kind in ("add", "change", "remove"))
    assert changes == len(side.wanted)
    assert reads[True][1] == 0
    assert reads[False] == (reads[True][0], changes)


def test_a_hundred_adds_on_one_project_take_one_reading(sides):
    side = sides["hth"]
    side.service.seed(helix_teamhub(1, 0))
    result = side.run({"project-0": dict.fromkeys(PEOPLE[:100], "guest")}, concurrency=8)

    assert result["summary"] == "+100 ~0 -0 =0"
    assert requests(side) == (1, 100)


def test_the_result_of_a_big_roster_does_not_grow_with_those_who_stay(sides):
    side = sides["hth"]
    sizes = {}
    for members in (1, 100):
        side.service.seed(helix_teamhub(2, members))
        projects = {f"project-{number}": dict.fromkeys(PEOPLE[:members], "guest") for number in range(2)}
        sizes[members] = len(str(side.run(projects)))

    # The count in the summaries is all that differs.
    assert sizes[100] - sizes[1] < 20
