"""What the screen says of itself: where it is, how fresh, why it is empty, why verbs are off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from textual.geometry import Region

from confmon.models.errors import Guarded
from confmon.monitor.polling.snapshot import MEETINGS

if TYPE_CHECKING:
    from confmon.api.live import ConferenceClient
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging


async def test_the_header_says_profile_host_age_latency_and_requests(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    bridge.call(100, 3, "Cy", role=1)
    bridge.call(100, 4, "Dan", role=3, mute_mode=1, hold_mode=1)
    bridge.call(100, 5, "Recording", role=0)
    async with staged(size=(150, 40), profile="production") as stage:
        top = stage.lines[0]
        assert "confmon" in top
        assert "production" in top
        assert "127.0.0.1:8080" in top
        assert "age 0s" in top
        assert " ms " in top
        assert "2 req/min" in top
        assert "every 2s" in top
        assert "READ-ONLY" not in top
        assert "1 host · 1 muted · 1 held" in stage.text
        await stage.advance(1.5)
        assert "age 1s" in stage.lines[0]
        await stage.advance(60)
        assert stage.lines[0].split(" req/min")[0].split()[-1] in ("45", "46", "47", "44")


@pytest.mark.parametrize("width", [150, 80])
async def test_the_pace_of_a_slow_bridge_is_shown(
    bridge: Bridge, staged: Staging, width: int
) -> None:
    bridge.meeting(100)
    async with staged(size=(width, 24)) as stage:
        assert "read" not in stage.lines[0]
        poller = stage.session.poller
        assert poller is not None
        poller.state(MEETINGS).took_s.append(8.4)
        await stage.advance(1.5)
        assert re.search(r"age 1s · a read takes 8s  .*req/min", stage.lines[0])


async def test_each_profile_can_have_a_colour_of_its_own(bridge: Bridge, staged: Staging) -> None:
    async with staged(accent="#803030") as stage:
        assert stage.watch.query_one("#top").styles.background.hex == "#803030"


async def test_meetings_show_their_facts_and_states(bridge: Bridge, staged: Staging) -> None:
    meeting = bridge.meeting(100, "Board", is_secured=True, mute_mode=32)
    bridge.call(100, 1, "Ada", role=1)
    bridge.call(100, 2, "Bob", mute_mode=2)
    bridge.call(100, 3, "Cy", role=3, hold_mode=1, qa_mode=1)
    bridge.world.record(meeting, on=True)
    async with staged(size=(150, 40)) as stage:
        row = stage.row("Board")
        facts = ["Board", "100", "██▍", "3", *["1"] * 5, "✋1", "●REC", "LOCK"]
        assert row.split()[1:13] == facts
        assert row.split()[-1] == "10:00"
        await stage.advance(65)
        assert "11:05" in stage.row("Board")


async def test_a_bridge_without_meetings_says_so(staged: Staging) -> None:
    async with staged() as stage:
        assert "No meeting is live" in stage.text
        await stage.press("2")
        await stage.advance(0.5)
        assert "Nobody is on the bridge" in stage.text


async def test_an_empty_meeting_and_an_ended_one_say_so(bridge: Bridge, staged: Staging) -> None:
    meeting = bridge.meeting(100)
    async with staged() as stage:
        await stage.go_in(100)
        assert "Nobody is in this meeting" in stage.text
        bridge.world.end(meeting)
        await stage.advance(12)
        assert "This meeting has ended" in stage.text
        assert "ended" in stage.lines[1]
        await stage.press("escape")
        assert "No meeting is live" in stage.text


async def test_before_the_first_answer_it_says_that_it_is_reading(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.fail(delay_s=3.0)  # of real time, which this test does not wait for
    async with staged() as stage:
        assert "Reading…" in stage.text
        assert "127.0.0.1:8080" in stage.text
        assert "no data yet" in stage.lines[0]
        await stage.press("m", "E")
        assert "nothing was sent" in stage.notice


async def test_a_bridge_that_cannot_be_opened(staged: Staging) -> None:
    def refuse() -> ConferenceClient:
        raise Guarded("the CA file /etc/x.pem cannot be read", hint="Mend ca_file.")

    async with staged(open_bridge=refuse) as stage:
        assert "No connection" in stage.text
        assert "the CA file /etc/x.pem cannot be read" in stage.text
        assert "no connection" in stage.lines[0]
        await stage.press("M", "2", "r", "plus", "p", "p", "slash", "escape")
        assert "nothing was sent" in stage.notice


async def test_unauthorized_stops_after_one_request_and_says_which_credentials(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged(password="wrong") as stage:
        assert "Not authorized" in stage.text
        assert stage.line("does not accept the login").count("127.0.0.1") == 1
        assert "portal" in stage.text
        assert "Press r to try again" in stage.text
        asked = bridge.reads
        assert asked <= 2
        await stage.advance(300)
        assert bridge.reads == asked
        await stage.press("r")
        await stage.advance(1)
        assert asked < bridge.reads <= 2 * asked
        await stage.press("M")
        assert "not authorized" in stage.notice
        assert "secret" not in stage.text


async def test_refused_at_start_retries_and_recovers_by_itself(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100, "Board")
    bridge.fail(status=503)
    async with staged() as stage:
        assert "No data yet" in stage.text
        assert "503" in stage.text
        assert "next try in" in stage.text
        assert "r tries now" in stage.text
        bridge.faults.clear()
        await stage.advance(60)
        assert "Board" in stage.text
        assert "next try" not in stage.text


async def test_stale_data_is_dimmed_says_its_age_and_disarms(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        bridge.fail(status=503)
        await stage.advance(4)
        assert "503" in stage.lines[2]
        assert not stage.table.has_class("-stale")
        await stage.advance(20)
        assert stage.table.has_class("-stale")
        assert "STALE" in stage.lines[0]
        assert "Ada" in stage.text, "the last rows stay"
        assert "showing data" in stage.lines[2]
        await stage.press("m", "d", "M", "E")
        assert stage.dialog == ""
        assert "nothing was sent" in stage.notice
        assert "data is" in stage.footer
        assert bridge.writes == []
        bridge.faults.clear()
        await stage.press("r")
        await stage.advance(1)
        assert not stage.table.has_class("-stale")
        assert "STALE" not in stage.lines[0]
        await stage.press("m")
        await stage.advance(1)
        assert len(bridge.writes) == 1


async def test_stale_rows_are_drawn_otherwise_than_fresh_ones(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)

        def inks() -> set[str]:
            strips = stage.table.render_lines(Region(1, 2, 110, 1))
            return {str(segment.style) for segment in strips[0] if segment.text.strip()}

        fresh = inks()
        bridge.fail(status=503)
        await stage.advance(40)
        assert inks().isdisjoint(fresh)


async def test_p_freezes_the_view_while_collection_goes_on(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("p")
        frozen = stage.row("Ada")
        bridge.call(100, 3, "Cy")
        bridge.world.leave(bridge.of(2))
        before = bridge.reads
        await stage.advance(20)
        assert stage.rows == [1, 2]
        assert stage.row("Ada") == frozen, "running times do not change"
        assert bridge.reads > before + 10
        assert "PAUSED" in stage.lines[0]
        assert "Paused 20s ago; collection goes on" in stage.lines[2]
        await stage.press("m", "d")
        assert "the view is paused" in stage.notice
        assert stage.dialog == ""
        await stage.press("p")
        assert stage.rows == [1, 3]
        assert "PAUSED" not in stage.text
        await stage.advance(3)
        assert bridge.writes == []


async def test_read_only_has_no_verbs_and_says_so(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    async with staged(size=(200, 40), read_only=True) as stage:
        assert "READ-ONLY" in stage.lines[0]
        await stage.go_in(100)
        assert "read-only" in stage.footer
        for label in ("Mute", "Hold", "Drop", "Name", "Undo", "Lock", "Record", "End"):
            assert label not in stage.footer
        await stage.press("m", "h", "d", "n", "[", "]", "u", "M", "H", "L", "R", "E")
        assert stage.dialog == ""
        await stage.advance(3)
        assert bridge.writes == []
        await stage.press("?")
        assert "Hang a caller up" not in stage.text


@pytest.mark.parametrize("verb", ["delete_call", "delete_meeting"])
async def test_read_only_is_kept_by_the_transport_too(
    bridge: Bridge, staged: Staging, verb: str
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged(read_only=True) as stage:
        client = stage.session.bridge
        assert client is not None
        with pytest.raises(Guarded):
            await getattr(client, verb)(100)
        assert bridge.writes == []


async def test_numbers_are_masked_where_asked(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged(size=(160, 50), mask_numbers=True) as stage:
        await stage.go_in(100)
        await stage.press("m")
        await stage.advance(3)
        await stage.press("d")
        assert "0001" in stage.text
        assert "5165550001" not in stage.text
        assert "5318" in stage.text
        assert (
            "15162065318" not in stage.text
        )  # the dialled number is cut too, in table and details


async def test_unreadable_items_are_counted_and_the_rest_lives(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob", "Cy")
    bridge.quirks.unreadable_every = 2
    async with staged() as stage:
        await stage.go_in(100)
        await stage.advance(2)
        assert stage.rows == [1, 3]
        assert "1 unreadable" in stage.lines[2]


async def test_garbage_in_place_of_an_answer_is_never_drawn(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100, "Board")
    async with staged() as stage:
        for body in ("html", "binary", "text", "empty", "latin1", "nested"):
            bridge.faults.clear()
            await stage.press("r")
            await stage.advance(40)
            assert "showing data" not in stage.lines[2], body
            bridge.fail(body=body)
            await stage.advance(5)
            assert "Board" in stage.text, "the last rows stay"
            for word in ("<html", "script", "owned", "\x1b", "[[[["):
                assert word not in stage.text
            assert "showing data" in stage.lines[2], body


async def test_429_is_counted_down(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        bridge.fail(status=429, retry_after="60")
        await stage.advance(4)
        assert "429" in stage.lines[2]
        assert "next try in 5" in stage.lines[2]
        before = bridge.reads
        await stage.advance(40)
        assert bridge.reads == before
