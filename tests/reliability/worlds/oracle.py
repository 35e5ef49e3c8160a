# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task should come to, said a second time and as simply as possible; knows nothing of plugins/."""

from __future__ import annotations

from ansible_collections.rollcall.collaborators.tests.reliability.worlds.stages import ABSENT


def asked(stage, task, entry, now):
    """The members of a project once the task has come about; `now` are those of before."""
    members = dict(now)
    for name, written in entry.collaborators.items():
        if written == ABSENT:
            members.pop(name, None)
        else:
            least = {field: values[0] for field, values in stage.fields.items()}
            members[name] = {**now.get(name, least), **stage.given(written)}
    if entry.exclusive:
        kept = {*entry.collaborators, *safe(stage, task)}
        members = {name: access for name, access in members.items() if name in kept}
    return members


def safe(stage, task):
    """Whom nothing but their own name in a task may harm, and the protected not even that."""
    return {stage.caller, *protected(task)}


def protected(task):
    return {name.lower() for name in task.protect}


def harmed(stage, now, then):
    """Who loses access, or some of it."""
    return {
        name
        for name, access in now.items()
        if name not in then
        or any(values.index(then[name][field]) < values.index(access[field]) for field, values in stage.fields.items())
    }


def objections(stage, task, entry, now):
    """Why the run has to be refused before its first write: kinds of error."""
    then = asked(stage, task, entry, now)
    found = set()
    if entry.project.owner in entry.collaborators:
        return {"bad_input"}
    if stage.caller in harmed(stage, now, then) and not task.allow_self:
        found.add("safety")
    if protected(task) & harmed(stage, now, then):
        found.add("safety")
    if entry.exclusive:
        if all(written == ABSENT for written in entry.collaborators.values()) and not task.allow_empty:
            found.add("safety")
        if len(now.keys() - then.keys()) > _limit(task.max_removals, len(now)):
            found.add("safety")
    return found


def refused_as(stage, task, now):
    """The error.kind of the run, "" when it is to go on; `now` is the state of all projects."""
    kinds = {kind for entry in task.entries for kind in objections(stage, task, entry, now[entry.project.key])}
    return "safety" if "safety" in kinds else "".join(kinds)


def _limit(max_removals, present):
    if not max_removals.endswith("%"):
        return int(max_removals)
    percent = int(max_removals[:-1])
    return max(2, present * percent // 100) if percent else 0
