# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxy between us and a service: from the environment only, everywhere, and never told to anybody.

On macOS requests would ask the system too, which can crash a process that was forked.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass, field
from typing import Optional
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import BadInput
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.settings import is_host, is_loopback
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.whole_answer import adapter_class

CURE = (
    "Write http://host:port or http://user:password@host:port, with the special characters of both percent-encoded "
    "(%23 for #, %2F for /, %40 for @); or exempt the host of api_url with no_proxy."
)


@dataclass(frozen=True)
class Proxy:
    """C(variable) is the environment variable that it comes from; the address can hold a password."""

    variable: str
    address: str = field(repr=False)


def proxy_for(url: str) -> Optional[Proxy]:
    """The proxy for a valid address, if any; raises BadInput for one that cannot be used.

    Loopback is reached directly, because a proxy elsewhere has another one; and it would see the credentials.
    """
    import requests
    import urllib3

    scheme, host = urlsplit(url).scheme, urlsplit(url).hostname or ""
    proxies = getproxies_environment()
    key = scheme if scheme in proxies else "all"
    # It asks the system only where the environment has no proxy at all.
    if key not in proxies or requests.utils.should_bypass_proxies(url, no_proxy=None):
        return None
    written = proxies[key]
    name = next(name for name in os.environ if name.lower() == f"{key}_proxy" and os.environ[name] == written)
    variable = f"The environment variable {name}"
    address = written if "://" in written else f"http://{written.lstrip('/')}"
    try:
        parts = urllib3.util.parse_url(address)
        its_host = parts.host or ""
    except ValueError:
        its_host = ""
    if not is_host(its_host) or "@" in f"{parts.path}{parts.query}{parts.fragment}":
        raise BadInput(f"{variable} is no address of a proxy.", hint=CURE)
    if is_loopback(host) and not is_loopback(its_host.strip("[]")):
        return None
    if str(parts.scheme).startswith("socks") and importlib.util.find_spec("socks") is None:
        raise BadInput(
            f"{variable} names a SOCKS proxy, for which the Python package PySocks is missing.",
            hint="Install it for the Python that runs the module, or name an HTTP proxy.",
        )
    try:
        adapter_class()().proxy_manager_for(address)
    except ValueError:
        raise BadInput(f"{variable} names a proxy of a kind that cannot be used.", hint=CURE) from None
    return Proxy(name, address)
