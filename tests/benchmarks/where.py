# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the time goes in case b (1,000 projects x 20 members, unchanged): `where.py WHAT`. WHAT is one of:

module    the plural module alone, 16 workers, under cProfile, which sees its main thread only
threads   the same under py-spy, all threads
play      a whole ansible-playbook with it under py-spy: controller, its worker and the module
imports   the module's imports by `python -X importtime`, when its arguments are refused and when they are not
"""

from __future__ import annotations

import json
import os
import pstats
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from checkout import BUILD
from inventories import Inventory
from runs import HERE
from service import Fake
from works import Work

from demo import environment, fakes

OUTPUT = BUILD / "where"
MODULE = "ansible_collections.rollcall.collaborators.plugins.modules.hth_project_collaborators"
WORK = Work("hth", 1000, 20)
LATENCY = 0.05
SAMPLES_PER_SECOND = 100
"""What py-spy takes on its own."""
WIDTH = 110


def main(what: str) -> None:
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    with fakes() as services:
        fake = next(fake for fake in map(Fake, services) if fake.name == WORK.service)
        fake.start(WORK, LATENCY)
        variables = {**environment(services), "PYTHONPATH": str(BUILD / "collections")}
        {"module": module, "threads": threads, "imports": imports, "play": play}[what](variables)


def module(variables: dict[str, str]) -> None:
    profile = OUTPUT / "module.prof"
    run([sys.executable, "-m", "cProfile", "-o", str(profile), "-m", MODULE, str(arguments(WORK))], variables)
    show(profile)


def threads(variables: dict[str, str]) -> None:
    spy([sys.executable, "-m", MODULE, str(arguments(WORK))], variables)


def imports(variables: dict[str, str]) -> None:
    for title, work in (("refused", Work("hth", 0, 0)), ("carried out", Work("hth", 1, 1))):
        told = run([sys.executable, "-X", "importtime", "-m", MODULE, str(arguments(work))], variables)
        lines = re.findall(r"import time: *(\d+) \| *(\d+) \| (.*)", told)
        biggest = sorted(((int(cumulative), name.rstrip()) for _own, cumulative, name in lines), reverse=True)
        print(f"\n{title}: {sum(int(own) for own, _cumulative, _name in lines) / 1000:.0f} ms in imports")
        print("".join(f"{microseconds / 1000:8.1f} ms {name}\n" for microseconds, name in biggest[:25]))


def play(variables: dict[str, str]) -> None:
    program = shutil.which("ansible-playbook", path=variables["PATH"])
    assert program
    settings = OUTPUT / "ansible.cfg"
    settings.touch()
    inventory = Inventory("module", WORK).write(OUTPUT)
    command = [sys.executable, program, str(HERE / "plays/many_hth.yml"), "-i", str(inventory), "-e", "workers=16"]
    spy(command, {**variables, "ANSIBLE_CONFIG": str(settings)}, "--subprocesses")


def spy(command: Sequence[str], variables: dict[str, str], *options: str) -> None:
    """Show how long each process and each function, with all it calls, held its interpreter."""
    samples = OUTPUT / "samples.txt"
    py_spy = str(Path(sys.executable).with_name("py-spy"))
    run([py_spy, "record", "--gil", *options, "--format", "raw", "-o", str(samples), "--", *command], variables)
    seconds: Counter[str] = Counter()
    for stack, count in re.findall(r"(.*) (\d+)\n", samples.read_text(encoding="utf-8")):
        # Without the number of the running line, and counted once where it calls itself.
        seconds.update(dict.fromkeys(re.sub(r":\d+\)", ")", stack).split(";"), int(count)))
    for function, count in seconds.most_common(80):
        print(f"{count / SAMPLES_PER_SECOND:7.2f} s {function[:WIDTH]}")


def arguments(work: Work) -> Path:
    """A file that the module can be called with."""
    projects = [{"project": project, "collaborators": members} for project, members in work.wanted.items()]
    given = {"projects": projects or None, "concurrency": 16}
    path = OUTPUT / "arguments.json"
    path.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": given}), encoding="utf-8")
    return path


def run(command: Sequence[str], variables: dict[str, str]) -> str:
    """What it wrote to stderr; of its result the size is shown."""
    done = subprocess.run(command, env=variables, check=False, capture_output=True, text=True)
    print(f"exit status {done.returncode}, {len(done.stdout)} characters of result")
    return done.stderr


def show(profile: Path) -> None:
    stats = pstats.Stats(str(profile)).strip_dirs()
    stats.sort_stats("cumulative").print_stats(40)
    stats.sort_stats("tottime").print_stats(25)
    print(f"Look further with: python -m pstats {os.path.relpath(profile)}")


if __name__ == "__main__":
    main(sys.argv[1])
