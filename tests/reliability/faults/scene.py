# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One service, one operation and what goes wrong with it: the task runs into it, and runs again when it is over."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from ansible_collections.rollcall.collaborators.tests.fake_services.faults import Fault
from ansible_collections.rollcall.collaborators.tests.reliability.faults.operations import WORLDS, Operation
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import Side

Members = dict[str, dict[str, Any]]
"""Project: collaborator: access."""
Step = tuple[str, str, str]
"""Project, action, collaborator."""


class Told(NamedTuple):
    """What a result says, step by step."""

    done: list[Step]
    failed: list[Step]
    not_attempted: list[Step]
    errors: list[dict[str, Any]]
    """That of each failed step, or of a run that never came to a step."""

    @classmethod
    def by(cls, result: dict[str, Any]) -> Told:
        told = cls([], [], [], [])
        for project in result.get("projects", []):
            name = project["project"]
            planned = [(name, action, who) for action in ("add", "change", "remove") for who in project["plan"][action]]
            outcome = project.get("outcome")
            if outcome is None:
                told.done.extend(planned)
                continue
            ended = [[(name, row["action"], row["collaborator"]) for row in outcome[end]] for end in ENDS]
            assert sorted(sum(ended, [])) == sorted(planned), "a step is lost or told twice"
            for steps, more in zip(told, ended):
                steps.extend(more)
            told.errors.extend(row["error"] for row in outcome["failed"])
        if result["failed"] and not told.errors:
            told.errors.append(result["error"])
        return told

    @property
    def kinds(self) -> set[str]:
        return {error["kind"] for error in self.errors}

    @property
    def hints(self) -> str:
        """All of them; a large number of seconds would not be the same in every run."""
        return " / ".join(dict.fromkeys(re.sub(r"\d{4,} s", "... s", error["hint"]) for error in self.errors))

    @property
    def unclear(self) -> list[Step]:
        return [step for step, error in zip(self.failed, self.errors) if error["kind"] == "unclear"]


ENDS = ("done", "failed", "not_attempted")


class Scene:
    """The service as the operation needs it. `patch` is a pytest.MonkeyPatch of its own."""

    def __init__(self, side: Side, operation: Operation, patch: Any) -> None:
        self.side, self.operation, self._patch = side, operation, patch
        self._faults: list[Fault] = []
        side.service.seed(operation.world or WORLDS[side.service.name])
        side.switch(**operation.switches)
        self._others = self.members()
        """The members before the run, or right after somebody else has changed them."""
        self._watch_races()
        if "look" in operation.tags:
            side.fault("add", fault="cut", when="after")

    def _watch_races(self) -> None:
        race = self.side.service.race

        def watched(change: dict[str, Any]) -> None:
            race(change)
            self._others = self.members()

        self._patch.setattr(self.side.service, "race", watched)

    def arrange(self, given: Any) -> None:
        """Let what the catalogue gives meet the request of the operation."""
        given = given(self.side, self.operation) if callable(given) else given
        if given is None:
            return
        given = {**self.operation.request, **given}
        if given["fault"] == "refused":
            self._meddle(Fault({**given, "fault": "cut"}), nobody_listens)
            return
        if given["fault"] == "slow":
            self._meddle(Fault(given), impatient)
        self._faults.append(Fault(given))
        self.side.service.faults.append(self._faults[-1])

    def _meddle(self, fault: Fault, meddle: Callable[[Any, dict[str, Any]], None]) -> None:
        """Change the requests that the fault meets, or how they are sent."""
        self._faults.append(fault)
        send = requests.Session.send

        def sent(session: Any, request: Any, **options: Any) -> requests.Response:
            if fault.hits(request.method, urlsplit(request.url).path):
                meddle(request, options)
            return send(session, request, **options)

        self._patch.setattr(requests.Session, "send", sent)

    @property
    def is_met(self) -> bool:
        """Whether all faults that were waiting for a request have met one."""
        return all(fault.left < fault.values["times"] for fault in self._faults)

    def run(self) -> dict[str, Any]:
        """The result of the task: one request at a time, each repeated twice at most."""
        options = {"concurrency": 1, "retries": 2, "deadline": 600, **self.operation.options}
        result = self.side.run(self.operation.task, **options)
        if self.operation.kind != "read" and any(fault.kind == "slow" for fault in self._faults):
            self._let_go_on()
        self.side.service.catch_up()
        return result

    def _let_go_on(self) -> None:
        """A write is carried out at last, although the module has given it up."""
        self.side.service.faults.clear()
        end = time.monotonic() + 10
        while any(request["status"] is None for request in self.side.mutating):
            assert time.monotonic() < end, "a write was never answered"
            time.sleep(0.01)

    def mend(self) -> None:
        """What went wrong is over; members and mails stay as they are, the journal begins anew."""
        self._patch.undo()
        self._faults.clear()
        state = self.side.service.state()
        state.pop("tokens", None)
        self.side.service.seed(state)

    # Who is on the projects of the task

    def members(self) -> Members:
        return {project: self.side.members(project) for project in self.operation.task}

    @property
    def is_gone(self) -> bool:
        """Whether somebody else has deleted a project of the task."""
        return not all(self._others.values())

    def as_asked(self) -> Members:
        return {project: merged(self._others[project], people) for project, people in self.operation.task.items()}

    def as_told(self, told: Told) -> Members:
        """What is done is done, what is unclear is as it is, and the rest as before; nobody is on a deleted project."""
        made = [*told.done, *(step for step in told.unclear if self.has_come_about(step))]
        members = {}
        for project, people in self.operation.task.items():
            changes = {who: people[who] for where, _action, who in made if where == project}
            members[project] = merged(self._others[project], changes) if self._others[project] else {}
        return members

    def has_come_about(self, step: Step) -> bool:
        project, _action, who = step
        return self.side.members(project).get(who, "absent") == self.operation.task[project][who]


def merged(members: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: access for name, access in {**members, **changes}.items() if access != "absent"}


def impatient(_request: Any, options: dict[str, Any]) -> None:
    options["timeout"] = 0.1


def nobody_listens(request: Any, _options: dict[str, Any]) -> None:
    request.url = urlsplit(request.url)._replace(netloc="127.0.0.1:1").geturl()
