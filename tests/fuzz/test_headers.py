"""Date and Retry-After as broken, distant and hostile servers send them."""

from __future__ import annotations

import asyncio
import math
from email.utils import format_datetime, formatdate
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from confmon.api.connect import open_client
from confmon.api.decoding.live_records import CALLS, MEETINGS
from confmon.api.http.error_mapping import http_date, retry_after
from confmon.models.errors import BridgeError
from confmon.models.live_records import Scan
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.actions.verbs import build
from tests.fuzz.bodies import NOW_S, real
from tests.fuzz.drawing import desk, draw, take
from tests.fuzz.test_bodies import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.models.live_records import Call

GOOD = formatdate(NOW_S, usegmt=True)
FAR = (
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "Mon, 01 Jan 0001 00:00:00 GMT",
    "Mon, 01 Jan 0100 00:00:00 +2359",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Tue, 14 Nov 2033 22:13:20 GMT",
)
PIECES = st.one_of(
    st.sampled_from(
        ("Fri,", "Mon,", "01", "31", "99", "Jan", "Dec", "Foo", "0000", "9999", "2023")
    ),
    st.sampled_from(("00:00:00", "25:61:61", "23:59:60", "GMT", "+2400", "-9999", "+99999999999")),
    st.integers(-(10**20), 10**20).map(str),
    st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=8),
)
DATES = st.one_of(
    st.sampled_from((GOOD, *FAR)),
    st.lists(PIECES, max_size=8).map(" ".join),
    st.datetimes().map(format_datetime),
)
WAITS = st.one_of(DATES, st.integers(-(10**40), 10**40).map(str), st.floats().map(str))


@given(DATES)
def test_a_date_is_a_moment_or_none(text: str) -> None:
    found = http_date(text)
    assert found is None or math.isfinite(found)


@given(WAITS, DATES)
@example("9" * 5000, GOOD)
@example("٣", "")
def test_a_wait_is_between_a_second_and_five_minutes(text: str, date: str) -> None:
    pairs = [(b"Retry-After", text.encode()), (b"Date", date.encode())]
    wait_s = retry_after(httpx.Headers(pairs), NOW_S)
    assert (wait_s is None) == (not httpx.Headers(pairs)["retry-after"].strip())
    assert wait_s is None or 1 <= wait_s <= 300


@settings(max_examples=150, deadline=None)
@given(
    status=st.one_of(st.integers(100, 999), st.sampled_from((200, 204, 301, 401, 429, 503))),
    headers=st.fixed_dictionaries(
        {},
        optional={
            "Date": DATES,
            "Retry-After": WAITS,
            "Location": st.text(max_size=30),
            "Content-Type": st.sampled_from(("text/html", "text/plain", "application/json", ";")),
        },
    ),
    body=st.one_of(
        st.binary(max_size=80), st.just(real("calls")), st.just(b'{"error": "\\u001b"}')
    ),
)
def test_any_answer_is_a_scan_or_an_error_of_ours(
    status: int, headers: dict[str, str], body: bytes
) -> None:
    asked = 0

    def answer(_request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        pairs = [(name.encode(), value.encode("utf-8")) for name, value in headers.items()]
        return httpx.Response(status, headers=pairs, content=body)

    async def read() -> Scan[Call] | BridgeError:
        client = open_client(
            "http://127.0.0.1/x", "op", "secret", transport=httpx.MockTransport(answer)
        )
        try:
            return await client.scan_calls()
        except BridgeError as error:
            return error
        finally:
            await client.aclose()

    found = asyncio.run(read())
    assert asked <= 5
    if isinstance(found, BridgeError):
        assert str(found).isprintable()
        assert found.hint.isprintable()


@pytest.mark.parametrize("dates", [FAR, tuple(reversed(FAR))], ids=["on", "back"])
def test_a_server_in_another_age_is_drawn_all_the_same(dates: Sequence[str]) -> None:
    session = desk()
    calls, meetings = decode(CALLS, real("calls")), decode(MEETINGS, real("meetings"))
    for text in dates:
        date_s = http_date(text)
        scan = Scan(records=calls.records, server_time_s=date_s)
        take(session, calls=scan, meetings=meetings)
        call = next(iter(session.live_state.calls.values()))
        action = build("mute", call, "somebody")
        session.pending_actions.add(action)
        session.clock.time_s += 100  # type: ignore[attr-defined]
        draw(session)
        session.pending_actions.settle(action, Result(outcome=Outcome.REFUSED))
        for view_meeting in session.live_state.meetings:
            look = session.look()
            for column in session.go("meeting", view_meeting).columns:
                for one in session.live_state.by_meeting.get(view_meeting, {}).values():
                    assert not column.cell(one, look)[0].startswith("-")
