# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches all that a run of `make test` left for the credentials of the fake services: search_secrets.py [FOLDER ...]

Without folders: the logs of the steps, reports, what ansible-test and Ansible left. What QuantConnect takes in place of
a token is searched for as of every second of the run. Exit status 1 and a line for each credential that was found.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from checkout import BUILD, REPORTS, report

sys.path.insert(0, str(BUILD / "collections"))
TESTS = "ansible_collections.rollcall.collaborators.tests"
LEFT = (
    REPORTS,
    BUILD / "awx-jobs",
    BUILD / "ansible-home",
)
# In the folder that ansible-test has for each ansible-core.
LEFT_BY_ANSIBLE_TEST = (
    "ansible_collections/rollcall/collaborators/tests/output",
    "home/.ansible/tmp",
    "home/.ansible_async",
)
# The clock of a file system may be coarse.
SLACK = 5


def files(folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def main(*folders: str) -> int:
    """Search and report; the exit status."""
    searching = import_module(f"{TESTS}.reliability.secrets.searching")
    sides = import_module(f"{TESTS}.unit.plugins.module_utils.sides").SIDES
    credentials = searching.credentials_in_worlds(*(side.fake(side.world) for side in sides.values()))
    left_by_ansible_test = [
        folder / name for folder in (BUILD / "ansible-test").glob("*") for name in LEFT_BY_ANSIBLE_TEST
    ]
    searched = [Path(folder) for folder in folders] or [*LEFT, *left_by_ansible_test]
    # The first step of a run writes the oldest file of the first folder, and sends nothing.
    begin = min((path.stat().st_ctime for path in files(searched[:1])), default=time.time())
    searcher = searching.Searcher(credentials, range(int(begin) - SLACK, int(time.time()) + 1))
    left = list(files(searched))
    found = [
        f"FAILED: {path}:{hit.line}: {hit.name}, {hit.form}: {hit.masked}"
        for path in left
        for hit in searcher.find(path.read_text("utf-8", errors="replace"))
    ]
    report("secrets", f"searched {len(left)} files for {len(credentials)} credentials: {len(found)} found", *found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
