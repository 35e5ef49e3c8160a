# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""QuantConnect API v2, project collaborators (contract QuantConnect; the numbers in comments are its sections)."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections import Counter
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Set, Tuple, Union

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import (
    BadInput,
    Conflict,
    Halt,
    RollcallError,
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
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.names import looks_like, spelled_out
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import (
    NOT_SHOWN,
    Service,
    Shown,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.whole_list import (
    Contradiction,
    Reading,
    read_whole,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.http import (
    THROTTLED,
    TROUBLE,
    Answer,
    Http,
    Pages,
    trouble_by_status,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.redact import Redactor
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.retry import seconds_of
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.settings import Settings
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.version import VERSION

WINDOW = 100
NUMBER = re.compile(r"[0-9]{1,18}")
# Seconds that an answer can be on its way; 13 U16: how much the service tolerates is unknown.
SAME_TIME = 60
# Fragments of undocumented texts, compared without case (8).
AUTHENTICATION_TEXTS = (
    "hash doesn't match",
    "userid not valid",
    "user not found: none",
    "invalid timestamp",
    "failed attempts",
)
TRANSIENT_TEXTS = ("please try again shortly",)
REFUSED = (
    "Usual causes: no such profile name, not a member of the organization, the number of collaborators is used up, "
    "or the account is not the owner of the project."
)
# 5: no call searches for people.
PROFILE = (
    "The name is that of the profile page, quantconnect.com/u/NAME; rollcall.collaborators.qc_collaborator_info lists "
    "the names that are on your projects."
)
NOT_OWNER = "The account that makes the calls is not shown as its owner; QuantConnect may let only the owner change it."
NO_OWNER = "No row is marked as that of the owner, who may stand among the collaborators."
THROTTLE_TEXT = re.compile(r"too many\b.*\brequests|slow down")


class QuantConnect(Service):
    """Collaborators by public profile name; everything is a POST that answers HTTP 200, also for failures."""

    key = "qc"
    title = "QuantConnect"
    scale = Scale((Field("permission", ("read", "write")), Field("live_control", (False, True))))
    folds_case = True
    rereads = 3
    options = {
        "api_url": {"default": "https://www.quantconnect.com/api/v2", "env": ("QUANTCONNECT_API_URL",)},
        "timeout": {"type": "float", "default": 30},
        "user_id": {"needed": True, "env": ("QUANTCONNECT_USER_ID", "QC_USER_ID")},
        "api_token": {"needed": True, "no_log": True, "env": ("QUANTCONNECT_API_TOKEN", "QC_API_TOKEN")},
    }
    info_options = {"emails": {"type": "bool", "default": False}}

    def __init__(
        self,
        settings: Settings,
        user_id: str,
        api_token: str,
        now: Callable[[], float] = time.time,
        emails: bool = False,
        **transport: Any,
    ) -> None:
        if not NUMBER.fullmatch(user_id):
            # Not quoted: what stands in the wrong place may be the token.
            raise BadInput("user_id is no number.", hint="It is on the account page; the profile name is not accepted.")
        if not api_token or any(sign.isspace() for sign in api_token):
            raise BadInput("api_token is blank or contains spaces.", hint="Copy it again from the account page.")
        self._user_id = user_id
        self._api_token = api_token
        self._now = now
        self._emails = emails
        self._redact = Redactor([api_token])
        self.patience = min(self.patience, settings.timeout)
        self._http = Http(
            self.title,
            settings,
            # 2: a bare library agent once drew a 403.
            {"User-Agent": f"rollcall.collaborators/{VERSION}", "Accept": "application/json"},
            self._authorize,
            self._redact,
            verdict=_trouble,
            **transport,
        )
        self._embedded: Dict[str, Mapping[str, Any]] = {}

    @classmethod
    def connect(cls, params: Mapping[str, Any], pause: Callable[[float], None] = time.sleep) -> QuantConnect:
        user_id, api_token = params["user_id"].strip(), params["api_token"].strip()
        return cls(Settings.of(params), user_id, api_token, emails=params.get("emails", False), pause=pause)

    def check_collaborator(self, name: str) -> Optional[str]:
        return None if name.strip() else "it is blank."

    def check_unlisted(self, name: str, is_added: bool) -> Optional[str]:
        if name != name.strip() or name[0] in "[{":
            return "it has spaces around it, or is a list or a mapping."
        if "/" in name:
            return "an address is not accepted; write the public profile name alone, the last part of the address."
        if "@" in name:
            return "an e-mail address is not accepted; write the public profile name, as in quantconnect.com/u/<name>."
        if name.isdecimal() and is_added:
            # 13 U7: whether numbers are accepted is unknown; if so, they come back as a name.
            return "a number is not accepted; write the public profile name, as in quantconnect.com/u/<name>."
        return None

    def find_projects(self, references: Sequence[str]) -> Mapping[str, Union[Project, RollcallError]]:
        """One id is read directly; anything else comes, members included, from one listing of all projects (12)."""
        if not references:
            return {}
        if len(references) == 1 and NUMBER.fullmatch(references[0]):
            return {references[0]: Project(str(int(references[0])), references[0])}
        ids = {str(int(text)) for text in references} if all(map(NUMBER.fullmatch, references)) else None
        try:
            seen = self._enumerate(ids)
        except Contradiction:
            if ids is None:
                raise
            # Each of them can be read directly.
            seen = {}
        by_name: Dict[str, List[Mapping[str, Any]]] = {}
        for row in seen.values():
            by_name.setdefault(_name(row), []).append(row)
        return {reference: self._resolve(reference, seen, by_name) for reference in references}

    def all_projects(self) -> Mapping[str, Project]:
        """12: by name, and by id where another project has the same name, or the name would be taken for an id."""
        seen = self._enumerate()
        names = Counter(map(_name, seen.values()))
        found: Dict[str, Project] = {}
        for number, row in seen.items():
            name = _name(row)
            is_reference = names[name] == 1 and name == name.strip() != "" and not NUMBER.fullmatch(name)
            found[name if is_reference else number] = self._project(row)
        return dict(sorted(found.items()))

    def list_members(self, project: Project) -> Listing:
        return read_whole(lambda: self._read_members(project))

    def _read_members(self, project: Project) -> Listing:
        """What the list of projects has shown of them, if that was not taken yet; else they are asked for."""
        embedded = self._embedded.pop(project.id, None)
        if embedded is not None:
            return self._listing(project, embedded, caller_owns=embedded.get("owner") is True)
        answer, payload = self._read(self._http, "collaboration/read", {"projectId": int(project.id)})
        if not isinstance(payload.get("collaborators"), list):
            raise self._http.foreign(answer, "no list of collaborators")
        return self._listing(project, payload)

    def whoami(self, listing: Listing) -> Mapping[str, bool]:
        return listing.caller

    def add(self, project: Project, name: str, access: Access) -> Shown:
        rights = {
            "collaborationLiveControl": access["live_control"],
            "collaborationWrite": access["permission"] == "write",
        }
        return self._write("create", project, name, {"collaboratorUserId": name, **rights})

    def update(self, project: Project, name: str, access: Access) -> Shown:
        # 13 U2: what a missing boolean does is unknown, so both are always sent.
        rights = {"liveControl": access["live_control"], "write": access["permission"] == "write"}
        return self._write("update", project, name, {"collaboratorUserId": name, **rights})

    def remove(self, project: Project, name: str) -> Shown:
        # 14: published pages and clients disagree on the name of the person; both are sent.
        try:
            return self._write("delete", project, name, {"collaboratorId": name, "collaboratorUserId": name})
        except Conflict:
            # 13 U1: a server that refuses unknown keys may take the likelier name alone, once.
            return self._write("delete", project, name, {"collaboratorId": name})

    def explain(self, project: Project, step: Step) -> str:
        return f"{REFUSED} {PROFILE}" if step.kind == "add" else ""

    def _authorize(self) -> Dict[str, str]:
        """A fresh pair for every request and every repetition (3)."""
        timestamp = str(int(self._now()))
        digest = hashlib.sha256(f"{self._api_token}:{timestamp}".encode()).hexdigest()
        value = base64.b64encode(f"{self._user_id}:{digest}".encode()).decode()
        self._redact.learn(digest)
        return {"Authorization": f"Basic {value}", "Timestamp": timestamp}

    def _enumerate(self, enough: Optional[Set[str]] = None) -> Mapping[str, Mapping[str, Any]]:
        """The caller's projects by id, in explicit windows, until C(enough) ids, if given, are there (6, 12)."""
        return read_whole(lambda: self._read_windows(enough))

    def _read_windows(self, enough: Optional[Set[str]]) -> Mapping[str, Mapping[str, Any]]:
        """One reading. Nothing tells how many there are, so a window begins with the last row of the one before."""
        reading: Reading[Mapping[str, Any]] = Reading()
        pages = Pages(self._http)
        start = 0
        before: List[str] = []
        while True:
            page = self._window(pages, start, start + WINDOW)
            ids = [str(project["projectId"]) for project in page]
            if start and ids == before and len(self._window(pages, 0, 1)) > 1:
                # A server that ignores the window has answered everything twice.
                break
            reading.page(list(zip(ids, page)), overlaps=start > 0)
            # A server that ignores the window and has more than fits answers everything at once.
            is_all = len(page) != WINDOW or (enough is not None and enough.issubset(reading.rows))
            if is_all or reading.contradiction:
                break
            start += WINDOW - 1
            before = ids
        return reading.whole("QuantConnect: the list of the projects")

    def _window(self, pages: Pages, start: int, end: int) -> List[Mapping[str, Any]]:
        answer, payload = self._read(pages, "read", {"start": start, "end": end})
        page = payload.get("projects")
        if not isinstance(page, list) or not all(map(_is_project, page)):
            raise self._http.foreign(answer, "no list of projects")
        return page

    def _resolve(
        self,
        reference: str,
        seen: Mapping[str, Mapping[str, Any]],
        by_name: Mapping[str, Sequence[Mapping[str, Any]]],
    ) -> Union[Project, RollcallError]:
        if NUMBER.fullmatch(reference):
            number = str(int(reference))
            if number not in seen:
                # The direct read that follows has the last word on an id.
                return Project(number, reference)
            hits = [seen[number]]
        else:
            # 12: the service shows names with a slash in front, too.
            name = reference.lstrip("/")
            hits = list(by_name.get(name, ())) if name else []
        if not hits:
            near = sorted(other for other in by_name if looks_like(other, name))
            return BadInput(
                f"QuantConnect: no project named {reference!r} is visible to user {self._user_id}.",
                kind="not_found",
                hint=f"Did you mean {' or '.join(map(spelled_out, near))}?"
                if near
                else "Names are exact and include their folders, such as Research/Momentum; or give the id.",
            )
        if len(hits) > 1:
            candidates = ", ".join(f"{p['projectId']} (organization {p.get('organizationId')})" for p in hits)
            return BadInput(
                f"QuantConnect: {len(hits)} projects are named {reference!r}: {candidates}.",
                kind="ambiguous",
                hint="Give the id of the one you mean.",
            )
        return self._project(hits[0])

    def _project(self, row: Mapping[str, Any]) -> Project:
        """The project of a row of the list of projects; its members, which are in it, are kept for later."""
        told = {"name": _name(row), "organization": _text(row, "organizationId")}
        about = {name: value for name, value in told.items() if value}
        project = Project(str(row["projectId"]), about.get("name", str(row["projectId"])), about=about)
        if isinstance(row.get("collaborators"), list):
            self._embedded[project.id] = row
        return project

    def _listing(self, project: Project, payload: Mapping[str, Any], caller_owns: bool = False) -> Listing:
        reading: Reading[Access] = Reading()
        owners: Set[str] = set()
        accounts: Dict[str, str] = {}
        emails: Dict[str, str] = {}
        reading.page([self._row(project, row) for row in payload["collaborators"]])
        members = reading.whole(f"QuantConnect: the list of the collaborators of project {project.id}")
        for name, row in zip(members, payload["collaborators"]):
            accounts[name] = str(row.get("uid") or "")
            if row.get("owner") is True:
                owners.add(name)
            if self._emails and _text(row, "email"):
                emails[name] = _text(row, "email")
        caller_owns = caller_owns or any(accounts[name] == self._user_id for name in owners)
        caller = {name: True for name, account in accounts.items() if account == self._user_id}
        if not owners:
            # 5: rows can come without `owner`; then any of them may be the one that must never be touched.
            caller = {name: caller.get(name, False) for name in members}
        elif not caller and not caller_owns:
            # 5: uid can be null, so a row without one may be the caller's.
            caller = {name: False for name, account in accounts.items() if not account}
        direct = {name: access for name, access in members.items() if name not in owners}
        notes = [*([] if owners else [NO_OWNER]), *([] if caller_owns else [NOT_OWNER])]
        return Listing(
            project,
            direct,
            frozenset(owners),
            {name: sure for name, sure in caller.items() if name in direct},
            # 7: that only the owner manages is documented of the web pages; what the API enforces is unknown.
            manageable=True if caller_owns else None,
            note=" ".join(notes),
            emails=emails,
        )

    def _row(self, project: Project, row: Any) -> Tuple[str, Access]:
        """5: publicId is the key; uid may be null, unknown keys may appear, a permission may be new."""
        if isinstance(row, dict):
            name, permission, live_control = row.get("publicId"), row.get("permission"), row.get("liveControl")
            is_row = isinstance(name, str) and isinstance(permission, str) and isinstance(live_control, bool)
            if is_row and name and is_text(name + permission):
                return name, {"permission": permission, "live_control": live_control}
        raise RollcallError(
            f"QuantConnect: a collaborator of project {project.id} came without publicId, permission or liveControl.",
            kind="bad_answer",
            hint="Is api_url right? Else the API has changed: update the collection.",
        )

    def _read(self, reader: Union[Http, Pages], path: str, body: Mapping[str, Any]) -> Tuple[Answer, Mapping[str, Any]]:
        answer = reader.read("POST", f"/projects/{path}", body=body)
        if answer.status == 404 and "projectId" not in body:
            raise self._http.wrong_address(answer)
        payload = self._payload(answer)
        if payload is None:
            raise self._http.foreign(answer)
        if payload["success"] is not True:
            raise RollcallError(
                f"QuantConnect: {_what(body)} cannot be read: {self._reason(payload)}.",
                kind="not_found" if "projectId" in body else "refused",
                hint="Does it exist, and has the account of user_id a right to it?",
                **answer.context(),
            )
        return answer, payload

    def _write(self, action: str, project: Project, name: str, body: Mapping[str, Any]) -> Shown:
        """4: a write answers the whole list as it is afterwards."""
        answer = self._http.write("POST", f"/projects/collaboration/{action}", {"projectId": int(project.id), **body})
        payload = self._payload(answer)
        if payload is None:
            raise self._http.unclear(answer)
        if payload["success"] is not True:
            # 13 U3, U4: which of "already there", "not there" and "not allowed" it is, only a fresh listing tells.
            raise Conflict(
                f"QuantConnect refused it: {self._reason(payload)}.", kind="refused", hint=REFUSED, **answer.context()
            )
        if not isinstance(payload.get("collaborators"), list):
            return NOT_SHOWN
        try:
            return self._listing(project, payload).access_of(name, may_be_respelled=action == "create")
        except RollcallError:
            # It was accepted; a row that cannot be used is for a fresh listing to judge.
            return NOT_SHOWN

    def _payload(self, answer: Answer) -> Optional[Mapping[str, Any]]:
        """8: `success` decides, never the status alone; None for what is no answer of this API."""
        body = answer.body if isinstance(answer.body, dict) and "success" in answer.body else None
        reason = self._reason(body) if body and body["success"] is not True else ""
        # Said of addresses only, never of a project.
        if "endpoint not found" in reason.lower():
            raise self._http.wrong_address(answer)
        if answer.status == 401 or any(text in reason.lower() for text in AUTHENTICATION_TEXTS):
            raise Halt(
                f"QuantConnect does not accept the credentials of user {self._user_id}: {reason or 'HTTP 401'}.",
                kind="authentication",
                hint="Check user_id, api_token and this machine's clock, which is part of the proof: "
                f"{self._skew(answer)}. "
                "Do not simply run again: repeated failures lock the account.",
                **answer.context(),
            )
        if answer.status == 403:
            said = reason or self._http.excerpt(answer) or "no reason given"
            raise RollcallError(f"QuantConnect: forbidden (HTTP 403): {said}.", kind="forbidden", **answer.context())
        return body

    def _skew(self, answer: Answer) -> str:
        service = seconds_of(answer.headers.get("Date", ""))
        if service is None:
            return "the service does not tell its time"
        ahead = round(self._now() - service)
        if abs(ahead) <= SAME_TIME:
            return "it agrees with that of the service"
        return f"it is {abs(ahead)} s {'ahead of' if ahead > 0 else 'behind'} that of the service"

    def _reason(self, payload: Mapping[str, Any]) -> str:
        """8: errors, else messages (lists), else Message (text); any of them may be empty or missing."""
        return self._redact(_texts(payload)) or "no reason given"


def _texts(payload: Mapping[str, Any]) -> str:
    for key in ("errors", "messages", "Message"):
        said = payload.get(key)
        if said:
            return "; ".join(map(str, said)) if isinstance(said, list) else str(said)
    return ""


def _name(row: Mapping[str, Any]) -> str:
    return _text(row, "name").lstrip("/")


def _text(row: Mapping[str, Any], key: str) -> str:
    """What is told for people to read; nothing where it is no text."""
    value = row.get(key)
    return value if isinstance(value, str) and is_text(value) else ""


def _is_project(row: Any) -> bool:
    number = row.get("projectId") if isinstance(row, dict) else None
    return isinstance(number, int) and not isinstance(number, bool)


def _what(body: Mapping[str, Any]) -> str:
    return f"project {body['projectId']}" if "projectId" in body else "the list of projects"


def _trouble(answer: Answer) -> Optional[str]:
    """8: transient trouble and throttling also come as HTTP 200 with a text."""
    if isinstance(answer.body, dict) and answer.body.get("success") is False:
        said = _texts(answer.body).lower()
        if THROTTLE_TEXT.search(said):
            return THROTTLED
        if any(text in said for text in TRANSIENT_TEXTS):
            return TROUBLE
    return trouble_by_status(answer)
