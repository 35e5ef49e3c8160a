# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading alone: who is on which project, which projects could not be read, and where one account is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Sequence, Set, Tuple, TypeVar, Union

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import BadInput, RollcallError
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Listing,
    Project,
    is_text,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.names import Names, spelled_out
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.prepare import (
    list_each,
    raise_all,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.progress import Progress, silent
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import Service

T = TypeVar("T")
# What a service says of one project. Any other reason, where it is that of all of them, is no matter of the projects.
OF_ONE_PROJECT = ("not_found", "ambiguous", "forbidden", "refused")


@dataclass(frozen=True)
class Survey:
    """What was read, by the reference of each project, and why others could not be.

    C(accounts) are those that stand beside the projects, such as members of an organization.
    """

    listings: Mapping[str, Listing]
    unreadable: Mapping[str, RollcallError]
    accounts: FrozenSet[str] = frozenset()


def survey(service: Service, references: Optional[Sequence[str]], workers: int, progress: Progress = silent) -> Survey:
    """The listings of these projects, or of all that the account can see; each project once, as it is named first.

    Raises BadInput for a reference that can mean no project, and RollcallError for what is wrong with all of them, such
    as refused credentials or an address where no such service is.
    """
    found = service.all_projects() if references is None else _found(service, references)
    projects: Dict[str, Project] = {}
    ids: Set[str] = set()
    for reference, result in found.items():
        if isinstance(result, Project) and result.id not in ids:
            ids.add(result.id)
            projects[reference] = result
    listed = dict(zip(projects, list_each(service, list(projects.values()), workers, progress)))
    results = {reference: listed.get(reference, result) for reference, result in found.items()}
    listings = {reference: result for reference, result in results.items() if isinstance(result, Listing)}
    unreadable = {reference: result for reference, result in results.items() if isinstance(result, RollcallError)}
    if not listings and all(error.kind not in OF_ONE_PROJECT for error in unreadable.values()):
        raise_all(list(unreadable.values())[:1])
    return Survey(listings, unreadable)


def with_inherited(service: Service, seen: Survey) -> Tuple[Survey, Mapping[str, Any]]:
    """The same with what gives access beside the rows, and what a result tells of it beside the projects."""
    listings, beside = service.with_inherited(list(seen.listings.values()))
    accounts = frozenset(service.accounts_beside(beside))
    return replace(seen, listings=dict(zip(seen.listings, listings)), accounts=accounts), beside


def of_account(service: Service, everything: Survey, account: str) -> Survey:
    """What concerns one account: its own row of each listing, and the projects that it owns or has other access to.

    Raises BadInput when it is nowhere, but a name that looks like it is: nobody should conclude from a capital letter
    that somebody has no access, nor take one of two accounts for the other.
    """
    names = {name for listing in everything.listings.values() for name in _names(listing)}
    name = _listed_as(account, Names(names.union(everything.accounts), service.folds_case), service)
    listings = {
        reference: replace(
            listing,
            members=_only(name, listing.members),
            emails=_only(name, listing.emails),
            inherited=None if listing.inherited is None else _only(name, listing.inherited),
        )
        for reference, listing in everything.listings.items()
        if name in _names(listing)
    }
    return Survey(listings, everything.unreadable)


def _names(listing: Listing) -> List[str]:
    return [*listing.members, *listing.owners, *(listing.inherited or ())]


def _only(name: str, of_all: Mapping[str, T]) -> Dict[str, T]:
    return {name: of_all[name]} if name in of_all else {}


def _listed_as(account: str, names: Names, service: Service) -> str:
    """The account as the service spells it, by the rules of a plan, but over all projects."""
    same, alike = names.same(account), names.alike(account)
    if len(same) > 1:
        raise BadInput(f"collaborator: {account} could be any of {', '.join(same)}; write the exact name.")
    if same:
        return same[0]
    if alike:
        listed = ", ".join(map(spelled_out, alike))
        raise BadInput(f"collaborator: {spelled_out(account)} looks like a listed name, {listed}; write it exactly so.")
    reason = service.check_unlisted(account, is_added=False)
    if reason:
        raise BadInput(f"collaborator: {account!r} cannot be a collaborator: {reason}")
    return account


def _found(service: Service, references: Sequence[str]) -> Mapping[str, Union[Project, RollcallError]]:
    for index, reference in enumerate(references):
        if not reference:
            raise BadInput(f"projects[{index}] is blank.", hint="Did a variable come out empty?")
        if not is_text(reference):
            raise BadInput(f"projects[{index}]: {reference!r} holds half a character, which cannot be sent.")
    found = service.find_projects(list(dict.fromkeys(references)))
    results = [found[reference] for reference in references]
    raise_all(
        [
            result.at(f"projects[{index}]")
            for index, result in enumerate(results)
            if isinstance(result, RollcallError) and result.kind == "bad_input"
        ]
    )
    return found
