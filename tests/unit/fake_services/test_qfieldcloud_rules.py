# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What contract QFieldCloud states without a recorded exchange, and what the fake adds: worlds, journal, faults."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rollcall.collaborators.tests.fake_services.qfieldcloud import QFieldCloud
from ansible_collections.rollcall.collaborators.tests.fake_services.qfieldcloud_state import token_of
from ansible_collections.rollcall.collaborators.tests.unit.fake_services.qfieldcloud_api import (
    BEES,
    EMPTY,
    LIMITED,
    MANY,
    TREES,
    WORLDS,
    names,
    outcome,
    started,
)

LIST, ROW = f"collaborators/{BEES}/", f"collaborators/{BEES}/rob_reader/"
TEAMS = "organizations/acme_org/teams/"


@pytest.fixture(scope="module")
def server():
    with started() as api:
        yield api


@pytest.fixture
def api(server):
    server.service.reset()
    return server


# Rows (4, 6)


def test_patches_between_two_pages_hide_one_row_and_repeat_another(api):
    path = f"collaborators/{MANY}/"
    everyone = names(api("GET", path))
    seen = names(api("GET", f"{path}?limit=60"))
    for name in seen[:40]:
        api("PATCH", f"{path}{name}/", {"role": "reader"})
    seen += names(api("GET", f"{path}?limit=60&offset=60"))
    assert len(seen) == 120
    assert sorted(set(everyone) - set(seen)) == ["user061"]
    assert [name for name in everyone if seen.count(name) == 2] == ["user001"]


@pytest.mark.parametrize("name", ["anna_admin", "eddy_editor"])
def test_a_patch_moves_the_row(api, name):
    api("PATCH", f"{LIST}{name}/", {})
    assert names(api("GET", LIST))[-1] == name


def test_a_new_row_takes_the_place_of_a_removed_one(api):
    api("DELETE", f"{LIST}mark_manager/")
    api("POST", LIST, {"collaborator": "jane_smith"})
    assert names(api("GET", LIST))[1] == "jane_smith"


@pytest.mark.parametrize("body", [{}, {"role": "reader"}, {"role": "editor"}])
def test_a_patch_moves_updated_at_and_keeps_updated_by(api, body):
    before = api("GET", ROW).json()
    after = api("PATCH", ROW, body, caller="anna_admin").json()
    assert after["updated_at"] > before["updated_at"]
    same = ("created_by", "created_at", "updated_by")
    assert [after[key] for key in same] == [before[key] for key in same]


@pytest.mark.parametrize("name", ["john_doe", "sam_stranger", "@other_org/crew", "nobody", "mark_manager"])
def test_a_row_is_not_given_to_somebody_who_cannot_be_added(api, name):
    path = f"collaborators/{TREES}/rob_reader/"
    expected = {"john_doe": (200, None), "nobody": (400, "api_error")}
    assert outcome(api("PATCH", path, {"collaborator": name})) == expected.get(name, (400, "validation_error"))


def test_the_owner_cannot_be_given_a_row(api):
    assert outcome(api("PATCH", ROW, {"collaborator": "john_doe"})) == (400, "validation_error")


def test_paging_headers_follow_the_proxy(api):
    page = api("GET", f"{LIST}?limit=1&offset=1", X_Forwarded_Proto="https", X_Forwarded_Host="localhost")
    assert page.headers["X-Next-Page"] == f"https://localhost/api/v1/{LIST}?limit=1&offset=2"
    assert page.headers["X-Previous-Page"] == f"https://localhost/api/v1/{LIST}?limit=1"


def test_adding_and_deleting_notify_everybody_with_access(api):
    def sent(method, path, body=None):
        before = api.service.world.notifications
        api(method, path, body)
        return api.service.world.notifications - before

    # john_doe, jane_smith
    assert sent("POST", f"collaborators/{EMPTY}/", {"collaborator": "jane_smith"}) == 2
    # john_doe, jane_smith, and both members of the team
    assert sent("POST", f"collaborators/{EMPTY}/", {"collaborator": "@acme_org/field_team"}) == 4
    assert sent("PATCH", f"collaborators/{EMPTY}/jane_smith/", {"role": "editor"}) == 0
    assert sent("DELETE", f"collaborators/{EMPTY}/jane_smith/") == 3


def test_content_type_is_required(api):
    def post(content_type):
        headers = {"Authorization": f"Token {token_of('john_doe')}", "Content-Type": content_type}
        return api.session.post(f"{api.url}/api/v1/{LIST}", b'{"collaborator": "jane_smith"}', headers=headers)

    assert outcome(post(None)) == (415, "api_error")
    assert outcome(post("application/json")) == (201, None)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{LIST}rob%5Freader/", 200),
        (f"{LIST}rob_reader%2F", 200),
        (f"collaborators/{BEES.replace('-', '')}/", 404),
        (f"{LIST}@acme_org/field_team", 404),
        (f"{LIST}rob_reader", 301),
        (f"{LIST}rob_reader?a=b", 301),
        (f"projects/{BEES}", 301),
        ("nothing", 404),
    ],
)
def test_routing(api, path, status):
    response = api("GET", path)
    assert response.status_code == status
    if status == 301:
        name, mark, query = path.partition("?")
        assert response.headers["Location"] == f"/api/v1/{name}/{mark}{query}"


def test_what_the_contract_does_not_know_is_refused_loudly(api):
    assert outcome(api("POST", "projects/", {"name": "new"})) == (501, "fake: not_implemented")
    assert outcome(api("PATCH", "auth/user/", {})) == (405, "api_error")
    assert api("HEAD", "auth/user/").status_code == 200


# Accounts (2, 3)


def test_cookie_saves_a_session(api):
    assert api("GET", LIST).headers["Set-Cookie"].startswith("sessionid=")
    assert "Set-Cookie" not in api("GET", LIST, Cookie="sessionid=0123456789abcdef").headers


@pytest.mark.parametrize(("agent", "status"), [("sdk|py", 200), ("cli|py", 200), ("curl/8.0", 401), ("", 401)])
def test_a_login_revokes_the_token_of_an_unknown_client(api, agent, status):
    first = api.log_in("jane_smith", agent=agent).json()["token"]
    second = api.log_in("jane_smith", agent=agent).json()["token"]
    assert api("GET", "auth/user/", Authorization=f"Token {first}").status_code == status
    assert api("GET", "auth/user/", Authorization=f"Token {second}").status_code == 200
    assert api("GET", "auth/user/", caller="jane_smith").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_logout_revokes_every_token_of_the_user(api, method):
    other = api.log_in("jane_smith").json()["token"]
    assert api(method, "auth/logout/", caller="jane_smith").status_code == 200
    for token in (other, token_of("jane_smith")):
        refused = api("GET", "auth/user/", Authorization=f"Token {token}")
        assert outcome(refused) == (401, "token_authentication_failed")
    assert api("GET", "auth/user/").status_code == 200


def test_lockout(api):
    for _number in range(4):
        assert outcome(api.log_in("jane_smith", "wrong")) == (401, "authentication_failed")
    for password in ("wrong", "example-password"):
        assert outcome(api.log_in("jane_smith", password)) == (401, "too_many_failed_login_attempts")
    assert api("GET", "auth/user/", caller="jane_smith").status_code == 200
    assert api.log_in("rob_reader").status_code == 200


def test_an_inactive_user_has_no_rights(api):
    token = api.log_in("jane_smith").json()["token"]
    api.service.world.users["jane_smith"].is_active = False
    refused = api("GET", "auth/user/", Authorization=f"Token {token}")
    assert outcome(refused) == (401, "token_authentication_failed")


# Teams, projects and people (9, 13)


def test_renaming_a_team_keeps_its_access(api):
    api("POST", f"collaborators/{TREES}/", {"collaborator": "@acme_org/office", "role": "editor"})
    assert api("PUT", f"{TEAMS}office/", {"team": "desk"}).json()["team"] == "desk"
    assert api.roles(TREES)["@acme_org/desk"] == "editor"
    assert "@acme_org/office" not in api.roles(TREES)
    assert outcome(api("PUT", f"{TEAMS}desk/", {"team": "field_team"})) == (500, "unknown_error")


def test_deleting_a_team_deletes_its_access(api):
    api("POST", f"collaborators/{TREES}/", {"collaborator": "@acme_org/office"})
    assert api("DELETE", f"{TEAMS}office/", caller="olga_orgadmin").status_code == 204
    assert "@acme_org/office" not in api.roles(TREES)
    assert outcome(api("POST", f"collaborators/{TREES}/", {"collaborator": "@acme_org/office"})) == (400, "api_error")


def test_a_team_created_with_the_prefix_is_shown_without(api):
    assert api("POST", TEAMS, {"team": "@acme_org/x"}).json()["team"] == "x"
    assert "@acme_org/@acme_org/x" in api.service.world.teams


@pytest.mark.parametrize("caller", ["mia_member", "sam_stranger"])
def test_everybody_may_read_teams_and_only_administrators_write(api, caller):
    assert api("GET", TEAMS, caller=caller).status_code == 200
    for method, path, body in (
        ("POST", TEAMS, {"team": "new"}),
        ("PUT", f"{TEAMS}office/", {"team": "new"}),
        ("DELETE", f"{TEAMS}office/", None),
        ("POST", f"{TEAMS}office/members/", {"member": "jane_smith"}),
        ("DELETE", f"{TEAMS}office/members/max_member/", None),
    ):
        assert outcome(api(method, path, body, caller=caller)) == (403, "permission_denied")


def test_projects_in_descending_order(api):
    found = [project["name"] for project in api("GET", "projects/?ordering=-name").json()]
    assert found == sorted(found, reverse=True)


def test_a_project_of_somebody_else_is_refused(api):
    assert outcome(api("GET", f"projects/{BEES}/", caller="sam_stranger")) == (403, "permission_denied")
    assert api("GET", f"projects/{BEES}/", caller="rob_reader").json()["user_role"] == "reader"


@pytest.mark.parametrize(("is_public", "status"), [(False, 403), (True, 200)])
def test_plan_limit_hides_a_private_project_only(api, is_public, status):
    api.service.world.projects[LIMITED].is_public = is_public
    for name in ("user001", "user002"):
        api("POST", f"collaborators/{LIMITED}/", {"collaborator": name}, caller="free_fred")
    assert api("GET", f"projects/{LIMITED}/", caller="free_fred").status_code == status


# What was measured on the newest server only


def test_a_blank_filter_of_projects_is_ignored(api):
    everything = api("GET", "projects/").json()
    for query in ("owner=", "name=", "owner=&name=", "owner=%20"):
        assert api("GET", f"projects/?{query}").json() == everything
    assert {each["owner"] for each in api("GET", "projects/?owner=Acme_Org&name=").json()} == {"acme_org"}
    assert api("GET", "projects/?owner=nobody&name=").json() == []


def test_an_organization_is_hidden_from_outsiders_but_not_its_members_and_teams(api):
    for caller in ("otto_outsider", "sam_stranger", "staff_super"):
        assert outcome(api("GET", "users/acme_org/", caller=caller)) == (404, "object_not_found")
        assert len(api("GET", "members/acme_org/", caller=caller).json()) == 10
        assert len(api("GET", TEAMS, caller=caller).json()) == 3
    for caller in ("john_doe", "olga_orgadmin", "mia_member"):
        assert api("GET", "users/acme_org/", caller=caller).json()["organization_owner"] == "john_doe"


@pytest.mark.parametrize(
    "path",
    [
        "members/@acme_org%2Ffield_team/",
        "members/@acme_org/field_team/",
        "members/nope_org/",
        "organizations/acme_org/teams/nope/members/",
        "organizations/nope_org/teams/nope/members/",
    ],
)
def test_members_of_what_is_no_organization_and_no_team_are_forbidden(api, path):
    assert outcome(api("GET", path)) == (403, "permission_denied")


def test_a_limit_beyond_the_database(api):
    assert outcome(api("GET", f"{LIST}?limit={10**19}")) == (500, "unknown_error")
    assert outcome(api("GET", f"projects/?limit={10**19}")) == (500, "unknown_error")
    assert len(names(api("GET", f"{LIST}?limit={10**18}"))) == 5
    assert outcome(api("GET", f"{LIST}?limit={10**19}", caller="sam_stranger")) == (403, "permission_denied")


def test_a_format_that_is_not_served(api):
    assert outcome(api("GET", f"{LIST}?format=xml")) == (404, "object_not_found")
    assert outcome(api("GET", f"{LIST}?format=xml", Authorization=None)) == (404, "object_not_found")
    assert len(names(api("GET", f"{LIST}?format=json"))) == 5


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"username": " jane_smith\n"}, (200, None)),
        ({"email": " jane_smith@example.org "}, (200, None)),
        ({"username": ""}, (401, "authentication_failed")),
        ({"username": " "}, (401, "authentication_failed")),
        ({"username": None}, (400, "api_error")),
        ({}, (400, "api_error")),
        ({"username": "jane_smith", "password": "example-password "}, (401, "authentication_failed")),
        ({"username": "jane_smith", "password": ""}, (400, "api_error")),
    ],
)
def test_blanks_around_the_names_of_a_login_are_trimmed_and_no_name_is_nobody(api, body, expected):
    body = {"password": "example-password", **body}
    assert outcome(api("POST", "auth/login/", body, Authorization=None, User_Agent="sdk|py")) == expected


def test_the_root_of_the_api(api):
    assert outcome(api("GET", "", Authorization=None)) == (401, "not_authenticated")
    moved = api.session.get(f"{api.url}/api/v1", allow_redirects=False, timeout=10)
    assert (moved.status_code, moved.headers["Location"]) == (301, "/api/v1/")


# Worlds, journal, faults


def test_a_state_can_be_seeded(api):
    api("PATCH", ROW, {"role": "editor"})
    api.log_in("jane_smith")
    api.log_in("jane_smith", "wrong")
    state = json.loads(json.dumps(api.service.state()))
    assert QFieldCloud(state).state() == state


def test_reset_forgets_everything(api):
    before = api.service.state()["projects"]
    api("DELETE", ROW)
    assert api.service.state()["projects"] != before
    api.service.reset()
    assert api.service.state()["projects"] == before


def test_a_world_of_the_wrong_shape_is_refused(api):
    with pytest.raises(ValueError, match="not a world of qfield"):
        api.service.seed({"caller": "john_doe", "users": []})


def test_demo_world():
    service = QFieldCloud(json.loads((WORLDS / "demo" / "qfield.json").read_text(encoding="utf-8")))
    projects = {f"{project.owner}/{project.name}": project for project in service.world.projects.values()}
    assert projects["acme_org/trees"].rows["old_timer"].role == "editor"
    assert len(projects["acme_org/trees"].rows) == 6
    assert projects["john_doe/bees_public"].rows["staff_super"].created_by is None
    assert len(projects) == 9
    assert service.world.organizations["acme_org"].members["old_timer"].role == "member"
    assert len(service.world.organizations["acme_org"].members) == 11
    assert service.credentials() == {
        "token": token_of("john_doe"),
        "username": "john_doe",
        "password": "example-password",
    }


def test_journal(api):
    api.log_in("john_doe")
    api("GET", LIST)
    api("DELETE", ROW)
    api("DELETE", ROW)
    api("GET", "auth/logout/")
    keys = ("method", "caller", "status", "mutating", "changed")
    assert [tuple(entry[key] for key in keys) for entry in api.service.journal] == [
        ("POST", None, 200, False, True),
        ("GET", "john_doe", 200, False, False),
        ("DELETE", "john_doe", 204, True, True),
        ("DELETE", "john_doe", 404, True, False),
        ("GET", "john_doe", 200, True, True),
    ]
    assert api.service.journal[0]["body"] == {"username": "john_doe", "password": "***"}


def test_another_writer_is_faster(api):
    change = {"project": "john_doe/bees", "collaborator": "rob_reader"}
    api.fault(fault="race", method="PATCH", change=change | {"role": None})
    assert outcome(api("PATCH", ROW, {"role": "editor"})) == (404, "object_not_found")
    api.fault(fault="race", method="POST", change=change | {"role": "manager"})
    assert outcome(api("POST", LIST, {"collaborator": "rob_reader"})) == (400, "validation_error")
    assert api.roles(BEES)["rob_reader"] == "manager"
    api.fault(fault="race", method="GET", change=change | {"project": BEES, "role": "editor"})
    assert api("GET", ROW).json()["role"] == "editor"


def test_credentials_expire_during_the_run(api):
    api.fault(fault="expired_token", path="rob_reader")
    assert api("GET", LIST).status_code == 200
    assert outcome(api("DELETE", ROW)) == (401, "token_authentication_failed")
    assert outcome(api("GET", LIST)) == (401, "token_authentication_failed")
    assert api("GET", LIST, caller="anna_admin").status_code == 200
