# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One way to run one collaborator, one way to run many: the same path, and the only place that ends a module."""

from __future__ import annotations

import contextlib
import traceback
from typing import Any, Callable, Dict, Iterator, Sequence, Type

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible import arguments, result
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.stop import Stop
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.apply import Outcome, apply, foresee
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import RollcallError
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import Scale, Wish
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.prepare import prepare
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import Service
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.http import MissingLibrary


def run_collaborator(service: Type[Service]) -> None:
    """The whole run of a module for one collaborator on one project."""
    module = AnsibleModule(arguments.collaborator_spec(service), supports_check_mode=True)
    _run(module, service, lambda: [arguments.wish_of_one(service, module.params)], result.single_result)


def run_collaborators(service: Type[Service]) -> None:
    """The whole run of a module for the member lists of many projects."""
    module = AnsibleModule(arguments.collaborators_spec(service), supports_check_mode=True)

    def report(outcomes: Sequence[Outcome], scale: Scale) -> Dict[str, Any]:
        total = result.total_result(outcomes, scale, module.params["full_result"])
        return {**total, "invocation": result.invocation(module.params)}

    _run(module, service, lambda: arguments.wishes_of_many(service, module.params), report)


def _run(
    module: AnsibleModule,
    service_class: Type[Service],
    read_wishes: Callable[[], Sequence[Wish]],
    report: Callable[[Sequence[Outcome], Scale], Dict[str, Any]],
) -> None:
    with reporting_errors(module, service_class) as stop:
        wishes, rules = read_wishes(), arguments.rules_of(module.params)
        workers = module.params.get("concurrency", 1)
        service = service_class.connect(module.params, pause=stop.pause)
        plans = prepare(service, wishes, rules, workers)
        outcomes = foresee(plans) if module.check_mode else apply(service, plans, workers, stop.pause)
        for outcome in outcomes:
            if outcome.warning:
                module.warn(f"{outcome.plan.reference}: {outcome.warning}")
            for step in outcome.plan.steps:
                caveat = service.caveat(step)
                if caveat:
                    module.warn(f"{outcome.plan.reference}: {caveat}")
        failed = result.failure(outcomes)
        (module.fail_json if failed else module.exit_json)(**{**report(outcomes, service.scale), **failed})


@contextlib.contextmanager
def reporting_errors(module: AnsibleModule, service_class: Type[Service]) -> Iterator[Stop]:
    """What is around every run, result included: a signal must not take that away. An error ends it with its own."""
    if not module.params["validate_certs"]:
        module.warn(f"{service_class.title}: the server's certificate is not verified (validate_certs is false).")
    with Stop() as stop:
        try:
            arguments.check_connection(service_class, module.params)
            yield stop
        except MissingLibrary:
            module.fail_json(msg=missing_required_lib("requests"), exception=traceback.format_exc())
        except RollcallError as error:
            module.fail_json(**result.refusal(error))
