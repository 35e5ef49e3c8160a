# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list that contradicts itself is no list."""

from __future__ import annotations

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.names import looks_like
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.whole_list import (
    READS,
    Contradiction,
    Reading,
    read_whole,
)
from ansible_collections.rollcall.collaborators.tests.unit.plugins.patience import PATIENT
from hypothesis import given
from hypothesis import strategies as st


def rows(names):
    return [(name, name.upper()) for name in names]


def test_what_does_not_contradict_itself_is_whole():
    reading = Reading()
    reading.page(rows("ab"), total=4)
    reading.page(rows("bcd"), overlaps=True, total=4)
    assert reading.whole("it") == dict(rows("abcd"))


@pytest.mark.parametrize(
    ("pages", "seen"),
    [
        ([("aba",)], "3 rows came, but 2 different ones; repeated: a"),
        ([("abcdefgh",), ("abcdefgh",)], "16 rows came, but 8 different ones; repeated: a, b, c, d, e"),
        ([("ab", False, 3)], "it counts 3 rows and shows 2"),
        ([("ab", False, 3), ("c", False, 4)], "it counts 3 and then 4 rows and shows 3"),
        ([("ab",), ("cd", True)], "a page does not begin where the one before it ended"),
        ([("ab",), ("", True)], "a page does not begin where the one before it ended"),
    ],
)
def test_what_it_saw_is_told(pages, seen):
    reading = Reading()
    for names, *more in pages:
        reading.page(rows(names), *more)
    with pytest.raises(Contradiction, match=f"^it contradicts itself: {seen}") as caught:
        reading.whole("it")
    assert (caught.value.kind, caught.value.retryable) == ("bad_answer", True)


def test_more_rows_than_are_counted_are_no_contradiction():
    reading = Reading()
    reading.page(rows("abc"), total=2)
    assert len(reading.whole("it")) == 3


def test_the_spelling_of_the_rows_is_that_of_the_project_and_there_is_one():
    reading = Reading("Apollo", looks_like)
    reading.of_project("apollo")
    assert (reading.project, reading.contradiction) == ("apollo", "")
    reading.of_project("platform")
    assert "rows are of the project apollo, platform, not of apollo" in reading.contradiction


@pytest.mark.parametrize("bad", range(READS + 1))
def test_it_is_read_again_so_many_times(bad):
    attempts = []

    def read():
        attempts.append(len(attempts))
        if len(attempts) <= bad:
            raise Contradiction("no", kind="bad_answer")
        return "list"

    if bad < READS:
        assert read_whole(read) == "list"
    else:
        with pytest.raises(Contradiction):
            read_whole(read)
    assert len(attempts) == min(bad + 1, READS)


@PATIENT
@given(st.integers(1, 9), st.integers(2, 4), st.data())
def test_a_list_that_is_read_in_windows_is_complete_or_contradicts_itself(size, window, data):
    """Between two windows one entry is taken out, put in or moved: whoever was there all the time is seen."""
    entries = [f"entry{number}" for number in range(size)]
    stayed = set(entries)
    change = data.draw(st.integers(0, size))
    reading, start = Reading(), 0
    for number in range(size + 2):
        if number == change:
            how = data.draw(st.sampled_from(["remove", "add", "move", "nothing"]))
            place, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
            if how in ("remove", "move"):
                moved = entries.pop(place)
                stayed -= {moved} if how == "remove" else set()
            if how in ("add", "move"):
                entries.insert(other, moved if how == "move" else "new")
        page = entries[start : start + window]
        reading.page(rows(page), overlaps=start > 0)
        if len(page) < window:
            break
        start += window - 1
    assert reading.contradiction or stayed <= set(reading.rows)
