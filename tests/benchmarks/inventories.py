# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventories: a work as the variables that users would write, in JSON or YAML."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from works import Work

SAME_PYTHON = "{{ ansible_playbook_python }}"


@dataclass(frozen=True)
class Inventory:
    """A folder. Its `shape` says what it holds of a work:

    module   group variable `projects`, for the plural module
    role     group variables of the role: people, and projects with people
    hosts    one host for each project, each with a file of its own; in YAML
    """

    shape: str
    work: Work
    format: str = "json"
    interpreter: str = SAME_PYTHON
    """The Python that runs the modules."""

    def write(self, output: Path) -> Path:
        """Its folder, made when it is not there yet."""
        measured = "" if self.interpreter == SAME_PYTHON else "-measured"
        folder = output / f"{self.work.name}-{self.shape}-{self.format}{measured}"
        if folder.exists():
            return folder
        folder.mkdir(parents=True)
        children: dict[str, Any] = {}
        if self.shape == "hosts":
            children["projects"] = {"hosts": dict.fromkeys(self.work.wanted)}
            for entry in self._entries("collaborators"):
                self._write(folder / "host_vars" / entry["project"], {"project_members_hth": [entry]})
        elif self.shape == "role":
            people = {f"person_{name}": {self.work.service: name} for name in self.work.people}
            roster = {
                "project_members_people": people,
                f"project_members_{self.work.service}": self._entries("people", "person_"),
            }
            self._write(folder / "group_vars" / "all", roster)
        else:
            self._write(folder / "group_vars" / "all", {"projects": self._entries("collaborators")})
        connection = {"ansible_connection": "local", "ansible_python_interpreter": self.interpreter}
        everything = {"all": {"hosts": {"localhost": None}, "children": children, "vars": connection}}
        (folder / "hosts.json").write_text(json.dumps(everything), encoding="utf-8")
        return folder

    def _entries(self, key: str, prefix: str = "") -> list[dict[str, Any]]:
        return [
            {"project": project, key: {prefix + name: role for name, role in members.items()}}
            for project, members in self.work.wanted.items()
        ]

    def _write(self, path: Path, variables: dict[str, Any]) -> None:
        path.parent.mkdir(exist_ok=True)
        text = json.dumps(variables) if self.format == "json" else yaml.dump(variables, Dumper=yaml.CSafeDumper)
        path.with_suffix(f".{self.format}").write_text(text, encoding="utf-8")
