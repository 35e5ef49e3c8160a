# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host of a job in Ansible's own process, for C(plugins/action) only.

A module costs half a second before its first line runs: it is bundled, its options with their credentials are written
to a file, a Python is started. On the machine that runs Ansible, as its own user and with its own Python, none of that
makes a difference to the result: the job runs in the worker process that Ansible has for the task anyway.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from datetime import date
from typing import Any, ClassVar, Dict, Mapping, Optional

from ansible import constants
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.utils.display import Display
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible import arguments
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.job import Host, Job
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.progress import ProgressLine
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.result import names_only
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.stop import Stop

# Loaded here, Ansible has them before it forks a worker for each task; each worker would load them again otherwise.
try:
    import concurrent.futures.thread  # noqa: F401, pylint: disable=unused-import

    from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.whole_answer import adapter_class

    adapter_class()
    HAS_REQUESTS = True
except ImportError:
    HAS_REQUESTS = False

DISPLAY = Display()
UNWRITABLE = "An option holds what JSON cannot hold, such as a date as a key: write it in quotes."
INJECT_INVOCATION = constants.config.get_configuration_definition("INJECT_INVOCATION")


class InProcess(NormalAction):  # type: ignore[misc]
    """Runs C(job) here where that is the same, else as the module of the task's name."""

    job: ClassVar[Job]

    def run(self, tmp: Optional[str] = None, task_vars: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        elsewhere = self._why_not_here(task_vars or {})
        if elsewhere:
            DISPLAY.vvv(f"{self._task.action} runs as a module: {elsewhere}")
            ran: Dict[str, Any] = super().run(tmp, task_vars)
            return ran
        result: Dict[str, Any] = ActionBase.run(self, tmp, task_vars)
        # What was there before, all variables among it, is not searched for garbage meanwhile.
        gc.freeze()
        try:
            result.update(self._run_here())
        finally:
            gc.unfreeze()
        # From ansible-core 2.21 on it is asked for.
        if INJECT_INVOCATION and not constants.config.get_config_value("INJECT_INVOCATION", variables=task_vars or {}):
            del result["invocation"]
        return result

    def _why_not_here(self, task_vars: Mapping[str, Any]) -> str:
        """Why the task has to run as a module, in a process of its own; empty where it need not."""
        where = task_vars
        if self._task.delegate_to:
            where = task_vars.get("ansible_delegated_vars", {}).get(self._task.delegate_to, {})
        python = self._templated(constants.config.get_config_value("INTERPRETER_PYTHON", variables=where), where)
        if self._connection.transport != "local":
            return f"the connection is {self._connection.transport}, not local"
        if self._connection.become is not None:
            return "it becomes another user"
        if self._task.async_val:
            return "it is asynchronous"
        if any(self._task.environment or ()):
            return "it has an environment of its own"
        if python and not python.startswith("auto") and python != sys.executable:
            # As text: the python of a virtual environment is a link to another one, which has other packages.
            return f"its Python is {python}, that of Ansible {sys.executable}"
        if not HAS_REQUESTS:
            return "the Python of Ansible has no requests"
        if not boolean(self._templated(task_vars.get("rollcall_in_process", True), task_vars), strict=False):
            return "rollcall_in_process is false"
        return ""

    def _templated(self, value: Any, variables: Mapping[str, Any]) -> Any:
        return self._templar.copy_with_new_env(available_variables=variables).template(value)

    def _run_here(self) -> Dict[str, Any]:
        try:
            given = _plain(self._task.args)
        except TypeError:
            return {"failed": True, "msg": UNWRITABLE, "invocation": names_only(self._task.args)}
        # Ansible sends the options back beside the result: plain text takes a quarter of the time of its own kinds.
        lists = {name: value for name, value in given.items() if isinstance(value, list)}
        self._task.args = {**self._task.args, **lists}
        valid = ArgumentSpecValidator(self.job.spec).validate(given)
        secrets = valid._no_log_values  # pylint: disable=protected-access
        if valid.error_messages:
            refused = {
                "failed": True,
                "msg": self._invalid(valid),
                "invocation": names_only(valid.validated_parameters),
            }
            masked: Dict[str, Any] = remove_values(refused, secrets)
            return masked
        params = valid.validated_parameters
        warnings: list[str] = []
        progress = ProgressLine(self.job.service.key, lambda line: DISPLAY.display(line, stderr=True))
        with Stop(progress.tick) as stop:
            result = self.job.run(params, self._task.check_mode, Host(stop.pause, warnings.append, progress))
        if stop.signal and not stop.timed_out:
            # Ansible is ending and reads no more results: this process would wait for ever to be rid of a long one.
            os.kill(os.getpid(), stop.signal)
        if stop.timed_out and result.get("failed"):
            result["timedout"] = {"period": self._task.timeout}
        result.setdefault("invocation", {"module_args": arguments.shown(self.job.spec, params)})
        if warnings:
            result["warnings"] = warnings
        done: Dict[str, Any] = remove_values(result, arguments.masked(self.job.spec, params, secrets))
        return done

    def _invalid(self, valid: Any) -> str:
        """What a module says of options that are not valid."""
        message: str = valid.errors.msg
        if isinstance(valid.errors[0], UnsupportedError):
            return f"Unsupported parameters for ({self._task.action}) module: {message}"
        return message


def _plain(args: Any) -> Dict[str, Any]:
    """The options as a module gets them, through JSON: without tags and with text for what was encrypted."""
    plain: Dict[str, Any] = json.loads(json.dumps(args, default=_as_text))
    return plain


def _as_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if isinstance(value, date) else str(value)
