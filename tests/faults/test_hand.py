"""The operator's hand on the real program: what is pasted, held or typed is no verb."""

from __future__ import annotations

from random import Random
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from confmon.tui.keys.pace import PAUSE_S
from tests.faults import table

if TYPE_CHECKING:
    from tests.faults.bench import Bench
    from tests.faults.terminal import Terminal

PASTED = ("Robert", "London", "hmm ok", "quit, mute him", "did you see my mail? yes\rR\rm\r")
SENTENCES = ("did you see my mail? yes", "hmm ok", "London", "Robert", "mute him please")
BURST, TYPED, HELD = "as pasted text does", "like a word are no commands", "held down acts once"
ON_TIME_S = 0.25
"""The slowest hand. What this machine delivers later is not what was to be tried."""


def keyed(terminal: Terminal, text: str, dice: Random, *gap_s: float) -> tuple[bool, bool]:
    """Send a text key by key with gaps; whether all were read in time, and whether it shows."""
    on_time, reported = True, False
    read_at = None
    for key in text:
        terminal.type(key)
        while not terminal.has_heard():
            terminal.read(0.002)
        on_time = on_time and (read_at is None or monotonic() - read_at <= ON_TIME_S)
        read_at = monotonic()
        next_at = read_at + dice.uniform(*gap_s)
        while (left := next_at - monotonic()) > 0:
            terminal.read(left)
        reported = reported or terminal.shows(TYPED) or terminal.shows(BURST)
    return on_time, reported


def tried(terminal: Terminal, text: str, *gap_s: float) -> bool:
    """Send a text key by key until this machine was not too busy for it; whether it shows."""
    dice = Random(text)  # noqa: S311 - repeatable, not secret
    for _ in range(5):
        terminal.wait_a_hand(PAUSE_S + 0.2)
        on_time, reported = keyed(terminal, text, dice, *gap_s)
        if on_time:
            return reported
    pytest.skip("this machine is too busy to type on it")


@pytest.mark.parametrize("gap_s", [0, 0.001, 0.02])
def test_text_pasted_without_brackets_is_no_verb(bench: Bench, gap_s: float) -> None:
    terminal = bench.open_board()
    for text in PASTED:
        if gap_s:
            reported = tried(terminal, text, gap_s, gap_s)
            assert reported or terminal.sees(BURST)
        else:
            terminal.wait_a_hand(PAUSE_S + 0.2)
            terminal.type(text)
            terminal.sees(BURST)
        terminal.loses(BURST)
    assert not bench.server.journal.writes()
    bench.recovers = False  # the lines' ends have opened this and that


def test_a_held_verb_acts_once(bench: Bench) -> None:
    terminal = bench.open_board()
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.wait_a_hand(0.5)
    for _ in range(21):
        terminal.type("m")
        terminal.wait_a_hand(0.033)
    terminal.sees(HELD)
    bench.agrees(terminal)
    assert [request.method for request in bench.server.journal.writes()] == ["PUT"]
    assert next(row for row in table.rows(terminal) if row.name == "Boris").mute == "muted"


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_typed_on_the_table_is_no_verb(bench: Bench, text: str) -> None:
    terminal = bench.open_board()
    assert tried(terminal, text, 0.12, 0.22)
    terminal.wait_a_hand(1.0)
    assert not bench.server.journal.writes()
    bench.recovers = False  # letters that only look have led here and there


def test_a_fast_typist_keeps_every_key_in_a_field(bench: Bench) -> None:
    terminal = bench.open_board()
    terminal.wait_a_hand()
    terminal.type("/boris\r")  # the line delivers them at once
    terminal.sees("/boris", "1 of ")
    terminal.wait_a_hand()
    boris = bench.go_to(terminal, "Boris")
    terminal.type("n")
    terminal.sees("enter save")
    terminal.wait_a_hand()
    bench.may(f"/calls/{boris.id}")
    terminal.type("Bob")  # all that stood there is replaced
    terminal.sees("Bob")
    terminal.wait_a_hand()
    terminal.type("by\r")  # nothing that comes at once confirms
    terminal.sees("press one", "Bobby")
    terminal.wait_a_hand(PAUSE_S)
    terminal.type("\r")
    terminal.loses("enter save")
    terminal.until(lambda: boris.custom_name == "Bobby", what="his name")
    [request] = bench.server.journal.writes()
    assert request.body == b'{"customName": "Bobby"}'
    terminal.type("\x1b")
    bench.agrees(terminal)


def test_ctrl_c_closes_what_is_open_and_then_leaves(bench: Bench) -> None:
    terminal = bench.open_board()
    for keys, sign in (
        ("d", "y yes"),
        ("n", "enter save"),
        ("?", "searched as you type"),
        ("\x10", "Search for commands"),
        ("T", "enter keep"),
        ("/", "Keep the filter"),
    ):
        terminal.wait_a_hand(PAUSE_S)
        terminal.type(keys)
        terminal.sees(sign)
        terminal.wait_a_hand()
        terminal.type("\x03")
        terminal.loses(sign)
        assert not terminal.ended()
    assert terminal.leaves_on("\x03") < 1
    assert terminal.code == 0
