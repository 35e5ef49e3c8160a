# Copyright: (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Injected faults: what POST /_fake/faults accepts, and which request a fault meets.

A fault is a JSON object. `fault` is its kind; `method` (exact) and `path` (a regular expression searched in the raw
path) say which requests it matches, null or left out = every request; `after` (default 0) matching requests are let
through first, then `times` (default 1) are hit. The kinds and their own parameters:

  status         answer `status` with `headers`, `body`, `content_type` (default: JSON, or HTML for a text)
  body           the same with status 200 and a `body` that must be given
  redirect       answer `status` (default 301) with the header `Location: <location>`; nothing is changed
  cut            the connection is aborted without an answer
  truncated      the request is carried out, its answer is cut in the middle (Content-Length promises all of it)
  slow           the answer comes `seconds` later than usual
  expired_token  from this request on the service refuses the caller's credentials
  race           another writer's `change` (an object that the service defines) is applied right before the request

status, body, cut and slow take `when`: "before" (default; the request is not carried out, or for slow: not yet) or
"after" (the request is carried out first).
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
    "cut": {"when": "before"},
    "truncated": {},
    "slow": {"seconds": REQUIRED, "when": "before"},
    "expired_token": {},
    "race": {"change": REQUIRED},
}


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
        if self.values.get("when", "before") not in ("before", "after"):
            raise ValueError("when must be one of: before, after")
        try:
            self._path = re.compile(self.values["path"] or "")
        except re.error as error:
            raise ValueError(f"path is not a regular expression: {error}") from error
        self._skip: int = self.values["after"]
        self._left: int = self.values["times"]

    def hits(self, method: str, path: str) -> bool:
        """Count this request; true when the fault is to be applied to it."""
        if not self._left or self.values["method"] not in (None, method) or not self._path.search(path):
            return False
        if self._skip:
            self._skip -= 1
            return False
        self._left -= 1
        return True
