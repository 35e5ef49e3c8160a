# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the README and the other Markdown files say, beside what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.rollcall.collaborators.plugins.doc_fragments.connection import ModuleDocFragment
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.helix_teamhub import HelixTeamHub
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.qfieldcloud import QFieldCloud
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.quantconnect import QuantConnect

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# What the part of the documentation is called that has the options of a service.
SERVICES = {"QC": QuantConnect, "HTH": HelixTeamHub, "QFIELD": QFieldCloud}
MARKDOWN = sorted([*ROOT.glob("*.md"), *ROOT.glob("roles/*/README.md")])


def table(text, heading):
    """The rows of the table whose first column has the heading, as lists of cells."""
    lines = text.partition(f"\n| {heading} |")[2].splitlines()[2:]
    rows = [line.strip("| ").split(" | ") for line in lines[: lines.index("")]]
    assert rows
    return rows


def names(text):
    return re.findall(r"`([^`]+)`", text)


def variables(part):
    """Option -> the environment variables that its documentation names."""
    options = yaml.safe_load(getattr(ModuleDocFragment, part))["options"]
    found = {name: re.findall(r"E\(([A-Z_]+)\)", str(option["description"])) for name, option in options.items()}
    return {name: variables for name, variables in found.items() if variables}


class TestContent:
    """The table of what the collection has: its first cells, by the word that they begin with."""

    CELLS = [cells[0] for cells in table(README, "content")]

    def named(self, word):
        return sorted(sum((names(cell) for cell in self.CELLS if cell.startswith(word)), []))

    def test_modules(self):
        assert self.named("`") == sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))

    def test_roles(self):
        assert self.named("role ") == sorted(path.name for path in (ROOT / "roles").iterdir())

    def test_playbooks(self):
        assert self.named("playbooks ") == sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))

    def test_action_groups(self):
        runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))
        assert self.named("action groups ") == sorted(runtime["action_groups"])


class TestCredentials:
    ROWS = {cells[0]: cells[1:] for cells in table(README, "service")}

    def test_there_is_a_row_for_each_service(self):
        assert list(self.ROWS) == [service.title for service in SERVICES.values()]

    @pytest.mark.parametrize("part", SERVICES)
    def test_options_stand_beside_their_variables(self, part):
        options, told = map(names, self.ROWS[SERVICES[part].title])
        assert sorted(told) == sorted(sum((variables(part)[option] for option in options), []))

    def test_all_variables_are_told_and_no_others(self):
        told = set(re.findall(r"\b(?:QUANTCONNECT|QC|HTH|QFIELDCLOUD)_[A-Z_]+", README))
        assert told == {name for part in SERVICES for listed in variables(part).values() for name in listed}


@pytest.mark.parametrize("part", SERVICES)
def test_documented_variables_are_those_that_are_read(part):
    options = SERVICES[part].options
    assert variables(part) == {name: list(option["env"]) for name, option in options.items() if "env" in option}


@pytest.mark.parametrize("role", sorted(path.name for path in (ROOT / "roles").iterdir()))
def test_table_of_a_role_has_its_variables_and_their_defaults(role):
    folder = ROOT / "roles" / role
    specs = yaml.safe_load((folder / "meta/argument_specs.yml").read_text(encoding="utf-8"))
    told = {
        name: yaml.safe_load(cells[1].strip("`")) if re.fullmatch("`[^`]*`", cells[1]) else None
        for cells in table((folder / "README.md").read_text(encoding="utf-8"), "variable")
        for name in names(cells[0])
    }
    assert told == {name: option.get("default") for name, option in specs["argument_specs"]["main"]["options"].items()}


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    links = re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert missing == []
