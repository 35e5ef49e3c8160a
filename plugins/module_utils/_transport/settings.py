# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How to talk to a service, and what is wrong with settings that would expose credentials or cannot work."""

from __future__ import annotations

import dataclasses
import ipaddress
import os
import re
import ssl
from typing import Any, Mapping, Optional
from urllib.parse import urlsplit

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import BadInput

# Newer versions of urllib3 refuse them, too.
NOT_IN_HOSTS = r"[\s\"'<>\\^`{|}]"


@dataclasses.dataclass(frozen=True)
class Settings:
    """Times are in seconds; C(retries) counts repetitions, not tries."""

    base_url: str
    timeout: float = 30
    retries: int = 4
    deadline: float = 1800
    validate_certs: bool = True
    ca_path: Optional[str] = None
    allow_http: bool = False
    requests_per_second: Optional[float] = None

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Settings:
        """From the connection options that every module has; C(api_url) is the address."""
        names = [field.name for field in dataclasses.fields(cls) if field.name != "base_url"]
        return cls(params["api_url"], **{name: params[name] for name in names})


def checked_url(written: str, allow_http: bool) -> str:
    """The base address without an end slash; raises BadInput for one that would expose credentials or cannot work."""
    # The address is never quoted: what stands in the wrong place of it may be a credential.
    try:
        parts = urlsplit(written.strip())
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not is_host(host) or parts.scheme not in ("http", "https") or any(sign.isspace() for sign in written.strip()):
        raise BadInput("api_url is no http(s) address.", hint="Write https://host/path.")
    if parts.username is not None or parts.password is not None:
        raise BadInput("api_url contains user info.", hint="Give credentials with their own options.")
    if parts.query or parts.fragment:
        raise BadInput("api_url contains a query or a fragment.", hint="Write https://host/path.")
    if parts.scheme == "http" and not allow_http and not is_loopback(host):
        raise BadInput(
            f"api_url {written!r} would send credentials unencrypted.",
            hint="Use https, or set allow_http: true on a network you trust.",
        )
    return written.strip().rstrip("/")


def ca_bundle(settings: Settings) -> Optional[str]:
    """The trusted authorities, from ca_path or the variables that requests honours; BadInput for none in there.

    None where no certificate is looked at.
    """
    if not settings.validate_certs or urlsplit(settings.base_url.strip()).scheme != "https":
        return None
    places = {"ca_path": settings.ca_path}
    places.update((name, os.environ.get(name)) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
    for name, path in places.items():
        if path:
            try:
                problem = _ca_problem(path)
            except OSError as error:
                problem = f"cannot be read ({error.strerror})"
            if problem:
                raise BadInput(
                    f"{name} {path!r} cannot be used: it {problem}.",
                    hint="Give a file of certificates (PEM), or a directory made with openssl rehash, on the machine "
                    "that runs this.",
                )
            return path
    return None


def _ca_problem(path: str) -> str:
    if not os.path.exists(path):
        return "does not exist"
    if os.path.isdir(path):
        # Found by their hash only: a directory of certificates under other names trusts nobody.
        usable = any(re.fullmatch(r"[0-9a-f]{8}\.[0-9]+", name) for name in os.listdir(path))
        return "" if usable else "is a directory without certificates under their hashes"
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        return "is no file of certificates"
    return ""


def is_host(host: str) -> bool:
    """Whether a network can have a host of this name; it is encoded in this way to be looked up."""
    try:
        encoded = host.encode("idna").decode()
    except UnicodeError:
        return False
    return encoded.isprintable() and not re.search(NOT_IN_HOSTS, encoded) and bool(encoded)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
