# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the steps of `make test`, two at a time in their order, the search for credentials last: run_steps.py STEP ...

What a step printed is shown when it has ended, and kept in the folder of reports.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from checkout import REPORTS, ROOT

LAST = "secrets"
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


def main(steps: list[str]) -> int:
    """The exit status; a failure does not keep the others from running."""
    LOGS.mkdir(parents=True)
    with ThreadPoolExecutor(2) as pool:
        succeeded = all(list(pool.map(run, [step for step in steps if step != LAST])))
    return 0 if (LAST not in steps or run(LAST)) and succeeded else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
