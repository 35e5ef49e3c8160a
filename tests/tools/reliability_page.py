# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the documentation page on reliability from what `make reliability` has recorded.

Exit 1 when the page in the checkout said something else: it is rewritten then, and to be read and committed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from checkout import REPORTS, ROOT
from jinja2 import Environment, FileSystemLoader, StrictUndefined

PAGE = ROOT / "docs/docsite/rst/reliability.rst"
TEMPLATE = "reliability.rst.j2"
PARTS = ("faults", "faults_reading", "worlds", "concurrency", "bad_input", "hostile", "secrets")
SERVICES = {"qc": "QuantConnect", "hth": "Helix TeamHub", "qfield": "QFieldCloud"}

Row = dict[str, Any]


def read(part: str) -> dict[str, Any]:
    """The facts of one part; ends the program when it did not run to its end."""
    path = REPORTS / f"reliability/{part}.json"
    if not path.exists():
        raise SystemExit(f"{path} is missing: run `make reliability`, whole.")
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return facts


def outcomes(rows: Iterable[Row]) -> dict[str, list[dict[str, str]]]:
    """The lines of the table below each fault: one for all places in which it goes the same way, the usual one last."""
    faults: dict[str, dict[tuple[str, ...], list[Row]]] = {}
    for row in rows:
        alike = faults.setdefault(row["fault"], {})
        alike.setdefault((row["reported"], row["state"], row["again"]), []).append(row)
    return {fault: [line(*same) for same in in_order(list(alike.values()))] for fault, alike in faults.items()}


def in_order(groups: list[list[Row]]) -> list[tuple[str, list[Row]]]:
    """The rows that go the same way, with the words for where that is."""
    *others, usual = sorted(groups, key=len)
    return [*((places(same), same) for same in others), ("everywhere else" if others else "everywhere", usual)]


def line(where: str, same: list[Row]) -> dict[str, str]:
    """One line of the table, for rows that go the same way."""
    row = same[0]
    return {
        "where": where,
        "reported": row["reported"],
        "changed": " or ".join(sorted({"yes" if other["changed"] else "no" for other in same}, reverse=True)),
        "steps": " / ".join(span(same, count) for count in ("done", "failed", "not_attempted")),
        "requests": f"{span(same, 'requests')} ({span(same, 'writes')})",
        "state": row["state"],
        "again": row["again"],
        "hint": " ".join(dict.fromkeys(other["hint"] for other in same if other["hint"])),
    }


def places(rows: Iterable[Row]) -> str:
    """Operations, and the services where they are not all: "add somebody, remove somebody (QuantConnect)"."""
    by_operation: dict[str, list[str]] = {}
    for row in rows:
        by_operation.setdefault(row["operation"], []).append(SERVICES[row["service"]])
    by_services: dict[tuple[str, ...], list[str]] = {}
    for operation, services in by_operation.items():
        by_services.setdefault(tuple(services), []).append(operation)
    return "; ".join(
        ", ".join(operations) + ("" if len(services) == len(SERVICES) else f" ({', '.join(services)})")
        for services, operations in by_services.items()
    )


def span(rows: Iterable[Row], count: str) -> str:
    """The smallest and the largest of a count."""
    counts = {row[count] for row in rows}
    return str(min(counts)) if len(counts) == 1 else f"{min(counts)}-{max(counts)}"


def main() -> int:
    """Write the page; the exit status."""
    facts = {part: read(part) for part in PARTS}
    environment = Environment(
        loader=FileSystemLoader(ROOT / "tests/tools"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    page = environment.get_template(TEMPLATE).render(**facts, outcomes=outcomes(facts["faults"]["rows"]))
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    PAGE.write_text(page, encoding="utf-8")
    if page == old:
        return 0
    print(f"{PAGE.relative_to(ROOT)} was out of date and is rewritten: read the difference and commit it.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
