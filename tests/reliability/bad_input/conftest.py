# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the wrong values that were refused as they should be."""

from __future__ import annotations

from collections import Counter

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability.record import record


@pytest.fixture(scope="session")
def refused(request):
    """part -> option -> number of wrong values, printed and recorded at the end."""
    counts = {part: Counter() for part in ("modules", "role", "filters", "converted")}
    yield counts
    facts = {part: counter.total() for part, counter in counts.items()}
    record("bad_input", {**facts, "by option": sum(counts.values(), Counter())})
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\nbad input: {', '.join(f'{part} {count}' for part, count in facts.items())}")
