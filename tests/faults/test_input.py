"""What a terminal sends and nobody pressed, whole and in pieces, to the real program."""

from __future__ import annotations

import select
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from tests.driver.sequences import EVERY, acts
from tests.faults import table
from tests.faults.terminal import COLUMNS, LINES
from tests.faults.town import BOARD, BOARD_OWNER, call_named
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.bench import Bench
    from tests.faults.terminal import Terminal

SLOW_S = 0.2
PAUSE_S = 0.15
"""Longer than an Escape waits for what follows."""
BLIND_S = 3.0
"""Long after the program has noticed that it is not seen."""
MOST_FRAMES, FULL = 200, 20
"""What a terminal surely has no room for; looks in a row that find it full, until it is."""
BLIND = "while the screen could not be drawn"


def at_chloe(bench: Bench) -> Terminal:
    """The cursor is on a participant in a meeting, between others."""
    terminal = bench.open_board()
    bench.go_to(terminal, "Chloe")
    terminal.settle(0.05, at_most_s=0.5)
    return terminal


def comes_to(terminal: Terminal, name: str) -> None:
    terminal.until(lambda: table.under_cursor(terminal) == name, what=f"the cursor on {name}")


def wrote_nothing(bench: Bench, terminal: Terminal) -> None:
    """The next key works, and nothing was sent."""
    before = table.under_cursor(terminal)
    here = [row.name for row in table.rows(terminal)]
    terminal.type("j" if before != here[-1] else "k")
    terminal.until(lambda: table.under_cursor(terminal) not in ("", before), what="a key works")
    terminal.look_on(0.3)
    assert not bench.server.journal.writes()


MOVES = {
    "arrow": ((b"\x1b[", b"A"), "Boris"),
    "arrow_in_three": ((b"\x1b[", b"1;1", b"B"), "Dmitri"),
    "page_down": ((b"\x1b[6", b"~"), "Jamal"),
    "kitty_key_with_event_type": ((b"\x1b[1;1:1B",), "Dmitri"),
}


@pytest.mark.parametrize("what", MOVES)
def test_a_key_that_a_slow_line_cut_is_that_key(bench: Bench, what: str) -> None:
    terminal = at_chloe(bench)
    pieces, to = MOVES[what]
    terminal.send_cut(*pieces, pause_s=SLOW_S)
    comes_to(terminal, to)
    wrote_nothing(bench, terminal)


STAYS = {
    "mouse_release": (b"\x1b[<0;20;8", b"m"),
    "answer_of_tmux": (b"\x1bP>|tmux 3.3a\x1b\\",),
    "answer_of_tmux_cut": (b"\x1bP>|tm", b"ux 3.3a\x1b", b"\\"),
    "mouse_that_is_no_number": (b"\x1b[<32;NaN;NaNM",),
    "kitty_key_released": (b"\x1b[1;1:3B",),
    "very_large_key": (b"\x1b[99999999999999999999u", b"\x1b[1114112;1u", b"\x1b[55296u"),
    "byte_that_is_not_utf8": (b"\xff",),
    "e_acute_in_latin_1": (b"\xe9",),
    "old_mouse_beyond_column_95": (b"\x1b[M \x8c\xff",),
    "caps_lock": (b"\x1b[57358;;77u",),
}


@pytest.mark.parametrize("what", STAYS)
def test_what_is_no_key_does_nothing(bench: Bench, what: str) -> None:
    terminal = at_chloe(bench)
    terminal.send_cut(*STAYS[what], pause_s=SLOW_S)
    terminal.look_on(0.3)
    assert table.under_cursor(terminal) == "Chloe"
    assert terminal.shows(f"▸ {BOARD_OWNER} {BOARD}")
    wrote_nothing(bench, terminal)


def test_f3_cut_after_its_escape_starts_no_recording(bench: Bench) -> None:
    terminal = at_chloe(bench)
    terminal.send_cut(b"\x1b", b"OR", pause_s=SLOW_S)
    terminal.loses(f"▸ {BOARD_OWNER} {BOARD}")  # the Escape was alone for long enough to be the key
    terminal.look_on(0.3)
    assert not bench.server.journal.writes()
    bench.enter_board(terminal)


def in_the_filter(bench: Bench) -> Terminal:
    terminal = at_chloe(bench)
    terminal.type("/dmi")
    terminal.loses("Chloe")
    return terminal


def test_caps_lock_types_nothing_into_a_field(bench: Bench) -> None:
    terminal = in_the_filter(bench)
    terminal.send(b"\x1b[57358;;77u")
    terminal.type("tr")
    terminal.sees("dmitr ")
    assert terminal.shows("Dmitri")
    terminal.type("\x1b")
    terminal.sees("Chloe")
    assert not bench.server.journal.writes()


@pytest.mark.parametrize("end", [(b"\x1b", b"[201~"), (b"\x1b[20", b"1~"), ()], ids=repr)
def test_a_paste_ends_however_its_end_comes(bench: Bench, end: tuple[bytes, ...]) -> None:
    terminal = in_the_filter(bench)
    terminal.send_cut(b"\x1b[200~hello" + b"".join(end[:1]), *end[1:], pause_s=SLOW_S)
    terminal.sees("dmihello", "Nothing matches")
    terminal.type("x")
    terminal.sees("dmihellox")
    terminal.type("\x1b")
    terminal.sees("Chloe")
    assert not bench.server.journal.writes()


# Everything that terminals send.

SIZE = f"\x1b[48;{LINES};{COLUMNS};{LINES * 18};{COLUMNS * 9}t".encode()


def quiet() -> Iterator[bytes]:
    """What does no more than move about; a size is the terminal's own."""
    for sent in EVERY:
        if sent.events == "Resize":
            yield SIZE
        elif not acts(sent):
            yield sent.data


def places(data: bytes) -> list[int]:
    """Return where a sequence can be cut; Escape and a letter are two keys then."""
    return [at for at in range(1, len(data)) if data[at - 1 : at] != b"\x1b" or is_opener(data, at)]


def is_opener(data: bytes, at: int) -> bool:
    return data[at : at + 1] in b"[OP]_^X\\"


def is_in(terminal: Terminal) -> bool:
    """Tell whether the cursor is on somebody in the meeting."""
    terminal.settle(0.02, at_most_s=0.2)
    return terminal.shows(f"▸ {BOARD_OWNER} {BOARD}") and bool(table.under_cursor(terminal))


def back_in(bench: Bench, terminal: Terminal) -> None:
    """Be in the meeting again with the cursor on somebody, if a key has led away."""
    if is_in(terminal):
        return
    terminal.send(b"\x1b[I")
    terminal.type("1")
    terminal.loses(f"▸ {BOARD_OWNER} {BOARD}")
    terminal.look_on(0.2)
    bench.go_to_meeting(terminal, BOARD_OWNER)
    terminal.type("\r")
    terminal.until(lambda: is_in(terminal), what="the meeting again")


def test_no_sequence_of_a_terminal_does_more_than_read(bench: Bench) -> None:
    terminal = at_chloe(bench)
    for data in quiet():
        terminal.send_cut(data)
        back_in(bench, terminal)
    bench.give_room(terminal)  # among the keys are those for the height of the pane
    assert not bench.server.journal.writes()


def test_no_sequence_cut_anywhere_does_more_than_read(bench: Bench) -> None:
    terminal = at_chloe(bench)
    for data in quiet():
        for at in places(data):
            terminal.send_cut(data[:at], data[at:])
        back_in(bench, terminal)
    bench.give_room(terminal)  # among the keys are those for the height of the pane
    assert not bench.server.journal.writes()


@pytest.mark.parametrize("part", range(3))
def test_no_sequence_cut_by_a_slow_line_does_more_than_read(bench: Bench, part: int) -> None:
    terminal = at_chloe(bench)
    for nth, data in enumerate(quiet()):
        if nth % 3 == part and (where := places(data)):
            at = where[nth // 3 % len(where)]
            terminal.send_cut(data[:at], data[at:], pause_s=PAUSE_S)
            back_in(bench, terminal)
    bench.give_room(terminal)  # among the keys are those for the height of the pane
    assert not bench.server.journal.writes()


# A screen that is not seen.


def fill(terminal: Terminal) -> None:
    """Let the program draw and draw, and nobody read, until the terminal takes no more."""
    full = 0
    for nth in range(MOST_FRAMES):
        terminal.resize(COLUMNS, LINES - nth % 2)
        select.select([], [], [], 0.1)
        full = full + 1 if terminal.is_full() else 0  # it also takes nothing during a write
        if full >= FULL:
            break
    terminal.resize(COLUMNS, LINES)


@pytest.mark.parametrize("output", ["diff", "plain"])
def test_keys_pressed_while_nothing_could_be_drawn_do_nothing(bench: Bench, output: str) -> None:
    bench.options["output"] = output
    terminal = at_chloe(bench)
    fill(terminal)
    select.select([], [], [], BLIND_S)
    terminal.type("jmd")
    end = monotonic() + PATIENCE_S
    select.select([], [], [], 1.0)  # what was just typed is not yet shown as waiting
    while not terminal.has_heard():
        assert monotonic() < end
        select.select([], [], [], 0.05)
    terminal.sees(BLIND)
    assert table.under_cursor(terminal) == "Chloe"
    assert not bench.server.journal.writes()
    bench.act(terminal, "m")
    terminal.until(lambda: call_named(bench.world, "Chloe").mute_mode == 2, what="a seen key acts")
