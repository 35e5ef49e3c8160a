# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role given wrong variables by a real inventory: it fails with a message that names them, and changes nothing.

Every mistake is an inventory host of one play, which is how the role is meant to be used for many projects.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from ansible_collections.rollcall.collaborators.tests.reliability.bad_input import roster, wrong
from ansible_collections.rollcall.collaborators.tests.reliability.playbook import ansible_playbook, credentials_for_all
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import SIDES

ROLE = Path(__file__).resolve().parents[3] / "roles/project_members"
APPLY = {
    "name": "Apply the lists",
    "block": [
        {"name": "Apply", "ansible.builtin.include_role": {"name": "rollcall.collaborators.project_members"}},
        {"name": "Accepted", "ansible.builtin.set_fact": {"reason": ""}},
    ],
    "rescue": [{"name": "Refused", "ansible.builtin.set_fact": {"reason": "{{ ansible_failed_result.msg }}"}}],
}
TELL = {
    "name": "Tell what was said",
    "ansible.builtin.copy": {
        "content": "{{ dict(ansible_play_hosts | zip(said)) | to_json }}",
        "dest": "{{ playbook_dir }}/said.json",
        "mode": "0600",
    },
    "vars": {"said": "{{ ansible_play_hosts | map('extract', hostvars, 'reason') }}"},
    "run_once": True,
}


def of_the_specification():
    """Wrong values of every variable, and of every key of an entry, by what the specification of the role says.

    The entries of the three services are alike, and what is no value of an option of the modules is theirs to refuse.
    """
    spec = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text("utf-8"))["argument_specs"]["main"]["options"]
    for path, option in wrong.options(spec):
        variable, *inside = path
        name = path[-1].replace("project_members_", "")
        service = name if name in SIDES else "hth"
        if inside and not variable.endswith("qc"):
            continue
        for label, value in wrong.wrong_values(service, name, option).items():
            if label not in wrong.MEANINGLESS.get(name, ()):
                variables = roster.changed("qc" if inside else service, path, value)
                yield roster.Mistake(service, roster.written(path), label, variables, (name,))


def of_yaml():
    """Keys that YAML does not read as text, in every mapping: module and filter would never see them as such."""
    for mistake in roster.mistakes("qfield"):
        if mistake.label in ("number among the keys", "true among the keys", "null among the keys"):
            # Ansible stumbles over these itself, and names nothing.
            is_entry = mistake.place.endswith("]")
            yield mistake._replace(words=() if is_entry else mistake.words)


MISTAKES = [*of_the_specification(), *of_yaml()]


def name_of(mistake):
    return f"mistake{MISTAKES.index(mistake)}"


@pytest.fixture(scope="module")
def told(servers, tmp_path_factory):
    """Host -> what the role said to its mistake, and the requests that were sent by all of them together."""
    for side in servers.values():
        side.reset()
    folder = tmp_path_factory.mktemp("role")
    play = {
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": credentials_for_all(servers),
        "tasks": [APPLY, TELL],
    }
    run = ansible_playbook(folder, [play], hosts={name_of(mistake): mistake.variables for mistake in MISTAKES})
    assert run.returncode == 0, run.stdout
    assert "Traceback" not in run.stdout
    said = json.loads((folder / "said.json").read_text("utf-8"))
    return said, [request for side in servers.values() for request in side.mutating]


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_wrong_variables_are_named(told, refused, mistake):
    said = told[0][name_of(mistake)]
    assert said
    assert [word for word in mistake.words if word not in said] == [], said
    refused["role"][mistake.place] += 1


def test_nobody_was_added_or_removed(told):
    _said, sent = told
    assert sent == []
