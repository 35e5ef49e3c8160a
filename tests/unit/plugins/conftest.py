# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is the same for all unit tests of plugins."""

from __future__ import annotations


def pytest_configure(config):
    """ansible-test forks for each test, which takes longer than these tests do; none of them leaves anything behind."""
    if forked := config.pluginmanager.get_plugin("ansible_forked"):
        config.pluginmanager.unregister(forked)
