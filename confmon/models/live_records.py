"""Records of the server: calls, meetings, attributes, and one scan of them.

Plain dataclasses, so that the screen can be drawn before pydantic is loaded;
`confmon.api.decoding.records` validates them. Field names are the wire's, in snake case. Text in
them has been cleaned on entry. Source of each field: the Conference API reference, Call Object and
Meeting Object.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, Literal, NamedTuple, TypeVar

from confmon.models.records import (
    AnyText,
    ConferenceRecord,
    Flag,
    Moment,
    Number,
    NumberKey,
    Text,
    TextKey,
)

LiveResource = Literal["call", "meeting"]
"""What is live: it comes and goes under its key."""

Value = str | int | bool
"""The value of a field as it is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(ConferenceRecord):
    """One leg on the bridge. Codes stay raw integers; `confmon.models.codes` gives them meaning.

    `created` and `joined` are epoch milliseconds. `duration` (seconds) is left out of equality,
    because it runs by itself: running times are drawn from `joined` and a clock.
    A field that the server leaves out, or sends in an unreadable shape, is None.
    """

    id: NumberKey
    meeting_number: Number = None
    access_code: Text = field(default=None, repr=False)
    address_from: Text = None
    address_to: Text = None
    bridge_name: Text = None
    callee: Text = None
    caller: Text = None
    codec: Text = None
    connection_status: Number = None
    created: Moment = None
    custom_name: Text = None
    duration: Number = field(default=None, compare=False)
    gain_level: Number = None
    hold_mode: Number = None
    joined: Moment = None
    mute_mode: Number = None
    node_name: Text = None
    operator_mode: Number = None
    presenter_media: Number = None
    qa_mode: Number = None
    role: Number = None
    state: Number = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(ConferenceRecord):
    """One live meeting, keyed by `meeting_number`; `id` is one session of that number."""

    meeting_number: NumberKey
    id: Number = None
    created: Moment = None
    duration: Number = field(default=None, compare=False)
    hold_mode: Number = None
    is_recording: Flag = None
    is_secured: Flag = None
    mute_mode: Number = None
    participant_count: Number = None
    qa_mode: Number = None
    state: Number = None
    subscriber_name: Text = None
    type: Number = None


class Answer(NamedTuple):
    """The answer to a write: a 2xx, and the duration of the request. It proves nothing."""

    status: int = 200
    latency_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Attribute(ConferenceRecord):
    """One live attribute of a meeting. Every value is a string on the wire."""

    name: TextKey
    value: AnyText = ""


R = TypeVar("R", bound=Call | Meeting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan(Generic[R]):
    """All records of one kind that a full read found.

    `records` holds one record per key, in the order met; an unchanged record is the same object
    as in the scan before, so that later stages compare with ``is``.
    `clean` is False if the read is torn (pages moved during it) or cut short: then a missing record
    may still be live, unless its key is at most `whole_to`, up to which a read by key is complete.
    `unreadable` has a cleaned sentence for each item that could not be read. `notes` tells what the
    read could not do (a cap, a filter that the server ignores).
    `latency_s` is the slowest page. `server_time_s` is the reply's Date header, epoch seconds.
    `asked_at` and `answered_at` (monotonic) are given where another confmon has read it; without
    them, who reads knows.
    """

    records: tuple[R, ...]
    clean: bool = True
    total: int | None = None
    unreadable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    requests: int = 1
    latency_s: float = 0.0
    server_time_s: float | None = None
    whole_to: int | None = None
    asked_at: float | None = None
    answered_at: float | None = None

    def misses(self, key: int) -> bool:
        """Tell whether a record that was not found is certainly gone."""
        return self.clean or (self.whole_to is not None and key <= self.whole_to)
