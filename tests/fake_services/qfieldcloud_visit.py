# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request to the fake QFieldCloud as its endpoints see it."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .core import Call
from .qfieldcloud_state import Project, Refusal, User, World

Reply = tuple[int, Any]
"""Status, and the JSON value of the body (None: empty; a list is paged by qfieldcloud.py)."""


@dataclass
class Visit:
    """One request on its way through an endpoint. `user` is whose token was sent."""

    call: Call
    world: World
    switch: Mapping[str, Any]
    user: User | None
    random: random.Random
    origin: str
    """scheme://host as the client sees it"""

    @property
    def era(self) -> str:
        return str(self.switch["era"])

    @property
    def username(self) -> str:
        return self.user.username if self.user else ""

    def data(self) -> Any:
        """The parsed body, {} when empty."""
        if not self.call.raw:
            return {}
        media_type = self.call.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type == "application/x-www-form-urlencoded":
            return self.call.body
        if media_type != "application/json":
            raise Refusal("api_error", f'Unsupported media type "{media_type}" in request.', status=415)
        try:
            return json.loads(self.call.raw)
        except ValueError as error:
            raise Refusal("api_error", f"JSON parse error - {error}") from error

    def fields(self) -> dict[str, Any]:
        data = self.data()
        if not isinstance(data, dict):
            text = f"Invalid data. Expected a dictionary, but got {type(data).__name__}."
            raise Refusal("api_error", {"non_field_errors": [text]})
        return data

    def role(self, project: Project) -> tuple[str, str] | None:
        has_default = self.era == "master" and self.switch["default_role_for_members"] == "on"
        return self.world.role(self.username, project, "reader" if has_default else None)
