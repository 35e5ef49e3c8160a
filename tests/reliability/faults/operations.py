# Copyright: (c) 2026, the rollcall.collaborators contributors
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


@dataclass(frozen=True)
class Operation:
    """One request of the task; `about` has the words by which the catalogue picks it."""

    words: str
    about: str
    request: dict[str, Any]
    task: dict[str, Any]
    """Project: collaborators, as users write them."""
    options: dict[str, Any] = field(default_factory=dict)
    """Further options of the module."""
    world: dict[str, Any] = field(default_factory=dict)
    """Instead of the service's own."""
    switches: dict[str, Any] = field(default_factory=dict)
    tail: tuple[str, ...] = ()
    """The rows at the end of the list in the answer."""
    disagrees: dict[str, Any] = field(default_factory=dict)
    """The edit by which the answer tells another outcome."""
    stranger: dict[str, Any] = field(default_factory=dict)
    """The edit by which the answer speaks of somebody else, or of nobody."""
    moves: dict[str, Any] = field(default_factory=dict)
    """What somebody else adds to, and removes from, the page before."""

    @property
    def kind(self) -> str:
        """add, update, remove or read."""
        return next((kind for kind in ("add", "update", "remove") if kind in self.about.split()), "read")


def writes(service: str, task: dict[str, Any], answers: dict[str, dict[str, Any]]) -> dict[str, Operation]:
    """add, update and remove."""
    words = {"add": "add somebody", "update": "change somebody", "remove": "remove somebody"}
    return {
        kind: Operation(
            words[kind],
            f"{service} write {kind} credentials project" + (" echo" if answers[kind] else ""),
            dict(zip(("method", "path"), request)),
            task,
            **answers[kind],
        )
        for kind, request in SIDES[service].writes.items()
    }


def qc() -> dict[str, Operation]:
    task = {"Research/Momentum": QC.wanted, "Crowd": {"mia-ai": READ, "quant_kim": READ, "crowd1": "absent"}}
    listing = {"path": "/projects/read$"}
    reading = {"path": "collaboration/read$"}
    first, second, crowd = QC.world["projects"]
    filler = [{**first, "projectId": 1000 + number, "name": f"Filler/{number}"} for number in range(100)]
    nameless = {"remove": ["/collaborators/0/publicId"]}
    return {
        "projects": Operation(
            "list the projects", "qc read credentials rows first", listing, task, tail=("/projects/-1",)
        ),
        "page": Operation(
            "list the projects, second page",
            "qc read credentials rows pages",
            {**listing, "after": 1},
            task,
            world={**QC.world, "projects": [*filler, second, first, crowd]},
            tail=("/projects/-1",),
            moves={"removed": {"project": 1000, "deleted": True}},
        ),
        "list": Operation(
            "list the members",
            "qc read credentials project rows",
            reading,
            {QC.project: QC.wanted},
            tail=("/collaborators/-1",) * 2,
        ),
        "look": Operation(
            "look again after a lost answer",
            "qc read credentials rows look",
            reading,
            task,
            tail=("/collaborators/-1",) * 2,
        ),
        **writes(
            "qc",
            task,
            {
                "add": {"disagrees": {"set": {"/collaborators/*/permission": "read"}}, "stranger": nameless},
                "update": {"disagrees": {"set": {"/collaborators/*/permission": "write"}}, "stranger": nameless},
                "remove": {"disagrees": {"set": {"/collaborators/0/publicId": QC.leaver}}, "stranger": nameless},
            },
        ),
    }


def hth() -> dict[str, Operation]:
    task = {
        HTH.project: HTH.wanted,
        "crowd": {"ext.jdoe": "developer", "norris": "guest", "crowd1": "absent"},
    }
    listing = {"method": "GET", "path": "/platform/project_collaborators$"}
    other_role = {"set": {"/role": "developer"}}
    stranger = {"set": {"/collaborator/id": "ext.gone"}}
    return {
        "list": Operation(
            "list the members", "hth read credentials project rows first", listing, task, tail=("/results/-1",) * 2
        ),
        "page": Operation(
            "list the members, second page",
            "hth read credentials rows pages members",
            {**listing, "after": 1},
            task,
            switches={"page_size": 2},
            tail=("/results/-1",),
            moves={
                "added": {"project": HTH.project, "collaborator": "crowd1", "role": "guest"},
                "removed": {"project": HTH.project, "collaborator": "ext.jdoe", "role": None},
            },
        ),
        "look": Operation(
            "look again after a lost answer",
            "hth read credentials rows look",
            {**listing, "after": 1},
            task,
            tail=("/results/-1",) * 2,
        ),
        **writes(
            "hth",
            task,
            {
                "add": {"disagrees": other_role, "stranger": stranger},
                "update": {"disagrees": other_role, "stranger": stranger},
                "remove": {"disagrees": other_role, "stranger": stranger},
            },
        ),
    }


def qfield() -> dict[str, Operation]:
    task = {
        QFIELD.project: QFIELD.wanted,
        "john_doe/bees": {"jane_smith": "reader", "mia_member": "reader", "rob_reader": "absent"},
    }
    listing = {"method": "GET", "path": "/collaborators/550e8400-e29b-41d4-a716-446655440002/$"}
    other_role = {"set": {"/role": "admin"}}
    stranger = {"set": {"/collaborator": "mia_member"}}
    return {
        "login": Operation(
            "log in",
            "qfield read",
            {"path": "/auth/login/$"},
            task,
            options={"token": "", "username": QFIELD.world["caller"], "password": PASSWORD},
        ),
        "projects": Operation(
            "look a project up", "qfield read credentials rows first", {"path": "/projects/$"}, task, tail=("/-1",)
        ),
        "list": Operation("list the members", "qfield read credentials project rows", listing, task, tail=("/-1",) * 2),
        "page": Operation(
            "list the members, second page",
            "qfield read credentials rows pages members",
            {**listing, "after": 1},
            task,
            switches={"list_cap": 2},
            tail=("/-1",) * 2,
            moves={
                "added": {"project": QFIELD.project, "collaborator": "mia_member", "role": "reader"},
                "removed": {"project": QFIELD.project, "collaborator": "anna_admin", "role": None},
            },
        ),
        "whoami": Operation("ask who we are", "qfield read credentials", {"path": "/auth/user/$"}, task),
        "look": Operation(
            "look again after a lost answer",
            "qfield read credentials rows look",
            {**listing, "after": 1},
            task,
            tail=("/-1",) * 2,
        ),
        **writes(
            "qfield",
            task,
            {
                "add": {"disagrees": other_role, "stranger": stranger},
                "update": {"disagrees": other_role, "stranger": stranger},
                "remove": {},
            },
        ),
    }


def limited(world: dict[str, Any]) -> dict[str, Any]:
    """The world with a plan for john_doe that allows one collaborator more than there are on each of his projects."""
    users = [{**user, **({"plan_limit": 6} if user["username"] == "john_doe" else {})} for user in world["users"]]
    return {**world, "users": users}


OPERATIONS = {"qc": qc(), "hth": hth(), "qfield": qfield()}
WORLDS = {"qc": QC.world, "hth": HTH.world, "qfield": limited(QFIELD.world)}
