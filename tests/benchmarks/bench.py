# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make bench`: times the cases of README.md side by side; a table here, in bench.md and in bench.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import sys
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import others
import yaml
from checkout import ROOT
from comparisons import SMOKE, Comparison, Ratio, Sizes, comparisons
from report import markdown
from runs import Run, Stage, Took, Void

from demo import fakes

OUTPUT = ROOT / "tests/output"
CASES = "abcdefghijklm"
GATHER = "project_members_gather"
MAIN_LATENCY, OTHER_LATENCIES = 50.0, (0.0, 200.0)


def main() -> int:
    options = parse_options()
    sizes = SMOKE if options.smoke else replace(Sizes(), hosts=options.hosts)
    gathers = role_gathers()
    started = time.monotonic()
    with fakes() as services, TemporaryDirectory() as folder:
        bench = Bench(Stage(services, Path(folder)), started)
        for latency, everywhere in latencies(options):
            for comparison in comparisons(sizes, gathers):
                runs = comparison.selected(options.cases, everywhere)
                bench.compare(comparison, runs, latency, 1 if everywhere else options.rounds)
        if "m" in options.cases:
            bench.other("growth", others.growth, sizes)
        if "l" in options.cases:
            bench.other("limited", others.limited, sizes)
        bench.look_at_the_fakes(sizes)
    result = bench.result
    result["machine"]["took"] = f"{time.monotonic() - started:.0f} s"
    result["left out"] = left_out(options, sizes, gathers)
    text = markdown(result)
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / "bench.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (OUTPUT / "bench.md").write_text(text, encoding="utf-8")
    print(f"\n{text}")
    return 1 if result["void"] else 0


def parse_options() -> argparse.Namespace:
    def letters(text: str) -> set[str]:
        wanted = {letter.strip() for letter in text.split(",")}
        if not wanted <= set(CASES):
            raise argparse.ArgumentTypeError(f"cases are letters from {CASES[0]} to {CASES[-1]}, with commas between")
        return wanted

    parser = argparse.ArgumentParser(prog="make bench", description=(__doc__ or ""))
    parser.add_argument("--cases", type=letters, default=set(CASES))
    parser.add_argument("--latency", type=float, help="milliseconds; default: 50, and few cases at 0 and 200 as well")
    parser.add_argument("--rounds", type=int, default=2, help="of all but the most expensive runs")
    parser.add_argument("--hosts", type=int, default=Sizes.hosts, help="projects as inventory hosts in case i")
    parser.add_argument("--smoke", action="store_true", help="tiny sizes, one round: do all cases still run?")
    options = parser.parse_args()
    if options.smoke:
        options.rounds, options.latency = 1, options.latency or MAIN_LATENCY
    return options


def latencies(options: argparse.Namespace) -> list[tuple[float, bool]]:
    """Milliseconds, and whether only the few cases are measured that are measured everywhere."""
    if options.latency is not None:
        return [(options.latency, False)]
    return [(MAIN_LATENCY, False), *((latency, True) for latency in OTHER_LATENCIES)]


def role_gathers() -> bool:
    specs = yaml.safe_load((ROOT / "roles/project_members/meta/argument_specs.yml").read_text(encoding="utf-8"))
    return GATHER in specs["argument_specs"]["main"]["options"]


def left_out(options: argparse.Namespace, sizes: Sizes, gathers: bool) -> list[str]:
    """What a reader could expect in the tables and does not find there."""
    lines = ["SMOKE=1: tiny sizes, the numbers mean nothing"] if options.smoke else []
    if options.cases < set(CASES):
        lines.append(f"cases {', '.join(sorted(set(CASES) - options.cases))}: not asked for")
    if "h" in options.cases and not gathers:
        lines.append(f"h with gathered project hosts: the role has no option {GATHER} yet")
    if "i" in options.cases and sizes.hosts < sizes.gathered:
        lines.append(f"i with {sizes.gathered} hosts: measured with {sizes.hosts}; HOSTS={sizes.gathered} measures it")
    if options.latency is None:
        also = " and ".join(f"{latency:g}" for latency in OTHER_LATENCIES)
        lines.append(f"{also} ms: only e, a with 8 workers and b with 16 from JSON, once; LATENCY=... measures all")
    lines.append("g, all that runs as a module, and the quicker clients of j: measured once, not in each round")
    return lines


class Bench:
    """Measures, says what it is doing, and collects the result."""

    def __init__(self, stage: Stage, started: float) -> None:
        self._stage = stage
        self._started = started
        self._needed: dict[str, tuple[float, str]] = {}
        self.result: dict[str, Any] = {"machine": machine(), "comparisons": [], "fakes": [], "void": []}

    def compare(self, comparison: Comparison, runs: list[Run], latency_ms: float, rounds: int) -> None:
        """Each round takes all runs, every other one backwards; what is expensive is in the first only."""
        if not runs:
            return
        title = f"{comparison.title}, {latency_ms:g} ms"
        try:
            for sample in comparison.samples:
                self._stage.sample(sample, comparison.work)
        except Void as void:
            self._void(title, void)
            return
        took: dict[str, list[Took]] = {run.key: [] for run in runs}
        for number in range(rounds):
            for run in runs[:: -1 if number % 2 else 1]:
                if run.once and number:
                    continue
                try:
                    took[run.key].append(self._stage.measure(run, comparison.work, latency_ms / 1000))
                    self._say(f"{title}: {run.title}: {took[run.key][-1].seconds:.2f} s")
                except Void as void:
                    self._void(f"{title}: {run.title}", void)
        rows = [row(run, took[run.key]) for run in runs if took[run.key]]
        for measured in rows:
            need = (measured["requests"] / measured["least"], f"{measured['title']} ({title})")
            service = comparison.work.service
            self._needed[service] = max(self._needed.get(service, need), need)
        by_key = {measured["key"]: measured for measured in rows}
        ratios = [ratio_row(ratio, by_key, latency_ms == MAIN_LATENCY) for ratio in comparison.ratios]
        self.result["comparisons"].append(
            {
                "title": comparison.title,
                "latency_ms": latency_ms,
                "runs": rows,
                "ratios": [ratio for ratio in ratios if ratio],
            }
        )

    def other(self, name: str, measure: Any, sizes: Sizes) -> None:
        try:
            self.result[name] = measure(self._stage, sizes)
            self._say(f"{name}: done")
        except Void as void:
            self._void(name, void)

    def look_at_the_fakes(self, sizes: Sizes) -> None:
        """How near the fakes were to what they can do."""
        for comparison in comparisons(sizes, gathers=False):
            service = comparison.work.service
            measured = [entry["service"] for entry in self.result["fakes"]]
            big = comparison.samples and comparison.work.projects >= sizes.projects
            if service not in self._needed or service in measured or not big:
                continue
            can = others.capacity(self._stage, comparison.work, comparison.samples[0])
            needed, by = self._needed[service]
            self.result["fakes"].append(
                {"service": service, "capacity": can, "needed": needed, "by": by, "used": needed / can}
            )

    def _say(self, text: str) -> None:
        print(f"{time.monotonic() - self._started:5.0f} s  {text}", file=sys.stderr, flush=True)

    def _void(self, what: str, void: Void) -> None:
        self._say(f"VOID {what}: {void}")
        self.result["void"].append(f"{what}: {void}")


def row(run: Run, took: list[Took]) -> dict[str, Any]:
    seconds = [one.seconds for one in took]
    return {
        "key": run.key,
        "case": run.case,
        "title": run.title,
        "seconds": seconds,
        "median": statistics.median(seconds),
        "least": min(seconds),
        "most": max(seconds),
        "requests": took[0].requests,
    }


def ratio_row(ratio: Ratio, rows: dict[str, dict[str, Any]], judged: bool) -> dict[str, Any] | None:
    """The ratio as it is reported; None when one of its runs was not measured."""
    if not {ratio.of, *ratio.to} <= rows.keys():
        return None
    limit = ratio.limit if judged else 0

    def against(of: str, key: str) -> float:
        return float(rows[of][key] / sum(rows[to][key] for to in ratio.to))

    value, module = against(ratio.of, "median"), f"{ratio.of} module"
    as_module = (
        {"module": against(module, "median"), "module_seconds": rows[module]["median"]} if module in rows else {}
    )
    return {
        "case": ratio.case,
        "title": ratio.title,
        "seconds": rows[ratio.of]["median"],
        "value": value,
        "of_least": against(ratio.of, "least"),
        "limit": limit,
        "at_least": ratio.at_least,
        "met": ratio.is_met(value) if limit else None,
        **as_module,
    }


def machine() -> dict[str, Any]:
    models = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "machine": f"{os.cpu_count()} cores, {models[0] if models else platform.machine()}, {platform.system()}",
        "load at the start": f"{os.getloadavg()[0]:.1f}",
        "versions": f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in ("ansible-core", "requests", "aiohttp", "uvicorn")),
    }


if __name__ == "__main__":
    sys.exit(main())
