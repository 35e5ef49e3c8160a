# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scripts beside this one share: the checkout, its files, and where they leave what the summary tells."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build"
REPORTS = BUILD / "reports"


def project_files() -> list[str]:
    """The files of the project, uncommitted ones too, relative to ROOT: all that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    # git goes on listing a deleted file until the deletion is staged, and lists one in conflict several times.
    return sorted({name for name in listed.split("\0") if name and (ROOT / name).exists()})


def copy_project(folder: Path) -> None:
    """Make a folder a copy of the project, whose files are new and were written in another order than that of names."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in reversed(project_files()):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target, follow_symlinks=False)


def copy_checkout(folder: Path) -> Path:
    """Make a folder a copy of the project with this .venv; gives its folder of collections, made as by `make setup`."""
    copy_project(folder)
    (folder / ".venv").symlink_to(sys.prefix)
    link = folder / ".build/collections/ansible_collections/rollcall/collaborators"
    link.parent.mkdir(parents=True)
    link.symlink_to(folder)
    return folder / ".build/collections"


def report(step: str, *lines: str) -> None:
    """Leave lines for the summary of `make test`, and print them."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / f"{step}.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    for line in lines:
        print(f"{step}: {line}", flush=True)
