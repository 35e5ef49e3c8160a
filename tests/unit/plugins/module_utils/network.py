# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for the network and for time: scripted answers, what was really sent, and pauses that take none."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager

import responses
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import RollcallError
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.settings import Settings
from responses.registries import FirstMatchRegistry

ANY = "https://any.example"
# The connection options of every module, as Ansible fills them in.
OPTIONS = {name: value for name, value in dataclasses.asdict(Settings("")).items() if name != "base_url"}


class Clock:
    """Seconds that pass in pauses only."""

    def __init__(self):
        self.now = 1000.0
        self.pauses = []

    def __call__(self):
        return self.now

    def pause(self, seconds):
        if seconds:
            self.pauses.append(seconds)
        self.now += seconds


def says(json=None, status=200, **other):
    """An answer; `body`, `headers` and so on as responses.Response takes them."""
    if json is not None:
        other["json"] = json
    return responses.Response("GET", ANY, status=status, **other)


@contextmanager
def wire(*answers):
    """Gives the list of the requests that are sent; fails when there are more or fewer of them than answers."""
    left, sent = list(answers), []

    class InOrder(FirstMatchRegistry):
        """Gives the answers out in their order, whatever is asked for."""

        def find(self, request):
            # No exception of requests: those are what the transport expects from a network.
            assert left, f"one request too many: {line(request)}"
            sent.append(request)
            return left.pop(0), []

    with responses.RequestsMock(registry=InOrder):
        yield sent
    assert not left, f"{len(left)} requests too few, sent were: {lines(sent)}"


def attempt(work):
    """What `work` returns, or the error that it raises."""
    try:
        return work()
    except RollcallError as error:
        return error


def line(request):
    """METHOD URL BODY, all of it as sent."""
    body = request.body.decode() if isinstance(request.body, bytes) else request.body
    return " ".join(part for part in (request.method, request.url, body) if part)


def lines(requests, base=""):
    """All requests that were sent, with `base` taken off their addresses."""
    return [line(request).replace(f" {base}", " ", 1) for request in requests]
