# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile names wherever a name can stand: sent and shown exactly, or refused with an error that names the place.

A task with ordinary names is the measure. With one of them replaced by a hostile one, its requests, decoded, and its
result have to be the same with that name in its place, or there is an error and no write.
"""

from __future__ import annotations

import functools
import json
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.rollcall.collaborators.plugins.filter.member_lists import member_lists
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.dialogues import ROW, SERVICES, WRITES, hold
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import SIDES
from ansible_collections.rollcall.collaborators.tests.unit.plugins.running import run

STRINGS = {
    "quotes": "a'b\"c`d",
    "a comma": "a,b",
    "a line break": "a\nb",
    "a header": "a\r\nX-Evil: 1",
    "NUL": "a\0b",
    "a tab": "a\tb",
    "an escape": "a\x1b[2Jb",
    "a C1 control": "a\x9bb",
    "parents": "../../auth/logout",
    "a parent": "..",
    "the same folder": ".",
    "an encoded parent": "%2e%2e",
    "an encoded slash": "a%2Fb",
    "an encoded NUL": "a%00b",
    "a bare percent sign": "100%",
    "a semicolon": "a;b=c",
    "a question mark": "a?b=c",
    "a fragment": "a#b",
    "an ampersand": "a&role=admin",
    "a plus sign": "a+b",
    "a backslash": "a\\b",
    "a slash": "a/b",
    "a slash in front": "/a",
    "another host": "//evil.example/a",
    "an address": "https://evil.example/a",
    "a space": "a b",
    "spaces around": " a ",
    "odd spaces": "\u00a0a\u2003",
    "nothing": "",
    "a blank": " ",
    "emoji": "\U0001f9d1\u200d\U0001f33e",
    "10,000 letters": "a" * 10_000,
    "10,000 digits": "9" * 10_000,
    "digits of another script": "\u0661\u0662\u0663",
    "a superscript": "\u00b2",
    "right to left": "\u202eevil\u202c",
    "zero width": "a\u200bb",
    "a byte order mark": "\ufeffa",
    "a composed letter": "jos\u00e9",
    "a combining letter": "jose\u0301",
    "sharp s": "stra\u00dfe",
    "a line separator": "a\u2028b",
    "Jinja": "{{ 7 * 7 }}",
    "Jinja in a name": "a{{ 7 * 7 }}b",
    "a Jinja block": "{% set x = 1 %}{# x #}",
    "a YAML tag": "!!python/object:os.system x",
    "a YAML anchor": "&a *a",
    "a YAML list": "[a, b]",
    "a YAML null": "null",
    "a YAML mapping": "a: b",
    "an option": "--check",
    "a formula": "=1+1",
    "an at sign": "@SUM(1)",
    "a prototype": "__proto__",
    "a shell command": "$(id)",
    "a format": "%s{0}{x}",
}
LONGEST_KEY = 1000  # YAML has no longer ones without a question mark in front
each_service = pytest.mark.parametrize("service", SERVICES)


def renamed(value, old, new):
    """A JSON value, or a text, with every text that is `old` replaced."""
    if isinstance(value, dict):
        return {renamed(key, old, new): renamed(inner, old, new) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(renamed(inner, old, new) for inner in value)
    return new if isinstance(value, str) and value == old else value


def with_name(dialogue, old, new):
    """The dialogue with one collaborator or project under another name, in the task and in all answers."""
    exchanges = {key: one._replace(body=renamed(one.body, old, new)) for key, one in dialogue.exchanges.items()}
    project = "/".join(renamed(dialogue.project.split("/", dialogue.service == "qfield"), old, new))
    wanted, left = renamed(dialogue.wanted, old, new), renamed(dialogue.left, old, new)
    return dialogue._replace(exchanges=exchanges, project=project, wanted=wanted, left=left)


def decoded(request):
    """What a server makes of a request: method, path segments, query, names of the headers, body."""
    method, target, _version = request.line.split(" ")
    path, query = urlsplit(target).path, urlsplit(target).query
    headers = sorted(line.partition(":")[0] for line in request.head.splitlines()[1:])
    pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    return [method, [unquote(part) for part in path.split("/")], pairs, headers, json.loads(request.body or "null")]


def in_any_order(requests):
    return sorted(map(repr, requests))


def one(dialogue, server, name):
    """The module for one collaborator, for one of those that the task speaks of."""
    dialogue.serve(server)
    side, access = SIDES[dialogue.service], dialogue.wanted[name]
    field = "permission" if dialogue.service == "qc" else "role"
    options = {"state": "absent"} if access == "absent" else {field: access}
    given = {"api_url": server.url + dialogue.api_path, "project": dialogue.project, "collaborator": name, "retries": 1}
    return run(side.one, **given, **options, **dialogue.options)


def many(dialogue, server, _name):
    return dialogue.perform(server)


@functools.lru_cache(maxsize=None)
def usual(server, service, name, perform):
    """The result with ordinary names, and what is sent."""
    result = perform(SERVICES[service], server, name)
    assert not result["failed"], result["msg"]
    return result, [decoded(request) for request in server.requests]


def compare(server, service, old, new, perform, tally):
    """The law of this file, for one name; gives the result."""
    measure, requests = usual(server, service, old, perform)
    expected = renamed(requests, old, new)
    dialogue = SERVICES[service]
    hostile = with_name(dialogue, old, new)
    result = perform(hostile, server, new)
    sent = [decoded(request) for request in server.requests]
    tally["hostile names"] += 1
    assert all(sign.isprintable() or sign == "\n" for sign in result.get("msg", "")), ascii(result["msg"])
    if result["failed"]:
        assert not set(hostile.sent(server)) & set(WRITES)
        assert [request for request in sent if request not in expected] == []
        return result
    assert in_any_order(sent) == in_any_order(expected)
    shown = projects(result)
    as_usual = renamed(renamed(projects(measure), dialogue.project, hostile.project), old, new)
    for project in shown:
        assert list(project["before"]) == sorted(project["before"])
    for key in ("project", "before", "after", "keep", "protected", "add", "change", "remove"):
        assert [unordered(project.get(key)) for project in shown] == [unordered(one.get(key)) for one in as_usual]
    for diff in result["diff"] if isinstance(result["diff"], list) else [result["diff"]]:
        assert all(sign.isprintable() or sign == "\n" for text in diff.values() for sign in text), ascii(diff)
        for key in ("before", "after"):
            assert len(new) > LONGEST_KEY or yaml.safe_load(diff[key]) == shown[0][key]
    return result


def projects(result):
    """The results for the projects, with what is inside of their plans beside the rest."""
    return [{**project, **project["plan"]} for project in result.get("projects", [result])]


def unordered(value):
    return sorted(value) if isinstance(value, list) else value


@each_service
@pytest.mark.parametrize(
    ("name", "perform"), [("newcomer", many), ("leaver", many), ("newcomer", one), ("changing", one), ("leaver", one)]
)
def test_a_collaborator_who_is_named(server, clock, tally, service, name, perform):
    def law(string):
        result = compare(server, service, name, string, perform, tally)
        if result["failed"]:
            # On QuantConnect a listed name is a valid one: only the list tells.
            assert server.requests == [] or service == "qc"
            assert not set(SERVICES[service].sent(server)) & set(WRITES)
            assert result["error"]["kind"] == "bad_input"
            assert repr(string) in result["msg"]

    hold(law, STRINGS)


@each_service
@pytest.mark.parametrize("name", ["unnamed", "keeper"])
def test_a_collaborator_who_is_listed(server, clock, tally, service, name):
    def law(string):
        # A team cannot be removed (contract QFieldCloud 9).
        is_team = service == "qfield" and string.startswith("@")
        compare(server, service, "keeper" if is_team else name, string, many, tally)

    hold(law, STRINGS)


@each_service
def test_a_collaborator_who_is_protected(server, clock, tally, service):
    dialogue = SERVICES[service]

    def law(string):
        kept = with_name(dialogue, "unnamed", string)._replace(left=[*dialogue.left, ROW[service](string)])
        result = kept.perform(server, protect=[string])
        tally["hostile names"] += 1
        if result["failed"]:
            assert not set(dialogue.sent(server)) & set(WRITES)
        else:
            (project,) = projects(result)
            assert project["protected"][string] == "named in protect"
            assert list(project["remove"]) == ["leaver"]

    hold(law, STRINGS)


@pytest.mark.parametrize(
    ("service", "name"), [("qc", "Team/First"), ("hth", "platform"), ("qfield", "trees"), ("qfield", "acme_org")]
)
def test_a_project(server, clock, tally, service, name):
    def law(string):
        # Blanks around a reference are not part of it.
        result = compare(server, service, name, string.strip(), many, tally)
        if result["failed"]:
            assert result["error"]["kind"] in ("bad_input", "not_found")

    # What comes after the first slash of owner/name is the name.
    hold(law, {key: string for key, string in STRINGS.items() if not (name == "acme_org" and "/" in string)})


ACCOUNT, PERSON, TEAM, PROJECT = PLACES_IN_ROSTERS = ("account", "person", "team", "project")


@pytest.mark.parametrize("place", PLACES_IN_ROSTERS)
def test_a_roster(tally, place):
    def law(string):
        tally["hostile names"] += 1
        name = {**dict(zip(PLACES_IN_ROSTERS, PLACES_IN_ROSTERS)), place: string}
        roster = [{"project": name[PROJECT], "teams": {name[TEAM]: "reader"}}]
        people, teams = {name[PERSON]: {"qfield": name[ACCOUNT]}}, {name[TEAM]: [name[PERSON]]}
        try:
            lists = member_lists(roster, "qfield", people, teams, [name[PERSON]])
        except AnsibleFilterError as error:
            assert "project_members_" in str(error)
        else:
            entry = {"project": name[PROJECT], "collaborators": {name[ACCOUNT]: "reader"}, "exclusive": False}
            assert lists == {"projects": [entry], "protect": [name[ACCOUNT]], "warnings": []}

    hold(law, STRINGS)
