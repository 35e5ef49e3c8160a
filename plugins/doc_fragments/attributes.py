# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules support, for the attribute tables of their documentation."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details:
      - Reads the service and reports exactly the plan that a run would carry out. Sends no request that changes
        anything.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
    support: full
    details:
      - The diff is built from the plan and shows collaborators as they are written in tasks and rosters.
"""

    # Not INFO: of a file info.py beside this one Ansible would take that instead.
    READING = r"""
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details:
      - Changes nothing in any mode.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
    support: none
    details:
      - There is nothing to compare.
"""

    # Of all modules, whatever they do.
    HOST = r"""
attributes:
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the
      controller.
    support: full
    details:
      - Where the task is for the machine that runs Ansible, as the same user and with the same Python, it runs in
        Ansible's own process, without the half second that a module takes to start. Everywhere else it runs as a
        module, C(delegate_to) included. Set the variable C(rollcall_in_process=false) to run it as a module always.
      - R(Where a task runs,ansible_collections.rollcall.collaborators.docsite.guide_where_a_task_runs) has the rule.
  async:
    description: Supports being used with the C(async) keyword.
    support: full
    details:
      - An asynchronous task always runs as a module.
"""

    QC = r"""
attributes:
  action_group:
    description: Use C(group/rollcall.collaborators.qc) or C(group/rollcall.collaborators.all) in C(module_defaults)
      to set options.
    support: full
    membership:
      - rollcall.collaborators.qc
      - rollcall.collaborators.all
"""

    HTH = r"""
attributes:
  action_group:
    description: Use C(group/rollcall.collaborators.hth) or C(group/rollcall.collaborators.all) in C(module_defaults)
      to set options.
    support: full
    membership:
      - rollcall.collaborators.hth
      - rollcall.collaborators.all
"""

    QFIELD = r"""
attributes:
  action_group:
    description: Use C(group/rollcall.collaborators.qfield) or C(group/rollcall.collaborators.all) in
      C(module_defaults) to set options.
    support: full
    membership:
      - rollcall.collaborators.qfield
      - rollcall.collaborators.all
"""
