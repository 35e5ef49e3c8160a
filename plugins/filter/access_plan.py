# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that turns what a run would change, or has changed, into a plan that people and programs read."""

from __future__ import annotations

DOCUMENTATION = r"""
name: access_plan
short_description: Make a readable plan of what the plural modules returned
version_added: 1.0.0
author:
  - The rollcall.collaborators contributors (@rollcall)
description:
  - Takes the results of the filter P(rollcall.collaborators.call_results#filter) and returns who would be, or was,
    added, changed, removed and protected, and what failed, as data and as lines of text.
    The role P(rollcall.collaborators.project_members#role) uses it.
  - Projects without change are counted only.
  - Of a project on which something failed, only what was done counts as added, changed and removed.
options:
  _input:
    description:
      - The result of each service, by V(qc), V(hth) and V(qfield). A service that is missing has nothing to tell.
    type: dict
    required: true
  asked:
    description:
      - The number of projects that each service was asked for. Those without a result, because their call failed or
        was not attempted, are counted as unknown. A service that is missing was asked for those it has results of.
    type: dict
    default: {}
  check_mode:
    description:
      - Whether nothing was changed yet. C(ansible_check_mode) tells it of the command line, not of a play or a task
        that sets C(check_mode) itself.
    type: bool
    default: true
  person:
    description:
      - The person that the run was limited to, to be named in the plan. Empty for everybody.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Apply a list
  rollcall.collaborators.hth_project_collaborators:
    projects:
      - project: platform
        collaborators: {norris: developer, ravi.k: guest, old.timer: absent}
  register: teamhub

- name: Say who got what and who lost it, or in check mode would
  ansible.builtin.debug:
    msg: "{{ plan.lines }}"
  vars:
    results: "{{ {'hth': teamhub} | rollcall.collaborators.call_results }}"
    plan: "{{ results | rollcall.collaborators.access_plan(check_mode=ansible_check_mode) }}"
"""

RETURN = r"""
_value:
  description: The plan. It holds plain values only and no credentials, and can be written as JSON.
  type: dict
  contains:
    check_mode:
      description: The option O(check_mode).
      type: bool
    person:
      description: The option O(person).
      type: str
    services:
      description: The plan of each of V(qc), V(hth) and V(qfield).
      type: dict
      contains:
        projects:
          description: The projects that change, and those on which something failed, in the order of the results.
          type: list
          elements: dict
          contains:
            project:
              description: The project as the list names it.
              type: str
            project_id:
              description: The id that the service knows it by.
              type: str
            add:
              description: Access by collaborator.
              type: dict
            change:
              description: A mapping with C(from) and C(to) by collaborator.
              type: dict
            remove:
              description: The access that each collaborator loses.
              type: dict
            protected:
              description: The reason why each of these collaborators stays, although an exclusive list leaves them out.
              type: dict
            unchanged:
              description: The number of collaborators who stay as they are, with those who are protected.
              type: int
            failed:
              description: What failed, each with C(action), C(collaborator) and the message as C(error).
              type: list
              elements: dict
            not_attempted:
              description: What was not attempted after a failure, each with C(action) and C(collaborator).
              type: list
              elements: dict
        counts:
          description: As RV(_value.totals), of this service.
          type: dict
        error:
          description: What failed and why, empty when nothing did.
          type: str
        warnings:
          description: Names that were left out.
          type: list
          elements: str
    totals:
      description:
        - Numbers of C(projects), each of which is one of C(changed_projects), C(unchanged_projects),
          C(failed_projects) and C(unknown_projects).
        - Numbers of collaborators in C(add), C(change), C(remove), C(protected), C(unchanged), C(failed) and
          C(not_attempted). Those protected and unchanged are counted on the projects without change, too.
      type: dict
    lines:
      description:
        - The plan as text. The first line counts the removals, the last ones are the totals. Lines begin with C(+ add),
          C(~ change), C(- REMOVE), C(= protected), C(= unchanged) and C(! failed) or C(! not attempted).
        - A service's name that holds control signs is written as JSON, in one line.
      type: list
      elements: str
      sample:
        - "REMOVALS: 1"
        - Plan, nothing was changed.
        - "hth platform:"
        - "- REMOVE old.timer: master"
        - "+ add ravi.k: guest"
        - "~ change norris: guest -> developer"
        - "= unchanged: 2"
        - "TOTAL: add 1, change 1, REMOVE 1, protected 0, unchanged 2"
        - "PROJECTS: changed 1, unchanged 0, failed 0, unknown 0"
"""

import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Callable, Dict, Sequence

from ansible.errors import AnsibleFilterError

SERVICES = ("qc", "hth", "qfield")
NOTHING: Mapping[str, Any] = MappingProxyType({})
# What becomes of a project, and of a collaborator on it.
OUTCOMES = ("changed", "unchanged", "failed", "unknown")
OF_COLLABORATORS = ("add", "change", "remove", "protected", "unchanged", "failed", "not_attempted")


def access_plan(
    results: Mapping[str, Any], asked: Mapping[str, int] = NOTHING, check_mode: bool = True, person: str = ""
) -> Dict[str, Any]:
    """See DOCUMENTATION. Raises AnsibleFilterError for what the filter call_results does not return."""
    try:
        services = {
            service: _service(results.get(service) or NOTHING, int(asked.get(service, 0))) for service in SERVICES
        }
        counts = [part["counts"] for part in services.values()]
        plan = {
            "check_mode": bool(check_mode),
            "person": str(person),
            "services": services,
            "totals": {name: sum(part[name] for part in counts) for name in counts[0]},
        }
        return {**plan, "lines": list(_lines(plan))}
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise AnsibleFilterError(
            "access_plan takes what call_results returned, and numbers by service as asked; "
            f"this is something else ({type(error).__name__}: {error})."
        ) from error


def _service(result: Mapping[str, Any], asked: int) -> Dict[str, Any]:
    """The plan of one service. Its result is empty when nothing was called."""
    seen: Sequence[Mapping[str, Any]] = result.get("projects", ())
    outcomes = [_outcome(project) for project in seen]
    plans = [_project(project) for project in seen]
    counts = {f"{name}_projects": outcomes.count(name) for name in OUTCOMES}
    counts["unknown_projects"] = max(0, asked - len(seen))
    return {
        "projects": [plan for plan, outcome in zip(plans, outcomes) if outcome != "unchanged"],
        "counts": {
            "projects": sum(counts.values()),
            **counts,
            **{name: sum(_count(plan[name]) for plan in plans) for name in OF_COLLABORATORS},
        },
        "error": str(result.get("error", "")),
        "warnings": [str(warning) for warning in result.get("warnings", ())],
    }


def _outcome(result: Mapping[str, Any]) -> str:
    if "outcome" in result:
        return "failed"
    return "changed" if result["changed"] else "unchanged"


def _project(result: Mapping[str, Any]) -> Dict[str, Any]:
    """The plan of one project; where something failed, the part of it that was carried out."""
    plan, outcome = result["plan"], result.get("outcome", NOTHING)
    done = {step["collaborator"] for step in outcome.get("done", ())}
    part = {
        name: {who: what for who, what in plan[name].items() if not outcome or who in done}
        for name in ("add", "change", "remove")
    }
    whole = {
        "project": result["project"],
        "project_id": result["project_id"],
        **part,
        "protected": plan["protected"],
        "unchanged": int(re.findall("[0-9]+", result["summary"])[3]),
        "failed": [{**_step(step), "error": step["error"]["message"]} for step in outcome.get("failed", ())],
        "not_attempted": [_step(step) for step in outcome.get("not_attempted", ())],
    }
    return {name: _plain(value) for name, value in whole.items()}


def _step(step: Mapping[str, Any]) -> Dict[str, Any]:
    return {name: step[name] for name in ("action", "collaborator")}


def _count(part: Any) -> int:
    return part if isinstance(part, int) else len(part)


def _plain(value: Any) -> Any:
    """Without what ansible-core notes about each value, so that anything can write it as JSON."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, str) else value


def _lines(plan: Mapping[str, Any]) -> Iterator[str]:
    services, totals = plan["services"], plan["totals"]
    yield f"REMOVALS: {totals['remove']}"
    about = f" for {_visible(plan['person'])} alone" if plan["person"] else ""
    yield f"Plan{about}, nothing was changed." if plan["check_mode"] else f"What was done{about}."
    failed = [service for service, part in services.items() if part["error"]]
    if failed:
        yield f"INCOMPLETE, something failed: {', '.join(failed)}"
    for service, part in services.items():
        for project in part["projects"]:
            yield f"{service} {_visible(project['project'])}:"
            yield from _project_lines(project)
        for name, meaning in (("unchanged", "without change"), ("unknown", "of which nothing is known")):
            number = part["counts"][f"{name}_projects"]
            if number:
                yield f"{service}, projects {meaning}: {number}"
        yield from (f"{service} warning: {_visible(warning)}" for warning in part["warnings"])
        yield from (f"{service} FAILED: {_visible(line)}" for line in part["error"].splitlines())
    yield (
        f"TOTAL: add {totals['add']}, change {totals['change']}, REMOVE {totals['remove']}, "
        f"protected {totals['protected']}, unchanged {totals['unchanged']}"
        + "".join(f", {name.replace('_', ' ')} {totals[name]}" for name in ("failed", "not_attempted") if totals[name])
    )
    yield "PROJECTS: " + ", ".join(f"{name} {totals[name + '_projects']}" for name in OUTCOMES)


def _project_lines(project: Mapping[str, Any]) -> Iterator[str]:
    for who, access in project["remove"].items():
        yield f"- REMOVE {_visible(who)}: {_shown(access)}"
    for who, access in project["add"].items():
        yield f"+ add {_visible(who)}: {_shown(access)}"
    for who, access in project["change"].items():
        yield f"~ change {_visible(who)}: {_shown(access['from'])} -> {_shown(access['to'])}"
    for step in project["failed"]:
        yield f"! failed: {step['action']} {_visible(step['collaborator'])}"
    for step in project["not_attempted"]:
        yield f"! not attempted: {step['action']} {_visible(step['collaborator'])}"
    for who, reason in project["protected"].items():
        yield f"= protected {_visible(who)}: {_visible(reason)}"
    yield f"= unchanged: {project['unchanged']}"


def _shown(access: Any) -> str:
    """An access as it is written in YAML."""
    if isinstance(access, Mapping):
        return "{" + ", ".join(f"{_visible(key)}: {_shown(value)}" for key, value in access.items()) + "}"
    return _visible(access) if isinstance(access, str) else json.dumps(access)


def _visible(text: str) -> str:
    """In one line, with nothing in it that a terminal would obey or not show."""
    return text if text.isprintable() else json.dumps(text)


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        return {"access_plan": access_plan}
