# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The planner, rule by rule."""

from __future__ import annotations

import re

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import BadInput
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Field,
    Listing,
    Project,
    Removals,
    Rules,
    Scale,
    Step,
    Wish,
    after,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.plan import judge, propose
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils._membership.memory import ROLES

TREES = Project("trees", "acme_org/trees")
RIGHTS = Scale((Field("permission", ("read", "write")), Field("live_control", (False, True))))


def role(name):
    return {"role": name}


def make(
    wanted,
    present,
    *,
    exclusive=False,
    rules=None,
    caller=None,
    without_row=None,
    owners=(),
    scale=ROLES,
    folds_case=False,
    check=lambda name, is_added: None,
    **more_rules,
):
    """The plan for C(wanted) and C(present), both name -> role (None: absent) or name -> access."""

    def as_access(value):
        return role(value) if isinstance(value, str) else value

    listing = Listing(TREES, {name: as_access(value) for name, value in present.items()}, frozenset(owners))
    wish = Wish("acme_org/trees", {name: as_access(value) for name, value in wanted.items()}, exclusive, "projects[0]")
    draft = propose(wish, listing, scale, folds_case, check)
    return judge(draft, rules or Rules(**more_rules), scale, caller or {}, without_row or {})


def kinds(plan):
    return [(step.kind, step.name) for step in plan.steps]


def test_adds_then_updates_then_removals_each_sorted():
    plan = make(
        {"zoe": "reader", "amy": "reader", "bob": None, "abe": None, "eve": "admin", "dan": "admin"},
        {"bob": "reader", "abe": "reader", "eve": "reader", "dan": "reader"},
    )
    assert kinds(plan) == [
        ("add", "amy"),
        ("add", "zoe"),
        ("change", "dan"),
        ("change", "eve"),
        ("remove", "abe"),
        ("remove", "bob"),
    ]


def test_same_access_is_no_step_and_absent_needs_a_row():
    plan = make({"jane": "editor", "bob": None}, {"jane": "editor"})
    assert plan.steps == () and plan.keep == ["jane"]


def test_access_left_open_is_kept_or_least():
    plan = make({"jane": {}, "new": {}}, {"jane": "admin"})
    assert plan.steps == (Step("new", None, role("reader")),)


def test_one_of_two_fields_left_open():
    present = {"mia-ai": {"permission": "write", "live_control": True}}
    plan = make({"mia-ai": {"permission": "read"}}, present, scale=RIGHTS)
    assert plan.steps[0].new == {"permission": "read", "live_control": True}


def test_without_exclusive_nobody_unnamed_is_touched():
    plan = make({"jane": "editor"}, {"bob": "admin", "eve": "reader"})
    assert kinds(plan) == [("add", "jane")] and plan.keep == ["bob", "eve"]


def test_exclusive_removes_the_unnamed():
    plan = make({"jane": "editor"}, {"jane": "editor", "bob": "admin"}, exclusive=True)
    assert kinds(plan) == [("remove", "bob")]
    assert after(plan.before, list(plan.steps)) == {"jane": role("editor")}


@pytest.mark.parametrize(
    ("caller", "reason"), [({"bob": True}, "makes the calls"), ({"bob": False}, "may be the owner or the account")]
)
def test_exclusive_keeps_who_is_or_may_be_the_caller(caller, reason):
    plan = make({"jane": "editor"}, {"jane": "editor", "bob": "admin"}, exclusive=True, caller=caller)
    assert plan.steps == () and reason in plan.protected["bob"]


def test_exclusive_keeps_names_that_look_like_protected_ones_and_reports_the_owner():
    plan = make(
        {"jane": "editor"},
        {"jane": "editor", "Support_Bot": "admin"},
        exclusive=True,
        owners=["john_doe"],
        protect=frozenset(["support_bot"]),
    )
    assert plan.steps == ()
    assert plan.protected == {"Support_Bot": "named in protect", "john_doe": "owner of the project"}


@pytest.mark.parametrize("wanted", [{}, {"bob": None}])
def test_exclusive_that_keeps_nobody_is_refused(wanted):
    with pytest.raises(BadInput, match=r"acme_org/trees \(projects\[0\]\).*everybody") as caught:
        make(wanted, {"bob": "admin"}, exclusive=True)
    assert caught.value.kind == "safety" and "allow_empty" in caught.value.hint


def test_allow_empty_says_that_it_is_meant():
    assert kinds(make({}, {"bob": "admin"}, exclusive=True, allow_empty=True)) == [("remove", "bob")]


def test_too_many_removals_name_whom_they_would_take():
    with pytest.raises(
        BadInput, match="remove 3 of 4 collaborators, max_removals 25% allows 2: bob, eve, kim"
    ) as caught:
        make({"jane": "admin"}, dict.fromkeys(["jane", "bob", "eve", "kim"], "admin"), exclusive=True)
    assert caught.value.kind == "safety"


def test_protected_members_do_not_count_as_removals():
    plan = make(
        {"jane": "admin"},
        dict.fromkeys(["jane", "bob", "eve", "kim"], "admin"),
        exclusive=True,
        caller={"kim": True},
    )
    assert kinds(plan) == [("remove", "bob"), ("remove", "eve")]


def test_named_removals_alone_are_not_limited():
    present = dict.fromkeys(["bob", "eve", "kim"], "admin")
    assert len(make(dict.fromkeys(present), present, max_removals=Removals(0, False)).steps) == 3


@pytest.mark.parametrize(
    ("written", "present", "limit"),
    [("25%", 100, 25), ("25%", 7, 2), ("25%", 0, 2), ("0%", 100, 0), ("100%", 9, 9), ("3", 100, 3), ("0", 9, 0)],
)
def test_removals_as_number_or_share(written, present, limit):
    assert Removals.parse(written).limit(present) == limit and str(Removals.parse(written)) == written


@pytest.mark.parametrize("written", ["", "-1", "many", "101%", "2.5", "%"])
def test_removals_that_make_no_sense(written):
    with pytest.raises(BadInput, match="max_removals"):
        Removals.parse(written)


@pytest.mark.parametrize("wanted", [None, "reader"])
def test_losing_your_own_access_by_name_needs_allow_self(wanted):
    with pytest.raises(BadInput, match="me would be .*allow_self"):
        make({"me": wanted}, {"me": "admin"}, caller={"me": True})
    assert len(make({"me": wanted}, {"me": "admin"}, caller={"me": True}, allow_self=True).steps) == 1


def test_raising_yourself_is_not_locking_out():
    assert kinds(make({"me": "admin"}, {"me": "reader"}, caller={"me": True})) == [("change", "me")]


def test_a_row_of_your_own_that_is_less_than_you_have_without_one_needs_allow_self():
    """It would count instead; where it does not cost anything, nobody has to say so."""
    without_row = {"me": role("editor")}
    with pytest.raises(BadInput, match="me would be lowered by a row of its own, but is the account .*allow_self"):
        make({"me": "reader", "amy": "reader"}, {}, without_row=without_row)
    for enough in ("editor", "admin"):
        assert kinds(make({"me": enough}, {}, without_row=without_row)) == [("add", "me")]


def test_a_row_of_your_own_that_costs_you_access_comes_last():
    wanted, present = {"amy": "reader", "bob": None, "me": "reader"}, {"bob": "reader"}
    plan = make(wanted, present, without_row={"me": role("editor")}, allow_self=True)
    assert kinds(plan) == [("add", "amy"), ("remove", "bob"), ("add", "me")]
    plan = make({**wanted, "me": "editor"}, present, without_row={"me": role("editor")}, allow_self=True)
    assert kinds(plan) == [("add", "amy"), ("add", "me"), ("remove", "bob")]


@pytest.mark.parametrize("wanted", [None, "reader"])
def test_asking_for_the_loss_of_a_protected_name_is_a_contradiction(wanted):
    with pytest.raises(BadInput, match="bot would be .*protect"):
        make({"bot": wanted}, {"bot": "admin"}, protect=frozenset(["Bot"]))


@pytest.mark.parametrize("wanted", ["reader", None])
@pytest.mark.parametrize(
    ("written", "folds_case", "said"),
    [
        ("john_doe", False, "john_doe is the owner"),
        ("John_Doe", True, "John_Doe is the owner"),
        ("John_Doe", False, "John_Doe looks like a listed name, john_doe;"),
        ("John_Doe", None, "John_Doe looks like a listed name, john_doe;"),
        ("john\uff3fdoe", True, r"john\uff3fdoe \(john\\uff3fdoe\) looks like a listed name, john_doe;"),
    ],
)
def test_the_owner_is_no_collaborator(wanted, written, folds_case, said):
    with pytest.raises(BadInput, match=said):
        make({written: wanted}, {}, owners=["john_doe"], folds_case=folds_case)


def test_a_collaborator_whose_name_is_nearly_that_of_the_owner_is_meant_by_the_very_name():
    assert kinds(make({"kim": None}, {"kim": "reader"}, owners=["Kim"], folds_case=True)) == [("remove", "kim")]


def test_lowering_from_an_unknown_role_counts_as_lowering():
    with pytest.raises(BadInput, match="lowered"):
        make({"me": "admin"}, {"me": "superhero"}, caller={"me": True})


# A listed name, what is written, and how the message tells them apart.
LOOK_ALIKES = [
    ("norris", "Norris", "Norris looks like a listed name, norris; write"),
    (
        "Zo\u00eb",
        "Zoe\u0308",
        r"Zoe\u0308 \(Zoe\\u0308\) looks like a listed name, Zo\u00eb \(Zo\\u00eb\); write",
    ),
    ("mia-ai", "mia\u2011ai", r"mia\u2011ai \(mia\\u2011ai\) looks like a listed name, mia-ai; write"),
    ("mia-ai", "mia-ai\u200b", r"^\S+ \S+ mia-ai\\u200b looks like a listed name, mia-ai; write"),
    ("\uff2b\uff29\uff2d", "kim", r"kim looks like a listed name, \uff2b\uff29\uff2d \(\\uff2b\\uff29\\uff2d\); write"),
]


@pytest.mark.parametrize("wanted", ["reader", "admin", None])
@pytest.mark.parametrize(("listed", "written", "said"), LOOK_ALIKES)
def test_a_name_that_only_looks_like_a_listed_one_is_refused(listed, written, said, wanted):
    with pytest.raises(BadInput) as caught:
        make({written: wanted}, {listed: "reader"})
    assert re.search(said, str(caught.value))


@pytest.mark.parametrize(("listed", "written", "said"), LOOK_ALIKES)
def test_it_is_taken_as_written_where_the_list_names_the_other_one_too(listed, written, said):
    assert kinds(make({written: "reader", listed: "reader"}, {listed: "reader"})) == [("add", written)]
    both = make({written: None, listed: "admin"}, {listed: "reader", written: "reader"})
    assert kinds(both) == [("change", listed), ("remove", written)]


def test_no_list_of_confusable_letters():
    plan = make({"l1am": "reader", "strasse": None, "\u0456van": "reader"}, {"liam": "reader", "stra\u00dfe": "reader"})
    assert kinds(plan) == [("add", "l1am"), ("add", "\u0456van")]


def test_folding_services_take_the_one_that_is_meant():
    assert kinds(make({"Mia-AI": None}, {"mia-ai": "reader"}, folds_case=True)) == [("remove", "mia-ai")]
    with pytest.raises(BadInput, match="could be any of KIM, kim"):
        make({"Kim": None}, {"kim": "reader", "KIM": "reader"}, folds_case=True)
    assert kinds(make({"kim": None}, {"kim": "reader", "KIM": "reader"}, folds_case=True)) == [("remove", "kim")]
    plan = make({"kim": None, "KIM": "admin"}, {"kim": "reader", "KIM": "reader"}, folds_case=True)
    assert kinds(plan) == [("change", "KIM"), ("remove", "kim")]


def test_folding_goes_from_a_to_z():
    with pytest.raises(BadInput, match="looks like a listed name"):
        make({"\u00c9lodie": None}, {"\u00e9lodie": "reader"}, folds_case=True)
    assert kinds(make({"strasse": "reader"}, {"stra\u00dfe": "reader"}, folds_case=True)) == [("add", "strasse")]


@pytest.mark.parametrize("present", [{}, {"norris": "reader"}, {"NORRIS": "reader"}])
def test_where_nobody_knows_whether_case_is_folded_no_list_names_both_unless_both_are_there(present):
    both = {"norris": "reader", "NORRIS": "reader"}
    with pytest.raises(BadInput, match="NORRIS and norris may be the same account; name it once"):
        make(both, present, folds_case=None)
    assert make(both, both, folds_case=None).steps == ()


def test_a_listed_name_is_a_valid_name_whatever_it_looks_like():
    def check(name, is_added):
        return "a number is not accepted." if name.isdecimal() and is_added else None

    present = {"1": "reader", "2": "reader", "3": "reader"}
    plan = make({"1": "reader", "2": "admin", "3": None, "4": None}, present, check=check)
    assert kinds(plan) == [("change", "2"), ("remove", "3")]
    with pytest.raises(BadInput, match="'4' cannot be a collaborator: a number is not accepted"):
        make({"4": "reader"}, present, check=check)


@pytest.mark.parametrize("present", [{}, {"mia-ai": "reader"}])
def test_the_same_account_twice_is_refused(present):
    with pytest.raises(BadInput, match="the same account"):
        make({"mia-ai": "editor", "Mia-AI": "admin"}, present, folds_case=True)


def test_all_problems_come_in_one_message():
    with pytest.raises(BadInput, match="john_doe is the owner.*Norris looks like a listed name, norris"):
        make({"john_doe": "reader", "Norris": "reader"}, {"norris": "reader"}, owners=["john_doe"])
