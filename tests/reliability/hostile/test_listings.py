# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listings that are well formed and cannot be true, or that hold names which look like others."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.dialogues import (
    DIALOGUES,
    SERVICES,
    WRITES,
    said,
)
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.test_answers import fails_cleanly
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.test_strings import with_name

# Where the members are in each kind of answer that lists some.
ROWS = {
    ("qc", "list"): lambda body: body["collaborators"],
    ("qc with lists in the look-up", "look-up"): lambda body: body["projects"][0]["collaborators"],
    ("hth", "list"): lambda body: body["results"],
    ("hth", "second page"): lambda body: body["results"],
    ("qfield", "list"): lambda body: body["results"],
    ("qfield", "second page"): lambda body: body,
}
HIGHER = {"qc": {"permission": "write"}, "hth": {"role": "master"}, "qfield": {"role": "admin"}}
each_listing = pytest.mark.parametrize(("name", "operation"), ROWS, ids=lambda value: value.replace(" ", "_"))


def listing(name, operation, change):
    """The good answer after `change` of its rows, for Dialogue.perform."""
    body = json.loads(json.dumps(DIALOGUES[name].exchanges[operation].body))
    change(ROWS[name, operation](body))
    return {operation: said(body)}


@each_listing
def test_a_member_who_is_listed_twice(server, clock, tally, name, operation):
    dialogue = DIALOGUES[name]
    good = dialogue.perform(server)
    result = dialogue.perform(server, listing(name, operation, lambda rows: rows.append(rows[-1])))
    tally["false listings"] += 1
    if result["failed"]:
        fails_cleanly(dialogue, operation, server, result)
    else:
        assert result["projects"] == good["projects"]


@each_listing
@pytest.mark.parametrize("position", [0, None], ids=["first", "last"])
def test_a_member_who_is_listed_twice_differently(server, clock, tally, name, operation, position):
    dialogue = DIALOGUES[name]

    def again(rows):
        rows.insert(len(rows) if position is None else 0, {**rows[-1], **HIGHER[dialogue.service]})

    good = dialogue.perform(server)
    result = dialogue.perform(server, listing(name, operation, again))
    tally["false listings"] += 1
    if operation == "look-up":
        # What stands in the list of projects can be asked for once more.
        assert result["projects"] == good["projects"]
    else:
        fails_cleanly(dialogue, operation, server, result)


OF_ANOTHER_PROJECT = {
    "hth": lambda rows: rows[-1].update(project={"id": "other"}),
    "qfield": lambda rows: rows[-1].update(project_id="00000000-0000-4000-8000-000000000000"),
}


@each_listing
def test_a_row_of_another_project(server, clock, tally, name, operation):
    if name not in OF_ANOTHER_PROJECT:
        # QuantConnect's rows do not tell their project (contract QuantConnect 5).
        assert not any(
            "project" in key for row in ROWS[name, operation](DIALOGUES[name].exchanges[operation].body) for key in row
        )
        return
    result = DIALOGUES[name].perform(server, listing(name, operation, OF_ANOTHER_PROJECT[name]))
    tally["false listings"] += 1
    fails_cleanly(DIALOGUES[name], operation, server, result)


@each_listing
def test_a_row_that_is_not_utf_8_is_nobody(server, clock, tally, name, operation):
    """Read with a replacement sign it would be somebody else, and the one who was meant would be absent already."""
    dialogue = DIALOGUES[name]
    body = said(dialogue.exchanges[operation].body).replace(b"leaver", b"leav\xe9r").replace(b"keeper", b"keep\xe9r")
    result = dialogue.perform(server, {operation: body})
    tally["false listings"] += 1
    fails_cleanly(dialogue, operation, server, result)


@pytest.mark.parametrize("service", SERVICES)
def test_half_a_surrogate_is_no_name(server, clock, tally, service):
    """JSON can carry what no text may hold; Ansible could not take a result with it."""
    dialogue = with_name(SERVICES[service], "unnamed", "a\ud800b")
    result = dialogue.perform(server)
    tally["false listings"] += 1
    fails_cleanly(dialogue, "list", server, result)


# Different accounts that some comparison takes for the same one.
LOOK_ALIKES = {
    "sharp s": ("stra\u00dfe", "strasse"),
    "long s": ("\u017fupport", "support"),
    "Kelvin": ("\u212aim", "kim"),
    "ligature": ("\ufb01nn", "finn"),
    "combining": ("jose\u0301", "jos\u00e9"),
    "full width": ("\uff4bim", "kim"),
    "zero width": ("ki\u200bm", "kim"),
    "blank at the end": ("kim ", "kim"),
    "Cyrillic": ("k\u0456m", "kim"),
}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("pair", LOOK_ALIKES, ids=lambda pair: pair.replace(" ", "_"))
def test_who_looks_like_the_one_who_is_to_go_stays(server, clock, tally, service, pair):
    listed, named = LOOK_ALIKES[pair]
    dialogue = with_name(SERVICES[service], "keeper", listed)._replace(wanted={named: "absent"})
    result = dialogue.perform(server, exclusive=False)
    tally["look-alikes"] += 1
    assert not set(dialogue.sent(server)) & set(WRITES)
    assert not result["changed"]
