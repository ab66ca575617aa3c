"""The pane of lines: labels stand in a column, long values wrap, the log follows its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from textual.app import App, ComposeResult

from confmon.tui.table import Cell, LinesPane


class Pane(App[None]):
    def __init__(self, pane: LinesPane) -> None:
        super().__init__()
        self.pane = pane

    def compose(self) -> ComposeResult:
        yield self.pane


def text_of(pane: LinesPane) -> list[str]:
    return [strip.text.rstrip() for strip in pane.render_lines(pane.size.region)]


def log(count: int) -> tuple[tuple[Cell, ...], ...]:
    return tuple(((f"{n:02}:00", "dim"), (f"muted caller {n}", "good")) for n in range(count))


async def test_values_wrap_under_themselves() -> None:
    app = Pane(LinesPane(widths=(6,)))
    async with app.run_test(size=(20, 8)):
        app.pane.lines = (
            (("Caller", "title"),),
            (("Name", "dim"), ("Anna Maria Lindqvist", "")),
            (("Label too long", "dim"), ("[b]x[/b]", "")),
            (),
            (("One line that is a heading of its own", ""),),
        )
        assert text_of(app.pane) == [
            "Caller",
            "Name   Anna Maria",
            "       Lindqvist",
            "Label… [b]x[/b]",
            "",
            "One line that is a",
            "heading of its own",
            "",
        ]


async def test_values_are_cut_where_they_do_not_wrap() -> None:
    app = Pane(LinesPane(widths=(5,), wraps=False))
    async with app.run_test(size=(20, 3)):
        app.pane.lines = ((("12:00", ""), ("muted Anna Lindqvist", "")),)
        assert text_of(app.pane) == [
            "12:00 muted Anna L…",
            "",
            "",
        ]


async def test_the_log_follows_its_end_until_scrolled_away() -> None:
    app = Pane(LinesPane(widths=(5,), follows=True))
    async with app.run_test(size=(30, 5)) as pilot:
        app.pane.lines = log(20)
        assert "caller 19" in text_of(app.pane)[-1]
        app.pane.lines = log(21)
        assert "caller 20" in text_of(app.pane)[-1]
        app.pane.focus()
        await pilot.press("k", "k")
        app.pane.lines = log(30)
        assert "caller 18" in text_of(app.pane)[-1]
        await pilot.press("G")
        app.pane.lines = log(40)
        assert "caller 39" in text_of(app.pane)[-1]


async def test_the_log_follows_its_end_whatever_it_got_before_it_had_a_size() -> None:
    class Early(Pane):
        def on_mount(self) -> None:
            self.pane.lines = log(1)

    app = Early(LinesPane(widths=(5,), follows=True))
    async with app.run_test(size=(30, 5)) as pilot:
        for count in range(1, 9):
            app.pane.lines = log(count)
            await pilot.pause()
            shown = [line for line in text_of(app.pane) if line]
            assert f"caller {count - 1}" in shown[-1]


@pytest.mark.parametrize(
    ("keys", "first"),
    [("j", 1), ("down j", 2), ("pagedown", 4), ("end", 15), ("G k", 14), ("end g", 0)],
)
async def test_keys_scroll(keys: str, first: int) -> None:
    app = Pane(LinesPane(widths=(5,)))
    async with app.run_test(size=(30, 5)) as pilot:
        app.pane.lines = log(20)
        app.pane.focus()
        await pilot.press(*keys.split())
        await pilot.pause()
        assert text_of(app.pane)[0].startswith(f"{first:02}:00 muted caller {first}")


class Asked(Sequence[tuple[Cell, ...]]):
    """Lines that note which of them were asked for."""

    def __init__(self, count: int) -> None:
        self.inner = log(count)
        self.asked: set[int] = set()

    def __len__(self) -> int:
        return len(self.inner)

    def __getitem__(self, at: Any) -> Any:
        self.asked.update(range(len(self.inner))[at])
        return self.inner[at]


async def test_lines_that_do_not_wrap_are_asked_for_when_they_come_in_sight() -> None:
    app = Pane(LinesPane(widths=(5,), wraps=False, follows=True))
    async with app.run_test(size=(30, 5)) as pilot:
        lines = Asked(100)
        app.pane.lines = lines
        assert text_of(app.pane)[-1].startswith("99:00 muted caller 99")
        assert lines.asked == set(range(95, 100))
        app.pane.focus()
        await pilot.press("g")
        await pilot.pause()
        assert text_of(app.pane)[0].startswith("00:00 muted caller 0")
        assert lines.asked == {*range(5), *range(95, 100)}


async def test_fewer_lines_leave_nothing_behind() -> None:
    app = Pane(LinesPane(widths=(5,), follows=True))
    async with app.run_test(size=(30, 5)):
        app.pane.lines = log(20)
        app.pane.lines = log(2)
        assert [line for line in text_of(app.pane) if line] == [
            "00:00 muted caller 0",
            "01:00 muted caller 1",
        ]


async def test_resizing_wraps_again() -> None:
    app = Pane(LinesPane(widths=(4,)))
    async with app.run_test(size=(40, 4)) as pilot:
        app.pane.lines = ((("Name", ""), ("Anna Maria Lindqvist", "")),)
        assert text_of(app.pane)[0] == "Name Anna Maria Lindqvist"
        await pilot.resize_terminal(18, 4)
        await pilot.pause()
        assert text_of(app.pane)[:2] == ["Name Anna Maria", "     Lindqvist"]


async def test_a_cut_line_keeps_what_it_must_end_with() -> None:
    app = Pane(LinesPane(widths=(3,), wraps=False, ends=" · by "))
    async with app.run_test(size=(30, 4)):
        app.pane.lines = (
            (("10", ""), ("Ada · by you", "")),
            (("10", ""), ("Alejandro Nowak +16265550849 · by someone else", "")),
            (("10", ""), ("Alejandro Nowak +16265550849", "")),
        )
        assert text_of(app.pane)[:3] == [
            "10  Ada · by you",
            "10  Alejan… · by someone else",
            "10  Alejandro Nowak +1626555…",
        ]


async def test_a_pinned_line_stays_in_sight_while_the_end_is_followed() -> None:
    pane = LinesPane(widths=(6,), follows=True)
    app = Pane(pane)
    async with app.run_test(size=(30, 4)):
        lines = log(10)
        pane.pinned = lines[2]
        pane.lines = lines
        assert [text[:2] for text in text_of(pane)] == ["02", "07", "08", "09"]
        pane.action_scroll_lines(-3)
        assert [text[:2] for text in text_of(pane)] == ["03", "04", "05", "06"]
