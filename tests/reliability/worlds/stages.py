# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each of the three services holds the same kind of world: people with access to projects, under some owner.

Access is a dict of fields here, {"role": "editor"}, whether or not the service's users write it as a bare word.
"""

from __future__ import annotations

import base64
import re
import uuid
from dataclasses import dataclass

from ansible_collections.rollcall.collaborators.plugins.module_utils._services import quantconnect

WINDOW = quantconnect.WINDOW
ABSENT = "absent"
NO = "fake: no"


@dataclass(frozen=True)
class Project:
    key: str
    names: tuple
    """How a task may write it."""
    owner: str


def as_fields(access):
    return access if isinstance(access, dict) else {"role": access}


class Stage:
    """One service that plays random worlds. The defaults are those of a service whose lists never show the caller."""

    fields = {}
    """Name of each access field -> its values, the least first."""
    switches = ()
    """What the contract leaves undecided, as far as neither results nor the number of requests depend on it."""
    caller = None
    managed_as = ()
    """Whose projects the caller manages without a row; "" where the lists show no owner."""
    managing = ()
    """The values of the first field that let a row manage the project."""
    repeats_throttled = True
    asks_who_calls = 0
    """Requests for that on top of the reads of a task: a login or a question."""
    refusal = {}
    """A fault: the service says no."""
    pages = {}
    """Switches that make lists come in pages of two, which nobody counts."""
    restless = ()
    """Orders, as switch and value, that are another one for another page."""

    def __init__(self, side):
        self.side = side
        self.projects = []
        self.chosen = {}
        self.has_pages = False

    def open(self, projects, people, chosen, has_pages):
        """A world in which nobody is on any project; `chosen` are the values of switches."""
        self.projects = [self.project(number) for number in range(projects)]
        self.chosen = {**chosen, **self.pages} if has_pages else chosen
        self.has_pages = has_pages
        self.side.service.seed(self.world(people))
        self.clear_up()

    def close(self):
        """No more worlds."""

    def clear_up(self):
        """Clear weather and valid credentials; whoever is on a project stays there."""
        world = {key: value for key, value in self.side.service.state().items() if key != "tokens"}
        self.side.service.seed(world)
        self.side.switch(**self.chosen)

    def members(self, project):
        return {name: as_fields(access) for name, access in self.side.members(project.key).items()}

    def state(self):
        """Key of each project -> {name: access}."""
        return {project.key: self.members(project) for project in self.projects}

    def set(self, project, name, access):
        """Another writer does this (None: removes), unless it is so."""
        if self.members(project).get(name) != access:
            self.side.service.race(self.change(project, name, access))

    @property
    def is_restless(self):
        """Whether a list may be in another order on its next page: it cannot always be read."""
        return self.has_pages and any(self.chosen.get(switch) == order for switch, order in self.restless)

    def sees(self, project):
        return self.manages(project) or self.caller in self.members(project)

    def manages(self, project):
        row = self.members(project).get(self.caller, {})
        return project.owner in self.managed_as or row.get(next(iter(self.fields))) in self.managing

    def give_back(self):
        """Somebody else gives the caller back what it needs to manage every project."""
        most = {name: values[-1] for name, values in self.fields.items()}
        for project in self.projects:
            if not self.manages(project):
                self.set(project, self.caller, most)

    def credentials(self):
        """The ways to sign in: module options."""
        return [self.side.credentials("")]

    def secrets(self):
        """Texts that no output may contain."""
        return list(self.side.credentials("").values())

    def given(self, written):
        """The fields of an access that a task gives; a bare word is the first of them."""
        return written if isinstance(written, dict) else {next(iter(self.fields)): written}

    def mails(self):
        """(project key, name) of each mail that the service has sent."""
        return []

    def kind(self, request):
        """add, update, remove, or None for a request of the journal that is no write."""
        for kind, (method, path) in self.side.writes.items():
            if request["mutating"] and request["method"] == method and re.search(path or "", request["path"]):
                return kind
        return None

    def names_caller(self, request):
        """Whether a request of the journal is about the caller's own row."""
        return bool(self.caller) and self.caller in f"{request['path']} {request['body']}"

    def project(self, number):
        raise NotImplementedError

    def world(self, people):
        """The seed, with `self.projects`."""
        raise NotImplementedError

    def change(self, project, name, access):
        """What another writer does, as the fake takes it; access None removes."""
        return {"project": project.key, "collaborator": name, "role": access and access["role"]}

    def place(self, request):
        """The key of the project that a request of the journal is about."""
        raise NotImplementedError

    def side_by_side(self, _request):
        """Whose write this is, on a service where the members of a project are written at the same time."""
        return ""

    def reads(self, task):
        """How many reads a task takes besides signing in and asking once who is calling."""
        raise NotImplementedError

    def reads_to_add(self, _entries):
        """How many it takes more, at most, where somebody is to be added to the projects of these entries."""
        return 0


class QcStage(Stage):
    fields = {"permission": ("read", "write"), "live_control": (False, True)}
    switches = ("page_order", "create_existing", "missing_row", "case", "user_rights")
    restless = (("page_order", "shuffled"), ("page_order", "moving"))
    caller = "sim_owner"
    managed_as = ("sim_owner",)
    managing = ("write",)
    refusal = {"fault": "body", "body": {"success": False, "errors": [NO]}}

    def open(self, projects, people, chosen, has_pages):
        # How long a page is, the client says here.
        quantconnect.WINDOW = 2 if has_pages else WINDOW
        super().open(projects, people, chosen, has_pages)

    def close(self):
        quantconnect.WINDOW = WINDOW

    def project(self, number):
        key, name = str(23456789 + number), f"Team/Project {number}"
        return Project(key, (key, name), ("desk_owner", "sim_owner", "sim_owner")[number % 3])

    def world(self, people):
        names = ["sim_owner", "desk_owner", *people]
        return {
            "accounts": {"1234567": {"api_token": "example-api-token", "publicId": "sim_owner"}},
            "profiles": {name: {"uid": 1234567 + number} for number, name in enumerate(names)},
            "projects": [
                {"projectId": int(project.key), "name": project.names[1], "owner": project.owner}
                for project in self.projects
            ],
        }

    def change(self, project, name, access):
        row = access and {"permission": access["permission"], "liveControl": access["live_control"]}
        return {"project": int(project.key), "collaborator": name, "access": row}

    def secrets(self):
        # A request carries a digest of the token, which base64 puts behind the number of the account.
        return ["example-api-token", base64.b64encode(b"1234567:").decode().rstrip("=")[:-1]]

    def mails(self):
        return [(str(mail["project"]), mail["to"]) for mail in self.side.service.world.mails]

    def place(self, request):
        return str(request["body"].get("projectId"))

    def reads(self, task):
        return 1


class HthStage(Stage):
    fields = {"role": ("guest", "developer", "master")}
    switches = ("duplicate_post", "missing_member", "order", "total_count", "refs", "highest_role", "error_shape")
    pages = {"page_size": 2, "total_count": "absent"}
    restless = (("order", "shuffled"), ("order", "moving"))
    managed_as = ("",)
    repeats_throttled = False
    refusal = {"fault": "status", "status": 403, "body": {"api_status": 403, "api_message": NO}}

    def project(self, number):
        return Project(f"project-{number}", (f"project-{number}",), "")

    def world(self, people):
        person = {"email": "someone@example.org", "first_name": "Some", "last_name": "One"}
        ann = {**person, "type": "user", "company_admin": True, "account_key": "a11ca11ca11ca11ca11ca11ca11ca11c"}
        return {
            "company": {"id": "acme", "key": "ace0ace0ace0ace0ace0ace0ace0ace0"},
            "caller": "ann",
            "accounts": {"ann": ann, **{name: {**person, "type": "collaborator"} for name in people}},
            "groups": {},
            "projects": {
                project.key: {"name": project.key, "users": {}, "groups": {}, "collaborators": {}}
                for project in self.projects
            },
        }

    def place(self, request):
        return request["path"].split("/")[3]

    def side_by_side(self, request):
        return request["body"]["id"] if request["method"] == "POST" else request["path"].split("/")[5]

    def reads(self, task):
        return len(task.entries)


class QfieldStage(Stage):
    fields = {"role": ("reader", "reporter", "editor", "manager", "admin")}
    switches = ("era", "list_shape", "order", "duplicate_post", "delete_twice", "debug", "extra_fields")
    pages = {"list_cap": 2, "total_count": "absent"}
    restless = (("order", "shuffled"),)
    caller = "john_doe"
    managed_as = ("john_doe", "acme_org")
    managing = ("manager", "admin")
    asks_who_calls = 1
    refusal = {"fault": "status", "status": 403, "body": {"code": "permission_denied", "message": NO}}

    def project(self, number):
        key, owner = str(uuid.UUID(int=number)), ("big_owner", "john_doe", "acme_org")[number % 3]
        return Project(key, (key, f"{owner}/project{number}"), owner)

    def world(self, people):
        staff = [{"member": name, "role": "member"} for name in people]
        return {
            "caller": "john_doe",
            "users": [{"username": name} for name in ("john_doe", "big_owner", *people)],
            "organizations": [{"username": "acme_org", "owner": "john_doe", "members": staff}],
            "teams": [],
            "projects": [
                {
                    "id": project.key,
                    "owner": project.owner,
                    "name": project.names[1].partition("/")[2],
                    "is_public": False,
                    "description": "",
                    "collaborators": [],
                }
                for project in self.projects
            ],
        }

    def credentials(self):
        token, username, password = self.side.service.credentials().values()
        return [{"token": token}, {"username": username, "password": password}]

    def secrets(self):
        return [self.side.service.credentials()["password"], *self.side.service.world.tokens]

    def place(self, request):
        return request["path"].removeprefix("/api/v1/collaborators/").partition("/")[0]

    def reads(self, task):
        """One list for each owner whose projects are named by name, and one for each project."""
        owners = {entry.project.owner for entry in task.entries if entry.written != entry.project.key}
        return len(owners) + len(task.entries)

    def reads_to_add(self, entries):
        """One for each owner of them, and one for each project that is named by its uuid."""
        by_uuid = [entry for entry in entries if entry.written == entry.project.key]
        return len({entry.project.owner for entry in entries}) + len(by_uuid)


STAGES = {"qc": QcStage, "hth": HthStage, "qfield": QfieldStage}
