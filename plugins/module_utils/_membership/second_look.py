# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list shows after the writes of a run, compared with what the run left there. No requests, no clock.

Two runs at once, each with an exclusive list of its own, could otherwise empty a project and both report success.
"""

from __future__ import annotations

from typing import Collection, List, Tuple

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import Access, Listing, Scale


def compare(
    left: Listing, seen: Listing, removed: Collection[str], scale: Scale, respelled: Collection[str]
) -> Tuple[List[str], List[str]]:
    """Who is missing, has less or is there again, and who has come or got more; each with what the list shows.

    C(respelled) are those who are new, whose names the service may spell in its own way.
    """
    worse: List[str] = []
    for name, access in left.members.items():
        now = seen.access_of(name, may_be_respelled=name in respelled)
        if now is None:
            worse.append(f"{name} is missing")
        elif scale.lowers(access, now):
            worse.append(f"{name} has {_words(scale, now)} instead of {_words(scale, access)}")
    worse += [f"{name}, who was removed, is there" for name in removed if name in seen.members]
    better: List[str] = []
    for name, now in seen.members.items():
        before = left.access_of(name, may_be_respelled=bool(respelled))
        if name not in removed and before != now and not (before and scale.lowers(before, now)):
            better.append(f"{name} ({_words(scale, now)})")
    return sorted(worse), sorted(better)


def _words(scale: Scale, access: Access) -> str:
    shown = scale.show(access)
    return shown if isinstance(shown, str) else ", ".join(f"{key} {value}" for key, value in shown.items()).lower()
