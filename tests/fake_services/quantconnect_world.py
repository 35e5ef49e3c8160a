# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state behind the fake QuantConnect and what its endpoints do to it; knows no HTTP.

A world, which is also the shape of the state:

    accounts   {user id as text: {"api_token", "publicId"}}      who may call; the first one is the caller of `caller`
    profiles   {publicId: {"uid", "name", "email", "bio", "profileImage", "organizations": [id, ...]}}
    projects   [{"projectId", "name", "owner": publicId, "organizationId", "language", "description", "created",
                "modified", "collaborators": {publicId: {"liveControl": bool, "permission": "read" | "write"}}}]
    mails      [{"to": publicId, "project": id}]                 one for each person really added by a request

Of a profile everything has a default, of a project all but `projectId`, `name` and `owner`; the owner has no entry
among the collaborators. In rows of projects with an even id only the owner's has the key `owner`.

Error texts that begin with `fake:` are invented: nobody knows the real ones (contract QuantConnect U8).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

Fields = dict[str, Any]
Access = dict[str, Any]
Project = dict[str, Any]

ORGANIZATION = "5cad178b20a1d52567b534553413b691"
OWNER_ACCESS: Access = {"liveControl": True, "permission": "write"}
PROFILE: dict[str, Any] = {
    "uid": None,
    "name": "",
    "email": "",
    "bio": None,
    "profileImage": "https://cdn.quantconnect.com/web/i/users/profile/default.jpg",
    "organizations": [ORGANIZATION],
}
PROJECT: dict[str, Any] = {
    "organizationId": ORGANIZATION,
    "language": "Py",
    "description": "",
    "created": "2026-01-03 00:00:00",
    "modified": "2026-01-04 00:00:00",
}
# What a project carries besides (contract QuantConnect 12 and the transcript qc-11).
PROJECT_CONSTANTS: dict[str, Any] = {
    "leanVersionId": 11157,
    "leanPinnedToMaster": True,
    "parameters": [],
    "liveResults": None,
    "libraries": [],
    "isAlphaStreamDeployment": 0,
    "grid": None,
    "liveGrid": None,
    "builder": 0,
    "paperEquity": None,
    "lastLiveDeployment": None,
    "liveForm": None,
    "encrypted": False,
    "codeRunning": False,
    "leanEnvironment": 1,
}
# Who steps in by the switches `caller` and `auto_admin`.
OTHER_OWNER = "other_owner"
AUTO_ADMIN = "auto-admin"
SWITCH_PROFILES = {
    OTHER_OWNER: {**PROFILE, "uid": 7000001, "name": "Other Owner", "email": "other_owner@example.com"},
    AUTO_ADMIN: {**PROFILE, "uid": 7000002, "name": "Auto Admin", "email": "auto-admin@example.com"},
}


class Failure(Exception):
    """The service answers `success: false` with this text."""


class World:
    """The state, and in OPERATIONS what each endpoint does. `changes` counts the real changes.

    `switch` holds the present values of QuantConnect.switches. KeyError or ValueError when `world` is not a world.
    """

    def __init__(self, world: dict[str, Any], switch: dict[str, Any]) -> None:
        self.switch = switch
        self.changes = 0
        self.accounts: dict[str, dict[str, str]] = world["accounts"]
        self.profiles = {name: {**PROFILE, **profile} for name, profile in world["profiles"].items()}
        self.projects: dict[int, Project] = {
            project["projectId"]: {**PROJECT, "collaborators": {}, **project} for project in world["projects"]
        }
        self.mails: list[dict[str, Any]] = world.get("mails", [])
        self._listings = 0
        self._moved: dict[int, int] = {}
        self._old_rows: dict[int, tuple[int, dict[str, Access]]] = {}
        for project in self.projects.values():
            unknown = {project["owner"], *project["collaborators"]} - self.profiles.keys()
            if unknown:
                raise ValueError(f"no profile: {', '.join(sorted(unknown))}")

    def state(self) -> dict[str, Any]:
        return {
            "accounts": self.accounts,
            "profiles": self.profiles,
            "projects": list(self.projects.values()),
            "mails": self.mails,
        }

    def apply_caller(self) -> None:
        """Follow the switch `caller`: hand the projects of the first account to another owner, or back."""
        caller = next(iter(self.accounts.values()))["publicId"]
        permission = {"writer": "write", "reader": "read"}.get(self.switch["caller"])
        for project in self.projects.values():
            if permission and project["owner"] in (caller, OTHER_OWNER):
                self.profiles[OTHER_OWNER] = SWITCH_PROFILES[OTHER_OWNER]
                project["owner"] = OTHER_OWNER
                project["collaborators"][caller] = as_access(permission == "write", permission == "write")
            elif project["owner"] == OTHER_OWNER:
                project["owner"] = caller
                project["collaborators"].pop(caller, None)

    def apply_auto_admin(self) -> None:
        """Follow the switch `auto_admin`: put the extra row on every project, or take it off."""
        for project in self.projects.values():
            if self.switch["auto_admin"] == "off":
                project["collaborators"].pop(AUTO_ADMIN, None)
            else:
                self.profiles[AUTO_ADMIN] = SWITCH_PROFILES[AUTO_ADMIN]
                project["collaborators"][AUTO_ADMIN] = dict(OWNER_ACCESS)

    # Operations: caller's publicId and request fields in, what the answer holds besides `success` out

    def authenticate(self, _caller: str, _fields: Fields) -> Fields:
        return {}

    def read_projects(self, caller: str, fields: Fields) -> Fields:
        if "projectId" in fields:
            chosen = [self._project(caller, fields)]
        else:
            chosen = [project for project in self.projects.values() if self._rights(caller, project)]
            self._listings += 1
            chance = random.Random(self._listings)
            if self.switch["page_order"] == "shuffled":
                chance.shuffle(chosen)
            if self.switch["page_order"] == "moving":
                if chosen and chance.randrange(3) == 0:
                    self._moved[chance.choice(chosen)["projectId"]] = self._listings
                chosen.sort(key=lambda project: self._moved.get(project["projectId"], 0))
            chosen = chosen[self._window(fields)]
        return {"projects": [self._shown(caller, project) for project in chosen], "versions": [], "errors": []}

    def create_project(self, caller: str, fields: Fields) -> Fields:
        name = base = text(fields, "name")
        organization = fields.get("organizationId", self.profiles[caller]["organizations"][0])
        number = 0
        while self._is_taken(name, caller, organization):
            number += 1
            name = f"{base} {number}"
        now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        project = {
            "projectId": max(self.projects, default=0) + 1,
            "name": name,
            "owner": caller,
            "organizationId": organization,
            "language": fields.get("language", PROJECT["language"]),
            "description": "",
            "created": now,
            "modified": now,
            "collaborators": {} if self.switch["auto_admin"] == "off" else {AUTO_ADMIN: dict(OWNER_ACCESS)},
        }
        self.projects[project["projectId"]] = project
        self.changes += 1
        return {"projects": [self._shown(caller, project)]}

    def update_project(self, caller: str, fields: Fields) -> Fields:
        project = self._project_to_change(caller, fields)
        name = text({"name": project["name"], **fields}, "name")
        description = fields.get("description", project["description"])
        if name != project["name"] and self._is_taken(name, project["owner"], project["organizationId"]):
            raise Failure("fake: a project of that name exists")
        if (name, description) != (project["name"], project["description"]):
            project.update(name=name, description=description)
            self.changes += 1
        return {"errors": []}

    def delete_project(self, caller: str, fields: Fields) -> Fields:
        project = self._project(caller, fields)
        if project["owner"] == caller:
            del self.projects[project["projectId"]]
        else:
            # For others than the owner this is how to leave (contract QuantConnect 4).
            del project["collaborators"][caller]
        self.changes += 1
        return {"errors": []}

    def read(self, caller: str, fields: Fields) -> Fields:
        project = self._project(caller, fields)
        rights = self._rights(caller, project) if self.switch["user_rights"] == "caller" else OWNER_ACCESS
        return {
            "collaborators": self._rows_for_read(project),
            "userLiveControl": rights["liveControl"],
            "userPermissions": rights["permission"],
        }

    def create(self, caller: str, fields: Fields) -> Fields:
        project = self._project_to_change(caller, fields)
        person = self._person(fields, "collaboratorUserId")
        access = as_access(flag(fields, "collaborationLiveControl"), flag(fields, "collaborationWrite"))
        before = dict(project["collaborators"])
        if person == project["owner"]:
            self._refuse("owner_change", "fake: the owner cannot be changed")
        elif person in before:
            self._refuse("create_existing", "fake: already a collaborator")
            if self.switch["create_existing"] == "overwrite":
                self._put(project, person, access)
        else:
            self._check_new(project, person)
            self._put(project, person, access)
            self.mails.append({"to": person, "project": project["projectId"]})
        return self._list(project, before)

    def update(self, caller: str, fields: Fields) -> Fields:
        project = self._project_to_change(caller, fields)
        person = self._person(fields, "collaboratorUserId")
        before = dict(project["collaborators"])
        if self._has_row(project, person):
            live_control = self._flag_or_stored(fields, "liveControl", before[person]["liveControl"])
            write = self._flag_or_stored(fields, "write", before[person]["permission"] == "write")
            self._put(project, person, as_access(live_control, write))
        return self._list(project, before)

    def delete(self, caller: str, fields: Fields) -> Fields:
        project = self._project_to_change(caller, fields)
        before = dict(project["collaborators"])
        key = self._delete_key(fields)
        if key:
            person = self._person(fields, key)
            stays = person == AUTO_ADMIN and self.switch["auto_admin"] == "permanent"
            if self._has_row(project, person) and not stays:
                self._put(project, person, None)
        return self._list(project, before)

    def acquire_lock(self, caller: str, fields: Fields) -> Fields:
        self._project(caller, fields)
        text(fields, "codeSourceId")
        return {"errors": []}

    # What a request names

    def _project(self, caller: str, fields: Fields) -> Project:
        project = self.projects.get(whole(fields, "projectId"))
        if project is None or not self._rights(caller, project):
            raise Failure("fake: no such project")
        return project

    def _project_to_change(self, caller: str, fields: Fields) -> Project:
        project = self._project(caller, fields)
        if self._rights(caller, project)["permission"] != "write":
            raise Failure("fake: no right to change this project")
        return project

    def _rights(self, person: str, project: Project) -> Access:
        """The access of a person to a project; empty for an outsider."""
        return OWNER_ACCESS if project["owner"] == person else project["collaborators"].get(person, {})

    def _person(self, fields: Fields, key: str) -> str:
        """The publicId of the person, or a text that fits nobody."""
        value = str(fields.get(key))
        if self.switch["numeric_id"] == "accept" and value.isdecimal():
            return next((name for name, profile in self.profiles.items() if str(profile["uid"]) == value), value)
        name = text(fields, key)
        if self.switch["case"] == "exact" or name in self.profiles:
            return name
        return next((known for known in self.profiles if known.lower() == name.lower()), name)

    def _delete_key(self, fields: Fields) -> str | None:
        """The key that names the person; None when it is missing and the request succeeds without it."""
        switch: str = self.switch["delete_key"]
        if switch == "strict" and fields.keys() - {"projectId", "collaboratorId"}:
            raise Failure("fake: unknown field")
        keys = {"either": ["collaboratorId", "collaboratorUserId"], "strict": ["collaboratorId"]}.get(switch, [switch])
        for key in keys:
            if key in fields:
                return key
        if self.switch["delete_wrong_key"] == "failure":
            raise Failure(f"fake: {keys[0]} is required")
        return None

    def _flag_or_stored(self, fields: Fields, key: str, stored: bool) -> bool:
        if key in fields or self.switch["update_missing"] == "refuse":
            return flag(fields, key)
        return stored if self.switch["update_missing"] == "keep" else False

    def _window(self, fields: Fields) -> slice:
        start = whole({"start": 0, **fields}, "start")
        if "end" in fields:
            end = whole(fields, "end")
        elif self.switch["default_page"] == "all":
            return slice(start, None)
        else:
            end = start + self.switch["default_page"]
        if not 0 <= start < end:
            raise Failure("fake: start must be below end")
        return slice(start, end)

    # Rules

    def _is_taken(self, name: str, owner: str, organization: str) -> bool:
        wanted = (name, owner, organization)
        return any((p["name"], p["owner"], p["organizationId"]) == wanted for p in self.projects.values())

    def _check_new(self, project: Project, person: str) -> None:
        if person not in self.profiles:
            raise Failure("fake: no such user")
        members_only = self.switch["membership_check"] == "on"
        if members_only and project["organizationId"] not in self.profiles[person]["organizations"]:
            raise Failure("fake: not a member of the organization")
        allowed = {"10_with_owner": 9, "10_without_owner": 10}.get(self.switch["quota"])
        if allowed is not None and len(project["collaborators"]) >= allowed:
            raise Failure("fake: no more collaborators on this project")

    def _has_row(self, project: Project, person: str) -> bool:
        """Whether the person has a row that can be changed; if not, the request fails or has no effect."""
        if person == project["owner"]:
            self._refuse("owner_change", "fake: the owner cannot be changed")
        elif person not in project["collaborators"]:
            self._refuse("missing_row", "fake: not a collaborator")
        return person in project["collaborators"]

    def _refuse(self, switch: str, reason: str) -> None:
        if self.switch[switch] == "refuse":
            raise Failure(reason)

    def _put(self, project: Project, person: str, access: Access | None) -> None:
        """Set one row, or with None remove it."""
        before = project["collaborators"]
        if before.get(person) == access:
            return
        others = {name: row for name, row in before.items() if name != person}
        project["collaborators"] = others if access is None else {**before, person: access}
        self._old_rows[project["projectId"]] = (self.switch["read_delay"], before)
        self.changes += 1

    # Answers

    def _list(self, project: Project, before: dict[str, Access]) -> Fields:
        switch = self.switch["list_in_answer"]
        if switch == "left_out":
            return {}
        return {"collaborators": self._rows(project, before if switch == "stale" else project["collaborators"])}

    def _rows_for_read(self, project: Project) -> list[Fields]:
        reads, before = self._old_rows.get(project["projectId"], (0, {}))
        if not reads:
            return self._rows(project, project["collaborators"])
        self._old_rows[project["projectId"]] = (reads - 1, before)
        return self._rows(project, before)

    def _rows(self, project: Project, collaborators: dict[str, Access]) -> list[Fields]:
        others = [self._row(person, access) for person, access in collaborators.items()]
        if project["projectId"] % 2 and self.switch["rows"] != "minimal":
            others = [row | {"owner": False} for row in others]
        return [self._row(project["owner"], OWNER_ACCESS) | {"owner": True}, *others]

    def _row(self, person: str, access: Access) -> Fields:
        row = {"publicId": person, **access}
        if self.switch["rows"] == "minimal":
            return row
        row |= {key: self.profiles[person][key] for key in ("uid", "profileImage", "email", "name", "bio")}
        return row | {"fakeExtra": {"fake": True}} if self.switch["rows"] == "extra" else row

    def _shown(self, caller: str, project: Project) -> Fields:
        """A project as the caller is shown it."""
        return {
            **project,
            **PROJECT_CONSTANTS,
            "channelId": f"P{project['projectId']}",
            "ownerId": self.profiles[project["owner"]]["uid"],
            "owner": project["owner"] == caller,
            "collaborators": self._rows_for_read(project),
        }


OPERATIONS: dict[str, Callable[[World, str, Fields], Fields]] = {
    "authenticate": World.authenticate,
    "projects/read": World.read_projects,
    "projects/create": World.create_project,
    "projects/update": World.update_project,
    "projects/delete": World.delete_project,
    "projects/collaboration/read": World.read,
    "projects/collaboration/create": World.create,
    "projects/collaboration/update": World.update,
    "projects/collaboration/delete": World.delete,
    "projects/collaboration/lock/acquire": World.acquire_lock,
}


def whole(fields: Fields, key: str) -> int:
    value = fields.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Failure(f"fake: {key} must be a whole number")
    return value


def flag(fields: Fields, key: str) -> bool:
    value = fields.get(key)
    if not isinstance(value, bool):
        raise Failure(f"fake: {key} must be true or false")
    return value


def text(fields: Fields, key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or not value.strip():
        raise Failure(f"fake: {key} must be a text that is not blank")
    return value


def as_access(live_control: bool, write: bool) -> Access:
    return {"liveControl": live_control, "permission": "write" if write else "read"}
