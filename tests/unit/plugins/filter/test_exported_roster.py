# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing a roster: what stands in it, who is whom, and that it gives back what was read."""

from __future__ import annotations

import collections

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.rollcall.collaborators.plugins.filter.exported_roster import (
    EXAMPLES,
    TITLES,
    FilterModule,
)
from ansible_collections.rollcall.collaborators.plugins.filter.member_lists import member_lists
from ansible_collections.rollcall.collaborators.tests.unit.plugins.filter.work import calls
from ansible_collections.rollcall.collaborators.tests.unit.plugins.patience import PATIENT
from hypothesis import assume, given, settings
from hypothesis import strategies as st

READ = {"permission": "read", "live_control": False}
WRITE = {"permission": "write", "live_control": True}
DENIED = {"message": "It cannot be listed: no right (HTTP 403).", "hint": "Ask its owner."}


class Loader(yaml.SafeLoader):
    """Takes the tag that Ansible knows."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def result(projects, emails=None, names=None, unreadable=()):
    """What an info module returns: access by account for each project; e-mail addresses by account."""
    return {
        "projects": [{"project": project, "collaborators": members} for project, members in projects.items()],
        "details": {
            project: {
                "emails": {name: (emails or {})[name] for name in members if name in (emails or {})},
                "name": (names or {}).get(project, ""),
            }
            for project, members in projects.items()
        },
        "unreadable": [{"project": project, "error": DENIED} for project in unreadable],
        "summary": f"{len(projects)} projects",
    }


def export(results, people=None, **options):
    return FilterModule().filters()["exported_roster"](results, people or {}, **options)


def load(text):
    return yaml.load(text, Loader)


def written(results, people=None, **options):
    return load(export(results, people, **options)["text"])


def body(text):
    """Without the comments at the top."""
    return text.partition("\n\n")[2]


def listed(variables, service):
    """Access by project and account, as the role reads it."""
    people, roster = variables["project_members_people"], variables[f"project_members_{service}"]
    return {
        entry["project"]: entry["collaborators"] for entry in member_lists(roster, service, people=people)["projects"]
    }


class TestTheText:
    WORLD = {
        "qc": result(
            {"Research/Momentum": {"mia-ai": WRITE}, "23456789": {"mia-ai": READ, "johnny_walker": READ}, "1": {}},
            names={"23456789": "Team/First", "Research/Momentum": "Research/Momentum"},
        ),
        "qfield": result({"acme_org/trees": {"jane_smith": "manager", "@acme_org/field_team": "reader"}}),
    }

    def test_is_written_as_people_write_it(self):
        roster = export(self.WORLD, {"jane": {"qfield": "jane_smith", "qc": "mia-ai"}})
        assert body(roster["text"]) == (
            "project_members_people:\n"
            "  jane: {qc: mia-ai, qfield: jane_smith}\n"
            "\n"
            "project_members_qc:\n"
            "  - project: 1\n"
            "  - project: 23456789  # Team/First\n"
            "    people:\n"
            "      jane: {permission: read, live_control: false}\n"
            "    collaborators:\n"
            "      johnny_walker: {permission: read, live_control: false}\n"
            "  - project: Research/Momentum\n"
            "    people:\n"
            "      jane: {permission: write, live_control: true}\n"
            "\n"
            "project_members_qfield:\n"
            "  - project: acme_org/trees\n"
            "    people:\n"
            "      jane: manager\n"
            "    collaborators:\n"
            '      "@acme_org/field_team": reader\n'
        )
        assert roster["recognised"] == roster["notes"] == []

    def test_says_when_and_from_where(self):
        head = export(self.WORLD, at="2026-11-25 17:17 UTC")["text"].partition("\n\n")[0].splitlines()
        assert head[0] == "---"
        assert all(line.startswith("#") for line in head[1:])
        assert head[3:] == [
            "# Read on 2026-11-25 17:17 UTC.",
            "#",
            "# QuantConnect: 3 projects",
            "# Helix TeamHub: not read",
            "# QFieldCloud: 1 projects",
        ]

    def test_nothing_there(self):
        assert written({"hth": result({})}) == {"project_members_people": {}, "project_members_hth": []}
        assert written({}) == written({"qc": {"skipped": True}}) == {"project_members_people": {}}

    def test_order_is_by_name(self):
        backwards = {
            service: {
                **read,
                "projects": [
                    {**entry, "collaborators": dict(reversed(entry["collaborators"].items()))}
                    for entry in reversed(read["projects"])
                ],
                "details": dict(reversed(read["details"].items())),
            }
            for service, read in reversed(self.WORLD.items())
        }
        assert export(backwards) == export(self.WORLD)

    def test_an_unreadable_project_is_told(self):
        read = result({"apollo": {"ext.kim": "guest"}}, unreadable=["secret", "hidden"])
        roster = export({"hth": read})
        assert roster["notes"] == [
            f"Helix TeamHub: {project} could not be read: It cannot be listed: no right (HTTP 403). Ask its owner."
            for project in ("hidden", "secret")
        ]
        assert "".join(f"# - {note}\n" for note in roster["notes"]) in roster["text"]
        assert [entry["project"] for entry in load(roster["text"])["project_members_hth"]] == ["apollo"]

    def test_a_failed_service_is_no_empty_one(self):
        with pytest.raises(AnsibleFilterError, match="Helix TeamHub could not be read: Nobody answers"):
            export({"hth": {"failed": True, "msg": "Nobody answers."}})

    def test_long_reasons_are_folded(self):
        read = result({}, unreadable=["secret"])
        read["unreadable"][0]["error"] = {"message": "word\n" * 100, "hint": ""}
        assert max(map(len, export({"hth": read})["text"].splitlines())) <= 120
        assert load(export({"hth": read})["text"])["project_members_hth"] == []

    @pytest.mark.parametrize("place", ["project", "title", "account", "role", "person", "person's account", "reason"])
    @pytest.mark.parametrize("name", ["a\nb: c", "a\x85b", "\u202eevil", "\ufeffa", "\ud800", "a\u2028- b", "😀"])
    def test_what_cannot_be_seen_is_written_out(self, place, name):
        put = {"project": "p", "title": "t", "account": "a", "role": "r", "person": "x", "reason": "w"}
        put[place] = name
        read = result({put["project"]: {put["account"]: put["role"]}}, unreadable=[put["reason"]])
        read["details"][put["project"]]["name"] = put["title"]
        people = {put["person"]: {"hth": put.get("person's account", "b")}}
        text = export({"hth": read}, people)["text"]
        assert text.replace("\n", "").isprintable()
        assert load(text) == {
            "project_members_people": people,
            "project_members_hth": [{"project": put["project"], "collaborators": {put["account"]: put["role"]}}],
        }


class TestAgain:
    WORLD = {"hth": result({"apollo": {"ext.kim": "guest"}}, {"ext.kim": "kim@example.org"})}

    def test_nothing_but_the_time_changes_nothing(self):
        first = export(self.WORLD, at="2026-11-25 17:17 UTC")["text"]
        assert export(self.WORLD, at="2026-11-26 17:17 UTC", previous=first)["text"] == first

    def test_anything_else_does(self):
        first = export(self.WORLD, at="2026-11-25 17:17 UTC")["text"]
        second = export(self.WORLD, {"kim": {"hth": "ext.kim"}}, at="2026-11-26 08:00 UTC", previous=first)["text"]
        assert "# Read on 2026-11-26 08:00 UTC.\n" in second
        assert export(self.WORLD, at="2026-11-26", previous=first + "# mine\n")["text"] != first


class TestWhoIsWho:
    QC = result({"1": {"mia-ai": READ}}, {"mia-ai": "Nora@example.org"})
    HTH = result({"apollo": {"norris": "guest"}}, {"norris": " nora@EXAMPLE.org"})
    WORLD = {"qc": QC, "hth": HTH}

    def test_an_equal_email_makes_a_person_named_like_an_account(self):
        roster = export(self.WORLD)
        assert load(roster["text"]) == {
            "project_members_people": {"mia-ai": {"qc": "mia-ai", "hth": "norris"}},
            "project_members_qc": [{"project": 1, "people": {"mia-ai": READ}}],
            "project_members_hth": [{"project": "apollo", "people": {"mia-ai": "guest"}}],
        }
        assert roster["recognised"] == ["mia-ai is mia-ai (qc) and norris (hth)"]
        assert "@" not in roster["text"]

    @pytest.mark.parametrize(
        ("taken", "name"), [(["mia-ai"], "norris"), (["mia-ai", "norris"], "mia-ai-2"), (["norris"], "mia-ai")]
    )
    def test_never_named_like_another_person(self, taken, name):
        people = {person: {"qfield": f"q{person}"} for person in taken}
        assert written(self.WORLD, people)["project_members_people"] == {
            **people,
            name: {"qc": "mia-ai", "hth": "norris"},
        }

    def test_the_mapping_is_written_whole(self):
        people = {"rita": {"qfield": "rita_reporter"}, "jane": {"hth": "norris", "qc": "mia-ai"}}
        roster = export(self.WORLD, people)
        assert load(roster["text"])["project_members_people"] == people
        assert roster["recognised"] == []

    def test_an_email_adds_to_a_person_of_the_mapping(self):
        roster = export(self.WORLD, {"jane": {"hth": "norris", "qfield": "jane_smith"}})
        jane = {"qc": "mia-ai", "hth": "norris", "qfield": "jane_smith"}
        assert load(roster["text"])["project_members_people"] == {"jane": jane}
        assert roster["recognised"] == ["jane is mia-ai (qc), norris (hth) and jane_smith (qfield)"]

    def test_but_takes_nothing_from_it(self):
        people = {"jane": {"qc": "mia-ai", "hth": "other"}}
        roster = export(self.WORLD, people)
        assert load(roster["text"])["project_members_people"] == people
        assert listed(load(roster["text"]), "hth") == {"apollo": {"norris": "guest"}}
        assert roster["notes"] == ["norris (hth) has the e-mail address of jane, who is other (hth)"]
        assert roster["recognised"] == []

    def test_the_mapping_tells_two_persons_with_one_email_apart(self):
        people = {"jane": {"qc": "mia-ai"}, "nora": {"hth": "norris"}}
        assert written(self.WORLD, people)["project_members_people"] == people

    @pytest.mark.parametrize("people", [{}, {"jane": {"qc": "mia-ai"}}])
    def test_a_shared_email_tells_nothing(self, people):
        shared = result(
            {"apollo": {"norris": "guest", "ext.kim": "guest"}}, dict.fromkeys(["norris", "ext.kim"], "N@ex")
        )
        qc = result({"1": {"mia-ai": READ}}, {"mia-ai": "n@ex"})
        roster = export({"qc": qc, "hth": shared}, people)
        assert load(roster["text"])["project_members_people"] == people
        assert roster["notes"] == [
            "mia-ai (qc), ext.kim (hth) and norris (hth) share an e-mail address, which tells nothing then"
        ]
        assert "N@ex" not in roster["text"]
        assert export({"hth": shared})["notes"] == []

    def test_nor_one_that_an_owner_shares(self):
        qc = result({"1": {"mia-ai": READ}}, {"mia-ai": "nora@example.org"})
        qc["details"]["1"]["emails"]["sim_owner"] = "NORA@example.org"
        assert written({"qc": qc, "hth": self.HTH})["project_members_people"] == {}

    def test_an_owner_is_no_collaborator(self):
        qc = result({"1": {}})
        qc["details"]["1"]["emails"] = {"sim_owner": "nora@example.org"}
        assert written({"qc": qc, "hth": self.HTH})["project_members_people"] == {}

    def test_no_email_is_no_equal_email(self):
        world = {
            "qc": result({"1": {"mia-ai": READ}}, {"mia-ai": ""}),
            "hth": result({"a": {"norris": "guest"}}, {"norris": " "}),
        }
        assert written(world)["project_members_people"] == {}

    def test_an_account_of_two_persons_is_nobodys(self):
        people = {"jane": {"hth": "norris"}, "nora": {"hth": "norris"}}
        roster = export(self.WORLD, people)
        assert load(roster["text"])["project_members_people"] == people
        assert load(roster["text"])["project_members_hth"] == [
            {"project": "apollo", "collaborators": {"norris": "guest"}}
        ]
        assert roster["notes"] == ["norris (hth) is written by its own name: it is that of jane and nora"]

    def test_quantconnect_folds_case(self):
        people = {"jane": {"qc": "MIA-AI"}}
        variables = written({"qc": self.QC}, people)
        assert variables["project_members_qc"] == [{"project": 1, "people": {"jane": READ}}]

    def test_quantconnect_folds_from_a_to_z_only(self):
        qc = result({"1": {"stra\u00dfe": READ, "strasse": WRITE}})
        variables = written({"qc": qc}, {"bert": {"qc": "STRASSE"}})
        assert variables["project_members_qc"] == [
            {"project": 1, "people": {"bert": WRITE}, "collaborators": {"stra\u00dfe": READ}}
        ]

    def test_nor_are_addresses_beyond_a_to_z_equal(self):
        qc = result({"1": {"mia-ai": READ}}, {"mia-ai": "stra\u00dfe@example.org"})
        hth = result({"a": {"norris": "guest"}}, {"norris": "STRASSE@example.org"})
        assert written({"qc": qc, "hth": hth})["project_members_people"] == {}

    @pytest.mark.parametrize("service", ["hth", "qfield"])
    def test_the_others_do_not(self, service):
        variables = written({service: result({"p": {"norris": "guest"}})}, {"jane": {service: "NORRIS"}})
        assert variables[f"project_members_{service}"] == [{"project": "p", "collaborators": {"norris": "guest"}}]

    def test_emails_only_when_asked(self):
        text = export(self.WORLD, emails=True)["text"]
        assert "# mia-ai: Nora@example.org\nproject_members_qc:\n" in text
        assert "# norris: nora@EXAMPLE.org\nproject_members_hth:\n" in text


class TestWhatARosterCannotHold:
    @pytest.mark.parametrize(
        ("service", "members", "left", "note"),
        [
            ("qc", {"kim": READ, "Kim": WRITE, "a": READ}, ["a"], "left out of 1: Kim and kim differ in case only"),
            ("qc", {"a@example.org": READ}, [], "left out of 1: somebody's name is an e-mail address"),
            (
                "qfield",
                {"@acme_org/a": "reader", "b@c": "reader"},
                ["@acme_org/a"],
                "left out of 1: somebody's name is",
            ),
            (
                "hth",
                {" a": "guest", "b": "guest"},
                ["b"],
                "left out of 1: the name ' a' is blank or has spaces around it",
            ),
        ],
    )
    def test_accounts(self, service, members, left, note):
        roster = export({service: result({"1": members})})
        (said,) = roster["notes"]
        assert said.startswith(f"{TITLES[service]}: {note}")
        assert list(listed(load(roster["text"]), service)["1"]) == left
        assert "@example" not in roster["text"]

    def test_projects(self):
        roster = export({"qc": result({" ": {"mia-ai": READ}})})
        assert roster["notes"] == ["QuantConnect: project ' ' is left out: its name is blank or has spaces around it"]
        assert load(roster["text"])["project_members_qc"] == []


class TestInput:
    @pytest.mark.parametrize(
        ("people", "problem"),
        [
            ([], "project_members_people: is a list"),
            ({"jane": {"hth": 5}}, "project_members_people.jane.hth: YAML reads 5 as a number"),
            ({"jane": {"gitlab": "jane"}}, "project_members_people.jane: gitlab is no service"),
        ],
    )
    def test_people(self, people, problem):
        with pytest.raises(AnsibleFilterError, match=problem):
            FilterModule().filters()["exported_roster"]({}, people)

    @pytest.mark.parametrize("results", [[], None, {"qc": []}, {"qc": {"changed": False}}, {"qc": result({"1": []})}])
    def test_something_else(self, results):
        with pytest.raises(AnsibleFilterError, match="what tasks with the info modules registered"):
            export(results)


# Names with all that YAML, Ansible and terminals make something else of.
HOSTILE = st.sampled_from(
    [
        "no",
        "NO",
        "1e3",
        "1_000",
        "0o7",
        "12:30",
        "2026-11-25",
        "null",
        "~",
        "-",
        "?",
        ": #",
        "a: b",
        "a #b",
        "@acme_org/x",
    ]
    + ["{{ 7 * 7 }}", "{% raw %}", "{# x", "a{{b", "[a]", "{a}", "*a", "&a", "!a", "%a", "|", ">", "'", '"', "\\", "`"]
    + ["<<", "=", ".5", "_1", "y", "é", "名前", "\U0001f600", "a" * 1100, "\u202e" * 200, "a\nb", "--- a", "...", "#a"]
)
NAME = st.one_of(HOSTILE, st.text(min_size=1, max_size=6), st.sampled_from(["mia-ai", "Mia-AI", "norris"]))
ROLE = st.sampled_from(["guest", "reader", "on", "5"])
ACCESS = {
    "qc": st.fixed_dictionaries({"permission": st.sampled_from(["read", "write"]), "live_control": st.booleans()}),
    "hth": ROLE,
    "qfield": ROLE,
}
EMAIL = st.sampled_from(["", "a@example.org", "A@example.org", "b@example.org"])


@st.composite
def worlds(draw):
    """Results of some services, and a mapping that knows some of their accounts."""
    results = {}
    for service in draw(st.sets(st.sampled_from(sorted(TITLES)))):
        projects = draw(st.dictionaries(NAME, st.dictionaries(NAME, ACCESS[service], max_size=4), max_size=4))
        names = sorted({name for members in projects.values() for name in members})
        results[service] = result(
            projects, {name: draw(EMAIL) for name in names}, {project: draw(NAME) for project in projects}
        )
    known = st.dictionaries(st.sampled_from(sorted(TITLES)), NAME, max_size=3)
    return results, draw(st.dictionaries(NAME, known, max_size=4))


@settings(PATIENT, max_examples=80)
@given(world=worlds(), emails=st.booleans())
def test_what_is_written_is_what_was_read(world, emails):
    results, people = world
    try:
        roster = export(results, people, emails=emails)
    except AnsibleFilterError as error:
        assume("project_members_people" not in str(error))
        raise
    variables = load(roster["text"])
    for service, read in results.items():
        found = listed(variables, service)
        for entry in read["projects"]:
            project = entry["project"]
            fit = fitting(service, entry["collaborators"])
            if project == project.strip() != "":
                assert folded(service, found.pop(project)) == folded(service, fit)
            assert fit == entry["collaborators"] or roster["notes"]
        assert found == {}
    again = export(results, variables["project_members_people"], emails=emails)
    assert again["text"] == roster["text"]
    assert again["recognised"] == []


def fitting(service, members):
    """Those whom a roster can hold."""
    counts = collections.Counter(name.casefold() if service == "qc" else name for name in members)
    return {
        name: access
        for name, access in members.items()
        if name == name.strip() != "" and "@" not in (name[1:] if service == "qfield" else name)
        if counts[name.casefold() if service == "qc" else name] == 1
    }


def folded(service, members):
    return {name.casefold() if service == "qc" else name: access for name, access in members.items()}


def test_twice_the_projects_are_twice_the_work():
    members = {f"account{number}": "guest" for number in range(20)}

    def work(size):
        projects = {f"project{number}": members for number in range(size)}
        return calls(export, {"hth": result(projects, dict.fromkeys(members, "a@b"))})

    assert work(200) < 2.1 * work(100)


def test_the_example_gives_what_it_says():
    task = yaml.safe_load(EXAMPLES)[-1]
    said = EXAMPLES.partition("after its comments, with:\n")[2].replace("    # ", "")
    assert "people={'jane': {'hth': 'norris'}}" in task["vars"]["roster"]
    assert body(export({"hth": result({})}, {"jane": {"hth": "norris"}})["text"]).startswith(said)
