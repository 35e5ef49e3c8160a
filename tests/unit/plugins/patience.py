# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Hypothesis runs here: no test depends on the speed of the machine, and CI tries half as much, always the same."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

USUAL = settings.get_profile("default").max_examples
settings.register_profile("ci", max_examples=USUAL // 2, derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
