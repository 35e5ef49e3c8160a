# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""QuantConnect: the exact requests of every operation, and what is concluded from every answer.

Numbers in comments are sections of contract QuantConnect.
"""

from __future__ import annotations

import base64
import functools
import json
from email.utils import formatdate

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
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.quantconnect import QuantConnect
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

BASE = "https://www.quantconnect.com/api/v2"
USER = "1234567"
TOKEN = "example-api-token"
# 3: the contract's test vector for this account at this time.
NOW = 1700000000.9
HASH = "a83d0be63d1a29c200acfff1d2107a5c62eeb821982b9f2d5e3bb1600e1e1045"
BASIC = base64.b64encode(f"{USER}:{HASH}".encode()).decode()
HEADERS = {
    "User-Agent": f"rollcall.collaborators/{VERSION}",
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "Content-Type": "application/json",
    "Authorization": f"Basic {BASIC}",
    "Timestamp": "1700000000",
}

FIRST = Project("23456789", "Team/First")
READ_FIRST = 'POST /projects/collaboration/read {"projectId": 23456789}'
WINDOW_0 = 'POST /projects/read {"start": 0, "end": 100}'
# Each begins with the last project of the one before.
WINDOW_1 = 'POST /projects/read {"start": 99, "end": 199}'
WINDOW_2 = 'POST /projects/read {"start": 198, "end": 298}'
ONE = 'POST /projects/read {"start": 0, "end": 1}'
CREATE = 'POST /projects/collaboration/create {"projectId": 23456789, "collaboratorUserId": "mia-ai", '
UPDATE = 'POST /projects/collaboration/update {"projectId": 23456789, "collaboratorUserId": "mia-ai", '
DELETE = 'POST /projects/collaboration/delete {"projectId": 23456789, "collaboratorId": "mia-ai"'
REFUSED = {"success": False, "errors": ["fake: no"]}


def access(permission, live_control=False):
    return {"permission": permission, "live_control": live_control}


def row(name, permission="read", live_control=False, **more):
    return {"publicId": name, "permission": permission, "liveControl": live_control, **more}


OWNER = row("sim_owner", "write", True, owner=True, uid=1234567)
MIA = row("mia-ai", uid=None, bio=None)


def members(*rows, **more):
    return says({"collaborators": list(rows), "success": True, **more})


def listed(number, name, *rows, **more):
    return {"projectId": number, "name": name, "collaborators": list(rows), "owner": True, **more}


def projects(*page):
    return says({"projects": list(page), "versions": [], "success": True, "errors": []})


def numbered(numbers):
    """A page of projects that nobody asks for."""
    return [listed(number, f"Other/{number}", OWNER) for number in numbers]


READS = {
    "find": lambda service: service.find_projects(["Team/First"]),
    "list": lambda service: service.list_members(FIRST),
}
WRITES = {
    "add": lambda service: service.add(FIRST, "mia-ai", access("read")),
    "update": lambda service: service.update(FIRST, "mia-ai", access("read")),
    "remove": lambda service: service.remove(FIRST, "mia-ai"),
}
each_read = pytest.mark.parametrize("ask", READS.values(), ids=READS)
each_write = pytest.mark.parametrize("ask", WRITES.values(), ids=WRITES)
each_request = pytest.mark.parametrize("ask", [*READS.values(), *WRITES.values()], ids=[*READS, *WRITES])


def make(**options):
    clock = Clock()
    settings = Settings(f"{BASE}/", retries=1)
    return QuantConnect(settings, USER, TOKEN, now=lambda: NOW, pause=clock.pause, clock=clock, **options)


@pytest.fixture
def service():
    return make()


def exchange(work, *answers):
    """The result, and the lines of the requests, each of which had exactly the headers of every request."""
    with wire(*answers) as sent:
        result = attempt(work)
    for request in sent:
        assert dict(request.headers, **{"Content-Length": ""}) == {**HEADERS, "Content-Length": ""}
    return result, lines(sent, BASE)


# Credentials (3)


def test_every_request_and_every_repetition_is_signed_anew():
    times = iter([1700000000, 1700000001, 1700000002])
    clock = Clock()
    service = QuantConnect(Settings(BASE), USER, TOKEN, now=lambda: next(times), pause=clock.pause, clock=clock)
    with wire(says(status=503), members(OWNER), members(OWNER)) as sent:
        service.list_members(FIRST)
        service.list_members(FIRST)
    assert [request.headers["Timestamp"] for request in sent] == ["1700000000", "1700000001", "1700000002"]
    assert sent[0].headers["Authorization"] == f"Basic {BASIC}"
    assert len({request.headers["Authorization"] for request in sent}) == 3


@pytest.mark.parametrize("user_id", ["", " ", "sim_owner", "12 34", "-1", "1.5", "0x10"])
def test_a_user_id_is_a_number(user_id):
    with wire():
        error = attempt(lambda: QuantConnect(Settings(BASE), user_id, TOKEN))
    assert (type(error), error.kind) == (BadInput, "bad_input")
    assert "user_id" in error.message


@pytest.mark.parametrize("token", ["", " ", "two words", "line\n", "\ttab"])
def test_a_token_has_no_white_space(token):
    with wire():
        error = attempt(lambda: QuantConnect(Settings(BASE), USER, token))
    assert (type(error), error.kind) == (BadInput, "bad_input")
    assert "api_token" in error.message


def test_connect_takes_what_surrounds_the_credentials_off():
    service = QuantConnect.connect(
        {**OPTIONS, "api_url": f"{BASE}/", "user_id": f" {USER}\n", "api_token": f"{TOKEN}\n"}
    )
    service._now = lambda: NOW
    assert exchange(lambda: service.list_members(FIRST), members(OWNER))[1] == [READ_FIRST]


# Names (5)


@pytest.mark.parametrize("name", ["mia-ai", "johnny_walker", "Quant Kim", "\u00e9lodie", "a/b"])
def test_names_that_may_be_somebody(service, name):
    assert service.check_collaborator(name) is None


@pytest.mark.parametrize("name", ["", "  "])
def test_names_that_are_nobody(service, name):
    assert service.check_collaborator(name)


PASTED = "https://www.quantconnect.com/u/mia-ai"


@pytest.mark.parametrize("name", ["mia@example.com", PASTED, "quantconnect.com/u/mia-ai", " mia-ai", "['mia-ai']"])
def test_names_that_are_nobody_unless_they_are_listed(service, name):
    assert service.check_collaborator(name) is None
    assert service.check_unlisted(name, is_added=False) and service.check_unlisted(name, is_added=True)


def test_a_number_is_only_not_added(service):
    assert "a number is not accepted" in service.check_unlisted("2000001", is_added=True)
    assert service.check_unlisted("2000001", is_added=False) is None


# Projects (6, 12)


@pytest.mark.parametrize(
    ("reference", "project"),
    [("23456789", Project("23456789", "23456789")), ("0023456789", Project("23456789", "0023456789"))],
)
def test_one_id_needs_no_look_up(service, reference, project):
    assert exchange(lambda: service.find_projects([reference])) == ({reference: project}, [])


def test_several_projects_come_with_their_members_from_one_listing(service):
    page = projects(listed(23456789, "Team/First", OWNER, MIA), listed(23456790, "/Research/Momentum", OWNER))
    wanted = ["23456790", "Team/First"]
    found, sent = exchange(lambda: service.find_projects(wanted), page)
    momentum = Project("23456790", "Research/Momentum")
    assert (found, sent) == ({"23456790": momentum, "Team/First": FIRST}, [WINDOW_0])

    # Once: what is read after a write has to be new.
    listings, sent = exchange(lambda: [service.list_members(FIRST), service.list_members(momentum)])
    assert [listing.members for listing in listings] == [{"mia-ai": access("read")}, {}]
    assert sent == []
    listing, sent = exchange(lambda: service.list_members(FIRST), members(OWNER))
    assert (listing.members, sent) == ({}, [READ_FIRST])


FULL = numbered(range(1, 101))
SECOND = numbered(range(100, 200))
WANTED = listed(23456789, "Team/First", OWNER)


@pytest.mark.parametrize(
    ("references", "pages", "sent"),
    [
        # A short or an empty page is the last one.
        (["Team/First", "Team/Other"], [[WANTED]], [WINDOW_0]),
        (["Team/First", "Team/Other"], [[]], [WINDOW_0]),
        (["Team/First", "Team/Other"], [FULL, [FULL[-1], WANTED]], [WINDOW_0, WINDOW_1]),
        (["Team/First", "Team/Other"], [FULL, SECOND, SECOND[-1:]], [WINDOW_0, WINDOW_1, WINDOW_2]),
        # Whoever wants a name has to see all projects: another one may have it too.
        (["Team/First"], [[WANTED, *FULL[1:]], FULL[-1:]], [WINDOW_0, WINDOW_1]),
        # Whoever wants ids has not.
        (["23456789", "7"], [[WANTED, *FULL[1:]]], [WINDOW_0]),
        (["23456789", "107"], [[WANTED, *FULL[1:]], SECOND], [WINDOW_0, WINDOW_1]),
        (["23456789", "999"], [[WANTED, *FULL[1:]], FULL[-1:]], [WINDOW_0, WINDOW_1]),
        # A server that ignores the window: more than asked for, or the same again.
        (["Team/First"], [[WANTED, *FULL]], [WINDOW_0]),
        (["Team/First"], [[WANTED, *FULL[1:]]] * 3, [WINDOW_0, WINDOW_1, ONE]),
        # The order shifts between two windows: one project comes twice, and another one not at all.
        (
            ["Team/First", "Team/Other"],
            [FULL, [WANTED, *SECOND[1:]], [WANTED, *FULL[1:]], FULL[-1:]],
            [WINDOW_0, WINDOW_1] * 2,
        ),
    ],
)
def test_windows(service, references, pages, sent):
    found, lines_sent = exchange(lambda: service.find_projects(references), *[projects(*page) for page in pages])
    assert lines_sent == sent
    has_it = any(WANTED in page for page in pages)
    if references[0] == "Team/First":
        assert found["Team/First"] == FIRST if has_it else found["Team/First"].kind == "not_found"
    else:
        assert found["23456789"] == FIRST


def test_an_id_that_is_not_listed_is_left_to_the_direct_read(service):
    found, _sent = exchange(lambda: service.find_projects(["1", "2"]), projects(listed(1, "Team/First", OWNER)))
    assert found["2"] == Project("2", "2")
    error, sent = exchange(lambda: service.list_members(found["2"]), says(REFUSED))
    assert (error.kind, sent) == ("not_found", ['POST /projects/collaboration/read {"projectId": 2}'])


@pytest.mark.parametrize("written", ["team/first", "Team/Firs", "First", "Team/First ", "/", "Team"])
def test_a_name_is_exact_and_an_unknown_one_is_an_error(service, written):
    found, sent = exchange(lambda: service.find_projects([written]), projects(WANTED))
    assert (type(found[written]), found[written].kind, sent) == (BadInput, "not_found", [WINDOW_0])
    assert written in found[written].message


@pytest.mark.parametrize("shown", ["/Team/First", "Team/First"])
def test_a_name_is_found_as_the_service_shows_it_too(service, shown):
    page = projects(listed(23456789, shown, OWNER))
    assert exchange(lambda: service.find_projects(["/Team/First"]), page)[0]["/Team/First"] == FIRST


def test_a_name_that_looks_like_a_listed_one_is_suggested(service):
    found, _sent = exchange(
        lambda: service.find_projects(["Team/F\u0131rst", "team\u2215first", "TEAM/Fir\u200bst"]), projects(WANTED)
    )
    hints = [error.hint for error in found.values()]
    assert [hint.startswith("Did you mean Team/First?") for hint in hints] == [False, False, True]


def test_an_ambiguous_name_lists_the_candidates(service):
    page = projects(
        listed(1, "Team/First", OWNER, organizationId="org-a"), listed(2, "/Team/First", OWNER, organizationId="org-b")
    )
    error = exchange(lambda: service.find_projects(["Team/First"]), page)[0]["Team/First"]
    assert (type(error), error.kind) == (BadInput, "ambiguous")
    assert "1 (organization org-a), 2 (organization org-b)" in error.message


def test_a_project_without_embedded_members_is_read(service):
    page = {"projectId": 23456789, "name": "Team/First"}
    exchange(lambda: service.find_projects(["Team/First"]), projects(page))
    assert exchange(lambda: service.list_members(FIRST), members(OWNER, MIA))[1] == [READ_FIRST]


@pytest.mark.parametrize(
    "body", [{"success": True}, {"success": True, "projects": {}}, {"success": True, "projects": [{}]}]
)
def test_a_listing_of_something_else(service, body):
    assert exchange(lambda: service.find_projects(["Team/First"]), says(body))[0].kind == "bad_answer"


# All projects (6, 12)


def every(service, *pages):
    """All projects, and the requests."""
    return exchange(service.all_projects, *[projects(*page) for page in pages])


def test_all_projects_come_by_name_with_their_members_in_windows(service):
    found, sent = every(service, [WANTED, *FULL[1:]], [FULL[-1], listed(700, "A/First", OWNER, MIA)])
    assert sent == [WINDOW_0, WINDOW_1]
    assert len(found) == 101 and list(found) == sorted(found)
    assert (found["Team/First"], found["A/First"]) == (FIRST, Project("700", "A/First"))

    listings, sent = exchange(lambda: list(map(service.list_members, found.values())))
    assert ([listing.members for listing in listings[:2]], sent) == ([{"mia-ai": access("read")}, {}], [])


@pytest.mark.parametrize(
    ("pages", "sent"),
    [
        ([[]], [WINDOW_0]),
        ([FULL, FULL[-1:]], [WINDOW_0, WINDOW_1]),
        ([FULL, SECOND, [SECOND[-1], WANTED]], [WINDOW_0, WINDOW_1, WINDOW_2]),
        # A server that ignores the window.
        ([[*FULL, WANTED]], [WINDOW_0]),
        ([FULL, FULL, FULL], [WINDOW_0, WINDOW_1, ONE]),
    ],
)
def test_the_windows_of_all_projects(service, pages, sent):
    found, lines_sent = every(service, *pages)
    assert lines_sent == sent
    assert {each.id for each in found.values()} == {str(row["projectId"]) for page in pages for row in page}


@pytest.mark.parametrize(
    ("second", "seen"),
    [
        # Two came again, and two others not at all.
        ([FULL[-1], *FULL[:2], WANTED], "103 rows came, but 101 different ones; repeated: 1, 2"),
        # One that was seen has gone: another one has moved up into its place, and is on neither page.
        ([WANTED], "a page does not begin where the one before it ended"),
        ([], "a page does not begin where the one before it ended"),
    ],
)
def test_windows_that_contradict_each_other_are_read_again_and_then_an_error(service, second, seen):
    error, sent = every(service, *[FULL, second] * 3)
    assert (error.kind, error.retryable, sent) == ("bad_answer", True, [WINDOW_0, WINDOW_1] * 3)
    assert error.message == f"QuantConnect: the list of the projects contradicts itself: {seen}."
    found, sent = every(service, FULL, second, FULL, [FULL[-1], WANTED])
    assert (len(found), len(sent)) == (101, 4)


def test_the_same_window_twice_from_a_server_that_keeps_to_windows_is_no_list(service):
    error, sent = every(service, *[FULL, FULL, FULL[:1]] * 3)
    assert (error.kind, sent) == ("bad_answer", [WINDOW_0, WINDOW_1, ONE] * 3)


def test_ids_are_never_taken_from_a_list_that_contradicts_itself(service):
    """Each of them can be read directly; a name cannot."""
    broken = [projects(*FULL), projects(*FULL[:2], WANTED)] * 3
    found, _sent = exchange(lambda: service.find_projects(["1", "23456789"]), *broken)
    assert found == {"1": Project("1", "1"), "23456789": Project("23456789", "23456789")}
    assert exchange(lambda: service.list_members(found["1"]), members(OWNER))[1] == [
        'POST /projects/collaboration/read {"projectId": 1}'
    ]
    assert exchange(lambda: service.find_projects(["1", "Team/First"]), *broken)[0].kind == "bad_answer"


def test_ids_that_are_seen_on_windows_without_contradiction_are_enough(service):
    """A page with a row that came before does not end the reading, whatever it shows."""
    sent = exchange(
        lambda: service.find_projects(["7", "23456789"]),
        *[projects(*FULL), projects(FULL[-1], FULL[0], WANTED, *SECOND[2:99])],
        *[projects(*FULL), projects(FULL[-1], WANTED)],
    )[1]
    assert sent == [WINDOW_0, WINDOW_1] * 2


NAMES = {
    # project: name that the list shows, and what means exactly this project
    1: ("Team/Twice", "1"),
    2: ("/Team/Twice", "2"),
    3: ("Team/twice", "Team/twice"),
    4: ("/Team/Slash in front", "Team/Slash in front"),
    5: ("23456789", "5"),
    6: ("0007", "6"),
    7: (" blank in front", "7"),
    8: ("blank at the end ", "8"),
    9: ("", "9"),
    10: ("/", "10"),
    11: (None, "11"),
    12: (7, "12"),
    13: (["Team"], "13"),
    14: ("half \ud800", "14"),
    15: ("1" * 19, "1" * 19),
    16: ("null", "null"),
    17: ("{{ name }}", "{{ name }}"),
}


def test_a_name_that_does_not_mean_one_project_alone_gives_way_to_the_id(service):
    rows = [listed(number, name, OWNER) for number, (name, _reference) in NAMES.items()]
    found, _sent = every(service, rows)
    assert {each.id: reference for reference, each in found.items()} == {
        str(number): reference for number, (_name, reference) in NAMES.items()
    }
    # Each of them is found again by what it is called, among the same projects.
    again = exchange(lambda: service.find_projects(list(found)), projects(*rows))[0]
    assert again == found
    # No half character is in what is told.
    json.dumps([each.about for each in again.values()], ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("fields", "about"),
    [
        ({"organizationId": "5cad178b"}, {"name": "Team/First", "organization": "5cad178b"}),
        ({"organizationId": None}, {"name": "Team/First"}),
        ({"organizationId": 7}, {"name": "Team/First"}),
        ({"organizationId": "\udfff"}, {"name": "Team/First"}),
        ({"name": "/Team/First"}, {"name": "Team/First"}),
        ({"name": None}, {}),
        ({"name": "\ud800"}, {}),
    ],
)
def test_what_else_is_told_of_a_project_is_text_that_can_be_shown(service, fields, about):
    (found,) = every(service, [{**WANTED, **fields}])[0].values()
    assert found.about == about


def test_of_one_project_by_id_nothing_else_is_told(service):
    found, _sent = exchange(lambda: service.find_projects(["23456789"]))
    assert found["23456789"].about == {}


def test_no_projects_cost_no_request(service):
    assert exchange(lambda: service.find_projects([])) == ({}, [])


def test_all_projects_without_embedded_members_are_read_one_by_one(service):
    found, _sent = every(service, [{"projectId": 23456789, "name": "Team/First"}])
    assert exchange(lambda: service.list_members(found["Team/First"]), members(OWNER, MIA))[1] == [READ_FIRST]


def test_a_list_that_cannot_be_understood_is_that_of_one_project(service):
    broken = {**listed(1, "Broken", OWNER), "collaborators": [{"publicId": "x"}]}
    found, _sent = every(service, [broken, WANTED])
    failed, sent = exchange(lambda: service.list_members(found["Broken"]))
    assert (failed.kind, sent) == ("bad_answer", [])
    assert service.list_members(found["Team/First"]).owners == {"sim_owner"}


@pytest.mark.parametrize(
    ("answer", "error_class", "kind"),
    [
        (says({"success": False, "errors": ["Hash doesn't match. UID: 1"]}), Halt, "authentication"),
        (says(status=401), Halt, "authentication"),
        (says(status=403), RollcallError, "forbidden"),
        (says(REFUSED), RollcallError, "refused"),
        (says({"success": True}), RollcallError, "bad_answer"),
        (says({"success": True, "projects": [{"name": "x"}]}), RollcallError, "bad_answer"),
        (says(body="<html>Sign in</html>"), RollcallError, "bad_answer"),
    ],
)
def test_without_the_list_of_projects_there_is_nothing_to_read(service, answer, error_class, kind):
    failed, sent = exchange(service.all_projects, answer)
    assert (type(failed), failed.kind, sent) == (error_class, kind, [WINDOW_0])


# What is told for people to read (5, 7)

NOT_SURE = "The account that makes the calls is not shown as its owner; QuantConnect may let only the owner change it."
NO_OWNER = "No row is marked as that of the owner, who may stand among the collaborators."


@pytest.mark.parametrize(
    ("rows", "manageable", "note"),
    [
        ([OWNER, MIA], True, ""),
        ([row("other_owner", owner=True, uid=7), row("sim_owner", uid=1234567)], None, NOT_SURE),
        # Without a uid, or an owner, nobody can tell.
        ([row("sim_owner", owner=True, uid=None)], None, NOT_SURE),
        ([row("sim_owner", uid=1234567)], None, f"{NO_OWNER} {NOT_SURE}"),
        ([], None, f"{NO_OWNER} {NOT_SURE}"),
    ],
)
def test_who_may_change_the_list(service, rows, manageable, note):
    listing, _sent = exchange(lambda: service.list_members(FIRST), members(*rows))
    assert (listing.manageable, listing.note) == (manageable, note)


@pytest.mark.parametrize(
    ("owns", "uid", "manageable"), [(True, None, True), (False, 7, None), (False, 1234567, True), ("yes", 7, None)]
)
def test_the_list_of_projects_tells_it_too(service, owns, uid, manageable):
    found, _sent = every(service, [{**WANTED, "collaborators": [row("somebody", owner=True, uid=uid)], "owner": owns}])
    assert service.list_members(found["Team/First"]).manageable is manageable


WITH_EMAILS = [
    OWNER | {"email": "owner@example.com"},
    MIA | {"email": "mia@example.com"},
    row("a", email=None),
    row("b", email=""),
    row("c", email=7),
    row("d", email="\ud800@example.com"),
    row("e"),
]


@pytest.mark.parametrize("embedded", [False, True])
@pytest.mark.parametrize("emails", [False, True])
def test_emails_are_read_where_they_are_shown_and_asked_for(emails, embedded):
    service = make(emails=emails)
    if embedded:
        every(service, [listed(23456789, "Team/First", *WITH_EMAILS)])
    listing, sent = exchange(lambda: service.list_members(FIRST), *([] if embedded else [members(*WITH_EMAILS)]))
    assert listing.emails == ({"sim_owner": "owner@example.com", "mia-ai": "mia@example.com"} if emails else {})
    assert (sorted(listing.members), len(sent)) == (["a", "b", "c", "d", "e", "mia-ai"], int(not embedded))


# Members (5)


def test_rows_become_members_and_the_owner_is_none(service):
    listing, sent = exchange(
        lambda: service.list_members(FIRST),
        members(
            OWNER,
            MIA,
            row("johnny_walker", "write", True, owner=False, uid=87654321, fakeExtra={"x": 1}),
            row("quant_kim", "audit"),
            userLiveControl=True,
            userPermissions="write",
        ),
    )
    assert sent == [READ_FIRST]
    assert listing == Listing(
        FIRST,
        {
            "mia-ai": access("read"),
            "johnny_walker": access("write", True),
            "quant_kim": access("audit"),
        },
        frozenset(["sim_owner"]),
        # Rows without a uid may be anybody's, but the caller is known to be the owner.
        {},
    )


OTHER_OWNER = row("other_owner", "write", True, owner=True, uid=7)


@pytest.mark.parametrize(
    ("rows", "caller"),
    [
        ([OWNER, row("a", uid=1)], {}),
        ([OTHER_OWNER, row("a", uid=1), row("me", uid=1234567)], {"me": True}),
        ([OTHER_OWNER, row("a", uid=1), row("b", uid=None), row("c")], {"b": False, "c": False}),
        ([OTHER_OWNER, row("a", uid=1)], {}),
        # No row says who owns the project: each may be the owner's.
        ([row("a", uid=1), row("me", uid=1234567)], {"a": False, "me": True}),
        ([row("a"), row("b", uid=None)], {"a": False, "b": False}),
    ],
)
def test_who_of_the_rows_makes_the_calls_costs_no_request(service, rows, caller):
    listing, _sent = exchange(lambda: service.list_members(FIRST), members(*rows))
    assert exchange(lambda: service.whoami(listing)) == (caller, [])


@pytest.mark.parametrize(("owns", "caller"), [(True, {}), (False, {"a": False})])
def test_an_embedded_list_also_tells_whether_the_caller_owns_the_project(service, owns, caller):
    page = projects(listed(23456789, "Team/First", OTHER_OWNER | {"uid": None}, row("a")) | {"owner": owns})
    exchange(lambda: service.find_projects(["Team/First"]), page)
    assert service.list_members(FIRST).caller == caller


@pytest.mark.parametrize(
    "bad",
    [
        "mia-ai",
        None,
        {},
        row(""),
        row(7),
        {"publicId": "mia-ai", "liveControl": True},
        row("mia-ai", None),
        row("mia-ai", "read", 1),
        # Before 2024 (5).
        {"id": "mia-ai", "blivecontrol": 1, "epermission": "read"},
    ],
)
def test_a_row_that_cannot_be_understood_fails(service, bad):
    assert exchange(lambda: service.list_members(FIRST), members(OWNER, bad))[0].kind == "bad_answer"


@pytest.mark.parametrize("again", [MIA, row("mia-ai", "write")])
def test_a_list_with_a_row_twice_is_read_again_and_then_an_error(service, again):
    twice = members(OWNER, MIA, again)
    error, sent = exchange(lambda: service.list_members(FIRST), *[twice] * 3)
    assert (error.kind, sent) == ("bad_answer", [READ_FIRST] * 3)
    assert "3 rows came, but 2 different ones; repeated: mia-ai" in error.message
    listing, sent = exchange(lambda: service.list_members(FIRST), twice, members(OWNER, MIA))
    assert (listing.members.keys(), len(sent)) == ({"mia-ai"}, 2)


def test_members_that_come_twice_with_the_projects_are_read_directly(service):
    page = projects(listed(23456789, "Team/First", OWNER, MIA, MIA), WANTED | {"projectId": 7, "name": "Other"})
    exchange(lambda: service.find_projects(["Team/First"]), page)
    assert exchange(lambda: service.list_members(FIRST), members(OWNER))[1] == [READ_FIRST]


@pytest.mark.parametrize("body", [{"success": True}, {"success": True, "collaborators": {}}])
def test_a_read_without_a_list_is_no_empty_project(service, body):
    assert exchange(lambda: service.list_members(FIRST), says(body))[0].kind == "bad_answer"


# Writes (4)


@pytest.mark.parametrize(
    ("wanted", "create", "update"),
    [
        (
            access("read"),
            '"collaborationLiveControl": false, "collaborationWrite": false}',
            '"liveControl": false, "write": false}',
        ),
        (
            access("read", True),
            '"collaborationLiveControl": true, "collaborationWrite": false}',
            '"liveControl": true, "write": false}',
        ),
        (
            access("write"),
            '"collaborationLiveControl": false, "collaborationWrite": true}',
            '"liveControl": false, "write": true}',
        ),
        (
            access("write", True),
            '"collaborationLiveControl": true, "collaborationWrite": true}',
            '"liveControl": true, "write": true}',
        ),
    ],
)
def test_add_and_update_always_send_both_rights_and_believe_the_returned_list(service, wanted, create, update):
    after = row("mia-ai", wanted["permission"], wanted["live_control"])
    assert exchange(lambda: service.add(FIRST, "mia-ai", wanted), members(OWNER, after)) == (wanted, [CREATE + create])
    assert exchange(lambda: service.update(FIRST, "mia-ai", wanted), members(OWNER, after)) == (
        wanted,
        [UPDATE + update],
    )


def test_remove_sends_both_names_of_the_person(service):
    both = DELETE + ', "collaboratorUserId": "mia-ai"}'
    assert exchange(lambda: service.remove(FIRST, "mia-ai"), members(OWNER)) == (None, [both])


def test_a_refused_removal_is_tried_once_more_with_the_likelier_name_alone(service):
    both, alone = DELETE + ', "collaboratorUserId": "mia-ai"}', DELETE + "}"
    assert exchange(lambda: service.remove(FIRST, "mia-ai"), says(REFUSED), members(OWNER)) == (None, [both, alone])
    never = says({"success": False, "errors": ["fake: never"]})
    error, sent = exchange(lambda: service.remove(FIRST, "mia-ai"), says(REFUSED), never)
    assert (type(error), sent) == (Conflict, [both, alone])
    assert "fake: never" in error.message


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (members(OWNER, MIA), access("read")),
        (members(OWNER), None),
        (members(OWNER, row("Mia-AI", "write"), MIA), access("read")),
        (says({"success": True}), NOT_SHOWN),
        (says({"success": True, "collaborators": None}), NOT_SHOWN),
    ],
)
@each_write
def test_what_the_answer_to_a_write_shows(service, ask, answer, shown):
    result, sent = exchange(lambda: ask(service), answer)
    assert (result, len(sent)) == (shown, 1)


def test_only_a_new_row_may_have_another_spelling(service):
    """A row that was listed has the spelling of the list; another one is that of somebody else (13 U6)."""
    shown = []
    for ask in WRITES.values():
        shown.append(exchange(functools.partial(ask, service), members(OWNER, row("Mia-AI", "write")))[0])
    assert shown == [access("write"), None, None]


def test_a_refused_add_says_where_names_are_found(service):
    hint, sent = exchange(lambda: service.explain(FIRST, Step("mia-ai", None, access("read"))))
    assert sent == []
    assert [
        word for word in ("quantconnect.com/u/NAME", "qc_collaborator_info", "no such profile") if word not in hint
    ] == []


@pytest.mark.parametrize("new", [access("write"), None])
def test_other_refusals_have_nothing_to_do_with_names(service, new):
    assert exchange(lambda: service.explain(FIRST, Step("mia-ai", access("read"), new))) == ("", [])


# Errors (8): what is seen -> what is concluded from it as answer to a read, to a write, and how often it is sent

HTML = {"body": "<html><body>Sign in</body></html>", "content_type": "text/html"}


def refused(*texts, **other):
    return {"json": {"success": False, "errors": list(texts), **other}}


AUTHENTICATION = [
    refused("Hash doesn't match. UID: 1234567 Hash: abc Timestamp: '1700000000'"),
    refused("HASH DOESN'T MATCH"),
    refused("UserID not valid"),
    refused("User not found: None"),
    refused("Invalid timestamp, value received: 0"),
    refused("You made too many failed attempts for this user or ip, wait"),
    {"json": {"success": False, "messages": ["UserID not valid."]}},
    {"json": {"success": False, "Message": "UserID not valid."}},
    {"status": 401},
    {"status": 401, "headers": {"www_authenticate": "fake"}},
    {"status": 401, **refused("fake: key")},
    {"status": 401, **HTML},
]


@pytest.mark.parametrize("seen", AUTHENTICATION, ids=str)
@each_request
def test_a_refused_authentication_stops_everything_at_once(service, ask, seen):
    error, sent = exchange(lambda: ask(service), says(**seen))
    assert (type(error), error.kind, error.retryable, len(sent)) == (Halt, "authentication", False, 1)
    assert "clock" in error.hint


@pytest.mark.parametrize(
    ("date", "said"),
    [
        (formatdate(NOW, usegmt=True), "agrees"),
        (formatdate(NOW - 59, usegmt=True), "agrees"),
        (formatdate(NOW - 7300, usegmt=True), "7301 s ahead of"),
        (formatdate(NOW + 90, usegmt=True), "89 s behind"),
        ("soon", "does not tell its time"),
        (None, "does not tell its time"),
    ],
)
def test_a_refused_authentication_tells_how_wrong_the_clock_is(service, date, said):
    error, _sent = exchange(lambda: READS["list"](service), says(status=401, headers={"Date": date} if date else {}))
    assert said in error.hint


REASONS = [
    (refused("fake: one", "fake: two"), "fake: one; fake: two"),
    ({"json": {"success": False, "messages": ["fake: one"]}}, "fake: one"),
    ({"json": {"success": False, "errors": [], "messages": ["fake: one"]}}, "fake: one"),
    ({"json": {"success": False, "Message": "fake: one"}}, "fake: one"),
    ({"json": {"success": False, "errors": [], "messages": [], "Message": "fake: one"}}, "fake: one"),
    (refused(), "no reason given"),
    ({"json": {"success": False}}, "no reason given"),
    ({"json": {"success": False, "errors": None}}, "no reason given"),
    ({"json": {"success": "no"}}, "no reason given"),
    # Texts of other endpoints.
    (refused("Required parameter projectId is empty"), "Required parameter projectId is empty"),
    (refused("fake: you need write permission"), "fake: you need write permission"),
    # Not an authentication failure: which text an unknown collaborator gets is not known.
    (refused("User not found: mia-ai"), "User not found: mia-ai"),
    ({"status": 400, **refused("fake: bad")}, "fake: bad"),
]


each_reason = pytest.mark.parametrize(("seen", "reason"), REASONS, ids=str)


@each_reason
@each_read
def test_success_decides_whether_a_read_was_refused(service, ask, seen, reason):
    error, sent = exchange(lambda: ask(service), says(**seen))
    kind = "not_found" if ask is READS["list"] else "refused"
    assert (type(error), error.kind, len(sent)) == (RollcallError, kind, 1)
    assert reason in error.message


@each_reason
@pytest.mark.parametrize("ask", [WRITES["add"], WRITES["update"]], ids=["add", "update"])
def test_success_decides_whether_a_write_was_refused(service, ask, seen, reason):
    error, sent = exchange(lambda: ask(service), says(**seen))
    assert (type(error), error.kind, len(sent)) == (Conflict, "refused", 1)
    assert reason in error.message


@each_request
def test_an_endpoint_that_is_not_found_is_a_wrong_address(service, ask):
    error, sent = exchange(lambda: ask(service), says(**refused("Endpoint not found")))
    assert (type(error), error.kind, len(sent)) == (Halt, "bad_input", 1)
    assert "api_url is wrong" in error.message and "Endpoint not found" in error.message


@pytest.mark.parametrize("body", [{}, HTML, refused("fake: nothing here")], ids=["empty", "html", "json"])
def test_without_a_list_of_projects_the_address_is_wrong(service, body):
    error, sent = exchange(lambda: READS["find"](service), says(**{"status": 404, **body}))
    assert (type(error), error.kind, len(sent)) == (Halt, "bad_input", 1)
    assert "api_url is wrong" in error.message


def test_a_page_instead_of_a_project_may_be_a_wrong_address(service):
    error, _sent = exchange(lambda: READS["list"](service), says(**{"status": 404, **HTML}))
    assert (type(error), error.kind) == (RollcallError, "bad_answer")
    assert "api_url" in error.hint


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        ({"status": 403}, "forbidden"),
        ({"status": 403, **refused("fake: agent")}, "forbidden"),
        ({"status": 403, **HTML}, "forbidden"),
        (HTML, "bad_answer"),
        ({"body": "", "content_type": "text/html"}, "bad_answer"),
        ({"json": []}, "bad_answer"),
        ({"json": "text"}, "bad_answer"),
        ({"json": {"collaborators": []}}, "bad_answer"),
        ({"status": 301, "headers": {"Location": "https://elsewhere.example/"}}, "redirect"),
    ],
    ids=str,
)
@each_read
def test_answers_that_are_final_for_a_read(service, ask, seen, kind):
    error, sent = exchange(lambda: ask(service), says(**seen))
    assert (type(error), error.kind, len(sent)) == (RollcallError, kind, 1)


@pytest.mark.parametrize(
    ("seen", "error_class", "kind"),
    [
        ({"status": 403}, RollcallError, "forbidden"),
        ({"status": 301, "headers": {"Location": "https://elsewhere.example/"}}, RollcallError, "redirect"),
        (HTML, Unclear, "unclear"),
        ({"body": ""}, Unclear, "unclear"),
        ({"json": {"collaborators": []}}, Unclear, "unclear"),
        ({"body": '{"success": tr', "content_type": "application/json"}, Unclear, "unclear"),
        ({"status": 500}, Unclear, "unclear"),
        ({"status": 502, **HTML}, Unclear, "unclear"),
        ({"status": 503}, Unclear, "unclear"),
        ({"status": 504}, Unclear, "unclear"),
        (refused("Failed to process request data, please try again shortly."), Unclear, "unclear"),
    ],
    ids=str,
)
@each_write
def test_a_write_is_never_repeated_blindly(service, ask, seen, error_class, kind):
    error, sent = exchange(lambda: ask(service), says(**seen))
    assert (type(error), error.kind, len(sent)) == (error_class, kind, 1)


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        ({"status": 500}, "unavailable"),
        ({"status": 502, **HTML}, "unavailable"),
        ({"status": 503}, "unavailable"),
        ({"status": 504}, "unavailable"),
        (refused("Failed to process request data, please try again shortly."), "unavailable"),
        ({"body": '{"success": tr', "content_type": "application/json"}, "unavailable"),
        ({"status": 429}, "throttled"),
        (refused("Too many backtest requests; please slow down."), "throttled"),
        (refused("fake: Too many requests"), "throttled"),
        (refused("fake: too many project read requests, wait"), "throttled"),
        ({"json": {"success": False, "Message": "fake: please slow down"}}, "throttled"),
    ],
    ids=str,
)
def test_trouble_that_may_pass_is_read_again(service, seen, kind):
    listing, sent = exchange(lambda: service.list_members(FIRST), says(**seen), members(OWNER, MIA))
    assert (listing.members, sent) == ({"mia-ai": access("read")}, [READ_FIRST] * 2)
    error, sent = exchange(lambda: service.list_members(FIRST), says(**seen), says(**seen))
    assert (error.kind, error.retryable, len(sent)) == (kind, True, 2)


@pytest.mark.parametrize(
    "seen",
    [
        {"status": 429},
        {"status": 429, "headers": {"Retry-After": "3"}},
        refused("fake: Too many collaboration requests; please slow down."),
    ],
    ids=str,
)
def test_a_throttled_write_was_not_carried_out_and_is_sent_again(service, seen):
    result, sent = exchange(lambda: service.add(FIRST, "mia-ai", access("read")), says(**seen), members(OWNER, MIA))
    assert result == access("read")
    assert sent == [CREATE + '"collaborationLiveControl": false, "collaborationWrite": false}'] * 2


ECHO = f"Hash doesn't match. UID: {USER} Hash: {HASH} token {TOKEN} header Basic {BASIC}"


@pytest.mark.parametrize(
    ("seen", "times"),
    [
        (refused(ECHO), 1),
        ({"status": 401, "body": ECHO}, 1),
        ({"status": 403, "body": ECHO}, 1),
        ({"body": f"<p>{ECHO}</p>"}, 1),
        ({"status": 500, "body": ECHO}, 2),
        (refused(f"slow down {ECHO}"), 2),
        ({"status": 301, "headers": {"Location": f"https://elsewhere.example/?{ECHO}"}}, 1),
    ],
    ids=lambda value: str(value).replace(ECHO, "ECHO"),
)
def test_a_service_that_repeats_the_credentials_does_not_get_them_into_an_error(service, seen, times):
    error, _sent = exchange(lambda: service.list_members(FIRST), *[says(**seen)] * times)
    said = f"{error} {error!r} {error.as_dict()}"
    assert [secret for secret in (HASH, TOKEN, BASIC) if secret in said] == []
