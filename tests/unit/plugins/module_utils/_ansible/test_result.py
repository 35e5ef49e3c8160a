# Copyright: (c) 2026, the rollcall.collaborators contributors
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
    Listing,
    Plan,
    Project,
    Scale,
    Step,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.survey import Survey
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
        "update": {"bob": {"from": "reader", "to": "editor"}},
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
        "failed": [{"action": "update", "collaborator": "bob", "error": REFUSED.as_dict()}],
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
    "plan": {"add": {}, "update": {}, "remove": {}, "protected": {"own": "yours"}},
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


# What only reads

FORBIDDEN = RollcallError(
    "no right.", kind="forbidden", hint="Ask for it.", http_status=403, method="GET", url="https://x"
)
TREES = Project("uuid", "acme_org/trees", "acme_org", {"public": True, "project_id": "not this"})
TEAM = {"role": "reader", "through": "@acme_org/crew"}
SEEN = Survey(
    {
        "acme_org/trees": Listing(
            TREES,
            {"jane": EDITOR, "bob": READER},
            frozenset(["acme_org", "a_owner"]),
            manageable=True,
            emails={"jane": "jane@example.org", "bob": "bob@example.org"},
            inherited={"kim": (TEAM,), "eve": (TEAM, TEAM)},
        ),
        "mine": Listing(Project("2", "mine"), {}, frozenset(["jane"]), note="not sure"),
    },
    {"secret": FORBIDDEN},
)


def test_what_was_read_is_what_the_module_for_many_takes_and_the_rest_stands_beside_it():
    told = result.survey_result(SEEN, ROLES, None, emails=False)
    assert told == {
        "changed": False,
        "projects": [
            {"project": "acme_org/trees", "collaborators": {"bob": "reader", "jane": "editor"}},
            {"project": "mine", "collaborators": {}},
        ],
        "details": {
            "acme_org/trees": {
                "public": True,
                "project_id": "uuid",
                "owners": ["a_owner", "acme_org"],
                "manageable": True,
                "note": "",
                "inherited": {"eve": [TEAM, TEAM], "kim": [TEAM]},
            },
            "mine": {"project_id": "2", "owners": ["jane"], "manageable": None, "note": "not sure"},
        },
        "unreadable": [{"project": "secret", "error": FORBIDDEN.as_dict()}],
        "summary": "2 projects, 2 collaborators, 1 unreadable",
    }
    assert list(told["projects"][0]["collaborators"]) == ["bob", "jane"]
    assert list(told["details"]["acme_org/trees"]["inherited"]) == ["eve", "kim"]


def test_emails_are_told_only_when_they_were_asked_for():
    details = result.survey_result(SEEN, ROLES, None, emails=True)["details"]
    assert details["acme_org/trees"]["emails"] == {"bob": "bob@example.org", "jane": "jane@example.org"}
    assert details["mine"]["emails"] == {}
    assert "@example.org" not in str(result.survey_result(SEEN, ROLES, None, emails=False))


def test_where_one_account_is_looked_for_a_project_without_its_row_is_in_the_details_alone():
    told = result.survey_result(SEEN, ROLES, "jane", emails=False)
    assert [project["project"] for project in told["projects"]] == ["acme_org/trees"]
    assert list(told["details"]) == ["acme_org/trees", "mine"]
    assert told["summary"] == "1 project, 2 collaborators, 1 unreadable"


def test_access_of_several_fields_is_told_as_it_is_written():
    access = {"permission": "write", "live_control": True}
    told = result.survey_result(Survey({"p": Listing(Project("1", "p"), {"amy": access})}, {}), RIGHTS, None, False)
    assert told["projects"] == [{"project": "p", "collaborators": {"amy": access}}]


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["a"], "Title: 1 project could not be read: a. The reasons are in unreadable."),
        (["a", "b/c"], "Title: 2 projects could not be read: a, b/c. The reasons are in unreadable."),
        (list("abcdefghij"), "Title: 10 projects could not be read: a, b, c, d, e, f, g, h, i, j. The"),
        ([*"abcdefghij"] * 100, "Title: 1000 projects could not be read: a, b, c, d, e, f, g, h, i, j, and so on. The"),
        (["a\x1b[2J\x9b"], r"Title: 1 project could not be read: a\u001b[2J\u009b. The"),
    ],
)  # fmt: skip
def test_a_warning_names_what_could_not_be_read_but_not_without_end_nor_so_that_a_terminal_obeys(names, text):
    assert result.unreadable_warning("Title", names).startswith(text)


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
