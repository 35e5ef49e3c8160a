# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fake Helix TeamHub, REST API v1 (contract Helix TeamHub 17). Worlds: helix_teamhub_world.py.

There are projects, the three kinds of project members, collaborators, the company, login and a stub of `events`;
no repositories, no group members, no API v2. All error texts are invented and begin with `fake:`; every object carries
one key that no client knows.

The rows `fault` and `race` of the contract's table are faults (faults.py). A race's change is
{"project": "apollo", "collaborator": "ext.jdoe", "role": "guest" | null}, null = removed, or
{"project": "apollo", "deleted": true}.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any, NamedTuple
from urllib.parse import unquote

from starlette.responses import HTMLResponse, RedirectResponse, Response

from .core import Call, FakeService, answer
from .helix_teamhub_world import ROLES, Json, World

EXTRA = {"fake_extra": {"note": "a key that no client knows"}}
KEY = re.compile(r"\b(company_key|account_key)=(['\"]?)([^'\",\s]+)\2")


class Kind(NamedTuple):
    """One kind of project member."""

    attribute: str
    """Its name in a membership."""
    members: str
    """Its list in the world."""
    roles: tuple[str, ...]


KINDS = {
    "project_collaborators": Kind("collaborator", "collaborators", ROLES[:3]),
    "project_users": Kind("user", "users", ROLES),
    "project_groups": Kind("group", "groups", ROLES),
}


class Refused(Exception):
    """The request is answered with an error; `errors` is api_errors, attribute -> rule."""

    def __init__(self, status: int, text: str, errors: dict[str, str] | None = None, html: bool = False) -> None:
        super().__init__(text)
        self.status, self.text, self.errors, self.html = status, f"fake: {text}", errors or {}, html


class HelixTeamHub(FakeService):
    """One company; the switches are those of the contract's table."""

    name = "hth"
    api_path = "/api"
    switches = {
        "duplicate_post": ("422 reserved", "422 other", 409, "201 idempotent", "201 overwriting"),
        "missing_member": ("404 json", "404 html", 410, 403),
        "invisible_project": (404, 403),
        "unknown_collaborator": (422, 404),
        "bad_role": (422, 400, "stored as guest"),
        "page_size": (100, 2),  # the default and the maximum of `limit`
        "next_offset": ("correct", "constant", "missing"),
        "more_results": ("correct", "always true"),
        "limit_too_big": ("cut", 422),
        "total_count": ("present", "absent"),
        # moving: by id, but an entry goes to the end before about every third page.
        "order": ("by id", "insertion", "shuffled", "moving"),
        "id_case": ("exact", "folded"),
        "refs": ("object", "string", "expanded"),
        "highest_role": ("same", "absent", "different"),
        "delete_answer": (200, 202, 204),
        "post_status": (201, 200),
        "post_body": ("complete", "empty", "without role"),
        "key_state": ("valid", "expired", "read-only", "p4 session expired"),
        "auth_method": ("own", "helix 403", "helix 404", "helix 422"),
        "deactivated": (422, "accepted"),
        "error_shape": ("api", "legacy", "html", "empty"),
        "redirect": ("none", 301),
    }

    def load(self, world: Json) -> None:
        self.world = World(world)
        self._expired: set[str] = set()
        self._shuffle = random.Random(0)
        self._moved: dict[str, int] = {}

    def state(self) -> Json:
        return self.world.data

    def credentials(self) -> dict[str, str]:
        return {"company_key": self.world.company_key, "account_key": self.world.caller_key}

    def race(self, change: Json) -> None:
        if change.get("deleted"):
            del self.world.data["projects"][change["project"]]
            return
        members = self.world.members(change["project"], "collaborators")
        if change["role"] is None:
            members.pop(change["collaborator"], None)
        else:
            members[change["collaborator"]] = change["role"]

    def expire(self, call: Call) -> None:
        self._expired.add(_keys(call).get("account_key", ""))

    def handle(self, call: Call) -> Response:
        if self.switch["redirect"] == 301:
            return RedirectResponse(f"https://{call.headers['host']}{call.path}", 301)
        try:
            return self._route(call)
        except Refused as refused:
            return self._refusal(refused)

    def _refusal(self, refused: Refused) -> Response:
        shape = "html" if refused.html else self.switch["error_shape"]
        if shape == "html":
            return HTMLResponse(f"<html><body>{refused.status} {refused.text}</body></html>", refused.status)
        if shape == "empty":
            return Response(status_code=refused.status)
        if shape == "legacy":
            return answer({"error": {"message": refused.text, "fields": refused.errors}}, refused.status)
        body = _stamped(refused.status, {"api_message": refused.text})
        if refused.errors:
            body["api_errors"] = {attribute: {rule: True} for attribute, rule in refused.errors.items()}
        return answer(body, refused.status)

    # Routing and rights

    def _route(self, call: Call) -> Response:
        top, *segments = [unquote(segment) for segment in call.path.split("/")[1:]]
        if top != "api":
            raise Refused(404, "no such path")
        method = "GET" if call.method == "HEAD" else call.method
        if (method, segments) == ("POST", ["account", "sessions"]):
            return self._login(call)
        call.caller = caller = self._authenticate(call)
        if segments[:1] == ["collaborators"] or "project_collaborators" in segments[2:3]:
            self._refuse_under_helix_authentication()
        if len(segments) in (3, 4) and segments[0] == "projects" and segments[2] in KINDS:
            project_id = self._visible_project(caller, segments[1])
            if method != "GET" and not self.world.manages(caller, project_id):
                raise Refused(403, "needs a project manager, a project admin or a company admin")
            return self._members(call, method, project_id, KINDS[segments[2]], *segments[3:])
        if (method, segments) == ("POST", ["events"]):
            return self._event(call)
        if method != "GET":
            raise Refused(405, "method not allowed")
        return self._read(call, caller, *segments)

    def _read(self, call: Call, caller: str, resource: str = "", *object_id: str) -> Response:
        collaborators = self.world.collaborators
        if (resource, len(object_id)) == ("company", 0):
            return answer(_stamped(200, {"id": self.world.company_id}))
        if (resource, len(object_id)) == ("projects", 0):
            visible = [project_id for project_id in self.world.projects if self.world.sees(caller, project_id)]
            return self._page(call, visible, lambda project_id: _stamped(200, self.world.project(project_id)))
        if (resource, len(object_id)) == ("projects", 1):
            return answer(_stamped(200, self.world.project(self._visible_project(caller, *object_id))))
        if (resource, len(object_id)) == ("collaborators", 0):
            return self._page(call, collaborators, lambda account_id: _stamped(200, self.world.account(account_id)))
        if (resource, len(object_id)) == ("collaborators", 1):
            account_id = self._spelled(object_id[0], collaborators)
            if account_id is None:
                raise Refused(404, "no such collaborator")
            return answer(_stamped(200, self.world.account(account_id)))
        raise Refused(404, "no such path")

    def _authenticate(self, call: Call) -> str:
        """The account that calls. P4 DAM clients send the account key alone (contract 3)."""
        keys = _keys(call)
        caller: str | None = self.world.by_key.get(keys.get("account_key", ""))
        if caller is None or keys.get("company_key", self.world.company_key) != self.world.company_key:
            raise Refused(401, "invalid company key or account key")
        if self.switch["key_state"] == "p4 session expired":
            raise Refused(401, "P4 Server session expired")
        if self.switch["key_state"] == "expired" or keys["account_key"] in self._expired:
            raise Refused(401, "expired account key")
        if self.switch["key_state"] == "read-only" and self.is_mutating(call):
            raise Refused(403, "this key may only read")
        return caller

    def _refuse_under_helix_authentication(self) -> None:
        if self.switch["auth_method"] != "own":
            status = int(self.switch["auth_method"].removeprefix("helix "))
            raise Refused(status, "collaborators are not available with Helix authentication")

    def _visible_project(self, caller: str, wanted: str) -> str:
        project_id = self._spelled(wanted, self.world.projects)
        if project_id is not None and self.world.sees(caller, project_id):
            return project_id
        if project_id is not None and self.switch["invisible_project"] == 403:
            raise Refused(403, "no access to this project")
        raise Refused(404, "no such project")

    def _spelled(self, wanted: Any, known: Mapping[str, Any]) -> str | None:
        """The known id that `wanted` means, in its own spelling."""
        if not isinstance(wanted, str):
            return None
        if self.switch["id_case"] == "folded":
            return next((one for one in known if one.casefold() == wanted.casefold()), None)
        return wanted if wanted in known else None

    # Members

    def _members(self, call: Call, method: str, project_id: str, kind: Kind, *member: str) -> Response:
        members = self.world.members(project_id, kind.members)
        if not member and method == "GET":
            return self._page(call, members, lambda one: self._membership(call, 200, project_id, kind, one))
        if not member and method == "POST":
            return self._add(call, project_id, kind, members)
        if not member or method not in ("GET", "PUT", "DELETE"):
            raise Refused(405, "method not allowed")
        member_id = self._spelled(member[0], members)
        if member_id is None:
            status, _space, shape = str(self.switch["missing_member"]).partition(" ")
            raise Refused(int(status), "no such member", html=shape == "html")
        if method == "DELETE":
            return self._remove(call, project_id, kind, members, member_id)
        if method == "PUT":
            _store(call, members, member_id, self._wanted_role(call, kind))
        return answer(self._membership(call, 200, project_id, kind, member_id))

    def _add(self, call: Call, project_id: str, kind: Kind, members: dict[str, str]) -> Response:
        known = self.world.groups if kind.attribute == "group" else self.world.accounts
        member_id = self._spelled(_fields(call).get("id"), known)
        if member_id is None or known[member_id].get("type", "group") != kind.attribute:
            raise Refused(self.switch["unknown_collaborator"], f"no such {kind.attribute}", {"id": "existence"})
        if known[member_id].get("deactivated") and self.switch["deactivated"] == 422:
            raise Refused(422, f"this {kind.attribute} is deactivated", {"id": "deactivated"})
        role = self._wanted_role(call, kind)
        if member_id in members:
            role = self._role_of_duplicate(members[member_id], role)
        _store(call, members, member_id, role)
        status = self.switch["post_status"]
        if self.switch["post_body"] == "empty":
            return Response(status_code=status)
        body = self._membership(call, status, project_id, kind, member_id)
        if self.switch["post_body"] == "without role":
            del body["role"]
        return answer(body, status)

    def _role_of_duplicate(self, present: str, wanted: str) -> str:
        choice = self.switch["duplicate_post"]
        if choice == "201 idempotent":
            return present
        if choice == "201 overwriting":
            return wanted
        if choice == 409:
            raise Refused(409, "already a member")
        raise Refused(422, "already a member", {"id": "reserved"} if choice == "422 reserved" else {"base": "taken"})

    def _remove(self, call: Call, project_id: str, kind: Kind, members: dict[str, str], member_id: str) -> Response:
        removed = self._membership(call, 200, project_id, kind, member_id)
        del members[member_id]
        call.changed = True
        status = self.switch["delete_answer"]
        return answer(removed) if status == 200 else Response(status_code=status)

    def _wanted_role(self, call: Call, kind: Kind) -> str:
        role = _fields(call).get("role")
        if isinstance(role, str) and role in kind.roles:
            return role
        if self.switch["bad_role"] == "stored as guest":
            return "guest"
        raise Refused(self.switch["bad_role"], f"role must be one of {', '.join(kind.roles)}", {"role": "inclusion"})

    # Objects and lists

    def _membership(self, call: Call, status: int, project_id: str, kind: Kind, member_id: str) -> Json:
        body = {
            "project": self._reference(call, "project", project_id, status),
            kind.attribute: self._reference(call, kind.attribute, member_id, status),
            "role": self.world.members(project_id, kind.members)[member_id],
        }
        if kind.attribute != "group" and self.switch["highest_role"] != "absent":
            highest = self.world.highest_role(project_id, member_id)
            body["highest_role"] = highest if self.switch["highest_role"] == "same" else "admin"
        return _stamped(status, body)

    def _reference(self, call: Call, attribute: str, object_id: str, status: int) -> Any:
        expanded = attribute in call.query.get("expand", "").split(",") or self.switch["refs"] == "expanded"
        if expanded and attribute != "group":
            is_project = attribute == "project"
            return _stamped(status, self.world.project(object_id) if is_project else self.world.account(object_id))
        return object_id if self.switch["refs"] == "string" else {"id": object_id, **EXTRA}

    def _page(self, call: Call, ids: Iterable[str], render: Callable[[str], Json]) -> Response:
        ordered = self._ordered([one for one in ids if self._found(one, call.query.get("search_term", ""))])
        largest = self.switch["page_size"]
        limit, offset = _number(call, "limit", largest), _number(call, "offset", 0)
        if limit > largest and self.switch["limit_too_big"] == 422:
            raise Refused(422, f"limit must be at most {largest}", {"limit": "less_than_or_equal_to"})
        limit = min(limit, largest)
        page = ordered[offset : offset + limit]
        end = offset + len(page)
        metadata: Json = {
            "more_results": end < len(ordered) or self.switch["more_results"] == "always true",
            "next_offset": limit if self.switch["next_offset"] == "constant" else end,
            "total_count": len(ordered),
            "count": len(page),
        }
        if self.switch["next_offset"] == "missing":
            del metadata["next_offset"]
        if self.switch["total_count"] == "absent":
            del metadata["total_count"]
        return answer({"metadata": metadata | EXTRA, "results": [render(one) for one in page], **EXTRA})

    def _ordered(self, ids: list[str]) -> list[str]:
        if self.switch["order"] == "shuffled":
            return self._shuffle.sample(ids, len(ids))
        if self.switch["order"] == "insertion":
            return ids
        if self.switch["order"] == "by id":
            return sorted(ids)
        if ids and self._shuffle.randrange(3) == 0:
            self._moved[self._shuffle.choice(sorted(ids))] = 1 + max(self._moved.values(), default=0)
        return sorted(ids, key=lambda one: (self._moved.get(one, 0), one))

    def _found(self, object_id: str, term: str) -> bool:
        """A search of accounts looks at id, e-mail and display name (contract 6)."""
        texts = [object_id]
        if term and object_id in self.world.accounts:
            account = self.world.account(object_id)
            texts += [account["email"], account["display_name"]]
        return any(term.casefold() in text.casefold() for text in texts)

    # Beside the members

    def _login(self, call: Call) -> Response:
        fields = _fields(call)
        for account_id, account in self.world.accounts.items():
            if (
                fields.get("company") == self.world.company_id
                and fields.get("login") in (account_id, account["email"])
                and "password" in account
                and fields.get("password") == account["password"]
            ):
                call.caller = account_id
                body = {
                    "account_key": account["account_key"],
                    "company_key": self.world.company_key,
                    "account": {"id": account_id, "type": account["type"], **EXTRA},
                    "company": {"id": self.world.company_id, **EXTRA},
                }
                return answer(_stamped(201, body), 201)
        raise Refused(401, "wrong company, login or password")

    def _event(self, call: Call) -> Response:
        """200 and nothing is what Perforce's own trigger script insists on (contract 4)."""
        if not isinstance(call.body, dict):
            raise Refused(400, "bad request", {"name": "presence"})
        return Response()


def _stamped(status: int, attributes: Json) -> Json:
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"api_status": status, "api_timestamp": now, **attributes, **EXTRA}


def _keys(call: Call) -> dict[str, str]:
    """The keys in any form that a shipped program sends (contract 3), the query form included."""
    named = {name: call.query[name] for name in ("company_key", "account_key") if name in call.query}
    found = KEY.findall(call.headers.get("authorization", ""))
    return named | {name: key for name, _quote, key in found}


def _fields(call: Call) -> Json:
    if not isinstance(call.body, dict):
        raise Refused(400, "the body must be a JSON object")
    return call.body


def _number(call: Call, name: str, default: int) -> int:
    given = call.query.get(name, str(default))
    if not given.isdecimal():
        raise Refused(422, f"{name} must be a number", {name: "numericality"})
    return int(given)


def _store(call: Call, members: dict[str, str], member_id: str, role: str) -> None:
    call.changed = members.get(member_id) != role
    members[member_id] = role
