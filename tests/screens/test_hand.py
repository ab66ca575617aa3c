"""The operator's hand: what is pasted, held down or typed is no command, anywhere."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from textual.events import Paste
from textual.widgets import Input

from confmon.tui.dialogs.confirm import NO_ANSWER
from confmon.tui.keys.pace import WORD_S, Verdict
from confmon.tui.keys.presses import ANSWER_REASONS, KEY_REASONS
from tests.screens.test_attention import raise_in_turn

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage

SENTENCES = ("did you see my mail? yes", "hmm ok", "London", "Robert", "mute him please", "no wait")
PASTED = ("Robert", "London", "hmm ok", "do it\ny", "mm\nm", "quit", "E100\n100\n", "nAda\n")


async def test_a_burst_is_no_verb_and_does_not_leave(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        for text in PASTED:
            for gap_s in (0.0, 0.001, 0.02):
                await stage.burst(*text, gap_s=gap_s)
                await stage.advance(0.4)
                assert stage.dialog == "", text
                assert stage.notice == KEY_REASONS[Verdict.BURST]
        assert bridge.writes == []
        assert stage.app.is_running
        assert stage.app.return_code is None


@pytest.mark.parametrize("text", SENTENCES)
async def test_a_sentence_is_no_verb(bridge: Bridge, staged: Staging, text: str) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    dice = Random(text)  # noqa: S311 - repeatable, not secret
    async with staged() as stage:
        await stage.go_in(100)
        stage.app.post_message(stage.read(text[0]))
        await stage.settle()
        for key in text[1:]:
            gap_s = dice.uniform(0.12, 0.25)
            await stage.clock.advance(gap_s)
            stage.app.post_message(stage.read(key, gap_s))
            await stage.settle()
        await stage.advance(3)
        assert bridge.writes == []
        assert KEY_REASONS[Verdict.TYPED] in [
            notification.message for notification in stage.app._notifications
        ]


async def test_the_row_says_at_once_what_is_asked_for_and_takes_it_back(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        stage.app.post_message(stage.read("m"))
        await stage.settle()
        assert "muting…" in stage.row("Ada")
        await stage.clock.advance(WORD_S - 0.01)
        assert bridge.writes == []
        stage.app.post_message(stage.read("e", 0.2))
        await stage.settle()
        assert "muting…" not in stage.row("Ada")
        await stage.advance(3)
        assert bridge.writes == []
        await stage.press("m")
        assert bridge.writes == [("PUT", "/calls/1", {"muteMode": 2})]


@pytest.mark.parametrize("move", ["down", "j"])
async def test_mute_down_mute_at_a_hands_speed(bridge: Bridge, staged: Staging, move: str) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.burst("m", move, "m", gap_s=0.15)
        await stage.advance(0.1)
        assert [path for _, path, _ in bridge.writes] == ["/calls/1", "/calls/2"]


async def test_a_held_verb_acts_once_and_says_so(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("m")
        await stage.burst(*"m" * 25, after_s=0.5, gap_s=0.033)
        await stage.advance(3)
        assert len(bridge.writes) == 1
        assert [notification.message for notification in stage.app._notifications] == [
            KEY_REASONS[Verdict.HELD]
        ]
        await stage.press("m")
        assert len(bridge.writes) == 2


async def test_a_key_that_is_no_answer_closes_the_question(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("d", "i")
        assert stage.dialog == ""
        assert stage.notice == NO_ANSWER
        await stage.burst("m", after_s=0.6)
        assert bridge.writes == []
        await stage.press("m")
        assert len(bridge.writes) == 1


async def test_a_burst_on_a_section_opens_nothing(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.world.directory.add_room(700, "Board", {}, 219)
    async with staged() as stage:
        await stage.press("3")
        await stage.advance(1)
        assert stage.table.move_to(700)
        for text in ("new", "even", "do", "could you"):
            await stage.burst(*text, gap_s=0.001)
            await stage.advance(0.5)
            assert (stage.section, stage.dialog) == ("rooms", ""), text
            assert stage.notice == KEY_REASONS[Verdict.BURST]
        await stage.burst(*"now", gap_s=0.2)
        await stage.advance(0.5)
        assert stage.dialog == "", "the form that n opened is closed again"
        assert bridge.writes == []


async def test_the_old_name_is_selected_and_nothing_pasted_confirms(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("n")
        await stage.burst(*"Ann Lee\n", gap_s=0.001)
        await stage.advance(1)
        assert stage.dialog == "NameDialog"
        assert ANSWER_REASONS[Verdict.BURST] in stage.text
        assert stage.app.screen.query_one(Input).value == "Ann Lee"
        assert bridge.writes == []
        await stage.press("enter")
        await stage.advance(1)
        assert bridge.writes == [("PUT", "/calls/1", {"customName": "Ann Lee"})]


async def test_text_pasted_with_brackets_onto_the_table_is_reported(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        stage.app.post_message(Paste("Robert"))
        await stage.settle()
        assert stage.notice == KEY_REASONS[Verdict.BURST]
        await stage.press("/")
        stage.app.post_message(Paste("Ada"))
        await stage.settle()
        assert "1 of 1" in stage.text
        assert len(stage.app._notifications) == 1
        assert bridge.writes == []


async def test_what_is_left_of_a_paste_that_was_given_up_is_no_verb(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        key = stage.read("m")
        end = Paste("")
        end.time = key.time + 0.001
        stage.app.post_message(key)
        stage.app.post_message(end)
        await stage.stand_alone()
        await stage.advance(1)
        assert bridge.writes == []
        assert stage.notice == KEY_REASONS[Verdict.BURST]


async def test_nothing_pasted_runs_a_command_of_the_palette(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("ctrl+p")
        await stage.burst(*"Mute\n", gap_s=0.001)
        await stage.until(lambda: "Mute a caller" in stage.text)
        await stage.burst("\n", "\n", gap_s=0.001)
        await stage.advance(1)
        assert stage.dialog == "CommandPalette"
        assert bridge.writes == []


async def opened(stage: Stage, key: str) -> None:
    await stage.press(key)
    assert stage.dialog or stage.screen.is_typing, key


async def test_ctrl_c_closes_what_is_open_and_leaves_from_the_table(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        for key in ("d", "E", "n", "M", "?", "ctrl+p", "T", "/"):
            await opened(stage, key)
            await stage.press("ctrl+c")
            assert (stage.dialog, stage.screen.is_typing) == ("", False), key
            assert stage.app.return_code is None
        assert bridge.writes == []
        await stage.press("ctrl+c")
        assert stage.app.return_code == 0


async def test_two_clicks_on_a_verb_are_one(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await stage.go_in(100)
        x = stage.footer.index("Mute")
        await stage.pilot.click("#bottom", offset=(x, 0), times=2)
        await stage.advance(3)
        assert len(bridge.writes) == 1


async def test_what_is_typed_at_once_into_a_field_is_all_there(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Mudd")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.burst(*"/mudd\n", rests=False)
        assert stage.session.view.filter_text == "mudd"
        assert not stage.screen.is_typing
        assert list(stage.app._notifications) == []
        await stage.press("m")
        assert [path for _, path, _ in bridge.writes] == ["/calls/2"]


async def test_a_verb_right_after_g_is_meant_and_a_word_with_g_is_none(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("j")
        await stage.burst("g", "h", gap_s=0.2)
        await stage.advance(1)
        assert [path for _, path, _ in bridge.writes] == ["/calls/1"]
        await stage.burst("G", "h", gap_s=0.2, after_s=3)
        await stage.advance(1)
        assert [path for _, path, _ in bridge.writes] == ["/calls/1", "/calls/2"]
        for word in ("gain", "ghost", "dog", "Gmok", "huge", "high"):
            await stage.advance(3)
            await stage.burst(*word, gap_s=0.15, after_s=3)
            await stage.advance(3)
            await stage.press("escape")
            if stage.subject != "meeting":
                await stage.go_in(100)
        assert len(bridge.writes) == 2


@pytest.mark.parametrize("gap_s", [0.1, 0.2])
async def test_a_verb_right_after_a_key_that_leads_somewhere_is_meant(
    bridge: Bridge, staged: Staging, gap_s: float
) -> None:
    for number in (100, 200):
        bridge.meeting(number)
    bridge.people(100, "Ada", "Bob")
    bridge.people(200, "Cy", "Dot", first=3)
    async with staged() as stage:
        await raise_in_turn(stage, 4)
        await stage.burst("t", "m", gap_s=gap_s)
        await stage.advance(1)
        assert [path for _, path, _ in bridge.writes] == ["/calls/4"]
        await stage.burst("N", "h", gap_s=gap_s, after_s=3)
        await stage.advance(1)
        assert [path for _, path, _ in bridge.writes] == ["/calls/4", "/calls/4"]
        await stage.go_in(100)
        await stage.burst("}", "L", gap_s=gap_s, after_s=3)
        await stage.advance(1)
        assert bridge.writes[2][1] == "/meetings/200"
        await stage.burst("{", "L", gap_s=gap_s, after_s=3)
        await stage.advance(1)
        assert bridge.writes[3][1] == "/meetings/100"


async def test_a_word_with_such_a_key_is_no_verb(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await raise_in_turn(stage, 1)
        for word in ("the", "team", "Nadine", "Nathan", "hot", "mute", "that", "tm ok", "Noted."):
            await stage.go_in(100)
            await stage.burst(*word, gap_s=0.15, after_s=3)
            await stage.advance(3)
            await stage.press("escape")
        assert bridge.writes == []
