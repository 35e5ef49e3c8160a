# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints of the fake QFieldCloud and their paths; those of collaborators are in qfieldcloud_collaborators.py.

An endpoint gets a `Visit` and the parts of its path, and returns a `Reply` or raises `Refusal`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from .qfieldcloud_collaborators import (
    add_collaborator,
    change_collaborator,
    get_collaborator,
    list_collaborators,
    refuse_method,
    remove_collaborator,
)
from .qfieldcloud_state import Organization, Project, Refusal, Team, User
from .qfieldcloud_visit import Reply, Visit

PROJECT_CONSTANTS = {
    "project_type": "regular",
    "data_last_packaged_at": None,
    "data_last_updated_at": None,
    "restricted_data_last_updated_at": None,
    "can_repackage": True,
    "needs_repackaging": True,
    "status": "failed",
    "shared_datasets_project_id": None,
    "is_shared_datasets_project": False,
    "is_featured": False,
    "is_attachment_download_on_demand": False,
    "has_restricted_projectfiles": False,
    "overwrite_conflicts": True,
    "file_storage_bytes": 0,
    "the_qgis_file_name": None,
}
NO_INCIDENT = (
    "incident_message",
    "incident_timestamp_utc",
    "maintenance_message",
    "maintenance_start_timestamp_utc",
    "maintenance_end_timestamp_utc",
)
AUTH_PROVIDERS = [{"type": "credentials", "id": "credentials", "name": "Username / Password"}]


# Accounts (contract QFieldCloud 3)


def log_in(visit: Visit) -> Reply:
    fields = visit.fields()
    login, password = fields.get("username", fields.get("email")), fields.get("password")
    if not isinstance(login, str) or not isinstance(password, str) or not password:
        raise Refusal("api_error", "fake: username and password are required")
    agent = visit.call.headers.get("user-agent", "")
    client = next((known for known in ("sdk", "cli") if agent.startswith(f"{known}|")), "unknown")
    try:
        token = visit.world.log_in(login.strip(), password, client, old_case_rule=visit.era == "2024")
    finally:
        # A refused login is counted.
        visit.call.changed = True
    user = visit.world.users[token.username]
    names = {"avatar_url": None, "first_name": "", "last_name": "", "full_name": ""}
    head = {"token": token.token, "expires_at": token.expires_at, "username": user.username, "type": "1"}
    return 200, head | {"email": user.email} | names


def log_out(visit: Visit) -> Reply:
    if visit.user:
        visit.world.revoke(visit.username)
        visit.call.changed = True
    return 200, {"detail": "Successfully logged out."}


def who_am_i(visit: Visit) -> Reply:
    assert visit.user
    return 200, _own_account(visit.user)


def _own_account(user: User) -> dict[str, Any]:
    names = {"avatar_url": None, "first_name": "", "last_name": ""}
    return {"username": user.username, "type": 1, "full_name": "", "email": user.email} | names


def list_providers(visit: Visit) -> Reply:
    return 200, AUTH_PROVIDERS


def refuse_root(visit: Visit) -> Reply:
    raise Refusal("not_authenticated")


def server_info(visit: Visit) -> Reply:
    static = f"{visit.origin}/staticfiles"
    whitelabel = {
        "site_title": "QFieldCloud",
        "logo_navbar": f"{static}/logo_sidetext_white.02505bd19d21.svg",
        "logo_main": f"{static}/logo_undertext_with_buffer.92d5ac1d1988.svg",
        "favicon": f"{static}/favicon.cf57ef205b71.ico",
    }
    signup_url = f"{visit.origin}/accounts/signup/"
    return 200, {"whitelabel": whitelabel, "auth_providers": AUTH_PROVIDERS, "signup_url": signup_url}


def status(visit: Visit) -> Reply:
    head = {"database": "ok", "storage": "error", "status_page_url": "https://status.qfield.cloud/"}
    return 200, head | dict.fromkeys(NO_INCIDENT)


# Projects and people (contract QFieldCloud 13)


def _shown_project(visit: Visit, project: Project) -> dict[str, Any]:
    role, origin = visit.role(project) or ("", "")
    return PROJECT_CONSTANTS | {
        "id": project.id,
        "name": project.name,
        "owner": project.owner,
        "description": project.description,
        "private": not project.is_public,
        "is_public": project.is_public,
        "created_at": project.created_at,
        "updated_at": project.created_at,
        "user_role": role,
        "user_role_origin": origin,
    }


def list_projects(visit: Visit) -> Reply:
    query = visit.call.query
    if query.get("include_public", "0") not in ("0", "1"):
        raise Refusal("api_error", "fake: include_public is 0 or 1")
    with_public = query.get("include_public") == "1" or "include-public" in query
    projects = sorted(visit.world.projects.values(), key=lambda project: (project.owner, project.name))
    for key in ("owner", "name"):
        wanted = query.get(key, "").strip().lower()
        if wanted:
            projects = [each for each in projects if getattr(each, key).lower() == wanted]
    for word in query.get("search", "").lower().split():
        projects = [each for each in projects if word in each.owner.lower() or word in each.name.lower()]
    ordering = query.get("ordering", "")
    if ordering.removeprefix("-") in ("name", "owner", "created_at"):
        key = ordering.removeprefix("-")
        projects.sort(key=lambda project: getattr(project, key), reverse=ordering.startswith("-"))
    # The public ones of others are left out unless asked for.
    hidden = (None,) if with_public else (None, "public")
    seen = [project for project in projects if (visit.role(project) or (None, None))[1] not in hidden]
    return 200, [_shown_project(visit, project) for project in seen]


def list_public_projects(visit: Visit) -> Reply:
    projects = [project for project in visit.world.projects.values() if project.is_public]
    projects.sort(key=lambda project: (project.owner, project.name))
    return 200, [_shown_project(visit, project) for project in projects]


def get_project(visit: Visit, project_id: str) -> Reply:
    try:
        canonical_id = str(uuid.UUID(project_id))
    except ValueError as error:
        detail = f"{{'__all__': ['\u201c{project_id}\u201d is not a valid UUID.']}}"
        raise Refusal("validation_error", detail) from error
    project = visit.world.projects.get(canonical_id)
    if project is None:
        raise Refusal("object_not_found", "Project matching query does not exist.")
    if visit.role(project) is None or visit.world.is_over_limit(project):
        raise Refusal("permission_denied")
    return 200, _shown_project(visit, project)


def search_users(visit: Visit) -> Reply:
    world, query = visit.world, visit.call.query
    found = [(name, 1, name) for name in world.users]
    found += [(name, 2, name) for name in world.organizations]
    found += [(team.username, 3, team.shown) for team in world.teams.values()]
    project = world.projects.get(query.get("project", ""))
    if project:
        foreign = {name for name, team in world.teams.items() if team.organization != project.owner}
        left_out = foreign | project.rows.keys() | {project.owner}
        found = [item for item in found if item[0] not in left_out]
    wanted = query.get("q", "").lower()
    return 200, [_shown_account(*item) for item in found if wanted in item[0].lower()]


def _shown_account(username: str, kind: int, display: str) -> dict[str, Any]:
    head = {"username": username, "type": kind, "full_name": "", "avatar_url": None}
    return head | {"username_display": display}


def get_user(visit: Visit, name: str) -> Reply:
    if name == visit.username:
        return who_am_i(visit)
    if name in visit.world.organizations:
        organization = visit.world.organizations[name]
        if not visit.world.belongs(visit.username, organization):
            raise Refusal("object_not_found")
        return 200, _shown_organization(visit, organization, visit.username)
    if name in visit.world.users:
        return 200, _shown_account(name, 1, name)
    raise Refusal("permission_denied")


def _shown_organization(visit: Visit, organization: Organization, username: str) -> dict[str, Any]:
    """The organization as its member `username` sees it."""
    member = organization.members.get(username)
    membership: tuple[Any, Any, Any] = (None, None, None)
    if organization.owner == username:
        membership = ("admin", "organization_owner", True)
    elif member:
        membership = (member.role, "organization_member", member.is_public)
    return {
        "username": organization.username,
        "type": 2,
        "email": "",
        "avatar_url": None,
        "members": [each.member for each in organization.members.values() if each.is_public],
        "organization_owner": organization.owner,
        "membership_role": membership[0],
        "membership_role_origin": membership[1],
        "membership_is_public": membership[2],
        "teams": [team.shown for team in visit.world.teams_of(organization)],
    }


def list_organizations_of(visit: Visit, name: str) -> Reply:
    if name not in visit.world.users:
        raise Refusal("permission_denied")
    mine = [each for each in visit.world.organizations.values() if visit.world.belongs(name, each)]
    return 200, [_shown_organization(visit, organization, name) for organization in mine]


def list_members(visit: Visit, organization_name: str) -> Reply:
    organization = _organization(visit, organization_name)
    roles = {"creator": "member"} if visit.era == "2024" else {}
    return 200, [
        {
            "organization": organization.username,
            "member": member.member,
            "role": roles.get(member.role, member.role),
            "is_public": member.is_public,
        }
        for member in organization.members.values()
    ]


def get_member(visit: Visit, organization_name: str, name: str) -> Reply:
    """Where the path of a team's members leads, too: @acme_org is no organization."""
    _organization(visit, organization_name)
    raise Refusal("fake: not_implemented")


# Teams (contract QFieldCloud 9)


def _organization(visit: Visit, name: str, *, write: bool = False) -> Organization:
    organization = visit.world.organizations.get(name)
    if organization is None or (write and not visit.world.administers(visit.username, organization)):
        raise Refusal("permission_denied")
    return organization


def _team(visit: Visit, organization_name: str, name: str, *, write: bool = False) -> Team:
    organization = _organization(visit, organization_name, write=write)
    team = visit.world.teams.get(f"@{organization.username}/{name}")
    if team is None:
        raise Refusal("object_not_found", "Team matching query does not exist.")
    return team


def _text_field(visit: Visit, key: str) -> str:
    value = visit.fields().get(key)
    if not isinstance(value, str) or not value:
        raise Refusal("api_error", {key: ["This field is required."]})
    return value


def _shown_team(team: Team) -> dict[str, Any]:
    return {"team": team.shown, "organization": team.organization, "members": list(team.members)}


def list_teams(visit: Visit, organization_name: str) -> Reply:
    organization = _organization(visit, organization_name)
    return 200, [_shown_team(team) for team in visit.world.teams_of(organization)]


def add_team(visit: Visit, organization_name: str) -> Reply:
    organization = _organization(visit, organization_name, write=True)
    team = visit.world.add_team(organization, _text_field(visit, "team"))
    visit.call.changed = True
    return 201, _shown_team(team)


def get_team(visit: Visit, organization_name: str, name: str) -> Reply:
    return 200, _shown_team(_team(visit, organization_name, name))


def rename_team(visit: Visit, organization_name: str, name: str) -> Reply:
    team = _team(visit, organization_name, name, write=True)
    visit.world.rename_team(team, _text_field(visit, "team"))
    visit.call.changed = True
    return 200, _shown_team(team)


def remove_team(visit: Visit, organization_name: str, name: str) -> Reply:
    visit.world.remove_team(_team(visit, organization_name, name, write=True))
    visit.call.changed = True
    return 204, None


def _team_of_members(visit: Visit, organization_name: str, name: str, *, write: bool = False) -> Team:
    """As `_team`, but these paths refuse a team that is not there as they refuse an organization."""
    organization = _organization(visit, organization_name, write=write)
    if f"@{organization.username}/{name}" not in visit.world.teams:
        raise Refusal("permission_denied")
    return _team(visit, organization_name, name)


def list_team_members(visit: Visit, organization_name: str, name: str) -> Reply:
    return 200, [{"member": member} for member in _team_of_members(visit, organization_name, name).members]


def add_team_member(visit: Visit, organization_name: str, name: str) -> Reply:
    team = _team_of_members(visit, organization_name, name, write=True)
    member = _text_field(visit, "member")
    visit.world.add_team_member(team, member)
    visit.call.changed = True
    return 201, {"member": member}


def remove_team_member(visit: Visit, organization_name: str, name: str, member: str) -> Reply:
    team = _team_of_members(visit, organization_name, name, write=True)
    if member not in team.members:
        raise Refusal("object_not_found", "TeamMember matching query does not exist.")
    team.members.remove(member)
    visit.call.changed = True
    return 204, None


class Route:
    """A path below /api/v1/, its Allow header, and the endpoint of each method.

    `otherwise` answers the remaining methods; without it those in `allow` are "not part of the contract", others 405.
    """

    def __init__(
        self,
        path: str,
        allow: str,
        endpoints: dict[str, Callable[..., Reply]],
        *,
        otherwise: Callable[..., Reply] | None = None,
        anonymous: bool = False,
        headers: dict[str, str] | None = None,
    ) -> None:
        # As in the server: a project id is a lower-case, dashed UUID; a name is anything without a slash.
        text = path.replace("<uuid>", "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})").replace("<name>", "([^/]+)")
        self.pattern = re.compile(text)
        self.allow = allow
        self.endpoints = endpoints
        self.otherwise = otherwise
        self.anonymous = anonymous
        self.headers = headers or {}


_READ = "GET, HEAD, OPTIONS"
_LIST = "GET, POST, HEAD, OPTIONS"
_ONE = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"
_CACHED = {"Cache-Control": "max-age=60"}
_LOG_OUT = {"GET": log_out, "POST": log_out}
_COLLABORATOR = {
    "GET": get_collaborator,
    "PUT": change_collaborator,
    "PATCH": change_collaborator,
    "DELETE": remove_collaborator,
}
_TEAM = {"GET": get_team, "PUT": rename_team, "PATCH": rename_team, "DELETE": remove_team}
_TEAM_MEMBERS = {"GET": list_team_members, "POST": add_team_member}

LOG_IN = Route("auth/(?:login|token)/", "POST, OPTIONS", {"POST": log_in}, anonymous=True)
LOG_OUT = Route("auth/logout/", _LIST, _LOG_OUT, anonymous=True)
COLLABORATORS = Route(
    "collaborators/<uuid>/", _LIST, {"GET": list_collaborators, "POST": add_collaborator}, otherwise=refuse_method
)
COLLABORATOR = Route("collaborators/<uuid>/<name>/", _ONE, _COLLABORATOR, otherwise=refuse_method)
PROVIDERS = Route("auth/providers/", _READ, {"GET": list_providers}, anonymous=True)
ROUTES = (
    Route("", _READ, {"GET": refuse_root}, anonymous=True),
    COLLABORATORS,
    COLLABORATOR,
    LOG_IN,
    LOG_OUT,
    PROVIDERS,
    Route("auth/user/", _READ, {"GET": who_am_i}),
    Route("server/info/", _READ, {"GET": server_info}, anonymous=True, headers=_CACHED),
    Route("status/", _READ, {"GET": status}, anonymous=True, headers=_CACHED),
    Route("projects/", _LIST, {"GET": list_projects}),
    Route("projects/public/", _READ, {"GET": list_public_projects}),
    Route("projects/<name>/", _ONE, {"GET": get_project}),
    Route("users/", _LIST, {"GET": search_users}),
    Route("users/<name>/", "GET, PUT, PATCH, HEAD, OPTIONS", {"GET": get_user}),
    Route("users/<name>/organizations/", _READ, {"GET": list_organizations_of}),
    Route("members/<name>/", _LIST, {"GET": list_members}),
    Route("members/<name>/<name>/", _ONE, {"GET": get_member}),
    Route("organizations/<name>/teams/", _LIST, {"GET": list_teams, "POST": add_team}),
    Route("organizations/<name>/teams/<name>/", _ONE, _TEAM),
    Route("organizations/<name>/teams/<name>/members/", _LIST, _TEAM_MEMBERS),
    Route("organizations/<name>/teams/<name>/members/<name>/", "DELETE, OPTIONS", {"DELETE": remove_team_member}),
)
