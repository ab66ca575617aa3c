"""Readable in every theme, without colour, and in the right ink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rich.color import ColorSystem, ColorType
from rich.segment import Segment
from textual import events
from textual.color import Color
from textual.geometry import Region

from confmon.config.choices import Choices
from confmon.config.settings.checks import THEMES
from confmon.tui.driver import contrast as sixteen
from confmon.tui.table.palette import TONES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual.strip import Strip

    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage

EDGES = " ▐▌─│╭╮╰╯"
"""What draws edges: no words."""


def drawn(stage: Stage) -> Iterator[Segment]:
    """Every piece of text on the screen, as it is sent."""
    update: Any = stage.app.screen._compositor.render_update(
        full=True, screen_stack=stage.app._background_screens
    )
    for strips in update.strips:
        for strip in strips:
            yield from (segment for segment in strip if segment.text.strip())


def contrast(segment: Segment) -> float:
    """The ratio of lightness of ink and paper, 1 to 21."""
    style = segment.style
    assert style is not None
    assert style.color is not None
    assert style.bgcolor is not None
    ink, paper = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)

    def light(color: Color) -> float:
        parts = [part / 255 for part in (color.r, color.g, color.b)]
        r, g, b = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    lighter, darker = sorted((light(ink), light(paper)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


async def busy(bridge: Bridge, stage: Stage) -> None:
    """Bring every tone onto the screen."""
    await stage.go_in(100)
    await stage.press("j", "m", "j", "h", "G", "space", "g", "j", "i")
    bridge.call(100, 90, "new")
    bridge.world.leave(bridge.of(4))
    bridge.world.change(bridge.of(5), gain_level=2, qa_mode=1)
    await stage.advance(2.1)


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "nord"])
async def test_every_word_stands_out_from_its_ground(
    bridge: Bridge, staged: Staging, theme: str
) -> None:
    bridge.meeting(100, "Board")
    bridge.call(100, 1, "Ada", role=1)
    bridge.people(100, "Bob", "Cy", "Dan", "Eve", first=2)
    bridge.call(100, 9, "Flo", role=3, mute_mode=1, hold_mode=1)
    bridge.quirks.write_delay_s = 30.0
    async with staged(size=(160, 40), theme=theme) as stage:
        await busy(bridge, stage)
        faint = {
            f"{segment.text.strip()} {contrast(segment):.1f}"
            for segment in drawn(stage)
            if contrast(segment) < 3.0 and not set(segment.text) <= set(EDGES)
        }
        assert not faint


@pytest.mark.parametrize("theme", THEMES)
async def test_every_word_can_be_read_in_sixteen_colours(
    bridge: Bridge, staged: Staging, monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM")
    bridge.meeting(100, "Board")
    bridge.people(100, "Ada", "Bob", "Cy", "Dan", "Eve")
    bridge.call(100, 9, "Flo", role=3, mute_mode=1, hold_mode=1)
    bridge.quirks.write_delay_s = 30.0
    async with staged(size=(160, 40), theme=theme) as stage:
        assert stage.app.console.color_system == "standard"
        await busy(bridge, stage)
        for segment in drawn(stage):
            if (pair := inks(segment)) and set(segment.text) - set(EDGES):
                assert sixteen.contrast(*pair) >= 4.5, (segment, pair)
        here, there = (
            {ground(segment) for segment in line_of(stage, words)} for words in ("▌", "Ada")
        )
        assert len(here) == 1
        assert not here & there


def line_of(stage: Stage, words: str) -> Strip:
    """The line of the table that has these words."""
    row = stage.row_at(words) - stage.table.region.y
    return stage.table.render_lines(Region(1, row, 100, 1))[0]


def ground(segment: Segment) -> int | bool:
    """What is behind the letters; the terminal's own ground: whether it is reversed."""
    pair = inks(segment)
    return pair[1] if pair else bool(segment.style and segment.style.reverse)


def inks(segment: Segment) -> tuple[int, int] | None:
    """The two of the sixteen colours that letters and ground are drawn in; None: the terminal's."""
    style = segment.style
    if style is None or style.color is None or style.bgcolor is None:
        return None
    found = [color.downgrade(ColorSystem.STANDARD).number for color in (style.color, style.bgcolor)]
    letter, ground = reversed(found) if style.reverse else found
    return None if letter is None or ground is None else (letter, ground)


async def test_with_more_colours_than_sixteen_nothing_is_replaced(
    bridge: Bridge, staged: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("COLORTERM")
    bridge.meeting(100)
    async with staged() as stage:
        kinds = {s.style.color.type for s in drawn(stage) if s.style and s.style.color}
        assert ColorType.STANDARD not in kinds


async def test_without_colour_every_state_is_a_word_and_the_cursor_is_seen(
    bridge: Bridge, staged: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    bridge.meeting(100, "Board")
    bridge.call(100, 1, "Ada", role=1)
    bridge.people(100, "Bob", "Cy", "Dan", "Eve", first=2)
    bridge.quirks.write_delay_s = 30.0
    async with staged(size=(160, 40)) as stage:
        await busy(bridge, stage)
        for segment in drawn(stage):
            style = segment.style
            assert style is not None
            for color in (style.color, style.bgcolor):
                if color is not None and color.triplet is not None:
                    assert max(color.triplet) - min(color.triplet) <= 2, segment
        for word in ("muting…", "holding…", " + ", " − ", "left", " ~ ", "✋", "+2", "●", "▌"):
            assert word in stage.text
        here = [s for s in drawn(stage) if s.style and s.style.reverse]
        assert any("Bob" in segment.text for segment in here)


async def test_the_cursor_row_is_of_one_colour_with_and_without_the_focus(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Ada", role=3, mute_mode=1, hold_mode=1, qa_mode=1, gain_level=2)
    bridge.people(100, "Bob", first=2)
    async with staged() as stage:
        await stage.go_in(100)

        def grounds() -> set[str]:
            styles = [segment.style for segment in line_of(stage, "▌") if segment.style]
            return {str(style.color if style.reverse else style.bgcolor) for style in styles}

        focused = grounds()
        assert len(focused) == 1
        await stage.press("/")
        await stage.settle()
        blurred = grounds()
        assert len(blurred) == 1
        assert blurred != focused
        await stage.press("escape")
        await stage.settle()
        assert grounds() == focused


async def test_a_theme_is_shown_as_one_moves_and_kept_when_it_is_chosen(
    bridge: Bridge, staged: Staging, tmp_path: Path
) -> None:
    bridge.meeting(100)
    path = tmp_path / "choices.json"
    async with staged(choices=Choices(path, "lab")) as stage:
        assert stage.app.theme == "textual-dark"
        await stage.press("T", "down", "j")
        assert stage.app.theme == THEMES[2]
        await stage.press("escape")
        assert stage.dialog == ""
        assert stage.app.theme == "textual-dark", "nothing was chosen"
        assert not path.exists()
        await stage.press("T", "down", "enter")
        assert stage.app.theme == THEMES[1]
    async with staged(choices=Choices(path, "lab")) as stage:
        assert stage.app.theme == THEMES[1]
    async with staged(choices=Choices(path, "lab"), theme="nord") as stage:
        assert stage.app.theme == "nord", "what is configured wins"


async def test_the_keys_of_the_themes_need_no_focus(bridge: Bridge, staged: Staging) -> None:
    """Textual takes it away where the mouse is outside: the terminal was larger a moment ago."""
    bridge.meeting(100)
    async with staged() as stage:
        await stage.press("T")
        outside = events.MouseDown(
            None, x=500, y=500, delta_x=0, delta_y=0, button=1, shift=False, meta=False, ctrl=False
        )
        stage.app.post_message(outside)
        await stage.settle()
        assert stage.app.focused is None
        await stage.press("j", "j", "k")
        assert stage.app.theme == THEMES[1]


@pytest.mark.parametrize(
    "theme", ["textual-dark", "textual-light", "gruvbox", "nord", "solarized-light"]
)
async def test_every_tone_can_be_read_on_every_ground(
    bridge: Bridge, staged: Staging, theme: str
) -> None:
    bridge.meeting(100)
    async with staged(theme=theme) as stage:
        table = stage.table
        for tone in (tone for tone in TONES if tone != "edge"):  # draws no words
            has_ground = tone in (
                "outage", "paused", "brand", "here", "sublist", "alert", "alarm",
            )  # fmt: skip
            for over in ((),) if has_ground else ((), ("cursor",)):
                style = table._style_for((tone, *over))
                segment = Segment(tone, style)
                least = 2.0 if tone == "graph" else 3.0
                assert contrast(segment) >= least, (tone, over, contrast(segment))


async def test_the_cursor_keeps_the_colours_of_its_row(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100, "Board")
    bridge.call(100, 1, "Ada", role=3, mute_mode=1, qa_mode=1)
    async with staged() as stage:
        await stage.go_in(100)
        here = {s.text.strip(): s.style.color for s in line_of(stage, "▌") if s.style}
        await stage.press("/")
        [asks] = [word for word in here if word.startswith("✋1")]
        colours = [here[word] for word in ("Ada", asks, "soft mute")]
        assert len({str(colour) for colour in colours}) == 3
