# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python loads this at its start: what a process writes to the syslog goes to the file that SYSLOG names."""

from __future__ import annotations

import os
import syslog


def _write(*arguments: object) -> None:
    with open(os.environ["SYSLOG"], "a", encoding="utf-8") as file:
        file.write(f"{arguments[-1]}\n")


syslog.syslog = _write  # type: ignore[assignment]
