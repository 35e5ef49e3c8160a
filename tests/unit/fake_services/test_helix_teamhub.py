# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fake Helix TeamHub: the contract's exchanges, its defaults, and what each switch value changes."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import pytest
import requests
from ansible_collections.rollcall.collaborators.tests.fake_services.helix_teamhub import HelixTeamHub
from ansible_collections.rollcall.collaborators.tests.fake_services.server import running

TESTS = Path(__file__).resolve().parents[2]
WORLDS = TESTS / "fake_services" / "worlds"
WORLD = json.loads((WORLDS / "contract" / "hth.json").read_text("utf-8"))
EXCHANGES = json.loads((TESTS / "fixtures" / "contracts" / "helix_teamhub_exchanges.json").read_text("utf-8"))

COMPANY_KEY = WORLD["company"]["key"]
ANN = WORLD["accounts"]["ann"]["account_key"]
BOB = WORLD["accounts"]["bob"]["account_key"]
JDOE = WORLD["accounts"]["ext.jdoe"]["account_key"]
APOLLO = "/api/projects/apollo/project_collaborators"


def authorization(account_key=ANN, company_key=COMPANY_KEY):
    return {"Authorization": f"hth.company_key='{company_key}',account_key='{account_key}'"}


class Client:
    """Calls the fake; paths are from the host on."""

    def __init__(self, url):
        self.url = url

    def __call__(self, method, path, body=None, headers=None, **query):
        headers = authorization() if headers is None else headers
        options = {"allow_redirects": False, "timeout": 5}
        return requests.request(method, self.url + path, json=body, headers=headers, params=query, **options)

    def control(self, method, path, body=None):
        response = requests.request(method, f"{self.url}/_fake/{path}", json=body, timeout=5)
        assert response.status_code == 200, response.text
        return response.json()

    def switch(self, **values):
        self.control("PATCH", "switches", values)

    def members(self, project="apollo"):
        return self.control("GET", "state")["projects"][project]["collaborators"]

    def last(self):
        return self.control("GET", "journal")["requests"][-1]


@pytest.fixture(scope="module")
def hth_url():
    with running(HelixTeamHub(WORLD)) as (url,):
        yield url


@pytest.fixture
def hth(hth_url):
    client = Client(hth_url)
    client.control("PUT", "seed", WORLD)
    return client


# The contract's exchanges

NOT_COMPARED = {
    "api_timestamp": "the time of the answer; only its form is tested",
    "api_message": "all wordings are invented; the fake's begin with `fake:`",
    "message": "as api_message, in the legacy shape",
    "fields": "as api_message: the rules named in the legacy shape",
    "account_key": "a placeholder in the exchange",
    "company_key": "a placeholder in the exchange",
}
ADDED = {"fake_extra": "a key that no client knows, in every object of the fake on purpose"}
# HTML bodies are not compared either, only that they are HTML: all of them are invented.

GIVEN = {
    # What must hold before the exchange: apollo's collaborators, switches, an injected fault, the account that calls.
    "hth-02": {"switches": {"total_count": "absent"}},
    "hth-04": {"collaborators": {}, "switches": {"total_count": "absent"}},
    "hth-05": {"collaborators": {}},
    "hth-07": {"collaborators": {"ext.jdoe": "developer"}},
    "hth-08": {"switches": {"delete_answer": 204}},
    "hth-09": {"collaborators": {"jay+test.doe": "guest"}},
    "hth-10": {"switches": {"refs": "string"}},
    "hth-16": {"account_key": "no such key"},
    "hth-17": {"switches": {"key_state": "p4 session expired"}},
    "hth-19": {"switches": {"duplicate_post": 409}},
    "hth-20": {"collaborators": {}},
    "hth-22": {"switches": {"missing_member": "404 html"}},
    "hth-23": {"account_key": BOB},
    "hth-24": {"fault": {"fault": "status", "status": 429, "body": "<html></html>"}},
    "hth-25": {"fault": {"fault": "body", "body": "<html></html>"}},
    "hth-26": {"switches": {"error_shape": "legacy"}},
}


def comparable(body):
    if isinstance(body, dict):
        kept = {key: value for key, value in body.items() if key not in ADDED}
        return {key: type(value) if key in NOT_COMPARED else comparable(value) for key, value in kept.items()}
    return [comparable(one) for one in body] if isinstance(body, list) else body


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: f"{exchange['id']} {exchange['name']}")
def test_exchange(hth, exchange):
    given = GIVEN.get(exchange["id"], {})
    world = copy.deepcopy(WORLD)
    if "collaborators" in given:
        world["projects"]["apollo"]["collaborators"] = given["collaborators"]
    hth.control("PUT", "seed", world)
    hth.switch(**given.get("switches", {}))
    if "fault" in given:
        hth.control("POST", "faults", given["fault"])
    request, expected = exchange["request"], exchange["response"]
    headers = dict(request["headers"])
    if "Authorization" in headers:
        headers |= authorization(given.get("account_key", ANN))
    body = request["body"]
    if body and "password" in body:
        body = {**body, "password": WORLD["accounts"]["ann"]["password"]}
    response = hth(request["method"], request["path"], body, headers, **(request["query"] or {}))
    assert response.status_code == expected["status"]
    for name, value in expected["headers"].items():
        assert response.headers[name].split(";")[0] == value
    if isinstance(expected["body"], str):
        assert response.text.startswith("<html>")
    else:
        assert comparable(response.json() if response.content else None) == comparable(expected["body"])


def test_every_given_belongs_to_an_exchange():
    assert GIVEN.keys() <= {exchange["id"] for exchange in EXCHANGES}


# Defaults


@pytest.mark.parametrize("name", ["contract", "demo"])
def test_worlds_have_what_the_contract_asks_for(name):
    world = json.loads((WORLDS / name / "hth.json").read_text("utf-8"))
    service = HelixTeamHub(copy.deepcopy(world))
    assert service.state() == world
    assert service.credentials() == {"company_key": world["company"]["key"], "account_key": ANN}
    types = {account["type"] for account in world["accounts"].values()}
    assert types == {"user", "collaborator"}
    assert {project.get("visibility", "company") for project in world["projects"].values()} == {"company", "members"}
    assert any("+" in one and "." in one for project in world["projects"].values() for one in project["collaborators"])
    assert [one for one, account in world["accounts"].items() if account.get("deactivated")] == ["ext.gone"]
    assert world["groups"]


def test_every_object_has_a_key_that_no_client_knows_and_a_time(hth):
    seen = hth("GET", APOLLO, expand="collaborator,project").json()
    objects = [seen, seen["metadata"], *seen["results"]]
    stamped = list(seen["results"])
    for result in seen["results"]:
        objects += [result["project"], result["collaborator"]]
        stamped += [result["project"], result["collaborator"]]
    assert all("fake_extra" in one for one in objects)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", one["api_timestamp"]) for one in stamped)
    assert {one["api_status"] for one in stamped} == {200}


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("GET", "/api/projects/nothing", None),
        ("GET", "/api/v1/projects", None),
        ("GET", "/api", None),
        ("GET", "/", None),
        ("PATCH", f"{APOLLO}/ext.jdoe", {"role": "master"}),
        ("DELETE", APOLLO, None),
        ("POST", APOLLO, ["ext.jdoe"]),
        ("POST", APOLLO, {"role": "guest"}),
        ("POST", APOLLO, {"id": ["ext.kim"], "role": "guest"}),
        ("PUT", f"{APOLLO}/ext.jdoe", {}),
    ],
)
def test_errors_say_that_they_are_invented_and_change_nothing(hth, method, path, body):
    response = hth(method, path, body)
    assert response.status_code in (400, 404, 405, 422)
    assert response.json()["api_status"] == response.status_code
    assert response.json()["api_message"].startswith("fake: ")
    assert hth.control("GET", "state") == WORLD


@pytest.mark.parametrize(
    "header",
    [
        "hth.company_key='{company}',account_key='{account}'",
        "company_key='{company}',account_key='{account}'",
        'hth.company_key="{company}",account_key="{account}"',
        "deveo plugin_key='x',company_key='{company}',account_key='{account}'",
        "deveo company_key={company},account_key={account}",
        "account_key='{account}'",
    ],
)
def test_lenient_forms_of_the_keys(hth, header):
    headers = {"Authorization": header.format(company=COMPANY_KEY, account=ANN)}
    assert hth("GET", "/api/company", headers=headers).json()["id"] == "acme"
    assert hth.last()["caller"] == "ann"


def test_keys_in_the_query_work_and_are_masked_in_the_journal(hth):
    response = hth("GET", "/api/company", headers={}, company_key=COMPANY_KEY, account_key=ANN)
    assert response.status_code == 200
    assert hth.last()["query"] == {"company_key": "***", "account_key": "***"}


@pytest.mark.parametrize(
    "headers",
    [{}, authorization(account_key="wrong"), authorization(company_key="wrong"), {"Authorization": "Basic YTpi"}],
)
def test_wrong_keys(hth, headers):
    response = hth("DELETE", f"{APOLLO}/ext.jdoe", headers=headers)
    assert response.status_code == 401
    assert (hth.members(), hth.last()["caller"]) == (WORLD["projects"]["apollo"]["collaborators"], None)


def test_expired_token_fault_refuses_that_account_only(hth):
    hth.control("POST", "faults", {"fault": "expired_token"})
    assert [hth("GET", "/api/company").status_code for _number in range(2)] == [401, 401]
    assert hth("GET", "/api/company", headers=authorization(BOB)).status_code == 200


@pytest.mark.parametrize(
    "account_key, project, reads, writes",
    [
        (ANN, "apollo", 200, 200),  # project admin through a group
        (ANN, "platform", 200, 200),  # company admin, no member
        (ANN, "secret", 404, 404),  # company admin, private project of others
        (BOB, "apollo", 200, 403),  # project master
        (BOB, "platform", 200, 200),  # project manager
        (BOB, "archive", 200, 403),  # no member of a project that the company sees
        (JDOE, "apollo", 200, 403),  # collaborator
        (JDOE, "archive", 404, 404),  # collaborators see only projects with a direct role
    ],
    ids={ANN: "ann", BOB: "bob", JDOE: "jdoe"}.get,
)
def test_who_sees_and_who_manages(hth, account_key, project, reads, writes):
    headers = authorization(account_key)
    path = f"/api/projects/{project}"
    assert hth("GET", path, headers=headers).status_code == reads
    listed = [one["id"] for one in hth("GET", "/api/projects", headers=headers).json()["results"]]
    assert (project in listed) == (reads == 200)
    member = path + "/project_collaborators/ext.kim"
    if project == "archive":
        body = {"id": "ext.kim", "role": "guest"}
        assert hth("POST", path + "/project_collaborators", body, headers).status_code == writes
    else:
        assert hth("PUT", member, {"role": "developer"}, headers).status_code == writes
    assert hth.last()["changed"] == (writes == 200)


def test_changed_is_the_truth(hth):
    assert hth("PUT", f"{APOLLO}/ext.jdoe", {"role": "guest"}).status_code == 200
    assert (hth.last()["mutating"], hth.last()["changed"]) == (True, False)
    assert hth("PUT", f"{APOLLO}/ext.jdoe", {"role": "master"}).json()["role"] == "master"
    assert (hth.last()["mutating"], hth.last()["changed"]) == (True, True)
    hth("DELETE", f"{APOLLO}/ext.jdoe")
    assert hth.last()["changed"]
    hth("DELETE", f"{APOLLO}/ext.jdoe")
    assert not hth.last()["changed"]
    assert hth.members() == {"ext.kim": "master"}


def test_ids_are_decoded_once(hth):
    path = "/api/projects/platform/project_collaborators/"
    assert hth("GET", path + "jay%2Btest.doe").json()["collaborator"]["id"] == "jay+test.doe"
    assert hth("GET", path + "jay+test.doe").status_code == 200
    assert hth("GET", path + "jay%252Btest.doe").status_code == 404


def test_pages(hth):
    path = "/api/projects/platform/project_collaborators"
    seen = hth("GET", path, limit=2, offset=1).json()
    assert [one["collaborator"]["id"] for one in seen["results"]] == ["ext.kim", "jay+test.doe"]
    metadata = {key: value for key, value in seen["metadata"].items() if key not in ADDED}
    assert metadata == {"more_results": False, "next_offset": 3, "total_count": 3, "count": 2}
    assert hth("GET", path, limit=2).json()["metadata"]["more_results"] is True
    assert hth("GET", path, limit="many").status_code == 422


@pytest.mark.parametrize("term, found", [("KIM", ["ext.kim"]), ("jdoe@", ["ext.jdoe"]), ("Testdoe", ["jay+test.doe"])])
def test_collaborators_are_searched_by_id_email_and_name(hth, term, found):
    results = hth("GET", "/api/collaborators", search_term=term).json()["results"]
    assert [one["id"] for one in results] == found


def test_accounts_do_not_show_what_is_internal(hth):
    for seen in hth("GET", "/api/collaborators").json()["results"]:
        assert not {"account_key", "password", "deactivated"} & seen.keys()
    assert hth("GET", "/api/collaborators/ann").status_code == 404


def test_users_may_hold_all_roles(hth):
    response = hth("PUT", "/api/projects/apollo/project_users/bob", {"role": "manager"})
    assert (response.status_code, response.json()["user"]["id"]) == (200, "bob")


@pytest.mark.parametrize("change, status", [("password", 401), ("company", 401), ("login", 401), (None, 201)])
def test_login(hth, change, status):
    body = {"company": "acme", "login": "ann", "password": WORLD["accounts"]["ann"]["password"]}
    if change:
        body[change] = "wrong"
    assert hth("POST", "/api/account/sessions", body, {}).status_code == status
    assert hth.last()["body"]["password"] == "***"


def test_an_account_without_a_password_cannot_log_in(hth):
    body = {"company": "acme", "login": "ext.kim"}
    assert hth("POST", "/api/account/sessions", body, {}).status_code == 401


def test_events_answer_nothing_as_the_trigger_script_wants(hth):
    response = hth("POST", "/api/events", {"name": "ping"})
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("role, left", [("master", "master"), (None, None)])
def test_race(hth, role, left):
    change = {"project": "apollo", "collaborator": "ext.jdoe", "role": role}
    hth.control("POST", "faults", {"fault": "race", "method": "DELETE", "change": change})
    assert hth("GET", f"{APOLLO}/ext.jdoe").json()["role"] == "guest"
    response = hth("DELETE", f"{APOLLO}/ext.jdoe")
    if left is None:
        assert response.status_code == 404
    else:
        assert response.json()["role"] == left
    assert "ext.jdoe" not in hth.members()


# Switches

TRIED = set()


def each(switch, expected):
    """Parametrize over all values of a switch; one without an expectation, or the reverse, is an error."""
    assert list(expected) == list(HelixTeamHub.switches[switch])
    TRIED.add(switch)
    return pytest.mark.parametrize("value, expected", expected.items(), ids=str)


def post(hth, member="ext.jdoe", role="master"):
    return hth("POST", APOLLO, {"id": member, "role": role})


@each(
    "duplicate_post",
    {
        "422 reserved": (422, {"id": {"reserved": True}}, "guest"),
        "422 other": (422, {"base": {"taken": True}}, "guest"),
        409: (409, None, "guest"),
        "201 idempotent": (201, None, "guest"),
        "201 overwriting": (201, None, "master"),
    },
)
def test_duplicate_post(hth, value, expected):
    hth.switch(duplicate_post=value)
    response = post(hth)
    status, errors, role = expected
    assert (response.status_code, response.json().get("api_errors")) == (status, errors)
    assert response.json().get("role", role) == role
    assert hth.members()["ext.jdoe"] == role
    assert hth.last()["changed"] == (role == "master")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@each(
    "missing_member",
    {
        "404 json": (404, "application/json"),
        "404 html": (404, "text/html; charset=utf-8"),
        410: (410, "application/json"),
        403: (403, "application/json"),
    },
)
def test_missing_member(hth, method, value, expected):
    hth.switch(missing_member=value)
    response = hth(method, f"{APOLLO}/jay%2Btest.doe", {"role": "guest"} if method == "PUT" else None)
    assert (response.status_code, response.headers["Content-Type"]) == expected


@each("invisible_project", {404: (404, 404), 403: (403, 404)})
def test_invisible_project(hth, value, expected):
    hth.switch(invisible_project=value)
    hidden, unknown = hth("GET", "/api/projects/secret"), hth("GET", "/api/projects/unknown")
    assert (hidden.status_code, unknown.status_code) == expected
    if value == 404:
        assert hidden.json()["api_message"] == unknown.json()["api_message"]


@pytest.mark.parametrize("member", ["nobody", "bob"], ids=["unknown", "an ordinary user"])
@each("unknown_collaborator", {422: 422, 404: 404})
def test_unknown_collaborator(hth, member, value, expected):
    hth.switch(unknown_collaborator=value)
    assert post(hth, member).status_code == expected
    assert member not in hth.members()


@pytest.mark.parametrize("role", ["manager", "admin", "owner"])
@each("bad_role", {422: (422, None), 400: (400, None), "stored as guest": (201, "guest")})
def test_bad_role(hth, role, value, expected):
    hth.switch(bad_role=value)
    response = post(hth, "jay+test.doe", role)
    assert (response.status_code, response.json().get("role")) == expected
    assert hth.members().get("jay+test.doe") == expected[1]
    if response.status_code != 201:
        assert response.json()["api_errors"] == {"role": {"inclusion": True}}


def page(hth, **query):
    seen = hth("GET", "/api/projects/platform/project_collaborators", **query).json()
    return [one["collaborator"]["id"] for one in seen["results"]], seen["metadata"]


BY_ID = ["ext.jdoe", "ext.kim", "jay+test.doe"]


@each("page_size", {100: 3, 2: 2})
def test_page_size(hth, value, expected):
    hth.switch(page_size=value)
    for query in ({}, {"limit": 100}):
        assert page(hth, **query)[0] == BY_ID[:expected]


@each("next_offset", {"correct": [1, 2, 3], "constant": [1, 1, 1], "missing": [None, None, None]})
def test_next_offset(hth, value, expected):
    hth.switch(next_offset=value)
    assert [page(hth, limit=1, offset=offset)[1].get("next_offset") for offset in range(3)] == expected


@each("more_results", {"correct": [True, False, False], "always true": [True, True, True]})
def test_more_results(hth, value, expected):
    hth.switch(more_results=value)
    pages = [page(hth, limit=2, offset=offset) for offset in (0, 2, 3)]
    assert [metadata["more_results"] for _ids, metadata in pages] == expected
    assert pages[2][0] == []


@each("limit_too_big", {"cut": 200, 422: 422})
def test_limit_too_big(hth, value, expected):
    hth.switch(limit_too_big=value)
    assert hth("GET", APOLLO, limit=101).status_code == expected
    assert hth("GET", APOLLO, limit=100).status_code == 200
    hth.switch(page_size=2)
    assert hth("GET", APOLLO, limit=100).status_code == expected
    assert hth("GET", APOLLO).status_code == 200


@each("total_count", {"present": 3, "absent": None})
def test_total_count(hth, value, expected):
    hth.switch(total_count=value)
    assert page(hth, limit=1)[1].get("total_count") == expected


ORDERS = {
    "by id": {tuple(BY_ID)},
    "insertion": {("jay+test.doe", "ext.kim", "ext.jdoe")},
    "shuffled": None,
    "moving": None,
}


@each("order", ORDERS)
def test_order(hth, value, expected):
    hth.switch(order=value)
    seen = {tuple(page(hth)[0]) for _number in range(20)}
    assert seen == expected if expected else len(seen) > 1
    assert {frozenset(ids) for ids in seen} == {frozenset(BY_ID)}


def test_an_entry_moves_to_the_end_between_some_pages(hth):
    hth.switch(order="moving")
    seen = [page(hth)[0] for _number in range(20)]
    pairs = list(zip(seen, seen[1:]))
    assert any(before == after for before, after in pairs) and any(before != after for before, after in pairs)
    for before, after in pairs:
        assert before == after or [one for one in before if one != after[-1]] == after[:-1]


@each("id_case", {"exact": (404, 404, 404, 422), "folded": (200, 200, 200, 201)})
def test_id_case(hth, value, expected):
    hth.switch(id_case=value)
    answers = [
        hth("GET", "/api/projects/APOLLO"),
        hth("GET", "/api/projects/apollo/project_collaborators/EXT.jdoe"),
        hth("GET", "/api/collaborators/Ext.Jdoe"),
        post(hth, "JAY+test.doe"),
    ]
    assert tuple(one.status_code for one in answers) == expected
    if value == "folded":
        assert answers[0].json()["id"] == "apollo"
        assert answers[1].json()["collaborator"]["id"] == "ext.jdoe"
        assert hth.members() == {"ext.jdoe": "guest", "ext.kim": "master", "jay+test.doe": "master"}


@each("refs", {"object": ("apollo", "ext.jdoe"), "string": None, "expanded": ("Apollo", "Jay Doe")})
def test_refs(hth, value, expected):
    hth.switch(refs=value)
    seen = hth("GET", f"{APOLLO}/ext.jdoe").json()
    project, collaborator = seen["project"], seen["collaborator"]
    if value == "string":
        assert (project, collaborator) == ("apollo", "ext.jdoe")
    elif value == "object":
        assert (project["id"], collaborator["id"]) == expected
        assert "name" not in project
        assert "display_name" not in collaborator
    else:
        assert (project["name"], collaborator["display_name"]) == expected


@each("highest_role", {"same": "guest", "absent": None, "different": "admin"})
def test_highest_role(hth, value, expected):
    hth.switch(highest_role=value)
    seen = hth("GET", f"{APOLLO}/ext.jdoe").json()
    assert (seen["role"], seen.get("highest_role")) == ("guest", expected)


@each("delete_answer", {200: "ext.jdoe", 202: None, 204: None})
def test_delete_answer(hth, value, expected):
    hth.switch(delete_answer=value)
    response = hth("DELETE", f"{APOLLO}/ext.jdoe")
    assert response.status_code == value
    assert (response.json()["collaborator"]["id"] if response.content else None) == expected
    assert "ext.jdoe" not in hth.members()


@each("post_status", {201: 201, 200: 200})
def test_post_status(hth, value, expected):
    hth.switch(post_status=value)
    response = post(hth, "jay+test.doe")
    assert (response.status_code, response.json()["api_status"]) == (expected, expected)
    assert hth.members()["jay+test.doe"] == "master"


@each("post_body", {"complete": "master", "empty": None, "without role": "none"})
def test_post_body(hth, value, expected):
    hth.switch(post_body=value)
    response = post(hth, "jay+test.doe")
    assert response.status_code == 201
    assert (response.json().get("role", "none") if response.content else None) == expected
    assert hth.members()["jay+test.doe"] == "master"


@each(
    "key_state",
    {
        "valid": (200, 201, ""),
        "expired": (401, 401, "expired account key"),
        "read-only": (200, 403, "only read"),
        "p4 session expired": (401, 401, "P4 Server session expired"),
    },
)
def test_key_state(hth, value, expected):
    hth.switch(key_state=value)
    reads, writes, text = expected
    assert hth("GET", APOLLO).status_code == reads
    response = post(hth, "jay+test.doe")
    assert response.status_code == writes
    assert text in response.json().get("api_message", "")
    assert ("jay+test.doe" in hth.members()) == (writes == 201)


@each("auth_method", {"own": 200, "helix 403": 403, "helix 404": 404, "helix 422": 422})
def test_auth_method(hth, value, expected):
    hth.switch(auth_method=value)
    for path in (APOLLO, f"{APOLLO}/ext.jdoe", "/api/collaborators", "/api/collaborators/ext.jdoe"):
        assert hth("GET", path).status_code == expected
    assert hth("DELETE", f"{APOLLO}/ext.jdoe").status_code == expected
    for path in ("/api/projects", "/api/projects/apollo", "/api/projects/apollo/project_users"):
        assert hth("GET", path).status_code == 200


@each("deactivated", {422: 422, "accepted": 201})
def test_deactivated(hth, value, expected):
    hth.switch(deactivated=value)
    assert post(hth, "ext.gone").status_code == expected
    assert ("ext.gone" in hth.members()) == (expected == 201)


@each("error_shape", {"api": "api_message", "legacy": "error", "html": "<html>", "empty": ""})
def test_error_shape(hth, value, expected):
    hth.switch(error_shape=value)
    for response in (hth("GET", "/api/projects/unknown"), hth("GET", "/api/company", headers={}), post(hth)):
        assert response.status_code in (401, 404, 422)
        if value in ("api", "legacy"):
            assert expected in response.json()
        elif value == "html":
            assert response.text.startswith(expected)
            assert response.headers["Content-Type"].startswith("text/html")
        else:
            assert response.text == expected


@each("redirect", {"none": None, 301: "https://"})
def test_redirect(hth, value, expected):
    hth.switch(redirect=value)
    response = hth("DELETE", f"{APOLLO}/ext.jdoe")
    if expected is None:
        assert response.status_code == 200
    else:
        location = hth.url.replace("http://", expected) + f"{APOLLO}/ext.jdoe"
        assert (response.status_code, response.headers["Location"]) == (301, location)
        assert "ext.jdoe" in hth.members()


def test_every_switch_is_tried():
    assert HelixTeamHub.switches.keys() == TRIED
