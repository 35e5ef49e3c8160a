# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that the checkout is ready to be published under a tag: release.py TAG

Exit status 1 and a line for each reason why it is not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import yaml
from checkout import ROOT


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def reasons(tag: str) -> Iterator[str]:
    """Why the checkout cannot be published under the tag."""
    galaxy = load("galaxy.yml")
    if tag != galaxy["version"]:
        yield f"the tag is {tag}, the version in galaxy.yml {galaxy['version']}"
    if not galaxy.get("repository"):
        yield "galaxy.yml has no repository, without which Galaxy takes no collection"

    releases = load("changelogs/changelog.yaml")["releases"]
    if tag not in releases:
        yield f"changelogs/changelog.yaml has no release {tag}: run antsibull-changelog release"
    told = {name for release in releases.values() for name in release.get("fragments", [])}
    fragments = {path.name for path in (ROOT / "changelogs/fragments").iterdir()}
    if untold := fragments - told:
        yield f"no release tells what is in changelogs/fragments: {' '.join(sorted(untold))}"


def main(tag: str) -> int:
    """Print the reasons; the exit status."""
    found = list(reasons(tag))
    print(*found or [f"{tag} can be published"], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
