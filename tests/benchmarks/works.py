# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Works: a world for a fake service, and the members that its projects are to have. Pure functions of the sizes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

ROLES = {"hth": ("guest", "developer", "master"), "qc": ("read", "write")}
PERSON = {"email": "someone@example.org", "first_name": "Some", "last_name": "One"}
FIRST_QC_PROJECT = 23456000

Members = dict[str, dict[str, str]]
"""Project -> collaborator -> access, as users write it."""


@dataclass(frozen=True)
class Work:
    """`projects` with `members` each. Of `wanted`, every `changed_every`-th project's first member has another access
    in the world at first; with `missing` nobody is there yet.
    """

    service: str
    projects: int
    members: int
    changed_every: int = 0
    missing: bool = False

    @property
    def name(self) -> str:
        return f"{self.service}-{self.projects}x{self.members}-{self.changed_every}-{self.missing:d}"

    @property
    def writes(self) -> int:
        if self.missing:
            return self.projects * self.members
        return len(range(0, self.projects, self.changed_every)) if self.changed_every else 0

    @cached_property
    def people(self) -> list[str]:
        return [f"member{number:04}" for number in range(max(500, self.members))]

    @cached_property
    def wanted(self) -> Members:
        roles = ROLES[self.service]
        return {
            self._project(number): {
                self.people[(7 * number + place) % len(self.people)]: roles[(number + place) % len(roles)]
                for place in range(self.members)
            }
            for number in range(self.projects)
        }

    @property
    def world(self) -> dict[str, Any]:
        """The seed of the fake service."""
        present = {name: {} if self.missing else dict(members) for name, members in self.wanted.items()}
        if self.changed_every:
            first, second, *_others = ROLES[self.service]
            for members in list(present.values())[:: self.changed_every]:
                member, role = next(iter(members.items()))
                members[member] = second if role == first else first
        return self._helix_teamhub(present) if self.service == "hth" else self._quantconnect(present)

    def _project(self, number: int) -> str:
        return f"project-{number:05}" if self.service == "hth" else str(FIRST_QC_PROJECT + number)

    def _helix_teamhub(self, present: Members) -> dict[str, Any]:
        ann = {**PERSON, "type": "user", "company_admin": True, "account_key": "a11ca11ca11ca11ca11ca11ca11ca11c"}
        return {
            "company": {"id": "acme", "key": "ace0ace0ace0ace0ace0ace0ace0ace0"},
            "caller": "ann",
            "accounts": {"ann": ann, **dict.fromkeys(self.people, {**PERSON, "type": "collaborator"})},
            "groups": {},
            "projects": {
                name: {"name": name, "users": {}, "groups": {}, "collaborators": members}
                for name, members in present.items()
            },
        }

    def _quantconnect(self, present: Members) -> dict[str, Any]:
        return {
            "accounts": {"1234567": {"api_token": "example-api-token", "publicId": "sim_owner"}},
            "profiles": {
                "sim_owner": {"uid": 1234567},
                **{name: {"uid": 2000000 + number} for number, name in enumerate(self.people)},
            },
            "projects": [
                {
                    "projectId": int(project),
                    "name": f"Bench/{project}",
                    "owner": "sim_owner",
                    "collaborators": {
                        name: {"liveControl": False, "permission": role} for name, role in members.items()
                    },
                }
                for project, members in present.items()
            ],
        }


def members_in(service: str, state: dict[str, Any]) -> Members:
    """The members that a fake service tells of."""
    if service == "hth":
        return {name: project["collaborators"] for name, project in state["projects"].items()}
    return {
        str(project["projectId"]): {name: row["permission"] for name, row in project["collaborators"].items()}
        for project in state["projects"]
    }
