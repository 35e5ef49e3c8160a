# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the access report, without a browser: what is in them, and what a hostile name cannot do to them.

What the page does in a browser is tested in tests/browser.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.rollcall.collaborators.plugins.filter.access_report import WAYS, access_report
from ansible_collections.rollcall.collaborators.plugins.filter.access_report_files import (
    COLUMNS,
    NOT_COMPARED,
    SCALE,
    TITLES,
    WHY,
    WITHOUT_SCRIPT,
    FilterModule,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.helix_teamhub import HelixTeamHub
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.qfieldcloud import QFieldCloud
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.quantconnect import QuantConnect

TEMPLATES = Path(__file__).resolve().parents[4] / "roles/project_access_report/templates"
SERVICES = (QuantConnect, HelixTeamHub, QFieldCloud)
HOSTILE = "</script><!--<img src=x onerror=alert(1)>\"'&\u2028\u202eevil\x00\ud800{{ 7 * 7 }}"


def answer(projects, unreadable=(), **details):
    return {
        "projects": [{"project": name, "collaborators": members} for name, members in projects.items()],
        "details": dict.fromkeys(projects, details),
        "unreadable": list(unreadable),
    }


def files(answers, people=None, lists=None, **made):
    report = access_report(answers, people=people or {}, lists=lists or {}, made=made)
    return FilterModule().filters()["access_report_files"](report, str(TEMPLATES))


def rows(text):
    return list(csv.reader(io.StringIO(text, newline="")))


class Page(HTMLParser):
    """What a browser would make of the page: its tags with their attributes and the text that follows each."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs), []))

    def handle_endtag(self, tag):
        self.tags.append((f"/{tag}", {}, []))

    def handle_data(self, data):
        if self.tags:
            self.tags[-1][2].append(data)

    def texts(self, wanted):
        return ["".join(text) for tag, _attributes, text in self.tags if tag == wanted]

    def names(self):
        return {tag for tag, _attributes, _text in self.tags}

    def attributes(self):
        return [pair for _tag, attributes, _text in self.tags for pair in attributes.items()]

    def data(self):
        return json.loads(self.texts("script")[0])


class TestCsv:
    def test_a_row_for_each_way_to_access(self):
        qfield = answer({"acme_org/trees": {"jane_smith": "editor"}}, owners=["sam"], project_id="5", inherited={})
        found = files({"qfield": qfield}, people={"jane": {"qfield": "jane_smith"}})["csv"]
        assert rows(found) == [
            list(COLUMNS),
            ["qfield", "acme_org/trees", "5", "", "jane", "jane_smith", "yes", "direct", "editor", "", "", "no"],
            ["qfield", "acme_org/trees", "5", "", "", "sam", "no", "owner", "owner", "", "", "yes"],
        ]

    @pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
    def test_no_cell_is_a_formula(self, first):
        name = f'{first}HYPERLINK("http://example.org","x")'
        found = rows(files({"hth": answer({name: {name: "guest"}})})["csv"])
        assert found[1][1] == found[1][5] == f"'{name}"

    def test_rfc_4180(self):
        found = files({"hth": answer({'say "a,b"\nc': {"x": "guest"}})})["csv"]
        assert found.endswith("\r\n") and '"say ""a,b""\nc"' in found
        assert rows(found)[1][1] == 'say "a,b"\nc'

    def test_can_be_written_as_utf_8(self):
        found = files({"hth": answer({"\ud800é": {"x": "guest"}})})["csv"]
        assert rows(found.encode().decode())[1][1] == "\ufffdé"


class TestJson:
    def test_is_the_data(self):
        report = access_report({"hth": answer({HOSTILE: {HOSTILE: "guest"}})})
        found = FilterModule().filters()["access_report_files"](report, TEMPLATES)
        assert json.loads(found["json"]) == report
        assert (found["totals"], found["missing"]) == (report["totals"], {})
        assert found["json"].isascii()

    def test_what_is_missing_is_told_at_once(self):
        assert files({"hth": {"failed": True, "msg": "down"}, "qc": answer({})})["missing"] == {"hth": "down"}


class TestPage:
    def test_is_the_same_for_the_same_report(self):
        answers = {"hth": answer({"a": {"x": "guest", "y": "master"}})}
        assert files(answers, date="today") == files(answers, date="today")

    def test_allows_its_own_style_and_script_and_nothing_else(self):
        page = Page(files({"hth": answer({"a": {"x": "guest"}})})["html"])
        (style,), (_data, script) = page.texts("style"), page.texts("script")
        checksums = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
        policy = (
            f"default-src 'none'; style-src 'sha256-{checksums[0]}'; script-src 'sha256-{checksums[1]}'; "
            "base-uri 'none'; form-action 'none'"
        )
        assert ("content", policy) in page.attributes()

    def test_needs_nothing_from_elsewhere(self):
        html = files({"hth": answer({"a": {"x": "guest"}})})["html"]
        page = Page(html)
        refers = [value for name, value in page.attributes() if name in ("src", "href")]
        assert refers and all(value.startswith("#") for value in refers)
        assert not re.search(r"https?:|url\(|@import|import\(|fetch\(|XMLHttp", html)
        assert not page.names() & {"link", "img", "iframe", "object", "embed"}
        assert [name for name, _value in page.attributes() if name.startswith(("on", "style"))] == []

    @pytest.mark.parametrize(
        "place", ["project", "account", "person", "name", "owner", "through", "error", "hint", "role"]
    )
    def test_a_hostile_name_is_text(self, place):
        word = {name: HOSTILE if name == place else name for name in ("project", "account", "person", "name", "owner")}
        role = HOSTILE if place == "role" else "admin"
        error = {
            "kind": "x",
            "message": HOSTILE if place == "error" else "no",
            "hint": HOSTILE if place == "hint" else "",
        }
        through = HOSTILE if place == "through" else "@a/b"
        answers = {
            "qfield": answer(
                {word["project"]: {word["account"]: role}},
                unreadable=[{"project": word["project"] + "2", "error": error}],
                name=word["name"],
                owners=[word["owner"]],
                inherited={word["account"]: [{"role": role, "through": through}]},
            )
        }
        lists = {"qfield": {"projects": [{"project": word["project"], "collaborators": {}, "exclusive": True}]}}
        html = files(answers, people={word["person"]: {"qfield": word["account"]}}, lists=lists)["html"]
        page = Page(html)
        assert "img" not in page.names() and "<!--" not in html
        assert len(page.texts("script")) == html.count("</script>") == 2
        assert "evil[U+0000]\ufffd{{ 7 * 7 }}" in str(page.data())
        # Neither a character that cannot be written, nor one that cannot be seen.
        html.encode()
        assert not re.search("[\u2028\u202e\x00\ud800]", html)
        assert "[U+202E]evil[U+0000]" in html

    def test_tables_show_their_first_rows_without_a_script(self):
        members = {f"user{number:03}": "admin" for number in range(WITHOUT_SCRIPT + 20)}
        html = files({"qfield": answer({"a": members})}, people={"jane": {"qfield": "jane_smith"}})["html"]
        page = Page(html)
        assert len(page.texts("tr")) < 3 * WITHOUT_SCRIPT
        assert f"The first {WITHOUT_SCRIPT} of {len(members)} rows." in html
        assert len(page.data()["tables"]["unknown"]) == len(members)
        assert "need a script, which does not run" in html

    def test_says_what_is_missing(self):
        html = files({"hth": {"failed": True, "msg": "HTTP 503 <b>"}, "qc": answer({})}, date="today")["html"]
        assert "This report is incomplete" in html and "Helix TeamHub is missing." in html
        assert "HTTP 503 &lt;b&gt;" in html

    def test_says_that_there_is_no_roster(self):
        html = files({"qc": answer({"a": {}})})["html"]
        assert html.count("No roster was given") == 2

    def test_says_when_and_from_what_it_was_made(self):
        html = files({"qc": answer({})}, date="2026-11-25", inventory=["prod/<hosts>"], version="1.2.3")["html"]
        assert "<title>Access report, 2026-11-25</title>" in html
        assert "prod/&lt;hosts&gt;" in html and "rollcall.collaborators 1.2.3" in html

    def test_a_report_of_nothing(self):
        assert "Access report" in files({})["html"]

    def test_a_thousand_projects_of_twenty_members_take_little_room(self):
        answers = {
            "qfield": answer(
                {f"acme_org/p{n}": {f"user{n % 480 + m}": "admin" for m in range(20)} for n in range(1000)}
            )
        }
        html = files(answers)["html"]
        data = Page(html).data()
        assert len(data["access"]) == 20_000 * 5
        assert len(html) < 3_000_000


class TestAgreement:
    def test_titles_are_those_of_the_services(self):
        assert list(TITLES.values()) == [service.title for service in SERVICES]

    def test_the_scale_has_every_access_from_the_least_on(self):
        for service in SERVICES:
            words = [word for word in SCALE if word in service.scale.fields[0].choices]
            assert words == list(service.scale.fields[0].choices)

    def test_every_reason_is_put_into_words(self):
        assert {reason for _difference, reason in WHY} == {"", "owner", "absent", "exclusive", "protected", "open"}
        assert {*NOT_COMPARED} == {"not found", "unreadable", "ambiguous", "twice", "service"}

    def test_ways_are_those_of_the_page(self):
        assert Page(files({})["html"]).data()["ways"] == list(WAYS)


@pytest.mark.parametrize("wrong", [None, [], {}, {"services": {}}])
def test_other_data_is_one_clear_error(wrong):
    with pytest.raises(AnsibleFilterError, match="access_report_files takes what access_report returned"):
        FilterModule().filters()["access_report_files"](wrong, TEMPLATES)


def test_templates_that_are_not_there_are_one_clear_error(tmp_path):
    with pytest.raises(AnsibleFilterError, match="access_report_files: .*FileNotFoundError"):
        FilterModule().filters()["access_report_files"](access_report({}), tmp_path)
