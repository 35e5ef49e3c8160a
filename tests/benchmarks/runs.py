# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be timed: plays as a user would run them and bare clients, each in a process of its own, each checked."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from inventories import Inventory
from service import Fake
from works import Work

from demo import environment

HERE = Path(__file__).resolve().parent
# What -vvv tells of a task that does not run in Ansible's own process.
ELSEWHERE = " runs as a module: "


class Void(Exception):
    """The work was not done as it should be: there is no number."""


class Took(NamedTuple):
    seconds: float
    requests: int


@dataclass(frozen=True)
class Play:
    """A playbook of plays/. With `reads` it has to do its work, in so many reads or up to `spare` less; else it
    sends nothing.
    """

    key: str
    case: str
    title: str
    playbook: str
    inventory: Inventory
    reads: int = 0
    spare: int = 0
    workers: int = 8
    forks: int = 5
    as_module: bool = False
    """In a process of its own, not in Ansible's."""
    once: bool = False
    """Too expensive for more than one round."""
    everywhere: bool = False
    """Also measured at the latencies that only few runs are measured at."""

    def module(self) -> Play:
        """The same as a module, once: it is shown beside, and held against nothing."""
        title = f"{self.title}, as a module"
        return replace(self, key=f"{self.key} module", title=title, as_module=True, once=True, everywhere=False)


@dataclass(frozen=True)
class Bare:
    """A client of clients.py that sends the requests of the sample (runs of a `Comparison`) again."""

    key: str
    case: str
    title: str
    client: str
    workers: int
    once: bool = False
    everywhere: bool = False


Run = Play | Bare


class Stage:
    """Fakes, environment and a folder for what runs need."""

    def __init__(self, services: list[dict[str, Any]], output: Path) -> None:
        self.fakes = {told["service"]: Fake(told) for told in services}
        self.output = output
        self.peak = output / "peak.json"
        # Nobody's settings: an empty file in place of those that Ansible would find.
        settings = output / "ansible.cfg"
        settings.touch()
        self._environment = {**environment(services), "ANSIBLE_CONFIG": str(settings)}
        self._environment.pop("PYTHONPATH", None)
        program = shutil.which("ansible-playbook", path=self._environment["PATH"])
        assert program
        self._program = program
        self._samples: dict[Work, list[dict[str, Any]]] = {}

    @property
    def measuring(self) -> list[str]:
        """The beginning of a command for Python that leaves in `peak` what it took."""
        return [sys.executable, str(HERE / "peak.py"), str(self.peak)]

    def measuring_python(self) -> str:
        """A Python for modules that does so."""
        python = self.output / "measuring-python"
        python.write_text(f'#!/bin/sh\nexec {shlex.join(self.measuring)} "$@"\n', "utf-8")
        python.chmod(0o755)
        return str(python)

    def sample(self, play: Play, work: Work) -> None:
        """Carry out `play` once, see that it runs where it is to, and keep its requests for bare clients; warms caches
        up, too.
        """
        fake = self.fakes[work.service]
        fake.start(work, 0)
        _seconds, said = self.play(play, "-vvv")
        self.check(play, work)
        if (ELSEWHERE in said) != play.as_module:
            raise Void(f"{play.playbook} {'did not run' if play.as_module else 'ran'} as a module")
        journal = fake.journal()
        self._samples[work] = journal
        self._requests_file(work).write_text(json.dumps(self.fakes[work.service].replay(journal)), "utf-8")

    def measure(self, run: Run, work: Work, latency: float) -> Took:
        """Start the service anew, time the run, check that the work was done. Raises Void."""
        fake = self.fakes[work.service]
        fake.start(work, latency)
        if isinstance(run, Play):
            seconds, _said = self.play(run)
            return Took(seconds, self.check(run, work))
        seconds = self._bare(run, work)
        if _sent(fake.journal()) != _sent(self._samples[work]) or fake.members() != work.wanted:
            raise Void("the bare client did something else than the sample")
        return Took(seconds, len(self._samples[work]))

    def play(self, play: Play, *options: str, under: Sequence[str] = (sys.executable,)) -> tuple[float, str]:
        """Seconds of a whole ansible-playbook, and what it said."""
        variables = {"workers": play.workers, **({"rollcall_in_process": False} if play.as_module else {})}
        command = [*under, self._program, str(HERE / "plays" / play.playbook), "--forks", str(play.forks), *options]
        command += ["-i", str(play.inventory.write(self.output)), "-e", json.dumps(variables)]
        return self._timed(command, play.playbook)

    def check(self, play: Play, work: Work) -> int:
        """The number of requests that were sent, once they are seen to be those that the work takes."""
        fake = self.fakes[work.service]
        journal = [entry for entry in fake.journal() if entry["status"] != 429]
        writes = sum(entry["mutating"] for entry in journal)
        reads = len(journal) - writes
        refused = [entry for entry in journal if entry["status"] >= 400]
        wanted = work.writes if play.reads else 0
        if not play.reads - play.spare <= reads <= play.reads or writes != wanted or refused:
            said = f"{reads} reads, {writes} writes, {len(refused)} refused"
            raise Void(f"{said}, instead of {play.reads} reads (or {play.spare} less), {wanted} writes")
        if play.reads and fake.members() != work.wanted:
            raise Void("the members are not those of the roster")
        return len(journal)

    def _bare(self, run: Bare, work: Work) -> float:
        command = [sys.executable, str(HERE / "clients.py"), run.client, str(run.workers)]
        told = json.loads(self._timed([*command, str(self._requests_file(work))], "clients.py")[1])
        return float(told["seconds"])

    def _requests_file(self, work: Work) -> Path:
        return self.output / f"requests-{work.name}.json"

    def _timed(self, command: list[str], name: str) -> tuple[float, str]:
        started = time.perf_counter()
        done = subprocess.run(
            command, cwd=self.output, env=self._environment, check=False, capture_output=True, text=True
        )
        seconds = time.perf_counter() - started
        if done.returncode:
            raise Void(f"{name} failed: {' '.join((done.stdout + done.stderr).split())[-500:]}")
        return seconds, done.stdout


def _sent(journal: Iterable[dict[str, Any]]) -> list[str]:
    return sorted(
        json.dumps([entry[key] for key in ("method", "path", "query", "body", "status")]) for entry in journal
    )
