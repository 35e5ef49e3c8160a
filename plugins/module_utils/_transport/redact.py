# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeping secrets out of every text that can reach a person, a log or a result."""

from __future__ import annotations

import html
import json
import re
from typing import Iterable, Set
from urllib.parse import quote, quote_plus

MASK = "********"
_USER_INFO = re.compile(r"(?<=://)[^/@\s]+@")


class Redactor:
    """Masks the known secrets, however a server may have written them, and user info inside addresses; one line."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: Set[str] = set()
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str) -> None:
        if not secret or secret in self._secrets:
            return
        once = _spellings(secret)
        # Such as JSON in a text of JSON.
        self._secrets.update(once.union(*map(_spellings, once)))

    def __call__(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return " ".join(_USER_INFO.sub(f"{MASK}@", text).split())


def _spellings(text: str) -> Set[str]:
    """How a server that repeats what it was sent may write it."""
    return {
        text,
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        repr(text)[1:-1],
        html.escape(text),
        html.escape(text, quote=False),
        quote(text, safe=""),
        quote_plus(text),
    }
