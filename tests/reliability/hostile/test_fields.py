# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each value of each good answer, replaced by one of each other type: the same result, or one error and no write.

So a value that the modules read is checked, and one that they do not read does not matter. Above all nothing is ever
taken for "nobody is here".
"""

from __future__ import annotations

import copy

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.dialogues import (
    DIALOGUES,
    OPERATIONS,
    WRITES,
    said,
)

MISSING = object()
OTHERS = [None, True, 7, "text", [], {}, [{}], MISSING]
NO_NUMBERS = [float("nan"), float("inf")]

# (service, key) of what is read though it is no good value: which values (None: all), and why that is right.
CAUTION = "rows can come without it: then nobody unnamed is removed (contract QuantConnect 5)"
UNDERSTOOD = {
    ("qc", "owner"): (None, CAUTION),
    ("qc", "uid"): (None, CAUTION),
    ("hth", "role"): ([None, MISSING], "a row without a role is no direct membership (contract Helix TeamHub 9)"),
    ("hth", "collaborator"): (["text"], "a name may come as a bare text (contract Helix TeamHub 5)"),
    ("qfield", ""): ([[]], "an empty list is a good list"),
}


def places(value, place=()):
    """The keys and indexes that lead to each value inside of a JSON value, itself included; of a list to the first
    two, because rows are alike.
    """
    yield place
    items = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*place, key))


def at(body, place):
    for key in place:
        body = body[key]
    return body


def replacements(body, place):
    """(value, `body` with this value at a place) for each value of another type than the good one."""
    good = at(body, place)
    for value in OTHERS + NO_NUMBERS:
        # A shorter list is a good list.
        is_shorter_list = value is MISSING and not (place and isinstance(place[-1], str))
        if is_shorter_list or type(value) is type(good):
            continue
        changed = copy.deepcopy([body])
        inner = at(changed, (0, *place)[:-1])
        if value is MISSING:
            del inner[place[-1]]
        else:
            inner[(0, *place)[-1]] = value
        yield value, changed[0]


def is_understood(service, place, value):
    values, _why = UNDERSTOOD.get((service, place[-1] if place else ""), ([], ""))
    return values is None or value in values


def wrong(dialogue, operation, server, good, result):
    """What a result that is neither the good one nor a clean failure does wrong; nothing if it is."""
    sent = dialogue.sent(server)
    if not result["failed"]:
        same = all(result[key] == good[key] for key in ("changed", "projects", "diff"))
        return "" if same else f"was read as {result['projects'][0]['before']}, and {result['summary']} was done"
    if operation not in WRITES:
        return "a write was sent" if set(sent) & set(WRITES) else ""
    looked = "list" in sent[sent.index(operation) :]
    return "" if looked else f"it failed without a look whether it happened: {result['msg']}"


@pytest.mark.parametrize(
    ("name", "operation", "place"),
    [
        pytest.param(name, operation, place, id=f"{name}-{operation}-{'.'.join(map(str, place)) or 'all of it'}")
        for name, operation in OPERATIONS
        if DIALOGUES[name].exchanges[operation].body
        for place in places(DIALOGUES[name].exchanges[operation].body)
    ],
)
def test_a_value_of_a_wrong_type_is_an_error_or_does_not_matter(server, clock, tally, name, operation, place):
    dialogue = DIALOGUES[name]
    exchange = dialogue.exchanges[operation]
    good = dialogue.perform(server)
    assert not good["failed"], good["msg"]
    mistakes = {}
    for value, body in replacements(exchange.body, place):
        result = dialogue.perform(server, {operation: said(body, exchange.status)})
        if not is_understood(dialogue.service, place, value):
            mistakes["missing" if value is MISSING else repr(value)] = wrong(dialogue, operation, server, good, result)
        tally["wrong types"] += 1
    assert {value: mistake for value, mistake in mistakes.items() if mistake} == {}
