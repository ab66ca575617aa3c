"""A screen among others: it follows a collector, leads, or is alone, and says which."""

from __future__ import annotations

import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest

from confmon.api.connect import asgi_transport, open_client
from confmon.config.settings.alerts import AlertSettings
from confmon.models.identity import identity_of
from confmon.monitor.alerts.outlets import Outlets
from confmon.sharing.bridge import NOBODY_S, SharedBridge
from confmon.sharing.engine import Denied, NotPrepared, OtherBridge, OtherVersion
from confmon.sharing.records import Fact, Operator, Scope
from tests.monitor.test_alerts import Receiver
from tests.screens.conftest import BASE_URL
from tests.screens.test_attention import raise_hand, three_meetings
from tests.sharing.fake_share import FakeShare, members

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from confmon.api.live import ConferenceClient
    from confmon.sharing.engine import ShareUnavailable
    from confmon.sharing.share import Share
    from tests.screens.bridge import Bridge, MemoryAudit
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage


class Others:
    """The other confmon on the bridge, one of which reads it."""

    def __init__(self, bridge: Bridge) -> None:
        self.clock = bridge.clock
        self.share = FakeShare()
        self.client = open_client(
            BASE_URL, "op", "secret", clock=self.clock, transport=asgi_transport(bridge)
        )

    async def read(self, *scopes: Scope) -> None:
        """Let the collector read now, and its frames come."""
        for scope in scopes or (Scope("meetings"), Scope("calls")):
            asked_at = self.clock.now()
            scan: Any = await (
                self.client.scan_meetings()
                if scope.kind == "meetings"
                else self.client.scan_calls(scope.meeting)
            )
            self.share.give(scope, scan, asked_at, asked_at)


@pytest.fixture
async def others(bridge: Bridge) -> AsyncIterator[Others]:
    made = Others(bridge)
    yield made
    await made.client.aclose()


@asynccontextmanager
async def shared(
    staged: Staging, others: Others, bridge: Bridge, *, login: bool = True, **given: Any
) -> AsyncIterator[Stage]:
    """Show the screen on the shared bridge."""

    def connect() -> ConferenceClient:
        inner = open_client(
            BASE_URL, "op", "secret", clock=bridge.clock, transport=asgi_transport(bridge)
        )
        made = SharedBridge(
            inner if login else None,
            cast("Share", others.share),
            bridge.clock,
            interval_s=2.0,
            rng=random.Random(1),  # noqa: S311
        )
        return cast("ConferenceClient", made)

    async with staged(open_bridge=connect, **given) as stage:
        yield stage
    assert others.share.closed


async def test_a_follower_sends_nothing_and_shows_who_collects(
    bridge: Bridge, staged: Staging, others: Others
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    others.share.follow(members=members(5))
    async with shared(staged, others, bridge, size=(160, 40)) as stage:
        assert others.share.started
        await others.read()
        await stage.advance(0.2)
        assert "shared · collector ops-3 · 5 here" in stage.lines[0]
        assert "Ada" in stage.text
        await stage.advance(3)
        assert "age 3s" in stage.lines[0]
        assert "0 req/min" in stage.lines[0]
        assert len(bridge.asked) == 2


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ((120, "ops-3"), " shared · collector ops-3 · 5 here  age 3s"),
        ((80, "ops-3"), " shared · ops-3 · 5 here  age 3s"),
        ((80, "ops-frankfurt-control-room"), " shared · ops-frankfurt-c… · 5 here  age 3s"),
        ((50, "ops-frankfurt-control-room"), " shared · ops-frankfur…  age 3s"),
    ],
)
async def test_a_narrow_header_still_tells_who_reads_and_how_many_are_here(
    bridge: Bridge, staged: Staging, others: Others, at: tuple[int, str], words: str
) -> None:
    bridge.meeting(100)
    width, box = at
    others.share.follow(box, members=members(5))
    async with shared(staged, others, bridge, size=(width, 24), read_only=True) as stage:
        await others.read()
        await stage.advance(3)
        assert words in stage.lines[0]


async def test_a_followers_mute_is_proved_by_a_frame(
    bridge: Bridge, staged: Staging, others: Others, audit: MemoryAudit
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    others.share.follow(members=members(2))
    async with shared(staged, others, bridge) as stage:
        await others.read()
        await stage.go_in(100)
        await stage.press("j", "m")
        await stage.advance(0.2)
        assert bridge.writes == [("PUT", "/calls/2", {"muteMode": 2})]
        assert "muting…" in stage.row("Bob")
        assert others.share.requested == [100]
        asked = len(bridge.asked)
        await others.read(Scope("calls", 100))
        await stage.advance(0.2)
        assert "muting" not in stage.text
        assert "Bob +15165550002 — muted · seen after" in stage.log
        assert [str(result.outcome) for _, result in audit.outcomes] == ["done"]
        assert len(bridge.asked) == asked + 1  # the collector's read alone


async def test_a_leader_reads_at_full_pace_whatever_it_shows(
    bridge: Bridge, staged: Staging, others: Others
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    others.share.become(mode="leading", collector="ops-1", members=members(3))
    async with shared(staged, others, bridge, size=(160, 40)) as stage:
        assert "shared · collector ops-1 · 3 here" in stage.lines[0]
        await stage.press("4")  # a section
        others.share.published.clear()
        await stage.advance(20.5)
        kinds = [scope for scope, *_ in others.share.published]
        assert 9 <= kinds.count(Scope("meetings")) <= 11
        assert 9 <= kinds.count(Scope("calls")) <= 11

        others.share.published.clear()
        others.share.ask(100)
        await stage.advance(0.1)
        assert Scope("calls", 100) in [scope for scope, *_ in others.share.published]
        others.share.published.clear()
        others.share.ask(0)
        await stage.advance(0.5)
        assert Scope("meetings") in [scope for scope, *_ in others.share.published]


async def test_only_who_reads_tells_receivers_of_signals(
    bridge: Bridge, staged: Staging, others: Others
) -> None:
    three_meetings(bridge)
    receiver = Receiver()
    alerts = AlertSettings(webhook="https://hooks.example/x", rules=("question",))
    others.share.follow(members=members(2))
    outlets = Outlets(lambda: [receiver])
    async with shared(staged, others, bridge, alerts=alerts, outlets=outlets) as stage:
        await stage.until(lambda: bool(stage.session.alerts and stage.session.alerts._senders))
        await others.read()
        await stage.advance(1)
        raise_hand(bridge, 2)
        for _ in range(5):
            await others.read()
            await stage.advance(2)
        assert stage.session.attention.signals
        assert receiver.received == []
        others.share.become(mode="leading", collector="ops-1")
        await stage.advance(5)
        assert [alert.rule for alert in receiver.received[0][0]] == ["question"]


async def test_alone_is_amber_and_said_once_and_the_screen_reads_for_itself(
    bridge: Bridge, staged: Staging, others: Others
) -> None:
    bridge.meeting(100)
    others.share.follow()
    async with shared(staged, others, bridge) as stage:
        await others.read()
        await stage.advance(0.2)
        others.share.become(mode="alone", trouble="the database does not answer", collector="")
        await stage.advance(0.2)
        assert stage.notice == "alone: the database does not answer"
        assert "alone · database away" in stage.lines[0]
        asked = len(bridge.asked)
        await stage.advance(10)
        assert len(bridge.asked) - asked >= 6
        assert "STALE" not in stage.text
        others.share.follow("ops-4")
        await stage.advance(0.2)
        assert stage.notice == "together again"
        others.share.follow("ops-5")
        await stage.advance(0.2)
        assert stage.notice == "ops-5 collects now"


@pytest.mark.parametrize("error", [NotPrepared, OtherVersion, OtherBridge, Denied])
async def test_alone_for_good_says_why_and_not_that_the_database_is_away(
    bridge: Bridge, staged: Staging, others: Others, error: type[ShareUnavailable]
) -> None:
    bridge.meeting(100)
    others.share.follow()
    async with shared(staged, others, bridge) as stage:
        trouble = "there are no shared tables yet: run 'confmon share init' once"
        others.share.become(mode="alone", trouble=trouble, away=error.short, collector="")
        await stage.advance(0.2)
        assert f" alone · {error.short} " in stage.lines[0]
        assert stage.notice == f"alone: {trouble}"


async def test_without_a_collector_ages_grow_and_verbs_disarm(
    bridge: Bridge, staged: Staging, others: Others
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    others.share.follow()
    async with shared(staged, others, bridge) as stage:
        await others.read()
        await stage.go_in(100)
        others.share.become(collector="")
        await stage.advance(7)
        assert "shared · no collector" in stage.lines[0]
        assert "STALE 7s" in stage.lines[0]
        await stage.press("m")
        assert bridge.writes == []
        await stage.advance(NOBODY_S)
        assert "no collector has written for" in stage.text
        others.share.follow("ops-4")
        await stage.advance(0.3)
        await others.read()
        await stage.advance(0.3)
        assert "STALE" not in stage.text
        assert "no collector" not in stage.text


async def test_a_refused_login_lets_another_one_read_and_tries_again_when_asked(
    bridge: Bridge, staged: Staging, others: Others
) -> None:
    bridge.meeting(100)
    others.share.become(mode="leading", collector="ops-1")
    bridge.fail(status=401)
    async with shared(staged, others, bridge) as stage:
        assert others.share.is_refused
        others.share.follow("ops-4")
        await stage.advance(2)
        assert others.share.is_refused
        bridge.faults.clear()
        await stage.press("r")
        await stage.advance(0.5)
        assert not others.share.is_refused


async def test_who_collects_is_said_when_it_has_read_something(
    bridge: Bridge, staged: Staging, others: Others
) -> None:
    bridge.meeting(100)
    others.share.follow("ops-3")
    async with shared(staged, others, bridge) as stage:
        await others.read()
        await stage.advance(10)
        for collector in ("ops-4", "ops-5", "ops-3") * 3:  # the bridge is down
            others.share.follow(collector, is_read=False)
            await stage.advance(5)
            assert "collects now" not in stage.notice
        others.share.follow("ops-4")
        await stage.advance(0.2)
        assert stage.notice == "ops-4 collects now"


async def test_without_a_login_it_follows(bridge: Bridge, staged: Staging, others: Others) -> None:
    bridge.meeting(100)
    others.share.follow(members=members(2))
    async with shared(staged, others, bridge, login=False, read_only=True) as stage:
        await others.read()
        await stage.advance(0.2)
        assert "Grace Hopper" in stage.text
        await stage.press("4")
        await stage.advance(0.2)
        assert "this profile has no login to the bridge" in stage.text


async def test_the_interval_shown_is_the_collectors(
    bridge: Bridge, staged: Staging, others: Others
) -> None:
    others.share.follow()
    others.share.become(interval_s=5.0)
    async with shared(staged, others, bridge) as stage:
        assert "every 5s" in stage.lines[0]
        await stage.press("+")
        assert stage.session.own_interval_s == others.share.interval_s == 1.0
        assert stage.notice == "ops-3 reads every 5 s; from here it would be every 1 s"
        others.share.become(mode="leading", collector="ops-1")
        await stage.advance(0.2)
        assert "every 1s" in stage.lines[0]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"mode": "following", "collector": "ops-3"}, "ops-3"),
        ({"mode": "following", "collector": ""}, "no collector"),
        ({"mode": "alone"}, "alone"),
    ],
)
async def test_eighty_columns_have_room_for_it(
    bridge: Bridge, staged: Staging, others: Others, state: dict[str, Any], words: str
) -> None:
    bridge.meeting(100)
    others.share.follow(members=members(12))
    async with shared(staged, others, bridge, size=(80, 24), read_only=True) as stage:
        await others.read()
        await stage.advance(0.2)
        others.share.become(**state)
        await stage.advance(12)
        assert words in stage.lines[0]
        assert "lab" in stage.lines[0]
        assert "READ-ONLY " in stage.lines[0]


async def test_attributes_are_read_by_the_leader_alone(
    bridge: Bridge, staged: Staging, others: Others
) -> None:
    meeting = bridge.meeting(100)
    meeting.attributes |= {"conference_maxcalls": "3"}
    bridge.people(100, "Ada", "Bob", "Cleo")
    others.share.become(mode="leading", collector="ops-1")
    async with shared(staged, others, bridge) as stage:
        await stage.advance(27)
        [fact] = others.share.state.facts["attributes"].values()
        assert fact.key == "100"
        assert fact.data["values"]["conference_maxcalls"] == "3"
        assert "capacity" in {signal.rule for signal in stage.session.attention.signals}
        assert bridge.asked.count("/meetings/100/attributes") == 1
        bridge.world.end(bridge.world.meetings[100])
        await stage.advance(5)
        assert others.share.state.facts["attributes"] == {}


async def test_a_follower_takes_the_attributes_of_the_leader(
    bridge: Bridge, staged: Staging, others: Others
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cleo")
    [record] = (await others.client.scan_meetings()).records
    data = {
        "id": identity_of(record),
        "created": record.created,
        "values": {"conference_maxcalls": "3", "conference_access_code": "4711", "x": 5},
    }
    fact = Fact("attributes", "100", Operator("bob", "ops-3"), "m", 0, 0, data)
    junk = {key: fact._replace(key=key, data={}) for key in ("", "x", "100000", "٣")}
    others.share.follow()
    others.share.set_facts("attributes", {"100": fact, **junk})
    async with shared(staged, others, bridge) as stage:
        await others.read()
        await stage.advance(0.2)
        assert stage.session.attention._attributes == {100: {"conference_maxcalls": "3"}}
        for _ in range(15):
            await others.read()
            await stage.advance(2)
        assert "capacity" in {signal.rule for signal in stage.session.attention.signals}
        assert "/meetings/100/attributes" not in bridge.asked
