"""The composition root: which client and which log a command works with.

What these functions import is heavy, so they import it when called.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from confmon.process import exits, paths

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from confmon.api.core import CoreClient
    from confmon.api.live import ConferenceClient
    from confmon.api.mediator import MediatorClient
    from confmon.audit.copies.copies import Copies
    from confmon.audit.ignored_fields import IgnoredFields
    from confmon.audit.log import AuditLog
    from confmon.audit.outcome_counts import OutcomeCounts
    from confmon.config.choices import Choices
    from confmon.config.credentials.secret import Secret
    from confmon.config.settings.model import Settings
    from confmon.config.settings.resolve import Configuration
    from confmon.monitor.orders.order_file import OrderFile
    from confmon.monitor.replay.file import Replay

    App = Callable[[], object]
    """What makes an application that answers requests."""


class Closable(Protocol):
    """A client, as far as opening and closing it goes."""

    async def aclose(self) -> None:
        """Close the connections."""
        ...


C = TypeVar("C", bound=Closable)

DEMO_URL = "http://127.0.0.1/conference/v1"
"""Nothing listens there: the demo's requests never leave the process."""


def _opener(
    settings: Settings, password: Secret, app: App | None, *, mediator: bool
) -> Callable[[], Any]:
    """Return what opens an API of these settings: over the network, or `app` in this process.

    Opening imports httpx and pydantic.
    """

    def open_api() -> Any:
        from confmon.api import connect
        from confmon.clock import SystemClock

        reach: dict[str, Any] = {"ca_file": settings.ca_file, "proxy": settings.proxy}
        if app is not None:
            reach = {"transport": connect.asgi_transport(app())}
        open_ = connect.open_mediator if mediator else connect.open_client
        return open_(
            settings.mediator_base_url if mediator else settings.base_url,
            settings.mediator_login if mediator else settings.login,
            password.reveal(),
            read_only=settings.read_only,
            deadline_s=settings.deadline_s,
            requests_per_s=settings.requests_per_s,
            clock=SystemClock(),
            **reach,
        )

    return open_api


def bridge_opener(
    settings: Settings, password: Secret, app: App | None = None
) -> Callable[[], ConferenceClient]:
    """Return what opens the bridge of these settings; with `app`, by its HTTP side in memory."""
    return _opener(settings, password, app, mediator=False)


def mediator_of(
    settings: Settings, password: Secret, app: App | None = None
) -> Callable[[], MediatorClient]:
    """Return what opens the Mediator of these settings, in the same ways."""
    return _opener(settings, password, app, mediator=True)


def mediator_opener(configuration: Configuration) -> Callable[[], MediatorClient] | None:
    """Return what opens the Mediator of a profile; None where it has none.

    The password is obtained here, where it can still be asked for.
    """
    if configuration.mediator is None:
        return None
    return mediator_of(configuration.settings, configuration.mediator.obtain_password())


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
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_bug_handler())
        try:
            with signals.cancelling(loop, task):
                return await work(client)
        finally:
            await client.aclose()

    with Interrupts() as signals:
        try:
            return asyncio.run(session(signals))
        except asyncio.CancelledError:
            raise exits.CliExit(signals.code or exits.INTERRUPTED) from None
        except BridgeError as error:
            raise exits.exit_after_error(error) from None


def _bug_handler() -> Callable[[object, dict[str, Any]], None]:
    """Return what writes errors that end nothing to the crash log; asyncio prints their words."""
    import sys

    from confmon.process.crash import MOST_REPORTS, report

    left = iter(range(MOST_REPORTS))

    def handle(_loop: object, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is not None and next(left, None) is not None:
            print(report(error), file=sys.stderr)

    return handle


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


def demo_app(seed: int, meetings: int, calls: int, scenario: str) -> App:
    """Return what makes the demo's one application, on first call, and gives it to all openers."""
    lock = Lock()

    @cache
    def make() -> object:
        from confmon.clock import SystemClock
        from confmon.simulator import demo

        clock = SystemClock().wall
        return demo.demo_app(seed, meetings, calls, clock, scenario=scenario)

    def once() -> object:
        with lock:  # the bridge and the Mediator are opened on two threads
            return make()

    return once


def audit_log(
    settings: Settings,
    via: str,
    copies: Copies | None = None,
    share: Callable[[bytes], None] | None = None,
    *,
    mediator: bool = False,
) -> AuditLog:
    """Return the audit log of a command; `via` is ``screen``, ``cli`` or ``demo``.

    Copies of its lines go to `copies` and to `share`; without these, to those of a command.
    `mediator`: the Mediator's host is the origin, not the bridge's.
    """
    from confmon.audit.log import AuditLog
    from confmon.cli.outlets import command_copies
    from confmon.cli.shared_audit import command_copy, origin_of

    copies = copies or command_copies(settings)
    share = share or (command_copy(settings) if via == "cli" else None)
    takers = [take for take in (copies and copies.send, share) if take]

    def copy(line: bytes) -> None:
        for take in takers:
            take(line)

    path = paths.or_none(lambda: paths.audit_log(demo=via == "demo"))
    origin = origin_of(settings.mediator_base_url if mediator else settings.base_url)
    return AuditLog(path, settings.profile, origin, via, copy=copy if takers else None)


def outcome_counts(settings: Settings) -> OutcomeCounts:
    """Return what counts the outcomes of actions on these servers from now on."""
    from confmon.audit.outcome_counts import OutcomeCounts
    from confmon.cli.grammar.live import AUDITED
    from confmon.cli.shared_audit import origin_of

    origins = [origin_of(url) for url in (settings.base_url, settings.mediator_base_url)]
    return OutcomeCounts(paths.or_none(paths.audit_log), origins, AUDITED)


def choices(settings: Settings, *, fresh: bool = False) -> Choices:
    """Return what was chosen on the screen of this profile; `fresh`: but how views were left."""
    from confmon.config.choices import Choices

    return Choices(_state_file("choices.json"), settings.profile, fresh=fresh)


def order_file(settings: Settings) -> OrderFile:
    """Return where the standing orders of this endpoint are kept for the next start."""
    from confmon.monitor.orders.order_file import OrderFile

    return OrderFile(_state_file("orders.json"), f"{settings.profile} {settings.base_url}")


def read_replay(name: str) -> Replay:
    """Return the replay in a file. CliExit: 78, it can't be read, or is broken."""
    from pathlib import Path

    from confmon.api.decoding.records import RecordDecoder
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.replay.file import BrokenReplay, ReplayReader

    reader = ReplayReader(RecordDecoder(Call).read, RecordDecoder(Meeting).read)
    try:
        with Path(name).open("rb") as file:
            return reader.read(file)
    except BrokenReplay as error:
        raise exits.config_error(f"{name}: {error}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such file"
        raise exits.config_error(f"{name}: {reason}") from None


def ignored_fields(settings: Settings) -> IgnoredFields:
    """Return what this endpoint was seen to ignore. Another base URL is another endpoint."""
    from confmon.audit.ignored_fields import IgnoredFields

    return IgnoredFields(_state_file("refusals.json"), f"{settings.profile} {settings.base_url}")


def _state_file(name: str) -> Path | None:
    folder = paths.or_none(paths.state)
    return folder and folder / name
