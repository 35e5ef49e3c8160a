# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module, filter, role and playbook has to say of itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = "rollcall.collaborators"
PLUGINS = sorted([*ROOT.glob("plugins/modules/*.py"), *ROOT.glob("plugins/filter/*.py")])
ROLES = sorted(ROOT.glob("roles/*"))
PLAYBOOKS = sorted(ROOT.glob("playbooks/*.yml"))
RELEASES = yaml.safe_load((ROOT / "changelogs/changelog.yaml").read_text(encoding="utf-8"))["releases"]


def documentation(path):
    """DOCUMENTATION, EXAMPLES and RETURN of a plugin, loaded."""
    constants = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.Assign)]
    found = {node.targets[0].id: node.value for node in constants}
    return {name: yaml.safe_load(found[name].value) for name in ("DOCUMENTATION", "EXAMPLES", "RETURN")}


def as_version(text):
    return tuple(map(int, text.split(".")))


def versions_added(node):
    """Every version_added in documentation or in the argument specs of a role."""
    if isinstance(node, dict):
        yield from [node["version_added"]] if isinstance(node.get("version_added"), str) else []
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from versions_added(child)


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: path.stem)
def test_plugins_are_documented_with_examples_and_returned_values(path):
    told = documentation(path)
    assert told["DOCUMENTATION"].get("module", told["DOCUMENTATION"].get("name")) == path.stem
    assert told["DOCUMENTATION"]["version_added"] in versions_added(told["DOCUMENTATION"])
    assert f"{COLLECTION}.{path.stem}" in str(told["EXAMPLES"])
    assert all(value["description"] and value["type"] for value in told["RETURN"].values())


@pytest.mark.parametrize("path", ROLES, ids=lambda path: path.name)
def test_roles_are_documented_with_an_example(path):
    specs = yaml.safe_load((path / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
    assert all(specs["main"][key] for key in ("short_description", "description", "version_added", "options"))
    assert f"{COLLECTION}.{path.name}\n" in (path / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_playbooks_begin_with_how_they_are_started(path):
    start = path.read_text(encoding="utf-8").partition("\n- name:")[0]
    lines = [line for line in start.splitlines() if line.startswith("#     ansible-playbook ")]
    assert lines
    assert [line for line in lines if f" {COLLECTION}.{path.stem} " not in f"{line} "] == []
    assert f"   * - :ref:`{path.stem} <" in (ROOT / "docs/docsite/rst/guide_playbooks.rst").read_text(encoding="utf-8")


def test_the_page_on_where_a_task_runs_has_each_reason_of_the_rule():
    source = ast.parse((ROOT / "plugins/plugin_utils/in_process.py").read_text(encoding="utf-8"))
    (rule,) = [node for node in ast.walk(source) if isinstance(node, ast.FunctionDef) and node.name == "_why_not_here"]
    reasons = [ast.unparse(node.value) for node in ast.walk(rule) if isinstance(node, ast.Return)]
    said = {re.sub(r"\{[^}]*\}", "<>", ast.literal_eval(reason.removeprefix("f"))) for reason in reasons} - {""}
    page = (ROOT / "docs/docsite/rst/guide_where_a_task_runs.rst").read_text(encoding="utf-8")
    assert {re.sub("<[a-z]+>", "<>", told) for told in re.findall("^     - ``([^`]+)``$", page, re.MULTILINE)} == said


def test_all_was_added_in_a_release_or_will_be_in_one():
    """What is new since the newest release has one version, a greater one; antsibull-changelog lists it by that."""
    told = [documentation(path)["DOCUMENTATION"] for path in PLUGINS]
    told += [yaml.safe_load((path / "meta/argument_specs.yml").read_text(encoding="utf-8")) for path in ROLES]
    for path in ROOT.glob("plugins/doc_fragments/*.py"):
        parts = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Assign)]
        told += [yaml.safe_load(node.value.value) for node in parts]
    versions = set(versions_added(told))

    assert len(versions) > 1
    new = versions - RELEASES.keys()
    assert len(new) <= 1
    assert [version for version in new if as_version(version) <= max(map(as_version, RELEASES))] == []
