"""One guarded way out: everything confmon sends goes through `HttpConnection.send`.

httpx's client sends it, without redirects, cookies, logins for other hosts, and proxies and keys
from the environment. Added are an origin check, a deadline over the whole request, a cap on the
body after unpacking, read-only mode, the rate limit, and errors that say what to do.
"""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import json
import re
import ssl
import sys
from collections import Counter
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import httpx

from confmon import __version__
from confmon.api.http.address import parse_base, tls
from confmon.api.http.error_mapping import from_status, from_transport_error, http_date
from confmon.api.http.reply_body import read_body
from confmon.models.errors import BridgeError, Garbled, Guarded, TimedOut, Unreachable
from confmon.models.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from confmon.api.http.rate_limit import RateLimit
    from confmon.clock import Clock

if importlib.util.find_spec("sniffio") is None:
    # httpcore looks for it on every request, which costs as much as the request's headers do;
    # None here is Python's own way of saying that a module is known to be missing
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

BODY_CAP = 16 * 1024 * 1024
"""Bytes of one reply, after unpacking."""
DEADLINE_S = 10.0
NO_ANSWER = "none"
"""The status of a request that got no answer."""
_ERROR_BODY_CAP = 64 * 1024
_LEAST_SECRET = 4
"""Characters. A shorter password is part of many harmless words."""
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=5.0)


@dataclass(frozen=True, slots=True)
class Reply:
    """A 2xx answer. `date_s` is its Date header, epoch seconds; `requests` counts a repetition."""

    status: int
    body: bytes
    date_s: float | None
    latency_s: float
    requests: int


class _NoCookies(CookieJar):
    """Takes no cookie, and does not even look at what a server sends as one."""

    def extract_cookies(self, response: object, request: object) -> None:
        """Take nothing."""


async def _hide_location(response: httpx.Response) -> None:
    """Keep the address of a redirect from httpx, which reads it even if it is not followed.

    It takes an address that it cannot read for a failure of the connection.
    """
    if "location" in response.headers:
        response.extensions["location"] = response.headers.pop("location")


class _Pool:
    """One generation of connections. A retired one is closed when nothing is under way on it."""

    def __init__(self, client: httpx.AsyncClient, *, ours: bool) -> None:
        self.client = client
        self.ours = ours
        self.busy = 0
        self.served = False
        self.retired = False


class StaleConnection(Exception):
    """The server closed a connection that had been kept: a GET may be repeated."""

    def __init__(self, error: BridgeError) -> None:
        self.error = error


class PoolExhausted(Exception):
    """No connection came free; nothing was sent."""


class HttpConnection:
    """The guarded connection to one endpoint.

    Without a login, `password` is a Bearer token; without either, requests carry neither.
    """

    def __init__(
        self,
        base_url: str,
        login: str | None,
        password: str | None,
        *,
        rate_limit: RateLimit,
        clock: Clock,
        read_only: bool = False,
        deadline_s: float = DEADLINE_S,
        ca_file: Path | None = None,
        proxy: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        login_hint: str | None = None,
    ) -> None:
        self.login_hint = login_hint
        """What a 401 says to do, where the login is not a conference endpoint's."""
        self.address = parse_base(base_url)
        self._url = httpx.URL(self.address.base)
        self.read_only = read_only
        self._deadline_s = deadline_s
        self._rate_limit = rate_limit
        self.clock = clock
        self._headers, secrets = _authorization(login, password)
        self._headers |= {
            "Accept": "application/json",
            # packing costs more than it saves where no line lies between
            "Accept-Encoding": "identity" if self.address.loopback else "gzip",
            "User-Agent": f"confmon/{__version__}",
        }
        # some proxies print the request into their error page
        self._secrets = [secret.encode() for secret in secrets if len(secret) >= _LEAST_SECRET]
        self._transport = transport
        self._tls = self._tls_context(ca_file)
        self._proxy = self._check_proxy(proxy)
        self._is_closed = False
        self._pool = self._open_pool()
        self.answers: Counter[tuple[str, str]] = Counter()
        """How many requests there were, by method and the answer's status or `NO_ANSWER`."""

    def _tls_context(self, ca_file: Path | None) -> ssl.SSLContext:
        if self.address.scheme == "https" and self._transport is None:
            return tls(ca_file)
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and is not asked

    def _check_proxy(self, proxy: str | None) -> httpx.Proxy | None:
        if not proxy:
            return None
        try:
            over_tls = httpx.URL(proxy).scheme == "https"
            checked = httpx.Proxy(proxy, ssl_context=self._tls if over_tls else None)
        except (ValueError, httpx.InvalidURL) as error:
            raise Guarded("`proxy` is not an http:// or https:// address") from error
        host = checked.url.host
        if checked.url.scheme not in ("http", "https") or not host or "%" in host:
            raise Guarded("`proxy` is not an http:// or https:// address")
        if self.address.scheme == "http":
            raise Guarded("plain http never goes through a proxy")
        return checked

    def _open_pool(self) -> _Pool:
        transport = self._transport or httpx.AsyncHTTPTransport(
            verify=self._tls, trust_env=False, limits=_LIMITS, proxy=self._proxy
        )
        client = httpx.AsyncClient(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            cookies=_NoCookies(),
            event_hooks={"response": [_hide_location]},
            # runs out just before our deadline, and so ends a request without cancelling it
            timeout=self._deadline_s * 0.95,
        )
        return _Pool(client, ours=self._transport is None)

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        first: bool = False,
    ) -> Reply:
        """Send one request and return its 2xx reply, whole.

        `path` is below the base URL and begins with a slash; `body` is sent as JSON; `first` lets
        it go before polling. BridgeError: anything else, see `confmon.models.errors`.
        """
        request = self._build_request(method, path, query, body)
        requests = 1
        while True:
            await self._rate_limit.acquire(priority=first)
            try:
                return await self._send_once(request, requests)
            except StaleConnection as stale:
                if method != "GET" or requests > 1:
                    raise stale.error from None
            except PoolExhausted:
                self._pool.retired = True
                await self._replace_pool()
                if requests > 1:
                    raise TimedOut(f"{self.address.place}: no connection came free") from None
            requests += 1

    def _build_request(
        self, method: str, path: str, query: Mapping[str, str] | None, body: object
    ) -> httpx.Request:
        if method not in _METHODS:
            raise Guarded(f"{clean(method, 20)} is not something confmon sends")
        if self.read_only and method != "GET":
            raise Guarded("read-only: nothing was sent", hint="Start without --read-only.")
        wanted = f"{self.address.path}{path}"
        text = f"{self.address.base}{path}"
        if query:
            text += "?" + urlencode(query, quote_via=quote, safe=",")
        try:
            url = httpx.URL(text)
        except httpx.InvalidURL as error:
            raise Guarded(f"{clean(path, 80)} is not a path") from error
        same = (url.scheme, url.host, url.port) == (
            self._url.scheme,
            self._url.host,
            self._url.port,
        )
        landed = url.raw_path.partition(b"?")[0].decode("ascii")
        if not same or url.userinfo or not path.startswith("/") or landed != wanted:
            raise Guarded(f"{clean(path, 80)} leads away from {self.address.place}")
        headers = dict(self._headers)
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body, allow_nan=False).encode()
        return httpx.Request(method, url, headers=headers, content=content)

    async def _send_once(self, request: httpx.Request, requests: int) -> Reply:
        if self._pool.retired and not self._is_closed:
            await self._replace_pool()
        pool = self._pool
        write = request.method != "GET"
        place = self.address.place
        if self._is_closed:
            raise Unreachable(f"the connection to {place} has been closed")
        started = self.clock.now()
        pool.busy += 1
        status = NO_ANSWER
        try:
            async with asyncio.timeout(self._deadline_s):
                response = await self._read_head(pool, request, write=write)
                status = str(response.status_code)
                try:
                    body = await self._read_body(response, write=write)
                finally:
                    await response.aclose()
        except TimeoutError:
            pool.retired = True
            raise TimedOut(f"{place} took longer than {self._deadline_s:g} s", lost=write) from None
        except asyncio.CancelledError:
            pool.retired = True  # cancelled requests use the pool up
            raise
        finally:
            self.answers[request.method, status] += 1
            pool.busy -= 1
            if pool is not self._pool and not pool.busy and pool.ours:
                await _close_whole(pool.client)
        pool.served = True
        if not 200 <= response.status_code < 300:
            raise self.refusal(response.status_code, body, write=write, headers=response.headers)
        return Reply(
            status=response.status_code,
            body=body,
            date_s=http_date(response.headers.get("date", "")),
            latency_s=self.clock.now() - started,
            requests=requests,
        )

    def refusal(
        self, status: int, body: bytes, *, write: bool, headers: httpx.Headers | None = None
    ) -> BridgeError:
        """Return what a status other than 2xx means, also of a status inside a body."""
        for shown in self._secrets:
            body = body.replace(shown, b"****")
        error = from_status(
            status,
            httpx.Headers() if headers is None else headers,
            body,
            self.address.place,
            write=write,
            wall_s=self.clock.wall(),
        )
        if status == 401 and self.login_hint is not None:
            error.hint = self.login_hint
        return error

    async def _read_head(
        self, pool: _Pool, request: httpx.Request, *, write: bool
    ) -> httpx.Response:
        try:
            response = await pool.client.send(request, stream=True)
        except httpx.PoolTimeout:
            raise PoolExhausted from None
        except ssl.SSLError as error:  # what httpx lets through: a record that was damaged
            raise Unreachable(
                f"the encrypted connection to {self.address.place} broke", lost=write
            ) from error
        except httpx.TransportError as error:
            failed = from_transport_error(error, self.address.place, lost=write)
            kept = pool.served and isinstance(
                error, (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
            )
            if kept and not isinstance(failed, Garbled):
                raise StaleConnection(failed) from error
            raise failed from error
        if location := response.extensions.get("location"):
            response.headers["location"] = location
        return response

    async def _read_body(self, response: httpx.Response, *, write: bool) -> bytes:
        """Read a body to its end. Of an error or a write the status counts, not the body."""
        success = 200 <= response.status_code < 300
        try:
            return await read_body(response, BODY_CAP if success else _ERROR_BODY_CAP)
        except Garbled:
            if write or not success:
                return b""
            raise
        except httpx.TimeoutException as error:
            raise from_transport_error(error, self.address.place, lost=write) from error
        except (httpx.TransportError, ssl.SSLError) as error:
            if write or not success:
                return b""
            raise Garbled(f"the reply of {self.address.place} was cut") from error

    async def _replace_pool(self) -> None:
        if self._is_closed:
            return
        old, self._pool = self._pool, self._open_pool()
        if not old.busy and old.ours:
            await _close_whole(old.client)

    def requests_per_minute(self) -> int:
        """Return how many requests left in the last minute."""
        return self._rate_limit.per_minute()

    async def aclose(self) -> None:
        """Close the connections for good. A transport that was passed in is closed as well."""
        self._is_closed = True
        await _close_whole(self._pool.client)


def _authorization(login: str | None, password: str | None) -> tuple[dict[str, str], list[str]]:
    """Return the header that says who asks, and what of it must never be shown. ValueError."""
    if password is None:
        return {}, []
    if login is not None:
        both = base64.b64encode(f"{login}:{password}".encode()).decode()
        return {"Authorization": f"Basic {both}"}, [both, password]
    if not is_token(password):
        raise ValueError("that is no token")  # not its words: they may be half of one
    return {"Authorization": f"Bearer {password}"}, [password]


async def _close_whole(client: httpx.AsyncClient) -> None:
    """Close a client with all its connections, even if the request that does it is cancelled."""
    await asyncio.shield(asyncio.ensure_future(client.aclose()))


def is_token(text: str) -> bool:
    """Tell whether a text can be sent as a Bearer token, by RFC 6750."""
    return re.fullmatch(r"[A-Za-z0-9._~+/-]+=*", text) is not None
