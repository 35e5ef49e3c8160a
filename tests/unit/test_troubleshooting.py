# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on troubleshooting tells every message and every kind of failure that the source has, and no other."""

from __future__ import annotations

import ast
import re

from ansible_collections.rollcall.collaborators.tests.unit.messages import (
    PLUGINS,
    ROOT,
    TELLING,
    messages,
    normal,
    of_python,
    of_yaml,
)

PAGE = (ROOT / "docs/docsite/rst/guide_troubleshooting.rst").read_text(encoding="utf-8")
TOLD = re.compile(r"^\| ``(.+?)``$", re.MULTILINE | re.DOTALL)
# Caught before anybody is told, worded by Ansible, and functions that make one of the errors.
OTHERS = {"_Failed", "MissingLibrary", "NoTls", "RepeatedKey", "_failed", "_lost", "_not_made", "wrong_address"}
ROW_OF_KINDS = re.compile(r"^   \* - ``(\w+)``$", re.MULTILINE)


PYTHON = """
def work(service, name):
    noun = "member" if name else "guest"
    problem = f"{service}: the {noun} {name} is unknown"
    if not service:
        raise BadInput("There is no service.", hint="Name one of them.")
    raise BadInput(problem + ", " + name)
"""
TASKS = [
    {
        "block": [
            {"ansible.builtin.fail": {"msg": "The {{ noun }} is missing.{% if x %} {{ __hint }}{% endif %}"}},
            {"ansible.builtin.debug": {"msg": "Nobody fails here."}},
        ],
        "vars": {"__hint": "{{ 'Look into ' ~ folder ~ ', then run again' if folder else 'Look elsewhere' }}"},
    }
]


def kinds():
    """What the engine, and all that stands on it, gives as the kind of an error."""
    for path in (PLUGINS / "module_utils").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            given = [node.value] if isinstance(node, ast.keyword) and node.arg == "kind" else []
            if isinstance(node, ast.Dict):
                given += [value for key, value in zip(node.keys, node.values) if getattr(key, "value", "") == "kind"]
            if isinstance(node, ast.arguments):
                given += [d for a, d in zip(node.kwonlyargs, node.kw_defaults) if a.arg == "kind" and d]
            for expression in given:
                branches = [expression.body, expression.orelse] if isinstance(expression, ast.IfExp) else [expression]
                yield from (each.value for each in branches if isinstance(each, ast.Constant))


def test_the_page_has_every_message_and_nothing_else():
    told, source = {normal(text) for text in TOLD.findall(PAGE)}, messages()

    assert {"missing on the page": source - told, "not in the source": told - source} == {
        "missing on the page": set(),
        "not in the source": set(),
    }


def test_no_message_is_told_twice():
    told = TOLD.findall(PAGE)

    assert sorted({text for text in told if told.count(text) > 1}) == []


def test_the_page_has_every_kind_and_nothing_else():
    of_header = ROW_OF_KINDS.findall(PAGE)

    assert of_header[0] == "bad_input" and len(of_header) == len(set(of_header))
    assert set(of_header) == set(kinds())


def test_messages_are_found_in_python():
    assert sorted(normal(text) for text in of_python(PYTHON)) == [
        "There is no service",
        "the guest … is unknown",
        "the member … is unknown",
    ]


def test_messages_are_found_in_yaml():
    found = {normal(text) for text in of_yaml(TASKS)}

    assert found - {""} == {"The … is missing", "Look into …, then run again", "Look elsewhere"}


def test_whatever_is_raised_is_looked_into():
    raised = {
        getattr(node.exc.func, "attr", getattr(node.exc.func, "id", ""))
        for path in PLUGINS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
    }

    assert raised - TELLING - OTHERS == set()
    assert {"BadInput", "AnsibleFilterError"} <= raised
