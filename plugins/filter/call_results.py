# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that sums up what the calls of the plural modules returned."""

from __future__ import annotations

DOCUMENTATION = r"""
name: call_results
short_description: Sum up the calls of the plural modules, for each service
version_added: 0.1.0
author:
  - The rollcall.collaborators contributors (@rollcall)
description:
  - Turns what tasks with the plural modules registered, in a loop or not, into one result for each service.
    The role P(rollcall.collaborators.project_members#role) uses it.
options:
  _input:
    description:
      - What each service's task registered, by V(qc), V(hth) and V(qfield). A service that is missing, or whose task
        was not run, has an empty result.
    type: dict
    required: true
  rehearsed:
    description:
      - An earlier result of this filter whose failures belong to the same run.
    type: dict
    default: {}
  lists:
    description:
      - What the filter P(rollcall.collaborators.member_lists#filter) returned for each service. Its warnings are
        passed on.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Apply the lists of two projects, a call for each
  rollcall.collaborators.hth_project_collaborators:
    projects:
      - "{{ item }}"
  loop:
    - {project: platform, collaborators: {norris: developer}}
    - {project: tools, collaborators: {norris: guest}}
  register: teamhub

- name: Say what became of them
  ansible.builtin.debug:
    msg: "{{ ({'hth': teamhub} | rollcall.collaborators.call_results).hth.summary }}"
"""

RETURN = r"""
_value:
  description: One result for each of V(qc), V(hth) and V(qfield).
  type: dict
  contains:
    changed:
      description: Whether a call changed something, or in check mode would have.
      type: bool
    failed:
      description: Whether a call failed, here or in O(rehearsed).
      type: bool
    summary:
      description: Collaborators added, updated, removed and kept on the projects that went through.
      type: str
      sample: +2 ~1 -0 =14
    projects:
      description: What the modules returned for each project.
      type: list
      elements: dict
    error:
      description: The messages of the calls that failed, and how many were not attempted. Empty when none failed.
      type: str
    warnings:
      description: The warnings of O(lists).
      type: list
      elements: str
    kinds:
      description: The C(error.kind) of each call that failed.
      type: list
      elements: str
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Callable, Dict, List

from ansible.errors import AnsibleFilterError

SERVICES = ("qc", "hth", "qfield")
NOTHING: Mapping[str, Any] = MappingProxyType({})


def call_results(
    registered: Mapping[str, Any], rehearsed: Mapping[str, Any] = NOTHING, lists: Mapping[str, Any] = NOTHING
) -> Dict[str, Dict[str, Any]]:
    """See DOCUMENTATION. Raises AnsibleFilterError for what no plural module and no filter has returned."""
    try:
        return {
            service: {
                **_result(_calls(registered.get(service) or NOTHING), rehearsed.get(service, NOTHING)),
                "warnings": lists.get(service, NOTHING).get("warnings", []),
            }
            for service in SERVICES
        }
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise AnsibleFilterError(
            "call_results takes what tasks with the plural modules registered, by qc, hth and qfield; "
            f"this is something else ({type(error).__name__}: {error})."
        ) from error


def _calls(registered: Mapping[str, Any]) -> List[Mapping[str, Any]]:
    """A task that failed before its loop, for want of a variable, say, has no results and counts as one call."""
    calls: List[Mapping[str, Any]] = registered.get("results", [registered])
    return calls


def _result(calls: List[Mapping[str, Any]], rehearsed: Mapping[str, Any]) -> Dict[str, Any]:
    failed = [call for call in calls if call.get("failed")]
    skipped = sum(bool(call.get("skipped")) for call in calls)
    errors = [rehearsed["error"]] if rehearsed.get("error") else []
    errors += [call["msg"] for call in failed]
    if skipped and errors:
        errors.append(f"{skipped} of {len(calls)} calls were not attempted.")
    projects = [project for call in calls for project in call.get("projects", ())]
    return {
        "changed": any(call.get("changed") for call in calls),
        "failed": bool(errors),
        "summary": _summary(projects),
        "projects": projects,
        "error": "\n".join(errors),
        "kinds": [*rehearsed.get("kinds", ()), *(call.get("error", NOTHING).get("kind", "") for call in failed)],
    }


def _summary(projects: List[Mapping[str, Any]]) -> str:
    """The sum of the projects' summaries; C(outcome) marks a project that did not go through."""
    through = [re.findall("[0-9]+", project["summary"]) for project in projects if "outcome" not in project]
    added, updated, removed, kept = (sum(int(counts[place]) for counts in through) for place in range(4))
    return f"+{added} ~{updated} -{removed} ={kept}"


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        return {"call_results": call_results}
