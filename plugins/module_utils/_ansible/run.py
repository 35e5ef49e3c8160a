# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One way to run one collaborator, one way to run many: the same path."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Dict, List, Mapping, Sequence

from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible import arguments, result
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.job import Host, Job
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.apply import Outcome, apply, foresee
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import visible
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import Wish
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.prepare import prepare


class _Change(Job):
    """Plan, then do exactly the plan, or in check mode say what it would come to."""

    @abstractmethod
    def _wishes(self, params: Mapping[str, Any]) -> List[Wish]:
        """What the options ask for; raises BadInput."""

    @abstractmethod
    def _report(self, params: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Dict[str, Any]:
        """What is told of it."""

    def _result(self, params: Mapping[str, Any], check_mode: bool, host: Host) -> Dict[str, Any]:
        wishes, rules = self._wishes(params), arguments.rules_of(params)
        workers = params.get("concurrency", 1)
        service = self.service.connect(params, pause=host.pause)
        plans = prepare(service, wishes, rules, workers, host.progress)
        outcomes = foresee(plans) if check_mode else apply(service, plans, workers, host.pause, host.progress)
        for outcome in outcomes:
            if outcome.warning:
                host.warn(visible(f"{outcome.plan.reference}: {outcome.warning}"))
            for step in outcome.plan.steps:
                caveat = service.caveat(step)
                if caveat:
                    host.warn(visible(f"{outcome.plan.reference}: {caveat}"))
        return {**self._report(params, outcomes), **result.failure(outcomes)}


class OneCollaborator(_Change):
    """One collaborator on one project."""

    @property
    def spec(self) -> arguments.Spec:
        return arguments.collaborator_spec(self.service)

    def _wishes(self, params: Mapping[str, Any]) -> List[Wish]:
        return [arguments.wish_of_one(self.service, params)]

    def _report(self, params: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Dict[str, Any]:
        return result.single_result(outcomes, self.service.scale)


class ManyCollaborators(_Change):
    """The member lists of many projects."""

    @property
    def spec(self) -> arguments.Spec:
        return arguments.collaborators_spec(self.service)

    def _wishes(self, params: Mapping[str, Any]) -> List[Wish]:
        return arguments.wishes_of_many(self.service, params)

    def _report(self, params: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Dict[str, Any]:
        total = result.total_result(outcomes, self.service.scale, params["full_result"])
        return {**total, "invocation": result.invocation(arguments.shown(self.spec, params))}
