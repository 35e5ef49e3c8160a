# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Pythons of this machine that really start, and virtual environments of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

# What the collection supports and its tests are for; ansible-test would try older ones too where it finds them.
SUPPORTED = re.compile(r"python3\.(9|1\d)")


def start(interpreter: str | Path, **variables: str) -> str:
    """The path of the real interpreter, or an empty string when it does not start."""
    command = [str(interpreter), "-c", "import sys; print(sys.executable)"]
    environment = os.environ | variables
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment).stdout.strip()


def find(name: str) -> str:
    """The path of the interpreter that has a name such as python3.12, or an empty string.

    Those that pyenv puts on PATH start only when their version is asked for.
    """
    path = shutil.which(name)
    return start(path, PYENV_VERSION=name.removeprefix("python")) if path else ""


def virtual_environment(folder: Path, python: str, *requirements: str) -> Path:
    """Make a folder a virtual environment with what pip is to install, unless it is one; gives its commands' folder."""
    commands, made_with = folder / "bin", folder / "requirements"
    wanted = "\n".join(requirements)
    if not made_with.exists() or made_with.read_text(encoding="utf-8") != wanted:
        subprocess.run([python, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(commands / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *requirements], check=True)
        made_with.write_text(wanted, encoding="utf-8")
    return commands


def search_path(first: Path, links: Path) -> str:
    """A PATH that begins with a folder, and on which every Python starts.

    One dead shim of a version manager makes ansible-test give up: folders that have one are left out, and `links` is
    filled with links to what starts.
    """
    shutil.rmtree(links, ignore_errors=True)
    links.mkdir(parents=True)
    folders = [str(first), str(links)]
    for folder in os.get_exec_path():
        paths = [path for path in Path(folder).glob("python[23].*") if re.fullmatch(r"python[23]\.\d+", path.name)]
        for path in paths:
            link = links / path.name
            if SUPPORTED.fullmatch(path.name) and not link.is_symlink() and (executable := find(path.name)):
                link.symlink_to(executable)
        if all(map(start, paths)):
            folders.append(folder)
    return os.pathsep.join(folders)
