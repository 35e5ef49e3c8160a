# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: everything that happens is in it once, in data and in text, and nothing else."""

from __future__ import annotations

import json

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.rollcall.collaborators.plugins.filter.access_plan import (
    OF_COLLABORATORS,
    OUTCOMES,
    RETURN,
    SERVICES,
    FilterModule,
)
from ansible_collections.rollcall.collaborators.plugins.filter.call_results import call_results
from ansible_collections.rollcall.collaborators.tests.unit.plugins.patience import PATIENT
from hypothesis import given, settings
from hypothesis import strategies as st

access_plan = FilterModule().filters()["access_plan"]
NO_PROJECTS = "PROJECTS: changed 0, unchanged 0, failed 0, unknown 0"
NOBODY = "TOTAL: add 0, change 0, REMOVE 0, protected 0, unchanged 0"


def project(name="platform", kept=0, protected=None, **steps):
    """What a module returns for a project."""
    plan = {kind: steps.get(kind, {}) for kind in ("add", "change", "remove")}
    counts = [len(part) for part in plan.values()]
    return {
        "changed": any(counts),
        "project": name,
        "project_id": f"id of {name}",
        "plan": {**plan, "protected": protected or {}},
        "summary": "+{} ~{} -{} ={}".format(*counts, kept),
    }


def failed(result, done=(), broken=(), left=()):
    """The same, when some of its steps were not carried out."""
    actions = {who: kind for kind in ("add", "change", "remove") for who in result["plan"][kind]}

    def step(who):
        return {"action": actions[who], "collaborator": who}

    error = {"kind": "refused", "message": "No.", "hint": "", "url": "http://127.0.0.1/"}
    outcome = {
        "done": [step(who) for who in done],
        "failed": [{**step(who), "error": error} for who in broken],
        "not_attempted": [step(who) for who in left],
    }
    return {**result, "changed": bool(done), "error": error, "outcome": outcome}


def results(*projects, error=""):
    call = {"changed": any(entry["changed"] for entry in projects), "projects": list(projects)}
    return call_results({"hth": {**call, **({"failed": True, "msg": error} if error else {})}})


def of_hth(*projects, **options):
    return access_plan(results(*projects), **options)["services"]["hth"]


MIXED = project(
    kept=2,
    add={"ravi.k": "guest"},
    change={"norris": {"from": "guest", "to": "developer"}},
    remove={"old.timer": "master"},
    protected={"support-bot": "named in protect"},
)


class TestData:
    def test_what_changes_is_told_as_the_module_tells_it(self):
        assert of_hth(MIXED)["projects"] == [
            {
                "project": "platform",
                "project_id": "id of platform",
                "add": {"ravi.k": "guest"},
                "change": {"norris": {"from": "guest", "to": "developer"}},
                "remove": {"old.timer": "master"},
                "protected": {"support-bot": "named in protect"},
                "unchanged": 2,
                "failed": [],
                "not_attempted": [],
            }
        ]

    def test_projects_without_change_are_counted_only_with_those_on_them(self):
        quiet = project("apollo", kept=3, protected={"support-bot": "named in protect"})
        part = of_hth(quiet, MIXED, quiet)
        assert [entry["project"] for entry in part["projects"]] == ["platform"]
        assert part["counts"] == {
            "projects": 3,
            "changed_projects": 1,
            "unchanged_projects": 2,
            "failed_projects": 0,
            "unknown_projects": 0,
            "add": 1,
            "change": 1,
            "remove": 1,
            "protected": 3,
            "unchanged": 8,
            "failed": 0,
            "not_attempted": 0,
        }

    def test_of_a_failed_project_only_what_was_done_counts(self):
        part = of_hth(failed(MIXED, done=["ravi.k"], broken=["norris"], left=["old.timer"]))
        (entry,) = part["projects"]
        assert (entry["add"], entry["change"], entry["remove"]) == ({"ravi.k": "guest"}, {}, {})
        assert entry["failed"] == [{"action": "change", "collaborator": "norris", "error": "No."}]
        assert entry["not_attempted"] == [{"action": "remove", "collaborator": "old.timer"}]
        assert [part["counts"][f"{name}_projects"] for name in OUTCOMES] == [0, 0, 1, 0]

    def test_a_failed_project_on_which_nothing_was_done_is_listed(self):
        assert len(of_hth(failed(MIXED, left=["ravi.k", "norris", "old.timer"]))["projects"]) == 1

    def test_projects_of_calls_that_failed_are_unknown(self):
        plan = access_plan(results(MIXED, error="There is no project tols."), asked={"hth": 3, "qc": 0})
        assert plan["services"]["hth"]["counts"]["unknown_projects"] == 2
        assert plan["totals"]["projects"] == 3
        assert plan["services"]["hth"]["error"] == "There is no project tols."

    def test_what_somebody_else_did_meanwhile_is_no_change(self):
        assert of_hth({**MIXED, "changed": False})["projects"] == []

    def test_all_services_are_there_and_totals_are_their_sum(self):
        found = {**call_results({}), "qc": results(MIXED)["hth"], "hth": results(MIXED, MIXED)["hth"]}
        plan = access_plan(found)
        assert tuple(plan["services"]) == SERVICES
        assert plan["totals"]["remove"] == 3
        assert access_plan({})["totals"] == dict.fromkeys(plan["totals"], 0)

    def test_warnings_are_passed_on(self):
        found = call_results({}, lists={"qc": {"warnings": ["people.jim: left out"]}})
        assert access_plan(found)["services"]["qc"]["warnings"] == ["people.jim: left out"]

    def test_arguments_are_left_as_they_are(self):
        found = results(failed(MIXED, done=["ravi.k"], broken=["norris"]))
        before = repr(found)
        access_plan(found)
        assert repr(found) == before


class TestLines:
    def test_the_documented_sample(self):
        without_protected = {**MIXED, "plan": {**MIXED["plan"], "protected": {}}}
        sample = yaml.safe_load(RETURN)["_value"]["contains"]["lines"]["sample"]
        assert access_plan(results(without_protected))["lines"] == sample

    def test_nothing_to_do(self):
        assert access_plan({})["lines"] == ["REMOVALS: 0", "Plan, nothing was changed.", NOBODY, NO_PROJECTS]

    def test_what_was_done_and_for_whom(self):
        assert access_plan({}, check_mode=False)["lines"][1] == "What was done."
        assert access_plan({}, check_mode=False, person="jane")["lines"][1] == "What was done for jane alone."
        assert access_plan({}, person="jane")["lines"][1] == "Plan for jane alone, nothing was changed."

    def test_mappings_are_as_in_yaml_and_protected_have_their_reason(self):
        entry = project(
            "Research/Momentum",
            kept=1,
            add={"mia-ai": {"permission": "write", "live_control": True}},
            protected={"sim_owner": "owner of the project"},
        )
        assert access_plan(results(entry))["lines"][2:6] == [
            "hth Research/Momentum:",
            "+ add mia-ai: {permission: write, live_control: true}",
            "= protected sim_owner: owner of the project",
            "= unchanged: 1",
        ]

    def test_failures_are_told_at_the_top_and_in_their_place(self):
        broken = failed(MIXED, done=["ravi.k"], broken=["norris"], left=["old.timer"])
        plan = access_plan(results(project("apollo"), broken, error="It said:\nno"), {"hth": 4}, check_mode=False)
        assert plan["lines"] == [
            "REMOVALS: 0",
            "What was done.",
            "INCOMPLETE, something failed: hth",
            "hth platform:",
            "+ add ravi.k: guest",
            "! failed: change norris",
            "! not attempted: remove old.timer",
            "= protected support-bot: named in protect",
            "= unchanged: 2",
            "hth, projects without change: 1",
            "hth, projects of which nothing is known: 2",
            "hth FAILED: It said:",
            "hth FAILED: no",
            "TOTAL: add 1, change 0, REMOVE 0, protected 1, unchanged 2, failed 1, not attempted 1",
            "PROJECTS: changed 0, unchanged 1, failed 1, unknown 2",
        ]

    def test_a_name_cannot_write_lines_of_its_own(self):
        entry = project("a\nb", add={"x\n- REMOVE norris: guest": "guest\x1b[2J"}, remove={"\u202eevil": "guest"})
        assert access_plan(results(entry))["lines"][2:5] == [
            'hth "a\\nb":',
            '- REMOVE "\\u202eevil": guest',
            '+ add "x\\n- REMOVE norris: guest": "guest\\u001b[2J"',
        ]


@pytest.mark.parametrize(
    ("found", "options"),
    [
        (5, {}),
        ({"hth": "no"}, {}),
        ({"hth": {"projects": [{}]}}, {}),
        ({"hth": {"projects": [{**MIXED, "plan": {}}]}}, {}),
        ({"hth": {"projects": [{**MIXED, "summary": "none"}]}}, {}),
        ({}, {"asked": {"hth": "some"}}),
        ({}, {"asked": [1]}),
    ],
)
def test_anything_else_is_one_error(found, options):
    with pytest.raises(AnsibleFilterError, match="access_plan takes what call_results returned"):
        access_plan(found, **options)


NAME = st.one_of(st.sampled_from(["norris", "ravi.k", "old.timer"]), st.text(min_size=1, max_size=5))
ACCESS = st.one_of(
    st.sampled_from(["guest", "developer"]),
    st.fixed_dictionaries({"permission": st.just("read"), "live_control": st.booleans()}),
    st.text(max_size=4),
)


@st.composite
def a_project(draw):
    names = draw(st.lists(NAME, unique=True, max_size=8))
    steps = {"add": {}, "change": {}, "remove": {}}
    for name in names:
        kind = draw(st.sampled_from(["add", "change", "remove"]))
        steps[kind][name] = {"from": draw(ACCESS), "to": draw(ACCESS)} if kind == "change" else draw(ACCESS)
    protected = draw(st.dictionaries(NAME.filter(lambda name: name not in names), st.text(max_size=4), max_size=2))
    result = project(draw(NAME), draw(st.integers(0, 9)), protected, **steps)
    if not names or draw(st.booleans()):
        return result
    fates = {name: draw(st.sampled_from(["done", "broken", "left"])) for name in names}
    parts = {fate: [name for name in names if fates[name] == fate] for fate in ("done", "broken", "left")}
    return failed(result, **parts)


WORLD = st.fixed_dictionaries({service: st.lists(a_project(), max_size=4) for service in SERVICES})


@settings(PATIENT, max_examples=60)
@given(world=WORLD, unknown=st.integers(0, 3), error=st.text(max_size=6))
def test_every_step_is_told_once_and_the_counts_agree(world, unknown, error):
    found = {service: {"projects": entries, "error": error} for service, entries in world.items()}
    asked = {service: len(entries) + unknown for service, entries in world.items()}
    plan = access_plan(found, asked=asked)

    assert json.loads(json.dumps(plan)) == plan
    assert all(line.isprintable() for line in plan["lines"])
    totals = plan["totals"]
    assert totals["projects"] == sum(asked.values()) == sum(totals[f"{name}_projects"] for name in OUTCOMES)

    listed = [entry for part in plan["services"].values() for entry in part["projects"]]
    steps = ("add", "change", "remove", "failed", "not_attempted")
    every = sum(len(entry["plan"][kind]) for part in world.values() for entry in part for kind in entry["plan"])
    assert sum(totals[name] for name in (*steps, "protected")) == every
    for name in OF_COLLABORATORS[:3]:
        assert totals[name] == sum(len(entry[name]) for entry in listed)

    signs = {"add": "+ add ", "change": "~ change ", "remove": "- REMOVE ", "failed": "! failed: "}
    for name, sign in {**signs, "not_attempted": "! not attempted: "}.items():
        assert sum(line.startswith(sign) for line in plan["lines"]) == totals[name]
    assert plan["lines"][0] == f"REMOVALS: {totals['remove']}"
