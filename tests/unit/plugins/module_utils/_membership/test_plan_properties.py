# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The planner on random worlds."""

from __future__ import annotations

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import BadInput
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Field,
    Listing,
    Project,
    Removals,
    Rules,
    Scale,
    Wish,
    after,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.plan import judge, propose
from ansible_collections.rollcall.collaborators.tests.unit.plugins.patience import PATIENT
from hypothesis import assume, given
from hypothesis import strategies as st

SCALE = Scale((Field("permission", ("read", "write")), Field("live_control", (False, True))))
# Few names, many of them alike but for case, so that worlds and wishes meet.
NAMES = st.sampled_from(["amy", "Amy", "bob", "eve", "kim", "Kim", "KIM", "mia-ai", "support_bot", "@acme/crew"])
ACCESS = st.fixed_dictionaries({"permission": st.sampled_from(["read", "write"]), "live_control": st.booleans()})
PARTIAL = st.fixed_dictionaries(
    {}, optional={"permission": st.sampled_from(["read", "write"]), "live_control": st.booleans()}
)


@st.composite
def worlds(draw):
    """A wish, a listing, the rules, who calls, and whether the service folds case."""
    owners = frozenset(draw(st.sets(NAMES, max_size=1)))
    members = {name: access for name, access in draw(st.dictionaries(NAMES, ACCESS)).items() if name not in owners}
    wish = Wish("p", draw(st.dictionaries(NAMES, st.none() | PARTIAL)), draw(st.booleans()), "projects[0]")
    caller = draw(st.dictionaries(st.sampled_from(sorted(members)), st.booleans(), max_size=2)) if members else {}
    rules = Rules(
        max_removals=draw(st.builds(Removals, st.integers(0, 5), st.just(False)) | st.just(Removals())),
        protect=frozenset(draw(st.sets(NAMES, max_size=2))),
        allow_self=draw(st.booleans()),
        allow_empty=draw(st.booleans()),
    )
    return wish, Listing(Project("1", "p"), members, owners), rules, caller, draw(st.booleans())


def plan(wish, listing, rules, caller, folds_case):
    return judge(propose(wish, listing, SCALE, folds_case), rules, SCALE, caller)


def plan_or_none(*world):
    try:
        return plan(*world)
    except BadInput:
        return None


@PATIENT
@given(worlds())
def test_applying_the_plan_and_planning_again_gives_an_empty_plan(world):
    first = plan_or_none(*world)
    if first is None:
        return
    wish, listing, rules, caller, folds_case = world
    # Where amy is removed and Amy stays, a second wish for amy alone can only mean Amy (contract QuantConnect 10), or
    # is taken for mistyped. Services on which both could exist are not known.
    assume(len({name.casefold() for name in listing.members}) == len(listing.members))
    then = Listing(listing.project, after(first.before, list(first.steps)), listing.owners)
    still_there = {name: sure for name, sure in caller.items() if name in then.members}
    assert plan(wish, then, rules, still_there, folds_case).steps == ()


@PATIENT
@given(worlds())
def test_each_step_starts_from_the_listing_and_changes_something(world):
    first = plan_or_none(*world)
    if first is None:
        return
    assert len({step.name for step in first.steps}) == len(first.steps)
    for step in first.steps:
        assert step.old == world[1].members.get(step.name) and step.new != step.old


@PATIENT
@given(worlds())
def test_every_member_is_in_exactly_one_part_of_the_plan(world):
    first = plan_or_none(*world)
    if first is None:
        return
    parts = [step.name for step in first.steps if step.kind != "add"] + first.keep
    parts += [name for name in first.protected if name in first.before]
    assert sorted(parts) == sorted(world[1].members)


@PATIENT
@given(worlds())
def test_without_exclusive_nobody_unnamed_changes(world):
    wish, listing, _rules, _caller, folds_case = world
    first = plan_or_none(*world)
    if first is None or wish.exclusive:
        return
    named = {name.casefold() for name in wish.collaborators} if folds_case else set(wish.collaborators)
    for step in first.steps:
        assert (step.name.casefold() if folds_case else step.name) in named


@PATIENT
@given(worlds())
def test_owner_caller_and_protected_are_never_removed_or_lowered(world):
    wish, listing, rules, caller, _folds_case = world
    first = plan_or_none(*world)
    if first is None:
        return
    protect = {name.casefold() for name in rules.protect}
    for step in first.steps:
        assert step.name not in listing.owners
        if step.old is None or (step.new is not None and not SCALE.lowers(step.old, step.new)):
            continue
        assert step.name.casefold() not in protect
        assert rules.allow_self or not caller.get(step.name)
        named = step.name.casefold() in {name.casefold() for name in wish.collaborators}
        assert named or step.name not in caller


@PATIENT
@given(worlds())
def test_the_removal_guard_holds(world):
    wish, listing, rules, _caller, _folds_case = world
    first = plan_or_none(*world)
    if first is None or not wish.exclusive:
        return
    assert len(first.of("remove")) <= rules.max_removals.limit(len(listing.members))
    assert rules.allow_empty or any(access is not None for access in wish.collaborators.values())


@PATIENT
@given(worlds(), st.booleans())
def test_two_spellings_of_one_account_are_refused(world, exclusive):
    wish, listing, rules, caller, _folds_case = world
    wish = Wish("p", {**wish.collaborators, "zoe": {}, "ZOE": None}, exclusive, "projects[0]")
    assert plan_or_none(wish, listing, rules, caller, True) is None
