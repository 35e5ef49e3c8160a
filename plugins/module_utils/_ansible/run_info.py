# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The run of the modules that only read. Apart from run.py, because each task sends and compiles what it imports."""

from __future__ import annotations

from typing import Any, Mapping, Type

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible import arguments
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.result_info import (
    survey_result,
    unreadable_warning,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.run import reporting_errors
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import Service
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.survey import (
    of_account,
    survey,
    with_inherited,
)


def run_collaborator_info(service_class: Type[Service]) -> None:
    """The whole run of a module that only reads."""
    module = AnsibleModule(arguments.collaborator_info_spec(service_class), supports_check_mode=True)
    params = module.params
    with reporting_errors(module, service_class) as stop:
        service = service_class.connect(params, pause=stop.pause)
        account = arguments.account_of(service, params)
        references = None if params["projects"] is None else [text.strip() for text in params["projects"]]
        seen = survey(service, references, params["concurrency"])
        beside: Mapping[str, Any] = {}
        if params.get("inherited"):
            seen, beside = with_inherited(service, seen)
        if account:
            seen = of_account(service, seen, account)
        if seen.unreadable:
            module.warn(unreadable_warning(service.title, list(seen.unreadable)))
        report = survey_result(seen, service.scale, account, emails=bool(params.get("emails")))
        module.exit_json(**report, **beside)
