# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helix TeamHub: the exact requests of every operation, and what is concluded from every answer.

Numbers in comments are sections of contract Helix TeamHub. All error texts are invented: no page shows an error answer.
"""

from __future__ import annotations

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
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.helix_teamhub import HelixTeamHub
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

BASE = "https://teamhub.example.org/api"
COMPANY_KEY = "ace0ace0ace0ace0ace0ace0ace0ace0"
ACCOUNT_KEY = "a11ca11ca11ca11ca11ca11ca11ca11c"
HEADERS = {
    "User-Agent": f"rollcall.collaborators/{VERSION}",
    "Accept": "application/vnd.hth.v1",
    "Accept-Encoding": "gzip, deflate",
    "Authorization": f"hth.company_key='{COMPANY_KEY}',account_key='{ACCOUNT_KEY}'",
}

APOLLO = Project("apollo", "apollo")
MEMBERS = "/projects/apollo/project_collaborators"
LIST = f"GET {MEMBERS}?limit=100&offset=0"
HTML = {"body": "<html><body>404 Not Found</body></html>", "content_type": "text/html"}


def member(name, role="guest", project="apollo", **more):
    """As in the documented examples (5)."""
    stamp = {"api_status": 200, "api_timestamp": "2026-01-15T09:30:00Z"}
    ids = {"project": {"id": project}, "collaborator": {"id": name}}
    return {**stamp, **ids, "role": role, "highest_role": role, **more}


def page(*rows, **metadata):
    return says(
        {"metadata": {"more_results": False, "next_offset": 0, "count": len(rows), **metadata}, "results": rows}
    )


def more(*rows, next_offset, **metadata):
    return page(*rows, more_results=True, next_offset=next_offset, **metadata)


def error(status, message="fake: no", **rules):
    """An error answer (8)."""
    body = {"api_status": status, "api_message": message}
    if rules:
        body["api_errors"] = {name: {rule: True} for name, rule in rules.items()}
    return {"status": status, "json": body}


READS = {"list": lambda service: service.list_members(APOLLO)}
WRITES = {
    "add": lambda service: service.add(APOLLO, "ext.jdoe", {"role": "guest"}),
    "update": lambda service: service.update(APOLLO, "ext.jdoe", {"role": "guest"}),
    "remove": lambda service: service.remove(APOLLO, "ext.jdoe"),
}
each_write = pytest.mark.parametrize("ask", WRITES.values(), ids=WRITES)
each_write_but_remove = pytest.mark.parametrize("ask", [WRITES["add"], WRITES["update"]], ids=["add", "update"])
each_request = pytest.mark.parametrize("ask", [*READS.values(), *WRITES.values()], ids=[*READS, *WRITES])


def make(**options):
    clock = Clock()
    return HelixTeamHub(Settings(BASE, retries=1), COMPANY_KEY, ACCOUNT_KEY, pause=clock.pause, clock=clock, **options)


@pytest.fixture
def service():
    return make()


def exchange(work, *answers):
    """The result, and the lines of the requests, each of which had exactly the headers of every request."""
    with wire(*answers) as sent:
        result = attempt(work)
    for request in sent:
        headers = dict(request.headers)
        length = headers.pop("Content-Length", None)
        has_body = {"Content-Type": "application/json"} if request.body else {}
        assert headers == {**HEADERS, **has_body}
        assert length == (str(len(request.body)) if request.body else "0" if request.method == "DELETE" else None)
    return result, lines(sent, BASE)


# Credentials (3)


@pytest.mark.parametrize("bad", ["", "a'b", 'a"b', "a,b", "a b", "a\nb", "a\r", "\t", "a\u00e9", "a\x00b"])
@pytest.mark.parametrize("option", ["company_key", "account_key"])
def test_a_key_that_cannot_be_sent_safely_is_refused(option, bad):
    keys = {"company_key": COMPANY_KEY, "account_key": ACCOUNT_KEY, option: bad}
    with wire():
        refused = attempt(lambda: HelixTeamHub(Settings(BASE), **keys))
    assert (type(refused), refused.kind) == (BadInput, "bad_input")
    assert option in refused.message


@pytest.mark.parametrize(
    "written",
    [
        "https://teamhub.example.org",
        "https://teamhub.example.org/",
        "https://teamhub.example.org/api",
        " https://teamhub.example.org/api/\n",
    ],
)
def test_the_address_may_be_that_of_the_host(written):
    keys = {"company_key": f"{COMPANY_KEY}\n", "account_key": f" {ACCOUNT_KEY}"}
    service = HelixTeamHub.connect({**OPTIONS, **keys, "api_url": written})
    assert exchange(lambda: service.list_members(APOLLO), page())[1] == [LIST]


# Names (5)


@pytest.mark.parametrize("name", ["e", "ext.jdoe", "jay+test.doe", "_x", "0-9", "N" * 100])
def test_ids_that_may_be_somebody(service, name):
    assert service.check_collaborator(name) is None


@pytest.mark.parametrize(
    "name", ["", " ", "jay@example.org", ".", "..", ".x", "+x", "-x", "a b", "a/b", "a%2Fb", "\u00e9", "N" * 101]
)
def test_ids_that_are_nobody(service, name):
    assert service.check_collaborator(name)


# Projects (12)


def test_projects_need_no_look_up(service):
    wanted = ["apollo", "My_Project-2"]
    found = {"apollo": APOLLO, "My_Project-2": Project("My_Project-2", "My_Project-2")}
    assert exchange(lambda: service.find_projects(wanted)) == (found, [])


@pytest.mark.parametrize("reference", ["", "a", "a.b", "a/b", "..", "a b", "apollo?", "p" * 101])
def test_what_is_no_project_id_is_an_error(service, reference):
    found, _sent = exchange(lambda: service.find_projects([reference]))
    assert (type(found[reference]), found[reference].kind) == (BadInput, "bad_input")


# Lists (6)

TWO = [member("ext.jdoe"), member("jay+test.doe", "developer")]


@pytest.mark.parametrize(
    ("answers", "names", "sent"),
    [
        ([page()], [], [LIST]),
        ([page(*TWO, next_offset=2)], ["ext.jdoe", "jay+test.doe"], [LIST]),
        ([page(*TWO, total_count=2)], ["ext.jdoe", "jay+test.doe"], [LIST]),
        (
            [more(TWO[0], next_offset=1), page(TWO[1], next_offset=2, total_count=2)],
            ["ext.jdoe", "jay+test.doe"],
            [LIST, f"GET {MEMBERS}?limit=100&offset=1"],
        ),
        # The server says where to go on; where it does not, the rows are counted.
        (
            [more(*TWO, next_offset=50, total_count=2), page(total_count=2)],
            ["ext.jdoe", "jay+test.doe"],
            [LIST, f"GET {MEMBERS}?limit=100&offset=50"],
        ),
        (
            [says({"metadata": {"more_results": True, "total_count": 2}, "results": TWO}), page()],
            ["ext.jdoe", "jay+test.doe"],
            [LIST, f"GET {MEMBERS}?limit=100&offset=2"],
        ),
        # Where they are not counted, a page begins with the last row of the one before.
        (
            [more(*TWO, next_offset=50), page(TWO[1], member("norris"))],
            ["ext.jdoe", "jay+test.doe", "norris"],
            [LIST, f"GET {MEMBERS}?limit=100&offset=49"],
        ),
        (
            [more(*TWO, next_offset=2), more(TWO[1], next_offset=2)],
            ["ext.jdoe", "jay+test.doe"],
            [LIST, f"GET {MEMBERS}?limit=100&offset=1"],
        ),
        # An empty page is the last one whatever it says.
        ([more(next_offset=100)], [], [LIST]),
        # 13 U5: a limit that is too large.
        (
            [says(**error(422, limit="max")), more(TWO[0], next_offset=1), page(TWO[1])],
            ["ext.jdoe", "jay+test.doe"],
            [LIST, f"GET {MEMBERS}?offset=0", f"GET {MEMBERS}?offset=1"],
        ),
        ([says(**error(400)), page(*TWO)], ["ext.jdoe", "jay+test.doe"], [LIST, f"GET {MEMBERS}?offset=0"]),
    ],
)
def test_the_pages_of_a_list(service, answers, names, sent):
    listing, lines_sent = exchange(lambda: service.list_members(APOLLO), *answers)
    assert (sorted(listing.members), lines_sent) == (names, sent)


@pytest.mark.parametrize("following", [0, 1, -1, None, "2", 1.5])
def test_a_list_that_does_not_lead_on_fails(service, following):
    answers = [more(TWO[0], next_offset=1), more(TWO[1], next_offset=following)]
    failed, sent = exchange(lambda: service.list_members(APOLLO), *answers)
    assert (failed.kind, len(sent)) == ("bad_answer", 2)


def test_a_list_that_shows_fewer_than_it_counts_fails(service):
    failed, sent = exchange(lambda: service.list_members(APOLLO), *[page(*TWO, total_count=3)] * 3)
    assert (failed.kind, failed.retryable, sent) == ("bad_answer", True, [LIST] * 3)


@pytest.mark.parametrize(
    ("answers", "seen"),
    [
        # The order changed: who came twice is there, and somebody else is missing.
        (
            [more(*TWO, next_offset=2), page(TWO[1], TWO[0])],
            "3 rows came, but 2 different ones; repeated: ext.jdoe",
        ),
        # Somebody was removed, and the one who moved up into the place is on neither page.
        ([more(*TWO, next_offset=2), page(member("norris"))], "a page does not begin where the one before it ended"),
        ([more(*TWO, next_offset=2), page()], "a page does not begin where the one before it ended"),
        ([page(*TWO, total_count=3)], "it counts 3 rows and shows 2"),
        ([page(*TWO, TWO[0], total_count=3)], "3 rows came, but 2 different ones"),
        (
            [page(TWO[0], member("norris", project="platform"))],
            "rows are of the project apollo, platform, not of apollo",
        ),
        ([page(TWO[0], member("norris", project="Apollo"))], "rows are of the project Apollo, apollo, not of Apollo"),
    ],
)
def test_a_list_that_contradicts_itself_is_read_again_and_then_an_error(service, answers, seen):
    error, sent = exchange(lambda: service.list_members(APOLLO), *answers * 3)
    assert (error.kind, error.retryable, len(sent)) == ("bad_answer", True, 3 * len(answers))
    assert error.message.startswith("Helix TeamHub: the list of the collaborators of project apollo contradicts itself")
    assert seen in error.message
    listing, sent = exchange(lambda: service.list_members(APOLLO), *answers, page(*TWO))
    assert (len(listing.members), len(sent)) == (2, len(answers) + 1)


def test_a_list_whose_count_changes_between_its_pages_is_read_anew(service):
    first, moved, whole = more(TWO[0], next_offset=1, total_count=3), page(total_count=2), page(*TWO, total_count=2)
    listing, sent = exchange(lambda: service.list_members(APOLLO), first, moved, whole)
    assert (sorted(listing.members), len(sent)) == (["ext.jdoe", "jay+test.doe"], 3)


@pytest.mark.parametrize(
    "rows",
    [
        [member("ext.jdoe"), member("norris", "master")],
        [
            member("ext.jdoe", project="apollo", collaborator="ext.jdoe"),
            member("norris", "master", collaborator="norris"),
        ],
        [
            member("x") | {"project": "apollo", "collaborator": "ext.jdoe"},
            member("norris", "master") | {"project": None},
        ],
        [
            member("ext.jdoe", collaborator={"id": "ext.jdoe", "type": "collaborator", "email": "x@example.org"}),
            member("norris", "master", highest_role="admin", fake_extra={"x": 1}),
        ],
    ],
    ids=["objects", "strings", "mixed", "expanded"],
)
def test_rows_in_all_shapes_become_members_with_their_direct_role(service, rows):
    listing, _sent = exchange(lambda: service.list_members(APOLLO), page(*rows))
    assert listing == Listing(APOLLO, {"ext.jdoe": {"role": "guest"}, "norris": {"role": "master"}})


def test_a_row_without_a_role_is_no_direct_membership_and_an_unknown_role_is_kept(service):
    rows = [member("a", None), member("b", ""), member("c", "manager"), {"collaborator": "d"}]
    listing, _sent = exchange(lambda: service.list_members(APOLLO), page(*rows, total_count=4))
    assert listing.members == {"c": {"role": "manager"}}


@pytest.mark.parametrize(
    "row",
    [
        "ext.jdoe",
        None,
        {},
        {"role": "guest"},
        {"collaborator": {}, "role": "guest"},
    ],
)
def test_a_row_of_nobody_fails(service, row):
    assert exchange(lambda: service.list_members(APOLLO), page(row))[0].kind == "bad_answer"


def test_the_id_in_the_rows_is_the_id_of_the_project(service):
    """13 U6: a server that folds ids takes any spelling."""
    listing, _sent = exchange(lambda: service.list_members(Project("Apollo", "Apollo")), page(*TWO))
    assert listing.project == Project("apollo", "Apollo")


def test_projects_whose_ids_may_be_one_are_looked_up(service):
    wanted = ["Apollo", "platform", "apollo"]
    asked = ["GET /projects/Apollo", "GET /projects/apollo"]
    found, sent = exchange(lambda: service.find_projects(wanted), says({"id": "apollo"}), says({"id": "apollo"}))
    assert ([project.id for project in found.values()], sent) == (["apollo", "platform", "apollo"], asked)
    found, sent = exchange(lambda: service.find_projects(wanted), says({"id": "Apollo"}), says({"id": "apollo"}))
    assert ([project.id for project in found.values()], sent) == (wanted, asked)
    found, _sent = exchange(lambda: service.find_projects(wanted), says(**error(404)), says({"id": "platform"}))
    assert [found[name].kind for name in ("Apollo", "apollo")] == ["not_found", "bad_answer"]


# All projects (6, 12)

PROJECTS = "GET /projects?limit=100&offset=0"


def listed(name):
    stamp = {"api_status": 200, "api_timestamp": "2026-01-15T09:30:00Z"}
    return {**stamp, "id": name, "name": name.title(), "visibility": "company"}


@pytest.mark.parametrize(
    ("answers", "names", "sent"),
    [
        ([page()], [], [PROJECTS]),
        ([page(listed("platform"), listed("apollo"), total_count=2)], ["apollo", "platform"], [PROJECTS]),
        (
            [more(listed("platform"), next_offset=1, total_count=2), page(listed("apollo"), total_count=2)],
            ["apollo", "platform"],
            [PROJECTS, "GET /projects?limit=100&offset=1"],
        ),
        # A project that comes twice may be there instead of another one.
        (
            [more(listed("apollo"), next_offset=1), page(listed("apollo")), page(listed("apollo"), listed("platform"))],
            ["apollo", "platform"],
            [PROJECTS, "GET /projects?limit=100&offset=1", PROJECTS],
        ),
        # A limit that is too large is left out.
        ([says(**error(422, limit="max")), page(listed("apollo"))], ["apollo"], [PROJECTS, "GET /projects?offset=0"]),
        # One project went away while the pages were read: they are read anew.
        (
            [more(listed("a1"), next_offset=1, total_count=3), page(listed("c3"), total_count=2)]
            + [page(listed("b2"), listed("c3"), total_count=2)],
            ["b2", "c3"],
            [PROJECTS, "GET /projects?limit=100&offset=1", PROJECTS],
        ),
    ],
)
def test_all_projects_in_pages(service, answers, names, sent):
    found, lines_sent = exchange(service.all_projects, *answers)
    assert (found, lines_sent) == ({name: Project(name, name) for name in names}, sent)
    assert list(found) == names


@pytest.mark.parametrize(
    ("fields", "about"),
    [
        ({"name": "The platform"}, {"name": "The platform"}),
        ({"name": None}, {}),
        ({"name": 7}, {}),
        ({"name": "\ud800"}, {}),
        ({"unknown": 1}, {"name": "Apollo"}),
    ],
)
def test_what_else_is_told_of_a_project_is_text_that_can_be_shown(service, fields, about):
    found, _sent = exchange(service.all_projects, page(listed("apollo") | fields))
    assert found["apollo"].about == about


@pytest.mark.parametrize(
    "row", ["apollo", None, {}, {"id": None}, {"id": 7}, {"id": ""}, {"id": ".."}, {"id": "a/b"}, {"id": "\ud800x"}]
)
def test_a_project_without_a_usable_id_fails(service, row):
    failed, sent = exchange(service.all_projects, page(listed("apollo"), row))
    assert (failed.kind, sent) == ("bad_answer", [PROJECTS])


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([page(listed("apollo"), total_count=3)] * 3, "bad_answer"),
        ([more(listed("apollo"), next_offset=0)], "bad_answer"),
        ([says([])], "bad_answer"),
        ([says({"results": []})], "bad_answer"),
        ([says(**HTML)], "bad_answer"),
        ([says(**error(401))], "authentication"),
        ([says(**error(403))], "forbidden"),
        ([says({"api_status": 403, "api_message": "fake: no"})], "forbidden"),
    ],
)
def test_without_the_list_of_projects_there_is_nothing_to_read(service, answers, kind):
    failed, sent = exchange(service.all_projects, *answers)
    assert (failed.kind, sent) == (kind, [PROJECTS] * len(answers))
    assert "the projects" in failed.message or kind == "bad_answer"


# A wrong path in api_url (2)

ONE_PROJECT = "GET /projects?limit=1"
NOT_THERE = [error(404), error(410), {"status": 404}, {"status": 404, **HTML}, {"json": {"api_status": 404}}]


@pytest.mark.parametrize("seen", NOT_THERE, ids=str)
def test_without_a_list_of_projects_the_address_is_wrong(service, seen):
    failed, sent = exchange(service.all_projects, says(**seen))
    assert (type(failed), failed.kind, sent) == (Halt, "bad_input", [PROJECTS])
    assert "api_url is wrong" in failed.message


@pytest.mark.parametrize("seen", NOT_THERE, ids=str)
def test_a_project_is_missing_only_where_there_are_projects(service, seen):
    failed, sent = exchange(lambda: service.list_members(APOLLO), says(**error(404)), says(**seen))
    assert (type(failed), failed.kind, sent) == (Halt, "bad_input", [LIST, ONE_PROJECT])
    assert "api_url is wrong" in failed.message


@pytest.mark.parametrize("seen", [page(), says(**error(403)), says(status=500), says(**HTML)], ids=str)
def test_whatever_else_is_said_of_all_projects_a_missing_one_is_missing(seen):
    service = HelixTeamHub(Settings(BASE, retries=0), COMPANY_KEY, ACCOUNT_KEY)
    failed, sent = exchange(lambda: service.list_members(APOLLO), says(**error(404)), seen)
    assert (type(failed), failed.kind, sent) == (RollcallError, "not_found", [LIST, ONE_PROJECT])


def test_an_address_that_was_right_is_not_looked_at_again(service):
    exchange(service.all_projects, page(listed("apollo")))
    failed, sent = exchange(lambda: service.list_members(APOLLO), says(**error(404)))
    assert (failed.kind, sent) == ("not_found", [LIST])
    service = make()
    exchange(lambda: service.list_members(APOLLO), says(**error(404)), page())
    failed, sent = exchange(lambda: service.list_members(APOLLO), says(**error(404)))
    assert (failed.kind, sent) == ("not_found", [LIST])


# E-mail addresses (5)


def full(name, email):
    return member(name, collaborator={"id": name, "type": "collaborator", "email": email})


def test_emails_take_the_full_objects(service):
    rows = [full("a", "a@example.org"), full("b", None), full("c", 7), full("d", "\ud800"), member("e")]
    rows += [member("f", collaborator="f"), {**full("g", "g@example.org"), "role": None}]
    listing, sent = exchange(lambda: make(emails=True).list_members(APOLLO), page(*rows))
    assert (listing.emails, sent) == ({"a": "a@example.org"}, [f"{LIST}&expand=collaborator"])
    assert sorted(listing.members) == list("abcdef")

    listing, sent = exchange(lambda: service.list_members(APOLLO), page(*rows))
    assert (listing.emails, sent) == ({}, [LIST])


def test_each_page_has_the_full_objects(service):
    answers = [more(full("a", "a@example.org"), next_offset=1), page(full("b", "b@example.org"))]
    listing, sent = exchange(lambda: make(emails=True).list_members(APOLLO), *answers)
    assert list(listing.emails) == ["a", "b"]
    assert sent == [f"GET {MEMBERS}?limit=100&offset={offset}&expand=collaborator" for offset in (0, 1)]


def test_who_may_change_the_list_is_not_told(service):
    listing, _sent = exchange(lambda: service.list_members(APOLLO), page(*TWO))
    assert (listing.manageable, listing.note, listing.owners) == (None, "", frozenset())


def test_who_makes_the_calls_is_never_a_collaborator(service):
    listing = Listing(APOLLO, {"ann": {"role": "master"}})
    assert exchange(lambda: service.whoami(listing)) == ({}, [])


# Writes (4, 9)


@pytest.mark.parametrize("role", ["guest", "developer", "master"])
def test_add_and_update(service, role):
    access = {"role": role}
    echo = member("jay+test.doe", role, fake_extra=1)
    assert exchange(lambda: service.add(APOLLO, "jay+test.doe", access), says(echo, 201)) == (
        access,
        [f'POST {MEMBERS} {{"id": "jay+test.doe", "role": "{role}"}}'],
    )
    assert exchange(lambda: service.update(APOLLO, "jay+test.doe", access), says(echo)) == (
        access,
        [f'PUT {MEMBERS}/jay%2Btest.doe {{"role": "{role}"}}'],
    )


@pytest.mark.parametrize(
    "answer",
    [
        says(member("jay+test.doe", "developer")),
        says(status=204),
    ],
)
def test_remove_never_takes_the_body_for_the_state_afterwards(service, answer):
    result, sent = exchange(lambda: service.remove(APOLLO, "jay+test.doe"), answer)
    assert (result, sent) == (None, [f"DELETE {MEMBERS}/jay%2Btest.doe"])


@pytest.mark.parametrize(
    "answer",
    [says(status=202), says(status=200), says({"status": "ok"}), says(body="OK", content_type="text/plain")],
)
def test_a_removal_that_the_answer_does_not_speak_of_is_not_shown(service, answer):
    assert exchange(lambda: service.remove(APOLLO, "ext.jdoe"), answer)[0] is NOT_SHOWN


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (says(member("ext.jdoe"), 201), {"role": "guest"}),
        (says(member("ext.jdoe"), 200), {"role": "guest"}),
        (says(member("ext.jdoe", "master"), 200), {"role": "master"}),
        (says({"project": "apollo", "collaborator": "ext.jdoe", "role": "guest"}, 201), {"role": "guest"}),
        (says({"collaborator": "EXT.JDOE", "role": "guest"}, 201), {"role": "guest"}),
        (says(member("ext.jdoe", None), 201), NOT_SHOWN),
        (says({"project": "apollo", "role": "guest"}, 201), NOT_SHOWN),
        (says(status=201), NOT_SHOWN),
        (says({}, 200), NOT_SHOWN),
        (says([], 200), NOT_SHOWN),
        (says(body="OK", content_type="text/plain"), NOT_SHOWN),
    ],
)
@each_write_but_remove
def test_what_the_answer_to_a_write_shows(service, ask, answer, shown):
    result, sent = exchange(lambda: ask(service), answer)
    assert (result, len(sent)) == (shown, 1)


@pytest.mark.parametrize("echo", [member("norris"), member("ext.jdoe", project="platform")])
@each_write_but_remove
def test_an_answer_about_somebody_else_says_nothing(service, ask, echo):
    failed, sent = exchange(lambda: ask(service), says(echo))
    assert (type(failed), failed.kind, len(sent)) == (Unclear, "unclear", 1)


# Errors (8)


@pytest.mark.parametrize(
    ("seen", "hint"),
    [
        (error(401, "fake: Invalid account key"), "company_key or account_key"),
        (error(401, "P4 Server session expired"), "P4"),
        ({"status": 401, "body": "P4 Server session expired"}, "P4"),
        ({"status": 401, **HTML}, "company_key or account_key"),
        ({"status": 401}, "company_key or account_key"),
        ({"status": 200, "json": {"api_status": 401}}, "company_key or account_key"),
    ],
    ids=str,
)
@each_request
def test_a_refused_authentication_stops_everything_at_once(service, ask, seen, hint):
    failed, sent = exchange(lambda: ask(service), says(**seen))
    assert (type(failed), failed.kind, failed.retryable, len(sent)) == (Halt, "authentication", False, 1)
    assert hint in failed.hint


@pytest.mark.parametrize("seen", [error(403), {"status": 403}, {"status": 200, "json": {"api_status": 403}}], ids=str)
@each_request
def test_forbidden_names_the_possible_causes(service, ask, seen):
    failed, sent = exchange(lambda: ask(service), says(**seen))
    assert (type(failed), failed.kind, len(sent)) == (RollcallError, "forbidden", 1)
    for cause in ("manager or admin", "company-admin bot", "read only", "private", "Helix authentication"):
        assert cause in failed.hint


@pytest.mark.parametrize("status", [404, 410])
def test_a_list_of_a_project_that_is_not_there_or_not_visible(service, status):
    failed, sent = exchange(lambda: service.list_members(APOLLO), says(**error(status, "fake: Not found")), page())
    assert (type(failed), failed.kind, failed.http_status) == (RollcallError, "not_found", status)
    assert sent == [LIST, ONE_PROJECT]
    assert "fake: Not found" in failed.message
    assert "apollo" in failed.message
    assert "Helix authentication" in failed.hint


def test_helix_authentication_may_answer_422_to_everything(service):
    failed, sent = exchange(lambda: service.list_members(APOLLO), *[says(**error(422))] * 2)
    assert (type(failed), len(sent)) == (RollcallError, 2)
    assert "Helix authentication" in failed.hint


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        ({"status": 404, **HTML}, "bad_answer"),
        ({"status": 200, **HTML}, "bad_answer"),
        ({"status": 200}, "bad_answer"),
        ({"json": [member("ext.jdoe")]}, "bad_answer"),
        ({"json": member("ext.jdoe")}, "bad_answer"),
        ({"json": {"results": {}}}, "bad_answer"),
        ({"status": 405, **HTML}, "bad_answer"),
        (error(405), "refused"),
        (error(406), "refused"),
        (error(409), "refused"),
        ({"status": 301, "headers": {"Location": "https://teamhub.example.org/api/"}}, "redirect"),
    ],
    ids=str,
)
def test_answers_that_are_final_for_a_read(service, seen, kind):
    failed, sent = exchange(lambda: service.list_members(APOLLO), says(**seen))
    assert (type(failed), failed.kind, sent) == (RollcallError, kind, [LIST])


@pytest.mark.parametrize(
    "seen",
    [
        error(404),
        {"status": 404, **HTML},
        {"status": 404},
        error(409),
        error(410),
        error(422, id="reserved"),
        error(422, base="taken"),
        {"status": 422, **HTML},
        {"status": 200, "json": {"api_status": 422, "api_message": "fake: no"}},
    ],
    ids=str,
)
@each_write
def test_refusals_that_a_fresh_list_explains(service, ask, seen):
    failed, sent = exchange(lambda: ask(service), says(**seen))
    assert (type(failed), failed.kind, len(sent)) == (Conflict, "refused", 1)


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (error(400), "refused"),
        (error(405), "refused"),
        (error(406), "refused"),
        ({"status": 400, "json": {"error": {"message": "Bad request", "fields": {"name": "is missing"}}}}, "refused"),
        ({"status": 301, "headers": {"Location": "https://teamhub.example.org/api/"}}, "redirect"),
    ],
    ids=str,
)
@each_write
def test_answers_that_are_final_for_a_write(service, ask, seen, kind):
    failed, sent = exchange(lambda: ask(service), says(**seen))
    assert (type(failed), failed.kind, len(sent)) == (RollcallError, kind, 1)


TROUBLE = [
    {
        "status": 429,
        "body": "<html><head><title>429 Too Many Requests</title></head></html>",
        "content_type": "text/html",
    },
    {"status": 500},
    {"status": 502, **HTML},
    {"status": 503, **HTML},
    {"status": 504, **HTML},
    {"status": 200, "json": {"api_status": 500}},
    {"status": 200, "json": {"api_status": 429}},
    {"status": 200, "body": '{"results": [', "content_type": "application/json"},
]


@pytest.mark.parametrize("seen", TROUBLE, ids=str)
def test_trouble_that_may_pass_is_read_again(service, seen):
    listing, sent = exchange(lambda: service.list_members(APOLLO), says(**seen), page(*TWO))
    assert (len(listing.members), sent) == (2, [LIST] * 2)


@pytest.mark.parametrize("seen", [*TROUBLE, {"status": 200, **HTML}], ids=str)
@each_write
def test_a_write_is_never_repeated_blindly_not_even_after_429(service, ask, seen):
    failed, sent = exchange(lambda: ask(service), says(**seen))
    assert (type(failed), failed.kind, len(sent)) == (Unclear, "unclear", 1)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"api_message": "fake: one", "api_errors": {}}, "fake: one (HTTP 422)"),
        ({"api_message": "fake: one", "api_errors": {"id": {"reserved": True}}}, "fake: one (id: reserved)"),
        (
            {"api_errors": {"role": {"inclusion": True, "blank": True}, "id": "taken"}},
            "role: inclusion, blank; id: taken",
        ),
        ({"api_message": "fake: one", "message": "fake: two"}, "fake: one"),
        ({"message": "fake: one", "error": "fake: two"}, "fake: one"),
        ({"error": {"message": "fake: one", "fields": {"name": "is missing"}}, "errors": ["fake: two"]}, "fake: one"),
        ({"error": "fake: one"}, "fake: one"),
        ({"errors": ["fake: one", "fake: two"]}, "fake: one; fake: two"),
        ({"errors": {"id": {"taken": True}}}, "id: taken"),
        ({"unknown": 1}, '{"unknown": 1}'),
        ([], "[]"),
        ("x" * 300, "x" * 199),
        (None, "no reason given"),
    ],
    ids=str,
)
def test_the_text_of_an_error_comes_from_the_best_place(service, body, text):
    failed, _sent = exchange(lambda: service.update(APOLLO, "ext.jdoe", {"role": "guest"}), says(body, 422))
    assert text in failed.message
    assert "fake: two" not in failed.message or "two" in text
    assert "x" * 201 not in failed.message


ECHO = f"fake: bad header {HEADERS['Authorization']}"


@pytest.mark.parametrize("shown", [{"json": {"api_message": ECHO}}, {"body": f"<p>{ECHO}</p>"}], ids=["json", "html"])
@pytest.mark.parametrize("status", [401, 403, 404, 500])
@each_request
def test_a_service_that_repeats_the_keys_does_not_get_them_into_an_error(ask, status, shown):
    service = HelixTeamHub(Settings(BASE, retries=0), COMPANY_KEY, ACCOUNT_KEY)
    exchange(service.all_projects, page())
    failed, _sent = exchange(lambda: ask(service), says(status=status, **shown))
    said = f"{failed} {failed!r} {failed.as_dict()}"
    assert [key for key in (COMPANY_KEY, ACCOUNT_KEY) if key in said] == []


# Why an add was refused (8)

ADD = Step("jay+test.doe", None, {"role": "guest"})


def explained(service, step, *answers):
    return exchange(lambda: service.explain(APOLLO, step), *answers)


def test_an_account_that_the_company_does_not_have_is_named(service):
    hint, sent = explained(service, ADD, says(**error(404)))
    assert sent == ["GET /collaborators/jay%2Btest.doe"]
    assert "jay+test.doe" in hint
    assert "invite" in hint
    assert "hth_project_collaborator_info" in hint


@pytest.mark.parametrize("answer", [says({"id": "jay+test.doe"}), says(**error(403)), says(**error(400))], ids=str)
def test_of_an_account_that_is_there_or_hidden_nothing_is_claimed(service, answer):
    assert explained(service, ADD, answer) == ("", ["GET /collaborators/jay%2Btest.doe"])


@pytest.mark.parametrize(
    "step", [Step("norris", {"role": "guest"}, {"role": "master"}), Step("norris", {"role": "guest"}, None)]
)
def test_other_refusals_are_not_looked_into(service, step):
    assert explained(service, step) == ("", [])
