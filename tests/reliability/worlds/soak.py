# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make soak`: other random worlds, until the time is over or a law is broken.

SOAK_SECONDS (600) and SOAK_WORLDS (100,000) end it, whichever comes first; the exit code is 1 when a law was broken.
SOAK_SEED repeats a round: it is printed with what was broken.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
import traceback
from collections import Counter
from random import SystemRandom

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability.worlds.machine import ANY, FULL, SMALL, play
from ansible_collections.rollcall.collaborators.tests.reliability.worlds.stages import STAGES
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import serving_sides, stop_time

ROUND = {SMALL: 10, ANY: 5, FULL: 1}


def main():
    end = time.monotonic() + float(os.environ.get("SOAK_SECONDS", 600))
    most = int(os.environ.get("SOAK_WORLDS", 100_000))
    first = int(os.environ.get("SOAK_SEED") or SystemRandom().randrange(1_000_000))
    print(f"Starting with SOAK_SEED={first}", flush=True)
    tally = Counter()
    with serving_sides() as sides, pytest.MonkeyPatch.context() as patch:
        stop_time(patch)
        plays = ((seed, service, size) for seed in itertools.count(first) for service in STAGES for size in ROUND)
        for seed, service, size in plays:
            if time.monotonic() >= end or tally["worlds"] >= most:
                break
            try:
                tally += play(STAGES[service](sides[service]), size, ROUND[size], seed=seed)
            except Exception:
                traceback.print_exc()
                print(f"{service} broke a law. To repeat it: make soak SOAK_SEED={seed}")
                return 1
    print(", ".join(f"{number} {what}" for what, number in tally.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
