# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fake QuantConnect does what contract QuantConnect 16 asks for: defaults, switches, faults."""

from __future__ import annotations

import json
import time
from email.utils import parsedate_to_datetime

import pytest
import requests
from ansible_collections.rollcall.collaborators.tests.fake_services.quantconnect import QuantConnect, token_hash
from ansible_collections.rollcall.collaborators.tests.unit.fake_services.quantconnect_api import (
    OTHER_ACCOUNT,
    TESTS,
    WORLD,
    started,
)

FIRST = 23456789  # sim_owner's, with mia-ai
EMPTY = 23456791  # sim_owner's, nobody on it
READ_ONLY = 34567890  # jane_quant's, sim_owner may read
HIDDEN = 34567892  # jane_quant's, sim_owner is not on it
READ = (False, "read")
WRITE = (True, "write")


@pytest.fixture(scope="module")
def shared():
    with started() as api:
        yield api


@pytest.fixture
def api(shared):
    shared.service.reset()
    return shared


def ids(body):
    return [row["publicId"] for row in body["collaborators"]]


# Authentication (contract 3)


def test_hash_of_the_contract_vector():
    expected = "a83d0be63d1a29c200acfff1d2107a5c62eeb821982b9f2d5e3bb1600e1e1045"
    assert token_hash("example-api-token", "1700000000") == expected


@pytest.mark.parametrize("age", [0, 7100, -600])
def test_a_hash_is_good_for_two_hours_and_more_than_once(api, age):
    for _number in range(2):
        answer = api.send("POST", "/api/v2/authenticate", timestamp=int(time.time()) - age)
        assert (answer.status_code, answer.json()) == (200, {"success": True})


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"account": ("1234567", "wrong")}, "Hash doesn't match. UID: 1234567"),
        ({"timestamp": 1700000000}, "Hash doesn't match. UID: 1234567"),
        ({"headers": {"Timestamp": None}}, "Invalid timestamp, value received: 0"),
        ({"headers": {"Timestamp": "now"}}, "Invalid timestamp, value received: 0"),
        ({"headers": {"Authorization": None}}, "User not found: None"),
        ({"headers": {"Authorization": "Bearer abc"}}, "User not found: None"),
        ({"headers": {"Authorization": "Basic ***"}}, "User not found: None"),
        ({"account": ("999", "example-api-token")}, "UserID not valid"),
    ],
)
def test_bad_credentials_are_refused_with_the_known_texts(api, options, text):
    answer = api.send("POST", "/api/v2/projects/delete", json={"projectId": FIRST}, **options)
    assert answer.status_code == 200
    assert answer.json()["success"] is False
    assert answer.json()["errors"][0].startswith(text)
    assert FIRST in api.service.world.projects


def test_expired_token_is_refused_until_reset(api):
    api.fault(fault="expired_token", after=1)
    assert [api.post("authenticate")["success"] for _number in range(3)] == [True, False, False]
    assert api.post("authenticate", OTHER_ACCOUNT)["success"]
    api.service.reset()
    assert api.post("authenticate")["success"]


# Requests (contract 2)


@pytest.mark.parametrize("path", ["/api/v2/projects/read", "/api/v2//projects/read", "//api//v2/projects///read"])
@pytest.mark.parametrize(
    "options",
    [{"json": {"projectId": FIRST}}, {"data": {"projectId": FIRST}}],
    ids=["json", "form"],
)
def test_repeated_slashes_and_body_forms(api, path, options):
    assert [p["projectId"] for p in api.send("POST", path, **options).json()["projects"]] == [FIRST]


@pytest.mark.parametrize("endpoint", ["authenticate", "projects/read"])
def test_get_is_for_the_reads_that_are_known_to_take_it(api, endpoint):
    assert api.send("GET", f"/api/v2/{endpoint}").json()["success"]


def test_other_methods_are_refused(api):
    answers = [
        api.send("GET", "/api/v2/projects/collaboration/read", params={"projectId": FIRST}),
        api.send("PUT", "/api/v2/projects/read"),
        api.send("DELETE", "/api/v2/authenticate"),
    ]
    assert [answer.json()["errors"] for answer in answers] == [["fake: POST only"]] * 3


@pytest.mark.parametrize("body", ["[1]", "{", '"text"'])
def test_a_body_that_is_no_object_is_refused(api, body):
    answer = api.send("POST", "/api/v2/projects/read", data=body, headers={"Content-Type": "application/json"})
    assert answer.json() == {"errors": ["fake: the body must be a JSON object or a form"], "success": False}


@pytest.mark.parametrize(
    "fields",
    [
        {"projectId": str(FIRST)},
        {"projectId": None},
        {"projectId": [FIRST]},
        {"collaboratorUserId": None},
        {"collaboratorUserId": 5},
        {"collaboratorUserId": "  "},
        {"collaborationWrite": "True"},
        {"collaborationWrite": 1},
        {"collaborationLiveControl": None},
    ],
)
def test_json_values_of_the_wrong_type_are_refused(api, fields):
    good = {
        "projectId": FIRST,
        "collaboratorUserId": "johnny_walker",
        "collaborationLiveControl": True,
        "collaborationWrite": True,
    }
    body = api.post("projects/collaboration/create", **{**good, **fields})
    assert body["success"] is False
    assert body["errors"][0].startswith("fake: ")
    assert api.post("projects/collaboration/create", **good)["success"]


def test_what_is_not_the_api_is_html(api):
    answer = api.send("POST", "/api/v1/projects/read")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_unknown_endpoint(api):
    assert api.post("live/read") == {"errors": ["Endpoint not found"], "success": False}


# Rows and lists (contract 4 to 6)


def test_rows(api):
    odd, even = (api.post("projects/collaboration/read", projectId=FIRST + n)["collaborators"] for n in (0, 1))
    image = "https://cdn.quantconnect.com/web/i/users/profile/default.jpg"
    mia = {"publicId": "mia-ai", "uid": None, "name": "Mia", "email": "mia@example.com", "bio": None}
    assert odd == [
        {
            "publicId": "sim_owner",
            "uid": 1234567,
            "name": "Sim Owner",
            "email": "owner@example.com",
            "bio": None,
            "profileImage": image,
            "liveControl": True,
            "permission": "write",
            "owner": True,
        },
        {**mia, "profileImage": image, "liveControl": False, "permission": "read", "owner": False},
    ]
    assert [row.get("owner", "left out") for row in even] == [True, "left out", "left out"]
    assert even[2]["uid"] == 87654321


def test_only_own_and_shared_projects_are_seen(api):
    seen = {p["projectId"]: p["owner"] for p in api.post("projects/read")["projects"]}
    assert seen == {FIRST: True, 12345678: True, 23456790: True, EMPTY: True, READ_ONLY: False, 34567891: False}
    assert api.post("projects/read", projectId=HIDDEN)["success"] is False
    assert api.post("projects/collaboration/read", projectId=HIDDEN)["success"] is False
    assert api.create(HIDDEN, "johnny_walker", True, True)["success"] is False
    assert api.post("projects/collaboration/read", OTHER_ACCOUNT, projectId=HIDDEN)["success"]


def test_project_list_embeds_the_same_rows(api):
    for project in api.post("projects/read")["projects"]:
        rows = api.post("projects/collaboration/read", projectId=project["projectId"])["collaborators"]
        assert project["collaborators"] == rows


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ({"start": 0, "end": 2}, [0, 1]),
        ({"end": 2}, [0, 1]),
        ({"start": 4}, [4, 5]),
        ({"start": 4, "end": 100}, [4, 5]),
        ({"start": 6, "end": 8}, []),
        ({"start": 2, "end": 2}, None),
        ({"start": 3, "end": 2}, None),
        ({"start": -2, "end": 2}, None),
        ({"start": "0", "end": 2}, None),
    ],
)
def test_windows(api, window, expected):
    everything = [p["projectId"] for p in api.post("projects/read")["projects"]]
    body = api.post("projects/read", **window)
    found = [everything.index(p["projectId"]) for p in body["projects"]] if body["success"] else None
    assert found == expected


def test_windows_by_get(api):
    assert len(api.send("GET", "/api/v2/projects/read", params={"start": 1, "end": 3}).json()["projects"]) == 2


# Writes (contract 4, 7, 9)


def test_one_mail_for_each_real_add(api):
    api.create(FIRST, "johnny_walker", True, False)
    api.create(FIRST, "johnny_walker", True, False)
    api.create(FIRST, "nobody-known", True, False)
    api.post("projects/collaboration/delete", projectId=FIRST, collaboratorId="johnny_walker")
    api.create(FIRST, "johnny_walker", True, False)
    assert api.service.state()["mails"] == [{"to": "johnny_walker", "project": FIRST}] * 2


def test_journal_tells_writes_and_real_changes(api):
    update = {"projectId": FIRST, "collaboratorUserId": "mia-ai", "liveControl": False}
    api.post("authenticate")
    api.send("GET", "/api/v2//projects/read")
    api.post("projects/collaboration/read", projectId=FIRST)
    api.post("projects/collaboration/update", **update, write=False)
    api.post("projects/collaboration/update", **update, write=True)
    api.create(FIRST, "nobody-known", True, False)
    api.post("projects/collaboration/lock/acquire", projectId=FIRST, codeSourceId="cli")
    journal = [(entry["mutating"], entry["changed"]) for entry in api.service.journal]
    assert journal == [(False, False)] * 3 + [(True, False), (True, True), (True, False), (True, False)]
    assert {entry["caller"] for entry in api.service.journal} == {"sim_owner"}
    assert "Basic " not in json.dumps(api.service.journal)


def test_race(api):
    access = {"liveControl": True, "permission": "read"}
    api.fault(fault="race", change={"project": FIRST, "collaborator": "johnny_walker", "access": access})
    api.fault(fault="race", change={"project": FIRST, "collaborator": "mia-ai", "access": None})
    assert api.create(FIRST, "johnny_walker", True, True)["success"] is False
    assert ids(api.post("projects/collaboration/read", projectId=FIRST)) == ["sim_owner", "johnny_walker"]
    assert api.access(FIRST) == {"johnny_walker": (True, "read")}
    assert api.service.state()["mails"] == []


def test_a_reader_changes_nothing_and_a_writer_may(api):
    assert api.create(READ_ONLY, "johnny_walker", True, True)["success"] is False
    assert api.post("projects/update", projectId=READ_ONLY, name="Mine")["success"] is False
    assert api.create(34567891, "johnny_walker", True, True)["success"]


# Projects


def test_names_are_unique_for_one_owner(api):
    names = [api.post("projects/create", name="Fresh", language="Py")["projects"][0]["name"] for _number in range(3)]
    assert names == ["Fresh", "Fresh 1", "Fresh 2"]
    assert api.post("projects/create", name="Shared/Hidden")["projects"][0]["name"] == "Shared/Hidden"
    assert api.post("projects/create", name=" ")["success"] is False
    assert api.post("projects/update", projectId=FIRST, name="Fresh 1")["success"] is False
    assert api.post("projects/update", projectId=FIRST, name="Team/First")["success"]
    assert api.post("projects/update", projectId=FIRST, name="Team/New", description="why")["success"]
    shown = api.post("projects/read", projectId=FIRST)["projects"][0]
    assert (shown["name"], shown["description"]) == ("Team/New", "why")


def test_delete_of_the_owner_deletes_and_of_others_leaves(api):
    assert api.post("projects/delete", projectId=FIRST)["success"]
    assert api.post("projects/delete", projectId=READ_ONLY)["success"]
    assert [api.post("projects/read", projectId=project)["success"] for project in (FIRST, READ_ONLY)] == [False] * 2
    assert FIRST not in api.service.world.projects
    assert READ_ONLY in api.service.world.projects


# Worlds


@pytest.mark.parametrize("name", ["contract", "demo"])
def test_the_state_is_a_world(name):
    world = json.loads((TESTS / "fake_services" / "worlds" / name / "qc.json").read_text())
    service = QuantConnect(world)
    state = json.loads(json.dumps(service.state(), sort_keys=True))
    service.seed(state)
    assert service.state() == state
    assert service.credentials() == {"user_id": "1234567", "api_token": "example-api-token"}


def test_a_world_with_unknown_people_is_refused():
    projects = [{"projectId": 1, "name": "P", "owner": "sim_owner", "collaborators": {"ghost": {}}}]
    with pytest.raises(ValueError, match="ghost"):
        QuantConnect({**WORLD, "projects": projects})


# Switches: what is seen for each value


def with_delete_keys(api):
    removed = []
    for keys in (["collaboratorId"], ["collaboratorUserId"], ["collaboratorId", "collaboratorUserId"]):
        api.place(FIRST, **{"mia-ai": READ})
        body = api.post("projects/collaboration/delete", projectId=FIRST, **dict.fromkeys(keys, "mia-ai"))
        assert body["success"] == ("mia-ai" not in api.access(FIRST))
        removed.append(body["success"])
    return removed


def with_wrong_delete_key(api):
    body = api.post("projects/collaboration/delete", projectId=FIRST, collaboratorUserId="mia-ai")
    return body["success"], "mia-ai" in api.access(FIRST)


def with_half_an_update(api):
    api.place(FIRST, **{"mia-ai": (False, "write")})
    fields = {"projectId": FIRST, "collaboratorUserId": "mia-ai", "liveControl": True}
    return api.post("projects/collaboration/update", **fields)["success"], api.access(FIRST)["mia-ai"]


def with_create_again(api):
    body = api.create(FIRST, "mia-ai", True, True)
    return body["success"], api.access(FIRST)["mia-ai"], len(api.service.state()["mails"])


def with_missing_row(api):
    person = {"projectId": FIRST, "collaboratorUserId": "johnny_walker", "collaboratorId": "johnny_walker"}
    update = api.post("projects/collaboration/update", **person, liveControl=True, write=True)
    delete = api.post("projects/collaboration/delete", **person)
    return update["success"], delete["success"], "johnny_walker" in api.access(FIRST)


def with_owner_change(api):
    owner = {"projectId": FIRST, "collaboratorUserId": "sim_owner", "collaboratorId": "sim_owner"}
    bodies = [
        api.create(FIRST, "sim_owner", False, False),
        api.post("projects/collaboration/update", **owner, liveControl=False, write=False),
        api.post("projects/collaboration/delete", **owner),
    ]
    row = api.post("projects/collaboration/read", projectId=FIRST)["collaborators"][0]
    assert (row["publicId"], row["liveControl"], row["permission"]) == ("sim_owner", *WRITE)
    assert list(api.access(FIRST)) == ["mia-ai"]
    return [body["success"] for body in bodies]


def with_other_case(api):
    api.create(FIRST, "JOHNNY_Walker", True, True)
    api.post("projects/collaboration/delete", projectId=FIRST, collaboratorId="Mia-AI")
    return ids(api.post("projects/collaboration/read", projectId=FIRST))


def with_uid(api):
    return api.create(FIRST, 87654321, True, True)["success"], "johnny_walker" in api.access(FIRST)


def with_wrong_token(api):
    answer = api.send("POST", "/api/v2/projects/read", ("1234567", "wrong"))
    text = answer.json()["errors"][0][:18] if answer.content else None
    return answer.status_code, text, answer.headers.get("www_authenticate")


def with_failure(api):
    return api.post("projects/read", projectId=1)


def with_repeated_request(api):
    first, again, other = (
        api.send("POST", "/api/v2/projects/read", json={"projectId": project}) for project in (FIRST, FIRST, EMPTY)
    )
    assert again.json()["success"]
    assert other.status_code == first.status_code
    wait = first.headers.get("Retry-After")
    if wait and not wait.isdecimal():
        assert -1 <= parsedate_to_datetime(wait).timestamp() - time.time() <= 1
        wait = "date"
    return first.status_code, wait, first.json()["errors"] if first.content else None


def with_lists(api):
    bodies = [
        api.create(FIRST, "johnny_walker", True, True),
        api.post(
            "projects/collaboration/update",
            projectId=FIRST,
            collaboratorUserId="mia-ai",
            liveControl=False,
            write=True,
        ),
        api.post("projects/collaboration/delete", projectId=FIRST, collaboratorId="mia-ai"),
    ]
    assert api.access(FIRST) == {"johnny_walker": WRITE}
    return [
        {row["publicId"]: row["permission"] for row in body["collaborators"][1:]} if "collaborators" in body else None
        for body in bodies
    ]


def with_open_windows(api):
    return [len(api.post("projects/read", **window)["projects"]) for window in ({}, {"start": 5}, {"end": 3})]


def with_listings(api):
    """Whether two listings in a row are in the same order: all answers to that in a while."""
    seen = [[p["projectId"] for p in api.post("projects/read")["projects"]] for _number in range(12)]
    assert len(set(map(frozenset, seen))) == 1
    return {one == other for one, other in zip(seen, seen[1:])}


def with_an_outsider(api):
    return api.create(FIRST, "out_sider", True, True)["success"]


def with_many_people(api):
    profiles = api.service.world.profiles
    people = [f"person-{n}" for n in range(12)]
    profiles.update(dict.fromkeys(people, profiles["johnny_walker"]))
    return [api.create(EMPTY, person, False, False)["success"] for person in people].count(True)


def with_an_extra_row(api):
    new = api.post("projects/create", name="New")["projects"][0]
    everywhere = all("auto-admin" in ids(project) for project in [new, *api.post("projects/read")["projects"]])
    body = api.post("projects/collaboration/delete", projectId=FIRST, collaboratorId="auto-admin")
    return everywhere, body["success"], "auto-admin" in api.access(FIRST)


def with_rows(api):
    rows = api.post("projects/collaboration/read", projectId=FIRST)["collaborators"]
    assert rows == api.post("projects/read", projectId=FIRST)["projects"][0]["collaborators"]
    return [set(row) for row in rows]


def with_rights_of_a_reader(api):
    body = api.post("projects/collaboration/read", projectId=READ_ONLY)
    return body["userLiveControl"], body["userPermissions"]


def with_caller(api):
    body = api.post("projects/collaboration/read", projectId=FIRST)
    shown = api.post("projects/read", projectId=FIRST)["projects"][0]
    created = api.create(FIRST, "johnny_walker", True, True)["success"]
    return ids(body), body["userPermissions"], shown["owner"], created


def with_reads_after_a_change(api):
    api.create(FIRST, "johnny_walker", True, True)
    reads = [
        ids(api.post("projects/collaboration/read", projectId=FIRST)),
        ids(api.post("projects/read", projectId=FIRST)["projects"][0]),
        ids(api.post("projects/collaboration/read", projectId=FIRST)),
        ids(api.post("projects/collaboration/read", projectId=FIRST)),
    ]
    return ["johnny_walker" in read for read in reads].index(True)


FULL = {"publicId", "uid", "name", "email", "bio", "profileImage", "liveControl", "permission", "owner"}
NOT_FOUND = "fake: no such project"
SEEN = {
    "delete_key": (
        with_delete_keys,
        {
            "collaboratorId": [True, False, True],
            "collaboratorUserId": [False, True, True],
            "either": [True, True, True],
            "strict": [True, False, False],
        },
    ),
    "delete_wrong_key": (with_wrong_delete_key, {"failure": (False, True), "success": (True, True)}),
    "update_missing": (
        with_half_an_update,
        {"refuse": (False, (False, "write")), "false": (True, (True, "read")), "keep": (True, (True, "write"))},
    ),
    "create_existing": (
        with_create_again,
        {"refuse": (False, READ, 0), "success": (True, READ, 0), "overwrite": (True, WRITE, 0)},
    ),
    "missing_row": (with_missing_row, {"refuse": (False, False, False), "success": (True, True, False)}),
    "owner_change": (with_owner_change, {"refuse": [False] * 3, "success": [True] * 3}),
    "case": (with_other_case, {"exact": ["sim_owner", "mia-ai"], "folded": ["sim_owner", "johnny_walker"]}),
    "numeric_id": (with_uid, {"refuse": (False, False), "accept": (True, True)}),
    "auth_failure": (
        with_wrong_token,
        {
            "text": (200, "Hash doesn't match", None),
            "401_empty": (401, None, "fake"),
            "401_json": (401, "Hash doesn't match", "fake"),
        },
    ),
    "errors_shape": (
        with_failure,
        {
            "errors": {"errors": [NOT_FOUND], "success": False},
            "messages": {"messages": [NOT_FOUND], "success": False},
            "Message": {"Message": NOT_FOUND, "success": False},
            "empty": {"errors": [], "success": False},
            "none": {"success": False},
        },
    ),
    "throttle": (
        with_repeated_request,
        {
            "off": (200, None, []),
            "429_seconds": (429, "1", None),
            "429_date": (429, "date", None),
            "429": (429, None, None),
            "text": (200, None, ["fake: Too many collaboration requests; please slow down."]),
        },
    ),
    "list_in_answer": (
        with_lists,
        {
            "yes": [
                {"mia-ai": "read", "johnny_walker": "write"},
                {"mia-ai": "write", "johnny_walker": "write"},
                {"johnny_walker": "write"},
            ],
            "left_out": [None, None, None],
            "stale": [
                {"mia-ai": "read"},
                {"mia-ai": "read", "johnny_walker": "write"},
                {"mia-ai": "write", "johnny_walker": "write"},
            ],
        },
    ),
    "default_page": (with_open_windows, {"all": [6, 1, 3], 2: [2, 1, 3]}),
    "page_order": (with_listings, {"stable": {True}, "shuffled": {False}, "moving": {True, False}}),
    "membership_check": (with_an_outsider, {"on": False, "off": True}),
    "quota": (with_many_people, {"unlimited": 12, "10_with_owner": 9, "10_without_owner": 10}),
    "auto_admin": (
        with_an_extra_row,
        {"off": (False, False, False), "removable": (True, True, False), "permanent": (True, True, True)},
    ),
    "rows": (
        with_rows,
        {
            "full": [FULL, FULL],
            "minimal": [{"publicId", "liveControl", "permission", "owner"}, {"publicId", "liveControl", "permission"}],
            "extra": [FULL | {"fakeExtra"}, FULL | {"fakeExtra"}],
        },
    ),
    "user_rights": (with_rights_of_a_reader, {"caller": READ, "owner": WRITE}),
    "caller": (
        with_caller,
        {
            "owner": (["sim_owner", "mia-ai"], "write", True, True),
            "writer": (["other_owner", "mia-ai", "sim_owner"], "write", False, True),
            "reader": (["other_owner", "mia-ai", "sim_owner"], "read", False, False),
        },
    ),
    "read_delay": (with_reads_after_a_change, {0: 0, 1: 1, 2: 2, 3: 3}),
}


@pytest.mark.parametrize(
    ("switch", "value"), [(switch, value) for switch, values in QuantConnect.switches.items() for value in values]
)
def test_switch(api, switch, value):
    look, expected = SEEN[switch]
    api.service.set_switches({switch: value})
    assert look(api) == expected[value]


@pytest.mark.parametrize("switch", ["caller", "auto_admin"])
def test_switch_that_changes_the_state_goes_back(api, switch):
    before = api.service.state()["projects"]
    seeded = json.dumps(before)
    for value in [*reversed(QuantConnect.switches[switch]), QuantConnect.switches[switch][0]]:
        api.service.set_switches({switch: value})
    assert json.dumps(api.service.state()["projects"]) == seeded


# Faults: the row `fault` of the table, on a create

TRANSIENT = {"errors": ["Failed to process request data, please try again shortly."], "success": False}


@pytest.mark.parametrize(
    ("fault", "seen", "mails"),
    [
        ({"fault": "status", "status": 500}, (500, ""), 0),
        ({"fault": "status", "status": 500, "when": "after"}, (500, ""), 1),
        ({"fault": "status", "status": 502, "body": "<html>"}, (502, "<html>"), 0),
        ({"fault": "status", "status": 503}, (503, ""), 0),
        ({"fault": "cut"}, None, 0),
        ({"fault": "cut", "when": "after"}, None, 1),
        ({"fault": "truncated"}, None, 1),
        ({"fault": "body", "body": "<html>"}, (200, "<html>"), 0),
        ({"fault": "body", "body": TRANSIENT}, (200, json.dumps(TRANSIENT)), 0),
    ],
)
def test_fault(api, fault, seen, mails):
    api.fault(path="collaboration/create", times=1, **fault)
    fields = {"projectId": FIRST, "collaboratorUserId": "johnny_walker"}
    fields |= {"collaborationLiveControl": True, "collaborationWrite": True}
    assert api.post("projects/read")["success"]
    try:
        answer = api.send("POST", "/api/v2/projects/collaboration/create", json=fields)
        assert (answer.status_code, answer.text) == seen
    except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
        assert seen is None
    assert len(api.service.state()["mails"]) == mails
    assert api.create(FIRST, "johnny_walker", True, True)["success"] == (not mails)


def test_slow(api):
    api.fault(fault="slow", seconds=0.1)
    began = time.monotonic()
    assert api.post("projects/read")["success"]
    assert time.monotonic() - began >= 0.1
