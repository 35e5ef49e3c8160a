# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task does, whoever hosts it: from the values of its options to a result.

A job has one of two hosts: a process of its own (module_process.py), or Ansible's (plugin_utils/in_process.py).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Callable, Dict, Mapping, Type

from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible import arguments, result
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import RollcallError
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.progress import Progress, silent
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import Service


@dataclass(frozen=True)
class Host:
    """What a job needs of the process that it runs in.

    C(pause) sleeps for some seconds and raises Held where the run has to stop; C(warn) takes a warning for the user.
    """

    pause: Callable[[float], None]
    warn: Callable[[str], None]
    progress: Progress = silent


class Job(ABC):
    """One kind of task on one service."""

    def __init__(self, service: Type[Service]) -> None:
        self.service = service

    @property
    @abstractmethod
    def spec(self) -> arguments.Spec:
        """The options, as Ansible specifies arguments."""

    @abstractmethod
    def _result(self, params: Mapping[str, Any], check_mode: bool, host: Host) -> Dict[str, Any]:
        """The result, with C(failed) where something was not carried out; RollcallError before the first write."""

    def run(self, params: Mapping[str, Any], check_mode: bool, host: Host) -> Dict[str, Any]:
        """The result for options that meet the specification; C(failed) is there where the task failed."""
        if not params["validate_certs"]:
            host.warn(f"{self.service.title}: the server's certificate is not verified (validate_certs is false).")
        try:
            arguments.check_connection(self.service, params)
            return self._result(params, check_mode, host)
        except RollcallError as error:
            return result.refusal(error)
