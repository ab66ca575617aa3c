"""The mute mode of a meeting: chosen in a small box, proved by a later read, taken back by u."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.config.settings.checks import check_mute_words

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge, MemoryIgnoredFields
    from tests.screens.conftest import Staging


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)], ids=str)
async def test_a_mode_is_one_request_proved_by_a_read_and_undone(
    bridge: Bridge, staged: Staging, size: tuple[int, int]
) -> None:
    bridge.quirks.honoured |= {"muteMode"}
    bridge.meeting(100, mute_mode=32)
    bridge.people(100, "Ada", "Bob")
    async with staged(size) as stage:
        await stage.go_in(100)
        await stage.press("^")
        if size[0] > 40:
            for words in ("Open", "Relaxed", "Strict", "now: listeners muted", "may not unmute"):
                assert words in stage.text
        await stage.press("3")
        await stage.advance(4)
        assert bridge.writes == [("PUT", "/meetings/100", {"muteMode": 40})]
        assert bridge.world.meetings[100].mute_mode == 40
        if size[0] > 80:
            assert "mute mode set" in stage.log
            assert "done" in stage.log
        await stage.press("u")
        await stage.advance(4)
        assert bridge.world.meetings[100].mute_mode == 32


async def test_the_words_are_those_of_the_settings(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100, mute_mode=36)
    async with staged(mute_words=("Free", "Soft", "Hard")) as stage:
        await stage.press("^")
        assert "2 Soft" in stage.line("▌2")
        assert "1 Free" in stage.text
        await stage.press("2")
        assert stage.notice == "it is so already; nothing was sent"
        await stage.press("^", "escape", "^", "x")
        assert "no answer" in stage.text
        await stage.advance(3)
        assert bridge.writes == []


async def test_a_bridge_that_ignores_it_is_reported_and_asked_next_time(
    bridge: Bridge, staged: Staging, ignored_fields: MemoryIgnoredFields
) -> None:
    bridge.meeting(100, mute_mode=32)
    async with staged() as stage:
        await stage.press("^", "2")
        await stage.advance(12)
        assert "not applied" in stage.log
        assert "100 Grace Hopper — mute mode (participants may unmute)" in stage.log, "words, no id"
        assert ignored_fields.fields == {"muteMode"}
        await stage.press("^", "2")
        assert "did not apply muteMode" in stage.text
        await stage.press("n")
        assert len(bridge.writes) == 1


async def test_stale_data_and_read_only_send_nothing(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100, mute_mode=32)
    async with staged() as stage:
        await stage.press("^")
        bridge.fail(status=503)
        await stage.advance(30)
        await stage.press("3")
        await stage.advance(3)
        assert bridge.writes == []
    async with staged(read_only=True) as stage:
        await stage.press("^")
        assert stage.dialog == ""


@pytest.mark.parametrize("words", [[], ["a", "b"], ["a", "b", "c" * 17], ["a", "b", " "], "abc"])
def test_other_than_three_short_words_are_refused(words: object) -> None:
    with pytest.raises(ValueError, match="three short words"):
        check_mute_words(words)
    assert check_mute_words([" Free ", "Soft", "Hard"]) == ("Free", "Soft", "Hard")
