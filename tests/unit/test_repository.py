# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to agree between files of the checkout that no tool compares."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.version import VERSION

ROOT = Path(__file__).resolve().parents[2]

# Folders that git ignores: what is in them is not of the project.
NOT_OURS = {".ansible", ".build", ".git", ".hypothesis", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".venv"}
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


def test_version_is_that_of_the_plugins_and_of_the_newest_release():
    releases = load("changelogs/changelog.yaml")["releases"]
    newest = max(releases, key=lambda version: [int(part) for part in version.split(".")])
    assert load("galaxy.yml")["version"] == VERSION == newest


def test_addresses_in_galaxy_yml_are_complete_or_the_linter_is_told_why_there_is_none():
    galaxy = load("galaxy.yml")
    addresses = [galaxy[key] for key in ("repository", "issues", "documentation", "homepage") if key in galaxy]
    told = "galaxy[no-repository]" in load(".ansible-lint").get("skip_list", [])

    assert len(addresses) == (0 if told else 4)
    assert [address for address in addresses if not re.match(r"https://(?!example\.)\w", address)] == []


def test_a_release_needs_its_tag_its_changelog_and_a_repository():
    command = [sys.executable, str(ROOT / "tests/tools/release.py"), "99.0.0"]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    reasons = done.stdout.splitlines()

    assert done.returncode == 1
    assert f"the tag is 99.0.0, the version in galaxy.yml {VERSION}" in reasons
    assert "changelogs/changelog.yaml has no release 99.0.0: run antsibull-changelog release" in reasons
    assert any("repository" in reason for reason in reasons) == ("repository" not in load("galaxy.yml"))


def test_targets_of_the_makefile_are_told_and_those_that_are_told_exist():
    """In CONTRIBUTING.md, in the workflows, and in what they say of each other."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    steps = set(re.findall(r"^STEPS := (.*)$", makefile, re.MULTILINE)[0].split())
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    files = [contributing, *(path.read_text(encoding="utf-8") for path in (ROOT / ".github/workflows").glob("*.yml"))]

    assert steps <= targets
    assert set(re.findall(r"^\| `([a-z-]+)` \|", contributing, re.MULTILINE)) == steps
    told = re.compile(r"(?:^|`|run: )make ([a-z-]+)", re.MULTILINE)
    assert {name for text in files for name in told.findall(text)} <= targets


def test_versions_of_ansible_core_are_the_same_everywhere():
    cores = re.findall(r'^    "(2\.\d+)": \(', (ROOT / "tests/tools/matrix.py").read_text(), re.MULTILINE)

    assert load(".github/workflows/matrix.yml")["jobs"]["matrix"]["strategy"]["matrix"]["core"] == cores
    assert load("meta/runtime.yml")["requires_ansible"] == f">={cores[0]}.0"
    assert f"ansible-core {cores[0]} and newer" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"ansible-core=={cores[-1]}.*" in (ROOT / ".github/workflows/release.yml").read_text()
    assert f"\nCORES := {' '.join(cores)}\n" in (ROOT / "Makefile").read_text()


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


def test_no_sanity_test_is_ignored():
    """Each kind of exception that the community accepts needs a reason; so far none was needed."""
    assert list((ROOT / "tests").glob("sanity/ignore-*")) == []
