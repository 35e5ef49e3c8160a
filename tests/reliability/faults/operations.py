# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules do on each service, request by request: where a fault can meet them.

The task is the same for all operations of a service: one project on which somebody is added, changed and removed, and
another one on which two are added and one is removed. So a fault has other steps around it that must not suffer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.rollcall.collaborators.tests.fake_services.qfieldcloud_state import PASSWORD
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import READ, SIDES

QC, HTH, QFIELD = SIDES["qc"], SIDES["hth"], SIDES["qfield"]


Given = dict[str, Any]
"""A fault as the fakes take it (faults.py)."""


@dataclass(frozen=True)
class Operation:
    """One request of the task; `about` has the words by which the catalogue picks it."""

    words: str
    about: str
    request: Given
    """Where the faults meet it: method, path, and after how many such requests."""
    task: dict[str, Any]
    """Project: collaborators, as users write them."""
    own: dict[str, Given] = field(default_factory=dict)
    """Faults that look different in each operation: name in the catalogue, the rest of the fault."""
    options: dict[str, Any] = field(default_factory=dict)
    """Further options of the module."""
    world: dict[str, Any] = field(default_factory=dict)
    """Instead of the service's own."""
    switches: dict[str, Any] = field(default_factory=dict)

    @property
    def tags(self) -> set[str]:
        return {*self.about.split(), *self.own}

    @property
    def kind(self) -> str:
        """add, update, remove or read."""
        return next(kind for kind in ("add", "change", "remove", "read") if kind in self.tags)


def answers(**change: Any) -> Given:
    """The answer is changed."""
    return {"fault": "edit", **change}


def others(**change: Any) -> Given:
    """Somebody else is faster."""
    return {"fault": "race", "change": change}


def writes(service: str, task: dict[str, Any], own: dict[str, dict[str, Given]]) -> dict[str, Operation]:
    """add, update and remove."""
    words = {"add": "add somebody", "change": "change somebody", "remove": "remove somebody"}
    requests = {kind: {"method": method, "path": path} for kind, (method, path) in SIDES[service].writes.items()}
    return {
        kind: Operation(words[kind], f"{service} {kind} write token project", requests[kind], task, own[kind])
        for kind in words
    }


def qc() -> dict[str, Operation]:
    task = {"Research/Momentum": QC.wanted, "Crowd": {"mia-ai": READ, "quant_kim": READ, "crowd1": "absent"}}
    projects, members = {"path": "/projects/read$"}, {"path": "collaboration/read$"}
    first, second, crowd = QC.world["projects"]
    filler = [{**first, "projectId": 1000 + number, "name": f"Filler/{number}"} for number in range(100)]
    project_lost = answers(remove=["/projects/-1"])
    rows_lost = answers(remove=["/collaborators/-1", "/collaborators/-1"])
    nameless = answers(remove=["/collaborators/0/publicId"])
    return {
        "projects": Operation("list the projects", "qc read token first", projects, task, {"tail": project_lost}),
        "page": Operation(
            "list the projects, second page",
            "qc read token page",
            {**projects, "after": 1},
            task,
            {"tail": project_lost, "removed": others(project=1000, deleted=True)},
            world={**QC.world, "projects": [*filler, second, first, crowd]},
        ),
        "list": Operation(
            "list the members", "qc read token project", members, {QC.project: QC.wanted}, {"tail": rows_lost}
        ),
        "look": Operation("look again after a lost answer", "qc read token look", members, task, {"tail": rows_lost}),
        **writes(
            "qc",
            task,
            {
                "add": {"disagrees": answers(set={"/collaborators/*/permission": "read"}), "stranger": nameless},
                "change": {"disagrees": answers(set={"/collaborators/*/permission": "write"}), "stranger": nameless},
                "remove": {"disagrees": answers(set={"/collaborators/0/publicId": QC.leaver}), "stranger": nameless},
            },
        ),
    }


def hth() -> dict[str, Operation]:
    task = {HTH.project: HTH.wanted, "crowd": {"ext.jdoe": "developer", "norris": "guest", "crowd1": "absent"}}
    members = {"method": "GET", "path": "/platform/project_collaborators$"}
    rows_lost = answers(remove=["/results/-1", "/results/-1"])
    echo = {
        "disagrees": answers(set={"/role": "developer"}),
        "stranger": answers(set={"/collaborator/id": "ext.gone"}),
    }
    return {
        "list": Operation("list the members", "hth read token first project", members, task, {"tail": rows_lost}),
        "page": Operation(
            "list the members, second page",
            "hth read token page",
            {**members, "after": 1},
            task,
            {
                "tail": answers(remove=["/results/-1"]),
                "added": others(project=HTH.project, collaborator="crowd1", role="guest"),
                "removed": others(project=HTH.project, collaborator="ext.jdoe", role=None),
            },
            switches={"page_size": 2},
        ),
        "look": Operation(
            "look again after a lost answer",
            "hth read token look",
            {**members, "after": 1},
            task,
            {"tail": rows_lost},
        ),
        **writes("hth", task, {"add": echo, "change": echo, "remove": echo}),
    }


def qfield() -> dict[str, Operation]:
    task = {
        QFIELD.project: QFIELD.wanted,
        "john_doe/bees": {"jane_smith": "reader", "mia_member": "reader", "rob_reader": "absent"},
    }
    members = {"method": "GET", "path": "/collaborators/550e8400-e29b-41d4-a716-446655440002/$"}
    rows_lost = answers(remove=["/-1", "/-1"])
    echo = {
        "disagrees": answers(set={"/role": "admin"}),
        "stranger": answers(set={"/collaborator": "mia_member"}),
    }
    elsewhere = {"X-Next-Page": "https://other.example.org/?limit=2&offset=4"}
    password = {"token": "", "username": QFIELD.world["caller"], "password": PASSWORD}
    return {
        "login": Operation("log in", "qfield read", {"path": "/auth/login/$"}, task, options=password),
        "projects": Operation(
            "look a project up",
            "qfield read token first",
            {"path": "/projects/$"},
            task,
            {"tail": answers(remove=["/-1"])},
        ),
        "list": Operation("list the members", "qfield read token project", members, task, {"tail": rows_lost}),
        "page": Operation(
            "list the members, second page",
            "qfield read token page",
            {**members, "after": 1},
            task,
            {
                "tail": rows_lost,
                "added": others(project=QFIELD.project, collaborator="mia_member", role="reader"),
                "removed": others(project=QFIELD.project, collaborator="anna_admin", role=None),
                "link": {"fault": "status", "status": 200, "body": [], "headers": elsewhere},
            },
            switches={"list_cap": 2},
        ),
        "members": Operation(
            "ask who is a member of the organization", "qfield read token", {"path": "/members/acme_org/$"}, task
        ),
        "whoami": Operation("ask who we are", "qfield read token", {"path": "/auth/user/$"}, task),
        "look": Operation(
            "look again after a lost answer",
            "qfield read token look",
            {**members, "after": 1},
            task,
            {"tail": rows_lost},
        ),
        **writes("qfield", task, {"add": echo, "change": echo, "remove": {}}),
    }


def small_and_limited(world: dict[str, Any]) -> dict[str, Any]:
    """Without the crowd of the contract's world; john_doe's plan allows one collaborator more than there are."""
    users = [{**user, **({"plan_limit": 6} if user["username"] == "john_doe" else {})} for user in world["users"]]
    projects = [project for project in world["projects"] if project["name"] != "many"]
    return {**world, "filler_users": 0, "users": users, "projects": projects}


OPERATIONS = {"qc": qc(), "hth": hth(), "qfield": qfield()}
WORLDS = {"qc": QC.world, "hth": HTH.world, "qfield": small_and_limited(QFIELD.world)}
