# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fake services in a process of their own: seed them, slow them down, see what they got."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request

from works import Work, members_in

from demo import LOOPBACK


class Fake:
    """One fake service, from what it says of itself when it starts."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.name: str = told["service"]
        self._api_url: str = told["api_url"]
        self._control_url: str = told["control_url"]
        self._credentials: dict[str, str] = told["credentials"]
        self._seeded: Work | None = None

    def start(self, work: Work, latency: float) -> None:
        """The world of `work`, an empty journal, and `latency` seconds for each request."""
        if self._seeded == work:
            self.control("POST", "reset")
        else:
            self.control("PUT", "seed", work.world)
            self._seeded = work
        self.control("PUT", "latency", {"seconds": latency})

    def control(self, method: str, what: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with LOOPBACK.open(Request(f"{self._control_url}/{what}", data, method=method)) as response:
            return json.load(response)

    def journal(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.control("GET", "journal")["requests"]
        return entries

    def members(self) -> dict[str, dict[str, str]]:
        return members_in(self.name, self.control("GET", "state"))

    def replay(self, journal: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The requests of a journal, in the shape that clients.py takes."""
        host = self._control_url.removesuffix("/_fake")
        return [
            {
                "method": entry["method"],
                "url": host + entry["path"] + (f"?{urlencode(entry['query'])}" if entry["query"] else ""),
                "headers": self._headers(),
                "body": entry["body"],
            }
            for entry in journal
        ]

    def _headers(self) -> dict[str, str]:
        given = self._credentials
        if self.name == "hth":
            keys = f"hth.company_key='{given['company_key']}',account_key='{given['account_key']}'"
            return {"Authorization": keys, "Accept": "application/vnd.hth.v1"}
        timestamp = str(int(time.time()))
        digest = hashlib.sha256(f"{given['api_token']}:{timestamp}".encode()).hexdigest()
        basic = base64.b64encode(f"{given['user_id']}:{digest}".encode()).decode()
        return {"Authorization": f"Basic {basic}", "Timestamp": timestamp}
