# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what each step of `make test` ran and skipped, and why: summary.py STEP ...

A step leaves JUnit files (STEP*.xml), lines of text (STEP.txt), or both in the folder of reports.
"""

from __future__ import annotations

import platform
import sys
from collections import Counter
from importlib.metadata import version
from xml.etree import ElementTree

from checkout import REPORTS

# What ansible-test says of a sanity test for a kind of file that the project has none of.
NOT_APPLICABLE = "No tests applicable."


def counts(step: str) -> list[str]:
    """The outcome of the tests in the JUnit files of a step: the totals, then one line per reason to skip."""
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for path in sorted(REPORTS.glob(f"{step}*.xml")):
        for case in ElementTree.parse(path).iter("testcase"):
            skipped = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                outcomes["failed"] += 1
            elif skipped is None:
                outcomes["passed"] += 1
            elif (skipped.get("message") or skipped.text) == NOT_APPLICABLE:
                outcomes["not applicable"] += 1
            else:
                outcomes["skipped"] += 1
                reasons[skipped.get("message") or skipped.text or "no reason given"] += 1
    if not outcomes:
        return []
    totals = [f"{outcomes[name]} {name}" for name in ("passed", "failed", "skipped")]
    if outcomes["not applicable"]:
        totals.append(f"{outcomes['not applicable']} not applicable")
    whys = [why if count == 1 else f"{why} ({count} times)" for why, count in reasons.items()]
    return [", ".join(totals), *whys]


def lines(step: str) -> list[str]:
    """All that a step reported."""
    text = REPORTS / f"{step}.txt"
    told = counts(step) + (text.read_text(encoding="utf-8").splitlines() if text.exists() else [])
    # ansible-test tells why it skips a test twice: in its JUnit files and as a warning.
    return list(dict.fromkeys(told)) or ["FAILED before it could report: see above"]


def main(steps: list[str]) -> None:
    """Print the summary of the steps."""
    usual = f"ansible-core {version('ansible-core')}, Python {platform.python_version()}"
    print(f"\nSummary ({usual} where nothing else is said)")
    for step in steps:
        for line in lines(step):
            print(f"{step}: {line}")


if __name__ == "__main__":
    main(sys.argv[1:])
