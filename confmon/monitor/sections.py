"""What the sections show and change: Rooms, Numbers and Forwarding, without a screen.

Made when the first section is opened; nothing of it is loaded or asked for before.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from confmon.models.errors import BridgeError
from confmon.models.resources import BY_NAME, RESOURCES
from confmon.monitor.edits.under_way import EditedApi, EditingSession, EditsUnderWay
from confmon.monitor.polling.freshness import age_s, is_stale, too_old
from confmon.monitor.polling.list_reader import (
    INTERVAL_S,
    CachedList,
    CachedLists,
    list_sources,
)
from confmon.monitor.views.directory_columns import COLUMNS
from confmon.monitor.views.list_view import ListView
from confmon.monitor.views.wording import DirectoryContext
from confmon.process.bugs import report_bug

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from confmon.clock import CallLater
    from confmon.config.choices import Choices
    from confmon.config.settings.model import Settings
    from confmon.models.errors import Unauthorized
    from confmon.models.rooms import CallFlow, Room
    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.actions.journal import Audit
    from confmon.monitor.polling.feed import FeedState
    from confmon.monitor.polling.list_reader import Key
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.ports import Directory, Mediator

SectionId = Literal["rooms", "numbers", "forwarding"]
ApiName = Literal["directory", "mediator"]

LISTS: dict[SectionId, tuple[str, ...]] = {
    section: tuple(resource.plural for resource in RESOURCES if resource.section == section)
    for section in get_args(SectionId)
}
"""The lists of a section that can be shown, the first one first."""

_BESIDE: dict[SectionId, tuple[str, ...]] = {
    "rooms": ("did_groups", "dids", "call_flows"),
    "numbers": ("rooms",),
    "forwarding": (),
}
"""What its rows tell of besides."""

NOT_CONFIGURED = "no Mediator is configured"


class LiveSession(EditingSession, Protocol):
    """What the sections need of the session of what is live."""

    settings: Settings
    call_later: CallLater
    store: LiveStore
    audit: Any
    mediator_audit: Audit | None
    open_mediator: Callable[[], Mediator] | None
    section: SectionId | None
    trouble: str
    choices: Choices

    @property
    def directory(self) -> Directory | None:
        """What is set up at the endpoint; None as long as there is no connection."""
        ...


class Sections:
    """The lists of both APIs, which of them is shown, and the edits under way."""

    def __init__(self, session: LiveSession, on_change: Callable[[], None]) -> None:
        """`on_change` is called after every reply, failure and settled edit."""
        self._session = session
        self._on_change = on_change
        self._apis: dict[ApiName, EditedApi] = {}
        self._opening: asyncio.Task[None] | None = None
        self._edits = EditsUnderWay(session, on_change)
        self._flow_asked: tuple[int, float | None] | None = None
        self.trouble = ""
        """Why there is no Mediator, once opening it has failed."""
        self.shown: dict[SectionId, str] = {id_: lists[0] for id_, lists in LISTS.items()}
        self.views = {name: ListView(COLUMNS[name]) for lists in LISTS.values() for name in lists}
        for name, view in self.views.items():
            view.restore(session.choices.view(name))

    # What is shown.

    def watch(self, section: SectionId | None) -> None:
        """Read what a section needs, and nothing else any more."""
        api = _api_name(section)
        if section is not None:
            self._open(api)
        for name, opened in self._apis.items():
            opened.reader.look(self._wanted(section) if section and name == api else ())

    def _wanted(self, section: SectionId) -> tuple[str, ...]:
        first = self.shown[section]
        others = [name for name in LISTS[section] if name != first]
        return (first, *others, *_BESIDE[section])

    def step(self, section: SectionId, by: int) -> None:
        """Look at the next list of a section."""
        lists = LISTS[section]
        self.show(section, lists[(lists.index(self.shown[section]) + by) % len(lists)])

    def show(self, section: SectionId, name: str) -> None:
        """Look at a list of a section."""
        self.shown[section] = name
        self.watch(section)

    def retry(self, section: SectionId) -> None:
        """Read the section now, whatever failed before."""
        if self.trouble and section == "forwarding":
            self.trouble = ""
            self.watch(section)
        if (reader := self.reader(section)) is not None:
            reader.retry()

    @property
    def refused(self) -> Unauthorized | None:
        """The 401 by which reading what is set up at the endpoint ended, until `retry`."""
        api = self._apis.get("directory")
        return api.reader.unauthorized if api is not None else None

    def stop(self, error: Unauthorized) -> None:
        """Read nothing more that is set up at the endpoint: what is live has got a 401."""
        api = self._apis.get("directory")
        if api is not None and api.reader.unauthorized is None:
            api.reader.stop(error)

    def resume(self) -> None:
        """Try again what a 401 has stopped."""
        api = self._apis.get("directory")
        if api is not None and api.reader.unauthorized is not None:
            api.reader.retry()

    # The APIs.

    def trouble_of(self, section: SectionId) -> str:
        """Return why the API of a section could not be opened, or an empty string."""
        return self.trouble if section == "forwarding" else self._session.trouble

    def _open(self, api: ApiName) -> None:
        if api in self._apis:
            return
        if api == "directory":
            if (directory := self._session.directory) is not None:
                self._add(api, directory, self._session.audit)
        elif self._session.open_mediator is not None and self._opening is None and not self.trouble:
            self._opening = asyncio.create_task(self._open_mediator())

    def mediator_trouble(self) -> str:
        """Return why nothing can be dialled now, or an empty string; opens the Mediator.

        It takes a moment: ask again when something is to be sent.
        """
        if self._session.open_mediator is None:
            return NOT_CONFIGURED
        self._open("mediator")
        if (api := self._apis.get("mediator")) is not None:
            return "not authorized" if api.reader.unauthorized is not None else ""
        return self.trouble

    def _add(self, api: ApiName, port: Any, audit: Any) -> None:
        reader = CachedLists(
            list_sources(port, (resource for resource in RESOURCES if resource.api == api)),
            self._session.clock,
            self._on_change,
            call_later=self._session.call_later,
        )
        self._apis[api] = EditedApi(reader, port, audit)

    def read_overdue(self) -> None:
        """Read each list with a timer that should have come long ago."""
        for api in self._apis.values():
            api.reader.read_overdue()

    async def _open_mediator(self) -> None:
        assert self._session.open_mediator is not None  # noqa: S101
        try:
            mediator = await asyncio.to_thread(self._session.open_mediator)
        except BridgeError as error:
            self.trouble = str(error)
        except Exception as error:  # noqa: BLE001 - the operator must know, not see its values
            report_bug(error)
            self.trouble = f"internal error: {type(error).__name__}"
        else:
            self._add("mediator", mediator, self._session.mediator_audit)
        self._opening = None
        self.watch(self._session.section)
        self._on_change()

    def reader(self, section: SectionId) -> CachedLists | None:
        """Return what reads a section's lists; None as long as its API is not open."""
        api = self._apis.get(_api_name(section))
        return api.reader if api is not None else None

    def _reader_of(self, name: str) -> CachedLists | None:
        readers = (api.reader for api in self._apis.values())
        return next((reader for reader in readers if name in reader.shelves), None)

    def shelf(self, name: str) -> CachedList:
        """Return a list as it was last read; an empty one before."""
        reader = self._reader_of(name)
        return reader.shelves[name] if reader is not None else CachedList("id")

    def records(self, name: str) -> dict[Any, Any]:
        """Return the records of a list by their keys."""
        return self.shelf(name).records

    def record(self, name: str, key: Key | None) -> Any:
        """Return a record, as whole as it has been read; None if there is none any more."""
        if key is None:
            return None
        shelf = self.shelf(name)
        return shelf.full.get(key) or shelf.records.get(key)

    def read_alone(self, name: str, key: Key) -> None:
        """Read one record soon, with what lists leave out."""
        if (reader := self._reader_of(name)) is not None:
            reader.read_alone(name, key)

    async def read_now(self, name: str, key: Key) -> Any:
        """Read one record again and return it; None: it is gone, or could not be read."""
        reader = self._reader_of(name)
        return None if reader is None else await reader.read_now(name, key)

    def look_of(self) -> DirectoryContext:
        """Return what the cells of every list are drawn with."""
        store = self._session.store
        return DirectoryContext(
            store.live_state,  # the one that goes on: only the live screen can be paused
            store.wall(),
            self._session.settings.mask_numbers,
            call_flows=self.records("call_flows"),
            did_groups=self.records("did_groups"),
            dids=self.records("dids"),
        )

    def version(self, section: SectionId) -> Hashable:
        """Return what is another value whenever rows may be others, or None where time tells.

        Sorting and filtering some thousand rooms every second would be felt.
        """
        reader = self.reader(section)
        if reader is None or section == "forwarding":
            return None
        live = self._session.store.live_state.meetings.values()
        heads = tuple((meeting.meeting_number, meeting.participant_count) for meeting in live)
        read = tuple(shelf.version for shelf in reader.shelves.values())
        return (read, heads if section == "rooms" else ())

    def call_flow_of(self, room: Room) -> CallFlow | None:
        """Return the call flow that leads to a room, with its templates once it has been read."""
        group = self.record("did_groups", room.primary_did_group_id)
        id_ = room.call_flow_id or (group.call_flow_id if group is not None else None)
        if id_ is None:
            return None
        shelf = self.shelf("call_flows")
        asked = (id_, shelf.state.ok_asked_at)
        if id_ not in shelf.full and asked != self._flow_asked:
            self._flow_asked = asked  # once each read of the list, should it fail
            self.read_alone("call_flows", id_)
        flow: CallFlow | None = self.record("call_flows", id_)
        return flow

    # How fresh it is, and whether it may be changed.

    def state(self, section: SectionId) -> FeedState:
        """Return how reads of the list that is shown go."""
        return self.shelf(self.shown[section]).state

    def age_s(self, section: SectionId) -> float | None:
        """Return the age of the list that is shown."""
        return age_s(self.state(section), self._session.clock.now())

    def is_stale(self, section: SectionId) -> bool:
        """Whether the list that is shown is too old to act on."""
        return is_stale(self.state(section), self._session.clock.now(), INTERVAL_S)

    def disarmed(self, section: SectionId) -> str:
        """Return why nothing may be changed here, or an empty string."""
        session = self._session
        if session.settings.read_only:
            return "read-only"
        if section == "forwarding" and session.open_mediator is None:
            return NOT_CONFIGURED
        reader = self.reader(section)
        if reader is None:
            return self.trouble_of(section) or "not connected yet"
        if reader.unauthorized is not None:
            return "not authorized"
        if self.is_stale(section):
            return too_old(self.age_s(section))
        return ""

    # Edits.

    def start_edit(self, edit: Action, then: Callable[[Result], None] | None = None) -> None:
        """Audit, send and prove an edit; the log pane tells what becomes of it."""
        resource = BY_NAME.get(edit.resource)
        name: ApiName = "mediator" if resource and resource.api == "mediator" else "directory"
        self._open(name)
        self._edits.start(edit, self._apis.get(name), then)

    @property
    def under_way(self) -> int:
        """How many edits are not settled yet."""
        return len(self._edits)

    async def close(self) -> None:
        """Let edits under way write what became of them; close the Mediator."""
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        await self._edits.close()
        for name, api in self._apis.items():
            await api.reader.close()
            if name == "mediator":
                await api.port.aclose()  # type: ignore[union-attr]


def _api_name(section: SectionId | None) -> ApiName:
    return "mediator" if section == "forwarding" else "directory"
