# Copyright: (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows the guides from top to bottom, as a reader would: guides.py [GUIDE ...]

Each guide gets fake services of its own and an empty folder, or with a comment `.. Followed in a copy of the checkout.`
such a copy. A block of YAML with a caption is the file of that name, a block of `sh` is typed into one shell after the
other; a comment `.. Ends with 2.` above it says how it is to end, `.. Not run here: REASON.` why it is passed over.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from checkout import ROOT, copy_to, report

from demo import environment, fakes, say

FOLDER = ROOT / "docs/docsite/rst"
GUIDES = ("guide_joiners_movers_leavers", "guide_access_review", "guide_adding_a_service", "guide_developing")
IN_A_CHECKOUT = "\n.. Followed in a copy of the checkout.\n"
BLOCK = re.compile(
    r"(?:^\.\. Ends with (?P<status>\d+)\.\n\n|^\.\. Not run here: (?P<reason>.*)\.\n\n)?"
    r"^\.\. code-block:: (?P<language>\S+)\n(?P<options>(?:   :.*\n)*)\n(?P<text>(?:(?:   .*)?\n)+)",
    re.MULTILINE,
)
CAPTION = re.compile(r":caption: (\S+)")


class Block(NamedTuple):
    """A block of code: the file that it is, or the command that it is and the status that ends it."""

    file: str
    text: str
    status: int


def blocks(guide: str) -> Iterator[Block]:
    """Raises SystemExit for a block that is neither a file nor a command: nothing may be passed over in silence."""
    for found in BLOCK.finditer((FOLDER / f"{guide}.rst").read_text(encoding="utf-8")):
        text = re.sub("^   ", "", found["text"], flags=re.MULTILINE).strip("\n") + "\n"
        caption = CAPTION.search(found["options"])
        if found["reason"]:
            continue
        if caption:
            yield Block(caption[1], text, 0)
        elif found["language"] == "sh":
            yield Block("", text, int(found["status"] or 0))
        elif found["language"] != "text":
            sys.exit(f"{guide}: a block of {found['language']} has no caption that names its file")


def follow(guide: str) -> int:
    """The number of commands that ran as the guide says; ends with an error at the first that does not."""
    count = 0
    with fakes() as services, TemporaryDirectory() as folder:
        variables = {**environment(services), "ANSIBLE_CONFIG": f"{folder}/ansible.cfg"}
        (Path(folder) / "ansible.cfg").touch()
        if IN_A_CHECKOUT in (FOLDER / f"{guide}.rst").read_text(encoding="utf-8"):
            variables["ANSIBLE_COLLECTIONS_PATH"] = str(copy_to(Path(folder)))
        for block in blocks(guide):
            if block.file:
                path = Path(folder) / block.file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, encoding="utf-8")
                continue
            print(f"$ {block.text}", end="", flush=True)
            done = subprocess.run(
                ["bash", "-eu", "-o", "pipefail", "-c", block.text],
                cwd=folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                check=False,
            )
            if done.returncode != block.status:
                sys.exit(f"{guide}: ended with {done.returncode} instead of {block.status}: {block.text}")
            count += 1
    return count


def main(guides: list[str]) -> None:
    lines = []
    for guide in guides or GUIDES:
        say(guide)
        lines.append(f"{guide}: {follow(guide)} commands ran, each ended as the guide says")
    report("guides", *lines)


if __name__ == "__main__":
    main(sys.argv[1:])
