# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows the README's section on the first playbook to the letter, against the fakes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from checkout import ROOT

from demo import fakes

SECTION = re.compile(r"^## The first playbook\n(.*?)^## ", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(yaml|sh)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CHANGED = re.compile(r"changed=(\d+) .*failed=0 ")
# `make fakes` listens on these unless told otherwise; here the ports are whatever is free.
PORTS = ("18080", "18081", "18082")


def follow(folder: Path, environment: Mapping[str, str]) -> str:
    """Write the playbook into the folder and run the commands there; what was seen, in a line."""
    section = SECTION.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert section
    (yaml, playbook), (_sh, exports), (_sh, commands) = BLOCK.findall(section[1])
    assert (yaml, commands.count("ansible-playbook first.yml")) == ("yaml", 3)
    (folder / "first.yml").write_text(playbook, encoding="utf-8")
    with fakes() as services:
        for port, service in zip(PORTS, services):
            assert f"http://127.0.0.1:{port}" in exports
            exports = exports.replace(f":{port}", f":{urlsplit(service['api_url']).port}")
        done = subprocess.run(
            ["bash", "-e", "-c", exports + commands],
            cwd=folder,
            env=dict(environment),
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    changed = [int(number) for number in CHANGED.findall(done.stdout)]
    if done.returncode or changed != [3, 3, 0]:
        sys.exit(f"{done.stdout}\nThe README's first playbook did not plan, change and then change nothing.")
    plan, change, again = changed
    return f"the README's first playbook: {plan} tasks planned, {change} changed, {again} changed again"
