# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task returns, from outcomes made by hand."""

from __future__ import annotations

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
from ansible_collections.rollcall.collaborators.tests.unit.plugins.patience import PATIENT
from hypothesis import given
from hypothesis import strategies as st

ROLES = Scale((Field("role", ("reader", "editor")),))
RIGHTS = Scale((Field("permission", ("read", "write")), Field("live_control", (False, True))))
READER, EDITOR = {"role": "reader"}, {"role": "editor"}
ADD, UPDATE, REMOVE = Step("amy", None, EDITOR), Step("bob", READER, EDITOR), Step("eve", EDITOR, None)
BEFORE = {"eve": EDITOR, "bob": READER, "kim": READER, "own": READER}
PLAN = Plan("acme_org/trees", Project("uuid", "acme_org/trees"), BEFORE, (ADD, UPDATE, REMOVE), {"own": "yours"})
REFUSED = RollcallError("the service said no.", kind="refused", hint="Ask it.", http_status=400)

WHOLE = {
    "changed": True,
    "project": "acme_org/trees",
    "project_id": "uuid",
    "before": {"bob": "reader", "eve": "editor", "kim": "reader", "own": "reader"},
    "after": {"amy": "editor", "bob": "editor", "kim": "reader", "own": "reader"},
    "plan": {
        "add": {"amy": "editor"},
        "change": {"bob": {"from": "reader", "to": "editor"}},
        "remove": {"eve": "editor"},
        "keep": ["kim"],
        "protected": {"own": "yours"},
    },
    "summary": "+1 ~1 -1 =2",
}


def test_everything_of_one_project():
    assert result.project_result(Outcome(PLAN, done=list(PLAN.steps)), ROLES) == WHOLE


def test_members_are_sorted_and_the_diff_is_what_users_write():
    single = result.single_result([Outcome(PLAN, done=list(PLAN.steps))], ROLES)
    assert list(single["before"]) == sorted(single["before"]) and list(single["after"]) == sorted(single["after"])
    assert single["diff"] == {
        "before_header": "acme_org/trees",
        "after_header": "acme_org/trees",
        "before": "bob: reader\neve: editor\nkim: reader\nown: reader\n",
        "after": "amy: editor\nbob: editor\nkim: reader\nown: reader\n",
    }


def test_a_failure_tells_done_failed_and_not_attempted_and_the_state_as_it_is():
    outcome = Outcome(PLAN, done=[ADD], failed=[(UPDATE, REFUSED)], not_attempted=[REMOVE], error=REFUSED)
    found = result.project_result(outcome, ROLES)
    assert found["changed"] and found["plan"] == WHOLE["plan"]
    assert found["after"] == {"amy": "editor", "bob": "reader", "eve": "editor", "kim": "reader", "own": "reader"}
    assert found["error"]["kind"] == "refused"
    assert found["outcome"] == {
        "done": [{"action": "add", "collaborator": "amy"}],
        "failed": [{"action": "change", "collaborator": "bob", "error": REFUSED.as_dict()}],
        "not_attempted": [{"action": "remove", "collaborator": "eve"}],
    }
    message = result.failure([outcome])["msg"]
    assert message.splitlines() == [
        "Could not change bob on acme_org/trees: the service said no. Ask it.",
        "Changes: 1 made, 1 failed, 1 not attempted.",
    ]


def test_what_somebody_else_did_is_in_after_but_changes_nothing():
    plan = Plan("p", Project("1", "p"), {}, (ADD,), {})
    total = result.total_result([Outcome(plan, found=[ADD])], ROLES)
    assert total["projects"][0]["after"] == {"amy": "editor"}
    assert not total["changed"] and not total["projects"][0]["changed"] and total["diff"] == []


def test_totals_over_projects():
    idle = Plan("idle", Project("2", "idle"), {"kim": READER}, (), {})
    total = result.total_result([Outcome(PLAN, done=list(PLAN.steps)), Outcome(idle)], ROLES)
    assert total["changed"] and total["summary"] == "+1 ~1 -1 =3"
    assert [diff["after_header"] for diff in total["diff"]] == ["acme_org/trees"]
    assert [project["changed"] for project in total["projects"]] == [True, False]


IDLE = Plan("idle", Project("2", "idle"), {"kim": READER, "own": READER}, (), {"own": "yours"})
SMALL = {
    "changed": False,
    "project": "idle",
    "project_id": "2",
    "plan": {"add": {}, "change": {}, "remove": {}, "protected": {"own": "yours"}},
    "summary": "+0 ~0 -0 =2",
}


def test_of_many_projects_the_idle_ones_do_not_list_their_people():
    outcomes = [Outcome(PLAN, done=list(PLAN.steps)), Outcome(IDLE)]
    total = result.total_result(outcomes, ROLES)
    assert total["projects"] == [WHOLE, SMALL] and total["summary"] == "+1 ~1 -1 =4"

    people = {"kim": "reader", "own": "reader"}
    whole = {**SMALL, "before": people, "after": people, "plan": {**SMALL["plan"], "keep": ["kim"]}}
    assert result.total_result(outcomes, ROLES, full=True) == {**total, "projects": [WHOLE, whole]}
    single = result.single_result([Outcome(IDLE)], ROLES)
    assert single.pop("diff") and single == whole


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(PLAN, failed=[(ADD, REFUSED)], not_attempted=[UPDATE, REMOVE], error=REFUSED),
        Outcome(PLAN, not_attempted=[ADD, UPDATE, REMOVE], error=REFUSED),
        Outcome(PLAN, found=[ADD, UPDATE, REMOVE]),
    ],
    ids=["failed", "not attempted", "found"],
)
def test_a_project_on_which_something_was_to_do_is_never_idle(outcome):
    (project,) = result.total_result([outcome], ROLES)["projects"]
    assert not project["changed"] and project == result.project_result(outcome, ROLES)
    assert {"before", "after"} <= set(project) and project["plan"] == WHOLE["plan"]


def test_one_explanation_for_all_whom_it_is_about():
    adds = [Step(name, None, EDITOR) for name in ("amy", "bea", "cy", "dan")]
    other = RollcallError("the service said no.", kind="refused", hint="Ask dan.")
    failed = [(adds[0], REFUSED), (adds[3], other), (UPDATE, REFUSED), (adds[1], REFUSED), (adds[2], REFUSED)]
    outcome = Outcome(PLAN, failed=failed, error=REFUSED)
    bees = Plan("acme_org/bees", Project("b", "acme_org/bees"), {}, tuple(adds[:1]), {})
    elsewhere = Outcome(bees, failed=[(adds[0], REFUSED)], error=REFUSED)
    assert result.failure([outcome, elsewhere])["msg"].splitlines() == [
        "Could not add amy, bea, cy to acme_org/trees: the service said no. Ask it.",
        "Could not add dan to acme_org/trees: the service said no. Ask dan.",
        "Could not change bob on acme_org/trees: the service said no. Ask it.",
        "Could not add amy to acme_org/bees: the service said no. Ask it.",
        "Changes: 0 made, 6 failed, 0 not attempted.",
    ]
    assert len(result.project_result(outcome, ROLES)["outcome"]["failed"]) == 5
    two = Outcome(PLAN, failed=failed[:1] + failed[3:4], error=REFUSED)
    assert result.failure([two])["msg"].endswith("\nChanges: 0 made, 2 failed, 0 not attempted.")


def test_no_failure_no_message():
    assert result.failure([Outcome(PLAN, done=list(PLAN.steps))]) == {}


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"@acme_org/crew": "reader"}, '"@acme_org/crew": reader\n'),
        ({"no": "reader", "Null": "x"}, '"Null": x\n"no": reader\n'),
        ({"mia-ai": RIGHTS.show({"permission": "write", "live_control": True})},
         "mia-ai: {permission: write, live_control: true}\n"),
    ],
)  # fmt: skip
def test_names_are_quoted_where_yaml_needs_it(members, text):
    assert result.as_yaml(members) == text


@PATIENT
@given(st.dictionaries(st.text(min_size=1), st.sampled_from(["reader", "on", "a: b"])))
def test_a_diff_can_be_pasted_back(members):
    assert (yaml.safe_load(result.as_yaml(members)) or {}) == members
