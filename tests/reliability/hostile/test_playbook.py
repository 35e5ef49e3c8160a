# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that look like templates, in variables that must not be templated and in what a service lists, stay names.

What Ansible reads from a file, a service or a task with `!unsafe` is not templated; neither the role nor the filters
may bring it back into a template. Each name would leave a file if it were one.
"""

from __future__ import annotations

import json

import pytest
import yaml
from ansible_collections.rollcall.collaborators.tests.reliability.playbook import ansible_playbook, credentials_for_all
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import QC_WORLD


class Unsafe(str):
    """A text that is written with the tag !unsafe."""


yaml.SafeDumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))

PLACES = ("person", "account", "team", "project", "direct", "listed", "protected", "single", "left")


def template(place):
    """A name that runs a command when it is templated."""
    return "name {{ lookup('pipe', 'touch templated_%s') }}" % place


NAMES = {place: Unsafe(template(place)) for place in PLACES}
READ = {"liveControl": False, "permission": "read"}


@pytest.fixture
def qc(servers):
    """QuantConnect, where anything can be a name; `listed`, `left` and `protected` are on the project."""
    side = servers["qc"]
    accounts = ("account", "direct", "listed", "protected", "single", "left")
    world = {
        **QC_WORLD,
        "profiles": {**QC_WORLD["profiles"], **{template(place): {} for place in accounts}},
        "projects": [
            {
                "projectId": 1,
                "name": template("project"),
                "owner": "sim_owner",
                "collaborators": {template(place): READ for place in ("listed", "left", "protected")},
            },
            {"projectId": 2, "name": "Second", "owner": "sim_owner"},
        ],
    }
    side.service.seed(world)
    yield side
    side.service.seed(QC_WORLD)


def test_no_name_is_ever_a_template(servers, qc, tally, tmp_path):
    entry = {
        "project": NAMES["project"],
        "exclusive": True,
        "teams": {NAMES["team"]: "read"},
        "collaborators": {NAMES["direct"]: "write", NAMES["left"]: "read"},
    }
    roster = {
        "project_members_people": {
            NAMES["person"]: {"qc": NAMES["account"]},
            "protected": {"qc": NAMES["protected"]},
        },
        "project_members_teams": {NAMES["team"]: [NAMES["person"]]},
        "project_members_protect": ["protected"],
        "project_members_qc": [entry, {"project": "Second", "teams": {NAMES["team"]: "read"}}],
        # Several calls: with their rehearsal they go through all of the role.
        "project_members_batch_size": 1,
        "project_members_plan_file": str(tmp_path / "plan.json"),
    }
    play = {
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": credentials_for_all({"qc": servers["qc"]}),
        "tasks": [
            {"ansible.builtin.include_role": {"name": "rollcall.collaborators.project_members"}},
            {"ansible.builtin.debug": {"var": "project_members_result"}},
            {
                "rollcall.collaborators.qc_collaborator": {"project": "2", "collaborator": NAMES["single"]},
                "register": "single",
            },
            {"ansible.builtin.debug": {"msg": "{{ single.after }} {{ single.diff }}"}},
        ],
    }
    of_person = {**roster, "project_members_person": NAMES["person"]}
    planned = ansible_playbook(tmp_path / "check", [play], "--check", "--diff", hosts={"localhost": of_person})
    plan_of_person = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    done = ansible_playbook(tmp_path / "run", [play], "--diff", hosts={"localhost": roster})
    plan = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    tally["hostile names"] += len(PLACES)
    assert sorted(path.name for path in tmp_path.rglob("templated_*")) == []
    assert (planned.returncode, done.returncode) == (0, 0), planned.stdout + done.stdout
    assert f"+ add {template('account')}: " in planned.stdout
    assert plan_of_person["person"] == template("person")
    assert sorted(plan["services"]["qc"]["projects"][0]["add"]) == [template("account"), template("direct")]
    assert list(plan["services"]["qc"]["projects"][0]["remove"]) == [template("listed")]
    assert sorted(qc.members(template("project"))) == sorted(
        template(place) for place in ("account", "direct", "left", "protected")
    )
    assert sorted(qc.members("Second")) == sorted(template(place) for place in ("account", "single"))
