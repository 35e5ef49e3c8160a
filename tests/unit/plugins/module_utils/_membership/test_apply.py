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
# Nobody knows; or the service itself said that it failed.
LOST, FAILED = Unclear(CUT), Unclear(CUT, is_over=True)


def run(service, *wishes, pauses=None, **rules):
    plans = prepare(service, wishes, Rules(**rules))
    service.calls.clear()
    return apply(service, plans, pause=(pauses if pauses is not None else []).append)


def one_change(kind, trouble, pauses=None, **settings):
    """The outcome of one change of jane, with the scripted trouble, and the service."""
    old, new = CHANGES[kind]
    service = Memory({"p": {"jane": old} if old else {}}, trouble, **settings)
    (outcome,) = run(service, Wish("p", {"jane": {"role": new} if new else None}), pauses=pauses)
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
    pauses = []
    outcome, service = one_change(kind, [lost_after(LOST)], pauses)
    assert outcome.changed and not outcome.failed
    assert (service.calls, pauses) == ([(kind, "p", "jane"), ("list", "p")], [1.0])


@each_change
@pytest.mark.parametrize("late", [1, 2, 4, 8, 16, 30])
def test_a_lost_write_that_is_carried_out_seconds_later_is_done(kind, late):
    service = Memory({"p": {"jane": CHANGES[kind][0]} if CHANGES[kind][0] else {}}, [lost_before(LOST)])
    wanted = {"role": CHANGES[kind][1]} if CHANGES[kind][1] else None
    plans = prepare(service, [Wish("p", {"jane": wanted})], Rules())
    waited = []

    def pause(seconds):
        waited.append(seconds)
        if sum(waited) >= late:
            service.commit(plans[0].project, "jane", wanted)

    (outcome,) = apply(service, plans, pause=pause)
    assert outcome.changed and not outcome.failed and sum(waited) == late
    assert service.writes() == [(kind, "p", "jane")]


@each_change
@pytest.mark.parametrize(
    "patience, pauses", [(30, [1, 1, 2, 4, 8, 14]), (4, [1, 1, 2]), (3, [1, 1, 1]), (1, [1]), (0.5, [0.5])]
)
def test_a_lost_write_that_is_not_shown_is_unclear_and_never_repeated(kind, patience, pauses):
    paused = []
    old, new = CHANGES[kind]
    service = Memory({"p": {"jane": old} if old else {}}, [lost_before(LOST)])
    service.patience = patience
    (outcome,) = run(service, Wish("p", {"jane": {"role": new} if new else None}), pauses=paused)
    error = outcome.failed[0][1]
    assert (outcome.changed, error.kind, error.retryable, paused) == (False, "unclear", True, pauses)
    assert error.message.startswith(f"cut The list of the project did not show it within {patience:g} s.")
    assert "not made" not in str(error)
    assert service.calls == [(kind, "p", "jane"), *[("list", "p")] * len(pauses)]


class Blind(Memory):
    """Its lists cannot be read once something was written: the next C(failures) say why."""

    failures = ()

    def list_members(self, project):
        if self.writes() and self.failures:
            self.calls.append(("list", project.id))
            failure, *self.failures = self.failures
            raise failure
        return super().list_members(project)


def test_a_look_that_failed_is_followed_by_the_next_one():
    service, pauses = Blind({"p": {}}, [lost_after(LOST)]), []
    service.failures = [RollcallError("down", kind="unavailable", retryable=True)] * 3
    (outcome,) = run(service, Wish("p", {"jane": EDITOR}), pauses=pauses)
    assert outcome.changed and not outcome.failed
    assert (service.calls, pauses) == ([("add", "p", "jane"), *[("list", "p")] * 4], [1, 1, 2, 4])


@pytest.mark.parametrize("retryable, looks", [(True, 6), (False, 1)])
def test_when_no_look_succeeds_it_says_why(retryable, looks):
    service = Blind({"p": {}}, [lost_after(LOST)])
    service.failures = [RollcallError("down", kind="unavailable", retryable=retryable)] * 6
    (outcome,) = run(service, Wish("p", {"jane": EDITOR}))
    error = outcome.failed[0][1]
    assert (error.kind, service.calls) == ("unclear", [("add", "p", "jane"), *[("list", "p")] * looks])
    assert error.message.startswith("cut Reading the project again failed too: down")


@pytest.mark.parametrize("workers", [1, 3])
def test_one_reading_serves_all_open_writes_of_a_project(workers):
    """Where members are written side by side: one was carried out, one will be, one is not."""

    def trouble(service, project, name, access):
        if name in ("amy", "mia"):
            service.commit(project, name, access)
        if name == "mia":
            return access
        raise LOST

    service, waited = Memory({"p": {"bob": "reader"}}, [trouble] * 4), []
    service.parallel_members = True

    def pause(seconds):
        waited.append(seconds)
        if len(waited) == 3:
            service.world["p"]["kim"] = "editor"

    wish = Wish("p", {"amy": EDITOR, "kim": EDITOR, "lee": EDITOR, "mia": EDITOR, "bob": None})
    plans = prepare(service, [wish], Rules())
    service.calls.clear()
    (outcome,) = apply(service, plans, workers, pause)
    assert [step.name for step in outcome.done] == ["amy", "kim", "mia"]
    assert [(step.name, error.kind) for step, error in outcome.failed] == [("lee", "unclear")]
    assert [step.name for step in outcome.not_attempted] == ["bob"]
    assert waited == [1, 1, 2, 4, 8, 14]
    assert sorted(service.calls[:4]) == [("add", "p", name) for name in ("amy", "kim", "lee", "mia")]
    assert service.calls[4:] == [("list", "p")] * 6


def test_where_members_are_written_one_after_the_other_a_lost_write_is_settled_before_the_next():
    service = Memory({"p": {}}, [lost_after(LOST)])
    (outcome,) = run(service, Wish("p", {"amy": EDITOR, "kim": EDITOR}))
    assert service.calls == [("add", "p", "amy"), ("list", "p"), ("add", "p", "kim")] and len(outcome.done) == 2


def test_after_a_halt_an_open_write_is_unclear_without_another_request():
    service = Memory({"p": {}}, [lost_after(LOST), lost_before(Halt("token expired", kind="authentication"))])
    service.parallel_members = True
    (outcome,) = run(service, Wish("p", {"amy": EDITOR, "kim": EDITOR}))
    assert [(step.name, error.kind) for step, error in outcome.failed] == [
        ("amy", "unclear"),
        ("kim", "authentication"),
    ]
    assert service.calls == [("add", "p", "amy"), ("add", "p", "kim")]


@each_change
def test_a_write_that_the_service_said_had_failed_is_repeated_once_after_a_look(kind):
    pauses = []
    outcome, service = one_change(kind, [lost_before(FAILED)], pauses)
    assert outcome.changed and is_as_wanted(service, kind)
    assert (service.calls, pauses) == ([(kind, "p", "jane"), ("list", "p"), (kind, "p", "jane")], [])


@each_change
def test_a_write_that_the_service_said_had_failed_but_that_happened_is_done(kind):
    outcome, service = one_change(kind, [lost_after(FAILED)])
    assert outcome.changed and service.calls == [(kind, "p", "jane"), ("list", "p")]


@each_change
def test_a_write_that_the_service_failed_at_twice_is_a_failure_of_that_kind(kind):
    outcome, service = one_change(kind, [lost_before(FAILED)] * 2)
    assert outcome.failed[0][1] is CUT and not outcome.changed
    assert len(service.writes()) == 2


@each_change
def test_a_repetition_whose_answer_was_lost_is_the_last(kind):
    outcome, service = one_change(kind, [lost_before(FAILED), lost_before(LOST)])
    assert outcome.failed[0][1].kind == "unclear" and len(service.writes()) == 2
    outcome, service = one_change(kind, [lost_before(FAILED), lost_after(LOST)])
    assert outcome.changed and not outcome.failed and len(service.writes()) == 2


@each_change
def test_who_was_faster_made_the_change_not_this_run(kind):
    outcome, service = one_change(kind, [somebody_else(CHANGES[kind][1], CONFLICT)])
    assert not outcome.changed and not outcome.failed
    assert outcome.after == ({"jane": EDITOR} if CHANGES[kind][1] else {})
    assert len(service.writes()) == 1


def test_a_late_conflict_after_a_failure_is_this_runs_own_change():
    def commits_late(service, project, name, access):
        service.commit(project, name, access)
        raise CONFLICT

    outcome, service = one_change("add", [lost_before(FAILED), commits_late])
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

    service = Gone({"p": {}}, [lost_after(LOST)])
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


# The second look at a project from which an exclusive list removed somebody


def cleared(then, rereads_show=()):
    """A run with an exclusive list {kim, lee} on {bob, kim}, and somebody else who does C(then) right after it."""

    class Raced(Memory):
        looks = 0

        def list_members(self, project):
            if self.writes():
                self.looks += 1
                (then if self.looks == 1 else dict(rereads_show).get(self.looks, lambda world: None))(self.world["p"])
            return super().list_members(project)

    service, pauses = Raced({"p": {"bob": "reader", "kim": "editor"}}), []
    wish = Wish("p", {"kim": EDITOR, "lee": EDITOR}, exclusive=True)
    (outcome,) = run(service, wish, pauses=pauses)
    assert [step.name for step in outcome.done] == ["lee", "bob"] and outcome.changed
    return outcome, service, pauses


def test_a_list_that_is_as_it_was_left_is_read_once_more():
    outcome, service, pauses = cleared(lambda world: None)
    assert (outcome.error, outcome.warning, outcome.after) == (None, "", {"kim": EDITOR, "lee": EDITOR})
    assert service.calls == [("add", "p", "lee"), ("remove", "p", "bob"), ("list", "p")]


WORSE = {
    "kept, then removed": (lambda world: world.pop("kim"), "kim is missing"),
    "added, then removed": (lambda world: world.pop("lee"), "lee is missing"),
    "everybody removed": (lambda world: world.clear(), "kim is missing; lee is missing"),
    "kept, then lowered": (lambda world: world.update(kim="reader"), "kim has reader instead of editor"),
    "given what nobody knows": (lambda world: world.update(kim="czar"), "kim has czar instead of editor"),
    "removed, then added": (lambda world: world.update(bob="admin"), "bob, who was removed, is there"),
}


@pytest.mark.parametrize("case", WORSE)
def test_a_list_that_stays_worse_than_it_was_left_is_a_failure(case):
    then, words = WORSE[case]
    outcome, service, pauses = cleared(then)
    assert (outcome.error.kind, outcome.error.retryable) == ("not_converged", True)
    assert outcome.error.message == f"The list is not as this run left it: {words}."
    assert outcome.failed == outcome.not_attempted == []
    assert outcome.after == {name: {"role": role} for name, role in service.world["p"].items()}
    assert [call for call in service.calls if call[0] == "list"] == [("list", "p")] * 3
    assert [pause for pause in pauses if pause] == [1.0, 2.0]


def test_a_list_that_shows_a_removal_late_is_read_again():
    outcome, service, _pauses = cleared(lambda world: world.update(bob="reader"), {3: lambda world: world.pop("bob")})
    assert (outcome.error, outcome.warning, outcome.after) == (None, "", {"kim": EDITOR, "lee": EDITOR})


def test_more_than_was_left_there_is_a_warning():
    outcome, service, pauses = cleared(lambda world: world.update(eve="reader", kim="admin"))
    assert outcome.error is None and not any(pauses)
    assert "eve (reader), kim (admin)" in outcome.warning
    assert outcome.after == {"eve": {"role": "reader"}, "kim": {"role": "admin"}, "lee": EDITOR}


def test_a_second_look_that_fails_is_a_failure():
    def then(world):
        raise RollcallError("down", kind="unavailable", hint="Later.")

    outcome, _service, _pauses = cleared(then)
    assert (outcome.error.kind, outcome.error.hint) == ("unavailable", "Later.")
    assert outcome.error.message == "The list could not be read again after the removals: down"


@pytest.mark.parametrize(
    "wish",
    [
        Wish("p", {"bob": None}),
        Wish("p", {"bob": EDITOR, "kim": EDITOR, "lee": EDITOR}, exclusive=True),
    ],
    ids=["not exclusive", "nobody removed"],
)
def test_other_lists_are_not_looked_at_again(wish):
    service = Memory({"p": {"bob": "reader", "kim": "editor"}})
    run(service, wish)
    assert ("list", "p") not in service.calls


def test_who_was_removed_by_somebody_else_is_no_reason_for_a_second_look():
    service = Memory({"p": {"bob": "reader", "kim": "editor"}}, [somebody_else(None, CONFLICT)])
    run(service, Wish("p", {"kim": EDITOR}, exclusive=True))
    assert service.calls == [("remove", "p", "bob"), ("list", "p")]


def test_the_second_look_claims_nothing_of_a_removal_that_is_unclear():
    class Late(Memory):
        def list_members(self, project):
            if len(self.writes()) == 2 and sum(call[0] == "list" for call in self.calls) == 6:
                self.world["p"].pop("bob", None)
            return super().list_members(project)

    service = Late({"p": {"amy": "reader", "bob": "reader", "kim": "editor"}}, [answers(None), lost_before(LOST)])
    (outcome,) = run(service, Wish("p", {"kim": EDITOR}, exclusive=True))
    assert [(step.name, error.kind) for step, error in outcome.failed] == [("bob", "unclear")]
    assert outcome.contradiction is None and outcome.warning == ""


def test_the_callers_own_loss_waits_for_the_second_look():
    class Raced(Memory):
        def list_members(self, project):
            if self.writes():
                self.world["p"].pop("kim", None)
            return super().list_members(project)

    service = Raced({"p": {"amy": "admin", "bob": "reader", "kim": "editor"}}, caller={"amy": True})
    wish = Wish("p", {"amy": None, "kim": EDITOR}, exclusive=True)
    (outcome,) = run(service, wish, allow_self=True)
    assert outcome.error.kind == "not_converged"
    assert [step.name for step in outcome.not_attempted] == ["amy"] and service.world["p"] == {"amy": "admin"}


def test_after_a_second_look_the_callers_own_loss_is_told():
    service = Memory({"p": {"amy": "admin", "bob": "reader", "kim": "editor"}}, caller={"amy": True})
    wish = Wish("p", {"amy": None, "kim": EDITOR}, exclusive=True)
    (outcome,) = run(service, wish, allow_self=True)
    assert outcome.error is None and outcome.after == {"kim": EDITOR}
    assert service.calls == [("remove", "p", "bob"), ("list", "p"), ("remove", "p", "amy")]
