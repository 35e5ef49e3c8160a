# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""QFieldCloud: the exact requests of every operation, and what is concluded from every answer.

Numbers in comments are sections of contract QFieldCloud.
"""

from __future__ import annotations

from functools import partial

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import (
    BadInput,
    Conflict,
    Halt,
    RollcallError,
    Unclear,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import Listing, Project, Step
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import NOT_SHOWN
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.qfieldcloud import QFieldCloud
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.settings import Settings
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.version import VERSION
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.network import (
    OPTIONS,
    Clock,
    attempt,
    lines,
    says,
    wire,
)

BASE = "https://qfield.example.org/api/v1"
TOKEN = "ad8a7934f46531bc97ce69f8782187eda723a37a8a3b59e402b54f7a69b4f3bc11eced54290af3438ca8ecbacdfb2b9d2c29"
PASSWORD = "example-password"
HEADERS = {
    "User-Agent": f"sdk|rollcall.collaborators|{VERSION}",
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
}

TREES_ID = "550e8400-e29b-41d4-a716-446655440002"
BEES_ID = "550e8400-e29b-41d4-a716-446655440008"
TREES = Project(TREES_ID, "acme_org/trees", "acme_org")
ROWS = f"/collaborators/{TREES_ID}/"
LIST = f"GET {ROWS}"
TEAM = "@acme_org/field_team"
TEAM_PATH = f"{ROWS}%40acme_org%2Ffield_team/"
NOT_FOUND_PAGE = {"status": 404, "body": "<!doctype html><h1>Not Found</h1>", "content_type": "text/html"}
LOGIN = f'POST /auth/login/ {{"username": "john_doe", "password": "{PASSWORD}"}}'
SIGNED_IN = {"token": TOKEN, "expires_at": "2026-12-22T08:55:53.937554+01:00", "username": "john_doe", "type": "1"}

MESSAGES = {
    "api_error": "API Error",
    "validation_error": "Validation error",
    "authentication_failed": "Authentication failed",
    "not_authenticated": "Not authenticated",
    "token_authentication_failed": "Token authentication failed",
    "too_many_failed_login_attempts": "Too many failed login attempts!",
    "permission_denied": "Permission denied",
    "object_not_found": "Object not found",
    "unknown_error": "QFieldcloud Unknown Error",
}


def error(status, code, **more):
    return {"status": status, "json": {"code": code, "message": MESSAGES[code], **more}}


def row(name, role="reader"):
    times = {"created_at": "2026-11-22T08:55:53.937554+01:00", "updated_at": "2026-11-22T08:55:53.937554+01:00"}
    return {"project_id": TREES_ID, "collaborator": name, "role": role, "created_by": None, "updated_by": None, **times}


def project(owner, name, number, **more):
    return {"id": number, "owner": owner, "name": name, "user_role": "admin", **more}


THE_TREES = project("acme_org", "trees", TREES_ID)

READS = {"list": lambda service: service.list_members(TREES)}
WRITES = {
    "add": lambda service: service.add(TREES, "jane_smith", {"role": "editor"}),
    "update": lambda service: service.update(TREES, "jane_smith", {"role": "editor"}),
    "remove": lambda service: service.remove(TREES, "jane_smith"),
}
TEAM_WRITES = {
    "update": lambda service: service.update(TREES, TEAM, {"role": "editor"}),
    "remove": lambda service: service.remove(TREES, TEAM),
}
each_write = pytest.mark.parametrize("ask", WRITES.values(), ids=WRITES)
each_write_but_add = pytest.mark.parametrize("ask", [WRITES["update"], WRITES["remove"]], ids=["update", "remove"])
each_write_but_remove = pytest.mark.parametrize("ask", [WRITES["add"], WRITES["update"]], ids=["add", "update"])
each_team_write = pytest.mark.parametrize("ask", TEAM_WRITES.values(), ids=TEAM_WRITES)
each_request = pytest.mark.parametrize("ask", [*READS.values(), *WRITES.values()], ids=[*READS, *WRITES])


def make(retries=1, **credentials):
    clock = Clock()
    return QFieldCloud(Settings(BASE, retries=retries), pause=clock.pause, clock=clock, **credentials)


@pytest.fixture
def service():
    return make(token=TOKEN)


@pytest.fixture
def with_password():
    return make(username="john_doe", password=PASSWORD)


def exchange(work, *answers):
    """The result, and the lines of the requests, each of which had exactly the headers of every request."""
    with wire(*answers) as sent:
        result = attempt(work)
    for request in sent:
        headers = dict(request.headers)
        length = headers.pop("Content-Length", None)
        authorization = {} if request.url.endswith("/auth/login/") else {"Authorization": f"Token {TOKEN}"}
        has_body = {"Content-Type": "application/json"} if request.body else {}
        assert headers == {**HEADERS, **authorization, **has_body}
        assert length == (str(len(request.body)) if request.body else "0" if request.method == "DELETE" else None)
    return result, lines(sent, BASE)


# Credentials (3)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, ["QFIELDCLOUD_TOKEN", "QFIELDCLOUD_USERNAME", "QFIELDCLOUD_PASSWORD"]),
        ({"token": ""}, ["QFIELDCLOUD_TOKEN"]),
        ({"username": "john_doe"}, ["QFIELDCLOUD_PASSWORD"]),
        ({"password": PASSWORD}, ["QFIELDCLOUD_USERNAME"]),
        ({"username": "john_doe", "password": ""}, ["QFIELDCLOUD_PASSWORD"]),
        ({"token": TOKEN, "password": PASSWORD}, ["both"]),
        ({"token": TOKEN, "username": "john_doe", "password": PASSWORD}, ["both"]),
        ({"token": "two words"}, ["token"]),
        ({"token": "line\n"}, ["token"]),
        ({"token": "t\u00f6ken"}, ["token"]),
        ({"token": "nul\x00"}, ["token"]),
    ],
)
def test_credentials_that_are_missing_or_cannot_be_right(given, named):
    with wire():
        refused = attempt(partial(make, **given))
    assert (type(refused), refused.kind) == (BadInput, "bad_input")
    assert [word for word in named if word not in str(refused)] == []
    assert [secret for secret in (TOKEN, PASSWORD) if secret in str(refused)] == []


@pytest.mark.parametrize(
    "written",
    [
        "https://qfield.example.org",
        "https://qfield.example.org/",
        "https://qfield.example.org/api/v1",
        " https://qfield.example.org/api/v1/\n",
    ],
)
def test_the_address_with_or_without_its_path_and_end_slash(written):
    credentials = {"token": f"{TOKEN}\n", "username": None, "password": None}
    service = QFieldCloud.connect({**OPTIONS, **credentials, "api_url": written})
    assert exchange(lambda: service.list_members(TREES), says([]))[1] == [LIST]


def test_one_login_in_a_run_and_never_a_logout(with_password):
    found, sent = exchange(lambda: with_password.find_projects([TREES_ID]), says(SIGNED_IN))
    assert (found, sent) == ({TREES_ID: Project(TREES_ID, TREES_ID)}, [LOGIN])
    assert exchange(lambda: with_password.find_projects([TREES_ID]))[1] == []
    listing, sent = exchange(lambda: with_password.list_members(TREES), says([row("john_doe", "manager")]))
    # The login has told who the caller is.
    assert exchange(lambda: with_password.whoami(listing)) == ({"john_doe": True}, [])


@pytest.mark.parametrize(
    ("seen", "error_class", "kind"),
    [
        (error(401, "authentication_failed"), Halt, "authentication"),
        (error(401, "too_many_failed_login_attempts"), Halt, "authentication"),
        (error(400, "api_error"), RollcallError, "refused"),
        (error(403, "permission_denied"), RollcallError, "forbidden"),
        (NOT_FOUND_PAGE, Halt, "bad_input"),
        (error(404, "object_not_found"), Halt, "bad_input"),
        ({"status": 301, "headers": {"Location": "/api/v1/auth/login/"}}, RollcallError, "redirect"),
        ({"status": 429, "headers": {"Retry-After": "1"}}, Halt, "throttled"),
        ({"status": 500}, Halt, "unavailable"),
        ({"status": 502, "body": "<h1>Bad Gateway</h1>"}, Halt, "unavailable"),
        ({"json": {}}, RollcallError, "bad_answer"),
        ({"json": {"token": "", "username": "john_doe"}}, RollcallError, "bad_answer"),
        ({"json": {"token": TOKEN}}, RollcallError, "bad_answer"),
        ({"body": "<html>Welcome"}, RollcallError, "bad_answer"),
    ],
    ids=lambda value: str(value).replace(TOKEN, "TOKEN"),
)
def test_a_login_is_never_repeated(with_password, seen, error_class, kind):
    failed, sent = exchange(lambda: with_password.find_projects(["acme_org/trees"]), says(**seen))
    assert (type(failed), failed.kind, sent) == (error_class, kind, [LOGIN])
    assert PASSWORD not in f"{failed} {failed.as_dict()}"


def test_a_lockout_is_named(with_password):
    locked = error(401, "too_many_failed_login_attempts")
    failed, _sent = exchange(lambda: with_password.find_projects([TREES_ID]), says(**locked))
    assert "half an hour" in failed.hint


def test_the_token_of_a_login_is_a_secret_too(with_password):
    exchange(lambda: with_password.find_projects([TREES_ID]), says(SIGNED_IN))
    failed, _sent = exchange(lambda: with_password.list_members(TREES), says({"message": f"bad {TOKEN}"}, 403))
    assert TOKEN not in f"{failed} {failed.as_dict()}"


# Names (9)


@pytest.mark.parametrize(
    "name",
    [
        "jane_smith",
        "MixedCase",
        "ravi-k",
        "a.b",
        TEAM,
        "@acme_org/a/b/c",
        "@acme_org/two words",
        "@acme_org/\u00e9quipe",
    ],
)
def test_names_that_may_be_somebody(service, name):
    assert service.check_collaborator(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        " jane_smith",
        "jane_smith ",
        "jane\nsmith",
        "a\x00b",
        "jane_smith@example.org",
        "acme_org/field_team",
        "jane\u2011smith",
        "jane_smith\u200b",
        "\u00e9",
        "@\u00e9cole/team",
    ]
    + ["@", "@acme_org", "@acme_org/", "@/field_team"],
)
def test_names_that_are_nobody(service, name):
    assert service.check_collaborator(name)


# Projects (13)


@pytest.mark.parametrize("written", [TREES_ID, TREES_ID.upper(), TREES_ID.replace("-", "")])
def test_a_uuid_needs_no_look_up_and_is_sent_as_the_server_wants_it(service, written):
    found, sent = exchange(lambda: service.find_projects([written]))
    assert (found, sent) == ({written: Project(TREES_ID, written)}, [])
    assert exchange(lambda: service.list_members(found[written]), says([]))[1] == [LIST]


def test_a_name_is_looked_up_by_owner_and_name(service):
    found, sent = exchange(lambda: service.find_projects(["acme_org/trees"]), says([THE_TREES]))
    assert (found, sent) == ({"acme_org/trees": TREES}, ["GET /projects/?owner=acme_org&name=trees"])


def test_several_names_cost_one_look_up_for_each_owner(service):
    wanted = ["acme_org/trees", "john_doe/a b&c/d", "acme_org/bees", BEES_ID]
    answers = [
        [project("acme_org", "bees", BEES_ID), THE_TREES, project("acme_org", "other", "x")],
        [project("john_doe", "a b&c/d", "y")],
    ]
    found, sent = exchange(lambda: service.find_projects(wanted), *map(says, answers))
    assert sent == ["GET /projects/?owner=acme_org", "GET /projects/?owner=john_doe&name=a+b%26c%2Fd"]
    assert {written: found[written].id for written in wanted} == dict(zip(wanted, [TREES_ID, "y", BEES_ID, BEES_ID]))


@pytest.mark.parametrize(
    ("answer", "near"),
    [
        ([], None),
        ([project("acme_org", "Trees", "x")], "acme_org/Trees"),
        ([project("Acme_Org", "trees", "x")], "Acme_Org/trees"),
        ([project("acme_org", "trees2", "x")], None),
        ([{"owner": "acme_org", "name": "trees"}], None),
        ([{}], None),
    ],
)
def test_a_project_that_is_not_seen_is_an_error_and_a_near_one_is_only_named(service, answer, near):
    failed = exchange(lambda: service.find_projects(["acme_org/trees"]), says(answer))[0]["acme_org/trees"]
    assert (type(failed), failed.kind) == (BadInput, "not_found")
    assert "acme_org/trees" in failed.message
    assert near is None or near in failed.hint


def test_of_two_spellings_the_exact_one_is_meant(service):
    both = says([project("acme_org", "Trees", "x"), THE_TREES])
    assert exchange(lambda: service.find_projects(["acme_org/trees"]), both)[0] == {"acme_org/trees": TREES}


@pytest.mark.parametrize("written", ["", "trees", "550e8400", f"{TREES_ID}0", "acme_org/", "/trees", "/"])
def test_what_is_no_project_at_all_costs_no_request(service, written):
    found, sent = exchange(lambda: service.find_projects([written]))
    assert (type(found[written]), sent) == (BadInput, [])


# Lists (6, 16 U6)

PEOPLE = [row("jane_smith", "editor"), row(TEAM, "reporter"), row("staff_super", "auditor")]
MEMBERS = {"jane_smith": {"role": "editor"}, TEAM: {"role": "reporter"}, "staff_super": {"role": "auditor"}}
NEXT = f"{BASE}{ROWS}?limit=2&offset=2"


@pytest.mark.parametrize(
    ("answers", "sent"),
    [
        ([says(PEOPLE)], [LIST]),
        ([says(PEOPLE, headers={"X-Total-Count": "3"})], [LIST]),
        ([says({"count": 3, "next": None, "previous": None, "results": PEOPLE})], [LIST]),
        ([says({"results": PEOPLE})], [LIST]),
        ([says([person | {"unknown": 1} for person in PEOPLE])], [LIST]),
        # Where they are not counted, a page begins with the last row of the one before.
        ([says(PEOPLE[:2], headers={"X-Next-Page": NEXT}), says(PEOPLE[1:])], [LIST, f"{LIST}?limit=2&offset=1"]),
        (
            [says({"next": NEXT, "results": PEOPLE[:2]}), says({"next": None, "results": PEOPLE[1:]})],
            [LIST, f"{LIST}?limit=2&offset=1"],
        ),
        (
            [says(PEOPLE[:2], headers={"X-Next-Page": NEXT, "X-Total-Count": "3"}), says(PEOPLE[2:])],
            [LIST, f"{LIST}?limit=2&offset=2"],
        ),
        ([says({"next": "?page=2", "results": PEOPLE[:2]}), says({"results": PEOPLE[2:]})], [LIST, f"{LIST}?page=2"]),
        # The address of this very server, as it sees itself behind its proxy.
        (
            [
                says(PEOPLE[:2], headers={"X-Next-Page": NEXT.replace("https://qfield", "http://QField")}),
                says(PEOPLE[1:]),
            ],
            [LIST, f"{LIST}?limit=2&offset=1"],
        ),
        (
            [
                says(PEOPLE[:1], headers={"X-Next-Page": f"{BASE}{ROWS}?limit=1&offset=1"}),
                says(PEOPLE[1:2], headers={"X-Next-Page": f"{BASE}{ROWS}?limit=1&offset=2"}),
                says(PEOPLE[2:]),
            ],
            [LIST, f"{LIST}?limit=1&offset=1", f"{LIST}?limit=1&offset=2"],
        ),
    ],
)
def test_a_list_in_all_its_shapes(service, answers, sent):
    listing, lines_sent = exchange(lambda: service.list_members(TREES), *answers)
    assert (listing, lines_sent) == (Listing(TREES, MEMBERS, frozenset(["acme_org"])), sent)


@pytest.mark.parametrize(
    ("answers", "seen"),
    [
        (
            [says(PEOPLE[:2], headers={"X-Next-Page": NEXT, "X-Total-Count": "3"}), says(PEOPLE[:1])],
            "3 rows came, but 2 different ones; repeated: jane_smith; it counts 3 rows and shows 2",
        ),
        ([says({"next": "?page=2", "results": PEOPLE[:2]}), says({"results": PEOPLE[1:]})], f"repeated: {TEAM}"),
        (
            [says(PEOPLE[:2], headers={"X-Next-Page": NEXT}), says(PEOPLE[2:])],
            "a page does not begin where the one before it ended",
        ),
        ([says([*PEOPLE, row("jane_smith", "admin")])], "4 rows came, but 3 different ones; repeated: jane_smith"),
        (
            [says([*PEOPLE, row("amy", "admin") | {"project_id": BEES_ID}])],
            f"rows are of the project {TREES_ID}, {BEES_ID}, not of {TREES_ID}",
        ),
    ],
)
def test_a_list_that_contradicts_itself_is_read_again_and_then_an_error(service, answers, seen):
    error, sent = exchange(lambda: service.list_members(TREES), *answers * 3)
    assert (error.kind, error.retryable, len(sent)) == ("bad_answer", True, 3 * len(answers))
    assert "contradicts itself" in error.message and seen in error.message
    listing, sent = exchange(lambda: service.list_members(TREES), *answers, says(PEOPLE))
    assert (listing.members, len(sent)) == (MEMBERS, len(answers) + 1)


def test_the_pages_of_a_look_up_keep_asking_for_the_same(service):
    following = {"X-Next-Page": f"{BASE}/projects/?limit=1&offset=1"}
    answers = [says([project("acme_org", "bees", BEES_ID)], headers=following), says([THE_TREES])]
    found, sent = exchange(lambda: service.find_projects(["acme_org/trees"]), *answers)
    assert found == {"acme_org/trees": TREES}
    first = "GET /projects/?owner=acme_org&name=trees"
    assert sent == [first, f"{first}&limit=1&offset=1"]


@pytest.mark.parametrize("shape", ["header", "body"])
def test_a_list_whose_count_changes_between_its_pages_is_read_anew(service, shape):
    """Who moves from the second page to the first one meanwhile is on neither."""

    def page(rows, total, following=None):
        if shape == "body":
            return says({"results": rows, "next": following, "count": total})
        return says(rows, headers={"X-Total-Count": str(total), **({"X-Next-Page": following} if following else {})})

    moved = [page(PEOPLE[:2], 3, NEXT), page([], 2)]
    whole = [page(PEOPLE[1:], 2)]
    listing, sent = exchange(lambda: service.list_members(TREES), *moved, *whole)
    assert sorted(listing.members) == sorted([TEAM, "staff_super"])
    assert sent == [LIST, f"{LIST}?limit=2&offset=2", LIST]

    failed, sent = exchange(lambda: service.list_members(TREES), *moved * 3)
    assert (failed.kind, failed.retryable, len(sent)) == ("bad_answer", True, 6)


def test_a_project_given_by_uuid_has_an_unknown_owner(service):
    listing, _sent = exchange(lambda: service.list_members(Project(TREES_ID, TREES_ID)), says(PEOPLE))
    assert listing.owners == frozenset()


@pytest.mark.parametrize(
    "following",
    [
        f"https://elsewhere.example{ROWS}?limit=2&offset=2",
        "https://qfield.example.org.elsewhere.example/?limit=2&offset=2",
        "https://qfield.example.org@elsewhere.example/?limit=2&offset=2",
        "//elsewhere.example/?limit=2",
    ],
)
@pytest.mark.parametrize("shape", ["header", "body"])
def test_the_token_is_not_sent_after_a_next_page_on_another_host(service, following, shape):
    answer = says(PEOPLE, headers={"X-Next-Page": following})
    if shape == "body":
        answer = says({"results": PEOPLE, "next": following})
    failed, sent = exchange(lambda: service.list_members(TREES), answer)
    assert (type(failed), failed.kind, sent) == (RollcallError, "bad_answer", [LIST])


def test_pages_in_a_circle_fail(service):
    first = says(PEOPLE, headers={"X-Next-Page": f"{BASE}{ROWS}?limit=2"})
    failed, sent = exchange(lambda: service.list_members(TREES), first, first)
    assert (failed.kind, sent) == ("bad_answer", [LIST, f"{LIST}?limit=2"])


@pytest.mark.parametrize("bad", [row(""), row(None), row("jane_smith", None), {}, {"username": "jane_smith"}])
def test_a_row_that_cannot_be_understood_fails(service, bad):
    assert exchange(lambda: service.list_members(TREES), says([bad]))[0].kind == "bad_answer"


# All projects (13)

PROJECTS = "GET /projects/"
MANY_ID = "550e8400-e29b-41d4-a716-446655440005"


def test_all_projects_come_by_owner_and_name_from_one_list(service):
    rows = [THE_TREES, project("acme_org", "bees", BEES_ID, is_public=True), project("john_doe", "a/b", MANY_ID)]
    found, sent = exchange(service.all_projects, says(rows))
    assert sent == [PROJECTS]
    assert found == {
        "acme_org/bees": Project(BEES_ID, "acme_org/bees", "acme_org"),
        "acme_org/trees": TREES,
        "john_doe/a/b": Project(MANY_ID, "john_doe/a/b", "john_doe"),
    }
    assert list(found) == sorted(found)


@pytest.mark.parametrize(
    "answers",
    [
        [says([], headers={"X-Total-Count": "0"})],
        [says({"count": 0, "next": None, "previous": None, "results": []})],
    ],
)
def test_no_project_at_all(service, answers):
    assert exchange(service.all_projects, *answers) == ({}, [PROJECTS])


@pytest.mark.parametrize("shape", ["header", "body"])
def test_all_projects_in_pages(service, shape):
    following = f"{BASE}/projects/?limit=1&offset=1"
    first = says([THE_TREES], headers={"X-Next-Page": following})
    if shape == "body":
        first = says({"results": [THE_TREES], "next": following, "count": 2})
    found, sent = exchange(service.all_projects, first, says([project("acme_org", "bees", BEES_ID)]))
    assert (list(found), sent) == (["acme_org/bees", "acme_org/trees"], [PROJECTS, f"{PROJECTS}?limit=1&offset=1"])


def test_a_list_of_projects_that_is_too_short_is_read_anew_and_fails_at_last(service):
    short, whole = {"X-Total-Count": "2"}, [THE_TREES, project("acme_org", "bees", BEES_ID)]
    failed, sent = exchange(service.all_projects, *[says([THE_TREES], headers=short)] * 3)
    assert (failed.kind, failed.retryable, sent) == ("bad_answer", True, [PROJECTS] * 3)
    found, sent = exchange(service.all_projects, says([THE_TREES], headers=short), says(whole, headers=short))
    assert (len(found), sent) == (2, [PROJECTS] * 2)


def test_a_login_comes_first(with_password):
    found, sent = exchange(with_password.all_projects, says(SIGNED_IN), says([THE_TREES]))
    assert (found, sent) == ({"acme_org/trees": TREES}, [LOGIN, PROJECTS])


@pytest.mark.parametrize(
    ("owner", "name", "reference"),
    [
        ("acme_org", "Trees", "acme_org/Trees"),
        ("acme_org", "two words", "acme_org/two words"),
        ("acme_org", "a/b", "acme_org/a/b"),
        ("acme_org", "/a", "acme_org//a"),
        ("acme_org", "\u00e9", "acme_org/\u00e9"),
        # Blanks around a reference are not part of it, and an owner ends at the first slash.
        ("acme_org", "trees ", TREES_ID),
        (" acme_org", "trees", TREES_ID),
        ("acme/org", "trees", TREES_ID),
    ],
)
def test_a_name_that_means_another_project_gives_way_to_the_uuid(service, owner, name, reference):
    rows = [project(owner, name, TREES_ID)]
    found, _sent = exchange(service.all_projects, says(rows))
    assert list(found) == [reference]
    # It is found again by that.
    again, _sent = exchange(
        lambda: service.find_projects([reference]), *([] if reference == TREES_ID else [says(rows)])
    )
    assert again[reference].id == TREES_ID


@pytest.mark.parametrize(
    "row",
    [
        {},
        project("acme_org", "trees", None),
        project("acme_org", "trees", 7),
        project("acme_org", "trees", ""),
        project("acme_org", "trees", ".."),
        project("acme_org", "trees", "\ud800"),
        project(None, "trees", BEES_ID),
        project("", "trees", BEES_ID),
        project("..", "trees", BEES_ID),
        project("\ud800", "trees", BEES_ID),
        project("acme_org", None, BEES_ID),
        project("acme_org", "", BEES_ID),
        project("acme_org", "\udfff", BEES_ID),
    ],
)
def test_a_project_that_cannot_be_understood_fails(service, row):
    assert exchange(service.all_projects, says([THE_TREES, row]))[0].kind == "bad_answer"
    assert (
        exchange(lambda: service.find_projects(["acme_org/trees"]), says([row]))[0]["acme_org/trees"].kind
        == "not_found"
    )


def test_two_projects_of_one_name_fail_and_one_that_comes_twice_is_read_again(service):
    twice = says([THE_TREES, THE_TREES])
    assert list(exchange(service.all_projects, twice, says([THE_TREES]))[0]) == ["acme_org/trees"]
    assert exchange(service.all_projects, *[twice] * 3)[0].kind == "bad_answer"
    failed, _sent = exchange(service.all_projects, says([THE_TREES, project("acme_org", "trees", BEES_ID)]))
    assert failed.kind == "bad_answer" and "acme_org/trees" in failed.message


@pytest.mark.parametrize(
    ("fields", "about"),
    [
        ({"is_public": True}, {"public": True}),
        ({"is_public": False}, {"public": False}),
        ({"is_public": None}, {}),
        ({"is_public": "yes"}, {}),
        ({}, {}),
    ],
)
def test_what_else_is_told_of_a_project(service, fields, about):
    row, expected = {**THE_TREES, **fields}, {"name": "acme_org/trees", **about}
    assert exchange(service.all_projects, says([row]))[0]["acme_org/trees"].about == expected
    found, _sent = exchange(lambda: service.find_projects(["acme_org/trees"]), says([row]))
    assert found["acme_org/trees"].about == expected


def test_of_a_project_given_by_its_uuid_nothing_else_is_told(service):
    assert exchange(lambda: service.find_projects([TREES_ID]))[0][TREES_ID].about == {}


@pytest.mark.parametrize(
    ("seen", "error_class", "kind"),
    [
        (error(401, "token_authentication_failed"), Halt, "authentication"),
        (error(403, "permission_denied"), RollcallError, "forbidden"),
        (NOT_FOUND_PAGE, Halt, "bad_input"),
        (error(404, "object_not_found"), Halt, "bad_input"),
        ({"json": {}}, RollcallError, "bad_answer"),
        ({"json": [7]}, RollcallError, "bad_answer"),
        ({"body": "<html>Sign in</html>"}, RollcallError, "bad_answer"),
    ],
    ids=str,
)
def test_without_the_list_of_projects_there_is_nothing_to_read(service, seen, error_class, kind):
    failed, sent = exchange(service.all_projects, says(**seen))
    assert (type(failed), failed.kind, sent) == (error_class, kind, [PROJECTS])


def test_who_may_see_the_list_may_change_it(service):
    listing, _sent = exchange(lambda: service.list_members(TREES), says(PEOPLE))
    assert (listing.manageable, listing.note, listing.emails, listing.inherited) == (True, "", {}, None)


# What gives access beside the rows (7, 9)

OWNER, ADMIN = {"role": "admin", "through": "organization owner"}, {"role": "admin", "through": "organization admin"}
UNSEEN = {"role": "unknown", "through": "organization member"}
ACME = {"username": "acme_org", "type": 2, "organization_owner": "john_doe", "teams": ["field_team"]}
JOHN = {"username": "john_doe", "type": 1, "email": "john_doe@example.org"}
MEMBER_ROWS = [
    {"organization": "acme_org", "member": member, "role": role, "is_public": False}
    for member, role in [("olga_orgadmin", "admin"), ("mia_member", "member"), ("carl_creator", "creator")]
]
TEAM_ROWS = [
    {"team": "field_team", "organization": "acme_org", "members": ["mia_member", "max_member"]},
    {"team": "office", "organization": "acme_org", "members": ["max_member", "olga_orgadmin"]},
    {"team": "empty", "organization": "acme_org", "members": []},
]
ORGANIZATION = ["GET /users/acme_org/", "GET /members/acme_org/", "GET /organizations/acme_org/teams/"]
ACME_TOLD = {
    "owner": "john_doe",
    "admins": ["olga_orgadmin"],
    "members": ["carl_creator", "mia_member", "olga_orgadmin"],
    "teams": {
        "@acme_org/field_team": ["max_member", "mia_member"],
        "@acme_org/office": ["max_member", "olga_orgadmin"],
        "@acme_org/empty": [],
    },
    "error": "",
}


def acme():
    """The answers about the organization: account, members, teams."""
    return [says(ACME), says(MEMBER_ROWS), says(TEAM_ROWS)]


def on(owner, *people, number=TREES_ID):
    """A listing of a project of this owner; people as (name, role)."""
    whole = Project(number, f"{owner}/trees" if owner else number, owner)
    access = {name: {"role": role} for name, role in people}
    return Listing(whole, access, frozenset([owner] if owner else []), manageable=True)


def ways(service, listings, *answers):
    """What each listing inherits, what is not known of it, what is told of organizations, and the requests."""
    (whole, beside), sent = exchange(lambda: service.with_inherited(listings), *answers)
    assert [each.members for each in whole] == [each.members for each in listings]
    assert list(beside) == ["organizations"]
    unknown = [list(each.inherited_unknown) for each in whole]
    return [each.inherited for each in whole], unknown, beside["organizations"], sent


def test_owner_admins_and_teams_of_the_organization_that_owns_a_project(service):
    one = on("acme_org", ("jane_smith", "editor"), (TEAM, "reporter"), ("@acme_org/office", "manager"))
    inherited, unknown, organizations, sent = ways(service, [one], *acme())
    assert inherited == [
        {
            "john_doe": [OWNER],
            "olga_orgadmin": [ADMIN, {"role": "manager", "through": "@acme_org/office"}],
            "max_member": [
                {"role": "reporter", "through": TEAM},
                {"role": "manager", "through": "@acme_org/office"},
            ],
            "mia_member": [{"role": "reporter", "through": TEAM}, UNSEEN],
            "carl_creator": [UNSEEN],
        }
    ]
    assert (unknown, organizations, sent) == ([[]], {"acme_org": ACME_TOLD}, ORGANIZATION)


def test_a_person_who_owns_a_project_is_asked_for_once_and_gives_nobody_access(service):
    listings = [on("john_doe", ("jane_smith", "editor")), on("john_doe", number=BEES_ID)]
    assert ways(service, listings, says(JOHN)) == ([{}, {}], [[], []], {}, ["GET /users/john_doe/"])


def test_a_team_on_the_project_of_a_person_gives_its_members_access_but_not_the_organization(service):
    inherited, unknown, organizations, sent = ways(
        service, [on("john_doe", (TEAM, "reader"), ("@acme_org/empty", "admin"))], *acme(), says(JOHN)
    )
    reader = {"role": "reader", "through": TEAM}
    assert inherited == [{"max_member": [reader], "mia_member": [reader]}]
    assert (unknown, organizations, sent) == ([[]], {"acme_org": ACME_TOLD}, [*ORGANIZATION, "GET /users/john_doe/"])


def test_each_organization_is_read_once_for_all_projects(service):
    listings = [on("acme_org", (TEAM, "reader")), on("acme_org", number=BEES_ID)]
    inherited, _unknown, _organizations, sent = ways(service, listings, *acme())
    assert [sorted(each) for each in inherited] == [
        ["carl_creator", "john_doe", "max_member", "mia_member", "olga_orgadmin"],
        ["carl_creator", "john_doe", "mia_member", "olga_orgadmin"],
    ]
    assert sent == ORGANIZATION


def test_nothing_is_asked_where_nothing_was_read(service):
    assert ways(service, []) == ([], [], {}, [])


def test_who_owns_projects_that_are_given_by_uuid_is_read_once_for_all_of_them(service):
    public = {**THE_TREES, "is_public": True}
    listings = [on(None), on(None, number=BEES_ID), on("john_doe", number="c")]
    answers = [says([public, project("john_doe", "mine", BEES_ID)]), *acme(), says(JOHN)]
    (whole, _beside), sent = exchange(lambda: service.with_inherited(listings), *answers)
    assert sent == [PROJECTS, *ORGANIZATION, "GET /users/john_doe/"]
    assert [sorted(each.owners) for each in whole] == [["acme_org"], ["john_doe"], ["john_doe"]]
    assert sorted(whole[0].inherited) == ["carl_creator", "john_doe", "mia_member", "olga_orgadmin"]
    assert whole[0].project.about == {"name": "acme_org/trees", "public": True}


def test_an_owner_who_is_not_known_is_told(service):
    inherited, unknown, organizations, sent = ways(service, [on(None)], says([]))
    assert (inherited, organizations, sent) == ([{}], {}, [PROJECTS])
    assert unknown == [["owner"]]


NOBODY = {"owner": "", "admins": [], "members": [], "teams": {}}
NO = says(**error(403, "permission_denied"))
REST = [says(MEMBER_ROWS), says(TEAM_ROWS)]
# What is answered, what is told beside the error, and words of the error.
HALF_READ = [
    ([NO, NO, NO], NOBODY, "Permission denied (HTTP 403"),
    ([NO, *REST], {**ACME_TOLD, "owner": ""}, "the account acme_org cannot be read: Permission denied"),
    ([says(ACME), NO, REST[1]], {**ACME_TOLD, "admins": [], "members": []}, "the members of acme_org cannot be read"),
    ([says(ACME), REST[0], NO], {**ACME_TOLD, "teams": {}}, "the teams of acme_org cannot be read"),
    # Who is no member of it is told that it is not there.
    *(
        ([says(**error(status, "object_not_found")), *REST], {**ACME_TOLD, "owner": ""}, "to its members only")
        for status in (404, 400)
    ),
    ([says(**NOT_FOUND_PAGE), *REST], {**ACME_TOLD, "owner": ""}, "no answer of this API"),
    ([says(ACME), says(**NOT_FOUND_PAGE), NO], {**NOBODY, "owner": "john_doe"}, "no answer of this API"),
    *(
        ([says(account), *REST], {**ACME_TOLD, "owner": ""}, "no answer of this API")
        for account in ([], {}, "text", {"type": None}, {"type": "2"}, {**ACME, "organization_owner": None})
    ),
    ([says({**ACME, "organization_owner": "\ud800"}), NO, NO], NOBODY, "no organization_owner"),
    *(
        (
            [says(ACME), says([{"member": "amy", "role": "admin", **fields}]), NO],
            {**NOBODY, "owner": "john_doe"},
            "usable",
        )
        for fields in ({"member": None}, {"member": ""}, {"member": 7}, {"member": "\ud800"}, {"role": None})
    ),
    *(
        (
            [says(ACME), says([]), says([{"team": "a", "members": [], **fields}])],
            {**NOBODY, "owner": "john_doe"},
            "usable",
        )
        for fields in (
            {"team": None},
            {"team": ""},
            {"team": "\ud800"},
            {"members": None},
            {"members": {}},
            {"members": [None]},
            {"members": [{"member": "amy"}]},
            {"members": ["\ud800"]},
        )
    ),
]


@pytest.mark.parametrize(("answers", "told", "words"), HALF_READ, ids=range(len(HALF_READ)))
def test_an_organization_that_cannot_be_read_is_told_with_the_reason(service, answers, told, words):
    inherited, unknown, organizations, sent = ways(service, [on("acme_org", (TEAM, "reader"))], *answers)
    error_told = organizations["acme_org"].pop("error")
    assert words in error_told and "acme_org" in error_told
    assert organizations == {"acme_org": {key: told[key] for key in NOBODY}}
    # Who has access by it is told as far as it is known.
    seen = {told["owner"]: [OWNER]} if told["owner"] else {}
    seen.update({member: [ADMIN if member in told["admins"] else UNSEEN] for member in told["members"]})
    for member in told["teams"].get(TEAM, ()):
        seen[member] = [{"role": "reader", "through": TEAM}, *seen.get(member, ())]
    assert inherited == [seen]
    assert unknown == [["acme_org"] if TEAM in told["teams"] else ["acme_org", TEAM]]
    assert sent == ORGANIZATION


def test_an_organization_that_cannot_be_read_does_not_keep_the_others(service):
    listings = [on("a_org", number="a"), on("acme_org", number="b"), on("z_org", number="c")]
    inherited, unknown, organizations, _sent = ways(service, listings, NO, NO, NO, *acme(), NO, NO, NO)
    assert [len(each) for each in inherited] == [0, 4, 0]
    assert unknown == [["a_org"], [], ["z_org"]]
    assert [bool(organizations[name]["error"]) for name in ("a_org", "acme_org", "z_org")] == [True, False, True]


def test_a_team_that_its_organization_does_not_show_is_told(service):
    inherited, unknown, _organizations, _sent = ways(
        service, [on("acme_org", ("@acme_org/gone", "admin"), (TEAM, "reader"))], *acme()
    )
    assert sorted(inherited[0]) == ["carl_creator", "john_doe", "max_member", "mia_member", "olga_orgadmin"]
    assert unknown == [["@acme_org/gone"]]


A_B = ["GET /users/a%3Fb/", "GET /members/a%3Fb/", "GET /organizations/a%3Fb/teams/"]


@pytest.mark.parametrize(("name", "sent"), [("..", []), (".", []), ("a?b", A_B)])
def test_an_organization_with_a_hostile_name_is_not_asked_for_somewhere_else(service, name, sent):
    team = f"@{name}/crew"
    listing = on("john_doe", (team, "admin"))
    inherited, unknown, organizations, lines_sent = ways(service, [listing], *[NO for _line in sent], says(JOHN))
    assert (inherited, lines_sent) == ([{}], [*sent, "GET /users/john_doe/"])
    assert list(organizations) == [name] and organizations[name]["error"]
    assert unknown == [[team]]


def test_what_an_organization_cannot_be_read_for_can_be_shown_and_has_no_credentials(service):
    said = says({"code": "x", "message": f"bad {TOKEN} \x1b[2J"}, 403)
    _inherited, _unknown, organizations, _sent = ways(service, [on("acme_org")], said, said, said)
    told = organizations["acme_org"]["error"]
    assert TOKEN not in told and told.isprintable() and "bad" in told


def test_refused_credentials_end_it(service):
    expired = says(**error(401, "token_authentication_failed"))
    failed, sent = exchange(lambda: service.with_inherited([on("a_org"), on("acme_org")]), expired)
    assert (type(failed), failed.kind, sent) == (Halt, "authentication", ["GET /users/a_org/"])


# Who makes the calls (3)


def test_the_account_of_a_token_is_asked_for_once(service):
    answer = says({"username": "mark_manager", "type": 1})
    found, sent = exchange(lambda: service.whoami(Listing(TREES, {"mark_manager": {"role": "manager"}})), answer)
    assert (found, sent) == ({"mark_manager": True}, ["GET /auth/user/"])
    assert exchange(lambda: service.whoami(Listing(TREES, MEMBERS))) == ({}, [])


@pytest.mark.parametrize(
    ("seen", "error_class", "kind"),
    [
        (error(401, "token_authentication_failed"), Halt, "authentication"),
        (NOT_FOUND_PAGE, Halt, "bad_input"),
        (error(404, "object_not_found"), Halt, "bad_input"),
        ({"json": {"type": 1}}, RollcallError, "bad_answer"),
        ({"json": {"username": ""}}, RollcallError, "bad_answer"),
        ({"json": []}, RollcallError, "bad_answer"),
    ],
    ids=str,
)
def test_without_knowing_who_makes_the_calls_nothing_goes_on(service, seen, error_class, kind):
    failed, _sent = exchange(lambda: service.whoami(Listing(TREES, MEMBERS)), says(**seen))
    assert (type(failed), failed.kind) == (error_class, kind)


def found_as(service, **row):
    """The service once it has looked acme_org/trees up, and found what the account may do there."""
    exchange(lambda: service.find_projects(["acme_org/trees"]), says([{**THE_TREES, **row}]))
    return service


ME = {"username": "mia_member", "type": 1}


@pytest.mark.parametrize("origin", ["project_owner", "organization_owner", "organization_admin", "collaborator"])
def test_a_row_takes_nothing_from_who_owns_or_administers_or_has_one(service, origin):
    found_as(service, user_role="admin", user_role_origin=origin)
    assert exchange(lambda: service.caller_without_row(Listing(TREES, {}), frozenset(["mia_member"]))) == ({}, [])


def test_a_team_is_not_the_account_that_makes_the_calls(service):
    found_as(service, user_role="manager", user_role_origin="team_member")
    assert exchange(lambda: service.caller_without_row(Listing(TREES, {}), frozenset([TEAM]))) == ({}, [])


@pytest.mark.parametrize("origin", ["team_member", "organization_member", "public", "new_in_2027", None])
def test_what_comes_through_others_is_what_a_row_counts_instead_of(service, origin):
    """7: the first match of owner, admins, row, team, default role and public."""
    found_as(service, user_role="manager", user_role_origin=origin)
    asking = partial(service.caller_without_row, Listing(TREES, {}))
    assert exchange(lambda: asking(frozenset(["jane_smith"])), says(ME)) == ({}, ["GET /auth/user/"])
    assert exchange(lambda: asking(frozenset(["mia_member"]))) == ({"mia_member": {"role": "manager"}}, [])


@pytest.mark.parametrize(
    ("seen", "role"),
    [
        ({"json": {**THE_TREES, "user_role": "manager", "user_role_origin": "team_member"}}, "manager"),
        ({"json": {"id": TREES_ID}}, "admin"),
        ({"json": []}, "admin"),
        (error(403, "permission_denied"), "admin"),
    ],
    ids=str,
)
def test_of_a_uuid_the_role_is_asked_for_only_if_the_account_is_named(service, seen, role):
    """Where it is not told, any role may be less."""
    asking = partial(service.caller_without_row, Listing(TREES, {}))
    assert exchange(lambda: asking(frozenset(["jane_smith"])), says(ME)) == ({}, ["GET /auth/user/"])
    told = {"mia_member": {"role": role}}
    assert exchange(lambda: asking(frozenset(["mia_member"])), says(**seen)) == (told, [f"GET /projects/{TREES_ID}/"])


# Writes (4)


@pytest.mark.parametrize("role", ["reader", "reporter", "editor", "manager", "admin"])
@pytest.mark.parametrize(
    ("name", "path"), [("jane_smith", "jane_smith"), (TEAM, "%40acme_org%2Ffield_team"), ("a.b\u00e9", "a.b%C3%A9")]
)
def test_add_and_update(service, name, path, role):
    access = {"role": role}
    body_name = name.replace("\u00e9", "\\u00e9")
    assert exchange(lambda: service.add(TREES, name, access), says(row(name, role), 201)) == (
        access,
        [f'POST {ROWS} {{"collaborator": "{body_name}", "role": "{role}"}}'],
    )
    assert exchange(lambda: service.update(TREES, name, access), says(row(name, role))) == (
        access,
        [f'PATCH {ROWS}{path}/ {{"role": "{role}"}}'],
    )


def test_remove(service):
    removed = exchange(lambda: service.remove(TREES, "jane_smith"), says(status=204))
    assert removed == (None, [f"DELETE {ROWS}jane_smith/"])


@pytest.mark.parametrize("answer", [says(), says({}), says(status=202)])
def test_only_204_means_that_a_row_is_gone(service, answer):
    shown, sent = exchange(lambda: service.remove(TREES, "jane_smith"), answer)
    assert (shown, len(sent)) == (NOT_SHOWN, 1)


def test_the_removal_of_a_team_has_to_be_seen_in_the_list(service):
    assert exchange(lambda: service.remove(TREES, TEAM), says(status=204)) == (NOT_SHOWN, [f"DELETE {TEAM_PATH}"])


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (says(row("jane_smith", "editor"), 201), {"role": "editor"}),
        (says(row("jane_smith", "editor") | {"unknown": [1]}), {"role": "editor"}),
        (says(row("jane_smith", "reader")), {"role": "reader"}),
        (says(row("Jane_Smith", "editor")), NOT_SHOWN),
        (says(row("jane_smith", None)), NOT_SHOWN),
        (says(), NOT_SHOWN),
        (says({}), NOT_SHOWN),
        (says([]), NOT_SHOWN),
    ],
)
@each_write_but_remove
def test_what_the_answer_to_a_write_shows(service, ask, answer, shown):
    result, sent = exchange(lambda: ask(service), answer)
    assert (result, len(sent)) == (shown, 1)


def test_what_is_said_before_a_team_is_changed_or_removed(service):
    reader, editor = {"role": "reader"}, {"role": "editor"}
    assert "web pages" in service.caveat(Step(TEAM, reader, editor))
    assert "web pages" in service.caveat(Step(TEAM, reader, None))
    for harmless in (Step(TEAM, None, reader), Step("jane_smith", reader, editor), Step("jane_smith", reader, None)):
        assert service.caveat(harmless) == ""


# Errors (5, 8, 14)


@pytest.mark.parametrize(
    "seen",
    [
        error(401, "not_authenticated"),
        error(401, "token_authentication_failed"),
        error(401, "authentication_failed"),
        error(401, "too_many_failed_login_attempts"),
        {"status": 401},
        {"status": 401, "body": "<h1>Unauthorized</h1>"},
    ],
    ids=str,
)
@each_request
def test_a_refused_authentication_stops_everything_at_once(service, ask, seen):
    failed, sent = exchange(lambda: ask(service), says(**seen))
    assert (type(failed), failed.kind, failed.retryable, len(sent)) == (Halt, "authentication", False, 1)
    assert "30 days" in failed.hint or "half an hour" in failed.hint


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (error(404, "object_not_found"), "not_found"),
        # 14: until v0.30.
        (error(400, "object_not_found"), "not_found"),
        # 14: until v26.21 also for a project that does not exist.
        (error(403, "permission_denied"), "forbidden"),
        ({"status": 403}, "forbidden"),
        (NOT_FOUND_PAGE, "bad_answer"),
        ({"status": 400, "body": "<h1>Bad Request (400)</h1>"}, "bad_answer"),
        ({"status": 403, "body": "<h1>Blocked by a proxy</h1>"}, "bad_answer"),
        ({"body": "<!DOCTYPE html><title>List Create Collaborators"}, "bad_answer"),
        ({"json": {}}, "bad_answer"),
        ({"json": {"results": {}}}, "bad_answer"),
        ({"json": ["jane_smith"]}, "bad_answer"),
        ({"status": 200}, "bad_answer"),
        (error(400, "api_error"), "refused"),
        (error(400, "validation_error"), "refused"),
        (error(405, "api_error"), "refused"),
        (error(406, "api_error"), "refused"),
        ({"status": 404, "json": {"detail": "Not found."}}, "bad_answer"),
        ({"status": 301, "headers": {"Location": f"/api/v1{ROWS}"}}, "redirect"),
    ],
    ids=str,
)
def test_answers_that_are_final_for_a_read(service, seen, kind):
    failed, sent = exchange(lambda: service.list_members(TREES), says(**seen))
    assert (type(failed), failed.kind, sent) == (RollcallError, kind, [LIST])


@pytest.mark.parametrize(
    "seen",
    [
        error(400, "validation_error"),
        error(400, "validation_error", debug={"detail": "exists"}),
        {"status": 409},
        # The project is gone.
        error(404, "object_not_found"),
    ],
    ids=str,
)
def test_a_refused_add_that_a_fresh_list_explains(service, seen):
    failed, sent = exchange(lambda: WRITES["add"](service), says(**seen))
    assert (type(failed), failed.kind, len(sent)) == (Conflict, "refused", 1)


@pytest.mark.parametrize("status", [400, 404])
@each_write_but_add
def test_a_row_that_is_gone_is_explained_by_a_fresh_list(service, ask, status):
    failed, sent = exchange(lambda: ask(service), says(**error(status, "object_not_found")))
    assert (type(failed), failed.kind, len(sent)) == (Conflict, "not_found", 1)


@pytest.mark.parametrize("seen", [NOT_FOUND_PAGE, error(404, "object_not_found"), {"status": 404}], ids=str)
@each_team_write
def test_a_team_has_no_path_so_far(service, ask, seen):
    failed, sent = exchange(lambda: ask(service), says(**seen))
    assert (type(failed), failed.kind, len(sent)) == (Conflict, "refused", 1)
    assert f" {TEAM_PATH}" in sent[0]
    assert "web pages" in failed.hint


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (error(400, "api_error"), "refused"),
        # 14: until v25.12, for an unknown person or any team.
        (error(400, "object_not_found"), "refused"),
        (error(415, "api_error"), "refused"),
        (error(403, "permission_denied"), "forbidden"),
        (NOT_FOUND_PAGE, "bad_answer"),
        ({"status": 301, "headers": {"Location": f"/api/v1{ROWS}"}}, "redirect"),
    ],
    ids=str,
)
def test_answers_that_are_final_for_an_add(service, seen, kind):
    failed, sent = exchange(lambda: WRITES["add"](service), says(**seen))
    assert (type(failed), failed.kind, len(sent)) == (RollcallError, kind, 1)


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (error(400, "api_error"), "refused"),
        (error(400, "validation_error"), "refused"),
        (error(403, "permission_denied"), "forbidden"),
        (NOT_FOUND_PAGE, "bad_answer"),
        ({"status": 301, "headers": {"Location": f"/api/v1{ROWS}"}}, "redirect"),
    ],
    ids=str,
)
@each_write_but_add
def test_answers_that_are_final_for_a_change(service, ask, seen, kind):
    failed, sent = exchange(lambda: ask(service), says(**seen))
    assert (type(failed), failed.kind, len(sent)) == (RollcallError, kind, 1)


TROUBLE = [
    error(500, "unknown_error"),
    {"status": 502, "body": "<h1>Bad Gateway</h1>"},
    {"status": 503, "body": "<h1>Service Unavailable</h1>"},
    {"status": 504, "body": "<h1>Gateway Time-out</h1>"},
    {"status": 200, "body": '[{"collaborator": ', "content_type": "application/json"},
]
THROTTLED = [{"status": 429, "headers": {"Retry-After": "1"}}, {"status": 429, "body": "<h1>Too Many Requests</h1>"}]


@pytest.mark.parametrize("seen", [*TROUBLE, *THROTTLED], ids=str)
def test_trouble_that_may_pass_is_read_again(service, seen):
    listing, sent = exchange(lambda: service.list_members(TREES), says(**seen), says(PEOPLE))
    assert (listing.members, sent) == (MEMBERS, [LIST] * 2)


@pytest.mark.parametrize("seen", TROUBLE, ids=str)
@each_write
def test_a_write_is_never_repeated_blindly(service, ask, seen):
    failed, sent = exchange(lambda: ask(service), says(**seen))
    assert (type(failed), failed.kind, len(sent)) == (Unclear, "unclear", 1)


@each_write
def test_a_page_instead_of_an_answer_leaves_a_write_unclear(service, ask):
    failed, sent = exchange(lambda: ask(service), says(body="<html>Sign in", content_type="text/html"))
    assert (type(failed), failed.kind, len(sent)) == (Unclear, "unclear", 1)


@pytest.mark.parametrize("seen", THROTTLED, ids=str)
@each_write
def test_a_throttled_write_was_not_carried_out_and_is_sent_again(service, ask, seen):
    _result, sent = exchange(lambda: ask(service), says(**seen), says(status=204))
    assert len(sent) == 2
    assert sent[0] == sent[1]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"code": "api_error", "message": "API Error"}, "API Error (HTTP 400 api_error)"),
        ({"code": "api_error", "message": "API Error", "debug": {"detail": "no choice."}}, "API Error no choice. ("),
        (
            {"code": "api_error", "message": "API Error", "debug": {"detail": {"role": ["bad"]}}},
            "API Error {'role': ['bad']} (",
        ),
        ({"code": "api_error", "message": "API Error", "debug": None}, "API Error ("),
        ({"code": "api_error", "message": "API Error", "debug": "text"}, "API Error ("),
        ({"detail": "Invalid username"}, '{"detail": "Invalid username"} (HTTP 400)'),
        ("x" * 300, "x" * 199),
        (None, "no reason given (HTTP 400)"),
    ],
    ids=str,
)
def test_the_text_of_an_error(service, body, text):
    failed, _sent = exchange(lambda: WRITES["update"](service), says(body, 400))
    assert text in failed.message


ECHO = f"bad Token {TOKEN} or {PASSWORD}"


@pytest.mark.parametrize(
    "shown",
    [{"json": {"code": "x", "message": ECHO, "debug": {"detail": ECHO}}}, {"body": f"<p>{ECHO}</p>"}, {"body": ECHO}],
    ids=["json", "html", "text"],
)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
@each_request
def test_a_service_that_repeats_the_credentials_does_not_get_them_into_an_error(ask, status, shown):
    service = make(retries=0, username="john_doe", password=PASSWORD)
    exchange(lambda: service.find_projects([TREES_ID]), says(SIGNED_IN))
    failed, _sent = exchange(lambda: ask(service), says(status=status, **shown))
    said = f"{failed} {failed!r} {failed.as_dict()}"
    assert [secret for secret in (TOKEN, PASSWORD) if secret in said] == []


# Who cannot be added, before anything is written (5)

MEMBERS_OF_ACME, HEAD_OF_ACME = "GET /members/acme_org/", "GET /users/acme_org/"
GET_TREES = f"GET /projects/{TREES_ID}/"
BY_UUID = Project(TREES_ID, TREES_ID)
BEES = Project(BEES_ID, "acme_org/bees", "acme_org")


def refused(service, project, names, *answers):
    """Why these cannot be added, empty if they can, and the requests."""
    problem, sent = exchange(lambda: service.check_adds(project, names), *answers)
    return str(problem or ""), sent


def test_members_are_asked_for_once_for_each_organization(service):
    assert refused(service, TREES, ["mia_member", "carl_creator"], says(MEMBER_ROWS)) == ("", [MEMBERS_OF_ACME])
    assert refused(service, BEES, ["olga_orgadmin"]) == ("", [])


def test_teams_of_the_organization_itself_take_no_request(service):
    assert refused(service, TREES, [TEAM, "@acme_org/a/b"]) == ("", [])


def test_a_team_of_another_organization_cannot_be_added(service):
    problem, sent = refused(service, TREES, [TEAM, "@other_org/crew", "mia_member"], says(MEMBER_ROWS), says(ACME))
    assert sent == [MEMBERS_OF_ACME, HEAD_OF_ACME]
    assert "only members and teams of acme_org can be added, which these are not: @other_org/crew. " in problem
    # The name of the one is the beginning of the name of the other.
    problem, _sent = refused(service, TREES, ["@acme_org2/crew", "@Acme_Org/field_team"])
    assert ": @Acme_Org/field_team, @acme_org2/crew." in problem


def test_all_who_are_no_members_are_named_with_one_explanation(service):
    strangers = ["otto_outsider", "sam_stranger", "Mia_Member", "free_fred"]
    problem, sent = refused(service, TREES, [*strangers, "@other_org/crew"], says(MEMBER_ROWS), says(ACME))
    assert sent == [MEMBERS_OF_ACME, HEAD_OF_ACME]
    assert problem == (
        "only members and teams of acme_org can be added, which these are not: @other_org/crew, "
        "Mia_Member (did you mean mia_member?), free_fred, otto_outsider, sam_stranger. "
        "Make people members of the organization first; teams have to be its own. Names are exact."
    )
    # On another project, too, with no more requests.
    again, sent = refused(service, BEES, ["sam_stranger"])
    assert "these are not: sam_stranger. Make" in again
    assert sent == []


def test_the_owner_of_an_organization_is_no_member_and_can_be_added(service):
    assert refused(service, TREES, ["john_doe"], says(MEMBER_ROWS), says(ACME)) == ("", [MEMBERS_OF_ACME, HEAD_OF_ACME])


def test_who_owns_a_project_that_is_given_by_its_uuid_is_looked_up_once(service):
    problem, sent = refused(service, BY_UUID, ["@other_org/crew"], says(THE_TREES), says(MEMBER_ROWS), NO)
    assert "@other_org/crew" in problem
    assert sent == [GET_TREES, MEMBERS_OF_ACME, HEAD_OF_ACME]
    assert refused(service, BY_UUID, ["acme_org"]) == (
        "acme_org owns the project and needs no entry. Leave it out.",
        [],
    )


def test_a_person_has_no_members_and_who_makes_the_calls_is_a_person(service):
    assert refused(service, on("sam_stranger").project, [TEAM, "jane_smith"], NO) == (
        "",
        ["GET /members/sam_stranger/"],
    )
    mine = project("john_doe", "bees", BEES_ID, user_role_origin="project_owner")
    found, _sent = exchange(lambda: service.find_projects(["john_doe/bees"]), says([mine]))
    assert refused(service, found["john_doe/bees"], [TEAM, "jane_smith"]) == ("", [])
    by_uuid = {**mine, "id": TREES_ID, "owner": "mark_manager"}
    assert refused(service, BY_UUID, [TEAM, "jane_smith"], says(by_uuid)) == ("", [GET_TREES])


NO_PAGES = says(MEMBER_ROWS, headers={"X-Next-Page": "https://elsewhere.example/"})


@pytest.mark.parametrize(
    ("project", "answers"),
    [
        # Over its plan's limit the owner may not even see the project.
        (BY_UUID, [NO]),
        *((BY_UUID, [says({**THE_TREES, "owner": owner})]) for owner in (None, "", "..")),
        # A server that shows no members of a person, instead of refusing to.
        (TREES, [says([]), says({**JOHN, "username": "acme_org"})]),
        (BY_UUID, [says(**NOT_FOUND_PAGE)]),
        (TREES, [NO]),
        (TREES, [NO_PAGES]),
        (TREES, [says([{"member": None, "role": "member"}])]),
        (TREES, [says(MEMBER_ROWS), NO]),
        (TREES, [says(MEMBER_ROWS), says(**error(404, "object_not_found"))]),
    ],
)
def test_what_cannot_be_read_refuses_nobody_and_is_not_asked_again(service, project, answers):
    assert refused(service, project, ["sam_stranger"], *answers)[0] == ""
    assert refused(service, project, ["sam_stranger"]) == ("", [])


@pytest.mark.parametrize("project", [TREES, BY_UUID])
def test_refused_credentials_end_the_check_of_adds(service, project):
    expired = says(**error(401, "token_authentication_failed"))
    failed, _sent = exchange(lambda: service.check_adds(project, ["sam_stranger"]), expired)
    assert (type(failed), failed.kind) == (Halt, "authentication")


# Why an add was refused (5)


def found(*users):
    return says([{"username": name, "type": kind, "full_name": ""} for name, kind in users])


@pytest.mark.parametrize(
    ("name", "answers", "words", "sent"),
    [
        ("other_org", [found(("other_org", 2))], "is an organization", ["other_org"]),
        ("sam_stranger", [found(("sam_stranger", 1), ("sam_stranger2", 1))], "member", ["sam_stranger"]),
        ("Jane_Smith", [found(("jane_smith", 1))], "jane_smith", ["Jane_Smith"]),
        ("nobody", [found(("nobody_else", 1))], "No account is named nobody", ["nobody"]),
        ("no", [found()], "No account is named no: names are exact", ["no"]),
        (TEAM, [], "organization that owns the project", []),
    ],
)
def test_the_cause_of_a_refused_add(service, name, answers, words, sent):
    hint, lines_sent = exchange(lambda: service.explain(TREES, Step(name, None, {"role": "reader"})), *answers)
    assert words in hint
    assert lines_sent == [f"GET /users/?q={line}" for line in sent]


JANES = [("jane_smith", 1), ("janet_smith", 1), ("jane_smith_org", 2), ("@acme_org/jane_smith", 3), ("smithereens", 1)]


@pytest.mark.parametrize(
    ("name", "answers", "near", "sent"),
    [
        # The same in other case, and nobody else.
        ("JANE_SMITH", [found(*JANES, ("JANE_smith", 1))], ["JANE_smith", "jane_smith"], []),
        # Those whose names it is a part of, the shortest first.
        ("smith", [found(*JANES)], ["jane_smith", "janet_smith", "smithereens"], []),
        ("r", [found(*((f"r{number}", 1) for number in range(9)))], ["r0", "r1", "r2", "r3", "r4"], []),
        # Those who are alike, nearest first, by half of its longest part.
        ("jane_smiht", [found(), found(*JANES)], ["jane_smith", "janet_smith"], ["smi"]),
        ("jane.smith", [found(), found(*JANES)], ["jane_smith", "janet_smith"], ["smi"]),
        ("janesmith", [found(), found(*JANES)], ["jane_smith", "janet_smith"], ["janes"]),
        ("JaneSmith7", [found(), found(*JANES)], ["jane_smith", "janet_smith"], ["JaneS"]),
        ("crew_x", [found(), found(*((f"crew_{number}", 1) for number in range(9)))], 5, ["cre"]),
        ("jane_smiht", [found(), found(("smirnov", 1))], [], ["smi"]),
        # Neither organizations nor teams.
        ("jane_smiht", [found(("jane_smiht_org", 2)), found(("jane_smith", 2), ("@a/jane_smith", 3))], [], ["smi"]),
        # Too short to be searched for.
        ("jo_2026", [found()], [], []),
        ("jan", [found()], [], []),
        ("2026", [found()], [], []),
        # What is not known of others does not hide that this one is unknown.
        ("jane_smiht", [found(), says(**error(403, "permission_denied"))], [], ["smi"]),
        ("jane_smiht", [found(), says([{"username": ["jane_smith"], "type": 1}, {}])], [], ["smi"]),
    ],
)
def test_an_unknown_name_is_told_with_near_ones(service, name, answers, near, sent):
    step = Step(name, None, {"role": "reader"})
    hint, lines = exchange(lambda: service.explain(TREES, step), *answers)
    head, _question, said = hint.removesuffix("?").partition(" Did you mean ")
    assert head == f"No account is named {name}: names are exact, not e-mail addresses."
    suggested = said.split(" or ") if said else []
    assert suggested == near or len(suggested) == near
    searches = [f"GET /users/?q={name}", *(f"GET /users/?q={part}&limit=100" for part in sent)]
    assert lines == searches


def test_a_search_for_near_names_is_one_request_however_many_there_are(service):
    step = Step("jane_smiht", None, {"role": "reader"})
    first = says([{"username": "jane_smith", "type": 1}], headers={"X-Next-Page": f"{BASE}/users/?offset=100"})
    hint, lines = exchange(lambda: service.explain(TREES, step), found(), first)
    assert "jane_smith?" in hint
    assert len(lines) == 2


@pytest.mark.parametrize(
    "step", [Step("jane_smith", {"role": "reader"}, {"role": "editor"}), Step("jane_smith", {"role": "reader"}, None)]
)
def test_other_refusals_are_not_looked_into(service, step):
    assert exchange(lambda: service.explain(TREES, step)) == ("", [])
