# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random tasks and weather. What is drawn never depends on what became of the world, so that it can be repeated."""

from __future__ import annotations

from dataclasses import dataclass, field

from ansible_collections.rollcall.collaborators.tests.fake_services.faults import Fault
from ansible_collections.rollcall.collaborators.tests.reliability.worlds.stages import ABSENT, Project
from ansible_collections.rollcall.collaborators.tests.unit.plugins.running import run

# Whom no task names: other writers change this one while a task runs.
BYSTANDER = "by_stander"
PAGE = "<html><h1>Sign in</h1></html>"
# Long enough to be seen by this or that look, by none, or only once the run is over.
LATENESS = (0.5, 3, 20, 300)
# After the change a 429 or a refusal would be a lie of the service. Slow answers, which take real time, and closed
# ports are in the fault matrix.
FAULTS = [
    {"fault": "status", "status": 429, "headers": {"Retry-After": "7"}},
    {"fault": "status", "status": 429, "headers": {"Retry-After": "99999"}},
    {"fault": "status", "status": 429, "body": PAGE},
    {"fault": "truncated"},
    {"fault": "expired_token"},
    *(
        {"fault": "late", "seconds": seconds, "status": status, "copies": copies}
        for seconds in LATENESS
        for status in (None, 504)
        for copies in (1, 2)
    ),
    *(
        {**fault, "when": when}
        for when in ("before", "after")
        for fault in (
            {"fault": "status", "status": 500},
            {"fault": "status", "status": 502, "body": PAGE},
            {"fault": "status", "status": 503, "headers": {"Retry-After": "3"}},
            {"fault": "body", "body": PAGE},
            {"fault": "cut"},
            {"fault": "cut", "how": "reset"},
        )
    ),
]


@dataclass
class Entry:
    """What a task asks for one project."""

    project: Project
    written: str
    collaborators: dict
    exclusive: bool = False


@dataclass
class Task:
    """One run of the module for many projects, or with `one` of that for one collaborator."""

    entries: list
    one: bool
    allow_self: bool
    retries: int
    credentials: dict
    protect: list = field(default_factory=list)
    max_removals: str = "100%"
    allow_empty: bool = True
    concurrency: int = 1

    def run(self, stage, check_mode):
        options = {
            "api_url": stage.side.url,
            "allow_self": self.allow_self,
            "retries": self.retries,
            **self.credentials,
        }
        if self.one:
            (entry,) = self.entries
            ((name, written),) = entry.collaborators.items()
            access = {"state": ABSENT} if written == ABSENT else stage.given(written)
            return run(stage.side.one, check_mode, **options, project=entry.written, collaborator=name, **access)
        projects = [
            {"project": entry.written, "collaborators": entry.collaborators, "exclusive": entry.exclusive}
            for entry in self.entries
        ]
        rules = {name: getattr(self, name) for name in ("protect", "max_removals", "allow_empty", "concurrency")}
        return run(stage.side.many, check_mode, **options, **rules, projects=projects, full_result=True)


class Weather(Fault):
    """A fault that knows how many requests it has met."""

    def __init__(self, given):
        super().__init__(given)
        self.given = given
        self.met = 0

    def hits(self, *request):
        hit = super().hits(*request)
        self.met += hit
        return hit

    def __repr__(self):
        return repr(self.given)


def once_in(random, number):
    """True in one of `number` cases. The simplest world is the one without."""
    return random.randrange(number) == number - 1


def draw_rows(random, stage, people):
    """Who is on which project at first: key -> {name: access}."""
    return {
        project.key: {name: draw_access(random, stage) for name in people if once_in(random, 2)}
        for project in stage.projects
    }


def draw_access(random, stage):
    return {name: random.choice(values) for name, values in stage.fields.items()}


def draw_change(random, stage, people):
    """What somebody else may do: a project, a name, and the access it gets (None: it is removed)."""
    return random.choice(stage.projects), random.choice(people), random.choice([None, draw_access(random, stage)])


def draw_task(random, stage, people, first_rows, size):
    """A task; one member in `size.churn` it wants otherwise than at first. Only a careless one may be refused."""
    one = once_in(random, 4) and not size.whole
    careless = random.choice(["", "", "", "limits", "protect", "self", "owner"])
    task = Task([], one, random.choice([True, False]), random.choice([4, 1, 0]), random.choice(stage.credentials()))
    nameable = people
    if not one:
        protect = random.sample(people, random.choice([0, 0, 1, min(2, len(people))]))
        # Names in protect are the same in any case.
        task.protect = [random.choice([str.lower, str.upper])(name) for name in protect]
        task.concurrency = random.randint(1, 8)
        if careless == "limits":
            task.max_removals = random.choice(["100%", "25%", "50%", "0%", "100", "3", "0"])
            task.allow_empty = random.choice([False, True])
        if careless != "protect":
            nameable = [name for name in people if name not in protect]
    most = 1 if one else len(stage.projects)
    for project in random.sample(stage.projects, most if size.whole else random.randint(1, most)):
        entry = Entry(project, random.choice(project.names), {}, not one and random.choice([False, True]))
        everybody = 1 if one else len(nameable)
        names = random.sample(nameable, random.choice([everybody, random.randint(1 if one else 0, everybody)]))
        one_more = names and once_in(random, 3)
        # An id alone does not tell QFieldCloud's client who the owner is.
        if one_more and careless == "owner" and project.owner and entry.written != project.key:
            names[-1] = project.owner
        elif one_more and stage.caller not in (None, project.owner) and (task.allow_self or careless == "self"):
            names[-1] = stage.caller
        for name in names:
            first = first_rows[project.key].get(name, ABSENT)
            entry.collaborators[name] = _draw_written(random, stage, first, size.churn)
        task.entries.append(entry)
    return task


def draw_look(random, stage, people):
    """Options of the module that only reads: all projects or some, everybody or one account."""
    options = {"concurrency": random.randint(1, 8), **random.choice(stage.credentials())}
    if once_in(random, 2):
        chosen = random.sample(stage.projects, random.randint(1, len(stage.projects)))
        options["projects"] = [random.choice(project.names) for project in chosen]
    if once_in(random, 3):
        options["collaborator"] = random.choice([*people, BYSTANDER])
    return options


def _draw_written(random, stage, first, churn):
    """What a task asks for one member, in one of the ways to write it."""
    access = random.choice([ABSENT, draw_access(random, stage)]) if once_in(random, churn) else first
    if access == ABSENT:
        return ABSENT
    partly = {name: value for name, value in access.items() if random.choice([True, False])}
    return random.choice([access, next(iter(access.values())), partly])


def draw_weather(random, stage, task, now):
    """Some faults, each for some request or some write; sometimes another writer besides. No task: somebody looks."""
    faults = [
        {**random.choice([*FAULTS, stage.refusal]), "times": random.choice([1, 1, 2, 6])}
        for _number in range(random.randint(1, 5))
    ]
    project, name, access = draw_change(random, stage, [BYSTANDER])
    entries = task.entries if task else []
    listed_for_us = any(entry.project == project and entry.exclusive for entry in entries)
    if name not in now[project.key] or listed_for_us:
        access = access or {field: values[0] for field, values in stage.fields.items()}
    if once_in(random, 2):
        faults.append({"fault": "race", "change": stage.change(project, name, access)})
    weather = []
    for fault in faults:
        method, path = random.choice([(None, None), *stage.side.writes.values()])
        after = random.randint(0, random.randint(0, 2 * len(entries or stage.projects)))
        weather.append(Weather({**fault, "method": method, "path": path, "after": after}))
    return weather
