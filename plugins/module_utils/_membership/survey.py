# Copyright: (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading alone: who is on which project, which projects could not be read, and where one account is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, Mapping, Optional, Sequence, Set, Tuple

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import BadInput, RollcallError
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Listing,
    Project,
    is_text,
    same_account,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.prepare import list_each
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import Service


@dataclass(frozen=True)
class Survey:
    """What was read, by the reference of each project, and why others could not be."""

    listings: Mapping[str, Listing]
    unreadable: Mapping[str, RollcallError]


def survey(service: Service, references: Optional[Sequence[str]], workers: int) -> Survey:
    """The listings of these projects, or of all that the account can see; each project once.

    Raises RollcallError for what is wrong with all of them, such as refused credentials.
    """
    if references is not None:
        _check_references(references)
    found = service.all_projects() if references is None else service.find_projects(list(dict.fromkeys(references)))
    projects: Dict[str, Project] = {}
    unreadable: Dict[str, RollcallError] = {}
    ids: Set[str] = set()
    for reference, result in found.items():
        if isinstance(result, RollcallError):
            unreadable[reference] = result
        elif result.id not in ids:
            ids.add(result.id)
            projects[reference] = result
    listings: Dict[str, Listing] = {}
    for reference, listing in zip(projects, list_each(service, list(projects.values()), workers)):
        if isinstance(listing, RollcallError):
            unreadable[reference] = listing
        else:
            listings[reference] = listing
    return Survey(listings, unreadable)


def with_inherited(service: Service, seen: Survey) -> Tuple[Survey, Mapping[str, Any]]:
    """The same with what gives access beside the rows, and what a result tells of it beside the projects."""
    listings, beside = service.with_inherited(list(seen.listings.values()))
    return replace(seen, listings=dict(zip(seen.listings, listings))), beside


def of_account(everything: Survey, account: str, folds_case: bool) -> Survey:
    """What concerns one account: its own row of each listing, and the projects that it owns or has other access to.

    Raises BadInput when it is nowhere, but listed in another spelling: nobody should conclude from a capital letter
    that somebody has no access.
    """
    listings: Dict[str, Listing] = {}
    others: Set[str] = set()
    for reference, listing in everything.listings.items():
        inherited = listing.inherited or {}
        rows = [row for row in listing.members if _is_same(row, account, folds_case)]
        if rows or account in inherited or any(_is_same(owner, account, folds_case) for owner in listing.owners):
            listings[reference] = replace(
                listing,
                members={row: listing.members[row] for row in rows},
                emails={row: email for row, email in listing.emails.items() if row in rows},
                inherited=None
                if listing.inherited is None
                else {name: access for name, access in inherited.items() if name == account},
            )
        others.update(
            name
            for name in (*listing.members, *listing.owners, *inherited)
            if name.casefold() == account.casefold() and not _is_same(name, account, folds_case)
        )
    if others and not listings:
        raise BadInput(f"collaborator {account} is listed as {', '.join(sorted(others))}; write it exactly so.")
    return Survey(listings, everything.unreadable)


def _is_same(name: str, account: str, folds_case: bool) -> bool:
    return same_account(name, account) if folds_case else name == account


def _check_references(references: Sequence[str]) -> None:
    for index, reference in enumerate(references):
        if not reference:
            raise BadInput(f"projects[{index}] is blank.", hint="Did a variable come out empty?")
        if not is_text(reference):
            raise BadInput(f"projects[{index}]: {reference!r} holds half a character, which cannot be sent.")
