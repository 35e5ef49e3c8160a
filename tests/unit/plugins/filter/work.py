# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much a filter has to do, however busy the machine is."""

from __future__ import annotations

import cProfile
import pstats


def calls(function, *arguments, **options):
    """The number of calls that one call leads to, those of what is built in too."""
    profile = cProfile.Profile()
    profile.runcall(function, *arguments, **options)
    return pstats.Stats(profile).total_calls
