# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small client of the fake QuantConnect, for its tests."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from ansible_collections.rollcall.collaborators.tests.fake_services.faults import Fault
from ansible_collections.rollcall.collaborators.tests.fake_services.quantconnect import QuantConnect
from ansible_collections.rollcall.collaborators.tests.fake_services.server import running

TESTS = Path(__file__).resolve().parents[2]
WORLD = json.loads((TESTS / "fake_services" / "worlds" / "contract" / "qc.json").read_text())

OWNER = ("1234567", "example-api-token")
OTHER_ACCOUNT = ("2345678", "other-api-token")


class Api:
    """`service` is the fake itself; requests go to it through a socket, signed as in contract QuantConnect 3."""

    def __init__(self, service: QuantConnect, url: str) -> None:
        self.service = service
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def send(
        self,
        method: str,
        path: str,
        account: tuple[str, str] = OWNER,
        timestamp: int | None = None,
        headers: dict[str, str | None] | None = None,
        **options: Any,
    ) -> requests.Response:
        """One request; `path` is appended to the host as it is, a header that is None is left out."""
        user_id, api_token = account
        stamp = str(int(time.time()) if timestamp is None else timestamp)
        password = hashlib.sha256(f"{api_token}:{stamp}".encode()).hexdigest()
        basic = requests.auth._basic_auth_str(user_id, password)
        signed = {"Authorization": basic, "Timestamp": stamp, **(headers or {})}
        request = requests.Request(method, self.url + path, headers=signed, **options)
        return self.session.send(self.session.prepare_request(request), timeout=5)

    def post(self, endpoint: str, account: tuple[str, str] = OWNER, **fields: Any) -> dict[str, Any]:
        return self.send("POST", f"/api/v2/{endpoint}", account, json=fields).json()

    def create(self, project: int, person: Any, live_control: Any, write: Any, **options: Any) -> dict[str, Any]:
        fields = {"collaborationLiveControl": live_control, "collaborationWrite": write}
        return self.post(
            "projects/collaboration/create", projectId=project, collaboratorUserId=person, **fields, **options
        )

    def access(self, project: int) -> dict[str, tuple[bool, str]]:
        """What the state says: publicId -> (live control, permission), without the owner."""
        collaborators = self.service.world.projects[project]["collaborators"]
        return {person: (row["liveControl"], row["permission"]) for person, row in collaborators.items()}

    def place(self, project: int, **people: tuple[bool, str] | None) -> None:
        """Put people on a project, or with None off it, behind the back of the API."""
        for person, access in people.items():
            collaborators = self.service.world.projects[project]["collaborators"]
            collaborators.pop(person, None)
            if access:
                collaborators[person] = {"liveControl": access[0], "permission": access[1]}

    def fault(self, **fault: Any) -> None:
        self.service.faults.append(Fault(fault))


@contextmanager
def started() -> Iterator[Api]:
    service = QuantConnect(WORLD)
    with running(service) as (url,):
        yield Api(service, url)
