# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fake QuantConnect: API v2, as far as collaborators of projects go (contract QuantConnect 16).

quantconnect_world.py has the shape of its world and what the endpoints do; here is what it is to talk to the service.
A race (core.py) takes {"project": id, "collaborator": publicId, "access": {"liveControl", "permission"} or null}, or
{"project": id, "deleted": true}; it sends no mail. The row `fault` of the contract's table is what faults.py offers.
"""

from __future__ import annotations

import base64
import hashlib
from email.utils import formatdate
from typing import Any

from starlette.responses import Response

from .core import Call, FakeService, answer
from .quantconnect_world import OPERATIONS, Failure, Fields, World

MAX_AGE = 7200
READS = frozenset({"authenticate", "projects/read", "projects/collaboration/read"})
# GET on the collaboration endpoints is UNKNOWN and so refused (contract QuantConnect 2 and U15).
GET_READS = frozenset({"authenticate", "projects/read"})


class AuthenticationFailure(Failure):
    """The credentials are refused."""


class QuantConnect(FakeService):
    """The fake; see the module."""

    name = "qc"
    api_path = "/api/v2"
    switches = {
        # U1: the key that names the person in `delete`; strict refuses any other key. If it is missing: fail, or
        # success without removing.
        "delete_key": ("collaboratorId", "collaboratorUserId", "either", "strict"),
        "delete_wrong_key": ("failure", "success"),
        "update_missing": ("refuse", "false", "keep"),  # U2: a boolean is left out
        "create_existing": ("refuse", "success", "overwrite"),  # U3: without effect, or as `update`; no mail
        "missing_row": ("refuse", "success"),  # U4: update or delete of someone who is not there
        "owner_change": ("refuse", "success"),  # U5: success without effect
        "case": ("exact", "folded"),  # U6: folded finds people in any case and answers the canonical spelling
        "numeric_id": ("refuse", "accept"),  # U7: a uid in place of the profile name
        "auth_failure": ("text", "401_empty", "401_json"),  # U9
        "errors_shape": ("errors", "messages", "Message", "empty", "none"),
        # U10: each distinct request (path, query, body) is refused once, then carried out; Retry-After is 1 s.
        "throttle": ("off", "429_seconds", "429_date", "429", "text"),
        "list_in_answer": ("yes", "left_out", "stale"),  # of create, update, delete; stale: as before the change
        "default_page": ("all", 2),  # U11: how many projects without `end`
        "page_order": ("stable", "shuffled", "moving"),  # moving: an entry goes to the end, before every third page
        "membership_check": ("on", "off"),  # U13: must a new person be in the organization of the project
        "quota": ("unlimited", "10_with_owner", "10_without_owner"),  # U12: does the owner count
        # U14: a row on every project, new ones too; `delete` of a permanent one answers success and leaves it.
        "auto_admin": ("off", "removable", "permanent"),
        # minimal keeps `owner` on the owner's row, where no source leaves it out (contract QuantConnect 5).
        "rows": ("full", "minimal", "extra"),
        "user_rights": ("caller", "owner"),  # U18
        # Others than owner: the first account's projects get another owner and the account a row. What such a caller
        # may change is UNKNOWN (contract QuantConnect 7): here a writer may, a reader is refused.
        "caller": ("owner", "writer", "reader"),
        "read_delay": (0, 1, 2, 3),  # U17: so many reads of a project after a change show it as it was before
    }

    def load(self, world: dict[str, Any]) -> None:
        self.world = World(world, self.switch)
        self.expired: set[str] = set()
        self.throttled: set[tuple[str, str, bytes]] = set()

    def state(self) -> dict[str, Any]:
        return self.world.state()

    def credentials(self) -> dict[str, str]:
        user_id, account = next(iter(self.world.accounts.items()))
        return {"user_id": user_id, "api_token": account["api_token"]}

    def is_mutating(self, call: Call) -> bool:
        # Judged by the path: reads are POSTs as well (contract QuantConnect 9).
        return _endpoint(call.path) not in READS

    def race(self, change: dict[str, Any]) -> None:
        if change.get("deleted"):
            del self.world.projects[change["project"]]
            return
        collaborators = self.world.projects[change["project"]]["collaborators"]
        if change["access"] is None:
            del collaborators[change["collaborator"]]
        else:
            collaborators[change["collaborator"]] = change["access"]

    def expire(self, call: Call) -> None:
        self.expired.add(_basic(call)[0])

    def set_switches(self, values: dict[str, Any]) -> None:
        super().set_switches(values)
        if "caller" in values:
            self.world.apply_caller()
        if "auto_admin" in values:
            self.world.apply_auto_admin()

    def handle(self, call: Call) -> Response:
        endpoint = _endpoint(call.path)
        if endpoint is None:
            return Response("<html><body>fake: not the API</body></html>", 404, media_type="text/html")
        changes = self.world.changes
        try:
            return self._throttle(call) or answer({**self._carry_out_endpoint(call, endpoint), "success": True})
        except AuthenticationFailure as failure:
            return self._refuse_credentials(failure)
        except Failure as failure:
            return answer(self._failure(failure))
        finally:
            call.changed = self.world.changes != changes

    def _carry_out_endpoint(self, call: Call, endpoint: str) -> Fields:
        call.caller = self._authenticate(call)
        if endpoint not in OPERATIONS:
            raise Failure("Endpoint not found")
        return OPERATIONS[endpoint](self.world, call.caller, _fields(call, endpoint))

    def _throttle(self, call: Call) -> Response | None:
        request = (call.path, str(call.query), call.raw)
        if self.switch["throttle"] == "off" or request in self.throttled:
            self.throttled.discard(request)
            return None
        self.throttled.add(request)
        if self.switch["throttle"] == "text":
            raise Failure("fake: Too many collaboration requests; please slow down.")
        retry_after = {"429_seconds": "1", "429_date": formatdate(self.now() + 1, usegmt=True)}
        wait = retry_after.get(self.switch["throttle"])
        return Response(status_code=429, headers={"Retry-After": wait} if wait else None)

    def _authenticate(self, call: Call) -> str:
        """The publicId of the caller (contract QuantConnect 3; the texts are those of 8)."""
        timestamp = call.headers.get("timestamp", "")
        if not timestamp.isdecimal():
            raise AuthenticationFailure("Invalid timestamp, value received: 0")
        user_id, given = _basic(call)
        if not user_id:
            raise AuthenticationFailure("User not found: None")
        if user_id not in self.world.accounts:
            raise AuthenticationFailure("UserID not valid")
        account = self.world.accounts[user_id]
        wrong = given != token_hash(account["api_token"], timestamp)
        if wrong or user_id in self.expired or self.now() - int(timestamp) > MAX_AGE:
            raise AuthenticationFailure(f"Hash doesn't match. UID: {user_id} Hash: {given} Timestamp: '{timestamp}'")
        return account["publicId"]

    def _refuse_credentials(self, failure: AuthenticationFailure) -> Response:
        headers = {"www_authenticate": "fake"}  # the spelling of the documentation (contract QuantConnect 8)
        if self.switch["auth_failure"] == "401_empty":
            return Response(status_code=401, headers=headers)
        if self.switch["auth_failure"] == "401_json":
            return answer(self._failure(failure), 401, headers)
        return answer(self._failure(failure))

    def _failure(self, failure: Failure) -> Fields:
        reason = str(failure)
        shapes: dict[str, Fields] = {
            "errors": {"errors": [reason]},
            "messages": {"messages": [reason]},
            "Message": {"Message": reason},
            "empty": {"errors": []},
            "none": {},
        }
        return {**shapes[self.switch["errors_shape"]], "success": False}


def token_hash(api_token: str, timestamp: str) -> str:
    """The password of Basic authentication: 64 hexadecimal digits."""
    return hashlib.sha256(f"{api_token}:{timestamp}".encode()).hexdigest()


def _basic(call: Call) -> tuple[str, str]:
    """User id and hash as sent; empty texts when there are none."""
    scheme, _space, encoded = call.headers.get("authorization", "").partition(" ")
    try:
        user_id, _colon, given = base64.b64decode(encoded).decode().partition(":")
    except ValueError:
        return "", ""
    return (user_id, given) if scheme.lower() == "basic" else ("", "")


def _endpoint(path: str) -> str | None:
    """The part of a path below the API's, None when it is not below; repeated slashes count as one."""
    parts = [part for part in path.split("/") if part]
    return "/".join(parts[2:]) if parts[:2] == ["api", "v2"] else None


def _fields(call: Call, endpoint: str) -> Fields:
    if call.method == "GET" and endpoint in GET_READS:
        return _from_texts(call.query)
    if call.method != "POST":
        raise Failure("fake: POST only")
    if call.body is None:
        return {}
    if not isinstance(call.body, dict):
        raise Failure("fake: the body must be a JSON object or a form")
    is_form = call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    return _from_texts(call.body) if is_form else call.body


def _from_texts(fields: dict[str, str]) -> Fields:
    """The fields of a form or a query, with numbers and booleans as JSON would carry them."""
    result: Fields = dict(fields)
    for key in ("projectId", "start", "end"):
        if fields.get(key, "").isdecimal():
            result[key] = int(fields[key])
    for key in ("collaborationLiveControl", "collaborationWrite", "liveControl", "write"):
        if fields.get(key) in ("True", "False"):
            result[key] = fields[key] == "True"
    return result
