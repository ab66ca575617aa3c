"""Whole lists, read from servers of every habit, while they move."""

import asyncio
import random

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.api.connect import open_client
from confmon.api.lists.paging import CAP
from confmon.api.live import ConferenceClient
from confmon.models.errors import NotFound, Rejected
from tests.api.conftest import BASE, Bridge, call, meeting


def opened(bridge: Bridge) -> ConferenceClient:
    return open_client(BASE, "l", "p", transport=httpx.MockTransport(bridge), requests_per_s=1e6)


def ids(scan: object) -> list[int]:
    return [record.id for record in scan.records]  # type: ignore[attr-defined]


async def test_one_page_is_one_request(bridge: Bridge, client: ConferenceClient) -> None:
    bridge.calls = [call(number) for number in (3, 1, 2)]
    scan = await client.scan_calls()
    assert ids(scan) == [1, 2, 3]
    assert (scan.clean, scan.total, scan.requests, scan.notes) == (True, 3, 1, ())
    assert scan.records[0].duration is None
    assert dict(bridge.requests[0].url.params) == {
        "order": "id",
        "limit": "1000",
        "excludeFields": "duration",
    }


async def test_nobody_there_is_a_clean_scan(bridge: Bridge, client: ConferenceClient) -> None:
    scan = await client.scan_calls()
    assert (scan.records, scan.clean, scan.requests) == ((), True, 1)


async def test_many_pages_go_by_key(bridge: Bridge, client: ConferenceClient) -> None:
    bridge.calls = [call(number) for number in range(1, 3501)]
    scan = await client.scan_calls()
    assert ids(scan) == list(range(1, 3501))
    assert (scan.clean, scan.total, scan.requests) == (True, 3500, 4)
    assert bridge.asked("filter") == [None, "id gt 1000", "id gt 2000", "id gt 3000"]
    assert bridge.asked("offset") == [None] * 4


async def test_meetings_go_by_number(bridge: Bridge, client: ConferenceClient) -> None:
    bridge.meetings = [meeting(number, id=7) for number in range(1, 1203)]
    scan = await client.scan_meetings()
    assert [record.meeting_number for record in scan.records] == list(range(1, 1203))
    assert bridge.asked("filter") == [None, "meetingNumber gt 1000"]
    assert bridge.asked("excludeFields")[0] == "duration,attributes"


@settings(max_examples=8)
@given(st.integers(0, 2**32), st.integers(0, 150))
def test_no_live_call_is_missed_by_key_whatever_moves(seed: int, churn: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    bridge = Bridge(calls=[call(number) for number in range(1000)], page_cap=125)
    stayed = set(range(1000))

    def move(server: Bridge) -> None:
        for _ in range(churn // 8):
            gone = server.calls.pop(dice.randrange(len(server.calls)))["id"]
            stayed.discard(gone)
        fresh = max(row["id"] for row in server.calls) + 1
        server.calls += [call(fresh + number) for number in range(churn // 8)]

    bridge.between = move
    scan = asyncio.run(opened(bridge).scan_calls())
    assert stayed <= set(ids(scan))
    assert len(set(ids(scan))) == len(scan.records)
    assert sum(offset is not None for offset in bridge.asked("offset")) <= 1  # the one that checks


# -- pages that ascend by chance


def grouped(first: range, then: range) -> list[dict[str, object]]:
    """Two meetings, one after the other as a server lists them that does not order by id."""
    return [
        *(call(number, meetingNumber=2) for number in first),
        *(call(number, meetingNumber=1) for number in then),
    ]


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize(
    ("first", "then"),
    [
        (range(41, 1041), range(1, 41)),
        (range(301, 1301), range(1, 301)),
        (
            range(1, 2001, 2),
            range(2, 82, 2),
        ),  # what the second page misses is between the others
    ],
)
async def test_nobody_is_missed_where_grouped_calls_ascend_by_chance(
    first: range, then: range, counts: bool, bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.heeds -= {"order"}
    bridge.calls = grouped(first, range(then.start, then.stop, then.step))
    if not counts:
        bridge.total = lambda count: None
    for _ in range(3):
        scan = await client.scan_calls()
        assert sorted(ids(scan)) == sorted({*first, *then})
        assert "by offset" in scan.notes[0]
        assert scan.clean


async def test_an_unreadable_item_on_a_page_that_is_read_again_counts_once(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.calls = [call(number) for number in range(1, 1001)]
    bridge.calls[995] = {"id": 996.5}
    scan = await client.scan_calls()
    assert len(ids(scan)) == 999
    assert len(scan.unreadable) == 1
    assert "offset" in str(bridge.requests[-1].url), "the last page was looked at again"


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=8),
    st.integers(0, 2**32),
    st.sampled_from([4, 10, 25]),
    st.booleans(),
    st.booleans(),
)
def test_no_order_of_a_still_list_hides_anybody(
    runs: list[int], seed: int, page: int, counts: bool, heeds_filter: bool
) -> None:
    """Runs of ascending ids in any order: what a list looks like that is grouped."""
    starts = [sum(runs[:at]) for at in range(len(runs))]
    pieces = [range(start, start + size) for start, size in zip(starts, runs, strict=True)]
    random.Random(seed).shuffle(pieces)  # noqa: S311
    bridge = Bridge(calls=[call(key) for piece in pieces for key in piece], page_cap=page)
    bridge.heeds -= {"order"} if heeds_filter else {"order", "filter"}
    if not counts:
        bridge.total = lambda count: None
    client = opened(bridge)
    for _ in range(3):
        scan = asyncio.run(client.scan_calls())
        assert sorted(ids(scan)) == list(range(sum(runs)))


@pytest.mark.parametrize("limit", [10, 25, 50, 100, 500])
async def test_a_total_that_counts_the_page_hides_nobody(
    limit: int, bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.page_cap = limit
    bridge.total = lambda count: min(count, limit)
    bridge.calls = [call(number) for number in range(3 * limit + 2)]
    assert ids(await client.scan_calls()) == list(range(3 * limit + 2))


async def test_a_list_that_cannot_be_checked_says_so(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.heeds -= {"offset"}
    bridge.total = lambda count: None
    bridge.calls = [call(number) for number in range(1100)]
    scan = await client.scan_calls()
    assert len(scan.records) == 1100
    assert scan.notes == ("this server ignores offset: nothing shows whether these are all calls",)
    bridge.refuses = {"offset"}
    assert (await client.scan_calls()).notes == scan.notes


async def test_pages_that_repeat_some_and_leave_out_others_say_so(
    bridge: Bridge, client: ConferenceClient
) -> None:
    dice = random.Random(3)  # noqa: S311
    bridge.heeds -= {"order"}
    bridge.calls = [call(number) for number in range(1500)]
    bridge.between = lambda server: dice.shuffle(server.calls)
    dice.shuffle(bridge.calls)
    scan = await client.scan_calls()
    assert not scan.clean
    assert len(scan.records) < 1500
    assert "the server counts 1,500 calls and sends fewer" in scan.notes


async def test_a_total_that_was_reached_needs_no_check(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.calls = [call(number) for number in range(2500)]
    await client.scan_calls()
    assert not any(bridge.asked("offset"))
    bridge.between = lambda server: server.calls.__delitem__(-1)
    scan = await client.scan_calls()
    assert scan.clean
    assert bridge.asked("offset")[-1] == "1998"  # 2498 were read, of the 2500 counted at first


@pytest.mark.parametrize("missing", [{"filter"}, {"order"}, {"filter", "order"}])
async def test_offsets_where_key_is_not_honoured(
    missing: set[str], bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.heeds -= missing
    bridge.calls = [call(number) for number in range(3000)]
    random.Random(5).shuffle(bridge.calls)  # noqa: S311
    first = await client.scan_calls()
    assert sorted(ids(first)) == list(range(3000))
    assert first.clean
    assert "by offset" in first.notes[0]
    bridge.requests.clear()
    again = await client.scan_calls()
    assert again.records == first.records
    assert bridge.asked("offset") == [None, "980", "1960", "2940"]  # remembered, and overlapping
    assert bridge.asked("filter") == [None] * 4


async def test_keys_are_tried_again_after_a_while(bridge: Bridge, client: ConferenceClient) -> None:
    bridge.calls = [call(number) for number in range(1500)]
    bridge.heeds -= {"order"}
    bridge.calls[3], bridge.calls[1400] = bridge.calls[1400], bridge.calls[3]
    scans = [await client.scan_calls() for _ in range(60)]
    assert {scan.requests for scan in scans} == {2, 3}
    assert [at for at, scan in enumerate(scans) if scan.requests == 3] == [0, 30]  # then after 60
    bridge.heeds |= {"order"}
    later = [await client.scan_calls() for _ in range(60)]
    assert ["by offset" in str(scan.notes) for scan in later] == [True] * 30 + [False] * 30


async def test_a_moving_list_read_by_offset_is_torn(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.heeds -= {"filter"}
    bridge.calls = [call(number) for number in range(3000)]
    assert (await client.scan_calls()).clean
    bridge.between = lambda server: server.calls.__delitem__(0)
    assert not (await client.scan_calls()).clean
    bridge.between = lambda server: None
    assert (await client.scan_calls()).clean


async def test_a_swap_under_the_overlap_is_torn_though_the_total_is_the_same(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.heeds -= {"filter"}
    bridge.calls = [call(number) for number in range(2000)]

    def swap(server: Bridge) -> None:
        server.calls.pop(0)
        server.calls.append(call(server.calls[-1]["id"] + 1))

    await client.scan_calls()
    bridge.between = swap
    assert not (await client.scan_calls()).clean


@pytest.mark.parametrize("envelope", ["core", "conference", "absent"])
@pytest.mark.parametrize("count", [0, 3, 10, 37, 1000, 1001])
async def test_a_total_nobody_knows(
    envelope: str, count: int, bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.total, bridge.envelope = lambda count: None, envelope
    bridge.calls = [call(number) for number in range(count)]
    for _ in range(2):
        scan = await client.scan_calls()
        assert ids(scan) == list(range(count))
        assert scan.clean
    assert {request.url.host for request in bridge.requests} == {"127.0.0.1"}


@pytest.mark.parametrize("total", [0, 1, "many", -4, True, 2.5])
async def test_a_total_that_cannot_be_is_not_believed(
    total: object, bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.total = lambda count: total
    bridge.calls = [call(number) for number in range(1500)]
    assert len((await client.scan_calls()).records) == 1500


async def test_a_total_that_is_too_high_ends_and_is_flagged(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.total = lambda count: count + 5000
    bridge.calls = [call(number) for number in range(40)]
    for _ in range(4):
        scan = await client.scan_calls()
        assert len(scan.records) == 40
        assert not scan.clean
        assert any("the server counts" in note for note in scan.notes)
        assert scan.requests <= 3


@pytest.mark.parametrize("total", [True, False])
async def test_limit_ignored(total: bool, bridge: Bridge, client: ConferenceClient) -> None:
    bridge.page_cap = 10
    bridge.heeds -= {"limit"}
    if not total:
        bridge.total = lambda count: None
    bridge.calls = [call(number) for number in range(95)]
    scan = await client.scan_calls()
    assert (ids(scan), scan.clean) == (list(range(95)), True)


async def test_limit_filter_and_order_ignored(bridge: Bridge, client: ConferenceClient) -> None:
    bridge.page_cap = 10
    bridge.heeds -= {"limit", "filter", "order"}
    bridge.calls = [call(number) for number in range(95)]
    scan = await client.scan_calls()
    assert (ids(scan), scan.clean) == (list(range(95)), True)


async def test_paging_ignored_altogether_ends_and_is_flagged(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.page_cap = 10
    bridge.heeds.clear()
    bridge.calls = [call(number) for number in range(95)]
    scan = await client.scan_calls()
    assert len(scan.records) == 10
    assert not scan.clean
    assert any("repeats its pages" in note for note in scan.notes)
    assert len(bridge.requests) < 6


async def test_everything_on_one_page_is_whole_when_the_total_says_so(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.page_cap = 10_000
    bridge.heeds.clear()
    bridge.calls = [call(number) for number in range(1500)]
    scan = await client.scan_calls()
    assert (len(scan.records), scan.clean, scan.requests) == (1500, True, 1)


async def test_endless_pages_end() -> None:
    count = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal count
        count += 50
        rows = [{"id": number} for number in range(count, count + 50)]
        return httpx.Response(200, json={"calls": rows, "total": None, "has_more": True})

    client = open_client(BASE, "l", "p", transport=httpx.MockTransport(answer), requests_per_s=1e6)
    scan = await client.scan_calls()
    assert not scan.clean
    assert "stopped after 400 pages" in scan.notes[-1]


async def test_a_hundred_thousand_calls_are_the_most() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        last = int(request.url.params.get("filter", "id gt 0").rpartition(" ")[2])
        rows = [{"id": last + number} for number in range(1, 1001)]
        return httpx.Response(200, json={"calls": rows, "total": 250_000 - last})

    client = open_client(BASE, "l", "p", transport=httpx.MockTransport(answer), requests_per_s=1e6)
    scan = await client.scan_calls()
    assert len(scan.records) == CAP
    assert not scan.clean
    assert scan.notes == ("only the first 100,000 of 250,000 calls are read",)
    assert scan.requests == 100
    assert scan.whole_to == CAP
    assert scan.misses(CAP)
    assert not scan.misses(CAP + 1)


async def test_what_is_left_out_at_the_end_of_the_last_page_is_not_missed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        last = int(request.url.params.get("filter", "id gt 0").rpartition(" ")[2])
        rows = [{"id": last + number} for number in range(1, 1002)]
        return httpx.Response(200, json={"calls": rows, "total": 250_000})

    client = open_client(BASE, "l", "p", transport=httpx.MockTransport(answer), requests_per_s=1e6)
    scan = await client.scan_calls()
    assert len(scan.records) == CAP
    assert scan.whole_to == scan.records[-1].id


async def test_many_short_pages_by_key_are_whole_as_far_as_they_go() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        last = int(request.url.params.get("filter", "id gt 0").rpartition(" ")[2])
        rows = [{"id": last + number} for number in range(1, 11)]
        return httpx.Response(200, json={"calls": rows, "total": None, "has_more": True})

    client = open_client(BASE, "l", "p", transport=httpx.MockTransport(answer), requests_per_s=1e6)
    scan = await client.scan_calls()
    assert not scan.clean
    assert (len(scan.records), scan.whole_to) == (4000, 4000)


async def test_duplicates_within_and_across_pages_are_one_row(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.calls = [call(1), call(1, muteMode=2), *(call(number) for number in range(2, 1200))]
    scan = await client.scan_calls()
    assert ids(scan) == list(range(1, 1200))
    assert scan.records[0].mute_mode == 2
    assert scan.clean


@pytest.mark.parametrize("refused", [{"excludeFields"}, {"excludeFields", "order"}, {"filter"}])
async def test_parameters_that_are_refused_are_left_out_from_then_on(
    refused: set[str], bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.refuses = refused
    bridge.calls = [call(number) for number in range(1100)]
    assert len((await client.scan_calls()).records) == 1100
    bridge.requests.clear()
    scan = await client.scan_calls()
    assert len(scan.records) == 1100
    assert scan.records[0].duration is None  # asked for or not, it is left out
    for name in refused:
        assert not any(bridge.asked(name))


async def test_a_list_that_is_refused_in_every_manner_says_why(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.refuses = {"limit"}
    with pytest.raises(Rejected, match="Invalid field specific"):
        await client.scan_calls()
    bridge.refuses = set()
    await client.scan_calls()
    assert bridge.asked("excludeFields")[-1] == "duration"  # nothing was concluded from that


async def test_a_list_that_is_not_there_points_at_the_base_url() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(404))
    with pytest.raises(NotFound) as caught:
        await open_client(BASE, "l", "p", transport=transport).scan_calls()
    assert "base_url" in caught.value.hint


# -- the calls of one meeting


async def test_one_meeting_is_asked_for_by_number(bridge: Bridge, client: ConferenceClient) -> None:
    bridge.calls = [call(number, meetingNumber=number % 3) for number in range(33)]
    scan = await client.scan_calls(1)
    assert ids(scan) == list(range(1, 33, 3))
    assert (scan.clean, scan.requests, scan.notes) == (True, 1, ())
    assert bridge.asked("filter") == ["meetingNumber eq 1"]


@pytest.mark.parametrize("joins", [True, False])
async def test_a_large_meeting(joins: bool, bridge: Bridge, client: ConferenceClient) -> None:
    bridge.calls = [call(number, meetingNumber=number % 2) for number in range(5000)]
    if not joins:
        bridge._holds = (  # type: ignore[method-assign]
            lambda condition, row: " and " not in condition and row["meetingNumber"] == 1
        )
    scan = await client.scan_calls(1)
    assert ids(scan) == list(range(1, 5000, 2))
    assert scan.clean


async def test_a_server_that_ignores_the_filter_is_picked_from_here(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.heeds -= {"filter"}
    bridge.calls = [call(number, meetingNumber=number % 3) for number in range(33)]
    for _ in range(2):
        scan = await client.scan_calls(1)
        assert ids(scan) == list(range(1, 33, 3))
        assert "ignores filter" in scan.notes[-1]
        assert scan.total is None
    assert bridge.asked("filter")[-1] is None
    assert ids(await client.scan_calls(2)) == list(range(2, 33, 3))


async def test_a_server_that_wants_the_number_as_text(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.number_as_text = True
    bridge.calls = [call(number, meetingNumber=number % 3) for number in range(33)]
    assert ids(await client.scan_calls(1)) == list(range(1, 33, 3))
    bridge.requests.clear()
    assert ids(await client.scan_calls(2)) == list(range(2, 33, 3))
    assert bridge.asked("filter") == ['meetingNumber eq "2"']


async def test_an_empty_meeting_is_asked_for_twice_only_while_in_doubt(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.calls = [call(1, meetingNumber=5)]
    assert (await client.scan_calls(6)).requests == 2
    assert (await client.scan_calls(5)).requests == 1
    assert (await client.scan_calls(6)).requests == 1


async def test_a_filter_that_is_refused_is_done_without(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.refuses = {"filter"}
    bridge.calls = [call(number, meetingNumber=number % 3) for number in range(33)]
    assert ids(await client.scan_calls(1)) == list(range(1, 33, 3))


# -- what stays the same object


async def test_an_unchanged_record_is_the_same_object(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.calls = [call(number, meetingNumber=number % 7) for number in range(2500)]
    first = await client.scan_calls()
    bridge.calls[7]["muteMode"] = 2
    bridge.calls[9]["duration"] = 9999
    del bridge.calls[1200]
    second = await client.scan_calls()
    before = {record.id: record for record in first.records}
    changed = [one.id for one in second.records if one is not before[one.id]]
    assert changed == [7]
    assert second.records[7].mute_mode == 2
    for number in range(9):
        await client.scan_calls(number)
    again = await client.scan_calls()
    assert all(one is two for one, two in zip(second.records, again.records, strict=True))


async def test_field_selection_ignored_changes_nothing(
    bridge: Bridge, client: ConferenceClient
) -> None:
    bridge.heeds -= {"excludeFields"}
    bridge.calls = [call(number) for number in range(20)]
    bridge.meetings = [meeting(1)]
    calls, meetings = await client.scan_calls(), await client.scan_meetings()
    for row in bridge.calls + bridge.meetings:
        row["duration"] += 1
    assert all(
        first is second
        for first, second in zip(calls.records, (await client.scan_calls()).records, strict=True)
    )
    assert (await client.scan_meetings()).records[0] is meetings.records[0]


async def test_a_failed_scan_leaves_no_trace(bridge: Bridge, client: ConferenceClient) -> None:
    bridge.calls = [call(number) for number in range(5)]
    first = await client.scan_calls()
    bridge.calls[0]["id"] = "\x00"
    calls, bridge.calls = bridge.calls, []
    bridge.refuses = {"limit"}
    with pytest.raises(Rejected):
        await client.scan_calls()
    bridge.refuses, bridge.calls = set(), calls[1:]
    assert (await client.scan_calls()).records[0] is first.records[1]
