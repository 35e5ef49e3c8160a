# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three services behind their fakes: a small world each, its modules, and a task that adds, changes and removes."""

from __future__ import annotations

import functools
import json
from contextlib import contextmanager
from pathlib import Path

from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.stop import Stop
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.http import Http
from ansible_collections.rollcall.collaborators.plugins.modules import (
    hth_project_collaborator,
    hth_project_collaborator_info,
    hth_project_collaborators,
    qc_collaborator,
    qc_collaborator_info,
    qc_collaborators,
    qfield_collaborator,
    qfield_collaborator_info,
    qfield_collaborators,
)
from ansible_collections.rollcall.collaborators.tests import fake_services
from ansible_collections.rollcall.collaborators.tests.fake_services.core import FakeService
from ansible_collections.rollcall.collaborators.tests.fake_services.faults import Fault
from ansible_collections.rollcall.collaborators.tests.fake_services.helix_teamhub import HelixTeamHub
from ansible_collections.rollcall.collaborators.tests.fake_services.qfieldcloud import QFieldCloud
from ansible_collections.rollcall.collaborators.tests.fake_services.qfieldcloud_state import token_of
from ansible_collections.rollcall.collaborators.tests.fake_services.quantconnect import QuantConnect
from ansible_collections.rollcall.collaborators.tests.fake_services.server import running
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.network import Clock
from ansible_collections.rollcall.collaborators.tests.unit.plugins.running import run

READ, WRITE = {"permission": "read", "live_control": False}, {"permission": "write", "live_control": False}
CROWD = [f"crowd{number}" for number in range(1, 10)]

QC_WORLD = {
    "accounts": {"1234567": {"api_token": "example-api-token", "publicId": "sim_owner"}},
    "profiles": {
        "sim_owner": {"uid": 1234567},
        "mia-ai": {"uid": None},
        "johnny_walker": {"uid": 87654321},
        "quant_kim": {"uid": 2000001},
        "old_timer": {"uid": 2000003},
        "out_sider": {"uid": 3000003, "organizations": []},
        **{name: {"uid": 4000000 + number} for number, name in enumerate(CROWD)},
    },
    "projects": [
        {"projectId": 23456789, "name": "Team/First", "owner": "sim_owner"},
        {
            "projectId": 23456790,
            "name": "Research/Momentum",
            "owner": "sim_owner",
            "collaborators": {
                "johnny_walker": {"liveControl": False, "permission": "write"},
                "old_timer": {"liveControl": True, "permission": "read"},
                "quant_kim": {"liveControl": True, "permission": "read"},
            },
        },
        {
            "projectId": 23456791,
            "name": "Crowd",
            "owner": "sim_owner",
            "collaborators": {name: {"liveControl": False, "permission": "read"} for name in CROWD},
        },
    ],
}

PERSON = {"email": "someone@example.org", "first_name": "Some", "last_name": "One"}
ANN = {**PERSON, "type": "user", "company_admin": True, "account_key": "a11ca11ca11ca11ca11ca11ca11ca11c"}
BOB = {**PERSON, "type": "user", "account_key": "b0bab0bab0bab0bab0bab0bab0bab0ba"}
COLLABORATOR = {**PERSON, "type": "collaborator"}
HTH_WORLD = {
    "company": {"id": "acme", "key": "ace0ace0ace0ace0ace0ace0ace0ace0"},
    "caller": "ann",
    "accounts": {
        "ann": ANN,
        "bob": BOB,
        **dict.fromkeys(["norris", "ext.jdoe", "jay+test.doe", "old.timer", *CROWD], COLLABORATOR),
        "ext.gone": {**COLLABORATOR, "deactivated": True},
    },
    "groups": {},
    "projects": {
        "platform": {
            "name": "Platform",
            "users": {},
            "groups": {},
            "collaborators": {"ext.jdoe": "developer", "norris": "guest", "old.timer": "master"},
        },
        "crowd": {"name": "Crowd", "users": {}, "groups": {}, "collaborators": dict.fromkeys(CROWD, "guest")},
        "secret": {
            "name": "Secret",
            "visibility": "members",
            "users": {"bob": "admin"},
            "groups": {},
            "collaborators": {"norris": "guest"},
        },
    },
}

QFIELD_WORLD = json.loads((Path(fake_services.__file__).parent / "worlds/contract/qfield.json").read_text("utf-8"))


class Side:
    """One service. `wanted` adds, changes and removes one member of `project`; others are not named."""

    fake = None
    one = many = info = None
    project = ""
    wanted = {}
    writes = {}

    def __init__(self, service, url):
        self.service = service
        self.url = url + self.fake.api_path

    def reset(self):
        """Back to its own world, whatever a test has seeded."""
        self.service.seed(self.world)

    def members(self, project):
        """Who is on a project, as users write it; nobody where there is none."""
        raise NotImplementedError

    def race(self, project, name, access, kind):
        """Lets somebody else change a member right before our write of this kind: add, update or remove."""
        raise NotImplementedError

    def credentials(self, _caller):
        return self.service.credentials()

    def run(self, projects, check_mode=False, exclusive=False, caller="", **arguments):
        """The plural module on `projects` (reference: collaborators)."""
        entries = [
            {"project": written, "collaborators": people, "exclusive": exclusive}
            for written, people in projects.items()
        ]
        options = {"api_url": self.url, **self.credentials(caller), "projects": entries, "max_removals": "9"}
        return run(self.many, check_mode, **{**options, **arguments})

    def run_one(self, name, access, check_mode=False, **arguments):
        """The singular module on `project`; `access` as in the plural one."""
        fields = access if isinstance(access, dict) else {"state": "absent"} if access == "absent" else {"role": access}
        options = {"api_url": self.url, **self.credentials(""), "project": self.project, "collaborator": name}
        return run(self.one, check_mode, **{**options, **fields, **arguments})

    def run_info(self, check_mode=False, caller="", **arguments):
        """The module that only reads; all projects unless told otherwise."""
        return run(self.info, check_mode, **{"api_url": self.url, **self.credentials(caller), **arguments})

    def switch(self, **values):
        self.service.set_switches(values)

    def fault(self, kind, **fault):
        """Meets the first write of this kind: add, update or remove."""
        method, path = self.writes[kind]
        self.service.faults.append(Fault({"method": method, "path": path, **fault}))

    @property
    def changes(self):
        """The journal's requests that changed something."""
        return [request for request in self.service.journal if request["changed"]]

    @property
    def mutating(self):
        return [request for request in self.service.journal if request["mutating"]]


class QcSide(Side):
    fake = QuantConnect
    world = QC_WORLD
    one, many, info = qc_collaborator, qc_collaborators, qc_collaborator_info
    project = "23456790"
    newcomer, changing, leaver = "mia-ai", "johnny_walker", "old_timer"
    wanted = {newcomer: {**WRITE, "live_control": True}, changing: {**READ, "live_control": True}, leaver: "absent"}
    other_access = READ
    writes = {
        kind: ("POST", f"collaboration/{path}")
        for kind, path in {"add": "create", "change": "update", "remove": "delete"}.items()
    }

    def members(self, project):
        rows = {}
        for found in self.service.state()["projects"]:
            if project in (str(found["projectId"]), found["name"]):
                rows = found["collaborators"]
        return {
            name: {"permission": row["permission"], "live_control": row["liveControl"]} for name, row in rows.items()
        }

    def race(self, project, name, access, kind):
        row = access and {"permission": access["permission"], "liveControl": access["live_control"]}
        change = {"project": int(project), "collaborator": name, "access": row}
        self.fault(kind, fault="race", change=change)


class HthSide(Side):
    fake = HelixTeamHub
    world = HTH_WORLD
    one, many, info = hth_project_collaborator, hth_project_collaborators, hth_project_collaborator_info
    project = "platform"
    newcomer, changing, leaver = "jay+test.doe", "norris", "old.timer"
    wanted = {newcomer: "guest", changing: "master", leaver: "absent"}
    other_access = "developer"
    writes = {"add": ("POST", None), "change": ("PUT", None), "remove": ("DELETE", None)}

    def members(self, project):
        found = self.service.state()["projects"].get(project)
        return dict(found["collaborators"]) if found else {}

    def race(self, project, name, access, kind):
        self.fault(kind, fault="race", change={"project": project, "collaborator": name, "role": access})


class QfieldSide(Side):
    fake = QFieldCloud
    world = QFIELD_WORLD
    one, many, info = qfield_collaborator, qfield_collaborators, qfield_collaborator_info
    project = "acme_org/trees"
    newcomer, changing, leaver = "jane_smith", "rob_reader", "rita_reporter"
    wanted = {newcomer: "editor", changing: "reporter", leaver: "absent"}
    other_access = "manager"
    writes = {"add": ("POST", None), "change": ("PATCH", None), "remove": ("DELETE", None)}

    def credentials(self, caller):
        return {"token": token_of(caller or self.service.world.caller)}

    def members(self, project):
        for found in self.service.world.projects.values():
            if project in (found.id, f"{found.owner}/{found.name}"):
                return {name: row.role for name, row in found.rows.items()}
        return {}

    def race(self, project, name, access, kind):
        self.fault(kind, fault="race", change={"project": project, "collaborator": name, "role": access})


SIDES = {"qc": QcSide, "hth": HthSide, "qfield": QfieldSide}


@contextmanager
def serving_sides():
    """The three services on free ports: name -> side."""
    services = {name: side.fake(side.world) for name, side in SIDES.items()}
    with running(*services.values()) as urls:
        yield {name: SIDES[name](service, url) for (name, service), url in zip(services.items(), urls)}


def stop_time(monkeypatch):
    """From now on the modules' pauses take no time; gives their clock, by which the services are late, too."""
    clock = Clock()
    monkeypatch.setattr(FakeService, "elapsed", lambda _self: clock.now)
    monkeypatch.setattr(Http, "__init__", functools.partialmethod(Http.__init__, clock=clock))
    monkeypatch.setattr(Stop, "pause", lambda _self, seconds: clock.pause(seconds))
    return clock
