# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helix TeamHub API v1, project collaborators (contract Helix TeamHub; the numbers in comments are its sections)."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Callable, Dict, List, Mapping, NoReturn, Optional, Sequence, Set, Tuple, TypeVar, Union

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
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import (
    NOT_SHOWN,
    Service,
    Shown,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.http import (
    Answer,
    Http,
    Pages,
    is_segment,
    segment,
    trouble_by_status,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.redact import Redactor
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.settings import Settings
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.version import VERSION

T = TypeVar("T")
NOTHING: Mapping[str, str] = MappingProxyType({})
PAGE = 100
# How often a list that changes while it is read is begun.
READS = 3
# 5: the documented id rules; they also keep dots and slashes from changing the path.
PROJECT_ID = re.compile(r"[A-Za-z0-9_-]{2,100}")
COLLABORATOR_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_+.-]{0,99}")
REFUSED = "Usual causes: the account is deactivated, or the company's number of collaborators is used up."
# 3: these cannot be sent inside the quoted Authorization value.
UNSAFE_IN_KEY = re.compile(r"""['",\s\x00-\x1f\x7f]|[^\x00-\x7f]""")


class HelixTeamHub(Service):
    """Collaborators (external accounts) by id. Nothing here was measured, so every write is checked by its echo."""

    key = "hth"
    title = "Helix TeamHub"
    scale = Scale((Field("role", ("guest", "developer", "master")),))
    # 4: each member has an address of its own; a list is never written as a whole.
    parallel_members = True
    options = {
        "api_url": {"needed": True, "env": ("HTH_HOST",)},
        "company_key": {"needed": True, "no_log": True, "env": ("HTH_COMPANY_KEY",)},
        "account_key": {"needed": True, "no_log": True, "env": ("HTH_API_KEY",)},
        "timeout": {"type": "float", "default": 30},
    }
    info_options = {"emails": {"type": "bool", "default": False}}

    def __init__(
        self, settings: Settings, company_key: str, account_key: str, emails: bool = False, **transport: Any
    ) -> None:
        for option, key in (("company_key", company_key), ("account_key", account_key)):
            if not key or UNSAFE_IN_KEY.search(key):
                raise BadInput(
                    f"{option} is empty or contains a quote, comma, space or line break.",
                    hint="Copy the key again, without anything around it.",
                )
        authorization = f"hth.company_key='{company_key}',account_key='{account_key}'"
        self._emails = emails
        self._address_is_right = False
        self._redact = Redactor([company_key, account_key])
        self._http = Http(
            self.title,
            settings,
            {
                "User-Agent": f"rollcall.collaborators/{VERSION}",
                # 2: without it the server answers in whatever version is newest.
                "Accept": "application/vnd.hth.v1",
            },
            lambda: {"Authorization": authorization},
            self._redact,
            verdict=lambda answer: trouble_by_status(replace(answer, status=_status(answer))),
            **transport,
        )

    @classmethod
    def connect(cls, params: Mapping[str, Any], pause: Callable[[float], None] = time.sleep) -> HelixTeamHub:
        host = params["api_url"].strip().rstrip("/")
        settings = Settings.of({**params, "api_url": host if host.endswith("/api") else f"{host}/api"})
        company_key, account_key = params["company_key"].strip(), params["account_key"].strip()
        return cls(settings, company_key, account_key, emails=params.get("emails", False), pause=pause)

    def check_collaborator(self, name: str) -> Optional[str]:
        if "@" in name:
            return "an e-mail address is not accepted; write the collaborator's id."
        if not COLLABORATOR_ID.fullmatch(name):
            return "an id has 1 to 100 letters, digits, _ - + or . and starts with a letter, a digit or _."
        return None

    def find_projects(self, references: Sequence[str]) -> Mapping[str, Union[Project, RollcallError]]:
        """The short name is the id that requests carry (12): nothing to look up."""
        return {reference: self._project(reference) for reference in references}

    def all_projects(self) -> Mapping[str, Project]:
        rows = self._list("/projects", "the projects", self._project_row)
        return {name: Project(name, name, about=dict(about)) for name, about in sorted(rows.items())}

    def list_members(self, project: Project) -> Listing:
        # 5: the e-mail address is in the full object only.
        expand = {"expand": "collaborator"} if self._emails else {}
        rows = self._list(
            _path(project),
            f"the collaborators of project {project.id}",
            lambda answer, row: self._member_row(project, answer, row),
            expand,
        )
        # 9: a row without a role is no direct membership.
        members = {name: {"role": role} for name, (role, _email) in rows.items() if role}
        # 7: who may change it is not told.
        emails = {name: email for name, (_role, email) in rows.items() if email and name in members}
        return Listing(project, members, emails=emails if self._emails else {})

    def _list(
        self,
        path: str,
        what: str,
        read_row: Callable[[Answer, Mapping[str, Any]], Tuple[str, T]],
        query: Mapping[str, str] = NOTHING,
    ) -> Dict[str, T]:
        """All rows of a list by id. Read anew when it changed meanwhile: what moves between two pages is on neither."""
        for _reading in range(READS):
            rows = self._read_pages(path, what, read_row, query)
            if rows is not None:
                return rows
        raise RollcallError(
            f"Helix TeamHub: the list of {what} does not show as many as it counts.",
            kind="bad_answer",
            hint="Somebody may be changing it: run again.",
            retryable=True,
        )

    def _read_pages(
        self,
        path: str,
        what: str,
        read_row: Callable[[Answer, Mapping[str, Any]], Tuple[str, T]],
        query: Mapping[str, str],
    ) -> Optional[Dict[str, T]]:
        """One reading of all pages; None when it missed somebody."""
        seen: Dict[str, T] = {}
        totals: Set[int] = set()
        pages = Pages(self._http)
        offset = 0
        limit: Optional[int] = PAGE
        while True:
            window = {"offset": str(offset)} if limit is None else {"limit": str(limit), "offset": str(offset)}
            answer = pages.read("GET", path, query={**window, **query})
            if limit and _status(answer) in (400, 422):
                # 13 U5: whether a limit of 100 is too large is not documented.
                limit = None
                continue
            results, metadata = self._page(answer, what)
            for result in results:
                identity, row = read_row(answer, result if isinstance(result, dict) else {})
                if seen.setdefault(identity, row) != row:
                    raise self._http.foreign(answer, f"it shows {identity} twice, differently")
            # 6: newer servers count all rows.
            if isinstance(metadata.get("total_count"), int):
                totals.add(metadata["total_count"])
            if not metadata.get("more_results") or not results:
                break
            following = metadata.get("next_offset", offset + len(results))
            if not isinstance(following, int) or following <= offset:
                raise self._http.foreign(answer, f"next_offset {following!r} does not lead on from {offset}")
            offset = following
        if len(totals) > 1 or len(seen) < max(totals, default=0):
            return None
        return seen

    def whoami(self, listing: Listing) -> Mapping[str, bool]:
        """Nobody listed: managing collaborators takes a role that collaborators cannot have (7)."""
        return {}

    def add(self, project: Project, name: str, access: Access) -> Shown:
        return self._write("POST", project, name, {"id": name, "role": access["role"]})

    def update(self, project: Project, name: str, access: Access) -> Shown:
        return self._write("PUT", project, name, {"role": access["role"]})

    def remove(self, project: Project, name: str) -> Shown:
        return self._write("DELETE", project, name)

    def explain(self, project: Project, step: Step) -> str:
        """8: who is no collaborator of the company cannot be added to a project; POST does not invite."""
        if step.kind != "add":
            return ""
        answer = self._http.read("GET", f"/collaborators/{segment(step.name)}")
        if answer.status not in (404, 410):
            return ""
        return (
            f"The company has no collaborator {step.name}: invite the account first, or it is an ordinary user. Its id "
            "counts, not its name or e-mail address; rollcall.collaborators.hth_project_collaborator_info lists the "
            "ids that are on your projects."
        )

    def _project(self, reference: str) -> Union[Project, RollcallError]:
        if PROJECT_ID.fullmatch(reference):
            return Project(reference, reference)
        return BadInput(
            f"Helix TeamHub: {reference!r} is no project id.",
            hint="Write the short name as in the project's address: 2 to 100 letters, digits, - or _.",
        )

    def _page(self, answer: Answer, what: str) -> Tuple[List[Any], Mapping[str, Any]]:
        """6: {"metadata": {...}, "results": [...]}."""
        if _status(answer) >= 400:
            self._check_address(answer)
            self._refuse(answer, f"Helix TeamHub: {what} cannot be listed")
        results = answer.body.get("results") if isinstance(answer.body, dict) else None
        if not isinstance(results, list):
            raise self._http.foreign(answer, f"no list of {what}")
        metadata = answer.body.get("metadata")
        if not isinstance(metadata, dict):
            raise self._http.foreign(answer, "no metadata, which tell whether there are more pages")
        self._address_is_right = True
        return results, metadata

    def _check_address(self, answer: Answer) -> None:
        """A missing project is told as a wrong address is; but the list of all projects is always there."""
        if self._address_is_right or _status(answer) not in (404, 410):
            return
        if not answer.url.endswith("/projects"):
            if answer.is_html:
                return
            try:
                answer = self._http.read("GET", "/projects", {"limit": "1"})
            except RollcallError:
                return
        if _status(answer) in (404, 410):
            raise self._http.wrong_address(answer)
        self._address_is_right = True

    def _member_row(
        self, project: Project, answer: Answer, row: Mapping[str, Any]
    ) -> Tuple[str, Tuple[Optional[str], str]]:
        """A membership: the account, its role and, where it was asked for, its e-mail address."""
        account = row.get("collaborator")
        identity, listed_in = _identity(account), _identity(row.get("project"))
        if not is_segment(identity) or (listed_in or project.id).casefold() != project.id.casefold():
            raise self._http.foreign(answer, "a row without a usable collaborator, or of another project")
        role = row.get("role")
        if role is not None and not (isinstance(role, str) and is_text(role)):
            raise self._http.foreign(answer, f"the role of {identity} is no text")
        email = account.get("email") if isinstance(account, dict) else None
        return identity, (role, email if isinstance(email, str) and is_text(email) else "")

    def _project_row(self, answer: Answer, row: Mapping[str, Any]) -> Tuple[str, Mapping[str, str]]:
        identity = _identity(row)
        if not PROJECT_ID.fullmatch(identity):
            raise self._http.foreign(answer, "a project without a usable id")
        name = row.get("name")
        return identity, {"name": name} if isinstance(name, str) and is_text(name) else {}

    def _write(self, method: str, project: Project, name: str, body: Optional[Mapping[str, str]] = None) -> Shown:
        path = _path(project) if method == "POST" else f"{_path(project)}/{segment(name)}"
        # 9: after a 429 a POST is never repeated blindly either.
        answer = self._http.write(method, path, body, repeat_throttled=False)
        if _status(answer) >= 400:
            self._refuse(answer, "Helix TeamHub refused it")
        if answer.is_html:
            raise self._http.unclear(answer)
        echo = answer.body if isinstance(answer.body, dict) else {}
        for said, sent in ((echo.get("collaborator"), name), (echo.get("project"), project.id)):
            if (_identity(said) or sent).casefold() != sent.casefold():
                raise self._http.unclear(answer, f"it speaks of {_identity(said)}, not of {sent}")
        if method == "DELETE":
            # 9: the body is the removed object, not the state afterwards; 202 may mean "later".
            shown = answer.status == 204 or (answer.status == 200 and _identity(echo.get("collaborator")))
            return None if shown else NOT_SHOWN
        return {"role": echo["role"]} if _identity(echo.get("collaborator")) and echo.get("role") else NOT_SHOWN

    def _refuse(self, answer: Answer, what: str) -> NoReturn:
        said = self._redact(_message(answer)) or self._http.excerpt(answer) or "no reason given"
        status = _status(answer)
        message = f"{what}: {said} (HTTP {status})."
        if status == 401:
            expired = "p4 server session expired" in answer.text.lower()
            raise Halt(
                message,
                kind="authentication",
                hint="The P4 ticket behind the key ran out: log in to the P4 server again."
                if expired
                else "company_key or account_key is wrong or has expired.",
                **answer.context(),
            )
        if status == 403:
            hint = (
                "It takes a project manager or admin, or a company-admin bot. Else the key is read only, the project "
                "is private, or the server uses Helix authentication, which has no collaborators."
            )
            raise RollcallError(message, kind="forbidden", hint=hint, **answer.context())
        if answer.method != "GET" and status in (404, 409, 410, 422):
            # 9: what each of them means here is unknown; a fresh listing decides.
            raise Conflict(message, kind="refused", hint=REFUSED, **answer.context())
        if answer.method == "GET" and status in (404, 410, 422) and not answer.is_html:
            hint = "It does not exist, or this account cannot see it, or the server uses Helix authentication."
            raise RollcallError(message, kind="not_found", hint=hint, **answer.context())
        if answer.is_html:
            raise self._http.foreign(answer)
        raise RollcallError(message, kind="refused", **answer.context())


def _status(answer: Answer) -> int:
    """8: a 2xx whose JSON says api_status >= 400 is that failure."""
    said = answer.body.get("api_status") if isinstance(answer.body, dict) else None
    return said if answer.ok and isinstance(said, int) and said >= 400 else answer.status


def _path(project: Project) -> str:
    return f"/projects/{segment(project.id)}/project_collaborators"


def _identity(reference: Any) -> str:
    """5: documented as a string, shown as an object, expanded on demand: all three."""
    if isinstance(reference, dict):
        reference = reference.get("id")
    return reference if isinstance(reference, str) else ""


def _message(answer: Answer) -> str:
    """8: the text of an error, in the order in which its places deserve trust."""
    body = answer.body if isinstance(answer.body, dict) else {}
    legacy = body.get("error")
    message, rules = body.get("api_message"), _flat(body.get("api_errors"))
    for said in (
        f"{message} ({rules})" if message and rules else message or rules,
        body.get("message"),
        legacy.get("message") if isinstance(legacy, dict) else legacy,
        _flat(body.get("errors")),
    ):
        if said:
            return str(said)
    return ""


def _flat(errors: Any) -> str:
    """api_errors: attribute -> {rule: true}, as "attribute: rule"."""
    if not isinstance(errors, dict):
        return "; ".join(map(str, errors)) if isinstance(errors, list) else str(errors or "")
    return "; ".join(
        f"{name}: {', '.join(rules) if isinstance(rules, dict) else rules}" for name, rules in errors.items()
    )
