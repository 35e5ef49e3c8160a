# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user sees where the Python that runs the module has no requests."""

from __future__ import annotations

import sys

from ansible_collections.rollcall.collaborators.plugins.modules import hth_project_collaborator
from ansible_collections.rollcall.collaborators.tests.unit.plugins.running import run

ARGUMENTS = {
    "api_url": "https://teamhub.example.org",
    "company_key": "c0ffee",
    "account_key": "decaf",
    "project": "platform",
    "collaborator": "norris",
}


def test_the_message_names_the_library_and_the_interpreter(monkeypatch):
    monkeypatch.setitem(sys.modules, "requests", None)
    result = run(hth_project_collaborator, **ARGUMENTS)

    assert result["failed"]
    assert "required Python library (requests)" in result["msg"] and sys.executable in result["msg"]


def test_bad_input_is_told_first(monkeypatch):
    monkeypatch.setitem(sys.modules, "requests", None)
    result = run(hth_project_collaborator, **ARGUMENTS, retries=-1)

    assert result["error"]["kind"] == "bad_input" and "retries" in result["msg"]
