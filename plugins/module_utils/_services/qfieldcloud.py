# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""QFieldCloud API v1, project collaborators (contract QFieldCloud; the numbers in comments are its sections)."""

from __future__ import annotations

import difflib
import re
import time
import uuid
from dataclasses import replace
from typing import Any, Callable, Dict, FrozenSet, Iterator, List, Mapping, NoReturn, Optional, Sequence, Tuple, Union
from urllib.parse import parse_qsl, urlsplit

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import (
    BadInput,
    Conflict,
    Halt,
    RollcallError,
    Unclear,
    visible,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Access,
    Field,
    Listing,
    Project,
    Scale,
    Step,
    is_text,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.names import (
    appearance,
    looks_like,
    spelled_out,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import (
    NOT_SHOWN,
    Service,
    Shown,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.whole_list import (
    Reading,
    read_whole,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.http import (
    Answer,
    Http,
    Pages,
    is_segment,
    segment,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.redact import Redactor
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.settings import Settings
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.version import VERSION

PERSON, ORGANIZATION = 1, 2
# What tells the rows of a list apart, by the beginning and the end of its path.
TOTAL = re.compile("[0-9]{1,9}")
KEYS = {"projects": "id", "collaborators": "collaborator", "users": "username", "members": "member", "teams": "team"}
# Where the role of the calling account on a project comes from, if a row of its own does not change it, or is there.
NOT_REPLACED = ("project_owner", "organization_owner", "organization_admin", "collaborator")
# For an unknown name: the most that are suggested, the most that are looked at, the shortest part that is searched for.
NEAR, ALIKE, SHORTEST = 5, 100, 3
NO_LETTERS = re.compile(r"[\W\d_]+")
UNSAFE_IN_HEADER = re.compile(r"[^\x21-\x7e]")
# A bracket in front is a list or a mapping that Ansible has made a text of.
UNSAFE_IN_NAME = re.compile(r"[\x00-\x1f\x7f]|^[\[{]")
CREDENTIALS = (
    "Set either token (or the environment variable QFIELDCLOUD_TOKEN), or username and password "
    "(QFIELDCLOUD_USERNAME and QFIELDCLOUD_PASSWORD)."
)
# Ends of addresses, whatever the account may see.
ALWAYS_THERE = ("/auth/login/", "/auth/user/", "/projects/", "/users/")
CHANGED = "Is api_url right? Else the API has changed: update the collection."
# An organization may give its members a role on all its projects. Only a member's own list of projects shows it.
UNSEEN = {"role": "unknown", "through": "organization member"}
TEAM_ADVICE = "A team cannot be changed or removed over the API (it can be added): use the web pages, then run again."


class QFieldCloud(Service):
    """Collaborators by username, teams as @organization/team; direct access only."""

    key = "qfield"
    title = "QFieldCloud"
    scale = Scale((Field("role", ("reader", "reporter", "editor", "manager", "admin")),))
    # 10: parallel requests hardly help here and add races.
    parallel_writes = False
    options = {
        "api_url": {"default": "https://app.qfield.cloud/api/v1/", "env": ("QFIELDCLOUD_URL",)},
        "token": {"no_log": True, "env": ("QFIELDCLOUD_TOKEN",)},
        "username": {"env": ("QFIELDCLOUD_USERNAME",)},
        "password": {"no_log": True, "env": ("QFIELDCLOUD_PASSWORD",)},
        # 15: adding to a project with 120 members takes 3 seconds and grows with it; the official client waits as long.
        "timeout": {"type": "float", "default": 300},
    }
    info_options = {"inherited": {"type": "bool", "default": False}}

    def __init__(
        self,
        settings: Settings,
        token: Optional[str] = None,
        username: Optional[str] = None,
        password: Optional[str] = None,
        **transport: Any,
    ) -> None:
        if token and password:
            raise BadInput("QFieldCloud: both a token and a password are given.", hint=CREDENTIALS)
        if not token and not (username and password):
            raise BadInput("QFieldCloud: credentials are missing.", hint=CREDENTIALS)
        if token and UNSAFE_IN_HEADER.search(token):
            raise BadInput(
                "QFieldCloud: token contains a space or another sign that no token has.", hint="Copy it again."
            )
        self._token = token
        self._login = (username, password)
        self._username: Optional[str] = None
        self._told: Dict[Tuple[str, str], Union[Mapping[str, Any], RollcallError, None]] = {}
        # The rows of the list of projects in which they were found, by id.
        self._seen: Dict[str, Mapping[str, Any]] = {}
        self._redact = Redactor([token or "", password or ""])
        self.patience = min(self.patience, settings.timeout)
        self._http = Http(
            self.title,
            settings,
            # 3: a login by an agent that does not start with "sdk|" revokes the user's other tokens.
            {"User-Agent": f"sdk|rollcall.collaborators|{VERSION}", "Accept": "application/json"},
            lambda: {"Authorization": f"Token {self._token}"} if self._token else {},
            self._redact,
            **transport,
        )
        self._host = urlsplit(settings.base_url).hostname

    @classmethod
    def connect(cls, params: Mapping[str, Any], pause: Callable[[float], None] = time.sleep) -> QFieldCloud:
        base = params["api_url"].strip().rstrip("/")
        settings = Settings.of({**params, "api_url": base if base.endswith("/api/v1") else f"{base}/api/v1"})
        username = (params["username"] or "").strip()
        return cls(settings, (params["token"] or "").strip(), username, params["password"], pause=pause)

    def check_collaborator(self, name: str) -> Optional[str]:
        organization, slash, team = name[1:].partition("/")
        if name.startswith("@"):
            if not (organization and slash and team):
                return "a team is written @organization/team."
        elif "@" in name:
            return "an e-mail address is not accepted; write the username."
        elif "/" in name:
            return "a username has no slash; a team is written @organization/team."
        if not (organization if name.startswith("@") else name).isascii():
            # 9: letters, digits, _ and -; the names of teams are not checked there.
            return "usernames have letters from A to Z, digits, _ and - only; was it copied from a text?"
        if not name or name != name.strip() or name in (".", "..") or UNSAFE_IN_NAME.search(name):
            return "it is blank, has spaces around it, or signs that no name has."
        return None

    def find_projects(self, references: Sequence[str]) -> Mapping[str, Union[Project, RollcallError]]:
        """A uuid is taken as it is; owner/name is looked up, once for each owner (13)."""
        self._sign_in()
        names: Dict[str, List[str]] = {}
        for reference in references:
            owner, slash, name = reference.partition("/")
            if slash and owner and name:
                names.setdefault(owner, []).append(name)
        visible = {owner: self._projects_of(owner, wanted) for owner, wanted in names.items()}
        return {reference: self._resolve(reference, visible) for reference in references}

    def all_projects(self) -> Mapping[str, Project]:
        """13: those on which the account has a role; public ones of others are left out."""
        self._sign_in()
        rows = self._rows("/projects/", "QFieldCloud: the projects cannot be listed")
        found: Dict[str, Project] = {}
        for row in rows:
            project = _project(row)
            if project is None:
                what = "QFieldCloud: a project came without a usable id, owner or name."
                raise RollcallError(what, kind="bad_answer", hint=CHANGED)
            # Blanks around a reference are not part of it, and its first slash ends the owner.
            is_reference = project.name == project.name.strip() and "/" not in str(project.owner)
            if found.setdefault(project.name if is_reference else project.id, project) != project:
                raise RollcallError(f"QFieldCloud lists two projects as {project.name}.", kind="bad_answer")
        return dict(sorted(found.items()))

    def list_members(self, project: Project) -> Listing:
        """6: without a limit everything comes at once; pages would lose rows, because they have no order."""
        rows = self._rows(
            f"/collaborators/{project.id}/", f"QFieldCloud: the collaborators of {project.name} cannot be listed"
        )
        members: Dict[str, str] = {}
        for row in rows:
            name, role = row.get("collaborator"), row.get("role")
            if not (isinstance(name, str) and isinstance(role, str) and is_segment(name) and is_text(role)):
                what = f"QFieldCloud: a collaborator of {project.name} came without a usable name or role."
                raise RollcallError(what, kind="bad_answer", hint=CHANGED)
            members[name] = role
        direct = {name: {"role": role} for name, role in members.items()}
        # 7: who may see the list may change it, too.
        return Listing(project, direct, _owners(project), manageable=True)

    def with_inherited(self, listings: Sequence[Listing]) -> Tuple[List[Listing], Mapping[str, Any]]:
        """7: owner, admins and members of the organization that owns a project, and who is in a team on it."""
        if not all(listing.project.owner for listing in listings):
            # A uuid does not tell who owns the project. This list does, for all of them at once.
            known = {project.id: project for project in self.all_projects().values()}
            projects = [known.get(listing.project.id, listing.project) for listing in listings]
            listings = [replace(one, project=now, owners=_owners(now)) for one, now in zip(listings, projects)]
        names = {listing.project.owner for listing in listings if listing.project.owner}
        names.update(_organization_of(row) for listing in listings for row in listing.members if _is_team(row))
        told = {name: self._organization(name) for name in sorted(names)}
        organizations = {name: organization for name, organization in told.items() if organization is not None}
        return [_with_ways(listing, organizations) for listing in listings], {"organizations": organizations}

    def accounts_beside(self, beside: Mapping[str, Any]) -> Iterator[str]:
        for organization in beside["organizations"].values():
            yield organization["owner"]
            yield from organization["members"]
            for members in organization["teams"].values():
                yield from members

    def _organization(self, name: str) -> Optional[Dict[str, Any]]:
        """Owner, admins, members and teams; None for a person. What cannot be read is told in C(error), and does not
        hide the rest: an organization shows its owner to nobody outside of it, but its members and teams to everybody.
        """
        organization: Dict[str, Any] = {"owner": "", "admins": [], "members": [], "teams": {}, "error": ""}
        if not is_segment(name):
            return {**organization, "error": f"QFieldCloud: {name} cannot be read: its name cannot be sent."}
        errors: List[str] = []
        for part in ("owner", "members", "teams"):
            told = self._ask(part, name)
            if told is None:
                return None
            if isinstance(told, RollcallError):
                errors.append(visible(told.message))
            else:
                organization.update(told)
        return {**organization, "error": " ".join(errors)}

    def _ask(self, part: str, name: str) -> Union[Mapping[str, Any], RollcallError, None]:
        """Owner, members or teams of an organization, or the owner of a project, read once in a run; None for a person.

        An error says why it cannot be read.
        """
        reads = {
            "owner": self._owner_in,
            "members": self._members_in,
            "teams": self._teams_in,
            "project": self._owner_of,
        }
        if (part, name) not in self._told:
            try:
                self._told[part, name] = reads[part](name)
            except Halt:
                raise
            except RollcallError as error:
                self._told[part, name] = error
        return self._told[part, name]

    def _owner_in(self, name: str) -> Optional[Dict[str, Any]]:
        answer = self._http.read("GET", f"/users/{segment(name)}/")
        if _code(answer) == "object_not_found":
            what = f"QFieldCloud: the organization {name} shows its owner to its members only."
            raise RollcallError(what, kind="forbidden", **answer.context())
        if not answer.ok:
            self._refuse(answer, f"QFieldCloud: the account {name} cannot be read")
        account = answer.body if isinstance(answer.body, dict) else {}
        if account.get("type") == PERSON:
            return None
        if account.get("type") != ORGANIZATION:
            raise self._http.foreign(answer, "no account")
        return {"owner": self._text(answer, "organization_owner")}

    def _members_in(self, name: str) -> Optional[Dict[str, Any]]:
        failure = f"QFieldCloud: the members of {name} cannot be read"
        rows = self._rows(f"/members/{segment(name)}/", failure)
        members = _texts([row.get("member") for row in rows], failure)
        roles = _texts([row.get("role") for row in rows], failure)
        admins = sorted(member for member, role in zip(members, roles) if role == "admin")
        return {"members": sorted(members), "admins": admins}

    def _teams_in(self, name: str) -> Optional[Dict[str, Any]]:
        failure = f"QFieldCloud: the teams of {name} cannot be read"
        teams: Dict[str, List[str]] = {}
        for row in self._rows(f"/organizations/{segment(name)}/teams/", failure):
            (team,) = _texts([row.get("team")], failure)
            teams[f"@{name}/{team}"] = sorted(_texts(row.get("members"), failure))
        return {"teams": teams}

    def _owner_of(self, project_id: str) -> Optional[Dict[str, Any]]:
        answer = self._http.read("GET", f"/projects/{project_id}/")
        if not answer.ok:
            self._refuse(answer, f"QFieldCloud: the project {project_id} cannot be read")
        project = _project(answer.body) if isinstance(answer.body, dict) else None
        if project is None:
            raise self._http.foreign(answer, "no project")
        self._note_persons([answer.body])
        self._seen[project_id] = answer.body
        return {"owner": project.owner}

    def check_adds(self, project: Project, names: Sequence[str]) -> Optional[BadInput]:
        """An organization's project takes its members and teams only; the answer to an add would not tell which of
        its rules refused it. A person's project takes everybody. What cannot be read is left to the service to judge.
        """
        whole = self._ask("project", project.id) if project.owner is None else {"owner": project.owner}
        if not isinstance(whole, dict):
            return None
        owner = whole["owner"]
        if owner in names:
            return BadInput(f"{owner} owns the project and needs no entry.", hint="Leave it out.")
        others = [name for name in names if not name.startswith(f"@{owner}/")]
        told = self._ask("members", owner) if others else None
        if not isinstance(told, dict):
            return None
        unfit = sorted(name for name in others if name not in told["members"])
        head = self._ask("owner", owner) if unfit else None
        if head is None:
            return None
        # The owner of an organization is not among its members, but can be added.
        unfit = [name for name in unfit if (name != head["owner"] if isinstance(head, dict) else _is_team(name))]
        if not unfit:
            return None
        near = {name: " or ".join(_alike(name, told["members"])) for name in unfit}
        named = ", ".join(f"{name} (did you mean {near[name]}?)" if near[name] else name for name in unfit)
        return BadInput(
            f"only members and teams of {owner} can be added, which these are not: {named}.",
            hint="Make people members of the organization first; teams have to be its own. Names are exact.",
        )

    def _note_persons(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Who makes the calls is a person: the owner of what is its own need not be asked for members."""
        for row in rows:
            if row.get("user_role_origin") == "project_owner":
                self._told["members", str(row.get("owner"))] = None

    def whoami(self, listing: Listing) -> Mapping[str, bool]:
        me = self._me()
        return {me: True} if me in listing.members else {}

    def caller_without_row(self, listing: Listing, names: FrozenSet[str]) -> Mapping[str, Access]:
        """7: a row counts before what comes through a team, but not before what owners and admins have."""
        project = self._seen.get(listing.project.id, {})
        if project.get("user_role_origin") in NOT_REPLACED or all(map(_is_team, names)) or self._me() not in names:
            return {}
        if not project:
            # A uuid was not looked up.
            answer = self._http.read("GET", f"/projects/{listing.project.id}/")
            project = answer.body if answer.ok and isinstance(answer.body, dict) else {}
        role = project.get("user_role")
        return {self._me(): {"role": role} if isinstance(role, str) else self.scale.most}

    def _me(self) -> str:
        if self._username is None:
            answer = self._http.read("GET", "/auth/user/")
            if not answer.ok:
                self._refuse(answer, "QFieldCloud: the account of the token cannot be read")
            self._username = self._text(answer, "username")
        return self._username

    def add(self, project: Project, name: str, access: Access) -> Shown:
        body = {"collaborator": name, "role": access["role"]}
        return self._echo(self._http.write("POST", f"/collaborators/{project.id}/", body), name)

    def update(self, project: Project, name: str, access: Access) -> Shown:
        # 4: PATCH also accepts `collaborator` and would give the row to somebody else: the role alone is sent.
        return self._echo(self._http.write("PATCH", _path(project, name), {"role": access["role"]}), name)

    def remove(self, project: Project, name: str) -> Shown:
        answer = self._http.write("DELETE", _path(project, name))
        self._check_write(answer, name)
        # 11: only 204 means that it is gone; 9: no server that removes teams has been seen, a list has to show it.
        return None if answer.status == 204 and not _is_team(name) else NOT_SHOWN

    def caveat(self, step: Step) -> str:
        return f"{step.name}: {TEAM_ADVICE}" if _is_team(step.name) and step.kind != "add" else ""

    def explain(self, project: Project, step: Step) -> str:
        """5: the codes do not tell who is unknown, who is an organization and who owns the project."""
        if step.kind != "add":
            return ""
        if _is_team(step.name):
            return (
                "A team has to belong to the organization that owns the project; its name is exact, @organization/team."
            )
        found = _types(self._rows("/users/", "QFieldCloud: users cannot be searched", {"q": step.name}))
        if found.get(step.name) == ORGANIZATION:
            return f"{step.name} is an organization: name its people, or a team as @{step.name}/team."
        if step.name in found:
            return (
                "On a project of an organization only its members can be collaborators: make the person a member "
                "first. On a personal one the plan of its owner may allow no more of them."
            )
        near = self._near(step.name, found)
        suggestion = f" Did you mean {' or '.join(near)}?" if near else ""
        return f"No account is named {step.name}: names are exact, not e-mail addresses.{suggestion}"

    def _near(self, name: str, found: Mapping[str, Any]) -> List[str]:
        """Persons who may be meant: the same in other case, else those whose names the name is in, else alike ones.

        Those take one more search: half of the longest part of a mistyped name may well be right.
        """
        persons = sorted(_persons(found), key=lambda person: (len(person), person))
        if persons:
            return [person for person in persons if looks_like(person, name)] or persons[:NEAR]
        longest = max(NO_LETTERS.split(name), key=len)
        part = longest[: max(SHORTEST, (len(longest) + 1) // 2)]
        if len(part) < SHORTEST or part == name:
            return []
        query = {"q": part, "limit": str(ALIKE)}
        try:
            alike = _persons(_types(self._rows("/users/", "QFieldCloud: users cannot be searched", query, whole=False)))
        except RollcallError:
            # That nobody has this name is known without it.
            return []
        return _alike(name, alike)

    def _sign_in(self) -> None:
        """One login for a run (3), never repeated; never a logout, which would revoke all tokens of the user."""
        if self._token:
            return
        username, password = self._login
        try:
            body = {"username": username, "password": password}
            answer = self._http.write("POST", "/auth/login/", body, repeat_throttled=False)
        except Unclear as lost:
            facts = lost.cause.as_dict()
            raise Halt(f"{facts.pop('message')} The login was not answered.", **facts) from lost
        if not answer.ok:
            self._refuse(answer, f"QFieldCloud: login as {username} failed")
        token = self._text(answer, "token")
        self._redact.learn(token)
        self._username = self._text(answer, "username")
        self._token = token

    def _projects_of(self, owner: str, names: Sequence[str]) -> List[Mapping[str, Any]]:
        query = {"owner": owner, "name": names[0]} if len(set(names)) == 1 else {"owner": owner}
        rows = self._rows("/projects/", f"QFieldCloud: the projects of {owner} cannot be listed", query)
        self._note_persons(rows)
        return rows

    def _resolve(
        self, reference: str, visible: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> Union[Project, RollcallError]:
        owner, slash, name = reference.partition("/")
        if not slash:
            try:
                return Project(str(uuid.UUID(reference)), reference)
            except ValueError:
                return BadInput(f"QFieldCloud: project {reference!r} is neither owner/name nor a uuid.")
        hits = [row for row in visible.get(owner, ()) if (row.get("owner"), row.get("name")) == (owner, name)]
        project = _project(hits[0]) if len(hits) == 1 else None
        if project is not None:
            self._seen[project.id] = hits[0]
            return project
        near = {f"{p.get('owner')}/{p.get('name')}" for p in visible.get(owner, ())}
        near = {candidate for candidate in near if looks_like(candidate, reference)}
        return BadInput(
            f"QFieldCloud: project {reference!r} does not exist or this account has no role on it.",
            kind="not_found",
            hint=f"Did you mean {' or '.join(map(spelled_out, sorted(near)))}?"
            if near
            else "Write owner/name exactly, or the uuid.",
        )

    def _rows(
        self, path: str, failure: str, query: Optional[Mapping[str, str]] = None, whole: bool = True
    ) -> List[Mapping[str, Any]]:
        """All entries of a list, or of its first page."""
        return read_whole(lambda: self._read_pages(path, failure, dict(query or {}), whole))

    def _read_pages(self, path: str, failure: str, query: Dict[str, str], whole: bool) -> List[Mapping[str, Any]]:
        """6, 16 U6: a bare array, or {"results", "next"}; further pages only from the same host and only forwards."""
        kind, project, *_rest = path.strip("/").split("/") + [""]
        key = KEYS["teams" if path.endswith("/teams/") else kind]
        reading: Reading[Mapping[str, Any]] = Reading(project)
        asked = [query]
        overlaps = False
        pages = Pages(self._http)
        while True:
            answer = pages.read("GET", path, query=asked[-1])
            if not answer.ok:
                self._refuse(answer, failure)
            enveloped = isinstance(answer.body, dict)
            page = answer.body.get("results") if enveloped else answer.body
            if not isinstance(page, list) or not all(isinstance(row, dict) for row in page):
                raise self._http.foreign(answer, "no list")
            if not whole:
                return page
            for row in page:
                if kind == "collaborators" and row.get("project_id"):
                    reading.of_project(str(row["project_id"]))
            following = answer.headers.get("X-Next-Page") or (answer.body.get("next") if enveloped else None)
            total = answer.headers.get("X-Total-Count") or (answer.body.get("count") if enveloped else None)
            # A row without a name is for others to judge.
            rows = [(str(row.get(key) or f"row {number}"), row) for number, row in enumerate(page, len(reading.rows))]
            reading.page(rows, overlaps, int(str(total)) if TOTAL.fullmatch(str(total)) else None)
            if following is None:
                return list(reading.whole(f"QFieldCloud: the list {answer.url}").values())
            if not isinstance(following, str) or not following:
                raise self._http.foreign(answer, "its next page is no address")
            try:
                parts = urlsplit(following)
            except ValueError:
                raise self._http.foreign(answer, "its next page is no address") from None
            if parts.hostname not in (None, self._host):
                raise self._http.foreign(answer, f"its next page is on another host, {parts.hostname}")
            asked.append({**asked[0], **dict(parse_qsl(parts.query))})
            # Where nobody counts, the last row comes again if the list is still the same.
            offset = asked[-1].get("offset", "")
            overlaps = not reading.is_told and len(page) > 1 and offset.isdecimal() and int(offset) > 0
            if overlaps:
                asked[-1]["offset"] = str(int(offset) - 1)
            if asked[-1] in asked[:-1]:
                raise self._http.foreign(answer, "its next page leads in a circle")

    def _echo(self, answer: Answer, name: str) -> Shown:
        self._check_write(answer, name)
        echo = answer.body if isinstance(answer.body, dict) else {}
        return {"role": echo["role"]} if echo.get("collaborator") == name and echo.get("role") else NOT_SHOWN

    def _check_write(self, answer: Answer, name: str) -> None:
        """Raises for everything but a success of this API."""
        if answer.ok and not answer.is_html:
            return
        if answer.ok:
            raise self._http.unclear(answer)
        what = "QFieldCloud refused it"
        if answer.method == "POST":
            gone = (answer.status, _code(answer)) == (404, "object_not_found")
            if gone or answer.status == 409 or _code(answer) == "validation_error":
                # 5, 10: "already there", "the owner", "not a member": a fresh listing tells the first from the others.
                raise Conflict(self._said(answer, what), kind="refused", **answer.context())
        elif _is_team(name) and answer.status == 404:
            raise Conflict(self._said(answer, what), kind="refused", hint=TEAM_ADVICE, **answer.context())
        elif _code(answer) == "object_not_found":
            raise Conflict(self._said(answer, what), kind="not_found", **answer.context())
        self._refuse(answer, what)

    def _refuse(self, answer: Answer, what: str) -> NoReturn:
        """8: the code decides before the status; 14: older servers give some codes with other statuses."""
        message, code = self._said(answer, what), _code(answer)
        if answer.status == 404 and answer.url.endswith(ALWAYS_THERE):
            raise self._http.wrong_address(answer)
        if answer.status == 401:
            hint = (
                "Too many failed logins: wait half an hour. Do not run again before, each try counts."
                if code == "too_many_failed_login_attempts"
                else "The token is wrong or has expired (30 days by default), or username or password is wrong."
            )
            raise Halt(message, kind="authentication", hint=hint, **answer.context())
        if answer.is_html or (answer.method == "GET" and answer.status == 404 and code != "object_not_found"):
            raise self._http.foreign(answer)
        if answer.status == 403:
            hint = (
                "The account is no manager or admin of the project, or (on older servers) the project does not exist."
            )
            raise RollcallError(message, kind="forbidden", hint=hint, **answer.context())
        if code == "object_not_found" and answer.method == "GET":
            raise RollcallError(message, kind="not_found", hint="The project does not exist.", **answer.context())
        raise RollcallError(message, kind="refused", **answer.context())

    def _said(self, answer: Answer, what: str) -> str:
        body = answer.body if isinstance(answer.body, dict) else {}
        debug = body.get("debug")
        detail = debug.get("detail") if isinstance(debug, dict) else None
        said = " ".join(str(text) for text in (body.get("message"), detail) if text)
        status = f"HTTP {answer.status} {self._redact(_code(answer))}".strip()
        return f"{what}: {self._redact(said) or self._http.excerpt(answer) or 'no reason given'} ({status})."

    def _text(self, answer: Answer, key: str) -> str:
        value = answer.body.get(key) if isinstance(answer.body, dict) else None
        if not isinstance(value, str) or not value or not is_text(value):
            raise self._http.foreign(answer, f"no {key}")
        return value


def _path(project: Project, name: str) -> str:
    """9: for a team no such route exists so far; percent-encoded it would be the one a mended server offers."""
    return f"/collaborators/{project.id}/{segment(name)}/"


def _project(row: Mapping[str, Any]) -> Optional[Project]:
    """The project of a row; None where that lacks a usable id, owner or name."""
    number, owner, name = (row.get(key) for key in ("id", "owner", "name"))
    if not all(isinstance(text, str) and is_segment(text) for text in (number, owner, name)):
        return None
    about: Dict[str, Any] = {"name": f"{owner}/{name}"}
    if isinstance(row.get("is_public"), bool):
        about["public"] = row["is_public"]
    return Project(str(number), about["name"], str(owner), about)


def _owners(project: Project) -> FrozenSet[str]:
    return frozenset([project.owner] if project.owner else [])


def _texts(found: Any, failure: str) -> List[str]:
    """A list of names or roles; raises RollcallError for what is none."""
    if not isinstance(found, list) or not all(isinstance(text, str) and text and is_text(text) for text in found):
        what = f"{failure}: a member or a team came without a usable name or role."
        raise RollcallError(what, kind="bad_answer", hint=CHANGED)
    return found


def _with_ways(listing: Listing, organizations: Mapping[str, Mapping[str, Any]]) -> Listing:
    """Account -> every way, beside its own row, to access; which of them counts is not computed (16 U4)."""
    ways: Dict[str, List[Mapping[str, str]]] = {}
    owner = listing.project.owner
    of_project = organizations.get(owner or "", {"error": ""})
    unknown = ["owner"] if owner is None else [owner] if of_project["error"] else []
    if of_project.get("owner"):
        ways[of_project["owner"]] = [{"role": "admin", "through": "organization owner"}]
    for admin in of_project.get("admins", ()):
        ways.setdefault(admin, []).append({"role": "admin", "through": "organization admin"})
    for row, access in sorted(listing.members.items()):
        if _is_team(row):
            teams = organizations.get(_organization_of(row), {}).get("teams", {})
            unknown += [] if row in teams else [row]
            for member in teams.get(row, ()):
                ways.setdefault(member, []).append({"role": access["role"], "through": row})
    for member in of_project.get("members", ()):
        if member not in of_project["admins"]:
            ways.setdefault(member, []).append(dict(UNSEEN))
    return replace(listing, inherited=ways, inherited_unknown=unknown)


def _organization_of(team: str) -> str:
    return team[1:].partition("/")[0]


def _types(users: Sequence[Mapping[str, Any]]) -> Dict[str, Any]:
    """The type of each account that a search has found, by its name."""
    return {user["username"]: user.get("type") for user in users if isinstance(user.get("username"), str)}


def _persons(types: Mapping[str, Any]) -> List[str]:
    return [name for name, kind in types.items() if kind == PERSON]


def _alike(name: str, persons: Sequence[str]) -> List[str]:
    shown = {appearance(person): person for person in persons}
    return [shown[person] for person in difflib.get_close_matches(appearance(name), shown, NEAR)]


def _is_team(name: str) -> bool:
    return name.startswith("@")


def _code(answer: Answer) -> str:
    return str(answer.body.get("code", "")) if isinstance(answer.body, dict) else ""
