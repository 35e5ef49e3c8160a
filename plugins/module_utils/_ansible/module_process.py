# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host of a job in a process of its own, as Ansible runs every module: the only place that ends a module."""

from __future__ import annotations

import traceback
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible import arguments
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.job import Host, Job
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.result import names_only
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.stop import Stop
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.http import MissingLibrary


class _Module(AnsibleModule):  # type: ignore[misc]
    """Options that are not valid are told by their names: what stands under a misspelt name may be a credential."""

    validation_result: Any = None

    def fail_json(self, msg: str, **kwargs: Any) -> None:
        if self.validation_result is None or self.validation_result.error_messages:
            kwargs.setdefault("invocation", names_only(self.params))
        super().fail_json(msg, **kwargs)


def run_module(job: Job) -> None:
    """The whole run of a module."""
    module = _Module(job.spec, supports_check_mode=True)
    params = module.params
    module.params = arguments.shown(job.spec, params)
    module.no_log_values = arguments.masked(job.spec, params, module.no_log_values)
    # What ends the module is inside, too: a signal must not take the result away.
    with Stop() as stop:
        try:
            result = job.run(params, module.check_mode, Host(stop.pause, module.warn))
        except MissingLibrary:
            module.fail_json(msg=missing_required_lib("requests"), exception=traceback.format_exc())
        (module.fail_json if "failed" in result else module.exit_json)(**result)
