"""One list, read again and again: how this server wants to be asked, and what it said last time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Generic, Literal

from confmon.api.decoding.page_cache import PageCache
from confmon.api.lists.paging import KeysetUnsupported, ListReader, PagingProfile
from confmon.api.lists.query import PAGE, Filter, by, parameters, where
from confmon.models.calls import Call, Meeting, R, Scan
from confmon.models.errors import NotFound, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from confmon.api.decoding.live import Kind
    from confmon.api.http.connection import HttpConnection, Reply
    from confmon.api.lists.paging import Ask

Within = Literal["number", "text", "here"]
"""How one meeting's calls are picked: ``eq 5``, ``eq "5"`` (the tables say string), or by us."""

_BAD_REQUEST: Final = frozenset({400, 422})
_BY_OFFSET = "read by offset: this server does not heed filter and order"
_PICKED_HERE = "this server ignores filter=meetingNumber: all calls are read, and picked here"
_TRUST_AGAIN: Final = 15
"""Half the scans after which keys are tried again: a minute's, by default."""
_MOST_DISTRUST: Final = 7
WRONG_PATH: Final = "There is no such list at this address: check the path of base_url."


@dataclass(frozen=True, slots=True)
class RequestStyle:
    """Which parameters are sent along."""

    exclude: bool = True
    order: bool = True
    within: Within = "number"


_LADDER: Final = (
    RequestStyle(),
    RequestStyle(exclude=False),
    RequestStyle(exclude=False, order=False),
    RequestStyle(exclude=False, order=False, within="text"),
    RequestStyle(exclude=False, order=False, within="here"),
)


@dataclass(slots=True)
class ServerProfile:
    """What has been learned about asking one server for one kind of list."""

    habits: PagingProfile
    manner: RequestStyle = _LADDER[0]
    by_offset: int = 0
    """Scans still to be read by offset, because keys were not heeded when they were last tried."""
    distrust: int = 0
    """How often in a row that was; each time the next trial is twice as far off."""
    short: int = 0
    """Scans by key in a row that found far fewer items than the server counts."""
    picks: bool = False
    """A filter by meeting has been seen to pick."""

    def by_key(self) -> bool:
        """Whether to try keys now. One list out of order is no verdict for ever."""
        if self.by_offset:
            self.by_offset -= 1
        return not self.by_offset

    def keyed(self, *, well: bool) -> None:
        """Note how a reading by key went."""
        self.distrust = 0 if well else min(self.distrust + 1, _MOST_DISTRUST)
        self.by_offset = 0 if well else _TRUST_AGAIN << self.distrust

    def ladder(self, *, within: bool) -> Iterator[RequestStyle]:
        """Yield the present manner, then ever plainer ones for a server that refuses it."""
        yield self.manner
        now = self.manner
        for plainer in _LADDER[1:] if within else _LADDER[1:3]:
            steps = (plainer.exclude <= now.exclude, plainer.order <= now.order)
            keeps_pick = plainer.within != "number" or now.within == "number"
            if all(steps) and keeps_pick and plainer != now:
                yield plainer


class Feed(Generic[R]):
    """Every record of one list, or every call of one meeting."""

    def __init__(
        self, wire: HttpConnection, kind: Kind[R], ways: ServerProfile, meeting: int | None = None
    ) -> None:
        self._wire = wire
        self._kind: Kind[R] = kind
        self._ways = ways
        self._meeting = meeting
        self._memory: PageCache[R] = PageCache(kind)

    async def scan(self) -> Scan[R]:
        """Read the whole list once. BridgeError: a page could not be read; nothing is kept."""
        refusal: Rejected | None = None
        for manner in self._ways.ladder(within=self._meeting is not None):
            try:
                scan = await self._read(manner)
            except Rejected as error:
                if error.status not in _BAD_REQUEST:
                    raise
                refusal = refusal or error
                continue
            if refusal is not None:
                self._ways.manner = manner
            return scan if self._meeting is None else await self._picked(scan, manner)
        raise refusal or Rejected("the server refused the request")

    async def _read(self, manner: RequestStyle) -> Scan[R]:
        ways, wasted = self._ways, 0
        if manner.order and ways.by_key():
            walk = self._walk(manner)
            try:
                await walk.by_key(self._only(manner))
            except KeysetUnsupported:
                wasted = walk.requests
                ways.keyed(well=False)
            else:
                ways.short = ways.short + 1 if walk.short else 0
                ways.keyed(well=ways.short < 2)
                return self._kept(walk)
        walk = self._walk(manner)
        await walk.by_offset()
        walk.requests += wasted
        if walk.paged:
            walk.notes.append(_BY_OFFSET)
        return self._kept(walk)

    def _walk(self, manner: RequestStyle) -> ListReader[R]:
        base = parameters(
            filter=self._only(manner),
            order=by(self._kind.key) if manner.order else None,
            limit=PAGE,
            exclude=self._kind.left_out if manner.exclude else (),
        )
        ask = pages_of(self._wire, self._kind.plural, base)
        return ListReader(
            self._kind, self._memory.reading(), ask, self._ways.habits, self._wire.clock
        )

    def _only(self, manner: RequestStyle) -> Filter | None:
        if self._meeting is None or manner.within == "here":
            return None
        number = where("meetingNumber")
        return number.eq(str(self._meeting) if manner.within == "text" else self._meeting)

    def _kept(self, walk: ListReader[R]) -> Scan[R]:
        self._memory.keep(walk.reading, whole=walk.clean)
        return walk.scan()

    async def _picked(self, scan: Scan[R], manner: RequestStyle) -> Scan[R]:
        """Return the meeting's own calls, whatever the server made of the filter."""
        ways = self._ways
        if self._strangers(scan):
            ways.manner = replace(manner, within="here")
        elif manner.within == "number" and not ways.picks:
            if not scan.records:
                return await self._asked_by_text(scan, manner)
            ways.picks = True
        if ways.manner.within != "here":
            return scan
        mine = tuple(one for one in scan.records if self._number(one) == self._meeting)
        return replace(scan, records=mine, total=None, notes=(*scan.notes, _PICKED_HERE))

    async def _asked_by_text(self, empty: Scan[R], manner: RequestStyle) -> Scan[R]:
        """Ask again with the number as text: the meeting may be empty, or the filter particular."""
        texted = replace(manner, within="text")
        try:
            scan = await self._read(texted)
        except Rejected:
            return empty
        if not scan.records or self._strangers(scan):
            return replace(empty, requests=empty.requests + scan.requests)
        self._ways.manner, self._ways.picks = texted, True
        return replace(scan, requests=empty.requests + scan.requests)

    def _strangers(self, scan: Scan[R]) -> bool:
        return any(self._number(one) not in (None, self._meeting) for one in scan.records)

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
