"""The real screen over the real client and the simulator's HTTP side, on a clock moved by hand.

Nothing waits: keys are posted as a terminal's driver posts them, time goes by when a test says so.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from confmon.api.connect import asgi_transport, open_client, open_mediator
from confmon.config.settings.model import Settings
from confmon.tui.app import ConfmonApp
from confmon.tui.setup import Setup
from tests.clock import HandClock, InlineExecutor, rest
from tests.screens.bridge import Bridge, MemoryAudit, MemoryIgnoredFields
from tests.screens.stage import Stage, key_event

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from confmon.api.live import ConferenceClient
    from confmon.api.mediator import MediatorClient
    from confmon.config.choices import Choices
    from confmon.config.start import Start
    from confmon.history.place import HistoryPlace
    from confmon.monitor.alerts.outlets import Outlets
    from confmon.monitor.orders.order_file import OrderFile

__all__ = [
    "Bridge",
    "HandClock",
    "InlineExecutor",
    "MemoryAudit",
    "MemoryIgnoredFields",
    "Stage",
    "Staging",
    "key_event",
    "rest",
    "settings",
]

BASE_URL = "http://127.0.0.1:8080/conference/v1"
MEDIATOR_URL = "http://127.0.0.1:8080/mediator/v1"
FOR_EVER_S = 3600.0


def settings(**given: Any) -> Settings:
    """Settings of a test's profile."""
    return Settings(**({"profile": "lab", "base_url": BASE_URL, "login": "op"} | given))


@pytest.fixture(autouse=True)
def colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many colours as there are, whatever terminal the tests are run in."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
async def clock() -> HandClock:
    """A clock, on a loop that runs threads at once."""
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    return HandClock()


@pytest.fixture
def bridge(clock: HandClock) -> Bridge:
    """A bridge without a meeting."""
    return Bridge(clock)


@pytest.fixture
def audit() -> MemoryAudit:
    """An audit log."""
    return MemoryAudit()


@pytest.fixture
def ignored_fields() -> MemoryIgnoredFields:
    """What is remembered of the endpoint."""
    return MemoryIgnoredFields()


class StagedApp(ConfmonApp):
    """The app, with toasts that stay: they would go by the machine's clock, not the test's."""

    CSS_PATH = str(
        Path(sys.modules[ConfmonApp.__module__].__file__ or "").with_name("confmon.tcss")
    )

    def notify(self, message: str, *, timeout: float | None = None, **given: Any) -> None:
        super().notify(message, timeout=FOR_EVER_S, **given)


class Staging:
    """Opens the screen on the bridge."""

    def __init__(
        self, bridge: Bridge, audit: MemoryAudit, ignored_fields: MemoryIgnoredFields
    ) -> None:
        self._bridge, self._audit, self._ignored_fields = bridge, audit, ignored_fields

    @asynccontextmanager
    async def __call__(
        self,
        size: tuple[int, int] = (120, 40),
        *,
        password: str = "secret",  # noqa: S107 - the simulator asks for one
        open_bridge: Callable[[], ConferenceClient] | None = None,
        mediator: bool = True,
        choices: Choices | None = None,
        start: Start | None = None,
        order_file: OrderFile | None = None,
        outlets: Outlets | None = None,
        history: HistoryPlace | None = None,
        **given: Any,
    ) -> AsyncIterator[Stage]:
        """Show the screen at a size, with these settings, until the first answers are in."""
        chosen = settings(**given)

        def connect() -> ConferenceClient:
            return open_client(
                chosen.base_url,
                chosen.login,
                password,
                read_only=chosen.read_only,
                requests_per_s=chosen.requests_per_s,
                clock=self._bridge.clock,
                transport=asgi_transport(self._bridge),
            )

        def connect_mediator() -> MediatorClient:
            return open_mediator(
                MEDIATOR_URL,
                "mediator",
                "mediator",
                read_only=chosen.read_only,
                clock=self._bridge.clock,
                transport=asgi_transport(self._bridge),
            )

        app = StagedApp(
            Setup(
                chosen,
                open_bridge=open_bridge or connect,
                audit=self._audit,
                ignored_fields=self._ignored_fields,
                open_mediator=connect_mediator if mediator else None,
                mediator_audit=self._audit,
                choices=choices,
                start=start,
                order_file=order_file,
                outlets=outlets,
                history=history,
                clock=self._bridge.clock,
            )
        )
        async with app.run_test(size=size, notifications=True) as pilot:
            stage = Stage(app, pilot, self._bridge)
            await stage.until(lambda: app.session.poller is not None or bool(app.session.trouble))
            await stage.advance(0.1)
            yield stage


@pytest.fixture
def staged(bridge: Bridge, audit: MemoryAudit, ignored_fields: MemoryIgnoredFields) -> Staging:
    """Open the screen: ``async with staged(size=(80, 24), read_only=True) as stage``."""
    return Staging(bridge, audit, ignored_fields)
