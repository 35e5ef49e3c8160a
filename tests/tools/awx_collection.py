# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings the collection awx.awx out of the Python package ansible, 54 MB that have it among a hundred others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from checkout import BUILD

PACKAGE = "ansible==12.3.0"
# The version of the collection that this package has.
VERSION = "24.6.1"
COLLECTIONS = BUILD / "awx-collection" / VERSION
PREFIX = "ansible_collections/awx/awx/"


def bring() -> Path:
    """A folder for ANSIBLE_COLLECTIONS_PATH with awx.awx in it; CalledProcessError when it cannot be downloaded."""
    if not COLLECTIONS.exists():
        COLLECTIONS.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=COLLECTIONS.parent) as folder:
            # Unpacked only, it may be one that this Python could not install.
            wanted = [PACKAGE, "--no-deps", "--only-binary=:all:", "--python-version=3.12", f"--dest={folder}"]
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, *wanted], check=True)
            with ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
                unpacked = Path(folder) / "unpacked"
                wheel.extractall(unpacked, [name for name in wheel.namelist() if name.startswith(PREFIX)])
            unpacked.rename(COLLECTIONS)
    return COLLECTIONS
