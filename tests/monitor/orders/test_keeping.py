"""What an earlier run left open: found, asked for, and never taken up alone."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from confmon.models.errors import ServerTrouble
from confmon.models.live_records import Meeting
from confmon.monitor.orders.left_over import entry_of, read_entry
from confmon.monitor.orders.order_file import OrderFile
from confmon.monitor.plans.command_plans import plan_for
from tests.monitor.orders.conftest import Desk

if TYPE_CHECKING:
    from pathlib import Path

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
DEBT = {"call": 1, "created": 5, "field": "muteMode", "value": 2, "before": 0, "by_hand": False}
ENTRY = {
    "kind": "lecture", "meeting": 100, "session": 9, "created": 5, "closing": False,
    "callers": [DEBT],
}  # fmt: skip


def file_in(tmp_path: Path) -> OrderFile:
    return OrderFile(tmp_path / "orders.json", "test")


async def left_behind(tmp_path: Path, *, verb: str = "lecture") -> Desk:
    """A desk that ended while an order held."""
    desk = Desk(file_in(tmp_path))
    await desk.open()
    desk.begin(verb)
    await desk.go_on(6)
    await desk.session.close()
    return desk


async def restarted(tmp_path: Path, before: Desk) -> Desk:
    """The next run on the same bridge."""
    desk = Desk(file_in(tmp_path), before.bridge)
    await desk.open()
    await desk.go_on(6)
    return desk


async def test_an_order_is_found_with_who_is_still_there(tmp_path: Path) -> None:
    before = await left_behind(tmp_path)
    del before.bridge.calls[5]
    before.change(4, mute_mode=0)
    before.join(3, created=88_000_000_000)
    desk = await restarted(tmp_path, before)
    found = desk.session.keeping.question()
    assert found is not None
    left, account = found
    assert left.holds
    assert [owed.call for owed in account.changed()] == [2]
    await desk.go_on(20)
    assert len(desk.bridge.writes()) == 4, "nothing is taken up by itself"
    desk.session.keeping.take_up(left, account)
    await desk.go_on(6)
    assert desk.muted == [2, 3], "who was unmuted by somebody since stays so"
    order = desk.session.orders.find("lecture", 100)
    assert order is not None
    desk.session.orders.end(order)
    await desk.go_on(8)
    assert desk.muted == []
    await desk.session.close()


async def test_a_meeting_that_has_ended_is_not_asked_for(tmp_path: Path) -> None:
    before = await left_behind(tmp_path)
    before.bridge.meetings[100] = Meeting(meeting_number=100, id=9001)
    desk = await restarted(tmp_path, before)
    assert desk.session.keeping.question() is None
    await desk.go_on(2)
    assert json.loads((tmp_path / "orders.json").read_text()) == {}
    await desk.session.close()


async def test_what_was_not_restored_at_the_end_is_found(tmp_path: Path) -> None:
    desk = Desk(file_in(tmp_path))
    await desk.open()
    order = desk.begin("doors")
    await desk.go_on(6)
    busy = ServerTrouble("503", status=503)
    desk.bridge.decide = lambda name, _: busy if name.startswith("put") else None
    desk.session.orders.end(order)
    await desk.clock.advance(0.1)
    await desk.session.close()
    assert desk.session.keeping.left_open() == [
        "closed doors in 100: 4 callers not restored",
        "The next start of confmon asks about it.",
    ]
    desk.bridge.decide = lambda *_: None
    held = desk.held
    after = await restarted(tmp_path, desk)
    found = after.session.keeping.question()
    assert found is not None
    assert not found[0].holds
    assert [owed.call for owed in found[1].changed()] == held
    after.session.keeping.restore(*found)
    await after.go_on(8)
    assert after.held == []
    await after.session.close()
    assert json.loads((tmp_path / "orders.json").read_text()) == {}


async def test_who_says_leave_it_is_not_asked_again_and_who_says_nothing_is(
    tmp_path: Path,
) -> None:
    before = await left_behind(tmp_path)
    desk = await restarted(tmp_path, before)
    found = desk.session.keeping.question()
    assert found is not None
    desk.session.keeping.put_off(found[0])
    assert desk.session.keeping.question() is None
    await desk.session.close()
    desk = await restarted(tmp_path, desk)
    found = desk.session.keeping.question()
    assert found is not None
    desk.session.keeping.forget(found[0])
    await desk.session.close()
    desk = await restarted(tmp_path, desk)
    assert desk.session.keeping.question() is None
    await desk.session.close()


def test_the_entries_of_another_running_confmon_stay_its_own(tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    parent = {**ENTRY, "pid": os.getppid(), "host": os.uname().nodename}
    elsewhere = {**ENTRY, "pid": 1, "host": "another"}
    path.write_text(json.dumps({"test": [parent, elsewhere], "other": [ENTRY]}))
    file = file_in(tmp_path)
    assert file.find() == []
    assert file.write([ENTRY])
    mine = {**ENTRY, "pid": os.getpid(), "host": os.uname().nodename}
    assert json.loads(path.read_text()) == {
        "test": [parent, elsewhere, mine],
        "other": [ENTRY],
    }
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_file_has_no_number_and_no_name(tmp_path: Path) -> None:
    left = read_entry(ENTRY)
    assert left is not None
    assert entry_of(left) == ENTRY


@given(JSON, st.dictionaries(st.sampled_from(sorted(ENTRY)), JSON))
def test_a_damaged_entry_says_less_or_nothing(debt: Any, changes: dict[str, Any]) -> None:
    for entry in ({**ENTRY, **changes}, {**ENTRY, "callers": [debt, DEBT]}):
        left = read_entry(entry)
        if left is not None:
            assert read_entry(entry_of(left)) == left


async def test_nothing_is_restored_any_more_while_confmon_ends(tmp_path: Path) -> None:
    desk = Desk(file_in(tmp_path))
    session = await desk.open()
    desk.bridge.applied_after_s = 30.0
    order = desk.begin()
    session.go("meeting", 100)
    await desk.go_on(2)
    session.send(plan_for(session, "hold", 1, frozenset()).actions)
    await desk.go_on(2)
    session.orders.end(order)
    session.undo.undo()
    sent = desk.bridge.writes()
    await session.close()
    await desk.clock.advance(60)
    assert desk.bridge.writes() == sent
    assert session.keeping.left_open()[0].endswith("4 callers not restored")
    assert len(file_in(tmp_path).find()[0]["callers"]) == 4
