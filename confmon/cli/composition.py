"""The composition root: which client, which log and which memory a command works with.

What these functions import is heavy, so they import it when called.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from confmon.process import exits, paths

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from confmon.api.core import CoreClient
    from confmon.api.live import ConferenceClient
    from confmon.api.mediator import MediatorClient
    from confmon.audit.ignored_fields import Refusals
    from confmon.audit.log import AuditLog
    from confmon.config.credentials.secret import Secret
    from confmon.config.settings.model import Settings
    from confmon.config.settings.resolve import Configuration


class Closable(Protocol):
    """A client, as far as opening and closing it goes."""

    async def aclose(self) -> None:
        """Close the connections."""
        ...


C = TypeVar("C", bound=Closable)

DEMO_URL = "http://127.0.0.1/conference/v1"
"""Nothing listens there: the demo's requests never leave the process."""


def _common(settings: Settings) -> dict[str, Any]:
    """Return how every client of these settings is opened, wherever it leads."""
    from confmon.clock import SystemClock

    return {
        "read_only": settings.read_only,
        "deadline_s": settings.deadline_s,
        "requests_per_s": settings.requests_per_s,
        "clock": SystemClock(),
    }


def _over_network(settings: Settings) -> dict[str, Any]:
    return {"ca_file": settings.ca_file, "proxy": settings.proxy, **_common(settings)}


def bridge_opener(settings: Settings, password: Secret) -> Callable[[], ConferenceClient]:
    """Return what opens the bridge of these settings; opening imports httpx and pydantic."""

    def open_bridge() -> ConferenceClient:
        from confmon.api.connect import open_client

        return open_client(
            settings.base_url, settings.login, password.reveal(), **_over_network(settings)
        )

    return open_bridge


def mediator_opener(configuration: Configuration) -> Callable[[], MediatorClient] | None:
    """Return what opens the Mediator of a profile; None where it has none.

    The password is obtained here, where it can still be asked for.
    """
    if configuration.mediator is None:
        return None
    return mediator_of(configuration.settings, configuration.mediator.obtain_password())


def mediator_of(settings: Settings, password: Secret) -> Callable[[], MediatorClient]:
    """Return what opens the Mediator of these settings."""

    def open_() -> MediatorClient:
        from confmon.api.connect import open_mediator

        return open_mediator(
            settings.mediator_base_url,
            settings.mediator_login,
            password.reveal(),
            **_over_network(settings),
        )

    return open_


def core_opener(base_url: str, login: str | None, password: Secret) -> Callable[[], CoreClient]:
    """Return what opens Core with a portal login, or None and a token. It can only read."""

    def open_() -> CoreClient:
        from confmon.api.connect import open_core
        from confmon.clock import SystemClock

        return open_core(base_url, login, password.reveal(), clock=SystemClock())

    return open_


def with_client(open_client: Callable[[], C], work: Callable[[C], Awaitable[int]]) -> int:
    """Open a client, do the work of one command, close it, and return the exit code.

    A signal cancels the work. CliExit: 128 and the signal; or a request failed, and the work did
    not deal with it.
    """
    import asyncio

    from confmon.models.errors import BridgeError
    from confmon.process.signals import Interrupts

    async def session(signals: Interrupts) -> int:
        client = open_client()
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  a coroutine that runs is in a task
        try:
            with signals.cancelling(asyncio.get_running_loop(), task):
                return await work(client)
        finally:
            await client.aclose()

    with Interrupts() as signals:
        try:
            return asyncio.run(session(signals))
        except asyncio.CancelledError:
            raise exits.CliExit(signals.code or exits.INTERRUPTED) from None
        except BridgeError as error:
            raise exits.ended_by(error) from None


def with_api(
    configuration: Configuration,
    work: Callable[[Any], Awaitable[int]],
    *,
    mediator: bool = False,
) -> int:
    """Open the API that a command needs, and do the command's work with it."""
    if mediator:
        opener = mediator_opener(configuration)
        assert opener is not None  # noqa: S101  its login was needed
        return with_client(opener, work)
    return with_client(bridge_opener(configuration.settings, configuration.obtain_password()), work)


def demo_app(seed: int, meetings: int, calls: int) -> Callable[[], object]:
    """Return what makes the demo's one application, on first call, and gives it to all openers."""
    lock = Lock()

    @cache
    def make() -> object:
        from confmon.clock import SystemClock
        from confmon.simulator import demo

        return demo.demo_app(seed, meetings, calls, SystemClock().wall)

    def once() -> object:
        with lock:  # the bridge and the Mediator are opened on two threads
            return make()

    return once


def demo_opener(settings: Settings, app: Callable[[], object]) -> Callable[[], ConferenceClient]:
    """Return what opens a bridge in memory, reached through its own HTTP side without a socket."""

    def open_bridge() -> ConferenceClient:
        from confmon.api.connect import asgi_transport, open_client

        return open_client(
            settings.base_url,
            "demo",
            "demo",
            transport=asgi_transport(app()),
            **_common(settings),
        )

    return open_bridge


def demo_mediator_opener(
    settings: Settings, app: Callable[[], object]
) -> Callable[[], MediatorClient]:
    """Return what opens the Mediator of the same application."""

    def open_() -> MediatorClient:
        from confmon.api.connect import asgi_transport, open_mediator

        return open_mediator(
            settings.mediator_base_url,
            "mediator",
            "mediator",
            transport=asgi_transport(app()),
            **_common(settings),
        )

    return open_


def audit_log(settings: Settings, via: str) -> AuditLog:
    """Return the audit log of a command; `via` is ``screen``, ``cli`` or ``demo``."""
    return _log(settings, via, settings.base_url)


def mediator_audit_log(settings: Settings, via: str) -> AuditLog:
    """Return the same log with the Mediator's host as the origin."""
    return _log(settings, via, settings.mediator_base_url)


def _log(settings: Settings, via: str, base_url: str) -> AuditLog:
    from urllib.parse import urlsplit

    from confmon.audit.log import AuditLog

    path = paths.if_any(lambda: paths.audit_log(demo=via == "demo"))
    scheme, netloc, *_ = urlsplit(base_url)
    return AuditLog(path, settings.profile, f"{scheme}://{netloc}", via)


def refusals(settings: Settings) -> Refusals:
    """Return what this endpoint was seen to ignore. Another base URL is another endpoint."""
    from confmon.audit.ignored_fields import Refusals

    key = f"{settings.profile} {settings.base_url}"
    folder = paths.if_any(paths.state)
    return Refusals(folder and folder / "refusals.json", key)
