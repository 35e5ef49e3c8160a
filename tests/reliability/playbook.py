# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real runs of ansible-playbook, each in a folder of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

COLLECTIONS = Path(__file__).resolve().parents[2] / ".build/collections"
FOREIGN = re.compile(r"ANSIBLE_|QUANTCONNECT_|QC_|HTH_|QFIELDCLOUD_")
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}


def credentials_for_all(sides: dict[str, Any]) -> dict[str, Any]:
    """module_defaults of a play for the services as they run."""
    return {
        f"group/rollcall.collaborators.{name}": {"api_url": side.url, **side.credentials("")}
        for name, side in sides.items()
    }


def surroundings(left: Path, collections: Path = COLLECTIONS) -> dict[str, str]:
    """The environment of a run that knows nothing of the caller's and leaves what it leaves in a folder."""
    own = {
        "ANSIBLE_HOME": str(left / "home"),
        "ANSIBLE_REMOTE_TEMP": str(left / "remote"),
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "TMPDIR": str(left),
        "ANSIBLE_NOCOLOR": "true",
        "NO_PROXY": "127.0.0.1",
    }
    return {key: value for key, value in os.environ.items() if not FOREIGN.match(key)} | own


def ansible_playbook(
    folder: Path,
    plays: list[dict[str, Any]],
    *options: str,
    hosts: dict[str, dict[str, Any]] | None = None,
    collections: Path = COLLECTIONS,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run the plays on `hosts` (name -> variables), all of them this machine.

    What the run is given is in `folder`, what it leaves in `folder`/left.
    """
    left = folder / "left"
    left.mkdir(parents=True)
    inventory = {"all": {"hosts": hosts or {"localhost": {}}, "vars": LOCAL}}
    for name, content in (("play.yml", plays), ("hosts.yml", inventory)):
        (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return subprocess.run(
        [str(Path(sys.executable).with_name("ansible-playbook")), "--inventory", "hosts.yml", "play.yml", *options],
        cwd=folder,
        env=surroundings(left, collections) | environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
