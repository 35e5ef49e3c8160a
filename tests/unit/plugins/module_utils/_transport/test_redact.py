# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets stay out of every text, in each form in which a service or a library could give them back."""

from __future__ import annotations

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.redact import MASK, Redactor

SECRET = "s/cr=t+k 3y"


@pytest.mark.parametrize("shown", [SECRET, "s%2Fcr%3Dt%2Bk%203y"])
def test_a_secret_is_masked_wherever_it_stands(shown):
    assert Redactor([SECRET])(f"a {shown}, and '{shown}'{shown}") == f"a {MASK}, and '{MASK}'{MASK}"


def test_a_secret_inside_of_another_one_leaves_nothing_of_either():
    assert Redactor(["abc", "abcdef", "def"])("abcdef-abc-def") == f"{MASK}-{MASK}-{MASK}"


def test_what_is_learned_later_is_masked_too():
    redact = Redactor(["one"])
    assert redact("one two") == f"{MASK} two"
    redact.learn("two")
    assert redact("one two") == f"{MASK} {MASK}"


@pytest.mark.parametrize("nothing", [[], [""]])
def test_without_a_secret_the_text_stays_as_it_is(nothing):
    assert Redactor(nothing)("HTTP 500, e-mail jane_smith@example.org") == "HTTP 500, e-mail jane_smith@example.org"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("see https://john_doe:hunter2@host.example/x", f"see https://{MASK}@host.example/x"),
        ("see http://token@host.example/", f"see http://{MASK}@host.example/"),
        (
            "proxy http://a:b@one.example and http://c:d@two.example",
            f"proxy http://{MASK}@one.example and http://{MASK}@two.example",
        ),
        ("https://host.example/users/@acme_org", "https://host.example/users/@acme_org"),
    ],
)
def test_user_info_in_addresses_is_masked(text, masked):
    assert Redactor()(text) == masked
