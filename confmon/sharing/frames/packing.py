"""How a read of the collector becomes a frame, and a frame the same read again.

Encoder and decoder both know the records that the frames before have left. A frame has what a read
changed in them; a key frame and a snapshot need nothing before them. What comes from the table is
checked in full, and its records are read as those of the bridge are: the frames may be anybody's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from confmon.models.live_records import Scan
from confmon.sharing.frames.frame import MOST, Frame, reading_frame, writing_frame
from confmon.sharing.frames.record_columns import LAYOUTS, STEP_RECORDS
from confmon.sharing.records import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from confmon.clock import Steps
    from confmon.models.live_records import Call, Meeting
    from confmon.sharing.frames.frame import Form
    from confmon.sharing.frames.record_columns import Changed, Layout
    from confmon.sharing.frames.record_reader import Read
    from confmon.sharing.records import Kind

Records = dict[int, Any]
"""Calls or meetings by their keys."""


_NOTHING: Final[Scan[Any]] = Scan(records=(), clean=False)


class Encoder:
    """Makes frames of reads."""

    def __init__(self) -> None:
        self._known: dict[str, Records] = {}
        self._whole: dict[str, Scan[Any]] = {}
        """The last read of everything, without its records."""
        self._absent: dict[str, set[int]] = {}
        """What was not found since that read, although it may be live."""

    def reset(self) -> None:
        """Let the next frame of each kind be a key frame."""
        self._known.clear()
        self._whole.clear()
        self._absent.clear()

    def encoding(self, scope: Scope, scan: Scan[Any]) -> Steps[tuple[bytes, bool]]:
        """Make the frame of a read step by step, and tell whether it is a key frame.

        With the last step it is known, so it is to be written.
        """
        layout = LAYOUTS[scope.kind]
        is_key = scope.kind not in self._known
        before = self._known.get(scope.kind, {})
        found: Records = {}
        for at in range(0, len(scan.records), 10 * STEP_RECORDS):
            part = scan.records[at : at + 10 * STEP_RECORDS]
            found.update(zip(map(layout.key_of, part), part, strict=True))
            yield
        new = {key: record for key, record in found.items() if before.get(key) is not record}
        yield
        changes = yield from _changes(layout, new, before)
        missing = _missing(scope, before, found)
        gone = [key for key in missing if scan.misses(key)]
        absent = [key for key in missing if not scan.misses(key)]
        put = {key for key, _, _ in changes}
        also = [key for key in _elsewhere(scope, found) if key not in put]
        yield
        bare = replace(scan, records=())
        form: Form = "key" if is_key else "change"
        frame = Frame(form, scope, bare, len(found), gone, absent, also)
        data = yield from writing_frame(frame, changes, before)
        known = before | new
        for key in gone:
            del known[key]
        self._known[scope.kind] = known
        if scope.meeting is None:
            self._whole[scope.kind], self._absent[scope.kind] = bare, set(absent)
        else:
            self._absent.setdefault(scope.kind, set()).difference_update(found)
        return data, is_key

    def snapshotting(self, kind: Kind) -> Steps[bytes]:
        """Make a snapshot step by step, of what is known when it begins. KeyError: nothing is.

        It is for those who come, and a read of everything: the last one, with what reads of one
        meeting have changed since, and as old as the last one. Where there was none, it counts as
        torn.
        """
        known = self._known[kind]
        scan = self._whole.get(kind, _NOTHING)
        absent = sorted(self._absent[kind] & known.keys())
        changes = yield from _changes(LAYOUTS[kind], known, {})
        frame = Frame("snapshot", Scope(kind), scan, len(known) - len(absent), absent=absent)
        return (yield from writing_frame(frame, changes, {}))


class Decoder:
    """Makes reads of frames. `read_call` and `read_meeting` raise ValueError for what is none.

    After a ValueError it is lost: a key frame or a snapshot of that kind is to come next.
    """

    def __init__(
        self, read_call: Callable[[Any], Call], read_meeting: Callable[[Any], Meeting]
    ) -> None:
        self._read: Mapping[str, Callable[[Any], Any]]
        self._read = {"calls": read_call, "meetings": read_meeting}
        self._known: dict[str, Records] = {}
        self._lost: set[str] = set()

    def decoding(self, scope: Scope, is_key: bool, data: bytes) -> Steps[Scan[Any]]:
        """Read a frame step by step. ValueError: it is broken, or not the next one."""
        return self._reading("key" if is_key else "change", scope, data)

    def loading_snapshot(self, kind: Kind, data: bytes) -> Steps[Scan[Any]]:
        """Make a read of everything, to begin with, step by step. ValueError: it is broken."""
        return self._reading("snapshot", Scope(kind), data)

    def _reading(self, form: Form, scope: Scope, data: bytes) -> Steps[Scan[Any]]:
        try:
            scan, known = yield from self._steps(form, scope, data)
        except ValueError as error:
            self._lost.add(scope.kind)
            raise ValueError(f"a frame of {scope.kind} can't be read: {error}") from None
        self._known[scope.kind] = known
        self._lost.discard(scope.kind)
        return scan

    def _steps(self, form: Form, scope: Scope, data: bytes) -> Steps[tuple[Scan[Any], Records]]:
        kind = scope.kind
        if form == "change" and (kind in self._lost or kind not in self._known):
            raise ValueError("what was before it is not known")
        earlier = self._known.get(kind, {})
        before = earlier if form == "change" else {}
        frame, read = yield from reading_frame(form, scope, before, data)
        put = yield from self._making(kind, read, earlier)
        known = before | put
        if not known.keys() >= {*frame.gone, *frame.absent, *frame.also} or len(known) > MOST:
            raise ValueError("it is of other records")
        for key in frame.gone:
            del known[key]
        yield
        records = _records(frame, known, put)
        if len(records) != frame.found:
            raise ValueError("it is of other records")
        return replace(frame.scan, records=records), known

    def _making(self, kind: str, read: Sequence[Read], earlier: Records) -> Steps[Records]:
        """Make the records. One that says nothing new stays the object that it was."""
        layout, read_record = LAYOUTS[kind], self._read[kind]
        made: Records = {}
        for done, (key, values) in enumerate(read, 1):
            old = earlier.get(key)
            if old is not None and layout.values_of(old) == values:
                made[key] = old
            else:
                record = read_record(layout.to_wire(key, values))
                made[key] = old if record == old else record
                if layout.key_of(record) != key:
                    raise ValueError("a key is no number")
            if not done % STEP_RECORDS:
                yield
        return made


def _changes(layout: Layout[Any], records: Records, before: Records) -> Steps[list[Changed]]:
    """Return what is new or differs, in the order of keys."""
    changes: list[Changed] = []
    for done, key in enumerate(sorted(records), 1):
        values = layout.values_of(records[key])
        mask = layout.mask(values, layout.values_before(before, key))
        if mask or key not in before:
            changes.append((key, mask, values))
        if not done % STEP_RECORDS:
            yield
    return changes


def _missing(scope: Scope, before: Records, found: Records) -> list[int]:
    """Return the keys that are known in this scope and were not found, in order."""
    if scope.meeting is None:
        return sorted(before.keys() - found.keys())
    number = scope.meeting
    return sorted(
        key
        for key, record in before.items()
        if record.meeting_number == number and key not in found
    )


def _elsewhere(scope: Scope, found: Records) -> list[int]:
    """Return the keys of what was found in a meeting that it is not in, in order."""
    if scope.meeting is None:
        return []
    return sorted(key for key, record in found.items() if record.meeting_number != scope.meeting)


def _records(frame: Frame, known: Records, put: Records) -> tuple[Any, ...]:
    """Return the records that a read found."""
    scope, absent = frame.scope, set(frame.absent)
    if scope.meeting is None:
        if not absent:
            return tuple(known.values())
        return tuple([record for key, record in known.items() if key not in absent])
    inside = [
        record
        for key, record in known.items()
        if record.meeting_number == scope.meeting and key not in absent
    ]
    elsewhere = {*_elsewhere(scope, put), *frame.also}
    return (*inside, *map(known.__getitem__, sorted(elsewhere)))
