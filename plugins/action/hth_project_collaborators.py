# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module of this name in Ansible's own process."""

from __future__ import annotations

from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.run import ManyCollaborators
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.helix_teamhub import HelixTeamHub
from ansible_collections.rollcall.collaborators.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    job = ManyCollaborators(HelixTeamHub)
