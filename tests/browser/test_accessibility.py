# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""axe-core finds no fault, and what it cannot know."""

from __future__ import annotations

import pytest
from reports import DEMO, HOSTILE, LARGE, MISSING


def faults(page, axe):
    # Evaluated, because the page's own policy keeps every foreign script out.
    page.evaluate(axe)
    return [
        (fault["impact"], fault["id"], [node["failureSummary"] for node in fault["nodes"]])
        for fault in page.evaluate("axe.run()")["violations"]
    ]


@pytest.mark.parametrize("report", [DEMO, MISSING, HOSTILE, LARGE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 360])
def test_axe_finds_no_fault(open_report, axe, report, scheme, width):
    page = open_report(report, color_scheme=scheme, viewport={"width": width, "height": 900}).page
    assert faults(page, axe) == []


def test_axe_finds_no_fault_when_filtered(open_report, axe):
    opened = open_report()
    opened.fill(person="nobody")
    assert faults(opened.page, axe) == []
    opened.fill(person="otto", access="elevated")
    assert faults(opened.page, axe) == []


def test_axe_does_find_faults(open_report, axe):
    page = open_report().page
    page.evaluate("document.querySelector('label').remove()")
    assert [fault[1] for fault in faults(page, axe)] == ["select-name"]


def test_tables_are_tables(open_report):
    page = open_report().page
    for name in ("matrix", "elevated", "unknown", "drift"):
        table = page.locator(f"#table-{name}")
        assert table.locator("caption").text_content()
        assert table.locator("thead th:not([scope=col])").count() == 0
    assert page.locator("#table-matrix tbody tr > :first-child:not(th[scope=row])").count() == 0


def test_colour_is_never_alone(open_report):
    page = open_report().page
    assert page.locator(".chip").count() > 50
    assert page.locator(".chip").evaluate_all("chips => chips.filter(chip => !chip.textContent.trim()).length") == 0
    assert page.locator("svg:not([aria-hidden=true])").count() == 0
