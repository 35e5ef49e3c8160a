# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resets a fake service through its control API, in Ansible's own process: C(uri) would be a process for each request.

Takes `url`, the control API, and, if wanted, `world` to seed, `switches` (a dictionary) and `faults` (a list).
"""

from __future__ import annotations

import json

from ansible.module_utils.urls import open_url
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        args = self._task.args
        self._send("POST", "reset")
        if args.get("world"):
            self._send("PUT", "seed", args["world"])
        if args.get("switches"):
            self._send("PATCH", "switches", args["switches"])
        for fault in args.get("faults", []):
            self._send("POST", "faults", fault)
        return {**result, "changed": True}

    def _send(self, method, path, body=None):
        data = None if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json"}
        open_url(f"{self._task.args['url']}/{path}", method=method, data=data, headers=headers, use_proxy=False).close()
