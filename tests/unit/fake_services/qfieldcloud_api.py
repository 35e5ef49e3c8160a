# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small client of the fake QFieldCloud, for its tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from ansible_collections.rollcall.collaborators.tests.fake_services.faults import Fault
from ansible_collections.rollcall.collaborators.tests.fake_services.qfieldcloud import QFieldCloud
from ansible_collections.rollcall.collaborators.tests.fake_services.qfieldcloud_state import PASSWORD, token_of
from ansible_collections.rollcall.collaborators.tests.fake_services.server import running

TESTS = Path(__file__).parents[2]
WORLDS = TESTS / "fake_services" / "worlds"
WORLD = json.loads((WORLDS / "contract" / "qfield.json").read_text(encoding="utf-8"))

PROJECT = "550e8400-e29b-41d4-a716-44665544000{}"
BEES, TREES, EMPTY, MANY, LIMITED = (PROJECT.format(number) for number in (0, 2, 4, 5, 7))
MISSING = "00000000-0000-4000-8000-000000000000"


class Api:
    """`service` is the fake itself; requests go to it through a socket, without cookies, and follow no redirect."""

    def __init__(self, service: QFieldCloud, url: str) -> None:
        self.service = service
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def __call__(
        self, method: str, path: str, body: Any = None, *, caller: str = "john_doe", **headers: str | None
    ) -> requests.Response:
        """One request as `caller`; `path` is below /api/v1/, a header (with _ for -) that is None is left out."""
        sent = {"Authorization": f"Token {token_of(caller)}"}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        url = f"{self.url}/api/v1/{path}"
        response = self.session.request(method, url, json=body, headers=sent, allow_redirects=False, timeout=10)
        self.session.cookies.clear()
        return response

    def log_in(self, name: str, password: str = PASSWORD, agent: str = "sdk|py") -> requests.Response:
        body = {"username": name, "password": password}
        return self("POST", "auth/login/", body, Authorization=None, User_Agent=agent)

    def switch(self, **values: Any) -> None:
        self.service.set_switches(values)

    def fault(self, **fault: Any) -> None:
        self.service.faults.append(Fault(fault))

    def roles(self, project: str) -> dict[str, str]:
        """What the state says: collaborator -> role."""
        return {name: row.role for name, row in self.service.world.projects[project].rows.items()}


def outcome(response: requests.Response) -> tuple[int, str | None]:
    """Status and code; "html" for a page, None for anything without a code."""
    if response.headers.get("Content-Type", "").startswith("text/html"):
        return response.status_code, "html"
    body = response.json() if response.content else None
    return response.status_code, body.get("code") if isinstance(body, dict) else None


def names(response: requests.Response) -> list[str]:
    return [row["collaborator"] for row in response.json()]


@contextmanager
def started() -> Iterator[Api]:
    service = QFieldCloud(WORLD)
    with running(service) as (url,):
        api = Api(service, url)
        try:
            yield api
        finally:
            api.session.close()
