# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a run is: C(progress(1200, 5000, "projects read")), told by the thread that waits for the others."""

from __future__ import annotations

from typing import Callable

# What is done, of how many, and what it is.
Progress = Callable[[int, int, str], None]


def silent(_done: int, _total: int, _what: str) -> None:
    """Nobody wants to know."""
