# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of the modules that only read."""

from __future__ import annotations

from typing import Any, Dict, Optional, Sequence

from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.result import shown
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import visible
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import Listing, Scale
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.survey import Survey

# How many projects a warning names.
NAMED = 10


def survey_result(seen: Survey, scale: Scale, account: Optional[str], emails: bool) -> Dict[str, Any]:
    """The result of a module that only reads: C(projects) as the plural module takes them, the rest beside it.

    Where one C(account) is looked for, a project that lists it nowhere, because it owns it, say, is in C(details) only.
    """
    projects = [
        {"project": reference, "collaborators": shown(listing.members, scale)}
        for reference, listing in seen.listings.items()
        if listing.members or not account
    ]
    counts = {
        "project": len(projects),
        "collaborator": sum(len(project["collaborators"]) for project in projects),
    }
    summary = [f"{count} {noun}{'' if count == 1 else 's'}" for noun, count in counts.items()]
    return {
        "changed": False,
        "projects": projects,
        "details": {reference: _details(listing, emails) for reference, listing in seen.listings.items()},
        "unreadable": [
            {"project": reference, "error": error.as_dict()} for reference, error in seen.unreadable.items()
        ],
        "summary": ", ".join([*summary, f"{len(seen.unreadable)} unreadable"]),
    }


def unreadable_warning(title: str, references: Sequence[str]) -> str:
    """Short, and fit to be shown, whatever the projects are called and however many they are."""
    count, named = len(references), references[:NAMED]
    names = ", ".join([*named, *(["and so on"] if count > len(named) else [])])
    return visible(
        f"{title}: {count} project{'' if count == 1 else 's'} could not be read: {names}. "
        "The reasons are in unreadable."
    )


def _details(listing: Listing, emails: bool) -> Dict[str, Any]:
    details = {
        **listing.project.about,
        "project_id": listing.project.id,
        "owners": sorted(listing.owners),
        "manageable": listing.manageable,
        "note": listing.note,
    }
    if emails:
        details["emails"] = dict(sorted(listing.emails.items()))
    if listing.inherited is not None:
        details["inherited"] = {name: list(listing.inherited[name]) for name in sorted(listing.inherited)}
        details["inherited_unknown"] = list(listing.inherited_unknown)
    return details
