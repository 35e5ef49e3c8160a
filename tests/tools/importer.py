# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs galaxy-importer, which is what Galaxy and Automation Hub do with a tarball that is handed in, on ours.

It wants older packages than .venv has, so it gets a virtual environment of its own. Its checks that other steps make
are switched off. It takes no collection without a repository: as long as galaxy.yml names none, it sees a copy that
does. A warning is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import yaml
from checkout import BUILD, copy_project, report
from interpreters import virtual_environment
from tarball import build

REQUIREMENT = "galaxy-importer==0.4.44"
# The keys are its own.
CONFIGURATION = """\
[galaxy-importer]
CHECK_REQUIRED_TAGS = True
RUN_ANSIBLE_LINT = False
RUN_ANSIBLE_TEST = False
RUN_FLAKE8 = False
"""
STAND_IN = "https://example.com/rollcall.collaborators"
FOLDER = BUILD / "importer"


def name_repository(project: Path) -> str:
    """See that the galaxy.yml of a copy names a repository; what to say about it."""
    path = project / "galaxy.yml"
    text = path.read_text(encoding="utf-8")
    if yaml.safe_load(text).get("repository"):
        return "as it is"
    path.write_text(f"{text}repository: {STAND_IN}\n", encoding="utf-8")
    return "with a repository, which galaxy.yml does not name yet"


def main() -> int:
    commands = virtual_environment(FOLDER / "venv", sys.executable, REQUIREMENT)
    copy_project(FOLDER / "project")
    how = name_repository(FOLDER / "project")
    tarball = build(FOLDER / "project", FOLDER / "dist")
    (FOLDER / "galaxy-importer.cfg").write_text(CONFIGURATION, encoding="utf-8")
    path = os.pathsep.join([str(commands), os.environ["PATH"]])
    done = subprocess.run(
        [str(commands / "python"), "-m", "galaxy_importer.main", str(tarball)],
        cwd=FOLDER,
        env=os.environ
        # The commands that it starts write into HOME.
        | {"GALAXY_IMPORTER_CONFIG": str(FOLDER / "galaxy-importer.cfg"), "HOME": str(FOLDER), "PATH": path},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    problems = [line for line in done.stdout.splitlines() if line.startswith(("WARNING", "ERROR", "CRITICAL"))]
    if done.returncode or problems:
        print(done.stdout)
        return 1
    report("lint", f"galaxy-importer takes {tarball.name} {how}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
