# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the time goes in case b (1,000 projects x 20 members, unchanged): `where.py WHAT`. WHAT is one of:

whose     a whole ansible-playbook, in Ansible's own process: what computes how long, and whose it is, beside a play
          that only loads the projects
play      the same under py-spy, function by function: controller and worker
module    the plural module alone, 16 workers, under cProfile, which sees its main thread only
threads   the same under py-spy, all threads
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
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from checkout import BUILD
from inventories import Inventory
from report import table
from runs import HERE
from service import Fake
from works import Work

from demo import environment, fakes

OUTPUT = BUILD / "where"
MODULE = "ansible_collections.rollcall.collaborators.plugins.modules.hth_project_collaborators"
WORK = Work("hth", 1000, 20)
LATENCY = 0.05
SAMPLES_PER_SECOND = 200
WIDTH = 110
TIMES = 5
WHOSE = {
    "requests": "Python's and requests'",
    "reading the answers, pace; comparing": "ours",
    "options, plan, thread pool, result": "ours",
    "making the options plain": "ours",
    "where the task runs": "ours",
    "loading plugins, ours with requests": "Ansible's, Python's, ours",
}
"""Of the parts of processor_time.py; all others are Ansible's."""


def main(what: str) -> None:
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    with fakes() as services:
        fake = next(fake for fake in map(Fake, services) if fake.name == WORK.service)
        fake.start(WORK, LATENCY)
        variables = {**environment(services), "PYTHONPATH": str(BUILD / "collections")}
        {"module": module, "threads": threads, "imports": imports, "play": play, "whose": whose}[what](variables)


def module(variables: dict[str, str]) -> None:
    profile = OUTPUT / "module.prof"
    run([sys.executable, "-m", "cProfile", "-o", str(profile), "-m", MODULE, str(arguments(WORK))], variables)
    show(profile)


def threads(variables: dict[str, str]) -> None:
    by_function(sampled([sys.executable, "-m", MODULE, str(arguments(WORK))], variables))


def imports(variables: dict[str, str]) -> None:
    for title, work in (("refused", Work("hth", 0, 0)), ("carried out", Work("hth", 1, 1))):
        told = run([sys.executable, "-X", "importtime", "-m", MODULE, str(arguments(work))], variables)
        lines = re.findall(r"import time: *(\d+) \| *(\d+) \| (.*)", told)
        biggest = sorted(((int(cumulative), name.rstrip()) for _own, cumulative, name in lines), reverse=True)
        print(f"\n{title}: {sum(int(own) for own, _cumulative, _name in lines) / 1000:.0f} ms in imports")
        print("".join(f"{microseconds / 1000:8.1f} ms {name}\n" for microseconds, name in biggest[:25]))


def play(variables: dict[str, str]) -> None:
    by_function(sampled(playbook("many_hth.yml", variables), variables, "--subprocesses"))


def whose(variables: dict[str, str]) -> None:
    bulk, load = (by_part(name, variables) for name in ("many_hth.yml", "load.yml"))
    rows: list[tuple[str, ...]] = [
        (part, f"{took * 1000:.0f}", f"{load[part] * 1000:.0f}", WHOSE.get(part, "Ansible's"))
        for part, took in sorted(bulk.items(), key=lambda entry: -entry[1])
    ]
    rows.append(("together", *(f"{sum(parts.values()) * 1000:.0f}" for parts in (bulk, load)), ""))
    print("\n".join(["", *table(("part", "ms", "when only loading", "whose"), rows)]))


def by_part(name: str, variables: dict[str, str]) -> dict[str, float]:
    """Seconds of processor time of each part, the median of some runs."""
    runs: list[dict[str, float]] = []
    for _time in range(TIMES):
        told = OUTPUT / "processor_time"
        told.unlink(missing_ok=True)
        python, _program, *arguments = playbook(name, variables)
        run([python, str(HERE / "processor_time.py"), str(told), *arguments], variables)
        seconds: dict[str, float] = defaultdict(float)
        for line in told.read_text(encoding="utf-8").splitlines():
            for part, took in json.loads(line).items():
                seconds[part] += took
        runs.append(seconds)
    parts = {part for seconds in runs for part in seconds}
    return defaultdict(float, {part: median(seconds[part] for seconds in runs) for part in parts})


def playbook(name: str, variables: dict[str, str]) -> list[str]:
    """The command that plays it on the inventory of case b."""
    program = shutil.which("ansible-playbook", path=variables["PATH"])
    assert program
    settings = OUTPUT / "ansible.cfg"
    settings.touch()
    variables["ANSIBLE_CONFIG"] = str(settings)
    inventory = Inventory("module", WORK).write(OUTPUT)
    return [sys.executable, program, str(HERE / "plays" / name), "-i", str(inventory), "-e", "workers=16"]


def sampled(command: Sequence[str], variables: dict[str, str], *options: str) -> Iterator[tuple[str, float]]:
    """Each stack that held its interpreter, without the numbers of lines, and for how many seconds."""
    samples = OUTPUT / "samples.txt"
    py_spy = str(Path(sys.executable).with_name("py-spy"))
    rate = ("--rate", str(SAMPLES_PER_SECOND))
    run([py_spy, "record", "--gil", *rate, *options, "--format", "raw", "-o", str(samples), "--", *command], variables)
    for stack, count in re.findall(r"(.*) (\d+)\n", samples.read_text(encoding="utf-8")):
        yield re.sub(r":\d+\)", ")", stack), int(count) / SAMPLES_PER_SECOND


def by_function(samples: Iterator[tuple[str, float]]) -> None:
    """Show how long each process and each function, with all it calls, held its interpreter."""
    seconds: dict[str, float] = defaultdict(float)
    for stack, took in samples:
        # Counted once where it calls itself.
        for function in dict.fromkeys(stack.split(";")):
            seconds[function] += took
    for function, took in sorted(seconds.items(), key=lambda entry: -entry[1])[:80]:
        print(f"{took:7.2f} s {function[:WIDTH]}")


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
