"""Notices at the start: shown once, unchanged, and never in the way of the screen."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

from textual.widgets._toast import Toast

from confmon.config.settings.model import Settings
from confmon.tui.app import ConfmonApp
from confmon.tui.setup import Setup
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confmon.monitor.actions.action import Action, Result

LINE = "1 action has no outcome in the audit log (drop [red]Jane[/red]); see confmon audit --open"
SETTINGS = Settings(profile="p", base_url="https://a.example/v1", login="ann")


class Nothing:
    """An audit log and a memory of ignored_fields that hold nothing."""

    def intent(self, action: Action) -> None:
        raise AssertionError("nothing is sent here")

    def outcome(self, action: Action, result: Result) -> None:
        raise AssertionError("nothing is sent here")

    def known(self) -> frozenset[str]:
        return frozenset()

    def add(self, field: str) -> None:
        raise AssertionError(field)

    def forget(self, field: str) -> None:
        raise AssertionError(field)


def no_bridge() -> NoReturn:
    raise ConnectionError("no bridge here")


async def notices_shown(notices: Callable[[], Sequence[str]], wanted: int) -> list[str]:
    """Return what the toasts say once there are so many and the screen has come up."""
    app = ConfmonApp(
        Setup(
            SETTINGS,
            open_bridge=no_bridge,
            audit=Nothing(),
            ignored_fields=Nothing(),
            notices=notices,
        )
    )
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        until = monotonic() + PATIENCE_S
        while not (app.session.trouble and len(list(app.screen.query(Toast))) >= wanted):
            assert monotonic() < until
            await pilot.pause()
            await asyncio.sleep(0)
        return [str(toast.render()) for toast in app.screen.query(Toast)]


async def test_each_line_is_shown_as_it_is() -> None:
    [first, second] = await notices_shown(lambda: [LINE, "another"], 2)
    assert LINE in first
    assert "another" in second


async def test_without_any_nothing_is_shown() -> None:
    assert await notices_shown(list, 0) == []


async def test_a_log_that_fails_to_be_read_does_not_keep_the_screen_away() -> None:
    def broken() -> NoReturn:
        raise OSError(5, "Input/output error")

    assert await notices_shown(broken, 0) == []
