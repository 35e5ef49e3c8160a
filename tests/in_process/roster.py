# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A world of 200 projects on QuantConnect, with nobody on them."""

from __future__ import annotations

from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import QC_WORLD

PROJECTS = range(1000, 1200)


def crowded():
    return {
        **QC_WORLD,
        "projects": [
            {"projectId": number, "name": f"Project {number}", "owner": "sim_owner", "collaborators": {}}
            for number in PROJECTS
        ],
    }
