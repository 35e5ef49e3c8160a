# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The port: what a service has to offer so that the engine can read, plan and apply."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import Any, Callable, ClassVar, Dict, FrozenSet, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import BadInput, RollcallError
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Access,
    Listing,
    Project,
    Scale,
    Step,
)

# What the answer to a write shows of the member: its access, None for "gone", or NOT_SHOWN.
NOT_SHOWN = object()
Shown = Union[Access, None, object]


class Service(ABC):
    """One service, one account. Methods that send requests raise RollcallError and its kin, nothing else.

    A write raises Unclear when its outcome is unknown and Conflict when the service refused it for a reason that a
    fresh listing can explain; the engine then looks. Any other error is final for that member.
    """

    # What the names of its modules begin with.
    key: ClassVar[str]
    title: ClassVar[str]
    scale: ClassVar[Scale]
    # Connection options of the modules: name -> argument specification, with "env" for the environment fallbacks.
    options: ClassVar[Mapping[str, Dict[str, Any]]]
    # Those of the module that only reads, beside them.
    info_options: ClassVar[Mapping[str, Dict[str, Any]]] = {}
    # Whether names that differ from A to Z in case only are one account. None: nobody knows, so they are compared
    # exactly, and no list may name both unless both are there.
    folds_case: ClassVar[Optional[bool]] = False
    # How often a listing is read, with growing pauses, until it shows a write.
    rereads: ClassVar[int] = 1
    parallel_writes: ClassVar[bool] = True
    # Whether that holds for the members of one project too: each of them is a thing of its own there.
    parallel_members: ClassVar[bool] = False
    # For how many seconds a write whose answer was lost is looked for.
    patience: float = 30.0

    @classmethod
    @abstractmethod
    def connect(cls, params: Mapping[str, Any], pause: Callable[[float], None] = time.sleep) -> Service:
        """The service that the connection options describe; raises BadInput, sends nothing.

        C(pause) is called before each request, with the seconds to wait; what it raises ends the run.
        """

    @abstractmethod
    def check_collaborator(self, name: str) -> Optional[str]:
        """Why C(name) can never be a collaborator here, or None; sends nothing."""

    def check_unlisted(self, name: str, is_added: bool) -> Optional[str]:
        """Why C(name), which is on no list, is not what a collaborator is called, or None; sends nothing.

        A listed name is a valid one, whatever it looks like.
        """
        return None

    @abstractmethod
    def find_projects(self, references: Sequence[str]) -> Mapping[str, Union[Project, RollcallError]]:
        """The project each reference means, or why there is none; exact matches only."""

    @abstractmethod
    def all_projects(self) -> Mapping[str, Project]:
        """Every project that the account can see, by the reference that means exactly this one."""

    @abstractmethod
    def list_members(self, project: Project) -> Listing:
        """Everybody with direct access, complete."""

    @abstractmethod
    def whoami(self, listing: Listing) -> Mapping[str, bool]:
        """Which of the listed rows are (True) or may be (False) the account that makes the calls."""

    def caller_without_row(self, listing: Listing, names: FrozenSet[str]) -> Mapping[str, Access]:
        """The account that makes the calls, if it is one of these names, which have no row, and what it has all the
        same, where a row would count instead; the most there is, where that is not shown.
        """
        return {}

    @abstractmethod
    def add(self, project: Project, name: str, access: Access) -> Shown:
        """Give somebody without a row this access."""

    @abstractmethod
    def update(self, project: Project, name: str, access: Access) -> Shown:
        """Change the access of a listed row."""

    @abstractmethod
    def remove(self, project: Project, name: str) -> Shown:
        """Take a listed row away."""

    def with_inherited(self, listings: Sequence[Listing]) -> Tuple[List[Listing], Mapping[str, Any]]:
        """The listings with what gives access beside their rows, and what a result tells of it beside them."""
        return list(listings), {}

    def check_adds(self, project: Project, names: Sequence[str]) -> Optional[BadInput]:
        """Why some of these cannot be added to the project, where that can be read; may send reads.

        Called for each project to which somebody is to be added, with all of them, before the first write of the run.
        """
        return None

    def accounts_beside(self, beside: Mapping[str, Any]) -> Iterable[str]:
        """The accounts in what a result tells beside the listings, such as members of an organization."""
        return ()

    def caveat(self, step: Step) -> str:
        """What a user should know before this step is tried, where the service is known to refuse it."""
        return ""

    def explain(self, project: Project, step: Step) -> str:
        """A better hint for a step the service refused; may send reads, called for failures only."""
        return ""
