# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the tarball of the collection into .build/dist; the same commit gives the same bytes.

ansible-galaxy writes into it when it was built, when each file was written, and the files in the order of the disk.
Here the one time is SOURCE_DATE_EPOCH, or that of the newest commit, and the order is that of the names. Needs
ansible-galaxy beside this Python, and nothing else that is not Python's own.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from operator import itemgetter
from pathlib import Path
from typing import Any

from checkout import BUILD, ROOT

DIST = BUILD / "dist"
MANIFEST = "MANIFEST.json"
FILES = "FILES.json"


def build_time() -> int:
    """Seconds since 1970: SOURCE_DATE_EPOCH, or the time of the newest commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        given = subprocess.run(
            ["git", "log", "--max-count=1", "--format=%ct"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        ).stdout.strip()
    if not given.isdecimal():
        sys.exit(f"SOURCE_DATE_EPOCH is {given!r}, but has to be the seconds since 1970, such as 1790000000")
    return int(given)


def to_json(content: Any) -> bytes:
    """As ansible-galaxy writes it."""
    return json.dumps(content, indent=True).encode()


def normalise(tarball: Path, time: int) -> None:
    """Write a tarball of ansible-galaxy anew, with its files in the order of their names, and one time."""
    with tarfile.open(tarball) as archive:
        members = {member.name: member for member in archive}
        contents = {name: file.read() for name in members if (file := archive.extractfile(members[name]))}

    files = json.loads(contents[FILES])
    files["files"].sort(key=itemgetter("name"))
    contents[FILES] = to_json(files)
    manifest = json.loads(contents[MANIFEST])
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(contents[FILES]).hexdigest()
    contents[MANIFEST] = to_json(manifest)

    with gzip.GzipFile(tarball, "wb", mtime=time) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        # The two come first, as ansible-galaxy has them: whoever looks for them need not read the rest.
        for name in [MANIFEST, FILES, *sorted(members.keys() - {MANIFEST, FILES})]:
            member = members[name]
            content = contents[name] if member.isfile() else b""
            member.mtime, member.size = time, len(content)
            # The time once more, in parts of a second.
            member.pax_headers = {}
            archive.addfile(member, io.BytesIO(content))


def build(project: Path, folder: Path) -> Path:
    """Build the tarball of the project in one folder, alone into another one; its path."""
    shutil.rmtree(folder, ignore_errors=True)
    galaxy = Path(sys.executable).with_name("ansible-galaxy")
    command = [str(galaxy), "collection", "build", "--output-path", str(folder)]
    result = subprocess.run(command, cwd=project, check=False, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{result.stdout}{result.stderr}")
    tarball = next(folder.iterdir())
    normalise(tarball, build_time())
    return tarball


if __name__ == "__main__":
    built = build(ROOT, DIST)
    print(f"{hashlib.sha256(built.read_bytes()).hexdigest()}  {built.relative_to(ROOT)}")
