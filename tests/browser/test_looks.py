# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Light, dark, narrow and on paper. The pictures are left in .build/browser for a person to look at."""

from __future__ import annotations

import re

import pytest
from browser_tests import FOLDER
from reports import DEMO, HOSTILE, LARGE, MISSING

BACKGROUND = "getComputedStyle(document.body).backgroundColor"


def brightness(page):
    red, green, blue = (int(part) for part in re.findall(r"\d+", page.evaluate(BACKGROUND))[:3])
    return (red + green + blue) / 3


def test_follows_what_the_reader_prefers(open_report):
    assert brightness(open_report(color_scheme="light").page) > 230
    assert brightness(open_report(color_scheme="dark").page) < 40


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_light_and_has_nothing_to_press(open_report, scheme):
    opened = open_report(color_scheme=scheme)
    opened.fill(person="otto")
    opened.page.emulate_media(media="print")
    assert opened.page.evaluate(BACKGROUND) == "rgb(255, 255, 255)"
    for hidden in ("#filters", ".contents", ".skip", ".pager button"):
        assert opened.page.locator(f"{hidden}:visible").count() == 0
    assert opened.page.get_by_text("Only what fits this filter: person or account otto.").is_visible()


def test_paper_has_whole_tables(open_report):
    opened = open_report()
    sheets = opened.page.pdf(prefer_css_page_size=True, print_background=True)
    (FOLDER / "paper.pdf").write_bytes(sheets)
    assert sheets.startswith(b"%PDF-")
    # Afterwards the screen has its short pages again.
    assert len(opened.rows("unknown")) == 25


@pytest.mark.parametrize("report", [DEMO, HOSTILE])
def test_nothing_sticks_out_of_a_narrow_window(open_report, report):
    page = open_report(report, viewport={"width": 320, "height": 800}).page
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("report", [DEMO, MISSING, HOSTILE, LARGE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures(open_report, report, scheme):
    page = open_report(report, color_scheme=scheme).page
    page.screenshot(path=FOLDER / f"{report}-{scheme}.png", full_page=True)


def test_picture_of_the_documentation(open_report):
    """docs/docsite/rst/images/access_report.png is a copy of this one."""
    opened = open_report(viewport={"width": 1360, "height": 1500})
    opened.page.screenshot(path=FOLDER / "access_report.png")
