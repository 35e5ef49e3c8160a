# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON over HTTP on C(requests), for one service and one account.

Reads are repeated on trouble that may pass; writes only while they were certainly not sent, or refused unseen. Other
trouble with them is reported as Unclear, so that the engine looks. Redirects are never followed, credentials go to the
configured address only.
"""

from __future__ import annotations

import json
import re
import time
import warnings
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Container, Deque, Dict, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import quote, urlsplit

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import (
    Halt,
    Held,
    RollcallError,
    Unclear,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import is_text
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.pace import Pace
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.proxy import Proxy, proxy_for
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.redact import Redactor
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.retry import (
    Deadline,
    backoff,
    retry_after,
    seconds_of,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.settings import (
    Settings,
    ca_bundle,
    checked_url,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.whole_answer import (
    LARGEST,
    NoTls,
    adapter_class,
    is_unsent,
)

if TYPE_CHECKING:
    import requests

CONNECT_TIMEOUT = 10.0
# Read at once; compressed it can become a thousand times as much.
PIECE = 16 * 1024
ENCODINGS = ("", "identity", "gzip", "deflate")
# Of a list in pages.
LARGEST_LIST = 48 * 1024 * 1024
MOST_PAGES = 2000
EXCERPT = 200
# "<urllib3.connection.HTTPConnection object at 0x...>: " and "HTTPSConnectionPool(host=..., port=...): "
OBJECT_IN_TEXT = r"<\S+ object at [^>]*>:? ?|\b(?i:https?(connection)?(pool)?)\([^)]*\): "
TAGS = r"(?is)<(script|style|head)\b.*?</\1>|<[^>]*>"

Headers = Mapping[str, str]


class RepeatedKey(ValueError):
    """An object of JSON has two values for the key that this is made with; Python would take the last."""


class MissingLibrary(Exception):
    """The Python that runs the module has no C(requests)."""


@dataclass(frozen=True)
class Answer:
    """What came back. C(body) is None where it is not JSON."""

    method: str
    url: str
    status: int
    headers: Headers
    text: str
    body: Any

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_html(self) -> bool:
        return self.text.lstrip()[:1] == "<"

    @property
    def is_broken(self) -> bool:
        """A good answer that calls itself JSON and is none was cut off on its way."""
        return self.ok and self.body is None and bool(self.text) and "json" in self.headers.get("Content-Type", "")

    def context(self) -> Dict[str, Any]:
        """What errors about this answer carry."""
        return {"http_status": self.status, "method": self.method, "url": self.url}


# How an attempt went wrong: never sent; refused unseen; the service itself says that it failed, which may pass; sent,
# but without an answer of the service, which may still be at it; with an answer that will never be of use.
NOT_SENT = "not sent"
THROTTLED = "throttled"
TROUBLE = "trouble"
LOST = "lost"
USELESS = "useless"
# Exceptions, of Python and of urllib3 1 and 2, for a connection that was never made, so that no byte of the request
# can have left; the first two because of the server's certificate.
UNTRUSTED = ("SSLCertVerificationError", "CertificateError")
NEVER_CONNECTED = ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError")
PROXY_LOGIN = 407
TUNNEL_REFUSED = re.compile(r"Tunnel connection failed: (\d{3})")


def trouble_by_status(answer: Answer) -> Optional[str]:
    """The usual meaning of a status; services whose failures hide in HTTP 200 put theirs in front.

    Of those from 500 on, all but two are said by something on the way, such as a gateway that has given up waiting.
    """
    if answer.status == 429:
        return THROTTLED
    if answer.status in (500, 503):
        return TROUBLE
    return LOST if answer.status > 500 else None


class _Failed(Exception):
    """One failed attempt: how it failed, the error to report, and the seconds the service asks to wait, if it does."""

    def __init__(self, how: str, error: RollcallError, wait: Optional[float] = None) -> None:
        super().__init__(error.message)
        self.how = how
        self.error = error
        self.wait = wait


class Http:
    """Keep-alive connections to one service; one deadline and one waiting time for all workers."""

    def __init__(
        self,
        title: str,
        settings: Settings,
        headers: Headers,
        authorize: Callable[[], Headers],
        redact: Redactor,
        verdict: Callable[[Answer], Optional[str]] = trouble_by_status,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._title = title
        self._settings = settings
        self._base_url = checked_url(settings.base_url, settings.allow_http)
        self._ca_bundle = ca_bundle(settings)
        self._headers = dict(headers)
        self._authorize = authorize
        self._redact = redact
        self._verdict = verdict
        self._pause = pause
        self._clock = clock
        self._deadline = Deadline(settings.deadline, clock)
        self._pace = Pace(settings.requests_per_second, clock)
        self._requests = _import_requests()
        if not settings.validate_certs:
            # The run itself tells it; urllib3 would write it to standard error, with each request.
            warnings.simplefilter("ignore", self._requests.packages.urllib3.exceptions.InsecureRequestWarning)
        self._proxy = proxy_for(self._base_url)
        # Idle sessions: one for each worker that is sending at the same time, reused across phases of the run.
        self._sessions: Deque[requests.Session] = deque()

    def read(self, method: str, path: str, query: Optional[Headers] = None, body: Any = None) -> Answer:
        """Ask for something; repeated up to C(retries) times while the trouble is of the kind that passes."""
        try:
            return self._exchange(method, path, query, body, (NOT_SENT, THROTTLED, TROUBLE, LOST))
        except _Failed as failed:
            raise failed.error from failed

    def write(self, method: str, path: str, body: Any = None, repeat_throttled: bool = True) -> Answer:
        """Change something; repeated only when it certainly was not carried out, else Unclear."""
        repeatable = (NOT_SENT, THROTTLED) if repeat_throttled else (NOT_SENT,)
        try:
            return self._exchange(method, path, None, body, repeatable)
        except _Failed as failed:
            unclear = Unclear(failed.error, is_over=failed.how in (THROTTLED, TROUBLE))
            raise (failed.error if failed.how in repeatable else unclear) from failed

    def _exchange(
        self, method: str, path: str, query: Optional[Headers], body: Any, repeatable: Container[str]
    ) -> Answer:
        attempt = let_through = 0
        while True:
            try:
                return self._send(method, path, query, body)
            except _Failed as failed:
                if failed.how == THROTTLED:
                    if self._pace.count > let_through:
                        # It is a crowd that waits here, not a service that is closed.
                        attempt, let_through = 0, self._pace.count
                    self._pace.throttled(backoff(attempt) if failed.wait is None else failed.wait)
                elif failed.wait is not None:
                    self._pace.hold(failed.wait)
                if failed.how not in repeatable or attempt >= self._settings.retries:
                    raise
                if failed.how != THROTTLED and failed.wait is None:
                    self._pause(min(backoff(attempt), self._deadline.left()))
            attempt += 1

    def _send(self, method: str, path: str, query: Optional[Headers], body: Any) -> Answer:
        """One attempt; raises _Failed for trouble with the connection or the answer."""
        self._hold(method)
        url = self._base_url + path
        context: Dict[str, Any] = {"method": method, "url": url}
        timeout = max(0.001, min(self._settings.timeout, self._deadline.left()))
        try:
            session = self._sessions.pop()
        except IndexError:
            session = self._new_session()
        try:
            prepared = session.prepare_request(
                self._requests.Request(method, url, params=query, json=body, headers=dict(self._authorize()))
            )
        except (self._requests.RequestException, ValueError) as error:
            # Its text can quote a header, and so a credential.
            what = f"{self._title}: the request could not be made ({type(error).__name__})."
            raise RollcallError(what, kind="bad_input", hint="Check api_url and the credentials.", **context) from None
        try:
            with session.send(
                prepared, timeout=(min(CONNECT_TIMEOUT, timeout), timeout), allow_redirects=False, stream=True
            ) as response:
                answer = self._answer(response, self._content(response, context), context)
        except (OSError, ValueError) as error:
            raise self._failed(error, context) from error
        finally:
            self._sessions.append(session)
        return self._usable(answer)

    def _failed(self, error: Exception, context: Mapping[str, Any]) -> _Failed:
        """What an exception says about the request. Only the few that certainly come before it mean "not sent"."""
        reason = innermost(error)
        unsent = _is_not_sent(reason) or is_unsent(error)
        if self._proxy and (isinstance(error, self._requests.exceptions.ProxyError) or _is_not_sent(reason)):
            return self._failed_at_proxy(self._proxy, reason, unsent, context)
        text = self._redact(re.sub(OBJECT_IN_TEXT, "", str(reason)))[:EXCERPT]
        where, what = f"{self._title}: {self._host}", f"({type(reason).__name__}: {text})."
        if type(reason).__name__ in UNTRUSTED:
            hint = (
                "Give the certificate authority with ca_path; check the host in api_url and, where the dates of the "
                "certificate are at fault, this machine's clock."
            )
            raise Halt(f"{where}: the certificate is not trusted {what}", kind="unreachable", hint=hint, **context)
        if isinstance(reason, NoTls):
            message = f"{where}: what answers speaks no TLS {what}"
            raise Halt(message, kind="bad_input", hint="Correct the host or the port in api_url.", **context)
        hint = "Check api_url, the network and whether the service is up."
        if unsent:
            message = f"{where}: cannot be reached {what}"
            return _Failed(NOT_SENT, Halt(message, kind="unreachable", hint=hint, retryable=True, **context))
        slow = isinstance(error, self._requests.Timeout) or type(reason).__name__ == "ReadTimeoutError"
        message = f"{where}: {'no complete answer in time' if slow else 'the connection was lost'} {what}"
        return _Failed(LOST, RollcallError(message, kind="unreachable", hint=hint, retryable=True, **context))

    def _failed_at_proxy(
        self, proxy: Proxy, reason: BaseException, unsent: bool, context: Mapping[str, Any]
    ) -> _Failed:
        """As _failed, without the exception's text: it can quote the address of the proxy."""
        tunnel = TUNNEL_REFUSED.match(str(reason))
        if tunnel and int(tunnel[1]) == PROXY_LOGIN:
            raise self._wrong_proxy(proxy, "does not accept the login", context)
        if isinstance(reason, NoTls):
            raise self._wrong_proxy(proxy, "speaks no TLS", context)
        if type(reason).__name__ in UNTRUSTED:
            raise self._wrong_proxy(proxy, "has a certificate that is not trusted", context)
        where, name = f"{self._title}: {self._host}", type(reason).__name__
        hint = f"Check {proxy.variable}, no_proxy and whether the proxy is up."
        if unsent:
            what = f"HTTP {tunnel[1]}" if tunnel else name
            message = f"{where}: cannot be reached through the proxy of {proxy.variable} ({what})."
            return _Failed(NOT_SENT, Halt(message, kind="unreachable", hint=hint, retryable=True, **context))
        message = f"{where}: the connection to the proxy of {proxy.variable} was lost ({name})."
        return _Failed(LOST, RollcallError(message, kind="unreachable", hint=hint, retryable=True, **context))

    def _wrong_proxy(self, proxy: Proxy, wrong: str, context: Mapping[str, Any]) -> Halt:
        message, hint = f"{self._title}: the proxy of {proxy.variable} {wrong}.", f"Correct {proxy.variable}."
        return Halt(message, kind="bad_input", hint=hint, **context)

    def _usable(self, answer: Answer) -> Answer:
        if answer.status == PROXY_LOGIN and self._proxy:
            raise self._wrong_proxy(self._proxy, "does not accept the login", answer.context())
        if 300 <= answer.status < 400:
            raise RollcallError(
                f"{self._title}: redirected to {self._redact(answer.headers.get('Location', 'nowhere'))!r}; "
                "redirects are not followed, because credentials go to the configured address only.",
                kind="redirect",
                hint="Correct api_url (https, host, path).",
                **answer.context(),
            )
        how = LOST if answer.is_broken or answer.status < 200 else self._verdict(answer)
        if how != THROTTLED:
            self._pace.let_through()
        if how is None:
            return answer
        error = RollcallError(
            f"{self._title}: {'too many requests' if how == THROTTLED else 'trouble in the service'} "
            f"(HTTP {answer.status}: {self.excerpt(answer) or 'no text'}).",
            kind="throttled" if how == THROTTLED else "unavailable",
            hint="Run again later.",
            retryable=True,
            **answer.context(),
        )
        # A date counts from the service's own clock, which may be wrong.
        here = seconds_of(answer.headers.get("Date", "")) or time.time()
        raise _Failed(how, error, retry_after(answer.headers.get("Retry-After"), here))

    def _answer(self, response: requests.Response, content: bytes, context: Mapping[str, Any]) -> Answer:
        text = content.decode("utf-8", "replace")
        try:
            # Strictly: a name with replacement signs in it would be another name.
            body = json.loads(content.decode("utf-8"), object_pairs_hook=_object)
        except RepeatedKey as repeated:
            if 200 <= response.status_code < 300:
                key = self._redact(str(repeated))[:EXCERPT]
                raise self._useless(f"JSON with {key!r} twice in one object", response, context) from None
            body = None
        except (ValueError, RecursionError):
            body = None
        return Answer(context["method"], context["url"], response.status_code, response.headers, text, body)

    def _content(self, response: requests.Response, context: Mapping[str, Any]) -> bytes:
        """The whole body within a bounded size."""
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in ENCODINGS:
            # Layers multiply: a few bytes become gigabytes before anybody counts them.
            what = f"encoded as {self._redact(encoding)[:EXCERPT]!r}, which was not asked for"
            raise self._useless(what, response, context)
        parts: List[bytes] = []
        size = 0
        for part in response.iter_content(PIECE):
            size += len(part)
            parts.append(part)
            if size > LARGEST:
                raise self._useless(f"larger than {LARGEST // 1024 // 1024} MiB", response, context)
        return b"".join(parts)

    def _useless(self, why: str, response: requests.Response, context: Mapping[str, Any]) -> _Failed:
        what, status = f"{self._title}: the answer is {why}.", response.status_code
        error = RollcallError(what, kind="bad_answer", hint="Is api_url right?", http_status=status, **context)
        return _Failed(USELESS, error)

    def _new_session(self) -> requests.Session:
        """One connection with its cookies. Proxies are looked up once; on its own requests would do it, and read
        .netrc, on every call.
        """
        session: requests.Session = self._requests.Session()
        session.trust_env = False
        session.headers.clear()
        session.headers.update({"Accept-Encoding": "gzip, deflate", **self._headers})
        session.proxies = {"all": self._proxy.address} if self._proxy else {}
        # With allow_redirects=False too, requests reads the whole body of a redirect on its own.
        session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
        session.verify = self._settings.validate_certs and (self._ca_bundle or True)
        session.mount("http://", adapter_class()())
        session.mount("https://", adapter_class()())
        return session

    @property
    def _host(self) -> str:
        return urlsplit(self._base_url).netloc

    def _hold(self, method: str) -> None:
        """Wait for this request's turn; stop where the deadline does not allow it."""
        waiting = -1.0
        while waiting:
            waiting = self._pace.take()
            left = self._deadline.left()
            if waiting >= left:
                limit = f"the deadline of {self._settings.deadline:g} s"
                over = f"the next request could be sent in {waiting:.0f} s, longer than {limit} leaves"
                raise Held(
                    f"{self._title}: {over if left else f'{limit} is over'}; this {method} was not sent.",
                    kind="throttled" if left else "deadline",
                    hint="Run again later to go on where this run stopped, or raise deadline.",
                    retryable=True,
                )
            self._pause(waiting)

    def foreign(self, answer: Answer, lacks: str = "not its JSON") -> RollcallError:
        """The error for an answer that this service would not give."""
        return RollcallError(
            f"{self._title}: HTTP {answer.status} from {answer.url} is no answer of this API ({lacks}): "
            f"{self.excerpt(answer) or 'empty'}.",
            kind="bad_answer",
            hint=f"Is api_url the address of a {self._title} API?",
            **answer.context(),
        )

    def wrong_address(self, answer: Answer) -> Halt:
        """The error for something that is always there, and is not at this address."""
        return Halt(
            f"{self._title}: api_url is wrong, there is no {answer.url} "
            f"(HTTP {answer.status}: {self.excerpt(answer) or 'no text'}).",
            kind="bad_input",
            hint="Write the host and the path as the documentation of api_url shows them.",
            **answer.context(),
        )

    def unclear(self, answer: Answer, lacks: str = "not its JSON") -> Unclear:
        """The error for a success that this service would not give: it says nothing of the write it answers."""
        return Unclear(self.foreign(answer, lacks))

    def excerpt(self, answer: Answer) -> str:
        """The beginning of a body in one line, without secrets; for messages only."""
        return " ".join(re.sub(TAGS, " ", self._redact(answer.text)).split())[:EXCERPT]


class Pages:
    """The answers of one list together, in bounds: a server can go on leading to new pages for ever."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._count = 0
        self._size = 0

    def read(self, method: str, path: str, query: Optional[Headers] = None, body: Any = None) -> Answer:
        """The next page, as Http.read reads it."""
        answer = self._http.read(method, path, query, body)
        self._count += 1
        self._size += len(answer.text)
        if self._count > MOST_PAGES or self._size > LARGEST_LIST:
            what = f"its list has no end: {self._count} pages, {self._size // 1024 // 1024} MiB"
            raise self._http.foreign(answer, what)
        return answer


def is_segment(name: str) -> bool:
    """Whether a name can be a part of a path. Dots would change the path however they are encoded."""
    return bool(name) and is_text(name) and name not in (".", "..")


def segment(name: str) -> str:
    """A name as a part of a path."""
    return quote(name, safe="")


def _object(pairs: Sequence[Tuple[str, Any]]) -> Dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise RepeatedKey(Counter(key for key, _value in pairs).most_common(1)[0][0])
    return made


def _is_not_sent(reason: BaseException) -> bool:
    return type(reason).__name__ in NEVER_CONNECTED or bool(TUNNEL_REFUSED.match(str(reason)))


def innermost(error: BaseException) -> BaseException:
    """The exception below the layers that requests and urllib3 put around it."""
    below = getattr(error, "reason", None) or getattr(error, "original_error", None)
    below = below or (error.args[0] if error.args else None)
    return innermost(below) if isinstance(below, BaseException) else error


def _import_requests() -> Any:
    try:
        import requests
    except ImportError as error:
        raise MissingLibrary(str(error)) from error
    return requests
