"""The driver under the real Textual, against Textual's own driver, in real pseudo-terminals."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

DOWN, UP, PAGE_DOWN, END, HOME, TAB = "\x1b[B", "\x1b[A", "\x1b[6~", "\x1b[F", "\x1b[H", "\t"
KEYS = [DOWN, PAGE_DOWN, DOWN, DOWN, UP, END, UP, HOME, TAB, "né中", "\x1b[D", "x", PAGE_DOWN]

ODD = (
    b"\xff", b"\xe9", b"\x1b[M \xff\xff", b"\x1b[1;1:3B", b"\x1b[1114112u", b"\x1b[55296u",
    b"\x1b[99999999999999999999999u", b"\x1b[<32;NaN;NaNM", b"\x1bP>|tmux 3.3a\x1b\\", b"\x1b[;;s~",
    b"\x1b[48;0;0;0;0t", b"\x1b[<9;9;9M", b"\x1b[200~x\x1b[201~", b"\x1bOR",
)  # fmt: skip
"""Each of these once ended the program, or typed something."""


def seen(app: Any) -> list[list[tuple[Any, ...]]]:
    def look(char: Any) -> tuple[Any, ...]:
        if char.data == " " and not (char.reverse or char.underscore):
            return (" ", char.bg)
        return (*char,)

    rows = range(app.screen.lines)
    return [[look(app.screen.buffer[y][x]) for x in range(app.screen.columns)] for y in rows]


def settle(*apps: Any) -> None:
    """Read until nothing more comes."""
    while [app for app in apps if not app.is_quiet(0.12)]:
        pass


def test_the_screen_is_textuals_after_every_key(session: Callable[..., Any]) -> None:
    ours, textual = session("diff"), session("plain")
    for key in KEYS:
        for app in (ours, textual):
            app.type(key)
        settle(ours, textual)
        ours.until(lambda: seen(ours) == seen(textual))
    assert len(ours.raw) * 3 < len(textual.raw)


@pytest.mark.parametrize(("columns", "lines"), [(20, 5), (1, 1), (200, 60)])
def test_a_resize_draws_all_anew(session: Callable[..., Any], columns: int, lines: int) -> None:
    ours, textual = session("diff"), session("plain")
    settle(ours, textual)
    for size in ((columns, lines), (80, 24)):
        for app in (ours, textual):
            app.screen.reset()
            app.resize(*size)
        settle(ours, textual)
        ours.until(lambda: seen(ours) == seen(textual))


def test_ctrl_l_mends_what_others_wrote(session: Callable[..., Any]) -> None:
    app = session()
    settle(app)
    before = seen(app)
    app.screen.erase_in_display(2)
    app.type("\x0c")
    app.until(lambda: seen(app) == before)


@pytest.mark.parametrize("output", ["diff", "plain"])
def test_what_no_parser_knows_ends_nothing(session: Callable[..., Any], output: str) -> None:
    app = session(output)
    for odd in ODD:
        app.send(odd)
    settle(app)
    app.type("q")
    assert app.exit_code(3.0) == 0
    app.check_given_back()


def test_an_idle_screen_sends_nothing(session: Callable[..., Any]) -> None:
    app = session()
    settle(app)
    assert app.is_quiet(1.0)


def test_continued_without_warning(session: Callable[..., Any]) -> None:
    """SIGSTOP gives no warning: the shell takes the terminal, and on SIGCONT we take it back."""
    app = session()
    settle(app)
    before = seen(app)
    app.process.send_signal(signal.SIGCONT)
    app.screen.erase_in_display(2)
    app.until(lambda: seen(app) == before)
    app.type("q")
    assert app.exit_code(3.0) == 0
    app.check_given_back()


@pytest.mark.parametrize("output", ["diff", "plain"])
def test_the_mouse_is_left_to_the_terminal_and_taken_again(
    session: Callable[..., Any], output: str
) -> None:
    mouse = {1000, 1003, 1006, 1015}
    app = session(output)
    settle(app)
    assert app.left_on() >= mouse
    app.type("W")
    app.until(lambda: not app.left_on() & mouse)
    app.type("W")
    app.until(lambda: app.left_on() >= mouse)
    app.type("W")
    app.until(lambda: not app.left_on() & mouse)
    app.type("q")
    assert app.exit_code(3.0) == 0
    app.check_given_back()
