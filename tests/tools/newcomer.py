# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows the README to the letter, as somebody who has nothing yet: an empty home, and Python, git and make.

What is cloned is the checkout as it is, uncommitted files included. What the blocks of the README are is said in
pages.py. Only two things are another's than the reader's: the address that is cloned from, and the ports.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from checkout import copy_project, report
from pages import blocks, reasons, session

PAGE = "README.md"
# What the README has in place of the address of the repository.
ADDRESS = "https://example.org/rollcall/collaborators.git"
# `make fakes` listens on this port and the next two, and the README says so.
PORT = 18080
NEEDED = ("git", "make")
# Of the tools that every system has, those that are used, by Ansible too.
BASE = (
    *("bash", "cat", "chmod", "cp", "dirname", "env", "expand", "ln", "ls", "mkdir", "mktemp", "mv", "rm", "sed"),
    *("seq", "sh", "sleep", "tail", "touch", "uname"),
)
# Settings of the machine without which pip and git may not reach anything.
OF_THE_MACHINE = re.compile(r"PIP_|SSL_CERT_|REQUESTS_CA_BUNDLE$|CURL_CA_BUNDLE$|(https?|no|all)_proxy$", re.IGNORECASE)
# What the three runs of the first playbook end with.
FIRST = re.compile(r"^\$ ansible-playbook first[.]yml.*?(?=^\$ (?!ansible-playbook first))", re.MULTILINE | re.DOTALL)
CHANGED = re.compile(r"changed=(\d+) .*failed=0 ")


def git(*arguments: str, folder: Path) -> None:
    somebody = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
    subprocess.run(["git", *somebody, *arguments], cwd=folder, check=True)


def make_repository(folder: Path) -> None:
    """One with the files of the project as they are now."""
    copy_project(folder)
    git("init", "--quiet", folder=folder)
    git("add", "--all", folder=folder)
    git("commit", "--quiet", "--message=The checkout", folder=folder)


def make_path(folder: Path) -> None:
    """A folder for PATH with nothing but what the README asks for."""
    folder.mkdir()
    (folder / "python3").symlink_to(Path(sys.executable).resolve())
    for name in (*NEEDED, *BASE):
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(Path(found).resolve())


def environment(home: Path, path: Path, repository: Path, port: int) -> dict[str, str]:
    """What the newcomer's shell begins with."""
    pip_cache = subprocess.run(
        [sys.executable, "-m", "pip", "cache", "dir"], check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()
    return {
        **{name: value for name, value in os.environ.items() if OF_THE_MACHINE.match(name)},
        "PIP_CACHE_DIR": pip_cache,
        "HOME": str(home),
        "PATH": str(path),
        "TMPDIR": str(home.parent),
        "LANG": "C.UTF-8",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{repository}.insteadOf",
        "GIT_CONFIG_VALUE_0": ADDRESS,
        "PORT": str(port),
    }


def free_port() -> int:
    """One that is free, with the next two."""
    while True:
        with socket.socket() as first, socket.socket() as second, socket.socket() as third, suppress(OSError):
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            second.bind(("127.0.0.1", port + 1))
            third.bind(("127.0.0.1", port + 2))
            return port


def follow(folder: Path) -> tuple[int, str]:
    """The exit status of a shell in which all was typed that the README says, and what was seen."""
    home, path, repository, script = (folder / name for name in ("home", "path", "repository", "session.sh"))
    home.mkdir()
    make_path(path)
    make_repository(repository)
    port = free_port()
    text = session([block for block in blocks(PAGE) if not block.not_run])
    for number in range(3):
        assert f"127.0.0.1:{PORT + number}" in text
        text = text.replace(f"127.0.0.1:{PORT + number}", f"127.0.0.1:{port + number}")
    script.write_text(text, encoding="utf-8")
    with subprocess.Popen(
        [path / "bash", script],
        cwd=home,
        env=environment(home, path, repository, port),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # So that what runs in the second terminal can be ended with it.
        start_new_session=True,
    ) as process:
        assert process.stdout
        seen = []
        try:
            for line in process.stdout:
                print(line, end="", flush=True)
                seen.append(line)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
    return process.returncode, "".join(seen)


def main() -> None:
    """Follow, and see that the first playbook does what the README says of it."""
    started = time.monotonic()
    with TemporaryDirectory() as folder:
        status, seen = follow(Path(folder).resolve())
    if status:
        sys.exit(f"FAILED: a newcomer gets no further than this: {seen.splitlines()[-1]}")
    first = FIRST.search(seen)
    changed = [int(number) for number in CHANGED.findall(first[0] if first else "")]
    if changed != [3, 3, 0]:
        sys.exit(f"FAILED: the first playbook did not plan 3 changes, make 3, and then none: {changed}")
    found = blocks(PAGE)
    commands = sum(not block.file and not block.not_run for block in found)
    report(
        "newcomer",
        f"{PAGE}: {commands} blocks of commands ran in an empty home, in {time.monotonic() - started:.0f} s; the first "
        f"playbook planned {changed[0]} changes, made {changed[1]}, and then {changed[2]}",
        *reasons(found),
    )


if __name__ == "__main__":
    main()
