# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gathering the rosters of hosts, and what member_lists makes of them."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.rollcall.collaborators.plugins.filter.host_rosters import SERVICES, FilterModule
from ansible_collections.rollcall.collaborators.plugins.filter.member_lists import member_lists

DEFAULTS = {
    "project_members_people": {},
    "project_members_teams": {},
    "project_members_protect": [],
    "project_members_qc": [],
    "project_members_hth": [],
    "project_members_qfield": [],
    "project_members_max_removals": "25%",
    "project_members_gather": True,
}
PEOPLE = {"jane": {"hth": "norris", "qfield": "jane_smith"}, "kim": {"hth": "ext.kim"}}
OTHERS = {"jane": {"hth": "other.jane"}}


class HostVars:
    """As much of Ansible's as counts here: `{{ name }}` is the host's name."""

    def __init__(self, hosts):
        self.hosts = {name: with_prefix(variables) for name, variables in hosts.items()}
        self.templated = []

    def raw_get(self, host):
        return dict(self.hosts[host])

    def __getitem__(self, host):
        self.templated.append(host)
        return rendered(self.hosts[host], host)


def rendered(value, host):
    if isinstance(value, dict):
        return {key: rendered(inner, host) for key, inner in value.items()}
    if isinstance(value, list):
        return [rendered(inner, host) for inner in value]
    return value.replace("{{ name }}", host) if isinstance(value, str) else value


def with_prefix(variables):
    return {f"project_members_{name}": value for name, value in variables.items()}


def gather(hosts, own=None, left_out=(), host=None):
    hostvars = hosts if isinstance(hosts, HostVars) else HostVars(hosts)
    names = [name for name in hostvars.hosts if name not in left_out]
    host_rosters = FilterModule().filters()["host_rosters"]
    return host_rosters(hostvars, names, host or names[0], DEFAULTS, own=with_prefix(own or {}), left_out=left_out)


def lists(hosts, service="hth", unknown="error", **options):
    return member_lists(gather(hosts, **options)[service], service, unknown=unknown, gathered=True)


def problems(hosts, service="hth", **options):
    with pytest.raises(AnsibleFilterError) as raised:
        lists(hosts, service, **options)
    return str(raised.value).splitlines()


def entry(project, **members):
    return [{"project": project, **members}]


class TestOnePerson:
    HOSTS = {
        "tools": {"people": PEOPLE, "hth": entry("tools", people={"jane": "guest", "kim": "guest"}, exclusive=True)},
        "trees": {"people": OTHERS, "hth": entry("trees", people={"jane": "guest"})},
    }

    def test_is_on_each_host_whom_its_people_say(self):
        gathered = gather(self.HOSTS)["hth"]
        found = member_lists(gathered, "hth", gathered=True, person="jane")["projects"]
        assert [project["collaborators"] for project in found] == [{"norris": "guest"}, {"other.jane": "guest"}]

    def test_need_not_be_known_everywhere(self):
        found = member_lists(gather(self.HOSTS)["hth"], "hth", gathered=True, person="kim")["projects"]
        assert found == [{"project": "tools", "collaborators": {"ext.kim": "guest"}, "exclusive": False}]

    def test_has_to_be_known_somewhere(self):
        with pytest.raises(AnsibleFilterError, match="project_members_person: jim is not in project_members_people"):
            member_lists(gather(self.HOSTS)["hth"], "hth", gathered=True, person="jim")


class TestWhoGetsWhat:
    def test_all_hosts_in_their_order(self):
        hosts = {
            "tools": {"people": PEOPLE, "hth": entry("tools", people={"jane": "guest"})},
            "trees": {"people": PEOPLE, "qfield": entry("acme_org/trees", people={"jane": "editor"})},
            "apollo": {"people": PEOPLE, "hth": entry("apollo", people={"kim": "guest"}, exclusive=True)},
        }
        assert lists(hosts) == {
            "projects": [
                {"project": "tools", "collaborators": {"norris": "guest"}, "exclusive": False},
                {"project": "apollo", "collaborators": {"ext.kim": "guest"}, "exclusive": True},
            ],
            "protect": [],
            "warnings": [],
        }
        assert [len(part["rosters"]) for part in gather(hosts)["hth"]["parts"]] == [2]
        assert lists(hosts, "qc") == {"projects": [], "protect": [], "warnings": []}

    def test_each_host_has_its_own_people_and_teams(self):
        roster = {"teams": {"crew": ["jane"]}}
        hosts = {
            "tools": {**roster, "people": PEOPLE, "hth": entry("tools", teams={"crew": "guest"})},
            "apollo": {**roster, "people": OTHERS, "hth": entry("apollo", teams={"crew": "guest"})},
            "ares": {"teams": {"crew": ["kim"]}, "people": PEOPLE, "hth": entry("ares", teams={"crew": "guest"})},
        }
        members = [project["collaborators"] for project in lists(hosts)["projects"]]
        assert members == [{"norris": "guest"}, {"other.jane": "guest"}, {"ext.kim": "guest"}]

    def test_protected_are_all_of_them(self):
        hosts = {
            "tools": {"people": PEOPLE, "protect": ["jane"]},
            "apollo": {"people": PEOPLE, "protect": ["jane", "kim"]},
            "ares": {"people": OTHERS, "protect": ["jane"]},
        }
        assert lists(hosts)["protect"] == ["norris", "ext.kim", "other.jane"]

    def test_templates_are_those_of_each_host(self):
        group = {"people": PEOPLE, "hth": entry("{{ name }}", people={"jane": "guest"})}
        assert [project["project"] for project in lists({"tools": group, "apollo": group})["projects"]] == [
            "tools",
            "apollo",
        ]

    def test_what_holds_no_template_is_not_templated(self):
        hostvars = HostVars({"tools": {"people": PEOPLE}, "apollo": {"people": PEOPLE, "qc": entry("{{ name }}")}})
        gather(hostvars)
        assert hostvars.templated == ["apollo"]

    def test_people_of_the_play_hold_for_all_hosts(self):
        hosts = {
            "tools": {"people": OTHERS, "hth": entry("tools", people={"kim": "guest"})},
            "apollo": {"hth": entry("apollo", people={"kim": "guest"})},
        }
        members = [project["collaborators"] for project in lists(hosts, own={"people": PEOPLE})["projects"]]
        assert members == [{"ext.kim": "guest"}] * 2


class TestWrong:
    def test_is_told_with_the_host(self):
        hosts = {
            "tools": {"people": PEOPLE, "hth": entry("tools", people={"jane": "guest"})},
            "apollo": {"people": PEOPLE, "hth": entry("apollo", people={"jim": "guest"})},
            "ares": {"people": {"jane": "norris"}, "hth": entry("ares"), "teams": ["crew"]},
            "zeus": {"people": {"jane": "norris"}, "hth": "zeus"},
            "hera": {"people": PEOPLE, "hth": entry("hera"), "protect": ["jim"]},
        }
        assert problems(hosts) == [
            "The roster has 4 problems:",
            "- apollo: project_members_hth[0] (apollo), people.jim: is not in project_members_people",
            "- ares: project_members_teams: is a list, must be a mapping",
            "- zeus: project_members_hth: is a text, must be a list",
            "- hera: project_members_protect[0]: jim is not in project_members_people",
        ]

    def test_the_same_project_on_two_hosts(self):
        hosts = {
            "tools": {"people": PEOPLE, "hth": entry("tools")},
            "apollo": {"people": OTHERS, "hth": [*entry("apollo"), *entry("tools")]},
        }
        assert problems(hosts) == [
            "apollo: project_members_hth[1] (tools): stands in tools: project_members_hth[0] too; write it once"
        ]

    def test_left_out_names_are_warned_about_with_the_host(self):
        hosts = {"tools": {"hth": entry("tools", people={"jim": "guest"})}}
        (warning,) = lists(hosts, unknown="warn")["warnings"]
        assert warning.startswith("tools: project_members_hth[0] (tools), people.jim: ")

    def test_options_that_differ(self):
        hosts = {"tools": {}, "apollo": {"max_removals": 10}, "ares": {"max_removals": 5, "gather": False}}
        assert problems(hosts) == [
            "project_members_max_removals: is 25% on tools and 10 on apollo; "
            "with project_members_gather it has to be the same on all hosts",
            "project_members_gather: is True on tools and False on ares; "
            "with project_members_gather it has to be the same on all hosts",
        ]

    def test_options_of_the_play_are_those_of_all(self):
        hosts = {"tools": {"max_removals": 3}, "apollo": {"max_removals": 10}}
        assert gather(hosts, own={"max_removals": 1})["qc"] == gather({"tools": {}, "apollo": {}})["qc"]

    @pytest.mark.parametrize("service", SERVICES)
    def test_lists_of_the_play(self, service):
        (problem,) = problems({"tools": {}, "apollo": {}}, own={service: entry("tools")})
        assert problem.startswith(f"project_members_{service}: is set in the play; ")

    def test_another_host_than_the_first(self):
        (problem,) = problems({"tools": {}, "apollo": {}}, host="apollo")
        assert "apollo is not the first host of the play" in problem


def test_hosts_that_failed_before_are_warned_about():
    hosts = {"tools": {"hth": entry("tools")}, "apollo": {"hth": entry("apollo")}, "ares": {"qc": entry("1")}}
    result = lists(hosts, left_out=["apollo", "ares"])
    assert [project["project"] for project in result["projects"]] == ["tools"]
    assert result["warnings"] == ["apollo: project_members_hth: left out, because the host failed before"]
