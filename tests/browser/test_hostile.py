# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of projects, accounts and persons, and messages of services, that try to be more than text."""

from __future__ import annotations

import pytest
from reports import BACKWARDS, DATE, EVIL, FORMULA, HEBREW, HOSTILE, LONG

# A character that turns the direction of writing is shown by its number.
SHOWN = {EVIL: EVIL, BACKWARDS: "invoice[U+202E]fdp.exe", HEBREW: HEBREW, FORMULA: FORMULA, LONG: LONG}


@pytest.mark.parametrize("has_script", [True, False])
def test_they_are_text_and_nothing_else(open_report, has_script):
    page = open_report(HOSTILE, java_script_enabled=has_script).page
    assert page.title() == f"Access report, {DATE}"
    assert page.locator("img").count() == 0
    for table in ("elevated", "unknown", "drift", "unreadable"):
        assert EVIL in page.locator(f"#table-{table}").text_content()
    assert EVIL in page.locator(".alert").first.text_content()
    text = page.locator("body").text_content()
    assert "\u202e" not in text and SHOWN[BACKWARDS] in text


def test_the_matrix_shows_them(open_report):
    opened = open_report(HOSTILE)
    names = [row[0].split(" / ")[0] for row in opened.rows("matrix")]
    assert sorted(names) == sorted([*SHOWN.values(), "mia_member"])
    assert opened.head("matrix")[1:] == sorted(f"{name}/{name}" for name in SHOWN.values())


@pytest.mark.parametrize("name", SHOWN.values(), ids=["markup", "backwards", "hebrew", "formula", "long"])
def test_filters_take_them(open_report, name):
    opened = open_report(HOSTILE)
    opened.page.locator("#table-matrix tbody button").filter(has_text=name).click()
    opened.settle()
    assert [row[0].split(" / ")[0] for row in opened.rows("matrix")] == [name]
