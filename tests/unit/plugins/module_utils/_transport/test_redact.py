# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets stay out of every text, in each form in which a service or a library could give them back."""

from __future__ import annotations

import base64
import html
import json
import re
from html.entities import html5
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.redact import MASK, Redactor
from hypothesis import example, given, settings
from hypothesis import strategies as st

SECRET = "s/cr=t+k 3y"


@pytest.mark.parametrize("shown", [SECRET, "s%2Fcr%3Dt%2Bk%203y"])
def test_a_secret_is_masked_wherever_it_stands(shown):
    assert Redactor([SECRET])(f"a {shown}, and '{shown}'{shown}") == f"a {MASK}, and '{MASK}'{MASK}"


def test_a_secret_inside_of_another_one_leaves_nothing_of_either():
    assert Redactor(["abcd", "abcdefgh", "efgh"])("abcdefgh-abcd-efgh") == f"{MASK}-{MASK}-{MASK}"


def test_secrets_that_overlap_leave_nothing_of_either():
    assert Redactor(["abcdef", "defghi"])("abcdefghi.") == f"{MASK}."


def test_what_is_learned_later_is_masked_too():
    redact = Redactor(["first"])
    assert redact("first second") == f"{MASK} second"
    redact.learn("second")
    assert redact("first second") == f"{MASK} {MASK}"


@pytest.mark.parametrize("short", ["a", "on", "qfc"])
def test_what_is_too_short_to_be_a_secret_does_not_blank_out_words(short):
    assert Redactor([short])("no such account on qfc: jane_smith") == "no such account on qfc: jane_smith"


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


# The ways in which a server can write a text inside of another one.


def utf16(text):
    raw = text.encode("utf-16-be")
    return [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]


def lower_case(text):
    return re.sub("%..", lambda found: found[0].lower(), text)


NAMES = {character: name for name, character in html5.items() if name.endswith(";")}
ENCODINGS = {
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON beyond ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON with slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON with numbers only": lambda text: "".join(f"\\u{n:04X}" for n in utf16(text)),
    "Python": lambda text: repr(text)[1:-1],
    "URL": lambda text: quote(text, safe=""),
    "path": quote,
    "URL in lower case": lambda text: lower_case(quote(text, safe="")),
    "URL with numbers only": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "form": quote_plus,
    "HTML": html.escape,
    "HTML with names": lambda text: "".join(f"&{NAMES[c]}" if c in NAMES else c for c in text),
    "HTML in decimal": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "HTML in hexadecimal": lambda text: "".join(f"&#x{ord(c):X};" for c in text),
    "HTML in decimal where it must": lambda text: "".join(c if c.isalnum() else f"&#0{ord(c)};" for c in text),
}


characters = st.characters(exclude_categories=["C", "Z"]) | st.sampled_from("/+%&=?#'\"\\;<>@: u25")
secrets = st.text(characters, min_size=8, max_size=20).filter(lambda text: text == text.strip())
encodings = st.lists(st.sampled_from(list(ENCODINGS)), max_size=3)


def written(text, names):
    for name in names:
        text = ENCODINGS[name](text)
    return text


@settings(max_examples=500, deadline=None)
@given(secrets, encodings, st.integers(min_value=1))
@example(SECRET, ["JSON with slashes"], 1)
@example(SECRET, ["URL in lower case"], 1)
@example(SECRET, ["HTML in decimal where it must"], 1)
@example("a\U0001f600/\xe9\U0001f600 key", ["JSON"], 3)
def test_no_encoding_and_no_cut_shows_a_secret(secret, names, rest):
    whole, half = written(secret, names), written(secret[: len(secret) // 2], names)
    redact = Redactor([secret])
    # Around it are characters that are in no secret.
    assert redact(f"\1{whole}\1") == f"\1{MASK}\1"
    cut = whole[: 1 + rest % len(whole)]
    assert " ".join(half.split()) not in redact(f"\1{cut}").replace(MASK, "")


@settings(max_examples=300, deadline=None)
@given(secrets, st.binary(max_size=4), st.binary(max_size=4), encodings.map(lambda names: names[:2]), st.booleans())
def test_base64_shows_no_secret(secret, before, after, names, for_urls):
    encode = base64.urlsafe_b64encode if for_urls else base64.b64encode
    whole = written(encode(before + secret.encode() + after).decode(), names)
    said = Redactor([secret])(f"[ {whole} ]")
    assert MASK in said
    # What remains are the neighbours of the secret, with a few bits of it.
    assert len(said) <= len(f"[ {MASK} ]") + 2 * len(written("//////==", names))


@settings(max_examples=300, deadline=None)
@given(st.text(characters), st.text(characters))
def test_a_text_without_the_secret_stays_as_it_is(text, other):
    assert Redactor(["wxyz-4711-wxyz"])(text) == Redactor()(text)


def test_only_the_beginning_of_a_long_text_is_told_and_no_half_of_a_secret_at_its_end():
    text = "x" * 9_990 + SECRET * 1000
    assert Redactor([SECRET])(text) == "x" * 9_990 + MASK
