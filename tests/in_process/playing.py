# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of ansible-playbook, ansible and ansible-runner, where a task can run in two hosts.

The commands are those of the folder that ROLLCALL_ANSIBLE names, else those beside the Python that runs the tests.
"""

from __future__ import annotations

import functools
import json
import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from ansible_collections.rollcall.collaborators.tests.reliability.playbook import surroundings

COMMANDS = Path(os.environ.get("ROLLCALL_ANSIBLE") or Path(sys.executable).parent)
PLUGINS = Path(__file__).parent / "plugins"
PATIENCE = 120  # seconds; only a test that fails waits so long
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
TASK = re.compile(r"^TASK \[(.+?)\] \*+$", re.MULTILINE)
REASON = re.compile(r"runs as a module: (.*)")
# What a connection says at -vvv of each command, and of nothing else.
COMMAND = " EXEC /bin/sh -c "


class Ended(NamedTuple):
    """What a run printed, and what the callback was told: results, and those of the items of a loop."""

    code: int
    stdout: str
    stderr: str
    told: list[dict[str, Any]]

    def result(self, task: str) -> Any:
        """That of a task on one host."""
        (result,) = self.results(task)
        return result

    def results(self, task: str) -> list[Any]:
        return [
            told["result"] for told in self.told if told["task"] == task and told.keys().isdisjoint({"item", "retry"})
        ]

    def reasons(self, task: str) -> list[str]:
        """Why a task ran as a module, as often as it did; nothing where it ran here. Needs -vvv."""
        _start, *parts = TASK.split(self.stdout)
        (section,) = (text for name, text in zip(parts[::2], parts[1::2]) if name == task)
        reasons = REASON.findall(section)
        assert (COMMAND in section) == bool(reasons), section
        return reasons


class Running:
    """A run that was started, as the leader of a process group, as in a terminal."""

    def __init__(self, folder: Path, command: list[str], environment: dict[str, str]) -> None:
        self.told = folder / "told.jsonl"
        # Whoever is forked has it, and whoever is executed has not: it ends with Ansible and its workers.
        self._alive, held = os.pipe()
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment | {"TOLD": str(self.told)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=[held],
            start_new_session=True,
            # Ctrl-C is ignored in the background, and so by what is started there.
            preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        os.close(held)

    def ended(self) -> Ended:
        """Wait for the command and its workers."""
        stdout, stderr = self.process.communicate(timeout=PATIENCE)
        assert select.select([self._alive], [], [], PATIENCE)[0], "a worker goes on"
        os.close(self._alive)
        lines = self.told.read_text("utf-8").splitlines() if self.told.exists() else []
        self.told.unlink(missing_ok=True)
        return Ended(self.process.returncode, stdout, stderr, [json.loads(line) for line in lines])


def start(
    folder: Path,
    plays: list[dict[str, Any]],
    *options: str,
    hosts: dict[str, dict[str, Any]] | None = None,
    variables: dict[str, Any] | None = None,
    **environment: str,
) -> Running:
    """ansible-playbook at work. `hosts` are name -> variables, `variables` those of all."""
    write(folder, "play.yml", plays)
    write(
        folder,
        "hosts.yml",
        {"all": {"hosts": hosts or {"localhost": {}}, "vars": LOCAL if variables is None else variables}},
    )
    command = [str(COMMANDS / "ansible-playbook"), "--inventory", "hosts.yml", "play.yml", *options]
    return Running(folder, command, prepared(folder) | environment)


def play(folder: Path, plays: list[dict[str, Any]], *options: str, **others: Any) -> Ended:
    return start(folder, plays, *options, **others).ended()


def prepared(folder: Path) -> dict[str, str]:
    """The environment of a run, which leaves what it leaves in `folder`/left."""
    (folder / "left").mkdir(exist_ok=True)
    return surroundings(folder / "left") | {
        "ANSIBLE_CALLBACK_PLUGINS": str(PLUGINS / "callback"),
        "ANSIBLE_CALLBACKS_ENABLED": "told",
        "ANSIBLE_CONNECTION_PLUGINS": str(PLUGINS / "connection"),
        "PATH": f"{COMMANDS}{os.pathsep}{os.environ['PATH']}",
    }


def task(name: str, module: str, arguments: dict[str, Any] | None = None, **keywords: Any) -> dict[str, Any]:
    return {"name": name, f"rollcall.collaborators.{module}": arguments or {}, **keywords}


class Unsafe(str):
    """A text that is written with the tag !unsafe."""


class Vaulted(str):
    """An encrypted text, which is written with the tag !vault."""


yaml.SafeDumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))
yaml.SafeDumper.add_representer(Vaulted, lambda dumper, text: dumper.represent_scalar("!vault", str(text), style="|"))


def write(folder: Path, name: str, content: Any) -> None:
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
    (folder / name).write_text(text, encoding="utf-8")
