# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fake QuantConnect answers the exchanges of the contract alike.

What is not compared, and why:

* the values in documented answers (qc-00 to qc-07): samples of a documentation generator ("string", uid 0). Keys and
  types are compared; null is allowed, as the service really answers it (contract 5).
* qc-11: the names that a row's keys had until 2024, its ids, dates and addresses. Keys (renamed), types, the suffix of
  the name and the form of the dates are compared.
* qc-12, qc-16 to qc-19: other endpoints, which the fake has not, and of qc-16 only a part of the text is known. The
  recorded answer is injected and must arrive as it was recorded.
* qc-13 to qc-15: the status, which was not recorded, and what of the text depends on the request.
* qc-20: the person's data and uid, a fixture of a stub server; keys and types are compared.
* the bodies of qc-27 and qc-29 to qc-51: invented by the recorder. The request is sent byte for byte (but for host,
  length and credentials) and must be accepted with the effect that it asks for.
* qc-52 to qc-67: how a client behaved, which says nothing about the service. The answer that the client got is injected
  as often as it got it, must arrive as it is, and then the service must answer as usual.
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, urlencode

import pytest
from ansible_collections.rollcall.collaborators.tests.unit.fake_services.quantconnect_api import TESTS, started

EXCHANGES = {
    exchange["id"]: exchange
    for exchange in json.loads((TESTS / "fixtures" / "contracts" / "quantconnect_exchanges.json").read_text())
}

DOCUMENTED = ["qc-00", "qc-01", "qc-02", "qc-04", "qc-06", "qc-07", "qc-20"]
# What only some answer to an UNKNOWN lets pass: the default refuses it, the switch accepts it.
BY_SWITCH = {
    "qc-03": {"update_missing": "keep"},
    "qc-05": {"delete_key": "collaboratorUserId"},
    "qc-10": {"numeric_id": "accept"},
    "qc-44": {"update_missing": "keep"},
    "qc-45": {"delete_key": "either"},
    "qc-50": {"update_missing": "keep"},
    "qc-51": {"delete_key": "either"},
}
ACCEPTED = ["qc-08", *(f"qc-{n}" for n in range(27, 52) if f"qc-{n}" not in BY_SWITCH)]
OTHER_ENDPOINTS = ["qc-12", "qc-16", "qc-17", "qc-18", "qc-19"]
CLIENT_BEHAVIOUR = [f"qc-{n}" for n in range(52, 68)]
AUTHENTICATION = {
    "qc-13": {"account": ("1234567", "wrong")},
    "qc-14": {"headers": {"Timestamp": None}},
    "qc-15": {"account": ("7654321", "example-api-token")},
}
OTHERS = ["qc-09", "qc-11", "qc-21", "qc-22", "qc-23", "qc-24", "qc-25", "qc-26"]

WRITES = ("create", "update", "delete")
OWN_HEADERS = {"Host", "Content-Length", "Authorization", "Timestamp"}


def test_every_exchange_is_here_once():
    groups = [DOCUMENTED, BY_SWITCH, ACCEPTED, AUTHENTICATION, OTHER_ENDPOINTS, CLIENT_BEHAVIOUR, OTHERS]
    assert sorted(name for group in groups for name in group) == sorted(EXCHANGES)


@pytest.fixture(scope="module")
def shared():
    with started() as api:
        yield api


@pytest.fixture
def api(shared):
    shared.service.reset()
    return shared


def fields(exchange):
    body = exchange["request"]["body"]
    return dict(parse_qsl(body)) if isinstance(body, str) else body or {}


def person(exchange):
    """Whom a request of the examples means; johnny_walker is the one with a number (qc-10)."""
    named = fields(exchange).get("collaboratorId") or fields(exchange).get("collaboratorUserId")
    return "johnny_walker" if named == 87654321 else named


def send(api, exchange, **options):
    """Send the request of an exchange, after putting the person it means on the project or, for a create, off it."""
    request = exchange["request"]
    operation = request["path"].rpartition("/")[2]
    project = int(fields(exchange).get("projectId", 0))
    if operation in WRITES and project:
        api.place(project, **{person(exchange): None if operation == "create" else (False, "read")})
    headers = {key: value for key, value in request["headers"].items() if key not in OWN_HEADERS}
    data = request.get("body_bytes", request["body"])
    if isinstance(data, dict):
        is_form = headers.get("Content-Type") == "application/x-www-form-urlencoded"
        data = urlencode(data) if is_form else json.dumps(data)
    path = request["path"] if request["path"].startswith("/api/v2") else "/api/v2" + request["path"]
    return api.send(request["method"], path, data=data, params=request["query"], headers=headers, **options)


def differences(given, documented, at="answer"):
    """Where keys or types of an answer are not those of the documented one."""
    if isinstance(documented, dict):
        if not isinstance(given, dict) or given.keys() != documented.keys():
            return [f"{at}: {given} is not alike {documented}"]
        return [line for key in documented for line in differences(given[key], documented[key], f"{at}.{key}")]
    if isinstance(documented, list):
        # "<Project...>" stands for an object that the documentation describes elsewhere.
        samples = [sample for sample in documented[:1] if not str(sample).startswith("<")]
        return [line for sample in samples for row in given for line in differences(row, sample, f"{at}[]")]
    alike = given is None or documented is None or type(given) is type(documented)
    return [] if alike else [f"{at}: {given!r} is not alike {documented!r}"]


@pytest.mark.parametrize("name", DOCUMENTED)
def test_documented_answer(api, name):
    expected = EXCHANGES[name]["response"]
    answer = send(api, EXCHANGES[name])
    assert answer.status_code == expected["status"]
    assert answer.json()["success"] is True
    assert differences(answer.json(), expected["body"]) == []


def wanted_access(exchange):
    """The access that a create or an update asks for."""
    given = fields(exchange)
    live_control, write = (
        str(given.get(long, given.get(short, False))) == "True"
        for long, short in (("collaborationLiveControl", "liveControl"), ("collaborationWrite", "write"))
    )
    return live_control, "write" if write else "read"


def assert_accepted(api, exchange):
    answer = send(api, exchange)
    assert (answer.status_code, answer.json()["success"]) == (200, True)
    operation = exchange["request"]["path"].rpartition("/")[2]
    if operation in WRITES:
        rows = {row["publicId"]: (row["liveControl"], row["permission"]) for row in answer.json()["collaborators"]}
        expected = None if operation == "delete" else wanted_access(exchange)
        assert rows.get(person(exchange)) == expected
        assert api.access(int(fields(exchange)["projectId"])).get(person(exchange)) == expected
    return answer.json()


@pytest.mark.parametrize("name", ACCEPTED)
def test_request_of_a_client_is_accepted(api, name):
    body = assert_accepted(api, EXCHANGES[name])
    if EXCHANGES[name]["request"]["path"].endswith("projects/read"):
        chosen = dict(EXCHANGES[name]["request"]["query"] or fields(EXCHANGES[name])).get("projectId")
        assert len(body["projects"]) == (1 if chosen else 6)


@pytest.mark.parametrize("name", BY_SWITCH)
def test_request_that_only_a_switch_accepts(api, name):
    refused = send(api, EXCHANGES[name])
    assert (refused.status_code, refused.json()["success"]) == (200, False)
    assert not api.service.journal[-1]["changed"]
    api.service.set_switches(BY_SWITCH[name])
    assert_accepted(api, EXCHANGES[name])
    assert api.service.journal[-1]["changed"]


def test_smallest_project_of_the_lean_client(api):
    """qc-28: invented, but the world has the same project, and the client's models accept it."""
    expected = EXCHANGES["qc-28"]["response"]["body"]
    project = send(api, EXCHANGES["qc-28"]).json()["projects"][0]
    sample = {key: value for key, value in expected["projects"][0].items() if key != "channelId"}
    assert {key: project[key] for key in sample} == sample


@pytest.mark.parametrize("name", AUTHENTICATION)
def test_refused_credentials(api, name):
    (expected,) = EXCHANGES[name]["response"]["body"]["errors"]
    request = EXCHANGES[name]["request"]
    answer = api.send(request["method"], request["path"].replace("<any>", "projects/read"), **AUTHENTICATION[name])
    pattern = re.escape(expected.removesuffix("...")).replace("<uid>", r"\d+").replace("<hex>", "[0-9a-f]{64}")
    (text,) = answer.json()["errors"]
    assert (answer.status_code, answer.json()["success"]) == (200, False)
    assert re.match(pattern.replace("''", "'.*'"), text)


def test_documented_401(api):
    """qc-09"""
    expected = EXCHANGES["qc-09"]["response"]
    api.service.set_switches({"auth_failure": "401_empty"})
    for endpoint in ("create", "read", "update", "delete"):
        path = EXCHANGES["qc-09"]["request"]["path"].replace("*", endpoint)
        answer = api.send("POST", path, headers={"Authorization": None})
        assert (answer.status_code, answer.content) == (expected["status"], b"")
        assert expected["headers"].keys() <= answer.headers.keys()


def test_new_project(api):
    """qc-11"""
    names_since_2024 = {"blivecontrol": "liveControl", "epermission": "permission", "profileimage": "profileImage"}
    (expected,) = EXCHANGES["qc-11"]["response"]["body"]["projects"]
    send(api, EXCHANGES["qc-11"])
    answer = send(api, EXCHANGES["qc-11"])
    (project,) = answer.json()["projects"]
    (row,) = project["collaborators"]
    (old_row,) = expected["collaborators"]
    expected_row = {names_since_2024.get(key, key): value for key, value in old_row.items() if key != "id"}
    assert answer.status_code == 200
    assert project["name"] == expected["name"]
    assert all(re.fullmatch(r"\d{4}(-\d\d){2} \d\d(:\d\d){2}", project[key]) for key in ("created", "modified"))
    assert differences({key: project[key] for key in expected}, {**expected, "collaborators": []}) == []
    compared = expected_row.keys() - {"uid"}  # redacted
    assert differences({key: row[key] for key in compared}, {key: expected_row[key] for key in compared}) == []
    assert (row["liveControl"], row["permission"], row["owner"]) == (True, "write", True)


def assert_injected(api, exchange):
    """The answer of the exchange is injected and must arrive as it is; `times` in a row."""
    response = exchange["response"]
    status, body = response["status"] or 200, response["body"] if response["body"] is not None else ""
    api.fault(fault="status", status=status, body=body, times=response.get("times", 1))
    for _number in range(response.get("times", 1)):
        answer = send(api, exchange)
        assert answer.status_code == status
        assert (answer.json() if isinstance(body, dict) else answer.text) == body


@pytest.mark.parametrize("name", OTHER_ENDPOINTS)
def test_answer_of_another_endpoint(api, name):
    assert_injected(api, EXCHANGES[name])


@pytest.mark.parametrize("name", CLIENT_BEHAVIOUR)
def test_answer_that_a_client_got(api, name):
    request = {**EXCHANGES[name]["request"], "body": {"projectId": 23456789}}
    request["headers"] = {"Content-Type": "application/json"}
    assert_injected(api, {**EXCHANGES[name], "request": request})
    assert send(api, {"request": request}).json()["success"] is True


# The official live tests, as far as the contract tells them


@pytest.fixture(params=["Py", "C#"])
def project(request, api):
    """A new project of each language."""
    return api.post("projects/create", name="Live test", language=request.param)["projects"][0]["projectId"]


def rows_of(body):
    return {row["publicId"]: (row["liveControl"], row["permission"]) for row in body["collaborators"]}


@pytest.mark.parametrize("live_control", [True, False])
@pytest.mark.parametrize("write", [True, False])
def test_live_create(api, project, live_control, write):
    """qc-21"""
    body = api.create(project, "mia-ai", live_control, write)
    access = (live_control, "write" if write else "read")
    assert body["success"]
    assert rows_of(body) == {"sim_owner": (True, "write"), "mia-ai": access}


def test_live_read(api, project):
    """qc-22"""
    api.create(project, "mia-ai", True, True)
    body = api.post("projects/collaboration/read", projectId=project)
    assert (body["success"], body["userLiveControl"], body["userPermissions"]) == (True, True, "write")
    assert len(body["collaborators"]) == 2


def test_live_update(api, project):
    """qc-23"""
    api.create(project, "mia-ai", True, True)
    change = {"liveControl": False, "write": False}
    body = api.post("projects/collaboration/update", projectId=project, collaboratorUserId="mia-ai", **change)
    assert body["success"]
    assert rows_of(body) == {"sim_owner": (True, "write"), "mia-ai": (False, "read")}


ARGUMENTS = {
    "create": {"collaboratorUserId": "mia-ai", "collaborationLiveControl": True, "collaborationWrite": True},
    "read": {},
    "update": {"collaboratorUserId": "mia-ai", "liveControl": True, "write": True},
    "delete": {"collaboratorId": "mia-ai"},
}


@pytest.mark.parametrize("operation", ARGUMENTS)
def test_live_wrong_project(api, operation):
    """qc-24"""
    body = api.post(f"projects/collaboration/{operation}", projectId=-1, **ARGUMENTS[operation])
    assert body["success"] is False


@pytest.mark.parametrize("operation", WRITES)
def test_live_blank_person(api, project, operation):
    """qc-25; whatever the answer to U4, which is about people that have a name"""
    api.service.set_switches({"missing_row": "success"})
    if operation != "create":
        api.create(project, "mia-ai", True, True)
    key = "collaboratorId" if operation == "delete" else "collaboratorUserId"
    path = f"projects/collaboration/{operation}"
    assert api.post(path, projectId=project, **{**ARGUMENTS[operation], key: " "})["success"] is False
    assert api.post(path, projectId=project, **ARGUMENTS[operation])["success"] is True


def test_live_projects(api, project):
    """qc-26"""
    assert api.post("projects/read", projectId=-1)["success"] is False
    assert api.post("projects/read", start=2, end=2)["success"] is False
    assert api.post("projects/read", start=3, end=2)["success"] is False
    assert len(api.post("projects/read", end=2)["projects"]) == 2
    assert api.post("projects/update", projectId=project, name="Team/First")["success"] is False
