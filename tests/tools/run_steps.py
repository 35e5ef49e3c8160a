# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the steps of `make test`: run_steps.py STEP ...

Those of ansible-test run one after the other, and beside them, likewise, the rest. The search for credentials comes
last. What a step printed is shown when it has ended, and kept in the folder of reports.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from checkout import REPORTS, ROOT

OF_ANSIBLE_TEST = ("lowest", "highest")
LAST = ("secrets",)
LOGS = REPORTS / "logs"
SHOWING = Lock()


def run(step: str) -> bool:
    """Whether the step succeeded."""
    started = time.monotonic()
    log = LOGS / f"{step}.log"
    with log.open("wb") as output:
        command = ["make", "--no-print-directory", step]
        status = subprocess.run(command, cwd=ROOT, check=False, stdout=output, stderr=subprocess.STDOUT).returncode
    with SHOWING:
        print(f"\n=== {step}: {'ok' if status == 0 else 'FAILED'} after {time.monotonic() - started:.0f} s", flush=True)
        sys.stdout.buffer.write(log.read_bytes())
        sys.stdout.flush()
    return status == 0


def run_all(steps: list[str]) -> bool:
    """Whether all of them succeeded; a failure does not keep the others from running."""
    return all(list(map(run, steps)))


def main(steps: list[str]) -> int:
    LOGS.mkdir(parents=True)
    beside = [step for step in steps if step in OF_ANSIBLE_TEST]
    last = [step for step in steps if step in LAST]
    others = [step for step in steps if step not in beside + last]
    with ThreadPoolExecutor(2) as lanes:
        succeeded = all(list(lanes.map(run_all, [beside, others])))
    return 0 if run_all(last) and succeeded else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
