# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes each result that it is told of to a file, with what the invocation says: a line of JSON each."""

from __future__ import annotations

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: told
type: aggregate
short_description: Writes each result to a file
description: A line of JSON for each result, in the file that the environment variable TOLD names.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "told"

    def v2_runner_on_ok(self, result):
        self._tell(result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._tell(result, failed=True)

    def v2_runner_on_unreachable(self, result):
        self._tell(result)

    def v2_runner_retry(self, result):
        self._tell(result, retry=True)

    def v2_runner_item_on_ok(self, result):
        self._tell(result, item=True)

    def v2_runner_item_on_failed(self, result):
        self._tell(result, item=True, failed=True)

    @staticmethod
    def _tell(result, **others):
        told = getattr(result, "result", None) or result._result
        arguments = told.get("invocation", {}).get("module_args")
        line = {"task": result.task_name, "result": told, "arguments": arguments, **others}
        with open(os.environ["TOLD"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")
