# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every fake service has in common; it knows no service.

A service is one file with one subclass of `FakeService`:

    class Example(FakeService):
        name = "example"                       # in the JSON line of `python tests/fake_services`
        api_path = "/api/v1"                   # api_url = http://127.0.0.1:PORT + api_path
        switches = {"missing": (404, 410)}     # every switch of the contract: the allowed values, default first

        def load(self, world): self.items = world["items"]
        def state(self): return {"items": self.items}
        def credentials(self): return {"token": "example-token"}
        def handle(self, call): return answer({"items": self.items})
        def race(self, change): self.items.update(change)
        def expire(self, call): self.expired = True

`handle` is synchronous and so never interrupted: all requests of a process are handled one after the other. It gets a
`Call`, returns a Starlette response (`answer` makes a JSON one), sets `call.caller` once it knows who is calling, and
sets `call.changed = True` when it really changed the state. The current switch values are in `self.switch`.

An instance is an ASGI application; server.py runs it. The control API is below /_fake/ of the same port, takes and
gives JSON, is never journalled and answers 400 with a text to what it does not understand:

    POST   /_fake/reset      back to the seed: state, journal, switches, faults, latency, limit, clock
    PUT    /_fake/seed       a new world, which `reset` then goes back to; resets too
    GET    /_fake/state      the state, in the shape of the seed
    GET    /_fake/journal    {"requests": [{n, method, path, query, headers, body, status, mutating, changed, caller}]}
    DELETE /_fake/journal    empties it
    GET    /_fake/switches   {name: value}
    PATCH  /_fake/switches   {name: value} to set
    PUT    /_fake/latency    {"seconds": 0.05}, spent before each request is handled
    PUT    /_fake/limit      {"requests_per_second": 20}: those above are answered 429 with Retry-After
    GET    /_fake/limit      {"accepted", "refused", "seconds" from the first to the last accepted} since it was set
    PUT    /_fake/clock      {"seconds": -86400}, by which the service's clock, and so the header Date, goes wrong
    POST   /_fake/faults     adds one, see faults.py
    DELETE /_fake/faults     removes all

In the journal requests stand in the order of their arrival; `path` is raw, as sent; `status` is null while there is no
answer (and for ever when the connection was cut); `mutating` tells whether method and path are a write; secrets are
masked by the names of their keys, so a body that is neither JSON nor a form is shown as it is.
"""

from __future__ import annotations

import asyncio
import copy
import json
import math
import socket
import struct
import time
import traceback
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from .faults import Fault
from .limit import Limit

CONTROL = "/_fake/"
TRANSPORT = "fake_services.transport"
SECRETS = frozenset({"password", "token", "api_token", "account_key", "company_key", "authorization", "hash"})


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    return JSONResponse(body, status, headers)


@dataclass
class Call:
    """One request as a handler sees it."""

    method: str
    path: str
    """Raw: percent-encoding and repeated slashes as sent, without the query."""
    query: dict[str, str]
    headers: Headers
    raw: bytes
    """The body as sent."""
    body: Any
    """The parsed JSON or form (a form as a dict of texts), else the body as text; None when there is none."""
    caller: str | None = None
    changed: bool = False

    @classmethod
    async def receive(cls, scope: Scope, receive: Receive) -> Call:
        request = Request(scope, receive)
        raw = await request.body()
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        body = parse_body(raw, request.headers.get("content-type", ""))
        return cls(request.method, scope["raw_path"].decode("latin-1"), query, request.headers, raw, body)


def parse_body(raw: bytes, content_type: str) -> Any:
    if not raw:
        return None
    text = raw.decode("utf-8", "replace")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(text, keep_blank_values=True))
    if media_type == "application/json" or media_type.endswith("+json"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def masked(value: Any) -> Any:
    """`value` with the values of secret keys replaced, at any depth."""
    if isinstance(value, dict):
        return {key: "***" if str(key).lower() in SECRETS else masked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    return value


class FakeService:
    """A stateful fake service as an ASGI application. `world` is the seed, in the service's own shape."""

    name: ClassVar[str]
    api_path: ClassVar[str]
    switches: ClassVar[dict[str, tuple[Any, ...]]]

    def __init__(self, world: dict[str, Any]) -> None:
        self._world = world
        self.reset()

    # What a service defines

    def load(self, world: dict[str, Any]) -> None:
        """Take `world` (a copy of its own) as the state. A world of the wrong shape may raise anything."""
        raise NotImplementedError

    def state(self) -> dict[str, Any]:
        """The whole state as JSON values, in the shape that `load` takes."""
        raise NotImplementedError

    def credentials(self) -> dict[str, str]:
        """Module option -> value, for a caller that may change members."""
        raise NotImplementedError

    def handle(self, call: Call) -> Response:
        """Carry out one request."""
        raise NotImplementedError

    def is_mutating(self, call: Call) -> bool:
        """Whether method and path are a write of this service, successful or not."""
        return call.method not in ("GET", "HEAD", "OPTIONS")

    def race(self, change: dict[str, Any]) -> None:
        """Apply another writer's change; the service's docstring gives the shape of `change`."""
        raise NotImplementedError

    def expire(self, call: Call) -> None:
        """Refuse the credentials of `call` from now on, until the next reset."""
        raise NotImplementedError

    # What every service gets

    def reset(self) -> None:
        self.switch: dict[str, Any] = {name: values[0] for name, values in self.switches.items()}
        self.journal: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.latency = 0.0
        self.limit: Limit | None = None
        self.clock = 0.0
        self._last_answers: dict[tuple[str, str], Response] = {}
        self._late: list[tuple[float, Call, dict[str, Any]]] = []
        self.load(copy.deepcopy(self._world))

    def now(self) -> float:
        """The time by the service's own clock, in seconds since 1970."""
        return time.time() + self.clock

    def elapsed(self) -> float:
        """The seconds by which late requests are carried out."""
        return time.monotonic()

    def catch_up(self, until: float = math.inf) -> None:
        """Carry out the late requests whose time has come."""
        due = sorted((late for late in self._late if late[0] <= until), key=lambda late: late[0])
        self._late = [late for late in self._late if late[0] > until]
        for _when, call, entry in due:
            self._carry_out(call, entry)

    def seed(self, world: dict[str, Any]) -> None:
        """Start anew from `world`. Raises ValueError, and keeps the old seed, when the service cannot load it."""
        previous, self._world = self._world, world
        try:
            self.reset()
        except Exception as error:
            self._world = previous
            self.reset()
            raise ValueError(f"not a world of {self.name}: {error!r}") from error

    def set_switches(self, values: dict[str, Any]) -> None:
        """Raises ValueError, and sets none, when a name or a value is not known."""
        for name, value in values.items():
            if name not in self.switches:
                raise ValueError(f"no switch {name}; switches: {', '.join(self.switches)}")
            if value not in self.switches[name]:
                raise ValueError(f"{name} must be one of: {json.dumps(self.switches[name])}")
        self.switch.update(values)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            call = await Call.receive(scope, receive)
        except ClientDisconnect:
            return
        self.catch_up(self.elapsed())
        if call.path.startswith(CONTROL):
            await self._control(call)(scope, receive, send)
            return
        entry = self._enter(call)
        await asyncio.sleep(self.latency)
        fault = next((fault for fault in self.faults if fault.hits(call.method, call.path)), None)
        try:
            response = await self._answer(call, entry, fault)
        except Exception as error:
            response = self._bug(error)
        connection: asyncio.Transport = scope["extensions"][TRANSPORT]
        if response is None:
            if fault is not None and fault.values["how"] == "reset":
                linger = struct.pack("ii", 1, 0)  # on, for no time: closing sends a RST
                connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            connection.abort()
            await receive()
            return
        entry["status"] = response.status_code
        response.headers["date"] = formatdate(self.now(), usegmt=True)
        if fault is not None and fault.kind == "truncated":
            await self._send_half(response, send, connection)
            await receive()
            return
        await response(scope, receive, send)

    async def _send_half(self, response: Response, send: Send, connection: asyncio.Transport) -> None:
        if response.body:
            await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
            half = bytes(response.body[: len(response.body) // 2])
            await send({"type": "http.response.body", "body": half, "more_body": True})
        else:
            connection.write(b"HTTP/1.1")
        connection.close()

    def _enter(self, call: Call) -> dict[str, Any]:
        headers = {key: call.headers.get(key) for key in ("user-agent", "accept", "content-type")}
        entry = {
            "n": len(self.journal) + 1,
            "method": call.method,
            "path": call.path,
            "query": masked(call.query),
            "headers": headers | {"cookie": "cookie" in call.headers},
            "body": masked(call.body),
            "status": None,
            "mutating": self.is_mutating(call),
            "changed": False,
            "caller": None,
        }
        self.journal.append(entry)
        return entry

    async def _answer(self, call: Call, entry: dict[str, Any], fault: Fault | None) -> Response | None:
        """The answer; None when the connection is to be cut."""
        if fault is None:
            return self._carry_out(call, entry)
        values, before = fault.values, fault.values.get("when", "before") == "before"
        if fault.kind == "redirect":
            return Response(status_code=values["status"], headers={"location": values["location"]})
        if fault.kind == "late":
            for number in range(1, values["copies"] + 1):
                self._late.append((self.elapsed() + number * values["seconds"], call, entry))
            return Response(status_code=values["status"]) if values["status"] else None
        if fault.kind in ("status", "body", "cut"):
            if not before:
                self._carry_out(call, entry)
            return None if fault.kind == "cut" else _given(values)
        if fault.kind == "repeat" and (call.method, call.path) in self._last_answers:
            return self._last_answers[call.method, call.path]
        if fault.kind == "race":
            self.race(values["change"])
        elif fault.kind == "expired_token":
            self.expire(call)
        elif fault.kind == "slow" and before:
            await self._delay(fault)
        response = self._carry_out(call, entry)
        if fault.kind == "slow" and not before:
            await self._delay(fault)
        elif fault.kind == "edit":
            body = json.loads(bytes(response.body))
            fault.edit(body)
            response.body = json.dumps(body).encode()
            response.headers["content-length"] = str(len(response.body))
        return response

    async def _delay(self, fault: Fault) -> None:
        end = time.monotonic() + fault.values["seconds"]
        while fault in self.faults and time.monotonic() < end:
            await asyncio.sleep(0.01)

    def _carry_out(self, call: Call, entry: dict[str, Any]) -> Response:
        wait = self.limit.wait() if self.limit else 0
        if wait:
            return Response(status_code=429, headers={"Retry-After": str(wait)})
        try:
            response = self._last_answers[call.method, call.path] = self.handle(call)
            return response
        finally:
            entry.update(changed=entry["changed"] or call.changed, caller=call.caller)

    def _control(self, call: Call) -> Response:
        actions = {
            ("POST", "reset"): self._control_reset,
            ("PUT", "seed"): self._control_seed,
            ("GET", "state"): self._control_state,
            ("GET", "journal"): self._control_journal,
            ("DELETE", "journal"): self._control_clear_journal,
            ("GET", "switches"): self._control_switches,
            ("PATCH", "switches"): self._control_set_switches,
            ("PUT", "latency"): self._control_latency,
            ("PUT", "limit"): self._control_set_limit,
            ("GET", "limit"): self._control_limit,
            ("PUT", "clock"): self._control_clock,
            ("POST", "faults"): self._control_fault,
            ("DELETE", "faults"): self._control_clear_faults,
        }
        wanted = (call.method, call.path.removeprefix(CONTROL))
        if wanted not in actions:
            known = ", ".join(f"{method} {CONTROL}{path}" for method, path in actions)
            return Response(f"no such control; there are: {known}", 404, media_type="text/plain")
        try:
            # Parsed whatever the Content-Type, so that curl -d will do.
            result = actions[wanted](json.loads(call.raw or b"{}"))
        except ValueError as error:
            return Response(str(error), 400, media_type="text/plain")
        except Exception as error:
            return self._bug(error)
        return Response(json.dumps(result, sort_keys=True), media_type="application/json")

    def _bug(self, error: Exception) -> Response:
        """Make a bug of the fake visible at both ends: a traceback here, a text there."""
        traceback.print_exc()
        return answer(f"fake: bug in the fake service {self.name}: {error!r}", 500)

    def _control_reset(self, _body: Any) -> Any:
        self.reset()
        return {}

    def _control_seed(self, body: Any) -> Any:
        self.seed(body)
        return {}

    def _control_state(self, _body: Any) -> Any:
        return self.state()

    def _control_journal(self, _body: Any) -> Any:
        return {"requests": self.journal}

    def _control_clear_journal(self, _body: Any) -> Any:
        self.journal = []
        return {}

    def _control_switches(self, _body: Any) -> Any:
        return self.switch

    def _control_set_switches(self, body: Any) -> Any:
        if not isinstance(body, dict):
            raise ValueError("switches must be an object {name: value}")
        self.set_switches(body)
        return self.switch

    def _control_latency(self, body: Any) -> Any:
        self.latency = _seconds(body)
        if self.latency < 0:
            self.latency = 0.0
            raise ValueError("latency must be 0 or more seconds")
        return {"seconds": self.latency}

    def _control_set_limit(self, body: Any) -> Any:
        per_second = body.get("requests_per_second") if isinstance(body, dict) else None
        if not isinstance(per_second, int) or per_second < 1:
            raise ValueError('limit must be {"requests_per_second": whole number above 0}')
        self.limit = Limit(per_second)
        return {"requests_per_second": per_second}

    def _control_limit(self, _body: Any) -> Any:
        return self.limit.used() if self.limit else {}

    def _control_clock(self, body: Any) -> Any:
        self.clock = _seconds(body)
        return {"seconds": self.clock}

    def _control_fault(self, body: Any) -> Any:
        self.faults.append(Fault(body))
        return {}

    def _control_clear_faults(self, _body: Any) -> Any:
        self.faults = []
        return {}


def _seconds(body: Any) -> float:
    seconds = body.get("seconds") if isinstance(body, dict) else None
    if not isinstance(seconds, (int, float)):
        raise ValueError('the body must be {"seconds": number}')
    return float(seconds)


def _given(values: dict[str, Any]) -> Response:
    """The answer that a fault asks for."""
    body = values["body"]
    is_text = isinstance(body, str)
    media_type = values["content_type"] or ("text/html" if is_text else "application/json")
    return Response(body if is_text else json.dumps(body), values["status"], values["headers"], media_type)
