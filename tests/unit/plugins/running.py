# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module as Ansible does, but in this process: arguments in, result out."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager, redirect_stdout
from unittest import mock

import pytest
from ansible.module_utils import basic

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # ansible-core before 2.19

    @contextmanager
    def patch_module_args(arguments):
        with mock.patch.object(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()):
            yield


def run(module, check_mode=False, **arguments):
    """The result of `module` (the imported file) with these arguments; always with `failed` and `warnings`."""
    printed, warnings = io.StringIO(), []
    # Where warnings go otherwise depends on what else this process has imported.
    warn = mock.patch.object(basic.AnsibleModule, "warn", lambda _self, text: warnings.append(text))
    given = patch_module_args({**arguments, "_ansible_check_mode": check_mode})
    with given, warn, redirect_stdout(printed), pytest.raises(SystemExit) as ended:
        module.main()
    result = json.loads(printed.getvalue())
    assert bool(ended.value.code) == result.get("failed", False)
    return {"failed": False, **result, "warnings": warnings}
