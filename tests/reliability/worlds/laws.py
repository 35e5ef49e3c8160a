# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be so after every run, whatever the weather; and what must be so besides when it is clear.

The functions of ANY_WEATHER and CLEAR_WEATHER each state one law and take a Run.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ansible_collections.rollcall.collaborators.tests.reliability.worlds.draws import BYSTANDER, Task
from ansible_collections.rollcall.collaborators.tests.reliability.worlds.oracle import (
    asked,
    harmed,
    protected,
    refused_as,
    safe,
)
from ansible_collections.rollcall.collaborators.tests.reliability.worlds.stages import Stage, as_fields
from ansible_collections.rollcall.collaborators.tests.unit.plugins.running import run


@dataclass
class Run:
    """One run of a module and all that is known of it. `before` and `after` are states of the service."""

    stage: Stage
    task: Task
    check_mode: bool
    weather: list
    before: dict
    after: dict
    result: dict
    journal: list
    mails: list

    @classmethod
    def of(cls, stage, task, check_mode=False, weather=()):
        service = stage.side.service
        service.journal.clear()
        service.faults[:] = weather
        before, mailed = stage.state(), len(stage.mails())
        result = task.run(stage, check_mode)
        service.faults.clear()
        service.catch_up()
        journal, mails = list(service.journal), stage.mails()[mailed:]
        return cls(stage, task, check_mode, list(weather), before, stage.state(), result, journal, mails)

    @property
    def projects(self):
        """What was asked for each project with what was reported of it; nothing when the run ended before its plan."""
        reported = [self.result] if "plan" in self.result else self.result.get("projects", [])
        return list(zip(self.task.entries, reported))

    @property
    def writes(self):
        return [request for request in self.journal if request["mutating"]]

    @property
    def changes(self):
        return [request for request in self.writes if request["changed"]]

    @property
    def failures(self):
        return [failure for _entry, project in self.projects for failure in part_of(project, "failed")]

    @property
    def is_unclear(self):
        return any(failure["error"]["kind"] == "unclear" for failure in self.failures)

    def members(self):
        """Project, name, access before and after, of everybody whom no other writer can have changed."""
        for entry in self.task.entries:
            before, after = self.before[entry.project.key], self.after[entry.project.key]
            for name in before.keys() | after.keys():
                if name != BYSTANDER or not self.has_other_writer:
                    yield entry, name, before.get(name), after.get(name)

    @property
    def has_other_writer(self):
        return any(fault.kind == "race" for fault in self.weather)


@dataclass
class Look:
    """One run of the module that only reads. `before` and `after` are states of the service."""

    stage: Stage
    options: dict
    weather: list
    visible: list
    """The projects that the caller saw before."""
    before: dict
    after: dict
    result: dict
    journal: list

    @classmethod
    def of(cls, stage, options, weather):
        service = stage.side.service
        service.journal.clear()
        before, visible = stage.state(), [project for project in stage.projects if stage.sees(project)]
        service.faults[:] = weather
        result = run(stage.side.info, False, api_url=stage.side.url, **options)
        service.faults.clear()
        return cls(stage, options, weather, visible, before, stage.state(), result, list(service.journal))

    @property
    def asked(self):
        """The projects that the result has to tell something of."""
        written = self.options.get("projects")
        if written is None:
            return self.visible
        return [project for project in self.stage.projects if set(project.names).intersection(written)]


def info_is_complete_or_says_that_it_is_not(look):
    """Of each project the members, or that they could not be read; else a failure. In clear weather the members."""
    result, account = look.result, look.options.get("collaborator")
    assert not any(request["mutating"] for request in look.journal)
    if result["failed"]:
        assert result["msg"] and result["error"]["kind"]
        assert look.weather or look.stage.is_restless or look.visible != look.stage.projects, result["msg"]
        return
    other_writer = any(fault.kind == "race" for fault in look.weather)
    details = {reference: found["project_id"] for reference, found in result["details"].items()}
    told = {details[entry["project"]]: entry["collaborators"] for entry in result["projects"]}
    unreadable = {entry["project"] for entry in result["unreadable"]}
    for project in look.asked:
        if unreadable.intersection(project.names):
            continue
        before, after = look.before[project.key], look.after[project.key]
        assert account or project.key in told
        names = {account} if account else before.keys() | after.keys()
        for name in names - ({BYSTANDER} if other_writer else set()):
            said = told.get(project.key, {}).get(name)
            assert (said and as_fields(said)) == before.get(name)


def a_failure_says_what_and_why(run):
    result = run.result
    if result["failed"]:
        assert result["msg"] and result["error"]["kind"] and result["error"]["message"]
        for failure in run.failures:
            assert failure["error"]["kind"] and failure["error"]["message"]
    assert "Traceback" not in str(result)


def no_output_has_a_credential(run):
    text = str(run.result)
    for secret in run.stage.secrets():
        assert secret not in text


def check_mode_writes_nothing(run):
    if run.check_mode:
        assert not run.writes
        assert all(before == after for _entry, _name, before, after in run.members())


def a_run_that_ends_before_its_plan_writes_nothing(run):
    if not run.projects:
        assert run.result["failed"] and not run.result["changed"] and not run.writes


def what_has_to_be_refused_is_refused(run):
    """In bad weather the run may fail in another way; another writer may change what is to be judged."""
    if refused_as(run.stage, run.task, run.before) and not run.has_other_writer:
        assert run.result["failed"] and not run.writes


def projects_that_were_not_named_stay_as_they_are(run):
    named = {entry.project.key for entry in run.task.entries}
    for key, before in run.before.items():
        if key not in named and not run.has_other_writer:
            assert run.after[key] == before


def members_that_were_not_named_stay_as_they_are(run):
    for entry, name, before, after in run.members():
        if not entry.exclusive and name not in entry.collaborators:
            assert after == before


def everybody_is_as_before_or_as_asked(run):
    for entry, name, before, after in run.members():
        then = asked(run.stage, run.task, entry, run.before[entry.project.key])
        assert after in (before, then.get(name))


def owner_caller_and_protected_are_not_harmed(run):
    for entry in run.task.entries:
        before, after = run.before[entry.project.key], run.after[entry.project.key]
        spared = protected(run.task)
        if entry.project.owner:
            assert entry.project.owner not in after
        if not (run.task.allow_self and run.stage.caller in entry.collaborators):
            spared = safe(run.stage, run.task)
        assert not spared & harmed(run.stage, before, after)


def changed_is_the_truth(run):
    """What the result calls unclear may have changed something."""
    changed = bool(run.changes)
    if run.check_mode:
        return
    assert changed or not run.result["changed"]
    assert run.is_unclear or run.result["changed"] == changed
    assert run.result["changed"] == any(project["changed"] for _entry, project in run.projects)


def after_is_the_truth(run):
    """So it is for each project, but for members whose change is unclear."""
    reported = {id(entry): project for entry, project in run.projects}
    for entry, name, _before, after in run.members():
        project = reported.get(id(entry))
        if not project or run.check_mode:
            continue
        failed = part_of(project, "failed")
        if name not in {failure["collaborator"] for failure in failed if failure["error"]["kind"] == "unclear"}:
            said = project["after"].get(name)
            assert after == (said and as_fields(said))


def every_step_is_done_or_failed_or_not_attempted(run):
    for _entry, project in run.projects:
        if "outcome" in project:
            said = [step for part in ("done", "failed", "not_attempted") for step in part_of(project, part)]
            assert Counter((step["action"], step["collaborator"]) for step in said) == Counter(steps(project))
    if run.projects and run.result["failed"]:
        assert run.failures or any("error" in project for _entry, project in run.projects)


def removals_come_last_and_only_when_nothing_failed(run):
    """What a caller asks for itself may come even later: it may not be able to do anything more then."""
    for _entry, project in run.projects:
        failed = [step for step in part_of(project, "failed") if step["collaborator"] != run.stage.caller]
        if any(step["action"] != "remove" for step in failed):
            tried = part_of(project, "done") + part_of(project, "failed")
            assert all(step["action"] != "remove" for step in tried)
    removing = set()
    for request in run.writes:
        place, kind = run.stage.place(request), run.stage.kind(request)
        if kind == "remove":
            removing.add(place)
        assert kind == "remove" or place not in removing or run.stage.names_caller(request)


def no_write_is_repeated_while_it_may_be_under_way(run):
    """So never once its answer was lost: nobody knows when that is over."""
    lost = []
    for request in run.writes:
        same = (request["method"], request["path"], request["body"])
        assert same not in lost
        if request["status"] in (None, 502, 504):
            lost.append(same)


def no_write_is_repeated_blindly(run):
    """Not before a look at the project, unless the service said with 429 that it had not even looked at it."""
    sent = {}
    for request in run.journal:
        place = run.stage.place(request)
        if not request["mutating"]:
            sent[place] = []
            continue
        same = (request["method"], request["path"], request["body"])
        assert same not in sent.setdefault(place, [])
        if not (run.stage.repeats_throttled and request["status"] == 429):
            sent[place].append(same)


def a_lost_answer_to_a_write_is_looked_into(run):
    """Before anything else is written to that project, or, where members are written side by side, to that member."""
    lost = set()
    for request in run.journal:
        place = run.stage.place(request)
        if not request["mutating"]:
            lost = {written for written in lost if written[0] != place}
            continue
        written = place, run.stage.side_by_side(request)
        assert written not in lost
        if (request["status"] or 599) >= 500:
            lost.add(written)


def refused_credentials_are_not_used_on(run):
    """Each worker may have had one request on its way when the service began to refuse."""
    assert sum(failure["error"]["kind"] == "authentication" for failure in run.failures) <= run.task.concurrency
    if all(fault.kind != "body" for fault in run.weather):
        refused = [
            request
            for request in run.journal
            if request["caller"] is None and request["status"] in (200, 401) and "/auth/" not in request["path"]
        ]
        assert len(refused) <= run.task.concurrency


def each_add_sends_one_mail(run):
    """Where the service sends any, and only to those whom the plan adds."""
    adds = [request for request in run.changes if run.stage.kind(request) == "add"]
    assert len(run.mails) == len(set(run.mails)) == (len(adds) if run.stage.mails() else 0)
    planned = {(entry.project.key, name) for entry, project in run.projects for name in project["plan"]["add"]}
    assert planned.issuperset(run.mails)


ANY_WEATHER = [
    a_failure_says_what_and_why,
    no_output_has_a_credential,
    check_mode_writes_nothing,
    a_run_that_ends_before_its_plan_writes_nothing,
    what_has_to_be_refused_is_refused,
    projects_that_were_not_named_stay_as_they_are,
    members_that_were_not_named_stay_as_they_are,
    everybody_is_as_before_or_as_asked,
    owner_caller_and_protected_are_not_harmed,
    changed_is_the_truth,
    after_is_the_truth,
    every_step_is_done_or_failed_or_not_attempted,
    removals_come_last_and_only_when_nothing_failed,
    no_write_is_repeated_while_it_may_be_under_way,
    no_write_is_repeated_blindly,
    a_lost_answer_to_a_write_is_looked_into,
    refused_credentials_are_not_used_on,
    each_add_sends_one_mail,
]


def the_run_is_refused_exactly_when_it_has_to_be(run):
    kind = refused_as(run.stage, run.task, run.before)
    assert run.result.get("error", {}).get("kind", "") == kind, run.result.get("msg")


def the_state_is_what_was_asked(run):
    if run.projects and not run.check_mode:
        for entry in run.task.entries:
            key = entry.project.key
            assert run.after[key] == asked(run.stage, run.task, entry, run.before[key])


def the_report_is_what_was_asked(run):
    for entry, project in run.projects:
        now = run.before[entry.project.key]
        then = asked(run.stage, run.task, entry, now)
        assert {name: as_fields(access) for name, access in project["before"].items()} == now
        assert {name: as_fields(access) for name, access in project["after"].items()} == then
        wanted = {
            "add": then.keys() - now.keys(),
            "change": {name for name in now.keys() & then.keys() if now[name] != then[name]},
            "remove": now.keys() - then.keys(),
        }
        assert {kind: project["plan"][kind].keys() for kind in wanted} == wanted
        assert project["changed"] == (now != then)


def no_request_is_superfluous(run):
    """On top of the documented reads may come what QFieldCloud is asked where somebody gains or loses access, and a
    second look at each project from which an exclusive list has removed somebody.
    """
    if run.projects:
        planned = sum(len(steps(project)) for _entry, project in run.projects)
        assert len(run.writes) == (0 if run.check_mode else planned)
        reads = run.stage.reads(run.task)
        if not run.check_mode:
            reads += sum(
                entry.exclusive and not {run.stage.caller}.issuperset(project["plan"]["remove"])
                for entry, project in run.projects
            )
        assert reads <= len(run.journal) - len(run.writes)
        adding = [entry for entry, project in run.projects if project["plan"]["add"]]
        if not run.stage.has_pages:
            most = reads + run.stage.asks_who_calls + run.stage.reads_to_add(adding)
            assert len(run.journal) - len(run.writes) <= most


CLEAR_WEATHER = [
    the_run_is_refused_exactly_when_it_has_to_be,
    the_state_is_what_was_asked,
    the_report_is_what_was_asked,
    no_request_is_superfluous,
]


def steps(project):
    return [(kind, name) for kind in ("add", "change", "remove") for name in project["plan"][kind]]


def part_of(project, part):
    """The steps of a project that are said to be done, failed or not attempted; it says so when something failed."""
    return project.get("outcome", {}).get(part, [])
