# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes both `python tests/fake_services`, from anywhere, and `python -m ...tests.fake_services` work."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

PACKAGE = __package__
if not PACKAGE:
    folder = Path(__file__).resolve().parent
    sys.path[0] = str(folder.parent)
    PACKAGE = folder.name

import_module(f"{PACKAGE}.command").main()
