# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Injected faults: what POST /_fake/faults accepts, and which request a fault meets.

A fault is a JSON object. `fault` is its kind; `method` (exact) and `path` (a regular expression searched in the raw
path) say which requests it matches, null or left out = every request; `after` (default 0) matching requests are let
through first, then `times` (default 1) are hit. The kinds and their own parameters:

  status         answer `status` with `headers`, `body`, `content_type` (default: JSON, or HTML for a text)
  body           the same with status 200 and a `body` that must be given
  redirect       answer `status` (default 301) with the header `Location: <location>`; nothing is changed
  cut            the connection ends without an answer; `how`: "close" (default; TCP FIN) or "reset" (TCP RST)
  truncated      the request is carried out, its answer is cut in the middle (Content-Length promises all of it); one
                 without a body in the middle of its first line
  edit           the request is carried out, its JSON answer changed: `set` {place: value}, then `remove` [place, ...]
  repeat         not carried out: the answer is the one that was given last to the same method and path, if there is one
  slow           the answer comes `seconds` later than usual, or as soon as the faults are removed
  late           the connection ends without an answer, or `status` is answered; the request is carried out `seconds`
                 later, and again after as many more, `copies` times (default 1) in all; the next request finds it done
  expired_token  from this request on the service refuses the caller's credentials
  race           another writer's `change` (an object that the service defines) is applied right before the request

status, body, cut and slow take `when`: "before" (default; the request is not carried out, or for slow: not yet) or
"after" (the request is carried out first).

A place in an answer is written as a JSON pointer, where * means every element of a list and -1 the last one:
{"set": {"/role": "reader"}} lets a write seem to have done something else, {"remove": ["/results/-1"]} takes the tail
off a list.
"""

from __future__ import annotations

import re
from typing import Any

REQUIRED = object()
MATCHING: dict[str, Any] = {"method": None, "path": None, "times": 1, "after": 0}
ANSWER: dict[str, Any] = {"headers": {}, "content_type": None, "when": "before"}
KINDS: dict[str, dict[str, Any]] = {
    "status": {"status": REQUIRED, "body": "", **ANSWER},
    "body": {"status": 200, "body": REQUIRED, **ANSWER},
    "redirect": {"status": 301, "location": REQUIRED},
    "cut": {"when": "before", "how": "close"},
    "truncated": {},
    "edit": {"set": {}, "remove": []},
    "repeat": {},
    "slow": {"seconds": REQUIRED, "when": "before"},
    "late": {"seconds": REQUIRED, "status": None, "copies": 1, "how": "close"},
    "expired_token": {},
    "race": {"change": REQUIRED},
}
CHOICES = {"when": ("before", "after"), "how": ("close", "reset")}


class Fault:
    """One injected fault. Raises ValueError with a text that lists what is allowed."""

    def __init__(self, given: Any) -> None:
        if not isinstance(given, dict) or given.get("fault") not in KINDS:
            raise ValueError(f"fault must be one of: {', '.join(KINDS)}")
        self.kind: str = given["fault"]
        allowed = MATCHING | KINDS[self.kind]
        self.values: dict[str, Any] = allowed | {key: value for key, value in given.items() if key != "fault"}
        if self.values.keys() != allowed.keys() or REQUIRED in self.values.values():
            required = [key for key, value in allowed.items() if value is REQUIRED]
            raise ValueError(f"{self.kind} takes {', '.join(allowed)}; required: {', '.join(required) or 'none'}")
        for key, choices in CHOICES.items():
            if self.values.get(key, choices[0]) not in choices:
                raise ValueError(f"{key} must be one of: {', '.join(choices)}")
        try:
            self._path = re.compile(self.values["path"] or "")
        except re.error as error:
            raise ValueError(f"path is not a regular expression: {error}") from error
        self._skip: int = self.values["after"]
        self.left: int = self.values["times"]
        """How many requests it has still to meet."""

    def hits(self, method: str, path: str) -> bool:
        """Count this request; true when the fault is to be applied to it."""
        if not self.left or self.values["method"] not in (None, method) or not self._path.search(path):
            return False
        if self._skip:
            self._skip -= 1
            return False
        self.left -= 1
        return True

    def edit(self, body: Any) -> None:
        """Change the JSON of an answer; KeyError or IndexError when it has no such place."""
        for place, value in self.values["set"].items():
            for holder, key in _places(body, place):
                holder[key] = value
        for place in self.values["remove"]:
            for holder, key in _places(body, place):
                del holder[key]


def _places(body: Any, place: str) -> list[tuple[Any, Any]]:
    """Where `place` is: each object or list that holds it, and the key or index in there."""
    *way, last = place.split("/")[1:]
    holders = [body]
    for part in way:
        holders = [holder[key] for holder in holders for key in _keys(holder, part)]
    return [(holder, key) for holder in holders for key in _keys(holder, last)]


def _keys(holder: Any, part: str) -> list[Any]:
    if not isinstance(holder, list):
        return [part]
    return list(range(len(holder))) if part == "*" else [int(part)]
