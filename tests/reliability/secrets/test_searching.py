# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The search finds what was planted, in every form, and says where without showing it."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import time
from importlib import import_module
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability.secrets.searching import (
    Searcher,
    credentials_in_worlds,
)

TOOLS = Path(__file__).resolve().parents[2] / "tools"
KEY = 'pl4nted "key" of / jos\xe9\'s <box>'
NOW = int(time.time())
PROOF = hashlib.sha256(f"{KEY}:{NOW}".encode()).hexdigest()
PLANTED = {
    "plain": f"Token {KEY}",
    "in a path": f"GET /{quote(KEY, safe='')}/",
    "in a form": urlencode({"password": KEY}),
    "in JSON": json.dumps({"password": KEY}),
    "in JSON beyond ASCII": json.dumps({"password": KEY}, ensure_ascii=False),
    "in JSON in JSON": json.dumps({"msg": json.dumps({"password": KEY})}),
    "in Python": f"{[KEY]}",
    "in Python in JSON": json.dumps({"msg": f"{[KEY]}"}),
    "in a page": f"<td>{html.escape(KEY)}</td>",
    **{
        f"in base64 after {user!r}": f"Basic {base64.b64encode(f'{user}:{KEY}'.encode()).decode()}"
        for user in ("a", "ab", "abc")
    },
    "in base64 of addresses": base64.urlsafe_b64encode(f"~~~~{KEY}".encode()).decode(),
    "as a proof": f"Hash: {PROOF} Timestamp: {NOW}",
    "as a header": f"Basic {base64.b64encode(f'1234567:{PROOF}'.encode()).decode()}",
}
INNOCENT = {
    "half of it": KEY[: len(KEY) // 2],
    "proof of another second": hashlib.sha256(f"{KEY}:{NOW - 9}".encode()).hexdigest(),
    "proof of another key": hashlib.sha256(f"other:{NOW}".encode()).hexdigest(),
}


def find(text):
    return list(Searcher({KEY: "key"}, range(NOW - 1, NOW + 1)).find(f"first\nbefore {text} after\nlast"))


@pytest.mark.parametrize("form", PLANTED)
def test_every_form_is_found(form):
    found = find(PLANTED[form])
    assert {(hit.line, hit.name) for hit in found} == {(2, "key")}
    assert [hit for hit in found if find(hit.masked)] == []


@pytest.mark.parametrize("form", INNOCENT)
def test_nothing_else_is_found(form):
    assert find(INNOCENT[form]) == []


def test_the_credentials_are_those_of_all_worlds():
    credentials = credentials_in_worlds()
    assert {name.rpartition(" ")[2] for name in credentials.values()} == {"qc", "hth", "qfield"}
    assert [value for value in credentials if len(value) < 8] == []


@pytest.mark.parametrize("planted", [True, False])
def test_the_tool_tells_the_file_and_the_line(monkeypatch, capsys, tmp_path, planted):
    monkeypatch.syspath_prepend(str(TOOLS))
    monkeypatch.setattr(import_module("checkout"), "REPORTS", tmp_path / "reports")
    credential = next(iter(credentials_in_worlds()))
    log = tmp_path / "logs/unit.log"
    log.parent.mkdir()
    log.write_text(f"first\nand {quote(credential) if planted else 'nothing'} here\n")

    status = import_module("search_secrets").main(str(log.parent))

    printed = capsys.readouterr().out
    assert (status, f"{log}:2: " in printed, credential in printed) == (int(planted), planted, False)
    assert (tmp_path / "reports/secrets.txt").exists()
