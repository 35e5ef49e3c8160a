# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A wrong path in api_url is told as that, not as a project that is missing (all nine modules, on the fakes)."""

from __future__ import annotations

import pytest
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import serving_sides
from ansible_collections.rollcall.collaborators.tests.unit.plugins.running import run

# Service -> what is wrong after the host of the fake.
PATHS = {
    "qc": ["/api/v2/projects", "/api/v1", ""],
    "hth": ["/api/v1", "/api/projects", "/somewhere"],
    "qfield": ["/api/v1/projects", "/api/v2", "/somewhere"],
}


@pytest.fixture(scope="module")
def sides():
    with serving_sides() as serving:
        yield serving


@pytest.mark.parametrize("kind", ["one", "many", "info", "all"])
@pytest.mark.parametrize(("service", "path"), [(service, path) for service in PATHS for path in PATHS[service]])
def test_a_wrong_path_is_told_as_such(sides, service, path, kind):
    side = sides[service]
    side.reset()
    host = "/".join(side.url.split("/")[:3])
    asked = {
        "one": {"project": side.project, "collaborator": side.newcomer, "state": "absent"},
        "many": {"projects": [{"project": side.project, "collaborators": {side.newcomer: "absent"}}]},
        "info": {"projects": [side.project]},
        "all": {},
    }[kind]
    module = side.info if kind == "all" else getattr(side, kind)
    result = run(module, **{**asked, **side.credentials(""), "api_url": host + path})
    assert result["failed"], result
    assert result["error"]["kind"] in ("bad_input", "bad_answer")
    assert "api_url" in result["msg"]
