# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules that only read."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  collaborator:
    description:
      - Only the projects that this account is on, with its own access alone.
      - An account that only looks like a listed one, because of upper and lower case, a dash, an accent or a character
        that is not shown, is an error that shows it, unless the service takes both for the same. So is one that could
        be several of those that are listed.
    type: str
  concurrency:
    description:
      - How many requests are sent at the same time.
    type: int
    default: 8
"""

    EMAILS = r"""
options:
  emails:
    description:
      - Whether the e-mail addresses of collaborators, and of owners, are told, too, where the service shows them.
    type: bool
    default: false
"""
