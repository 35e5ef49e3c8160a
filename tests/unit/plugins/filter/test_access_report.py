# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of the access report: who has what in which way, who is unknown, and what differs from the roster."""

from __future__ import annotations

import contextlib
import copy
from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.rollcall.collaborators.plugins.filter.access_report import (
    ELEVATED,
    RETURN,
    SERVICES,
    FilterModule,
)
from ansible_collections.rollcall.collaborators.plugins.filter.access_report_files import access_report_files
from ansible_collections.rollcall.collaborators.plugins.filter.member_lists import member_lists
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.helix_teamhub import HelixTeamHub
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.qfieldcloud import QFieldCloud
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.quantconnect import QuantConnect

TEMPLATES = Path(__file__).resolve().parents[4] / "roles/project_access_report/templates"
PEOPLE = {
    "jane": {"qc": "mia-ai", "hth": "norris", "qfield": "jane_smith"},
    "rita": {"qfield": "rita_reporter"},
}
READ = {"permission": "read", "live_control": False}
WRITE = {"permission": "write", "live_control": False}
LIVE = {"permission": "read", "live_control": True}
ALL = {"permission": "write", "live_control": True}


def answer(projects, unreadable=(), organizations=None, **details):
    """What an info module returns: the collaborators of each project, and what else it tells of some of them."""
    told = {
        project: {
            "project_id": f"id of {project}",
            "owners": [],
            "manageable": True,
            "note": "",
            **details.get(key, {}),
        }
        for key, project in zip([*"abc"], projects)
    }
    result = {
        "changed": False,
        "projects": [{"project": project, "collaborators": members} for project, members in projects.items()],
        "details": told,
        "unreadable": list(unreadable),
    }
    return result if organizations is None else {**result, "organizations": organizations}


def report(answers, people=None, made=None, protect=(), **rosters):
    """With PEOPLE, unless told otherwise."""
    people = PEOPLE if people is None else people
    lists = {
        service: member_lists(rosters.get(service, []), service, people=people, protect=protect) for service in SERVICES
    }
    return FilterModule().filters()["access_report"](answers, people=people, lists=lists, made=made or {})


def drift(members, roster, service="qfield", exclusive=False, protect=(), **detail):
    found = report(
        {service: answer({"a": members}, a=detail)},
        protect=protect,
        **{service: [{"project": "a", "exclusive": exclusive, **roster}]},
    )["drift"]
    return [tuple(entry[key] for key in ("account", "difference", "reason", "roster", "found")) for entry in found]


class TestWhoHasWhat:
    def test_the_whole_shape(self):
        answers = {"qc": answer({"Team/First": {"mia-ai": ALL}}, a={"owners": ["sim_owner"], "name": "Team/First"})}
        found = report(answers, made={"date": "today"}, qc=[{"project": "Team/First", "people": {"jane": "write"}}])
        assert found == {
            "format_version": 1,
            "made": {"date": "today"},
            "roster": True,
            "services": {
                "qc": {
                    "error": "",
                    "error_kind": "",
                    "projects": 1,
                    "public": 0,
                    "unreadable": 0,
                    "accounts": 2,
                    "roster_projects": 1,
                    "compared": 1,
                    "counts": {"direct": {"write, live control": 1}, "owner": {"owner": 1}, "inherited": {}},
                }
            },
            "projects": [
                {
                    "service": "qc",
                    "project": "Team/First",
                    "project_id": "id of Team/First",
                    "name": "Team/First",
                    "organization": "",
                    "public": None,
                    "manageable": True,
                    "owners": ["sim_owner"],
                    "note": "",
                    "roster": "open",
                    "access": [
                        {
                            "account": "mia-ai",
                            "person": "jane",
                            "known": True,
                            "how": "direct",
                            "access": "write",
                            "live_control": True,
                            "through": "",
                            "elevated": True,
                        },
                        {
                            "account": "sim_owner",
                            "person": "",
                            "known": False,
                            "how": "owner",
                            "access": "owner",
                            "live_control": None,
                            "through": "",
                            "elevated": True,
                        },
                    ],
                }
            ],
            "unreadable": [],
            "people": [
                {"person": "jane", "accounts": PEOPLE["jane"], "projects": 1, "elevated": 1},
                {"person": "rita", "accounts": PEOPLE["rita"], "projects": 0, "elevated": 0},
            ],
            "unknown": [{"service": "qc", "account": "sim_owner", "elevated": True, "projects": ["Team/First"]}],
            "drift": [],
            "not_compared": [],
            "warnings": [],
            "totals": {
                "projects": 1,
                "unreadable": 0,
                "accounts": 2,
                "unknown": 1,
                "elevated": 2,
                "missing": 0,
                "different": 0,
                "extra": 0,
                "not_compared": 0,
            },
        }

    def test_the_documentation_names_every_key(self):
        documented = yaml.safe_load(RETURN)["_value"]["contains"]
        found = report({"qc": answer({"a": {"x": READ}})}, qc=[{"project": "a", "collaborators": {"y": "read"}}])
        assert list(documented) == list(found)
        assert list(documented["services"]["contains"]) == list(found["services"]["qc"])
        assert list(documented["drift"]["contains"]) == list(found["drift"][0])
        project = documented["projects"]["contains"]
        assert list(project) == list(found["projects"][0])
        assert list(project["access"]["contains"]) == list(found["projects"][0]["access"][0])

    def test_the_strongest_access_of_each_service_is_elevated(self):
        strongest = [side.scale.fields[0].choices[-1] for side in (QuantConnect, HelixTeamHub, QFieldCloud)]
        assert [ELEVATED[service][-1] for service in SERVICES] == strongest

    @pytest.mark.parametrize(
        "service, access, elevated",
        [
            *[("qc", READ, False), ("qc", WRITE, True), ("qc", LIVE, True)],
            *[("hth", "guest", False), ("hth", "developer", False), ("hth", "master", True)],
            *[("qfield", "editor", False), ("qfield", "manager", True), ("qfield", "admin", True)],
        ],
    )
    def test_elevated(self, service, access, elevated):
        (project,) = report({service: answer({"a": {"x": access}})})["projects"]
        assert [entry["elevated"] for entry in project["access"]] == [elevated]

    def test_inherited_access_and_owners_stay_apart_from_direct_access(self):
        inherited = {
            "jane_smith": [{"role": "reporter", "through": "@acme_org/field_team"}],
            "john_doe": [{"role": "admin", "through": "organization owner"}],
        }
        answers = {
            "qfield": answer(
                {"acme_org/trees": {"jane_smith": "editor"}, "otto/own": {}},
                organizations={"acme_org": {"error": ""}},
                a={"owners": ["acme_org"], "inherited": inherited},
                b={"owners": ["otto"]},
            )
        }
        found = report(answers, qfield=[{"project": "acme_org/trees", "people": {"jane": "editor"}}])
        told = [(e["account"], e["how"], e["access"], e["through"]) for p in found["projects"] for e in p["access"]]
        assert told == [
            ("jane_smith", "direct", "editor", ""),
            ("jane_smith", "inherited", "reporter", "@acme_org/field_team"),
            ("john_doe", "inherited", "admin", "organization owner"),
            ("otto", "owner", "owner", ""),
        ]
        assert found["drift"] == []
        assert found["services"]["qfield"]["counts"] == {
            "direct": {"editor": 1},
            "owner": {"owner": 1},
            "inherited": {"admin": 1, "reporter": 1},
        }
        assert found["people"][0]["projects"] == 1

    def test_what_could_not_be_read_of_organizations_and_teams_is_told(self):
        organizations = {"acme_org": {"error": "it is forbidden"}, "other_org": {"error": ""}}
        unknown = ["acme_org", "@acme_org/field_team", "@other_org/crew"]
        answers = {"qfield": answer({"a": {}}, organizations=organizations, a={"inherited_unknown": unknown})}
        told = [(e["project"], e["kind"], e["message"]) for e in report(answers)["unreadable"]]
        assert told == [
            ("@other_org/crew", "inherited", "It could not be read to whom this gives access."),
            ("acme_org/*", "inherited", "it is forbidden"),
        ]

    def test_members_of_whose_role_nobody_can_know_are_told_once_for_each_organization_and_are_not_counted(self):
        unseen = {"role": "unknown", "through": "organization member"}
        reader = {"role": "reader", "through": "@acme_org/field_team"}
        members = {"mia_member": [reader, unseen], "carl_creator": [unseen]}
        answers = {
            "qfield": answer(
                {"acme_org/bees": {}, "acme_org/trees": {}, "john_doe/bees": {}},
                organizations={"acme_org": {"error": ""}},
                a={"owners": ["acme_org"], "inherited": members},
                b={"owners": ["acme_org"], "inherited": members},
                c={"owners": ["john_doe"], "inherited": {}},
            )
        }
        found = report(answers)
        told = [(e["account"], e["access"]) for p in found["projects"] for e in p["access"] if e["how"] == "inherited"]
        assert told == [("mia_member", "reader")] * 2
        assert [row["account"] for row in found["unknown"]] == ["john_doe", "mia_member"]
        assert [(e["project"], e["kind"], e["message"]) for e in found["unreadable"]] == [
            (
                "acme_org/*",
                "inherited",
                "The organization may give its members a role on all its projects, which only they can see: "
                "carl_creator, mia_member.",
            )
        ]
        answers["qfield"]["organizations"]["acme_org"]["error"] = "it is forbidden"
        assert [e["message"] for e in report(answers)["unreadable"]] == ["it is forbidden"]

    def test_projects_and_accounts_are_sorted(self):
        answers = {"hth": answer({"b": {"z": "guest", "a": "guest"}, "a": {}}), "qc": answer({"x": {}})}
        found = report(answers)
        assert [project["project"] for project in found["projects"]] == ["x", "a", "b"]
        assert [entry["account"] for entry in found["projects"][2]["access"]] == ["a", "z"]


class TestUnknownAccounts:
    def unknown(self, members, service="qfield", **roster):
        answers = {service: answer({"a": members, "b": members})}
        found = report(answers, **{service: [{"project": "a", **roster}]})
        return [row["account"] for row in found["unknown"]]

    def test_who_is_nobodys_account_and_not_named(self):
        assert self.unknown(
            {"jane_smith": "reader", "sam": "reader", "x": "reader"}, collaborators={"x": "reader"}
        ) == ["sam"]

    def test_to_be_named_absent_is_not_to_be_known(self):
        assert self.unknown({"old_timer": "reader"}, collaborators={"old_timer": "absent"}) == ["old_timer"]

    def test_elevated_first(self):
        assert self.unknown({"a": "reader", "b": "admin"}) == ["b", "a"]

    def test_quantconnect_does_not_tell_case_apart(self):
        assert self.unknown({"MIA-ai": READ, "X": READ}, service="qc", collaborators={"x": "read"}) == []
        assert self.unknown({"Norris": "guest"}, service="hth") == ["Norris"]

    def test_without_any_roster_nobody_is_unknown(self):
        found = report({"hth": answer({"a": {"x": "guest"}})}, people={})
        assert (found["roster"], found["unknown"]) == (False, [])
        assert found["projects"][0]["access"][0]["known"] is None

    def test_an_account_of_two_persons_is_told(self):
        found = report({"hth": answer({"a": {"x": "guest"}})}, people={"one": {"hth": "x"}, "two": {"hth": "x"}})
        assert found["projects"][0]["access"][0]["person"] == "one"
        assert found["warnings"] == [
            "project_members_people.two.hth: x is the account of one too, and shown as that of one"
        ]


class TestDrift:
    def test_none(self):
        assert drift({"jane_smith": "editor"}, {"people": {"jane": "editor"}, "collaborators": {"x": "absent"}}) == []

    def test_missing_different_and_extra(self):
        members = {"jane_smith": "reader", "sam": "admin", "old": "editor"}
        roster = {"people": {"jane": "manager", "rita": "reporter"}, "collaborators": {"old": "absent"}}
        assert drift(members, roster) == [
            ("jane_smith", "different", "", "manager", "reader"),
            ("old", "extra", "absent", "absent", "editor"),
            ("rita_reporter", "missing", "", "reporter", ""),
            ("sam", "extra", "open", "", "admin"),
        ]

    def test_an_exclusive_list_and_the_protected(self):
        members = {"jane_smith": "reader", "sam": "admin"}
        roster = {"collaborators": {"rita_reporter": "absent"}}
        assert drift(members, roster, exclusive=True, protect=["jane"]) == [
            ("jane_smith", "extra", "protected", "", "reader"),
            ("sam", "extra", "exclusive", "", "admin"),
        ]

    def test_who_looks_like_a_protected_one_is_protected_as_in_the_module(self):
        found = report(
            {"hth": answer({"a": {"NORRIS": "guest", "kim": "guest"}})},
            protect=["jane"],
            hth=[{"project": "a", "exclusive": True, "collaborators": {"x": "absent"}}],
        )["drift"]
        assert [(entry["account"], entry["reason"]) for entry in found] == [
            ("NORRIS", "protected"),
            ("kim", "exclusive"),
        ]

    def test_of_two_spellings_that_are_both_listed_each_is_an_account(self):
        members = {"quant_kim": READ, "Quant_Kim": WRITE}
        assert drift(members, {"collaborators": {"quant_kim": "read"}}, "qc") == [
            ("Quant_Kim", "extra", "open", "", "write")
        ]
        assert drift(members, {"collaborators": {"QUANT_KIM": "read"}}, "qc")[0] == (
            "QUANT_KIM",
            "missing",
            "",
            "read",
            "",
        )
        assert drift({"quant_kim": READ}, {"collaborators": {"QUANT_KIM": "read"}}, "qc") == []
        assert drift({"stra\u00dfe": READ}, {"collaborators": {"strasse": "absent"}}, "qc") == [
            ("stra\u00dfe", "extra", "open", "", "read")
        ]

    def test_owners_are_out_of_reach_of_a_list(self):
        roster = {"people": {"jane": "editor"}}
        assert drift({}, roster, owners=["jane_smith"]) == [("jane_smith", "different", "owner", "editor", "owner")]
        assert drift({}, {"people": {"jane": "read"}}, service="qc", owners=["Mia-AI"]) == [
            ("mia-ai", "different", "owner", "read", "owner")
        ]

    @pytest.mark.parametrize(
        "wanted, found",
        [
            ("read", LIVE),
            ({"permission": "read"}, LIVE),
            ({"live_control": True}, LIVE),
            ({"live_control": "yes"}, ALL),
        ],
    )
    def test_what_the_roster_leaves_open_is_no_drift(self, wanted, found):
        assert drift({"MIA-ai": found}, {"people": {"jane": wanted}}, service="qc") == []

    def test_words_for_access_of_several_fields(self):
        wanted = {"permission": "write", "live_control": False}
        assert drift({"mia-ai": LIVE}, {"people": {"jane": wanted}}, service="qc") == [
            ("mia-ai", "different", "", "write, no live control", "read, live control")
        ]
        assert drift({"mia-ai": READ}, {"people": {"jane": {"live_control": True}}}, service="qc") == [
            ("mia-ai", "different", "", "live control", "read")
        ]


class TestFindingTheProjectsOfTheRoster:
    def compared(self, reference, answers=None, service="qc", **detail):
        answers = answers or answer({"23456789": {}, "B": {}}, a={"name": "Team/First", **detail})
        found = report({service: answers}, **{service: [{"project": reference}]})
        return [(e["project"], e["reason"]) for e in found["not_compared"]] or [p["roster"] for p in found["projects"]]

    @pytest.mark.parametrize("reference", ["23456789", "id of 23456789", "Team/First", "/Team/First"])
    def test_by_id_and_by_name(self, reference):
        assert self.compared(reference) == ["open", "none"]

    def test_teamhub_knows_no_names(self):
        assert self.compared("Team/First", service="hth") == [("Team/First", "not found")]

    def test_an_id_comes_before_a_name(self):
        answers = answer({"1": {}, "2": {}}, a={"project_id": "1"}, b={"project_id": "2", "name": "1"})
        assert self.compared("1", answers) == ["open", "none"]

    def test_ambiguous(self):
        answers = answer({"1": {}, "2": {}}, a={"name": "same"}, b={"name": "same"})
        assert self.compared("same", answers) == [("same", "ambiguous")]

    def test_not_found_and_unreadable(self):
        error = {"kind": "forbidden", "message": "no", "hint": "ask", "http_status": 403}
        answers = answer({}, unreadable=[{"project": "secret", "error": error}])
        assert self.compared("nowhere", answers) == [("nowhere", "not found")]
        assert self.compared("secret", answers) == [("secret", "unreadable")]
        assert report({"hth": answers})["unreadable"] == [
            {"service": "hth", "project": "secret", "kind": "forbidden", "message": "no", "hint": "ask"}
        ]

    def test_the_same_project_twice(self):
        roster = [{"project": "1"}, {"project": "Team/First"}]
        found = report({"qc": answer({"1": {}}, a={"name": "Team/First"})}, qc=roster)
        assert found["not_compared"] == [{"service": "qc", "project": "Team/First", "reason": "twice"}]
        assert (found["services"]["qc"]["roster_projects"], found["services"]["qc"]["compared"]) == (2, 1)


class TestServicesThatFail:
    def test_the_others_are_reported(self):
        down = {"failed": True, "msg": "HTTP 503", "error": {"kind": "unavailable"}}
        found = report({"hth": down, "qc": answer({"a": {"x": READ}})}, hth=[{"project": "platform"}])
        assert [found["services"][service]["error"] for service in ("qc", "hth")] == ["", "HTTP 503"]
        assert found["services"]["hth"]["error_kind"] == "unavailable"
        assert found["not_compared"] == [{"service": "hth", "project": "platform", "reason": "service"}]
        assert found["totals"]["accounts"] == 1

    def test_a_task_that_failed_before_it_began(self):
        found = report({"hth": {"failed": True, "msg": "'teamhub_url' is undefined"}})
        assert found["services"]["hth"]["error"] == "'teamhub_url' is undefined"
        assert (
            report({"hth": {"failed": True, "msg": ""}})["services"]["hth"]["error"] == "It failed without a message."
        )

    def test_a_service_that_was_skipped_was_not_asked(self):
        assert report({"qc": {"skipped": True, "changed": False}, "hth": answer({})})["services"].keys() == {"hth"}
        assert report({})["services"] == {}


def test_warnings_of_the_lists_are_passed_on():
    roster = [{"project": "a", "people": {"nobody": "guest"}}]
    lists = {"hth": member_lists(roster, "hth", people=PEOPLE, unknown="warn")}
    found = FilterModule().filters()["access_report"]({"hth": answer({"a": {}})}, people=PEOPLE, lists=lists)
    assert found["warnings"] == lists["hth"]["warnings"] != []


@pytest.mark.parametrize("wrong", [None, "text", [], {"qc": []}, {"qc": {}}, {"qc": {"projects": [{}]}}, {"hth": "no"}])
def test_anything_else_is_one_clear_error(wrong):
    with pytest.raises(AnsibleFilterError, match="access_report takes what the info modules returned"):
        report(wrong)


def paths(value, path=()):
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from paths(value[key], (*path, key))


FULL = {
    "qfield": answer(
        {"acme_org/trees": {"jane_smith": "editor"}},
        unreadable=[{"project": "x/y", "error": {"kind": "forbidden", "message": "no", "hint": ""}}],
        organizations={"acme_org": {"error": "no"}},
        a={
            "owners": ["acme_org"],
            "name": "Trees",
            "inherited": {"x": [{"role": "admin", "through": "@acme_org/crew"}]},
        },
    ),
    "hth": {"failed": True, "msg": "down", "error": {"kind": "unavailable"}},
}


@pytest.mark.parametrize("value", [None, "", 5, True, [], {}, ["x"], {"x": 1}], ids=repr)
@pytest.mark.parametrize("path", list(paths(FULL)), ids=lambda path: "/".join(map(str, path)) or "all")
def test_whatever_stands_in_an_answer_there_is_a_report_or_one_clear_error(path, value):
    answers = copy.deepcopy({"": FULL})
    place = answers
    for key in ("", *path)[:-1]:
        place = place[key]
    place[("", *path)[-1]] = value
    with contextlib.suppress(AnsibleFilterError):
        found = report(answers[""], qfield=[{"project": "acme_org/trees", "people": {"jane": "editor"}}])
        access_report_files(found, TEMPLATES)
