# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose accounts they are, and every way to name nobody."""

from __future__ import annotations

import pytest
from ansible_collections.rollcall.collaborators.plugins.filter.leaver_accounts import NOBODY, FilterModule

PEOPLE = {
    "jane": {"qfield": "jane_smith", "hth": "norris", "qc": "mia-ai"},
    "janet": {"qc": "quant_kim"},
    "Otto": {"qc": "old_timer", "hth": "old.timer", "qfield": "old_timer"},
    "rita": {},
    "bad": {"github": "x", "qc": "mia@example.org", "hth": " ", "qfield": 7},
    "worse": ["norris"],
}


def leaver(person="", accounts=(), **options):
    return FilterModule().filters()["leaver_accounts"](options.get("people", PEOPLE), person, accounts)


def accounts_of(*arguments, **options):
    found = leaver(*arguments, **options)
    assert found["problems"] == []
    return found["accounts"]


def problems(*arguments, **options):
    found = leaver(*arguments, **options)
    assert found["accounts"] == {}
    return found["problems"]


def test_accounts_of_a_person_in_the_order_of_the_services():
    assert list(accounts_of("jane").items()) == [("qc", "mia-ai"), ("hth", "norris"), ("qfield", "jane_smith")]


@pytest.mark.parametrize("people", [{}, None, PEOPLE])
def test_accounts_need_no_roster(people):
    assert accounts_of(accounts={"hth": "norris"}, people=people) == {"hth": "norris"}


def test_accounts_win_for_their_services_and_leave_the_others():
    assert accounts_of("jane", {"qc": "other"}) == {"qc": "other", "hth": "norris", "qfield": "jane_smith"}
    assert accounts_of("janet", {"hth": "ext.kim"}) == {"qc": "quant_kim", "hth": "ext.kim"}


@pytest.mark.parametrize(("person", "accounts"), [("", {}), ("", ""), (None, None), ("", [])])
def test_nobody(person, accounts):
    assert leaver(person, accounts)["problems"] == [NOBODY]


@pytest.mark.parametrize(
    ("person", "problem"),
    [
        ("jaen", "jaen is not in project_members_people; did you mean jane or janet?"),
        ("otto", "otto is not in project_members_people; did you mean Otto?"),
        ("norris", "norris is not in project_members_people; it is the hth account of jane"),
        (
            "old_timer",
            "old_timer is not in project_members_people; "
            "it is the qc account of Otto, and it is the qfield account of Otto",
        ),
        ("zoe", "zoe is not in project_members_people; nobody there has a similar name"),
        (" jane", "' jane' is blank or has spaces around it"),
        (7, "YAML reads 7 as a number; put quotes around the name"),
        (["jane"], "YAML reads ['jane'] as a list; put quotes around the name"),
    ],
)
def test_a_person_who_is_not_in_the_roster(person, problem):
    assert problems(person) == [f"person: {problem}"]


@pytest.mark.parametrize("people", [{}, None])
def test_a_person_without_a_roster(people):
    (problem,) = problems("jane", {"qc": "mia-ai"}, people=people)
    assert "give the inventory that has it for all hosts" in problem


def test_a_person_whose_entry_is_wrong():
    assert problems("rita") == ["project_members_people.rita: has no account"]
    assert problems("worse") == [
        'project_members_people.worse: is a list, must be a mapping such as {"qc": "NAME"}',
    ]
    assert problems("jane", people=["jane"]) == ["project_members_people: is a list, must be a mapping"]
    assert problems("bad") == [
        "project_members_people.bad.github: is no service, write one of qc, hth, qfield",
        "project_members_people.bad.qc: mia@example.org is an e-mail address; write the name of the account",
        "project_members_people.bad.hth: ' ' is blank or has spaces around it",
        "project_members_people.bad.qfield: YAML reads 7 as a number; put quotes around the name",
    ]


def test_the_entries_of_others_do_not_matter():
    assert accounts_of("jane", people={**PEOPLE, 7: None, "kim": 7})


@pytest.mark.parametrize(
    ("accounts", "problem"),
    [
        ({"quantconnect": "mia-ai"}, "accounts.quantconnect: is no service, write one of qc, hth, qfield"),
        ({True: "mia-ai"}, "accounts.True: is no service, write one of qc, hth, qfield"),
        ({"qc": ""}, "accounts.qc: '' is blank or has spaces around it"),
        ({"qc": None}, "accounts.qc: is empty (null)"),
        ({"qfield": "@acme_org/crew"}, "accounts.qfield: @acme_org/crew is a team; write the account of a person"),
        ('{"qc": "mia-ai"}', 'accounts: is a text, must be a mapping such as {"qc": "NAME"}'),
    ],
)
def test_accounts_that_are_wrong(accounts, problem):
    assert problems(accounts=accounts) == [problem]
    assert problems("jane", accounts) == [problem]


def test_everything_wrong_is_told_at_once():
    assert len(problems("bad", {"qc": "", "hth": None})) == 6
