"""Verbs on one caller: at once, shown as under way until a poll proves them, then as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.screens.stage import key_event

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge, MemoryAudit, MemoryIgnoredFields
    from tests.screens.conftest import Staging


async def test_m_mutes_at_once_and_only_a_later_poll_proves_it(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    bridge.quirks.write_delay_s = 3.0
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("j", "m")
        assert stage.dialog == ""
        assert "muting…" in stage.row("Bob")
        await stage.advance(0.2)
        assert bridge.writes == [("PUT", "/calls/2", {"muteMode": 2})]
        assert "muting…" in stage.row("Bob")
        assert "sent" in stage.log
        await stage.advance(2)  # a poll has come since, and does not show it yet
        assert "muting…" in stage.row("Bob")
        await stage.advance(3)
        assert "muted" in stage.row("Bob")
        assert "muting" not in stage.text
        assert "done" in stage.log
        assert "Bob +15165550002 — muted · seen after" in stage.log
        assert [(a.verb, a.path) for a in audit.intents] == [("mute", "/calls/2")]
        assert [str(result.outcome) for _, result in audit.outcomes] == ["done"]


async def test_the_log_shows_the_newest(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    names = ["Ada", "Bob", "Cy", "Di", "Ed", "Flo", "Gus"]
    bridge.people(100, *names)
    async with staged() as stage:
        await stage.go_in(100)
        for name in names:
            await stage.press("m", "j")
            await stage.advance(3)
            assert f"{name} +" in stage.log.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("mode", "sent", "shown"),
    [(0, 2, "muted"), (1, 0, ""), (2, 0, ""), (3, 0, "")],
    ids=["heard", "softly", "by host", "both ways"],
)
async def test_m_mutes_who_can_be_heard_and_unmutes_who_cannot(
    bridge: Bridge, staged: Staging, mode: int, sent: int, shown: str
) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Ada", mute_mode=mode)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m")
        if mode in (1, 3):
            assert bridge.writes == []
            assert "Unmute Ada +15165550001?" in stage.text
            assert "muted by the caller or softly; open the line?" in stage.text
            await stage.press("y")
        assert ("muting…" if sent else "unmuting…") in stage.row("Ada")
        await stage.advance(3)
        assert bridge.writes == [("PUT", "/calls/1", {"muteMode": sent})]
        assert ("muted" in stage.row("Ada")) == bool(shown)
        await stage.press("m")
        await stage.advance(3)
        assert bridge.writes[1:] == [("PUT", "/calls/1", {"muteMode": 0 if sent else 2})]


async def test_h_holds_and_releases(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("h")
        assert "holding…" in stage.row("Ada")
        await stage.advance(3)
        assert "held" in stage.row("Ada")
        await stage.press("h")
        assert "releasing…" in stage.row("Ada")
        await stage.advance(3)
        assert "held" not in stage.row("Ada")
        assert [body for _, _, body in bridge.writes] == [{"holdMode": 1}, {"holdMode": 0}]


async def test_a_code_nobody_knows_is_shown_raw_and_not_toggled(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Ada", mute_mode=7)
    async with staged() as stage:
        await stage.go_in(100)
        assert "7" in stage.row("Ada")
        await stage.press("m")
        await stage.advance(1)
        assert "not a state confmon knows" in stage.notice
        assert bridge.writes == []


async def test_a_second_m_while_the_first_is_under_way_sends_nothing(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    bridge.quirks.write_delay_s = 3.0
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m", "m", "m")
        assert "still muting…" in stage.notice
        await stage.advance(8)
        assert len(bridge.writes) == 1


async def test_n_names_and_the_name_comes_back_from_the_bridge(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("n")
        assert stage.dialog == "NameDialog"
        await stage.press("end", *" Lovelace", "enter")
        assert stage.dialog == ""
        assert "naming…" in stage.row("Ada")
        await stage.advance(3)
        assert bridge.writes == [("PUT", "/calls/1", {"customName": "Ada Lovelace"})]
        assert "Ada Lovelace" in stage.row("+15165550001")
        assert "named (Ada Lovelace)" in stage.log
        await stage.press("n")
        await stage.press("x", "escape")
        await stage.advance(1)
        assert len(bridge.writes) == 1


async def test_brackets_step_the_gain(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("]")
        await stage.advance(3)
        assert "+1" in stage.row("Ada")
        await stage.press("[")
        await stage.advance(3)
        await stage.press("[")
        await stage.advance(3)
        assert " -1" in stage.row("Ada")
        assert [b for *_, b in bridge.writes] == [{"gainLevel": n} for n in (1, 0, -1)]
        assert "gain set (-1)" in stage.log


async def test_a_200_that_does_nothing_is_not_applied(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    bridge.quirks.write_delay_s = 1e9
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m")
        await stage.advance(4)
        assert "muting…" in stage.row("Ada")
        await stage.advance(6)
        assert "not applied" in stage.row("Ada")
        assert "muting" not in stage.row("Ada")
        assert "not applied" in stage.log
        assert "the bridge accepted it" in stage.log
        assert str(audit.outcomes[-1][1].outcome) == "not applied"
        await stage.advance(15)
        assert "not applied" not in stage.row("Ada")


async def test_a_lost_answer_is_settled_by_a_later_read(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    bridge.fail(method="PUT", lost=True, times=1)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m")
        await stage.advance(5)
        assert "muted" in stage.row("Ada")
        assert "done" in stage.log
        assert len(bridge.writes) == 1


async def test_what_no_read_can_settle_is_unknown(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        bridge.fail(method="PUT", lost=True)
        bridge.fail(method="GET", status=503)
        await stage.press("m")
        await stage.advance(45)
        assert "unknown" in stage.log
        assert "no read could settle it" in stage.log
        assert "unknown" in stage.row("Ada")


async def test_a_refusal_says_why(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    bridge.quirks.forbid_writes = True
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m")
        await stage.advance(1)
        assert "refused" in stage.log
        assert "not permitted" in stage.log.lower() or "403" in stage.log
        assert "muting" not in stage.row("Ada")
        assert "age 0s" in stage.lines[0] or "age 1s" in stage.lines[0], "viewing goes on"


async def test_a_caller_who_just_left_is_reported_as_left(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        bridge.world.leave(bridge.of(1))  # and no poll has seen it
        await stage.press("m")
        await stage.advance(0.2)
        assert stage.log.count("already left") == 1
        assert len(bridge.writes) == 1


async def test_without_an_audit_log_nothing_is_sent(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    audit.broken = True
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m")
        await stage.advance(1)
        assert bridge.writes == []
        assert "refused" in stage.log
        assert "the audit log can't be written" in stage.lines[2]
        audit.broken = False
        await stage.press("m")
        await stage.advance(3)
        assert len(bridge.writes) == 1
        assert "audit log" not in stage.lines[2]


async def test_u_restores_each_callers_own_value(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Ada", mute_mode=3)
    bridge.call(100, 2, "Bob", mute_mode=0)
    async with staged() as stage:
        await stage.go_in(100)
        assert "Undo" not in stage.footer
        await stage.press("m")
        await stage.press("y")
        await stage.advance(3)
        assert "u Undo" in stage.footer
        await stage.press("j", "m")
        await stage.advance(3)
        bridge.writes.clear()
        await stage.press("u")
        assert "restoring…" in stage.row("Bob")
        await stage.advance(3)
        await stage.press("u")
        await stage.advance(3)
        assert bridge.writes == [
            ("PUT", "/calls/2", {"muteMode": 0}),
            ("PUT", "/calls/1", {"muteMode": 3}),
        ]
        assert "muted+soft" in stage.row("Ada")
        assert stage.notice == "undo: unmute Ada +15165550001"
        await stage.quiet()
        assert "restored (not muted)" in stage.log
        assert "restored (muted both ways)" in stage.log
        assert "Undo" not in stage.footer
        await stage.press("u")
        assert stage.notice == "nothing to undo"


async def test_undo_leaves_alone_what_somebody_else_has_changed_since(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m")
        await stage.advance(3)
        bridge.world.change(bridge.of(1), mute_mode=1)
        await stage.advance(3)
        await stage.press("u")
        assert "changed since" in stage.notice
        await stage.advance(1)
        assert len(bridge.writes) == 1


async def test_a_dropped_caller_is_not_undone(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("d")
        await stage.press("y")
        await stage.advance(3)
        await stage.press("u")
        assert "hung up for good" in stage.notice


async def test_lock_and_record_are_switched_and_proved(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.press("L")
        assert "locking…" in stage.row("100")
        await stage.advance(3)
        assert "LOCK" in stage.row("100")
        await stage.press("R")
        await stage.advance(1)
        assert "recording…" in stage.row("100")
        await stage.advance(6)
        assert "●REC LOCK" in stage.row("100")
        await stage.press("L", "R")
        await stage.advance(0.1)
        await stage.press("R")
        await stage.advance(8)
        assert [body for *_, body in bridge.writes][:2] == [
            {"isSecured": True},
            {"isRecording": True},
        ]
        assert {"isSecured": False} in [body for *_, body in bridge.writes]


async def test_what_this_endpoint_does_not_apply_is_remembered_and_asked_about(
    bridge: Bridge, staged: Staging, ignored_fields: MemoryIgnoredFields
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    bridge.quirks.honoured = frozenset()
    async with staged() as stage:
        await stage.press("L")
        await stage.advance(12)
        assert "not applied" in stage.log
        assert ignored_fields.fields == {"isSecured"}
        await stage.press("L")
        assert stage.dialog == "ConfirmDialog"
        assert "did not apply isSecured when last asked" in stage.text
        await stage.press("escape")
        assert len(bridge.writes) == 1


async def test_verbs_for_callers_say_where_they_work(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.press("m")
        assert "press enter to see them" in stage.notice
        await stage.press("d")
        assert stage.dialog == ""
        assert bridge.writes == []


async def test_a_recording_leg_is_not_muted(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Recording", role=0)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m", "h")
        assert "not a caller" in stage.notice
        await stage.advance(1)
        assert bridge.writes == []


async def test_a_verb_on_all_calls_needs_no_fast_feed_to_be_proved(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.meeting(200)
    bridge.people(100, "Ada")
    bridge.people(200, "Bob", first=2)
    async with staged() as stage:
        await stage.press("2")
        await stage.advance(0.5)
        await stage.press("j", "m")
        await stage.advance(3)
        assert bridge.writes == [("PUT", "/calls/2", {"muteMode": 2})]
        assert "muted" in stage.row("Bob")


async def test_a_verb_pressed_before_a_row_came_under_the_cursor_was_not_meant_for_it(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await stage.go_in(100)
        assert stage.rows == []
        early = [key_event(key) for key in ("m", "d", "space")]
        bridge.people(100, "Ada")
        await stage.advance(2.5)
        assert stage.cursor == 1
        for event in early:
            stage.app.post_message(event)
            await stage.settle()
        assert (stage.dialog, len(stage.session.view.marks)) == ("", 0)
        assert "that row was not there yet" in stage.text
        await stage.press("m")
        await stage.advance(0.2)
        assert [path for _, path, _ in bridge.writes] == ["/calls/1"]
