# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds credentials in texts: as they are, encoded, and as QuantConnect's proof of any second of a time."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus

from ansible_collections.rollcall.collaborators.tests.fake_services.command import SERVICES
from ansible_collections.rollcall.collaborators.tests.fake_services.core import SECRETS, FakeService

WORLDS = Path(__file__).resolve().parents[2] / "fake_services/worlds"
DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{88,}")
MASK = "********"
ENCODINGS: dict[str, Callable[[str], str]] = {
    "percent-encoded": lambda text: quote(text, safe=""),
    "form-encoded": quote_plus,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON beyond ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "Python": lambda text: repr(text)[1:-1],
    "HTML": html.escape,
}


class Found(NamedTuple):
    """Where a credential stands, which one it is and in what form, and the line without it."""

    line: int
    name: str
    form: str
    masked: str


class Searcher:
    """Knows the forms of some credentials (value -> name); C(seconds) are those in which proofs may have been made."""

    def __init__(self, credentials: Mapping[str, str], seconds: Iterable[int] = ()) -> None:
        self._needles: dict[str, tuple[str, str]] = {}
        for value, name in credentials.items():
            for form, written in forms(value):
                self._needles.setdefault(written, (name, form))
        self._proofs = {proof(value, second): name for second in seconds for value, name in credentials.items()}

    def find(self, text: str) -> Iterator[Found]:
        """Everything that stands in a text."""
        for needle, (name, form) in self._needles.items():
            for match in re.finditer(re.escape(needle), text) if needle in text else ():
                yield found(text, match, name, form)
        for match in DIGEST.finditer(text):
            if match[0] in self._proofs:
                yield found(text, match, self._proofs[match[0]], "digest")
        for match in BASE64.finditer(text):
            for inner in DIGEST.finditer(decoded(match[0])):
                if inner[0] in self._proofs:
                    yield found(text, match, self._proofs[inner[0]], "Basic")


def forms(value: str) -> Iterator[tuple[str, str]]:
    """The ways in which a credential can stand in a text, also one inside of another; many of them are the same."""
    yield "plain", value
    for name, encode in ENCODINGS.items():
        yield name, encode(value)
        yield from ((f"{name} in {outer}", again(encode(value))) for outer, again in ENCODINGS.items())
    # Its bytes can begin at any of three places in a group of base64; what its neighbours share is left out.
    raw = value.encode()
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw).decode()
        inside = whole[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        yield "base64", inside
        yield "base64", inside.replace("+", "-").replace("/", "_")


def proof(api_token: str, second: int) -> str:
    """What QuantConnect takes as a password for that second."""
    return hashlib.sha256(f"{api_token}:{second}".encode()).hexdigest()


def decoded(text: str) -> str:
    whole = text[: len(text) // 4 * 4]
    return base64.urlsafe_b64decode(whole.replace("+", "-").replace("/", "_")).decode("latin-1")


def found(text: str, match: re.Match[str], name: str, form: str) -> Found:
    start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    line = text[max(start, match.start() - 100) : match.start()] + MASK
    line += text[match.end() : min(end if end >= 0 else len(text), match.end() + 40)]
    return Found(text.count("\n", 0, match.start()) + 1, name, form, line.replace(match[0], MASK))


def credentials_in_worlds(*others: FakeService) -> dict[str, str]:
    """value -> name of every credential of the fake services: in all their worlds, and in those of C(others)."""
    services = [*others]
    for fake in SERVICES:
        services += [fake(json.loads(path.read_text("utf-8"))) for path in WORLDS.glob(f"*/{fake.name}.json")]
    return {
        value: f"{name} of {service.name}"
        for service in services
        for name, value in (*service.credentials().items(), *_secrets_in(service.state()))
        if name in SECRETS
    }


def _secrets_in(value: Any) -> Iterator[tuple[str, str]]:
    for key, inner in value.items() if isinstance(value, dict) else ():
        if key in SECRETS and isinstance(inner, str):
            yield key, inner
        yield from _secrets_in(inner)
    for inner in value if isinstance(value, list) else ():
        yield from _secrets_in(inner)
