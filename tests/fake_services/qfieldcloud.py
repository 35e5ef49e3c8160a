# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fake QFieldCloud: everything between the connection and the endpoints, as the newest QFieldCloud does it:
master of 2026-08-21.

State and rules are in qfieldcloud_state.py (with the shape of a world), paths in qfieldcloud_endpoints.py. A world
may have `"extends": "contract"`: it is then laid over that world of worlds/ (lists are joined; users and organizations
with the same `username`, and projects with the same `id`, are joined too).

The switches are those of contract QFieldCloud 20; its `fault` is POST /_fake/faults of core.py. What needs telling:

    era             26.25: without default roles of members, else as the newest; 26.21: before v26.22 too; 25.12: before
                    v25.13 too; 2024: as measured on 2024-09-23
    default_role_for_members
                    on: members of organizations are readers of all its projects, which no answer tells about others
    extra_role      auditor: each project's last collaborator by name gets this role; only `reset` takes it back
    race            another writer is faster, once per project and collaborator. added, added_other_role: adds the same
                    person before a POST; changed, removed: changes or removes the row before a PATCH, PUT or DELETE;
                    resurrected: a concurrent PATCH brings the row back after a DELETE
    throttle        every other request, the first one too, is answered 429, with Retry-After as seconds or as a date,
                    or as HTML without it
    token_state     expired: all tokens issued so far are; only `reset` takes it back. revoked: a token is gone with
                    its first write
    next_page_host  other: the next page is said to be on other.example.org; loop: it is the first page again

The `change` of a race fault: {"project": id or owner/name, "collaborator": name, "role": role, null = removed}, or
{"project": id or owner/name, "deleted": true}.
"""

from __future__ import annotations

import json
import random
import secrets
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, unquote, urlencode

from starlette.responses import HTMLResponse, Response

from .core import Call, FakeService, answer
from .qfieldcloud_endpoints import COLLABORATOR, COLLABORATORS, LOG_IN, LOG_OUT, PROVIDERS, ROUTES, Route
from .qfieldcloud_state import ERRORS, PASSWORD, ROLES, UNKNOWN_ROLE, Project, Refusal, User, World, token_of
from .qfieldcloud_visit import Visit

BASE = "/api/v1/"
WORLDS = Path(__file__).parent / "worlds"
LOOPBACK_HOSTS = ("127.0.0.1", "localhost")

PAGE = """
<!doctype html>
<html lang="en">
<head>
  <title>{title}</title>
</head>
<body>
  <h1>{title}</h1><p>{text}</p>
</body>
</html>
"""
NOT_FOUND = PAGE.format(title="Not Found", text="The requested resource was not found on this server.")
BAD_REQUEST = PAGE.format(title="Bad Request (400)", text="")
# The blanks are the server's.
BROWSABLE_API = """



<!DOCTYPE html>
<html>
  <head>
    \n
      \n        <meta http-equiv="Content-Type" content="text/html; charset=utf-8"/>
        <meta name="robots" content="NONE,NOARCHIVE" />
      \n
      <title>{title} – Django REST framework</title>

      \n        \n          <link rel="stylesheet" type="text/css" href="/staticfiles/rest_framework/css/default.css"/>
  </head>
  <body><pre>{body}</pre></body>
</html>
"""


class QFieldCloud(FakeService):
    name = "qfield"
    api_path = BASE
    switches: ClassVar[dict[str, tuple[Any, ...]]] = {
        "era": ("master", "26.25", "26.21", "25.12", "2024"),
        "list_shape": ("array", "object"),
        "list_cap": ("none", 2),
        "total_count": ("present", "absent"),
        "next_page_host": ("same", "other", "loop"),
        "order": ("physical", "name", "shuffled"),
        "team_path": ("html_404", "routed", "json_404"),
        "admin_protection": ("off", "on"),
        "extra_role": ("none", UNKNOWN_ROLE),
        "duplicate_post": (400, 500, 409),
        "race": ("none", "added", "added_other_role", "changed", "removed", "resurrected"),
        "delete_twice": (404, 204),
        "debug": ("off", "on"),
        "throttle": ("off", "seconds", "date", "html"),
        "token_state": ("valid", "expired", "revoked"),
        "plan_limit": ("not_enforced", "enforced"),
        "default_role_for_members": ("off", "on"),
        "redirect": ("slash", "https"),
        "extra_fields": ("none", "some"),
    }

    def load(self, world: dict[str, Any]) -> None:
        base = world.pop("extends", None)
        if base:
            world = joined(json.loads((WORLDS / base / "qfield.json").read_text(encoding="utf-8")), world)
        self.world = World(world)
        self._raced: set[tuple[str, str]] = set()
        self._requests = 0
        self._random = random.Random(0)

    def state(self) -> dict[str, Any]:
        return self.world.dump()

    def credentials(self) -> dict[str, str]:
        caller = self.world.caller
        return {"token": token_of(caller), "username": caller, "password": PASSWORD}

    def set_switches(self, values: dict[str, Any]) -> None:
        super().set_switches(values)
        if values.get("extra_role") == UNKNOWN_ROLE:
            self.world.give_unknown_role()
        if values.get("token_state") == "expired":
            self.world.expire_tokens()

    def is_mutating(self, call: Call) -> bool:
        """A login is not a write; a logout is, even as GET, for it ends every session of the user."""
        below = call.path.removeprefix(BASE)
        if LOG_OUT.pattern.fullmatch(below):
            return True
        return super().is_mutating(call) and not LOG_IN.pattern.fullmatch(below)

    def race(self, change: dict[str, Any]) -> None:
        wanted = change["project"]
        for project in self.world.projects.values():
            if wanted in (project.id, f"{project.owner}/{project.name}"):
                if change.get("deleted"):
                    del self.world.projects[project.id]
                else:
                    self.world.set_access(project, change["collaborator"], change["role"])
                return
        raise ValueError(f"no project {wanted}")

    def expire(self, call: Call) -> None:
        self.world.tokens.pop(call.headers.get("authorization", "").rpartition(" ")[2], None)

    def handle(self, call: Call) -> Response:
        self._requests += 1
        if self.switch["throttle"] != "off" and self._requests % 2:
            return self._throttled()
        host = call.headers.get("x-forwarded-host", call.headers.get("host", ""))
        if self.switch["redirect"] == "https":
            return _moved(f"https://{host}{_with_query(call, call.path)}")
        if host.partition(":")[0] not in LOOPBACK_HOSTS:
            return HTMLResponse(BAD_REQUEST, 400)
        response = self._routed(call, f"{call.headers.get('x-forwarded-proto', 'http')}://{host}")
        # Every request without the cookie gets one, but for a 500 (contract QFieldCloud 2).
        if response.status_code != 500 and "sessionid=" not in call.headers.get("cookie", ""):
            response.set_cookie("sessionid", secrets.token_hex(16), httponly=True, samesite="lax")
        return response

    def _throttled(self) -> Response:
        if self.switch["throttle"] == "html":
            return HTMLResponse(PAGE.format(title="fake: 429 Too Many Requests", text=""), 429)
        date = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=1), usegmt=True)
        code = "fake: throttled"
        wait = {"Retry-After": "1" if self.switch["throttle"] == "seconds" else date}
        return answer({"code": code, "message": ERRORS[code][1]}, 429, wait)

    # Routing

    def _routed(self, call: Call, origin: str) -> Response:
        found = self._route(call.path)
        if found is None and self._route(f"{call.path}/"):
            return _moved(_with_query(call, f"{call.path}/"))
        if found is None:
            return HTMLResponse(NOT_FOUND, 404)
        route, parts = found
        visit = Visit(call, self.world, self.switch, None, self._random, origin)
        try:
            is_html = self._wants_html(call)
            visit.user = self._user(call, route)
            if is_html and self.switch["era"] == "2024" and route is COLLABORATORS:
                return HTMLResponse(PAGE.format(title="Server Error (500)", text=""), 500)
            status, body = self._answered(visit, route, parts)
        except Refusal as refusal:
            return self._refused(refusal, route)
        headers = {"Allow": route.allow, **route.headers}
        if body is None:
            return Response(status_code=status, headers=headers)
        if isinstance(body, list):
            body = self._page(visit, body, headers)
        if is_html:
            title = "List Create Collaborators" if route is COLLABORATORS else "fake: an endpoint"
            return HTMLResponse(BROWSABLE_API.format(title=title, body=json.dumps(body, indent=4)), status, headers)
        return answer(body, status, headers)

    def _route(self, raw_path: str) -> tuple[Route, list[str]] | None:
        """The server decodes the path before it routes, so that %2F is a slash (contract QFieldCloud 9)."""
        if not raw_path.startswith(BASE):
            return None
        below = raw_path.removeprefix(BASE)
        for route in ROUTES:
            match = route.pattern.fullmatch(unquote(below))
            if match and not (route is PROVIDERS and self.switch["era"] == "2024"):
                return route, list(match.groups())
        match = COLLABORATOR.pattern.fullmatch(below)
        if match and self.switch["team_path"] != "html_404":
            return COLLABORATOR, [unquote(part) for part in match.groups()]
        return None

    @staticmethod
    def _wants_html(call: Call) -> bool:
        if call.query.get("format", "") not in ("", "json", "api"):
            raise Refusal("object_not_found")
        for item in call.headers.get("accept", "*/*").split(","):
            media_type = item.partition(";")[0].strip()
            if media_type in ("application/json", "application/*", "*/*"):
                return False
            if media_type in ("text/html", "text/*"):
                return True
        raise Refusal("api_error", "Could not satisfy the request Accept header.", status=406)

    def _user(self, call: Call, route: Route) -> User | None:
        scheme, *rest = call.headers.get("authorization", "").split() or [""]
        if scheme.lower() != "token":
            if route.anonymous:
                return None
            raise Refusal("not_authenticated")
        if len(rest) != 1:
            raise Refusal("authentication_failed")
        if self.switch["token_state"] == "revoked" and self.is_mutating(call):
            self.expire(call)
        user = self.world.user_with(rest[0])
        if user is None:
            raise Refusal("token_authentication_failed")
        call.caller = user.username
        return user

    def _answered(self, visit: Visit, route: Route, parts: list[str]) -> tuple[int, Any]:
        method = visit.call.method
        if method == "HEAD" and "GET" in route.endpoints and not route.otherwise:
            method = "GET"
        endpoint = route.endpoints.get(method, route.otherwise)
        if endpoint is None:
            if method in route.allow.split(", "):
                raise Refusal("fake: not_implemented")
            raise Refusal("api_error", f'Method "{method}" not allowed.', status=405)
        restore = self._other_writer(visit, route, parts)
        reply = endpoint(visit, *parts)
        if restore:
            self.race(restore)
        status, body = reply
        # The database counts in 64 bits.
        if isinstance(body, list) and _whole(visit.call.query.get("limit")) >= 2**63:
            raise Refusal("unknown_error")
        if self.switch["extra_fields"] == "some":
            for item in body if isinstance(body, list) else [body]:
                if isinstance(item, dict):
                    item["fake_unknown"] = {"nested": [1, None]}
        return status, body

    def _refused(self, refusal: Refusal, route: Route) -> Response:
        status, message = refusal.status, ERRORS[refusal.code][1]
        if refusal.code == "object_not_found" and self.switch["era"] == "2024":
            status = 400
        body: dict[str, Any] = {"code": refusal.code, "message": message}
        if self.switch["debug"] == "on":
            body["debug"] = {"detail": message if refusal.detail is None else refusal.detail}
        return answer(body, status, {"Allow": route.allow})

    # Paging (contract QFieldCloud 6)

    def _page(self, visit: Visit, items: list[Any], headers: dict[str, str]) -> Any:
        """The items of the page as the body shows them; the paging headers are added to `headers`."""
        limit, offset = _whole(visit.call.query.get("limit")), _whole(visit.call.query.get("offset"))
        if self.switch["list_cap"] != "none":
            limit = min(limit or len(items), self.switch["list_cap"])
        following = previous = None
        if limit:
            if offset + limit < len(items):
                following = self._next_page(visit, limit, offset + limit)
            if offset:
                previous = self._page_url(visit, visit.origin, limit, offset - limit)
        shown = items[offset : offset + limit] if limit else items
        has_total = self.switch["total_count"] == "present"
        if self.switch["list_shape"] == "object":
            total = {"count": len(items)} if has_total else {}
            return {**total, "next": following, "previous": previous, "results": shown}
        if limit and has_total:
            headers["X-Total-Count"] = str(len(items))
        if following:
            headers["X-Next-Page"] = following
        if previous:
            headers["X-Previous-Page"] = previous
        return shown

    def _next_page(self, visit: Visit, limit: int, offset: int) -> str:
        kind = self.switch["next_page_host"]
        origin = "http://other.example.org" if kind == "other" else visit.origin
        return self._page_url(visit, origin, limit, 0 if kind == "loop" else offset)

    @staticmethod
    def _page_url(visit: Visit, origin: str, limit: int, offset: int) -> str:
        query = visit.call.query | {"limit": str(limit), "offset": str(offset)}
        if offset <= 0:
            del query["offset"]
        return f"{origin}{visit.call.path}?{urlencode(sorted(query.items()))}"

    # Races (contract QFieldCloud 10)

    def _other_writer(self, visit: Visit, route: Route, parts: list[str]) -> dict[str, Any] | None:
        """Let the other writer of the `race` switch be faster. Returns the change that he makes afterwards, if any."""
        kind, method = self.switch["race"], visit.call.method
        if kind == "none" or route not in (COLLABORATORS, COLLABORATOR) or method in ("GET", "HEAD", "OPTIONS"):
            return None
        body = visit.call.body if isinstance(visit.call.body, dict) else {}
        project = self.world.projects.get(parts[0])
        name = body.get("collaborator") if route is COLLABORATORS else parts[1]
        if project is None or not isinstance(name, str) or (project.id, name) in self._raced:
            return None
        role = self._raced_role(kind, method, project, name, body.get("role", "reader"))
        if role == "":
            return None
        self._raced.add((project.id, name))
        change = {"project": project.id, "collaborator": name, "role": role}
        if kind == "resurrected":
            return change
        self.race(change)
        return None

    def _raced_role(self, kind: str, method: str, project: Project, name: str, wanted: Any) -> str | None:
        """The role that the other writer gives, None when he removes the row, "" when there is no race."""
        row = project.rows.get(name)
        is_known = name in self.world.users or name in self.world.teams
        if kind in ("added", "added_other_role") and method == "POST" and row is None and is_known:
            return wanted if kind == "added" else next(role for role in ROLES if role != wanted)
        if kind == "changed" and method != "POST" and row:
            return next(role for role in ROLES if role not in (wanted, row.role))
        if kind == "removed" and method != "POST" and row:
            return None
        if kind == "resurrected" and method == "DELETE" and row:
            return row.role
        return ""


def joined(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """`more` laid over `base`."""
    result = dict(base)
    for key, value in more.items():
        if not isinstance(value, list):
            result[key] = value
            continue
        items = {_identity(item, index): item for index, item in enumerate(base.get(key, []))}
        for index, item in enumerate(value, len(items)):
            same = _identity(item, index)
            items[same] = joined(items[same], item) if same in items else item
        result[key] = list(items.values())
    return result


def _identity(item: dict[str, Any], index: int) -> Any:
    return item.get("id") or item.get("username") or index


def _whole(text: str | None) -> int:
    """A positive whole number, else 0."""
    return int(text) if text and text.isascii() and text.isdigit() else 0


def _with_query(call: Call, path: str) -> str:
    return f"{path}?{urlencode(call.query, quote_via=quote)}" if call.query else path


def _moved(location: str) -> Response:
    return HTMLResponse("", 301, {"Location": location})
