# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the tarball from the checkout, looks for leftovers in it, and tries it where only its own requirements are.

It is built a second time, from a copy of the project: the bytes have to be the same.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import yaml
from checkout import BUILD, ROOT, copy_project, project_files, report
from interpreters import virtual_environment
from tarball import DIST, build

import demo

COLLECTION = "rollcall.collaborators"
AGAIN = BUILD / "built-again"
EMPTY = BUILD / "installed"
VENV = EMPTY / "venv/bin"
COLLECTIONS = EMPTY / "collections"
# What a user gets from the tarball: all of it, and nothing else. Of the tests only what tells the sanity tests of
# Automation Hub which Pythons are supported.
CONTENT = (
    "CHANGELOG.rst",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "LICENSES/",
    "README.md",
    "REUSE.toml",
    "SECURITY.md",
    "changelogs/",
    "docs/",
    "meta/",
    "playbooks/",
    "plugins/",
    "requirements.txt",
    "roles/",
    "tests/config.yml",
)
MADE_BY_BUILD = {"MANIFEST.json", "FILES.json"}


def environment() -> dict[str, str]:
    """That of the caller, in which the empty environment comes first."""
    caller = demo.undisturbed()
    return caller | {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "PATH": f"{VENV}:{caller['PATH']}"}


def run(command: Path, *arguments: str, folder: Path = EMPTY, variables: Mapping[str, str] | None = None) -> str:
    """What a command prints; its errors go to the terminal, and an exit status ends the check."""
    try:
        return subprocess.run(
            [str(command), *arguments],
            cwd=folder,
            env={**(variables or {}), **environment()},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.stdout}\n{error}")


def check_files(tarball: Path) -> int:
    """Compare the files of the tarball with those of the project; their number."""
    with tarfile.open(tarball) as archive:
        packed = {member.name for member in archive if not member.isdir()} - MADE_BY_BUILD
    wanted = {name for name in project_files() if name.startswith(CONTENT)}
    if leftovers := packed - wanted:
        sys.exit(f"Leftovers in the tarball, to be named in build_ignore: {' '.join(sorted(leftovers))}")
    if missing := wanted - packed:
        sys.exit(f"Missing in the tarball: {' '.join(sorted(missing))}")
    return len(packed)


def check_bytes(tarball: Path) -> str:
    """Compare the tarball with one that is built elsewhere, from files of another time; its checksum."""
    copy_project(AGAIN / "project")
    again = build(AGAIN / "project", AGAIN / "dist")
    if again.read_bytes() != tarball.read_bytes():
        sys.exit(f"Not the same bytes when built again: {tarball} and {again}")
    return hashlib.sha256(tarball.read_bytes()).hexdigest()


def install(tarball: Path) -> None:
    """Install the tarball beside ansible-core and its own requirements, and nothing else."""
    shutil.rmtree(EMPTY, ignore_errors=True)
    EMPTY.mkdir(parents=True)
    core = f"ansible-core=={version('ansible-core')}"
    virtual_environment(VENV.parent, sys.executable, core, "--requirement", str(ROOT / "requirements.txt"))
    run(VENV / "ansible-galaxy", "collection", "install", str(tarball), "--collections-path", str(COLLECTIONS))
    run(VENV / "ansible-galaxy", "collection", "verify", "--offline", COLLECTION)


def check_content(kind: str, names: set[str]) -> int:
    """Compare what ansible-doc finds in the installed collection with the names; their number."""
    found = set(json.loads(run(VENV / "ansible-doc", "--type", kind, "--list", "--json", COLLECTION)))
    wanted = {f"{COLLECTION}.{name}" for name in names}
    if found != wanted:
        sys.exit(f"ansible-doc lists the {kind}s {sorted(found)}, the project has {sorted(wanted)}")
    if wanted:
        run(VENV / "ansible-doc", "--type", kind, "--json", *sorted(wanted))
    return len(wanted)


def check_execution_environment() -> None:
    """See that the tool that builds images for AWX finds the requirements."""
    builder = Path(sys.executable).with_name("ansible-builder")
    lines = yaml.safe_load(run(builder, "introspect", str(COLLECTIONS)))["python"]
    found = [line.partition("  #")[0] for line in lines]
    wanted = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if found != wanted:
        sys.exit(f"ansible-builder introspect finds {found}, requirements.txt has {wanted}")


def check_run() -> str:
    """Run a playbook of the collection, with the role, the modules and the filters that it needs; what it wrote."""
    with demo.fakes() as services:
        playbook = f"{COLLECTION}.access_report"
        folder = f"--extra-vars=project_access_report_folder={EMPTY}"
        run(VENV / "ansible-playbook", playbook, folder, variables=demo.environment(services))
    written = json.loads((EMPTY / "access_report.json").read_text(encoding="utf-8"))
    return f"an access report of {len(written['projects'])} projects"


def main() -> None:
    """Build, check and report."""
    # In the checkout itself, beside all that work has left there.
    tarball = build(ROOT, DIST)
    files = check_files(tarball)
    checksum = check_bytes(tarball)
    install(tarball)
    modules = check_content("module", {path.stem for path in (ROOT / "plugins/modules").glob("*.py")})
    filters = check_content("filter", {path.stem for path in (ROOT / "plugins/filter").glob("*.py")})
    roles = check_content("role", {path.name for path in (ROOT / "roles").glob("*/")})
    check_execution_environment()
    report(
        "build",
        f"{tarball.name}: {files} files, no leftovers; installed: {modules} modules, {filters} filters, {roles} roles",
        f"the same bytes when built again elsewhere, SHA-256 {checksum}",
        f"beside ansible-core and requests only it makes {check_run()}",
    )


if __name__ == "__main__":
    main()
