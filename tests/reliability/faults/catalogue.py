# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that goes wrong in the fault matrix: words for the reader, and what the fakes are told.

"Instead of" means that the request is not carried out, "after the change" that it is and only its answer suffers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any, NamedTuple

from ansible_collections.rollcall.collaborators.tests.reliability.faults.operations import Given, Operation
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import Side

ALWAYS = 99
THREE_HOURS = 3 * 3600


class Fault(NamedTuple):
    """What happens to one request of an operation, and to which operations that can happen.

    `given` is a fault of the fakes (faults.py, or "refused": nobody listens at the address), or a function that gives
    it; a function that arranges something else gives None.
    """

    given: Given | Callable[[Side, Operation], Given | None]
    only: str = ""
    """Where it happens: to operations that have all these tags."""
    why: str = ""
    """Why it is not tried elsewhere."""

    def fits(self, operation: Operation) -> bool:
        return set(self.only.split()) <= operation.tags


def own(name: str, why: str) -> Fault:
    """The fault that the operation has under this name."""
    return Fault(lambda _side, operation: operation.own[name], name, why)


def both(words: str, **given: Any) -> dict[str, Fault]:
    """The fault without and with the change that was asked for."""
    return {
        f"{words}, instead of carrying it out": Fault({**given, "when": "before"}),
        f"{words}, after the change": Fault({**given, "when": "after"}, "write", "a read changes nothing"),
    }


def page(title: str) -> str:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><hr>nginx</body></html>"


def throttled(**headers: str) -> Given:
    return {"fault": "status", "status": 429, "headers": headers, "body": page("429 Too Many Requests")}


def throttled_until(seconds: int) -> Given:
    return throttled(**{"Retry-After": formatdate(time.time() + seconds, usegmt=True)})


def trouble(status: int, title: str) -> Given:
    return {"fault": "status", "status": status, "body": page(f"{status} {title}") if title else ""}


def throttled_by_a_wrong_clock(side: Side, _operation: Operation) -> Given:
    wrong_clock(side, THREE_HOURS)
    return throttled_until(THREE_HOURS + 7)


def wrong_clock(side: Side, seconds: int) -> None:
    side.service.clock = seconds


def somebody_else(change: str) -> Callable[[Side, Operation], None]:
    """Changes the member right before we do; to the "same", "otherwise", or so that the member is "removed"."""

    def race(side: Side, operation: Operation) -> None:
        name = {"add": side.newcomer, "change": side.changing, "remove": side.leaver}[operation.kind]
        access = {"same": side.wanted[name], "otherwise": side.other_access, "removed": None}[change]
        side.race(side.project, name, access, operation.kind)

    return race


def project_deleted(side: Side, _operation: Operation) -> Given:
    project = int(side.project) if side.project.isdecimal() else side.project
    return {"fault": "race", "change": {"project": project, "deleted": True}}


def no_more_people(side: Side, _operation: Operation) -> Given | None:
    """The second person added to the second project is one too many."""
    if side.service.name == "hth":
        refusal = {"api_status": 422, "api_message": "fake: no more collaborators", "api_errors": {}}
        return {"fault": "status", "status": 422, "body": refusal, "after": 2}
    side.switch(**{"qc": {"quota": "10_without_owner"}, "qfield": {"plan_limit": "enforced"}}[side.service.name])
    return None


def says(**fields: Any) -> Given:
    return {"fault": "body", "body": {**fields, "success": False}}


NO = "fake: no"
QC_ONLY = "only QuantConnect answers so"
ECHO = "reads have nothing to disagree with; QFieldCloud's answer to a removal is empty"
PAGES = "only a second page can follow another"

FAULTS: dict[str, Fault] = {
    # Too many requests
    "HTTP 429, Retry-After in seconds": Fault(throttled(**{"Retry-After": "7"})),
    "HTTP 429, Retry-After as a date": Fault(lambda _side, _operation: throttled_until(7)),
    "HTTP 429, Retry-After absurdly large": Fault(throttled(**{"Retry-After": "999999999"})),
    "HTTP 429 without Retry-After, a page of nginx": Fault(throttled()),
    "HTTP 429 every time": Fault({**throttled(), "times": ALWAYS}),
    "HTTP 200 with a text about too many requests": Fault(
        says(errors=["fake: Too many collaboration requests; please slow down."]), "qc", QC_ONLY
    ),
    # Trouble in the service
    **both("HTTP 500 without a body", **trouble(500, "")),
    **both("HTTP 502, a page", **trouble(502, "Bad Gateway")),
    **both("HTTP 503, a page", **trouble(503, "Service Unavailable")),
    **both("HTTP 504, a page", **trouble(504, "Gateway Timeout")),
    **{
        f"HTTP 504, carried out {later} later": Fault(
            {"fault": "late", "seconds": seconds, "status": 504}, "write", "a read changes nothing"
        )
        for later, seconds in (("3 s", 3), ("a minute", 60))
    },
    "HTTP 503 every time": Fault({**trouble(503, "Service Unavailable"), "times": ALWAYS}),
    "HTTP 200 with a text about passing trouble": Fault(
        says(errors=["fake: Please try again shortly."]), "qc", QC_ONLY
    ),
    "HTTP 200 whose JSON says api_status 500": Fault(
        {"fault": "body", "body": {"api_status": 500, "api_message": "fake: trouble"}},
        "hth",
        "only Helix TeamHub has a status in its JSON",
    ),
    # The connection
    "connection refused": Fault({"fault": "refused"}),
    "connection refused every time": Fault({"fault": "refused", "times": ALWAYS}),
    **both("connection reset", fault="cut", how="reset"),
    **both("connection closed without an answer", fault="cut"),
    "connection closed without an answer every time": Fault({"fault": "cut", "times": ALWAYS}),
    "connection closed in the middle of the answer": Fault({"fault": "truncated"}),
    "no answer in time, carried out later": Fault({"fault": "slow", "seconds": 60}),
    "no answer in time, after the change": Fault(
        {"fault": "slow", "seconds": 60, "when": "after"}, "write", "a read changes nothing"
    ),
    # The answer
    **both("half of a JSON text", fault="body", body='{"collaborators": [{"', content_type="application/json"),
    **both("an empty body", fault="body", body=""),
    **both("a page with HTTP 200", fault="body", body=page("Sign in")),
    **both("JSON of another service", fault="body", body={"kind": "pods", "items": []}),
    "the answer to the write disagrees with what was asked": own("disagrees", ECHO),
    "the answer to the write speaks of somebody else, or of nobody": own("stranger", ECHO),
    # Redirects
    "redirect to another path of the same host": Fault({"fault": "redirect", "location": "/elsewhere"}),
    "redirect to another host": Fault({"fault": "redirect", "location": "https://other.example.org/", "status": 307}),
    # Lists
    "the list lost its tail": own("tail", "only lists have rows"),
    "the page before is answered again": Fault({"fault": "repeat"}, "page", PAGES),
    "somebody is added to the page before": own(
        "added", "QuantConnect has no pages of members, and nobody but us makes projects there"
    ),
    "somebody, or a project, is removed from the page before": own("removed", PAGES),
    'a "next" link to another host': own("link", "only QFieldCloud gives links"),
    # Credentials and clocks
    "the credentials expire": Fault({"fault": "expired_token"}, "token", "a login sends no token"),
    "the service's clock is three hours ahead": Fault(
        lambda side, _operation: wrong_clock(side, THREE_HOURS), "first", "met by the first request"
    ),
    "HTTP 429, Retry-After as a date, the service's clock three hours ahead": Fault(
        throttled_by_a_wrong_clock, "first", "met by the first request"
    ),
    "the service's clock is three hours behind": Fault(
        lambda side, _operation: wrong_clock(side, -THREE_HOURS), "first", "met by the first request"
    ),
    # Refusals
    "a quota is reached in the middle of the run": Fault(no_more_people, "add", "only adding uses a quota up"),
    "success: false with errors": Fault(says(errors=[NO]), "qc", QC_ONLY),
    "success: false with messages": Fault(says(messages=[NO]), "qc", QC_ONLY),
    "success: false with Message": Fault(says(Message=NO), "qc", QC_ONLY),
    "success: false with nothing": Fault(says(), "qc", QC_ONLY),
    # Somebody else is faster
    "somebody else adds the same": Fault(somebody_else("same"), "add", "about adding"),
    "somebody else adds otherwise": Fault(somebody_else("otherwise"), "add", "about adding"),
    "somebody else changes to the same": Fault(somebody_else("same"), "change", "about changing"),
    "somebody else changes otherwise": Fault(somebody_else("otherwise"), "change", "about changing"),
    "somebody else changes before our removal": Fault(somebody_else("otherwise"), "remove", "about removing"),
    "somebody else removes before our change": Fault(somebody_else("removed"), "change", "about changing"),
    "somebody else removes before our removal": Fault(somebody_else("removed"), "remove", "about removing"),
    "somebody else deletes the project": Fault(
        project_deleted, "project", "met by the list of the members and by the writes"
    ),
}
