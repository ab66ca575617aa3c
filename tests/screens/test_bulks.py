"""The operator's hand: the last key is taken back, a bulk is stopped, what is grave is asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge, MemoryAudit
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage


def code(stage: Stage) -> int | None:
    """The exit code, asked again because time has passed."""
    return stage.app.return_code


def crowd(bridge: Bridge, count: int, number: int = 100) -> None:
    bridge.meeting(number)
    bridge.people(number, *(f"p{nth}" for nth in range(count)))


async def test_u_right_after_m_takes_back_the_m_and_not_the_hold_before_it(
    bridge: Bridge, staged: Staging
) -> None:
    crowd(bridge, 2)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("h")
        await stage.advance(3)
        bridge.quirks.write_delay_s = 1.0
        await stage.press("j", "m", "u")
        assert stage.notice.startswith("undo: mute p1 +15165550002")
        await stage.advance(8)
        assert bridge.of(1).hold_mode == 1
        assert bridge.of(2).mute_mode == 0


async def test_u_a_moment_after_m_waits_until_it_is_known_whether_it_was_applied(
    bridge: Bridge, staged: Staging
) -> None:
    crowd(bridge, 2)
    bridge.quirks.write_delay_s = 2.0
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m")
        await stage.advance(0.5)
        await stage.press("u")
        assert stage.notice == "undo: mute p0 +15165550001; waits for what is under way"
        await stage.advance(0.5)
        assert len(bridge.writes) == 1
        await stage.advance(8)
        assert [body for *_, body in bridge.writes] == [{"muteMode": 2}, {"muteMode": 0}]
        assert bridge.of(1).mute_mode == 0
        await stage.press("ctrl+y")
        assert stage.notice == "redo: mute p0 +15165550001"
        await stage.advance(8)
        assert bridge.of(1).mute_mode == 2
        await stage.press("ctrl+y")
        assert stage.notice == "nothing to redo"


async def test_u_after_a_key_that_was_refused_takes_back_nothing_else(
    bridge: Bridge, staged: Staging
) -> None:
    crowd(bridge, 1)
    bridge.call(100, 2, "Bob", mute_mode=7)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("h")
        await stage.advance(3)
        await stage.press("j", "m")
        assert "not a state confmon knows" in stage.notice
        await stage.press("u")
        assert stage.notice == "undo: Mute sent nothing; u again takes back hold p0 +15165550001"
        await stage.advance(3)
        assert bridge.of(1).hold_mode == 1
        await stage.press("u")
        await stage.advance(3)
        assert bridge.of(1).hold_mode == 0


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)], ids=str)
@pytest.mark.parametrize("key", ["escape", "u"])
async def test_a_running_bulk_is_seen_overtaken_and_stopped(
    bridge: Bridge, staged: Staging, audit: MemoryAudit, key: str, size: tuple[int, int]
) -> None:
    crowd(bridge, 60)
    async with staged(size, requests_per_s=4.0) as stage:
        await stage.go_in(100)
        await stage.press("M")
        assert "Mute 60 callers" in stage.text
        await stage.press(*"60", "enter")
        await stage.advance(5)
        sent = len(bridge.writes)
        assert 8 < sent < 40
        assert " of 60" in stage.footer
        if size[0] > 40:
            left = re.search(r"about (\d+)s left", stage.footer)
            assert left is not None
            assert abs(int(left[1]) - (60 - sent) / 4) <= 5, "4 a second"
            assert "esc or u stops it" in stage.footer
        await stage.press("G", "h")
        await stage.advance(1.0)
        held = [path for _, path, body in bridge.writes if "holdMode" in body]
        assert held == ["/calls/60"], "it did not wait for the bulk"
        if size[0] > 40:
            assert "esc stops it" in stage.footer, "u would take back the hold"
        if key == "u":
            await stage.press("u")
            assert stage.notice.startswith("undo: hold p59")
        await stage.press(key)
        assert "had not been sent" in stage.notice
        await stage.advance(1)
        assert "muting" not in stage.footer
        if key == "escape":
            await stage.advance(20)
            muted = [call for call in range(1, 61) if bridge.of(call).mute_mode]
            assert 8 < len(muted) < 50
            assert stage.subject == "meeting", "escape did nothing else"
            await stage.press("u", "u")
        await stage.advance(60)
        assert bridge.of(60).hold_mode == 0
        assert " of 60" not in stage.footer
        assert [call for call in range(1, 61) if bridge.of(call).mute_mode] == []
        assert {a.id for a in audit.intents} <= {a.id for a, _ in audit.outcomes}
        stopped = [r for _, r in audit.outcomes if r.detail == "stopped; nothing was sent"]
        assert stopped


async def test_a_bulk_that_rests_after_a_429_says_so(bridge: Bridge, staged: Staging) -> None:
    crowd(bridge, 40)
    async with staged((120, 30)) as stage:
        await stage.go_in(100)
        bridge.fail(method="PUT", status=429, retry_after="60", times=1)
        await stage.press("M", *"40", "enter")
        await stage.advance(3)
        assert "s (429) · esc or u stops it" in stage.footer
        sent = len(bridge.writes)
        assert sent < 20
        await stage.advance(30)
        assert len(bridge.writes) == sent
        await stage.press("escape")
        await stage.advance(2)
        assert "(429)" not in stage.footer


async def test_a_bulk_that_waits_for_fresh_data_says_so_and_goes_on(
    bridge: Bridge, staged: Staging
) -> None:
    crowd(bridge, 40)
    async with staged((140, 30), requests_per_s=4.0) as stage:
        await stage.go_in(100)
        await stage.press("M", *"40", "enter")
        await stage.advance(2)
        bridge.fail(method="GET", path="/calls/")  # a caller's own read is answered
        bridge.fail(method="GET", status=503)
        for _ in range(28):  # what waits for the rate limit already is on its way
            await stage.advance(0.5)
        assert "waits: data is stale · esc stops it" in stage.footer
        sent = len(bridge.writes)
        assert sent < 40
        await stage.advance(2)
        assert len(bridge.writes) == sent
        bridge.faults.clear()
        await stage.press("r")
        await stage.advance(20)
        assert "waits" not in stage.footer
        assert [bridge.of(call).mute_mode for call in range(1, 41)].count(0) == 0


async def test_the_log_counts_what_was_stopped(bridge: Bridge, staged: Staging) -> None:
    crowd(bridge, 40)
    async with staged(requests_per_s=4.0) as stage:
        await stage.go_in(100)
        await stage.press("M")
        await stage.press(*"40", "enter")
        await stage.advance(3)
        await stage.press("escape")
        await stage.advance(8)
        await stage.quiet()
        assert "stopped" in stage.log


async def test_q_asks_while_actions_are_under_way(bridge: Bridge, staged: Staging) -> None:
    crowd(bridge, 3)
    bridge.quirks.write_delay_s = 4.0
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m", "j", "m", "j", "h")
        await stage.advance(0.3)
        for keys in (["q"], ["ctrl+c"], ["3", "q"]):
            await stage.press(*keys)
            assert "3 actions are under way; leave?" in stage.text
            await stage.press("n")
            assert stage.dialog == ""
            assert stage.app.return_code is None
        await stage.press("1", "q")
        await stage.press("y")
        assert stage.app.return_code == 0


async def test_q_can_wait_until_the_outcomes_are_known(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    crowd(bridge, 3)
    bridge.quirks.write_delay_s = 4.0
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m", "j", "m")
        await stage.advance(0.3)
        await stage.press("q")
        assert "w wait, then leave  y leave now  n, esc stay" in stage.text
        await stage.press("w")
        assert "2 actions are under way; leaving as soon as" in stage.text
        await stage.press("escape")
        await stage.advance(0.5)
        assert stage.dialog == "", "one may stay after all"
        await stage.press("q", "w")
        await stage.advance(2)
        assert code(stage) is None
        for _ in range(8):
            if code(stage) is None:
                await stage.advance(1)
        assert code(stage) == 0
        assert [str(result.outcome) for _, result in audit.outcomes] == ["done", "done"]


async def test_q_leaves_at_once_when_nothing_is_under_way(bridge: Bridge, staged: Staging) -> None:
    crowd(bridge, 1)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m")
        await stage.advance(4)
        await stage.press("q")
        assert stage.app.return_code == 0


async def test_the_palettes_quit_asks_too(bridge: Bridge, staged: Staging) -> None:
    crowd(bridge, 1)
    bridge.quirks.write_delay_s = 4.0
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m")
        await stage.app.shown.run_command("quit")
        await stage.settle()
        assert "1 action is under way; leave?" in stage.text


async def test_stopping_a_recording_asks_and_starting_one_does_not(
    bridge: Bridge, staged: Staging
) -> None:
    crowd(bridge, 1)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("R")
        await stage.advance(8)
        assert [body for *_, body in bridge.writes] == [{"isRecording": True}]
        for key, title in (("R", "Stop recording 100"), ("u", "Undo: record 100")):
            await stage.press(key)
            assert stage.dialog == "ConfirmDialog"
            assert title in stage.text
            await stage.press("n")
            await stage.advance(1)
            assert len(bridge.writes) == 1
        await stage.press("R")
        await stage.press("y")
        await stage.advance(8)
        assert [body for *_, body in bridge.writes][1:] == [{"isRecording": False}]
        await stage.press("u")  # it begins again
        await stage.advance(8)
        assert [body for *_, body in bridge.writes][2:] == [{"isRecording": True}]
        await stage.press("ctrl+y")
        assert stage.dialog == "ConfirmDialog"
        await stage.press("y")
        await stage.advance(8)
        assert [body for *_, body in bridge.writes][3:] == [{"isRecording": False}]


async def test_a_bulk_says_how_many_may_have_muted_themselves(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    for key, mode in enumerate((1, 2, 3, 1, 2), 1):
        bridge.call(100, key, f"p{key}", mute_mode=mode)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("ctrl+u")
        assert "Unmute 5 callers" in stage.text
        assert "3 of them muted by the caller or softly; open the lines?" in stage.text
        await stage.press("escape")
        await stage.press("asterisk", "m")
        assert "3 of them muted by the caller or softly; open the lines?" in stage.text
        await stage.press("escape")
        assert bridge.writes == []


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)], ids=str)
async def test_the_title_line_of_a_meeting_shows_that_it_is_recorded_or_locked(
    bridge: Bridge, staged: Staging, size: tuple[int, int]
) -> None:
    meeting = bridge.meeting(934225020, "Weekly all-hands of the whole company", is_secured=True)
    bridge.people(934225020, *(f"p{nth}" for nth in range(30)))
    bridge.world.record(meeting, on=True)
    async with staged(size) as stage:
        await stage.go_in(934225020)
        assert "934225020" in stage.lines[1]
        assert "●REC LOCK" in stage.lines[1]
        if size[0] >= 80:
            assert "▸ Weekly" in stage.lines[1]
            assert " 30" in stage.lines[1]
        await stage.press("space", "space")
        assert "●REC LOCK" in stage.lines[1]
        await stage.press("escape", "escape")
        assert "REC" not in stage.lines[1]


@pytest.mark.parametrize("size", [(80, 24), (200, 40)], ids=str)
async def test_the_footer_says_what_a_key_would_do_now(
    bridge: Bridge, staged: Staging, size: tuple[int, int]
) -> None:
    meeting = bridge.meeting(100, is_secured=True)
    bridge.call(100, 1, "Ada")
    bridge.call(100, 2, "Bob", mute_mode=2, hold_mode=1)
    async with staged(size) as stage:
        await stage.go_in(100)
        assert "m Mute" in stage.footer
        assert "h Hold" in stage.footer
        await stage.press("j")
        assert "m Unmute" in stage.footer
        assert "h Release" in stage.footer
        await stage.press("k")
        assert "m Mute" in stage.footer
        if size[0] == 200:
            assert "L Unlock" in stage.footer
            assert "R Record" in stage.footer
            bridge.world.record(meeting, on=True)
            await stage.advance(5)
            assert "R Stop recording" in stage.footer
        await stage.press("j", "space")
        await stage.press("k")
        assert "m Unmute" in stage.footer, "the marked decide"
        await stage.press("asterisk")
        assert "m Mute" in stage.footer, "one of them can be heard"


async def test_where_everybody_is_a_host_it_says_so(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Ada", role=1)
    bridge.call(100, 2, "Bob", role=1)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("M")
        assert stage.notice == "everybody is a host here; nobody to mute"
        await stage.press("H")
        assert stage.notice == "everybody is a host here; nobody to hold"
        assert stage.dialog == ""


async def test_who_vanishes_because_of_a_hold_left_while_holding(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    crowd(bridge, 2)
    bridge.quirks.write_delay_s = 1e9
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("h")
        await stage.advance(0.2)
        assert len(bridge.writes) == 1
        bridge.world.leave(bridge.of(1))
        await stage.advance(5)
        assert "left before a read could show it" in stage.log
        assert "already left" not in stage.log
        assert str(audit.outcomes[-1][1].outcome) == "left"


async def test_the_count_of_a_bulk_stays_in_sight_above_what_was_refused(
    bridge: Bridge, staged: Staging
) -> None:
    crowd(bridge, 40)
    bridge.fail(method="PUT", status=400)
    async with staged(size=(80, 24)) as stage:
        await stage.go_in(100)
        await stage.press("H", *"40", "enter")
        await stage.advance(30)
        await stage.quiet()
        pane = stage.app.shown.query_one("#log").region
        shown = "\n".join(stage.lines[pane.y : pane.bottom])
        assert "hold 40 callers" in shown
        assert "40/40" in shown
        await stage.press("tab", "up")
        shown = "\n".join(stage.lines[pane.y : pane.bottom])
        assert "hold 40 callers" not in shown, "scrolled back, its place is where it is"
