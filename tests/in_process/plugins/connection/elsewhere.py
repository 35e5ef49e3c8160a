# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection to this machine that does not say so, as one to another machine would be."""

from __future__ import annotations

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = r"""
name: elsewhere
short_description: This machine, under another name
description: A connection of its own kind that does what ansible.builtin.local does.
extends_documentation_fragment: connection_pipelining
options:
  become_success_timeout:
    type: int
    default: 10
    description: As of ansible.builtin.local.
    vars: [{name: ansible_local_become_success_timeout}]
  become_strip_preamble:
    type: bool
    default: true
    description: As of ansible.builtin.local.
    vars: [{name: ansible_local_become_strip_preamble}]
"""


class Connection(Local):
    transport = "elsewhere"
