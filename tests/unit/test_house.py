# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house: who may import whom, how small a module file is, and that check mode forks the way in one place only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[2] / "plugins"
PREFIX = "ansible_collections.rollcall.collaborators.plugins."
# Each floor and the floors below it.
FLOORS = {
    "module_utils._membership": set(),
    "module_utils._transport": {"module_utils._membership"},
    "module_utils._ansible": {"module_utils._membership", "module_utils._transport"},
    "module_utils._services": {"module_utils._membership", "module_utils._transport"},
    "modules": {"module_utils._ansible", "module_utils._services"},
    "plugin_utils": {"module_utils._ansible", "module_utils._transport"},
    "action": {"plugin_utils", "module_utils._ansible", "module_utils._services"},
    "filter": {"module_utils._membership"},
    "doc_fragments": set(),
}
SOURCES = sorted(path for path in PLUGINS.rglob("*.py"))
JOBS = {"OneCollaborator", "ManyCollaborators", "CollaboratorInfo"}
MODULES = sorted((PLUGINS / "modules").glob("*.py"))


def floor_of(dotted):
    return next((floor for floor in FLOORS if dotted == floor or dotted.startswith(f"{floor}.")), dotted)


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module if not node.level else "." * node.level


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PLUGINS)))
def test_imports_run_downward_only(path):
    floor = floor_of(".".join(path.relative_to(PLUGINS).with_suffix("").parts))
    ours = {floor_of(name[len(PREFIX) :]) for name in imports(ast.parse(path.read_text())) if name.startswith(PREFIX)}
    assert ours <= FLOORS[floor] | {floor}


@pytest.mark.parametrize("floor", ["_membership", "_transport", "_services"])
def test_only_the_ansible_floor_knows_ansible(floor):
    for path in (PLUGINS / "module_utils" / floor).glob("*.py"):
        foreign = {name for name in imports(ast.parse(path.read_text())) if name.split(".")[0] == "ansible"}
        assert not foreign, path


def test_services_do_not_know_each_other():
    for path in (PLUGINS / "module_utils/_services").glob("*.py"):
        assert not [name for name in imports(ast.parse(path.read_text())) if "._services" in name], path


def test_check_mode_forks_in_one_place():
    """Both hosts of a job hand C(check_mode) on; one file looks at it."""
    forks = [
        path.name
        for path in SOURCES
        if path.parts[len(PLUGINS.parts)] != "filter"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.If, ast.IfExp)) and "check_mode" in ast.unparse(node.test)
    ]
    assert forks == ["run.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_file_is_documentation_and_one_line_of_joining(path):
    body = ast.parse(path.read_text()).body
    documentation = (ast.Expr, ast.Assign)
    lines = sum(node.end_lineno - node.lineno + 1 for node in body if not isinstance(node, documentation))
    assert lines <= 25


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_each_module_has_an_action_that_does_the_same_job(path):
    def job(tree):
        (made,) = [
            ast.unparse(node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in JOBS
        ]
        return made

    action = ast.parse((PLUGINS / "action" / path.name).read_text())
    assert job(action) == job(ast.parse(path.read_text()))
    assert len(action.body[-1].body) == 1
