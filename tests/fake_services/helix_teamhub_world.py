# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The company behind the fake Helix TeamHub: its accounts and projects, and who may see and manage what.

A world:

    {"company": {"id": "acme", "key": "<company key>"},
     "caller": "ann",                                         whose keys the fake hands out
     "accounts": {"ann": {"type": "user" | "collaborator", "email": ..., "first_name": ..., "last_name": ...,
                          further attributes of contract 5,   left out = those of ACCOUNT
                          "account_key": ..., "password": ...,          optional: it can call, it can log in
                          "deactivated": true}},              optional
     "groups": {"devs": {"members": ["ann"]}},
     "projects": {"apollo": {"name": ..., further attributes, left out = those of PROJECT
                             "users": {"ann": "admin"}, "groups": {"devs": "developer"},
                             "collaborators": {"ext.jdoe": "guest"}}}}
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

ROLES = ("guest", "developer", "master", "manager", "admin")
MANAGING = ("manager", "admin")
CREATED = {"created_at": "2026-01-15T09:30:00Z", "updated_at": "2026-01-15T09:30:00Z"}
PROJECT: Json = {
    **CREATED,
    "description": "",
    "color": "blue",
    "visibility": "company",
    "labels": [],
    "properties": {},
    "hook_events": ["repository"],
}
ACCOUNT: Json = {
    **CREATED,
    "company_admin": False,
    "instance_admin": False,
    "description": "",
    "phone": "",
    "title": "",
    "avatar": {"large": "", "medium": "", "small": ""},
    "synchronized_fields": [],
    "locale": "en",
    "source": "",
}
MEMBER_LISTS = ("users", "groups", "collaborators")
INTERNAL = ("account_key", "password", "deactivated")


class World:
    """`data` is kept and changed in place. KeyError when something every world has is missing."""

    def __init__(self, data: Json) -> None:
        self.data = data
        self.company_id: str = data["company"]["id"]
        self.company_key: str = data["company"]["key"]
        self.accounts: dict[str, Json] = data["accounts"]
        self.groups: dict[str, Json] = data["groups"]
        self.projects: dict[str, Json] = data["projects"]
        self.caller_key: str = self.accounts[data["caller"]]["account_key"]
        self.collaborators: dict[str, Json] = {}
        self.by_key: dict[str, str] = {}
        for account_id, account in self.accounts.items():
            if account["type"] == "collaborator":
                self.collaborators[account_id] = account
            if "account_key" in account:
                self.by_key[account["account_key"]] = account_id

    def members(self, project_id: str, kind: str) -> dict[str, str]:
        """Id -> role of a project's direct members; `kind` is one of MEMBER_LISTS."""
        members: dict[str, str] = self.projects[project_id][kind]
        return members

    def highest_role(self, project_id: str, account_id: str) -> str:
        """The highest role of an account in a project, directly or through groups; "" for none."""
        roles = [self.members(project_id, kind).get(account_id, "") for kind in ("users", "collaborators")]
        for group_id, role in self.members(project_id, "groups").items():
            if account_id in self.groups[group_id]["members"]:
                roles.append(role)
        return max(roles, key=("", *ROLES).index)

    def sees(self, account_id: str, project_id: str) -> bool:
        """Being a company admin is not enough for a private project, being a collaborator not for any (contract 7)."""
        project = PROJECT | self.projects[project_id]
        open_to_it = project["visibility"] == "company" and self.accounts[account_id]["type"] == "user"
        return open_to_it or self.highest_role(project_id, account_id) != ""

    def manages(self, account_id: str, project_id: str) -> bool:
        is_company_admin: bool = (ACCOUNT | self.accounts[account_id])["company_admin"]
        return is_company_admin or self.highest_role(project_id, account_id) in MANAGING

    def project(self, project_id: str) -> Json:
        """A project's attributes as the API shows them."""
        own = self.projects[project_id]
        return {"id": project_id, **PROJECT, **{key: own[key] for key in own if key not in MEMBER_LISTS}}

    def account(self, account_id: str) -> Json:
        """An account's attributes as the API shows them."""
        own = self.accounts[account_id]
        shown = {key: own[key] for key in own if key not in INTERNAL}
        display_name = f"{own['first_name']} {own['last_name']}"
        return {"id": account_id, "display_name": display_name, **ACCOUNT, **shown}
