# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that repeats the credentials it was sent, wherever an answer has room for them."""

from __future__ import annotations

import itertools
import json
from contextlib import contextmanager
from urllib.parse import quote

from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils._transport.loopback import (
    answer,
    serving,
)

JSON = "Content-Type: application/json"


def _told(text):
    """An error in the words of all three services at once."""
    told = dict.fromkeys(("message", "Message", "api_message", "code", "error", "detail"), text)
    return json.dumps(
        {**told, "success": False, "errors": [text], "api_errors": {text: {text: True}}, "debug": {"detail": text}}
    )


# Place -> the answer, given the credentials of the request: its header, or the body of a login.
PLACES = {
    "text": lambda sent: answer(sent, "400 Bad Request"),
    "page": lambda sent: answer(f"<html><body><b>Forbidden</b> {sent}</body></html>", "403 Forbidden"),
    "good page": lambda sent: answer(f"<html><body>{sent}</body></html>"),
    "reason of the status": lambda sent: answer("{}", f"400 {sent}", JSON),
    "address": lambda sent: answer("", "302 Found", f"Location: https://other.example/{sent}"),
    "encoded address": lambda sent: answer(
        "", "302 Found", f"Location: https://other.example/?to={quote(sent, safe='')}"
    ),
    "user info": lambda sent: answer("", "302 Found", f"Location: https://john:{quote(sent, safe='')}@other.example/"),
    "refusal": lambda sent: answer(_told(sent), "400 Bad Request", JSON),
    "refusal of the credentials": lambda sent: answer(_told(sent), "401 Unauthorized", JSON),
    "refusal with good status": lambda sent: answer(_told(sent), "200 OK", JSON),
    "trouble": lambda sent: answer(_told(sent), "500 Internal Server Error", JSON),
    "too many requests": lambda sent: answer(sent, "429 Too Many Requests", "Retry-After: 99999"),
    "cut JSON": lambda sent: answer(_told(sent)[:-9], "200 OK", JSON),
    "list": lambda sent: answer(json.dumps([sent, {"id": sent}]), "200 OK", JSON),
    "header": lambda sent: answer("{}", "400 Bad Request", f"X-Sent: {sent}", f"WWW-Authenticate: {sent}"),
    "no header": lambda sent: f"HTTP/1.1 200 OK\r\n{sent}\r\n\r\n{{}}".encode(),
    "no answer": lambda sent: f"{sent}\r\n\r\n".encode(),
}


@contextmanager
def echoing(*places):
    """A running server; each request is answered in the next of the places, again and again."""
    with serving() as server:
        following = itertools.cycle(places)

        def repeat(connection):
            request = server.requests[-1]
            sent = request.header("Authorization") or request.body.decode()
            connection.sendall(PLACES[next(following)](sent))

        server.script = [repeat] * 1000
        yield server
