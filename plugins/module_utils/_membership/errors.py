# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, in the words of the engine.

Every error carries what a person needs to act on it. C(kind) is stable and meant for playbooks that branch on it:
bad_input, ambiguous, safety (refused before the first change); authentication, forbidden, refused, not_found (the
service said no, or shows no such project or member); unreachable, unavailable, throttled, deadline, redirect,
bad_answer (no usable answer); interrupted (by a signal); unclear (a write whose outcome nobody knows); not_converged
(the service said yes, its state says no, or does so after somebody else has changed it).
"""

from __future__ import annotations

from typing import Any, Dict, Optional


def visible(text: str) -> str:
    """The text with everything that a terminal would obey, or not show, written out; line breaks stay."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign == "\n" else escaped(sign) for sign in text)


def escaped(sign: str) -> str:
    return f"\\U{ord(sign):08x}" if ord(sign) > 0xFFFF else f"\\u{ord(sign):04x}"


class RollcallError(Exception):
    """One failure. C(retryable) says whether running the same task again can help without changing anything."""

    def __init__(
        self,
        message: str,
        *,
        kind: str,
        hint: str = "",
        http_status: Optional[int] = None,
        method: Optional[str] = None,
        url: Optional[str] = None,
        retryable: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.hint = hint
        self.http_status = http_status
        self.method = method
        self.url = url
        self.retryable = retryable

    def __str__(self) -> str:
        return visible(f"{self.message} {self.hint}".strip())

    def at(self, place: str) -> RollcallError:
        """The same, with the place in what the user wrote."""
        facts = {**self.as_dict(), "message": f"{place}: {self.message}"}
        return RollcallError(facts.pop("message"), **facts)

    def as_dict(self) -> Dict[str, Any]:
        """The C(error) of a result."""
        return {
            "kind": self.kind,
            "message": visible(self.message),
            "hint": visible(self.hint),
            "http_status": self.http_status,
            "method": self.method,
            "url": self.url,
            "retryable": self.retryable,
        }


class BadInput(RollcallError):
    """What the user wrote cannot be done; nothing was changed for it."""

    def __init__(self, message: str, *, kind: str = "bad_input", hint: str = "") -> None:
        super().__init__(message, kind=kind, hint=hint)


class Halt(RollcallError):
    """Nothing else can succeed in this run either: bad credentials, a service that is down, the deadline."""


class Held(Halt):
    """The run is over, and the request that raises this was held back before it was sent."""


class Conflict(RollcallError):
    """The service refused a write, perhaps because its state is no longer what the listing said: look again."""


class Unclear(RollcallError):
    """Nobody knows whether a write happened, or still will: look before doing anything else.

    C(cause) is what hides it. C(is_over): the service itself said that it failed, so nothing of it is under way.
    """

    def __init__(self, cause: RollcallError, before: str = "", is_over: bool = False) -> None:
        facts = {**cause.as_dict(), "kind": "unclear", "retryable": True}
        facts["hint"] = "Run again in some minutes, when the service answers: every run starts by looking."
        message = f"{before} {facts.pop('message')} Whether the change was made, or still will be, is not known."
        super().__init__(message.strip(), **facts)
        self.cause = cause
        self.is_over = is_over
