"""A bulk of more than five hundred; the bridge refuses three of them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from confmon.simulator.entities import PARTICIPANT
from tests.bridges import odd
from tests.bridges.suite import write
from tests.faults.bench import LONG_S
from tests.faults.town import number_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bridges.suite import Suite

MANY = 999100
CALLERS = 620
REFUSED = (7, 311, 619)


def test_every_target_of_a_large_bulk_is_reported(make_suite: Callable[..., Suite]) -> None:
    suite = make_suite()
    suite.options |= {"requests_per_s": 500, "interval_s": 1.0}
    world = suite.world
    meeting = world.open(
        MANY, owner="Annual assembly", attributes={}, codes=("1", "2", "3"), wanted=CALLERS,
        created=world.now_ms - 3_700_000,
    )  # fmt: skip
    calls = [
        world.place(meeting, PARTICIPANT, created=world.now_ms - 60_000 + nth,
                    custom_name=f"Member {nth:03}", caller=number_of(50))
        for nth in range(CALLERS)
    ]  # fmt: skip
    refused = frozenset(f"/calls/{calls[nth].id}" for nth in REFUSED)
    suite.server.fault(odd.refusing(refused), method="PUT")
    terminal = suite.start(lines=60)
    suite.enter(terminal, "Annual assembly", f"{CALLERS} callers")
    terminal.wait_a_hand()
    terminal.type("M")
    asks = f"Mute {CALLERS} callers"
    terminal.sees(asks)
    write(terminal, str(CALLERS), asks)
    terminal.until(lambda: len(suite.reported(verb="mute")) == CALLERS, 2 * LONG_S, "all outcomes")
    results = Counter(reported.result for reported in suite.reported(verb="mute"))
    assert results == {"done": CALLERS - len(REFUSED), "refused": len(REFUSED)}
    assert {
        reported.path for reported in suite.reported() if reported.result == "refused"
    } == refused
    for _ in range(20):  # the pane gets room for all lines of the bulk
        terminal.wait_a_hand()
        terminal.type(">")
    terminal.sees(f"{CALLERS - len(REFUSED)} done", f"{len(REFUSED)} refused", within_s=LONG_S)
    for nth in REFUSED:
        line = re.compile(rf"refused .*Member {nth:03} .*Wrong value")
        terminal.until(lambda line=line: line.search(terminal.logged()), LONG_S, line.pattern)  # type: ignore[misc]
    assert sum(call.mute_mode == 2 for call in calls) == CALLERS - len(REFUSED)
    terminal.sees(f"{CALLERS - len(REFUSED)} muted", within_s=LONG_S)


def test_the_command_line_tells_every_target(make_suite: Callable[..., Suite]) -> None:
    suite = make_suite()
    ids = [str(call.id) for call in suite.world.calls.values()]
    refused = ids[2], ids[5]
    suite.server.fault(odd.refusing(frozenset(f"/calls/{one}" for one in refused)), method="PUT")
    done = suite.run("mute", *ids)
    assert done.returncode == 1
    lines = {line.split()[0]: line for line in done.stderr.splitlines()}
    assert set(lines) == set(ids)
    assert {one for one, line in lines.items() if "Wrong value" in line} == set(refused)
    assert sum(line.endswith("muted") for line in lines.values()) == len(ids) - 2
