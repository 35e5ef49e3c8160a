# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeping secrets out of every text that can reach a person, a log or a result.

A server can repeat a secret as JSON, Python, HTML, URLs and forms write it, or one inside of another, or as base64. So
it is looked for in the text and in what the text is once decoded, and again.
"""

from __future__ import annotations

import base64
import html
import os.path
import re
from typing import Dict, Iterable, Iterator, List, Tuple

MASK = "********"
# Shorter ones are parts of ordinary words. It is also the most that is left of one at the end of a text that was cut.
SHORTEST = 4
# Of a text; nobody reads more of a message.
LONGEST = 10_000
LAYERS = 3
_USER_INFO = re.compile(r"(?<=://)[^/@\s]+@")
_WRITTEN = re.compile(
    r"\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\(?-i:U)[0-9a-f]{8}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\."
    r"|%[0-9a-f]{2}|&(?:#[0-9]{1,12}|#x[0-9a-f]{1,8}|[a-z][a-z0-9]{1,31});?",
    re.IGNORECASE | re.DOTALL,
)
# The beginning of what _WRITTEN finds, at the end of a text that was cut.
_CUT = re.compile(
    r"(?:(?:\\ud[89ab][0-9a-f]{2})?\\(?:u[0-9a-f]{0,3}|x[0-9a-f]?)?|\\ud[89ab][0-9a-f]{2}|%[0-9a-f]?|&#?[0-9a-z]{0,32})\Z",
    re.IGNORECASE,
)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

# A text whose characters are bytes of UTF-8, and of each of them where it begins and ends in the text it comes from.
Reading = Tuple[str, List[int], List[int]]


class Redactor:
    """Masks the known secrets, however a server may have written them, and user info inside addresses; one line."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # By their beginning, so that a text is gone through once, whatever their number: a run can learn thousands.
        self._secrets: Dict[str, List[str]] = {}
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str) -> None:
        plain = _bytes(secret).replace("+", " ")
        if len(secret) < SHORTEST or plain in self._secrets.get(plain[:SHORTEST], ()):
            return
        for form in (*(reading for reading, _begins, _ends in _readings(secret, whole=True)), *_base64(secret)):
            form = form.replace("+", " ")
            if len(form) >= SHORTEST:
                self._secrets.setdefault(form[:SHORTEST], []).append(form)

    def __call__(self, text: str) -> str:
        text = text[:LONGEST]
        parts, done = [], 0
        for begin, end in sorted(self._places(text)):
            if begin >= done:
                parts += [text[done:begin], MASK]
            done = max(done, end)
        return " ".join(_USER_INFO.sub(f"{MASK}@", "".join([*parts, text[done:]])).split())

    def _places(self, text: str) -> Iterator[Tuple[int, int]]:
        """Where a secret begins and ends; also one that the end of the text cuts off."""
        for reading, begins, ends in _readings(text):
            # A form writes a space as a plus.
            plain = reading.replace("+", " ")
            for start in range(len(plain) - SHORTEST + 1):
                for secret in self._secrets.get(plain[start : start + SHORTEST], ()):
                    stop = start + len(os.path.commonprefix([secret, plain[start : start + len(secret)]]))
                    if stop == len(plain):
                        yield begins[start], len(text)
                    elif stop == start + len(secret):
                        yield begins[start], ends[stop - 1]


def _readings(text: str, whole: bool = False) -> Iterator[Reading]:
    """The text, and what it is once decoded, and again; unless C(whole), also without half a character at its end."""
    places = [place for place, sign in enumerate(text) for _byte in _bytes(sign)]
    open_ones: List[Reading] = [(_bytes(text), places, [place + 1 for place in places])]
    for _layer in range(LAYERS):
        yield from open_ones
        decoded = []
        for reading in open_ones:
            cut = None if whole else _CUT.search(reading[0])
            for length in (len(reading[0]), cut.start()) if cut else (len(reading[0]),):
                decoded.append(_decoded(reading, length))
        open_ones = [new for new in decoded if new[0] not in {reading for reading, _begins, _ends in open_ones}]
    yield from open_ones


def _decoded(reading: Reading, length: int) -> Reading:
    """One layer less of the first C(length) bytes."""
    text, begins, ends = reading
    parts: List[str] = []
    new_begins: List[int] = []
    new_ends: List[int] = []
    done = 0
    for written in _WRITTEN.finditer(text, 0, length):
        parts.append(text[done : written.start()])
        new_begins += begins[done : written.start()]
        new_ends += ends[done : written.start()]
        plain = _plain(written[0])
        parts.append(plain)
        new_begins += [begins[written.start()]] * len(plain)
        new_ends += [ends[written.end() - 1]] * len(plain)
        done = written.end()
    return "".join([*parts, text[done:length]]), new_begins + begins[done:length], new_ends + ends[done:length]


def _plain(written: str) -> str:
    if written[0] == "%":
        return chr(int(written[1:], 16))
    if written[0] == "&":
        return _bytes(html.unescape(written))
    if len(written) == 2:
        return _ESCAPES.get(written[1], written[1])
    signs = "".join(chr(min(int(number, 16), 0x10FFFF)) for number in re.findall(r"[0-9a-fA-F]+", written))
    return _bytes(signs.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"))


def _base64(secret: str) -> Iterator[str]:
    """Its bytes can begin at any of three places in a group of base64; what its neighbours share is left out."""
    raw = secret.encode("utf-8", "surrogatepass")
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw).decode()
        inside = whole[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        yield inside
        yield inside.replace("+", "-").replace("/", "_")


def _bytes(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("latin-1")
