# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names are one account, and which look alike."""

from __future__ import annotations

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.names import (
    Names,
    appearance,
    grouped,
    identity,
    looks_like,
    spelled_out,
)
from ansible_collections.rollcall.collaborators.tests.unit.plugins.patience import PATIENT
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.text(
    st.sampled_from("aAeE-_\u2011\u2212\u0308\u200d\ufe0f\u00c9\u00e9\u017f\u0130\u212a\uff41\ud800"), max_size=5
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("norris", "NORRIS"),
        ("Zo\u00eb", "ZOE\u0308"),
        ("j\u030c", "J\u030c"),
        ("mia-ai", "mia\u2010ai"),
        ("mia-ai", "mia\u2011ai"),
        ("mia-ai", "mia\u2014ai"),
        ("mia-ai", "mia\u2212ai"),
        ("mia-ai", "mia\uff0dai"),
        ("mia-ai", "mia-\u00adai"),
        ("kim", "k\u200bim"),
        ("kim", "\u202ekim"),
        ("kim", "kim\ufe0f"),
        ("kim", "kim\U000e0101"),
        ("jos\u00e9", "jose\u200d\u0301"),
        ("kim", "\uff4bim"),
        ("kim", "\u212aim"),
        ("finn", "\ufb01nn"),
        ("support", "\u017fupport"),
    ],
)
def test_names_that_look_alike(one, other):
    assert all(looks_like(*pair) for pair in ((one, other), (other, one)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("l1am", "liam"),
        ("strasse", "stra\u00dfe"),
        ("k\u0456m", "kim"),
        ("zoe", "zo\u00eb"),
        ("a_b", "a-b"),
        ("a b", "ab"),
    ],
)
def test_names_that_are_told_apart(one, other):
    assert not looks_like(one, other)


def test_identity_folds_from_a_to_z_only_and_only_where_the_service_does():
    assert identity("Mia-AI\u00c9", folds_case=True) == "mia-ai\u00c9"
    assert identity("\u212a", folds_case=True) == "\u212a"
    assert [identity("Mia", folds_case) for folds_case in (False, None)] == ["Mia", "Mia"]


@PATIENT
@given(NAMES)
def test_what_looks_like_something_looks_like_itself(name):
    assert appearance(appearance(name)) == appearance(name)
    assert looks_like(identity(name, folds_case=True), name)


def test_exact_wins():
    names = Names(["kim", "KIM", "jane"], folds_case=True)
    assert [names.same(written) for written in ("kim", "Kim", "Jane", "bob")] == [["kim"], ["KIM", "kim"], ["jane"], []]
    assert names.alike("Kim") == ["KIM", "kim"]
    assert Names(["kim"], folds_case=False).same("Kim") == []


def test_names_of_one_account_stand_together():
    assert list(grouped(["b", "A", "a"], folds_case=True)) == [["A", "a"], ["b"]]
    assert list(grouped(["b", "A", "a"], folds_case=False)) == [["A"], ["a"], ["b"]]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("norris", "norris"),
        ("Zo\u00eb", "Zo\u00eb (Zo\\u00eb)"),
        ("Zoe\u0308", "Zoe\u0308 (Zoe\\u0308)"),
        # A message writes this out anyway.
        ("kim\u200b", "kim\u200b"),
        ("\U0001f600", "\U0001f600 (\\U0001f600)"),
    ],
)
def test_a_name_is_spelled_out_where_its_look_does_not_tell(name, shown):
    assert spelled_out(name) == shown
