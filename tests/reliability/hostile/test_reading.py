# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Broken and hostile servers, and the modules that only read: told exactly, or not told, and the reason is.

What is wrong with one project or organization does not keep the others from being told. Nothing that is wrong is ever
taken for "nobody is here", and nothing that is told is unfit for a terminal or for Ansible.
"""

from __future__ import annotations

import json

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.dialogues import (
    QC_BEFORE,
    SECRET,
    TREES,
    Dialogue,
    Exchange,
    hold,
    said,
)
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.test_answers import ANSWERS, KINDS
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.test_fields import (
    MISSING,
    places,
    replacements,
)
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.test_strings import STRINGS
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import SIDES
from ansible_collections.rollcall.collaborators.tests.unit.plugins.running import run

BEES = "550e8400-e29b-41d4-a716-446655440008"


class Survey(Dialogue):
    """One task that reads two projects, and all that can be told of them."""

    def read(self, server, bad=()):
        self.serve(server, bad)
        usual = {"api_url": server.url + self.api_path, "retries": 1, "concurrency": 1, **self.wanted}
        return run(SIDES[self.service].info, **usual, **self.options)


def with_email(row):
    return {**row, "email": f"{row['publicId'][::-1]}@example.com"}


QC = Survey(
    "qc",
    "/api/v2",
    {"user_id": "1234567", "api_token": SECRET},
    "",
    {"emails": True},
    {
        "projects": Exchange(
            "POST .*/projects/read ",
            {
                "success": True,
                "projects": [
                    {
                        "projectId": 23456789,
                        "name": "Team/First",
                        "organizationId": "5cad178b",
                        "owner": True,
                        "collaborators": list(map(with_email, QC_BEFORE)),
                    },
                    {"projectId": 23456790, "name": "Research/Momentum"},
                ],
            },
        ),
        "list": Exchange("POST .*/collaboration/read ", {"success": True, "collaborators": QC_BEFORE[:2]}),
    },
)


def hth_row(name):
    account = {"id": name, "type": "collaborator", "email": f"{name[::-1]}@example.org"}
    return {"collaborator": account, "project": {"id": "platform"}, "role": "guest"}


def hth_page(rows, total, following=None):
    metadata = {"total_count": total, "more_results": following is not None, "next_offset": following or total}
    return {"metadata": metadata, "results": rows}


HTH = Survey(
    "hth",
    "/api",
    {"company_key": SECRET, "account_key": f"{SECRET}2"},
    "",
    {"emails": True},
    {
        "projects": Exchange("GET /api/projects[?].*offset=0 ", hth_page([{"id": "apollo", "name": "Apollo"}], 2, 1)),
        "second page of projects": Exchange(
            "GET /api/projects[?].*offset=1 ", hth_page([{"id": "platform", "name": "Platform"}], 2)
        ),
        "other list": Exchange("GET .*/apollo/project_collaborators", hth_page([], 0)),
        "list": Exchange("GET .*/platform/project_collaborators.*offset=0&", hth_page([hth_row("norris")], 2, 1)),
        "second page": Exchange("GET .*/platform/project_collaborators.*offset=1&", hth_page([hth_row("ext.jdoe")], 2)),
    },
)


def qfield_row(name, role="reader"):
    return {"project_id": TREES, "collaborator": name, "role": role, "created_by": None}


QFIELD = Survey(
    "qfield",
    "/api/v1",
    {"token": SECRET},
    "",
    {"inherited": True},
    {
        "projects": Exchange(
            "GET /api/v1/projects/ ",
            [
                {"id": TREES, "owner": "acme_org", "name": "trees", "is_public": False},
                {"id": BEES, "owner": "john_doe", "name": "bees", "is_public": True},
            ],
        ),
        "other list": Exchange(f"GET .*/collaborators/{BEES}/ ", []),
        "list": Exchange(
            f"GET .*/collaborators/{TREES}/ ",
            {
                "count": 2,
                "next": f"/api/v1/collaborators/{TREES}/?limit=1&offset=1",
                "results": [qfield_row("@acme_org/crew", "reporter")],
            },
        ),
        "second page": Exchange("GET .*limit=1&offset=1 ", [qfield_row("jane_smith")]),
        "organization": Exchange("GET .*/users/acme_org/ ", {"type": 2, "organization_owner": "olga_owner"}),
        "person": Exchange("GET .*/users/john_doe/ ", {"type": 1, "username": "john_doe"}),
        "members": Exchange("GET .*/members/acme_org/ ", [{"member": "adam", "role": "admin"}]),
        "teams": Exchange("GET .*/organizations/acme_org/teams/ ", [{"team": "crew", "members": ["max"]}]),
    },
)
SURVEYS = {"qc": QC, "hth": HTH, "qfield": QFIELD}
# What another operation does not stand for already.
OPERATIONS = [
    (name, operation)
    for name, survey in SURVEYS.items()
    for operation in survey.exchanges
    if operation not in ("other list", "person")
]
each_operation = pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=lambda value: value.replace(" ", "_"))


def can_be_shown(result):
    """No half character anywhere, no sign that steers a terminal in what Ansible prints as it is."""
    json.dumps(result, ensure_ascii=False).encode()
    for text in (result.get("msg", ""), *result["warnings"], *(error["message"] for error in errors(result))):
        assert all(sign.isprintable() or sign == "\n" for sign in text), ascii(text)
        assert len(text) < 5000


def errors(result):
    return [error for error in [result.get("error"), *(one["error"] for one in result.get("unreadable", []))] if error]


def is_told(result):
    """Whether something is said to be missing."""
    return bool(errors(result) or any(one["error"] for one in result.get("organizations", {}).values()))


def facts(result):
    return {key: result.get(key) for key in ("projects", "details", "organizations", "unreadable")}


@pytest.mark.parametrize("name", SURVEYS)
def test_a_good_server(server, name):
    result = SURVEYS[name].read(server)
    assert not is_told(result) and len(result["projects"]) == 2
    assert sorted(SURVEYS[name].sent(server)) == sorted(SURVEYS[name].exchanges)


@each_operation
def test_broken_answers(server, clock, tally, name, operation):
    survey = SURVEYS[name]
    good = survey.read(server)

    def law(answer):
        result = survey.read(server, {operation: answer})
        tally["broken answers"] += 1
        can_be_shown(result)
        assert is_told(result), f"taken for good: {result.get('summary')}"
        assert {error["kind"] for error in errors(result)} <= KINDS
        if not result["failed"]:
            # The others are told as ever.
            told = {project["project"]: project for project in result["projects"]}
            unreadable = {project["project"] for project in result["unreadable"]}
            ever = {project["project"]: project for project in good["projects"]}
            assert told == {project: ever[project] for project in ever if project not in unreadable}

    hold(law, ANSWERS)


NOT_SHOWN = "what is for people to read is left out where it is no text"
CAUTION = "rows can come without it: then nobody is taken for the owner (contract QuantConnect 5)"
# (service, key): values that are read (None: all), and why that is right.
UNDERSTOOD = {
    ("qc", "name"): (None, NOT_SHOWN),
    ("qc", "organizationId"): (None, NOT_SHOWN),
    ("qc", "email"): (None, NOT_SHOWN),
    ("qc", "owner"): (None, CAUTION),
    ("qc", "uid"): (None, CAUTION),
    ("qc", "collaborators"): (None, "a project whose row is without them is read"),
    ("hth", "name"): (None, NOT_SHOWN),
    ("hth", "email"): (None, NOT_SHOWN),
    ("hth", "role"): ([None, MISSING], "a row without a role is no direct membership (contract Helix TeamHub 9)"),
    ("hth", "collaborator"): (["text"], "a name may come as a bare text (contract Helix TeamHub 5)"),
    ("qfield", "is_public"): (None, NOT_SHOWN),
    ("qfield", "type"): ([True], "1, as Python sees it"),
    ("qfield", ""): ([[]], "an empty list is a good list"),
}


@pytest.mark.parametrize(
    ("name", "operation", "place"),
    [
        pytest.param(name, operation, place, id=f"{name}-{operation}-{'.'.join(map(str, place)) or 'all of it'}")
        for name, operation in OPERATIONS
        for place in places(SURVEYS[name].exchanges[operation].body)
    ],
)
def test_a_value_of_a_wrong_type_is_told_or_does_not_matter(server, clock, tally, name, operation, place):
    survey = SURVEYS[name]
    good = facts(survey.read(server))
    understood, _why = UNDERSTOOD.get((name, place[-1] if place else ""), ([], ""))
    mistakes = {}
    for value, body in replacements(survey.exchanges[operation].body, place):
        result = survey.read(server, {operation: said(body)})
        tally["wrong types"] += 1
        can_be_shown(result)
        if not (is_told(result) or facts(result) == good or understood is None or value in understood):
            mistakes["missing" if value is MISSING else repr(value)] = f"was read as {result['summary']}"
    assert mistakes == {}


NAMES = [
    *(("qc", name) for name in ("keeper", "Team/First", "repeek@example.com")),
    *(("hth", name) for name in ("norris", "Apollo")),
    *(("qfield", name) for name in ("jane_smith", "trees", "adam", "crew")),
]


def with_name(value, old, new):
    """A JSON value with a name in it replaced, also within other texts."""
    return json.loads(json.dumps(value).replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1]))


def in_any_order(result):
    """What is told, by the id of each project: its name may be none that can be asked for. Nothing is no text."""
    details = result["details"]
    by_id = {
        details[project["project"]]["project_id"]: [project["collaborators"], details[project["project"]]]
        for project in result["projects"]
    }
    return unordered([by_id, result.get("organizations")])


def unordered(value):
    if isinstance(value, dict):
        return {key: unordered(inner) for key, inner in value.items() if inner != ""}
    if isinstance(value, list):
        return sorted(map(unordered, value), key=str)
    return value


@pytest.mark.parametrize(("name", "old"), NAMES)
def test_names_are_told_exactly_or_not_at_all(server, clock, tally, name, old):
    survey = SURVEYS[name]
    good = survey.read(server)

    def law(string):
        exchanges = {key: one._replace(body=with_name(one.body, old, string)) for key, one in survey.exchanges.items()}
        result = survey._replace(exchanges=exchanges).read(server)
        tally["hostile names in reads"] += 1
        can_be_shown(result)
        if is_told(result) or "\ud800" in string:
            return
        # Slashes in front are no part of a name (contract QuantConnect 12).
        shown = string.lstrip("/") if name == "qc" and "/" in old else string
        assert in_any_order(result) == in_any_order(with_name(good, old, shown))

    hold(law, {**STRINGS, "half a character": "a\ud800b"})


@pytest.mark.parametrize("owner", ["a/b", "..", "a?b", "\x1b[2J", "a b", "\ud800"])
def test_a_hostile_owner_is_not_asked_for_somewhere_else(server, clock, tally, owner):
    """What is asked of an organization stays below the paths of organizations."""
    survey = QFIELD
    exchanges = {
        key: one._replace(body=with_name(one.body, "acme_org", owner)) for key, one in survey.exchanges.items()
    }
    answered = {**exchanges, "organization": Exchange("GET .*/users/[^/ ]+/ ", {"type": 1})}
    result = survey._replace(exchanges=answered).read(server)
    tally["hostile names in reads"] += 1
    can_be_shown(result)
    paths = [request.line.split(" ")[1].removeprefix("/api/v1/").split("/")[0] for request in server.requests]
    assert set(paths) <= {"projects", "collaborators", "users"}
