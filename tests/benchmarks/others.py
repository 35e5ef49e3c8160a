# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured otherwise than by seconds side by side: growth, a limited service, what the fakes can do."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from comparisons import Sizes
from inventories import Inventory
from runs import Bare, Play, Stage
from works import Work

MOST_MB = 250
LEAST_USE = 0.9
CAPACITY_WORKERS = 8
# What peak.py tells.
PEAK = ("seconds", "cpu_seconds", "peak_mb")


def growth(stage: Stage, sizes: Sizes) -> dict[str, Any]:
    """One plural task for ever more memberships, unchanged, without latency: what the whole play takes with its biggest
    process, and as a module what the module takes.
    """
    rows = []
    for memberships in sizes.growth:
        work = Work("hth", memberships // sizes.members, sizes.members)
        title = f"{memberships} memberships"
        play = Play("bulk", "m", title, "many_hth.yml", Inventory("module", work), work.projects, workers=16)
        here = _measured(stage, play, work, stage.measuring)
        # Another Python than that of Ansible: that alone makes it a module.
        elsewhere = replace(play, inventory=Inventory("module", work, interpreter=stage.measuring_python()))
        module = _measured(stage, elsewhere, work, (sys.executable,))
        rows.append({"memberships": memberships, **here, **{f"module_{key}": module[key] for key in PEAK}})
    fits = {key: fit(rows, key) for key in (*PEAK, *(f"module_{key}" for key in PEAK))}
    most = max(rows[-1]["peak_mb"], rows[-1]["module_peak_mb"])
    return {"rows": rows, "fits": fits, "most_mb": MOST_MB, "met": most <= MOST_MB}


def _measured(stage: Stage, play: Play, work: Work, under: Sequence[str]) -> dict[str, Any]:
    stage.fakes[work.service].start(work, 0)
    stage.peak.unlink(missing_ok=True)
    stage.play(play, under=under)
    return {"requests": stage.check(play, work), **json.loads(stage.peak.read_text("utf-8"))}


def fit(rows: Sequence[dict[str, Any]], key: str) -> dict[str, float]:
    """The straight line through `key` over memberships: by least squares, `r2` is its coefficient of determination."""
    x, y = [row["memberships"] for row in rows], [row[key] for row in rows]
    slope, intercept = statistics.linear_regression(x, y)
    return {"per_10000": slope * 10_000, "at_0": intercept, "r2": statistics.correlation(x, y) ** 2}


def limited(stage: Stage, sizes: Sizes) -> dict[str, Any]:
    """One plural task on a service that lets so many requests a second through, and how much of that it used."""
    work = Work("hth", sizes.limited, 2)
    play = Play("bulk", "l", "limited", "many_hth.yml", Inventory("module", work), work.projects)
    fake = stage.fakes[work.service]
    fake.start(work, latency=0.05)
    fake.control("PUT", "limit", {"requests_per_second": sizes.per_second})
    seconds, _said = stage.play(play)
    stage.check(play, work)
    told = fake.control("GET", "limit")
    # In the time from the first to the last request one second's worth more can pass than its seconds tell.
    used = told["accepted"] / (sizes.per_second * (told["seconds"] + 1))
    return {
        **told,
        "requests_per_second": sizes.per_second,
        "play_seconds": seconds,
        "used": used,
        "least": LEAST_USE,
        "met": used >= LEAST_USE,
    }


def capacity(stage: Stage, work: Work, sample: Play) -> float:
    """Requests per second that the fake answers without latency, asked by the quickest of the clients with threads."""
    stage.sample(sample, work)
    client = Bare("capacity", "", "", "http.client", CAPACITY_WORKERS)
    return max(took.requests / took.seconds for took in (stage.measure(client, work, latency=0) for _try in range(3)))
