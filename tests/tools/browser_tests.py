# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs tests/browser: browser_tests.py [OPTION of pytest ...]

They need Chromium and npm, which no Python package brings. Where one is missing they are skipped, and the summary says
so; with CI=true that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from checkout import BUILD, REPORTS, ROOT, report

FOLDER = BUILD / "browser"
# The rules for accessibility that the tests apply.
AXE_VERSION = "4.14.1"
AXE = FOLDER / "node_modules/axe-core/axe.min.js"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """The path of the browser, empty when there is none."""
    return next((path for path in map(shutil.which, CHROMIUM) if path), "")


def missing() -> str:
    """Why the tests cannot be run here, and what to do about it; empty when they can."""
    if not chromium():
        return "Chromium is not installed (Debian: apt-get install chromium)"
    if not shutil.which("npm"):
        return "npm, which brings the rules for accessibility, is not installed (Debian: apt-get install npm)"
    command = [
        "npm",
        "install",
        "--prefix",
        str(FOLDER),
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]
    FOLDER.mkdir(parents=True, exist_ok=True)
    installed = subprocess.run(
        [*command, f"axe-core@{AXE_VERSION}"], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if installed.returncode or not AXE.exists():
        return f"npm cannot install axe-core {AXE_VERSION}: {' '.join(installed.stdout.split())[:300]}"
    return ""


def main(*options: str) -> int:
    """Run the tests and report; the exit status."""
    if reason := missing():
        is_failure = os.environ.get("CI") == "true"
        report("browser", f"{'FAILED' if is_failure else 'skipped'}: {reason}")
        return int(is_failure)
    command = [sys.executable, "-m", "pytest", "tests/browser", f"--junit-xml={REPORTS / 'browser.xml'}", *options]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    version = subprocess.run([chromium(), "--version"], check=False, capture_output=True, text=True).stdout.strip()
    report("browser", f"{version}, axe-core {AXE_VERSION}", *(["FAILED, see above"] if status else []))
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
