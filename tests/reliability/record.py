# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of this folder leave for the documentation page on reliability."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RECORDS = Path(__file__).resolve().parents[2] / ".build/reports/reliability"


def record(part: str, facts: dict[str, Any]) -> None:
    """Write the facts of one part of the page; JSON values that are the same in every run, on every machine."""
    RECORDS.mkdir(parents=True, exist_ok=True)
    (RECORDS / f"{part}.json").write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n", encoding="utf-8")
