# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault of catalogue.py in every operation of operations.py: laws that hold for all of them, and what is told.

What each task tells stands in expected.json, a row for each service, operation and fault. A row that changes is a
change of what users see: read it before you take it over. Each complete run of this file leaves the table as it is now
in .build/reports/reliability/expected.json; copy that one here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership import errors
from ansible_collections.rollcall.collaborators.tests.reliability.faults.catalogue import FAULTS
from ansible_collections.rollcall.collaborators.tests.reliability.faults.operations import OPERATIONS
from ansible_collections.rollcall.collaborators.tests.reliability.faults.scene import Scene, Told
from ansible_collections.rollcall.collaborators.tests.reliability.record import RECORDS, record

CELLS = [
    (service, operation, fault)
    for service, operations in OPERATIONS.items()
    for operation in operations
    for fault in FAULTS
    if FAULTS[fault].fits(operations[operation])
]
EXPECTED = {
    (row["service"], row["operation"], row["fault"]): row
    for row in json.loads(Path(__file__).with_name("expected.json").read_text(encoding="utf-8"))
}

KINDS = set(re.findall(r"\w+", errors.__doc__))
HALTS = {"authentication", "throttled", "unreachable", "unclear"}
"""Kinds of errors after which other projects are not attempted either."""
UNSEEN = {
    ("qc", "list", "the list lost its tail"),
    ("qfield", "list", "the list lost its tail"),
}
"""Nothing tells that rows are missing: the task says done, and the next one does the rest."""


@pytest.fixture(scope="module")
def table():
    """Cell: row; a complete one is left for the documentation and for who takes a change over."""
    rows = {}
    yield rows
    if rows.keys() == set(CELLS):
        complete = [rows[cell] for cell in CELLS]
        left_out = [{"fault": fault, "why": FAULTS[fault].why} for fault in FAULTS if FAULTS[fault].only]
        record("faults", {"rows": complete, "left_out": left_out})
        lines = ",\n".join(json.dumps(row) for row in complete)
        (RECORDS / "expected.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


@pytest.fixture
def patch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.mark.parametrize("cell", [pytest.param(cell, id=f"{cell[0]} {cell[1]}: {cell[2]}") for cell in CELLS])
def test_fault(sides, clock, patch, table, cell):
    service, operation, fault = cell
    scene = Scene(sides[service], OPERATIONS[service][operation], patch)
    scene.arrange(FAULTS[fault].given)
    result = scene.run()
    told = Told.by(result)
    row = table[cell] = {
        "service": service,
        "operation": scene.operation.words,
        "fault": fault,
        "reported": f"failed: {', '.join(sorted(told.kinds))}" if result["failed"] else "done",
        "changed": result["changed"],
        "done": len(told.done),
        "failed": len(told.failed),
        "not_attempted": len(told.not_attempted),
        "requests": len(scene.side.service.journal),
        "writes": len(scene.side.mutating),
        "state": state_in_words(scene, told),
        "hint": told.hints,
    }
    assert scene.is_met, "no request ran into the fault"
    check_result(scene, result, told)
    check_state(scene, result, told, unseen=cell in UNSEEN)
    if "after the change" in fault:
        # Law 9: what was carried out is not sent again; QuantConnect mails the person each time.
        assert row["writes"] == row["done"] + row["failed"]
    if "clock" in fault and result["failed"]:
        assert "clock" in told.hints
    row["again"] = run_again(scene)
    assert row == EXPECTED.get((service, scene.operation.words, fault))


def test_the_table_of_what_is_expected_has_no_other_rows():
    cells = [(service, OPERATIONS[service][operation].words, fault) for service, operation, fault in CELLS]
    assert list(EXPECTED) == cells


def check_result(scene, result, told):
    """What is told is complete, and of use."""
    assert "exception" not in result
    assert "Traceback" not in json.dumps(result)
    assert told.kinds <= KINDS
    assert all(error["hint"] for error in told.errors), result["msg"]
    for project in scene.operation.task:
        failed = {action for where, action, _who in told.failed if where == project}
        waiting = [step for step in told.not_attempted if step[0] == project]
        # Law 10: no removal after a failed add or update; other projects go on.
        if failed & {"add", "change"}:
            assert not any(where == project and action == "remove" for where, action, _who in told.done), result["msg"]
            assert "remove" not in failed
        assert failed or not waiting or told.kinds & HALTS
    if "authentication" in told.kinds:
        # Law 11: refused once, and nothing after it. Who is throttled was not asked for credentials.
        journal = [request for request in scene.side.service.journal if request["status"] != 429]
        assert [request["n"] for request in journal if request["caller"] is None] == [journal[-1]["n"]]


def check_state(scene, result, told, unseen):
    """What is told is so."""
    changed = any(request["mutating"] for request in scene.side.changes)
    assert result["changed"] == changed or (told.unclear and changed)
    assert scene.members() == scene.as_told(told), result.get("msg")
    assert result["failed"] or unseen or scene.members() == scene.as_asked()


def run_again(scene):
    """The fault is over: what the next run finds; after it there is nothing left to do."""
    scene.mend()
    again = scene.run()
    if scene.is_gone:
        assert again["error"]["kind"] == "not_found"
        assert scene.side.mutating == []
        return "failed: not_found"
    assert not again["failed"], again["msg"]
    assert again["changed"] == bool(scene.side.mutating)
    assert scene.members() == scene.as_asked()
    scene.side.service.journal.clear()
    assert again["changed"] is False or scene.run()["changed"] is False
    assert scene.side.mutating == []
    return "does the rest" if again["changed"] else "nothing left to do"


def state_in_words(scene, told):
    if told.unclear:
        made = len([step for step in told.unclear if scene.has_come_about(step)])
        return f"as told, {made} of {len(told.unclear)} unclear changes made"
    if scene.members() == scene.as_asked():
        return "as asked"
    return "as told" if told.done else "as it was"
