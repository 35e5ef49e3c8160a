# Copyright: (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to agree between files of the checkout that no tool compares."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.version import VERSION

ROOT = Path(__file__).resolve().parents[2]

# Folders that git ignores: what is in them is not of the project.
NOT_OURS = {".ansible", ".build", ".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv"}
NOT_OURS |= {"__pycache__", "output"}

# Places of one machine, and files beside the checkout that nobody else has.
FOREIGN = re.compile(r"[/](?:root|work|home/\w+)[/]|[.]pyenv|(?:^|[\s\"'`(\[])(?:[.][.]/)?shared[/]", re.MULTILINE)


def load(name):
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def project_files(folder=ROOT):
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            if path.name not in NOT_OURS:
                yield from project_files(path)
        elif path.is_file() and path.name not in NOT_OURS and path.suffix != ".pyc":
            yield path


def test_version_is_that_of_the_collection():
    assert load("galaxy.yml")["version"] == VERSION


def test_action_groups_list_the_modules_that_exist():
    groups = load("meta/runtime.yml")["action_groups"]
    modules = sorted(path.stem for path in (ROOT / "plugins/modules").glob("[a-z]*.py"))

    everything = groups.pop("all")
    assert everything == [{"metadata": {"extend_group": list(groups)}}]
    assert groups == {service: [name for name in modules if name.startswith(f"{service}_")] for service in groups}
    assert sorted(sum(groups.values(), [])) == modules


def test_no_part_of_a_fragment_has_the_name_of_another_fragment():
    """Ansible would take the file info.py for what is asked for as attributes.info."""
    files = list((ROOT / "plugins/doc_fragments").glob("*.py"))
    parts = {part.lower() for path in files for part in re.findall(r"^    (\w+) = r", path.read_text(), re.MULTILINE)}

    assert {"documentation", "qc", "reading"} <= parts
    assert parts.isdisjoint(path.stem for path in files)


def test_no_file_speaks_of_the_place_it_was_written_in():
    texts = {path.relative_to(ROOT): path.read_text(encoding="utf-8", errors="replace") for path in project_files()}
    found = {str(name): FOREIGN.findall(text) for name, text in texts.items() if FOREIGN.search(text)}

    assert Path("galaxy.yml") in texts
    assert found == {}
