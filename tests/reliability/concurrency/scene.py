# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scene of these tests: a world, a roster, modules as real processes, and a way to step in between two requests."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import re
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from ansible_collections.rollcall.collaborators.tests.fake_services.server import running
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import (
    ANN,
    COLLABORATOR,
    HTH_WORLD,
    QC_WORLD,
    READ,
    SIDES,
    WRITE,
)
from ansible_collections.rollcall.collaborators.tests.unit.plugins.running import run

COLLECTIONS = Path(__file__).resolve().parents[3] / ".build/collections"
PATIENCE = 120  # seconds; only a test that fails waits so long

# Accounts are named after what the roster does with them. The owner of all projects makes the calls.
ACCOUNTS = ("newcomer", "changing", "leaver", "settled", "unnamed")
# The access that members have, that the roster wants, and that its opponent wants.
ACCESS = {
    "qc": (READ, WRITE, {**READ, "live_control": True}),
    "hth": ("guest", "master", "developer"),
    "qfield": ("reader", "manager", "editor"),
}
EXCLUSIVE = "exclusive"
# So many adds, updates and removals the roster comes to.
STEPS = 4


def members(had, wanted):
    """Who is on each project at first; `settled` and `unnamed` have what the roster wants."""
    return {"changing": had, "leaver": had, "settled": wanted, "unnamed": wanted}


def roster(wanted):
    """Project -> collaborators: three projects with one step each, three with one of each kind."""
    moves = {"newcomer": wanted, "changing": wanted, "leaver": "absent", "settled": wanted}
    return {
        "arrival": {"newcomer": wanted},
        "change": {"changing": wanted},
        "departure": {"leaver": "absent"},
        "moves": moves,
        "more-moves": moves,
        EXCLUSIVE: {"newcomer": wanted, "changing": wanted, "settled": wanted, "unnamed": wanted},
    }


def opponent(wanted):
    """Another roster, which contradicts each line of the first."""
    moves = {"newcomer": wanted, "changing": "absent", "leaver": wanted, "settled": wanted}
    return {
        "arrival": {"newcomer": wanted},
        "change": {"changing": wanted},
        "departure": {"leaver": wanted},
        "moves": moves,
        "more-moves": moves,
        EXCLUSIVE: {"newcomer": wanted, "leaver": wanted, "settled": wanted, "unnamed": wanted},
    }


PROJECTS = tuple(roster(""))


def qc_world(people):
    def rows():
        return {
            name: {"permission": access["permission"], "liveControl": access["live_control"]}
            for name, access in people.items()
        }

    return {
        "accounts": QC_WORLD["accounts"],
        "profiles": {name: {} for name in ("sim_owner", *ACCOUNTS)},
        "projects": [
            {"projectId": number, "name": name, "owner": "sim_owner", "collaborators": rows()}
            for number, name in enumerate(PROJECTS, 1)
        ],
    }


def hth_world(people):
    return {
        **HTH_WORLD,
        "accounts": {"ann": ANN, **dict.fromkeys(ACCOUNTS, COLLABORATOR)},
        "projects": {
            name: {"name": name, "users": {}, "groups": {}, "collaborators": dict(people)} for name in PROJECTS
        },
    }


def qfield_world(people):
    owner = "john_doe"
    rows = [{"collaborator": name, "role": role, "created_by": owner} for name, role in people.items()]
    project = {"owner": owner, "is_public": False, "description": "", "collaborators": rows}
    return {
        "caller": owner,
        "users": [{"username": name} for name in (owner, *ACCOUNTS)],
        "organizations": [],
        "teams": [],
        "projects": [
            {"id": str(uuid.UUID(int=number)), "name": name, **project} for number, name in enumerate(PROJECTS)
        ],
    }


WORLDS = {"qc": qc_world, "hth": hth_world, "qfield": qfield_world}

# A module is a process that an interrupt ends, and not one with Python's own handler: whether it has one shows.
MODULE = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
runpy.run_module(sys.argv.pop(), run_name="__main__", alter_sys=True)
"""


class Between:
    """An application around a service, through which a test steps in.

    Writes wait until the service has had `reads` requests. Before answer number `at` leaves `strike` is called; until
    it returns nothing else is answered either.
    """

    def __init__(self, service):
        self.service = service
        self.leave()

    def leave(self):
        self.reads, self.answers, self.at, self.strike = 0, 0, None, None

    async def __call__(self, scope, receive, send):
        if self.service.is_mutating(SimpleNamespace(method=scope["method"], path=scope["path"])):
            while len(self.service.journal) < self.reads:
                await asyncio.sleep(0.002)

        async def answer(message):
            if message["type"] == "http.response.start":
                self.answers += 1
                if self.answers == self.at:
                    self.strike()
            await send(message)

        await self.service(scope, receive, answer)


class Scene:
    """One service, and the roster that is to come about there."""

    def __init__(self, name, between, url):
        self.between, self.service = between, between.service
        self.side = SIDES[name](between.service, url)
        had, wanted, other = ACCESS[name]
        self.before = members(had, wanted)
        self.roster, self.opponent = roster(wanted), opponent(other)
        self.prefix = "john_doe/" if name == "qfield" else ""

    def reset(self):
        self.between.leave()
        self.service.reset()

    @property
    def state(self):
        """Project -> members, now."""
        return {project: self.side.members(self.prefix + project) for project in PROJECTS}

    def after(self, wanted):
        """Project -> members, once a roster has come about."""
        kept = {project: {} if project == EXCLUSIVE else self.before for project in PROJECTS}
        return {
            project: {name: access for name, access in (kept[project] | people).items() if access != "absent"}
            for project, people in wanted.items()
        }

    def changes(self, kind):
        """How many writes of this kind (add, update, remove) have changed something."""
        method, path = self.side.writes[kind]
        return sum(r["method"] == method and re.search(path or "", r["path"]) is not None for r in self.side.changes)

    def arguments(self, wanted=None, **options):
        """Those of the plural module, for the roster or another one."""
        entries = [
            {"project": self.prefix + project, "collaborators": people, "exclusive": project == EXCLUSIVE}
            for project, people in (wanted or self.roster).items()
        ]
        connection = {"api_url": self.side.url, "timeout": PATIENCE, **self.side.credentials("")}
        return {**connection, "projects": entries, **options}

    def run(self, check_mode=False, **options):
        """The plural module in this process."""
        return run(self.side.many, check_mode, **self.arguments(**options))

    def process(self):
        """The plural module as a process that waits for its arguments, as it does when Ansible starts it."""
        return subprocess.Popen(
            [sys.executable, "-c", MODULE, self.side.many.__name__],
            env={**os.environ, "PYTHONPATH": str(COLLECTIONS)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start(self, **options):
        """The plural module as a process at work."""
        process = self.process()
        json.dump({"ANSIBLE_MODULE_ARGS": self.arguments(**options)}, process.stdin)
        process.stdin.flush()
        process.stdin.close()
        process.stdin = None
        return process

    def struck(self, at, blow, start, **options):
        """A process that `start` starts, and that gets the `blow` before answer `at` from now on leaves the service."""
        started = queue.SimpleQueue()
        self.between.strike = lambda: blow(started.get())
        self.between.at = self.between.answers + at
        process = start(**options)
        started.put(process)
        return process

    def check_nothing_is_left_to_do(self):
        """The roster has come about, a run has nothing to do, and nobody got two mails for one project."""
        assert self.state == self.after(self.roster)
        mails = [(mail["to"], mail["project"]) for mail in self.service.state().get("mails", [])]
        assert len(mails) == len(set(mails))
        self.service.journal.clear()
        again = self.run()
        assert (again["failed"], again["changed"], self.side.mutating) == (False, False, [])


def ended(process):
    """The result of a module that ended by itself."""
    printed, complaints = process.communicate(timeout=PATIENCE)
    assert complaints == ""
    result = {"failed": False, **json.loads(printed)}
    assert process.returncode == result["failed"]
    return result


@contextmanager
def scenes():
    """The three services on free ports: name -> scene."""
    between = {name: Between(side.fake(WORLDS[name](members(*ACCESS[name][:2])))) for name, side in SIDES.items()}
    with running(*between.values()) as urls:
        yield {name: Scene(name, between[name], url) for name, url in zip(between, urls)}
