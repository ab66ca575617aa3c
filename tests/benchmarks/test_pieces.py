"""The pieces that run.py measures with do what they say."""

from __future__ import annotations

import doctest
import sys
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks import keys, report
from tests.benchmarks.crowd import MARKED_TICKS, NOW_S, Crowd
from tests.benchmarks.pseudo import Chunk, Terminal
from tests.benchmarks.screens import Wait, answered, cursor_line, number_under_cursor

if TYPE_CHECKING:
    from types import ModuleType


@pytest.mark.parametrize("module", [report, keys])
def test_examples_are_true(module: ModuleType) -> None:
    tried = doctest.testmod(module)
    assert tried.attempted
    assert not tried.failed


def test_the_same_seed_gives_the_same_changes() -> None:
    crowd, other = Crowd(200), Crowd(200)
    assert [crowd.step() for _ in range(5)] == [other.step() for _ in range(5)]
    assert crowd.calls == other.calls
    assert len(crowd.step()) == 10


def test_a_row_is_reported_when_it_changes_and_when_its_mark_goes() -> None:
    crowd = Crowd(40)
    shown = [crowd.texts(at, NOW_S) for at in range(40)]
    for _ in range(4 * MARKED_TICKS):
        dirty = crowd.dirty()
        for at in range(40):
            now = crowd.texts(at, NOW_S)
            assert now == shown[at] or at in dirty
            shown[at] = now


def test_an_answer_is_the_chunk_that_shows_what_was_waited_for() -> None:
    chunks = [
        Chunk(0.5, b"\x1b[3;2H\xe2\x96\x8c +15160000001"),
        Chunk(1.2, b"\x1b[10;30Hmuted"),  # a poll's, not the key's
        Chunk(1.3, b"\x1b[3;2H \x1b[4;2H\xe2\x96\x8c"),
        Chunk(1.4, b" +15160000002"),
        Chunk(2.5, b"\x1b[1;1Hage 2s"),
    ]
    assert answered(chunks, [Wait(1.0, cursor_line)]) == [pytest.approx(0.3)]
    wanted = Wait(1.0, number_under_cursor, "+15160000002")
    assert answered(chunks, [wanted]) == [pytest.approx(0.4)]
    assert answered(chunks, [Wait(2.0, cursor_line)]) == []


def test_a_slow_line_hands_over_no_more_than_it_may() -> None:
    code = "import sys; sys.stdout.write('x' * 4000); sys.stdout.flush(); sys.stdin.readline()"
    with Terminal([sys.executable, "-c", code], bytes_per_s=8000.0) as terminal:
        terminal.until(lambda: terminal.total >= 4000)
        first, last = terminal.chunks[0], terminal.chunks[-1]
        sent = terminal.total - len(last.data)
        assert last.at - first.at >= sent / 8000.0 - 0.001
