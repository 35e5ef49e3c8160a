# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the roster: who gets what, and every way to write it wrongly."""

from __future__ import annotations

import re

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.rollcall.collaborators.plugins.filter.member_lists import (
    DOCUMENTATION,
    EXAMPLES,
    FIRST_FIELD,
    KEYS,
    FilterModule,
)
from ansible_collections.rollcall.collaborators.tests.unit.plugins.filter.work import calls
from ansible_collections.rollcall.collaborators.tests.unit.plugins.patience import PATIENT
from hypothesis import given, settings
from hypothesis import strategies as st

PEOPLE = {
    "jane": {"qc": "mia-ai", "hth": "norris", "qfield": "jane_smith"},
    "ravi": {"qc": "ravi-k", "qfield": "ravi_k"},
    "rita": {"qfield": "rita_reporter"},
    "john": {"qc": "johnny_walker", "hth": "ext.jdoe", "qfield": "john_doe"},
}
TEAMS = {"field_crew": ["jane", "rita"], "quants": ["jane", "ravi"], "nobody": []}


def lists(roster, service="qc", **options):
    options = {"people": PEOPLE, "teams": TEAMS, **options}
    return FilterModule().filters()["member_lists"](roster, service, **options)


def members(entry, service="qc", **options):
    (project,) = lists([{"project": "1", **entry}], service, **options)["projects"]
    return project["collaborators"]


def problems(roster, service="qc", **options):
    with pytest.raises(AnsibleFilterError) as raised:
        lists(roster, service, **options)
    head, *rest = str(raised.value).split("\n- ")
    assert not rest or head == f"The roster has {len(rest)} problems:"
    return rest or [head]


class TestWhoGetsWhat:
    def test_the_whole_shape(self):
        roster = [
            {"project": 23456789, "people": {"jane": {"permission": "write", "live_control": True}, "ravi": "absent"}},
            {"project": "Research/Momentum", "collaborators": {"support-bot": "read"}, "exclusive": True},
            {"project": "Live/Alpha"},
        ]
        assert lists(roster, protect=["john"]) == {
            "projects": [
                {
                    "project": "23456789",
                    "collaborators": {"mia-ai": {"permission": "write", "live_control": True}, "ravi-k": "absent"},
                    "exclusive": False,
                },
                {"project": "Research/Momentum", "collaborators": {"support-bot": "read"}, "exclusive": True},
                {"project": "Live/Alpha", "collaborators": {}, "exclusive": False},
            ],
            "protect": ["johnny_walker"],
            "warnings": [],
        }

    def test_nothing_asked_nothing_given(self):
        assert FilterModule().filters()["member_lists"]([], "hth") == {"projects": [], "protect": [], "warnings": []}

    @pytest.mark.parametrize("service", FIRST_FIELD)
    def test_a_person_is_their_account_of_the_service(self, service):
        assert members({"people": {"jane": "read"}}, service) == {PEOPLE["jane"][service]: "read"}

    def test_a_team_gives_each_of_its_persons_the_access(self):
        assert members({"teams": {"field_crew": "reader"}}, "qfield") == {
            "jane_smith": "reader",
            "rita_reporter": "reader",
        }

    def test_an_empty_team_gives_nobody_anything(self):
        assert members({"teams": {"nobody": "write"}}) == {}

    @pytest.mark.parametrize("direct", [{"people": {"jane": "write"}}, {"collaborators": {"mia-ai": "write"}}])
    def test_a_direct_entry_wins_over_a_team(self, direct):
        assert members({"teams": {"quants": "read"}, **direct}) == {"mia-ai": "write", "ravi-k": "read"}

    def test_a_direct_entry_settles_what_two_teams_disagree_about(self):
        entry = {"teams": {"field_crew": "editor", "quants": "reader"}, "people": {"jane": "absent"}}
        assert members(entry, "qfield") == {"jane_smith": "absent", "rita_reporter": "editor", "ravi_k": "reader"}

    def test_a_team_of_qfieldcloud_is_an_account_name(self):
        assert members({"collaborators": {"@acme_org/field_team": "reader"}}, "qfield") == {
            "@acme_org/field_team": "reader"
        }

    def test_order_is_the_users_direct_entries_first(self):
        entry = {
            "teams": {"quants": "read"},
            "collaborators": {"zoe": "read", "amy": "read"},
            "people": {"john": "read"},
        }
        assert list(members(entry)) == ["johnny_walker", "zoe", "amy", "mia-ai", "ravi-k"]

    def test_protected_persons_without_an_account_here_need_none(self):
        assert lists([], "hth", protect=["rita", "john"])["protect"] == ["ext.jdoe"]

    def test_arguments_are_left_as_they_are(self):
        roster = [{"project": 1, "people": {"jane": "read"}, "teams": {"quants": "write"}}]
        before = repr((roster, PEOPLE, TEAMS))
        lists(roster)
        assert repr((roster, PEOPLE, TEAMS)) == before


class TestSameAccountTwice:
    @pytest.mark.parametrize(
        "entry",
        [
            {"people": {"jane": "read"}, "collaborators": {"mia-ai": "read"}},
            {"people": {"jane": "read"}, "collaborators": {"mia-ai": {"permission": "read"}}},
            {"teams": {"quants": "read", "field_crew": "read"}},
        ],
    )
    def test_equal_access_is_fine(self, entry):
        people = {**PEOPLE, "rita": {"qc": "quant_kim"}}
        assert members(entry, people=people)["mia-ai"] == "read"

    def test_a_person_and_an_account(self):
        entry = {"project": 5, "people": {"jane": "read"}, "collaborators": {"mia-ai": {"permission": "write"}}}
        assert problems([entry]) == [
            "project_members_qc[0] (5), collaborators.mia-ai: gives mia-ai {permission: write}, "
            "but people.jane gives mia-ai read"
        ]

    def test_two_persons(self):
        people = {**PEOPLE, "joan": {"qc": "mia-ai"}}
        assert problems([{"project": 5, "people": {"jane": "read", "joan": "absent"}}], people=people) == [
            "project_members_qc[0] (5), people.joan: gives mia-ai absent, but people.jane gives mia-ai read"
        ]

    def test_two_teams(self):
        assert problems([{"project": "a/b", "teams": {"field_crew": "reader", "quants": "editor"}}], "qfield") == [
            "project_members_qfield[0] (a/b), teams.quants, jane: gives jane_smith editor, "
            "but teams.field_crew, jane gives jane_smith reader"
        ]

    @pytest.mark.parametrize(
        ("entry", "where", "other"),
        [
            ({"people": {"jane": "read"}, "collaborators": {"Mia-AI": "read"}}, "collaborators.Mia-AI", "people.jane"),
            (
                {"teams": {"quants": "read"}, "collaborators": {"Mia-AI": "write"}},
                "teams.quants, jane",
                "collaborators.Mia-AI",
            ),
        ],
    )
    def test_quantconnect_folds_case(self, entry, where, other):
        """Silently taken for one, the other would be removed where QuantConnect tells them apart after all."""
        names = {"people.jane": "mia-ai", "teams.quants, jane": "mia-ai", "collaborators.Mia-AI": "Mia-AI"}
        assert problems([{"project": 5, **entry}]) == [
            f"project_members_qc[0] (5), {where}: {names[where]} and {names[other]} ({other}) are the same account; "
            "write it in one way"
        ]

    def test_quantconnect_folds_from_a_to_z_only(self):
        """A1: sharp s and ss are two persons, and an exclusive list has to keep both."""
        people = {"anna": {"qc": "stra\u00dfe"}, "bert": {"qc": "strasse"}}
        (project,) = lists(
            [{"project": 5, "exclusive": True, "people": {"anna": "read", "bert": "read"}}], people=people
        )["projects"]
        assert project["collaborators"] == {"stra\u00dfe": "read", "strasse": "read"}

    @pytest.mark.parametrize("service", ["hth", "qfield"])
    def test_the_others_do_not(self, service):
        entry = {"people": {"jane": "guest"}, "collaborators": {PEOPLE["jane"][service].upper(): "master"}}
        assert sorted(members(entry, service).values()) == ["guest", "master"]


class TestOnePerson:
    def test_only_their_projects_only_their_account_and_never_exclusive(self):
        roster = [
            {"project": "a/b", "people": {"jane": "manager", "rita": "reader"}, "exclusive": True},
            {"project": "a/c", "people": {"rita": "reader"}, "exclusive": True},
            {"project": "a/d", "teams": {"field_crew": "reporter"}},
            {"project": "a/e", "collaborators": {"jane_smith": "absent", "@acme_org/field_team": "reader"}},
            {"project": "a/f"},
        ]
        assert lists(roster, "qfield", person="jane", protect=["rita"]) == {
            "projects": [
                {"project": "a/b", "collaborators": {"jane_smith": "manager"}, "exclusive": False},
                {"project": "a/d", "collaborators": {"jane_smith": "reporter"}, "exclusive": False},
                {"project": "a/e", "collaborators": {"jane_smith": "absent"}, "exclusive": False},
            ],
            "protect": ["rita_reporter"],
            "warnings": [],
        }

    def test_spelling_counts_as_it_does_on_the_service(self):
        assert members({"collaborators": {"Mia-AI": "write"}}, person="jane") == {"Mia-AI": "write"}
        roster = [{"project": "tools", "collaborators": {"NORRIS": "guest"}}]
        assert lists(roster, "hth", person="jane")["projects"] == []

    def test_on_no_list_or_without_an_account_there_is_nothing(self):
        roster = [{"project": "tools", "collaborators": {"norris": "guest"}}]
        assert lists(roster, "hth", person="john")["projects"] == []
        assert lists(roster, "hth", person="rita")["projects"] == []

    def test_all_of_the_roster_is_checked_all_the_same(self):
        roster = [{"project": 1, "people": {"jane": "read"}}, {"project": 2, "people": {"jim": "read"}}]
        assert problems(roster, person="jane") == [
            "project_members_qc[1] (2), people.jim: is not in project_members_people"
        ]
        assert lists(roster, person="jane", unknown="warn")["warnings"] != []
        assert len(problems([{"project": 1, "exclusive": True}, {"project": 1, "exclusive": 1}], person="jane")) == 2

    def test_empty_is_everybody(self):
        roster = [{"project": 1, "people": {"jane": "read", "ravi": "read"}, "exclusive": True}]
        assert lists(roster, person="") == lists(roster)

    @pytest.mark.parametrize(
        ("person", "said"),
        [
            ("jan", "similar there: jane"),
            ("JANE", "similar there: jane"),
            ("nourris", "similar there: jane (hth: norris)"),
            ("jane_smyth", "similar there: jane (qfield: jane_smith)"),
            ("bob", "and nobody there has a similar name"),
        ],
    )
    def test_somebody_unknown_is_told_who_is_similar(self, person, said):
        assert problems([], person=person) == [
            f"project_members_person: {person} is not in project_members_people, {said}"
        ]

    def test_nobody_is_known(self):
        assert problems([], people={}, person="jane") == [
            "project_members_person: jane is not in project_members_people, which is empty"
        ]

    def test_an_entry_that_is_wrong_is_known_nevertheless(self):
        people = {"jane": {"qc": 5}, "jo": {"hth": 5}}
        assert len(problems([], people=people, person="jane")) == 1
        assert problems([], people={**people, "jane": {}}, person="joe")[-1].endswith("similar there: jo")

    @pytest.mark.parametrize("person", [None, False, 0, 5, [], ["jane"], {}, " ", "jane "])
    def test_what_is_no_name_is_not_everybody(self, person):
        (problem,) = problems([], person=person)
        assert problem.startswith("project_members_person: ")


class TestUnknown:
    CASES = [
        ({"people": {"jim": "read"}}, "people.jim: is not in project_members_people"),
        ({"people": {"rita": "read"}}, "people.rita: has no qc account in project_members_people"),
        ({"teams": {"crew": "read"}}, "teams.crew: is not in project_members_teams"),
        ({"teams": {"field_crew": "read"}}, "teams.field_crew, rita: has no qc account in project_members_people"),
        ({"teams": {"ghosts": "read"}}, "teams.ghosts, jim: is not in project_members_people"),
    ]

    @pytest.mark.parametrize(("entry", "problem"), CASES)
    def test_is_an_error(self, entry, problem):
        teams = {**TEAMS, "ghosts": ["jim"]}
        assert problems([{"project": 5, **entry}], teams=teams) == [f"project_members_qc[0] (5), {problem}"]

    @pytest.mark.parametrize(("entry", "problem"), CASES)
    def test_or_a_warning_and_left_out(self, entry, problem):
        teams = {**TEAMS, "ghosts": ["jim"]}
        roster = [{"project": 5, "collaborators": {"quant_kim": "read"}, **entry}]
        result = lists(roster, teams=teams, unknown="warn")
        assert result["warnings"] == [f"project_members_qc[0] (5), {problem}; left out"]
        accounts = {"quant_kim", "mia-ai"} if "field_crew" in problem else {"quant_kim"}
        assert set(result["projects"][0]["collaborators"]) == accounts

    @pytest.mark.parametrize(("entry", "problem"), CASES)
    def test_but_never_left_out_of_an_exclusive_list(self, entry, problem):
        teams = {**TEAMS, "ghosts": ["jim"]}
        (found,) = problems([{"project": 5, "exclusive": True, **entry}], teams=teams, unknown="warn")
        assert found.startswith(f"project_members_qc[0] (5), {problem}")
        assert "would remove them" in found

    def test_protected_person(self):
        assert problems([], protect=["john", "jim"], unknown="warn") == [
            "project_members_protect[1]: jim is not in project_members_people"
        ]


class TestWrittenWrongly:
    @pytest.mark.parametrize(
        ("options", "problem"),
        [
            ({"people": None}, "project_members_people: is empty (null), must be a mapping"),
            ({"people": ["jane"]}, "project_members_people: is a list, must be a mapping"),
            ({"teams": None}, "project_members_teams: is empty (null), must be a mapping"),
            ({"protect": "jane"}, "project_members_protect: is a text, must be a list"),
            ({"people": {"jane": None}}, "project_members_people.jane: is empty (null), must be a mapping"),
            ({"people": {"jane": "mia-ai"}}, "project_members_people.jane: is a text, must be a mapping"),
            ({"people": {"jane": {"cq": "mia-ai"}}}, "project_members_people.jane: cq is no service"),
            ({"people": {False: {"qc": "mia-ai"}}}, "project_members_people.False: YAML reads False as true or false"),
            ({"people": {"jane": {"qc": 1234}}}, "project_members_people.jane.qc: YAML reads 1234 as a number"),
            ({"people": {"jane": {"qc": None}}}, "project_members_people.jane.qc: YAML reads None as empty (null)"),
            ({"people": {"jane": {"qc": " mia-ai"}}}, "project_members_people.jane.qc: ' mia-ai' is blank or has"),
            ({"people": {"jane": {"qc": "m@ex.org"}}}, "project_members_people.jane.qc: m@ex.org is an e-mail address"),
            ({"teams": {"crew": "jane"}}, "project_members_teams.crew: is a text, must be a list"),
            ({"teams": {"crew": ["jane", 7.5]}}, "project_members_teams.crew[1]: YAML reads 7.5 as a number"),
            ({"teams": {None: ["jane"]}}, "project_members_teams.None: YAML reads None as empty (null)"),
            ({"protect": [True]}, "project_members_protect[0]: YAML reads True as true or false"),
        ],
    )
    def test_people_teams_protect(self, options, problem):
        """Reported once and in its own place, however often the name is used."""
        roster = [{"project": number, "people": {"jane": "read"}, "teams": {"crew": "read"}} for number in (1, 2)]
        sound = {"people": {"jane": {"qc": "mia-ai"}}, "teams": {"crew": ["jane"]}}
        for name, value in options.items():
            sound[name] = {**sound[name], **value} if isinstance(value, dict) else value
        (found,) = problems(roster, **sound)
        assert found.startswith(problem)

    @pytest.mark.parametrize(
        ("roster", "problem"),
        [
            (None, "project_members_hth: is empty (null), must be a list"),
            ({"project": "apollo"}, "project_members_hth: is a mapping, must be a list"),
            (["apollo"], "project_members_hth[0]: is a text, must be a mapping"),
            ([{"people": {}}], "project_members_hth[0]: project is missing"),
            ([{"project": None}], "project_members_hth[0], project: YAML reads None as empty (null)"),
            ([{"project": 2024}], "project_members_hth[0], project: YAML reads 2024 as a number"),
            ([{"project": True}], "project_members_hth[0], project: YAML reads True as true or false"),
            ([{"project": "  "}], "project_members_hth[0], project: '  ' is blank or has spaces around it"),
            (
                [{"project": "apollo"}, {"project": "tools"}, {"project": "apollo"}],
                "project_members_hth[2] (apollo): stands in project_members_hth[0] too; write it once",
            ),
            (
                [{"project": "apollo", "persons": {}}],
                "project_members_hth[0] (apollo): unknown key persons, "
                "write project, people, teams, collaborators, exclusive",
            ),
            ([{"project": "apollo", 1: {}}], "project_members_hth[0] (apollo): unknown key 1, write project"),
            (
                [{"project": "apollo", "exclusive": "yes"}],
                "project_members_hth[0] (apollo), exclusive: is a text, must be true or false",
            ),
            (
                [{"project": "apollo", "exclusive": None}],
                "project_members_hth[0] (apollo), exclusive: is empty (null), must be true or false",
            ),
            ([{"project": "apollo", "people": None}], "project_members_hth[0] (apollo), people: is empty (null), must"),
            ([{"project": "apollo", "teams": ["a"]}], "project_members_hth[0] (apollo), teams: is a list, must be"),
            ([{"project": "apollo", "collaborators": "a"}], "project_members_hth[0] (apollo), collaborators: is a"),
            (
                [{"project": "apollo", "people": {True: "guest"}}],
                "project_members_hth[0] (apollo), people.True: YAML reads True as true or false; put quotes around",
            ),
            (
                [{"project": "apollo", "collaborators": {17: "guest"}}],
                "project_members_hth[0] (apollo), collaborators.17: YAML reads 17 as a number; put quotes around",
            ),
            (
                [{"project": "apollo", "collaborators": {"jay@example.org": "guest"}}],
                "project_members_hth[0] (apollo), collaborators.jay@example.org: jay@example.org is an e-mail address",
            ),
            (
                [{"project": "apollo", "people": {"jane": None}}],
                "project_members_hth[0] (apollo), people.jane: nothing (null) is no access; write a word, a mapping,",
            ),
            ([{"project": "apollo", "people": {"jane": True}}], "project_members_hth[0] (apollo), people.jane: True "),
            ([{"project": "apollo", "people": {"jane": ["guest"]}}], "project_members_hth[0] (apollo), people.jane: ["),
            ([{"project": "apollo", "people": {"jane": ""}}], "project_members_hth[0] (apollo), people.jane:  is no"),
            ([{"project": "apollo", "teams": {"quants": 3}}], "project_members_hth[0] (apollo), teams.quants: 3 is no"),
        ],
    )
    def test_roster(self, roster, problem):
        (found,) = problems(roster, "hth")
        assert found.startswith(problem)

    def test_an_email_is_none_on_qfieldcloud_either(self):
        (found,) = problems([{"project": "a/b", "collaborators": {"jane@example.org": "reader"}}], "qfield")
        assert "is an e-mail address" in found

    def test_everything_at_once(self):
        roster = [
            {"project": 1, "people": {"jim": "read", "jane": None}, "exclusive": 1},
            {"project": 1, "team": {"quants": "read"}},
            "apollo",
        ]
        people = {**PEOPLE, "ravi": "ravi-k"}
        found = problems(roster, people=people, protect=[None], teams={"a": None})
        assert [problem.partition(": ")[0] for problem in found] == [
            "project_members_people.ravi",
            "project_members_teams.a",
            "project_members_qc[0] (1), exclusive",
            "project_members_qc[0] (1), people.jim",
            "project_members_qc[0] (1), people.jane",
            "project_members_qc[1] (1)",
            "project_members_qc[1] (1)",
            "project_members_qc[2]",
            "project_members_protect[0]",
        ]

    def test_shapes_at_once(self):
        assert len(problems(None, people=None, teams=None, protect=None)) == 4

    @pytest.mark.parametrize(("arguments", "said"), [(("gitlab",), "'gitlab'"), (("qc", {}, {}, (), "skip"), "'skip'")])
    def test_options(self, arguments, said):
        with pytest.raises(AnsibleFilterError, match=said):
            FilterModule().filters()["member_lists"]([], *arguments)


ACCESS = st.sampled_from(["read", "write", "absent", {"permission": "write", "live_control": True}])
PERSONS = [f"person{number}" for number in range(6)]
ACCOUNTS = {person: {"qc": f"account{number}"} for number, person in enumerate(PERSONS)}
ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "people": st.dictionaries(st.sampled_from(PERSONS), ACCESS),
        "collaborators": st.dictionaries(st.sampled_from(["account0", "account1", "bot"]), ACCESS),
        "teams": st.dictionaries(st.sampled_from(["red", "blue"]), ACCESS),
        "exclusive": st.booleans(),
    },
)
CREWS = st.fixed_dictionaries({name: st.lists(st.sampled_from(PERSONS), max_size=4) for name in ("red", "blue")})


@settings(PATIENT, max_examples=150)
@given(entries=st.lists(ENTRY, max_size=4), teams=CREWS)
def test_direct_beats_team_nobody_invented_order_kept(entries, teams):
    roster = [{"project": f"p{number}", **entry} for number, entry in enumerate(entries)]
    try:
        projects = lists(roster, people=ACCOUNTS, teams=teams)["projects"]
    except AnsibleFilterError as error:
        assert ": gives account" in str(error)
        return

    assert [project["project"] for project in projects] == [entry["project"] for entry in roster]
    for entry, project in zip(roster, projects):
        assert set(project) == {"project", "collaborators", "exclusive"}
        assert project["exclusive"] == entry.get("exclusive", False)
        by_person = {ACCOUNTS[name]["qc"]: access for name, access in entry.get("people", {}).items()}
        direct = {**by_person, **entry.get("collaborators", {})}
        by_team = [
            (ACCOUNTS[person]["qc"], access)
            for team, access in entry.get("teams", {}).items()
            for person in teams[team]
        ]
        found = project["collaborators"]
        assert {account: found[account] for account in direct} == direct
        assert all(found[account] == access for account, access in by_team if account not in direct)
        assert list(found) == list(dict.fromkeys([*direct, *(account for account, _access in by_team)]))


@settings(PATIENT, max_examples=200)
@given(entries=st.lists(ENTRY, max_size=4), teams=CREWS, person=st.sampled_from(PERSONS))
def test_one_person_gets_exactly_what_the_whole_roster_gives_them(entries, teams, person):
    roster = [{"project": f"p{number}", **entry} for number, entry in enumerate(entries)]
    try:
        whole = lists(roster, people=ACCOUNTS, teams=teams)["projects"]
    except AnsibleFilterError as error:
        with pytest.raises(AnsibleFilterError, match=re.escape(str(error))):
            lists(roster, people=ACCOUNTS, teams=teams, person=person)
        return
    account = ACCOUNTS[person]["qc"]
    assert lists(roster, people=ACCOUNTS, teams=teams, person=person)["projects"] == [
        {**project, "collaborators": {account: project["collaborators"][account]}, "exclusive": False}
        for project in whole
        if account in project["collaborators"]
    ]


def test_twice_the_projects_and_people_are_twice_the_work():
    def arguments(size):
        people = {f"person{number}": {"qc": f"account{number}"} for number in range(2 * size)}
        roster = [
            {
                "project": number,
                "people": {f"person{(number + step) % len(people)}": "read" for step in range(10)},
                "teams": {"all": "write"},
            }
            for number in range(size)
        ]
        return {"roster": roster, "people": people, "teams": {"all": list(people)[:10]}}

    projects = lists(**arguments(1000))["projects"]
    assert sum(len(project["collaborators"]) for project in projects) > 19_900
    assert calls(lists, **arguments(200)) < 2.1 * calls(lists, **arguments(100))


def test_documentation_agrees_with_the_code():
    options = yaml.safe_load(DOCUMENTATION)["options"]
    assert tuple(options["service"]["choices"]) == tuple(FIRST_FIELD)
    assert tuple(options["_input"]["suboptions"]) == KEYS


def test_the_example_gives_what_it_says():
    (task,) = yaml.safe_load(EXAMPLES)
    values = task["vars"]
    said = EXAMPLES.partition("# lists.projects is:\n")[2].replace("    # ", "")
    result = lists(values["roster"], "qfield", people=values["people"], teams=values["teams"], protect=["jane"])
    assert result["projects"] == yaml.safe_load(said)
    assert list(result["projects"][0]["collaborators"]) == list(yaml.safe_load(said)[0]["collaborators"])
