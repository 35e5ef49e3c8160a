# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three services on loopback, and the commands that are tried."""

from __future__ import annotations

import re
import subprocess
from typing import NamedTuple

import pytest
from ansible_collections.rollcall.collaborators.tests.in_process.playing import COMMANDS
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import serving_sides


@pytest.fixture(scope="session")
def served():
    with serving_sides() as sides:
        yield sides


@pytest.fixture
def sides(served):
    """The three services as they were seeded: name -> Side."""
    for side in served.values():
        side.reset()
    return served


class Tried(NamedTuple):
    """The version of ansible-core, such as (2, 16), and the Python that runs it."""

    version: tuple[int, int]
    python: str


@pytest.fixture(scope="session")
def ansible():
    printed = subprocess.run([COMMANDS / "ansible", "--version"], check=True, capture_output=True, text=True).stdout
    major, minor = re.findall(r"core (\d+)\.(\d+)", printed)[0]
    (python,) = re.findall(r"python version = .*\((/.+)\)", printed)
    return Tried((int(major), int(minor)), python)
