"""Opens the clients of the three APIs and of receivers, each over one guarded connection.

Nothing is sent yet; https takes 20-75 ms to prepare. Guarded: the address, `ca_file` or `proxy`
cannot be used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import httpx

from confmon.api.decoding.live_records import prepare
from confmon.api.http.connection import DEADLINE_S, HttpConnection
from confmon.api.http.rate_limit import RateLimit
from confmon.api.live import ConferenceClient
from confmon.clock import Clock, SystemClock

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Unpack

    from confmon.api.alerts import AlertmanagerClient, Origin, WebhookClient
    from confmon.api.core import CoreClient
    from confmon.api.mediator import MediatorClient

PER_S = 20.0
"""The most requests a second that one client sends, unless it is opened with another rate."""


class Options(TypedDict, total=False):
    """How a client is opened. `transport` replaces the network, behind the same guards."""

    read_only: bool
    deadline_s: float
    ca_file: Path | None
    proxy: str | None
    requests_per_s: float
    clock: Clock | None
    transport: httpx.AsyncBaseTransport | None


def open_client(
    base_url: str, login: str, password: str, **options: Unpack[Options]
) -> ConferenceClient:
    """Return a client of one conference endpoint.

    `base_url` is the full base, ``https://api.carrierx.com/conference/v1``.
    """
    prepare()
    return ConferenceClient(_connect(base_url, login, password, options))


def open_mediator(
    base_url: str, login: str, password: str, **options: Unpack[Options]
) -> MediatorClient:
    """Return a client of one Mediator endpoint."""
    from confmon.api import mediator

    return mediator.MediatorClient(_connect(base_url, login, password, options, mediator.LOGIN))


def open_core(
    base_url: str, login: str | None, password: str, **options: Unpack[Options]
) -> CoreClient:
    """Return a client of Core, which only reads.

    Without a login `password` is a Bearer token. ValueError: it can't be one.
    """
    from confmon.api import core

    hint = core.RENEW if login is None else core.LOGIN
    return core.CoreClient(
        _connect(base_url, login, password, {**options, "read_only": True}, hint)
    )


def open_alertmanager(
    base_url: str, token: str | None, origin: Origin, **options: Unpack[Options]
) -> AlertmanagerClient:
    """Return a client of an Alertmanager. ValueError: `token` can't be one."""
    from confmon.api import alerts

    return alerts.AlertmanagerClient(_connect(base_url, None, token, options), origin)


def open_webhook(
    url: str, token: str | None, origin: Origin, **options: Unpack[Options]
) -> WebhookClient:
    """Return a client of a receiver at a whole URL. ValueError: `token` can't be one."""
    from confmon.api import alerts

    base_url, path = alerts.split_url(url)
    return alerts.WebhookClient(_connect(base_url, None, token, options), path, origin)


def asgi_transport(app: Any) -> httpx.AsyncBaseTransport:
    """Return a transport that calls an ASGI application in this process."""
    return httpx.ASGITransport(app=app)


def _connect(
    base_url: str,
    login: str | None,
    password: str | None,
    options: Options,
    login_hint: str | None = None,
) -> HttpConnection:
    clock = options.get("clock") or SystemClock()
    return HttpConnection(
        base_url,
        login,
        password,
        rate_limit=RateLimit(options.get("requests_per_s", PER_S), clock),
        clock=clock,
        read_only=options.get("read_only", False),
        deadline_s=options.get("deadline_s", DEADLINE_S),
        ca_file=options.get("ca_file"),
        proxy=options.get("proxy"),
        transport=options.get("transport"),
        login_hint=login_hint,
    )
