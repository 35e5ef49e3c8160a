# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fake AWX that the playbook awx_setup has set up, with the project of the guide, and the fake services for its jobs.

All of it is made once: what one test of the setup changes would be found by the next one, and jobs get services that
are as they were seeded.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.request import Request

import awx_collection
import pytest
from checkout import BUILD
from controllers import OPTIONS, World, controller
from jobs import Launcher
from pages import blocks

from demo import LOOPBACK, VARIABLES, environment, fakes

JOBS = BUILD / "awx-jobs"


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


@pytest.fixture(scope="session")
def guide() -> dict[str, str]:
    """The files of the guide: name -> text."""
    return {block.file: block.text for block in blocks("docs/docsite/rst/guide_awx.rst") if block.file}


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
