# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of projects, people and rows, and a thousand projects of twenty members: the page never holds them all at once.

Bounds are numbers of elements, not seconds, which depend on the machine.
"""

from __future__ import annotations

from reports import LARGE, MEMBERS, PEOPLE, PROJECTS

# What the page holds of whatever report, with all its tables full.
MOST_NODES = 4_000
# The same on paper, where tables are longer.
MOST_NODES_PRINTED = 16_000


def press(opened, pager, name):
    opened.page.locator(f"#pager-{pager}").get_by_role("button", name=name).click()


def test_rows(open_report):
    opened = open_report()
    first = opened.rows("unknown")
    assert opened.where("unknown").startswith("1–25 of ")
    press(opened, "unknown", "Next")
    second = opened.rows("unknown")
    assert opened.where("unknown").startswith("26–50 of ")
    assert len(first) == len(second) == 25 and not {row[1] for row in first} & {row[1] for row in second}
    press(opened, "unknown", "Previous")
    assert opened.rows("unknown") == first


def test_projects_and_the_people_on_them(open_report):
    opened = open_report()
    assert opened.where("projects") == "1–8 of 15 projects"
    press(opened, "projects", "Next")
    assert opened.head("matrix")[1:3] == ["acme_org/bees", "acme_org/trees"]
    assert all(any(row[1:]) for row in opened.rows("matrix"))
    press(opened, "people", "Next")
    assert all(any(row[1:]) for row in opened.rows("matrix"))


def test_the_ends(open_report):
    opened = open_report()
    previous, following = opened.page.locator("#pager-unknown button").all()
    assert (previous.get_attribute("aria-disabled"), following.get_attribute("aria-disabled")) == ("true", "false")
    before = opened.rows("unknown")
    previous.click(force=True)
    assert opened.rows("unknown") == before
    for _time in range(20):
        following.click(force=True)
    shown, total = opened.where("unknown").removesuffix(" rows").partition("–")[2].split(" of ")
    assert shown == total
    assert following.get_attribute("aria-disabled") == "true"


def test_a_filter_begins_at_the_first_page(open_report):
    opened = open_report()
    press(opened, "unknown", "Next")
    opened.fill(service="QFieldCloud")
    assert opened.where("unknown").startswith("1–25 of ")


def test_a_table_of_one_page_has_no_buttons(open_report):
    opened = open_report()
    opened.fill(service="Helix TeamHub")
    assert opened.page.locator("#pager-drift button:visible").count() == 0
    assert opened.page.locator("#pager-unknown button:visible").count() == 0


class TestLarge:
    def test_opens_filters_and_pages_within_bounds(self, open_report):
        opened = open_report(LARGE)
        assert opened.status().startswith(
            f"Everything: {PROJECTS * MEMBERS} access entries, {PEOPLE} people and accounts, {PROJECTS} projects"
        )
        assert (opened.where("projects"), len(opened.rows("matrix"))) == (f"1–8 of {PROJECTS} projects", 25)
        assert opened.nodes() < MOST_NODES
        for _time in range(3):
            press(opened, "projects", "Next")
            press(opened, "people", "Next")
            press(opened, "drift", "Next")
        assert opened.where("projects") == f"25–32 of {PROJECTS} projects"
        assert opened.nodes() < MOST_NODES
        opened.fill(person="person 123")
        assert opened.head("matrix")[1:] and [row[0].split(" / ")[0] for row in opened.rows("matrix")] == ["person 123"]
        assert opened.where("projects") == f"1–8 of {PROJECTS * MEMBERS // PEOPLE} projects"
        opened.fill(person="", project="survey_0999", access="elevated")
        assert opened.head("matrix")[1:] == ["acme_org/survey_0999"]
        assert len(opened.rows("matrix")) == MEMBERS * 2 // 5
        opened.fill(project="", access="")
        assert opened.nodes() < MOST_NODES

    def test_prints_a_bounded_part(self, open_report):
        opened = open_report(LARGE)
        opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert len(opened.rows("drift")) == 200
        # The matrix goes on in further tables, as wide as a sheet.
        assert opened.where("projects") == f"1–60 of {PROJECTS} projects"
        assert opened.page.locator("table.matrix").count() == 6
        assert opened.rows("matrix")[-1][0].startswith("and ")
        assert opened.where("drift").startswith("1–200 of ")
        assert opened.nodes() < MOST_NODES_PRINTED
        opened.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert opened.page.locator("table.matrix").count() == 1
        assert opened.nodes() < MOST_NODES

    def test_is_bounded_without_a_script_too(self, open_report):
        assert open_report(LARGE, java_script_enabled=False).page.locator("*").count() < MOST_NODES
