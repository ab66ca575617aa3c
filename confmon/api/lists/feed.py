"""One list that is read repeatedly: how this server wants to be asked, and its last answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Generic, Literal

from confmon.api.decoding.page_cache import PageCache
from confmon.api.lists.paging import KeysetUnsupported, ListReader, PagingProfile
from confmon.api.lists.query import PAGE, Filter, by, parameters, where
from confmon.models.errors import NotFound, Rejected
from confmon.models.live_records import Call, Meeting, R, Scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from confmon.api.decoding.live_records import Kind
    from confmon.api.http.connection import HttpConnection, Reply
    from confmon.api.lists.paging import Ask

MeetingFilter = Literal["number", "text", "here"]
"""How one meeting's calls are picked: ``eq 5``, ``eq "5"`` (the tables say string), or by us."""

_BAD_REQUEST: Final = frozenset({400, 422})
_BY_OFFSET = "read by offset: this server ignores filter and order"
_PICKED_HERE = "this server ignores filter=meetingNumber: all calls are read, and picked here"
_TRUST_AGAIN: Final = 15
"""Half the scans after which keys are tried again: a minute's, by default."""
_MOST_REFUSALS: Final = 7
WRONG_PATH: Final = "There is no such list at this address: check the path of base_url."


@dataclass(frozen=True, slots=True)
class RequestStyle:
    """Which parameters are sent along."""

    exclude: bool = True
    order: bool = True
    meeting_filter: MeetingFilter = "number"


_LADDER: Final = (
    RequestStyle(),
    RequestStyle(exclude=False),
    RequestStyle(exclude=False, order=False),
    RequestStyle(exclude=False, order=False, meeting_filter="text"),
    RequestStyle(exclude=False, order=False, meeting_filter="here"),
)


@dataclass(slots=True)
class ServerProfile:
    """What has been learned about asking one server for one kind of list."""

    paging: PagingProfile
    style: RequestStyle = _LADDER[0]
    scans_by_offset: int = 0
    """Scans still to be read by offset, because the server ignored keys at the last trial."""
    refusals: int = 0
    """How often in a row they were not; each time the next trial is twice as far off."""
    short_scans: int = 0
    """Scans by key in a row that found far fewer items than the server counts."""
    filters_by_meeting: bool = False
    """A filter by meeting has been seen to pick."""

    def try_keyset(self) -> bool:
        """Whether to try keys now. One list out of order does not rule keys out for good."""
        if self.scans_by_offset:
            self.scans_by_offset -= 1
        return not self.scans_by_offset

    def note_keyset(self, *, worked: bool) -> None:
        """Note how a reading by key went."""
        self.refusals = 0 if worked else min(self.refusals + 1, _MOST_REFUSALS)
        self.scans_by_offset = 0 if worked else _TRUST_AGAIN << self.refusals

    def styles(self, *, one_meeting: bool) -> Iterator[RequestStyle]:
        """Yield the present style, then ever plainer ones for a server that refuses it."""
        yield self.style
        now = self.style
        for plainer in _LADDER[1:] if one_meeting else _LADDER[1:3]:
            steps = (plainer.exclude <= now.exclude, plainer.order <= now.order)
            keeps_pick = plainer.meeting_filter != "number" or now.meeting_filter == "number"
            if all(steps) and keeps_pick and plainer != now:
                yield plainer


class Feed(Generic[R]):
    """Every record of one list, or every call of one meeting."""

    def __init__(
        self,
        wire: HttpConnection,
        kind: Kind[R],
        profile: ServerProfile,
        meeting: int | None = None,
    ) -> None:
        self._wire = wire
        self._kind: Kind[R] = kind
        self._profile = profile
        self._meeting = meeting
        self._cache: PageCache[R] = PageCache(kind)

    async def scan(self) -> Scan[R]:
        """Read the whole list once. BridgeError: a page could not be read; nothing is kept."""
        refusal: Rejected | None = None
        for style in self._profile.styles(one_meeting=self._meeting is not None):
            try:
                scan = await self._read(style)
            except Rejected as error:
                if error.status not in _BAD_REQUEST:
                    raise
                refusal = refusal or error
                continue
            if refusal is not None:
                self._profile.style = style
            return scan if self._meeting is None else await self._pick(scan, style)
        raise refusal or Rejected("the server refused the request")

    async def _read(self, style: RequestStyle) -> Scan[R]:
        profile, wasted = self._profile, 0
        if style.order and profile.try_keyset():
            reader = self._reader(style)
            try:
                await reader.read_by_key(self._filter(style))
            except KeysetUnsupported:
                wasted = reader.requests
                profile.note_keyset(worked=False)
            else:
                profile.short_scans = profile.short_scans + 1 if reader.short else 0
                profile.note_keyset(worked=profile.short_scans < 2)
                return self._finish(reader)
        reader = self._reader(style)
        await reader.read_by_offset()
        reader.requests += wasted
        if reader.paged:
            reader.notes.append(_BY_OFFSET)
        return self._finish(reader)

    def _reader(self, style: RequestStyle) -> ListReader[R]:
        base = parameters(
            filter=self._filter(style),
            order=by(self._kind.key) if style.order else None,
            limit=PAGE,
            exclude=self._kind.left_out if style.exclude else (),
        )
        ask = pages_of(self._wire, self._kind.plural, base)
        return ListReader(
            self._kind, self._cache.reading(), ask, self._profile.paging, self._wire.clock
        )

    def _filter(self, style: RequestStyle) -> Filter | None:
        if self._meeting is None or style.meeting_filter == "here":
            return None
        number = where("meetingNumber")
        return number.eq(str(self._meeting) if style.meeting_filter == "text" else self._meeting)

    def _finish(self, reader: ListReader[R]) -> Scan[R]:
        self._cache.keep(reader.reading, whole=reader.clean)
        return reader.scan()

    async def _pick(self, scan: Scan[R], style: RequestStyle) -> Scan[R]:
        """Return the meeting's own calls, whatever the server made of the filter."""
        profile = self._profile
        if self._has_others(scan):
            profile.style = replace(style, meeting_filter="here")
        elif style.meeting_filter == "number" and not profile.filters_by_meeting:
            if not scan.records:
                return await self._retry_as_text(scan, style)
            profile.filters_by_meeting = True
        if profile.style.meeting_filter != "here":
            return scan
        own = tuple(record for record in scan.records if self._number(record) == self._meeting)
        return replace(scan, records=own, total=None, notes=(*scan.notes, _PICKED_HERE))

    async def _retry_as_text(self, empty: Scan[R], style: RequestStyle) -> Scan[R]:
        """Ask again with the number as text: the meeting may be empty, or the filter particular."""
        as_text = replace(style, meeting_filter="text")
        try:
            scan = await self._read(as_text)
        except Rejected:
            return empty
        if not scan.records or self._has_others(scan):
            return replace(empty, requests=empty.requests + scan.requests)
        self._profile.style, self._profile.filters_by_meeting = as_text, True
        return replace(scan, requests=empty.requests + scan.requests)

    def _has_others(self, scan: Scan[R]) -> bool:
        return any(self._number(record) not in (None, self._meeting) for record in scan.records)

    @staticmethod
    def _number(record: Call | Meeting) -> int | None:
        return record.meeting_number


def pages_of(wire: HttpConnection, plural: str, base: Mapping[str, str]) -> Ask:
    """Return what fetches pages of one list: base parameters first, each page's own on top."""

    async def ask(extra: Mapping[str, str]) -> Reply:
        try:
            return await wire.send("GET", f"/{plural}", query={**base, **extra})
        except NotFound as error:
            error.hint = WRONG_PATH
            raise

    return ask
