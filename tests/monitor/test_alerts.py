"""Signals on their way out: what is sent, how often, and until it has arrived."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.clock import run_at_once
from confmon.config.settings.alerts import AlertSettings
from confmon.config.settings.model import Settings
from confmon.models.alert import Alert
from confmon.models.errors import BridgeError, Guarded, ServerTrouble, Unreachable
from confmon.monitor.alerts.alerts import Alerts
from confmon.monitor.alerts.outgoing import PART, Outgoing
from confmon.monitor.alerts.sender import ENDS_KEPT_S, MOST, RESEND_S, Sender
from confmon.monitor.attention.signal import BRIDGE, Signal
from tests.clock import HandClock, InlineExecutor
from tests.monitor.attention.desk import ROOM, Desk, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence


class Receiver:
    """A receiver that keeps what it gets, and fails as long as a test says so."""

    name = "hooks.example:443"

    def __init__(self) -> None:
        self.received: list[tuple[list[Alert], list[Alert]]] = []
        self.error: Exception | None = None
        self.tries = 0
        self.read: float | None = None
        self.is_closed = False
        self.held: asyncio.Event | None = None

    async def send(
        self, firing: Sequence[Alert], resolved: Sequence[Alert], at: float, read: float | None
    ) -> None:
        self.tries += 1
        self.read = read
        assert all(alert.ended is not None and alert.ended <= at for alert in resolved)
        if self.held is not None:
            await self.held.wait()
        if self.error is not None:
            raise self.error
        self.received.append((list(firing), list(resolved)))

    async def aclose(self) -> None:
        self.is_closed = True

    @property
    def rules(self) -> list[tuple[list[str], list[str]]]:
        """The rules of what fires and of what is gone, of each request."""
        return [([a.rule for a in f], [a.rule for a in r]) for f, r in self.received]


class Line:
    """A desk of signals with one receiver."""

    def __init__(self, desk: Desk, *, mask: bool = False, **alerts: Any) -> None:
        self.desk = desk
        self.receiver = Receiver()
        self.may_send = True
        self.notices: list[str] = []
        chosen = Settings(
            profile="p", base_url="", login="", mask_numbers=mask, alerts=AlertSettings(**alerts)
        )
        self.alerts = Alerts(
            desk.attention, desk.store, chosen, desk.clock,
            open_receivers=self.open, say=self.notices.append, age_s=lambda: 3.0,
            may_send=lambda: self.may_send,
        )  # fmt: skip

    def open(self) -> list[Receiver]:
        return [self.receiver]

    async def poll(self, seconds: float = 2.0) -> None:
        """Let time go by with a read at its end."""
        await self.desk.clock.advance(seconds)
        self.desk.read()
        await self.desk.clock.advance(1.0)


@pytest.fixture
async def line() -> AsyncIterator[Callable[..., Line]]:
    """Start lines; they are closed with the test."""
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    lines: list[Line] = []

    def start(desk: Desk, **settings: Any) -> Line:
        made = Line(desk, **settings)
        lines.append(made)
        made.alerts.start()
        return made

    yield start
    for one in lines:
        await one.alerts.close()
        assert one.receiver.is_closed or not one.alerts._senders


async def test_a_signal_is_sent_once_again_every_minute_and_its_end(
    line: Callable[..., Line],
) -> None:
    desk = opened("question")
    one = line(desk)
    await one.poll()
    assert one.receiver.received == []
    desk.change(2, qa_mode=1)
    await one.poll()
    assert one.receiver.rules == [(["question"], [])]
    assert one.receiver.read == pytest.approx(desk.clock.wall() - 3.0, abs=1.1)
    await desk.clock.advance(RESEND_S - 5)
    assert len(one.receiver.received) == 1
    await desk.clock.advance(10)
    assert one.receiver.rules == [(["question"], [])] * 2
    desk.change(2, qa_mode=0)
    await one.poll()
    assert one.receiver.rules[2:] == [([], ["question"])]
    await desk.clock.advance(3 * RESEND_S)
    assert len(one.receiver.received) == 3
    [alert] = one.receiver.received[0][0]
    assert (alert.severity, alert.meeting, alert.call, alert.ended) == ("amber", ROOM, 2, None)


async def test_one_that_stood_by_sends_everything_and_the_ends_of_the_last_minute(
    line: Callable[..., Line],
) -> None:
    desk = opened("question", callers=3)
    one = line(desk)
    one.may_send = False
    await one.poll()
    for call in (2, 3, 4):
        desk.change(call, qa_mode=1)
    await one.poll()
    desk.change(2, qa_mode=0)
    await one.poll()
    await one.poll(2 * ENDS_KEPT_S)
    desk.change(3, qa_mode=0)
    await one.poll(10)
    assert one.receiver.received == []
    one.may_send = True
    await one.poll()
    [(firing, resolved)] = one.receiver.received
    assert [alert.call for alert in firing] == [4]
    assert {3} <= {alert.call for alert in resolved} <= {3, 4}, "what was amber of 4 is red now"
    one.may_send = False
    await one.poll(2 * RESEND_S)
    assert len(one.receiver.received) == 1


async def test_what_turns_red_is_another_and_the_first_is_gone(line: Callable[..., Line]) -> None:
    desk = opened("help")
    one = line(desk)
    desk.change(2, operator_mode=1)
    await one.poll()
    for _ in range(12):
        await one.poll()
    last = one.receiver.received[-1]
    assert [alert.severity for alert in last[0]] == ["red"]
    assert [alert.severity for alert in last[1]] == ["amber"]


async def test_what_is_acknowledged_is_sent_as_such_and_not_as_new(
    line: Callable[..., Line],
) -> None:
    desk = opened("question")
    one = line(desk)
    desk.change(2, qa_mode=1)
    await one.poll()
    desk.attention.acknowledge(desk.signals[0], "ann")
    await desk.clock.advance(5)
    [before], [after] = one.receiver.received[0][0], one.receiver.received[1][0]
    assert (after.acknowledged_by, after.identity) == ("ann", before.identity)
    assert one.receiver.received[1][1] == []


async def test_only_what_the_settings_name_is_sent(line: Callable[..., Line]) -> None:
    desk = opened("question", "help")
    red, other = line(desk, severity="red"), line(desk, rules=("question",))
    desk.change(2, qa_mode=1, operator_mode=1)
    await red.poll()
    for _ in range(12):
        await red.poll()
    assert {alert.rule for news in red.receiver.received for alert in news[0]} == {"help"}
    assert {alert.rule for news in other.receiver.received for alert in news[0]} == {"question"}


async def test_a_failure_is_shown_once_and_what_was_missed_comes_after_it(
    line: Callable[..., Line],
) -> None:
    desk = opened("question")
    one = line(desk)
    desk.change(2, qa_mode=1)
    await one.poll()
    one.receiver.error = ServerTrouble("hooks.example:443 fails (500)", status=500, lost=True)
    desk.change(2, qa_mode=0)
    desk.change(3, qa_mode=1)
    await one.poll()
    await desk.clock.advance(300)
    assert one.receiver.tries < 20
    assert one.notices == ["alerts do not reach hooks.example:443: hooks.example:443 fails (500)"]
    assert one.alerts.trouble.startswith(one.notices[0] + ", for 5 min")
    one.receiver.error = None
    await desk.clock.advance(2 * RESEND_S)
    firing, resolved = one.receiver.received[1]
    assert [alert.call for alert in firing] == [3]
    assert [alert.call for alert in resolved] == [2]
    assert one.notices[1:] == ["alerts reach hooks.example:443 again"]
    assert one.alerts.trouble == ""


async def test_what_came_and_went_unsent_is_not_sent(line: Callable[..., Line]) -> None:
    desk = opened("question")
    one = line(desk)
    one.receiver.held = asyncio.Event()
    desk.change(2, qa_mode=1)
    await one.poll()  # this request hangs
    desk.change(3, qa_mode=1)
    await one.poll()
    desk.change(2, 3, qa_mode=0)
    await one.poll()
    one.receiver.held.set()
    await desk.clock.advance(10)
    assert [[a.call for a in both] for news in one.receiver.received for both in news] == [
        [2], [], [], [2],
    ]  # fmt: skip


async def test_a_receiver_that_hangs_holds_up_nobody_else(line: Callable[..., Line]) -> None:
    desk = opened("question")
    first, second = line(desk), line(desk)
    first.receiver.held = asyncio.Event()
    desk.change(2, qa_mode=1)
    await first.poll()
    assert first.receiver.received == []
    assert second.receiver.rules == [(["question"], [])]
    first.receiver.held.set()


async def test_an_unexpected_error_is_trouble_without_its_words(line: Callable[..., Line]) -> None:
    desk = opened("question")
    one = line(desk)
    one.receiver.error = RuntimeError("token abc")
    desk.change(2, qa_mode=1)
    await one.poll()
    assert one.notices == ["alerts do not reach hooks.example:443: internal error: RuntimeError"]


@pytest.mark.parametrize(
    ("error", "why"),
    [(Guarded("ca_file x cannot be used"), "ca_file x cannot be used"), (KeyError(1), "KeyError")],
)
async def test_what_cannot_be_opened_is_shown(
    line: Callable[..., Line], error: Exception, why: str
) -> None:
    desk = opened("question")
    one = line(desk)

    def fail() -> list[Receiver]:
        raise error

    one.alerts._open_receivers = fail
    await one.poll()
    assert one.notices == [f"alerts are not sent: {why}"]
    assert one.alerts.trouble == one.notices[0]


def signal(**fields: Any) -> Signal:
    plain: dict[str, Any] = {
        "rule": "same_number", "title": "same number", "severity": "amber", "target": ("call", 7),
        "text": "3 calls of +15162065319", "since": 1000.0, "subject": "15162065319",
    }  # fmt: skip
    return Signal(**plain | fields)


def alerts_of(
    signals: Sequence[Signal], chosen: AlertSettings, *, mask: bool, skew_s: float = 0.0
) -> dict[tuple[object, ...], Alert]:
    outgoing = Outgoing(chosen, mask=mask)
    run_at_once(outgoing.follow(signals, skew_s))
    return dict(outgoing.alerts)


def test_only_new_signals_are_looked_at_and_in_parts() -> None:
    outgoing = Outgoing(AlertSettings(), mask=True)
    signals = [signal(target=("call", n), call=n, subject="") for n in range(3 * PART)]
    assert len(list(outgoing.follow(signals, 0.0))) == 3
    before = dict(outgoing.alerts)
    run_at_once(outgoing.follow([*signals[1:], signal(call=9999, subject="")], 5.0))
    after = dict(outgoing.alerts)
    assert len(after) == len(before)
    assert sum(before.get(key) is alert for key, alert in after.items()) == len(before) - 1


def test_numbers_are_cut_as_the_settings_have_it_and_subjects_always() -> None:
    [clear] = alerts_of([signal()], AlertSettings(), mask=False).values()
    [masked] = alerts_of([signal()], AlertSettings(), mask=True).values()
    assert clear.text == "3 calls of +15162065319"
    assert masked.text == "3 calls of +•••••••5319"
    assert clear.subject == masked.subject == "…5319"


def test_a_meetings_number_is_no_telephones() -> None:
    given_ = signal(text="meeting 106131999 is full", meeting=106131999, subject="")
    [masked] = alerts_of([given_], AlertSettings(), mask=True).values()
    assert masked.text == "meeting 106131999 is full"


def test_moments_are_by_our_clock_and_two_nodes_are_two() -> None:
    nodes = [
        signal(rule="node_lost", target=BRIDGE, subject=name, snoozed_until=2000.0)
        for name in ("a", "b")
    ]
    found = list(alerts_of(nodes, AlertSettings(), mask=True, skew_s=100.0).values())
    assert [alert.subject for alert in found] == ["a", "b"]
    assert (found[0].since, found[0].snoozed_until) == (900.0, 1900.0)


async def test_memory_is_bounded_and_nothing_ends_for_want_of_room() -> None:
    clock, receiver = HandClock(), Receiver()
    sender = Sender(receiver, clock, print)

    def many(count: int, first: int = 0) -> dict[tuple[object, ...], Alert]:
        found = [Alert("r", "t", "red", "x", 1.0, call=first + n) for n in range(count)]
        return {alert.identity: alert for alert in found}

    sender.follow(many(MOST + 50))
    sender.look()
    await clock.settle()
    assert len(receiver.received[0][0]) == MOST
    sender.follow(many(MOST + 60))
    clock.time_s += 10
    sender.look()
    await clock.settle()
    assert len(receiver.received) == 1
    receiver.error = Unreachable("gone")
    for turn in range(3):
        sender.follow(many(MOST, first=10_000 * (turn + 1)))
        clock.time_s += 600
        sender.look()
        await clock.settle()
    assert len(sender._gone) == MOST
    assert len(sender._firing) == MOST
    await sender.close()


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sets(st.integers(0, 5)), st.booleans(), st.integers(0, 40)), max_size=8)
)
def test_whatever_happens_the_receiver_ends_up_with_what_is_so(
    steps: list[tuple[set[int], bool, int]],
) -> None:
    """A receiver that takes what it gets for the truth knows it, once it works again."""
    known: set[int] = set()

    class Knows(Receiver):
        async def send(
            self, firing: Sequence[Alert], resolved: Sequence[Alert], at: float, read: float | None
        ) -> None:
            lost = isinstance(self.error, BridgeError) and self.error.lost
            if self.error is None or lost:
                known.difference_update(alert.call or 0 for alert in resolved)
                known.update(alert.call or 0 for alert in firing)
            await super().send(firing, resolved, at, read)

    async def play() -> None:
        clock, receiver = HandClock(), Knows()
        sender = Sender(receiver, clock, lambda _text: None)
        calls: set[int] = set()
        for calls, fails, seconds in [*steps, (steps[-1][0] if steps else set(), False, 130)]:
            receiver.error = ServerTrouble("500", lost=seconds % 2 == 0) if fails else None
            found = [Alert("r", "t", "red", "x", 1.0, call=call) for call in calls]
            sender.follow({alert.identity: alert for alert in found})
            for _ in range(seconds):
                sender.look()
                if sender._sending is not None:
                    await clock.settle()
                clock.time_s += 1
        assert known == calls
        await sender.close()

    asyncio.run(play())
