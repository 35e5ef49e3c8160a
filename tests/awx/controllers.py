# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fake AWX to be set up, and the three fake services, with what tests ask of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from ansible_collections.rollcall.collaborators.tests.fake_services.server import running
from fake_awx import TOKEN, FakeAwx

from demo import journal

PROJECT_URL = "https://git.example.com/roster.git"
IMAGE = "registry.example.com/rollcall:1"
OPTIONS = (
    *("-e", f"awx_setup_project_url={PROJECT_URL}", "-e", f"awx_setup_image={IMAGE}", "-e", "awx_setup_slices=2"),
    *("-e", '{"awx_setup_notifications": ["Mail to operations"]}'),
)


class Controller(NamedTuple):
    """The fake AWX, and what runs a playbook against it."""

    awx: FakeAwx
    environment: dict[str, str]

    def set_up(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run the playbook awx_setup."""
        command = ["ansible-playbook", "rollcall.collaborators.awx_setup", *options]
        return subprocess.run(
            command, env=self.environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def writes(self) -> list[str]:
        """What was sent since this was last asked, and would have changed something."""
        sent = [f"{one['method']} {one['path']}" for one in self.awx.journal if one["mutating"]]
        self.awx.journal.clear()
        return sent


@contextmanager
def controller(playbook_environment: dict[str, str]) -> Iterator[Controller]:
    # As an administrator has prepared it: somebody is to be told of failed checks.
    awx = FakeAwx({"notification_templates": [{"name": "Mail to operations"}]})
    with running(awx) as [url]:
        yield Controller(awx, {**playbook_environment, "CONTROLLER_HOST": url, "CONTROLLER_OAUTH_TOKEN": TOKEN})


class World(NamedTuple):
    services: list[dict[str, Any]]

    def writes(self) -> list[str]:
        """What was sent since this was last asked, and would have changed something."""
        return [one["path"] for one in journal(self.services) if one["mutating"]]

    def secrets(self) -> set[str]:
        """All that a credential holds but addresses and names."""
        shown = ("user_id", "username")
        return {value for one in self.services for key, value in one["credentials"].items() if key not in shown}
