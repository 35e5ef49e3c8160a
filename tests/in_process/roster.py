# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Worlds of many projects with nobody on them: QuantConnect tells all in one answer, Helix TeamHub one by one."""

from __future__ import annotations

from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import (
    HTH_WORLD,
    QC_WORLD,
)

PROJECTS = range(1000, 1200)


def crowded():
    return {
        **QC_WORLD,
        "projects": [
            {"projectId": number, "name": f"Project {number}", "owner": "sim_owner", "collaborators": {}}
            for number in PROJECTS
        ],
    }


NAMES = [f"project-{number}" for number in range(40)]


def crowded_hth():
    projects = {name: {"name": name.title(), "users": {}, "groups": {}, "collaborators": {}} for name in NAMES}
    return {**HTH_WORLD, "projects": projects}
