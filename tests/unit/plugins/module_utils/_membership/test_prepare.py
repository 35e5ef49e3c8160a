# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From wishes to plans: what is read, how often, and what refuses a whole run."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import (
    BadInput,
    Halt,
    RollcallError,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import Rules, Wish
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.prepare import (
    in_parallel,
    prepare,
)
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils._membership.memory import Memory

EDITOR = {"role": "editor"}


def wish(project, index=0, exclusive=False, **collaborators):
    return Wish(project, collaborators, exclusive, f"projects[{index}]")


@pytest.mark.parametrize("workers", [1, 4])
def test_one_listing_for_each_project_and_plans_in_the_order_of_the_wishes(workers):
    service = Memory({name: {} for name in "abcdef"})
    plans = prepare(service, [wish(name, jane=EDITOR) for name in "fbdace"], Rules(), workers)
    assert [plan.reference for plan in plans] == list("fbdace")
    assert sorted(service.calls) == sorted([("find", tuple("fbdace"))] + [("list", name) for name in "abcdef"])


def test_the_caller_is_asked_for_only_when_the_run_takes_access_away():
    service = Memory({"a": {"jane": "reader", "bob": "reader"}})
    prepare(service, [wish("a", jane=EDITOR)], Rules())
    prepare(service, [wish("a", exclusive=True, jane=EDITOR, bob={})], Rules())
    assert ("whoami",) not in service.calls
    for taking in (wish("a", jane=None), wish("a", exclusive=True, jane=EDITOR)):
        prepare(service, [taking], Rules())
    assert service.calls.count(("whoami",)) == 2
    prepare(service, [wish("a", exclusive=True, jane=EDITOR)], Rules(protect=frozenset(["Bob"])))
    prepare(service, [wish("a", jane=None)], Rules(allow_self=True))
    assert service.calls.count(("whoami",)) == 2


def test_with_allow_self_the_caller_matters_only_beside_other_steps():
    service = Memory({"a": {"jane": "editor", "bob": "editor"}})
    prepare(service, [wish("a", jane=None)], Rules(allow_self=True))
    assert ("whoami",) not in service.calls
    prepare(service, [wish("a", jane=None, bob={"role": "reader"})], Rules(allow_self=True))
    assert service.calls.count(("whoami",)) == 1


class Choosy(Memory):
    """Takes nobody whose name begins with x."""

    def check_adds(self, project, names):
        self.calls.append(("check_adds", project.id, *names))
        unfit = [name for name in names if name.startswith("x")]
        return BadInput(f"not these: {', '.join(unfit)}.", hint="Leave them out.") if unfit else None


def test_whether_they_can_be_added_is_asked_for_all_of_a_project_at_once_and_only_where_somebody_is_to_be_added():
    service = Choosy({"a": {"jane": "reader"}, "b": {"jane": "reader"}, "c": {}})
    wishes = [wish("a", jane=EDITOR, xi=None), wish("b", jane=None), wish("c", bob=EDITOR, amy=EDITOR)]
    assert len(prepare(service, wishes, Rules())) == 3
    assert [call for call in service.calls if call[0] == "check_adds"] == [("check_adds", "c", "bob", "amy")]


def test_who_cannot_be_added_refuses_the_run_with_the_place_of_each():
    service = Choosy({"a": {}, "b": {}, "c": {}})
    wishes = [wish("a", xi=EDITOR, amy=EDITOR), wish("b", 1, amy=EDITOR), wish("c", 2, xi=EDITOR, xo=EDITOR)]
    with pytest.raises(RollcallError) as failed:
        prepare(service, wishes, Rules())
    assert str(failed.value).splitlines() == [
        "2 problems, nothing was changed:",
        "- a (projects[0]): not these: xi.",
        "- c (projects[2]): not these: xi, xo. Leave them out.",
    ]
    assert failed.value.kind == "bad_input"


def test_whether_a_new_row_is_the_callers_matters_only_where_it_can_be_less_than_something():
    class Telling(Memory):
        def caller_without_row(self, listing, names):
            asked.append(set(names))
            return {"jane": {"role": "admin"}}

    service, asked = Telling({"a": {"bob": "reader"}}), []
    prepare(service, [wish("a", jane={"role": "admin"}, bob={"role": "editor"})], Rules())
    prepare(service, [wish("a", jane=EDITOR)], Rules(allow_self=True))
    assert asked == []
    with pytest.raises(BadInput, match="jane would be lowered by a row of its own"):
        prepare(service, [wish("a", jane=EDITOR, kim={}, bob={"role": "admin"}, lee={"role": "admin"})], Rules())
    prepare(service, [wish("a", jane=EDITOR, bob={"role": "editor"})], Rules(allow_self=True))
    assert asked == [{"jane", "kim"}, {"jane"}]


def test_who_the_caller_is_is_asked_once_when_it_cannot_be_told():
    class Nameless(Memory):
        def whoami(self, listing):
            super().whoami(listing)
            raise RollcallError("no answer", kind="unavailable")

    service = Nameless({"a": {"jane": "reader"}, "b": {"jane": "reader"}})
    with pytest.raises(RollcallError, match="no answer"):
        prepare(service, [wish("a", jane=None), wish("b", jane=None)], Rules())
    assert service.calls.count(("whoami",)) == 1


def test_a_guard_on_one_project_refuses_all_and_every_problem_is_told():
    service = Memory({"a": {}, "b": {}, "c": dict.fromkeys("xyz", "reader")}, owners=["own"])
    wishes = [wish("a", 0, jane=EDITOR), wish("b", 1, own=EDITOR), wish("c", 2, True, jane=EDITOR)]
    with pytest.raises(
        RollcallError, match=r"(?s)2 problems, nothing was changed.*projects\[1\].*projects\[2\]"
    ) as caught:
        prepare(service, wishes, Rules())
    assert service.writes() == [] and caught.value.kind == "safety"


def test_unknown_projects_are_all_told_before_anything_is_listed():
    service = Memory({"a": {}})
    with pytest.raises(RollcallError, match="(?s)no project x.*no project y") as caught:
        prepare(service, [wish("x"), wish("a"), wish("y")], Rules())
    assert caught.value.kind == "not_found" and [call[0] for call in service.calls] == ["find"]


@pytest.mark.parametrize(("one", "other"), [("a", "a"), ("a", "A")])
def test_two_entries_for_one_project_are_refused(one, other):
    with pytest.raises(BadInput, match=r"projects\[1\].*projects\[0\].*the same project"):
        prepare(Memory({"a": {}}), [wish(one, 0, jane=EDITOR), wish(other, 1, bob=EDITOR)], Rules())


def test_impossible_names_are_refused_before_anything_is_sent():
    service = Memory({"a": {}})
    with pytest.raises(BadInput, match=r"a \(projects\[0\]\): 'jane@example.org' cannot be a collaborator"):
        prepare(service, [Wish("a", {"jane@example.org": EDITOR}, False, "projects[0]")], Rules())
    assert service.calls == []


@pytest.mark.parametrize("workers", [1, 8])
def test_halt_ends_reading_at_once(workers):
    class Down(Memory):
        def list_members(self, project):
            super().list_members(project)
            raise Halt("down", kind="unreachable")

    service = Down({"a": {}, "b": {}, "c": {}})
    with pytest.raises(Halt):
        prepare(service, [wish("a"), wish("b"), wish("c")], Rules(), workers)
    assert [call for call in service.calls if call[0] == "list"] == [("list", "a")]


def test_after_a_halt_no_worker_begins_anything_new():
    halted, begun = threading.Event(), []

    def work(number):
        begun.append(number)
        if number == 1:
            halted.set()
            raise Halt("down", kind="unreachable")
        assert halted.wait(10)

    with pytest.raises(Halt):
        in_parallel(work, range(50), workers=2)
    # The other worker may have been between two of them.
    assert set(begun) <= {0, 1, 2}
