# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several runs at the same moment: nothing is done twice, nobody is lost, and who came too late says so."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability.concurrency.scene import (
    EXCLUSIVE,
    PROJECTS,
    STEPS,
    ended,
)

CROWD = 8


class Case(NamedTuple):
    """What a service answers to those who come too late with an add or a removal, and what they make of it.

    `unseen`: the kinds of steps where the answer looks like a success, so that others than the first claim them too.
    """

    service: str
    switches: dict
    unseen: tuple = ()
    errors: tuple = ()


CASES = [
    Case("qc", {"create_existing": "refuse", "missing_row": "refuse"}),
    Case("qc", {"create_existing": "success", "missing_row": "success"}, unseen=("add", "remove")),
    Case("qc", {"create_existing": "overwrite"}, unseen=("add",)),
    Case("hth", {"duplicate_post": "422 reserved", "missing_member": "404 json"}),
    Case("hth", {"duplicate_post": "201 idempotent", "missing_member": 403}, unseen=("add",), errors=("forbidden",)),
    Case("hth", {"duplicate_post": "201 overwriting", "missing_member": "404 html"}, unseen=("add",)),
    Case("qfield", {"duplicate_post": 400, "delete_twice": 404}),
    Case("qfield", {"duplicate_post": 409, "delete_twice": 204}, unseen=("remove",)),
    # A 500 could as well stand for a write that was carried out.
    Case("qfield", {"duplicate_post": 500}, unseen=("add",)),
]


def at_once(scene, tasks):
    """The results of processes of which none writes before all have read what they plan with."""
    for task in tasks:
        scene.run(check_mode=True, **task)
    reads = len(scene.service.journal)
    scene.service.journal.clear()
    scene.between.reads = reads
    results = [ended(process) for process in [scene.start(**task) for task in tasks]]
    assert [request["mutating"] for request in scene.service.journal[: reads + 1]] == [False] * reads + [True]
    return results


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join([case.service, *map(str, case.switches.values())]))
def test_a_crowd_applies_one_roster(scenes, count, case):
    scene = scenes[case.service]
    scene.side.switch(**case.switches)
    results = at_once(scene, [{"concurrency": number} for number in range(1, CROWD + 1)])

    assert scene.changes("add") == scene.changes("remove") == STEPS
    assert {result["error"]["kind"] for result in results if result["failed"]} <= set(case.errors)
    claims = dict.fromkeys(PROJECTS, 0)
    for result in results:
        for project, told in zip(PROJECTS, result["projects"]):
            claims[project] += told["changed"]
    assert min(claims.values()) >= 1
    # These projects need a single step. An update looks like a success to everybody.
    for kind, project in (("add", "arrival"), ("remove", "departure")):
        assert claims[project] == 1 or kind in case.unseen
    scene.check_nothing_is_left_to_do()
    count["crowds of eight processes"] += 1


@pytest.mark.parametrize("service", ["qc", "hth", "qfield"])
def test_two_rosters_contradict_each_other(scenes, count, service):
    """Everybody ends with what one of the two wants; the next run has its way. Of the list that both say is complete,
    one of them may tell that it is not what it left.
    """
    scene = scenes[service]
    ours, theirs = scene.after(scene.roster), scene.after(scene.opponent)
    results = at_once(scene, [{"wanted": scene.roster}, {"wanted": scene.opponent}])
    for result in results:
        errors = {told["project"]: told["error"]["kind"] for told in result["projects"] if "error" in told}
        assert errors in ({}, {scene.prefix + EXCLUSIVE: "not_converged"})
    for project, people in scene.state.items():
        for name in ours[project] | theirs[project] | people:
            assert people.get(name) in (ours[project].get(name), theirs[project].get(name)), (project, name)
    assert not scene.run()["failed"]
    scene.check_nothing_is_left_to_do()
    count["pairs of contradicting rosters"] += 1


@pytest.mark.parametrize("more", [{}, {"newcomer"}], ids=["one each", "one each and a newcomer"])
@pytest.mark.parametrize("service", ["qc", "hth", "qfield"])
def test_a_crowd_with_contradicting_exclusive_lists(scenes, count, service, more):
    """Each keeps somebody else of those who are there, so that nobody may be left; somebody has to notice."""
    scene = scenes[service]
    wanted = scene.roster[EXCLUSIVE]["newcomer"]
    keep = [{name, *more} for name in sorted(scene.before) for _twice in "12"]
    lists = [{name: scene.before.get(name, wanted) for name in names} for names in keep]
    results = at_once(scene, [{"wanted": {EXCLUSIVE: people}, "max_removals": "100%"} for people in lists])

    left = scene.state[EXCLUSIVE]
    assert len(keep) == CROWD and left.keys() <= {*more, *scene.before}
    missed = [
        (people, result["msg"])
        for people, result in zip(lists, results)
        if result["failed"] and result["error"]["kind"] == "not_converged" and people.keys() - left.keys()
    ]
    assert missed
    assert all(f"{name} is missing" in message for people, message in missed for name in people.keys() - left.keys())
    for people, result in zip(lists, results):
        # Who reports success saw its own list before others took it apart.
        assert result["failed"] or result["projects"][0]["after"].keys() >= people.keys()
    count["crowds of eight processes with contradicting exclusive lists"] += 1
