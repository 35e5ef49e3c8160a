# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a benchmark as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

VERDICT = {True: "met", False: "**missed**", None: ""}


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """A table with its columns aligned, and an empty line."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(heads, *texts)]

    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"

    return [line(heads), line("-" * width for width in widths), *map(line, texts), ""]


def markdown(result: dict[str, Any]) -> str:
    lines = ["# Benchmark", "", *(f"- {name}: {value}" for name, value in result["machine"].items()), ""]
    lines += held(result["comparisons"])
    for block in result["comparisons"]:
        lines += [f"## {block['title']}, {block['latency_ms']:g} ms per request", ""]
        lines += table(
            ("case", "what", "median s", "min", "max", "rounds", "requests"),
            (
                (
                    run["case"],
                    run["title"],
                    f"{run['median']:.2f}",
                    f"{run['least']:.2f}",
                    f"{run['most']:.2f}",
                    len(run["seconds"]),
                    run["requests"],
                )
                for run in block["runs"]
            ),
        )
    if "growth" in result:
        lines += growth(result["growth"])
    if "limited" in result:
        lines += limited(result["limited"])
    if result["fakes"]:
        lines += ["## What the fakes can do", ""]
        lines += table(
            ("service", "answers/s without latency", "most needed/s", "by", "used"),
            (
                (row["service"], f"{row['capacity']:.0f}", f"{row['needed']:.0f}", row["by"], f"{row['used']:.0%}")
                for row in result["fakes"]
            ),
        )
    for title in ("void", "left out"):
        if result[title]:
            lines += [f"## {title.capitalize()}", "", *(f"- {line}" for line in result[title]), ""]
    return "\n".join(lines)


def held(blocks: Iterable[dict[str, Any]]) -> list[str]:
    """What is held against what, all in one table: README.md shows it as it stands here."""
    rows = sorted(
        ((row["case"], block["latency_ms"], row) for block in blocks for row in block["ratios"]),
        # The latency that limits are for comes first: the others have none.
        key=lambda entry: (entry[0], entry[2]["met"] is None),
    )
    if not rows:
        return []
    heads = ("case", "ms", "ratio of medians", "s", "is", "limit", "", "of minima", "as a module")
    return [
        "## What is held against what",
        "",
        *table(
            heads,
            (
                (
                    case,
                    f"{latency:g}",
                    row["title"],
                    f"{row['seconds']:.2f}",
                    f"{row['value']:.2f}",
                    limit_of(row),
                    VERDICT[row["met"]],
                    f"{row['of_least']:.2f}",
                    f"{row['module']:.2f} ({row['module_seconds']:.1f} s)" if "module" in row else "",
                )
                for case, latency, row in rows
            ),
        ),
    ]


def limit_of(row: dict[str, Any]) -> str:
    return f"at {'least' if row['at_least'] else 'most'} {row['limit']:g}" if row["limit"] else ""


def growth(result: dict[str, Any]) -> list[str]:
    columns = {
        "seconds": "play s",
        "cpu_seconds": "play CPU s",
        "peak_mb": "biggest process MB",
        "module_seconds": "as a module: module s",
        "module_cpu_seconds": "module CPU s",
        "module_peak_mb": "module MB",
    }
    rows: list[tuple[Any, ...]] = [
        (f"m: {row['memberships']}", row["requests"], *(f"{row[key]:.1f}" for key in columns)) for row in result["rows"]
    ]
    for name, text in (("per_10000", "line: per 10,000"), ("at_0", "line: at 0")):
        rows.append((text, "", *(f"{result['fits'][key][name]:.2f}" for key in columns)))
    rows.append(("line: R²", "", *(f"{result['fits'][key]['r2']:.4f}" for key in columns)))
    most = f"{result['rows'][-1]['memberships']} memberships: at most {result['most_mb']} MB"
    return [
        "## Growth: one plural task, unchanged, 16 workers, no latency",
        "",
        *table(("memberships", "requests", *columns.values()), rows),
        f"Peak memory of the biggest process of the play, and of the module, at {most}: {VERDICT[result['met']]}",
        "",
    ]


def limited(result: dict[str, Any]) -> list[str]:
    return [
        f"## A service limited to {result['requests_per_second']} requests per second",
        "",
        f"l: {result['accepted']} requests passed in {result['seconds']:.1f} s, {result['refused']} were refused, "
        "no task failed.",
        f"Used: {result['used']:.0%} of the limit, at least {result['least']:.0%}: {VERDICT[result['met']]}",
        "",
    ]
