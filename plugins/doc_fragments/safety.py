# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that keep people from being locked out."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  allow_self:
    description:
      - Whether the account that makes the calls may be removed or lowered by name.
      - A role of its own counts for that, too, where the service shows that the account has more without one, and
        that the role would count instead, as on QFieldCloud beside that of a team.
    type: bool
    default: false
"""

    MANY = r"""
options:
  max_removals:
    description:
      - The most collaborators that an exclusive run may remove from any one project.
      - A number, or a share of the present collaborators such as V(25%). A share above zero always allows 2.
      - If any project exceeds it, the task fails, names whom it would have removed, and changes nothing on any
        project.
    type: str
    default: 25%
  protect:
    description:
      - Collaborators who are never removed or lowered. Whoever looks like one of them, because of upper and lower case,
        a dash, an accent or a character that is not shown, is kept, too.
      - An exclusive run keeps them and reports them. Asking for their removal by name is an error.
    type: list
    elements: str
    default: []
  allow_empty:
    description:
      - Whether an exclusive list that keeps nobody is meant. Unless it is, such a list is refused.
    type: bool
    default: false
  concurrency:
    description:
      - How many requests are sent at the same time. Changes of one project are sent side by side to Helix TeamHub only;
        to QuantConnect those of different projects are, to QFieldCloud none.
    type: int
    default: 8
  full_result:
    description:
      - Whether the result tells all collaborators of projects that did not change, too. Unless it does, a roster of
        thousands of collaborators returns no more than what is worth knowing.
    type: bool
    default: false
    version_added: 1.0.0
"""
