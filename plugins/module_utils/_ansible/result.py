# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results out: what a task returns, built from plans and outcomes and from nothing else."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.apply import Outcome
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import (
    Held,
    RollcallError,
    visible,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Access,
    Plan,
    Scale,
    Step,
)

PLAIN_YAML = r"(?i)(?!(?:true|false|yes|no|on|off|null|y|n)$)[a-z][a-z0-9_.-]*"


def project_result(outcome: Outcome, scale: Scale, full: bool = True) -> Dict[str, Any]:
    """The result for one project: the same keys in check mode and in a run; a failure adds C(error) and C(outcome).

    Unless C(full), the members of a project without steps are left out: they are most of a big roster.
    """
    plan = outcome.plan
    steps: Dict[str, Any] = {
        "add": {step.name: scale.show(step.new) for step in plan.of("add")},
        "change": {step.name: {"from": scale.show(step.old), "to": scale.show(step.new)} for step in plan.of("change")},
        "remove": {step.name: scale.show(step.old) for step in plan.of("remove")},
        "protected": dict(sorted(plan.protected.items())),
    }
    result = {
        "changed": outcome.changed,
        "project": plan.reference,
        "project_id": plan.project.id,
        "plan": steps,
        "summary": _summary([plan]),
    }
    if full or plan.steps:
        steps["keep"] = plan.keep
        result["before"] = shown(plan.before, scale)
        result["after"] = shown(outcome.after, scale)
    if outcome.error:
        result["error"] = outcome.error.as_dict()
        result["outcome"] = {
            "done": [_step(step) for step in outcome.done + outcome.found],
            "failed": [{**_step(step), "error": error.as_dict()} for step, error in outcome.failed],
            "not_attempted": [_step(step) for step in outcome.not_attempted],
        }
    return result


def single_result(outcomes: Sequence[Outcome], scale: Scale) -> Dict[str, Any]:
    """The result of a task for one collaborator."""
    (outcome,) = outcomes
    return {**project_result(outcome, scale), "diff": _diff(outcome, scale)}


def total_result(outcomes: Sequence[Outcome], scale: Scale, full: bool = False) -> Dict[str, Any]:
    """The result of a task for many projects."""
    plans = [outcome.plan for outcome in outcomes]
    return {
        "changed": any(outcome.changed for outcome in outcomes),
        "projects": [project_result(outcome, scale, full) for outcome in outcomes],
        "summary": _summary(plans),
        "diff": [_diff(outcome, scale) for outcome in outcomes if outcome.changed],
    }


def invocation(params: Mapping[str, Any]) -> Dict[str, Any]:
    """What Ansible adds to each result, without the lists: a big roster would come back with every task."""
    return {"module_args": {**params, "projects": [entry["project"] for entry in params["projects"]]}}


def names_only(params: Mapping[str, Any]) -> Dict[str, Any]:
    """The same for options that are not valid: a misspelt one may hold a credential that nothing masks."""
    return {"module_args": dict.fromkeys(params, "not shown, because the options are not valid")}


def failure(outcomes: Sequence[Outcome]) -> Dict[str, Any]:
    """The message and the first error of a run that did not carry out everything; empty when it did."""
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if not errors:
        return {}
    failed = [(outcome, step, error) for outcome in outcomes for step, error in outcome.failed]
    held = [error for error in errors if isinstance(error, Held)]
    skipped = sum(len(outcome.not_attempted) for outcome in outcomes)
    done = sum(len(outcome.done) for outcome in outcomes)
    # What was tried where, and why it failed -> whose step it was: one explanation for all of them.
    names: Dict[Tuple[str, str, str], List[str]] = {}
    for outcome, step, error in failed:
        names.setdefault((step.kind, outcome.plan.reference, str(error)), []).append(step.name)
    lines = [f"Could not {_phrase(kind, named, project)}: {why}" for (kind, project, why), named in names.items()]
    lines += [f"{outcome.plan.reference}: {outcome.contradiction}" for outcome in outcomes if outcome.contradiction]
    lines += [str(error) for error in held[:1]]
    if len(failed) + len(held) > 1 or skipped or done:
        lines.append(f"Changes: {done} made, {len(failed)} failed, {skipped} not attempted.")
    return {"failed": True, "msg": "\n".join(lines), "error": (failed[0][2] if failed else errors[0]).as_dict()}


def refusal(error: RollcallError) -> Dict[str, Any]:
    """The result of a run that failed before its first write."""
    return {"failed": True, "msg": str(error), "changed": False, "error": error.as_dict()}


def as_yaml(members: Mapping[str, Any]) -> str:
    """C(collaborators) as users write it, sorted, a line each: what the diff shows can be pasted into a roster."""
    return "".join(f"{_scalar(name)}: {_scalar(access)}\n" for name, access in sorted(members.items()))


def _scalar(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_scalar(part)}" for key, part in value.items()) + "}"
    if isinstance(value, str) and re.fullmatch(PLAIN_YAML, value):
        return value
    return visible(json.dumps(value, ensure_ascii=False))


def shown(members: Mapping[str, Access], scale: Scale) -> Dict[str, Any]:
    """C(collaborators) as users write it, sorted."""
    return {name: scale.show(members[name]) for name in sorted(members)}


def _diff(outcome: Outcome, scale: Scale) -> Dict[str, str]:
    return {
        "before_header": visible(outcome.plan.reference),
        "after_header": visible(outcome.plan.reference),
        "before": as_yaml(shown(outcome.plan.before, scale)),
        "after": as_yaml(shown(outcome.after, scale)),
    }


def _summary(plans: Sequence[Plan]) -> str:
    """Added, updated, removed, kept: C(+2 ~1 -0 =14)."""
    counts = {kind: sum(len(plan.of(kind)) for plan in plans) for kind in ("add", "change", "remove")}
    kept = sum(len(plan.keep) + len(set(plan.protected).intersection(plan.before)) for plan in plans)
    return f"+{counts['add']} ~{counts['change']} -{counts['remove']} ={kept}"


def _step(step: Step) -> Dict[str, Any]:
    return {"action": step.kind, "collaborator": step.name}


def _phrase(kind: str, names: Sequence[str], project: str) -> str:
    preposition = {"add": "to", "change": "on", "remove": "from"}[kind]
    return f"{kind} {', '.join(names)} {preposition} {project}"
