# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task returns that only reads, from listings made by hand."""

from __future__ import annotations

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible import result_info
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import RollcallError
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Field,
    Listing,
    Project,
    Scale,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.survey import Survey

ROLES = Scale((Field("role", ("reader", "editor")),))
RIGHTS = Scale((Field("permission", ("read", "write")), Field("live_control", (False, True))))
READER, EDITOR = {"role": "reader"}, {"role": "editor"}
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
            inherited_unknown=("@acme_org/gone",),
        ),
        "mine": Listing(Project("2", "mine"), {}, frozenset(["jane"]), note="not sure"),
    },
    {"secret": FORBIDDEN},
)


def test_what_was_read_is_what_the_module_for_many_takes_and_the_rest_stands_beside_it():
    told = result_info.survey_result(SEEN, ROLES, None, emails=False)
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
                "inherited_unknown": ["@acme_org/gone"],
            },
            "mine": {"project_id": "2", "owners": ["jane"], "manageable": None, "note": "not sure"},
        },
        "unreadable": [{"project": "secret", "error": FORBIDDEN.as_dict()}],
        "summary": "2 projects, 2 collaborators, 1 unreadable",
    }
    assert list(told["projects"][0]["collaborators"]) == ["bob", "jane"]
    assert list(told["details"]["acme_org/trees"]["inherited"]) == ["eve", "kim"]


def test_emails_are_told_only_when_they_were_asked_for():
    details = result_info.survey_result(SEEN, ROLES, None, emails=True)["details"]
    assert details["acme_org/trees"]["emails"] == {"bob": "bob@example.org", "jane": "jane@example.org"}
    assert details["mine"]["emails"] == {}
    assert "@example.org" not in str(result_info.survey_result(SEEN, ROLES, None, emails=False))


def test_where_one_account_is_looked_for_a_project_without_its_row_is_in_the_details_alone():
    told = result_info.survey_result(SEEN, ROLES, "jane", emails=False)
    assert [project["project"] for project in told["projects"]] == ["acme_org/trees"]
    assert list(told["details"]) == ["acme_org/trees", "mine"]
    assert told["summary"] == "1 project, 2 collaborators, 1 unreadable"


def test_access_of_several_fields_is_told_as_it_is_written():
    access = {"permission": "write", "live_control": True}
    told = result_info.survey_result(
        Survey({"p": Listing(Project("1", "p"), {"amy": access})}, {}), RIGHTS, None, False
    )
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
    assert result_info.unreadable_warning("Title", names).startswith(text)
