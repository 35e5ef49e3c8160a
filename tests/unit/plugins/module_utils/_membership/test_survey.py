# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading alone: what is asked, what could not be read and why, where one account is, and the way back into a plan."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible import arguments, result_info
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import (
    BadInput,
    Halt,
    RollcallError,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import Listing, Project, Rules
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.prepare import prepare
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.survey import (
    Survey,
    of_account,
    survey,
    with_inherited,
)
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils._membership.memory import Memory
from ansible_collections.rollcall.collaborators.tests.unit.plugins.patience import PATIENT
from hypothesis import given
from hypothesis import strategies as st

WORLD = {"a": {"jane": "editor"}, "b": {}, "c": {"bob": "reader", "jane": "admin"}}
FORBIDDEN = RollcallError("no right", kind="forbidden")


class Closed(Memory):
    """Lists nobody on the projects of C(errors), which are project -> error."""

    def __init__(self, world, errors):
        super().__init__(world)
        self.errors = errors

    def list_members(self, project):
        listing = super().list_members(project)
        if project.id in self.errors:
            raise self.errors[project.id]
        return listing


class Particular(Memory):
    """Takes names with a blank for no reference at all."""

    def find_projects(self, references):
        found = super().find_projects(references)
        return {name: BadInput(f"{name!r} has a blank") if " " in name else found[name] for name in found}


def listed(seen):
    return {reference: dict(listing.members) for reference, listing in seen.listings.items()}


# What is asked


@pytest.mark.parametrize("workers", [1, 4])
def test_all_projects_take_one_look_up_and_one_listing_each(workers):
    service = Memory(WORLD)
    seen = survey(service, None, workers)
    assert (list(seen.listings), seen.unreadable) == (["a", "b", "c"], {})
    assert service.calls[0] == ("all",) and sorted(service.calls[1:]) == [("list", name) for name in "abc"]


def test_some_projects_come_in_the_order_in_which_they_are_named():
    service = Memory(WORLD)
    seen = survey(service, ["c", "a"], 4)
    assert listed(seen) == {
        "c": {"bob": {"role": "reader"}, "jane": {"role": "admin"}},
        "a": {"jane": {"role": "editor"}},
    }
    assert list(seen.listings) == ["c", "a"]
    assert sorted(service.calls) == [("find", ("c", "a")), ("list", "a"), ("list", "c")]


def test_who_names_a_project_twice_gets_it_once_as_it_is_named_first():
    service = Memory(WORLD)
    assert list(survey(service, ["A", "b", "a", "b", "A"], 1).listings) == ["A", "b"]
    assert service.calls == [("find", ("A", "b", "a")), ("list", "a"), ("list", "b")]


def test_no_projects_are_not_all_projects():
    service = Memory(WORLD)
    assert survey(service, [], 1) == Survey({}, {})
    assert ("all",) not in service.calls


@pytest.mark.parametrize(("reference", "problem"), [("", "is blank"), ("a\ud800", "half a character")])
def test_what_cannot_be_sent_is_refused_before_anything_is(reference, problem):
    service = Memory(WORLD)
    with pytest.raises(BadInput, match=rf"projects\[1\].*{problem}"):
        survey(service, ["a", reference], 1)
    assert service.calls == []


def test_what_can_mean_no_project_is_refused_all_of_it_at_once_before_anything_is_listed():
    service = Particular(WORLD)
    with pytest.raises(RollcallError, match=r"(?s)projects\[0\]: 'a b' has.*projects\[2\]: 'b c' has") as caught:
        survey(service, ["a b", "a", "b c", "nowhere"], 1)
    assert caught.value.kind == "bad_input" and [call[0] for call in service.calls] == ["find"]


# What cannot be read


@pytest.mark.parametrize("workers", [1, 4])
def test_what_cannot_be_read_stands_beside_the_rest_in_the_order_of_the_references(workers):
    seen = survey(Closed(WORLD, {"a": FORBIDDEN}), ["a", "nowhere", "c", "elsewhere", "b"], workers)
    assert list(seen.listings) == ["c", "b"]
    reasons = {reference: error.kind for reference, error in seen.unreadable.items()}
    assert list(reasons.items()) == [("a", "forbidden"), ("nowhere", "not_found"), ("elsewhere", "not_found")]


def test_of_all_projects_too():
    seen = survey(Closed(WORLD, {"b": FORBIDDEN}), None, 1)
    assert (list(seen.listings), dict(seen.unreadable)) == (["a", "c"], {"b": FORBIDDEN})


@pytest.mark.parametrize("kind", ["not_found", "ambiguous", "forbidden", "refused"])
def test_that_none_can_be_read_is_a_result_where_the_service_says_so_of_each(kind):
    errors = {name: RollcallError("no", kind=kind) for name in WORLD}
    assert survey(Closed(WORLD, errors), None, 1) == Survey({}, errors)


@pytest.mark.parametrize("kind", ["unreachable", "unavailable", "throttled", "redirect", "bad_answer", "bad_input"])
def test_a_service_without_a_usable_answer_fails_unless_another_project_was_answered(kind):
    errors = {name: RollcallError(f"no answer for {name}", kind=kind) for name in "ab"}
    with pytest.raises(RollcallError, match="^no answer for a$") as caught:
        survey(Closed(WORLD, errors), ["a", "b"], 1)
    assert caught.value.kind == kind
    assert list(survey(Closed(WORLD, errors), ["a", "b", "c"], 1).unreadable) == ["a", "b"]
    assert list(survey(Closed(WORLD, errors), ["a", "b", "nowhere"], 1).unreadable) == ["a", "b", "nowhere"]


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("references", [None, ["a", "b", "c"]])
def test_refused_credentials_are_tried_once(references, workers):
    service = Closed(WORLD, dict.fromkeys(WORLD, Halt("no", kind="authentication")))
    with pytest.raises(Halt):
        survey(service, references, workers)
    assert [call for call in service.calls if call[0] == "list"] == [("list", "a")]


# One account

TEAM = [{"role": "reader", "through": "@acme_org/crew"}]


def listing(name, members=(), owners=(), inherited=None):
    emails = {who: f"{who}@example.org" for who in (*members, *owners)}
    access = {who: {"role": "reader"} for who in members}
    return Listing(Project(name, name), access, frozenset(owners), emails=emails, inherited=inherited)


def seen(*listings):
    return Survey({each.project.id: each for each in listings}, {"closed": FORBIDDEN})


def shown(found):
    return {
        reference: (list(each.members), list(each.emails), each.inherited) for reference, each in found.listings.items()
    }


def test_one_account_is_shown_alone_and_where_it_owns_or_inherits_without_a_row():
    everything = seen(
        listing("row", ["bob", "jane"], ["own"], {"bob": TEAM}),
        listing("both", ["jane"], [], {"jane": TEAM, "bob": TEAM}),
        listing("owner", ["bob"], ["jane"], {}),
        listing("inherits", ["bob"], ["own"], {"jane": TEAM}),
        listing("neither", ["bob"], ["own"], {"own": TEAM}),
    )
    found = of_account(Memory({}), everything, "jane")
    assert shown(found) == {
        "row": (["jane"], ["jane"], {}),
        "both": (["jane"], ["jane"], {"jane": TEAM}),
        "owner": ([], ["jane"], {}),
        "inherits": ([], [], {"jane": TEAM}),
    }
    assert found.unreadable == {"closed": FORBIDDEN}
    assert found.listings["owner"].owners == {"jane"}


def test_inheritance_that_was_not_asked_for_is_not_told():
    assert shown(of_account(Memory({}), seen(listing("a", ["jane"])), "jane"))["a"][2] is None


def folding(folds_case):
    service = Memory({})
    service.folds_case = folds_case
    return service


# What only compares equal by casefold() is another name: folding goes from A to Z.
@pytest.mark.parametrize("account", ["jane", "strasse"])
@pytest.mark.parametrize("folds_case", [False, True, None])
def test_an_account_that_is_nowhere_is_nowhere(folds_case, account):
    assert of_account(folding(folds_case), seen(listing("a", ["bob", "stra\u00dfe"])), account).listings == {}


def test_an_account_that_stands_beside_the_projects_only_is_one_all_the_same():
    everything = replace(seen(listing("a", ["bob"])), accounts=frozenset(["max_member"]))
    assert of_account(folding(False), everything, "max_member").listings == {}
    with pytest.raises(BadInput, match="collaborator: Max_Member looks like a listed name, max_member; write it"):
        of_account(folding(False), everything, "Max_Member")


def test_a_name_that_is_no_account_is_refused_unless_it_is_listed():
    class Picky(Memory):
        def check_unlisted(self, name, is_added):
            return "a number is not accepted." if is_added else "it is none." if name == "7" else None

    assert list(of_account(Picky({}), seen(listing("a", ["7"])), "7").listings) == ["a"]
    with pytest.raises(BadInput, match="collaborator: '7' cannot be a collaborator: it is none"):
        of_account(Picky({}), seen(listing("a", ["bob"])), "7")
    assert of_account(Picky({}), seen(listing("a", ["bob"])), "jane").listings == {}


SPELLINGS = [
    # listed on one project and another, what is asked for, the spelling that is meant where case is told apart and
    # where it is folded, None for an error
    (["jane"], ["jane"], "jane", "jane", "jane"),
    (["jane"], ["jane"], "Jane", None, "jane"),
    (["Jane"], ["bob"], "JANE", None, "Jane"),
    # Who is listed exactly so is meant, and nobody else.
    (["jane"], ["Jane"], "jane", "jane", "jane"),
    (["jane", "Jane"], ["Jane"], "Jane", "Jane", "Jane"),
    # One of two accounts, nobody knows which.
    (["jane"], ["Jane"], "JANE", None, None),
    (["jane", "Jane"], [], "JANE", None, None),
    # Beyond A to Z names only look alike.
    (["\u00c9lodie"], [], "\u00e9lodie", None, None),
    (["ki\u200bm"], ["bob"], "kim", None, None),
]


@pytest.mark.parametrize("folds_case", [False, True, None])
@pytest.mark.parametrize("place", ["members", "owners", "inherited"])
@pytest.mark.parametrize(("one", "other", "account", "exactly", "folded"), SPELLINGS)
def test_an_account_in_another_spelling(one, other, account, exactly, folded, place, folds_case):
    def at(name, names):
        return listing(name, **{place: dict.fromkeys(names, TEAM) if place == "inherited" else names})

    everything = seen(at("one", one), at("other", other))
    meant = folded if folds_case else exactly
    if meant is None:
        with pytest.raises(
            BadInput, match=rf"^collaborator: {account}.* (looks like|could be any of) .*write"
        ) as caught:
            of_account(folding(folds_case), everything, account)
        assert [name for name in {*one, *other} - {"bob"} if name not in caught.value.message] == []
    else:
        found = of_account(folding(folds_case), everything, account).listings
        assert list(found) == [name for name, names in (("one", one), ("other", other)) if meant in names]


def test_beside_the_rows_a_service_tells_nothing_unless_it_has_something_to_tell():
    everything = survey(Memory(WORLD), None, 1)
    assert with_inherited(Memory(WORLD), everything) == (everything, {})


# The way back

NAMES = st.sampled_from(["amy", "Amy", "bob", "eve", "kim", "mia-ai", "support_bot", "zo\u00eb"])
WORLDS = st.dictionaries(
    st.sampled_from("abcdef"), st.dictionaries(NAMES, st.sampled_from(["reader", "editor", "admin"]))
)


def entries(told, exclusive):
    return {"projects": [{**project, "exclusive": exclusive} for project in told["projects"]]}


@PATIENT
@given(WORLDS, st.booleans(), st.sampled_from([1, 4]))
def test_what_was_read_is_a_list_that_changes_nothing(world, exclusive, workers):
    service = Memory(world)
    told = result_info.survey_result(survey(service, None, workers), Memory.scale, None, emails=False)
    assert len(told["projects"]) == len(world)
    wishes = arguments.wishes_of_many(Memory, entries(told, exclusive))
    plans = prepare(service, wishes, Rules(allow_empty=True), workers)
    assert [step for plan in plans for step in plan.steps] == []
    assert service.writes() == []


@PATIENT
@given(WORLDS, NAMES)
def test_of_one_account_too(world, account):
    service = Memory(world)
    everything = survey(service, None, 1)
    try:
        found = of_account(service, everything, account)
    except BadInput:
        assert not any(account in members for members in world.values())
        return
    told = result_info.survey_result(found, Memory.scale, account, emails=False)
    assert {project["project"]: project["collaborators"] for project in told["projects"]} == {
        project: {account: members[account]} for project, members in world.items() if account in members
    }
    plans = prepare(service, arguments.wishes_of_many(Memory, entries(told, False)), Rules())
    assert [step for plan in plans for step in plan.steps] == []
