# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters: each of them, together, and taken back. They work on the matrix and on every table."""

from __future__ import annotations

import pytest


def column(rows, place):
    return {row[place] for row in rows}


def people(opened):
    return [row[0].split(" / ")[0] for row in opened.rows("matrix")]


def test_by_service(open_report):
    opened = open_report()
    opened.fill(service="Helix TeamHub")
    assert opened.head("matrix")[1:] == ["apollo", "archive", "platform", "tools"]
    for table, place in (("elevated", 0), ("unknown", 0), ("drift", 1)):
        assert column(opened.rows(table), place) == {"Helix TeamHub"}
    assert opened.status().startswith(
        "Filtered: 8 access entries, 6 people and accounts, 4 projects, 2 elevated, 1 unknown"
    )


def test_by_project(open_report):
    opened = open_report()
    opened.fill(project="TEAM/")
    assert opened.head("matrix")[1:] == ["Team/First"]
    assert people(opened) == ["jane", "otto", "sim_owner"]
    assert column(opened.rows("elevated"), 1) == {"Team/First"}
    assert column(opened.rows("drift"), 2) == {"Team/First"}
    assert column(opened.rows("unknown"), 1) == {"sim_owner"}


def test_a_project_of_nobody_is_there_until_people_are_asked_for(open_report):
    opened = open_report()
    opened.fill(project="archive")
    assert (opened.head("matrix")[1:], opened.where("projects")) == (["archive"], "1–1 of 1 projects")
    opened.fill(person="jane")
    assert opened.head("matrix")[1:] == []


@pytest.mark.parametrize("asked", ["otto", "Old_Timer", "old.timer"])
def test_by_person_or_account(open_report, asked):
    opened = open_report()
    opened.fill(person=asked)
    assert people(opened) == ["otto"]
    assert len(opened.head("matrix")[1:]) == 6
    assert column(opened.rows("drift"), 3) == {"otto"}
    assert opened.rows("unknown") == [["Nothing here fits the filter."]]


def test_by_access(open_report):
    opened = open_report()
    opened.fill(access="text:write, live control")
    assert opened.rows("matrix")[0][1:] == ["write, live control"]
    assert {row[4] for row in opened.rows("elevated")} == {"write, live control"}
    # What either side says counts.
    assert [row[4] for row in opened.rows("drift")] == ["mia-ai", "old_timer"]


def test_elevated_only(open_report):
    opened = open_report()
    opened.fill(access="elevated")
    texts = {text for row in opened.rows("matrix") for text in row[1:] if text}
    weak = {"read", "guest", "developer", "reader", "reporter", "editor"}
    assert texts and not {text.split(" / ")[0] for text in texts} & weak


@pytest.mark.parametrize("way, texts", [("owner", {"owner"}), ("inherited", {"admin / inherited: organization owner"})])
def test_by_way(open_report, way, texts):
    opened = open_report()
    opened.fill(access=f"way:{way}")
    assert texts <= {text for row in opened.rows("matrix") for text in row[1:] if text}
    assert {row[5].split(":")[0] for row in opened.rows("elevated")} == {way}
    # Only direct access is compared.
    assert opened.rows("drift") == [["Nothing here fits the filter."]]


def test_in_quotes_a_name_is_that_name_only(open_report):
    opened = open_report()
    opened.fill(person="john")
    assert people(opened) == ["johnny", "john_doe"]
    opened.fill(person='"john_doe"')
    assert people(opened) == ["john_doe"]


def test_together_and_taken_back(open_report):
    opened = open_report()
    before = opened.status()
    opened.fill(service="QuantConnect", project="live", person="kim", access="elevated")
    assert opened.rows("matrix") == [["kim / QuantConnect: quant_kim / Helix TeamHub: ext.kim", "read, live control"]]
    assert opened.status() == (
        "Filtered: 1 access entry, 1 person or account, 1 project, 1 elevated, 0 unknown, 1 differing"
    )
    opened.page.get_by_role("button", name="Clear").click()
    opened.settle()
    assert opened.status() == before and before.startswith("Everything:")
    assert opened.page.locator("#filter-person").input_value() == ""


def test_nothing_fits(open_report):
    opened = open_report()
    opened.fill(person="nobody at all")
    for table in ("matrix", "elevated", "unknown", "drift"):
        assert opened.rows(table) == [["Nothing here fits the filter."]]
    assert opened.where("people") == "0–0 of 0 people on them"


def test_a_name_in_a_heading_filters_by_it(open_report):
    opened = open_report()
    opened.page.locator("#table-matrix tbody button", has_text="otto").click()
    opened.settle()
    assert (people(opened), opened.page.locator("#filter-person").input_value()) == (["otto"], '"otto"')
    opened.page.locator("#table-matrix thead button", has_text="platform").click()
    opened.settle()
    assert [row[1:] for row in opened.rows("matrix")] == [["master"]]
    assert opened.page.evaluate("document.activeElement.id") == "filter-project"


def test_changes_are_announced(open_report):
    page = open_report().page
    assert page.locator("#status").get_attribute("role") == "status"
    assert page.get_by_role("search", name="Filter everything below").get_by_role("status").count() == 1
