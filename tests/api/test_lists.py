"""Lists that are read once: whole when they can be, and honest when they cannot."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.api.connect import open_client
from confmon.api.directory import DirectoryClient
from confmon.api.lists.paging import MAX_PAGES
from confmon.api.resource import HEAVY_PAGE
from confmon.models.errors import BridgeError, Garbled, Rejected
from confmon.models.lists import ListQuery
from confmon.models.resources.directory import DIDS, ROOMS
from tests.api.conftest import BASE
from tests.api.directory_server import items, listed
from tests.api.test_records import ANY_JSON, KNOWN


def directory(answer: Callable[[httpx.Request], httpx.Response]) -> DirectoryClient:
    return open_client(
        BASE, "l", "secret", transport=httpx.MockTransport(answer), requests_per_s=1e6
    ).directory


class Dids:
    """A list of DIDs with the habits a server may have."""

    def __init__(self, count: int) -> None:
        self.rows: list[Any] = [{"id": number} for number in range(1, count + 1)]
        self.cap = 1000
        self.total: Callable[[int], object] = lambda count: count
        self.heeds_offset = True
        self.heeds_limit = True
        self.core = False
        self.more: bool | None = None
        self.between: Callable[[Dids], None] = lambda dids: None
        self.asked: list[httpx.QueryParams] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        self.asked.append(query)
        start = int(query.get("offset", 0)) if self.heeds_offset else 0
        limit = min(int(query.get("limit", 10)), self.cap) if self.heeds_limit else self.cap
        rows = self.rows[start : start + limit]
        total = self.total(len(self.rows))
        if self.core:
            more = start + limit < len(self.rows)
            body = items(rows, total=total, offset=start, has_more=more)
            body["pagination"] = {"next": "https://evil.example/dids"}
        else:
            body = listed("dids", rows, total=total, offset=start)
        self.between(self)
        return httpx.Response(200, json=body)


def ids(records: tuple[Any, ...]) -> list[int]:
    return [record.id for record in records]


@settings(max_examples=80)
@given(
    st.integers(0, 60),
    st.integers(1, 25),
    st.sampled_from(["counts", "counts nothing", "core", "core counts nothing"]),
    st.none() | st.integers(1, 70),
    st.integers(0, 70),
)
async def test_any_server_that_pages_is_read_to_its_end(
    count: int, cap: int, habit: str, limit: int | None, offset: int
) -> None:
    dids = Dids(count)
    dids.cap, dids.core = cap, habit.startswith("core")
    if habit.endswith("nothing"):
        dids.total = lambda count: None
    found = await directory(dids).list(DIDS, ListQuery(limit=limit, offset=offset))
    end = count if limit is None else offset + limit
    assert ids(found.records) == list(range(1, count + 1))[offset:end]
    assert found.whole
    assert (found.notes, found.unreadable) == ((), ())
    assert len(dids.asked) <= count // cap + 2


async def test_long_lists_take_few_requests() -> None:
    dids = Dids(2500)
    found = await directory(dids).list(DIDS)
    assert ids(found.records) == list(range(1, 2501))
    assert [query.get("offset") for query in dids.asked] == [None, "1000", "2000"]
    assert found.total == 2500


async def test_no_more_is_asked_for_than_is_wanted() -> None:
    dids = Dids(2500)
    assert len((await directory(dids).list(DIDS, ListQuery(limit=1200, offset=7))).records) == 1200
    assert [(query["limit"], query["offset"]) for query in dids.asked] == [
        ("1000", "7"),
        ("200", "1007"),
    ]
    dids.heeds_limit = False
    found = await directory(dids).list(DIDS, ListQuery(limit=3))
    assert (ids(found.records), found.whole) == ([1, 2, 3], True)


async def test_filter_order_and_fields_go_along() -> None:
    dids = Dids(1)
    await directory(dids).list(
        DIDS, ListQuery(filter='name like "A%"', order="id desc", include=("phoneNumber", "id"))
    )
    await directory(dids).list(DIDS, ListQuery(exclude=("id", "attributes")))
    assert [dict(query) for query in dids.asked] == [
        {
            "filter": 'name like "A%"',
            "order": "id desc",
            "limit": "1000",
            "includeFields": "id,phoneNumber",
        },
        {"limit": "1000", "excludeFields": "attributes"},
    ]


async def test_what_is_no_field_is_refused_before_anything_is_sent() -> None:
    dids = Dids(1)
    with pytest.raises(ValueError, match="field"):
        await directory(dids).list(DIDS, ListQuery(include=("a b&limit=1",)))
    assert dids.asked == []


async def test_a_server_that_ignores_the_offset_is_found_out() -> None:
    dids = Dids(30)
    dids.heeds_offset, dids.cap = False, 10
    found = await directory(dids).list(DIDS)
    assert (ids(found.records), found.whole) == (list(range(1, 11)), False)
    assert found.notes == ("the server repeats its pages of dids",)
    assert len(dids.asked) == 2
    shifted = await directory(dids).list(DIDS, ListQuery(offset=5, limit=3))
    assert not shifted.whole
    assert "ignored the offset" in shifted.notes[0]


async def test_a_list_that_never_ends_is_left() -> None:
    def endless(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("offset", 0))
        return httpx.Response(200, json=items([{"id": start + 1}], has_more=True, total=None))

    found = await directory(endless).list(DIDS)
    assert (len(found.records), found.whole) == (MAX_PAGES, False)
    assert found.notes == (f"stopped after {MAX_PAGES} pages of dids",)


async def test_a_list_that_moves_says_so() -> None:
    def one_leaves(dids: Dids) -> None:
        del dids.rows[0]

    def one_comes(dids: Dids) -> None:
        dids.rows.insert(0, {"id": 1000 + len(dids.rows)})

    for between in (one_leaves, one_comes):
        dids = Dids(25)
        dids.cap, dids.between = 10, between
        found = await directory(dids).list(DIDS)
        assert not found.whole
        assert found.notes[0] == "the list of dids moved while it was read"
        assert len(set(ids(found.records))) == len(found.records)


async def test_fewer_than_the_server_counts_is_noted() -> None:
    dids = Dids(30)
    dids.total = lambda count: 99
    found = await directory(dids).list(DIDS)
    assert (len(found.records), found.whole, found.total) == (30, False, 99)
    assert found.notes == ("the server counts 99 dids and sends fewer",)


async def test_bad_items_are_reported_and_the_others_read() -> None:
    dids = Dids(3)
    dids.rows[1:1] = [{"id": None}, 5, {"id": 9, "attributes": [{}]}]
    found = await directory(dids).list(DIDS)
    assert ids(found.records) == [1, 9, 2, 3]
    assert found.unreadable == (
        "dids item 1: has no id",
        "dids item 2: not an object",
        "dids item 3: attributes item 0: has no name",
    )
    assert found.whole


async def test_a_page_of_nothing_but_bad_items_does_not_end_the_list() -> None:
    dids = Dids(6)
    dids.cap = 2
    dids.rows[2:4] = [None, None]
    found = await directory(dids).list(DIDS)
    assert ids(found.records) == [1, 2, 5, 6]
    assert len(found.unreadable) == 2


async def test_rooms_with_attributes_come_in_smaller_pages() -> None:
    asked: list[httpx.QueryParams] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params)
        return httpx.Response(200, json=listed("meetingRooms", []))

    rooms = partial(directory(answer).list, ROOMS)
    await rooms()
    await rooms(ListQuery(include=("attributes",)))
    await rooms(ListQuery(include=("description",)))
    await rooms(ListQuery(exclude=("attributes",)))
    heavy = str(HEAVY_PAGE)
    assert [query["limit"] for query in asked] == [heavy, heavy, "1000", "1000"]


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"dids": 5}', b'"x"', b'{"dids": ['])
async def test_what_is_no_list_is_garbled(body: bytes) -> None:
    with pytest.raises(Garbled):
        await directory(lambda request: httpx.Response(200, content=body)).list(DIDS)


async def test_a_refused_list_says_what_to_look_at() -> None:
    refusing = directory(lambda request: httpx.Response(400, json={"message": "Bad request"}))
    with pytest.raises(Rejected) as caught:
        await refusing.list(ROOMS, ListQuery(order="x"))
    assert "the order" in caught.value.hint


@settings(max_examples=60)
@given(KNOWN, ANY_JSON, ANY_JSON, st.booleans())
async def test_any_json_is_a_list_or_a_bridge_error(
    rows: object, total: object, more: object, core: bool
) -> None:
    plural = "items" if core else "meetingRooms"
    body = json.dumps({plural: rows, "total": total, "has_more": more}).encode()
    try:
        found = await directory(lambda request: httpx.Response(200, content=body)).list(
            ROOMS, ListQuery(limit=50)
        )
    except BridgeError:
        return
    assert len(found.records) <= 50
