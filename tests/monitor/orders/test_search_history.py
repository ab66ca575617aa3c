"""A search under random leaves, refusals, lost polls and changes by others: all is as before."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.models.errors import BridgeError, Forbidden, ServerTrouble, TimedOut
from confmon.monitor.actions.action import Outcome
from confmon.monitor.orders.search import Phase, Search
from tests.monitor.orders.conftest import Desk

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            ("", "", "leave", "unmute", "busy", "refused", "lost poll", "down", "stop")
        ),
        st.integers(1, 9),
    ),
    max_size=8,
)


class Trial:
    """One search, with what goes wrong in it."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.hazard = ""
        self.polls = 0
        self.own: dict[int, Any] = {}

    def decide(self, name: str, _target: int | None) -> BridgeError | None:
        if name.startswith(("scan", "get")) and self.polls > 0:
            self.polls -= 1
            return TimedOut("no answer")
        if name.startswith("put") and self.hazard:
            hazard, self.hazard = self.hazard, ""
            busy = ServerTrouble("503", status=503)
            return busy if hazard == "busy" else Forbidden("403", status=403)
        return None

    async def happen(self, search: Search, what: str, key: int) -> None:
        calls = self.desk.bridge.calls
        match what:
            case "leave":
                calls.pop(key, None)
            case "unmute" if key in calls and calls[key].mute_mode == 2:
                self.desk.change(key, mute_mode=0)
                self.own[key] = 0
                await self.desk.go_on(6)
            case "busy" | "refused" if search.phase in (Phase.MUTING, Phase.ASKING):
                self.hazard = what
            case "lost poll":
                self.polls = 2
            case "down":
                self.polls = 60
            case "stop":
                search.stop("stopped")

    async def run(self, events: list[tuple[str, int]], culprit: int) -> None:
        await self.desk.open(host=1, others=8)
        self.desk.change(3, mute_mode=1)
        self.desk.change(4, hold_mode=1)
        await self.desk.go_on(6)
        self.own = {key: call.mute_mode for key, call in self.desk.bridge.calls.items()}
        self.desk.bridge.decide = self.decide
        session = self.desk.session
        search = session.search(session.live_state.meetings[100])
        for what, key in [*events, *[("", 0)] * 8]:
            if search.phase is Phase.OVER:
                break
            await self.happen(search, what, key)
            await self.desk.go_on(4)
            search.go_on()
            if search.phase is Phase.ASKING:
                call = self.desk.bridge.calls.get(culprit)
                search.answer(still_there=call is not None and not call.mute_mode)
        if not any(what for what, _ in events) and culprit not in (3, 4):
            assert search.found is not None
            assert search.found.id == culprit
        search.stop("")
        self.hazard, self.polls = "", 0
        session.retry()
        await self.desk.go_on(100)
        assert session.under_way() == 0
        assert session.ledger.accounts == []
        assert session.ledger.closing == []
        refused = {
            action.target[1]
            for action, result in self.desk.results
            if action.verb == "restore"
            and result.outcome is Outcome.REFUSED
            and result.status == 403
        }
        for key, call in self.desk.bridge.calls.items():
            assert call.mute_mode == self.own[key] or key in refused, key
        await session.close()


@settings(max_examples=25, deadline=None)
@given(EVENTS, st.integers(1, 9))
def test_everybody_is_as_before_whatever_happens(
    events: list[tuple[str, int]], culprit: int
) -> None:
    with asyncio.Runner() as runner:
        runner.run(Trial().run(events, culprit))
