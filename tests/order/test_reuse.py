"""An id that was somebody's and is now somebody else's: nothing passes from one to the other."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from confmon.monitor.polling.snapshot import ALL_CALLS, Snapshot
from tests.order.schedule import opened
from tests.screens.conftest import key_event

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.order.server import Server
    from tests.screens.conftest import Stage

Screen = tuple["Stage", "Server"]


@pytest.fixture
async def screen() -> AsyncIterator[Screen]:
    """All calls are shown, the cursor is on call 3."""
    async with opened(Random(0)) as (stage, server):  # noqa: S311 - repeatable, not secret
        await stage.press("2")
        stage.table.move_to(3)
        assert stage.cursor == 3
        yield stage, server


@pytest.mark.parametrize("after_s", [2.5, 5.0, 12.0], ids=["shown as left", "fading", "faded"])
async def test_the_cursor_does_not_pass_to_who_comes_later_under_the_id(
    screen: Screen, after_s: float
) -> None:
    stage, server = screen
    del server.calls[3]
    await stage.advance(after_s)
    server.join(3, 100)
    await stage.advance(5)
    assert 3 in stage.rows
    assert stage.cursor is None
    await stage.press("m", "h", "d")
    await stage.advance(1)
    assert server.sent == []


async def test_the_cursor_can_be_put_on_who_came_later_under_the_id(screen: Screen) -> None:
    stage, server = screen
    first = 3
    del server.calls[first]
    await stage.advance(2.5)
    server.join(first, 100)
    await stage.advance(5)
    assert stage.cursor is None
    stage.table.move_to(first)
    await stage.advance(5)
    assert stage.cursor == first


async def test_a_key_before_the_new_one_is_drawn_hits_nobody(screen: Screen) -> None:
    stage, server = screen
    del server.calls[3]
    await stage.advance(2.5)
    server.join(3, 100)
    read = await server.scan_calls()
    now = stage.clock.now()
    snapshot = Snapshot(feed=ALL_CALLS, asked_at=now, answered_at=now, scan=read)
    stage.app.post_message(key_event("m"))
    stage.session.store.apply(snapshot)  # the key is read before the screen is drawn again
    await stage.settle()
    await stage.advance(1)
    assert server.sent == []


async def test_what_is_under_way_does_not_show_on_the_next_owner_of_the_id(screen: Screen) -> None:
    stage, server = screen
    server.delay_s = {"put_call": 8.0}
    await stage.press("m")
    assert "muting…" in stage.row("caller5x")
    server.join(3, 100)  # at once: no poll sees that the id was free
    name = f"caller{server.births}x"
    await stage.advance(4)
    for _ in range(20):
        row = stage.row(name)
        for word in ("muting", "refused", "unknown", "already", "not applied"):
            assert word not in row
        await stage.advance(1)


async def test_a_refusal_for_who_left_does_not_show_on_the_next_owner(screen: Screen) -> None:
    stage, server = screen
    server.delay_s = {"put_call": 4.0}
    await stage.press("m")
    await stage.advance(0.1)
    await stage.press("d")
    await stage.press("y")  # waits for the mute before it
    server.join(3, 100)
    name = f"caller{server.births}x"
    for _ in range(20):
        await stage.advance(0.5)
        if name in stage.text:
            assert "refused" not in stage.row(name)
    assert ("delete_call", 3) not in server.writes()


async def test_a_key_read_after_the_row_faded_and_before_it_is_drawn_hits_nobody(
    screen: Screen,
) -> None:
    stage, server = screen
    del server.calls[3]
    await stage.advance(2.5)
    assert "left" in stage.row("caller5x")
    server.join(3, 100)
    read = await server.scan_calls()
    stage.clock.time_s += 20  # the terminal was stalled, and nothing could be drawn
    stage.session.tick()
    now = stage.clock.now()
    snapshot = Snapshot(feed=ALL_CALLS, asked_at=now, answered_at=now, scan=read)
    for key in ("m", "d", "h", "space"):
        stage.app.post_message(key_event(key))
    stage.session.store.apply(snapshot)
    await stage.settle()
    await stage.advance(1)
    assert stage.dialog == ""
    assert stage.session.view.marks == {}
    assert server.sent == []
