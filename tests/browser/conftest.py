# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The access report in a real Chromium without a window.

Whatever a test does, the page must neither complain nor ask for anything.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from browser_tests import AXE, chromium
from playwright.sync_api import sync_playwright
from reports import DEMO, write

# The last five keep Chromium itself from asking the network for things that no page asked for.
FLAGS = (
    *("--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"),
)
# Chromium refuses to start its sandbox as root, as which tests run in containers.
AS_ROOT = ("--no-sandbox",) if os.geteuid() == 0 else ()


class Opened:
    """A page, with what a test asks of it again and again."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def fill(self, **filters: str) -> None:
        """Set filters and wait until the page has followed."""
        for name, value in filters.items():
            control = self.page.locator(f"#filter-{name}")
            if name in ("service", "access"):
                control.select_option(value)
            else:
                control.fill(value)
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_timeout(250)

    def rows(self, table: str) -> list[list[str]]:
        """The text of each cell; parts of a cell that stand below each other are joined by a slash."""
        cells = (
            "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim().replace(/\\s*\\n\\s*/g, ' / ')))"
        )
        found: list[list[str]] = self.page.locator(f"#table-{table} tbody tr").evaluate_all(cells)
        return found

    def head(self, table: str) -> list[str]:
        """The name in the heading of each column."""
        names: list[str] = self.page.locator(f"#table-{table} thead th").evaluate_all(
            "cells => cells.map(cell => (cell.querySelector('bdi') || cell).textContent.trim())"
        )
        return names

    def status(self) -> str:
        return str(self.page.locator("#status").text_content())

    def where(self, pager: str) -> str:
        return str(self.page.locator(f"#pager-{pager} .where").text_content())

    def nodes(self) -> int:
        return int(self.page.evaluate("document.querySelectorAll('*').length"))


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, *AS_ROOT])
        yield started
        started.close()


@pytest.fixture(scope="session")
def axe():
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """A function from the name of a report to its folder; each is made once."""
    folders = {}

    def folder_of(name):
        if name not in folders:
            folders[name] = tmp_path_factory.mktemp(name)
            write(name, folders[name])
        return folders[name]

    return folder_of


@pytest.fixture
def open_report(browser, written):
    """A function that opens a report. At the end of the test no page may have complained, or asked for anything."""
    contexts, complaints = [], []

    def opened(name=DEMO, **settings):
        context = browser.new_context(
            **{"viewport": {"width": 1360, "height": 900}, "color_scheme": "light", **settings}
        )
        contexts.append(context)
        page = context.new_page()
        path = written(name) / "access_report.html"
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: request.url == path.as_uri() or complaints.append(f"asks for {request.url}"))
        page.goto(path.as_uri())
        return Opened(page)

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
