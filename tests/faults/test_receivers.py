"""Who gets signals and audit lines may hang or be gone: nobody waits for it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.faults.bench import Bench


def ask(bench: Bench) -> None:
    """Let everybody have a question, so that there are signals."""
    for call in bench.world.calls.values():
        bench.world.change(call, qa_mode=1)


def test_receivers_that_never_answer_hold_up_nothing(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        bench.options |= {"audit_syslog": f"tcp://{place}", "audit_journald": True}
        bench.tables = f'[alerts]\nwebhook = "http://{place}/x"\nalertmanager = "http://{place}"\n'
        ask(bench)
        terminal = bench.open_board()
        terminal.sees(f"alerts do not reach Alertmanager {place}")
        bench.go_to(terminal, "Boris")
        bench.act(terminal, "m")
        terminal.sees("done")
        bench.agrees(terminal)


def test_receivers_that_are_gone_hold_up_nothing(bench: Bench) -> None:
    with socket.socket() as gone:  # which has the port, and does not listen
        gone.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{gone.getsockname()[1]}"
        bench.options["audit_syslog"] = f"tcp://{place}"
        bench.tables = f'[alerts]\nwebhook = "http://{place}/x"\n'
        ask(bench)
        terminal = bench.open_board()
        terminal.sees(f"alerts do not reach webhook {place}: {place} refused the connection")
        bench.go_to(terminal, "Boris")
        bench.act(terminal, "m")
        terminal.sees("done")
        terminal.sees("audit lines do not reach syslog")
        bench.agrees(terminal)
