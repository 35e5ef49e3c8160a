# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names mean the same account, and which only look as if they did. Nothing else compares names."""

from __future__ import annotations

import string
import unicodedata
from typing import Callable, Dict, Iterable, List, Optional

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import escaped, visible

A_TO_Z = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
# Beside the category Pd: the swung dash and the minus sign.
DASHES = "\u2053\u2212"
VARIATION_SELECTORS = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def identity(name: str, folds_case: Optional[bool]) -> str:
    """What all spellings of one account have in common; from A to Z only, or "strasse" would be "straße"."""
    return name.translate(A_TO_Z) if folds_case else name


def appearance(name: str) -> str:
    """What names have in common that a reader can take for each other."""
    if name.isascii():
        return name.lower()
    text = unicodedata.normalize("NFKC", "".join(sign for sign in name if not _is_invisible(sign)))
    # Lower letters can have a composed form where the upper ones have none.
    text = unicodedata.normalize("NFKC", text.lower())
    return "".join("-" if unicodedata.category(sign) == "Pd" or sign in DASHES else sign for sign in text)


def looks_like(one: str, other: str) -> bool:
    return appearance(one) == appearance(other)


def grouped(names: Iterable[str], folds_case: Optional[bool]) -> Iterable[List[str]]:
    """The names of each account."""
    return _by(lambda name: identity(name, folds_case), names).values()


def spelled_out(name: str) -> str:
    """The name, for messages that tell it from one that looks the same."""
    spelling = "".join(sign if sign.isascii() and sign.isprintable() else escaped(sign) for sign in name)
    return name if spelling in (name, visible(name)) else f"{name} ({spelling})"


class Names:
    """The names of a list, and which of them a written one means. C(folds_case) as a service has it."""

    def __init__(self, names: Iterable[str], folds_case: Optional[bool]) -> None:
        self._names = dict.fromkeys(names)
        self._folds_case = folds_case
        self._by_identity = _by(lambda name: identity(name, folds_case), self._names)
        self._by_appearance = _by(appearance, self._names)

    def same(self, written: str) -> List[str]:
        """The very name, else every spelling of its account."""
        return [written] if written in self._names else self._by_identity.get(identity(written, self._folds_case), [])

    def alike(self, written: str) -> List[str]:
        """Every name that looks like it."""
        return self._by_appearance.get(appearance(written), [])


def _by(key: Callable[[str], str], names: Iterable[str]) -> Dict[str, List[str]]:
    groups: Dict[str, List[str]] = {}
    for name in sorted(names):
        groups.setdefault(key(name), []).append(name)
    return groups


def _is_invisible(sign: str) -> bool:
    return unicodedata.category(sign) == "Cf" or any(ord(sign) in selectors for selectors in VARIATION_SELECTORS)
