# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page shows when it is opened. That it does so without a complaint is part of every test, see conftest.py."""

from __future__ import annotations

import json

import pytest
from reports import DATE, DEMO, MISSING


@pytest.fixture
def data(written):
    return json.loads((written(DEMO) / "access_report.json").read_text(encoding="utf-8"))


def test_says_when_and_from_what_it_was_made(open_report):
    page = open_report().page
    assert page.title() == f"Access report, {DATE}"
    assert page.locator("header").inner_text().split("\n")[1:] == [
        *("Made", DATE, "Services", "QuantConnect, Helix TeamHub, QFieldCloud", "Inventory", "hosts.yml"),
        *("By", page.locator("header dd").last.inner_text()),
    ]


def test_the_summary_has_the_numbers_of_the_data(open_report, data):
    totals = data["totals"]
    differing = totals["missing"] + totals["different"] + totals["extra"]
    tiles = open_report().page.locator(".tile .number").all_inner_texts()
    # The organization may give its members a role that nobody else can see.
    assert totals["unreadable"] == 1
    wanted = [totals[name] for name in ("projects", "accounts", "elevated", "unknown")]
    assert tiles == [str(number) for number in (*wanted, differing, totals["unreadable"])]
    assert differing > 5 and totals["unknown"] > 5


def test_charts_count_each_access_of_each_service(open_report, data):
    page = open_report().page
    for service, title in (("qc", "QuantConnect"), ("hth", "Helix TeamHub"), ("qfield", "QFieldCloud")):
        rows = page.locator(f".chart:has(h4:text-is('{title}')) tbody tr").all_inner_texts()
        shown = {tuple(row.replace("\t", " ").rsplit(" ", 1)) for row in (" ".join(row.split()) for row in rows)}
        assert shown == {
            (access + (" inherited" if way == "inherited" else ""), str(count))
            for way, counts in data["services"][service]["counts"].items()
            for access, count in counts.items()
        }


def test_the_matrix_has_people_projects_and_their_access_in_words(open_report):
    opened = open_report()
    head, rows = opened.head("matrix"), opened.rows("matrix")
    cells = {row[0].split(" / ")[0]: dict(zip(head[1:], row[1:])) for row in rows}
    assert cells["otto"]["Team/First"] == "write, live control"
    assert cells["otto"]["platform"] == "master"
    assert cells["otto"]["tools"] == ""
    assert cells["sim_owner"]["Team/First"] == "owner"
    opened.fill(person="olga")
    ((name, *access),) = opened.rows("matrix")
    assert name.startswith("olga_orgadmin / in no roster")
    assert set(access) == {"admin / inherited: organization admin"}


def test_drift_is_shown(open_report, data):
    opened = open_report()
    shown = [tuple(row[:1] + row[2:7]) for row in opened.rows("drift")]
    wanted = {
        tuple(e[k] for k in ("difference", "project", "person", "account", "roster", "found")) for e in data["drift"]
    }
    assert set(shown) == wanted and len(shown) == len(data["drift"])
    assert ("different", "Team/First", "jane", "mia-ai", "write, live control", "read") in wanted
    # What the role project_members would leave alone comes last.
    whys = [row[7] for row in opened.rows("drift")]
    stays = ["stays" in why for why in whys]
    assert stays == sorted(stays) and True in stays and False in stays


def test_unknown_accounts_are_shown_elevated_ones_first(open_report, data):
    shown = [row[1] for row in open_report().rows("unknown")]
    assert shown == [row["account"] for row in data["unknown"]][: len(shown)]
    assert shown[0] == "sim_owner"


def test_elevated_access_is_shown_with_the_way_to_it(open_report):
    opened = open_report()
    opened.fill(project="acme_org/trees", access="elevated")
    ways = {row[3]: (row[4], row[5]) for row in opened.rows("elevated") if row[1] == "acme_org/trees"}
    assert ways == {
        "anna_admin": ("admin", "direct"),
        "john_doe": ("admin", "inherited: organization owner"),
        "mark_manager": ("manager", "direct"),
        "olga_orgadmin": ("admin", "inherited: organization admin"),
    }


def test_says_what_is_missing_before_anything_else(open_report):
    page = open_report(MISSING).page
    assert page.locator("main h2").first.inner_text() == "This report is incomplete"
    assert "Helix TeamHub is missing." in page.locator(".alert").first.inner_text()
    assert page.locator("#unreadable").inner_text().startswith("Not read\n\nHelix TeamHub, all of it:")
    assert page.locator("#table-matrix thead").inner_text().count("QuantConnect") == 4


@pytest.mark.parametrize("has_script", [True, False])
def test_every_link_leads_to_a_part_of_the_page(open_report, has_script):
    page = open_report(java_script_enabled=has_script).page
    links = page.locator("a:visible").all()
    assert len(links) > 10
    for link in links:
        assert page.locator(link.get_attribute("href")).is_visible()


def test_is_of_use_without_a_script(open_report, data):
    page = open_report(java_script_enabled=False).page
    assert page.get_by_text("need a script, which does not run").is_visible()
    assert not page.locator("#table-matrix").is_visible() and not page.locator("#filters").is_visible()
    assert page.locator("#table-drift tbody tr").count() == len(data["drift"])
    assert page.locator("#table-unknown tbody tr").count() == 50
    assert page.get_by_text(f"The first 50 of {len(data['unknown'])} rows.").is_visible()
    assert page.locator(".tile").count() == 6
