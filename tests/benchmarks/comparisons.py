# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of the benchmark and what they are held against. Letters and limits: README.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil

from inventories import Inventory
from runs import Bare, Play, Run
from works import Work

PAGE = 100
"""Projects in one answer of QuantConnect."""
LIMITS_OF_B = {8: 1.2, 16: 1.3, 32: 1.42}
"""By workers: the more there are, the less the requests take of the whole."""


@dataclass(frozen=True)
class Sizes:
    projects: int = 1000
    members: int = 20
    adds: int = 100
    hosts: int = 200
    gathered: int = 1000
    workers: tuple[int, ...] = (8, 16, 32)
    formats: tuple[str, ...] = ("json", "yml")
    growth: tuple[int, ...] = (1_000, 10_000, 30_000, 100_000)
    limited: int = 500
    per_second: int = 20


SMOKE = Sizes(
    projects=20,
    members=5,
    adds=2,
    hosts=2,
    gathered=5,
    workers=(8,),
    formats=("json",),
    growth=(50, 100),
    limited=60,
)


@dataclass(frozen=True)
class Ratio:
    """The median of `of` beside the sum of the medians of `to`, keys of runs. A `limit` of 0 is none; what runs as a
    module has none.
    """

    case: str
    title: str
    of: str
    to: tuple[str, ...]
    limit: float = 0
    at_least: bool = False

    def is_met(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True)
class Comparison:
    """Runs measured side by side. `samples` do the work before; the last gives the bare clients their requests."""

    title: str
    work: Work
    runs: list[Run]
    ratios: list[Ratio] = field(default_factory=list)
    samples: tuple[Play, ...] = ()

    def selected(self, cases: set[str], everywhere: bool) -> list[Run]:
        """The runs of these cases, and what the ratios of these cases need. As modules they run at one latency only."""
        own = {run.key for run in self.runs if run.case in cases and (run.everywhere or not everywhere)}
        needed = {
            key
            for ratio in self.ratios
            if ratio.case in cases and (ratio.of in own or not everywhere)
            for key in (ratio.of, *ratio.to)
        }
        return [run for run in self.runs if run.key in own | needed]


def bare(workers: int, case: str = "", client: str = "requests") -> Bare:
    title = f"bare {client}, {workers} workers"
    return Bare(f"{client} {workers}", case, title, client, workers, once=client != "requests")


def comparisons(sizes: Sizes, gathers: bool) -> list[Comparison]:
    """All but growth and the limit. `gathers`: the role can gather the lists of project hosts."""
    everything = [starting(), one(), adds(sizes), loop(sizes), unchanged(sizes), changes(sizes)]
    everything += [quantconnect(sizes), hosts(sizes)]
    return [*everything, gathered(sizes)] if gathers else everything


def starting() -> Comparison:
    work = Work("hth", 1, 1)
    inventory = Inventory("module", work)
    return Comparison(
        "What Ansible takes for nothing",
        work,
        [
            Play("empty", "k", "an empty play", "empty.yml", inventory),
            Play("nothing", "k", "a do-nothing module task (ping)", "nothing.yml", inventory),
        ],
    )


def one() -> Comparison:
    work = Work("hth", 1, 1, missing=True)
    inventory = Inventory("module", work)
    single = Play("single", "e", "one singular task, an add", "single.yml", inventory, 1, everywhere=True)
    nothing = Play("nothing", "", "a do-nothing module task", "nothing.yml", inventory)
    return Comparison(
        "One member",
        work,
        [nothing, bare(1), single, single.module()],
        [
            Ratio("e", "one singular task / do-nothing module task", "single", ("nothing",), 1),
            Ratio("e", "... / (do-nothing module task + its requests)", "single", ("nothing", "requests 1")),
        ],
        (single.module(), single),
    )


def adds(sizes: Sizes) -> Comparison:
    work = Work("hth", 1, sizes.adds, missing=True)
    inventory = Inventory("module", work)
    many = {
        workers: Play(
            f"bulk {workers}",
            "a",
            f"one plural task, {workers} workers",
            "many_hth.yml",
            inventory,
            reads=1,
            workers=workers,
            everywhere=workers == 8,
        )
        for workers in sizes.workers
    }
    n = sizes.adds
    return Comparison(
        f"{n} adds on one project",
        work,
        [
            Play("empty", "", "an empty play", "empty.yml", inventory),
            *(bare(workers) for workers in sizes.workers),
            *many.values(),
            Play("uri", "g", "ansible.builtin.uri: read and write in a loop", "uri.yml", inventory, n, once=True),
        ],
        [
            *(
                Ratio(
                    "a",
                    f"one plural task / (bare + empty play), {w} workers",
                    f"bulk {w}",
                    (f"requests {w}", "empty"),
                    1.25,
                )
                for w in sizes.workers
            ),
            Ratio("g", "uri, read and write / one plural task, 8 workers", "uri", ("bulk 8",), 25, at_least=True),
        ],
        (many[8],),
    )


def loop(sizes: Sizes) -> Comparison:
    work = Work("hth", 1, sizes.adds, missing=True)
    inventory = Inventory("module", work)
    n = sizes.adds
    tasks = Play("loop", "f", f"{n} singular tasks in a loop", "loop.yml", inventory, n)
    return Comparison(
        f"{n} adds on one project, a task for each",
        work,
        [Play("empty", "", "an empty play", "empty.yml", inventory), bare(1), tasks, tasks.module()],
        [
            Ratio(
                "f", "singular tasks / (empty play + their requests one by one)", "loop", ("empty", "requests 1"), 1.25
            )
        ],
        (tasks,),
    )


def unchanged(sizes: Sizes) -> Comparison:
    work = Work("hth", sizes.projects, sizes.members)
    runs: list[Run] = [bare(workers, "j") for workers in sizes.workers]
    runs += [bare(w, "j", client) for client in ("http.client", "asyncio") for w in sizes.workers]
    ratios = []
    roles_at = 16 if 16 in sizes.workers else sizes.workers[0]
    for form in sizes.formats:
        module, role = Inventory("module", work, form), Inventory("role", work, form)
        runs.append(Play(f"load {form}", "", f"a play that loads the projects, {form}", "load.yml", module))
        for w in sizes.workers:
            many = Play(
                f"bulk {form} {w}",
                "b",
                f"one plural task, {form}, {w} workers",
                "many_hth.yml",
                module,
                work.projects,
                workers=w,
                everywhere=(form, w) == ("json", roles_at),
            )
            runs += [many, many.module()]
            title = f"one plural task / (bare + loading), {form}, {w} workers"
            ratios.append(Ratio("b", title, many.key, (f"requests {w}", f"load {form}"), LIMITS_OF_B[w]))
        runs += [
            Play(f"load role {form}", "", f"a play that loads the role's roster, {form}", "load.yml", role),
            Play(
                f"role {form}",
                "h",
                f"the role, {form}, {roles_at} workers",
                "role.yml",
                role,
                work.projects,
                workers=roles_at,
            ),
        ]
        title = f"the role / (bare + loading), {form}, {roles_at} workers"
        ratios.append(Ratio("h", title, f"role {form}", (f"requests {roles_at}", f"load role {form}"), 1.6))
    sample = next(run for run in runs if isinstance(run, Play) and run.case == "b")
    return Comparison(
        f"{work.projects} projects x {work.members} members, unchanged",
        work,
        runs,
        ratios,
        (sample.module(), sample),
    )


def changes(sizes: Sizes) -> Comparison:
    work = Work("hth", sizes.projects, sizes.members, changed_every=100 // sizes.members)
    inventory = Inventory("module", work)
    w = 16
    many = Play("bulk", "c", f"one plural task, json, {w} workers", "many_hth.yml", inventory, work.projects, workers=w)
    return Comparison(
        f"The same with {work.writes} changes",
        work,
        [Play("load", "", "a play that loads the projects", "load.yml", inventory), bare(w), many],
        [Ratio("c", f"one plural task / (bare + loading), {w} workers", "bulk", (f"requests {w}", "load"))],
        (many,),
    )


def quantconnect(sizes: Sizes) -> Comparison:
    work = Work("qc", sizes.projects, sizes.members)
    inventory = Inventory("module", work)
    reads = 1 + ceil(work.projects / PAGE)
    many = Play("bulk", "d", f"one plural task, json, at most {reads} requests", "many_qc.yml", inventory, reads, 1)
    return Comparison(
        "The same, unchanged, on QuantConnect",
        work,
        [
            Play("load", "", "a play that loads the projects", "load.yml", inventory),
            bare(1),
            many,
        ],
        [Ratio("d", "one plural task / (loading + its requests one by one)", "bulk", ("load", "requests 1"), 1.75)],
        (many,),
    )


def hosts(sizes: Sizes) -> Comparison:
    work = Work("hth", sizes.hosts, sizes.members)
    inventory = Inventory("hosts", work, "yml")
    n = work.projects
    tasks = Play("task", "i", f"one plural task for each of {n} hosts", "hosts.yml", inventory, n, forks=20)
    return Comparison(
        f"{n} projects as inventory hosts, 20 forks",
        work,
        [Play("debug", "", "the same with a debug task", "hosts_debug.yml", inventory, forks=20), tasks],
        [Ratio("i", "one plural task for each host / a debug task for each", "task", ("debug",), 2)],
        (tasks,),
    )


def gathered(sizes: Sizes) -> Comparison:
    work = Work("hth", sizes.gathered, sizes.members)
    inventory = Inventory("hosts", work, "yml")
    n, w = work.projects, 16
    role = Play("role", "h", f"the role, one task for {n} hosts, {w} workers", "gather.yml", inventory, n, workers=w)
    return Comparison(
        f"{n} projects as inventory hosts, gathered",
        work,
        [Play("load", "", "a play that loads the lists of all hosts", "load_hosts.yml", inventory), bare(w), role],
        [Ratio("h", f"the role that gathers / (bare + loading), {w} workers", "role", (f"requests {w}", "load"), 2)],
        (role,),
    )
