"""Replies that are the API's, with something wrong in them."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from confmon.simulator.http.calls import CALLS
from tests.faults import table
from tests.faults.replies import at_time, changed, saying
from tests.faults.test_network import key_answer_s
from tests.faults.town import call_named, come, crowd
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.bench import Bench
    from tests.faults.server import Exchange
    from tests.faults.terminal import Terminal

Page = dict[str, Any]
BAD_ITEMS: dict[str, Any] = {
    "null": None,
    "a text": "call",
    "a list": [1, 2],
    "no id": {"customName": "Nobody"},
    "id null": {"id": None, "customName": "Nobody"},
    "id a text": {"id": "one", "customName": "Nobody"},
}


def named(page: Page, name: str) -> dict[str, Any]:
    """Return the item of that name, or one that nobody will look at."""
    return next((item for item in page["calls"] if item["customName"] == name), {})


def test_one_bad_item_in_a_thousand(bench: Bench) -> None:
    with bench.server.lock:
        crowd(bench.world, 1000 - len(bench.world.calls))
    terminal = bench.open_board()
    terminal.type("2")
    terminal.sees("2 Calls 1000")
    for bad in BAD_ITEMS.values():

        def spoil(page: Page, bad: Any = bad) -> None:
            at = next(
                (n for n, i in enumerate(page["calls"]) if i["customName"] == "Crowd 500"), -1
            )
            if at >= 0:
                page["calls"][at] = bad

        bench.server.fault(changed(spoil), path="^/calls$")
        terminal.sees("2 Calls 999", "1 unreadable")
        bench.server.lift()
        terminal.sees("2 Calls 1000")
        terminal.loses("unreadable", "STALE")
    bench.back_to_board(terminal)


def test_unknown_codes_are_shown_raw(bench: Bench) -> None:
    odd = {
        "Boris": {"muteMode": 7, "holdMode": 5},
        "Chloe": {"muteMode": -1},
        "Dmitri": {"muteMode": 2**63},
        "Farid": {"role": 9},
    }

    def twist(page: Page) -> None:
        for name, fields in odd.items():
            named(page, name).update(fields)

    terminal = bench.open_board()
    bench.server.fault(changed(twist))
    terminal.sees("mode 7?", "held 5", "mode -1?")
    cells = {row.name: row for row in table.rows(terminal)}
    assert cells["Boris"].mute == "mode 7?"
    assert cells["Farid"].role == "9?"
    assert cells["Dmitri"].mute == "?"  # too long for any code, and not nothing
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.sees("muteMode 7?")
    assert not bench.server.journal.writes()


def test_fields_nobody_knows_and_fields_nobody_can_read(bench: Bench) -> None:
    terminal = bench.open_board()

    def surplus(page: Page) -> None:
        for item in page["calls"]:
            item |= {f"x{nth}": [{"deep": {"er": nth}}] for nth in range(200)}
        page |= {f"y{nth}": nth for nth in range(200)}

    def shapes(page: Page) -> None:
        named(page, "Boris").update(
            codec={"a": 1}, gainLevel="loud", joined=[], nodeName=10**30, state=None, qaMode=1e400
        )
        named(page, "Chloe").update(created=10**30, joined=-(10**30), accessCode=["x"])

    for change in (surplus, shapes):
        bench.server.fault(changed(change))
        since = len(bench.server.journal.requests)
        terminal.until(
            lambda: bench.server.journal.finished("/calls", since) >= 3,  # noqa: B023
            what="three reads",
        )
        bench.agrees(terminal)
        assert not terminal.shows("unreadable")
        bench.server.lift()
    deep = b'{"calls": [{"id": 1, "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}]}"
    bench.server.fault(saying(200, deep), path="calls")
    terminal.sees("showing data")


def test_a_duplicate_is_one_row(bench: Bench) -> None:
    def double(page: Page) -> None:
        page["calls"] += [dict(item) for item in page["calls"]] * 2
        page["total"] = len(page["calls"])

    def across_pages(exchange: Exchange) -> None:
        """Send pages of five that overlap by two, heeding no filter."""
        request = exchange.request
        page = exchange.server.listed("calls", {"limit": "1000"})
        at = max(0, int(request.query.get("offset", 0)) - 2)
        rows = page["calls"][at : at + 5]
        changed(lambda _: {"calls": rows, "offset": at, "total": len(page["calls"])})(exchange)

    terminal = bench.open_board()
    for talk in (changed(double), across_pages):
        bench.server.fault(talk, path="^/calls$")
        since = len(bench.server.journal.requests)
        terminal.until(
            lambda: bench.server.journal.finished("/calls", since) >= 6,  # noqa: B023
            what="some reads",
        )
        bench.agrees(terminal)
        names = [row.name for row in table.rows(terminal)]
        assert len(names) == len(set(names)) == 12
        bench.server.lift()


def test_an_id_reused_by_another_caller(bench: Bench) -> None:
    bench.server.fault(saying(200, b"{}"), method="PUT")  # accepted, and nothing done
    terminal = bench.open_board()
    boris = bench.go_to(terminal, "Boris")
    bench.act(terminal, "h")
    terminal.sees("holding")
    terminal.until(bench.server.journal.writes, what="the request")
    terminal.wait_a_hand()
    terminal.type(" ")
    terminal.sees("1 marked")
    with bench.server.lock:
        bench.world.leave(boris)
        come(bench.world, "Zelda", 40, id_=boris.id)
    terminal.sees("Zelda")
    bench.agrees(terminal)
    zelda = next(row for row in table.rows(terminal) if row.name == "Zelda")
    assert "holding" not in zelda.hold
    assert zelda.status in ("", "joined")
    terminal.loses("1 marked")
    assert len(bench.server.journal.writes()) == 1


def test_100_000_calls_are_capped_and_reported_so(bench: Bench) -> None:
    bench.options |= {"requests_per_s": 1000, "deadline_s": 10}
    with bench.server.lock:
        model = CALLS.wire(bench.world, call_named(bench.world, "Quentin"))
    del model["duration"]
    head = encoded_item(model)

    def crowd_of(exchange: Exchange) -> None:
        """Send the next thousand of 150,000."""
        last = exchange.request.query.get("filter", "").rpartition(" ")[2]
        first = int(last) + 1 if last.isdigit() and int(last) >= 10**6 else 10**6
        body = b",".join(head % (nth, nth) for nth in range(first, first + 1000))
        total = 10**6 + 150_000 - first
        saying(200, b'{"calls":[%b],"offset":0,"total":%d}' % (body, total))(exchange)

    terminal = bench.open_board()
    bench.server.fault(crowd_of, path="^/calls$")
    terminal.type("2")
    terminal.sees("only the first 100,000 of 150,000 calls are read", within_s=4 * PATIENCE_S)
    terminal.sees("2 Calls 1000")  # and those from before, that no clean read has missed
    assert key_answer_s(terminal) < 1
    assert terminal.leaves_on("q") <= 1
    assert terminal.code == 0


def encoded_item(model: dict[str, Any]) -> bytes:
    """Return an item with a place for its id and one for its name."""
    marked = {**model, "id": 1234567, "customName": "NAME"}
    text = json.dumps(marked).replace("%", "%%")
    return text.replace("1234567", "%d").replace('"NAME"', '"Nth %d"').encode()


@pytest.mark.parametrize("how", ["total", "limit", "endless"])
def test_pages_end_whatever_the_envelope_says(bench: Bench, how: str) -> None:
    with bench.server.lock:
        crowd(bench.world, 60)
    every = len(bench.world.calls)
    totals: Iterator[Any] = iter([None, -5, "many", 10**12, 0, 1, {}] * 1000)

    def page_of_ten(exchange: Exchange) -> None:
        page = exchange.server.listed("calls", dict(exchange.request.query) | {"limit": "10"})
        changed(lambda _: page)(exchange)

    def wrong_total(page: Page) -> None:
        page["total"] = next(totals)
        if page["total"] == {}:
            del page["total"]

    def the_same_again(exchange: Exchange) -> None:
        page = exchange.server.listed("calls", {"limit": "1000"})
        rows = (page["calls"] * 20)[:1000]
        changed(lambda _: {"calls": rows, "total": 10**9, "has_more": True})(exchange)

    terminal = bench.open_board()
    terminal.type("2")
    terminal.sees(f"2 Calls {every}")
    talk = {"total": changed(wrong_total), "limit": page_of_ten, "endless": the_same_again}[how]
    since = len(bench.server.journal.requests)
    bench.server.fault(talk, path="^/calls$")
    if how == "total":
        terminal.sees("the server counts 1,000,000,000,000 calls and sent 76")
    elif how == "endless":
        terminal.sees("the server repeats its pages of calls")
    asked = bench.server.journal.finished
    terminal.until(lambda: asked("/calls", since) >= 8, what="many pages")
    terminal.sees(f"2 Calls {every}")
    terminal.loses("STALE")
    bench.back_to_board(terminal)


def test_one_empty_reply_is_not_believed(bench: Bench) -> None:
    empty = changed(lambda page: {**page, "calls": [], "total": 0})
    terminal = bench.open_board()
    was = bench.shown(terminal)
    bench.server.fault(empty, path="^/calls$", times=1)
    since = len(bench.server.journal.requests)
    whole_reads(bench, terminal, since)
    assert bench.shown(terminal) == was
    since = len(bench.server.journal.requests)
    bench.server.fault(empty, path="^/calls$")
    terminal.until(lambda: not bench.shown(terminal), what="nobody on the screen")
    emptied = [r.query.get("filter", "") for r in bench.server.journal.reads("/calls", since)]
    assert max(emptied.count(feed) for feed in emptied) >= 2


def whole_reads(bench: Bench, terminal: Terminal, since: int) -> None:
    """Wait until both lists of calls have been read whole twice more."""

    def feeds() -> Counter[str]:
        return Counter(
            r.query.get("filter", "")
            for r in bench.server.journal.reads("/calls", since)
            if r.whole
        )

    terminal.until(lambda: sum(count >= 2 for count in feeds().values()) == 2, what="good reads")


@pytest.mark.parametrize(
    ("skew_s", "says"),
    [
        (3600, "1h00m ahead"),
        (-3600, "1h00m behind"),
        (-315_360_000, "3650 days behind"),
        (315_360_000, "3650 days ahead"),
    ],
)
def test_a_server_with_a_clock_that_is_off(bench: Bench, skew_s: int, says: str) -> None:
    bench.server.fault(at_time(skew_s))
    terminal = bench.start()
    bench.enter_board(terminal, agree=False)
    terminal.sees("the server's clock is", says)
    times = table.figures(terminal, "time")
    assert len(times) == 12
    assert not any(time == "" or "-" in time for time in times), times
    assert all(time == "0:00" for time in times) == (skew_s < 0)
