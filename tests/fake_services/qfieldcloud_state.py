# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State and rules of the fake QFieldCloud: accounts, tokens, organizations, teams, projects, collaborator rows.

Knows no HTTP. What the server refuses is raised as `Refusal`. The shape of a world (its seed and its dump):

    caller         name of the user whose credentials the fake hands out
    users          [{username, email = <username>@example.org, is_active = true, is_superuser = false,
                     password = PASSWORD (null: cannot log in), plan_limit = null (collaborators per private project)}]
    filler_users   number of users user001, user002 ... without password and token; not in the dump, which lists them
    organizations  [{username, owner, members: [{member, role, is_public = false}]}]
    teams          [{organization, team, members: [username]}]      `team` without the prefix @organization/
    projects       [{id, owner, name, is_public, description, created_at = a second after the last one,
                     collaborators: [row]}]
                   row = {collaborator, role, created_by, updated_by = created_by, created_at, updated_at = SEED_TIME}
    tokens         [{token, username, client, expires_at}]; left out: `token_of` each user who can log in, and
                   `expired_token_of` the caller
    failed_logins  {login name in lower case: wrong passwords so far}
    notifications  how many the server has sent
"""

from __future__ import annotations

import hashlib
import heapq
import secrets
import string
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

ROLES = ("reader", "reporter", "editor", "manager", "admin")
MANAGING_ROLES = ("admin", "manager")
UNKNOWN_ROLE = "auditor"
PASSWORD = "example-password"
TOKEN_HOURS = 720
LOGIN_FAILURES = 5
# The server answers in its own time zone, not in UTC (contract QFieldCloud 2).
ZONE = timezone(timedelta(hours=1))
SEED_TIME = "2026-11-22T08:55:53.937554+01:00"
LONG_AGO = "2020-01-01T00:00:00.000000+01:00"

# code -> status, message (contract QFieldCloud 8); texts that start with "fake:" are not known of the real server
ERRORS = {
    "api_error": (400, "API Error"),
    "validation_error": (400, "Validation error"),
    "authentication_failed": (401, "Authentication failed"),
    "not_authenticated": (401, "Not authenticated"),
    "token_authentication_failed": (401, "Token authentication failed"),
    "too_many_failed_login_attempts": (401, "Too many failed login attempts!"),
    "permission_denied": (403, "Permission denied"),
    "object_not_found": (404, "Object not found"),
    "fake: conflict": (409, "fake: Conflict"),
    "fake: throttled": (429, "fake: Too many requests"),
    "unknown_error": (500, "QFieldcloud Unknown Error"),
    "fake: not_implemented": (501, "fake: not part of the contract"),
}


class Refusal(Exception):
    """The server says no. `status` defaults to that of the code; `detail` is shown in debug mode only."""

    def __init__(self, code: str, detail: Any = None, status: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.status = status or ERRORS[code][0]


def now(hours: int = 0) -> str:
    return (datetime.now(ZONE) + timedelta(hours=hours)).isoformat(timespec="microseconds")


def token_of(username: str) -> str:
    """The token that this user holds in a seeded world: 100 letters and digits, always the same."""
    return hashlib.sha512(username.encode()).hexdigest()[:100]


def expired_token_of(username: str) -> str:
    return token_of(f"{username} expired")


@dataclass
class User:
    username: str
    email: str
    is_active: bool = True
    is_superuser: bool = False
    password: str | None = PASSWORD
    plan_limit: int | None = None


@dataclass
class Member:
    member: str
    role: str
    is_public: bool = False


@dataclass
class Organization:
    username: str
    owner: str
    members: dict[str, Member]


@dataclass
class Team:
    organization: str
    team: str
    members: list[str]

    @property
    def username(self) -> str:
        return f"@{self.organization}/{self.team}"

    @property
    def shown(self) -> str:
        # A team made as "@acme_org/x" is stored as "@acme_org/@acme_org/x" and shown as "x" (contract QFieldCloud 9).
        return self.username.replace(f"@{self.organization}/", "")


@dataclass
class Row:
    """One collaborator of one project; `place` is where it lies on the server's disk."""

    collaborator: str
    role: str
    created_by: str | None
    updated_by: str | None
    created_at: str
    updated_at: str
    place: int


@dataclass
class Project:
    id: str
    owner: str
    name: str
    is_public: bool
    description: str
    created_at: str
    rows: dict[str, Row] = field(default_factory=dict)
    free_places: list[int] = field(default_factory=list)

    def take_place(self) -> int:
        """The first free place, else a new one at the end: the physical order of contract QFieldCloud 6."""
        if self.free_places:
            return heapq.heappop(self.free_places)
        return len(self.rows)

    def free(self, place: int) -> None:
        heapq.heappush(self.free_places, place)

    def listing(self) -> list[Row]:
        """The rows in physical order."""
        return sorted(self.rows.values(), key=lambda row: row.place)


@dataclass
class Token:
    token: str
    username: str
    client: str
    expires_at: str


class World:
    """The whole state. Raises KeyError or TypeError when `world` does not have the shape above."""

    def __init__(self, world: dict[str, Any]) -> None:
        self.caller: str = world["caller"]
        self.users: dict[str, User] = {}
        for user in world["users"]:
            self._add_user(**user)
        for number in range(1, world.get("filler_users", 0) + 1):
            self._add_user(f"user{number:03}", password=None)
        self.organizations = {
            given["username"]: Organization(
                given["username"], given["owner"], {item["member"]: Member(**item) for item in given["members"]}
            )
            for given in world["organizations"]
        }
        teams = [Team(given["organization"], given["team"], list(given["members"])) for given in world["teams"]]
        self.teams = {team.username: team for team in teams}
        self.projects = {given["id"]: self._project(index, **given) for index, given in enumerate(world["projects"])}
        tokens = [Token(**token) for token in world["tokens"]] if "tokens" in world else self._first_tokens()
        self.tokens = {token.token: token for token in tokens}
        self.failed_logins: dict[str, int] = dict(world.get("failed_logins", {}))
        self.notifications: int = world.get("notifications", 0)

    def _add_user(self, username: str, **values: Any) -> None:
        self.users[username] = User(username, **{"email": f"{username}@example.org"} | values)

    @staticmethod
    def _project(index: int, collaborators: list[dict[str, Any]], **values: Any) -> Project:
        created_at = datetime.fromisoformat(SEED_TIME) + timedelta(seconds=index)
        project = Project(**{"created_at": created_at.isoformat()} | values)
        for place, given in enumerate(collaborators):
            row = {"updated_by": given["created_by"], "created_at": SEED_TIME, "updated_at": SEED_TIME} | given
            project.rows[row["collaborator"]] = Row(**row, place=place)
        return project

    def _first_tokens(self) -> list[Token]:
        holders = [user.username for user in self.users.values() if user.is_active and user.password is not None]
        valid = [Token(token_of(username), username, "sdk", now(TOKEN_HOURS)) for username in holders]
        return [*valid, Token(expired_token_of(self.caller), self.caller, "sdk", LONG_AGO)]

    def dump(self) -> dict[str, Any]:
        return {
            "caller": self.caller,
            "users": [asdict(user) for user in self.users.values()],
            "organizations": [
                {**vars(given), "members": [asdict(member) for member in given.members.values()]}
                for given in self.organizations.values()
            ],
            "teams": [asdict(team) for team in self.teams.values()],
            "projects": [self._dump_project(project) for project in self.projects.values()],
            "tokens": sorted((asdict(token) for token in self.tokens.values()), key=lambda token: token["token"]),
            "failed_logins": dict(self.failed_logins),
            "notifications": self.notifications,
        }

    @staticmethod
    def _dump_project(project: Project) -> dict[str, Any]:
        values = {key: value for key, value in vars(project).items() if key not in ("rows", "free_places")}
        rows = [asdict(project.rows[name]) for name in sorted(project.rows)]
        for row in rows:
            del row["place"]
        return {**values, "collaborators": rows}

    # Accounts and tokens

    def log_in(self, login: str, password: str, client: str, *, old_case_rule: bool = False) -> Token:
        """A new token for the user with this name or e-mail address, in any case.

        With `old_case_rule` a name is tried as given and in lower case only (contract QFieldCloud 14).
        """
        key = login.lower()
        if self.failed_logins.get(key, 0) >= LOGIN_FAILURES:
            raise Refusal("too_many_failed_login_attempts")
        user = self._user_called(login, old_case_rule)
        if user is None or not user.is_active or user.password is None or user.password != password:
            self.failed_logins[key] = self.failed_logins.get(key, 0) + 1
            locked = self.failed_logins[key] >= LOGIN_FAILURES
            raise Refusal("too_many_failed_login_attempts" if locked else "authentication_failed")
        if client == "unknown":
            # One live token per unknown client type (contract QFieldCloud 3).
            self.revoke(user.username, client)
        value = "".join(secrets.choice(string.ascii_letters + string.digits) for _number in range(100))
        token = self.tokens[value] = Token(value, user.username, client, now(TOKEN_HOURS))
        return token

    def _user_called(self, login: str, old_case_rule: bool) -> User | None:
        names = {login, login.lower()}
        for user in self.users.values():
            name = user.username if old_case_rule else user.username.lower()
            if name in names or user.email.lower() in names:
                return user
        return None

    def revoke(self, username: str, client: str | None = None) -> None:
        """Revoke all tokens of the user, or those of one client type."""
        self.tokens = {
            value: token
            for value, token in self.tokens.items()
            if token.username != username or client not in (None, token.client)
        }

    def expire_tokens(self) -> None:
        for token in self.tokens.values():
            token.expires_at = LONG_AGO

    def user_with(self, token: str) -> User | None:
        """The user who holds this token, if it is known, not expired and the user is active."""
        found = self.tokens.get(token)
        if found is None or datetime.fromisoformat(found.expires_at) < datetime.now(ZONE):
            return None
        user = self.users[found.username]
        return user if user.is_active else None

    # Rights

    def role(self, username: str, project: Project, member_role: str | None = None) -> tuple[str, str] | None:
        """Effective role and its origin: the first match, not the highest (contract QFieldCloud 7).

        `member_role` is what the organization gives to its members by default.
        """
        organization = self.organizations.get(project.owner)
        if project.owner == username:
            return "admin", "project_owner"
        if organization and organization.owner == username:
            return "admin", "organization_owner"
        member = organization.members.get(username) if organization else None
        if member and member.role == "admin":
            return "admin", "organization_admin"
        if username in project.rows:
            return project.rows[username].role, "collaborator"
        for row in project.listing():
            if row.collaborator in self.teams and username in self.teams[row.collaborator].members:
                return row.role, "team_member"
        if member and member_role:
            return member_role, "organization_member"
        return ("reader", "public") if project.is_public else None

    def administers(self, username: str, organization: Organization) -> bool:
        member = organization.members.get(username)
        return username == organization.owner or (member is not None and member.role == "admin")

    def belongs(self, username: str, organization: Organization) -> bool:
        return username == organization.owner or username in organization.members

    def is_over_limit(self, project: Project, extra: int = 0) -> bool:
        """Whether a private project has, or with `extra` more would have, more collaborators than its owner's plan."""
        limit = self.users[project.owner].plan_limit if project.owner in self.users else None
        return limit is not None and not project.is_public and len(project.rows) + extra > limit

    # Collaborator rows

    def check_addable(self, project: Project, name: str) -> None:
        """Refuse a known person or team that the rules of contract QFieldCloud 5 keep out of the project."""
        organization = self.organizations.get(project.owner)
        if name == project.owner:
            raise _rule("Cannot add the project owner as a collaborator.")
        if organization and name in self.teams and self.teams[name].organization != organization.username:
            raise _rule("Team does not exist.")
        if organization and name in self.users and not self.belongs(name, organization):
            raise _rule("Cannot add a user who is not a member of the organization as a project collaborator.")

    def add_row(self, project: Project, name: str, role: str, by: str | None) -> Row:
        place = project.take_place()
        row = project.rows[name] = Row(name, role, by, by, created_at=now(), updated_at=now(), place=place)
        self._notify(project)
        return row

    def change_row(self, project: Project, row: Row, name: str, role: str) -> None:
        # updated_by stays the creator, and even an empty change moves the row (contract QFieldCloud 4, 6).
        old_place, row.place = row.place, project.take_place()
        project.free(old_place)
        del project.rows[row.collaborator]
        row.collaborator, row.role, row.updated_at = name, role, now()
        project.rows[name] = row

    def remove_row(self, project: Project, row: Row) -> None:
        del project.rows[row.collaborator]
        project.free(row.place)
        self._notify(project)

    def set_access(self, project: Project, name: str, role: str | None) -> None:
        """What another writer does: add, change or (`role` None) remove a row; nothing when it is like that already."""
        row = project.rows.get(name)
        if row is None and role:
            self.add_row(project, name, role, by=None)
        elif row and role and row.role != role:
            self.change_row(project, row, name, role)
        elif row and not role:
            self.remove_row(project, row)

    def give_unknown_role(self) -> None:
        """Give the last collaborator by name, on every project that has any, a role that no contract knows."""
        for project in self.projects.values():
            if project.rows:
                project.rows[max(project.rows)].role = UNKNOWN_ROLE

    def _notify(self, project: Project) -> None:
        """One notification to every person with access (contract QFieldCloud 15)."""
        people = {project.owner} & self.users.keys()
        organization = self.organizations.get(project.owner)
        if organization:
            people |= {organization.owner}
            people |= {member.member for member in organization.members.values() if member.role == "admin"}
        for name in project.rows:
            people |= set(self.teams[name].members) if name in self.teams else {name}
        self.notifications += len(people)

    # Teams

    def teams_of(self, organization: Organization) -> list[Team]:
        return [team for team in self.teams.values() if team.organization == organization.username]

    def add_team(self, organization: Organization, name: str) -> Team:
        team = Team(organization.username, name, [])
        if team.username in self.teams:
            raise Refusal("unknown_error", "fake: duplicate key value violates unique constraint")
        self.teams[team.username] = team
        return team

    def rename_team(self, team: Team, name: str) -> None:
        old = team.username
        if Team(team.organization, name, []).username in self.teams.keys() - {old}:
            raise Refusal("unknown_error", "fake: duplicate key value violates unique constraint")
        team.team = name
        self.teams = {each.username: each for each in self.teams.values()}
        for project in self.projects.values():
            if old in project.rows:
                row = project.rows.pop(old)
                row.collaborator = team.username
                project.rows[team.username] = row

    def remove_team(self, team: Team) -> None:
        del self.teams[team.username]
        for project in self.projects.values():
            if team.username in project.rows:
                self.remove_row(project, project.rows[team.username])

    def add_team_member(self, team: Team, username: str) -> None:
        if username not in self.users:
            raise Refusal("api_error", {"member": [f"Object with username={username} does not exist."]})
        if any(username in each.members for each in self.teams.values()):
            raise Refusal("api_error", {"member": ["fake: already in a team"]})
        if not self.belongs(username, self.organizations[team.organization]):
            raise _rule("Cannot add team member that is not an organization member.")
        team.members.append(username)


def _rule(text: str) -> Refusal:
    return Refusal("validation_error", f"{{'__all__': ['{text}']}}")
