# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes one playbook that runs all documented examples: make_playbook.py COLLECTION_FOLDER FOLDER

A page is the EXAMPLES of one plugin, as ansible-doc knows them, or YAML of the role's README; it holds tasks or plays.
Each page is run in check mode, then for real, then again; what is asserted after each of them is in after_check.yml,
after_run.yml and after_again.yml beside this file.

Written into FOLDER: playbook.yml, which takes the variable `services` (what each fake service says when it starts), and
inventory.yml, the one of the role's README.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

COLLECTION = "rollcall.collaborators"
HERE = Path(__file__).parent
JOURNAL = """{{ query('ansible.builtin.url', *urls, split_lines=false)
| map('from_json') | map(attribute='requests') | flatten }}"""
URLS = "{{ services | map(attribute='control_url') | map('regex_replace', '$', '/journal') }}"
# The modules that change something.
WRITING = re.compile(r"rollcall[.]collaborators[.]\w+_collaborators?")
YAML_BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)

Play = dict[str, Any]
Page = tuple[str, list[Play]]


def plugin_pages() -> Iterator[Page]:
    command = ["ansible-doc", "--metadata-dump", "--no-fail-on-errors", COLLECTION]
    known = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["all"]
    for kind in ("module", "filter"):
        for name, plugin in known[kind].items():
            yield name, as_plays(name, yaml.safe_load(plugin["examples"]))


def role_pages(readme: Path, inventory: Path) -> Iterator[Page]:
    """The README of the role has a play, people, their lists, an inventory for the same people, a play for that."""
    (play,), people, lists, hosts, (gathering,) = yaml_blocks(readme)
    yield "The role with a roster", [{**play, "vars": {**people, **lists}}]
    inventory.write_text(json.dumps(hosts), encoding="utf-8")
    yield "The role with projects as hosts", [{**play, "hosts": "all", "vars": people}]
    yield "The role with projects as hosts, gathered", [{**gathering, "vars": people}]


def yaml_blocks(path: Path) -> list[Any]:
    return [yaml.safe_load(block) for block in YAML_BLOCK.findall(path.read_text(encoding="utf-8"))]


def as_plays(title: str, page: Any) -> list[Play]:
    if not page or not isinstance(page, list):
        raise SystemExit(f"{title}: neither tasks nor plays")
    if all("hosts" in item for item in page):
        return page
    return [{"hosts": "localhost", "gather_facts": False, "tasks": page}]


def failing_on_change(task: dict[str, Any]) -> dict[str, Any]:
    name = task.get("register", "again")
    return {**task, "register": name, "failed_when": f"{name} is failed or {name} is changed"}


def walk(title: str, plays: list[Play]) -> Iterator[Play]:
    for play in plays:
        yield {**play, "name": f"{title}: check mode", "check_mode": True}
    yield after("check", title)
    for play in plays:
        yield {**play, "name": f"{title}: the run"}
    yield after("run", title, can_change=can_change(plays))
    for play in plays:
        tasks = [failing_on_change(task) for task in play.get("tasks", [])]
        yield {**play, "name": f"{title}: again", "tasks": tasks}
    yield after("again", title)


def can_change(plays: list[Play]) -> bool:
    tasks = [task for play in plays for task in play.get("tasks", [])]
    return not tasks or any(WRITING.fullmatch(key) for task in tasks for key in task)


def after(moment: str, title: str, **variables: bool) -> Play:
    task = {"name": "Look at the services", "ansible.builtin.import_tasks": str(HERE / f"after_{moment}.yml")}
    where = {"name": f"{title}: after it", "hosts": "localhost", "gather_facts": False}
    return {**where, "vars": {"journal": JOURNAL, "urls": URLS, **variables}, "tasks": [task]}


def main(collection: str, folder: str) -> None:
    source, target = Path(collection), Path(folder)
    pages = [
        *plugin_pages(),
        *role_pages(source / "roles/project_members/README.md", target / "inventory.yml"),
    ]
    playbook = [play for title, plays in pages for play in walk(title, plays)]
    (target / "playbook.yml").write_text(json.dumps(playbook, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
