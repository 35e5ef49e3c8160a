# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service in memory for tests of the engine: real state, scripted trouble, a journal of what was called."""

from __future__ import annotations

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import BadInput
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Field,
    Listing,
    Project,
    Scale,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import Service

ROLES = Scale((Field("role", ("reader", "editor", "admin")),))


class Memory(Service):
    """C(world) maps project -> name -> role; C(trouble) is a list of calls that stand in for the next writes."""

    title = "Memory"
    scale = ROLES
    options = {}

    def __init__(self, world, trouble=(), owners=(), caller=(), rereads=1):
        self.world = {project: dict(members) for project, members in world.items()}
        self.trouble = list(trouble)
        self.owners = frozenset(owners)
        self.caller = dict(caller)
        self.rereads = rereads
        self.calls = []

    @classmethod
    def connect(cls, params, pause=None):
        raise NotImplementedError

    def check_collaborator(self, name):
        return "an e-mail address is not accepted." if "@" in name else None

    def find_projects(self, references):
        self.calls.append(("find", tuple(references)))
        return {
            reference: Project(reference.lower(), reference)
            if reference.lower() in self.world
            else BadInput(f"no project {reference}", kind="not_found")
            for reference in references
        }

    def all_projects(self):
        self.calls.append(("all",))
        return {name: Project(name, name) for name in sorted(self.world)}

    def list_members(self, project):
        self.calls.append(("list", project.id))
        members = {name: {"role": role} for name, role in self.world[project.id].items()}
        return Listing(project, members, self.owners)

    def whoami(self, listing):
        self.calls.append(("whoami",))
        return {name: sure for name, sure in self.caller.items() if name in listing.members}

    def add(self, project, name, access):
        return self._write("add", project, name, access)

    def update(self, project, name, access):
        return self._write("update", project, name, access)

    def remove(self, project, name):
        return self._write("remove", project, name, None)

    def _write(self, kind, project, name, access):
        self.calls.append((kind, project.id, name))
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble is not None:
            return trouble(self, project, name, access)
        self.commit(project, name, access)
        return access

    def commit(self, project, name, access):
        if access is None:
            self.world[project.id].pop(name, None)
        else:
            self.world[project.id][name] = access["role"]

    def writes(self):
        return [call for call in self.calls if call[0] in ("add", "update", "remove")]


def lost_before(error):
    """The write fails with C(error) and did not happen."""

    def trouble(service, project, name, access):
        raise error

    return trouble


def lost_after(error):
    """The write happened, but fails with C(error)."""

    def trouble(service, project, name, access):
        service.commit(project, name, access)
        raise error

    return trouble


def somebody_else(role, error):
    """Another writer set C(role) (None: removed) first, and the service refuses with C(error)."""

    def trouble(service, project, name, access):
        service.commit(project, name, None if role is None else {"role": role})
        raise error

    return trouble


def answers(shown, commit=True):
    """The write happened (or, with C(commit) false, did not), and the answer shows C(shown)."""

    def trouble(service, project, name, access):
        if commit:
            service.commit(project, name, access)
        return shown

    return trouble
