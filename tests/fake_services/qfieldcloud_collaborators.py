# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collaborator endpoints of the fake QFieldCloud (contract QFieldCloud 4 to 9, and 14 for older servers)."""

from __future__ import annotations

from typing import Any

from .qfieldcloud_state import MANAGING_ROLES, ROLES, Project, Refusal, Row
from .qfieldcloud_visit import Reply, Visit

# The eras of the switch in which a change is still to come (contract QFieldCloud 14).
BEFORE_25_13 = ("25.12", "2024")
BEFORE_26_22 = ("26.21", *BEFORE_25_13)

DUPLICATE_CODES = {400: "validation_error", 500: "unknown_error", 409: "fake: conflict"}


def _managed_project(visit: Visit, project_id: str) -> Project:
    project = visit.world.projects.get(project_id)
    if project is None:
        raise Refusal("permission_denied" if visit.era in BEFORE_26_22 else "object_not_found")
    role = visit.role(project)
    if role is None or role[0] not in MANAGING_ROLES:
        raise Refusal("permission_denied")
    return project


def _row(visit: Visit, project: Project, name: str) -> Row:
    if "\0" in name:
        raise Refusal("unknown_error")
    routable = visit.switch["team_path"] == "routed" or "/" not in name
    if name not in project.rows or not routable:
        raise Refusal("object_not_found", "ProjectCollaborator matching query does not exist.")
    return project.rows[name]


def _shown(project: Project, row: Row) -> dict[str, Any]:
    keys = ("collaborator", "role", "created_by", "updated_by", "created_at", "updated_at")
    return {"project_id": project.id} | {key: getattr(row, key) for key in keys}


def _protect_admins(visit: Visit, project: Project, *roles: str) -> None:
    role = visit.role(project)
    if visit.switch["admin_protection"] == "on" and role and role[0] == "manager" and "admin" in roles:
        raise Refusal("permission_denied")


def _known_collaborator(visit: Visit, value: Any) -> str:
    """The person or team that the body names; Refusal when there is none."""
    if visit.era == "2024" and (not isinstance(value, str) or value not in visit.world.users):
        raise Refusal("object_not_found")
    if value is None or value == "":
        raise Refusal("api_error", {"collaborator": ["This field may not be null."]})
    if isinstance(value, (list, dict)) or "\0" in str(value):
        raise Refusal("api_error", {"collaborator": ["Invalid value."]})
    name = str(value)
    if name in visit.world.users or (name in visit.world.teams and visit.era not in BEFORE_25_13):
        return name
    if visit.era in BEFORE_25_13:
        raise Refusal("object_not_found", status=400)
    raise Refusal("api_error", {"collaborator": [f"Object with username={name} does not exist."]})


def _known_role(value: Any) -> str:
    if value is None:
        raise Refusal("api_error", {"role": ["This field may not be null."]})
    if not isinstance(value, str) or value not in ROLES:
        raise Refusal("api_error", {"role": [f'"{value}" is not a valid choice.']})
    return value


def list_collaborators(visit: Visit, project_id: str) -> Reply:
    project = _managed_project(visit, project_id)
    rows = project.listing()
    if visit.switch["order"] == "name":
        rows.sort(key=lambda row: row.collaborator)
    elif visit.switch["order"] == "shuffled":
        visit.random.shuffle(rows)
    return 200, [_shown(project, row) for row in rows]


def add_collaborator(visit: Visit, project_id: str) -> Reply:
    project = _managed_project(visit, project_id)
    data = visit.data()
    if visit.era == "2024" and (not isinstance(data, dict) or "collaborator" not in data):
        raise Refusal("unknown_error")
    fields = visit.fields()
    if "collaborator" not in fields:
        raise Refusal("api_error", {"collaborator": ["This field is required."]})
    name = _known_collaborator(visit, fields["collaborator"])
    role = _known_role(fields.get("role", "reader"))
    _protect_admins(visit, project, role)
    if name in project.rows:
        text = "{'__all__': ['Project collaborator with this Project and Collaborator already exists.']}"
        raise Refusal(DUPLICATE_CODES[visit.switch["duplicate_post"]], text)
    visit.world.check_addable(project, name)
    if visit.switch["plan_limit"] == "enforced" and visit.world.is_over_limit(project, extra=1):
        raise Refusal("validation_error", "fake: the plan allows no more collaborators")
    row = visit.world.add_row(project, name, role, visit.username)
    visit.call.changed = True
    return 201, _shown(project, row)


def get_collaborator(visit: Visit, project_id: str, name: str) -> Reply:
    project = _managed_project(visit, project_id)
    return 200, _shown(project, _row(visit, project, name))


def change_collaborator(visit: Visit, project_id: str, name: str) -> Reply:
    """PATCH and PUT."""
    project = _managed_project(visit, project_id)
    row = _row(visit, project, name)
    fields = visit.fields()
    new_name = row.collaborator
    if visit.era not in BEFORE_25_13:
        if "collaborator" in fields:
            new_name = _known_collaborator(visit, fields["collaborator"])
        elif visit.call.method == "PUT":
            raise Refusal("api_error", {"collaborator": ["This field is required."]})
    role = _known_role(fields["role"]) if "role" in fields else row.role
    _protect_admins(visit, project, row.role, role)
    if new_name != row.collaborator:
        if new_name in project.rows:
            raise Refusal("validation_error")
        visit.world.check_addable(project, new_name)
    visit.world.change_row(project, row, new_name, role)
    visit.call.changed = True
    return 200, _shown(project, row)


def remove_collaborator(visit: Visit, project_id: str, name: str) -> Reply:
    project = _managed_project(visit, project_id)
    if visit.switch["delete_twice"] == 204 and name not in project.rows:
        return 204, None
    row = _row(visit, project, name)
    _protect_admins(visit, project, row.role)
    visit.world.remove_row(project, row)
    visit.call.changed = True
    return 204, None


def refuse_method(visit: Visit, project_id: str, name: str = "") -> Reply:
    """Every other method on a collaborator URL, HEAD and OPTIONS too, even for the owner (contract QFieldCloud 4)."""
    raise Refusal("permission_denied")
