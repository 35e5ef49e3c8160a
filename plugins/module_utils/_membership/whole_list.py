# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what a service has shown is a whole list. A list that contradicts itself is none, and is read again."""

from __future__ import annotations

from typing import Callable, Dict, Generic, List, Optional, Sequence, Set, Tuple, TypeVar

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import RollcallError

T = TypeVar("T")
R = TypeVar("R")
# How often a list that contradicts itself is begun.
READS = 3
# How many names a message has.
NAMED = 5


class Contradiction(RollcallError):
    """What was read cannot be the whole list."""


class Reading(Generic[T]):
    """What one reading of a list has shown so far: its rows, each by what tells it from the others.

    C(project) is whose rows they are to be, where they tell, and C(same) says which id means that project.
    """

    def __init__(self, project: str = "", same: Callable[[str, str], bool] = str.__eq__) -> None:
        self.rows: Dict[str, T] = {}
        self.project = project
        self._same = same
        self._echoed: Set[str] = set()
        self._received = 0
        self._repeated: List[str] = []
        self._totals: Set[int] = set()
        self._last = ""
        self._moved = False

    def page(self, rows: Sequence[Tuple[str, T]], overlaps: bool = False, total: Optional[int] = None) -> None:
        """Take a page in. One that C(overlaps) begins with the last row of the page before, or the list has moved."""
        if overlaps:
            self._moved |= [key for key, _row in rows[:1]] != [self._last]
            rows = rows[1:]
        for key, row in rows:
            if key in self.rows:
                self._repeated.append(key)
            self.rows[key] = row
            self._last = key
        self._received += len(rows)
        self._totals.update([] if total is None else [total])

    def of_project(self, echoed: str) -> None:
        """Take in which project a row says it is of. Its spelling is the true one."""
        if self._same(echoed, self.project):
            self.project = echoed
        self._echoed.add(echoed)

    @property
    def is_told(self) -> bool:
        """Whether the service says how many rows there are."""
        return bool(self._totals)

    @property
    def contradiction(self) -> str:
        """What cannot be, in words; empty where nothing speaks against the list."""
        seen: List[str] = []
        if self._repeated:
            names = ", ".join(self._repeated[:NAMED])
            seen.append(f"{self._received} rows came, but {len(self.rows)} different ones; repeated: {names}")
        if len(self._totals) > 1 or len(self.rows) < max(self._totals, default=0):
            totals = " and then ".join(map(str, sorted(self._totals)))
            seen.append(f"it counts {totals} rows and shows {len(self.rows)}")
        if self._moved:
            seen.append("a page does not begin where the one before it ended")
        if self._echoed - {self.project}:
            projects = ", ".join(sorted(self._echoed)[:NAMED])
            seen.append(f"rows are of the project {projects}, not of {self.project}")
        return "; ".join(seen)

    def whole(self, what: str) -> Dict[str, T]:
        """All rows; raises Contradiction where they cannot be that."""
        if self.contradiction:
            raise Contradiction(
                f"{what} contradicts itself: {self.contradiction}.",
                kind="bad_answer",
                hint="It was read several times. Somebody may be changing it: run again.",
                retryable=True,
            )
        return self.rows


def read_whole(read: Callable[[], R]) -> R:
    """What C(read) gives, which is tried again as long as it meets a Contradiction."""
    for _again in range(READS - 1):
        try:
            return read()
        except Contradiction:
            continue
    return read()
