"""A disk without room: no audit line, no action, and a notice before a key is pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.test_paths import NOBODY, known

if TYPE_CHECKING:
    from tests.faults.bench import Bench

REFUSED = "Verbs are refused: the audit log can't be written: File too large"


def test_a_full_disk_at_the_start(bench: Bench) -> None:
    terminal = bench.open_board(full_disk=True)
    terminal.sees(REFUSED)  # and no verb has been tried
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.sees("refused  ")
    assert not bench.server.journal.writes()
    bench.agrees(terminal)  # viewing goes on
    terminal.free_disk()
    bench.act(terminal, "m")
    terminal.sees("done")
    terminal.loses(REFUSED)
    assert len(bench.server.journal.writes()) == 1


@pytest.mark.skipif(not known(), reason="no user namespaces here")
def test_no_home(bench: Bench) -> None:
    """It shows at the start, and no action is sent; viewing goes on."""
    nowhere = dict.fromkeys(("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"), "")
    terminal = bench.open_board(environ=nowhere, before=NOBODY)
    terminal.sees("Verbs are refused: the audit log can't be written: there is no home folder")
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.sees("refused  ")
    assert not bench.server.journal.writes()
    bench.agrees(terminal)


def test_a_disk_that_fills_up_while_an_action_is_under_way(bench: Bench) -> None:
    terminal = bench.open_board()
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.sees("done")
    terminal.loses("muting")
    terminal.fill_disk()
    bench.act(terminal, "h")
    terminal.sees(REFUSED)
    assert len(bench.server.journal.writes()) == 1
    terminal.free_disk()
    bench.act(terminal, "h")
    terminal.sees("held")
    terminal.loses(REFUSED)
