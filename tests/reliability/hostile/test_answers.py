# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Broken and hostile answers to every kind of request: one clear error in bounded time and memory, no wrong change."""

from __future__ import annotations

import gc
import gzip
import json

import pytest
from ansible_collections.rollcall.collaborators.tests.reliability.hostile.dialogues import (
    DIALOGUES,
    OPERATIONS,
    WRITES,
    hold,
    said,
)

each_operation = pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=lambda value: value.replace(" ", "_"))

# What the error of a read may be called, and a write's besides.
KINDS = {"bad_answer", "unreachable", "unavailable", "redirect", "not_found", "forbidden", "refused", "authentication"}
UNSURE = {"unclear", "not_converged"}


def fails_cleanly(dialogue, operation, server, result):
    """One error that can be shown and is clear, after no write but the one that was answered badly, at most twice."""
    assert result["failed"], f"{operation} was taken for good: {result.get('summary')}"
    error = result["error"]
    assert error["kind"] in (KINDS | UNSURE if operation in WRITES else KINDS)
    assert error["hint"] or error["message"]
    assert all(sign.isprintable() or sign == "\n" for sign in result["msg"]), ascii(result["msg"])
    assert len(result["msg"]) < 5000
    sent = dialogue.sent(server)
    if operation in WRITES:
        # QuantConnect's removal has two spellings (contract QuantConnect 14), and there are two removals.
        assert sent.count(operation) <= {"add": 2, "change": 2, "remove": 6}[operation]
        assert result["projects"][0]["outcome"]["failed"]
    else:
        assert not set(sent) & set(WRITES)


def nested(depth, middle=b""):
    return b"[" * depth + middle + b"]" * depth


def raw(*lines, body=b""):
    return b"\r\n".join(line.encode("latin-1") for line in (*lines, "", "")) + body


TEXT = json.dumps({"success": True, "collaborators": [], "results": [], "token": "x", "username": "y", "id": "z"})
BODIES = {
    "nothing": b"",
    "null": b"null",
    "a number": b"7",
    "a text": b'"text"',
    "a list of nothing": b"[null]",
    "a list of lists": b"[[]]",
    "an empty object": b"{}",
    "not a number": b"NaN",
    "a number too large": b"1e999",
    "a number too long": b"9" * 100_000,
    "lists in lists": nested(100_000),
    "objects in objects": b'{"a":' * 100_000,
    "a list in what went wrong": b'{"success": false, "errors": %s}' % nested(100_000),
    "a byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "UTF-16": TEXT.encode("utf-16"),
    "no UTF-8": b'{"success": true, "collaborators": "\xff\xfe"}',
    "two documents": b"{}{}",
    "half a document": TEXT.encode()[:-5],
    "HTML": b"<!doctype html><title>Sign in</title>",
}
STEERING = "\x1b]0;x\x07\x1b[2J\x9b\ud800"
PLACES_OF_TEXTS = ("errors", "message", "api_message", "code", "error")
HEADS = {
    "no HTTP": b"garbage\r\n\r\n",
    "no status": raw("HTTP/1.1"),
    "a status of letters": raw("HTTP/1.1 OK fine", "Content-Length: 0"),
    "a status too large": raw("HTTP/1.1 1000 Large", "Content-Length: 0"),
    "a status below zero": raw("HTTP/1.1 -200 OK", "Content-Length: 0"),
    "an unknown status": said({}, "999 What"),
    "another protocol": raw("HTTP/1.1 101 Switching Protocols", "Upgrade: other"),
    "an unknown version": raw("HTTP/9.9 200 OK", "Content-Length: 2", body=b"{}"),
    "a negative length": raw("HTTP/1.1 200 OK", "Content-Length: -5", body=b"{}"),
    "a length of letters": raw("HTTP/1.1 200 OK", "Content-Length: many", body=b"{}"),
    "two lengths": raw("HTTP/1.1 200 OK", "Content-Length: 2", "Content-Length: 3", body=b"{}"),
    "a length too long": raw("HTTP/1.1 200 OK", "Content-Length: 100", body=b"{}"),
    "a chunk without a size": raw("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", body=b"zz\r\n"),
    "a chunk of negative size": raw("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", body=b"-5\r\n{}\r\n0\r\n\r\n"),
    "a thousand headers": raw("HTTP/1.1 200 OK", *["X: y"] * 1000, "Content-Length: 2", body=b"{}"),
    "a header without end": raw("HTTP/1.1 200 OK", "X: " + "y" * 100_000, "Content-Length: 2", body=b"{}"),
    "no gzip": said(b"{}", "200 OK", "Content-Encoding: gzip"),
    "gzip cut off": said(gzip.compress(TEXT.encode())[:-12], "200 OK", "Content-Encoding: gzip"),
    "a redirect to nowhere": said({}, "302 Found"),
    "not modified": raw("HTTP/1.1 304 Not Modified"),
    "a text that steers a terminal": said({"success": False, **dict.fromkeys(PLACES_OF_TEXTS, STEERING)}),
    "an error that steers a terminal": said(dict.fromkeys(PLACES_OF_TEXTS, STEERING), "400 Bad Request"),
    "a status that steers a terminal": said({}, "500 \x1b[2J\x9b"),
    "a redirect that steers a terminal": said({}, "302 Found", "Location: /\x1b[2J\x9b"),
}
ANSWERS = {**{name: said(body) for name, body in BODIES.items()}, **HEADS}


@pytest.fixture
def _no_collection():
    """Garbage such as sockets of earlier tests would be collected within an answer nested too deep, where pytest cannot
    tell of it any more.
    """
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@each_operation
@pytest.mark.usefixtures("_no_collection")
def test_broken_answers(server, clock, tally, name, operation):
    dialogue = DIALOGUES[name]

    def law(answer):
        result = dialogue.perform(server, {operation: answer})
        tally["broken answers"] += 1
        fails_cleanly(dialogue, operation, server, result)

    hold(law, ANSWERS)
