# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client that passes under every switch of the fakes does not depend on what the contracts leave undecided.

The modules run from their arguments to their result, against a real server. In every test `changed` is held against the
journal of the service, and the members against its state. Where a clean failure or a second look is the right result a
table says so, with the reason.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from ansible_collections.rollcall.collaborators.tests.fake_services.faults import Fault
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import (
    READ,
    SIDES,
    WRITE,
)

QUIET = "changes nothing and sends reads only"
IN_VAIN = "changes nothing, but sends writes"
FINISHES = "brings about what the first run could not see"


class Expected(NamedTuple):
    """How a task goes: the kind of failure while reading (in check mode too) or while writing, and the run after it."""

    why: str = ""
    reading: str = ""
    writing: str = ""
    again: str = QUIET


def after(before, wanted):
    """The members once what is wanted has come about."""
    members = {**before, **wanted}
    return {name: access for name, access in members.items() if access != "absent"}


def perform(side, projects, expected, **arguments):
    """Check mode, the run, and the run again; gives the result of the run."""
    before = {project: side.members(project) for project in projects}
    wanted = {project: after(before[project], people) for project, people in projects.items()}

    def members():
        return {project: side.members(project) for project in projects}

    check = side.run(projects, check_mode=True, **arguments)
    assert (side.mutating, members()) == ([], before)
    assert check.get("error", {}).get("kind", "") == expected.reading, check.get("msg")

    result = side.run(projects, **arguments)
    assert result.get("error", {}).get("kind", "") == (expected.reading or expected.writing), result.get("msg")
    assert result["changed"] == bool(side.changes)
    if result["failed"]:
        assert members() == before
        return result
    assert result == check
    assert result["changed"]

    side.service.journal.clear()
    if expected.again != FINISHES:
        assert members() == wanted
    again = side.run(projects, **arguments)
    assert not again["failed"], again["msg"]
    assert again["changed"] == bool(side.changes) == (expected.again == FINISHES)
    assert bool(side.mutating) == (expected.again != QUIET)
    assert members() == wanted
    return result


# One task that adds, changes and removes, under each value of each switch

QC, HTH, QFIELD = SIDES["qc"], SIDES["hth"], SIDES["qfield"]
TASKS = {
    "qc by id": ("qc", {QC.project: QC.wanted}),
    "qc by name": ("qc", {"Research/Momentum": QC.wanted, "Team/First": {"quant_kim": READ}}),
    "hth": ("hth", {HTH.project: HTH.wanted}),
    "qfield": ("qfield", {QFIELD.project: QFIELD.wanted}),
}
OLD_LIST = "a list that still shows the old state looks as if something were left to do"
UNDER_ONE_SWITCH = {
    ("qc", "caller", "reader"): Expected("whether others than the owner may write is unknown", writing="refused"),
    **{("qc", "read_delay", reads): Expected(OLD_LIST, again=IN_VAIN) for reads in (1, 2, 3)},
    ("hth", "key_state", "expired"): Expected("the key is refused", reading="authentication"),
    ("hth", "key_state", "p4 session expired"): Expected("the key is refused", reading="authentication"),
    ("hth", "key_state", "read-only"): Expected("the key may read", writing="forbidden"),
    ("hth", "auth_method", "helix 403"): Expected("there are no collaborators", reading="forbidden"),
    ("hth", "auth_method", "helix 404"): Expected("there are no collaborators", reading="not_found"),
    ("hth", "auth_method", "helix 422"): Expected("there are no collaborators", reading="not_found"),
    ("hth", "redirect", 301): Expected("redirects are not followed", reading="redirect"),
    ("qfield", "redirect", "https"): Expected("redirects are not followed", reading="redirect"),
    ("qfield", "token_state", "expired"): Expected("the token is refused", reading="authentication"),
    ("qfield", "token_state", "revoked"): Expected("the token ends with its first write", writing="authentication"),
    ("qfield", "race", "resurrected"): Expected("204 does not prove that a row stays away", again=FINISHES),
}


@pytest.mark.parametrize(
    ("task", "switch", "value"),
    [
        pytest.param(task, switch, value, id=f"{task}-{switch}-{value}")
        for task, (service, _projects) in TASKS.items()
        for switch, values in SIDES[service].fake.switches.items()
        for value in values
    ],
)
def test_each_value_of_each_switch(sides, task, switch, value):
    service, projects = TASKS[task]
    sides[service].switch(**{switch: value})
    perform(sides[service], projects, UNDER_ONE_SWITCH.get((service, switch, value), Expected()))


def test_the_table_of_exceptions_speaks_of_switches_that_exist():
    for service, switch, value in UNDER_ONE_SWITCH:
        assert value in SIDES[service].fake.switches[switch]


@pytest.mark.parametrize(
    ("task", "reads", "writes"), [("qc by id", 1, 3), ("qc by name", 1, 4), ("hth", 1, 3), ("qfield", 4, 3)]
)
def test_no_more_requests_than_needed(sides, task, reads, writes):
    service, projects = TASKS[task]
    side = sides[service]
    assert not side.run(projects)["failed"]
    assert (len(side.service.journal) - len(side.mutating), len(side.mutating)) == (reads, writes)


# Switches that matter together

TASKS |= {"hth crowd": ("hth", {"crowd": {"norris": "guest", "crowd1": "master", "crowd2": "absent"}})}
LIST = "the pages do not lead on, or one member was not shown"
TOGETHER = [
    *(
        ("qc by id", {"delete_key": key, "delete_wrong_key": "success"}, Expected())
        for key in QC.fake.switches["delete_key"]
    ),
    *(
        ("qc by id", {"list_in_answer": answer, "read_delay": reads}, Expected())
        for answer in ("left_out", "stale")
        for reads in (1, 2)
    ),
    ("qc by id", {"rows": "minimal", "caller": "writer"}, Expected()),
    ("qc by name", {"rows": "minimal", "caller": "writer"}, Expected()),
    ("qc by name", {"page_order": "shuffled", "default_page": 2}, Expected()),
    ("hth crowd", {"page_size": 2}, Expected()),
    ("hth crowd", {"page_size": 2, "total_count": "absent"}, Expected()),
    ("hth crowd", {"page_size": 2, "next_offset": "missing"}, Expected()),
    ("hth crowd", {"page_size": 2, "next_offset": "constant"}, Expected(LIST, reading="bad_answer")),
    ("hth crowd", {"page_size": 2, "more_results": "always true"}, Expected()),
    ("hth crowd", {"page_size": 2, "more_results": "always true", "next_offset": "missing"}, Expected()),
    ("hth crowd", {"page_size": 2, "limit_too_big": 422}, Expected()),
    ("hth crowd", {"page_size": 2, "order": "insertion"}, Expected()),
    ("hth crowd", {"page_size": 2, "order": "shuffled"}, Expected(LIST, reading="bad_answer")),
    ("hth", {"post_status": 200, "post_body": "empty", "delete_answer": 202}, Expected()),
    ("hth", {"refs": "string", "highest_role": "different", "post_body": "without role"}, Expected()),
    ("qfield", {"list_cap": 2, "list_shape": "object"}, Expected()),
    ("qfield", {"list_cap": 2, "order": "name"}, Expected()),
    ("qfield", {"list_cap": 2, "next_page_host": "other"}, Expected(LIST, reading="bad_answer")),
    ("qfield", {"list_cap": 2, "next_page_host": "loop"}, Expected(LIST, reading="bad_answer")),
    (
        "qfield",
        {"list_cap": 2, "list_shape": "object", "next_page_host": "other"},
        Expected(LIST, reading="bad_answer"),
    ),
    ("qfield", {"list_cap": 2, "list_shape": "object", "next_page_host": "loop"}, Expected(LIST, reading="bad_answer")),
    ("qfield", {"era": "2024", "debug": "on", "extra_fields": "some"}, Expected()),
    *(("qfield", {"era": era, "throttle": "html"}, Expected()) for era in QFIELD.fake.switches["era"]),
]


@pytest.mark.parametrize(
    ("task", "switches", "expected"), [pytest.param(*row, id=f"{row[0]}-{row[1]}") for row in TOGETHER]
)
def test_switches_that_matter_together(sides, task, switches, expected):
    service, projects = TASKS[task]
    sides[service].switch(**switches)
    perform(sides[service], projects, expected)


def test_a_write_that_no_list_ever_shows_is_a_failure_and_the_next_run_goes_on(sides):
    side = sides["qc"]
    side.switch(list_in_answer="left_out", read_delay=3)
    result = side.run_one(QC.newcomer, QC.wanted[QC.newcomer])
    assert (result["failed"], result["error"]["kind"]) == (True, "not_converged")
    again = side.run_one(QC.newcomer, QC.wanted[QC.newcomer])
    assert (again["failed"], len(side.changes)) == (False, 1)


# Other tasks: what a switch is about, provoked

OK = Expected()
REFUSED = Expected(writing="refused")
SPELLING = Expected("names are compared exactly", reading="bad_input")
BEES = "550e8400-e29b-41d4-a716-446655440000"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
TREES = "550e8400-e29b-41d4-a716-446655440002"
TEAM, OTHER_TEAM = "@acme_org/field_team", "@other_org/crew"


def case(service, projects, expected, words="", given=None, **switches):
    """A task under these switches, how it goes, words of its message, and further arguments."""
    switched = ",".join(f"{name}={value}" for name, value in switches.items())
    people = ",".join(f"{project}:{'+'.join(wanted)}" for project, wanted in projects.items())
    return pytest.param(service, switches, projects, expected, words, given or {}, id=f"{service}-{people}-{switched}")


def each(service, switch, projects, expected, words="", given=None):
    """The same task, which goes the same way, under each value of a switch."""
    values = SIDES[service].fake.switches[switch]
    return [case(service, projects, expected, words, given, **{switch: value}) for value in values]


PROVOKED = [
    # QuantConnect
    *each(
        "qc",
        "auth_failure",
        {"23456789": {"mia-ai": READ}},
        Expected(reading="authentication"),
        given={"api_token": "wrong"},
    ),
    case("qc", {"23456789": {"nobody": READ}}, REFUSED, "fake: no such user", errors_shape="errors"),
    case("qc", {"23456789": {"nobody": READ}}, REFUSED, "fake: no such user", errors_shape="messages"),
    case("qc", {"23456789": {"nobody": READ}}, REFUSED, "fake: no such user", errors_shape="Message"),
    case("qc", {"23456789": {"nobody": READ}}, REFUSED, "no reason given", errors_shape="empty"),
    case("qc", {"23456789": {"nobody": READ}}, REFUSED, "no reason given", errors_shape="none"),
    *each("qc", "errors_shape", {"34567890": {"mia-ai": READ}}, Expected(reading="not_found")),
    *each("qc", "errors_shape", {"No/Such": {"mia-ai": READ}}, Expected(reading="not_found")),
    case("qc", {"23456789": {"out_sider": READ}}, REFUSED, membership_check="on"),
    case("qc", {"23456789": {"out_sider": READ}}, OK, membership_check="off"),
    case("qc", {"Crowd": {"mia-ai": READ}}, OK, quota="unlimited"),
    case("qc", {"Crowd": {"mia-ai": READ}}, REFUSED, quota="10_with_owner"),
    case("qc", {"Crowd": {"mia-ai": READ}}, OK, quota="10_without_owner"),
    case("qc", {"23456789": {"MIA-AI": READ}}, REFUSED, case="exact"),
    *each("qc", "owner_change", {"23456789": {"sim_owner": READ}}, Expected(reading="bad_input"), "owner"),
    *each("qc", "owner_change", {"23456789": {"sim_owner": "absent"}}, Expected(reading="bad_input"), "owner"),
    # Helix TeamHub
    *each("hth", "unknown_collaborator", {"platform": {"nobody": "guest"}}, REFUSED, "invite"),
    *each("hth", "unknown_collaborator", {"platform": {"ann": "guest"}}, REFUSED, "ordinary user"),
    *each("hth", "error_shape", {"platform": {"nobody": "guest"}}, REFUSED, "invite"),
    case("hth", {"platform": {"ext.gone": "guest"}}, REFUSED, deactivated=422),
    case("hth", {"platform": {"ext.gone": "guest"}}, OK, deactivated="accepted"),
    case("hth", {"secret": {"norris": "guest"}}, Expected(reading="not_found"), "see it", invisible_project=404),
    case("hth", {"secret": {"norris": "guest"}}, Expected(reading="forbidden"), "private", invisible_project=403),
    case("hth", {"secret": {"norris": "absent"}}, Expected(reading="not_found"), invisible_project=404),
    *each("hth", "invisible_project", {"nowhere": {"norris": "absent"}}, Expected(reading="not_found"), "nowhere"),
    case("hth", {"nowhere": {"norris": "absent"}}, Expected(reading="not_found"), error_shape="empty"),
    case("hth", {"nowhere": {"norris": "absent"}}, Expected(reading="bad_answer"), error_shape="html"),
    *each("hth", "id_case", {"platform": {"NORRIS": "master"}}, SPELLING, "norris"),
    case("hth", {"platform": {"JAY+TEST.DOE": "guest"}}, REFUSED, id_case="exact"),
    case("hth", {"PLATFORM": {"norris": "master"}}, Expected(reading="not_found"), id_case="exact"),
    # QFieldCloud
    *each("qfield", "era", {"john_doe/bees": {"nobody": "reader"}}, REFUSED, "No account is named nobody"),
    *each("qfield", "era", {"john_doe/bees": {"Jane_Smith": "reader"}}, REFUSED, "jane_smith"),
    *each("qfield", "era", {"john_doe/bees": {"other_org": "reader"}}, REFUSED, "organization"),
    *each("qfield", "era", {"acme_org/trees": {"Jane_Smith": "reader"}}, Expected(reading="bad_input"), "jane_smith"),
    *each("qfield", "era", {"acme_org/trees": {"sam_stranger": "reader"}}, Expected(reading="bad_input"), "members"),
    *each("qfield", "era", {"acme_org/trees": {OTHER_TEAM: "reader"}}, Expected(reading="bad_input"), OTHER_TEAM),
    *each("qfield", "era", {TREES: {OTHER_TEAM: "reader"}}, Expected(reading="bad_input"), OTHER_TEAM),
    *(case("qfield", {"john_doe/bees": {OTHER_TEAM: "reader"}}, OK, era=era) for era in ("master", "26.25", "26.21")),
    *each("qfield", "era", {"acme_org/nowhere": {"jane_smith": "absent"}}, Expected(reading="not_found"), "nowhere"),
    *each("qfield", "era", {"john_doe/bees": {"john_doe": "admin"}}, Expected(reading="bad_input"), "owner"),
    *(
        case("qfield", {UNKNOWN: {"jane_smith": "absent"}}, Expected(reading="not_found"), era=era)
        for era in ("master", "26.25")
    ),
    *(
        case("qfield", {UNKNOWN: {"jane_smith": "absent"}}, Expected(reading="forbidden"), "not exist", era=era)
        for era in ("26.21", "25.12", "2024")
    ),
    *(case("qfield", {"acme_org/trees": {TEAM: "reporter"}}, OK, era=era) for era in ("master", "26.25", "26.21")),
    *(case("qfield", {"acme_org/trees": {TEAM: "reporter"}}, REFUSED, era=era) for era in ("25.12", "2024")),
    case("qfield", {"john_doe/bees": {"nobody": "reader"}}, REFUSED, "username=nobody does not exist", debug="on"),
    case("qfield", {BEES: {"jane_smith": "reader"}}, OK, plan_limit="not_enforced"),
    case("qfield", {BEES: {"anna_admin": "reader"}}, OK, given={"caller": "mark_manager"}, admin_protection="off"),
    case(
        "qfield",
        {BEES: {"anna_admin": "reader"}},
        Expected(writing="forbidden"),
        given={"caller": "mark_manager"},
        admin_protection="on",
    ),
    case("qfield", {BEES: {"jane_smith": "reader"}}, Expected(reading="forbidden"), given={"caller": "eddy_editor"}),
    *each("qfield", "extra_role", {"acme_org/trees": {"jane_smith": "reader"}}, OK),
    *each("qfield", "default_role_for_members", {"acme_org/trees": {"mia_member": "reader"}}, OK),
]


@pytest.mark.parametrize(("service", "switches", "projects", "expected", "words", "given"), PROVOKED)
def test_what_a_switch_is_about(sides, service, switches, projects, expected, words, given):
    sides[service].switch(**switches)
    result = perform(sides[service], projects, expected, **given)
    assert words in result.get("msg", "")


# One member, and somebody else who writes right before our write

RACES = {
    # name: our write, what the other one has set before it
    "adds the same": ("add", "wanted"),
    "adds otherwise": ("add", "other"),
    "changes to the same": ("change", "wanted"),
    "changes otherwise": ("change", "other"),
    "removes before our change": ("change", None),
    "changes before our removal": ("remove", "other"),
    "removes before our removal": ("remove", None),
}
SWITCHES_OF_RACES = {
    # service: switch: the writes it is about
    "qc": {
        "create_existing": ["add"],
        "missing_row": ["change", "remove"],
        "delete_key": ["remove"],
        "list_in_answer": ["add", "change", "remove"],
        "errors_shape": ["add", "change", "remove"],
    },
    "hth": {
        "duplicate_post": ["add"],
        "post_body": ["add"],
        "missing_member": ["change", "remove"],
        "delete_answer": ["remove"],
        "error_shape": ["add", "change", "remove"],
    },
    "qfield": {"duplicate_post": ["add"], "delete_twice": ["remove"], "era": ["add", "change", "remove"]},
}
SAYS_DONE = "the service answers our write as if we had done it"
SAYS_SO_IN_VAIN = "the service answers our write as done without doing it: no silent drift, the task fails"
RACED = {
    # service, race, switch, value (None: whatever it is): kind of failure, and why. Without a failure: `changed` is
    # claimed for what somebody else did, because nobody can tell.
    ("qc", "changes to the same", None): ("", SAYS_DONE),
    ("qc", "adds the same", "success"): ("", SAYS_DONE),
    ("qc", "adds the same", "overwrite"): ("", SAYS_DONE),
    ("qc", "removes before our removal", "success"): ("", SAYS_DONE),
    ("qc", "adds otherwise", "success"): ("not_converged", SAYS_SO_IN_VAIN),
    ("qc", "removes before our change", "success"): ("not_converged", SAYS_SO_IN_VAIN),
    ("hth", "changes to the same", None): ("", SAYS_DONE),
    ("hth", "adds the same", "201 idempotent"): ("", SAYS_DONE),
    ("hth", "adds the same", "201 overwriting"): ("", SAYS_DONE),
    ("hth", "adds otherwise", "201 idempotent"): ("not_converged", SAYS_SO_IN_VAIN),
    ("hth", "removes before our change", 403): ("forbidden", "403 does not say that the member is gone"),
    ("hth", "removes before our removal", 403): ("forbidden", "403 does not say that the member is gone"),
    ("qfield", "adds the same", 500): ("", "after a 500 nobody can tell whose row it is"),
    ("qfield", "removes before our removal", 204): ("", SAYS_DONE),
}


@pytest.mark.parametrize(
    ("service", "race", "switch", "value"),
    [
        pytest.param(service, race, switch, value, id=f"{service}-{race}-{switch}-{value}")
        for service, switches in SWITCHES_OF_RACES.items()
        for race, (kind, _other) in RACES.items()
        for switch, value in [
            (None, None),
            *(
                (name, value)
                for name in switches
                if kind in switches[name]
                for value in SIDES[service].fake.switches[name][1:]
            ),
        ]
    ],
)
def test_somebody_else_is_faster(sides, service, race, switch, value):
    side = sides[service]
    if switch:
        side.switch(**{switch: value})
    kind, by_other = RACES[race]
    name = {"add": side.newcomer, "change": side.changing, "remove": side.leaver}[kind]
    wanted = side.wanted[name]
    side.race(side.project, name, {"wanted": wanted, "other": side.other_access, None: None}[by_other], kind)

    result = side.run_one(name, wanted)
    failure, why = RACED.get((service, race, value)) or RACED.get((service, race, None)) or ("", "")
    assert result.get("error", {}).get("kind", "") == failure, result.get("msg")
    if failure:
        assert (result["changed"], side.changes) == (False, [])
    else:
        assert side.members(side.project).get(name, "absent") == wanted
        assert (result["changed"], bool(side.changes)) == ((True, False) if why else (bool(side.changes),) * 2)
        side.service.journal.clear()
        assert not side.run_one(name, wanted)["changed"]
        assert side.mutating == []


# One member, and an answer that is lost (law 9)

LOST = {
    "cut": {"fault": "cut"},
    "502": {"fault": "status", "status": 502, "body": "<h1>Bad Gateway</h1>"},
    "504": {"fault": "status", "status": 504, "body": "<h1>Gateway Time-out</h1>"},
    "524": {"fault": "status", "status": 524},
    "page": {"fault": "body", "body": "<html>Sign in</html>", "content_type": "text/html"},
}
# The service itself says that it failed.
FAILED = {"500": {"fault": "status", "status": 500}, "503": {"fault": "status", "status": 503}}


@pytest.mark.parametrize("kind", ["add", "change", "remove"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("how", {**LOST, **FAILED})
@pytest.mark.parametrize("service", SIDES)
def test_a_lost_answer_is_looked_into_and_nothing_happens_twice(sides, service, how, when, kind):
    side = sides[service]
    name = {"add": side.newcomer, "change": side.changing, "remove": side.leaver}[kind]
    side.fault(kind, when=when, **{**LOST, **FAILED}[how])
    result = side.run_one(name, side.wanted[name])
    if when == "before" and how in LOST:
        assert (result["error"]["kind"], result["changed"]) == ("unclear", False)
        assert (side.changes, len(side.mutating)) == ([], 1)
        return
    assert not result["failed"], result["msg"]
    assert result["changed"]
    assert side.members(side.project).get(name, "absent") == side.wanted[name]
    assert (len(side.changes), len(side.mutating)) == (1, 2 if when == "before" else 1)
    assert service != "qc" or len(side.service.world.mails) == (kind == "add")


# The account that makes the calls gets a row of its own (law 5)


def manager_through_a_team(side):
    """mia_member manages acme_org/trees because she is in a team; gives her module options."""
    world = side.service.state()
    trees = next(project for project in world["projects"] if project["name"] == "trees")
    trees["collaborators"].append({"collaborator": "@acme_org/field_team", "role": "manager", "created_by": "john_doe"})
    side.service.seed(world)
    return {"caller": "mia_member"}, trees["id"]


@pytest.mark.parametrize("by_uuid", [False, True])
@pytest.mark.parametrize("check_mode", [True, False])
def test_qfield_a_role_that_locks_the_caller_out_needs_allow_self(sides, check_mode, by_uuid):
    side = sides["qfield"]
    caller, number = manager_through_a_team(side)
    project = number if by_uuid else side.project
    people = {"jane_smith": "reader", "mia_member": "reader", "rob_reader": "absent"}
    refused = side.run({project: people}, check_mode, **caller)
    assert (refused["error"]["kind"], refused["changed"], side.mutating) == ("safety", False, [])
    assert "mia_member would be lowered by a row of its own" in refused["msg"] and "allow_self" in refused["msg"]
    done = side.run({project: people}, check_mode, allow_self=True, **caller)
    assert not done["failed"] and done["changed"]
    # What she gives up comes last: after it she may do nothing more.
    sent = [] if check_mode else ["POST", "DELETE", "POST"]
    assert [request["method"] for request in side.mutating] == sent


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_qfield_a_role_that_is_no_less_than_that_of_the_callers_team_needs_nothing(sides, role):
    side = sides["qfield"]
    caller, _number = manager_through_a_team(side)
    assert side.run({side.project: {"mia_member": role}}, **caller)["changed"]
    assert not side.run({side.project: {"mia_member": role}}, **caller)["failed"]


# What one switch is about, and no other task shows


def test_qc_an_added_name_in_another_case_is_the_listed_one_from_then_on(sides):
    side = sides["qc"]
    side.switch(case="folded")
    assert side.run({"Team/First": {"MIA-AI": READ}})["changed"]
    assert side.members("Team/First") == {"mia-ai": READ}
    assert not side.run({"Team/First": {"MIA-AI": READ}})["changed"]
    assert len(side.mutating) == 1


@pytest.mark.parametrize("body", ["complete", "empty"])
def test_hth_an_added_id_in_another_case_is_named_by_the_next_run(sides, body):
    side = sides["hth"]
    side.switch(id_case="folded", post_body=body)
    assert side.run({"platform": {"JAY+TEST.DOE": "guest"}})["changed"]
    assert side.members("platform")["jay+test.doe"] == "guest"
    again = side.run({"platform": {"JAY+TEST.DOE": "guest"}})
    assert (again["error"]["kind"], len(side.mutating)) == ("bad_input", 1)
    assert "jay+test.doe" in again["msg"]


@pytest.mark.parametrize("value", QC.fake.switches["numeric_id"])
def test_qc_a_number_is_no_name(sides, value):
    side = sides["qc"]
    side.switch(numeric_id=value)
    result = side.run({"Team/First": {"2000001": READ}})
    assert (result["failed"], result["changed"], side.mutating) == (True, False, [])


def test_qc_an_exclusive_run_removes_a_row_that_came_on_its_own(sides):
    side = sides["qc"]
    side.switch(auto_admin="removable")
    assert side.run({QC.project: {QC.changing: WRITE}}, exclusive=True)["changed"]
    assert side.members(QC.project) == {QC.changing: WRITE}


def test_qc_an_exclusive_run_fails_for_a_row_that_stays_and_removes_the_others(sides):
    side = sides["qc"]
    side.switch(auto_admin="permanent")
    result = side.run({QC.project: {QC.changing: WRITE}}, exclusive=True)
    assert (result["error"]["kind"], result["changed"]) == ("not_converged", True)
    assert sorted(side.members(QC.project)) == ["auto-admin", QC.changing]
    assert result["projects"][0]["after"] == side.members(QC.project)


@pytest.mark.parametrize(("project", "removed"), [("23456790", []), ("Research/Momentum", ["old_timer", "quant_kim"])])
def test_qc_rows_that_may_be_the_callers_are_protected_where_nothing_shows_that_the_caller_owns(
    sides, project, removed
):
    side = sides["qc"]
    side.switch(rows="minimal")
    result = side.run({project: {QC.changing: WRITE}}, exclusive=True)["projects"][0]
    assert sorted(result["plan"]["remove"]) == removed
    assert len(result["plan"]["protected"]) == 3 - len(removed)
    assert sorted(side.members(project)) == sorted({QC.changing, "old_timer", "quant_kim"} - set(removed))


@pytest.mark.parametrize("access", ["editor", "absent"])
@pytest.mark.parametrize("value", QFIELD.fake.switches["team_path"])
def test_qfield_a_team_is_changed_or_removed_only_where_the_server_has_a_path_for_it(sides, value, access):
    side = sides["qfield"]
    assert side.run({QFIELD.project: {TEAM: "reporter"}})["changed"]
    side.service.journal.clear()
    side.switch(team_path=value)
    check = side.run({QFIELD.project: {TEAM: access}}, check_mode=True)
    assert [TEAM in warning and "web pages" in warning for warning in check["warnings"]] == [True]
    result = side.run({QFIELD.project: {TEAM: access}})
    assert len(side.mutating) == 1
    if value == "routed":
        assert not result["failed"]
        assert side.members(QFIELD.project).get(TEAM, "absent") == access
    else:
        assert (result["error"]["kind"], result["changed"], side.changes) == ("refused", False, [])
        assert side.members(QFIELD.project)[TEAM] == "reporter"
        assert "web pages" in result["msg"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_qfield_who_cannot_be_added_is_refused_before_anything_is_written_with_one_explanation(sides, check_mode):
    side = sides["qfield"]
    strangers = ["free_fred", "otto_outsider", "sam_stranger", OTHER_TEAM]
    wanted = {"acme_org/trees": dict.fromkeys(["jane_smith", *strangers], "reader"), "acme_org/bees": {TEAM: "reader"}}
    failed = side.run(wanted, check_mode)
    assert (failed["failed"], failed["changed"], failed["error"]["kind"]) == (True, False, "bad_input")
    assert [name for name in strangers if failed["msg"].count(name) != 1] == []
    assert "jane_smith" not in failed["msg"]
    assert failed["msg"].count("members of the organization") == 1
    assert side.mutating == []
    members = [request for request in side.service.journal if "/members/" in request["path"]]
    assert len(members) == 1


def test_qfield_members_are_asked_for_only_where_somebody_is_to_be_added(sides):
    side = sides["qfield"]
    assert not side.run({"acme_org/trees": {"rob_reader": "editor", "sam_stranger": "absent"}})["failed"]
    assert not side.run({"john_doe/bees": {"sam_stranger": "reader", OTHER_TEAM: "reader"}})["failed"]
    assert [request["path"] for request in side.service.journal if "/members/" in request["path"]] == []
    assert not side.run({"acme_org/trees": {"jane_smith": "editor"}, "acme_org/bees": {"mia_member": "reader"}})[
        "failed"
    ]
    assert sum("/members/" in request["path"] for request in side.service.journal) == 1


def test_qfield_four_refusals_of_one_kind_are_explained_once(sides):
    """Who is a member could not be read, so that the service refuses them itself."""
    side = sides["qfield"]
    side.service.faults.append(
        Fault({"fault": "status", "path": "/members/acme_org/", "status": 403, "body": {"code": "permission_denied"}})
    )
    strangers = ["free_fred", "otto_outsider", "sam_stranger", "big_owner"]
    failed = side.run({"acme_org/trees": dict.fromkeys(strangers, "reader")})
    assert failed["error"]["kind"] == "refused"
    assert "add big_owner, free_fred, otto_outsider, sam_stranger to acme_org/trees: " in failed["msg"]
    assert failed["msg"].count("only its members can be collaborators") == 1


def test_qfield_a_team_that_cannot_be_removed_keeps_nobody_else_on_the_project(sides):
    side = sides["qfield"]
    side.run({QFIELD.project: {TEAM: "reporter"}})
    result = side.run({QFIELD.project: {"jane_smith": "editor"}}, exclusive=True)
    assert (result["error"]["kind"], result["changed"]) == ("refused", True)
    assert side.members(QFIELD.project) == {TEAM: "reporter", "jane_smith": "editor"}
    assert not result["projects"][0]["outcome"]["not_attempted"]


@pytest.mark.parametrize("value", QFIELD.fake.switches["plan_limit"])
def test_qfield_a_limit_of_the_plan_is_passed_on_where_the_server_enforces_it(sides, value):
    side = sides["qfield"]
    side.switch(plan_limit=value)
    limited = "550e8400-e29b-41d4-a716-446655440007"
    assert side.run({limited: {"user001": "reader"}}, caller="free_fred")["changed"]
    result = side.run({limited: {"user002": "reader"}}, caller="free_fred")
    if value == "enforced":
        assert (result["error"]["kind"], result["changed"]) == ("refused", False)
        assert list(side.members(limited)) == ["user001"]
    else:
        assert (result["changed"], sorted(side.members(limited))) == (True, ["user001", "user002"])


@pytest.mark.parametrize("era", QFIELD.fake.switches["era"])
def test_qfield_a_run_with_a_password_logs_in_once_and_never_out(sides, era):
    side = sides["qfield"]
    side.switch(era=era)
    credentials = {"token": None, "username": "john_doe", "password": "example-password"}
    assert side.run({QFIELD.project: QFIELD.wanted, BEES: {"jane_smith": "reader"}}, **credentials)["changed"]
    asked = [request["path"] for request in side.service.journal if "/auth/" in request["path"]]
    # The login tells who the caller is.
    assert asked == ["/api/v1/auth/login/"]


def test_qfield_a_wrong_password_is_tried_once(sides):
    side = sides["qfield"]
    credentials = {"token": None, "username": "john_doe", "password": "wrong-password"}
    result = side.run({QFIELD.project: QFIELD.wanted}, **credentials)
    assert (result["error"]["kind"], len(side.service.journal)) == ("authentication", 1)
    assert "wrong-password" not in str(result)
