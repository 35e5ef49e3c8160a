# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything without a mouse."""

from __future__ import annotations

FOCUSED = """() => {
    const it = document.activeElement;
    if (it === document.body) return '';
    return it.id || it.getAttribute('aria-label') || it.textContent.trim();
}"""


def tab(page):
    page.keyboard.press("Tab")
    return page.evaluate(FOCUSED)


def test_the_first_stop_skips_to_the_report(open_report):
    page = open_report().page
    assert tab(page) == "Skip to the report"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED) == "main"


def test_every_stop_can_be_seen(open_report):
    page = open_report().page
    stops = []
    while (stop := tab(page)) and len(stops) < 500:
        stops.append(stop)
        style, width = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth]; }"
        )
        assert (style, width) == ("solid", "3px"), stop
    for stop in ("filter-service", "filter-project", "filter-person", "filter-access", "Clear"):
        assert stop in stops
    assert "People and projects, table" in stops


def test_filters_and_headings_work(open_report):
    opened = open_report()
    page = opened.page
    page.locator("#filter-person").focus()
    page.keyboard.type("otto")
    opened.settle()
    assert len(opened.rows("matrix")) == 1
    page.locator("#table-matrix thead button").first.focus()
    page.keyboard.press("Enter")
    opened.settle()
    assert opened.head("matrix")[1:] == [page.locator("#filter-project").input_value().strip('"')]
    page.locator("#filters button").focus()
    page.keyboard.press("Space")
    opened.settle()
    assert opened.status().startswith("Everything:")


def test_paging_keeps_the_focus_even_at_the_end(open_report):
    opened = open_report()
    following = opened.page.locator("#pager-unknown button").last
    following.focus()
    for _time in range(8):
        opened.page.keyboard.press("Enter")
    assert following.get_attribute("aria-disabled") == "true"
    assert opened.page.evaluate(FOCUSED) == "Next page of Unknown accounts"


def test_wide_tables_scroll(open_report):
    page = open_report(viewport={"width": 600, "height": 900}).page
    region = page.get_by_role("region", name="People and projects, table")
    region.focus()
    for _time in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("region => region.scrollLeft > 0", arg=region.element_handle())
