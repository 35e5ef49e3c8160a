# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Summing up what the calls returned."""

from __future__ import annotations

from ansible_collections.rollcall.collaborators.plugins.filter.call_results import SERVICES, call_results

EMPTY = {
    "changed": False,
    "failed": False,
    "summary": "+0 ~0 -0 =0",
    "projects": [],
    "error": "",
    "kinds": [],
    "warnings": [],
}
THROUGH = {"project": "a", "summary": "+2 ~1 -0 =14"}
BROKEN = {"project": "b", "summary": "+9 ~9 -9 =9", "outcome": {}}


def test_nothing_was_called():
    assert call_results({}) == dict.fromkeys(SERVICES, EMPTY)
    assert call_results({"qc": {}, "hth": {"results": [], "skipped": True}}) == dict.fromkeys(SERVICES, EMPTY)


def test_batches_are_added_up_and_projects_that_broke_are_not_counted():
    calls = [
        {"changed": True, "projects": [THROUGH, BROKEN], "failed": True, "msg": "no", "error": {"kind": "refused"}},
        {"changed": False, "projects": [THROUGH]},
    ]
    found = call_results({"qc": {"results": calls}})["qc"]
    assert (found["changed"], found["failed"], found["summary"]) == (True, True, "+4 ~2 -0 =28")
    assert (found["projects"], found["error"], found["kinds"]) == ([THROUGH, BROKEN, THROUGH], "no", ["refused"])


def test_a_task_without_a_loop_is_one_call():
    assert call_results({"hth": {"changed": True, "projects": [THROUGH]}})["hth"]["summary"] == THROUGH["summary"]


def test_a_task_that_failed_before_its_first_call_has_failed():
    found = call_results({"hth": {"failed": True, "msg": "'teamhub_url' is undefined"}})["hth"]
    assert (found["failed"], found["error"], found["kinds"]) == (True, "'teamhub_url' is undefined", [""])


def test_what_the_rehearsal_met_belongs_to_the_run_and_explains_skipped_calls():
    down = {"failed": True, "msg": "it is down", "error": {"kind": "unreachable"}}
    rehearsed = call_results({"qfield": {"results": [down]}})
    found = call_results({"qfield": {"results": [{"skipped": True}] * 3}}, rehearsed)
    assert found["qfield"]["error"] == "it is down\n3 of 3 calls were not attempted."
    assert found["qfield"]["failed"] and found["qfield"]["kinds"] == ["unreachable"]
    assert found["qc"] == EMPTY


def test_warnings_of_the_lists_are_passed_on():
    found = call_results({}, lists={"qc": {"projects": [], "warnings": ["left out"]}})
    assert (found["qc"]["warnings"], found["hth"]["warnings"]) == (["left out"], [])
