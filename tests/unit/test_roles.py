# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to agree between the files of a role, and between a role and the modules it calls."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.rollcall.collaborators.plugins.filter.member_lists import KEYS
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible import arguments
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.quantconnect import QuantConnect

ROLES = Path(__file__).resolve().parents[2] / "roles"
NAMES = sorted(path.name for path in ROLES.iterdir())
MEMBERS = ROLES / "project_members"
SERVICES = ("qc", "hth", "qfield")


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def options_of(role):
    return load(ROLES / role / "meta/argument_specs.yml")["argument_specs"]["main"]["options"]


def every_option(options):
    for name, option in options.items():
        yield name, option
        yield from every_option(option.get("options", {}))


@pytest.mark.parametrize("role", NAMES)
class TestEveryRole:
    def test_defaults_are_those_of_the_argument_specs(self, role):
        options = options_of(role)
        assert load(ROLES / role / "defaults/main.yml") == {
            name: option["default"] for name, option in options.items() if "default" in option
        }

    def test_options_are_described_and_carry_the_name_of_the_role(self, role):
        options = options_of(role)
        assert [name for name in options if not name.startswith(f"{role}_")] == []
        assert [name for name, option in every_option(options) if not (option["description"] and option["type"])] == []

    def test_variables_of_its_own_are_internal(self, role):
        assert [name for name in load(ROLES / role / "vars/main.yml") if not name.startswith(f"__{role}_")] == []

    def test_readme_names_every_option(self, role):
        text = (ROLES / role / "README.md").read_text(encoding="utf-8")
        assert [name for name, _option in every_option(options_of(role)) if f"`{name}`" not in text] == []

    def test_nothing_is_hidden_from_the_log(self, role):
        assert [path.name for path in (ROLES / role).rglob("*.yml") if "no_log" in path.read_text("utf-8")] == []


def test_lists_have_the_keys_that_the_filter_reads():
    options = options_of("project_members")
    for service in SERVICES:
        assert tuple(options[f"project_members_{service}"]["options"]) == KEYS


@pytest.mark.parametrize("name", ["max_removals", "protect", "allow_self", "allow_empty"])
def test_options_that_are_passed_on_are_those_of_the_modules(name):
    default = arguments.collaborators_spec(QuantConnect)[name]["default"]
    assert options_of("project_members")[f"project_members_{name}"]["default"] == default
    # Persons are protected, accounts are what the module takes.
    variable = "__project_members_prepared.qc.protect" if name == "protect" else f"project_members_{name}"
    call = load(MEMBERS / "tasks/calls.yml")[0]["rollcall.collaborators.qc_collaborators"]
    assert call[name] == f"{{{{ {variable} }}}}"


def test_concurrency_is_left_to_module_defaults_unless_it_is_set():
    call = load(MEMBERS / "tasks/calls.yml")[0]["rollcall.collaborators.qc_collaborators"]
    assert call["concurrency"] == "{{ project_members_concurrency | default(omit) }}"


def without_names(service, task):
    """The task, as text, without what names its service."""
    (module,) = (key for key in task if key.startswith("rollcall."))
    rest = {key: value for key, value in task.items() if key not in (module, "name")}
    return re.sub(rf"(?<![a-z]){service}(?![a-z])", "SERVICE", f"{task[module]} {rest}")


def test_the_services_are_called_alike():
    """One task for each service, tagged with it, and no other difference between them."""
    tasks = load(MEMBERS / "tasks/calls.yml")
    assert [task["tags"] for task in tasks] == [
        ["project_members", f"project_members_{service}", service] for service in SERVICES
    ]
    assert len({without_names(service, task) for service, task in zip(SERVICES, tasks)}) == 1
