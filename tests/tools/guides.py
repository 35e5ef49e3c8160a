# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows the pages of the project from top to bottom, as a reader would: guides.py [PAGE ...]

Each page gets fake services of its own, one shell, and an empty folder or, with a comment `.. Followed in a copy of the
checkout.`, such a copy. What its blocks are is said in pages.py. What a page printed is shown when its end was reached.
Two are followed at a time.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from checkout import ROOT, copy_checkout, project_files, report
from pages import Block, blocks, reasons, session

from demo import environment, fakes, say

# Page -> who follows it.
FOLLOWED_ELSEWHERE = {"README.md": "newcomer"}
IN_A_CHECKOUT = "\n.. Followed in a copy of the checkout.\n"


def follow(page: str, followed: list[Block]) -> subprocess.CompletedProcess[str]:
    """What following them printed, and the status that it ended with."""
    with fakes() as services, TemporaryDirectory() as folder, TemporaryDirectory() as own:
        config, script = Path(own) / "ansible.cfg", Path(own) / "session.sh"
        config.touch()
        variables = {**environment(services), "ANSIBLE_CONFIG": str(config)}
        if IN_A_CHECKOUT in (ROOT / page).read_text(encoding="utf-8"):
            variables["ANSIBLE_COLLECTIONS_PATH"] = str(copy_checkout(Path(folder)))
        script.write_text(session(followed), encoding="utf-8")
        return subprocess.run(
            ["bash", str(script)],
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


def follow_page(page: str) -> list[str]:
    """Lines for the report, none for a page without blocks; the last of a page that does not work says FAILED."""
    found = blocks(page)
    followed = [block for block in found if not block.not_run]
    lines = reasons(found)
    if page in FOLLOWED_ELSEWHERE:
        return [f"{page}: followed by the step {FOLLOWED_ELSEWHERE[page]}"]
    if followed:
        done = follow(page, followed)
        say(page)
        print(done.stdout, flush=True)
        commands = sum(not block.file for block in followed)
        ended = "as the page says, each" if done.returncode == 0 else f"FAILED: {done.stdout.splitlines()[-1]}"
        lines.insert(0, f"{page}: {commands} blocks of commands ran, {ended}")
    return lines


def main(pages: list[str]) -> int:
    """The exit status."""
    every = [name for name in project_files() if name.endswith((".md", ".rst"))]
    with ThreadPoolExecutor(2) as pool:
        lines = [line for lines in pool.map(follow_page, pages or every) for line in lines]
    report("guides", *lines)
    return int(any("FAILED" in line for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
