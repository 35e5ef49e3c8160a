# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The official Python client and its command line work against the fake as contract QFieldCloud 18 says."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from ansible_collections.rollcall.collaborators.tests.fake_services.qfieldcloud_state import PASSWORD, token_of
from ansible_collections.rollcall.collaborators.tests.unit.fake_services.qfieldcloud_api import (
    BEES,
    EMPTY,
    MANY,
    TREES,
    started,
)
from qfieldcloud_sdk import sdk

Role = sdk.ProjectCollaboratorRole
TEAM = "@acme_org/field_team"


@pytest.fixture(scope="module")
def server():
    with started() as api:
        yield api


@pytest.fixture
def api(server, monkeypatch):
    # With ENVIRONMENT=test the client invents its answers.
    for name in [name for name in os.environ if name == "ENVIRONMENT" or name.startswith(("QFIELDCLOUD_", "QFC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server.service.reset()
    return server


@pytest.fixture
def client(api):
    client = sdk.Client(url=f"{api.url}/api/v1/", token=token_of("john_doe"))
    yield client
    client.session.close()


def refusal(function, *arguments):
    """Status and code; the code is None when the body is not JSON."""
    with pytest.raises(sdk.QfcRequestException) as caught:
        function(*arguments)
    response = caught.value.response
    is_json = response.headers["Content-Type"] == "application/json"
    return response.status_code, response.json()["code"] if is_json else None


def test_list(client):
    rows = {row["collaborator"]: row["role"] for row in client.get_project_collaborators(BEES)}
    assert rows == {
        "anna_admin": "admin",
        "mark_manager": "manager",
        "eddy_editor": "editor",
        "rita_reporter": "reporter",
        "rob_reader": "reader",
    }


def test_list_of_120_rows_in_pages_of_20(api, client):
    rows = client.get_project_collaborators(MANY)
    assert [row["collaborator"] for row in rows] == [f"user{number:03}" for number in range(1, 121)]
    assert [entry["query"] for entry in api.service.journal] == [
        {"limit": "20", "offset": str(offset)} for offset in range(0, 120, 20)
    ]


def test_add(api, client):
    added = client.add_project_collaborator(EMPTY, "jane_smith", Role.EDITOR)
    assert (added["collaborator"], added["role"], added["created_by"]) == ("jane_smith", "editor", "john_doe")
    assert api.service.journal[0]["body"] == {"collaborator": "jane_smith", "role": "editor"}
    assert api.service.journal[0]["headers"]["content-type"] == "application/x-www-form-urlencoded"
    assert refusal(client.add_project_collaborator, EMPTY, "jane_smith", Role.EDITOR) == (400, "validation_error")


def test_add_an_unknown_user(client):
    assert refusal(client.add_project_collaborator, EMPTY, "no_such_user", Role.READER) == (400, "api_error")


def test_patch(client):
    patched = client.patch_project_collaborators(BEES, "rob_reader", Role.MANAGER)
    assert (patched["collaborator"], patched["role"]) == ("rob_reader", "manager")
    assert refusal(client.patch_project_collaborators, BEES, "sam_stranger", Role.READER) == (404, "object_not_found")


def test_remove_twice(api, client):
    client.remove_project_collaborator(BEES, "rob_reader")
    assert "rob_reader" not in api.roles(BEES)
    assert refusal(client.remove_project_collaborator, BEES, "rob_reader") == (404, "object_not_found")


def test_team(api, client):
    assert client.add_project_collaborator(TREES, TEAM, Role.REPORTER)["collaborator"] == TEAM
    assert refusal(client.patch_project_collaborators, TREES, TEAM, Role.EDITOR) == (404, None)
    assert refusal(client.remove_project_collaborator, TREES, TEAM) == (404, None)
    assert api.roles(TREES)[TEAM] == "reporter"


def test_bad_token(api):
    client = sdk.Client(url=f"{api.url}/api/v1/", token="x" * 100)
    assert refusal(client.get_project_collaborators, BEES) == (401, "token_authentication_failed")
    client.session.close()


def test_projects_organizations_and_teams(client):
    assert [f"{project['owner']}/{project['name']}" for project in client.list_projects()][:2] == [
        "acme_org/bees",
        "acme_org/trees",
    ]
    assert client.get_project(BEES)["user_role_origin"] == "project_owner"
    assert len(client.get_organization_members("acme_org")) == 10
    assert client.create_organization_team("acme_org", "crew")["team"] == "crew"
    assert client.add_organization_team_member("acme_org", "crew", "jane_smith") == {"member": "jane_smith"}
    assert [team["team"] for team in client.get_organization_teams("acme_org")][-1] == "crew"
    client.delete_organization_team("acme_org", "crew")


def test_logins_do_not_disturb_each_other(api, client):
    other = sdk.Client(url=f"{api.url}/api/v1/")
    assert other.login("john_doe", PASSWORD)["username"] == "john_doe"
    assert len(other.get_project_collaborators(BEES)) == len(client.get_project_collaborators(BEES)) == 5
    other.session.close()


def run_cli(api, *arguments, token=None):
    """Exit code and standard output of `qfieldcloud-cli --json`."""
    environment = os.environ | {
        "QFIELDCLOUD_URL": f"{api.url}/api/v1/",
        "QFIELDCLOUD_TOKEN": token or token_of("john_doe"),
    }
    command = [sys.executable, "-m", "qfieldcloud_sdk", "--json", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def test_command_line(api):
    exit_code, output = run_cli(api, "collaborators-add", EMPTY, "jane_smith", "editor")
    assert (exit_code, json.loads(output)["collaborator"]) == (0, "jane_smith")
    exit_code, output = run_cli(api, "collaborators-get", MANY)
    assert (exit_code, len(json.loads(output))) == (0, 120)


@pytest.mark.parametrize(
    ("arguments", "token", "status", "code"),
    [
        (("collaborators-add", BEES, "rob_reader", "reader"), None, "400 Bad Request", "validation_error"),
        (("collaborators-patch", BEES, "sam_stranger", "reader"), None, "404 Not Found", "object_not_found"),
        (("collaborators-get", BEES), "x" * 100, "401 Unauthorized", "token_authentication_failed"),
    ],
)
def test_command_line_prints_errors_and_exits_0(api, arguments, token, status, code):
    exit_code, output = run_cli(api, *arguments, token=token)
    assert exit_code == 0
    assert status in output
    assert code in output


def test_command_line_exits_2_on_wrong_usage(api):
    assert run_cli(api, "collaborators-add", BEES, "rob_reader", "king")[0] == 2
