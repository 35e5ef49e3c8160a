# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault of catalogue.py in every request of the modules that only read.

What is told is as good as without the fault, or the task fails, or it says what could not be read; nothing is missing
in silence, nothing is written, refused credentials are used once, and the next task tells everything.
"""

from __future__ import annotations

import functools
from collections import Counter

import pytest
from ansible_collections.rollcall.collaborators.tests.fake_services.faults import Fault
from ansible_collections.rollcall.collaborators.tests.reliability.faults.catalogue import ALWAYS, FAULTS
from ansible_collections.rollcall.collaborators.tests.reliability.faults.operations import (
    HTH,
    OPERATIONS,
    QC,
    QFIELD,
    Operation,
    answers,
    others,
)
from ansible_collections.rollcall.collaborators.tests.reliability.faults.scene import Scene
from ansible_collections.rollcall.collaborators.tests.reliability.faults.test_matrix import KINDS
from ansible_collections.rollcall.collaborators.tests.reliability.record import record

LAST_LOST = answers(remove=["/results/-1"])


def reading(words, about, request, own=None, service="", **more):
    project = {"qc": QC, "hth": HTH, "qfield": QFIELD}[about.split()[0]].project
    return Operation(words, f"{about} read", request, {project: {}}, own or {}, **more)


def like(service, name, **more):
    """The same request as in a task that changes something."""
    there = OPERATIONS[service][name]
    own, world, switches = there.own, there.world, there.switches
    return reading(there.words, there.about, there.request, own, world=world, switches=switches, **more)


def teamhub():
    """More projects than there are on a page."""
    some = {"users": {}, "groups": {}, "collaborators": {"norris": "guest"}}
    return {
        **HTH.world,
        "projects": {**HTH.world["projects"], **{name: {"name": name, **some} for name in ("a1", "z9")}},
    }


def qfield(words, path, own=None, **more):
    tags = "qfield token"
    return reading(words, tags, {"method": "GET", "path": path}, own, options={"inherited": True}, **more)


READS = {
    "qc": {
        "projects": like("qc", "projects"),
        "page": like("qc", "page"),
        "list": like("qc", "list", options={"projects": [QC.project]}),
    },
    "hth": {
        "projects": reading("list the projects", "hth token first", {"path": "/api/projects$"}, {"tail": LAST_LOST}),
        "projects page": reading(
            "list the projects, second page",
            "hth token page",
            {"path": "/api/projects$", "after": 1},
            {"tail": LAST_LOST, "removed": others(project="a1", deleted=True)},
            world=teamhub(),
            switches={"page_size": 2},
        ),
        "list": like("hth", "list"),
        "page": like("hth", "page"),
    },
    "qfield": {
        "login": like("qfield", "login", options=OPERATIONS["qfield"]["login"].options),
        "projects": like("qfield", "projects"),
        "list": like("qfield", "list"),
        "page": like("qfield", "page"),
        "organization": qfield("read an organization", "/users/acme_org/$"),
        "members": qfield(
            "list the members of an organization", "/members/acme_org/$", {"tail": answers(remove=["/-1"])}
        ),
        "teams": qfield("list the teams of an organization", "/acme_org/teams/$", {"tail": answers(remove=["/-1"])}),
    },
}
CELLS = [
    (service, operation, fault)
    for service, operations in READS.items()
    for operation in operations
    for fault in FAULTS
    if FAULTS[fault].fits(operations[operation])
]


# What a fault comes to where it does not pass: the kind of the error.
ENDS = {
    "HTTP 429, Retry-After absurdly large": "throttled",
    "HTTP 429 every time": "throttled",
    "HTTP 503 every time": "unavailable",
    "connection refused every time": "unreachable",
    "connection closed without an answer every time": "unreachable",
    "an empty body, instead of carrying it out": "bad_answer",
    "a page with HTTP 200, instead of carrying it out": "bad_answer",
    "JSON of another service, instead of carrying it out": "bad_answer",
    "redirect to another path of the same host": "redirect",
    "redirect to another host": "redirect",
    "the page before is answered again": "bad_answer",
    'a "next" link to another host': "bad_answer",
    "the credentials expire": "authentication",
    "somebody else deletes the project": "not_found",
    **{f"success: false with {what}": "refused" for what in ("errors", "messages", "Message", "nothing")},
}
AHEAD = (
    "the service's clock is three hours ahead",
    "HTTP 429, Retry-After as a date, the service's clock three hours ahead",
)
# Operation and fault: what else it comes to there, and why.
ELSEWHERE = {
    # Anything may be wrong with one project.
    **{("qc list", fault): "not_found" for fault in ENDS if fault.startswith("success: false")},
    # The time is part of the proof (contract QuantConnect 3).
    **{("qc projects", fault): "authentication" for fault in AHEAD},
    # A page that brings nothing new is the last one (contract QuantConnect 12).
    ("qc page", "the page before is answered again"): "",
    # A login is never repeated.
    **{("qfield login", fault): "throttled" for fault in FAULTS if fault.startswith("HTTP 429")},
    **{
        ("qfield login", f"{what}, instead of carrying it out"): kind
        for kind, whats in {
            "unavailable": [
                *("HTTP 500 without a body", "HTTP 502, a page", "HTTP 503, a page", "HTTP 504, a page"),
                "half of a JSON text",
            ],
            "unreachable": ["connection reset", "connection closed without an answer"],
        }.items()
        for what in whats
    },
    ("qfield login", "connection closed in the middle of the answer"): "unreachable",
    ("qfield login", "no answer in time, carried out later"): "unreachable",
}
# After these nothing else is asked for.
HALTS = {
    *("the credentials expire", "connection refused every time", "HTTP 429, Retry-After absurdly large"),
    *AHEAD,
}
# Nothing tells that something is missing.
UNSEEN = {
    *(("qc", operation, "the list lost its tail") for operation in ("projects", "page", "list")),
    *(("qfield", operation, "the list lost its tail") for operation in ("projects", "list", "members", "teams")),
    ("qc", "page", "the page before is answered again"),
    ("qc", "page", "somebody, or a project, is removed from the page before"),
}


class Reading(Scene):
    """The same scene for a task that only reads."""

    def run(self):
        return self.side.run_info(**{"concurrency": 1, "retries": 2, "deadline": 600, **self.operation.options})


@functools.lru_cache(maxsize=None)
def usual(side, service, operation):
    """What is told in good weather."""
    with pytest.MonkeyPatch.context() as patch:
        return Reading(side, READS[service][operation], patch).run()


@pytest.fixture(scope="module")
def tally():
    """What was tried, and what it came to, for the documentation."""
    counts = Counter()
    yield counts
    if counts.total() == len(CELLS):
        record("faults_reading", dict(counts))


@pytest.mark.parametrize("cell", [pytest.param(cell, id=f"{cell[0]} {cell[1]}: {cell[2]}") for cell in CELLS])
def test_fault(sides, clock, tally, cell):
    service, operation, fault = cell
    with pytest.MonkeyPatch.context() as patch:
        before = usual(sides[service], service, operation)
        scene = Reading(sides[service], READS[service][operation], patch)
        scene.arrange(FAULTS[fault].given)
        result = scene.run()
        assert scene.is_met, "no request ran into the fault"
        check_requests(scene, result)
        scene.mend()
        after = scene.run()
    assert not before["failed"] and not after["failed"], after.get("msg")
    came_to, kind = check_result(result, before, after, cell in UNSEEN)
    expected = ELSEWHERE.get((f"{service} {operation}", fault), ENDS.get(fault, ""))
    assert kind == expected, result.get("msg")
    if expected:
        assert came_to == ("failed" if fault in HALTS else place_of(service, operation, expected))
    tally[came_to] += 1


@pytest.mark.parametrize("service", READS)
def test_a_deadline_ends_the_task(sides, clock, service):
    side = sides[service]
    side.service.faults.append(Fault({"fault": "status", "status": 503, "times": ALWAYS}))
    result = side.run_info(retries=99, deadline=20)
    assert (result["error"]["kind"], result["error"]["retryable"], side.mutating) == ("deadline", True, [])
    assert "the deadline of 20 s is over" in result["msg"]


def place_of(service, operation, kind):
    """Where the reason stands: with one project among others, with an organization; else the task fails.

    Of QuantConnect one project alone is read.
    """
    if operation in ("organization", "members", "teams"):
        return "organization"
    if service == "qc":
        return "unreadable" if kind == "not_found" else "failed"
    return "unreadable" if operation in ("list", "page") else "failed"


def check_requests(scene, result):
    """Reads only; refused credentials once, and nothing after them."""
    journal = [request for request in scene.side.service.journal if request["status"] != 429]
    assert scene.side.mutating == []
    if result.get("error", {}).get("kind") == "authentication":
        assert [request["n"] for request in journal if request["caller"] is None] == [journal[-1]["n"]]


def check_result(result, before, after, unseen):
    """Complete, of use, and true: gives where the reason for what is missing stands, if anything is, and its kind."""
    assert not result["changed"]
    assert "exception" not in result
    errors = [result.get("error"), *(entry["error"] for entry in result.get("unreadable", []))]
    errors = [error for error in errors if error]
    assert {error["kind"] for error in errors} <= KINDS
    assert all(error["hint"] for error in errors)
    if result["failed"]:
        return "failed", result["error"]["kind"]
    true = [*before["projects"], *after["projects"]]
    assert unseen or all(project in true for project in result["projects"])
    told = {entry["project"] for entry in (*result["projects"], *result["unreadable"])}
    assert unseen or told >= {project["project"] for project in after["projects"]}
    assert len(result["warnings"]) == bool(result["unreadable"])
    if result["unreadable"]:
        (error,) = errors
        return "unreadable", error["kind"]
    broken = [
        organization["error"] for organization in result.get("organizations", {}).values() if organization["error"]
    ]
    owned = [detail for detail in result["details"].values() if detail["owners"] == ["acme_org"]]
    assert not broken or all("acme_org" in detail["inherited_unknown"] for detail in owned)
    if broken:
        return "organization", kind_of(broken)
    assert unseen or result["details"] in (before["details"], after["details"])
    assert unseen or result.get("organizations") == before.get("organizations")
    return "read", ""


WORDS = {
    "too many requests": "throttled",
    "trouble in the service": "unavailable",
    "the connection was lost": "unreachable",
    "no answer of this API": "bad_answer",
    "redirected": "redirect",
}


def kind_of(broken):
    """The kind that belongs to the text of the one organization that could not be read."""
    (text,) = broken
    (kind,) = {kind for words, kind in WORDS.items() if words in text}
    return kind
