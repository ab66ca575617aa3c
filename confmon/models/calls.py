"""The facts the server tells: calls, meetings, attributes, and one scan of them.

Plain dataclasses, so that the screen can be drawn before pydantic is loaded;
`confmon.api.decoding.live` validates them. Field names are the wire's, in snake case. Text in them
has been cleaned on entry. Source of each field: the Conference API reference, Call Object and
Meeting Object.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

Kind = Literal["call", "meeting"]
"""What is live: it comes and goes under its key."""

Value = str | int | bool
"""A field's value as it is sent."""


def wire_name(name: str) -> str:
    """Return the wire's spelling of a field: ``mute_mode`` is ``muteMode``."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


_WIRE: dict[str, Any] = {"alias_generator": wire_name, "coerce_numbers_to_str": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One leg on the bridge. Codes stay raw integers; `confmon.models.codes` gives them meaning.

    `created` and `joined` are epoch milliseconds. `duration` (seconds) is left out of equality,
    because it moves by itself: running times are drawn from `joined` and a clock.
    A field the server left out, or sent in a shape nobody can read, is None.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _WIRE

    id: int
    meeting_number: int | None = None
    access_code: str | None = field(default=None, repr=False)
    address_from: str | None = None
    address_to: str | None = None
    bridge_name: str | None = None
    callee: str | None = None
    caller: str | None = None
    codec: str | None = None
    connection_status: int | None = None
    created: int | None = None
    custom_name: str | None = None
    duration: int | None = field(default=None, compare=False)
    gain_level: int | None = None
    hold_mode: int | None = None
    joined: int | None = None
    mute_mode: int | None = None
    node_name: str | None = None
    operator_mode: int | None = None
    presenter_media: int | None = None
    qa_mode: int | None = None
    role: int | None = None
    state: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One live meeting, keyed by `meeting_number`; `id` is one session of that number."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _WIRE

    meeting_number: int
    id: int | None = None
    created: int | None = None
    duration: int | None = field(default=None, compare=False)
    hold_mode: int | None = None
    is_recording: bool | None = None
    is_secured: bool | None = None
    mute_mode: int | None = None
    participant_count: int | None = None
    qa_mode: int | None = None
    state: int | None = None
    subscriber_name: str | None = None
    type: int | None = None


class Answer(NamedTuple):
    """What a write was answered with: a 2xx, and how long that request took. It proves nothing."""

    status: int = 200
    latency_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Attribute:
    """One live attribute of a meeting. Every value is a string on the wire."""

    name: str
    value: str


R = TypeVar("R", Call, Meeting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan(Generic[R]):
    """Every record of one kind that one full read found.

    `records` holds one record per key, in the order met; an unchanged record is the same object
    as in the scan before, so that later stages compare with ``is``.
    `clean` is False when the read was torn (pages moved under it) or cut short: then a record
    that is missing may still be alive, unless its key is at most `whole_to`: so far a read by key
    that was cut short has seen everything. `unreadable` has one cleaned sentence per item that
    could not be read at all. `notes` says what was given up (a cap, a filter the server ignores).
    `latency_s` is the slowest page. `server_time_s` is the reply's Date header, epoch seconds.
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

    def misses(self, key: int) -> bool:
        """Whether a record that is not among those found is gone for certain."""
        return self.clean or (self.whole_to is not None and key <= self.whole_to)
