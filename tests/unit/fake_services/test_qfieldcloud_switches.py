# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each value of each switch of the fake QFieldCloud changes the answers as contract QFieldCloud 14 and 20 say."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import pytest
from ansible_collections.rollcall.collaborators.tests.fake_services.qfieldcloud import QFieldCloud
from ansible_collections.rollcall.collaborators.tests.unit.fake_services.qfieldcloud_api import (
    BEES,
    LIMITED,
    MANY,
    MISSING,
    TREES,
    names,
    outcome,
    started,
)

TEAM = "@acme_org/field_team"


@pytest.fixture(scope="module")
def server():
    with started() as api:
        yield api


@pytest.fixture
def api(server):
    server.service.reset()
    return server


LIST, ROW = f"collaborators/{BEES}/", f"collaborators/{BEES}/rob_reader/"
NOBODY = f"collaborators/{BEES}/sam_stranger/"
ACME = f"collaborators/{TREES}/"
# What is asked -> the answer of master, 26.25, 26.21, 25.12 and 2024
ERAS = {
    ("GET", f"collaborators/{MISSING}/", None): (*["404 object_not_found"] * 2, *["403 permission_denied"] * 3),
    ("GET", f"collaborators/{MISSING}/rob_reader/", None): (
        *["404 object_not_found"] * 2,
        *["403 permission_denied"] * 3,
    ),
    ("POST", LIST, '{"collaborator": "nobody"}'): (*["400 api_error"] * 3, *["400 object_not_found"] * 2),
    ("POST", LIST, '{"collaborator": "acme_org"}'): (*["400 api_error"] * 3, *["400 object_not_found"] * 2),
    ("POST", ACME, '{"collaborator": "@acme_org/office"}'): (*["201 None"] * 3, *["400 object_not_found"] * 2),
    ("POST", LIST, '{"collaborator": null}'): (*["400 api_error"] * 4, "400 object_not_found"),
    ("POST", LIST, '{"collaborator": ["jane_smith"]}'): (*["400 api_error"] * 4, "400 object_not_found"),
    ("POST", LIST, "{}"): (*["400 api_error"] * 4, "500 unknown_error"),
    ("POST", LIST, '[{"collaborator": "jane_smith"}]'): (*["400 api_error"] * 4, "500 unknown_error"),
    ("POST", LIST, '{"collaborator": "rob_reader"}'): ("400 validation_error",) * 5,
    ("POST", LIST, '{"collaborator": "jane_smith"}'): ("201 None",) * 5,
    ("GET", NOBODY, None): (*["404 object_not_found"] * 4, "400 object_not_found"),
    ("PATCH", NOBODY, '{"role": "editor"}'): (*["404 object_not_found"] * 4, "400 object_not_found"),
    ("DELETE", NOBODY, None): (*["404 object_not_found"] * 4, "400 object_not_found"),
    ("DELETE", f"{ACME}@acme_org%252Foffice/", None): (*["404 object_not_found"] * 4, "400 object_not_found"),
    ("DELETE", f"{ACME}@acme_org%2Foffice/", None): ("404 html",) * 5,
    ("PUT", ROW, '{"role": "editor"}'): (*["400 api_error"] * 3, *["200 None"] * 2),
    ("GET", "auth/providers/", None): (*["200 None"] * 4, "404 html"),
}


@pytest.mark.parametrize("era", QFieldCloud.switches["era"])
@pytest.mark.parametrize("asked", ERAS, ids="{0[0]} {0[1]} {0[2]}".format)
def test_era(api, era, asked):
    api.switch(era=era)
    method, path, body = asked
    response = api(method, path, json.loads(body) if body else None)
    expected = dict(zip(QFieldCloud.switches["era"], ERAS[asked]))
    assert "{} {}".format(*outcome(response)) == expected[era]


@pytest.mark.parametrize(("era", "holder"), [("26.21", "jane_smith"), ("25.12", "rob_reader"), ("2024", "rob_reader")])
def test_era_ignores_collaborator_in_patch(api, era, holder):
    api.switch(era=era)
    response = api("PATCH", ROW, {"collaborator": "jane_smith", "role": "editor"})
    assert (response.status_code, response.json()["collaborator"], response.json()["role"]) == (200, holder, "editor")


def test_era_2024_has_no_browsable_list(api):
    assert api("GET", LIST, Accept="text/html").status_code == 200
    api.switch(era="2024")
    assert outcome(api("GET", LIST, Accept="text/html")) == (500, "html")


@pytest.mark.parametrize(
    ("era", "login", "status"),
    [
        ("26.25", "mixedcase", 200),
        ("2024", "mixedcase", 401),
        ("2024", "MixedCase", 200),
        ("2024", "JANE_SMITH", 200),
        ("2024", "jane_smith@example.org", 200),
    ],
)
def test_era_2024_knows_names_in_lower_case_only(api, era, login, status):
    api.switch(era=era)
    assert api.log_in(login).status_code == status


def test_era_2024_has_no_creators(api):
    def roles():
        return {member["role"] for member in api("GET", "members/acme_org/").json()}

    assert "creator" in roles()
    api.switch(era="2024")
    assert roles() == {"admin", "member"}


def test_list_shape(api):
    api.switch(list_shape="object")
    assert api("GET", LIST).json() | {"results": None} == {"count": 5, "next": None, "previous": None, "results": None}
    page = api("GET", f"{LIST}?limit=2&offset=2")
    assert [row["collaborator"] for row in page.json()["results"]] == ["eddy_editor", "rita_reporter"]
    assert page.json()["next"] == f"{api.url}/api/v1/{LIST}?limit=2&offset=4"
    assert page.json()["previous"] == f"{api.url}/api/v1/{LIST}?limit=2"
    assert "X-Next-Page" not in page.headers
    assert api("GET", "projects/").json()["count"] == 7


def follow(api, key="collaborator"):
    """Everything along X-Next-Page, and the addresses of the pages."""
    found, urls = [], [f"{api.url}/api/v1/{LIST}"]
    while urls[-1] and len(urls) < 5:
        page = api("GET", urls[-1].partition("/api/v1/")[2])
        found += [row[key] for row in page.json()]
        urls.append(page.headers.get("X-Next-Page"))
    return found, urls


@pytest.mark.parametrize("query", ["", "?limit=50", "?limit=0"])
def test_list_cap(api, query):
    api.switch(list_cap=2)
    page = api("GET", LIST + query)
    assert (len(page.json()), page.headers["X-Total-Count"]) == (2, "5")
    assert page.headers["X-Next-Page"] == f"{api.url}/api/v1/{LIST}?limit=2&offset=2"


def test_list_cap_can_be_followed_to_the_end(api):
    api.switch(list_cap=2)
    found, urls = follow(api)
    assert found == ["anna_admin", "mark_manager", "eddy_editor", "rita_reporter", "rob_reader"]
    assert urls[-1] is None


@pytest.mark.parametrize("shape", ["array", "object"])
def test_total_count(api, shape):
    api.switch(list_cap=2, list_shape=shape)
    told = []
    for value in ("present", "absent"):
        api.switch(total_count=value)
        page = api("GET", LIST)
        told.append(page.headers.get("X-Total-Count") or (page.json().get("count") if shape == "object" else None))
    assert [str(total) for total in told] == ["5", "None"]


def test_next_page_on_another_host(api):
    api.switch(list_cap=2, next_page_host="other")
    assert api("GET", LIST).headers["X-Next-Page"].startswith(f"http://other.example.org/api/v1/{LIST}?")


def test_next_page_in_a_loop(api):
    api.switch(list_cap=2, next_page_host="loop")
    found, urls = follow(api)
    assert urls[2] == urls[3] == urls[4]
    assert found == ["anna_admin", "mark_manager"] * 4


def test_order_by_name(api):
    api("PATCH", ROW, {"role": "editor"})
    api.switch(order="name")
    assert names(api("GET", LIST)) == ["anna_admin", "eddy_editor", "mark_manager", "rita_reporter", "rob_reader"]


def test_order_shuffled(api):
    api.switch(order="shuffled")
    path = f"collaborators/{MANY}/"
    first, second = names(api("GET", path)), names(api("GET", path))
    assert first != second
    assert sorted(first) == sorted(second)


@pytest.mark.parametrize(
    ("value", "encoded", "raw"),
    [("html_404", (404, "html"), (404, "html")), ("json_404", (404, "object_not_found"), (404, "html"))],
)
def test_team_path_leads_nowhere(api, value, encoded, raw):
    api("POST", ACME, {"collaborator": TEAM, "role": "reader"})
    api.switch(team_path=value)
    for method, body in (("GET", None), ("PATCH", {"role": "editor"}), ("DELETE", None)):
        assert outcome(api(method, f"{ACME}%40acme_org%2Ffield_team/", body)) == encoded
        assert outcome(api(method, f"{ACME}@acme_org/field_team/", body)) == raw
    assert api.roles(TREES)[TEAM] == "reader"


def test_team_path_routed(api):
    api("POST", ACME, {"collaborator": TEAM, "role": "reader"})
    api.switch(team_path="routed")
    path = f"{ACME}%40acme_org%2Ffield_team/"
    assert api("GET", path).json()["collaborator"] == TEAM
    assert api("PATCH", path, {"role": "editor"}).json()["role"] == "editor"
    assert outcome(api("DELETE", f"{ACME}@acme_org/field_team/")) == (404, "html")
    assert api("DELETE", path).status_code == 204
    assert TEAM not in api.roles(TREES)


@pytest.mark.parametrize(("value", "refused"), [("off", False), ("on", True)])
def test_admin_protection(api, value, refused):
    def by_manager(method, path, body=None):
        return api(method, path, body, caller="mark_manager").status_code == 403

    api.switch(admin_protection=value)
    assert by_manager("PATCH", f"{LIST}anna_admin/", {"role": "admin"}) is refused
    assert by_manager("PATCH", ROW, {"role": "admin"}) is refused
    assert by_manager("POST", LIST, {"collaborator": "jane_smith", "role": "admin"}) is refused
    assert not by_manager("PATCH", f"{LIST}eddy_editor/", {"role": "reader"})
    assert by_manager("DELETE", f"{LIST}anna_admin/") is refused
    assert api("PATCH", ROW, {"role": "admin"}).status_code == 200


def test_extra_role(api):
    api.switch(extra_role="auditor")
    rows = {row["collaborator"]: row["role"] for row in api("GET", LIST).json()}
    assert [name for name, role in rows.items() if role == "auditor"] == ["rob_reader"]
    assert outcome(api("PATCH", f"{LIST}eddy_editor/", {"role": "auditor"})) == (400, "api_error")
    assert api("PATCH", ROW, {"role": "editor"}).json()["role"] == "editor"
    assert "auditor" not in api.roles(BEES).values()


@pytest.mark.parametrize(
    ("value", "expected"),
    [(400, (400, "validation_error")), (500, (500, "unknown_error")), (409, (409, "fake: conflict"))],
)
def test_duplicate_post(api, value, expected):
    api.switch(duplicate_post=value)
    assert outcome(api("POST", LIST, {"collaborator": "rob_reader", "role": "editor"})) == expected
    assert api.roles(BEES)["rob_reader"] == "reader"


@pytest.mark.parametrize(("value", "role"), [("added", "editor"), ("added_other_role", "reader")])
def test_race_adding(api, value, role):
    api.switch(race=value)
    assert outcome(api("POST", LIST, {"collaborator": "jane_smith", "role": "editor"})) == (400, "validation_error")
    assert api.roles(BEES)["jane_smith"] == role
    api("DELETE", f"{LIST}jane_smith/")
    assert api("POST", LIST, {"collaborator": "jane_smith", "role": "editor"}).status_code == 201


def test_race_changing(api):
    api.switch(race="changed")
    # An empty change shows the role that the other writer gave.
    assert api("PATCH", ROW, {}).json()["role"] == "reporter"
    assert api("PATCH", ROW, {"role": "editor"}).json()["role"] == "editor"
    assert api("DELETE", f"{LIST}eddy_editor/").status_code == 204


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"role": "editor"}), ("DELETE", None)])
def test_race_removing(api, method, body):
    api.switch(race="removed")
    assert outcome(api(method, ROW, body)) == (404, "object_not_found")
    assert "rob_reader" not in api.roles(BEES)
    assert api("POST", LIST, {"collaborator": "rob_reader"}).status_code == 201
    assert api(method, ROW, body).status_code in (200, 204)


def test_race_resurrecting(api):
    api.switch(race="resurrected")
    assert api("DELETE", ROW).status_code == 204
    assert api.roles(BEES)["rob_reader"] == "reader"
    assert api("DELETE", ROW).status_code == 204
    assert "rob_reader" not in api.roles(BEES)


def test_race_needs_somebody(api):
    api.switch(race="added")
    assert outcome(api("POST", LIST, {"collaborator": "nobody"})) == (400, "api_error")
    assert "nobody" not in api.roles(BEES)


@pytest.mark.parametrize(("value", "again"), [(404, (404, "object_not_found")), (204, (204, None))])
def test_delete_twice(api, value, again):
    api.switch(delete_twice=value)
    assert api("DELETE", ROW).status_code == 204
    assert outcome(api("DELETE", ROW)) == again
    assert outcome(api("DELETE", f"collaborators/{MISSING}/rob_reader/")) == (404, "object_not_found")


def test_debug(api):
    body = {"collaborator": "rob_reader"}
    assert api("POST", LIST, body).json() == {"code": "validation_error", "message": "Validation error"}
    api.switch(debug="on")
    debug = api("POST", LIST, body).json()["debug"]
    assert "Project collaborator with this Project and Collaborator already exists." in debug["detail"]


def test_throttle_with_seconds(api):
    api.switch(throttle="seconds")
    answers = [api("GET", LIST) for _number in range(4)]
    assert [answer.status_code for answer in answers] == [429, 200, 429, 200]
    assert answers[0].headers["Retry-After"] == "1"
    assert answers[0].json() == {"code": "fake: throttled", "message": "fake: Too many requests"}


def test_throttle_with_a_date(api):
    api.switch(throttle="date")
    refused = api("GET", LIST)
    wait = parsedate_to_datetime(refused.headers["Retry-After"]) - datetime.now(timezone.utc)
    assert refused.status_code == 429
    assert timedelta(seconds=-1) < wait <= timedelta(seconds=1)


def test_throttle_with_a_page(api):
    api.switch(throttle="html")
    refused = api("DELETE", ROW)
    assert outcome(refused) == (429, "html")
    assert "Retry-After" not in refused.headers
    assert "rob_reader" in api.roles(BEES)


def test_token_expired(api):
    api.switch(token_state="expired")
    for method, path in (("GET", LIST), ("DELETE", ROW)):
        assert outcome(api(method, path)) == (401, "token_authentication_failed")
    token = api.log_in("john_doe").json()["token"]
    assert api("GET", LIST, Authorization=f"Token {token}").status_code == 200


def test_token_revoked_during_the_run(api):
    api.switch(token_state="revoked")
    assert api("GET", LIST).status_code == 200
    assert outcome(api("DELETE", ROW)) == (401, "token_authentication_failed")
    assert outcome(api("GET", LIST)) == (401, "token_authentication_failed")
    assert "rob_reader" in api.roles(BEES)


@pytest.mark.parametrize(("value", "second"), [("not_enforced", (201, None)), ("enforced", (400, "validation_error"))])
def test_plan_limit(api, value, second):
    api.switch(plan_limit=value)
    path = f"collaborators/{LIMITED}/"
    assert api("POST", path, {"collaborator": "user001"}, caller="free_fred").status_code == 201
    assert outcome(api("POST", path, {"collaborator": "user002"}, caller="free_fred")) == second


def test_default_role_for_members(api):
    def roles():
        projects = api("GET", "projects/?owner=acme_org", caller="jane_smith").json()
        return {project["name"]: (project["user_role"], project["user_role_origin"]) for project in projects}

    assert roles() == {}
    before = api("GET", "users/acme_org/").json()
    api.switch(default_role_for_members="on")
    assert roles() == dict.fromkeys(("bees", "trees", "trees_public"), ("reader", "organization_member"))
    # Nothing else tells of it.
    assert api("GET", "users/acme_org/").json() == before
    assert "jane_smith" not in names(api("GET", ACME))
    api.switch(era="26.25")
    assert roles() == {}


def test_redirect_to_https(api):
    api.switch(redirect="https")
    moved = api("DELETE", f"{LIST}rob_reader/?a=b")
    assert moved.status_code == 301
    assert moved.headers["Location"] == f"https://{api.url.removeprefix('http://')}/api/v1/{LIST}rob_reader/?a=b"
    assert "rob_reader" in api.roles(BEES)


def test_extra_fields(api):
    api.switch(extra_fields="some")
    one = api("GET", ROW).json()
    everything = [one, *api("GET", LIST).json(), *api("GET", "projects/").json(), api("GET", "auth/user/").json()]
    assert all("fake_unknown" in item for item in everything)
    assert one["role"] == "reader"


def test_every_switch_of_the_contract_is_there():
    # `fault` is POST /_fake/faults of the core
    assert set(QFieldCloud.switches) == {
        "era",
        "list_shape",
        "list_cap",
        "total_count",
        "next_page_host",
        "order",
        "team_path",
        "admin_protection",
        "extra_role",
        "duplicate_post",
        "race",
        "delete_twice",
        "debug",
        "throttle",
        "token_state",
        "plan_limit",
        "default_role_for_members",
        "redirect",
        "extra_fields",
    }
