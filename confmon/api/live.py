"""The Conference API's live part, typed: what `confmon.ports.Bridge` asks for, and lists.

    client = open_client("https://api.carrierx.com/conference/v1", login, password)
    scan = await client.scan_calls()
    await client.put_call(scan.records[0].id, {"muteMode": 2})
    await client.aclose()

Calls are reached by id and meetings by meeting number. Every method raises
`confmon.models.errors.BridgeError` and nothing else off the wire.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from confmon.api.decoding.json_body import load
from confmon.api.decoding.live_records import CALLS, MEETINGS, Kind, read_attributes
from confmon.api.decoding.page_cache import PageCache
from confmon.api.http.paths import check_number, quote_segment
from confmon.api.lists.feed import Feed, ServerProfile, pages_of
from confmon.api.lists.paging import CAP, ListReader, PagingProfile
from confmon.api.lists.query import PAGE, parameters
from confmon.models.errors import Garbled, Guarded, hinting
from confmon.models.lists import EVERYTHING, ListQuery
from confmon.models.live_records import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from confmon.api.directory import DirectoryClient
    from confmon.api.http.connection import HttpConnection
    from confmon.models.live_records import Attribute, Call, Meeting, R, Scan

MEETINGS_REMEMBERED: Final = 4
"""The last scan of so many meetings is kept, so that going back to one is cheap."""
_ENDED: Final = {404: "It has already ended."}


class ConferenceClient:
    """One endpoint of the Conference API, v1."""

    def __init__(self, wire: HttpConnection) -> None:
        self._wire = wire
        paging = PagingProfile()
        self._meetings = Feed(wire, MEETINGS, ServerProfile(paging))
        self._calls = Feed(wire, CALLS, ServerProfile(paging))
        self._calls_of: OrderedDict[int, Feed[Call]] = OrderedDict()
        self._profile_of_meeting = ServerProfile(paging)
        self._directory: DirectoryClient | None = None

    @property
    def directory(self) -> DirectoryClient:
        """What is set up at this endpoint: rooms, DIDs, call flows. Loaded on first use."""
        if self._directory is None:
            from confmon.api.directory import DirectoryClient

            self._directory = DirectoryClient(self._wire, self)
        return self._directory

    # -- whole lists

    async def scan_meetings(self) -> Scan[Meeting]:
        """Read every live meeting; `duration` and `attributes` are left out."""
        return await self._meetings.scan()

    async def scan_calls(self, meeting_number: int | None = None) -> Scan[Call]:
        """Read every live call, of one meeting or of all; `duration` is left out."""
        if meeting_number is None:
            return await self._calls.scan()
        feed = self._calls_of.pop(meeting_number, None)
        if feed is None:
            feed = Feed(self._wire, CALLS, self._profile_of_meeting, check_number(meeting_number))
        self._calls_of[meeting_number] = feed
        while len(self._calls_of) > MEETINGS_REMEMBERED:
            self._calls_of.popitem(last=False)
        return await feed.scan()

    async def list_calls(self, listing: ListQuery = EVERYTHING) -> Scan[Call]:
        """Read the calls that match, in the order asked for; without `limit`, all of them."""
        return await self._list(CALLS, listing)

    async def list_meetings(self, listing: ListQuery = EVERYTHING) -> Scan[Meeting]:
        """Read the meetings that match; see `list_calls`."""
        return await self._list(MEETINGS, listing)

    async def _list(self, kind: Kind[R], listing: ListQuery) -> Scan[R]:
        query = _parameters(kind.key, replace(listing, offset=0))
        ask = pages_of(self._wire, kind.plural, query)
        reading = PageCache(kind, whole_items=True).reading()
        reader: ListReader[R] = ListReader(kind, reading, ask, PagingProfile(), self._wire.clock)
        at_most = CAP if listing.limit is None else listing.limit
        await reader.read_by_offset(start=max(0, listing.offset), at_most=at_most)
        return reader.scan(at_most=listing.limit)

    # -- one call

    async def get_call(self, call_id: int) -> Call:
        """Read one call. NotFound: it has left."""
        return await self._get(CALLS, check_number(call_id))

    async def put_call(self, call_id: int, change: Mapping[str, str | int | bool]) -> Answer:
        """Ask for a change of one call. The reply proves nothing; read it back."""
        return await self._write("PUT", f"/calls/{check_number(call_id)}", dict(change))

    async def delete_call(self, call_id: int) -> Answer:
        """Hang one call up. NotFound: it had already left."""
        return await self._write("DELETE", f"/calls/{check_number(call_id)}")

    async def create_call(
        self, body: Mapping[str, object], *, experimental: bool = False
    ) -> Call | None:
        """Experimental: ask for a new call. Telephones may ring, or nothing may happen.

        The reference says that `accessCode`, `callee` and `caller` are required when creating a
        call, and documents no such request: path, method and reply are guesses. So it is only sent
        with ``experimental=True``. None: it was accepted, and the answer is no call.
        """
        if not experimental:
            raise Guarded("creating a call is not documented; nothing was sent")
        missing = [name for name in ("accessCode", "callee", "caller") if not body.get(name)]
        if missing:
            raise Guarded(f"a new call needs {' and '.join(missing)}")
        with hinting(dict.fromkeys((404, 405, 501), "This endpoint does not create calls.")):
            reply = await self._wire.send("POST", "/calls", body=dict(body), first=True)
        try:
            return CALLS.read(load(reply.body))
        except (Garbled, ValueError):
            return None

    # -- one meeting

    async def get_meeting(
        self, meeting_number: int, *, include: Iterable[str] = (), exclude: Iterable[str] = ()
    ) -> Meeting:
        """Read one meeting. NotFound: it has ended."""
        query = parameters(**_fields(MEETINGS.key, include, exclude))
        with hinting(_ENDED):
            return await self._get(MEETINGS, check_number(meeting_number), query)

    async def put_meeting(self, meeting_number: int, change: Mapping[str, object]) -> Answer:
        """Ask for a change of one meeting. Often answered 200 and ignored; read it back."""
        path = f"/meetings/{check_number(meeting_number)}"
        with hinting(_ENDED):
            return await self._write("PUT", path, dict(change))

    async def delete_meeting(self, meeting_number: int) -> Answer:
        """Hang up every call of a meeting and end it.

        The reference's table prints ``DELETE /calls/{meetingNumber}`` here. That path would hang
        up whichever call has this number as its id, and is never sent.
        """
        path = f"/meetings/{check_number(meeting_number)}"
        with hinting(_ENDED):
            return await self._write("DELETE", path)

    async def get_attributes(
        self, meeting_number: int, listing: ListQuery = EVERYTHING
    ) -> tuple[Attribute, ...]:
        """Read the run-time attributes of a meeting, one page of them."""
        path = f"/meetings/{check_number(meeting_number)}/attributes"
        with hinting(_ENDED):
            reply = await self._wire.send("GET", path, query=_parameters("name", listing))
        return read_attributes(reply.body)

    async def put_attribute(self, meeting_number: int, name: str, value: str) -> None:
        """Set one run-time attribute. Documented in the vendor's later edition only."""
        path = f"/meetings/{check_number(meeting_number)}/attributes/{quote_segment(name)}"
        with hinting(_ENDED):
            await self._wire.send("PUT", path, body={"value": value}, first=True)

    async def _write(self, method: str, path: str, body: object = None) -> Answer:
        reply = await self._wire.send(method, path, body=body, first=True)
        return Answer(reply.status, reply.latency_s)

    async def _get(self, kind: Kind[R], key: int, query: Mapping[str, str] | None = None) -> R:
        reply = await self._wire.send("GET", f"/{kind.plural}/{key}", query=query, first=True)
        raw: Any = load(reply.body)
        try:
            record = kind.read(raw)
        except ValueError as error:
            raise Garbled(f"/{kind.plural}/{key}: {error}") from error
        if kind.key_of(record) != key:
            raise Garbled(f"/{kind.plural}/{key} answers with another {kind.key}")
        return record

    # -- the connection

    def requests_per_minute(self) -> int:
        """Return how many requests left in the last minute."""
        return self._wire.requests_per_minute()

    def count_answers(self) -> dict[tuple[str, str], int]:
        """Return how many requests there were, by method and status; ``none``: no answer."""
        return dict(self._wire.answers)

    @property
    def read_only(self) -> bool:
        """Whether anything but reading is refused."""
        return self._wire.read_only

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()


def _parameters(key: str, listing: ListQuery) -> dict[str, str]:
    """Return the query of a list, of one page unless it says how many."""
    return parameters(
        filter=listing.filter,
        order=listing.order,
        limit=PAGE if listing.limit is None else listing.limit,
        offset=listing.offset,
        **_fields(key, listing.include, listing.exclude),
    )


def _fields(key: str, include: Iterable[str], exclude: Iterable[str]) -> dict[str, Any]:
    """Return the fields that are asked for, by wire name. The key always comes along."""
    wanted = [key, *(name for name in include if name != key)]
    return {
        "include": wanted if include else [],
        "exclude": [name for name in exclude if name != key],
    }
