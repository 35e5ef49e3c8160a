# Copyright: (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fake AWX that the playbook awx_setup has set up, with the project of the guide, and the fake services for its jobs.

All of it is made once: what one test of the setup changes would be found by the next one, and jobs get services that
are as they were seeded.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request

import awx_collection
import pytest
from ansible_collections.rollcall.collaborators.tests.fake_services.server import running
from checkout import BUILD, ROOT
from fake_awx import TOKEN, FakeAwx
from jobs import Launcher

from demo import LOOPBACK, VARIABLES, environment, fakes

JOBS = BUILD / "awx-jobs"
PROJECT_URL = "https://git.example.com/roster.git"
IMAGE = "registry.example.com/rollcall:1"
OPTIONS = (
    *("-e", f"awx_setup_project_url={PROJECT_URL}", "-e", f"awx_setup_image={IMAGE}", "-e", "awx_setup_slices=2"),
    *("-e", '{"awx_setup_notifications": ["Mail to operations"]}'),
)
FILE = re.compile(r"^\.\. code-block:: yaml\n   :caption: (?P<name>\S+)\n\n(?P<text>(?:(?:   .*)?\n)+)", re.MULTILINE)


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


@pytest.fixture(scope="session")
def services():
    with fakes() as described:
        yield described


@pytest.fixture(scope="session")
def playbook_environment(services, tmp_path_factory) -> dict[str, str]:
    """Where playbooks run: both collections, the credentials, and nothing of the caller's configuration."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "ansible.cfg").touch()
    found = environment(services)
    paths = [found["ANSIBLE_COLLECTIONS_PATH"], str(awx_collection.bring())]
    told = {"ANSIBLE_CONFIG": f"{folder}/ansible.cfg", "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(paths)}
    return {**found, **told, "ANSIBLE_FORCE_COLOR": "false", "ANSIBLE_LOCALHOST_WARNING": "false"}


@pytest.fixture(scope="session")
def fresh(playbook_environment):
    """An AWX in which nothing was set up."""
    with controller(playbook_environment) as made:
        yield made


@pytest.fixture(scope="session")
def ready(playbook_environment):
    """An AWX that was set up, and what the playbook printed."""
    with controller(playbook_environment) as made:
        done = made.set_up(*OPTIONS)
        assert done.returncode == 0, done.stdout
        made.awx.journal.clear()
        yield made, done.stdout


@contextmanager
def controller(playbook_environment: dict[str, str]) -> Iterator[Controller]:
    # As an administrator has prepared it: somebody is to be told of failed checks.
    awx = FakeAwx({"notification_templates": [{"name": "Mail to operations"}]})
    with running(awx) as [url]:
        yield Controller(awx, {**playbook_environment, "CONTROLLER_HOST": url, "CONTROLLER_OAUTH_TOKEN": TOKEN})


@pytest.fixture(scope="session")
def guide() -> dict[str, str]:
    """The files of the guide: name -> text."""
    text = (ROOT / "docs/docsite/rst/guide_awx.rst").read_text(encoding="utf-8")
    return {found["name"]: textwrap.dedent(found["text"]) for found in FILE.finditer(text)}


@pytest.fixture(scope="session")
def project(guide, tmp_path_factory) -> Path:
    """The repository of the guide."""
    folder = tmp_path_factory.mktemp("project")
    for name, text in guide.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def launcher(ready, project, playbook_environment, services) -> Launcher:
    """Jobs know nothing of the credentials but what AWX injects."""
    shutil.rmtree(JOBS, ignore_errors=True)
    JOBS.mkdir(parents=True)
    known = {variable for variables in VARIABLES.values() for variable in variables.values()}
    told = {name: value for name, value in playbook_environment.items() if name not in known}
    return Launcher(ready[0].awx, JOBS, project, told)


@pytest.fixture
def world(services):
    """The services as they were seeded: name -> what a test asks of it."""
    for service in services:
        LOOPBACK.open(Request(f"{service['control_url']}/reset", method="POST")).close()
    return World(services)


class World(NamedTuple):
    services: list[dict[str, Any]]

    def writes(self) -> list[str]:
        """What was sent since this was last asked, and would have changed something."""
        found = []
        for service in self.services:
            url = f"{service['control_url']}/journal"
            with LOOPBACK.open(url) as answer:
                found += [one["path"] for one in json.load(answer)["requests"] if one["mutating"]]
            LOOPBACK.open(Request(url, method="DELETE")).close()
        return found

    def secrets(self) -> set[str]:
        """All that a credential holds but addresses and names."""
        shown = ("user_id", "username")
        return {value for one in self.services for key, value in one["credentials"].items() if key not in shown}
