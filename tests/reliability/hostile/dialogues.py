# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services as raw servers: one task for each that needs every kind of request, and a good answer to each of them.

The tests replace the answer to one kind of request by what a broken or hostile server would say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import SIDES
from ansible_collections.rollcall.collaborators.tests.unit.plugins.running import run

SECRET = "s3cretOfSomebody"
WRITES = ("add", "change", "remove")
TREES = "550e8400-e29b-41d4-a716-446655440002"


class Exchange(NamedTuple):
    """One kind of request: a pattern for its first line, and the good answer."""

    line: str
    body: Any
    status: str = "200 OK"


class Dialogue(NamedTuple):
    """One task: it adds `newcomer`, changes `changing`, removes `leaver` by name and `unnamed` by `exclusive`.

    `left` are the rows that are there after it, for who looks again.
    """

    service: str
    api_path: str
    options: dict[str, str]
    project: str
    wanted: dict[str, str]
    exchanges: dict[str, Exchange]
    left: Sequence[dict[str, Any]] = ()

    @property
    def reads(self):
        return [operation for operation in self.exchanges if operation not in WRITES]

    def operation(self, request):
        """The kind of a request; its line where it is none of this task, which is not answered."""
        kinds = (name for name, exchange in self.exchanges.items() if re.search(exchange.line, request.line))
        return next(kinds, request.line)

    def serve(self, server, bad=()):
        """Let a Loopback answer, with the bytes (or what else its scripts take) of `bad` to some operations."""
        good = {name: said(exchange.body, exchange.status) for name, exchange in self.exchanges.items()}
        server.requests.clear()
        left = said(LISTED[self.service](self.left)) if "remove" not in bad else None
        server.script = _ByRequest(server, self, {**good, **dict(bad)}, left)

    def perform(self, server, bad=(), check_mode=False, exclusive=True, **options):
        """The task, with the plural module; `options` win over what it usually has."""
        self.serve(server, bad)
        entry = {"project": self.project, "collaborators": self.wanted, "exclusive": exclusive}
        usual = {"api_url": server.url + self.api_path, "projects": [entry], "max_removals": "9", "retries": 1}
        return run(SIDES[self.service].many, check_mode, **{**usual, **self.options, **options})

    def ask(self, server, many=False, **options):
        """The smallest task, with either module: `nobody` is to be absent, which takes reads only."""
        self.serve(server)
        side = SIDES[self.service]
        given = {"api_url": server.url + self.api_path, "retries": 1, **self.options, **options}
        if many:
            return run(side.many, projects=[{"project": self.project, "collaborators": {"nobody": "absent"}}], **given)
        return run(side.one, project=self.project, collaborator="nobody", state="absent", **given)

    def sent(self, server):
        """The kinds of the requests that came in."""
        return [self.operation(request) for request in server.requests]


class _ByRequest:
    """A script that answers by the request, not by turn; of an iterator each request gets the next answer.

    A list that is asked for after a removal is answered with `left`, if there is one.
    """

    def __init__(self, server, dialogue, answers, left):
        self._server, self._dialogue, self._answers, self._left = server, dialogue, answers, left

    def pop(self, _index):
        *before, operation = self._dialogue.sent(self._server)
        if self._left and operation == "list" and "remove" in before:
            return self._left
        answer = self._answers[operation]
        return next(answer) if isinstance(answer, Iterator) else answer


def said(body, status="200 OK", *headers, content_type="application/json"):
    """The bytes of an answer; `body` is bytes, or a JSON value."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", f"Content-Type: {content_type}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + content


def hold(law, table):
    """Try the law on each entry of a table; one failure says for which of them it does not hold, and why."""
    mistakes = {}
    for name, value in table.items():
        try:
            law(value)
        except Exception as error:
            mistakes[name] = f"{type(error).__name__}: {error}"[:500]
    assert mistakes == {}


def _qc_row(name, permission="read", **fields):
    return {"publicId": name, "uid": None, "permission": permission, "liveControl": False, "owner": False, **fields}


QC_OWNER = _qc_row("sim_owner", "write", uid=1234567, liveControl=True, owner=True)
QC_BEFORE = [QC_OWNER, *map(_qc_row, ["changing", "keeper", "leaver", "unnamed"])]
QC_AFTER = [QC_OWNER, _qc_row("changing", "write"), *map(_qc_row, ["keeper", "newcomer"])]
QC_WRITTEN = {"success": True, "errors": [], "collaborators": QC_AFTER}
QC_PROJECT = {"projectId": 23456789, "name": "Team/First", "organizationId": "5cad178b"}
QC_OTHER_PROJECT = {"projectId": 23456790, "name": "Research/Momentum", "organizationId": "5cad178b"}
QC = Dialogue(
    "qc",
    "/api/v2",
    {"user_id": "1234567", "api_token": SECRET},
    "Team/First",
    {"newcomer": "read", "changing": "write", "leaver": "absent", "keeper": "read"},
    {
        "look-up": Exchange("POST .*/projects/read ", {"success": True, "projects": [QC_PROJECT, QC_OTHER_PROJECT]}),
        "list": Exchange("POST .*/collaboration/read ", {"success": True, "collaborators": QC_BEFORE}),
        "add": Exchange("POST .*/create ", QC_WRITTEN),
        "change": Exchange("POST .*/update ", QC_WRITTEN),
        "remove": Exchange("POST .*/delete ", QC_WRITTEN),
    },
    QC_AFTER,
)
QC_EMBEDDED = QC._replace(
    exchanges={
        **QC.exchanges,
        "look-up": Exchange(
            "POST .*/projects/read ",
            {
                "success": True,
                "projects": [{**QC_PROJECT, "owner": True, "collaborators": QC_BEFORE}, QC_OTHER_PROJECT],
            },
        ),
    }
)


def _hth_row(name, role="guest"):
    return {"collaborator": {"id": name}, "project": {"id": "platform"}, "role": role}


def _hth_page(more, *names):
    metadata = {"total_count": 4, "more_results": more, "next_offset": 2 if more else 4}
    return {"metadata": metadata, "results": [_hth_row(name) for name in names]}


HTH = Dialogue(
    "hth",
    "/api",
    {"company_key": SECRET, "account_key": f"{SECRET}2"},
    "platform",
    {"newcomer": "guest", "changing": "master", "leaver": "absent", "keeper": "guest"},
    {
        "list": Exchange("GET .*[?&]offset=0 ", _hth_page(True, "changing", "keeper")),
        "second page": Exchange("GET .*[?&]offset=2 ", _hth_page(False, "leaver", "unnamed")),
        "add": Exchange("POST ", _hth_row("newcomer"), "201 Created"),
        "change": Exchange("PUT ", _hth_row("changing", "master")),
        "remove": Exchange("DELETE ", b"", "204 No Content"),
    },
    [_hth_row("changing", "master"), *map(_hth_row, ["keeper", "newcomer"])],
)


def _qfield_row(name, role="reader"):
    return {"project_id": TREES, "collaborator": name, "role": role, "created_by": None, "updated_by": "john_doe"}


QFIELD = Dialogue(
    "qfield",
    "/api/v1",
    {"token": SECRET},
    "acme_org/trees",
    {"newcomer": "reader", "changing": "admin", "leaver": "absent", "keeper": "reader"},
    {
        "look-up": Exchange("GET .*/projects/[?]", [{"id": TREES, "owner": "acme_org", "name": "trees"}]),
        "list": Exchange(
            "GET .*/collaborators/[^?]* ",
            {
                "count": 4,
                "next": f"/api/v1/collaborators/{TREES}/?page=2",
                "results": [_qfield_row("changing"), _qfield_row("keeper")],
            },
        ),
        "second page": Exchange("GET .*[?&]page=2 ", [_qfield_row("leaver"), _qfield_row("unnamed")]),
        "members": Exchange("GET .*/members/[^/]+/ ", [{"member": "newcomer", "role": "member"}]),
        "who-am-I": Exchange("GET .*/auth/user/ ", {"username": "john_doe", "type": 1}),
        "add": Exchange("POST .*/collaborators/", _qfield_row("newcomer"), "201 Created"),
        "change": Exchange("PATCH ", _qfield_row("changing", "admin")),
        "remove": Exchange("DELETE ", b"", "204 No Content"),
    },
    [_qfield_row("changing", "admin"), *map(_qfield_row, ["keeper", "newcomer"])],
)
LOGIN = Exchange("POST .*/auth/login/ ", {"token": SECRET, "username": "john_doe", "type": "1"})
QFIELD_BY_PASSWORD = QFIELD._replace(
    options={"username": "john_doe", "password": SECRET},
    exchanges={"login": LOGIN, **{name: exchange for name, exchange in QFIELD.exchanges.items() if name != "who-am-I"}},
)

# A row of a list, and a whole list in one answer.
ROW = {"qc": _qc_row, "hth": _hth_row, "qfield": _qfield_row}
LISTED = {
    "qc": lambda rows: {"success": True, "collaborators": rows},
    "hth": lambda rows: {"metadata": {"more_results": False}, "results": rows},
    "qfield": lambda rows: rows,
}

DIALOGUES = {
    "qc": QC,
    "qc with lists in the look-up": QC_EMBEDDED,
    "hth": HTH,
    "qfield": QFIELD,
    "qfield by password": QFIELD_BY_PASSWORD,
}
SERVICES = {name: DIALOGUES[name] for name in SIDES}
# Every kind of request of every service that a run cannot do without, once: (dialogue, operation).
OPERATIONS = [
    *(
        (name, operation)
        for name, dialogue in SERVICES.items()
        for operation in dialogue.exchanges
        if operation != "members"
    ),
    ("qc with lists in the look-up", "look-up"),
    ("qfield by password", "login"),
]
