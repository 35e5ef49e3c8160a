# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applying plans to a service in memory that loses answers, is raced by others, refuses, or lies."""

from __future__ import annotations

import contextlib
import threading

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.apply import apply, foresee
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import (
    Conflict,
    Halt,
    RollcallError,
    Unclear,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import Rules, Wish
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.prepare import prepare
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import NOT_SHOWN
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils._membership.memory import (
    Memory,
    answers,
    lost_after,
    lost_before,
    somebody_else,
)

EDITOR = {"role": "editor"}
CONFLICT = Conflict("validation error", kind="refused")
REFUSED = RollcallError("no such person", kind="refused")

# The three kinds of change of one member: what is there, what is wanted.
CHANGES = {"add": (None, "editor"), "update": ("reader", "editor"), "remove": ("reader", None)}
each_change = pytest.mark.parametrize("kind", CHANGES)


CUT = RollcallError("cut", kind="unreachable", hint="Is it up?")


def run(service, *wishes, pauses=None):
    plans = prepare(service, wishes, Rules())
    service.calls.clear()
    return apply(service, plans, pause=(pauses if pauses is not None else []).append)


def one_change(kind, trouble, **settings):
    """The outcome of one change of jane, with the scripted trouble, and the service."""
    old, new = CHANGES[kind]
    service = Memory({"p": {"jane": old} if old else {}}, trouble, **settings)
    (outcome,) = run(service, Wish("p", {"jane": {"role": new} if new else None}))
    return outcome, service


def is_as_wanted(service, kind):
    return service.world["p"].get("jane") == CHANGES[kind][1]


@each_change
def test_a_change_that_works_is_one_write_and_no_read(kind):
    outcome, service = one_change(kind, [])
    assert outcome.changed and is_as_wanted(service, kind)
    assert service.calls == [(kind, "p", "jane")]


@each_change
def test_a_lost_answer_to_a_write_that_happened_is_done_and_not_repeated(kind):
    outcome, service = one_change(kind, [lost_after(Unclear(CUT))])
    assert outcome.changed and not outcome.failed
    assert service.calls == [(kind, "p", "jane"), ("list", "p")]


@each_change
def test_a_lost_write_that_did_not_happen_is_repeated_once_after_a_look(kind):
    outcome, service = one_change(kind, [lost_before(Unclear(CUT))])
    assert outcome.changed and is_as_wanted(service, kind)
    assert service.calls == [(kind, "p", "jane"), ("list", "p"), (kind, "p", "jane")]


@each_change
def test_a_write_lost_twice_is_a_failure_and_not_tried_a_third_time(kind):
    outcome, service = one_change(kind, [lost_before(Unclear(CUT))] * 2)
    error = outcome.failed[0][1]
    assert (outcome.changed, error.kind, error.hint) == (False, CUT.kind, CUT.hint)
    assert "it was not made" in error.message
    assert len(service.writes()) == 2


@each_change
def test_lost_before_then_lost_after_counts_as_done(kind):
    outcome, service = one_change(kind, [lost_before(Unclear(CUT)), lost_after(Unclear(CUT))])
    assert outcome.changed and not outcome.failed and is_as_wanted(service, kind)


@each_change
def test_who_was_faster_made_the_change_not_this_run(kind):
    outcome, service = one_change(kind, [somebody_else(CHANGES[kind][1], CONFLICT)])
    assert not outcome.changed and not outcome.failed
    assert outcome.after == ({"jane": EDITOR} if CHANGES[kind][1] else {})
    assert len(service.writes()) == 1


def test_a_late_conflict_after_a_lost_answer_is_this_runs_own_change():
    def commits_late(service, project, name, access):
        service.commit(project, name, access)
        raise CONFLICT

    outcome, service = one_change("add", [lost_before(Unclear(CUT)), commits_late])
    assert outcome.changed and not outcome.failed


def test_added_by_somebody_else_with_another_role_becomes_an_update():
    outcome, service = one_change("add", [somebody_else("admin", CONFLICT)])
    assert outcome.changed and service.writes() == [("add", "p", "jane"), ("update", "p", "jane")]


def test_removed_by_somebody_else_becomes_an_add():
    outcome, service = one_change("update", [somebody_else(None, CONFLICT)])
    assert outcome.changed and service.writes() == [("update", "p", "jane"), ("add", "p", "jane")]


@each_change
def test_a_refusal_that_a_look_does_not_explain_is_final_with_the_original_text(kind):
    outcome, service = one_change(kind, [lost_before(CONFLICT)])
    assert outcome.failed[0][1] is CONFLICT and not outcome.changed
    assert service.calls == [(kind, "p", "jane"), ("list", "p")]


def test_a_plain_refusal_needs_no_look():
    outcome, service = one_change("add", [lost_before(REFUSED)])
    assert outcome.failed[0][1] is REFUSED and service.calls == [("add", "p", "jane")]


@each_change
def test_an_answer_that_does_not_show_the_member_is_checked(kind):
    outcome, service = one_change(kind, [answers(NOT_SHOWN)])
    assert outcome.changed and service.calls == [(kind, "p", "jane"), ("list", "p")]


@each_change
def test_a_success_that_the_list_does_not_confirm_is_a_loud_failure(kind):
    outcome, service = one_change(kind, [answers({"role": "something else"}, commit=False)])
    assert not outcome.changed and outcome.failed[0][1].kind == "not_converged"
    assert len(service.writes()) == 1


def test_a_slow_list_is_read_again_with_growing_pauses():
    class Slow(Memory):
        rereads_seen = 0

        def list_members(self, project):
            listing = super().list_members(project)
            self.rereads_seen += 1
            return listing if self.rereads_seen > 3 else type(listing)(project, {})

    service, pauses = Slow({"p": {}}, [answers(NOT_SHOWN)], rereads=3), []
    (outcome,) = run(service, Wish("p", {"jane": EDITOR}), pauses=pauses)
    assert outcome.changed and pauses == [1.0, 2.0]


def test_when_the_look_fails_too_nothing_is_claimed():
    class Gone(Memory):
        def list_members(self, project):
            if self.writes():
                raise Halt("down", kind="unreachable")
            return super().list_members(project)

    service = Gone({"p": {}}, [lost_after(Unclear(CUT))])
    (outcome,) = run(service, Wish("p", {"jane": EDITOR, "kim": EDITOR}))
    ((step, error),) = outcome.failed
    assert (step.name, error.kind, error.retryable) == ("jane", "unclear", True)
    assert not outcome.changed and [step.name for step in outcome.not_attempted] == ["kim"]


def test_after_a_failed_add_nobody_of_that_project_is_removed_and_others_go_on():
    service = Memory({"a": {"bob": "reader"}, "b": {"bob": "reader"}}, [lost_before(REFUSED)])
    wishes = [Wish(name, {"amy": EDITOR, "jane": EDITOR, "bob": None}) for name in "ab"]
    first, second = run(service, *wishes)
    assert [step.name for step, _error in first.failed] == ["amy"]
    assert [step.name for step in first.done] == ["jane"]
    assert [step.name for step in first.not_attempted] == ["bob"]
    assert [step.name for step in second.done] == ["amy", "jane", "bob"]
    assert [outcome.done for outcome in run(service, *wishes)] and service.world["a"] == {
        "amy": "editor",
        "jane": "editor",
    }
    assert not any(outcome.changed for outcome in run(service, *wishes))


def test_a_failed_removal_does_not_withhold_the_other_removals():
    service = Memory({"a": {"amy": "reader", "bob": "reader"}}, [lost_before(REFUSED)])
    (outcome,) = run(service, Wish("a", {"amy": None, "bob": None}))
    assert [step.name for step, _error in outcome.failed] == ["amy"]
    assert [step.name for step in outcome.done] == ["bob"] and not outcome.not_attempted


def test_everybody_is_added_on_all_projects_before_anybody_is_removed_from_any():
    service = Memory({"a": {"bob": "reader"}, "b": {"bob": "reader"}})
    run(service, *(Wish(name, {"amy": EDITOR, "bob": None}) for name in "ab"))
    assert service.writes() == [
        ("add", "a", "amy"),
        ("add", "b", "amy"),
        ("remove", "a", "bob"),
        ("remove", "b", "bob"),
    ]


def demoting_oneself(trouble):
    """A run in which the caller, amy, loses its own access beside other changes: the service and the outcome."""
    service = Memory({"p": {"amy": "admin", "bob": "reader", "eve": "admin"}}, trouble, caller={"amy": True})
    wish = Wish("p", {"amy": None, "bob": None, "eve": EDITOR, "kim": EDITOR})
    (outcome,) = apply(service, prepare(service, [wish], Rules(allow_self=True)))
    return service, outcome


def test_the_callers_own_loss_comes_last():
    service, outcome = demoting_oneself([])
    assert [call[::2] for call in service.writes()] == [
        ("add", "kim"),
        ("update", "eve"),
        ("remove", "bob"),
        ("remove", "amy"),
    ]
    assert outcome.error is None


@pytest.mark.parametrize("failing", ["kim", "eve", "bob"])
def test_the_caller_keeps_its_access_while_something_else_is_left_to_do(failing):
    trouble = [answers({"role": "editor"}), answers({"role": "editor"}), answers(None)]
    trouble[["kim", "eve", "bob"].index(failing)] = lost_before(REFUSED)
    service, outcome = demoting_oneself(trouble)
    assert [step.name for step, _error in outcome.failed] == [failing]
    assert "amy" in [step.name for step in outcome.not_attempted]
    assert service.world["p"]["amy"] == "admin"


@pytest.mark.parametrize("parallel_members", [False, True])
def test_members_of_one_project_are_written_side_by_side_where_the_service_allows_it(parallel_members):
    meeting = threading.Barrier(2)

    def met(service, project, name, access):
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=5 if parallel_members else 0.05)
        service.commit(project, name, access)
        return access

    service = Memory({"p": {}}, [met, met])
    service.parallel_members = parallel_members
    plans = prepare(service, [Wish("p", {"kim": EDITOR, "amy": EDITOR})], Rules())
    (outcome,) = apply(service, plans, workers=2)
    assert meeting.broken is not parallel_members
    assert [step.name for step in outcome.done] == ["amy", "kim"]


def test_halt_stops_every_project():
    service = Memory({"a": {}, "b": {}}, [lost_before(Halt("token expired", kind="authentication"))])
    first, second = run(service, Wish("a", {"amy": EDITOR, "bob": EDITOR}), Wish("b", {"amy": EDITOR}))
    assert len(service.writes()) == 1
    assert [step.name for step in first.not_attempted + second.not_attempted] == ["bob", "amy"]
    assert first.error.kind == second.error.kind == "authentication" and not second.failed


def test_check_mode_foresees_what_the_run_then_does():
    wish = Wish("p", {"amy": EDITOR, "eve": {"role": "admin"}, "bob": None})
    service = Memory({"p": {"bob": "reader", "eve": "reader"}})
    (foreseen,) = foresee(prepare(service, [wish], Rules()))
    assert service.writes() == []
    (outcome,) = run(service, wish)
    assert (foreseen.changed, foreseen.after, foreseen.plan) == (outcome.changed, outcome.after, outcome.plan)


@pytest.mark.parametrize("workers", [1, 3])
def test_explanations_are_asked_for_refusals_only(workers):
    class Explaining(Memory):
        def explain(self, project, step):
            self.calls.append(("explain", step.name))
            return f"{step.name} is an organization"

    service = Explaining({"p": {}}, [lost_before(RollcallError("no", kind="refused"))])
    plans = prepare(service, [Wish("p", {"acme": EDITOR, "jane": EDITOR})], Rules())
    (outcome,) = apply(service, plans, workers)
    assert outcome.failed[0][1].hint == "acme is an organization"
    assert ("explain", "jane") not in service.calls
