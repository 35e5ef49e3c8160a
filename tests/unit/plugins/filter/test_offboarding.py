# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be taken from somebody who leaves, what came of it, and everything that is left to do by hand."""

from __future__ import annotations

import copy
import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.rollcall.collaborators.plugins.filter.offboarding import FilterModule

ACCOUNTS = {"qc": "mia-ai", "hth": "norris", "qfield": "jane_smith"}
WRITE = {"permission": "write", "live_control": True}
READ = {"permission": "read", "live_control": False}
REFUSED = {"message": "QuantConnect refused it: no.", "hint": "Usual causes.", "kind": "refused"}
FORBIDDEN = {
    "kind": "forbidden",
    "message": "QFieldCloud: acme_org/secret cannot be listed: no (HTTP 403).",
    "hint": "The account is no manager of the project.",
    "http_status": 403,
}
DOWN = {
    "failed": True,
    "msg": "Helix TeamHub: trouble in the service (HTTP 503). Run again later.",
    "error": {"kind": "unavailable", "message": "Helix TeamHub: trouble in the service (HTTP 503).", "hint": "Later."},
}
ORGANIZATION = {"owner": "john_doe", "admins": ["olga_orgadmin"], "members": [], "teams": {}, "error": ""}


def found(rows, details=None, unreadable=(), **beside):
    """What a module for information returns: rows is project -> {account: access}."""
    told = {"owners": ["acme_org"], "manageable": True, "note": ""}
    about = dict.fromkeys(rows, told)
    about.update((project, {**told, **detail}) for project, detail in (details or {}).items())
    return {
        "changed": False,
        "projects": [{"project": project, "collaborators": members} for project, members in rows.items()],
        "details": about,
        "unreadable": [{"project": project, "error": error} for project, error in unreadable],
        **beside,
    }


def offboarding(asked, accounts=None, **options):
    accounts = accounts or {service: ACCOUNTS[service] for service in asked}
    return FilterModule().filters()["offboarding"](asked, accounts, **options)


def gone(*projects, **beside):
    """What a plural module returns that removed somebody from projects."""
    return {"projects": [{"project": project, "plan": {"remove": {"x": "y"}}} for project in projects], **beside}


def qfield(account="jane_smith", settled=True, **told):
    """The report about an account of QFieldCloud only."""
    options = {"removed": {}} if settled else {}
    return offboarding({"qfield": found(**{"rows": {}, **told})}, {"qfield": account}, **options)


def left(report):
    return [(entry["kind"], entry["where"]) for entry in report["leftovers"]]


ASKED = {
    "qc": found({"Team/First": {"mia-ai": READ}, "23456790": {"mia-ai": WRITE}}),
    "hth": found({"platform": {"norris": "developer"}}),
    "qfield": found({"acme_org/trees": {"jane_smith": "editor"}}, organizations={"acme_org": ORGANIZATION}),
}
GONE = {"qc": gone("Team/First", "23456790"), "hth": gone("platform"), "qfield": gone("acme_org/trees")}


class TestBeforeTheRemoval:
    def test_the_plural_modules_get_what_they_take(self):
        assert offboarding(ASKED)["remove"] == {
            "qc": [
                {"project": "Team/First", "collaborators": {"mia-ai": "absent"}},
                {"project": "23456790", "collaborators": {"mia-ai": "absent"}},
            ],
            "hth": [{"project": "platform", "collaborators": {"norris": "absent"}}],
            "qfield": [{"project": "acme_org/trees", "collaborators": {"jane_smith": "absent"}}],
        }

    def test_the_lines_say_only_that(self):
        assert offboarding(ASKED)["lines"] == [
            "QuantConnect: mia-ai from Team/First (read)",
            "QuantConnect: mia-ai from 23456790 (write with live control)",
            "Helix TeamHub: norris from platform (developer)",
            "QFieldCloud: jane_smith from acme_org/trees (editor)",
        ]

    def test_an_account_is_named_as_it_is_listed(self):
        plan = offboarding({"qc": ASKED["qc"]}, {"qc": "MIA-AI"})
        assert plan["remove"]["qc"][0]["collaborators"] == {"mia-ai": "absent"}

    def test_a_service_without_an_account_is_not_looked_at(self):
        plan = offboarding({"qc": {"skipped": True}, "hth": ASKED["hth"]}, {"hth": "norris"})
        assert (plan["remove"]["qc"], plan["leftovers"]) == ([], [])

    def test_nobody_is_anywhere(self):
        plan = offboarding({"qc": found({})})
        assert (plan["remove"], plan["lines"]) == ({"qc": [], "hth": [], "qfield": []}, [])


class TestReport:
    def test_everything_went_well(self):
        report = offboarding(ASKED, removed=GONE, person="jane")
        assert report["lines"] == [
            "QuantConnect, account mia-ai:",
            "- removed from Team/First (read)",
            "- removed from 23456790 (write with live control)",
            "Helix TeamHub, account norris:",
            "- removed from platform (developer)",
            "QFieldCloud, account jane_smith:",
            "- removed from acme_org/trees (editor)",
            "Good to know:",
            "- If lists of the inventory still name jane, applying them gives the access back.",
            "jane: removed from 4 projects, 0 removals failed, 0 things left to do by hand.",
        ]
        assert report["removed"][1] == {"service": "qc", "project": "23456790", "access": WRITE}
        assert (report["failed"], report["leftovers"]) == ([], [])
        assert (report["person"], report["accounts"], report["check_mode"]) == ("jane", ACCOUNTS, False)

    def test_check_mode_says_would(self):
        report = offboarding({"hth": ASKED["hth"]}, removed=GONE, check_mode=True)
        assert report["lines"] == [
            "QuantConnect: not asked, because no account is given.",
            "Helix TeamHub, account norris:",
            "- would be removed from platform (developer)",
            "QFieldCloud: not asked, because no account is given.",
            "norris: would be removed from 1 project, 0 removals failed, 0 things left to do by hand.",
        ]
        assert report["check_mode"] is True

    def test_doubts_of_the_service_stand_where_it_is_not_done_yet(self):
        asked = {
            "qc": found({"Team/First": {"mia-ai": READ}}, {"Team/First": {"manageable": None, "note": "Not seen."}})
        }
        plan = offboarding(asked, removed=GONE, check_mode=True)
        assert "- would be removed from Team/First (read), but that is not certain: Not seen." in plan["lines"]
        assert "- removed from Team/First (read)" in offboarding(asked, removed=GONE)["lines"]

    def test_nobody_was_anywhere(self):
        assert "- on no project that these credentials show" in offboarding({"qc": found({})}, removed={})["lines"]

    def test_without_a_name_the_accounts_are_named_once(self):
        report = offboarding({"qc": found({}), "qfield": found({})}, {"qc": "old_timer", "qfield": "old_timer"})
        assert report["person"] == "old_timer"
        assert offboarding({"qc": found({}), "hth": found({})})["person"] == "mia-ai and norris"

    def test_it_is_json_without_what_templates_could_use(self):
        name = "{{ lookup('pipe', 'id') }}"
        report = offboarding({"qc": found({name: {"mia-ai": READ}})}, removed={"qc": gone(name)})
        assert json.loads(json.dumps(report)) == report
        assert f"- removed from {name} (read)" in report["lines"]


class TestFailures:
    def test_each_project_is_told_apart(self):
        rows = {"a": {"mia-ai": READ}, "b": {"mia-ai": READ}, "c": {"mia-ai": WRITE}, "d": {"mia-ai": READ}}
        step = {"action": "remove", "collaborator": "mia-ai"}
        outcomes = {
            "a": {"done": [step], "failed": [], "not_attempted": []},
            "b": {"done": [], "failed": [{**step, "error": REFUSED}], "not_attempted": []},
            "c": {"done": [], "failed": [{**step, "error": REFUSED}], "not_attempted": []},
            "d": {"done": [], "failed": [], "not_attempted": [step]},
        }
        call = gone(*rows, failed=True, msg="Could not", error=REFUSED)
        for entry in call["projects"]:
            entry.update(outcome=outcomes[entry["project"]], error=REFUSED)
        report = offboarding({"qc": found(rows)}, removed={"qc": call})
        assert report["lines"][1:-3] == [
            "- removed from a (read)",
            "- NOT removed from b (read), c (write with live control): QuantConnect refused it: no. Usual causes.",
            "- NOT removed from d (read): it was not attempted: QuantConnect refused it: no. Usual causes.",
        ]
        assert [entry["project"] for entry in report["failed"]] == ["b", "c", "d"]
        assert report["summary"].endswith("removed from 1 project, 3 removals failed, 0 things left to do by hand")

    @pytest.mark.parametrize(
        ("call", "reason"),
        [
            (
                {"failed": True, "msg": "2 problems:\n- one\n- two", "error": {"kind": "not_found"}},
                "2 problems: - one - two",
            ),
            ({"failed": True, "msg": "Module failed."}, "Module failed."),
            ({"skipped": True}, "it was not attempted"),
            ({}, "it was not attempted"),
        ],
    )
    def test_a_call_that_removed_nobody(self, call, reason):
        report = offboarding({"hth": ASKED["hth"]}, removed={"hth": call})
        assert f"- NOT removed from platform (developer): {reason}" in report["lines"]
        assert (report["removed"], report["leftovers"]) == ([], [])

    def test_somebody_else_was_faster(self):
        call = {"projects": [{"project": "platform", "changed": False, "plan": {"remove": {}}}]}
        report = offboarding({"hth": ASKED["hth"]}, removed={"hth": call})
        assert (report["removed"], report["failed"]) == ([], [])
        assert report["notes"] == ["Helix TeamHub, platform: somebody else removed norris meanwhile."]


class TestLeftToDoByHand:
    def test_the_account_that_makes_the_calls(self):
        refused = {"failed": True, "msg": "would be removed", "error": {"kind": "safety"}}
        rows = {"acme_org/trees": {"jane_smith": "editor"}, "acme_org/bees": {"jane_smith": "manager"}}
        report = offboarding({"qfield": found(rows)}, removed={"qfield": refused})
        assert left(report) == [("caller", "acme_org/trees"), ("caller", "acme_org/bees")]
        assert (report["removed"], report["failed"]) == ([], [])
        assert report["lines"][3:-1] == [
            "- nothing to remove, see below",
            "LEFT TO DO BY HAND:",
            "- QFieldCloud, acme_org/trees (editor), acme_org/bees (manager): "
            "jane_smith is the account that makes the calls; run this with the credentials of another",
        ]

    def test_projects_of_the_person(self):
        report = qfield(details={"jane_smith/bees": {"owners": ["jane_smith"]}})
        assert left(report) == [("owner", "jane_smith/bees")]
        assert report["remove"]["qfield"] == []

    @pytest.mark.parametrize(
        ("service", "owner", "rows", "is_left"),
        [
            ("qfield", "Jane_Smith", {}, False),
            ("qc", "MIA-AI", {}, True),
            # Who is listed exactly so is meant, and nobody else.
            ("qc", "MIA-AI", {"b": {"mia-ai": READ}}, False),
            ("qc", "m\u0131a-ai", {}, False),
        ],
    )
    def test_projects_of_somebody_with_nearly_the_same_name(self, service, owner, rows, is_left):
        report = offboarding({service: found(rows, {"a": {"owners": [owner]}})})
        assert left(report) == ([("owner", "a")] if is_left else [])

    @pytest.mark.parametrize(
        ("kind", "manageable", "is_left"),
        [("forbidden", True, True), ("forbidden", None, True), ("refused", None, True), ("refused", True, False)],
    )
    def test_projects_on_which_the_caller_may_change_nobody(self, kind, manageable, is_left):
        step = {"action": "remove", "collaborator": "mia-ai", "error": {**REFUSED, "kind": kind}}
        call = gone("a", failed=True, msg="Could not", error=REFUSED)
        call["projects"][0].update(outcome={"done": [], "failed": [step], "not_attempted": []}, error=REFUSED)
        asked = found({"a": {"mia-ai": READ}}, {"a": {"manageable": manageable, "note": "Owned by another."}})
        report = offboarding({"qc": asked}, removed={"qc": call})
        assert left(report) == ([("unmanageable", "a")] if is_left else [])
        assert len(report["failed"]) == (not is_left)
        assert report["removed"] == []
        (entry,) = report["leftovers"] or report["failed"]
        assert (entry["access"], entry["reason"]) == (READ, "QuantConnect refused it: no. Usual causes.")

    def test_projects_that_cannot_be_read_stand_in_one_line(self):
        report = qfield(unreadable=[("acme_org/secret", FORBIDDEN), ("acme_org/other", FORBIDDEN)])
        assert left(report) == [("unreadable", "acme_org/secret"), ("unreadable", "acme_org/other")]
        assert report["leftovers"][0]["error"] == FORBIDDEN
        assert report["lines"][-2] == (
            "- QFieldCloud, acme_org/secret, acme_org/other: cannot be read (forbidden), "
            "so nobody knows whether jane_smith is a collaborator. The account is no manager of the project."
        )

    def test_a_service_that_could_not_be_asked(self):
        report = offboarding({"hth": DOWN, "qfield": ASKED["qfield"]}, removed=GONE)
        assert left(report) == [("not_asked", "")]
        assert report["leftovers"][0]["error"]["kind"] == "unavailable"
        assert len(report["removed"]) == 1
        assert "- not known, see below" in report["lines"]
        assert report["lines"][-2] == (
            "- Helix TeamHub: could not be asked, so nobody knows what norris has there: "
            "trouble in the service (HTTP 503). Run again later."
        )

    @pytest.mark.parametrize("answer", [{}, {"failed": True}, {"skipped": True}])
    def test_a_service_without_any_answer(self, answer):
        assert left(offboarding({"hth": answer}, removed={})) == [("not_asked", "")]


class TestOrganizations:
    def report(self, account, details=None, **organization):
        told = {**ORGANIZATION, "members": ["olga_orgadmin", "mia_member", "max_member"], **organization}
        return qfield(account, details=details, organizations={"acme_org": told})

    def test_owner(self):
        report = self.report("john_doe", details={"acme_org/trees": {}})
        assert left(report) == [("organization", "organization acme_org")]
        assert "is the owner" in report["leftovers"][0]["reason"]
        assert report["notes"] == []

    def test_admin(self):
        report = self.report("olga_orgadmin")
        assert left(report) == [("organization", "organization acme_org")]
        assert "is an admin" in report["leftovers"][0]["reason"]
        assert report["notes"] == []

    def test_a_member_may_have_access_by_that(self):
        unseen = {"role": "unknown", "through": "organization member"}
        report = self.report("mia_member", details={"acme_org/trees": {"inherited": {"mia_member": [unseen]}}})
        assert (report["leftovers"], report["remove"]["qfield"]) == ([], [])
        assert report["notes"] == [
            "QFieldCloud: mia_member stays a member of the organization acme_org, which may give its members a role on "
            "all its projects. Nobody else can see that; its owner or an admin can end the membership."
        ]
        assert "- on no project that these credentials show" in report["lines"]

    def test_teams_with_what_they_give_and_teams_that_are_on_no_project(self):
        through = {"role": "reporter", "through": "@acme_org/field_team"}
        admin = {"role": "admin", "through": "organization admin"}
        report = self.report(
            "mia_member",
            details={
                "acme_org/trees": {"inherited": {"mia_member": [through], "max_member": [through]}},
                "acme_org/bees": {"inherited": {"mia_member": [admin, through]}},
            },
            teams={"@acme_org/field_team": ["mia_member"], "@acme_org/office": ["mia_member"], "@acme_org/crew": []},
        )
        assert left(report) == [("team", "team @acme_org/field_team"), ("team", "team @acme_org/office")]
        assert [entry["reason"] for entry in report["leftovers"]] == [
            "mia_member is a member, which gives reporter on acme_org/trees, reporter on acme_org/bees; "
            "the owner or an admin of acme_org can end that",
            "mia_member is a member, which gives nothing on the projects seen here; "
            "the owner or an admin of acme_org can end that",
        ]

    def test_one_that_could_not_be_read(self):
        report = self.report("mia_member", error="QFieldCloud: acme_org cannot be read: no (HTTP 403).", members=[])
        assert left(report) == [("unreadable", "organization acme_org")]
        assert report["lines"][-2] == (
            "- QFieldCloud, organization acme_org: cannot be read whole, so nobody knows all that mia_member has "
            "through it: acme_org cannot be read: no (HTTP 403)."
        )


def places(value, path=()):
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*path, key))


SAMPLE = {"asked": {**ASKED, "hth": DOWN}, "removed": GONE}
SAMPLE["asked"]["qc"] = found({"a": {"mia-ai": READ}}, unreadable=[("b", FORBIDDEN)])


@pytest.mark.parametrize("value", [None, [], {}, "text", 7, True, ["x"]], ids=str)
@pytest.mark.parametrize("path", list(places(SAMPLE)), ids=lambda path: ".".join(map(str, path)))
def test_anything_else_is_one_error(path, value):
    given = copy.deepcopy(SAMPLE)
    place = given
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    try:
        assert offboarding(given["asked"], ACCOUNTS, removed=given["removed"])["lines"]
    except AnsibleFilterError as error:
        assert "offboarding takes what tasks" in str(error)
