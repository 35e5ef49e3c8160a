# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The run of the modules that only read. Apart from run.py, because each module sends and compiles what it imports."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible import arguments
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.job import Host, Job
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.result_info import (
    survey_result,
    unreadable_warning,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.survey import (
    of_account,
    survey,
    with_inherited,
)


class CollaboratorInfo(Job):
    """Who is on one, some or all projects."""

    @property
    def spec(self) -> arguments.Spec:
        return arguments.collaborator_info_spec(self.service)

    def _result(self, params: Mapping[str, Any], check_mode: bool, host: Host) -> Dict[str, Any]:
        service = self.service.connect(params, pause=host.pause)
        account = arguments.account_of(service, params)
        references = None if params["projects"] is None else [text.strip() for text in params["projects"]]
        seen = survey(service, references, params["concurrency"], host.progress)
        beside: Mapping[str, Any] = {}
        if params.get("inherited"):
            seen, beside = with_inherited(service, seen)
        if account:
            seen = of_account(service, seen, account)
        if seen.unreadable:
            host.warn(unreadable_warning(service.title, list(seen.unreadable)))
        return {**survey_result(seen, service.scale, account, emails=bool(params.get("emails"))), **beside}
