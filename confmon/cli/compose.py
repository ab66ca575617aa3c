"""The composition root: which client, which log and which memory a command works with.

What these functions import is heavy, so they import it when called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.cli import exits, folders

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from confmon.api.client import ConferenceClient
    from confmon.cli.secret import Secret
    from confmon.history.audit import AuditLog
    from confmon.history.refusals import Refusals
    from confmon.settings import Settings

DEMO_URL = "http://127.0.0.1/conference/v1"
"""Nothing listens there: the demo's requests never leave the process."""


def bridge_opener(settings: Settings, password: Secret) -> Callable[[], ConferenceClient]:
    """Return what opens the bridge of these settings; opening imports httpx and pydantic."""

    def open_bridge() -> ConferenceClient:
        from confmon.api.client import open_client
        from confmon.clock import SystemClock

        return open_client(
            settings.base_url,
            settings.login,
            password.reveal(),
            read_only=settings.read_only,
            deadline_s=settings.deadline_s,
            ca_file=settings.ca_file,
            proxy=settings.proxy,
            requests_per_s=settings.requests_per_s,
            clock=SystemClock(),
        )

    return open_bridge


def with_bridge(
    open_bridge: Callable[[], ConferenceClient], work: Callable[[ConferenceClient], Awaitable[int]]
) -> int:
    """Open the bridge, do the work of one command, close it, and return the exit code.

    A signal cancels the work. Quit: 128 and the signal; or a request failed, and the work did not
    deal with it.
    """
    import asyncio

    from confmon.api.errors import BridgeError
    from confmon.cli.interrupts import Interrupts

    async def session(signals: Interrupts) -> int:
        bridge = open_bridge()
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  a coroutine that runs is in a task
        try:
            with signals.cancelling(asyncio.get_running_loop(), task):
                return await work(bridge)
        finally:
            await bridge.aclose()

    with Interrupts() as signals:
        try:
            return asyncio.run(session(signals))
        except asyncio.CancelledError:
            raise exits.Quit(signals.code or exits.INTERRUPTED) from None
        except BridgeError as error:
            raise exits.ended_by(error) from None


def demo_opener(
    settings: Settings, seed: int, meetings: int, calls: int
) -> Callable[[], ConferenceClient]:
    """Return what opens a bridge in memory, reached through its own HTTP face without a socket."""

    def open_bridge() -> ConferenceClient:
        from confmon.api.client import asgi_transport, open_client
        from confmon.clock import SystemClock
        from confmon.simulator.demo import demo_app

        clock = SystemClock()
        return open_client(
            settings.base_url,
            "demo",
            "demo",
            read_only=settings.read_only,
            deadline_s=settings.deadline_s,
            ca_file=None,
            proxy=None,
            requests_per_s=settings.requests_per_s,
            clock=clock,
            transport=asgi_transport(demo_app(seed, meetings, calls, clock.wall)),
        )

    return open_bridge


def audit_log(settings: Settings, via: str) -> AuditLog:
    """Return the audit log of a command; `via` is ``screen``, ``cli`` or ``demo``."""
    from urllib.parse import urlsplit

    from confmon.history.audit import AuditLog

    path = folders.audit_log(demo=via == "demo")
    scheme, netloc, *_ = urlsplit(settings.base_url)
    return AuditLog(path, settings.profile, f"{scheme}://{netloc}", via)


def refusals(settings: Settings) -> Refusals:
    """Return what this endpoint was seen to ignore. Another base URL is another endpoint."""
    from confmon.history.refusals import Refusals

    key = f"{settings.profile} {settings.base_url}"
    return Refusals(folders.state() / "refusals.json", key)
